/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-blob-files.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "csm-cache-types.h"
#include "csm-error.h"
#include "csm-json.h"

#define NAME_LIMIT 200

/*
 * DIRECTORY/SHA256/data is the blob, and DIRECTORY/SHA256/files/NAME the same file under the name that other programs
 * need to see. Read-only: what is addressed by its content must not change.
 */
struct _CsmBlobFiles
{
  GObject           parent_instance;
  char             *directory;
  CsmOutgoingFiles *outgoing;
};

G_DEFINE_FINAL_TYPE (CsmBlobFiles, csm_blob_files, G_TYPE_OBJECT)

static void
csm_blob_files_finalize (GObject *object)
{
  CsmBlobFiles *self = CSM_BLOB_FILES (object);

  g_free (self->directory);
  g_clear_object (&self->outgoing);
  G_OBJECT_CLASS (csm_blob_files_parent_class)->finalize (object);
}

static void
csm_blob_files_class_init (CsmBlobFilesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_blob_files_finalize;
}

static void
csm_blob_files_init (CsmBlobFiles *self)
{
}

/**
 * csm_blob_files_new:
 * @directory: where the files live; made when needed
 *
 * Returns: (transfer full): the blobs that this account has on disk
 */
CsmBlobFiles *
csm_blob_files_new (const char *directory)
{
  CsmBlobFiles *self = g_object_new (CSM_TYPE_BLOB_FILES, NULL);
  g_autofree char *parent = g_path_get_dirname (directory);
  g_autofree char *outgoing = g_build_filename (parent, "outgoing", NULL);

  self->directory = g_strdup (directory);
  self->outgoing = csm_outgoing_files_new (outgoing, directory);
  return self;
}

/**
 * csm_blob_files_get_outgoing:
 * @self: the blobs on disk
 *
 * Returns: (transfer none): those that are not on the server yet, in the folder “outgoing” beside
 */
CsmOutgoingFiles *
csm_blob_files_get_outgoing (CsmBlobFiles *self)
{
  return self->outgoing;
}

/* --- Down -------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  char         *hex;       /* the sha-256 that the blobId carries */
  char         *folder;
  char         *data;      /* the blob */
  char         *link;      /* the same under its name */
  char         *temporary; /* what arrives */
  char         *outgoing;  /* where the same is when it was attached here */
  SoupSession  *session;
  SoupMessage  *message;
  GInputStream *body;
} Fetch;

static void
fetch_free (Fetch *fetch)
{
  g_free (fetch->hex);
  g_free (fetch->folder);
  g_free (fetch->data);
  g_free (fetch->link);
  g_free (fetch->temporary);
  g_free (fetch->outgoing);
  g_clear_object (&fetch->session);
  g_clear_object (&fetch->message);
  g_clear_object (&fetch->body);
  g_free (fetch);
}

/* A stranger chose the name: no folders, no hidden files, nothing that a shell or a file system chokes on. */
static char *
safe_name (const char *name)
{
  g_autofree char *base = g_path_get_basename (name != NULL && *name != '\0' ? name : "attachment");
  g_autofree char *valid = g_utf8_make_valid (base, -1);
  GString *safe = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (safe->len >= NAME_LIMIT)
        break;
      if (c < 0x20 || c == 0x7f || c == '/' || c == '\\' || (c == '.' && safe->len == 0))
        c = '_';
      g_string_append_unichar (safe, c);
    }
  return g_string_free (safe, FALSE);
}

static gboolean
link_under_name (Fetch   *fetch,
                 GError **error)
{
  g_autofree char *files = g_path_get_dirname (fetch->link);

  if (g_mkdir_with_parents (files, 0700) == 0 && (link (fetch->data, fetch->link) == 0 || errno == EEXIST))
    return TRUE;
  g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (errno), _("The attachment could not be kept: %s"), g_strerror (errno));
  return FALSE;
}

static char *
sum_of_file (const char  *path,
             GError     **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);

  if (file == NULL)
    return NULL;
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) g_mapped_file_get_contents (file), g_mapped_file_get_length (file));
}

/* A worker thread: what arrived becomes the blob only when its sum is right. */
static void
keep_what_arrived (GTask        *task,
                   gpointer      source,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  Fetch *fetch = task_data;
  GError *error = NULL;
  g_autofree char *sum = sum_of_file (fetch->temporary, &error);

  if (sum != NULL && strcmp (sum, fetch->hex) != 0)
    g_set_error_literal (&error, CSM_ERROR, CSM_ERROR_INVALID, _("The attachment arrived damaged: please try again"));
  if (error == NULL && (g_chmod (fetch->temporary, 0400) != 0 || g_rename (fetch->temporary, fetch->data) != 0))
    g_set_error (&error, G_FILE_ERROR, (int) g_file_error_from_errno (errno), _("The attachment could not be kept: %s"), g_strerror (errno));
  if (error == NULL && link_under_name (fetch, &error))
    {
      g_task_return_pointer (task, g_strdup (fetch->link), g_free);
      return;
    }
  g_unlink (fetch->temporary);
  g_task_return_error (task, error);
}

static void
arrived (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;

  if (g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, &error) >= 0)
    {
      g_task_run_in_thread (task, keep_what_arrived);
      return;
    }
  g_unlink (fetch->temporary);
  g_task_return_error (task, error);
}

static void
file_made (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  g_autoptr (GFileOutputStream) target = NULL;
  GError *error = NULL;

  target = g_file_create_finish (G_FILE (source), result, &error);
  if (target == NULL)
    g_task_return_error (task, error);
  else
    g_output_stream_splice_async (G_OUTPUT_STREAM (target), fetch->body,
                                  G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                  G_PRIORITY_DEFAULT, g_task_get_cancellable (task), arrived, g_object_ref (task));
}

static void
body_ready (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  g_autoptr (GFile) file = g_file_new_for_path (fetch->temporary);
  GError *error = NULL;

  fetch->body = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (fetch->body == NULL)
    g_task_return_error (task, error);
  else if (soup_message_get_status (fetch->message) == SOUP_STATUS_NOT_FOUND)
    g_task_return_new_error (task, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("The server doesn't have this attachment any more"));
  else if (soup_message_get_status (fetch->message) != SOUP_STATUS_OK)
    g_task_return_new_error (task, CSM_ERROR, CSM_ERROR_FAILED, _("The server answered %u"), soup_message_get_status (fetch->message));
  else
    g_file_create_async (file, G_FILE_CREATE_PRIVATE, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), file_made, g_object_ref (task));
}

static void
look_on_disk (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  Fetch *fetch = task_data;
  GError *error = NULL;

  if (!g_file_test (fetch->data, G_FILE_TEST_EXISTS))
    {
      g_mkdir_with_parents (fetch->folder, 0700);
      if (link (fetch->outgoing, fetch->data) == 0 && link_under_name (fetch, NULL))
        {
          g_task_return_pointer (task, g_strdup (fetch->link), g_free);
          return;
        }
      g_task_return_pointer (task, NULL, NULL);
    }
  else if (link_under_name (fetch, &error))
    g_task_return_pointer (task, g_strdup (fetch->link), g_free);
  else
    g_task_return_error (task, error);
}

static void
looked_on_disk (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  GError *error = NULL;
  char *path = g_task_propagate_pointer (G_TASK (result), &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else if (path != NULL)
    g_task_return_pointer (task, path, g_free);
  else if (fetch->message == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, _("This attachment isn't on this computer yet, and there is no connection"));
  else
    soup_session_send_async (fetch->session, fetch->message, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), body_ready, g_object_ref (task));
}

/**
 * csm_blob_files_fetch_async:
 * @self: the blobs on disk
 * @session: (nullable): for @message
 * @message: (nullable): the authorised request for the blob; %NULL when there is no connection
 * @blob_id: the blob
 * @name: (nullable): the attachment's name, as a stranger gave it
 * @cancellable: (nullable): gives up
 * @callback: called when the file is there, or can't be
 * @user_data: for @callback
 *
 * Finds the blob on disk or fetches it, and checks its sum.
 */
void
csm_blob_files_fetch_async (CsmBlobFiles        *self,
                            SoupSession         *session,
                            SoupMessage         *message,
                            const char          *blob_id,
                            const char          *name,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GTask) look = NULL;
  g_autofree char *safe = safe_name (name);
  g_autofree char *local_id = NULL;
  Fetch *fetch = g_new0 (Fetch, 1);

  g_return_if_fail (strlen (blob_id) == 65 && strspn (blob_id + 1, "0123456789abcdef") == 64);
  fetch->hex = g_strdup (blob_id + 1);
  local_id = g_strconcat (CSM_LOCAL_BLOB_PREFIX, fetch->hex, NULL);
  fetch->outgoing = csm_outgoing_files_path (self->outgoing, local_id);
  fetch->folder = g_build_filename (self->directory, fetch->hex, NULL);
  fetch->data = g_build_filename (fetch->folder, "data", NULL);
  fetch->link = g_build_filename (fetch->folder, "files", safe, NULL);
  fetch->temporary = g_strdup_printf ("%s.%08x", fetch->data, g_random_int ());
  g_set_object (&fetch->session, session);
  g_set_object (&fetch->message, message);
  g_task_set_source_tag (task, csm_blob_files_fetch_async);
  g_task_set_task_data (task, fetch, (GDestroyNotify) fetch_free);

  look = g_task_new (self, cancellable, looked_on_disk, g_object_ref (task));
  g_task_set_task_data (look, fetch, NULL);
  g_task_run_in_thread (look, look_on_disk);
}

/**
 * csm_blob_files_fetch_finish:
 * @self: the blobs on disk
 * @result: what the callback got
 * @error: `CSM_ERROR_NOT_FOUND`, `CSM_ERROR_INVALID` (damaged), `G_IO_ERROR_NOT_CONNECTED` and others, with a sentence for people
 *
 * Returns: (transfer full): the path of a read-only file with a safe name
 */
char *
csm_blob_files_fetch_finish (CsmBlobFiles  *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
