/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/* Somebody looks at a draft before it goes out. */

gboolean csm_draft_review_update (CsmTxn              *txn,
                                  const CsmPrincipal  *who,
                                  JsonObject          *before,
                                  JsonObject          *after,
                                  gboolean             other_reply,
                                  gint64               now,
                                  GError             **error);
void     csm_draft_review_reset  (JsonObject          *record);
gboolean csm_draft_review_allows (CsmTxn              *txn,
                                  const CsmPrincipal  *who,
                                  JsonObject          *submission,
                                  const char          *team_id,
                                  gboolean            *allows,
                                  GError             **error);

G_END_DECLS
