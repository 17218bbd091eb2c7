/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

gboolean    csm_customer_merge_update (CsmTxn              *txn,
                                       const CsmPrincipal  *who,
                                       JsonObject          *before,
                                       JsonObject          *after,
                                       GError             **error);
gboolean    csm_customer_split_off    (CsmTxn              *txn,
                                       const CsmPrincipal  *who,
                                       const char          *id,
                                       JsonObject          *record,
                                       GError             **error);
gboolean    csm_customer_follow       (CsmTxn              *txn,
                                       const char          *address,
                                       const char          *case_id,
                                       const char          *conversation_id,
                                       GError             **error);
JsonObject *csm_customer_merge_plan   (CsmTxn              *txn,
                                       const char          *id,
                                       const char          *into_id,
                                       GError             **error);

G_END_DECLS
