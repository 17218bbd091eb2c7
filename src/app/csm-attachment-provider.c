/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-attachment-provider.h"

#include "csm-json.h"

struct _CsmAttachmentProvider
{
  GdkContentProvider  parent_instance;
  CsmAccount         *account;
  JsonObject         *attachment;
  char               *path;  /* NULL: it was not fetched yet */
};

G_DEFINE_FINAL_TYPE (CsmAttachmentProvider, csm_attachment_provider, GDK_TYPE_CONTENT_PROVIDER)

typedef struct
{
  char          *mime_type;
  GOutputStream *stream;
  int            priority;
} Write;

static void
write_free (gpointer data)
{
  Write *work = data;

  g_free (work->mime_type);
  g_object_unref (work->stream);
  g_free (work);
}

static void
set_files (CsmAttachmentProvider *self,
           GValue                *value)
{
  g_autoptr (GFile) file = g_file_new_for_path (self->path);
  GFile *files[] = { file };

  g_value_take_boxed (value, gdk_file_list_new_from_array (files, 1));
}

static void
serialized_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (gdk_content_serialize_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
serialize (GTask *task)
{
  Write *work = g_task_get_task_data (task);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  set_files (g_task_get_source_object (task), &value);
  gdk_content_serialize_async (work->stream, work->mime_type, &value, work->priority, g_task_get_cancellable (task), serialized_cb, task);
}

static void
keep_path (CsmAttachmentProvider *self,
           GObject               *source,
           GAsyncResult          *result,
           GError               **error)
{
  char *path = csm_account_fetch_blob_finish (CSM_ACCOUNT (source), result, error);

  if (path == NULL)
    return;
  g_free (self->path);
  self->path = path;
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GTask) task = data;
  CsmAttachmentProvider *self = g_task_get_source_object (task);
  GError *error = NULL;

  keep_path (self, source, result, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    serialize (g_steal_pointer (&task));
}

static void
fetch (CsmAttachmentProvider *self,
       GCancellable          *cancellable,
       GAsyncReadyCallback    callback,
       gpointer               user_data)
{
  csm_account_fetch_blob_async (self->account, csm_json_get_string (self->attachment, "blobId"), csm_json_get_string (self->attachment, "type"),
                                csm_json_get_string (self->attachment, "name"), cancellable, callback, user_data);
}

static void
prefetched_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr (CsmAttachmentProvider) self = data;
  g_autoptr (GError) error = NULL;

  keep_path (self, source, result, &error);
}

/* So that it is there when it is dropped, also within this program, which does not wait. */
void
csm_attachment_provider_prefetch (CsmAttachmentProvider *self)
{
  g_return_if_fail (CSM_IS_ATTACHMENT_PROVIDER (self));
  if (self->path == NULL)
    fetch (self, NULL, prefetched_cb, g_object_ref (self));
}

/* --- GdkContentProvider ------------------------------------------------------------------------------------ */

static GdkContentFormats *
csm_attachment_provider_ref_formats (GdkContentProvider *provider)
{
  return gdk_content_formats_union_serialize_mime_types (gdk_content_formats_new_for_gtype (GDK_TYPE_FILE_LIST));
}

static void
csm_attachment_provider_write_mime_type_async (GdkContentProvider  *provider,
                                               const char          *mime_type,
                                               GOutputStream       *stream,
                                               int                  priority,
                                               GCancellable        *cancellable,
                                               GAsyncReadyCallback  callback,
                                               gpointer             user_data)
{
  CsmAttachmentProvider *self = CSM_ATTACHMENT_PROVIDER (provider);
  GTask *task = g_task_new (provider, cancellable, callback, user_data);
  Write *work = g_new0 (Write, 1);

  g_task_set_source_tag (task, csm_attachment_provider_write_mime_type_async);
  work->mime_type = g_strdup (mime_type);
  work->stream = g_object_ref (stream);
  work->priority = priority;
  g_task_set_task_data (task, work, write_free);
  if (self->path != NULL)
    serialize (task);
  else
    fetch (self, cancellable, fetched_cb, task);
}

static gboolean
csm_attachment_provider_write_mime_type_finish (GdkContentProvider  *provider,
                                                GAsyncResult        *result,
                                                GError             **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
csm_attachment_provider_get_value (GdkContentProvider  *provider,
                                   GValue              *value,
                                   GError             **error)
{
  CsmAttachmentProvider *self = CSM_ATTACHMENT_PROVIDER (provider);

  if (!G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST) || self->path == NULL)
    return GDK_CONTENT_PROVIDER_CLASS (csm_attachment_provider_parent_class)->get_value (provider, value, error);
  set_files (self, value);
  return TRUE;
}

static void
csm_attachment_provider_finalize (GObject *object)
{
  CsmAttachmentProvider *self = CSM_ATTACHMENT_PROVIDER (object);

  g_clear_object (&self->account);
  g_clear_pointer (&self->attachment, json_object_unref);
  g_free (self->path);
  G_OBJECT_CLASS (csm_attachment_provider_parent_class)->finalize (object);
}

static void
csm_attachment_provider_class_init (CsmAttachmentProviderClass *klass)
{
  GdkContentProviderClass *provider_class = GDK_CONTENT_PROVIDER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = csm_attachment_provider_finalize;
  provider_class->ref_formats = csm_attachment_provider_ref_formats;
  provider_class->write_mime_type_async = csm_attachment_provider_write_mime_type_async;
  provider_class->write_mime_type_finish = csm_attachment_provider_write_mime_type_finish;
  provider_class->get_value = csm_attachment_provider_get_value;
}

static void
csm_attachment_provider_init (CsmAttachmentProvider *self)
{
}

/* @attachment: {blobId, name, type}. Returns: (transfer full): what a drag of it offers */
GdkContentProvider *
csm_attachment_provider_new (CsmAccount *account,
                             JsonObject *attachment)
{
  CsmAttachmentProvider *self = g_object_new (CSM_TYPE_ATTACHMENT_PROVIDER, NULL);

  self->account = g_object_ref (account);
  self->attachment = json_object_ref (attachment);
  return GDK_CONTENT_PROVIDER (self);
}
