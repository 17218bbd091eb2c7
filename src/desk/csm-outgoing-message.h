/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

JsonObject *csm_outgoing_message_new (CsmTxn      *txn,
                                      JsonObject  *submission,
                                      gint64       now,
                                      GError     **error);

JsonObject *csm_outgoing_message_automatic (CsmTxn      *txn,
                                            JsonObject  *parent,
                                            const char  *subject,
                                            const char  *text,
                                            gint64       now,
                                            GError     **error);

G_END_DECLS
