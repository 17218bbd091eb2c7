/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

gboolean csm_bounce_find  (CsmTxn      *txn,
                           const char  *channel_id,
                           JsonObject  *mail,
                           JsonObject **sent,
                           GError     **error);
gboolean csm_bounce_apply (CsmTxn      *txn,
                           JsonObject  *mail,
                           JsonObject  *sent,
                           gint64       at,
                           char       **why,
                           GError     **error);
gboolean csm_bounce_mark_customer (CsmTxn      *txn,
                                   const char  *customer_id,
                                   const char  *address,
                                   const char  *status,
                                   gint64       at,
                                   GError     **error);

G_END_DECLS
