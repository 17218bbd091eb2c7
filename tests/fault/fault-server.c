/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-server.h"

#include <libsoup/soup.h>
#include <signal.h>
#include <string.h>

#include "csm-json.h"
#include "csm-record-type.h"

#define LISTENING "listening on "
#define PATIENCE 60

typedef struct
{
  gboolean done;
  char    *line;
} Reading;

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Reading *reading = data;

  reading->line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  reading->done = TRUE;
}

static gboolean
is_read (gpointer data)
{
  return ((Reading *) data)->done;
}

/* Serves the lab's data. The process may be dead on return, when @failpoint is hit at its start. */
FaultServer *
fault_server_start (FaultLab   *lab,
                    const char *failpoint)
{
  const char *arguments[] = { "serve", "--listen", "127.0.0.1:0", lab->restored ? "--restored" : NULL, NULL };
  FaultServer *server = g_new0 (FaultServer, 1);
  g_autoptr (GDataInputStream) lines = NULL;
  Reading reading = { 0 };

  server->process = fault_lab_spawn (lab, failpoint, G_SUBPROCESS_FLAGS_STDOUT_PIPE, arguments);
  server->http = soup_session_new_with_options ("timeout", PATIENCE, NULL);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (server->process));
  g_data_input_stream_read_line_async (lines, G_PRIORITY_DEFAULT, NULL, read_cb, &reading);
  if (!fault_wait_until (is_read, &reading, PATIENCE))
    g_error ("the server neither listened nor ended");
  if (reading.line != NULL)
    {
      g_assert_true (g_str_has_prefix (reading.line, LISTENING));
      server->url = g_strdup (g_strchomp (reading.line + strlen (LISTENING)));
      if (g_str_has_suffix (server->url, "/"))
        server->url[strlen (server->url) - 1] = '\0';
    }
  g_free (reading.line);
  return server;
}

/* Ends it as systemd would: its exit status. */
int
fault_server_stop (FaultServer *server)
{
  g_subprocess_send_signal (server->process, SIGTERM);
  return fault_lab_wait (server->process);
}

/* Waits until it is dead: how it died. */
int
fault_server_wait (FaultServer *server)
{
  return fault_lab_wait (server->process);
}

void
fault_server_free (FaultServer *server)
{
  if (g_subprocess_get_identifier (server->process) != NULL)
    {
      g_subprocess_force_exit (server->process);
      fault_lab_wait (server->process);
    }
  g_clear_object (&server->process);
  soup_session_abort (server->http);
  g_clear_object (&server->http);
  g_free (server->url);
  g_free (server->token);
  g_free (server->workspace);
  g_free (server->personal);
  g_free (server);
}

/* The body of a 2xx answer; NULL when the server died. Nothing that is asked here may be refused. */
static JsonObject *
request (FaultServer *server,
         const char  *method,
         const char  *path,
         const char  *type,
         const char  *body)
{
  g_autofree char *url = g_strconcat (server->url, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);
  g_autoptr (GBytes) answer = NULL;
  guint status;

  g_assert_nonnull (message);
  if (server->token != NULL)
    {
      g_autofree char *value = g_strconcat ("Bearer ", server->token, NULL);

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", value);
    }
  if (body != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

      soup_message_set_request_body_from_bytes (message, type, bytes);
    }
  answer = soup_session_send_and_read (server->http, message, NULL, NULL);
  status = soup_message_get_status (message);
  if (answer != NULL && status > 299)
    g_error ("%s was answered %u: %.*s", path, status, (int) g_bytes_get_size (answer), (const char *) g_bytes_get_data (answer, NULL));
  if (answer == NULL || status < 200)
    return NULL;
  return csm_json_parse_object (g_bytes_get_data (answer, NULL), (gssize) g_bytes_get_size (answer), NULL);
}

static gboolean
read_session (FaultServer *server)
{
  g_autoptr (JsonObject) session = request (server, "GET", "/jmap/session", NULL, NULL);
  JsonObject *primary = session != NULL ? csm_json_get_object (session, "primaryAccounts") : NULL;

  if (primary == NULL)
    return FALSE;
  g_free (server->workspace);
  g_free (server->personal);
  server->workspace = g_strdup (csm_json_get_string (primary, CSM_CAPABILITY_DESK));
  server->personal = g_strdup (csm_json_get_string (primary, CSM_CAPABILITY_PERSONAL));
  return server->workspace != NULL && server->personal != NULL;
}

/* Email and the lab's password; must work. */
void
fault_server_sign_in_as (FaultServer *server,
                         const char  *email)
{
  g_autofree char *body = g_strdup_printf ("{\"email\":\"%s\",\"password\":\"" FAULT_PASSWORD "\",\"deviceName\":\"Desk\"}", email);
  g_autoptr (JsonObject) answer = NULL;

  g_clear_pointer (&server->token, g_free);
  answer = request (server, "POST", "/auth/sign-in", "application/json", body);
  g_assert_nonnull (answer);
  server->token = g_strdup (csm_json_get_string (answer, "token"));
  g_assert_true (read_session (server));
}

void
fault_server_sign_in (FaultServer *server)
{
  fault_server_sign_in_as (server, FAULT_PERSON);
}

/* Ends a token. */
void
fault_server_sign_out (FaultServer *server,
                       const char  *token)
{
  g_autofree char *url = g_strconcat (server->url, "/auth/sign-out", NULL);
  g_autofree char *value = g_strconcat ("Bearer ", token, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("POST", url);
  g_autoptr (GBytes) answer = NULL;

  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", value);
  answer = soup_session_send_and_read (server->http, message, NULL, NULL);
  g_assert_cmpuint (soup_message_get_status (message), ==, 204);
}

/* With a token of before; whether the server lived to answer. */
gboolean
fault_server_resume (FaultServer *server,
                     const char  *token)
{
  g_free (server->token);
  server->token = g_strdup (token);
  return server->url != NULL && read_session (server);
}

/* One call of one request; takes @arguments. Its answer, also an error's; NULL when the server died before it said 200. */
JsonObject *
fault_server_call (FaultServer *server,
                   const char  *method,
                   JsonObject  *arguments)
{
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (JsonObject) answer = NULL;
  g_autofree char *text = NULL;
  JsonArray *using = json_array_new (), *calls = json_array_new (), *call = json_array_new (), *responses;

  json_array_add_string_element (using, "urn:ietf:params:jmap:core");
  json_array_add_string_element (using, CSM_CAPABILITY_DESK);
  json_array_add_string_element (using, CSM_CAPABILITY_INTERNAL);
  json_array_add_string_element (using, CSM_CAPABILITY_PERSONAL);
  json_array_add_string_element (call, method);
  json_array_add_object_element (call, arguments);
  json_array_add_string_element (call, "c0");
  json_array_add_array_element (calls, call);
  json_object_set_array_member (body, "using", using);
  json_object_set_array_member (body, "methodCalls", calls);
  text = csm_json_write_object (body);
  answer = request (server, "POST", "/jmap/api", "application/json", text);
  if (answer == NULL)
    return NULL;
  responses = csm_json_get_array (answer, "methodResponses");
  g_assert_cmpuint (json_array_get_length (responses), ==, 1);
  return json_object_ref (json_array_get_object_element (json_array_get_array_element (responses, 0), 1));
}

/* (transfer full): all records of @type; must work. */
JsonArray *
fault_server_get_all (FaultServer *server,
                      const char  *type)
{
  g_autofree char *method = g_strconcat (type, "/get", NULL);
  JsonObject *arguments = json_object_new ();
  g_autoptr (JsonObject) answer = NULL;

  json_object_set_string_member (arguments, "accountId", g_str_equal (type, "Seen") || g_str_equal (type, "View") ? server->personal : server->workspace);
  json_object_set_null_member (arguments, "ids");
  answer = fault_server_call (server, method, arguments);
  g_assert_nonnull (answer);
  g_assert_nonnull (csm_json_get_array (answer, "list"));
  return json_array_ref (csm_json_get_array (answer, "list"));
}

/* (transfer full) (nullable): the blobId that the server gave, when it lived to say so. */
char *
fault_server_upload (FaultServer *server,
                     const char  *text)
{
  g_autofree char *path = g_strconcat ("/jmap/upload/", server->workspace, NULL);
  g_autoptr (JsonObject) answer = request (server, "POST", path, "text/plain", text);

  return answer != NULL ? g_strdup (csm_json_get_string (answer, "blobId")) : NULL;
}

/*
 * (transfer full): all records of @type, however many; NULL when the person may not see the type, or the server died.
 * @reached: (out) (optional) (transfer full): the state that has them
 */
JsonArray *
fault_server_read_state (FaultServer          *server,
                         const CsmRecordType  *type,
                         char                **reached)
{
  g_autofree char *method = g_strconcat (type->name, "/changes", NULL);
  g_autoptr (JsonArray) all = json_array_new ();
  g_autofree char *state = NULL;

  for (gboolean more = TRUE; more;)
    {
      JsonObject *arguments = json_object_new ();
      g_autoptr (JsonObject) answer = NULL;
      JsonArray *list;

      json_object_set_string_member (arguments, "accountId", (type->flags & CSM_RECORD_PERSONAL) != 0 ? server->personal : server->workspace);
      csm_json_set_string (arguments, "sinceState", state);
      json_object_set_boolean_member (arguments, "includeRecords", TRUE);
      answer = fault_server_call (server, method, arguments);
      list = csm_json_get_array (answer, "list");
      if (list == NULL)
        return NULL;
      for (guint i = 0; i < json_array_get_length (list); i++)
        json_array_add_object_element (all, json_object_ref (json_array_get_object_element (list, i)));
      g_free (state);
      state = g_strdup (csm_json_get_string (answer, "newState"));
      more = csm_json_get_boolean (answer, "hasMoreChanges");
    }
  if (reached != NULL)
    *reached = g_steal_pointer (&state);
  return g_steal_pointer (&all);
}

JsonArray *
fault_server_read_type (FaultServer         *server,
                        const CsmRecordType *type)
{
  return fault_server_read_state (server, type, NULL);
}

/* (transfer full) (nullable): a blob as text, when the person may have it. */
char *
fault_server_download (FaultServer *server,
                       const char  *blob_id)
{
  g_autofree char *url = g_strdup_printf ("%s/jmap/download/%s/%s/file?type=text/plain", server->url, server->workspace, blob_id);
  g_autofree char *value = g_strconcat ("Bearer ", server->token, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
  g_autoptr (GBytes) answer = NULL;

  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", value);
  answer = soup_session_send_and_read (server->http, message, NULL, NULL);
  if (answer == NULL || soup_message_get_status (message) != 200)
    return NULL;
  return g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
}
