/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-rules.h"

G_BEGIN_DECLS

gboolean csm_submission_is_later     (JsonObject          *submission,
                                      gint64               now);
gboolean csm_submission_plan         (CsmTxn              *txn,
                                      JsonObject          *submission,
                                      gint64               now,
                                      GError             **error);
gboolean csm_submission_plan_again   (CsmTxn              *txn,
                                      const CsmPrincipal  *who,
                                      JsonObject          *before,
                                      JsonObject          *after,
                                      GError             **error);
gboolean csm_submission_hold         (CsmTxn              *txn,
                                      JsonObject          *submission,
                                      gint64               now,
                                      gboolean            *is_held,
                                      GError             **error);

/* In csm-submission-rules.c */
gboolean csm_submission_find_news    (CsmTxn              *txn,
                                      const char          *author_id,
                                      JsonObject          *submission,
                                      const char          *since,
                                      gint64               based_at,
                                      char               **news,
                                      GError             **error);

G_END_DECLS
