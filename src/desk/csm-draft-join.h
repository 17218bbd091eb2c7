/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/* Conversations that become one have one draft, and two again when they are taken apart. */

JsonObject *csm_draft_of    (CsmTxn      *txn,
                             const char  *conversation_id,
                             const char  *case_id,
                             gboolean    *is_new,
                             GError     **error);
gboolean    csm_draft_store (CsmTxn      *txn,
                             JsonObject  *draft,
                             gboolean     is_new,
                             GError     **error);
gboolean    csm_draft_join  (CsmTxn      *txn,
                             const char  *conversation_id,
                             JsonObject  *into,
                             GError     **error);
gboolean    csm_draft_part  (CsmTxn      *txn,
                             JsonObject  *conversation,
                             GError     **error);

G_END_DECLS
