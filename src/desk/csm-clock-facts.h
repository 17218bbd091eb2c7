/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/* While nobody on our side can go on: the customer has the word ("waiting"), or the case was thought to be done. */
typedef struct
{
  gint64   from;
  gint64   to;       /* CSM_TIME_NONE: still */
  gboolean waiting;
} CsmRest;

/* What happened in a case, as far as promises go. Instants in µs; CSM_TIME_NONE: it didn't. */
typedef struct
{
  char   *status;       /* as it was when this was last looked at */
  gint64  first;        /* the customer's first message, or when a person opened the case: promises begin */
  gint64  asked;        /* the first message of the customer that nobody has answered */
  gint64  asked_before; /* what `asked` was when the last answer was given */
  gint64  answered;     /* the last answer */
  char   *answered_by;  /* its Submission */
  gint64  taken;        /* the first human act */
  char   *level;        /* the version of the service level */
  gint64  level_since;  /* from when on it holds here */
  GArray *rests;        /* CsmRest, in order */
} CsmClockFacts;

CsmClockFacts *csm_clock_facts_load  (CsmTxn              *txn,
                                      JsonObject          *case_,
                                      gboolean             is_new,
                                      gint64               now,
                                      GError             **error);
JsonObject    *csm_clock_facts_write (const CsmClockFacts *self);
void           csm_clock_facts_free  (CsmClockFacts       *self);
void           csm_clock_facts_note_answer (CsmClockFacts *self,
                                            const char    *submission_id,
                                            gint64         at);
void           csm_clock_facts_note_undo   (CsmClockFacts *self,
                                            const char    *submission_id);
gboolean       csm_clock_facts_is_resting  (const CsmClockFacts *self,
                                            const CsmRest      **rest);

void           csm_clock_facts_forget (JsonObject         *case_);
void           csm_clock_news_add    (JsonObject          *case_,
                                      JsonObject          *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmClockFacts, csm_clock_facts_free)

G_END_DECLS
