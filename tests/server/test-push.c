/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-socket.h"

#include "csm-json.h"

static CsmTestWorkspace *workspace;
static CsmTestServer *server;
static CsmTestClient *ana;
static CsmTestClient *ben;

static CsmTestSocket *
connect_socket (CsmTestClient *client)
{
  return csm_test_socket_new (client, (const char *const[]) { "jmap", NULL }, NULL);
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
settle (CsmTestSocket *socket)
{
  g_autoptr (JsonObject) answer = NULL;

  csm_test_socket_send (socket, "{'@type':'Request','id':'settle','using':[],'methodCalls':[]}");
  answer = csm_test_socket_receive (socket);
  csm_assert_text (answer, "requestId", "settle");
}

static void
check_refused (CsmTestClient      *client,
               const char * const *protocols,
               guint               expected)
{
  guint status;
  g_autoptr (CsmTestSocket) socket = csm_test_socket_new (client, protocols, &status);

  g_assert_cmpuint (status, ==, expected);
  g_assert_null (socket->connection);
}

static void
test_upgrade (void)
{
  const char *const jmap[] = { "jmap", NULL };
  const char *const other[] = { "other", NULL };
  g_autoptr (CsmTestClient) nobody = csm_test_client_new (csm_test_server_get_url (server), NULL);
  g_autoptr (CsmTestClient) wrong = csm_test_client_new (csm_test_server_get_url (server), "wrong");
  g_autoptr (CsmTestSocket) socket = NULL;
  guint status;

  check_refused (nobody, jmap, 401);
  check_refused (wrong, jmap, 401);
  check_refused (ana, NULL, 400);
  check_refused (ana, other, 400);
  socket = csm_test_socket_new (ana, jmap, &status);
  g_assert_cmpuint (status, ==, 101);
  g_assert_cmpstr (soup_websocket_connection_get_protocol (socket->connection), ==, "jmap");
  g_assert_null (soup_websocket_connection_get_extensions (socket->connection));
}

static void
test_requests (void)
{
  CsmTestSocket *socket;
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (JsonObject) nameless = NULL;

  socket = connect_socket (ana);
  csm_test_socket_send (socket, "{'@type':'Request','id':'R1','using':['urn:ietf:params:jmap:core'],'methodCalls':[['Core/echo',{'a':1},'x']]}");
  answer = csm_test_socket_receive (socket);
  csm_assert_text (answer, "@type", "Response");
  csm_assert_text (answer, "requestId", "R1");
  csm_assert_text (answer, "methodResponses/0/0", "Core/echo");
  g_assert_nonnull (csm_json_get_string (answer, "sessionState"));
  csm_test_socket_send (socket, "{'@type':'Request','using':[],'methodCalls':[]}");
  nameless = csm_test_socket_receive (socket);
  g_assert_false (json_object_has_member (nameless, "requestId"));
  csm_test_socket_free (socket);
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
  CsmTestSocket *socket;

  socket = connect_socket (ana);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (JsonObject) answer = NULL;

      csm_test_socket_send (socket, "%s", wrong[i].text);
      answer = csm_test_socket_receive (socket);
      csm_assert_text (answer, "@type", "RequestError");
      csm_assert_text (answer, "type", wrong[i].type);
      g_assert_cmpstr (csm_json_get_string (answer, "requestId"), ==, wrong[i].id);
      g_assert_true (json_object_has_member (answer, "requestId"));
    }
  settle (socket);
  csm_test_socket_free (socket);
}

/* All of them are there before the first one can be answered. */
static void
test_concurrent (void)
{
  CsmTestSocket *socket;
  guint answered = 0, refused = 0;
  const guint total = 200;

  socket = connect_socket (ana);
  for (guint i = 0; i < total; i++)
    csm_test_socket_send (socket, "{'@type':'Request','id':'%u','using':['https://casement.example/jmap/desk'],'methodCalls':[['Case/get',{'accountId':'%s'},'0']]}",
                 i, workspace->workspace_id);
  for (guint i = 0; i < total; i++)
    {
      g_autoptr (JsonObject) answer = csm_test_socket_receive (socket);

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
  settle (socket);
  csm_test_socket_free (socket);
}

static void
test_push (void)
{
  CsmTestSocket *socket;
  g_autoptr (JsonObject) change = NULL;
  g_autoptr (JsonObject) missed = NULL;
  g_autofree char *state = NULL;
  g_autofree char *later = NULL;
  g_autofree char *push_state = NULL;

  socket = connect_socket (ana);
  csm_test_socket_send (socket, "{'@type':'WebSocketPushEnable','dataTypes':['Tag','Nonsense']}");
  settle (socket);
  rename_tag (ben, "pushed");
  change = csm_test_socket_receive (socket);
  state = tag_state ();
  csm_assert_text (change, "@type", "StateChange");
  g_assert_cmpstr (changed (change, "Tag"), ==, state);
  push_state = g_strdup (csm_json_get_string (change, "pushState"));
  g_assert_nonnull (push_state);

  csm_test_socket_send (socket, "{'@type':'WebSocketPushDisable'}");
  settle (socket);
  rename_tag (ben, "not pushed");
  settle (socket);
  g_assert_true (g_queue_is_empty (&socket->messages));
  csm_test_socket_free (socket);

  /* Away meanwhile: what changed since is told at once. */
  socket = connect_socket (ana);
  csm_test_socket_send (socket, "{'@type':'WebSocketPushEnable','dataTypes':null,'pushState':'%s'}", push_state);
  missed = csm_test_socket_receive (socket);
  later = tag_state ();
  g_assert_cmpstr (changed (missed, "Tag"), ==, later);
  g_assert_null (changed (missed, "Case"));
  csm_test_socket_free (socket);
}

/* Another's own account is nobody's business. */
static void
test_push_is_personal (void)
{
  CsmTestSocket *socket;
  g_autoptr (JsonObject) change = NULL;
  g_autoptr (JsonObject) seen = NULL;

  socket = connect_socket (ana);
  csm_test_socket_send (socket, "{'@type':'WebSocketPushEnable','dataTypes':null}");
  settle (socket);
  seen = csm_test_client_call (ben, "Seen/set", "{'accountId':'%s','create':{'k':{'caseId':'%s','upTo':'2026-01-02T03:04:05Z'}}}",
                               workspace->agent.account_id, (const char *) g_ptr_array_index (workspace->cases, 0));
  g_assert_nonnull (csm_test_find (seen, "created/k"));
  rename_tag (ben, "for the end");
  change = csm_test_socket_receive (socket);
  g_assert_nonnull (changed (change, "Tag"));
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (change, "changed")), ==, 1);
  csm_test_socket_free (socket);
}

/* The first one at once, then few: at most one in 250 ms, and the last state among them. */
static void
test_coalesced (void)
{
  CsmTestSocket *socket;
  g_autofree char *state = NULL;
  gint64 start;
  guint count = 0;
  gboolean last = FALSE;

  socket = connect_socket (ana);
  csm_test_socket_send (socket, "{'@type':'WebSocketPushEnable','dataTypes':['Tag']}");
  settle (socket);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("number %u", i);

      rename_tag (ben, name);
    }
  state = tag_state ();
  while (!last)
    {
      g_autoptr (JsonObject) change = csm_test_socket_receive (socket);

      last = g_strcmp0 (changed (change, "Tag"), state) == 0;
      count++;
    }
  g_assert_cmpuint (count, <=, 2 + (g_get_monotonic_time () - start) / 250000);
  csm_test_socket_free (socket);
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
  CsmTestSocket *socket;

  socket = connect_socket (client);
  settle (socket);
  revoke_all (workspace->admin.email);
  csm_test_wait (&socket->closed);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (socket->connection), ==, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION);
  csm_test_socket_free (socket);

  second_token = sign_in (&workspace->admin);
  second = csm_test_client_new (csm_test_server_get_url (server), second_token);
  socket = connect_socket (second);
  settle (socket);
  out = csm_test_client_fetch (second, "POST", "/auth/sign-out", NULL, NULL);
  g_assert_cmpuint (out->status, ==, 204);
  csm_test_wait (&socket->closed);
  csm_test_socket_free (socket);
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
