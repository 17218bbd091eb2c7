/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-client.h"

#include <string.h>

#include "csm-json.h"

#define PATIENCE_SECONDS 60
#define USING \
  "[\"urn:ietf:params:jmap:core\",\"https://casement.example/jmap/desk\",\"https://casement.example/jmap/internal\"," \
  "\"https://casement.example/jmap/personal\"]"

CsmTestClient *
csm_test_client_new (const char *url,
                     const char *token)
{
  CsmTestClient *self = g_new0 (CsmTestClient, 1);

  self->session = soup_session_new_with_options ("max-conns", 64, "max-conns-per-host", 64, "timeout", 60, NULL);
  self->url = g_strdup (url);
  self->token = g_strdup (token);
  return self;
}

void
csm_test_client_free (CsmTestClient *self)
{
  soup_session_abort (self->session);
  g_object_unref (self->session);
  g_free (self->url);
  g_free (self->token);
  g_free (self);
}

SoupMessage *
csm_test_client_message (CsmTestClient *self,
                         const char    *method,
                         const char    *path)
{
  g_autofree char *url = g_strconcat (self->url, path, NULL);
  SoupMessage *msg = soup_message_new (method, url);

  g_assert_nonnull (msg);
  if (self->token != NULL)
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", self->token, NULL);

      soup_message_headers_replace (soup_message_get_request_headers (msg), "Authorization", bearer);
    }
  return msg;
}

CsmTestReply *
csm_test_client_send (CsmTestClient *self,
                      SoupMessage   *msg)
{
  CsmTestReply *reply = g_new0 (CsmTestReply, 1);
  GError *error = NULL;

  reply->body = soup_session_send_and_read (self->session, msg, NULL, &error);
  g_assert_no_error (error);
  reply->status = soup_message_get_status (msg);
  reply->headers = soup_message_headers_ref (soup_message_get_response_headers (msg));
  reply->json = csm_json_parse_object (g_bytes_get_data (reply->body, NULL), (gssize) g_bytes_get_size (reply->body), NULL);
  g_object_unref (msg);
  return reply;
}

CsmTestReply *
csm_test_client_fetch (CsmTestClient *self,
                       const char    *method,
                       const char    *path,
                       const char    *type,
                       const char    *body)
{
  SoupMessage *msg = csm_test_client_message (self, method, path);

  if (body != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

      soup_message_set_request_body_from_bytes (msg, type, bytes);
    }
  return csm_test_client_send (self, msg);
}

JsonObject *
csm_test_client_call (CsmTestClient *self,
                      const char    *method,
                      const char    *format,
                      ...)
{
  g_autofree char *arguments = NULL;
  g_autofree char *request = NULL;
  g_autoptr (CsmTestReply) reply = NULL;
  JsonArray *responses, *response;
  va_list args;

  va_start (args, format);
  arguments = g_strdelimit (g_strdup_vprintf (format, args), "'", '"');
  va_end (args);
  request = g_strdup_printf ("{\"using\":" USING ",\"methodCalls\":[[\"%s\",%s,\"0\"]]}", method, arguments);
  reply = csm_test_client_fetch (self, "POST", "/jmap/api", "application/json", request);
  if (reply->status != 200)
    g_error ("%s: HTTP %u: %s", request, reply->status, (const char *) g_bytes_get_data (reply->body, NULL));
  responses = csm_json_get_array (reply->json, "methodResponses");
  g_assert_cmpuint (json_array_get_length (responses), ==, 1);
  response = json_array_get_array_element (responses, 0);
  return json_object_ref (json_array_get_object_element (response, 1));
}

JsonNode *
csm_test_find (JsonObject *object,
               const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  JsonNode *node = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
        {
          guint index = (guint) g_ascii_strtoull (names[i], NULL, 10);

          if (index >= json_array_get_length (json_node_get_array (node)))
            return NULL;
          node = json_array_get_element (json_node_get_array (node), index);
          continue;
        }
      if (node != NULL && !JSON_NODE_HOLDS_OBJECT (node))
        return NULL;
      node = json_object_get_member (node != NULL ? json_node_get_object (node) : object, names[i]);
      if (node == NULL)
        return NULL;
    }
  return node;
}

const char *
csm_test_find_text (JsonObject *object,
                    const char *path)
{
  JsonNode *node = csm_test_find (object, path);

  return csm_json_is_string (node) ? json_node_get_string (node) : NULL;
}

static gboolean
too_late (gpointer user_data)
{
  g_error ("this took too long");
  return G_SOURCE_REMOVE;
}

void
csm_test_wait (const gboolean *done)
{
  guint timeout = g_timeout_add_seconds (PATIENCE_SECONDS, too_late, NULL);

  while (!*done)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

void
csm_test_reply_free (CsmTestReply *reply)
{
  soup_message_headers_unref (reply->headers);
  g_bytes_unref (reply->body);
  g_clear_pointer (&reply->json, json_object_unref);
  g_free (reply);
}
