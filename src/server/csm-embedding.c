/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-embedding.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "csm-error.h"
#include "csm-json.h"

/* What the app gives its child. */
#define TELL_FD 3
#define ALIVE_FD 4

/* The same for each start: operations that were sent before a crash are known again. */
#define DEVICE_ID "embedded"

struct _CsmEmbedding
{
  char    *path;
  char    *token;
  char    *person_id;
  guint    alive_id;
  void   (*gone) (gpointer data);
  gpointer data;
};

typedef struct
{
  char *id;
  char *created;
} First;

static gboolean
look_at_person (const char *id,
                const char *json,
                gpointer    user_data)
{
  First *first = user_data;
  g_autoptr (JsonObject) person = csm_json_parse_object (json, -1, NULL);
  const char *created = csm_json_get_string (person, "created");

  if (g_strcmp0 (csm_json_get_string (person, "role"), "admin") != 0 || !csm_json_get_boolean (person, "active") || created == NULL)
    return TRUE;
  if (first->id == NULL || strcmp (created, first->created) < 0)
    {
      g_free (first->id);
      g_free (first->created);
      first->id = g_strdup (id);
      first->created = g_strdup (created);
    }
  return TRUE;
}

/* Whoever made the workspace on this computer is its first admin. */
static gpointer
find_owner (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  First first = { 0 };
  g_autoptr (CsmAccountRow) account = NULL;
  CsmPrincipal *owner = NULL;

  if (csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), G_MAXINT, look_at_person, &first, error))
    {
      if (first.id != NULL)
        account = csm_txn_account_of (txn, first.id, error);
      else
        g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("The workspace has no administrator"));
    }
  if (account != NULL)
    {
      owner = g_new0 (CsmPrincipal, 1);
      owner->person_id = g_strdup (first.id);
      owner->device_id = g_strdup (DEVICE_ID);
      owner->role = g_strdup ("admin");
      owner->account = account->account;
    }
  g_free (first.id);
  g_free (first.created);
  return owner;
}

/**
 * csm_embedding_new:
 * @store: the workspace
 * @auth: gets the token
 * @error: return location
 *
 * Returns: (transfer full): one that has told nobody yet
 */
CsmEmbedding *
csm_embedding_new (CsmStore  *store,
                   CsmAuth   *auth,
                   GError   **error)
{
  g_autoptr (CsmPrincipal) owner = csm_store_run (store, FALSE, find_owner, NULL, error);
  CsmEmbedding *self;
  g_autofree char *token_hash = NULL;
  g_autofree char *name = NULL;

  if (owner == NULL)
    return NULL;
  if (fcntl (TELL_FD, F_GETFD) < 0 || fcntl (ALIVE_FD, F_GETFD) < 0)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_USAGE, _("Only the app starts an embedded server"));
      return NULL;
    }
  fcntl (TELL_FD, F_SETFD, FD_CLOEXEC);
  fcntl (ALIVE_FD, F_SETFD, FD_CLOEXEC);
  self = g_new0 (CsmEmbedding, 1);
  self->token = csm_auth_make_token ();
  self->person_id = g_strdup (owner->person_id);
  token_hash = csm_auth_hash_token (self->token);
  csm_auth_remember (auth, token_hash, owner);
  name = g_strdup_printf ("casement-%d.sock", (int) getpid ());
  self->path = g_build_filename (g_get_user_runtime_dir (), name, NULL);
  unlink (self->path);
  /* The socket is nobody else's from the first moment. */
  umask (0077);
  return self;
}

/**
 * csm_embedding_free:
 * @self: (transfer full): an embedding
 *
 * Takes the socket away.
 */
void
csm_embedding_free (CsmEmbedding *self)
{
  g_clear_handle_id (&self->alive_id, g_source_remove);
  unlink (self->path);
  g_free (self->path);
  g_free (self->token);
  g_free (self->person_id);
  g_free (self);
}

/**
 * csm_embedding_get_address:
 * @self: an embedding
 *
 * Returns: (transfer full): where to listen
 */
GSocketAddress *
csm_embedding_get_address (CsmEmbedding *self)
{
  return g_unix_socket_address_new (self->path);
}

static gboolean
alive_cb (int          fd,
          GIOCondition condition,
          gpointer     user_data)
{
  CsmEmbedding *self = user_data;
  char byte;

  if (condition & G_IO_IN && read (fd, &byte, 1) > 0)
    return G_SOURCE_CONTINUE;
  self->alive_id = 0;
  self->gone (self->data);
  return G_SOURCE_REMOVE;
}

/**
 * csm_embedding_tell:
 * @self: an embedding whose address is listened on
 * @gone: called when the app is gone
 * @data: for @gone
 * @error: return location
 *
 * Tells the app where to connect, and how.
 *
 * Returns: whether it worked
 */
gboolean
csm_embedding_tell (CsmEmbedding  *self,
                    void         (*gone) (gpointer data),
                    gpointer       data,
                    GError       **error)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  chmod (self->path, 0600);
  json_object_set_string_member (object, "socket", self->path);
  json_object_set_string_member (object, "token", self->token);
  json_object_set_string_member (object, "personId", self->person_id);
  text = csm_json_write_object (object);
  line = g_strconcat (text, "\n", NULL);
  /* Shorter than PIPE_BUF: all or nothing. */
  if (write (TELL_FD, line, strlen (line)) != (gssize) strlen (line))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_FAILED, _("The app can’t be told: %s"), g_strerror (errno));
      return FALSE;
    }
  close (TELL_FD);
  self->gone = gone;
  self->data = data;
  self->alive_id = g_unix_fd_add (ALIVE_FD, G_IO_IN | G_IO_HUP | G_IO_ERR, alive_cb, self);
  return TRUE;
}
