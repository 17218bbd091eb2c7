/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-uploader.h"

#include "csm-error.h"
#include "csm-jmap-error.h"

struct _CsmUploader
{
  GObject           parent_instance;
  CsmConnection    *connection;
  CsmCache         *cache;
  CsmOutgoingFiles *files;
  GHashTable       *uploading; /* ids of local files */
};

enum { SIGNAL_UPLOADED, SIGNAL_FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmUploader, csm_uploader, G_TYPE_OBJECT)

static void
csm_uploader_finalize (GObject *object)
{
  CsmUploader *self = CSM_UPLOADER (object);

  g_clear_object (&self->connection);
  g_clear_object (&self->cache);
  g_clear_object (&self->files);
  g_hash_table_unref (self->uploading);
  G_OBJECT_CLASS (csm_uploader_parent_class)->finalize (object);
}

static void
csm_uploader_class_init (CsmUploaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_uploader_finalize;

  signals[SIGNAL_UPLOADED] = g_signal_new ("uploaded", CSM_TYPE_UPLOADER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", CSM_TYPE_UPLOADER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_uploader_init (CsmUploader *self)
{
  self->uploading = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * csm_uploader_new:
 * @connection: the way to the server
 * @cache: what is told of it
 * @files: the files
 *
 * Returns: (transfer full): an uploader
 */
CsmUploader *
csm_uploader_new (CsmConnection    *connection,
                  CsmCache         *cache,
                  CsmOutgoingFiles *files)
{
  CsmUploader *self = g_object_new (CSM_TYPE_UPLOADER, NULL);

  self->connection = g_object_ref (connection);
  self->cache = g_object_ref (cache);
  self->files = g_object_ref (files);
  return self;
}

typedef struct
{
  CsmUploader *self;
  char        *local_id;
} Upload;

static void
upload_free (Upload *upload)
{
  g_hash_table_remove (upload->self->uploading, upload->local_id);
  g_object_unref (upload->self);
  g_free (upload->local_id);
  g_free (upload);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Upload, upload_free)

static void
on_noted (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (CsmUploader) self = user_data;
  g_autoptr (GError) error = NULL;

  if (csm_cache_note_upload_finish (CSM_CACHE (source), result, &error))
    g_signal_emit (self, signals[SIGNAL_UPLOADED], 0);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    g_signal_emit (self, signals[SIGNAL_FAILED], 0);
}

static void
on_uploaded (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Upload) upload = user_data;
  CsmUploader *self = upload->self;
  g_autoptr (GError) error = NULL;
  g_autofree char *blob_id = csm_outgoing_files_upload_finish (CSM_OUTGOING_FILES (source), result, &error);
  const char *problem = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    problem = "fileMissing";
  else if (g_error_matches (error, CSM_ERROR, CSM_ERROR_TOO_LARGE))
    problem = CSM_JMAP_TOO_LARGE;
  if (blob_id != NULL || problem != NULL)
    csm_cache_note_upload_async (self->cache, upload->local_id, blob_id, problem, NULL, on_noted, g_object_ref (self));
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[SIGNAL_FAILED], 0);
}

/**
 * csm_uploader_upload:
 * @self: an uploader
 * @local_id: a local file's id
 * @cancellable: (nullable): gives up
 *
 * Uploads a file, unless that is under way. The connection must be open.
 */
void
csm_uploader_upload (CsmUploader  *self,
                     const char   *local_id,
                     GCancellable *cancellable)
{
  const CsmRemoteSession *session = csm_connection_get_session (self->connection);
  g_autofree char *url = csm_connection_expand (session->upload_url, session->workspace_account, NULL, NULL, NULL);
  g_autoptr (SoupMessage) message = csm_connection_new_message (self->connection, "POST", url);
  Upload *upload;

  if (message == NULL || !g_hash_table_add (self->uploading, g_strdup (local_id)))
    return;
  upload = g_new0 (Upload, 1);
  upload->self = g_object_ref (self);
  upload->local_id = g_strdup (local_id);
  csm_outgoing_files_upload_async (self->files, csm_connection_get_soup (self->connection), message, local_id, cancellable, on_uploaded, upload);
}

typedef struct
{
  CsmUploader *self;
  GPtrArray   *local_ids;
} Confirm;

static void
on_listed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Confirm *confirm = user_data;
  g_autoptr (GHashTable) wanted = csm_cache_list_files_finish (CSM_CACHE (source), result, NULL);

  for (guint i = 0; wanted != NULL && i < confirm->local_ids->len; i++)
    {
      const char *local_id = g_ptr_array_index (confirm->local_ids, i);

      if (!g_hash_table_contains (wanted, local_id))
        csm_outgoing_files_confirm (confirm->self->files, local_id);
    }
  if (wanted != NULL)
    csm_outgoing_files_sweep (confirm->self->files, wanted);
  g_object_unref (confirm->self);
  g_ptr_array_unref (confirm->local_ids);
  g_free (confirm);
}

/**
 * csm_uploader_confirm:
 * @self: an uploader
 * @local_ids: (element-type utf8): files that records of the server may name now
 *
 * Lets those go that nothing here names any more.
 */
void
csm_uploader_confirm (CsmUploader *self,
                      GPtrArray   *local_ids)
{
  Confirm *confirm = g_new0 (Confirm, 1);

  confirm->self = g_object_ref (self);
  confirm->local_ids = g_ptr_array_ref (local_ids);
  csm_cache_list_files_async (self->cache, NULL, on_listed, confirm);
}
