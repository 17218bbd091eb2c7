/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-blob-images.h"

#include "csm-error.h"

/* What would fill a large screen several times over is no illustration. */
#define MAX_PIXELS (32 * 1000 * 1000)

typedef struct
{
  char *key;      /* under which it is asked for */
  char *blob_id;
  char *type;
  char *name;     /* or NULL */
} Wanted;

static void
wanted_free (gpointer data)
{
  Wanted *wanted = data;

  g_free (wanted->key);
  g_free (wanted->blob_id);
  g_free (wanted->type);
  g_free (wanted->name);
  g_free (wanted);
}

/* Returns: (transfer full): a list to be filled with csm_blob_images_add() */
GPtrArray *
csm_blob_images_new (void)
{
  return g_ptr_array_new_with_free_func (wanted_free);
}

void
csm_blob_images_add (GPtrArray  *wanted,
                     const char *key,
                     const char *blob_id,
                     const char *type,
                     const char *name)
{
  Wanted *one = g_new0 (Wanted, 1);

  one->key = g_strdup (key);
  one->blob_id = g_strdup (blob_id);
  one->type = g_strdup (type);
  one->name = g_strdup (name);
  g_ptr_array_add (wanted, one);
}

/**
 * csm_blob_images_decode:
 * @path: a file
 * @error: `CSM_ERROR_TOO_LARGE`, or why it is no picture
 *
 * Only the two formats whose decoders GTK itself has, and no picture that would not fit into memory. Blocks: for a thread.
 *
 * Returns: (transfer full) (nullable): the picture
 */
GdkTexture *
csm_blob_images_decode (const char  *path,
                        GError     **error)
{
  int width = 0;
  int height = 0;
  GdkPixbufFormat *format = gdk_pixbuf_get_file_info (path, &width, &height);
  g_autofree char *name = format != NULL ? gdk_pixbuf_format_get_name (format) : NULL;

  if (name == NULL || (!g_str_equal (name, "png") && !g_str_equal (name, "jpeg")))
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, "no PNG or JPEG image");
      return NULL;
    }
  if (width <= 0 || height <= 0 || (gint64) width * height > MAX_PIXELS)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_TOO_LARGE, "an image of %d by %d", width, height);
      return NULL;
    }
  return gdk_texture_new_from_filename (path, error);
}

typedef struct
{
  GPtrArray  *wanted;
  guint       next;
  GHashTable *textures; /* key → GdkTexture */
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_ptr_array_unref (load->wanted);
  g_clear_pointer (&load->textures, g_hash_table_unref);
  g_free (load);
}

static void load_next (GTask *task);

static void
decode_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  GError *error = NULL;
  GdkTexture *texture = csm_blob_images_decode (data, &error);

  if (texture != NULL)
    g_task_return_pointer (task, texture, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
decoded_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  GTask *task = data;
  Load *load = g_task_get_task_data (task);
  const Wanted *wanted = load->wanted->pdata[load->next];
  g_autoptr (GError) error = NULL;
  GdkTexture *texture = g_task_propagate_pointer (G_TASK (result), &error);

  if (texture != NULL)
    g_hash_table_replace (load->textures, g_strdup (wanted->key), texture);
  else
    g_info ("An image can't be shown: %s", error->message);
  load->next++;
  load_next (task);
}

static void
fetched_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  GTask *task = data;
  Load *load = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  char *path = csm_account_fetch_blob_finish (CSM_ACCOUNT (source), result, &error);
  g_autoptr (GTask) decoding = NULL;

  if (path == NULL)
    {
      g_info ("An image can't be fetched: %s", error->message);
      load->next++;
      load_next (task);
      return;
    }
  decoding = g_task_new (NULL, g_task_get_cancellable (task), decoded_cb, task);
  g_task_set_task_data (decoding, path, g_free);
  g_task_run_in_thread (decoding, decode_thread);
}

/* One after another: they share one connection anyway. */
static void
load_next (GTask *task)
{
  g_autoptr (GTask) owned = task;
  Load *load = g_task_get_task_data (task);
  const Wanted *wanted;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (load->next == load->wanted->len)
    {
      g_task_return_pointer (task, g_steal_pointer (&load->textures), (GDestroyNotify) g_hash_table_unref);
      return;
    }
  wanted = load->wanted->pdata[load->next];
  csm_account_fetch_blob_async (g_task_get_source_object (task), wanted->blob_id, wanted->type, wanted->name, g_task_get_cancellable (task),
                                fetched_cb, g_steal_pointer (&owned));
}

/**
 * csm_blob_images_load_async:
 * @account: whose server keeps them
 * @wanted: (transfer full): which: csm_blob_images_new()
 * @cancellable: (nullable): a cancellable
 * @callback: gets the result
 * @user_data: for @callback
 *
 * Fetches those that are not on this computer, and decodes them in a thread. What is no picture is left out.
 */
void
csm_blob_images_load_async (CsmAccount          *account,
                            GPtrArray           *wanted,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task = g_task_new (account, cancellable, callback, user_data);
  Load *load = g_new0 (Load, 1);

  g_task_set_source_tag (task, csm_blob_images_load_async);
  load->wanted = wanted;
  load->textures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_task_set_task_data (task, load, load_free);
  load_next (task);
}

/* Returns: (transfer full) (nullable) (element-type utf8 GdkTexture): those that can be shown, by key */
GHashTable *
csm_blob_images_load_finish (CsmAccount    *account,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, account), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
