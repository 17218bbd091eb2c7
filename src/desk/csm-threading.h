/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/**
 * CsmThread:
 * @parent_id: (nullable): the message record that the mail belongs to
 * @named_id: (nullable): the conversation that the address names which the mail came to
 * @is_sibling: whether it is only known that both refer to the same mail, or that a mail program thinks they belong together
 * @unknown: (element-type utf8): ids that the mail refers to and that we haven't got
 * @hints: (element-type utf8): what mail programs call the conversation that the mail is in
 *
 * Where a mail belongs. Zero-initialise; csm_thread_clear() frees what is inside.
 */
typedef struct
{
  char      *parent_id;
  char      *named_id;
  gboolean   is_sibling;
  GPtrArray *unknown;
  GPtrArray *hints;
} CsmThread;

void     csm_thread_clear   (CsmThread   *self);
gboolean csm_thread_find    (CsmThread   *self,
                             CsmTxn      *txn,
                             const char  *channel_id,
                             JsonObject  *mail,
                             const char  *rfc_id,
                             const char  *provider_thread,
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
