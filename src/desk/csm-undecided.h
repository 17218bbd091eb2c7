/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

gboolean csm_undecided_note_message    (JsonObject  *case_,
                                        JsonObject  *message);
gboolean csm_undecided_note_submission (JsonObject  *case_,
                                        JsonObject  *submission);
gboolean csm_undecided_follow_message  (CsmTxn      *txn,
                                        JsonObject  *message,
                                        GError     **error);
gboolean csm_undecided_save_submission (CsmTxn      *txn,
                                        JsonObject  *submission,
                                        GError     **error);
gboolean csm_undecided_retell          (CsmTxn      *txn,
                                        JsonObject  *case_,
                                        GPtrArray   *messages,
                                        GError     **error);

G_END_DECLS
