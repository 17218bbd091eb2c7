/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

#include "csm-store.h"

G_BEGIN_DECLS

/**
 * CsmAsk:
 * @store: the server's store
 * @who: who asks
 * @arguments: what about
 * @allow_loopback: whether what strangers name on the internet may be this computer: only in tests
 * @cancellable: cancelled when nobody waits for the answer any more
 *
 * Something that a person wants of the server that no record is changed for, or not by itself.
 */
typedef struct
{
  CsmStore     *store;
  CsmPrincipal *who;
  JsonObject   *arguments;
  gboolean      allow_loopback;
  GCancellable *cancellable;
} CsmAsk;

/* Answers in a thread of its own, and may block. NULL with an error: `CSM_ERROR`'s message is one sentence for the person who asked. */
typedef JsonObject *(*CsmAskFunc) (CsmAsk *ask, GError **error);

JsonObject *csm_ask_account_devices  (CsmAsk *ask, GError **error);
JsonObject *csm_ask_account_password (CsmAsk *ask, GError **error);
JsonObject *csm_ask_account_sign_out (CsmAsk *ask, GError **error);
JsonObject *csm_ask_customer_merge_plan (CsmAsk *ask, GError **error);
JsonObject *csm_ask_guest_invite     (CsmAsk *ask, GError **error);
JsonObject *csm_ask_mailbox_find     (CsmAsk *ask, GError **error);
JsonObject *csm_ask_mailbox_sign_in  (CsmAsk *ask, GError **error);
JsonObject *csm_ask_mailbox_test     (CsmAsk *ask, GError **error);
JsonObject *csm_ask_mailbox_connect  (CsmAsk *ask, GError **error);
JsonObject *csm_ask_mailbox_settings (CsmAsk *ask, GError **error);
JsonObject *csm_ask_mailbox_retry    (CsmAsk *ask, GError **error);
JsonObject *csm_ask_mailbox_remove   (CsmAsk *ask, GError **error);
JsonObject *csm_ask_person_admit     (CsmAsk *ask, GError **error);
JsonObject *csm_ask_person_code      (CsmAsk *ask, GError **error);
JsonObject *csm_ask_person_invite    (CsmAsk *ask, GError **error);
JsonObject *csm_ask_person_list      (CsmAsk *ask, GError **error);
JsonObject *csm_ask_person_mail      (CsmAsk *ask, GError **error);
JsonObject *csm_ask_tag_merge        (CsmAsk *ask, GError **error);
JsonObject *csm_ask_workspace_changes (CsmAsk *ask, GError **error);
JsonObject *csm_ask_workspace_zone   (CsmAsk *ask, GError **error);
JsonObject *csm_ask_message_images      (CsmAsk *ask, GError **error);
JsonObject *csm_ask_message_unsubscribe (CsmAsk *ask, GError **error);

JsonObject *csm_ask_load_message        (CsmAsk *ask, GError **error);
JsonObject *csm_unsubscribe_read_mailto (const char *text);

G_END_DECLS
