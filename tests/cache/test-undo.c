/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-test.h"

#include "csm-json.h"
#include "csm-time.h"

#define CASE "c01J00000000000000000000001"
#define TAG "g01J00000000000000000000001"

static void
put_case (CacheTest *test)
{
  cache_test_put (test, CSM_TYPE_ID_CASE,
    cache_test_json ("{'id':'" CASE "','subject':'One','status':'new','priority':'low','tags':{'" TAG "':true},'lastActivityAt':'2023-11-15T00:00:00Z'}"));
}

/* The server does everything that waits. */
static void
send_all (CacheTest *test)
{
  for (;;)
    {
      g_autoptr (CsmOpBatch) batch = cache_test_take (test, 50, csm_time_now ());

      if (batch->ops->len == 0)
        return;
      for (guint i = 0; i < batch->ops->len; i++)
        cache_test_finish (test, csm_op_result_new (((CsmOperation *) g_ptr_array_index (batch->ops, i))->seq, CSM_OUTCOME_DONE));
    }
}

static guint
count_ops (CacheTest *test)
{
  g_autoptr (GPtrArray) ops = cache_test_outbox (test);

  return ops->len;
}

static void
assert_status (CacheTest  *test,
               const char *status)
{
  g_autoptr (JsonObject) record = cache_test_get (test, CSM_TYPE_ID_CASE, CASE);

  g_assert_cmpstr (csm_json_get_string (record, "status"), ==, status);
}

static void
test_unsent (void)
{
  CacheTest test = { 0 };
  gint64 group;

  cache_test_set_up (&test);
  put_case (&test);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'priority':'high'}");
  group = cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'resolved'}");
  g_assert_true (cache_test_undo (&test, group));
  assert_status (&test, "new");
  g_assert_cmpuint (count_ops (&test), ==, 1);
  g_assert_false (cache_test_undo (&test, group));
  cache_test_tear_down (&test);
}

static void
test_sent (void)
{
  CacheTest test = { 0 };
  gint64 group;

  cache_test_set_up (&test);
  put_case (&test);
  group = cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'resolved','priority':'high','tags/" TAG "':null}");
  send_all (&test);
  g_assert_cmpuint (count_ops (&test), ==, 0);

  /* A colleague changed one of it since: that stays. */
  cache_test_put (&test, CSM_TYPE_ID_CASE, cache_test_json ("{'id':'" CASE "','subject':'One','status':'resolved','priority':'urgent','tags':{},'lastActivityAt':'2023-11-15T00:00:00Z'}"));
  g_assert_true (cache_test_undo (&test, group));
  {
    g_autoptr (JsonObject) record = cache_test_get (&test, CSM_TYPE_ID_CASE, CASE);
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    CsmOperation *op = g_ptr_array_index (ops, 0);

    g_assert_cmpstr (csm_json_get_string (record, "status"), ==, "new");
    g_assert_cmpstr (csm_json_get_string (record, "priority"), ==, "urgent");
    g_assert_true (csm_json_has_key (record, "tags", TAG));
    g_assert_cmpuint (ops->len, ==, 1);
    g_assert_false (json_object_has_member (op->payload, "priority"));
  }
  g_assert_false (cache_test_undo (&test, group));
  cache_test_tear_down (&test);
}

static void
test_sending (void)
{
  CacheTest test = { 0 };
  gint64 group;

  cache_test_set_up (&test);
  put_case (&test);
  group = cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'resolved'}");
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());

    /* It may have arrived: the way back goes behind it, in the same lane. */
    g_assert_true (cache_test_undo (&test, group));
    assert_status (&test, "new");
    g_assert_cmpuint (count_ops (&test), ==, 2);
    cache_test_finish (&test, csm_op_result_new (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->seq, CSM_OUTCOME_DONE));
  }
  assert_status (&test, "new");
  send_all (&test);
  assert_status (&test, "new");
  cache_test_tear_down (&test);
}

static void
test_creations (void)
{
  CacheTest test = { 0 };
  CsmIntent *intent = csm_intent_new ("Comment");
  g_autofree char *id = NULL;
  gint64 group;

  cache_test_set_up (&test);
  put_case (&test);
  id = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, cache_test_json ("{'caseId':'" CASE "','body':'Hm'}"));
  group = cache_test_perform (&test, intent);
  cache_test_update (&test, CSM_TYPE_ID_COMMENT, id, "{'body':'Hm?'}");
  /* With the creation goes what waits for it. */
  g_assert_true (cache_test_undo (&test, group));
  g_assert_cmpuint (count_ops (&test), ==, 0);
  g_assert_null (cache_test_get (&test, CSM_TYPE_ID_COMMENT, id));

  intent = csm_intent_new ("Comment");
  g_free (id);
  id = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, cache_test_json ("{'caseId':'" CASE "','body':'Hm'}"));
  group = cache_test_perform (&test, intent);
  send_all (&test);
  g_assert_true (cache_test_undo (&test, group));
  {
    g_autoptr (JsonObject) comment = cache_test_get (&test, CSM_TYPE_ID_COMMENT, id);

    g_assert_true (csm_json_get_boolean (comment, "deleted"));
  }
  cache_test_tear_down (&test);
}

static void
test_submission (void)
{
  CacheTest test = { 0 };
  const char *reply = "{'caseId':'" CASE "','conversationId':'v01J00000000000000000000001','to':[],'textBody':'Hello'}";
  CsmIntent *intent = csm_intent_new ("Reply");
  g_autofree char *id = csm_intent_create (intent, CSM_TYPE_ID_SUBMISSION, cache_test_json (reply));
  g_autofree char *other = NULL;
  gint64 group;

  cache_test_set_up (&test);
  put_case (&test);
  group = cache_test_perform (&test, intent);
  send_all (&test);
  g_assert_true (cache_test_undo (&test, group));
  {
    g_autoptr (JsonObject) submission = cache_test_get (&test, CSM_TYPE_ID_SUBMISSION, id);
    g_autoptr (CsmCaseDetail) detail = cache_test_case (&test, CASE, CSM_TIME_NONE, 10);

    g_assert_cmpstr (csm_json_get_string (submission, "undoStatus"), ==, "canceled");
    g_assert_cmpuint (detail->timeline->len, ==, 0);
  }
  /* What has left can't be called back. */
  intent = csm_intent_new ("Reply");
  other = csm_intent_create (intent, CSM_TYPE_ID_SUBMISSION, cache_test_json (reply));
  group = cache_test_perform (&test, intent);
  send_all (&test);
  {
    JsonObject *final = cache_test_get (&test, CSM_TYPE_ID_SUBMISSION, other);

    json_object_set_string_member (final, "undoStatus", "final");
    cache_test_put (&test, CSM_TYPE_ID_SUBMISSION, final);
  }
  g_assert_false (cache_test_undo (&test, group));
  cache_test_tear_down (&test);
}

static gint64
take_one (CacheTest *test)
{
  g_autoptr (CsmOpBatch) batch = cache_test_take (test, 50, csm_time_now ());

  g_assert_cmpuint (batch->ops->len, ==, 1);
  return ((CsmOperation *) g_ptr_array_index (batch->ops, 0))->seq;
}

static gboolean
drop (CacheTest *test,
      gint64     seq)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  csm_cache_resolve_op_async (test->cache, seq, CSM_OP_DROP, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  return csm_cache_resolve_op_finish (test->cache, result, NULL);
}

static void
assert_called_back (CacheTest  *test,
                    const char *id)
{
  g_autoptr (JsonObject) submission = cache_test_get (test, CSM_TYPE_ID_SUBMISSION, id);
  g_autoptr (CsmCaseDetail) detail = cache_test_case (test, CASE, CSM_TIME_NONE, 10);

  g_assert_cmpstr (csm_json_get_string (submission, "undoStatus"), ==, "canceled");
  g_assert_cmpuint (detail->timeline->len, ==, 0);
}

static char *
reply (CacheTest *test,
       gint64    *group)
{
  CsmIntent *intent = csm_intent_new ("Reply");
  char *id = csm_intent_create (intent, CSM_TYPE_ID_SUBMISSION,
    cache_test_json ("{'caseId':'" CASE "','conversationId':'v01J00000000000000000000001','to':[],'textBody':'Hello'}"));

  *group = cache_test_perform (test, intent);
  return id;
}

/* A reply that may have reached the server is never just forgotten: its author writes another, and both would go out. */
static void
test_maybe_sent (void)
{
  CacheTest test = { 0 };
  g_autofree char *id = NULL;
  CsmOpResult *result;
  gint64 group;
  gint64 seq;

  cache_test_set_up (&test);
  put_case (&test);

  /* The answer was lost, and it waits for the next connection. */
  id = reply (&test, &group);
  seq = take_one (&test);
  cache_test_finish (&test, csm_op_result_new (seq, CSM_OUTCOME_RETRY));
  g_assert_true (cache_test_undo (&test, group));
  g_assert_cmpuint (count_ops (&test), ==, 2);
  assert_called_back (&test, id);
  send_all (&test);
  assert_called_back (&test, id);

  /* It is under way, and dropped. */
  g_free (id);
  id = reply (&test, &group);
  seq = take_one (&test);
  g_assert_true (drop (&test, seq));
  g_assert_cmpuint (count_ops (&test), ==, 2);
  assert_called_back (&test, id);

  /* The server refuses it: so it never left, and nothing is to be decided. */
  result = csm_op_result_new (seq, CSM_OUTCOME_PARK);
  result->error = g_strdup ("caseMoved");
  cache_test_finish (&test, result);
  g_assert_cmpuint (count_ops (&test), ==, 0);
  g_assert_null (cache_test_get (&test, CSM_TYPE_ID_SUBMISSION, id));

  /* It arrived while its author was about to drop it. */
  g_free (id);
  id = reply (&test, &group);
  seq = take_one (&test);
  cache_test_finish (&test, csm_op_result_new (seq, CSM_OUTCOME_DONE));
  g_assert_true (drop (&test, seq));
  g_assert_cmpuint (count_ops (&test), ==, 1);
  assert_called_back (&test, id);
  cache_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/undo/unsent", test_unsent);
  g_test_add_func ("/undo/sent", test_sent);
  g_test_add_func ("/undo/sending", test_sending);
  g_test_add_func ("/undo/creations", test_creations);
  g_test_add_func ("/undo/submission", test_submission);
  g_test_add_func ("/undo/maybe-sent", test_maybe_sent);
  return g_test_run ();
}
