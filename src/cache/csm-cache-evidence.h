/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-private.h"
#include "csm-cache-words.h"

G_BEGIN_DECLS

/* What a case is about, and how much each of its words says. For one job on a reader's connection. */
typedef struct
{
  CsmDbConn  *conn;
  JsonObject *record;    /* the case */
  gint64      rowid;
  CsmWords   *words;     /* what it is about, and what is typed */
  guint       n_typed;   /* as many of the first are typed */
  double     *weights;   /* of each of them: how much it tells; 0: nothing */
  gint64      n_cases;
  GHashTable *likely;    /* rowid → Likely: cases with some of the words */
  gint64      end;       /* µs of the thread's processor time: when to make do with what was found */
} CsmEvidence;

/* A case that is like it */
typedef struct
{
  gint64 rowid;
  double score;
} CsmLikeCase;

CsmEvidence *csm_evidence_new        (CsmDbConn    *conn,
                                      const char   *case_id,
                                      const char   *typed,
                                      GError      **error);
void         csm_evidence_free       (CsmEvidence  *self);
gboolean     csm_evidence_weigh      (CsmEvidence  *self,
                                      gboolean      with_cases,
                                      GError      **error);
GArray      *csm_evidence_find_cases (CsmEvidence  *self,
                                      GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmEvidence, csm_evidence_free)

G_END_DECLS
