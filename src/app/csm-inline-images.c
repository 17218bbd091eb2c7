/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-inline-images.h"

#include "csm-json.h"
#include "csm-remote-images.h"

#define MAX_IMAGES 50
#define MAX_DEPTH 20
#define MAX_BYTES (10 * 1024 * 1024)

/* --- which there are --------------------------------------------------------------------------------------- */

static void
collect (JsonArray  *blocks,
         GHashTable *cids,
         guint       depth)
{
  for (guint i = 0; blocks != NULL && depth < MAX_DEPTH && i < json_array_get_length (blocks); i++)
    {
      JsonNode *node = json_array_get_element (blocks, i);
      JsonObject *block = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *cid = block != NULL ? csm_json_get_string (block, "cid") : NULL;

      if (block == NULL)
        continue;
      if (cid != NULL && g_hash_table_size (cids) < MAX_IMAGES)
        g_hash_table_add (cids, g_strdup (cid));
      collect (csm_json_get_array (block, "c"), cids, depth + 1);
    }
}

static gboolean
is_image (JsonObject *file)
{
  const char *type = csm_json_get_string (file, "type");

  return type != NULL && csm_json_get_string (file, "blobId") != NULL && csm_json_get_int (file, "size", 0) <= MAX_BYTES
         && (g_ascii_strcasecmp (type, "image/png") == 0 || g_ascii_strcasecmp (type, "image/jpeg") == 0);
}

/* Returns: (transfer full) (element-type JsonObject): the attachments that stand in the text and can be drawn */
GPtrArray *
csm_inline_images_find (JsonObject *message)
{
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  JsonArray *list = csm_json_get_array (message, "attachments");
  g_autoptr (GHashTable) cids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  collect (csm_json_get_array (message, "body"), cids, 0);
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      JsonObject *file = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *cid = file != NULL ? csm_json_get_string (file, "cid") : NULL;

      if (cid != NULL && g_hash_table_contains (cids, cid) && is_image (file))
        g_ptr_array_add (files, json_object_ref (file));
    }
  return files;
}

/* Returns: (transfer full): under which name a body view is given it */
char *
csm_inline_images_key (const char *cid)
{
  return g_strconcat ("cid:", cid, NULL);
}

/* --- loading ----------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmAccount *account;
  GPtrArray  *files;
  guint       next;
  GHashTable *textures;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_object_unref (load->account);
  g_ptr_array_unref (load->files);
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
  GdkTexture *texture = csm_remote_images_decode (data, &error);

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
  g_autoptr (GError) error = NULL;
  GdkTexture *texture = g_task_propagate_pointer (G_TASK (result), &error);

  if (texture != NULL)
    g_hash_table_replace (load->textures, csm_inline_images_key (csm_json_get_string (load->files->pdata[load->next], "cid")), texture);
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

static void
load_next (GTask *task)
{
  g_autoptr (GTask) owned = task;
  Load *load = g_task_get_task_data (task);
  JsonObject *file;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (load->next == load->files->len)
    {
      g_task_return_pointer (task, g_steal_pointer (&load->textures), (GDestroyNotify) g_hash_table_unref);
      return;
    }
  file = load->files->pdata[load->next];
  csm_account_fetch_blob_async (load->account, csm_json_get_string (file, "blobId"), csm_json_get_string (file, "type"), csm_json_get_string (file, "name"),
                                g_task_get_cancellable (task), fetched_cb, g_steal_pointer (&owned));
}

/**
 * csm_inline_images_load_async:
 * @workbench: the window's workbench
 * @message: a Message
 * @cancellable: (nullable): a cancellable
 * @callback: gets the result
 * @user_data: for @callback
 *
 * Fetches those that are not on this computer, and decodes them in a thread.
 */
void
csm_inline_images_load_async (CsmWorkbench        *workbench,
                              JsonObject          *message,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task = g_task_new (workbench, cancellable, callback, user_data);
  Load *load = g_new0 (Load, 1);

  g_task_set_source_tag (task, csm_inline_images_load_async);
  load->account = g_object_ref (csm_workbench_get_account (workbench));
  load->files = csm_inline_images_find (message);
  load->textures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_task_set_task_data (task, load, load_free);
  load_next (task);
}

/* Returns: (transfer full) (nullable) (element-type utf8 GdkTexture): those that can be shown, by csm_inline_images_key() */
GHashTable *
csm_inline_images_load_finish (CsmWorkbench  *workbench,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, workbench), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
