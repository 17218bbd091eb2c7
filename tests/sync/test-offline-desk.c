/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "sync-test.h"

#include <glib/gstdio.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

/* A desk that was away, and what its colleagues did meanwhile. */
typedef struct
{
  SyncTest    test;
  SyncDesk   *desk;
  const char *case_id;
  const char *message_id;
  char       *conversation_id;
} Away;

static void
set_up (Away *away)
{
  g_autoptr (JsonObject) message = NULL;

  sync_test_set_up (&away->test, 2);
  away->case_id = g_ptr_array_index (away->test.workspace->cases, 0);
  away->message_id = g_ptr_array_index (away->test.workspace->messages, 0);
  away->desk = sync_desk_new (&away->test, &away->test.workspace->agent, "ana");
  csm_account_start (away->desk->account);
  sync_desk_wait_synced (away->desk);
  sync_desk_wait_shows (away->desk, CSM_TYPE_ID_MESSAGE, away->message_id, "caseId", away->case_id);
  message = sync_desk_get (away->desk, CSM_TYPE_ID_MESSAGE, away->message_id);
  away->conversation_id = g_strdup (csm_json_get_string (message, "conversationId"));
}

static void
tear_down (Away *away)
{
  sync_desk_free (away->desk);
  g_free (away->conversation_id);
  sync_test_tear_down (&away->test);
}

static void
go_offline (Away *away)
{
  sync_test_kill_server (&away->test);
  sync_desk_wait_state (away->desk, CSM_ACCOUNT_OFFLINE);
}

/* The desk stays away until csm_account_retry_now(): nobody is faster than the colleague. */
static void
let_colleague_change (Away       *away,
                      const char *patch)
{
  g_autofree char *text = csm_test_text ("%s", patch);
  g_autoptr (JsonObject) answer = csm_test_client_call (away->test.client, "Case/set", "{'accountId':'%s','update':{'%s':%s}}",
                                                        away->test.workspace->workspace_id, away->case_id, text);

  g_assert_nonnull (csm_json_get_object (answer, "updated"));
}

static void
sleep_through (Away *away)
{
  csm_account_stop (away->desk->account);
}

static JsonObject *
on_server (Away       *away,
           const char *method,
           const char *id)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (away->test.client, method, "{'accountId':'%s','ids':['%s']}", away->test.workspace->workspace_id, id);
  JsonArray *list = csm_json_get_array (answer, "list");

  return json_array_get_length (list) > 0 ? json_object_ref (json_array_get_object_element (list, 0)) : NULL;
}

static void
come_back (Away *away)
{
  sync_desk_free (away->desk);
  away->desk = sync_desk_new (&away->test, &away->test.workspace->agent, "ana");
  csm_account_start (away->desk->account);
}

static CsmOperation *
find_parked (GPtrArray *ops)
{
  for (guint i = 0; i < ops->len; i++)
    {
      CsmOperation *op = g_ptr_array_index (ops, i);

      if (op->state == CSM_OP_PARKED)
        return op;
    }
  return NULL;
}

static gboolean
knows_who (gpointer data)
{
  Away *away = data;
  g_autoptr (GPtrArray) ops = sync_desk_outbox (away->desk);
  CsmOperation *op = find_parked (ops);

  return op != NULL && g_strcmp0 (op->changed_by, away->test.workspace->lead.id) == 0 && op->changed_at != CSM_TIME_NONE;
}

/* A colleague claimed the case, and another property was changed too: only the claim is a question. */
static void
test_claimed (void)
{
  Away away = { 0 };
  gint64 seq;

  set_up (&away);
  go_offline (&away);
  {
    g_autofree char *claim = csm_test_text ("{'ownerId':'%s'}", away.test.workspace->agent.id);
    g_autofree char *tag = csm_test_text ("{'tags/%s':true,'goal':'Mine'}", away.test.workspace->tag);

    sync_desk_update (away.desk, CSM_TYPE_ID_CASE, away.case_id, claim);
    sync_desk_update (away.desk, CSM_TYPE_ID_CASE, away.case_id, "{'priority':'high'}");
    sync_desk_update (away.desk, CSM_TYPE_ID_CASE, away.case_id, tag);
  }
  sleep_through (&away);
  sync_test_start_server (&away.test);
  {
    g_autofree char *patch = g_strdup_printf ("{'ownerId':'%s','subject':'Theirs'}", away.test.workspace->lead.id);

    let_colleague_change (&away, patch);
  }
  come_back (&away);
  sync_desk_wait_outbox (away.desk, 1, 1);
  sync_wait_until (knows_who, &away, "who changed it");
  sync_desk_wait_synced (away.desk);
  {
    g_autoptr (GPtrArray) ops = sync_desk_outbox (away.desk);
    CsmOperation *op = find_parked (ops);
    CsmConflictValue *value = g_ptr_array_index (op->conflicts, 0);
    g_autoptr (JsonObject) here = sync_desk_get (away.desk, CSM_TYPE_ID_CASE, away.case_id);
    g_autoptr (JsonObject) there = on_server (&away, "Case/get", away.case_id);

    g_assert_cmpuint (op->conflicts->len, ==, 1);
    g_assert_cmpstr (value->property, ==, "ownerId");
    g_assert_cmpstr (json_node_get_string (value->theirs), ==, away.test.workspace->lead.id);
    g_assert_cmpstr (csm_json_get_string (here, "ownerId"), ==, away.test.workspace->lead.id);
    g_assert_cmpstr (csm_json_get_string (there, "ownerId"), ==, away.test.workspace->lead.id);
    g_assert_cmpstr (csm_json_get_string (there, "subject"), ==, "Theirs");
    g_assert_cmpstr (csm_json_get_string (there, "priority"), ==, "high");
    g_assert_cmpstr (csm_json_get_string (there, "goal"), ==, "Mine");
    g_assert_true (csm_json_has_key (there, "tags", away.test.workspace->tag));
    seq = op->seq;
  }
  csm_cache_resolve_op_async (away.desk->cache, seq, CSM_OP_RETRY_CONFIRMED, NULL, NULL, NULL);
  sync_desk_wait_outbox (away.desk, 0, 0);
  {
    g_autoptr (JsonObject) there = on_server (&away, "Case/get", away.case_id);

    g_assert_cmpstr (csm_json_get_string (there, "ownerId"), ==, away.test.workspace->agent.id);
  }
  sync_desk_wait_synced (away.desk);
  sync_desk_check_equal (away.desk, &away.test, &away.test.workspace->agent);
  tear_down (&away);
}

/* Both resolved it, and each chain of one's own is no conflict: nothing is asked. */
static void
test_nothing_to_ask (void)
{
  Away away = { 0 };

  set_up (&away);
  go_offline (&away);
  sync_desk_update (away.desk, CSM_TYPE_ID_CASE, away.case_id, "{'status':'open'}");
  sync_desk_update (away.desk, CSM_TYPE_ID_CASE, away.case_id, "{'status':'waiting'}");
  sync_desk_update (away.desk, CSM_TYPE_ID_CASE, away.case_id, "{'status':'resolved'}");
  sleep_through (&away);
  sync_test_start_server (&away.test);
  let_colleague_change (&away, "{'status':'resolved'}");
  come_back (&away);
  sync_desk_wait_outbox (away.desk, 0, 0);
  sync_desk_wait_synced (away.desk);
  for (guint i = 0; i < 6; i++)
    sync_desk_update (away.desk, CSM_TYPE_ID_CASE, away.case_id, i % 2 == 0 ? "{'status':'open'}" : "{'status':'resolved'}");
  sync_desk_wait_outbox (away.desk, 0, 0);
  sync_desk_wait_synced (away.desk);
  sync_desk_check_equal (away.desk, &away.test, &away.test.workspace->agent);
  tear_down (&away);
}

static char *
reply (Away       *away,
       const char *text,
       guint       undo_for,
       JsonObject *attachment,
       gint64     *group)
{
  CsmIntent *intent = csm_intent_new ("Reply");
  JsonObject *record = csm_test_json (
    "{'caseId':'%s','conversationId':'%s','to':[{'name':'Kim','address':'kim@example.com'}],'textBody':'%s','basedOn':'%s','undoFor':%u}",
    away->case_id, away->conversation_id, text, away->message_id, undo_for);
  char *id;

  if (attachment != NULL)
    {
      JsonArray *attachments = json_array_new ();

      json_array_add_object_element (attachments, json_object_ref (attachment));
      json_object_set_array_member (record, "attachments", attachments);
    }
  id = csm_intent_create (intent, CSM_TYPE_ID_SUBMISSION, record);
  *group = sync_desk_perform (away->desk, intent);
  return id;
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
is_done (gpointer data)
{
  return *(GAsyncResult **) data != NULL;
}

static JsonObject *
attach (Away *away)
{
  g_autofree char *path = g_build_filename (away->test.workspace->base, "plan.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;
  JsonObject *attachment;

  g_assert_true (g_file_set_contents (path, "The plan", -1, NULL));
  csm_account_upload_async (away->desk->account, file, NULL, on_done, &result);
  sync_wait_until (is_done, &result, "an attachment");
  attachment = csm_account_upload_finish (away->desk->account, result, &error);
  g_object_unref (result);
  g_assert_no_error (error);
  g_unlink (path);
  return attachment;
}

static void
assert_file (Away       *away,
             const char *blob_id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *content = NULL;
  GAsyncResult *result = NULL;

  csm_account_fetch_blob_async (away->desk->account, blob_id, "text/plain", "plan.txt", NULL, on_done, &result);
  sync_wait_until (is_done, &result, "a file");
  path = csm_account_fetch_blob_finish (away->desk->account, result, &error);
  g_object_unref (result);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "The plan");
}

/* A reply with a file, written without a network, and after a restart of the app. */
static void
test_file (void)
{
  Away away = { 0 };
  g_autofree char *id = NULL;
  g_autoptr (JsonObject) attachment = NULL;
  gint64 group;

  set_up (&away);
  go_offline (&away);
  attachment = attach (&away);
  g_assert_true (g_str_has_prefix (csm_json_get_string (attachment, "blobId"), CSM_LOCAL_BLOB_PREFIX));
  id = reply (&away, "See the plan", 60, attachment, &group);
  assert_file (&away, csm_json_get_string (attachment, "blobId"));
  sleep_through (&away);
  sync_test_start_server (&away.test);
  come_back (&away);
  sync_desk_wait_outbox (away.desk, 0, 0);
  {
    g_autoptr (JsonObject) there = on_server (&away, "Submission/get", id);
    JsonObject *file = json_array_get_object_element (csm_json_get_array (there, "attachments"), 0);
    g_autoptr (JsonObject) here = sync_desk_get (away.desk, CSM_TYPE_ID_SUBMISSION, id);
    JsonObject *same = json_array_get_object_element (csm_json_get_array (here, "attachments"), 0);

    g_assert_cmpstr (csm_json_get_string (file, "name"), ==, "plan.txt");
    g_assert_cmpstr (csm_json_get_string (file, "blobId"), ==, csm_json_get_string (same, "blobId"));
    g_assert_false (g_str_has_prefix (csm_json_get_string (same, "blobId"), CSM_LOCAL_BLOB_PREFIX));
    assert_file (&away, csm_json_get_string (same, "blobId"));
  }
  assert_file (&away, csm_json_get_string (attachment, "blobId"));
  tear_down (&away);
}

/* Called back without a network, too late: it is shown as sent, and is there once. */
static void
test_undo_too_late (void)
{
  Away away = { 0 };
  g_autofree char *id = NULL;
  gint64 group;

  set_up (&away);
  id = reply (&away, "Off it goes", 0, NULL, &group);
  sync_desk_wait_outbox (away.desk, 0, 0);
  sync_desk_wait_shows (away.desk, CSM_TYPE_ID_SUBMISSION, id, "undoStatus", "final");
  sleep_through (&away);
  sync_test_kill_server (&away.test);
  /* The desk thinks that there is still time. */
  {
    CsmIntent *intent = csm_intent_new ("Undo");

    sync_desk_free (away.desk);
    away.desk = sync_desk_new (&away.test, &away.test.workspace->agent, "ana");
    csm_intent_update (intent, CSM_TYPE_ID_SUBMISSION, id, csm_test_json ("{'undoStatus':'canceled'}"));
    sync_desk_perform (away.desk, intent);
  }
  sync_test_start_server (&away.test);
  csm_account_start (away.desk->account);
  sync_desk_wait_outbox (away.desk, 1, 1);
  {
    g_autoptr (GPtrArray) ops = sync_desk_outbox (away.desk);
    g_autoptr (JsonObject) here = sync_desk_get (away.desk, CSM_TYPE_ID_SUBMISSION, id);

    g_assert_cmpstr (find_parked (ops)->error, ==, "tooLate");
    g_assert_cmpstr (csm_json_get_string (here, "undoStatus"), ==, "final");
  }
  {
    g_autoptr (JsonObject) answer = csm_test_client_call (away.test.client, "Submission/query", "{'accountId':'%s'}", away.test.workspace->workspace_id);

    g_assert_cmpuint (json_array_get_length (csm_json_get_array (answer, "ids")), ==, 1);
  }
  tear_down (&away);
}

static void
copy_tree (const char *from,
           const char *to)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  g_mkdir_with_parents (to, 0700);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *source = g_build_filename (from, name, NULL);
      g_autofree char *target = g_build_filename (to, name, NULL);
      g_autofree char *content = NULL;
      gsize length;

      if (g_file_test (source, G_FILE_TEST_IS_DIR))
        {
          copy_tree (source, target);
          continue;
        }
      g_assert_true (g_file_get_contents (source, &content, &length, NULL));
      g_assert_true (g_file_set_contents (target, content, (gssize) length, NULL));
    }
}

/* The same folder on two computers: what waited in it is done once, and each goes on with ids of its own. */
static void
test_two_copies (void)
{
  Away away = { 0 };
  SyncDesk *copy;
  g_autofree char *other = NULL;
  CsmIntent *intent = csm_intent_new ("Comment");
  g_autofree char *id = NULL;

  set_up (&away);
  go_offline (&away);
  id = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, csm_test_json ("{'caseId':'%s','body':'Once'}", away.case_id));
  sync_desk_perform (away.desk, intent);
  sync_desk_update (away.desk, CSM_TYPE_ID_CASE, away.case_id, "{'priority':'high'}");
  sleep_through (&away);
  other = g_build_filename (away.test.workspace->base, "copy", NULL);
  copy_tree (away.desk->directory, other);
  sync_test_start_server (&away.test);
  come_back (&away);
  sync_desk_wait_outbox (away.desk, 0, 0);
  let_colleague_change (&away, "{'priority':'urgent'}");

  copy = sync_desk_new (&away.test, &away.test.workspace->agent, "copy");
  csm_account_start (copy->account);
  sync_desk_wait_outbox (copy, 0, 0);
  sync_desk_wait_synced (copy);
  sync_desk_wait_synced (away.desk);
  {
    g_autoptr (JsonObject) there = on_server (&away, "Case/get", away.case_id);
    g_autoptr (JsonObject) answer = csm_test_client_call (away.test.client, "Comment/query", "{'accountId':'%s'}", away.test.workspace->workspace_id);

    g_assert_cmpstr (csm_json_get_string (there, "priority"), ==, "urgent");
    g_assert_cmpuint (json_array_get_length (csm_json_get_array (answer, "ids")), ==, 1);
  }
  sync_desk_wait_shows (copy, CSM_TYPE_ID_CASE, away.case_id, "priority", "urgent");
  sync_desk_free (copy);
  tear_down (&away);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/away/claimed", test_claimed);
  g_test_add_func ("/away/nothing-to-ask", test_nothing_to_ask);
  g_test_add_func ("/away/file", test_file);
  g_test_add_func ("/away/undo-too-late", test_undo_too_late);
  g_test_add_func ("/away/two-copies", test_two_copies);
  return g_test_run ();
}
