/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-inline-images.h"

#include "csm-blob-images.h"
#include "csm-json.h"

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

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  GHashTable *textures = csm_blob_images_load_finish (CSM_ACCOUNT (source), result, &error);

  if (textures != NULL)
    g_task_return_pointer (task, textures, (GDestroyNotify) g_hash_table_unref);
  else
    g_task_return_error (task, error);
}

/**
 * csm_inline_images_load_async:
 * @workbench: the window's workbench
 * @message: a Message
 * @cancellable: (nullable): a cancellable
 * @callback: gets the result
 * @user_data: for @callback
 */
void
csm_inline_images_load_async (CsmWorkbench        *workbench,
                              JsonObject          *message,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task = g_task_new (workbench, cancellable, callback, user_data);
  g_autoptr (GPtrArray) files = csm_inline_images_find (message);
  GPtrArray *wanted = csm_blob_images_new ();

  g_task_set_source_tag (task, csm_inline_images_load_async);
  for (guint i = 0; i < files->len; i++)
    {
      JsonObject *file = files->pdata[i];
      g_autofree char *key = csm_inline_images_key (csm_json_get_string (file, "cid"));

      csm_blob_images_add (wanted, key, csm_json_get_string (file, "blobId"), csm_json_get_string (file, "type"), csm_json_get_string (file, "name"));
    }
  csm_blob_images_load_async (csm_workbench_get_account (workbench), wanted, cancellable, loaded_cb, task);
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
