/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/**
 * CsmThread:
 * @parent_id: (nullable): the message record that the mail belongs to
 * @is_sibling: whether it is only known that both refer to the same mail
 * @unknown: (element-type utf8): ids that the mail refers to and that we haven't got
 *
 * Where a mail belongs. Zero-initialise; csm_thread_clear() frees what is inside.
 */
typedef struct
{
  char      *parent_id;
  gboolean   is_sibling;
  GPtrArray *unknown;
} CsmThread;

void     csm_thread_clear   (CsmThread   *self);
gboolean csm_thread_find    (CsmThread   *self,
                             CsmTxn      *txn,
                             const char  *channel_id,
                             JsonObject  *mail,
                             const char  *rfc_id,
                             GError     **error);
gboolean csm_thread_knows   (CsmTxn      *txn,
                             JsonObject  *parent,
                             const char  *address,
                             gboolean    *known,
                             GError     **error);
gboolean csm_thread_is_bulk (CsmTxn      *txn,
                             JsonObject  *parent,
                             gboolean    *bulk,
                             GError     **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsmThread, csm_thread_clear)

G_END_DECLS
