/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-clock-facts.h"
#include "csm-service-levels.h"

G_BEGIN_DECLS

#define CSM_MAX_STEPS 20

/* One thing that is promised about a case and isn't done yet. Instants in µs. */
typedef struct
{
  gint64   by;                    /* CSM_TIME_NONE: nothing is promised */
  gint64   from;
  gint64   warn;                  /* from when on it is due soon */
  gint64   steps[CSM_MAX_STEPS];  /* of the level's steps that are about it: when they are due */
  gboolean paused;
} CsmPromise;

gboolean csm_clocks_update          (CsmTxn                *txn,
                                     JsonObject            *case_,
                                     gboolean               is_new,
                                     gint64                 now,
                                     GError               **error);
gboolean csm_clocks_reckon          (CsmTxn                *txn,
                                     const CsmServiceLevel *level,
                                     const CsmClockFacts   *facts,
                                     CsmPromise            *promises,
                                     GError               **error);
gboolean csm_clocks_is_done         (JsonObject            *case_,
                                     CsmClockKind           kind,
                                     const char            *key);
void     csm_clocks_set_done        (JsonObject            *case_,
                                     CsmClockKind           kind,
                                     const char            *key,
                                     gint64                 now);
gboolean csm_clocks_note_submission (CsmTxn                *txn,
                                     JsonObject            *submission,
                                     GError               **error);
gboolean csm_clocks_note_sent       (CsmTxn                *txn,
                                     JsonObject            *submission,
                                     gint64                 now,
                                     GError               **error);

#define CSM_CLOCK_BREACH "breach"

G_END_DECLS
