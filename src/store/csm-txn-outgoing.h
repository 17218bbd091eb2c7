/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/* A message that waits to be sent. */
typedef struct
{
  char   *message_id;
  char   *channel_id; /* NULL: the message is not there any more */
  gint64  not_before; /* µs */
} CsmOutgoingRow;

GArray *csm_txn_outgoing_queue (CsmTxn  *txn,
                                GError **error);
gboolean csm_txn_outgoing_is_early (CsmTxn     *txn,
                                    const char *message_id,
                                    gint64      now,
                                    gboolean   *is_early,
                                    GError    **error);

G_END_DECLS
