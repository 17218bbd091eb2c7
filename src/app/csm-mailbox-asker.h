/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-account.h"

G_BEGIN_DECLS

/* Whom the pages about mailboxes ask: the account's server; whoever derives from it answers instead. */
#define CSM_TYPE_MAILBOX_ASKER (csm_mailbox_asker_get_type ())
G_DECLARE_DERIVABLE_TYPE (CsmMailboxAsker, csm_mailbox_asker, CSM, MAILBOX_ASKER, GObject)

/**
 * CsmMailboxAskerClass:
 * @ask_async: asks; takes nothing over
 * @ask_finish: (transfer full): the answer
 * @browse: has the browser go somewhere
 */
struct _CsmMailboxAskerClass
{
  GObjectClass parent_class;

  void      (*ask_async)  (CsmMailboxAsker      *self,
                           const char           *name,
                           JsonNode             *arguments,
                           GCancellable         *cancellable,
                           GAsyncReadyCallback   callback,
                           gpointer              user_data);
  JsonNode *(*ask_finish) (CsmMailboxAsker      *self,
                           GAsyncResult         *result,
                           GError              **error);
  void      (*browse)     (CsmMailboxAsker      *self,
                           const char           *url);
};

CsmMailboxAsker *csm_mailbox_asker_new        (CsmAccount           *account);
void             csm_mailbox_asker_ask_async  (CsmMailboxAsker      *self,
                                               const char           *name,
                                               JsonObject           *arguments,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
JsonObject      *csm_mailbox_asker_ask_finish (CsmMailboxAsker      *self,
                                               GAsyncResult         *result,
                                               GError              **error);
void             csm_mailbox_asker_browse     (CsmMailboxAsker      *self,
                                               const char           *url);

G_END_DECLS
