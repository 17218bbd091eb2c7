/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-client.h"

#include <string.h>

#include "csm-json.h"

static CsmTestWorkspace *workspace;
static CsmTestServer *server;
static CsmTestClient *nobody;

static CsmTestReply *
sign_in (const char *email,
         const char *password)
{
  g_autofree char *body = csm_test_text ("{'email':'%s','password':'%s','deviceName':'laptop'}", email, password);

  return csm_test_client_fetch (nobody, "POST", "/auth/sign-in", "application/json", body);
}

static guint
ask_with (const char *token)
{
  g_autoptr (CsmTestClient) client = csm_test_client_new (csm_test_server_get_url (server), token);
  g_autoptr (CsmTestReply) reply = csm_test_client_fetch (client, "POST", "/jmap/api", "application/json", "{\"using\":[],\"methodCalls\":[]}");

  return reply->status;
}

static void
test_right (void)
{
  g_autoptr (CsmTestReply) reply = sign_in ("ANA@fernweh.example.com", workspace->lead.password);
  g_autoptr (CsmTestReply) second = sign_in (workspace->lead.email, workspace->lead.password);
  const char *token = csm_json_get_string (reply->json, "token");
  g_autofree char *session_url = g_strconcat (csm_test_server_get_url (server), "/jmap/session", NULL);

  g_assert_cmpuint (reply->status, ==, 200);
  csm_assert_text (reply->json, "personId", workspace->lead.id);
  csm_assert_text (reply->json, "sessionUrl", session_url);
  g_assert_cmpuint (strlen (token), ==, 43);
  g_assert_cmpuint (strspn (token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), ==, 43);
  g_assert_cmpstr (token, !=, csm_json_get_string (second->json, "token"));
  g_assert_cmpuint (ask_with (token), ==, 200);
}

static void
test_sign_out (void)
{
  g_autoptr (CsmTestReply) one = sign_in (workspace->lead.email, workspace->lead.password);
  g_autoptr (CsmTestReply) two = sign_in (workspace->lead.email, workspace->lead.password);
  const char *token = csm_json_get_string (one->json, "token"), *other = csm_json_get_string (two->json, "token");
  g_autoptr (CsmTestClient) client = csm_test_client_new (csm_test_server_get_url (server), token);
  g_autoptr (CsmTestReply) out = csm_test_client_fetch (client, "POST", "/auth/sign-out", NULL, NULL);
  g_autoptr (CsmTestReply) again = csm_test_client_fetch (client, "POST", "/auth/sign-out", NULL, NULL);

  g_assert_cmpuint (out->status, ==, 204);
  g_assert_cmpuint (again->status, ==, 401);
  g_assert_cmpuint (ask_with (token), ==, 401);
  g_assert_cmpuint (ask_with (other), ==, 200);
}

static gpointer
revoke_all (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  csm_txn_revoke_token (txn, input, NULL, error);
  return NULL;
}

/* By another process: `user revoke`. */
static void
test_revoked (void)
{
  g_autoptr (CsmTestReply) reply = sign_in (workspace->lead.email, workspace->lead.password);
  const char *token = csm_json_get_string (reply->json, "token");

  g_assert_cmpuint (ask_with (token), ==, 200);
  csm_test_workspace_run (workspace, revoke_all, workspace->lead.id);
  g_assert_cmpuint (ask_with (token), ==, 401);
}

static void
test_malformed (void)
{
  static const char * const bodies[] = {
    "", "[]", "{}", "{\"email\":\"a@example.org\"}", "{\"email\":1,\"password\":\"x\"}", "{\"email\":\"a@example.org\",\"password\":null}", "{\"email\"",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (CsmTestReply) reply = csm_test_client_fetch (nobody, "POST", "/auth/sign-in", "application/json", bodies[i]);

      g_assert_cmpuint (reply->status, ==, 400);
    }
}

/* The same answer for a wrong password and for nobody; then one waits. */
static void
test_guessing (void)
{
  const char * const emails[] = { workspace->agent.email, "nobody@fernweh.example.com" };

  for (guint i = 0; i < G_N_ELEMENTS (emails); i++)
    {
      g_autoptr (CsmTestReply) waits = NULL;

      for (guint j = 0; j < 5; j++)
        {
          g_autoptr (CsmTestReply) wrong = sign_in (emails[i], "a wrong password");

          g_assert_cmpuint (wrong->status, ==, 401);
          csm_assert_text (wrong->json, "detail", "The address or the password is wrong.");
        }
      waits = sign_in (emails[i], "a wrong password");
      g_assert_cmpuint (waits->status, ==, 429);
      g_assert_cmpint (g_ascii_strtoll (soup_message_headers_get_one (waits->headers, "Retry-After"), NULL, 10), >=, 1);
    }
}

static gint64
time_of_guess (const char *email)
{
  gint64 start = g_get_monotonic_time ();
  g_autoptr (CsmTestReply) reply = sign_in (email, "a wrong password");

  g_assert_cmpuint (reply->status, ==, 401);
  return g_get_monotonic_time () - start;
}

/* Without a hash to compare with, an answer would be there twenty times sooner. */
static void
test_same_time (void)
{
  gint64 known = G_MAXINT64, unknown = G_MAXINT64;

  /* In turn, so that whoever else uses the computer delays both; the quickest counts. */
  for (guint i = 0; i < 2; i++)
    {
      known = MIN (known, time_of_guess (workspace->admin.email));
      unknown = MIN (unknown, time_of_guess ("who@fernweh.example.com"));
    }
  g_test_message ("known %" G_GINT64_FORMAT " µs, unknown %" G_GINT64_FORMAT " µs", known, unknown);
  g_assert_cmpint (unknown * 4, >, known);
  g_assert_cmpint (known * 4, >, unknown);
}

static gpointer
deactivate (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_PERSON);
  g_autoptr (JsonObject) person = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, type, input, error);

  json_object_set_boolean_member (person, "active", FALSE);
  csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, type, input, person, error);
  return NULL;
}

static void
test_inactive (void)
{
  g_autoptr (CsmTestReply) refused = NULL;

  g_assert_cmpuint (ask_with (workspace->admin.token), ==, 200);
  csm_test_workspace_run (workspace, deactivate, workspace->admin.id);
  g_assert_cmpuint (ask_with (workspace->admin.token), ==, 403);
  refused = sign_in (workspace->admin.email, workspace->admin.password);
  g_assert_cmpuint (refused->status, ==, 401);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  workspace = csm_test_workspace_new (0);
  server = csm_test_server_new (workspace->directory, NULL);
  nobody = csm_test_client_new (csm_test_server_get_url (server), NULL);
  g_test_add_func ("/server/sign-in/right", test_right);
  g_test_add_func ("/server/sign-in/sign-out", test_sign_out);
  g_test_add_func ("/server/sign-in/revoked", test_revoked);
  g_test_add_func ("/server/sign-in/malformed", test_malformed);
  g_test_add_func ("/server/sign-in/same-time", test_same_time);
  g_test_add_func ("/server/sign-in/inactive", test_inactive);
  g_test_add_func ("/server/sign-in/guessing", test_guessing);
  result = g_test_run ();
  csm_test_client_free (nobody);
  csm_test_server_free (server);
  csm_test_workspace_free (workspace);
  return result;
}
