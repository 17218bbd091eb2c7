/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-ask.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-error.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-web-request.h"

#define MAX_IMAGES 50
#define MAX_BYTES (5 * 1024 * 1024)
#define MAX_REDIRECTS 3
#define IMAGE_MS 10000
/* All of them together; whoever waits for the answer gives up after a minute. */
#define TOTAL_MS 40000
#define AT_A_TIME 6

typedef struct
{
  CsmAsk       *ask;
  JsonObject   *message;
  GBytes       *html;       /* as the mail had it, or NULL */
  GPtrArray    *urls;       /* (element-type utf8) */
  guint         next;
  guint         running;
  GCancellable *cancellable;
  JsonObject   *images;     /* what came of it */
  GPtrArray    *uploads;    /* Upload */
} Gathering;

typedef struct
{
  Gathering *gathering;
  char      *url;
} Fetch;

typedef struct
{
  char  *blob_id;
  gint64 size;
} Upload;

static void
upload_free (Upload *upload)
{
  g_free (upload->blob_id);
  g_free (upload);
}

/* --- Which ones ---------------------------------------------------------------------------------------------------------------------- */

static gpointer
load_message (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  return csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), input, error);
}

/**
 * csm_ask_load_message:
 * @ask: {id}
 * @error: `CSM_ERROR_NOT_FOUND`
 *
 * Returns: (transfer full) (nullable): the message that it is about
 */
JsonObject *
csm_ask_load_message (CsmAsk  *ask,
                      GError **error)
{
  const char *id = csm_json_get_string (ask->arguments, "id");
  g_autoptr (GError) local = NULL;
  JsonObject *message = id != NULL && csm_id_is_valid (id, 'm') ? csm_store_run (ask->store, FALSE, load_message, (gpointer) id, &local) : NULL;

  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (message == NULL)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no such message."));
  return message;
}

static gboolean
names_image (JsonNode   *node,
             const char *url)
{
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        {
          if (names_image (json_array_get_element (array, i), url))
            return TRUE;
        }
    }
  else if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;

      if (g_strcmp0 (csm_json_get_string (object, "src"), url) == 0)
        return TRUE;
      json_object_iter_init_ordered (&iter, object);
      while (json_object_iter_next_ordered (&iter, &name, &member))
        {
          if (names_image (member, url))
            return TRUE;
        }
    }
  return FALSE;
}

static gboolean
has_text (GBytes     *bytes,
          const char *text)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return memmem (data, size, text, strlen (text)) != NULL;
}

/* Only what the mail itself shows: nobody can have the server fetch anything else. */
static gboolean
is_in_message (Gathering  *self,
               const char *url)
{
  JsonNode *body = json_object_get_member (self->message, "body");
  g_autoptr (GString) escaped = NULL;

  if (body != NULL && names_image (body, url))
    return TRUE;
  if (self->html == NULL)
    return FALSE;
  escaped = g_string_new (url);
  g_string_replace (escaped, "&", "&amp;", 0);
  return has_text (self->html, url) || has_text (self->html, escaped->str);
}

static gboolean
read_urls (Gathering  *self,
           GError    **error)
{
  JsonArray *urls = csm_json_get_array (self->ask->arguments, "urls");

  if (urls == NULL || json_array_get_length (urls) > MAX_IMAGES)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("These are too many images, or none."));
      return FALSE;
    }
  for (guint i = 0; i < json_array_get_length (urls); i++)
    {
      JsonNode *node = json_array_get_element (urls, i);

      if (csm_json_is_string (node) && is_in_message (self, json_node_get_string (node)) &&
          !g_ptr_array_find_with_equal_func (self->urls, json_node_get_string (node), g_str_equal, NULL))
        g_ptr_array_add (self->urls, g_strdup (json_node_get_string (node)));
    }
  return TRUE;
}

/* --- Fetching ------------------------------------------------------------------------------------------------------------------------ */

/* By its first bytes, whatever the server says. SVG is a program. */
static const char *
sniff (GBytes *bytes)
{
  static const struct
  {
    const char *magic;
    gsize       length;
    const char *type;
  } types[] = {
    { "\x89PNG\r\n\x1a\n", 8, "image/png" }, { "\xff\xd8\xff", 3, "image/jpeg" }, { "GIF87a", 6, "image/gif" }, { "GIF89a", 6, "image/gif" }, { "BM", 2, "image/bmp" },
  };
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (size > types[i].length && memcmp (data, types[i].magic, types[i].length) == 0)
        return types[i].type;
    }
  return size > 12 && memcmp (data, "RIFF", 4) == 0 && memcmp (data + 8, "WEBP", 4) == 0 ? "image/webp" : NULL;
}

static void
keep (Gathering  *self,
      const char *url,
      GBytes     *bytes)
{
  const char *type = sniff (bytes);
  g_autoptr (GError) error = NULL;
  g_autofree char *blob_id = type != NULL ? csm_store_put_blob (self->ask->store, bytes, &error) : NULL;
  JsonObject *image;
  Upload *upload;

  if (error != NULL)
    g_message ("An image could not be kept: %s", error->message);
  if (blob_id == NULL)
    return;
  image = json_object_new ();
  csm_json_set_string (image, "blobId", blob_id);
  csm_json_set_string (image, "type", type);
  json_object_set_object_member (self->images, url, image);
  upload = g_new0 (Upload, 1);
  upload->blob_id = g_steal_pointer (&blob_id);
  upload->size = (gint64) g_bytes_get_size (bytes);
  g_ptr_array_add (self->uploads, upload);
}

static void start_more (Gathering *self);

static void
fetched (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Fetch *fetch = user_data;
  Gathering *self = fetch->gathering;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = csm_web_request_finish (result, &error);

  self->running--;
  if (bytes != NULL)
    keep (self, fetch->url, bytes);
  else
    g_debug ("an image was not fetched: %s", error->message);
  g_free (fetch->url);
  g_free (fetch);
  start_more (self);
}

static void
start_more (Gathering *self)
{
  const CsmWebLimits limits = { MAX_BYTES, MAX_REDIRECTS, IMAGE_MS, FALSE, self->ask->allow_loopback };

  while (self->running < AT_A_TIME && self->next < self->urls->len && !g_cancellable_is_cancelled (self->cancellable))
    {
      Fetch *fetch = g_new0 (Fetch, 1);

      fetch->gathering = self;
      fetch->url = g_strdup (g_ptr_array_index (self->urls, self->next++));
      self->running++;
      csm_web_request_async (fetch->url, NULL, &limits, self->cancellable, fetched, fetch);
    }
}

static gboolean
give_up (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
nobody_waits (GCancellable *outer,
              GCancellable *cancellable)
{
  g_cancellable_cancel (cancellable);
}

static void
gather (Gathering *self)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) limit = g_timeout_source_new (TOTAL_MS);
  gulong handler;

  g_main_context_push_thread_default (context);
  g_source_set_callback (limit, give_up, g_object_ref (self->cancellable), g_object_unref);
  g_source_attach (limit, context);
  handler = g_cancellable_connect (self->ask->cancellable, G_CALLBACK (nobody_waits), g_object_ref (self->cancellable), g_object_unref);
  start_more (self);
  while (self->running > 0)
    g_main_context_iteration (context, TRUE);
  g_cancellable_disconnect (self->ask->cancellable, handler);
  g_source_destroy (limit);
  /* What libsoup still does with its connections. */
  while (g_main_context_iteration (context, FALSE))
    continue;
  g_main_context_pop_thread_default (context);
}

/* Whoever asked may read them for a day, and ask again. */
static gpointer
grant (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  Gathering *self = input;

  for (guint i = 0; i < self->uploads->len; i++)
    {
      Upload *upload = g_ptr_array_index (self->uploads, i);

      if (!csm_txn_add_upload (txn, upload->blob_id, upload->size, self->ask->who->person_id, error))
        return NULL;
    }
  return GINT_TO_POINTER (TRUE);
}

static gboolean
run (Gathering  *self,
     GError    **error)
{
  const char *html_id = csm_json_get_string (self->message, "htmlBlobId");

  self->html = html_id != NULL ? csm_store_get_blob (self->ask->store, html_id, NULL) : NULL;
  if (!read_urls (self, error))
    return FALSE;
  gather (self);
  return !g_cancellable_set_error_if_cancelled (self->ask->cancellable, error) &&
         (self->uploads->len == 0 || csm_store_run (self->ask->store, TRUE, grant, self, error) != NULL);
}

/**
 * csm_ask_message_images:
 * @ask: {id, urls}
 * @error: return location
 *
 * Fetches images that a mail shows from elsewhere, so that whoever is there learns nothing of who reads it.
 *
 * Returns: (transfer full) (nullable): {images: {url: {blobId, type}}}, without those that could not be had
 */
JsonObject *
csm_ask_message_images (CsmAsk  *ask,
                        GError **error)
{
  g_autoptr (JsonObject) message = csm_ask_load_message (ask, error);
  Gathering self = { ask, message, NULL, NULL, 0, 0, NULL, NULL, NULL };
  JsonObject *answer = NULL;

  if (message == NULL)
    return NULL;
  self.urls = g_ptr_array_new_with_free_func (g_free);
  self.uploads = g_ptr_array_new_with_free_func ((GDestroyNotify) upload_free);
  self.images = json_object_new ();
  self.cancellable = g_cancellable_new ();
  if (run (&self, error))
    {
      answer = json_object_new ();
      json_object_set_object_member (answer, "images", json_object_ref (self.images));
    }
  g_clear_pointer (&self.html, g_bytes_unref);
  g_ptr_array_unref (self.urls);
  g_ptr_array_unref (self.uploads);
  json_object_unref (self.images);
  g_object_unref (self.cancellable);
  return answer;
}
