/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-outgoing-files.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "csm-cache-types.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-write.h"

#define CHUNK 65536
/* What nobody names any more may still be in a text that is being written. */
#define UNNAMED_LIFE (30 * 24 * 3600)

/* DIRECTORY/SHA256 is the file. Read-only: what is named by its content must not change. */
struct _CsmOutgoingFiles
{
  GObject  parent_instance;
  char    *directory;
  char    *kept_directory; /* where what the server has is kept: SHA256/data */
};

G_DEFINE_FINAL_TYPE (CsmOutgoingFiles, csm_outgoing_files, G_TYPE_OBJECT)

static void
csm_outgoing_files_finalize (GObject *object)
{
  CsmOutgoingFiles *self = CSM_OUTGOING_FILES (object);

  g_free (self->directory);
  g_free (self->kept_directory);
  G_OBJECT_CLASS (csm_outgoing_files_parent_class)->finalize (object);
}

static void
csm_outgoing_files_class_init (CsmOutgoingFilesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_outgoing_files_finalize;
}

static void
csm_outgoing_files_init (CsmOutgoingFiles *self)
{
}

/**
 * csm_outgoing_files_new:
 * @directory: where the files live; made when needed
 * @kept_directory: where they go once the server has them
 *
 * Returns: (transfer full): the files
 */
CsmOutgoingFiles *
csm_outgoing_files_new (const char *directory,
                        const char *kept_directory)
{
  CsmOutgoingFiles *self = g_object_new (CSM_TYPE_OUTGOING_FILES, NULL);

  self->directory = g_strdup (directory);
  self->kept_directory = g_strdup (kept_directory);
  return self;
}

/* It becomes part of a path: NULL when it is no local file's id. */
static const char *
sum_of (const char *local_id)
{
  const char *sum = local_id != NULL && g_str_has_prefix (local_id, CSM_LOCAL_BLOB_PREFIX) ? local_id + strlen (CSM_LOCAL_BLOB_PREFIX) : NULL;

  return sum != NULL && strlen (sum) == 64 && strspn (sum, "0123456789abcdef") == 64 ? sum : NULL;
}

/**
 * csm_outgoing_files_path:
 * @self: the files
 * @local_id: a local file's id
 *
 * Returns: (transfer full) (nullable): where it is, or would be; %NULL when @local_id is no local file's id
 */
char *
csm_outgoing_files_path (CsmOutgoingFiles *self,
                         const char       *local_id)
{
  const char *sum = sum_of (local_id);

  return sum != NULL ? g_build_filename (self->directory, sum, NULL) : NULL;
}

/* --- in ------------------------------------------------------------------------------------------------------------------ */

typedef struct
{
  GFile   *file;
  char    *directory;
  guint64  most;
} Keep;

static void
keep_free (Keep *keep)
{
  g_object_unref (keep->file);
  g_free (keep->directory);
  g_free (keep);
}

static gboolean
fail_to_keep (GError **error)
{
  g_set_error (error, CSM_ERROR, errno == ENOSPC || errno == EDQUOT ? CSM_ERROR_DISK_FULL : CSM_ERROR_FAILED,
               _("The attachment could not be kept: %s"), g_strerror (errno));
  return FALSE;
}

/* Copies @keep's file to @fd, and sums it up. */
static char *
copy_file (Keep          *keep,
           const char    *name,
           int            fd,
           guint64       *size,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (keep->file, cancellable, error);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  gssize n;

  if (stream == NULL)
    return NULL;
  *size = 0;
  while ((n = g_input_stream_read (G_INPUT_STREAM (stream), chunk, CHUNK, cancellable, error)) > 0)
    {
      *size += (guint64) n;
      if (*size > keep->most)
        {
          g_set_error (error, CSM_ERROR, CSM_ERROR_TOO_LARGE, _("“%s” is too large to be attached"), name);
          return NULL;
        }
      g_checksum_update (checksum, chunk, n);
      if (!csm_write_all (fd, chunk, (gsize) n))
        {
          fail_to_keep (error);
          return NULL;
        }
    }
  if (n < 0)
    return NULL;
  /* What a reply names must be there after a power cut, as the reply is. */
  if (fsync (fd) != 0 || fchmod (fd, 0400) != 0)
    {
      fail_to_keep (error);
      return NULL;
    }
  return g_strdup (g_checksum_get_string (checksum));
}

static void
sync_folder (const char *path)
{
  int fd = g_open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

static char *
store_file (Keep          *keep,
            const char    *name,
            guint64       *size,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autofree char *temporary = g_build_filename (keep->directory, "incoming-XXXXXX", NULL);
  g_autofree char *sum = NULL;
  g_autofree char *path = NULL;
  int fd;

  g_mkdir_with_parents (keep->directory, 0700);
  fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      fail_to_keep (error);
      return NULL;
    }
  sum = copy_file (keep, name, fd, size, cancellable, error);
  close (fd);
  path = sum != NULL ? g_build_filename (keep->directory, sum, NULL) : NULL;
  if (path != NULL && g_rename (temporary, path) == 0)
    {
      sync_folder (keep->directory);
      return g_steal_pointer (&sum);
    }
  if (path != NULL)
    fail_to_keep (error);
  g_unlink (temporary);
  return NULL;
}

static void
keep_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Keep *keep = task_data;
  GError *error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info (keep->file,
    G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_DISPLAY_NAME "," G_FILE_ATTRIBUTE_STANDARD_CONTENT_TYPE,
    G_FILE_QUERY_INFO_NONE, cancellable, &error);
  g_autofree char *sum = NULL;
  g_autofree char *type = NULL;
  g_autofree char *local_id = NULL;
  JsonObject *attachment;
  guint64 size;

  if (info != NULL && g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    g_set_error (&error, CSM_ERROR, CSM_ERROR_INVALID, _("“%s” is not a file"), g_file_info_get_display_name (info));
  if (error == NULL)
    sum = store_file (keep, g_file_info_get_display_name (info), &size, cancellable, &error);
  if (sum == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  type = g_content_type_get_mime_type (g_file_info_get_content_type (info));
  local_id = g_strconcat (CSM_LOCAL_BLOB_PREFIX, sum, NULL);
  attachment = json_object_new ();
  json_object_set_string_member (attachment, "blobId", local_id);
  json_object_set_string_member (attachment, "type", type != NULL ? type : "application/octet-stream");
  json_object_set_int_member (attachment, "size", (gint64) size);
  json_object_set_string_member (attachment, "name", g_file_info_get_display_name (info));
  g_task_return_pointer (task, attachment, (GDestroyNotify) json_object_unref);
}

/**
 * csm_outgoing_files_keep_async:
 * @self: the files
 * @file: what is attached
 * @most: how many bytes it may have
 * @cancellable: (nullable): gives up
 * @callback: called when it is here
 * @user_data: for @callback
 *
 * Copies a file, so that it is what it was when it was attached, whatever becomes of the original.
 */
void
csm_outgoing_files_keep_async (CsmOutgoingFiles    *self,
                               GFile               *file,
                               guint64              most,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Keep *keep = g_new0 (Keep, 1);

  keep->file = g_object_ref (file);
  keep->directory = g_strdup (self->directory);
  keep->most = most;
  g_task_set_source_tag (task, csm_outgoing_files_keep_async);
  g_task_set_task_data (task, keep, (GDestroyNotify) keep_free);
  g_task_run_in_thread (task, keep_in_thread);
}

/**
 * csm_outgoing_files_keep_finish:
 * @self: the files
 * @result: what the callback got
 * @error: `CSM_ERROR_TOO_LARGE`, `CSM_ERROR_INVALID`, `CSM_ERROR_DISK_FULL` and others, with a sentence for people
 *
 * Returns: (transfer full): {blobId, type, size, name}
 */
JsonObject *
csm_outgoing_files_keep_finish (CsmOutgoingFiles  *self,
                                GAsyncResult      *result,
                                GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- up -------------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  SoupSession *session;
  SoupMessage *message;
  GFile       *kept;  /* where it is when another reply with the same file has gone before */
} Upload;

static void
upload_free (Upload *upload)
{
  g_clear_object (&upload->kept);
  g_clear_object (&upload->session);
  g_clear_object (&upload->message);
  g_free (upload);
}

static void
uploaded (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Upload *upload = g_task_get_task_data (task);
  guint status = soup_message_get_status (upload->message);
  GError *error = NULL;
  g_autoptr (GBytes) body = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_autoptr (JsonObject) answer = NULL;
  const char *blob_id;

  if (body == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  answer = status / 100 == 2 ? csm_json_parse_object (g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body), NULL) : NULL;
  blob_id = csm_json_get_string (answer, "blobId");
  if (blob_id != NULL)
    g_task_return_pointer (task, g_strdup (blob_id), g_free);
  else if (status == SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE)
    g_task_return_new_error (task, CSM_ERROR, CSM_ERROR_TOO_LARGE, "the server takes no file of this size");
  else if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN)
    g_task_return_new_error (task, CSM_ERROR, CSM_ERROR_FORBIDDEN, "the token was refused");
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "the server answered %u", status);
}

static void
file_open (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Upload *upload = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read_finish (G_FILE (source), result, &error);
  g_autoptr (GFileInfo) info = NULL;

  if (stream == NULL && upload->kept != NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_autoptr (GFile) kept = g_steal_pointer (&upload->kept);

      g_clear_error (&error);
      g_file_read_async (kept, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), file_open, g_object_ref (task));
      return;
    }
  info = stream != NULL ? g_file_input_stream_query_info (stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, NULL, &error) : NULL;

  if (info == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  soup_message_set_request_body (upload->message, "application/octet-stream", G_INPUT_STREAM (stream), g_file_info_get_size (info));
  soup_session_send_and_read_async (upload->session, upload->message, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), uploaded, g_object_ref (task));
}

/**
 * csm_outgoing_files_upload_async:
 * @self: the files
 * @session: for @message
 * @message: the authorised POST to the account's upload URL, without a body
 * @local_id: a file
 * @cancellable: (nullable): gives up
 * @callback: called with the answer
 * @user_data: for @callback
 *
 * Streams a file to the server (RFC 8620, section 6.1).
 */
void
csm_outgoing_files_upload_async (CsmOutgoingFiles    *self,
                                 SoupSession         *session,
                                 SoupMessage         *message,
                                 const char          *local_id,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *path = csm_outgoing_files_path (self, local_id);
  g_autoptr (GFile) file = NULL;
  Upload *upload = g_new0 (Upload, 1);

  g_set_object (&upload->session, session);
  g_set_object (&upload->message, message);
  g_task_set_source_tag (task, csm_outgoing_files_upload_async);
  g_task_set_task_data (task, upload, (GDestroyNotify) upload_free);
  if (path == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "this is no file here");
      return;
    }
  file = g_file_new_for_path (path);
  upload->kept = g_file_new_build_filename (self->kept_directory, sum_of (local_id), "data", NULL);
  g_file_read_async (file, G_PRIORITY_DEFAULT, cancellable, file_open, g_steal_pointer (&task));
}

/**
 * csm_outgoing_files_upload_finish:
 * @self: the files
 * @result: what the callback got
 * @error: `G_IO_ERROR_NOT_FOUND`: it is not here; `CSM_ERROR_TOO_LARGE`, `CSM_ERROR_FORBIDDEN`: the server's word; others may pass
 *
 * Returns: (transfer full): what the server calls it
 */
char *
csm_outgoing_files_upload_finish (CsmOutgoingFiles  *self,
                                  GAsyncResult      *result,
                                  GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- out ------------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  char *from;
  char *folder;
} Move;

static void
move_free (Move *move)
{
  g_free (move->from);
  g_free (move->folder);
  g_free (move);
}

static void
move_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Move *move = task_data;
  g_autofree char *to = g_build_filename (move->folder, "data", NULL);

  if (g_mkdir_with_parents (move->folder, 0700) == 0)
    g_rename (move->from, to);
  g_task_return_boolean (task, TRUE);
}

/**
 * csm_outgoing_files_confirm:
 * @self: the files
 * @local_id: a file that the server has, with the record that names it
 *
 * Keeps it where what the server has is kept.
 */
void
csm_outgoing_files_confirm (CsmOutgoingFiles *self,
                            const char       *local_id)
{
  g_autoptr (GTask) task = NULL;
  Move *move;

  if (sum_of (local_id) == NULL)
    return;
  task = g_task_new (self, NULL, NULL, NULL);
  move = g_new0 (Move, 1);
  move->from = csm_outgoing_files_path (self, local_id);
  move->folder = g_build_filename (self->kept_directory, sum_of (local_id), NULL);
  g_task_set_task_data (task, move, (GDestroyNotify) move_free);
  g_task_run_in_thread (task, move_in_thread);
}

typedef struct
{
  char       *directory;
  GHashTable *wanted;
} Sweep;

static void
sweep_free (Sweep *sweep)
{
  g_free (sweep->directory);
  g_hash_table_unref (sweep->wanted);
  g_free (sweep);
}

static void
sweep_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  Sweep *sweep = task_data;
  g_autoptr (GDir) dir = g_dir_open (sweep->directory, 0, NULL);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (sweep->directory, name, NULL);
      g_autofree char *local_id = g_strconcat (CSM_LOCAL_BLOB_PREFIX, name, NULL);
      GStatBuf found;

      if (!g_hash_table_contains (sweep->wanted, local_id) && g_stat (path, &found) == 0 && ABS (now - (gint64) found.st_mtime) > UNNAMED_LIFE)
        g_unlink (path);
    }
  g_task_return_boolean (task, TRUE);
}

/**
 * csm_outgoing_files_sweep:
 * @self: the files
 * @wanted: (element-type utf8): the ids of those that somebody names
 *
 * Removes what nobody has named for a month.
 */
void
csm_outgoing_files_sweep (CsmOutgoingFiles *self,
                          GHashTable       *wanted)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, NULL, NULL);
  Sweep *sweep = g_new0 (Sweep, 1);

  sweep->directory = g_strdup (self->directory);
  sweep->wanted = g_hash_table_ref (wanted);
  g_task_set_task_data (task, sweep, (GDestroyNotify) sweep_free);
  g_task_run_in_thread (task, sweep_in_thread);
}
