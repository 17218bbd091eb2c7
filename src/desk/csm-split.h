/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

gboolean csm_split_off  (CsmTxn              *txn,
                         const CsmPrincipal  *who,
                         const char          *id,
                         JsonObject          *record,
                         GError             **error);
gboolean csm_split_move (CsmTxn              *txn,
                         const CsmPrincipal  *who,
                         JsonObject          *before,
                         JsonObject          *after,
                         GError             **error);
gboolean csm_split_join (CsmTxn              *txn,
                         const CsmPrincipal  *who,
                         JsonObject          *before,
                         JsonObject          *after,
                         GError             **error);

G_END_DECLS
