/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/**
 * CsmMailboxState:
 * @uid_validity: what the UIDs belong to; 0: nothing has been read yet
 * @next_uid: the first UID that has not been looked at
 * @modseq: the folder's highest modification sequence then; 0: the server knows none
 * @checked: when it was last known that nothing is missing, µs, or 0
 *
 * How far a folder of a mail server has been read (RFC 3501, section 2.3.1.1; RFC 7162).
 */
typedef struct
{
  guint32 uid_validity;
  guint32 next_uid;
  gint64  modseq;
  gint64  checked;
} CsmMailboxState;

/* A mail that could not be got, and when it may be tried again, µs. */
typedef struct
{
  guint32 uid;
  guint   tries;
  gint64  not_before;
} CsmMailboxPostponed;

gboolean csm_txn_get_mailbox      (CsmTxn                     *txn,
                                   const char                 *channel_id,
                                   const char                 *folder,
                                   CsmMailboxState            *state,
                                   GError                    **error);
gboolean csm_txn_put_mailbox      (CsmTxn                     *txn,
                                   const char                 *channel_id,
                                   const char                 *folder,
                                   const CsmMailboxState      *state,
                                   GError                    **error);
GArray  *csm_txn_list_postponed   (CsmTxn                     *txn,
                                   const char                 *channel_id,
                                   const char                 *folder,
                                   GError                    **error);
gboolean csm_txn_put_postponed    (CsmTxn                     *txn,
                                   const char                 *channel_id,
                                   const char                 *folder,
                                   const CsmMailboxPostponed  *postponed,
                                   GError                    **error);
gboolean csm_txn_forget_postponed (CsmTxn                     *txn,
                                   const char                 *channel_id,
                                   const char                 *folder,
                                   guint32                     uid,
                                   GError                    **error);

char    *csm_txn_secret           (CsmTxn                     *txn,
                                   const char                 *name,
                                   GError                    **error);
gboolean csm_txn_set_secret       (CsmTxn                     *txn,
                                   const char                 *name,
                                   const char                 *value,
                                   GError                    **error);

G_END_DECLS
