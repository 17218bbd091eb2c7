/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-client.h"

#include <string.h>

#include "csm-json.h"

static CsmTestWorkspace *workspace;
static CsmTestServer *server;
static CsmTestClient *admin;
static CsmTestClient *agent;

#define SETTINGS "{'imap':{'host':'127.0.0.1','port':1,'tls':'none-on-loopback','user':'support'%s,'folders':['INBOX','Archive'],'sentFolder':'Sent','historyDays':30," \
                 "'after':'move:Done'},'smtp':{'host':'127.0.0.1','port':2,'tls':'none-on-loopback','user':'support'%s}}"

static CsmTestReply *ask (CsmTestClient *client, const char *name, const char *format, ...) G_GNUC_PRINTF (3, 4);

static CsmTestReply *
ask (CsmTestClient *client,
     const char    *name,
     const char    *format,
     ...)
{
  g_autofree char *path = g_strconcat ("/jmap/ask/", name, NULL);
  g_autofree char *body = NULL;
  va_list args;

  va_start (args, format);
  body = g_strdup_vprintf (format, args);
  va_end (args);
  g_strdelimit (body, "'", '"');
  return csm_test_client_fetch (client, "POST", path, "application/json", body);
}

static void
assert_problem (CsmTestReply *reply,
                guint         status,
                const char   *type)
{
  g_assert_cmpuint (reply->status, ==, status);
  csm_assert_text (reply->json, "type", type);
  g_assert_cmpuint (strlen (csm_test_find_text (reply->json, "description")), >, 10);
  g_test_message ("%s", csm_test_find_text (reply->json, "description"));
}

static char *
connect_one (const char *name,
             const char *address)
{
  g_autoptr (CsmTestReply) reply = ask (admin, "mailbox/connect", "{'name':'%s','address':'%s','teamId':'%s','settings':" SETTINGS "}", name, address,
                                        workspace->team, ",'password':'Zelt'", ",'password':'Seil'");

  g_test_message ("%s", reply->status != 200 ? csm_test_find_text (reply->json, "description") : "connected");
  g_assert_cmpuint (reply->status, ==, 200);
  return g_strdup (csm_test_find_text (reply->json, "id"));
}

static void
test_roles (void)
{
  static const char *const admins[] = { "mailbox/find", "mailbox/test", "mailbox/connect", "mailbox/settings", "mailbox/signIn", "mailbox/remove" };
  g_autoptr (CsmTestClient) nobody = csm_test_client_new (csm_test_server_get_url (server), NULL);
  g_autoptr (CsmTestReply) retried = ask (agent, "mailbox/retry", "{'id':'%s'}", workspace->channel);
  g_autoptr (CsmTestReply) unknown = ask (admin, "mailbox/guess", "{}");
  g_autoptr (CsmTestReply) nonsense = ask (admin, "mailbox/find", "[]");

  for (guint i = 0; i < G_N_ELEMENTS (admins); i++)
    {
      g_autoptr (CsmTestReply) refused = ask (agent, admins[i], "{'id':'%s','address':'a@example.org'}", workspace->channel);
      g_autoptr (CsmTestReply) none = ask (nobody, admins[i], "{}");

      assert_problem (refused, 403, "forbidden");
      g_assert_cmpuint (none->status, ==, 401);
    }
  g_assert_cmpuint (retried->status, ==, 200);
  g_assert_cmpuint (unknown->status, ==, 404);
  g_assert_cmpuint (nonsense->status, ==, 400);
}

static void
test_connect (void)
{
  g_autofree char *id = connect_one ("Repairs", "repairs@fernweh.example.com");
  g_autoptr (CsmTestReply) settings = ask (admin, "mailbox/settings", "{'id':'%s'}", id);
  g_autoptr (CsmTestReply) again = ask (admin, "mailbox/connect", "{'name':'Repairs','address':'other@fernweh.example.com','settings':{}}");
  g_autoptr (CsmTestReply) same = ask (admin, "mailbox/connect", "{'name':'Other','address':'Repairs@fernweh.example.com','settings':{}}");
  g_autoptr (JsonObject) channels = csm_test_client_call (admin, "Channel/get", "{'accountId':'%s','ids':['%s']}", workspace->workspace_id, id);
  JsonObject *channel = json_array_get_object_element (csm_json_get_array (channels, "list"), 0);
  JsonObject *imap;

  assert_problem (again, 409, "alreadyExists");
  assert_problem (same, 409, "alreadyExists");
  g_assert_cmpuint (settings->status, ==, 200);
  imap = csm_json_get_object (csm_json_get_object (settings->json, "settings"), "imap");
  csm_assert_text (imap, "host", "127.0.0.1");
  csm_assert_text (imap, "tls", "none-on-loopback");
  csm_assert_text (imap, "sentFolder", "Sent");
  csm_assert_text (imap, "after", "move:Done");
  g_assert_cmpint (csm_json_get_int (imap, "historyDays", 0), ==, 30);
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (imap, "folders")), ==, 2);
  g_assert_true (csm_json_get_boolean (imap, "hasPassword"));
  g_assert_true (csm_json_get_boolean (csm_json_get_object (csm_json_get_object (settings->json, "settings"), "smtp"), "hasPassword"));
  g_assert_null (strstr (g_bytes_get_data (settings->body, NULL), "Zelt"));
  g_assert_null (strstr (g_bytes_get_data (settings->body, NULL), "Seil"));
  csm_assert_text (channel, "teamId", workspace->team);
  csm_assert_text (channel, "kind", "email");
  g_assert_true (csm_json_get_boolean (channel, "enabled"));
  g_assert_true (csm_json_get_boolean (channel, "canSend"));
}

static void
test_change (void)
{
  g_autofree char *id = connect_one ("Sales", "sales@fernweh.example.com");
  g_autoptr (CsmTestReply) renamed = ask (admin, "mailbox/connect", "{'id':'%s','name':'Selling','settings':" SETTINGS "}", id, "", "");
  g_autoptr (CsmTestReply) elsewhere = ask (admin, "mailbox/connect", "{'id':'%s','settings':{'imap':{'host':'evil.example.net','port':993,'tls':'implicit','user':'support'}}}", id);
  g_autoptr (CsmTestReply) command = ask (admin, "mailbox/connect", "{'id':'%s','settings':{'sendmail':'rm -rf /'}}", id);
  g_autoptr (CsmTestReply) only_in = ask (admin, "mailbox/connect", "{'id':'%s','settings':{'smtp':null}}", id);
  g_autoptr (CsmTestReply) settings = ask (admin, "mailbox/settings", "{'id':'%s'}", id);
  g_autoptr (JsonObject) channels = csm_test_client_call (admin, "Channel/get", "{'accountId':'%s','ids':['%s']}", workspace->workspace_id, id);
  JsonObject *channel = json_array_get_object_element (csm_json_get_array (channels, "list"), 0);

  g_assert_cmpuint (renamed->status, ==, 200);
  csm_assert_text (renamed->json, "id", id);
  assert_problem (elsewhere, 400, "invalidArguments");
  assert_problem (command, 403, "forbidden");
  g_assert_cmpuint (only_in->status, ==, 200);
  csm_assert_text (channel, "name", "Selling");
  csm_assert_text (channel, "address", "sales@fernweh.example.com");
  g_assert_false (csm_json_get_boolean (channel, "canSend"));
  g_assert_true (csm_json_get_boolean (csm_json_get_object (csm_json_get_object (settings->json, "settings"), "imap"), "hasPassword"));
  g_assert_true (json_object_get_null_member (csm_json_get_object (settings->json, "settings"), "smtp"));
}

static void
test_bad_settings (void)
{
  static const char *const bad[] = {
    "{}",
    "{'name':' ','address':'a@example.org','settings':{}}",
    "{'name':'A','address':'nobody','settings':{}}",
    "{'name':'A','address':'a@example.org','teamId':'t01H0000000000000000000000A','settings':{}}",
    "{'name':'A','address':'a@example.org','settings':{'imap':{'host':'a b','port':993,'tls':'implicit','user':'u','password':'p'}}}",
    "{'name':'A','address':'a@example.org','settings':{'imap':{'host':'a','port':99999,'tls':'implicit','user':'u','password':'p'}}}",
    "{'name':'A','address':'a@example.org','settings':{'imap':{'host':'a','port':993,'tls':'none','user':'u','password':'p'}}}",
    "{'name':'A','address':'a@example.org','settings':{'imap':{'host':'a','port':993,'tls':'implicit','password':'p'}}}",
    "{'name':'A','address':'a@example.org','settings':{'imap':{'host':'a','port':993,'tls':'implicit','user':'u'}}}",
    "{'name':'A','address':'a@example.org','settings':{'imap':{'host':'a','port':993,'tls':'implicit','user':'u','password':'p','after':'delete'}}}",
    "{'name':'A','address':'a@example.org','settings':{'imap':{'host':'a','port':993,'tls':'implicit','user':'u','password':'p','folders':[7]}}}",
    "{'name':'A','address':'a@example.org','settings':{'imap':{'host':'a','port':993,'tls':'implicit','user':'u','password':'p','historyDays':-1}}}",
    "{'name':'A','address':'a@example.org','settings':{'imap':{'host':'a','port':993,'tls':'implicit','user':'u\\r\\nx','password':'p'}}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (CsmTestReply) reply = ask (admin, "mailbox/connect", "%s", bad[i]);

      g_test_message ("%s", bad[i]);
      g_assert_cmpuint (reply->status, >=, 400);
      g_assert_cmpuint (reply->status, <, 500);
      g_assert_nonnull (csm_test_find_text (reply->json, "description"));
    }
}

static void
test_remove (void)
{
  g_autofree char *id = connect_one ("Old", "old@fernweh.example.com");
  g_autoptr (CsmTestReply) removed = ask (admin, "mailbox/remove", "{'id':'%s'}", id);
  g_autoptr (CsmTestReply) settings = ask (admin, "mailbox/settings", "{'id':'%s'}", id);
  g_autoptr (JsonObject) channels = csm_test_client_call (admin, "Channel/get", "{'accountId':'%s','ids':['%s']}", workspace->workspace_id, id);
  JsonObject *channel = json_array_get_object_element (csm_json_get_array (channels, "list"), 0);
  g_autoptr (CsmTestReply) none = ask (admin, "mailbox/remove", "{'id':'h01H0000000000000000000000A'}");

  g_assert_cmpuint (removed->status, ==, 200);
  g_assert_false (csm_json_get_boolean (channel, "enabled"));
  g_assert_false (csm_json_get_boolean (channel, "canSend"));
  g_assert_true (json_object_get_null_member (csm_json_get_object (settings->json, "settings"), "imap"));
  assert_problem (none, 404, "notFound");
}

static void
test_find (void)
{
  g_autoptr (CsmTestReply) known = ask (admin, "mailbox/find", "{'address':'fernweh@gmx.de'}");
  g_autoptr (CsmTestReply) none = ask (admin, "mailbox/find", "{'address':'fernweh'}");
  JsonObject *one;

  g_assert_cmpuint (known->status, ==, 200);
  one = json_array_get_object_element (csm_json_get_array (known->json, "candidates"), 0);
  csm_assert_text (one, "imap/host", "imap.gmx.net");
  csm_assert_text (one, "provider", "GMX");
  assert_problem (none, 400, "invalidArguments");
}

static void
test_trial (void)
{
  g_autofree char *id = connect_one ("Trial", "trial@fernweh.example.com");
  g_autoptr (CsmTestReply) new = ask (admin, "mailbox/test", "{'settings':" SETTINGS "}", ",'password':'Zelt'", ",'password':'Seil'");
  g_autoptr (CsmTestReply) stored = ask (admin, "mailbox/test", "{'id':'%s','settings':" SETTINGS "}", id, "", "");
  g_autoptr (CsmTestReply) nothing = ask (admin, "mailbox/test", "{'settings':{}}");
  JsonObject *imap = csm_json_get_object (new->json, "imap");

  g_assert_cmpuint (new->status, ==, 200);
  g_assert_false (csm_json_get_boolean (imap, "ok"));
  g_assert_nonnull (strstr (csm_json_get_string (imap, "description"), "nobody listens"));
  g_assert_cmpuint (stored->status, ==, 200);
  g_assert_true (json_object_get_null_member (nothing->json, "imap"));
  g_assert_true (json_object_get_null_member (nothing->json, "smtp"));
}

/* Asks for a trial of a mail server that accepts and says nothing. @asked: (out) (transfer full): its end. Returns: the asker's end */
static GSocketConnection *
ask_silent (CsmTestServer      *of,
            const char         *token,
            GSocketConnection **asked)
{
  g_autoptr (GSocketListener) silent = g_socket_listener_new ();
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  guint16 port = g_socket_listener_add_any_inet_port (silent, NULL, NULL);
  g_autofree char *settings = g_strdup_printf ("{'imap':{'host':'127.0.0.1','port':%u,'tls':'none-on-loopback','user':'u','password':'p'}}", port);
  g_autofree char *body = g_strdelimit (g_strdup_printf ("{'settings':%s}", settings), "'", '"');
  g_autofree char *request = g_strdup_printf ("POST /jmap/ask/mailbox/test HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
                                              "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s", token, strlen (body), body);
  GSocketConnection *asking;

  g_socket_client_set_enable_proxy (client, FALSE);
  asking = g_socket_client_connect_to_uri (client, csm_test_server_get_url (of), 0, NULL, NULL);
  g_assert_true (g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (asking)), request, strlen (request), NULL, NULL, NULL));
  *asked = g_socket_listener_accept (silent, NULL, NULL, NULL);
  g_assert_nonnull (*asked);
  g_socket_set_timeout (g_socket_connection_get_socket (*asked), 30);
  return asking;
}

/* A mail server that says nothing is let go when nobody waits for the answer any more. */
static void
test_gone (void)
{
  g_autoptr (GSocketConnection) asked = NULL;
  g_autoptr (GSocketConnection) asking = ask_silent (server, workspace->admin.token, &asked);
  gint64 began = g_get_monotonic_time ();
  char byte;

  g_io_stream_close (G_IO_STREAM (asking), NULL, NULL);
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (asked)), &byte, 1, NULL, NULL), <=, 0);
  g_assert_cmpint (g_get_monotonic_time () - began, <, 10 * G_USEC_PER_SEC);
}

/* The server ends although it is at somebody's question, and has nobody to answer then. */
static void
test_stop (void)
{
  g_autoptr (CsmTestWorkspace) own = csm_test_workspace_new (0);
  g_autoptr (CsmTestServer) ending = csm_test_server_new (own->directory, NULL);
  g_autoptr (GSocketConnection) asked = NULL;
  g_autoptr (GSocketConnection) asking = ask_silent (ending, own->admin.token, &asked);
  char byte;

  csm_test_server_terminate (ending);
  g_assert_cmpint (g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (asking)), &byte, 1, NULL, NULL), <=, 0);
}

/* What merging two customers would move; nothing is moved. */
static void
test_merge_plan (void)
{
  g_autoptr (JsonObject) list = csm_test_client_call (agent, "Customer/changes", "{'accountId':'%s','sinceState':null,'includeRecords':true}", workspace->workspace_id);
  const char *a = json_array_get_string_element (csm_json_get_array (list, "created"), 0), *b = "u01J0000000000000000000000B";
  g_autoptr (JsonObject) made = csm_test_client_call (agent, "Customer/set", "{'accountId':'%s','create':{'%s':{'name':'Lea'}}}", workspace->workspace_id, b);
  g_autoptr (CsmTestReply) plan = ask (agent, "customer/merge-plan", "{'id':'%s','intoId':'%s'}", a, b);
  g_autoptr (CsmTestReply) same = ask (agent, "customer/merge-plan", "{'id':'%s','intoId':'%s'}", a, a);
  g_autoptr (CsmTestReply) none = ask (agent, "customer/merge-plan", "{'id':'u01J0000000000000000000000A','intoId':'%s'}", a);
  g_autoptr (CsmTestReply) nothing = ask (agent, "customer/merge-plan", "{}");

  g_assert_nonnull (csm_json_get_object (made, "created"));
  g_assert_cmpuint (plan->status, ==, 200);
  csm_assert_text (plan->json, "intoId", b);
  g_assert_cmpint (csm_json_get_int (plan->json, "cases", 0), >=, 1);
  g_assert_cmpint (csm_json_get_int (plan->json, "identities", 0), ==, 1);
  g_assert_nonnull (csm_json_get_array (plan->json, "differ"));
  assert_problem (same, 400, "invalidArguments");
  assert_problem (none, 404, "notFound");
  assert_problem (nothing, 404, "notFound");
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  workspace = csm_test_workspace_new (1);
  server = csm_test_server_new (workspace->directory, NULL);
  admin = csm_test_client_new (csm_test_server_get_url (server), workspace->admin.token);
  agent = csm_test_client_new (csm_test_server_get_url (server), workspace->agent.token);
  g_test_add_func ("/server/ask/merge-plan", test_merge_plan);
  g_test_add_func ("/server/ask/roles", test_roles);
  g_test_add_func ("/server/ask/connect", test_connect);
  g_test_add_func ("/server/ask/change", test_change);
  g_test_add_func ("/server/ask/bad-settings", test_bad_settings);
  g_test_add_func ("/server/ask/remove", test_remove);
  g_test_add_func ("/server/ask/find", test_find);
  g_test_add_func ("/server/ask/trial", test_trial);
  g_test_add_func ("/server/ask/gone", test_gone);
  g_test_add_func ("/server/ask/stop", test_stop);
  result = g_test_run ();
  csm_test_client_free (admin);
  csm_test_client_free (agent);
  csm_test_server_free (server);
  csm_test_workspace_free (workspace);
  return result;
}
