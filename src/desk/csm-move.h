/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn-merge.h"

G_BEGIN_DECLS

gboolean csm_move_record       (CsmTxn      *txn,
                                CsmTypeId    type,
                                const char  *id,
                                const char  *property,
                                const char  *to_id,
                                GError     **error);
gboolean csm_move_conversation (CsmTxn      *txn,
                                const char  *id,
                                const char  *case_id,
                                GError     **error);
gboolean csm_move_message      (CsmTxn      *txn,
                                const char  *id,
                                JsonObject  *conversation,
                                GError     **error);
gboolean csm_move_submission   (CsmTxn      *txn,
                                const char  *id,
                                JsonObject  *conversation,
                                GError     **error);
gboolean csm_move_is_there     (const GArray *moves,
                                guint         index,
                                const char   *where);
gboolean csm_move_take_back    (CsmTxn         *txn,
                                const CsmMove  *move,
                                const char     *where,
                                gboolean       *back,
                                GError        **error);

G_END_DECLS
