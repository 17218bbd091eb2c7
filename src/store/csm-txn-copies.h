/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/* Somebody is at it; a server that starts knows that nobody is. */
#define CSM_COPY_IN_HAND G_MAXINT64

/**
 * CsmCopyRow:
 * @message_id: a message that was sent; %NULL: none
 * @channel_id: its channel
 * @tries: how often it was tried
 * @not_before: when it may be tried again, µs, or `CSM_COPY_IN_HAND`
 * @since: when the mail left, µs
 *
 * A mail whose copy is to lie in the folder of sent mails, and does not as far as anybody knows.
 */
typedef struct
{
  char   *message_id;
  char   *channel_id;
  guint   tries;
  gint64  not_before;
  gint64  since;
} CsmCopyRow;

void     csm_copy_row_clear       (CsmCopyRow        *self);
gboolean csm_txn_copy_put         (CsmTxn            *txn,
                                   const CsmCopyRow  *row,
                                   GError           **error);
gboolean csm_txn_copy_forget      (CsmTxn            *txn,
                                   const char        *message_id,
                                   GError           **error);
gboolean csm_txn_copy_get         (CsmTxn            *txn,
                                   const char        *message_id,
                                   CsmCopyRow        *row,
                                   GError           **error);
gboolean csm_txn_copy_next        (CsmTxn            *txn,
                                   const char        *channel_id,
                                   gint64             now,
                                   CsmCopyRow        *row,
                                   GError           **error);
GArray  *csm_txn_copy_channels    (CsmTxn            *txn,
                                   GError           **error);
guint    csm_txn_copy_count       (CsmTxn            *txn,
                                   const char        *channel_id,
                                   GError           **error);
gboolean csm_txn_copy_postpone    (CsmTxn            *txn,
                                   const char        *channel_id,
                                   gint64             not_before,
                                   GError           **error);
gboolean csm_txn_copy_hurry       (CsmTxn            *txn,
                                   const char        *channel_id,
                                   gint64             now,
                                   GError           **error);
gboolean csm_txn_copy_restart     (CsmTxn            *txn,
                                   gint64             now,
                                   GError           **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsmCopyRow, csm_copy_row_clear)

G_END_DECLS
