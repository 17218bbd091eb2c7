/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-mailbox-asker.h"

#include "csm-account-ask.h"

typedef struct
{
  CsmAccount *account;
} CsmMailboxAskerPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (CsmMailboxAsker, csm_mailbox_asker, G_TYPE_OBJECT)

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  JsonNode *answer = csm_account_ask_finish (CSM_ACCOUNT (source), result, &error);

  if (answer != NULL)
    g_task_return_pointer (task, answer, (GDestroyNotify) json_node_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
real_ask_async (CsmMailboxAsker     *self,
                const char          *name,
                JsonNode            *arguments,
                GCancellable        *cancellable,
                GAsyncReadyCallback  callback,
                gpointer             user_data)
{
  CsmMailboxAskerPrivate *priv = csm_mailbox_asker_get_instance_private (self);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, real_ask_async);
  csm_account_ask_async (priv->account, name, arguments, cancellable, answered_cb, task);
}

static JsonNode *
real_ask_finish (CsmMailboxAsker  *self,
                 GAsyncResult     *result,
                 GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
real_browse (CsmMailboxAsker *self,
             const char      *url)
{
  g_app_info_launch_default_for_uri_async (url, NULL, NULL, NULL, NULL);
}

static void
csm_mailbox_asker_dispose (GObject *object)
{
  CsmMailboxAskerPrivate *priv = csm_mailbox_asker_get_instance_private (CSM_MAILBOX_ASKER (object));

  g_clear_object (&priv->account);
  G_OBJECT_CLASS (csm_mailbox_asker_parent_class)->dispose (object);
}

static void
csm_mailbox_asker_class_init (CsmMailboxAskerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_mailbox_asker_dispose;
  klass->ask_async = real_ask_async;
  klass->ask_finish = real_ask_finish;
  klass->browse = real_browse;
}

static void
csm_mailbox_asker_init (CsmMailboxAsker *self)
{
}

/* Returns: (transfer full): asks the server of @account */
CsmMailboxAsker *
csm_mailbox_asker_new (CsmAccount *account)
{
  CsmMailboxAsker *self = g_object_new (CSM_TYPE_MAILBOX_ASKER, NULL);
  CsmMailboxAskerPrivate *priv = csm_mailbox_asker_get_instance_private (self);

  priv->account = g_object_ref (account);
  return self;
}

/**
 * csm_mailbox_asker_ask_async:
 * @self: an asker
 * @name: what: "mailbox/find"
 * @arguments: (transfer full): about what
 * @cancellable: (nullable): a cancellable
 * @callback: gets the answer
 * @user_data: for @callback
 *
 * As csm_account_ask_async(). Main thread.
 */
void
csm_mailbox_asker_ask_async (CsmMailboxAsker     *self,
                             const char          *name,
                             JsonObject          *arguments,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  g_return_if_fail (CSM_IS_MAILBOX_ASKER (self));
  json_node_take_object (node, arguments);
  CSM_MAILBOX_ASKER_GET_CLASS (self)->ask_async (self, name, node, cancellable, callback, user_data);
}

/* Returns: (transfer full) (nullable): the answer; the error's message is a sentence for people */
JsonObject *
csm_mailbox_asker_ask_finish (CsmMailboxAsker  *self,
                              GAsyncResult     *result,
                              GError          **error)
{
  g_autoptr (JsonNode) answer = NULL;

  g_return_val_if_fail (CSM_IS_MAILBOX_ASKER (self), NULL);
  answer = CSM_MAILBOX_ASKER_GET_CLASS (self)->ask_finish (self, result, error);
  return answer != NULL ? json_node_dup_object (answer) : NULL;
}

/**
 * csm_mailbox_asker_browse:
 * @self: an asker
 * @url: where the browser is to go
 *
 * Opens it for the person. That it could not be opened is seen by its not being there.
 */
void
csm_mailbox_asker_browse (CsmMailboxAsker *self,
                          const char      *url)
{
  g_return_if_fail (CSM_IS_MAILBOX_ASKER (self));
  CSM_MAILBOX_ASKER_GET_CLASS (self)->browse (self, url);
}
