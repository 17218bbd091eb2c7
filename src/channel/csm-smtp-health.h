/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/* Each word about a mail that left changes the channel's record on every device, so it is said that rarely, µs. */
#define CSM_SMTP_HEALTH_INTERVAL G_GINT64_CONSTANT (60000000)

gboolean csm_smtp_health_put  (CsmTxn      *txn,
                               const char  *channel_id,
                               const char  *why,
                               gint64       last_out,
                               guint        waiting,
                               gint64       next_at,
                               GError     **error);
gboolean csm_smtp_health_note (CsmTxn      *txn,
                               const char  *channel_id,
                               const char  *why,
                               gint64       now,
                               GError     **error);
gboolean csm_smtp_health_copy (CsmTxn      *txn,
                               const char  *channel_id,
                               const char  *why,
                               guint        waiting,
                               guint        lost,
                               GError     **error);

G_END_DECLS
