/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "sync-test.h"

#include <gio/gio.h>
#include <libsoup/soup.h>
#include <string.h>

#include "csm-cache-elsewhere.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-remote-search.h"
#include "csm-time.h"
#include "csm-undecided.h"
#include "csm-waker.h"

#define DAY (24 * 3600 * CSM_SECOND)

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

static CsmCaseDetail *
load_case (SyncDesk   *desk,
           const char *case_id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  CsmCaseDetail *detail;

  csm_cache_load_case_async (desk->cache, case_id, CSM_TIME_NONE, 10000, NULL, on_done, &result);
  sync_wait_until (is_done, &result, "a case");
  detail = csm_cache_load_case_finish (desk->cache, result, &error);
  g_assert_no_error (error);
  return detail;
}

/* --- old cases ------------------------------------------------------------------------------------------------------------ */

#define OLD_CASE "c01J0000000000000000000000A"
#define LONG_CASE "c01J0000000000000000000000B"
#define OLD_MESSAGE "m01J00000000000000000000001"
#define N_LONG 1300

static void
insert (CsmTxn     *txn,
        CsmTypeId   type,
        const char *id,
        JsonObject *record)
{
  g_autoptr (JsonObject) owned = record;
  GError *error = NULL;

  csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), id, record, &error);
  g_assert_no_error (error);
}

static void
add_message (CsmTxn     *txn,
             const char *case_id,
             guint       number,
             gint64      at)
{
  g_autofree char *id = g_strdup_printf ("m01J%023u", number);
  g_autofree char *when = csm_time_format (at);

  insert (txn, CSM_TYPE_ID_MESSAGE, id, csm_test_json ("{'caseId':'%s','direction':'in','at':'%s','subject':'Old','textBody':'Long ago %u'}", case_id, when, number));
}

/* A case that nobody has a reason to keep on a desk, and one with a long story. */
static gpointer
add_old_cases (CsmTxn        *txn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  gint64 at = csm_time_now () - 200 * DAY;
  g_autofree char *when = csm_time_format (at);

  insert (txn, CSM_TYPE_ID_CASE, OLD_CASE, csm_test_json ("{'subject':'Old','status':'closed','lastActivityAt':'%s','messagesState':'X','lastMessageId':'" OLD_MESSAGE "'}", when));
  insert (txn, CSM_TYPE_ID_CASE, LONG_CASE, csm_test_json ("{'subject':'Long','status':'closed','lastActivityAt':'%s','messagesState':'Y'}", when));
  add_message (txn, OLD_CASE, 1, at);
  for (guint i = 0; i < N_LONG; i++)
    add_message (txn, LONG_CASE, 100 + i, at + i);
  return NULL;
}

static gboolean
fetch_case (SyncDesk   *desk,
            const char *case_id,
            GError    **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  csm_account_fetch_case_async (desk->account, case_id, NULL, on_done, &result);
  sync_wait_until (is_done, &result, "a case's messages");
  return csm_account_fetch_case_finish (desk->account, result, error);
}

static void
test_on_demand (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;
  GError *error = NULL;

  sync_test_set_up (&test, 3);
  csm_test_workspace_run (test.workspace, add_old_cases, NULL);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  /* The header is here, and says what it can; the messages are not. */
  {
    g_autoptr (CsmCaseDetail) detail = load_case (desk, OLD_CASE);

    g_assert_cmpstr (csm_json_get_string (detail->record, "subject"), ==, "Old");
    g_assert_false (detail->resident);
    g_assert_cmpuint (detail->timeline->len, ==, 0);
    g_assert_cmpstr (detail->newest_message_id, ==, OLD_MESSAGE);
  }
  {
    g_autoptr (CsmCaseDetail) detail = load_case (desk, g_ptr_array_index (test.workspace->cases, 0));

    g_assert_true (detail->resident);
    g_assert_cmpuint (detail->timeline->len, >=, 1);
  }
  g_assert_true (fetch_case (desk, OLD_CASE, &error));
  g_assert_no_error (error);
  {
    g_autoptr (CsmCaseDetail) detail = load_case (desk, OLD_CASE);

    g_assert_true (detail->resident);
    g_assert_cmpuint (detail->timeline->len, ==, 1);
  }
  /* In several answers, and as a whole. */
  g_assert_true (fetch_case (desk, LONG_CASE, &error));
  g_assert_no_error (error);
  {
    g_autoptr (CsmCaseDetail) detail = load_case (desk, LONG_CASE);

    g_assert_true (detail->resident);
    g_assert_cmpuint (detail->timeline->len, ==, N_LONG);
  }
  /* One that nobody knows can't be waited for forever. */
  g_assert_true (fetch_case (desk, "c01J0000000000000000000000Z", &error));
  sync_test_kill_server (&test);
  sync_desk_wait_state (desk, CSM_ACCOUNT_OFFLINE);
  g_assert_false (fetch_case (desk, OLD_CASE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  g_clear_error (&error);
  sync_desk_free (desk);
  sync_test_tear_down (&test);
}

/* --- what only the server finds -------------------------------------------------------------------------------------------- */

static char **
search (SyncDesk   *desk,
        const char *text,
        guint       limit,
        GError    **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  csm_account_search_async (desk->account, text, limit, NULL, on_done, &result);
  sync_wait_until (is_done, &result, "the server's cases");
  return csm_account_search_finish (desk->account, result, error);
}

static guint
n_picked (SyncDesk   *desk,
          const char *typed,
          char      **case_ids)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) rowids = NULL;

  csm_cache_pick_cases_async (desk->cache, typed, (const char * const *) case_ids, NULL, on_done, &result);
  sync_wait_until (is_done, &result, "what fits");
  rowids = csm_cache_pick_cases_finish (desk->cache, result, &error);
  g_assert_no_error (error);
  return rowids->len;
}

static void
test_elsewhere (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;
  g_auto (GStrv) found = NULL, one = NULL, none = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  sync_test_set_up (&test, 1);
  csm_test_workspace_run (test.workspace, add_old_cases, NULL);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  g_assert_cmpuint (sync_desk_count (desk, CSM_VIEW_SEARCH, "long ago"), ==, 0);
  found = search (desk, "long ago", 50, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (found), ==, 2);
  one = search (desk, "\"long ago 1\"", 50, &error);
  g_assert_cmpuint (g_strv_length (one), ==, 1);
  g_assert_cmpstr (one[0], ==, OLD_CASE);
  none = search (desk, "nobody wrote this", 50, &error);
  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_cmpuint (n_picked (desk, "long ago", found), ==, 2);
  g_assert_cmpuint (n_picked (desk, "long ago is:closed", found), ==, 2);
  g_assert_cmpuint (n_picked (desk, "long ago is:open", found), ==, 0);
  /* Once it is here, it is found here. */
  g_assert_true (fetch_case (desk, OLD_CASE, &error));
  g_assert_cmpuint (n_picked (desk, "long ago", found), ==, 1);
  csm_account_search_async (desk->account, "long ago", 1, cancellable, on_done, &cancelled);
  g_cancellable_cancel (cancellable);
  sync_wait_until (is_done, &cancelled, "the end of it");
  g_assert_null (csm_account_search_finish (desk->account, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_clear_object (&cancelled);
  sync_test_kill_server (&test);
  sync_desk_wait_state (desk, CSM_ACCOUNT_OFFLINE);
  g_assert_null (search (desk, "long ago", 50, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  sync_desk_free (desk);
  sync_test_tear_down (&test);
}

/* --- pins -------------------------------------------------------------------------------------------------------------------- */

static gboolean
is_resident (gpointer data)
{
  g_autoptr (CsmCaseDetail) detail = load_case (data, LONG_CASE);

  return detail->resident && !detail->behind;
}

/* What is to be kept here comes by itself, with the next word of the server at the latest. */
static void
test_pin (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (JsonObject) set = NULL;

  sync_test_set_up (&test, 1);
  csm_test_workspace_run (test.workspace, add_old_cases, NULL);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  csm_cache_pin_case_async (desk->cache, LONG_CASE, TRUE, NULL, on_done, &result);
  sync_wait_until (is_done, &result, "a pin");
  g_assert_true (csm_cache_pin_case_finish (desk->cache, result, NULL));
  g_clear_object (&result);
  sync_wait_until (is_resident, desk, "the pinned case");
  sync_desk_free (desk);
  sync_test_tear_down (&test);
}

/* --- before a trip --------------------------------------------------------------------------------------------------------------- */

static char *
upload (SyncTest   *test,
        const char *text)
{
  g_autofree char *path = g_strdup_printf ("/jmap/upload/%s", test->workspace->workspace_id);
  g_autoptr (CsmTestReply) reply = csm_test_client_fetch (test->client, "POST", path, "text/plain", text);

  g_assert_cmpuint (reply->status, ==, 201);
  return g_strdup (csm_json_get_string (reply->json, "blobId"));
}

static void
comment_with_file (SyncTest   *test,
                   const char *case_id,
                   const char *blob_id,
                   gsize       size)
{
  g_autoptr (JsonObject) answer = csm_test_client_call (test->client, "Comment/set",
    "{'accountId':'%s','create':{'k':{'caseId':'%s','body':'Here','mentions':{'%s':true},'attachments':[{'blobId':'%s','name':'a.txt','type':'text/plain','size':%u}]}}}",
    test->workspace->workspace_id, case_id, test->workspace->agent.id, blob_id, (guint) size);

  g_assert_nonnull (csm_test_find (answer, "created/k/id"));
}

static void
on_progress (guint    done,
             guint    total,
             gpointer data)
{
  guint *last = data;

  g_assert_cmpuint (done, <=, total);
  *last = done == total ? total : 0;
}

static void
test_prepare (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *blob = NULL;
  CsmPreparation preparation = { 0 };
  guint last = 0;

  sync_test_set_up (&test, 3);
  blob = upload (&test, "what it says");
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  comment_with_file (&test, g_ptr_array_index (test.workspace->cases, 1), blob, strlen ("what it says"));
  csm_account_prepare_offline_async (desk->account, NULL, on_progress, &last, on_done, &result);
  sync_wait_until (is_done, &result, "the preparation");
  g_assert_true (csm_account_prepare_offline_finish (desk->account, result, &preparation, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (preparation.n_cases, ==, 3);
  g_assert_cmpuint (preparation.n_files, ==, 1);
  g_assert_cmpuint (preparation.bytes, ==, strlen ("what it says"));
  g_assert_cmpuint (preparation.n_missing, ==, 0);
  g_assert_cmpuint (last, >, 0);
  g_clear_object (&result);

  sync_test_kill_server (&test);
  sync_desk_wait_state (desk, CSM_ACCOUNT_OFFLINE);
  csm_account_fetch_blob_async (desk->account, blob, "text/plain", "a.txt", NULL, on_done, &result);
  sync_wait_until (is_done, &result, "a file");
  {
    g_autofree char *path = csm_account_fetch_blob_finish (desk->account, result, &error);

    g_assert_no_error (error);
    g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  }
  g_clear_object (&result);
  /* Without a network there is nothing to prepare. */
  csm_account_prepare_offline_async (desk->account, NULL, NULL, NULL, on_done, &result);
  sync_wait_until (is_done, &result, "the preparation");
  g_assert_false (csm_account_prepare_offline_finish (desk->account, result, &preparation, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  g_clear_object (&result);
  sync_desk_free (desk);
  sync_test_tear_down (&test);
}

/* --- what is to be decided ------------------------------------------------------------------------------------------------------------ */

#define HELD "s01J00000000000000000000077"
#define OTHERS_HELD "s01J00000000000000000000078"

static void
add_held (CsmTxn              *txn,
          const char          *id,
          const char          *case_id,
          const CsmTestPerson *author)
{
  g_autoptr (JsonObject) submission = NULL;
  GError *error = NULL;

  insert (txn, CSM_TYPE_ID_SUBMISSION, id, csm_test_json ("{'caseId':'%s','authorId':'%s','to':[{'address':'kim@example.com'}],'textBody':'Later',"
                                                          "'sendAt':'2026-01-01T00:00:00Z','checkedOn':'" OLD_MESSAGE "','undoStatus':'pending'}", case_id, author->id));
  submission = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_SUBMISSION), id, &error);
  json_object_set_string_member (submission, "undoStatus", "held");
  csm_undecided_save_submission (txn, submission, &error);
  g_assert_no_error (error);
}

/* In a case from long ago something is to be decided by the agent, in another one by the lead. */
static gpointer
hold_replies (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  CsmTestWorkspace *workspace = input;

  add_held (txn, HELD, OLD_CASE, &workspace->agent);
  add_held (txn, OTHERS_HELD, LONG_CASE, &workspace->lead);
  return NULL;
}

static gboolean
counts_one (gpointer data)
{
  guint n;

  g_object_get (((SyncDesk *) data)->account, "n-unsure", &n, NULL);
  return n == 1;
}

static gboolean
counts_none (gpointer data)
{
  guint n;

  g_object_get (((SyncDesk *) data)->account, "n-unsure", &n, NULL);
  return n == 0;
}

/* What somebody has to say about a reply they can say without a network, also in a case that never was here. */
static void
test_undecided (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;

  sync_test_set_up (&test, 1);
  csm_test_workspace_run (test.workspace, add_old_cases, NULL);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  g_assert_true (counts_none (desk));
  csm_test_workspace_run (test.workspace, hold_replies, test.workspace);
  sync_wait_until (counts_one, desk, "what is to be decided");
  {
    g_autoptr (CsmCaseDetail) mine = load_case (desk, OLD_CASE), others = load_case (desk, LONG_CASE);

    g_assert_true (mine->resident);
    g_assert_false (others->resident);
  }
  sync_test_kill_server (&test);
  sync_desk_wait_state (desk, CSM_ACCOUNT_OFFLINE);
  sync_desk_update (desk, CSM_TYPE_ID_SUBMISSION, HELD, "{'undoStatus':'canceled'}");
  sync_wait_until (counts_none, desk, "what was decided");
  sync_test_start_server (&test);
  csm_account_retry_now (desk->account);
  sync_desk_wait_outbox (desk, 0, 0);
  sync_desk_wait_shows (desk, CSM_TYPE_ID_SUBMISSION, HELD, "undoStatus", "canceled");
  g_assert_true (counts_none (desk));
  sync_desk_free (desk);
  sync_test_tear_down (&test);
}

/* --- since when -------------------------------------------------------------------------------------------------------------------- */

static gint64
offline_since (SyncDesk *desk)
{
  gint64 since;

  g_object_get (desk->account, "offline-since", &since, NULL);
  return since;
}

static gboolean
is_offline_since (gpointer data)
{
  return offline_since (data) != 0 && csm_account_get_state (((SyncDesk *) data)->account) == CSM_ACCOUNT_OFFLINE;
}

static void
test_offline_since (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;
  gint64 before, after;

  sync_test_set_up (&test, 1);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  g_assert_cmpint (offline_since (desk), ==, 0);
  before = csm_time_now ();
  sync_desk_free (desk);
  after = csm_time_now ();
  sync_test_kill_server (&test);
  /* It was online until the app ended. */
  for (guint i = 0; i < 2; i++)
    {
      desk = sync_desk_new (&test, &test.workspace->agent, "ana");
      csm_account_start (desk->account);
      sync_wait_until (is_offline_since, desk, "offline");
      g_assert_cmpint (offline_since (desk), >=, before);
      g_assert_cmpint (offline_since (desk), <=, after);
      sync_desk_free (desk);
    }
  sync_test_start_server (&test);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  g_assert_cmpint (offline_since (desk), ==, 0);
  sync_desk_free (desk);
  sync_test_tear_down (&test);
}

static void
count (gpointer data)
{
  (*(guint *) data)++;
}

static void
test_waker (void)
{
  g_autoptr (CsmWaker) waker = csm_waker_new ();
  guint n = 0;

  g_signal_connect_swapped (waker, "resumed", G_CALLBACK (count), &n);
  csm_waker_look (waker, 1000 * CSM_SECOND);
  g_assert_cmpuint (n, ==, 1);
  /* A clock that was set is no sleep. */
  csm_waker_look (waker, 1000 * CSM_SECOND + 1000);
  g_assert_cmpuint (n, ==, 1);
  csm_waker_look (waker, 2000 * CSM_SECOND);
  g_assert_cmpuint (n, ==, 2);
}

/* --- a restored server ----------------------------------------------------------------------------------------------------------- */

static void
copy_tree (const char *from,
           const char *to)
{
  g_autoptr (GError) error = NULL;
  const char *arguments[] = { "cp", "-a", from, to, NULL };
  int status;

  g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

static guint
n_lost (SyncDesk *desk)
{
  guint n;

  g_object_get (desk->account, "n-lost", &n, NULL);
  return n;
}

static gboolean
has_lost (gpointer data)
{
  return n_lost (data) > 0;
}

static gboolean
has_lost_none (gpointer data)
{
  return n_lost (data) == 0;
}

static void
assert_lists_lost (SyncDesk *desk,
                   guint     n)
{
  g_autoptr (GPtrArray) lost = NULL;
  g_autoptr (GAsyncResult) listed = NULL;

  csm_account_list_lost_async (desk->account, NULL, on_done, &listed);
  sync_wait_until (is_done, &listed, "the list");
  lost = csm_account_list_lost_finish (desk->account, listed, NULL);
  g_assert_cmpuint (lost->len, ==, n);
}

static void
restore_lost (SyncDesk *desk)
{
  g_autoptr (GAsyncResult) result = NULL;

  csm_account_restore_lost_async (desk->account, NULL, on_done, &result);
  sync_wait_until (is_done, &result, "the restoration");
  g_assert_true (csm_account_restore_lost_finish (desk->account, result, NULL));
  sync_desk_wait_outbox (desk, 0, 0);
}

static void
discard_lost (SyncDesk *desk)
{
  g_autoptr (GAsyncResult) result = NULL;

  csm_account_discard_lost_async (desk->account, NULL, on_done, &result);
  sync_wait_until (is_done, &result, "forgetting");
  g_assert_true (csm_account_discard_lost_finish (desk->account, result, NULL));
  sync_wait_until (has_lost_none, desk, "nothing lost");
}

static void
test_restored (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;
  g_autofree char *backup = NULL;
  g_autofree char *comment_id = NULL;
  g_autofree char *tag_id = NULL;
  CsmIntent *intent = csm_intent_new ("Comment");
  const char *case_id;

  sync_test_set_up (&test, 3);
  case_id = g_ptr_array_index (test.workspace->cases, 0);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  sync_desk_stop (desk);
  sync_desk_free (desk);
  sync_test_kill_server (&test);
  backup = g_strconcat (test.workspace->directory, ".backup", NULL);
  copy_tree (test.workspace->directory, backup);
  sync_test_start_server (&test);

  /* What happens after the backup. */
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  comment_id = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, csm_test_json ("{'caseId':'%s','body':'After the backup'}", case_id));
  tag_id = csm_intent_create (intent, CSM_TYPE_ID_TAG, csm_test_json ("{'name':'after'}"));
  sync_desk_perform (desk, intent);
  sync_desk_wait_outbox (desk, 0, 0);
  /* When this has come, everything before it has. */
  {
    g_autoptr (JsonObject) answer = csm_test_client_call (test.client, "Comment/set", "{'accountId':'%s','create':{'k':{'caseId':'%s','body':'Somebody else'}}}",
                                                          test.workspace->workspace_id, case_id);

    sync_desk_wait_shows (desk, CSM_TYPE_ID_COMMENT, csm_test_find_text (answer, "created/k/id"), "body", "Somebody else");
  }
  g_assert_cmpuint (n_lost (desk), ==, 0);

  sync_test_kill_server (&test);
  sync_desk_wait_state (desk, CSM_ACCOUNT_OFFLINE);
  csm_test_remove_tree (test.workspace->directory);
  copy_tree (backup, test.workspace->directory);
  /* It warns when it sees what happened to it. */
  g_unsetenv ("G_DEBUG");
  sync_test_start_server (&test);
  csm_account_retry_now (desk->account);
  sync_wait_until (has_lost, desk, "what was lost");
  sync_desk_wait_synced (desk);
  assert_lists_lost (desk, 3);
  sync_desk_check_equal (desk, &test, &test.workspace->agent);

  restore_lost (desk);
  {
    g_autoptr (JsonObject) comment = csm_test_client_call (test.client, "Comment/get", "{'accountId':'%s','ids':['%s']}", test.workspace->workspace_id, comment_id);
    g_autoptr (JsonObject) tag = csm_test_client_call (test.client, "Tag/get", "{'accountId':'%s','ids':['%s']}", test.workspace->workspace_id, tag_id);

    csm_assert_text (comment, "list/0/body", "After the backup");
    csm_assert_text (tag, "list/0/name", "after");
  }
  /* Somebody else's words are theirs to bring back; here they can only be forgotten. */
  g_assert_cmpuint (n_lost (desk), ==, 1);
  discard_lost (desk);
  sync_desk_free (desk);
  csm_test_remove_tree (backup);
  sync_test_tear_down (&test);
}

/* --- an account that is closed --------------------------------------------------------------------------------------------------- */

static void
answer_session (SoupServer        *server,
                SoupServerMessage *message,
                const char        *path,
                GHashTable        *query,
                gpointer           data)
{
  const char *session = "{\"capabilities\":{\"urn:ietf:params:jmap:core\":{},\"https://casement.example/jmap/desk\":{}},\"accounts\":{},"
                        "\"primaryAccounts\":{},\"username\":\"\",\"apiUrl\":\"/\",\"state\":\"x\"}";

  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, session, strlen (session));
}

static gboolean
is_empty (gpointer data)
{
  return sync_desk_count (data, CSM_VIEW_INBOX, NULL) == 0;
}

/* The Session names the account no more: what the server showed goes, what was written here stays. */
static void
test_closed (void)
{
  SyncTest test = { 0 };
  SyncDesk *desk;
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GError) error = NULL;
  CsmIntent *intent = csm_intent_new ("Comment");
  g_autofree char *comment_id = NULL;

  sync_test_set_up (&test, 3);
  desk = sync_desk_new (&test, &test.workspace->agent, "ana");
  csm_account_start (desk->account);
  sync_desk_wait_synced (desk);
  sync_test_kill_server (&test);
  sync_desk_wait_state (desk, CSM_ACCOUNT_OFFLINE);
  comment_id = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, csm_test_json ("{'caseId':'%s','body':'My words'}", (char *) g_ptr_array_index (test.workspace->cases, 0)));
  sync_desk_perform (desk, intent);
  g_assert_cmpuint (sync_desk_count (desk, CSM_VIEW_INBOX, NULL), ==, 3);

  uri = g_uri_parse (test.url, G_URI_FLAGS_NONE, &error);
  g_assert_no_error (error);
  soup_server_add_handler (server, NULL, answer_session, NULL, NULL);
  soup_server_listen_local (server, (guint) g_uri_get_port (uri), SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  csm_account_retry_now (desk->account);
  sync_desk_wait_state (desk, CSM_ACCOUNT_SIGNED_OUT);
  sync_wait_until (is_empty, desk, "an empty cache");
  sync_desk_wait_outbox (desk, 1, 1);
  {
    g_autoptr (JsonObject) mine = sync_desk_get (desk, CSM_TYPE_ID_COMMENT, comment_id);

    g_assert_cmpstr (csm_json_get_string (mine, "body"), ==, "My words");
  }
  sync_desk_free (desk);
  sync_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/partial/on-demand", test_on_demand);
  g_test_add_func ("/partial/elsewhere", test_elsewhere);
  g_test_add_func ("/partial/pin", test_pin);
  g_test_add_func ("/partial/prepare", test_prepare);
  g_test_add_func ("/partial/undecided", test_undecided);
  g_test_add_func ("/partial/offline-since", test_offline_since);
  g_test_add_func ("/partial/waker", test_waker);
  g_test_add_func ("/partial/closed", test_closed);
  g_test_add_func ("/partial/restored", test_restored);
  return g_test_run ();
}
