/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "sync-test.h"

#include "csm-json.h"
#include "csm-time.h"

/* A desk with one case open, and what a reply to it is made of. */
typedef struct
{
  SyncTest    test;
  SyncDesk   *desk;
  const char *case_id;
  const char *message_id;
  char       *conversation_id;
} Case;

static void
set_up (Case *c)
{
  g_autoptr (JsonObject) message = NULL;

  sync_test_set_up (&c->test, 2);
  c->case_id = g_ptr_array_index (c->test.workspace->cases, 0);
  c->message_id = g_ptr_array_index (c->test.workspace->messages, 0);
  c->desk = sync_desk_new (&c->test, &c->test.workspace->agent, "ana");
  csm_account_start (c->desk->account);
  sync_desk_wait_synced (c->desk);
  message = sync_desk_get (c->desk, CSM_TYPE_ID_MESSAGE, c->message_id);
  g_assert_nonnull (message);
  c->conversation_id = g_strdup (csm_json_get_string (message, "conversationId"));
}

static void
tear_down (Case *c)
{
  sync_desk_free (c->desk);
  g_free (c->conversation_id);
  sync_test_tear_down (&c->test);
}

static char *
reply (Case       *c,
       const char *text,
       guint       undo_for,
       gint64     *group)
{
  CsmIntent *intent = csm_intent_new ("Reply");
  char *id = csm_intent_create (intent, CSM_TYPE_ID_SUBMISSION, csm_test_json (
    "{'caseId':'%s','conversationId':'%s','to':[{'name':'Kim','address':'kim@example.com'}],'textBody':'%s','basedOn':'%s','undoFor':%u}",
    c->case_id, c->conversation_id, text, c->message_id, undo_for));

  *group = sync_desk_perform (c->desk, intent);
  return id;
}

static JsonObject *
submission_on_server (Case       *c,
                      const char *id)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (c->test.client, "Submission/get", "{'accountId':'%s','ids':['%s']}", c->test.workspace->workspace_id, id);
  JsonArray *list = csm_json_get_array (answer, "list");

  return json_array_get_length (list) > 0 ? json_object_ref (json_array_get_object_element (list, 0)) : NULL;
}

/* Taken back before it left this computer: the server never hears of it. */
static void
test_undo_before (void)
{
  Case c = { 0 };
  g_autofree char *id = NULL;
  gint64 group;

  set_up (&c);
  sync_test_kill_server (&c.test);
  sync_desk_wait_state (c.desk, CSM_ACCOUNT_OFFLINE);
  id = reply (&c, "Never mind", 10, &group);
  sync_desk_wait_outbox (c.desk, 1, 0);
  g_assert_true (sync_desk_undo (c.desk, group));
  sync_desk_wait_outbox (c.desk, 0, 0);
  sync_test_start_server (&c.test);
  csm_account_retry_now (c.desk->account);
  sync_desk_wait_synced (c.desk);
  g_assert_null (submission_on_server (&c, id));
  g_assert_null (sync_desk_get (c.desk, CSM_TYPE_ID_SUBMISSION, id));
  tear_down (&c);
}

/* Taken back while the server still holds it. */
static void
test_undo_after (void)
{
  Case c = { 0 };
  g_autofree char *id = NULL;
  gint64 group;

  set_up (&c);
  id = reply (&c, "Too fast", 60, &group);
  sync_desk_wait_outbox (c.desk, 0, 0);
  {
    g_autoptr (JsonObject) there = submission_on_server (&c, id);

    g_assert_cmpstr (csm_json_get_string (there, "undoStatus"), ==, "pending");
  }
  sync_desk_wait_shows (c.desk, CSM_TYPE_ID_CASE, c.case_id, "status", "waiting");
  g_assert_true (sync_desk_undo (c.desk, group));
  sync_desk_wait_outbox (c.desk, 0, 0);
  {
    g_autoptr (JsonObject) there = submission_on_server (&c, id);

    g_assert_cmpstr (csm_json_get_string (there, "undoStatus"), ==, "canceled");
  }
  /* The server gives the case back what the send had changed. */
  sync_desk_wait_shows (c.desk, CSM_TYPE_ID_CASE, c.case_id, "status", "new");
  tear_down (&c);
}

/* A colleague answered while this desk was away: the reply is kept, and goes out when a person confirms it. */
static void
test_case_moved (void)
{
  Case c = { 0 };
  g_autofree char *id = NULL;
  gint64 group, seq;

  set_up (&c);
  sync_desk_free (c.desk);
  {
    g_autoptr (JsonObject) answer = csm_test_client_call (c.test.client, "Submission/set",
      "{'accountId':'%s','create':{'k':{'caseId':'%s','conversationId':'%s','to':[{'address':'kim@example.com'}],'textBody':'Mine','basedOn':'%s','undoFor':60}}}",
      c.test.workspace->workspace_id, c.case_id, c.conversation_id, c.message_id);

    g_assert_nonnull (csm_test_find (answer, "created/k"));
  }
  /* Written on what was known then. */
  c.desk = sync_desk_new (&c.test, &c.test.workspace->agent, "ana");
  id = reply (&c, "Also mine", 60, &group);
  csm_account_start (c.desk->account);
  sync_desk_wait_outbox (c.desk, 1, 1);
  {
    g_autoptr (GPtrArray) ops = sync_desk_outbox (c.desk);
    g_autoptr (JsonObject) kept = sync_desk_get (c.desk, CSM_TYPE_ID_SUBMISSION, id);
    CsmOperation *op = g_ptr_array_index (ops, 0);

    g_assert_cmpstr (op->error, ==, "caseMoved");
    g_assert_cmpstr (csm_json_get_string (kept, "textBody"), ==, "Also mine");
    seq = op->seq;
  }
  g_assert_null (submission_on_server (&c, id));
  csm_cache_resolve_op_async (c.desk->cache, seq, CSM_OP_RETRY_CONFIRMED, NULL, NULL, NULL);
  sync_desk_wait_outbox (c.desk, 0, 0);
  {
    g_autoptr (JsonObject) there = submission_on_server (&c, id);

    g_assert_cmpstr (csm_json_get_string (there, "textBody"), ==, "Also mine");
    g_assert_true (csm_json_get_boolean (there, "confirmed"));
  }
  tear_down (&c);
}

/* What the server refuses is shown as it was, and kept for a person to see. */
static void
test_refused (void)
{
  Case c = { 0 };
  g_autofree char *team_id = NULL;

  set_up (&c);
  team_id = g_strdup (c.test.workspace->team);
  sync_desk_update (c.desk, CSM_TYPE_ID_TEAM, team_id, "{'name':'Mine now'}");
  sync_desk_wait_outbox (c.desk, 1, 1);
  {
    g_autoptr (GPtrArray) ops = sync_desk_outbox (c.desk);
    g_autoptr (JsonObject) team = sync_desk_get (c.desk, CSM_TYPE_ID_TEAM, team_id);

    g_assert_cmpstr (((CsmOperation *) g_ptr_array_index (ops, 0))->error, ==, "forbidden");
    g_assert_cmpstr (csm_json_get_string (team, "name"), !=, "Mine now");
  }
  /* It blocks nothing else. */
  sync_desk_update (c.desk, CSM_TYPE_ID_CASE, c.case_id, "{'priority':'high'}");
  sync_desk_wait_outbox (c.desk, 1, 1);
  tear_down (&c);
}

/* Five hundred operations of one long flight: what is said, what is done, what is read. */
static void
test_many (void)
{
  Case c = { 0 };
  gint64 started;
  guint n_cases;

  set_up (&c);
  n_cases = c.test.workspace->cases->len;
  sync_test_kill_server (&c.test);
  sync_desk_wait_state (c.desk, CSM_ACCOUNT_OFFLINE);
  for (guint i = 0; i < 250; i++)
    {
      const char *case_id = g_ptr_array_index (c.test.workspace->cases, i % n_cases);
      CsmIntent *intent = csm_intent_new ("Comment");

      g_free (csm_intent_create (intent, CSM_TYPE_ID_COMMENT, csm_test_json ("{'caseId':'%s','body':'Number %u'}", case_id, i)));
      csm_intent_update (intent, CSM_TYPE_ID_CASE, case_id, csm_test_json ("{'goal':'Number %u','priority':'%s'}", i, i % 4 < 2 ? "high" : "low"));
      sync_desk_perform (c.desk, intent);
    }
  sync_desk_wait_outbox (c.desk, 500, 0);
  sync_test_start_server (&c.test);
  csm_account_retry_now (c.desk->account);
  started = g_get_monotonic_time ();
  sync_desk_wait_outbox (c.desk, 0, 0);
  g_test_message ("500 operations of %u cases in %.0f ms", n_cases, (double) (g_get_monotonic_time () - started) / 1000);
  sync_desk_wait_synced (c.desk);
  sync_desk_check_equal (c.desk, &c.test, &c.test.workspace->agent);
  tear_down (&c);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sending/undo-before", test_undo_before);
  g_test_add_func ("/sending/undo-after", test_undo_after);
  g_test_add_func ("/sending/case-moved", test_case_moved);
  g_test_add_func ("/sending/refused", test_refused);
  g_test_add_func ("/sending/many", test_many);
  return g_test_run ();
}
