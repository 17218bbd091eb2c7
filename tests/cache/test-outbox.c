/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-test.h"

#include <sys/wait.h>
#include <unistd.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-patch.h"
#include "csm-time.h"

#define CASE "c01J00000000000000000000001"
#define OTHER "c01J00000000000000000000002"

static void
put_cases (CacheTest *test)
{
  cache_test_put (test, CSM_TYPE_ID_CASE, cache_test_json ("{'id':'" CASE "','subject':'One','status':'new','lastActivityAt':'2023-11-15T00:00:00Z'}"));
  cache_test_put (test, CSM_TYPE_ID_CASE, cache_test_json ("{'id':'" OTHER "','subject':'Two','status':'new','lastActivityAt':'2023-11-16T00:00:00Z'}"));
}

static void
assert_member (CacheTest  *test,
               CsmTypeId   type,
               const char *id,
               const char *member,
               const char *expected)
{
  g_autoptr (JsonObject) record = cache_test_get (test, type, id);

  g_assert_nonnull (record);
  g_assert_cmpstr (csm_json_get_string (record, member), ==, expected);
}

static CsmOpResult *
done (gint64      seq,
      const char *server)
{
  CsmOpResult *result = csm_op_result_new (seq, CSM_OUTCOME_DONE);

  result->server = server != NULL ? cache_test_json (server) : NULL;
  return result;
}

static gint64
take_one (CacheTest  *test,
          const char *record_id)
{
  g_autoptr (CsmOpBatch) batch = cache_test_take (test, 50, csm_time_now ());

  for (guint i = 0; i < batch->ops->len; i++)
    {
      CsmOperation *op = g_ptr_array_index (batch->ops, i);

      if (record_id == NULL || g_str_equal (op->record_id, record_id))
        return op->seq;
    }
  g_error ("nothing to send for %s", record_id);
}

static void
test_view_is_fold (void)
{
  CacheTest test = { 0 };
  gint64 seq;

  cache_test_set_up (&test);
  put_cases (&test);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'open'}");
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'ownerId':'" CACHE_TEST_ME "','tags/g01J00000000000000000000001':true}");
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "status", "open");

  /* What the server says meanwhile shows where nothing waits, and only there. */
  cache_test_put (&test, CSM_TYPE_ID_CASE, cache_test_json ("{'id':'" CASE "','subject':'Renamed','status':'new','lastActivityAt':'2023-11-15T00:00:00Z'}"));
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "status", "open");
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "subject", "Renamed");

  /* Two changes of one record that wait go as one. */
  seq = take_one (&test, CASE);
  cache_test_finish (&test, done (seq, "{'updated':'2023-11-15T00:00:01Z'}"));
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "status", "open");
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "updated", "2023-11-15T00:00:01Z");
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "ownerId", CACHE_TEST_ME);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);

    g_assert_cmpuint (ops->len, ==, 0);
  }
  cache_test_tear_down (&test);
}

static void
test_refused_change_is_not_shown (void)
{
  CacheTest test = { 0 };
  CsmOpResult *refused;
  gint64 seq;

  cache_test_set_up (&test);
  put_cases (&test);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'resolved'}");
  seq = take_one (&test, CASE);
  refused = csm_op_result_new (seq, CSM_OUTCOME_PARK);
  refused->error = g_strdup ("forbidden");
  cache_test_finish (&test, refused);
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "status", "new");
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    g_autoptr (GArray) rowids = cache_test_list (&test, CSM_VIEW_INBOX, NULL);
    g_autoptr (GPtrArray) rows = cache_test_rows (&test, rowids);
    CsmOperation *op = g_ptr_array_index (ops, 0);

    g_assert_cmpuint (ops->len, ==, 1);
    g_assert_cmpint (op->state, ==, CSM_OP_PARKED);
    g_assert_cmpstr (op->error, ==, "forbidden");
    for (guint i = 0; i < rows->len; i++)
      {
        CsmCaseRow *row = g_ptr_array_index (rows, i);

        g_assert_cmpint (row->parked, ==, g_str_equal (row->id, CASE));
        g_assert_false (row->waits);
      }
  }
  cache_test_tear_down (&test);
}

static char *
reply (CacheTest *test,
       gint64    *group)
{
  CsmIntent *intent = csm_intent_new ("Reply");
  g_autofree char *id = csm_intent_create (intent, CSM_TYPE_ID_SUBMISSION,
    cache_test_json ("{'caseId':'" CASE "','conversationId':'v01J00000000000000000000001','to':[{'address':'a@example.com'}],'textBody':'Hello'}"));

  *group = cache_test_perform (test, intent);
  return g_steal_pointer (&id);
}

static char *
edit (CacheTest  *test,
      gint64      seq,
      GError    **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  csm_cache_edit_op_async (test->cache, seq, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  return csm_cache_edit_op_finish (test->cache, result, error);
}

/* What may have arrived would be a second mail if it were written anew; sent again as it is, it is the same one. */
static void
test_edit_of_what_may_have_arrived (void)
{
  CacheTest test = { 0 };
  g_autofree char *id = NULL, *other = NULL, *case_id = NULL;
  gint64 group, seq;

  cache_test_set_up (&test);
  put_cases (&test);
  id = reply (&test, &group);
  seq = take_one (&test, id);
  cache_test_finish (&test, csm_op_result_new (seq, CSM_OUTCOME_RETRY));
  for (guint i = 0; i < 2; i++)
    {
      GAsyncResult *slot = NULL;
      g_autoptr (GAsyncResult) purged = NULL, resolved = NULL;
      g_autoptr (GError) error = NULL;

      csm_cache_purge_async (test.cache, NULL, cache_test_on_done, &slot);
      purged = cache_test_wait (&slot);
      g_assert_true (csm_cache_purge_finish (test.cache, purged, NULL));
      g_assert_null (edit (&test, seq, &error));
      g_assert_error (error, CSM_ERROR, CSM_ERROR_EXISTS);
      slot = NULL;
      /* Another try doesn't make it less likely. */
      csm_cache_resolve_op_async (test.cache, seq, CSM_OP_RETRY, NULL, cache_test_on_done, &slot);
      resolved = cache_test_wait (&slot);
      g_assert_true (csm_cache_resolve_op_finish (test.cache, resolved, NULL));
    }
  cache_test_finish (&test, done (take_one (&test, id), "{'undoStatus':'final'}"));
  /* What the server refused has not arrived. */
  other = reply (&test, &group);
  seq = take_one (&test, other);
  cache_test_finish (&test, csm_op_result_new (seq, CSM_OUTCOME_RETRY));
  {
    CsmOpResult *refused = csm_op_result_new (take_one (&test, other), CSM_OUTCOME_PARK);

    refused->error = g_strdup ("invalidProperties");
    cache_test_finish (&test, refused);
  }
  case_id = edit (&test, seq, NULL);
  g_assert_cmpstr (case_id, ==, CASE);
  cache_test_tear_down (&test);
}

static gboolean
undo (CacheTest  *test,
      gint64      group,
      GError    **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  csm_cache_undo_async (test->cache, group, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  return csm_cache_undo_finish (test->cache, result, error);
}

static void
resolve (CacheTest     *test,
         gint64         seq,
         CsmOpDecision  decision)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  csm_cache_resolve_op_async (test->cache, seq, decision, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_resolve_op_finish (test->cache, result, NULL));
}

/* Taking it back can't keep it from the customer; discarded, and had again, it is still the same mail, and still waits for a person. */
static void
test_undo_of_what_may_have_arrived (void)
{
  CacheTest test = { 0 };
  g_autofree char *id = NULL;
  gint64 group, seq;
  g_autoptr (GPtrArray) before = NULL, after = NULL;
  g_autoptr (GError) error = NULL;
  CsmOperation *op, *again;

  cache_test_set_up (&test);
  put_cases (&test);
  id = reply (&test, &group);
  seq = take_one (&test, id);
  cache_test_finish (&test, csm_op_result_new (seq, CSM_OUTCOME_RETRY));
  {
    GAsyncResult *slot = NULL;
    g_autoptr (GAsyncResult) purged = NULL;

    csm_cache_purge_async (test.cache, NULL, cache_test_on_done, &slot);
    purged = cache_test_wait (&slot);
    g_assert_true (csm_cache_purge_finish (test.cache, purged, NULL));
  }
  before = cache_test_outbox (&test);
  g_assert_cmpuint (before->len, ==, 1);

  g_assert_false (undo (&test, group, &error));
  g_assert_error (error, CSM_ERROR, CSM_ERROR_EXISTS);
  resolve (&test, seq, CSM_OP_DROP);
  {
    g_autoptr (GPtrArray) none = cache_test_outbox (&test);

    g_assert_cmpuint (none->len, ==, 0);
  }
  g_assert_true (undo (&test, group, NULL));
  after = cache_test_outbox (&test);
  g_assert_cmpuint (after->len, ==, 1);
  op = g_ptr_array_index (before, 0);
  again = g_ptr_array_index (after, 0);
  g_assert_cmpint (again->state, ==, CSM_OP_PARKED);
  g_assert_cmpint (again->sends, ==, op->sends);
  g_assert_cmpstr (again->record_id, ==, id);
  g_assert_cmpstr (again->case_id, ==, op->case_id);
  g_assert_cmpstr (again->error, ==, op->error);
  g_assert_cmpstr (csm_json_get_string (again->payload, "textBody"), ==, "Hello");
  /* It goes as what it was. */
  resolve (&test, again->seq, CSM_OP_RETRY);
  cache_test_finish (&test, done (take_one (&test, id), "{'undoStatus':'final'}"));
  cache_test_tear_down (&test);
}

static void
test_refused_reply_stays (void)
{
  CacheTest test = { 0 };
  g_autofree char *id = NULL;
  gint64 group, seq;
  CsmOpResult *refused;

  cache_test_set_up (&test);
  put_cases (&test);
  id = reply (&test, &group);
  /* Sending changes the case as the server will; a refused send does not. */
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "status", "waiting");
  seq = take_one (&test, id);
  refused = csm_op_result_new (seq, CSM_OUTCOME_PARK);
  refused->error = g_strdup ("caseMoved");
  cache_test_finish (&test, refused);
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "status", "new");
  {
    g_autoptr (CsmCaseDetail) detail = cache_test_case (&test, CASE, CSM_TIME_NONE, 50);
    CsmTimelineEntry *entry = g_ptr_array_index (detail->timeline, 0);

    g_assert_cmpuint (detail->timeline->len, ==, 1);
    g_assert_cmpint (entry->kind, ==, CSM_ENTRY_SUBMISSION);
    g_assert_cmpstr (entry->problem, ==, "caseMoved");
    g_assert_cmpint (entry->op_seq, ==, seq);
    g_assert_cmpstr (csm_json_get_string (entry->record, "textBody"), ==, "Hello");
    g_assert_cmpstr (csm_json_get_string (entry->record, "authorId"), ==, CACHE_TEST_ME);
  }
  {
    GAsyncResult *slot = NULL;
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (CsmOpBatch) batch = NULL;
    CsmOperation *op;

    csm_cache_resolve_op_async (test.cache, seq, CSM_OP_RETRY_CONFIRMED, NULL, cache_test_on_done, &slot);
    result = cache_test_wait (&slot);
    g_assert_true (csm_cache_resolve_op_finish (test.cache, result, NULL));
    batch = cache_test_take (&test, 50, csm_time_now ());
    g_assert_cmpuint (batch->ops->len, ==, 1);
    op = g_ptr_array_index (batch->ops, 0);
    g_assert_true (csm_json_get_boolean (op->payload, "confirmed"));
  }
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "status", "waiting");
  cache_test_finish (&test, done (seq, "{'undoStatus':'final','messageId':'m01J00000000000000000000001'}"));
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "status", "waiting");
  cache_test_put (&test, CSM_TYPE_ID_MESSAGE, cache_test_json ("{'id':'m01J00000000000000000000001','caseId':'" CASE "','at':'2023-11-15T00:00:02Z'}"));
  {
    g_autoptr (JsonObject) message = cache_test_get (&test, CSM_TYPE_ID_MESSAGE, "m01J00000000000000000000001");

    /* The message takes the submission's place. */
    json_object_set_string_member (message, "submissionId", id);
    cache_test_put (&test, CSM_TYPE_ID_MESSAGE, csm_json_copy_object (message));
  }
  {
    g_autoptr (CsmCaseDetail) detail = cache_test_case (&test, CASE, CSM_TIME_NONE, 50);

    g_assert_cmpuint (detail->timeline->len, ==, 1);
    g_assert_cmpint (((CsmTimelineEntry *) g_ptr_array_index (detail->timeline, 0))->kind, ==, CSM_ENTRY_MESSAGE);
    g_assert_cmpstr (detail->newest_message_id, ==, "m01J00000000000000000000001");
  }
  cache_test_tear_down (&test);
}

/* One of each lane, in order; what needs a record that is still to be made waits for it. */
static void
test_lanes (void)
{
  CacheTest test = { 0 };
  g_autofree char *tag_id = NULL;
  g_autofree char *patch = NULL;
  CsmIntent *intent;

  cache_test_set_up (&test);
  put_cases (&test);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'open'}");
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'waiting'}");
  intent = csm_intent_new ("Tag");
  tag_id = csm_intent_create (intent, CSM_TYPE_ID_TAG, cache_test_json ("{'name':'vip'}"));
  patch = g_strdup_printf ("{'tags/%s':true}", tag_id);
  csm_intent_update (intent, CSM_TYPE_ID_CASE, OTHER, cache_test_json (patch));
  cache_test_perform (&test, intent);
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());
    g_autoptr (CsmOpBatch) again = cache_test_take (&test, 50, csm_time_now ());
    CsmOperation *first = g_ptr_array_index (batch->ops, 0), *second = g_ptr_array_index (batch->ops, 1);

    g_assert_cmpuint (batch->ops->len, ==, 2);
    g_assert_cmpstr (first->record_id, ==, CASE);
    g_assert_cmpstr (csm_json_get_string (first->payload, "status"), ==, "waiting");
    g_assert_cmpstr (second->record_id, ==, tag_id);
    /* What is being sent blocks its lane. */
    g_assert_cmpuint (again->ops->len, ==, 0);
    cache_test_finish (&test, done (first->seq, NULL));
    cache_test_finish (&test, done (second->seq, NULL));
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());

    g_assert_cmpuint (batch->ops->len, ==, 1);
    g_assert_cmpstr (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->record_id, ==, OTHER);
  }
  cache_test_tear_down (&test);
}

static void
test_back_off (void)
{
  CacheTest test = { 0 };
  gint64 now = csm_time_now ();
  CsmOpResult *later;

  cache_test_set_up (&test);
  put_cases (&test);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'open'}");
  later = csm_op_result_new (take_one (&test, CASE), CSM_OUTCOME_RETRY);
  later->not_before = now + 5 * CSM_SECOND;
  cache_test_finish (&test, later);
  {
    g_autoptr (CsmOpBatch) early = cache_test_take (&test, 50, now + 4 * CSM_SECOND);
    g_autoptr (CsmOpBatch) due = cache_test_take (&test, 50, now + 5 * CSM_SECOND);

    g_assert_cmpuint (early->ops->len, ==, 0);
    g_assert_cmpint (early->next_due, ==, now + 5 * CSM_SECOND);
    g_assert_cmpuint (due->ops->len, ==, 1);
    g_assert_cmpint (((CsmOperation *) g_ptr_array_index (due->ops, 0))->sends, ==, 2);
  }
  /* The app ends while it is being sent: the same operation goes again. */
  cache_test_reopen (&test);
  {
    g_autoptr (CsmOpBatch) again = cache_test_take (&test, 50, now + 5 * CSM_SECOND);

    g_assert_cmpuint (again->ops->len, ==, 1);
  }
  cache_test_tear_down (&test);
}

static void
test_seen (void)
{
  CacheTest test = { 0 };
  g_autofree char *seen_id = cache_test_id ('z', 1);
  CsmIntent *intent = csm_intent_new ("Read");

  cache_test_set_up (&test);
  put_cases (&test);
  /* Whoever marks it needn't know whether it exists, and reading twice is one operation. */
  csm_intent_update (intent, CSM_TYPE_ID_SEEN, seen_id, cache_test_json ("{'upTo':'2023-11-14T00:00:00Z'}"));
  cache_test_perform (&test, intent);
  intent = csm_intent_new ("Read");
  g_free (csm_intent_create (intent, CSM_TYPE_ID_SEEN, cache_test_json ("{'caseId':'" CASE "','upTo':'2023-11-15T00:00:00Z'}")));
  cache_test_perform (&test, intent);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    g_autoptr (GArray) rowids = cache_test_list (&test, CSM_VIEW_INBOX, NULL);
    g_autoptr (GPtrArray) rows = cache_test_rows (&test, rowids);
    CsmOperation *op = g_ptr_array_index (ops, 0);

    g_assert_cmpuint (ops->len, ==, 1);
    g_assert_cmpstr (op->kind, ==, "create");
    g_assert_cmpstr (op->record_id, ==, seen_id);
    g_assert_cmpstr (csm_json_get_string (op->payload, "upTo"), ==, "2023-11-15T00:00:00Z");
    g_assert_cmpstr (csm_json_get_string (op->payload, "caseId"), ==, CASE);
    for (guint i = 0; i < rows->len; i++)
      {
        CsmCaseRow *row = g_ptr_array_index (rows, i);

        g_assert_cmpint (row->unread, ==, !g_str_equal (row->id, CASE));
        g_assert_false (row->waits);
      }
  }
  /* Another device made it first: what this one read is told as a change. */
  cache_test_finish (&test, csm_op_result_new (take_one (&test, seen_id), CSM_OUTCOME_EXISTS));
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    CsmOperation *op = g_ptr_array_index (ops, 0);

    g_assert_cmpstr (op->kind, ==, "update");
    g_assert_false (json_object_has_member (op->payload, "caseId"));
  }
  cache_test_tear_down (&test);
}

/* It was made by the first of two sends, whose answer was lost, and thrown away by a colleague before the second. */
static void
test_made_and_gone (void)
{
  CacheTest test = { 0 };
  CsmIntent *intent = csm_intent_new ("Task");
  g_autofree char *id = csm_intent_create (intent, CSM_TYPE_ID_TASK, cache_test_json ("{'caseId':'" CASE "','title':'Call the depot'}"));
  g_autoptr (JsonObject) task = NULL;

  cache_test_set_up (&test);
  cache_test_perform (&test, intent);
  task = cache_test_get (&test, CSM_TYPE_ID_TASK, id);
  g_assert_nonnull (task);
  cache_test_finish (&test, csm_op_result_new (take_one (&test, id), CSM_OUTCOME_GONE));
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    g_autoptr (JsonObject) after = cache_test_get (&test, CSM_TYPE_ID_TASK, id);

    g_assert_cmpuint (ops->len, ==, 0);
    g_assert_null (after);
  }
  cache_test_tear_down (&test);
}

/* --- pages that are faster than an answer ----------------------------------------------------------------------------------- */

static void
turn_page (CacheTest  *test,
           CsmTypeId   type,
           const char *from,
           const char *to,
           const char *record,
           const char *destroyed)
{
  CsmSyncPage *page = csm_sync_page_new (type, "W");
  g_autoptr (GError) error = NULL;

  page->old_state = g_strdup (from);
  page->new_state = g_strdup (to);
  if (record != NULL)
    g_ptr_array_add (page->records, cache_test_json (record));
  if (destroyed != NULL)
    g_ptr_array_add (page->destroyed, g_strdup (destroyed));
  cache_test_apply (test, page, &error);
  g_assert_no_error (error);
}

static void
answer_at (CacheTest  *test,
           gint64      seq,
           const char *state)
{
  CsmOpResult *result = csm_op_result_new (seq, CSM_OUTCOME_DONE);

  result->state = g_strdup (state);
  cache_test_finish (test, result);
}

/* What pages told of a task until its creation was answered: nothing, that it is there, that a colleague threw it away. */
static void
test_made_and_gone_before_the_answer (void)
{
  CacheTest test = { 0 };
  CsmIntent *intent = csm_intent_new ("Task");
  g_autofree char *id = csm_intent_create (intent, CSM_TYPE_ID_TASK, cache_test_json ("{'caseId':'" CASE "','title':'Call the depot'}"));
  g_autofree char *text = g_strdup_printf ("{'id':'%s','caseId':'" CASE "','title':'Call the depot'}", id);
  gint64 seq;

  cache_test_set_up (&test);
  turn_page (&test, CSM_TYPE_ID_TASK, NULL, "v1.7.20.x", NULL, NULL);
  cache_test_perform (&test, intent);
  seq = take_one (&test, id);
  turn_page (&test, CSM_TYPE_ID_TASK, "v1.7.20.x", "v1.7.34.x", text, NULL);
  turn_page (&test, CSM_TYPE_ID_TASK, "v1.7.34.x", "v1.7.58.x", NULL, id);
  answer_at (&test, seq, "v1.7.34.y");
  {
    g_autoptr (JsonObject) after = cache_test_get (&test, CSM_TYPE_ID_TASK, id);

    g_assert_null (after);
  }
  cache_test_tear_down (&test);
}

/* Likewise of a change: what a colleague made of it since stays; but what no page has told yet is shown at once. */
static void
test_changed_before_the_answer (void)
{
  CacheTest test = { 0 };
  gint64 seq;

  cache_test_set_up (&test);
  turn_page (&test, CSM_TYPE_ID_CASE, NULL, "v1.7.20.x", "{'id':'" CASE "','subject':'One','status':'open','goal':'old','lastActivityAt':'2023-11-15T00:00:00Z'}", NULL);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'goal':'mine'}");
  seq = take_one (&test, CASE);
  turn_page (&test, CSM_TYPE_ID_CASE, "v1.7.20.x", "v1.7.99.x", "{'id':'" CASE "','subject':'One','status':'open','goal':'hers','lastActivityAt':'2023-11-15T00:00:00Z'}", NULL);
  answer_at (&test, seq, "v1.7.99.y");
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "goal", "hers");
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'goal':'mine again'}");
  answer_at (&test, take_one (&test, CASE), "v1.7.100.y");
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "goal", "mine again");
  /* A server that was restored counts anew. */
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'goal':'and again'}");
  answer_at (&test, take_one (&test, CASE), "v1.8.30.y");
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "goal", "and again");
  cache_test_tear_down (&test);
}

/* A reply waits for its answer, and the customer writes: the case is open, as pages say. */
static void
test_replied_before_the_answer (void)
{
  CacheTest test = { 0 };
  CsmIntent *intent = csm_intent_new ("Reply");
  g_autofree char *id = csm_intent_create (intent, CSM_TYPE_ID_SUBMISSION, cache_test_json ("{'caseId':'" CASE "','to':[{'address':'a@example.com'}],'textBody':'Hi'}"));
  gint64 seq;

  cache_test_set_up (&test);
  turn_page (&test, CSM_TYPE_ID_CASE, NULL, "v1.7.20.x", "{'id':'" CASE "','subject':'One','status':'open','lastActivityAt':'2023-11-15T00:00:00Z'}", NULL);
  cache_test_perform (&test, intent);
  seq = take_one (&test, id);
  turn_page (&test, CSM_TYPE_ID_CASE, "v1.7.20.x", "v1.7.45.x", "{'id':'" CASE "','subject':'One','status':'open','preview':'More','lastActivityAt':'2023-11-15T00:00:00Z'}", NULL);
  answer_at (&test, seq, "v1.7.40.y");
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "status", "open");
  cache_test_tear_down (&test);
}

/* --- view == fold (base, ops), whatever happens in whatever order ------------------------------------------------------- */

static JsonObject *
random_patch (void)
{
  static const char * const patches[] = {
    "{'status':'open'}", "{'status':'resolved'}", "{'priority':'high'}", "{'priority':null}", "{'ownerId':'" CACHE_TEST_ANA "'}", "{'ownerId':null}",
    "{'tags/g01J00000000000000000000001':true}", "{'tags/g01J00000000000000000000001':null}", "{'tags/g01J00000000000000000000002':true}", "{'tags':{}}",
  };

  return cache_test_json (patches[g_test_rand_int_range (0, G_N_ELEMENTS (patches))]);
}

static void
change (JsonObject **record,
        JsonObject  *patch)
{
  JsonObject *next = csm_patch_apply (csm_record_type_get (CSM_TYPE_ID_CASE), *record, patch, NULL);

  g_assert_nonnull (next);
  json_object_unref (*record);
  *record = next;
}

static void
check_fold (CacheTest  *test,
            JsonObject *base)
{
  g_autoptr (GPtrArray) ops = cache_test_outbox (test);
  JsonObject *expected = csm_json_copy_object (base);
  g_autoptr (JsonObject) got = cache_test_get (test, CSM_TYPE_ID_CASE, CASE);
  g_autoptr (JsonNode) a = NULL;
  g_autoptr (JsonNode) b = NULL;

  for (guint i = 0; i < ops->len; i++)
    {
      CsmOperation *op = g_ptr_array_index (ops, i);

      if (op->state != CSM_OP_PARKED)
        change (&expected, op->payload);
    }
  a = json_node_init_object (json_node_alloc (), expected);
  b = json_node_init_object (json_node_alloc (), got);
  if (!json_node_equal (a, b))
    g_error ("expected %s, got %s", csm_json_write (a), csm_json_write (b));
  json_object_unref (expected);
}

static void
answer (CacheTest   *test,
        JsonObject **base)
{
  static gint64 modseq = 0;
  g_autoptr (CsmOpBatch) batch = cache_test_take (test, 50, csm_time_now ());
  CsmOperation *op = batch->ops->len > 0 ? g_ptr_array_index (batch->ops, 0) : NULL;
  int how = g_test_rand_int_range (0, 4);
  CsmOpResult *result;

  g_assert_cmpuint (batch->ops->len, <=, 1);
  if (op == NULL)
    return;
  result = csm_op_result_new (op->seq, how == 0 ? CSM_OUTCOME_DONE : how == 1 ? CSM_OUTCOME_PARK : how == 2 ? CSM_OUTCOME_RETRY : CSM_OUTCOME_MISMATCH);
  if (how == 1)
    result->error = g_strdup ("forbidden");
  if (how == 2 && g_test_rand_bit ())
    result->error = g_strdup ("serverUnavailable");
  if (how == 3)
    {
      g_autoptr (JsonObject) patch = random_patch ();

      change (base, patch);
      result->error = g_strdup ("recordMismatch");
      result->server = csm_json_copy_object (*base);
      result->modseq = ++modseq;
    }
  cache_test_finish (test, result);
  if (how != 0)
    return;
  change (base, op->payload);
  /* The answer to what was sent before may be an old one: the record itself says what became of it. */
  if (op->sends > 1)
    cache_test_put (test, CSM_TYPE_ID_CASE, csm_json_copy_object (*base));
}

static void
decide (CacheTest *test)
{
  g_autoptr (GPtrArray) ops = cache_test_outbox (test);

  for (guint i = 0; i < ops->len; i++)
    {
      CsmOperation *op = g_ptr_array_index (ops, i);
      GAsyncResult *slot = NULL;
      g_autoptr (GAsyncResult) result = NULL;

      if (op->state != CSM_OP_PARKED || g_test_rand_bit ())
        continue;
      csm_cache_resolve_op_async (test->cache, op->seq, (CsmOpDecision) g_test_rand_int_range (0, 3), NULL, cache_test_on_done, &slot);
      result = cache_test_wait (&slot);
      g_assert_true (csm_cache_resolve_op_finish (test->cache, result, NULL));
      return;
    }
}

static void
test_random (void)
{
  CacheTest test = { 0 };
  JsonObject *base = cache_test_json ("{'id':'" CASE "','subject':'One'}");

  cache_test_set_up (&test);
  csm_record_fill_defaults (csm_record_type_get (CSM_TYPE_ID_CASE), base);
  cache_test_put (&test, CSM_TYPE_ID_CASE, csm_json_copy_object (base));
  for (guint round = 0; round < 600; round++)
    {
      g_autoptr (JsonObject) patch = random_patch ();

      switch (g_test_rand_int_range (0, 6))
        {
        case 0:
        case 1:
          {
            CsmIntent *intent = csm_intent_new ("Change");
            gint64 group;

            csm_intent_update (intent, CSM_TYPE_ID_CASE, CASE, csm_json_copy_object (patch));
            group = cache_test_perform (&test, intent);
            if (g_test_rand_int_range (0, 4) == 0)
              cache_test_undo (&test, group);
          }
          break;
        case 2:
          change (&base, patch);
          cache_test_put (&test, CSM_TYPE_ID_CASE, csm_json_copy_object (base));
          break;
        case 3:
          decide (&test);
          break;
        default:
          answer (&test, &base);
          break;
        }
      check_fold (&test, base);
    }
  json_object_unref (base);
  cache_test_tear_down (&test);
}

/* What was acknowledged is there after the process is gone without a word. */
static void
test_crash (void)
{
  CacheTest test = { 0 };
  int status;
  pid_t child;

  cache_test_set_up (&test);
  put_cases (&test);
  csm_cache_close (test.cache);
  g_clear_object (&test.cache);
  child = fork ();
  if (child == 0)
    {
      test.cache = csm_cache_new (test.path);
      cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'waiting'}");
      _exit (7);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 7);
  test.cache = csm_cache_new (test.path);
  cache_test_reopen (&test);
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "status", "waiting");
  g_assert_cmpint (take_one (&test, CASE), >, 0);
  cache_test_tear_down (&test);
}

/* F3: the answer was lost, a colleague changed the same since, and the server repeats its old answer. */
static void
test_old_answer (void)
{
  CacheTest test = { 0 };
  gint64 seq;

  cache_test_set_up (&test);
  put_cases (&test);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'open'}");
  seq = take_one (&test, CASE);
  cache_test_finish (&test, csm_op_result_new (seq, CSM_OUTCOME_RETRY));
  cache_test_put (&test, CSM_TYPE_ID_CASE, cache_test_json ("{'id':'" CASE "','subject':'One','status':'resolved','lastActivityAt':'2023-11-15T00:00:00Z'}"));
  seq = take_one (&test, CASE);
  cache_test_finish (&test, done (seq, NULL));
  assert_member (&test, CSM_TYPE_ID_CASE, CASE, "status", "resolved");
  cache_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outbox/view-is-fold", test_view_is_fold);
  g_test_add_func ("/outbox/refused-change-is-not-shown", test_refused_change_is_not_shown);
  g_test_add_func ("/outbox/edit-of-what-may-have-arrived", test_edit_of_what_may_have_arrived);
  g_test_add_func ("/outbox/undo-of-what-may-have-arrived", test_undo_of_what_may_have_arrived);
  g_test_add_func ("/outbox/refused-reply-stays", test_refused_reply_stays);
  g_test_add_func ("/outbox/lanes", test_lanes);
  g_test_add_func ("/outbox/back-off", test_back_off);
  g_test_add_func ("/outbox/seen", test_seen);
  g_test_add_func ("/outbox/old-answer", test_old_answer);
  g_test_add_func ("/outbox/made-and-gone", test_made_and_gone);
  g_test_add_func ("/outbox/made-and-gone-before-the-answer", test_made_and_gone_before_the_answer);
  g_test_add_func ("/outbox/changed-before-the-answer", test_changed_before_the_answer);
  g_test_add_func ("/outbox/replied-before-the-answer", test_replied_before_the_answer);
  g_test_add_func ("/outbox/random", test_random);
  g_test_add_func ("/outbox/crash", test_crash);
  return g_test_run ();
}
