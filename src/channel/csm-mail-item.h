/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mail-import.h"
#include "csm-reader-client.h"

G_BEGIN_DECLS

/**
 * CsmMailItem:
 * @raw: the mail; %NULL when it could not even be read from disk, or is large
 * @spool: (nullable): instead of @raw, when it is large
 * @start: where in @spool it begins
 * @size: its bytes
 * @received: receipt, µs, or `CSM_TIME_NONE` while nobody knows
 * @thread: what the mail server calls the conversation that it is in; 0: it doesn't say
 * @sent: whether it lay among what was sent from the mailbox
 * @raw_blob_id: the stored original
 * @mail: what casement-reader says; `ok` is false when it could not be read
 * @blob_ids: (array): the stored parts
 * @problem: (nullable): why it has to be set aside
 * @ready: whether it has been read and stored
 *
 * One mail between its archive and the database.
 */
typedef struct
{
  GBytes      *raw;
  CsmSpool    *spool;
  gsize        start;
  gsize        size;
  gint64       received;
  guint64      thread;
  gboolean     sent;
  char        *raw_blob_id;
  JsonObject  *mail;
  char       **blob_ids;
  guint        n_blob_ids;
  char        *problem;
  gboolean     ready;
} CsmMailItem;

void     csm_mail_item_free  (CsmMailItem       *self);
gboolean csm_mail_item_store (CsmMailItem       *self,
                              CsmStore          *store,
                              CsmReaderClient   *reader,
                              gboolean           synced,
                              GError           **error);
gboolean csm_mail_item_take  (CsmMailItem       *self,
                              CsmTxn            *txn,
                              const char        *channel_id,
                              gboolean           history,
                              gboolean           careful,
                              CsmImportResult   *result,
                              GError           **error);
gboolean csm_mail_item_is_fatal (const GError    *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmMailItem, csm_mail_item_free)

G_END_DECLS
