/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-outgoing.h"

G_BEGIN_DECLS

CsmOutgoingMail *csm_outgoing_mail_new    (CsmTxn      *txn,
                                           JsonObject  *message,
                                           GError     **error);
gboolean         csm_outgoing_write_state (CsmTxn      *txn,
                                           JsonObject  *message,
                                           const char  *state,
                                           const char  *why,
                                           int          tries,
                                           gint64       not_before,
                                           gint64       now,
                                           GError     **error);

G_END_DECLS
