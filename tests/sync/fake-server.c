/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fake-server.h"

#include <string.h>

#include "csm-json.h"
#include "csm-record-type.h"

static void
reply_text (SoupServerMessage *message,
            guint              status,
            const char        *type,
            const char        *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, text, strlen (text));
}

static void
on_session (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           data)
{
  FakeServer *self = data;
  g_autofree char *text = g_strdup_printf (
    "{\"capabilities\":{\"urn:ietf:params:jmap:core\":{\"maxObjectsInSet\":%u,\"maxCallsInRequest\":%u,\"maxSizeRequest\":%u,\"maxSizeUpload\":1000000},"
    "\"urn:ietf:params:jmap:websocket\":{\"url\":\"ws://localhost/\"}},\"accounts\":{\"W\":{\"name\":\"Test\"}},"
    "\"primaryAccounts\":{\"" CSM_CAPABILITY_DESK "\":\"W\",\"" CSM_CAPABILITY_PERSONAL "\":\"P01J00000000000000000000001\"},"
    "\"apiUrl\":\"%s/jmap/api\",\"uploadUrl\":\"%s/jmap/upload/{accountId}\",\"downloadUrl\":\"%s/d\",\"state\":\"s%u\"}",
    self->said_max_objects, self->max_calls, self->max_size, self->url, self->url, self->url, self->session_state);

  self->n_sessions++;
  reply_text (message, 200, "application/json", text);
}

static JsonObject *
set_error (const char *type)
{
  JsonObject *error = json_object_new ();

  json_object_set_string_member (error, "type", type);
  return error;
}

static gboolean
knows_files (FakeServer *self,
             JsonObject *record)
{
  JsonArray *attachments = csm_json_get_array (record, "attachments");

  for (guint i = 0; attachments != NULL && i < json_array_get_length (attachments); i++)
    {
      if (!g_hash_table_contains (self->blobs, csm_json_get_string (json_array_get_object_element (attachments, i), "blobId")))
        return FALSE;
    }
  return TRUE;
}

/* Of a draft. */
static gboolean
knows_drafts_files (FakeServer *self,
                    JsonObject *patch)
{
  g_autoptr (GList) paths = json_object_get_members (patch);

  for (GList *l = paths; l != NULL; l = l->next)
    {
      const char *blob_id = g_str_has_prefix (l->data, "files/") ? csm_json_get_string (csm_json_get_object (patch, l->data), "blobId") : NULL;

      if (blob_id != NULL && !g_hash_table_contains (self->blobs, blob_id))
        return FALSE;
    }
  return TRUE;
}

/* NULL: done */
static JsonObject *
do_one (FakeServer *self,
        const char *id,
        const char *op_id,
        JsonObject *value)
{
  guint times = GPOINTER_TO_UINT (g_hash_table_lookup (self->applied, op_id));

  if (self->mode == FAKE_SET_ERROR)
    return set_error (self->error_type);
  if (times > 0)
    return NULL;
  if (value != NULL && (!knows_files (self, value) || !knows_drafts_files (self, value)))
    {
      JsonObject *error = set_error ("invalidProperties");
      JsonArray *names = json_array_new ();

      json_array_add_string_element (names, knows_files (self, value) ? "files" : "attachments");
      json_object_set_array_member (error, "properties", names);
      return error;
    }
  g_hash_table_insert (self->applied, g_strdup (op_id), GUINT_TO_POINTER (times + 1));
  g_ptr_array_add (self->order, g_strdup (id));
  if (value != NULL)
    g_hash_table_insert (self->records, g_strdup (id), csm_json_copy_object (value));
  return NULL;
}

static void
do_all (FakeServer *self,
        JsonObject *arguments,
        const char *what,
        const char *yes,
        const char *no,
        JsonObject *answer)
{
  JsonObject *given = csm_json_get_object (arguments, what), *op_ids = csm_json_get_object (arguments, "operationIds");
  JsonObject *good = json_object_new (), *bad = json_object_new ();
  JsonObjectIter iter;
  const char *id;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, given);
  while (json_object_iter_next_ordered (&iter, &id, &value))
    {
      JsonObject *error = do_one (self, id, csm_json_get_string (op_ids, id), json_node_get_object (value));

      if (error != NULL)
        json_object_set_object_member (bad, id, error);
      else if (g_str_equal (what, "create"))
        json_object_set_object_member (good, id, json_object_new ());
      else
        json_object_set_null_member (good, id);
    }
  json_object_set_object_member (answer, yes, good);
  json_object_set_object_member (answer, no, bad);
}

static void
answer_changes (FakeServer *self,
                const char *method,
                JsonObject *arguments,
                JsonObject *answer)
{
  gboolean more = self->restless && g_str_equal (method, "Case/changes");
  g_autofree char *state = more ? g_strdup_printf ("n%u", self->n_changes) : g_strdup ("n");

  self->n_changes++;
  csm_json_set_string (answer, "oldState", csm_json_get_string (arguments, "sinceState"));
  json_object_set_string_member (answer, "newState", state);
  json_object_set_boolean_member (answer, "hasMoreChanges", more);
  json_object_set_array_member (answer, "destroyed", json_array_new ());
  json_object_set_array_member (answer, "list", json_array_new ());
}

/* Of each case that it was asked for: all of it is there, and it is empty. */
static void
answer_content (FakeServer *self,
                JsonObject *arguments,
                JsonObject *answer)
{
  JsonArray *asked = csm_json_get_array (arguments, "cases"), *cases = json_array_new ();

  self->n_contents++;
  for (guint i = 0; !self->mute && i < json_array_get_length (asked); i++)
    {
      JsonObject *one = json_object_new ();

      csm_json_set_string (one, "id", csm_json_get_string (json_array_get_object_element (asked, i), "id"));
      json_object_set_string_member (one, "newState", "1");
      json_object_set_boolean_member (one, "isWhole", TRUE);
      json_array_add_object_element (cases, one);
    }
  json_object_set_array_member (answer, "cases", cases);
}

static JsonArray *
answer_call (FakeServer *self,
             JsonArray  *call)
{
  const char *method = json_array_get_string_element (call, 0);
  JsonObject *arguments = json_array_get_object_element (call, 1), *answer = json_object_new ();
  guint count = 0;
  JsonArray *result = json_array_new ();

  if (g_str_has_suffix (method, "/set"))
    count = json_object_get_size (csm_json_get_object (arguments, "create")) + json_object_get_size (csm_json_get_object (arguments, "update"));
  if (g_str_has_suffix (method, "/changes"))
    {
      answer_changes (self, method, arguments, answer);
    }
  else if (g_str_equal (method, "Case/content"))
    {
      answer_content (self, arguments, answer);
    }
  else if (self->mode == FAKE_METHOD_ERROR || count > self->max_objects)
    {
      self->n_refused += count > self->max_objects;
      json_object_set_string_member (answer, "type", self->mode == FAKE_METHOD_ERROR ? self->error_type : "requestTooLarge");
      method = "error";
    }
  else
    {
      self->most = MAX (self->most, count);
      do_all (self, arguments, "create", "created", "notCreated", answer);
      do_all (self, arguments, "update", "updated", "notUpdated", answer);
    }
  json_array_add_string_element (result, method);
  json_array_add_object_element (result, answer);
  json_array_add_string_element (result, json_array_get_string_element (call, 2));
  return result;
}

static char *
answer_request (FakeServer *self,
                JsonObject *request)
{
  JsonArray *calls = csm_json_get_array (request, "methodCalls"), *answers = json_array_new ();
  g_autoptr (JsonObject) response = json_object_new ();
  g_autofree char *state = g_strdup_printf ("s%u", self->session_state);

  for (guint i = 0; i < json_array_get_length (calls); i++)
    json_array_add_array_element (answers, answer_call (self, json_array_get_array_element (calls, i)));
  json_object_set_array_member (response, "methodResponses", answers);
  json_object_set_string_member (response, "sessionState", state);
  return csm_json_write_object (response);
}

static void
on_api (SoupServer        *server,
        SoupServerMessage *message,
        const char        *path,
        GHashTable        *query,
        gpointer           data)
{
  FakeServer *self = data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (JsonObject) request = csm_json_parse_object (body->data, body->length, NULL);
  g_autofree char *answer = NULL;

  self->n_requests++;
  switch (self->mode)
    {
    case FAKE_HTML:
      reply_text (message, 200, "text/html", "<html><body>Welcome to the hotel</body></html>");
      return;
    case FAKE_REDIRECT:
      soup_server_message_set_redirect (message, 302, "http://127.0.0.1:9/");
      return;
    case FAKE_CUT:
      reply_text (message, 200, "application/json", "{\"methodResponses\":[[\"Tag/set\",{\"crea");
      return;
    case FAKE_UNAVAILABLE:
      soup_message_headers_append (soup_server_message_get_response_headers (message), "Retry-After", "120");
      reply_text (message, 503, "text/plain", "later");
      return;
    case FAKE_TOO_MANY:
      reply_text (message, 429, "application/problem+json", "{\"type\":\"urn:ietf:params:jmap:error:limit\",\"limit\":\"maxConcurrentRequests\"}");
      return;
    case FAKE_UNAUTHORIZED:
      reply_text (message, 401, "text/plain", "who?");
      return;
    case FAKE_UNKNOWN_CAPABILITY:
      reply_text (message, 400, "application/problem+json", "{\"type\":\"urn:ietf:params:jmap:error:unknownCapability\"}");
      return;
    default:
      break;
    }
  if (body->length > self->max_size)
    {
      self->n_refused++;
      reply_text (message, 413, "application/problem+json", "{\"type\":\"urn:ietf:params:jmap:error:limit\",\"limit\":\"maxSizeRequest\"}");
      return;
    }
  self->largest = MAX (self->largest, (guint) body->length);
  answer = answer_request (self, request);
  if (self->before_answer != NULL)
    self->before_answer (self->data);
  if (self->mode == FAKE_DEAF)
    {
      g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

      g_io_stream_close (stream, NULL, NULL);
      return;
    }
  reply_text (message, 200, "application/json", answer);
}

static void
on_upload (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           data)
{
  FakeServer *self = data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) body->data, (gsize) body->length);
  g_autofree char *blob_id = g_strconcat ("B", sum, NULL);
  g_autofree char *text = g_strdup_printf ("{\"accountId\":\"W\",\"blobId\":\"%s\",\"type\":\"text/plain\",\"size\":%u}", blob_id, (guint) body->length);

  self->n_uploads++;
  if (self->upload_status == 201)
    g_hash_table_add (self->blobs, g_steal_pointer (&blob_id));
  reply_text (message, self->upload_status, "application/json", text);
}

FakeServer *
fake_server_new (void)
{
  FakeServer *self = g_new0 (FakeServer, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->max_objects = self->said_max_objects = 500;
  self->max_calls = 16;
  self->max_size = 10000000;
  self->upload_status = 201;
  self->applied = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) json_object_unref);
  self->blobs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->order = g_ptr_array_new_with_free_func (g_free);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, "/jmap/session", on_session, self, NULL);
  soup_server_add_handler (self->server, "/jmap/api", on_api, self, NULL);
  soup_server_add_handler (self->server, "/jmap/upload", on_upload, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return self;
}

void
fake_server_free (FakeServer *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_hash_table_unref (self->applied);
  g_hash_table_unref (self->records);
  g_hash_table_unref (self->blobs);
  g_ptr_array_unref (self->order);
  g_free (self->url);
  g_free (self);
}
