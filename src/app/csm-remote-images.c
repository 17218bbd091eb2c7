/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-remote-images.h"

#include "csm-account-ask.h"
#include "csm-blob-images.h"
#include "csm-json.h"
#include "csm-mail-words.h"

/* The server fetches no more at once. */
#define MAX_IMAGES 50
#define MAX_DEPTH 20
#define WANTED "csm-remote-images-wanted"

/* --- which there are --------------------------------------------------------------------------------------- */

static void
collect (JsonArray *blocks,
         GPtrArray *urls,
         guint      depth)
{
  for (guint i = 0; blocks != NULL && depth < MAX_DEPTH && i < json_array_get_length (blocks); i++)
    {
      JsonNode *node = json_array_get_element (blocks, i);
      JsonObject *block = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *url = block != NULL ? csm_json_get_string (block, "src") : NULL;

      if (block == NULL)
        continue;
      if (url != NULL && csm_json_get_boolean (block, "remote") && urls->len < MAX_IMAGES
          && !g_ptr_array_find_with_equal_func (urls, url, g_str_equal, NULL))
        g_ptr_array_add (urls, g_strdup (url));
      collect (csm_json_get_array (block, "c"), urls, depth + 1);
    }
}

/* Returns: (transfer full) (element-type utf8): the addresses of a Message's images on the web, each once */
GPtrArray *
csm_remote_images_find (JsonObject *message)
{
  GPtrArray *urls = g_ptr_array_new_with_free_func (g_free);

  collect (csm_json_get_array (message, "body"), urls, 0);
  return urls;
}

/* --- which were asked for: of these messages, as long as the window is open -------------------------------- */

static GHashTable *
wanted_of (CsmWorkbench *workbench)
{
  GHashTable *wanted = g_object_get_data (G_OBJECT (workbench), WANTED);

  if (wanted == NULL)
    {
      wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_object_set_data_full (G_OBJECT (workbench), WANTED, wanted, (GDestroyNotify) g_hash_table_unref);
    }
  return wanted;
}

/* Whether one of the replies in the open case went to who wrote @message. */
static gboolean
is_known (CsmWorkbench *workbench,
          JsonObject   *message)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  JsonArray *from = csm_json_get_array (message, "from");
  JsonNode *writer = from != NULL && json_array_get_length (from) == 1 ? json_array_get_element (from, 0) : NULL;
  const char *address = writer != NULL && JSON_NODE_HOLDS_OBJECT (writer) ? csm_json_get_string (json_node_get_object (writer), "address") : NULL;

  for (guint i = 0; address != NULL && detail != NULL && i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];
      JsonArray *to = entry->kind == CSM_ENTRY_MESSAGE ? csm_json_get_array (entry->record, "to") : NULL;

      if (g_strcmp0 (csm_json_get_string (entry->record, "direction"), "out") != 0)
        continue;
      for (guint k = 0; to != NULL && k < json_array_get_length (to); k++)
        {
          JsonNode *node = json_array_get_element (to, k);
          const char *other = JSON_NODE_HOLDS_OBJECT (node) ? csm_json_get_string (json_node_get_object (node), "address") : NULL;

          if (other != NULL && g_ascii_strcasecmp (other, address) == 0)
            return TRUE;
        }
    }
  return FALSE;
}

/* Whether somebody asked for them since the window was opened, or for those of known senders. */
gboolean
csm_remote_images_are_wanted (CsmWorkbench *workbench,
                              JsonObject   *message)
{
  g_autofree char *whose = g_settings_get_string (csm_workbench_get_settings (workbench), "remote-images");

  if (g_hash_table_contains (wanted_of (workbench), csm_json_get_string (message, "id")))
    return TRUE;
  /* A name that only looks like theirs must not do. */
  return g_str_equal (whose, "known") && csm_mail_trust_is_good (message) && is_known (workbench, message);
}

/* Whether nobody is to be asked about them either. */
gboolean
csm_remote_images_are_unwanted (CsmWorkbench *workbench)
{
  g_autofree char *whose = g_settings_get_string (csm_workbench_get_settings (workbench), "remote-images");

  return g_str_equal (whose, "never");
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

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GTask) task = data;
  GPtrArray *urls = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  g_autoptr (JsonNode) answer = csm_account_ask_finish (CSM_ACCOUNT (source), result, &error);
  JsonObject *images = answer != NULL ? csm_json_get_object (json_node_get_object (answer), "images") : NULL;
  GPtrArray *wanted;

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  wanted = csm_blob_images_new ();
  for (guint i = 0; images != NULL && i < urls->len; i++)
    {
      JsonObject *image = csm_json_get_object (images, urls->pdata[i]);

      if (image != NULL && csm_json_get_string (image, "blobId") != NULL)
        csm_blob_images_add (wanted, urls->pdata[i], csm_json_get_string (image, "blobId"), csm_json_get_string (image, "type"), NULL);
    }
  csm_blob_images_load_async (CSM_ACCOUNT (source), wanted, cancellable, loaded_cb, g_steal_pointer (&task));
}

static JsonNode *
create_question (JsonObject *message,
                 GPtrArray  *urls)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *arguments = json_object_new ();
  JsonArray *list = json_array_new ();

  for (guint i = 0; i < urls->len; i++)
    json_array_add_string_element (list, urls->pdata[i]);
  json_object_set_string_member (arguments, "id", csm_json_get_string (message, "id"));
  json_object_set_array_member (arguments, "urls", list);
  json_node_take_object (node, arguments);
  return node;
}

/**
 * csm_remote_images_load_async:
 * @workbench: the window's workbench
 * @message: a Message
 * @cancellable: (nullable): a cancellable
 * @callback: gets the result
 * @user_data: for @callback
 *
 * Lets the server fetch the images, and remembers that they are wanted.
 */
void
csm_remote_images_load_async (CsmWorkbench        *workbench,
                              JsonObject          *message,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task = g_task_new (workbench, cancellable, callback, user_data);
  GPtrArray *urls = csm_remote_images_find (message);
  g_autoptr (JsonNode) question = create_question (message, urls);

  g_task_set_source_tag (task, csm_remote_images_load_async);
  g_task_set_task_data (task, urls, (GDestroyNotify) g_ptr_array_unref);
  csm_account_ask_async (csm_workbench_get_account (workbench), "message/images", question, cancellable, answered_cb, task);
  g_hash_table_add (wanted_of (workbench), g_strdup (csm_json_get_string (message, "id")));
}

/* Returns: (transfer full) (nullable) (element-type utf8 GdkTexture): those that can be shown, by address */
GHashTable *
csm_remote_images_load_finish (CsmWorkbench  *workbench,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, workbench), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
