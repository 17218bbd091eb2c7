/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-attachment-preview.h"

#include "csm-error.h"
#include "csm-json.h"

/* Larger ones are fetched when somebody opens them. */
#define MAX_BYTES (3 * 1024 * 1024)
/* What would fill a large screen several times over costs more than a small picture of it is worth. */
#define MAX_PIXELS (50 * 1000 * 1000)

/* Whether a small picture of it can be made: pixels in one of the two formats that are decoded here. */
gboolean
csm_attachment_preview_is_possible (JsonObject *attachment)
{
  const char *type = csm_json_get_string (attachment, "type");
  const char *blob_id = csm_json_get_string (attachment, "blobId");
  gint64 size = csm_json_get_int (attachment, "size", 0);

  return type != NULL && blob_id != NULL && size > 0 && size <= MAX_BYTES
         && (g_ascii_strcasecmp (type, "image/png") == 0 || g_ascii_strcasecmp (type, "image/jpeg") == 0);
}

/**
 * csm_attachment_preview_scale:
 * @path: a file
 * @width: how wide at most, in pixels
 * @height: how high at most
 * @error: `CSM_ERROR_TOO_LARGE`, or why it is no picture
 *
 * Blocks: for a thread.
 *
 * Returns: (transfer full) (nullable): the picture, as it is held
 */
GdkTexture *
csm_attachment_preview_scale (const char  *path,
                              int          width,
                              int          height,
                              GError     **error)
{
  int full_width = 0;
  int full_height = 0;
  GdkPixbufFormat *format = gdk_pixbuf_get_file_info (path, &full_width, &full_height);
  g_autofree char *name = format != NULL ? gdk_pixbuf_format_get_name (format) : NULL;
  g_autoptr (GdkPixbuf) read = NULL;
  g_autoptr (GdkPixbuf) turned = NULL;

  if (name == NULL || (!g_str_equal (name, "png") && !g_str_equal (name, "jpeg")))
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, "no PNG or JPEG image");
      return NULL;
    }
  if (full_width <= 0 || full_height <= 0 || (gint64) full_width * full_height > MAX_PIXELS)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_TOO_LARGE, "an image of %d by %d", full_width, full_height);
      return NULL;
    }
  /* A small one stays as it is. */
  read = gdk_pixbuf_new_from_file_at_scale (path, MIN (width, full_width), MIN (height, full_height), TRUE, error);
  if (read == NULL)
    return NULL;
  turned = gdk_pixbuf_apply_embedded_orientation (read);
  return gdk_texture_new_for_pixbuf (turned);
}

typedef struct
{
  char *path;
  int   scale;
} Decode;

static void
decode_free (gpointer data)
{
  Decode *decode = data;

  g_free (decode->path);
  g_free (decode);
}

static void
decode_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  Decode *decode = data;
  GError *error = NULL;
  GdkTexture *texture = csm_attachment_preview_scale (decode->path, CSM_ATTACHMENT_PREVIEW_WIDTH * decode->scale,
                                                      CSM_ATTACHMENT_PREVIEW_HEIGHT * decode->scale, &error);

  if (texture != NULL)
    g_task_return_pointer (task, texture, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GTask) task = data;
  Decode *decode = g_task_get_task_data (task);
  GError *error = NULL;

  decode->path = csm_account_fetch_blob_finish (CSM_ACCOUNT (source), result, &error);
  if (decode->path == NULL)
    g_task_return_error (task, error);
  else
    g_task_run_in_thread (task, decode_thread);
}

/**
 * csm_attachment_preview_load_async:
 * @account: where it is fetched from, unless it is here
 * @attachment: one of which csm_attachment_preview_is_possible()
 * @scale: of the screen
 * @cancellable: (nullable): a cancellable
 * @callback: gets the result
 * @user_data: for @callback
 *
 * Makes a small picture, in a thread.
 */
void
csm_attachment_preview_load_async (CsmAccount          *account,
                                   JsonObject          *attachment,
                                   int                  scale,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  GTask *task = g_task_new (account, cancellable, callback, user_data);
  Decode *decode = g_new0 (Decode, 1);

  g_task_set_source_tag (task, csm_attachment_preview_load_async);
  g_task_set_priority (task, G_PRIORITY_LOW);
  decode->scale = CLAMP (scale, 1, 4);
  g_task_set_task_data (task, decode, decode_free);
  csm_account_fetch_blob_async (account, csm_json_get_string (attachment, "blobId"), csm_json_get_string (attachment, "type"),
                                csm_json_get_string (attachment, "name"), cancellable, fetched_cb, task);
}

/* Returns: (transfer full) (nullable): the picture */
GdkTexture *
csm_attachment_preview_load_finish (CsmAccount    *account,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, account), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
