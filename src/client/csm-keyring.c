/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>

#include "csm-account.h"

static const SecretSchema schema = {
  CSM_APP_ID,
  SECRET_SCHEMA_NONE,
  {
    { "server", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "email", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
  0, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
};

/* Whatever libsecret or D-Bus call it: there is no keyring to be had, and the person must hear what follows from that. */
static GError *
no_keyring (GError *error)
{
  GError *ours;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return error;
  g_debug ("no secret service: %s", error->message);
  ours = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                              _("There is no keyring on this computer to keep the sign-in, so Casement asks at each start"));
  g_error_free (error);
  return ours;
}

static void
stored (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, no_keyring (error));
}

/**
 * csm_keyring_store_async:
 * @server_url: the server
 * @email: who signs in there
 * @token: the device's token
 * @cancellable: (nullable): gives up
 * @callback: called when it is kept, or can't be
 * @user_data: for @callback
 */
void
csm_keyring_store_async (const char          *server_url,
                         const char          *email,
                         const char          *token,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *label = g_strdup_printf (_("Casement: %s"), email);

  g_task_set_source_tag (task, csm_keyring_store_async);
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, token, cancellable, stored, task,
                         "server", server_url, "email", email, NULL);
}

/**
 * csm_keyring_store_finish:
 * @result: what the callback got
 * @error: `G_IO_ERROR_NOT_SUPPORTED` with a sentence for people where there is no keyring
 *
 * Returns: whether the token is kept
 */
gboolean
csm_keyring_store_finish (GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
looked_up (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *token = secret_password_lookup_finish (result, &error);

  if (error != NULL)
    g_task_return_error (task, no_keyring (error));
  else
    g_task_return_pointer (task, token, (GDestroyNotify) secret_password_free);
}

/**
 * csm_keyring_lookup_async:
 * @server_url: the server
 * @email: who signs in there
 * @cancellable: (nullable): gives up
 * @callback: called with the answer
 * @user_data: for @callback
 */
void
csm_keyring_lookup_async (const char          *server_url,
                          const char          *email,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, csm_keyring_lookup_async);
  secret_password_lookup (&schema, cancellable, looked_up, task, "server", server_url, "email", email, NULL);
}

/**
 * csm_keyring_lookup_finish:
 * @result: what the callback got
 * @error: `G_IO_ERROR_NOT_SUPPORTED` with a sentence for people where there is no keyring
 *
 * Returns: (transfer full) (nullable): the token; %NULL without @error when none is kept
 */
char *
csm_keyring_lookup_finish (GAsyncResult  *result,
                           GError       **error)
{
  g_autofree char *secret = NULL;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  secret = g_task_propagate_pointer (G_TASK (result), error);
  return g_steal_pointer (&secret);
}
