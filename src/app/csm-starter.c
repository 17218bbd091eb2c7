/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-starter.h"

#include <glib/gi18n.h>

#include "csm-error.h"
#include "csm-late-socket.h"

struct _CsmStarter
{
  GObject        parent_instance;
  GCancellable  *cancellable;
  CsmEmbedded   *embedded;
  CsmLateSocket *socket;
  CsmAccount    *account;
  char          *directory;
  char          *url;       /* of a server elsewhere */
  char          *email;
  char          *token;     /* NULL: the keyring has it */
  gboolean       connected; /* or about to be */
};

enum { ACCOUNT, BUSY, PROBLEM, SIGN_IN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmStarter, csm_starter, G_TYPE_OBJECT)

/* The server: what the environment names, what is installed beside us, or what is found. */
static char *
find_server (void)
{
  const char *named = g_getenv ("CASEMENT_SERVER");
  g_autofree char *own = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = own != NULL ? g_path_get_dirname (own) : NULL;
  g_autofree char *beside = folder != NULL ? g_build_filename (folder, "casement-server", NULL) : NULL;

  if (named != NULL && named[0] != '\0')
    return g_strdup (named);
  if (beside != NULL && g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&beside);
  return g_find_program_in_path ("casement-server");
}

static void
fail (CsmStarter *self,
      const char *sentence,
      GError     *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_warning ("Starting failed: %s", error != NULL ? error->message : sentence);
  /* What our own layers say is a sentence for people; what the system says is not. */
  if (error != NULL && error->domain == CSM_ERROR)
    sentence = error->message;
  g_signal_emit (self, signals[PROBLEM], 0, sentence);
}

static void
take_account (CsmStarter *self,
              CsmAccount *account)
{
  g_clear_object (&self->account);
  self->account = account;
  g_signal_emit (self, signals[ACCOUNT], 0, account);
}

/* --- a workspace on this computer -------------------------------------------------------------------------- */

static void
show_cache (CsmStarter *self)
{
  g_autofree char *cache = g_build_filename (self->directory, "cache", NULL);

  take_account (self, csm_account_new ("http://localhost", G_SOCKET_CONNECTABLE (self->socket), NULL, cache));
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (CsmStarter) self = data;
  g_autoptr (GError) error = NULL;

  if (!csm_embedded_start_finish (CSM_EMBEDDED (source), result, &error))
    {
      fail (self, _("The workspace on this computer could not be started"), error);
      return;
    }
  csm_late_socket_set (self->socket, csm_embedded_get_remote (self->embedded));
  if (self->account == NULL)
    show_cache (self);
  csm_account_set_token (self->account, csm_embedded_get_token (self->embedded));
  csm_account_start (self->account);
}

static void
start_embedded (CsmStarter *self)
{
  if (self->embedded != NULL)
    csm_embedded_start_async (self->embedded, self->cancellable, started_cb, g_object_ref (self));
}

static void
prepared_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmStarter) self = data;
  g_autoptr (GError) error = NULL;

  if (!csm_embedded_prepare_finish (CSM_EMBEDDED (source), result, &error))
    fail (self, _("The workspace could not be made"), error);
  else
    start_embedded (self);
}

/**
 * csm_starter_open_here:
 * @self: a starter
 * @directory: where the workspace is or will be
 * @workspace: (nullable): its name when it has to be made
 * @person: (nullable): the person's name when it has to be made
 * @sample: (nullable): the sample's folder to fill a new workspace from
 * @mail: (nullable): the mail to fill a new workspace from
 *
 * Opens a workspace on this computer. One that exists is shown from its cache before its server is up.
 */
void
csm_starter_open_here (CsmStarter *self,
                       const char *directory,
                       const char *workspace,
                       const char *person,
                       const char *sample,
                       const char *mail)
{
  g_autofree char *server = find_server ();
  g_autofree char *data_dir = g_build_filename (directory, "server", NULL);

  g_return_if_fail (CSM_IS_STARTER (self) && self->embedded == NULL);
  if (server == NULL)
    {
      fail (self, _("The program casement-server is not installed"), NULL);
      return;
    }
  self->directory = g_strdup (directory);
  self->socket = csm_late_socket_new ();
  self->embedded = csm_embedded_new (server, data_dir);
  if (csm_embedded_has_workspace (self->embedded))
    {
      show_cache (self);
      return;
    }
  self->connected = TRUE;
  g_signal_emit (self, signals[BUSY], 0, sample != NULL ? _("Laying Out the Sample") : mail != NULL ? _("Reading Your Mail") : _("Making the Workspace"));
  csm_embedded_prepare_async (self->embedded, workspace, person, sample, mail, self->cancellable, prepared_cb, g_object_ref (self));
}

/* --- a server elsewhere ------------------------------------------------------------------------------------ */

static void
token_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (CsmStarter) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *token = csm_keyring_lookup_finish (result, &error);

  if (error != NULL)
    g_message ("the keyring can't be read: %s", error->message);
  if (self->account == NULL)
    return;
  /* Whoever was quicker than the keyring is signed in. */
  if (self->token != NULL)
    return;
  /* Without one the account says that it is signed out, and is shown all the same. */
  csm_account_set_token (self->account, token);
  csm_account_start (self->account);
  if (token == NULL)
    g_signal_emit (self, signals[SIGN_IN], 0, error != NULL ? error->message : _("The keyring on this computer no longer knows you."));
}

/**
 * csm_starter_sign_in:
 * @self: a starter
 * @server: the server's URL
 * @email: who signed in there
 * @token: the new token
 *
 * Goes on with the account that is open, when it is of the same person on the same server.
 *
 * Returns: whether it is; else nothing is done
 */
gboolean
csm_starter_sign_in (CsmStarter *self,
                     const char *server,
                     const char *email,
                     const char *token)
{
  g_return_val_if_fail (CSM_IS_STARTER (self), FALSE);
  if (self->account == NULL || g_strcmp0 (self->url, server) != 0 || self->email == NULL || g_ascii_strcasecmp (self->email, email) != 0)
    return FALSE;
  g_free (self->token);
  self->token = g_strdup (token);
  self->connected = TRUE;
  csm_account_set_token (self->account, token);
  csm_account_start (self->account);
  return TRUE;
}

/**
 * csm_starter_open_server:
 * @self: a starter
 * @server: the server's URL
 * @email: the person's address
 * @directory: where the account's cache lives
 * @token: (nullable): the token, when just signed in; %NULL: the keyring has it
 *
 * Opens an account on a server. Its cache is shown before anything connects.
 */
void
csm_starter_open_server (CsmStarter *self,
                         const char *server,
                         const char *email,
                         const char *directory,
                         const char *token)
{
  g_return_if_fail (CSM_IS_STARTER (self));
  self->url = g_strdup (server);
  self->email = g_strdup (email);
  self->token = g_strdup (token);
  take_account (self, csm_account_new (server, NULL, token, directory));
}

/* Starts the embedded server, or asks the keyring, and connects. For when the cache is shown: nobody should wait longer for that. */
void
csm_starter_connect (CsmStarter *self)
{
  g_return_if_fail (CSM_IS_STARTER (self));
  if (self->account == NULL || self->connected)
    return;
  self->connected = TRUE;
  if (self->embedded != NULL)
    start_embedded (self);
  else if (self->token != NULL)
    csm_account_start (self->account);
  else
    csm_keyring_lookup_async (self->url, self->email, self->cancellable, token_cb, g_object_ref (self));
}

/* Ends connection, cache and server. Blocks shortly for what is being written. */
void
csm_starter_stop (CsmStarter *self)
{
  g_return_if_fail (CSM_IS_STARTER (self));
  g_cancellable_cancel (self->cancellable);
  if (self->account != NULL)
    csm_account_stop (self->account);
  g_clear_object (&self->account);
  if (self->embedded != NULL)
    csm_embedded_stop (self->embedded);
  g_clear_object (&self->embedded);
}

static void
csm_starter_dispose (GObject *object)
{
  csm_starter_stop (CSM_STARTER (object));
  G_OBJECT_CLASS (csm_starter_parent_class)->dispose (object);
}

static void
csm_starter_finalize (GObject *object)
{
  CsmStarter *self = CSM_STARTER (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->socket);
  g_free (self->directory);
  g_free (self->url);
  g_free (self->email);
  g_free (self->token);
  G_OBJECT_CLASS (csm_starter_parent_class)->finalize (object);
}

static void
csm_starter_class_init (CsmStarterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_starter_dispose;
  object_class->finalize = csm_starter_finalize;
  signals[ACCOUNT] = g_signal_new ("account", CSM_TYPE_STARTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, CSM_TYPE_ACCOUNT);
  signals[BUSY] = g_signal_new ("busy", CSM_TYPE_STARTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGN_IN] = g_signal_new ("sign-in", CSM_TYPE_STARTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[PROBLEM] = g_signal_new ("problem", CSM_TYPE_STARTER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
csm_starter_init (CsmStarter *self)
{
  self->cancellable = g_cancellable_new ();
}

CsmStarter *
csm_starter_new (void)
{
  return g_object_new (CSM_TYPE_STARTER, NULL);
}
