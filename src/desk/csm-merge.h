/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

char    *csm_merge_survivor    (CsmTxn              *txn,
                                CsmTypeId            type,
                                const char          *id,
                                GError             **error);
char    *csm_merge_check       (CsmTxn              *txn,
                                CsmTypeId            type,
                                const char          *id,
                                const char          *into_id,
                                GError             **error);
gboolean csm_merge_descends    (CsmTxn              *txn,
                                const char          *id,
                                const char          *from_id,
                                gboolean            *descends,
                                GError             **error);
gboolean csm_merge_concerns    (JsonObject          *before,
                                JsonObject          *after);
gboolean csm_merge_update_case (CsmTxn              *txn,
                                const CsmPrincipal  *who,
                                JsonObject          *before,
                                JsonObject          *after,
                                GError             **error);
gboolean csm_merge_lead        (CsmTxn              *txn,
                                CsmTypeId            type,
                                const char          *id,
                                JsonObject          *record,
                                GError             **error);
gboolean csm_merge_lead_patch  (CsmTxn              *txn,
                                JsonObject          *before,
                                JsonObject          *after,
                                GError             **error);
void     csm_merge_keep_from_guests (JsonObject     *from,
                                JsonObject          *into);
gboolean csm_merge_retell      (CsmTxn              *txn,
                                const char          *case_id,
                                GError             **error);

G_END_DECLS
