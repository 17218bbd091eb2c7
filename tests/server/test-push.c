/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-client.h"

#include <string.h>

#include "csm-json.h"

static CsmTestWorkspace *workspace;
static CsmTestServer *server;
static CsmTestClient *ana;
static CsmTestClient *ben;

/* One WebSocket of a client, and what came on it. */
typedef struct
{
  SoupWebsocketConnection *connection;
  GQueue                   messages; /* JsonObject */
  gboolean                 arrived;
  gboolean                 done;
  gboolean                 closed;
} Socket;

static void
message_cb (SoupWebsocketConnection *connection,
            int                      type,
            GBytes                  *text,
            Socket                  *socket)
{
  JsonObject *message = csm_json_parse_object (g_bytes_get_data (text, NULL), (gssize) g_bytes_get_size (text), NULL);

  g_assert_cmpint (type, ==, SOUP_WEBSOCKET_DATA_TEXT);
  g_assert_nonnull (message);
  g_queue_push_tail (&socket->messages, message);
  socket->arrived = TRUE;
}

static void
closed_cb (SoupWebsocketConnection *connection,
           Socket                  *socket)
{
  socket->closed = TRUE;
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Socket *socket = user_data;

  socket->connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, NULL);
  socket->done = TRUE;
  if (socket->connection == NULL)
    return;
  soup_websocket_connection_set_max_incoming_payload_size (socket->connection, 50000000);
  g_signal_connect (socket->connection, "message", G_CALLBACK (message_cb), socket);
  g_signal_connect (socket->connection, "closed", G_CALLBACK (closed_cb), socket);
}

static guint
socket_connect (Socket        *socket,
                CsmTestClient *client,
                const char    *protocol)
{
  char *protocols[] = { (char *) protocol, NULL };
  g_autoptr (SoupMessage) msg = csm_test_client_message (client, "GET", "/jmap/ws");

  memset (socket, 0, sizeof *socket);
  g_queue_init (&socket->messages);
  soup_session_websocket_connect_async (client->session, msg, NULL, protocol != NULL ? protocols : NULL, G_PRIORITY_DEFAULT, NULL, connected_cb, socket);
  csm_test_wait (&socket->done);
  return soup_message_get_status (msg);
}

static void
socket_clear (Socket *socket)
{
  if (!socket->closed)
    {
      soup_websocket_connection_close (socket->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
      csm_test_wait (&socket->closed);
    }
  g_signal_handlers_disconnect_by_data (socket->connection, socket);
  g_clear_object (&socket->connection);
  g_queue_clear_full (&socket->messages, (GDestroyNotify) json_object_unref);
}

static void socket_send (Socket *socket, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
socket_send (Socket     *socket,
             const char *format,
             ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdelimit (g_strdup_vprintf (format, args), "'", '"');
  va_end (args);
  soup_websocket_connection_send_text (socket->connection, text);
}

static JsonObject *
socket_receive (Socket *socket)
{
  while (g_queue_is_empty (&socket->messages))
    {
      socket->arrived = FALSE;
      csm_test_wait (&socket->arrived);
    }
  return g_queue_pop_head (&socket->messages);
}

static void
rename_tag (CsmTestClient *client,
            const char    *name)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (client, "Tag/set", "{'accountId':'%s','update':{'%s':{'name':'%s'}}}",
                                                        workspace->workspace_id, workspace->tag, name);

  g_assert_true (JSON_NODE_HOLDS_OBJECT (csm_test_find (answer, "updated")));
}

static char *
tag_state (void)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (ana, "Tag/get", "{'accountId':'%s','ids':[]}", workspace->workspace_id);

  return g_strdup (csm_test_find_text (answer, "state"));
}

static const char *
changed (JsonObject *change,
         const char *type)
{
  return csm_json_get_string (csm_json_get_object (csm_json_get_object (change, "changed"), workspace->workspace_id), type);
}

/* Nothing falls between: the server has answered what came behind the message. */
static void
settle (Socket *socket)
{
  g_autoptr (JsonObject) answer = NULL;

  socket_send (socket, "{'@type':'Request','id':'settle','using':[],'methodCalls':[]}");
  answer = socket_receive (socket);
  csm_assert_text (answer, "requestId", "settle");
}

static void
test_upgrade (void)
{
  g_autoptr (CsmTestClient) nobody = csm_test_client_new (csm_test_server_get_url (server), NULL);
  g_autoptr (CsmTestClient) wrong = csm_test_client_new (csm_test_server_get_url (server), "wrong");
  Socket socket;

  g_assert_cmpuint (socket_connect (&socket, nobody, "jmap"), ==, 401);
  g_assert_null (socket.connection);
  g_assert_cmpuint (socket_connect (&socket, wrong, "jmap"), ==, 401);
  g_assert_null (socket.connection);
  g_assert_cmpuint (socket_connect (&socket, ana, NULL), ==, 400);
  g_assert_null (socket.connection);
  g_assert_cmpuint (socket_connect (&socket, ana, "other"), ==, 400);
  g_assert_null (socket.connection);
  g_assert_cmpuint (socket_connect (&socket, ana, "jmap"), ==, 101);
  g_assert_cmpstr (soup_websocket_connection_get_protocol (socket.connection), ==, "jmap");
  g_assert_null (soup_websocket_connection_get_extensions (socket.connection));
  socket_clear (&socket);
}

static void
test_requests (void)
{
  Socket socket;
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (JsonObject) nameless = NULL;

  socket_connect (&socket, ana, "jmap");
  socket_send (&socket, "{'@type':'Request','id':'R1','using':['urn:ietf:params:jmap:core'],'methodCalls':[['Core/echo',{'a':1},'x']]}");
  answer = socket_receive (&socket);
  csm_assert_text (answer, "@type", "Response");
  csm_assert_text (answer, "requestId", "R1");
  csm_assert_text (answer, "methodResponses/0/0", "Core/echo");
  g_assert_nonnull (csm_json_get_string (answer, "sessionState"));
  socket_send (&socket, "{'@type':'Request','using':[],'methodCalls':[]}");
  nameless = socket_receive (&socket);
  g_assert_false (json_object_has_member (nameless, "requestId"));
  socket_clear (&socket);
}

static void
test_request_errors (void)
{
  static const struct { const char *text; const char *type; const char *id; } wrong[] = {
    { "{", "urn:ietf:params:jmap:error:notJSON", NULL },
    { "{'id':'R2','@type':'Request','using':[]}", "urn:ietf:params:jmap:error:notRequest", "R2" },
    { "{'id':'R3','@type':'Nonsense'}", "urn:ietf:params:jmap:error:notRequest", "R3" },
    { "{'id':'R4','@type':'Request','using':['urn:x'],'methodCalls':[]}", "urn:ietf:params:jmap:error:unknownCapability", "R4" },
    { "[]", "urn:ietf:params:jmap:error:notJSON", NULL },
  };
  Socket socket;

  socket_connect (&socket, ana, "jmap");
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (JsonObject) answer = NULL;

      socket_send (&socket, "%s", wrong[i].text);
      answer = socket_receive (&socket);
      csm_assert_text (answer, "@type", "RequestError");
      csm_assert_text (answer, "type", wrong[i].type);
      g_assert_cmpstr (csm_json_get_string (answer, "requestId"), ==, wrong[i].id);
      g_assert_true (json_object_has_member (answer, "requestId"));
    }
  settle (&socket);
  socket_clear (&socket);
}

/* All of them are there before the first one can be answered. */
static void
test_concurrent (void)
{
  Socket socket;
  guint answered = 0, refused = 0;
  const guint total = 200;

  socket_connect (&socket, ana, "jmap");
  for (guint i = 0; i < total; i++)
    socket_send (&socket, "{'@type':'Request','id':'%u','using':['https://casement.example/jmap/desk'],'methodCalls':[['Case/get',{'accountId':'%s'},'0']]}",
                 i, workspace->workspace_id);
  for (guint i = 0; i < total; i++)
    {
      g_autoptr (JsonObject) answer = socket_receive (&socket);

      if (g_strcmp0 (csm_json_get_string (answer, "@type"), "Response") == 0)
        answered++;
      else
        {
          csm_assert_text (answer, "limit", "maxConcurrentRequests");
          refused++;
        }
    }
  g_assert_cmpuint (answered, >=, 8);
  g_assert_cmpuint (refused, >, 0);
  settle (&socket);
  socket_clear (&socket);
}

static void
test_push (void)
{
  Socket socket;
  g_autoptr (JsonObject) change = NULL;
  g_autoptr (JsonObject) missed = NULL;
  g_autofree char *state = NULL;
  g_autofree char *later = NULL;
  g_autofree char *push_state = NULL;

  socket_connect (&socket, ana, "jmap");
  socket_send (&socket, "{'@type':'WebSocketPushEnable','dataTypes':['Tag','Nonsense']}");
  settle (&socket);
  rename_tag (ben, "pushed");
  change = socket_receive (&socket);
  state = tag_state ();
  csm_assert_text (change, "@type", "StateChange");
  g_assert_cmpstr (changed (change, "Tag"), ==, state);
  push_state = g_strdup (csm_json_get_string (change, "pushState"));
  g_assert_nonnull (push_state);

  socket_send (&socket, "{'@type':'WebSocketPushDisable'}");
  settle (&socket);
  rename_tag (ben, "not pushed");
  settle (&socket);
  g_assert_true (g_queue_is_empty (&socket.messages));
  socket_clear (&socket);

  /* Away meanwhile: what changed since is told at once. */
  socket_connect (&socket, ana, "jmap");
  socket_send (&socket, "{'@type':'WebSocketPushEnable','dataTypes':null,'pushState':'%s'}", push_state);
  missed = socket_receive (&socket);
  later = tag_state ();
  g_assert_cmpstr (changed (missed, "Tag"), ==, later);
  g_assert_null (changed (missed, "Case"));
  socket_clear (&socket);
}

/* Another's own account is nobody's business. */
static void
test_push_is_personal (void)
{
  Socket socket;
  g_autoptr (JsonObject) change = NULL;
  g_autoptr (JsonObject) seen = NULL;

  socket_connect (&socket, ana, "jmap");
  socket_send (&socket, "{'@type':'WebSocketPushEnable','dataTypes':null}");
  settle (&socket);
  seen = csm_test_client_call (ben, "Seen/set", "{'accountId':'%s','create':{'k':{'caseId':'%s','upTo':'2026-01-02T03:04:05Z'}}}",
                               workspace->agent.account_id, (const char *) g_ptr_array_index (workspace->cases, 0));
  g_assert_nonnull (csm_test_find (seen, "created/k"));
  rename_tag (ben, "for the end");
  change = socket_receive (&socket);
  g_assert_nonnull (changed (change, "Tag"));
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (change, "changed")), ==, 1);
  socket_clear (&socket);
}

/* The first one at once, then few: at most one in 250 ms, and the last state among them. */
static void
test_coalesced (void)
{
  Socket socket;
  g_autofree char *state = NULL;
  gint64 start;
  guint count = 0;
  gboolean last = FALSE;

  socket_connect (&socket, ana, "jmap");
  socket_send (&socket, "{'@type':'WebSocketPushEnable','dataTypes':['Tag']}");
  settle (&socket);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("number %u", i);

      rename_tag (ben, name);
    }
  state = tag_state ();
  while (!last)
    {
      g_autoptr (JsonObject) change = socket_receive (&socket);

      last = g_strcmp0 (changed (change, "Tag"), state) == 0;
      count++;
    }
  g_assert_cmpuint (count, <=, 2 + (g_get_monotonic_time () - start) / 250000);
  socket_clear (&socket);
}

static void
revoke_all (const char *email)
{
  g_autofree char *program = csm_test_server_program ();
  g_autoptr (GSubprocess) process = NULL;
  GError *error = NULL;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, program, "--data", workspace->directory, "user", "revoke", email, NULL);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
}

static char *
sign_in (const CsmTestPerson *person)
{
  g_autoptr (CsmTestClient) nobody = csm_test_client_new (csm_test_server_get_url (server), NULL);
  g_autofree char *body = csm_test_text ("{'email':'%s','password':'%s'}", person->email, person->password);
  g_autoptr (CsmTestReply) reply = csm_test_client_fetch (nobody, "POST", "/auth/sign-in", "application/json", body);

  return g_strdup (csm_json_get_string (reply->json, "token"));
}

static void
test_revoked (void)
{
  g_autofree char *token = sign_in (&workspace->admin);
  g_autoptr (CsmTestClient) client = csm_test_client_new (csm_test_server_get_url (server), token);
  g_autofree char *second_token = NULL;
  g_autoptr (CsmTestClient) second = NULL;
  g_autoptr (CsmTestReply) out = NULL;
  Socket socket;

  socket_connect (&socket, client, "jmap");
  settle (&socket);
  revoke_all (workspace->admin.email);
  csm_test_wait (&socket.closed);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (socket.connection), ==, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION);
  socket_clear (&socket);

  second_token = sign_in (&workspace->admin);
  second = csm_test_client_new (csm_test_server_get_url (server), second_token);
  socket_connect (&socket, second, "jmap");
  settle (&socket);
  out = csm_test_client_fetch (second, "POST", "/auth/sign-out", NULL, NULL);
  g_assert_cmpuint (out->status, ==, 204);
  csm_test_wait (&socket.closed);
  socket_clear (&socket);
}

/* --- The event source ------------------------------------------------------------------------------------------------ */

static GDataInputStream *
open_events (CsmTestClient *client,
             const char    *query,
             const char    *last_id)
{
  g_autofree char *path = g_strconcat ("/jmap/eventsource?", query, NULL);
  g_autoptr (SoupMessage) msg = csm_test_client_message (client, "GET", path);
  g_autoptr (GInputStream) stream = NULL;
  g_autofree char *comment = NULL;
  GDataInputStream *lines;
  GError *error = NULL;

  if (last_id != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (msg), "Last-Event-ID", last_id);
  stream = soup_session_send (client->session, msg, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (msg), ==, 200);
  g_assert_cmpstr (soup_message_headers_get_content_type (soup_message_get_response_headers (msg), NULL), ==, "text/event-stream");
  lines = g_data_input_stream_new (stream);
  comment = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (comment, ==, ":");
  g_free (g_data_input_stream_read_line (lines, NULL, NULL, NULL));
  return lines;
}

/* One event; NULL at the end. */
static JsonObject *
read_event (GDataInputStream  *lines,
            char             **name,
            char             **id)
{
  JsonObject *data = NULL;
  char *line;

  g_clear_pointer (name, g_free);
  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)) != NULL && *line != '\0')
    {
      if (g_str_has_prefix (line, "event: "))
        *name = g_strdup (line + 7);
      else if (g_str_has_prefix (line, "data: "))
        data = csm_json_parse_object (line + 6, -1, NULL);
      else if (g_str_has_prefix (line, "id: "))
        {
          g_free (*id);
          *id = g_strdup (line + 4);
        }
      g_free (line);
    }
  g_free (line);
  return data;
}

static void
test_events (void)
{
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GDataInputStream) later = NULL;
  g_autoptr (JsonObject) event = NULL;
  g_autoptr (JsonObject) missed = NULL;
  g_autoptr (JsonObject) end = NULL;
  g_autofree char *name = NULL;
  g_autofree char *id = NULL;
  g_autofree char *state = NULL;

  lines = open_events (ana, "types=Tag,Case&closeafter=no&ping=0", NULL);
  {
    g_autoptr (CsmTestReply) settled = csm_test_client_fetch (ana, "GET", "/jmap/session", NULL, NULL);

    g_assert_cmpuint (settled->status, ==, 200);
  }
  rename_tag (ben, "an event");
  event = read_event (lines, &name, &id);
  state = tag_state ();
  g_assert_cmpstr (name, ==, "state");
  g_assert_cmpstr (changed (event, "Tag"), ==, state);
  g_assert_nonnull (id);

  rename_tag (ben, "missed");
  later = open_events (ana, "types=*&closeafter=state&ping=0", id);
  missed = read_event (later, &name, &id);
  g_assert_nonnull (changed (missed, "Tag"));
  g_assert_null (changed (missed, "Case"));
  end = read_event (later, &name, &id);
  g_assert_null (end);
}

static void
test_ping (void)
{
  g_autoptr (GDataInputStream) lines = open_events (ana, "types=*&closeafter=no&ping=1", NULL);
  g_autofree char *name = NULL;
  g_autofree char *id = NULL;
  g_autoptr (JsonObject) ping = read_event (lines, &name, &id);

  g_assert_cmpstr (name, ==, "ping");
  g_assert_cmpint (csm_json_get_int (ping, "interval", 0), ==, 1);
  g_assert_null (id);
}

static void
test_events_refused (void)
{
  static const char * const wrong[] = { "", "types=*", "types=*&closeafter=no", "types=*&closeafter=maybe&ping=0", "types=*&closeafter=no&ping=-1" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autofree char *path = g_strconcat ("/jmap/eventsource?", wrong[i], NULL);
      g_autoptr (CsmTestReply) reply = csm_test_client_fetch (ana, "GET", path, NULL, NULL);

      g_assert_cmpuint (reply->status, ==, 400);
    }
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  workspace = csm_test_workspace_new (20);
  server = csm_test_server_new (workspace->directory, NULL);
  ana = csm_test_client_new (csm_test_server_get_url (server), workspace->lead.token);
  ben = csm_test_client_new (csm_test_server_get_url (server), workspace->agent.token);
  g_test_add_func ("/server/socket/upgrade", test_upgrade);
  g_test_add_func ("/server/socket/requests", test_requests);
  g_test_add_func ("/server/socket/request-errors", test_request_errors);
  g_test_add_func ("/server/socket/concurrent", test_concurrent);
  g_test_add_func ("/server/push/socket", test_push);
  g_test_add_func ("/server/push/personal", test_push_is_personal);
  g_test_add_func ("/server/push/coalesced", test_coalesced);
  g_test_add_func ("/server/push/revoked", test_revoked);
  g_test_add_func ("/server/push/events", test_events);
  g_test_add_func ("/server/push/ping", test_ping);
  g_test_add_func ("/server/push/events-refused", test_events_refused);
  result = g_test_run ();
  csm_test_client_free (ana);
  csm_test_client_free (ben);
  csm_test_server_free (server);
  csm_test_workspace_free (workspace);
  return result;
}
