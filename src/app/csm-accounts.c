/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-accounts.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-error.h"

/* So much of the hash tells the folders of two accounts apart. */
#define HASH_LENGTH 16

struct _CsmAccounts
{
  GObject    parent_instance;
  GSettings *settings;
  char      *data_dir;
};

enum { NOT_KEPT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmAccounts, csm_accounts, G_TYPE_OBJECT)

static void
csm_accounts_finalize (GObject *object)
{
  CsmAccounts *self = CSM_ACCOUNTS (object);

  g_clear_object (&self->settings);
  g_free (self->data_dir);
  G_OBJECT_CLASS (csm_accounts_parent_class)->finalize (object);
}

static void
csm_accounts_class_init (CsmAccountsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_accounts_finalize;
  signals[NOT_KEPT] = g_signal_new ("not-kept", CSM_TYPE_ACCOUNTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
csm_accounts_init (CsmAccounts *self)
{
}

/**
 * csm_accounts_new:
 * @settings: the app's settings
 * @data_dir: (nullable): where everything is kept; %NULL for "casement" below the user's data
 *
 * Returns: (transfer full): the accounts
 */
CsmAccounts *
csm_accounts_new (GSettings  *settings,
                  const char *data_dir)
{
  CsmAccounts *self;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  self = g_object_new (CSM_TYPE_ACCOUNTS, NULL);
  self->settings = g_object_ref (settings);
  self->data_dir = data_dir != NULL ? g_strdup (data_dir) : g_build_filename (g_get_user_data_dir (), "casement", NULL);
  return self;
}

/* Looks for two files: call it once, at start. Returns: what was used last */
CsmAccountsLast
csm_accounts_get_last (CsmAccounts *self)
{
  g_autofree char *server = csm_accounts_dup_server (self);
  g_autofree char *workspace = csm_accounts_dup_workspace_dir (self);
  g_autofree char *sample = csm_accounts_dup_sample_dir (self);

  g_return_val_if_fail (CSM_IS_ACCOUNTS (self), CSM_ACCOUNTS_NONE);
  if (server[0] != '\0')
    return CSM_ACCOUNTS_SERVER;
  if (g_settings_get_boolean (self->settings, "sample") && g_file_test (sample, G_FILE_TEST_IS_DIR))
    return CSM_ACCOUNTS_SAMPLE;
  return g_file_test (workspace, G_FILE_TEST_IS_DIR) ? CSM_ACCOUNTS_HERE : CSM_ACCOUNTS_NONE;
}

/* Returns: (transfer full): the URL, "" for none */
char *
csm_accounts_dup_server (CsmAccounts *self)
{
  return g_settings_get_string (self->settings, "server");
}

/* Returns: (transfer full): the address, "" for none */
char *
csm_accounts_dup_email (CsmAccounts *self)
{
  return g_settings_get_string (self->settings, "person-email");
}

/* Returns: (transfer full): where the workspace on this computer is or will be */
char *
csm_accounts_dup_workspace_dir (CsmAccounts *self)
{
  return g_build_filename (self->data_dir, "workspace", NULL);
}

/* Returns: (transfer full): where the sample workspace is or will be: apart, so that looking around leaves nothing behind */
char *
csm_accounts_dup_sample_dir (CsmAccounts *self)
{
  return g_build_filename (self->data_dir, "sample", NULL);
}

static char *
readable_host (const char *server)
{
  g_autofree char *host = NULL;

  if (!g_uri_split (server, G_URI_FLAGS_NONE, NULL, NULL, &host, NULL, NULL, NULL, NULL, NULL) || host == NULL)
    return g_strdup ("here");
  return g_strcanon (g_steal_pointer (&host), G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS ".-", '_');
}

/**
 * csm_accounts_dup_cache_dir:
 * @self: the accounts
 * @server: the server's URL
 * @email: who signs in
 *
 * Returns: (transfer full): the folder for this account's cache; nothing in its name tells the person
 */
char *
csm_accounts_dup_cache_dir (CsmAccounts *self,
                            const char  *server,
                            const char  *email)
{
  g_autofree char *lower = g_ascii_strdown (email, -1);
  g_autofree char *whole = g_strconcat (server, "\n", lower, NULL);
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, whole, -1);
  g_autofree char *host = readable_host (server);
  g_autofree char *name = NULL;

  g_return_val_if_fail (CSM_IS_ACCOUNTS (self), NULL);
  hash[HASH_LENGTH] = '\0';
  name = g_strconcat (host, "-", hash, NULL);
  return g_build_filename (self->data_dir, "accounts", name, NULL);
}

/* Both %NULL for the workspace on this computer. */
void
csm_accounts_remember (CsmAccounts *self,
                       const char  *server,
                       const char  *email)
{
  g_return_if_fail (CSM_IS_ACCOUNTS (self));
  g_settings_set_string (self->settings, "server", server != NULL ? server : "");
  g_settings_set_string (self->settings, "person-email", email != NULL ? email : "");
  g_settings_reset (self->settings, "sample");
}

/* Who looks around goes on with that at the next start. */
void
csm_accounts_remember_sample (CsmAccounts *self)
{
  csm_accounts_remember (self, NULL, NULL);
  g_settings_set_boolean (self->settings, "sample", TRUE);
}

/* Who signs out keeps the cache: nothing that waits in it may get lost. */
void
csm_accounts_forget (CsmAccounts *self)
{
  g_return_if_fail (CSM_IS_ACCOUNTS (self));
  g_settings_reset (self->settings, "server");
  g_settings_reset (self->settings, "person-email");
  g_settings_reset (self->settings, "sample");
}

typedef struct
{
  char      *server;
  char      *email;
} SignIn;

static void
sign_in_data_free (SignIn *data)
{
  g_free (data->server);
  g_free (data->email);
  g_free (data);
}

static void
stored_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (CsmAccounts) self = user_data;
  g_autoptr (GError) error = NULL;

  if (csm_keyring_store_finish (result, &error))
    return;
  g_info ("The keyring did not take the token: %s", error != NULL ? error->message : "no reason given");
  g_signal_emit (self, signals[NOT_KEPT], 0, error != NULL ? error->message : _("The keyring did not take the sign-in"));
}

/* The keyring may ask for its own password: nobody waits for that to begin. */
static void
signed_in_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  SignIn *data = g_task_get_task_data (task);
  CsmAccounts *self = g_task_get_source_object (task);
  CsmSignIn *sign_in = csm_sign_in_finish (result, &error);

  if (sign_in == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  csm_accounts_remember (self, data->server, data->email);
  csm_keyring_store_async (data->server, data->email, sign_in->token, NULL, stored_cb, g_object_ref (self));
  g_task_return_pointer (task, sign_in, (GDestroyNotify) csm_sign_in_free);
}

/**
 * csm_accounts_sign_in_async:
 * @self: the accounts
 * @server: the server's URL, from csm_accounts_read_server()
 * @email: who signs in
 * @password: used once, kept nowhere
 * @code: (nullable): from a guest's invitation
 * @cancellable: (nullable): to give up
 * @callback: called when done
 * @user_data: for @callback
 *
 * Signs in, and remembers server and address. The keyring gets the token beside; "not-kept" tells when it can't. Main
 * thread.
 */
void
csm_accounts_sign_in_async (CsmAccounts         *self,
                            const char          *server,
                            const char          *email,
                            const char          *password,
                            const char          *code,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  SignIn *data = g_new0 (SignIn, 1);
  g_autofree char *device = NULL;

  data->server = g_strdup (server);
  data->email = g_strdup (email);
  device = g_strdup_printf (_("Casement on %s"), g_get_host_name ());
  g_task_set_source_tag (task, csm_accounts_sign_in_async);
  g_task_set_task_data (task, data, (GDestroyNotify) sign_in_data_free);
  csm_sign_in_async (server, email, password, code, device, cancellable, signed_in_cb, task);
}

/**
 * csm_accounts_sign_in_finish:
 * @self: the accounts
 * @result: the result
 * @error: return location; csm_accounts_explain() has the sentence
 *
 * Returns: (transfer full): the token and who it is for
 */
CsmSignIn *
csm_accounts_sign_in_finish (CsmAccounts   *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
is_loopback (const char *host)
{
  return g_str_equal (host, "localhost") || g_str_has_prefix (host, "127.") || g_str_equal (host, "::1");
}

/**
 * csm_accounts_read_server:
 * @typed: what somebody wrote as a server's address
 *
 * Adds what people leave out: https, or http on this very computer. A path is kept without its last slash.
 *
 * Returns: (transfer full) (nullable): the URL; %NULL when it can't be one
 */
char *
csm_accounts_read_server (const char *typed)
{
  g_autofree char *text = g_strstrip (g_strdup (typed));
  g_autofree char *whole = strstr (text, "://") != NULL ? g_strdup (text) : g_strconcat ("https://", text, NULL);
  g_autofree char *scheme = NULL;
  g_autofree char *user = NULL;
  g_autofree char *host = NULL;
  g_autofree char *path = NULL;
  gsize length;
  int port;

  if (!g_uri_split (whole, G_URI_FLAGS_NONE, &scheme, &user, &host, &port, &path, NULL, NULL, NULL))
    return NULL;
  if (host == NULL || host[0] == '\0' || user != NULL || strpbrk (text, " \t@") != NULL)
    return NULL;
  if (!g_str_equal (scheme, "https") && !g_str_equal (scheme, "http"))
    return NULL;
  length = strlen (path);
  if (length > 0 && path[length - 1] == '/')
    path[length - 1] = '\0';
  return g_uri_join (G_URI_FLAGS_NONE, strstr (text, "://") == NULL && is_loopback (host) ? "http" : scheme,
                     NULL, host, port, path, NULL, NULL);
}

static const char *
explain_io (const GError *error)
{
  switch (error->code)
    {
    case G_IO_ERROR_HOST_NOT_FOUND:
      return _("There is no server of that name.");
    case G_IO_ERROR_CONNECTION_REFUSED:
      return _("Nothing answers at that address.");
    case G_IO_ERROR_TIMED_OUT:
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
      return _("The server can’t be reached. Is the network on?");
    case G_IO_ERROR_INVALID_DATA:
      return _("What answers at that address is not a Casement server.");
    default:
      return NULL;
    }
}

/**
 * csm_accounts_explain:
 * @error: why signing in failed
 *
 * Returns: (transfer full): one sentence for people, chosen by the code
 */
char *
csm_accounts_explain (const GError *error)
{
  const char *sentence = NULL;

  if (error->domain == G_TLS_ERROR)
    sentence = _("The server’s certificate is not to be trusted.");
  else if (error->domain == G_RESOLVER_ERROR)
    sentence = _("There is no server of that name.");
  else if (error->domain == G_IO_ERROR)
    sentence = explain_io (error);
  else if (g_error_matches (error, CSM_ERROR, CSM_ERROR_FORBIDDEN))
    return g_strdup (error->message);
  else if (g_error_matches (error, CSM_ERROR, CSM_ERROR_INVALID) || g_error_matches (error, CSM_ERROR, CSM_ERROR_NOT_FOUND))
    sentence = _("What answers at that address is not a Casement server.");
  return g_strdup (sentence != NULL ? sentence : _("Signing in did not work. Please try again."));
}
