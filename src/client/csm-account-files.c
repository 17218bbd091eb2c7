/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-account-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "csm-error.h"

/* How large a file may be as long as no server has said (RFC 8620, section 2) */
#define USUAL_UPLOAD 50000000

/* The files of an account: attachments that come and go. */

static void
on_fetched (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *path = csm_blob_files_fetch_finish (CSM_BLOB_FILES (source), result, &error);

  if (path != NULL)
    g_task_return_pointer (task, path, g_free);
  else
    g_task_return_error (task, error);
}

/**
 * csm_account_fetch_blob_async:
 * @self: an account
 * @blob_id: what the server calls it, or an id of a file that is still to be uploaded
 * @type: its media type
 * @name: (nullable): what the file is to be called
 * @c: (nullable): a cancellable
 * @cb: called when it is there
 * @data: for @cb
 *
 * Brings a blob into the cache's folder; at once when it is there.
 */
void
csm_account_fetch_blob_async (CsmAccount          *self,
                              const char          *blob_id,
                              const char          *type,
                              const char          *name,
                              GCancellable        *c,
                              GAsyncReadyCallback  cb,
                              gpointer             data)
{
  const CsmRemoteSession *session = csm_connection_get_session (csm_account_get_connection (self));
  g_autoptr (GTask) task = g_task_new (self, c, cb, data);
  g_autoptr (SoupMessage) message = NULL;
  g_autofree char *known_id = NULL;

  g_task_set_source_tag (task, csm_account_fetch_blob_async);
  if (g_str_has_prefix (blob_id, CSM_LOCAL_BLOB_PREFIX))
    known_id = g_strconcat ("B", blob_id + strlen (CSM_LOCAL_BLOB_PREFIX), NULL);
  else
    known_id = g_strdup (blob_id);
  /* It becomes part of a path, and comes from a record. */
  if (strlen (known_id) != 65 || strspn (known_id + 1, "0123456789abcdef") != 64)
    {
      g_task_return_new_error (task, CSM_ERROR, CSM_ERROR_NOT_FOUND, "%s", _("The server doesn't have this attachment any more"));
      return;
    }
  if (session != NULL)
    {
      g_autofree char *url = csm_connection_expand (session->download_url, session->workspace_account, known_id, type, name != NULL && *name != '\0' ? name : "file");

      message = csm_connection_new_message (csm_account_get_connection (self), "GET", url);
    }
  csm_blob_files_fetch_async (csm_account_get_blob_files (self), csm_connection_get_soup (csm_account_get_connection (self)), message, known_id, name, c, on_fetched,
                              g_steal_pointer (&task));
}

/**
 * csm_account_fetch_blob_finish:
 * @self: an account
 * @result: what the callback got
 * @error: `CSM_ERROR_NOT_FOUND`, `CSM_ERROR_INVALID` (damaged), `G_IO_ERROR_NOT_CONNECTED` and others, with a sentence for people
 *
 * Returns: (transfer full): the path of a read-only file with a safe name
 */
char *
csm_account_fetch_blob_finish (CsmAccount    *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_kept (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  JsonObject *attachment = csm_outgoing_files_keep_finish (CSM_OUTGOING_FILES (source), result, &error);

  if (attachment != NULL)
    g_task_return_pointer (task, attachment, (GDestroyNotify) json_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * csm_account_upload_async:
 * @self: an account
 * @file: what is attached
 * @c: (nullable): a cancellable
 * @cb: called when it is kept
 * @data: for @cb
 *
 * Keeps a copy of @file, which goes to the server before what names it does; without a network, too.
 */
void
csm_account_upload_async (CsmAccount          *self,
                          GFile               *file,
                          GCancellable        *c,
                          GAsyncReadyCallback  cb,
                          gpointer             data)
{
  const CsmRemoteSession *session = csm_connection_get_session (csm_account_get_connection (self));
  CsmOutgoingFiles *outgoing = csm_blob_files_get_outgoing (csm_account_get_blob_files (self));
  GTask *task = g_task_new (self, c, cb, data);

  g_task_set_source_tag (task, csm_account_upload_async);
  csm_outgoing_files_keep_async (outgoing, file, session != NULL ? session->max_size_upload : USUAL_UPLOAD, c, on_kept, task);
}

/**
 * csm_account_upload_finish:
 * @self: an account
 * @result: what the callback got
 * @error: when it can't be read or is too large for the server, a sentence for people
 *
 * Returns: (transfer full): {blobId, type, size, name}: an attachment for a Submission or Comment
 */
JsonObject *
csm_account_upload_finish (CsmAccount    *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
