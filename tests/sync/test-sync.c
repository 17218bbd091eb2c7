/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "sync-test.h"

#include "csm-json.h"
#include "csm-time.h"

static const char *
nth (GPtrArray *ids,
     guint      i)
{
  return g_ptr_array_index (ids, i);
}

/* --- first sync ------------------------------------------------------------------------------------------------------ */

static gboolean
finds (gpointer data)
{
  return sync_desk_count (data, CSM_VIEW_SEARCH, "mail") > 0 || sync_desk_count (data, CSM_VIEW_SEARCH, "example") > 0;
}

static void
test_first_sync (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;
  double progress;
  gint64 since;

  sync_test_set_up (&test, 700);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  g_object_get (desk->account, "progress", &progress, "offline-since", &since, NULL);
  g_assert_cmpfloat (progress, ==, 1);
  g_assert_cmpint (since, ==, 0);
  g_assert_cmpuint (sync_desk_count (desk, CSM_VIEW_INBOX, NULL), ==, 700);
  sync_desk_check_equal (desk, &test, &test.workspace->agent);
  /* Full text comes afterwards, by itself. */
  sync_wait_until (finds, desk, "full text");
  sync_desk_free (desk);
  sync_test_tear_down (&test);
}

static gboolean
has_some (gpointer data)
{
  return sync_desk_count (data, CSM_VIEW_INBOX, NULL) >= 200;
}

/* Cut off in the middle, it goes on where it was. */
static void
test_interrupted (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;

  sync_test_set_up (&test, 1500);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  for (guint round = 0; round < 3; round++)
    {
      csm_account_start (desk->account);
      sync_wait_until (has_some, desk, "the newest cases");
      sync_desk_free (desk);
      desk = sync_desk_new (&test, &test.workspace->agent, "ana");
    }
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  sync_desk_check_equal (desk, &test, &test.workspace->agent);
  sync_desk_free (desk);
  sync_test_tear_down (&test);
}

/* --- whose mornings ------------------------------------------------------------------------------------------------- */

#define ZONE "Pacific/Auckland"

static gboolean
knows_zone (gpointer data)
{
  g_autoptr (GTimeZone) zone = csm_account_get_time_zone (((SyncDesk *) data)->account);

  return g_str_equal (g_time_zone_get_identifier (zone), ZONE);
}

/* The workspace's zone is known as soon as the server has said it, and without a network, too. */
static void
test_time_zone (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;
  g_autofree char *program = csm_test_server_program ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  sync_test_set_up (&test, 1);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, program, "--data", test.workspace->directory, "time-zone", ZONE, NULL);
  g_assert_no_error (error);
  g_subprocess_wait_check (process, NULL, &error);
  g_assert_no_error (error);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  g_assert_false (knows_zone (desk));
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  g_assert_true (knows_zone (desk));
  sync_desk_free (desk);
  sync_test_kill_server (&test);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_wait_until (knows_zone, desk, "the zone");
  sync_desk_free (desk);
  sync_test_start_server (&test);
  sync_test_tear_down (&test);
}

/* --- two desks ------------------------------------------------------------------------------------------------------- */

static void
test_two_desks (void)
{
  SyncTest test = { 0 };
  SyncDesk *ana, *ben;
  CsmIntent *intent = csm_intent_new ("Comment");
  g_autofree char *comment_id = NULL;
  const char *case_id;
  g_autoptr (JsonObject) mentions = json_object_new ();
  JsonObject *comment;

  sync_test_set_up (&test, 5);
  case_id = nth (test.workspace->cases, 0);
  ana = sync_desk_new (&test, &test.workspace->agent, "ana");
  ben = sync_desk_new (&test, &test.workspace->lead, "ben");
  csm_account_start (ana->account);
  csm_account_start (ben->account);
  sync_desk_wait_synced (ana);
  sync_desk_wait_synced (ben);

  sync_desk_update (ana, CSM_TYPE_ID_CASE, case_id, "{'priority':'high'}");
  sync_desk_wait_shows (ben, CSM_TYPE_ID_CASE, case_id, "priority", "high");

  comment = csm_test_json ("{'caseId':'%s','body':'Can you look?','mentions':{'%s':true}}", case_id, test.workspace->lead.id);
  comment_id = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, comment);
  sync_desk_perform (ana, intent);
  sync_desk_wait_shows (ben, CSM_TYPE_ID_COMMENT, comment_id, "body", "Can you look?");
  g_assert_cmpuint (sync_desk_count (ben, CSM_VIEW_MENTIONS, NULL), ==, 1);
  g_assert_cmpuint (sync_desk_count (ana, CSM_VIEW_MENTIONS, NULL), ==, 0);
  sync_desk_wait_outbox (ana, 0, 0);

  /* Both at once, on different things: both stay. */
  sync_desk_update (ana, CSM_TYPE_ID_CASE, case_id, "{'goal':'Send another one'}");
  sync_desk_update (ben, CSM_TYPE_ID_CASE, case_id, "{'sentiment':'negative'}");
  sync_desk_wait_shows (ana, CSM_TYPE_ID_CASE, case_id, "sentiment", "negative");
  sync_desk_wait_shows (ben, CSM_TYPE_ID_CASE, case_id, "goal", "Send another one");
  sync_desk_wait_shows (ben, CSM_TYPE_ID_CASE, case_id, "sentiment", "negative");
  sync_desk_wait_outbox (ana, 0, 0);
  sync_desk_wait_outbox (ben, 0, 0);
  sync_desk_free (ana);
  sync_desk_free (ben);
  sync_test_tear_down (&test);
}

/* --- offline --------------------------------------------------------------------------------------------------------- */

static void
test_offline (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;
  CsmIntent *intent = csm_intent_new ("Comment");
  g_autofree char *comment_id = NULL;
  const char *case_id;
  gint64 since;

  sync_test_set_up (&test, 5);
  case_id = nth (test.workspace->cases, 0);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  sync_test_kill_server (&test);
  sync_desk_wait_state (desk, CSM_ACCOUNT_OFFLINE);
  g_object_get (desk->account, "offline-since", &since, NULL);
  g_assert_cmpint (since, >, 0);

  sync_desk_update (desk, CSM_TYPE_ID_CASE, case_id, "{'status':'open'}");
  sync_desk_update (desk, CSM_TYPE_ID_CASE, case_id, "{'priority':'urgent'}");
  comment_id = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, csm_test_json ("{'caseId':'%s','body':'From the train'}", case_id));
  sync_desk_perform (desk, intent);
  sync_desk_wait_outbox (desk, 3, 0);
  sync_desk_wait_shows (desk, CSM_TYPE_ID_CASE, case_id, "priority", "urgent");

  /* The app ends and begins without the server. */
  sync_desk_free (desk);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_outbox (desk, 3, 0);
  g_assert_cmpuint (sync_desk_count (desk, CSM_VIEW_INBOX, NULL), ==, 5);

  sync_test_start_server (&test);
  csm_account_retry_now (desk->account);
  sync_desk_wait_outbox (desk, 0, 0);
  sync_desk_wait_synced (desk);
  {
    g_autoptr (JsonObject) answer = csm_test_client_call (test.client, "Case/get", "{'accountId':'%s','ids':['%s']}", test.workspace->workspace_id, case_id);

    csm_assert_text (answer, "list/0/status", "open");
    csm_assert_text (answer, "list/0/priority", "urgent");
  }
  {
    g_autoptr (JsonObject) answer = csm_test_client_call (test.client, "Comment/get", "{'accountId':'%s','ids':['%s']}", test.workspace->workspace_id, comment_id);

    csm_assert_text (answer, "list/0/body", "From the train");
    csm_assert_text (answer, "list/0/authorId", test.workspace->agent.id);
  }
  sync_desk_check_equal (desk, &test, &test.workspace->agent);
  sync_desk_free (desk);
  sync_test_tear_down (&test);
}

/* It comes back by itself, within the delay that spreads the clients out. */
static void
test_server_restarts (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;
  const char *case_id;

  sync_test_set_up (&test, 2);
  case_id = nth (test.workspace->cases, 0);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  sync_test_kill_server (&test);
  sync_desk_wait_state (desk, CSM_ACCOUNT_OFFLINE);
  sync_test_start_server (&test);
  sync_desk_wait_synced (desk);
  {
    g_autoptr (JsonObject) answer = csm_test_client_call (test.client, "Case/set",
      "{'accountId':'%s','update':{'%s':{'priority':'low'}}}", test.workspace->workspace_id, case_id);
  }
  sync_desk_wait_shows (desk, CSM_TYPE_ID_CASE, case_id, "priority", "low");
  sync_desk_free (desk);
  sync_test_tear_down (&test);
}

/* The token is revoked: nothing is lost, and with a new one all goes on. */
static void
test_signed_out (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;
  g_autoptr (CsmTestClient) client = NULL;
  g_autoptr (CsmTestReply) reply = NULL;

  sync_test_set_up (&test, 2);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  client = csm_test_client_new (test.url, test.workspace->agent.token);
  reply = csm_test_client_fetch (client, "POST", "/auth/sign-out", NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 204);
  sync_desk_wait_state (desk, CSM_ACCOUNT_SIGNED_OUT);
  sync_desk_update (desk, CSM_TYPE_ID_CASE, nth (test.workspace->cases, 0), "{'priority':'high'}");
  sync_desk_wait_outbox (desk, 1, 0);
  g_assert_cmpuint (sync_desk_count (desk, CSM_VIEW_INBOX, NULL), ==, 2);

  {
    g_autoptr (GError) error = NULL;
    g_autoptr (CsmTestClient) nobody = csm_test_client_new (test.url, NULL);
    g_autofree char *body = csm_test_text ("{'email':'%s','password':'%s','deviceName':'Desk'}", test.workspace->agent.email, test.workspace->agent.password);
    g_autoptr (CsmTestReply) signed_in = csm_test_client_fetch (nobody, "POST", "/auth/sign-in", "application/json", body);

    g_assert_cmpuint (signed_in->status, ==, 200);
    csm_account_set_token (desk->account, csm_json_get_string (signed_in->json, "token"));
  }
  sync_desk_wait_synced (desk);
  sync_desk_wait_outbox (desk, 0, 0);
  sync_desk_free (desk);
  sync_test_tear_down (&test);
}

/* A cache, and what waits in it, is one person's. */
static void
test_somebody_else (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;

  sync_test_set_up (&test, 2);
  desk = sync_desk_new (&test, &test.workspace->agent, "shared");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  sync_desk_free (desk);
  desk = sync_desk_new (&test, &test.workspace->lead, "shared");
  csm_account_start (desk->account);
  sync_desk_wait_state (desk, CSM_ACCOUNT_SIGNED_OUT);
  g_assert_cmpuint (sync_desk_count (desk, CSM_VIEW_INBOX, NULL), ==, 2);
  sync_desk_free (desk);
  sync_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/first", test_first_sync);
  g_test_add_func ("/sync/interrupted", test_interrupted);
  g_test_add_func ("/sync/time-zone", test_time_zone);
  g_test_add_func ("/sync/two-desks", test_two_desks);
  g_test_add_func ("/sync/offline", test_offline);
  g_test_add_func ("/sync/server-restarts", test_server_restarts);
  g_test_add_func ("/sync/signed-out", test_signed_out);
  g_test_add_func ("/sync/somebody-else", test_somebody_else);
  return g_test_run ();
}
