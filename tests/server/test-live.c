/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-socket.h"

#include "csm-auth.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

/* Who is in which case at this moment, as the server tells it. */

/* What isn't said again is over after this, and of one case a connection hears once in a fifteenth of it; ms. */
#define PATIENCE_MS 6000
#define BEAT_MS (PATIENCE_MS / 15)

static const char *const quick[] = { "--patience", "6", NULL };
static const char *const live_or_jmap[] = { "casement.live.v1", "jmap", NULL };
static const char *const only_live[] = { "casement.live.v1", NULL };
static const char *const only_jmap[] = { "jmap", NULL };

static CsmTestWorkspace *workspace;
static CsmTestServer *server;
static CsmTestClient *ana;
static CsmTestClient *ben;

static const char *
case_of (guint number)
{
  return g_ptr_array_index (workspace->cases, number);
}

static CsmTestSocket *
open_socket (CsmTestClient *client)
{
  CsmTestSocket *socket = csm_test_socket_new (client, live_or_jmap, NULL);

  g_assert_nonnull (socket->connection);
  return socket;
}

static CsmTestSocket *
open_watcher (CsmTestClient *client,
              guint          number)
{
  CsmTestSocket *socket = open_socket (client);

  csm_test_socket_send (socket, "{'@type':'Live','watch':['%s']}", case_of (number));
  return socket;
}

static void
say (CsmTestSocket *socket,
     guint          number,
     const char    *what)
{
  if (what != NULL)
    csm_test_socket_send (socket, "{'@type':'Live','doing':{'%s':'%s'}}", case_of (number), what);
  else
    csm_test_socket_send (socket, "{'@type':'Live','doing':{}}");
}

/* The next that is told of a case: its people as JSON. */
static char *
hear (CsmTestSocket *socket,
      guint          number)
{
  for (;;)
    {
      g_autoptr (JsonObject) message = csm_test_socket_expect (socket, "Live");
      JsonObject *people = csm_json_get_object (csm_json_get_object (message, "cases"), case_of (number));

      if (people != NULL)
        return csm_json_write_object (people);
    }
}

static void
expect_people (CsmTestSocket *socket,
               guint          number,
               const char    *format,
               ...) G_GNUC_PRINTF (3, 4);

static void
expect_people (CsmTestSocket *socket,
               guint          number,
               const char    *format,
               ...)
{
  g_autofree char *heard = hear (socket, number);
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdelimit (g_strdup_vprintf (format, args), "'", '"');
  va_end (args);
  g_assert_cmpstr (heard, ==, text);
}

/* What was sent before has been looked at when the answer is there. */
static void
echo (CsmTestSocket *socket)
{
  g_autoptr (JsonObject) answer = NULL;

  csm_test_socket_send (socket, "{'@type':'Request','id':'echo','using':['urn:ietf:params:jmap:core'],'methodCalls':[['Core/echo',{},'a']]}");
  answer = csm_test_socket_expect (socket, "Response");
}

static void
test_negotiation (void)
{
  const struct { const char *const *offered; const char *chosen; } some[] = {
    { live_or_jmap, "casement.live.v1" }, { only_live, "casement.live.v1" }, { only_jmap, "jmap" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (some); i++)
    {
      g_autoptr (CsmTestSocket) socket = csm_test_socket_new (ana, some[i].offered, NULL);

      g_assert_cmpstr (soup_websocket_connection_get_protocol (socket->connection), ==, some[i].chosen);
      echo (socket);
    }
}

/* RFC 8887 knows no such message. */
static void
test_plain_jmap (void)
{
  g_autoptr (CsmTestSocket) plain = csm_test_socket_new (ana, only_jmap, NULL);
  g_autoptr (CsmTestSocket) other = open_socket (ben);
  g_autoptr (JsonObject) answer = NULL;

  csm_test_socket_send (plain, "{'@type':'Live','watch':['%s']}", case_of (0));
  answer = csm_test_socket_receive (plain);
  csm_assert_text (answer, "@type", "RequestError");
  csm_assert_text (answer, "type", "urn:ietf:params:jmap:error:notRequest");
  say (other, 0, "viewing");
  g_clear_pointer (&answer, json_object_unref);
  /* Ben's frame is answered, the watcher's was none. */
  answer = csm_test_socket_expect (other, "Live");
  g_assert_true (g_queue_is_empty (&plain->messages));
}

static void
test_who_is_here (void)
{
  g_autoptr (CsmTestSocket) watcher = open_watcher (ana, 0);
  g_autoptr (CsmTestSocket) late = NULL;
  CsmTestSocket *other = open_socket (ben);
  gint64 before;

  echo (watcher);
  say (other, 0, "viewing");
  expect_people (watcher, 0, "{'%s':'viewing'}", workspace->agent.id);
  say (other, 0, "comment");
  expect_people (watcher, 0, "{'%s':'comment'}", workspace->agent.id);
  late = open_watcher (ana, 0);
  expect_people (late, 0, "{'%s':'comment'}", workspace->agent.id);
  before = g_get_monotonic_time ();
  say (other, 0, "reply");
  expect_people (watcher, 0, "{'%s':'reply'}", workspace->agent.id);
  /* A connection that ends takes its person along, and not only when what it said last is over. */
  csm_test_socket_free (other);
  expect_people (watcher, 0, "{}");
  g_assert_cmpint (g_get_monotonic_time () - before, <, PATIENCE_MS * G_TIME_SPAN_MILLISECOND);
}

/* Who has two devices is one person, who does what counts most of it; and isn't told of themselves. */
static void
test_two_devices (void)
{
  g_autoptr (CsmTestSocket) watcher = open_watcher (ana, 0);
  g_autoptr (CsmTestSocket) desktop = open_watcher (ben, 0);
  CsmTestSocket *laptop = open_socket (ben);

  say (desktop, 0, "viewing");
  expect_people (watcher, 0, "{'%s':'viewing'}", workspace->agent.id);
  say (laptop, 0, "reply");
  expect_people (watcher, 0, "{'%s':'reply'}", workspace->agent.id);
  say (desktop, 0, "comment");
  echo (desktop);
  csm_test_socket_free (laptop);
  expect_people (watcher, 0, "{'%s':'comment'}", workspace->agent.id);
  say (watcher, 0, "viewing");
  expect_people (desktop, 0, "{'%s':'viewing'}", workspace->lead.id);
}

static gboolean
count_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_ms (guint ms)
{
  gboolean done = FALSE;

  g_timeout_add (ms, count_cb, &done);
  csm_test_wait (&done);
}

#define PER_BEAT 5

/* Of one case a connection hears at most once in a beat, and the last word is right. */
static void
test_rate (void)
{
  static const char *const turns[] = { "viewing", "reply", "comment" };
  g_autoptr (CsmTestSocket) watcher = open_watcher (ana, 1);
  g_autoptr (CsmTestSocket) other = open_socket (ben);
  g_autofree char *last = NULL;
  gint64 before;
  gint64 passed;
  guint n;

  echo (watcher);
  before = g_get_monotonic_time ();
  for (guint i = 0; i < 3 * PER_BEAT; i++)
    {
      say (other, 1, turns[i % 3]);
      wait_ms (BEAT_MS / PER_BEAT);
    }
  wait_ms (2 * BEAT_MS);
  passed = g_get_monotonic_time () - before;
  n = g_queue_get_length (&watcher->messages);
  g_assert_cmpuint (n, >=, 2);
  g_assert_cmpuint (n, <=, 1 + passed / 1000 / BEAT_MS);
  while (n-- > 0)
    {
      g_free (last);
      last = hear (watcher, 1);
    }
  g_assert_nonnull (g_strstr_len (last, -1, turns[(3 * PER_BEAT - 1) % 3]));
}

/* Somebody whose network is gone says nothing any more, and the socket looks as before. */
static void
test_silence (void)
{
  g_autoptr (CsmTestSocket) watcher = open_watcher (ana, 0);
  g_autoptr (CsmTestSocket) other = open_socket (ben);
  gint64 again;

  say (other, 0, "viewing");
  expect_people (watcher, 0, "{'%s':'viewing'}", workspace->agent.id);
  wait_ms (PATIENCE_MS / 3);
  again = g_get_monotonic_time ();
  say (other, 0, "viewing");
  expect_people (watcher, 0, "{}");
  g_assert_cmpint (g_get_monotonic_time () - again, >, PATIENCE_MS / 2 * G_TIME_SPAN_MILLISECOND);
}

/* A partner whose guests may sign in. */
static char *
add_partner (CsmTxn  *txn,
             GError **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_TEAM);
  g_autoptr (JsonObject) team = csm_test_json ("{'name':'Partner','department':'partner'}");
  g_autoptr (CsmAccountRow) account = NULL;
  char *id = csm_id_new (type->letter);

  csm_record_fill_defaults (type, team);
  g_assert_true (csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, type, id, team, error));
  account = csm_txn_projection_of (txn, id, error);
  g_assert_nonnull (account);
  return id;
}

/* @input: (out): where the token of the new guest goes */
static gpointer
add_guest (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_PERSON);
  g_autofree char *partner = add_partner (txn, error);
  g_autoptr (JsonObject) person =
    csm_test_json ("{'name':'gil','email':'gil@partner.example.net','role':'guest','kind':'guest','teamIds':{'%s':true}}", partner);
  g_autoptr (CsmAccountRow) account = NULL;
  g_autofree char *id = csm_id_new (type->letter);
  g_autofree char *token = csm_auth_make_token ();
  g_autofree char *hash = csm_auth_hash_token (token);
  g_autofree char *device_id = csm_id_new ('d');

  csm_record_fill_defaults (type, person);
  g_assert_true (csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, type, id, person, error));
  account = csm_txn_account_of (txn, id, error);
  g_assert_nonnull (account);
  g_assert_true (csm_txn_add_token (txn, hash, id, device_id, "test", error));
  *(char **) input = g_steal_pointer (&token);
  return GINT_TO_POINTER (1);
}

/* A guest neither hears of anybody nor is heard of. */
static void
test_guests (void)
{
  g_autofree char *token = NULL;
  g_autoptr (CsmTestClient) gil = NULL;
  g_autoptr (CsmTestSocket) watcher = open_watcher (ana, 2);
  g_autoptr (CsmTestSocket) other = open_socket (ben);
  g_autoptr (CsmTestSocket) partner = NULL;
  g_autoptr (JsonObject) message = NULL;

  csm_test_workspace_run (workspace, add_guest, &token);
  gil = csm_test_client_new (csm_test_server_get_url (server), token);
  partner = csm_test_socket_new (gil, live_or_jmap, NULL);
  g_assert_nonnull (partner->connection);
  csm_test_socket_send (partner, "{'@type':'Live','watch':['%s'],'doing':{'%s':'reply'}}", case_of (2), case_of (2));
  echo (partner);
  say (other, 2, "viewing");
  expect_people (watcher, 2, "{'%s':'viewing'}", workspace->agent.id);
  wait_ms (300);
  say (partner, 2, "comment");
  say (other, 2, "comment");
  expect_people (watcher, 2, "{'%s':'comment'}", workspace->agent.id);
  csm_test_socket_send (partner, "{'@type':'Request','id':'last','using':['urn:ietf:params:jmap:core'],'methodCalls':[['Core/echo',{},'a']]}");
  message = csm_test_socket_receive (partner);
  csm_assert_text (message, "@type", "Response");
}

/* @input: (nullable): %NULL makes a colleague of Ben again */
static gpointer
make_guest (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_PERSON);
  g_autoptr (JsonObject) person = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, type, workspace->agent.id, error);

  g_assert_nonnull (person);
  json_object_set_string_member (person, "role", input != NULL ? "guest" : "agent");
  if (input != NULL)
    {
      JsonObject *teams = json_object_new ();
      g_autofree char *partner = add_partner (txn, error);

      json_object_set_boolean_member (teams, partner, TRUE);
      json_object_set_object_member (person, "teamIds", teams);
    }
  g_assert_true (csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, type, workspace->agent.id, person, error));
  return GINT_TO_POINTER (1);
}

/* Who stops being a colleague is gone though their socket stays. */
static void
test_becoming_a_guest (void)
{
  g_autoptr (CsmTestSocket) watcher = open_watcher (ana, 2);
  g_autoptr (CsmTestSocket) other = open_watcher (ben, 2);

  say (other, 2, "viewing");
  expect_people (watcher, 2, "{'%s':'viewing'}", workspace->agent.id);
  csm_test_workspace_run (workspace, make_guest, workspace);
  expect_people (watcher, 2, "{}");
  /* The socket itself is as good as before. */
  echo (other);
  csm_test_workspace_run (workspace, make_guest, NULL);
}

static void
test_junk (void)
{
  g_autoptr (CsmTestSocket) socket = open_socket (ana);
  g_autoptr (GString) many = g_string_new ("{'@type':'Live','watch':['");
  g_autoptr (GString) most = g_string_new ("{'@type':'Live','doing':{");
  g_autofree char *padding = g_strnfill (17000, 'a');
  g_autofree char *large = g_strdup_printf ("{'@type':'Live','watch':[],'x':'%s'}", padding);
  const char *wrong[] = {
    "{'@type':'Live','watch':{}}", "{'@type':'Live','watch':[1]}", "{'@type':'Live','watch':['Not an id']}", "{'@type':'Live','watch':null}",
    "{'@type':'Live','doing':[]}", "{'@type':'Live','doing':{'x':'viewing'}}", "{'@type':'Live','doing':'reply'}", NULL, NULL, NULL, NULL,
  };
  g_autofree char *unknown = g_strdup_printf ("{'@type':'Live','doing':{'%s':'sleeping'}}", case_of (0));

  for (guint i = 0; i < 201; i++)
    {
      g_autofree char *id = csm_id_new ('c');

      g_string_append_printf (many, "%s%s", i > 0 ? "','" : "", id);
      if (i < 9)
        g_string_append_printf (most, "%s'%s':'viewing'", i > 0 ? "," : "", id);
    }
  g_string_append (many, "']}");
  g_string_append (most, "}}");
  wrong[7] = unknown;
  wrong[8] = many->str;
  wrong[9] = most->str;
  wrong[10] = large;
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (JsonObject) answer = NULL;

      csm_test_socket_send (socket, "%s", wrong[i]);
      answer = csm_test_socket_receive (socket);
      csm_assert_text (answer, "@type", "RequestError");
    }
  echo (socket);
}

/* Whoever talks without end is not listened to, and nobody else hears more for it. */
static void
test_flood (void)
{
  static const char *const turns[] = { "viewing", "reply", "comment" };
  g_autoptr (CsmTestSocket) watcher = open_watcher (ana, 1);
  g_autoptr (CsmTestSocket) other = open_socket (ben);
  gint64 before;
  gint64 passed;

  echo (watcher);
  before = g_get_monotonic_time ();
  for (guint i = 0; i < 2000; i++)
    say (other, 1, turns[i % 3]);
  echo (other);
  wait_ms (2 * BEAT_MS);
  passed = (g_get_monotonic_time () - before) / 1000;
  g_assert_cmpuint (g_queue_get_length (&watcher->messages), >=, 1);
  g_assert_cmpuint (g_queue_get_length (&watcher->messages), <=, 1 + passed / BEAT_MS);
  g_assert_cmpuint (g_queue_get_length (&other->messages), <=, 1 + 4 * passed / BEAT_MS);
  /* Another second, in which it is listened to again. */
  wait_ms (1000);
  say (other, 1, NULL);
  for (;;)
    {
      g_autofree char *heard = hear (watcher, 1);

      if (g_str_equal (heard, "{}"))
        break;
    }
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  workspace = csm_test_workspace_new (3);
  server = csm_test_server_new (workspace->directory, quick);
  ana = csm_test_client_new (csm_test_server_get_url (server), workspace->lead.token);
  ben = csm_test_client_new (csm_test_server_get_url (server), workspace->agent.token);
  g_test_add_func ("/server/live/negotiation", test_negotiation);
  g_test_add_func ("/server/live/plain-jmap", test_plain_jmap);
  g_test_add_func ("/server/live/who-is-here", test_who_is_here);
  g_test_add_func ("/server/live/two-devices", test_two_devices);
  g_test_add_func ("/server/live/rate", test_rate);
  g_test_add_func ("/server/live/silence", test_silence);
  g_test_add_func ("/server/live/guests", test_guests);
  g_test_add_func ("/server/live/becoming-a-guest", test_becoming_a_guest);
  g_test_add_func ("/server/live/junk", test_junk);
  g_test_add_func ("/server/live/flood", test_flood);
  result = g_test_run ();
  csm_test_client_free (ana);
  csm_test_client_free (ben);
  csm_test_server_free (server);
  csm_test_workspace_free (workspace);
  return result;
}
