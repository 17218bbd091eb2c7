/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-client.h"

#include <glib/gstdio.h>
#include <string.h>

#include "csm-json.h"

static CsmTestWorkspace *workspace;
static CsmTestServer *server;
static CsmTestClient *ana;
static CsmTestClient *nobody;

static const char *
header (CsmTestReply *reply,
        const char   *name)
{
  return soup_message_headers_get_one (reply->headers, name);
}

static void
test_session (void)
{
  g_autoptr (CsmTestReply) session = csm_test_client_fetch (ana, "GET", "/jmap/session", NULL, NULL);
  g_autoptr (CsmTestReply) known = csm_test_client_fetch (ana, "GET", "/.well-known/jmap", NULL, NULL);
  JsonObject *core = csm_json_get_object (csm_json_get_object (session->json, "capabilities"), "urn:ietf:params:jmap:core");
  static const char * const limits[] = {
    "maxSizeUpload", "maxConcurrentUpload", "maxSizeRequest", "maxConcurrentRequests", "maxCallsInRequest", "maxObjectsInGet", "maxObjectsInSet",
  };
  JsonObject *primary = csm_json_get_object (session->json, "primaryAccounts");
  JsonObject *accounts = csm_json_get_object (session->json, "accounts");
  g_autofree char *socket_url = g_strconcat ("ws", csm_test_server_get_url (server) + 4, "/jmap/ws", NULL);
  g_autoptr (CsmTestReply) echo = csm_test_client_fetch (ana, "POST", "/jmap/api", "application/json", "{\"using\":[],\"methodCalls\":[]}");

  g_assert_cmpuint (session->status, ==, 200);
  g_assert_nonnull (strstr (header (session, "Cache-Control"), "no-store"));
  g_assert_true (g_bytes_equal (session->body, known->body));
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    g_assert_cmpint (csm_json_get_int (core, limits[i], 0), >, 3);
  g_assert_nonnull (csm_json_get_array (core, "collationAlgorithms"));
  g_assert_true (g_str_has_prefix (csm_json_get_string (session->json, "apiUrl"), csm_test_server_get_url (server)));
  csm_assert_text (csm_json_get_object (csm_json_get_object (session->json, "capabilities"), "urn:ietf:params:jmap:websocket"), "url", socket_url);
  csm_assert_text (session->json, "username", workspace->lead.email);
  g_assert_cmpstr (csm_json_get_string (primary, "https://casement.example/jmap/desk"), ==, workspace->workspace_id);
  g_assert_cmpstr (csm_json_get_string (primary, "https://casement.example/jmap/personal"), ==, workspace->lead.account_id);
  g_assert_cmpuint (json_object_get_size (accounts), ==, 2);
  g_assert_false (csm_json_get_boolean (csm_json_get_object (accounts, workspace->workspace_id), "isPersonal"));
  g_assert_nonnull (csm_json_get_string (csm_json_get_object (csm_json_get_object (csm_json_get_object (accounts, workspace->workspace_id), "accountCapabilities"),
                                                              "https://casement.example/jmap/desk"), "timeZone"));
  g_assert_true (csm_json_get_boolean (csm_json_get_object (accounts, workspace->lead.account_id), "isPersonal"));
  csm_assert_text (echo->json, "sessionState", csm_json_get_string (session->json, "state"));
}

/* The Host header is the caller's word. */
static void
test_host (void)
{
  SoupMessage *good = csm_test_client_message (ana, "GET", "/jmap/session");
  SoupMessage *bad = csm_test_client_message (ana, "GET", "/jmap/session");
  g_autoptr (CsmTestReply) reply = NULL;
  g_autoptr (CsmTestReply) refused = NULL;

  soup_message_headers_replace (soup_message_get_request_headers (good), "Host", "desk.example.org:4711");
  soup_message_headers_replace (soup_message_get_request_headers (bad), "Host", "evil\"<script>");
  reply = csm_test_client_send (ana, good);
  csm_assert_text (reply->json, "apiUrl", "http://desk.example.org:4711/jmap/api");
  refused = csm_test_client_send (ana, bad);
  g_assert_cmpuint (refused->status, >=, 400);
}

static void
test_unauthorized (void)
{
  static const char * const paths[][2] = {
    { "GET", "/jmap/session" }, { "GET", "/.well-known/jmap" }, { "POST", "/jmap/api" }, { "POST", "/jmap/upload/W" },
    { "GET", "/jmap/download/W/B/n" }, { "GET", "/jmap/eventsource?types=*&closeafter=no&ping=0" }, { "GET", "/jmap/ws" }, { "POST", "/auth/sign-out" },
  };
  g_autoptr (CsmTestClient) wrong = csm_test_client_new (csm_test_server_get_url (server), "bm90IGEgdG9rZW4");

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (CsmTestReply) none = csm_test_client_fetch (nobody, paths[i][0], paths[i][1], "application/json", NULL);
      g_autoptr (CsmTestReply) other = NULL;
      gboolean is_api = g_str_equal (paths[i][1], "/jmap/api");

      g_test_message ("%s", paths[i][1]);
      g_assert_cmpuint (none->status, ==, 401);
      g_assert_nonnull (header (none, "WWW-Authenticate"));
      if (g_str_equal (paths[i][1], "/jmap/ws"))
        continue;
      other = csm_test_client_fetch (wrong, paths[i][0], paths[i][1], "application/json", is_api ? "{\"using\":[],\"methodCalls\":[]}" : NULL);
      g_assert_cmpuint (other->status, ==, 401);
    }
}

static void
test_elsewhere (void)
{
  g_autoptr (CsmTestReply) nothing = csm_test_client_fetch (ana, "GET", "/nothing", NULL, NULL);
  g_autoptr (CsmTestReply) below = csm_test_client_fetch (ana, "GET", "/jmap/session/more", NULL, NULL);
  g_autoptr (CsmTestReply) dots = csm_test_client_fetch (ana, "GET", "/jmap/download/../../etc/passwd", NULL, NULL);
  g_autoptr (CsmTestReply) method = csm_test_client_fetch (ana, "GET", "/jmap/api", NULL, NULL);
  g_autoptr (CsmTestReply) large = NULL;
  g_autofree char *body = g_strnfill (100000, 'x');

  g_assert_cmpuint (nothing->status, ==, 404);
  g_assert_cmpuint (below->status, ==, 404);
  g_assert_cmpuint (dots->status, ==, 404);
  g_assert_cmpuint (method->status, ==, 405);
  g_assert_cmpstr (header (method, "Allow"), ==, "POST");
  large = csm_test_client_fetch (ana, "POST", "/nothing", "text/plain", body);
  g_assert_cmpuint (large->status, ==, 404);
}

static void
test_request_errors (void)
{
  static const struct { const char *type; const char *body; const char *error; guint status; } wrong[] = {
    { "application/json", "{", "urn:ietf:params:jmap:error:notJSON", 400 },
    { "application/json", "{\"using\":[],\"using\":[],\"methodCalls\":[]}", "urn:ietf:params:jmap:error:notJSON", 400 },
    { "text/plain", "{\"using\":[],\"methodCalls\":[]}", "urn:ietf:params:jmap:error:notJSON", 400 },
    { "application/json", "{\"using\":[]}", "urn:ietf:params:jmap:error:notRequest", 400 },
    { "application/json", "{\"using\":[\"urn:ietf:params:jmap:mail\"],\"methodCalls\":[]}", "urn:ietf:params:jmap:error:unknownCapability", 400 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (CsmTestReply) reply = csm_test_client_fetch (ana, "POST", "/jmap/api", wrong[i].type, wrong[i].body);

      g_assert_cmpuint (reply->status, ==, wrong[i].status);
      csm_assert_text (reply->json, "type", wrong[i].error);
      g_assert_cmpint (csm_json_get_int (reply->json, "status", 0), ==, wrong[i].status);
      g_assert_cmpstr (soup_message_headers_get_content_type (reply->headers, NULL), ==, "application/problem+json");
    }
}

static CsmTestReply *
post_large (gsize    length,
            gboolean chunked)
{
  SoupMessage *msg = csm_test_client_message (ana, "POST", "/jmap/api");
  char *filler = g_malloc (length);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GInputStream) stream = NULL;

  memset (filler, ' ', length);
  memcpy (filler, "{\"using\":[],\"methodCalls\":[]}", 29);
  body = g_bytes_new_take (filler, length);
  if (!chunked)
    soup_message_set_request_body_from_bytes (msg, "application/json", body);
  else
    {
      stream = g_memory_input_stream_new_from_bytes (body);
      soup_message_set_request_body (msg, "application/json", stream, -1);
    }
  return csm_test_client_send (ana, msg);
}

static void
test_size (void)
{
  g_autoptr (CsmTestReply) fits = post_large (9999999, FALSE);
  g_autoptr (CsmTestReply) chunks = post_large (9999999, TRUE);
  g_autoptr (CsmTestReply) declared = post_large (10000001, FALSE);
  g_autoptr (CsmTestReply) undeclared = post_large (11000000, TRUE);
  g_autoptr (GString) calls = g_string_new ("{\"using\":[],\"methodCalls\":[");
  g_autoptr (CsmTestReply) many = NULL;

  g_assert_cmpuint (fits->status, ==, 200);
  g_assert_cmpuint (chunks->status, ==, 200);
  g_assert_cmpuint (declared->status, ==, 413);
  csm_assert_text (declared->json, "limit", "maxSizeRequest");
  g_assert_cmpuint (undeclared->status, ==, 413);
  csm_assert_text (undeclared->json, "type", "urn:ietf:params:jmap:error:limit");
  for (int i = 0; i < 33; i++)
    g_string_append (calls, i > 0 ? ",[\"x\",{},\"0\"]" : "[\"x\",{},\"0\"]");
  g_string_append (calls, "]}");
  many = csm_test_client_fetch (ana, "POST", "/jmap/api", "application/json", calls->str);
  g_assert_cmpuint (many->status, ==, 400);
  csm_assert_text (many->json, "limit", "maxCallsInRequest");
}

/* Whoever goes on sending is cut off, and the server goes on. */
static void
test_endless (void)
{
  SoupMessage *msg = csm_test_client_message (ana, "POST", "/jmap/api");
  g_autofree char *filler = g_malloc0 (40000000);
  g_autoptr (GBytes) body = g_bytes_new_take (g_steal_pointer (&filler), 40000000);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (body);
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (CsmTestReply) after = NULL;

  soup_message_set_request_body (msg, "application/json", stream, -1);
  answer = soup_session_send_and_read (ana->session, msg, NULL, NULL);
  g_assert_true (answer == NULL || soup_message_get_status (msg) == 413);
  g_object_unref (msg);
  after = csm_test_client_fetch (ana, "GET", "/jmap/session", NULL, NULL);
  g_assert_cmpuint (after->status, ==, 200);
}

static void
assert_serve_fails (int         status,
                    const char *first,
                    const char *second)
{
  g_autofree char *program = csm_test_server_program ();
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *said = NULL;
  GError *error = NULL;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error,
                              program, "--data", workspace->directory, "serve", first, second, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &said, &error);
  g_assert_no_error (error);
  g_test_message ("%s", said);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, status);
  g_assert_cmpint (*said, !=, '\0');
  g_assert_true (strchr (said, '\n') == said + strlen (said) - 1);
}

static void
test_command_line (void)
{
  assert_serve_fails (2, "--listen", "0.0.0.0:0");
  assert_serve_fails (2, "--listen", "nonsense");
  assert_serve_fails (2, "--listen=127.0.0.1:0", "--tls-cert=/nowhere");
  assert_serve_fails (2, "--listen=127.0.0.1:0", "--public-url=nonsense");
  /* The workspace is being served. */
  assert_serve_fails (1, "--listen", "127.0.0.1:0");
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  workspace = csm_test_workspace_new (1);
  server = csm_test_server_new (workspace->directory, NULL);
  ana = csm_test_client_new (csm_test_server_get_url (server), workspace->lead.token);
  nobody = csm_test_client_new (csm_test_server_get_url (server), NULL);
  g_test_add_func ("/server/http/session", test_session);
  g_test_add_func ("/server/http/host", test_host);
  g_test_add_func ("/server/http/unauthorized", test_unauthorized);
  g_test_add_func ("/server/http/elsewhere", test_elsewhere);
  g_test_add_func ("/server/http/request-errors", test_request_errors);
  g_test_add_func ("/server/http/size", test_size);
  g_test_add_func ("/server/http/endless", test_endless);
  g_test_add_func ("/server/http/command-line", test_command_line);
  result = g_test_run ();
  csm_test_client_free (ana);
  csm_test_client_free (nobody);
  csm_test_server_free (server);
  csm_test_workspace_free (workspace);
  return result;
}
