/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-steps.h"

#include "csm-error.h"
#include "csm-json.h"
#include "csm-time.h"

#define CASE CACHE_STEPS_CASE
#define TAG "g01J00000000000000000000001"
#define BO CACHE_TEST_ANA

static void
assert_shows (CacheTest  *test,
              const char *member,
              const char *expected)
{
  g_autoptr (JsonObject) record = cache_test_get (test, CSM_TYPE_ID_CASE, CASE);

  g_assert_cmpstr (csm_json_get_string (record, member), ==, expected);
}

static void
finish_mismatch (CacheTest  *test,
                 CsmOpBatch *batch,
                 const char *values,
                 gint64      modseq)
{
  CsmOpResult *result = csm_op_result_new (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->seq, CSM_OUTCOME_MISMATCH);

  result->error = g_strdup ("recordMismatch");
  result->server = cache_test_json (values);
  csm_record_fill_defaults (csm_record_type_get (CSM_TYPE_ID_CASE), result->server);
  result->modseq = modseq;
  cache_test_finish (test, result);
}

/* Nobody else was there: it goes, on the record that was seen. */
static void
test_unchanged (void)
{
  CacheTest test = { 0 };
  g_autoptr (CsmOpBatch) batch = NULL;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'resolved'}");
  /* Another property changed: that is nobody's conflict. */
  cache_steps_put (&test, "{'status':'open','subject':'Renamed','ownerId':'" BO "'}", 9);
  batch = cache_steps_take_one (&test);
  g_assert_cmpint (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->if_modseq, ==, 9);
  cache_steps_finish_done (&test, batch, NULL);
  assert_shows (&test, "status", "resolved");
  assert_shows (&test, "ownerId", BO);
  cache_test_tear_down (&test);
}

/* A colleague claimed it meanwhile: both versions, who and when; and each of the two decisions. */
static void
test_conflict (void)
{
  CacheTest test = { 0 };
  gint64 seq;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  cache_test_put (&test, CSM_TYPE_ID_EVENT, cache_test_json ("{'id':'y01J00000000000000000000001','caseId':'" CASE "','at':'2023-11-15T14:12:00Z',"
    "'personId':'" BO "','kind':'assigned','property':'ownerId','before':{'value':null},'after':{'value':'" BO "'}}"));
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'ownerId':'" CACHE_TEST_ME "','tags/" TAG "':true}");
  assert_shows (&test, "ownerId", CACHE_TEST_ME);
  cache_steps_put (&test, "{'status':'open','ownerId':'" BO "'}", 8);
  cache_steps_take_none (&test);
  assert_shows (&test, "ownerId", BO);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    CsmOperation *op = cache_steps_only_op (ops);
    CsmConflictValue *value;

    g_assert_cmpint (op->state, ==, CSM_OP_PARKED);
    g_assert_cmpstr (op->error, ==, "recordMismatch");
    g_assert_nonnull (op->conflicts);
    g_assert_cmpuint (op->conflicts->len, ==, 1);
    value = g_ptr_array_index (op->conflicts, 0);
    g_assert_cmpstr (value->property, ==, "ownerId");
    g_assert_true (JSON_NODE_HOLDS_NULL (value->before));
    g_assert_cmpstr (json_node_get_string (value->mine), ==, CACHE_TEST_ME);
    g_assert_cmpstr (json_node_get_string (value->theirs), ==, BO);
    g_assert_cmpstr (op->changed_by, ==, BO);
    g_assert_cmpint (op->changed_at, ==, csm_time_parse ("2023-11-15T14:12:00Z"));
    seq = op->seq;
  }
  /* The same again is the same question again. */
  g_assert_true (cache_steps_resolve (&test, seq, CSM_OP_RETRY));
  cache_steps_take_none (&test);
  assert_shows (&test, "ownerId", BO);
  /* Mine: against the world as it is now. */
  g_assert_true (cache_steps_resolve (&test, seq, CSM_OP_RETRY_CONFIRMED));
  assert_shows (&test, "ownerId", CACHE_TEST_ME);
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    g_assert_cmpint (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->if_modseq, ==, 8);
    /* Once more somebody was faster. */
    finish_mismatch (&test, batch, "{'id':'" CASE "','subject':'One','status':'open','ownerId':'p01J00000000000000000000009'}", 12);
  }
  cache_steps_take_none (&test);
  /* Theirs. */
  g_assert_true (cache_steps_resolve (&test, seq, CSM_OP_DROP));
  assert_shows (&test, "ownerId", "p01J00000000000000000000009");
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);

    g_assert_cmpuint (ops->len, ==, 0);
  }
  cache_test_tear_down (&test);
}

static void
count (guint *n)
{
  (*n)++;
}

/* Who did it comes with the history, after the record: whoever shows the question is told. */
static void
test_told_later (void)
{
  CacheTest test = { 0 };
  guint n = 0;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'waiting'}");
  cache_steps_put (&test, "{'status':'resolved'}", 8);
  cache_steps_take_none (&test);
  g_signal_connect_swapped (test.cache, "outbox-changed", G_CALLBACK (count), &n);
  cache_steps_put (&test, "{'status':'resolved','goal':'x'}", 9);
  g_assert_cmpuint (n, ==, 0);
  cache_test_put (&test, CSM_TYPE_ID_EVENT, cache_test_json ("{'id':'y01J00000000000000000000001','caseId':'" CASE "','at':'2023-11-15T14:12:00Z',"
    "'personId':'" BO "','kind':'status','property':'status','before':{'value':'open'},'after':{'value':'resolved'}}"));
  g_assert_cmpuint (n, ==, 1);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);

    g_assert_cmpstr (cache_steps_only_op (ops)->changed_by, ==, BO);
  }
  cache_test_tear_down (&test);
}

/* The server knows the record better: what was seen still holds, so it goes at once on the new one. */
static void
test_mismatch_of_others (void)
{
  CacheTest test = { 0 };

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'waiting'}");
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    finish_mismatch (&test, batch, "{'id':'" CASE "','subject':'Other','status':'open','priority':'high'}", 20);
  }
  assert_shows (&test, "status", "waiting");
  assert_shows (&test, "priority", "high");
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    g_assert_cmpint (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->if_modseq, ==, 20);
    cache_steps_finish_done (&test, batch, NULL);
  }
  assert_shows (&test, "status", "waiting");
  cache_test_tear_down (&test);
}

/* Both resolved it: there is nothing to ask. */
static void
test_same_value (void)
{
  CacheTest test = { 0 };
  g_autoptr (CsmOpBatch) batch = NULL;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open','priority':'low'}", 7);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'resolved','priority':null}");
  cache_steps_put (&test, "{'status':'resolved','priority':'normal'}", 8);
  batch = cache_steps_take_one (&test);
  cache_steps_finish_done (&test, batch, NULL);
  assert_shows (&test, "status", "resolved");
  cache_test_tear_down (&test);
}

/* Tags, people who take part, subjects: nothing of it is anybody's claim. */
static void
test_additive (void)
{
  CacheTest test = { 0 };
  g_autoptr (CsmOpBatch) batch = NULL;
  CsmOperation *op;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'tags/" TAG "':true,'subject':'Mine','participantIds/" BO "':true}");
  cache_steps_put (&test, "{'status':'waiting','subject':'Theirs','tags':{'g01J00000000000000000000002':true}}", 8);
  batch = cache_steps_take_one (&test);
  op = g_ptr_array_index (batch->ops, 0);
  g_assert_cmpint (op->if_modseq, ==, -1);
  cache_steps_finish_done (&test, batch, NULL);
  {
    g_autoptr (JsonObject) record = cache_test_get (&test, CSM_TYPE_ID_CASE, CASE);

    g_assert_true (csm_json_has_key (record, "tags", TAG));
    g_assert_true (csm_json_has_key (record, "tags", "g01J00000000000000000000002"));
    g_assert_cmpstr (csm_json_get_string (record, "status"), ==, "waiting");
  }
  cache_test_tear_down (&test);
}

/* What one does oneself is nothing to be asked about, in whatever pieces it goes. */
static void
test_own_chain (void)
{
  CacheTest test = { 0 };

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'new'}", 7);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'ownerId':'" CACHE_TEST_ME "'}");
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'waiting'}");
    cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'ownerId':null}");
    cache_steps_take_none (&test);
    /* The first human act opens a new case: the server says so with its answer. */
    cache_steps_finish_done (&test, batch, "{'status':'open'}");
  }
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'resolved'}");
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);
    CsmOperation *op = g_ptr_array_index (batch->ops, 0);

    g_assert_cmpstr (csm_json_get_string (op->payload, "status"), ==, "resolved");
    g_assert_true (json_object_get_null_member (op->payload, "ownerId"));
    finish_mismatch (&test, batch, "{'id':'" CASE "','subject':'One','status':'open','ownerId':'" CACHE_TEST_ME "'}", 11);
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    cache_steps_finish_done (&test, batch, NULL);
  }
  assert_shows (&test, "status", "resolved");
  assert_shows (&test, "ownerId", NULL);
  cache_test_tear_down (&test);
}

/* The answer got lost, and no page has told yet what became of it. */
static void
lose_answer (CacheTest *test)
{
  g_autoptr (CsmOpBatch) batch = cache_steps_take_one (test);

  cache_test_finish (test, csm_op_result_new (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->seq, CSM_OUTCOME_RETRY));
}

/* What stands on an operation that went twice is not held against what was before it: the server says what there is. */
static void
test_behind_resent (gconstpointer by)
{
  const char *theirs = by;
  g_autofree char *answer = g_strdup_printf ("{'id':'" CASE "','subject':'One','status':'%s'}", theirs);
  CacheTest test = { 0 };

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'waiting'}");
  lose_answer (&test);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'resolved'}");
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    cache_steps_finish_done (&test, batch, NULL);
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    g_assert_cmpint (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->if_modseq, ==, 0);
    finish_mismatch (&test, batch, answer, 9);
  }
  if (g_str_equal (theirs, "waiting"))
    {
      g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

      g_assert_cmpint (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->if_modseq, ==, 9);
      cache_steps_finish_done (&test, batch, NULL);
      assert_shows (&test, "status", "resolved");
    }
  else
    {
      cache_steps_take_none (&test);
      assert_shows (&test, "status", theirs);
    }
  cache_test_tear_down (&test);
}

/* What goes along is parked along, and what comes behind both stands on what was before both. */
static void
test_behind_refused (void)
{
  CacheTest test = { 0 };
  CsmOpResult *result;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'waiting'}");
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'resolved'}");
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'closed'}");
    result = csm_op_result_new (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->seq, CSM_OUTCOME_PARK);
    result->error = g_strdup ("forbidden");
    cache_test_finish (&test, result);
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    cache_steps_finish_done (&test, batch, NULL);
  }
  assert_shows (&test, "status", "closed");
  cache_test_tear_down (&test);
}

/*
 * One's other device is like somebody else: what was done there later must not go under what was done here before, and only the
 * person knows. Whether the history told already who it was makes no difference.
 */
static void
test_other_device (gconstpointer told)
{
  CacheTest test = { 0 };

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'dueAt':null}", 7);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'dueAt':'2027-02-08T00:00:00Z'}");
  if (told != NULL)
    cache_test_put (&test, CSM_TYPE_ID_EVENT, cache_test_json ("{'id':'y01J00000000000000000000001','caseId':'" CASE "','at':'2023-11-15T14:12:00Z',"
      "'personId':'" CACHE_TEST_ME "','kind':'due','property':'dueAt','before':{'value':null},'after':{'value':'2027-02-18T00:00:00Z'}}"));
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    /* Behind it comes another one, which stands on it. */
    cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'dueAt':'2027-02-09T00:00:00Z'}");
    finish_mismatch (&test, batch, "{'id':'" CASE "','subject':'One','dueAt':'2027-02-18T00:00:00Z'}", 9);
  }
  cache_steps_take_none (&test);
  assert_shows (&test, "dueAt", "2027-02-18T00:00:00Z");
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    CsmOperation *op = cache_steps_only_op (ops);

    g_assert_cmpint (op->state, ==, CSM_OP_PARKED);
    g_assert_cmpstr (op->error, ==, "recordMismatch");
    g_assert_cmpstr (csm_json_get_string (op->payload, "dueAt"), ==, "2027-02-09T00:00:00Z");
    g_assert_cmpstr (op->changed_by, ==, told != NULL ? CACHE_TEST_ME : NULL);
    g_assert_true (cache_steps_resolve (&test, op->seq, CSM_OP_RETRY_CONFIRMED));
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    g_assert_cmpint (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->if_modseq, ==, 9);
    cache_steps_finish_done (&test, batch, NULL);
  }
  assert_shows (&test, "dueAt", "2027-02-09T00:00:00Z");
  cache_test_tear_down (&test);
}

/* One of a chain is undone: the rest stands on what it stood on. */
static void
test_chain_without_link (void)
{
  CacheTest test = { 0 };
  gint64 group;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  group = cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'waiting'}");
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'resolved'}");
  g_assert_true (cache_test_undo (&test, group));
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    cache_steps_finish_done (&test, batch, NULL);
  }
  assert_shows (&test, "status", "resolved");
  cache_test_tear_down (&test);
}

/* Several changes that stand against somebody's are one question; what doesn't touch it goes. */
static void
test_conflict_of_many (void)
{
  CacheTest test = { 0 };
  gint64 seq;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open','priority':'normal'}", 7);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'waiting'}");
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'priority':'high'}");
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'resolved'}");
  cache_steps_put (&test, "{'status':'snoozed','priority':'normal'}", 8);
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);
    CsmOperation *op = g_ptr_array_index (batch->ops, 0);

    g_assert_cmpuint (json_object_get_size (op->payload), ==, 1);
    g_assert_cmpstr (csm_json_get_string (op->payload, "priority"), ==, "high");
    cache_steps_finish_done (&test, batch, NULL);
  }
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    CsmOperation *op = cache_steps_only_op (ops);
    CsmConflictValue *value = g_ptr_array_index (op->conflicts, 0);

    g_assert_cmpstr (json_node_get_string (value->before), ==, "open");
    g_assert_cmpstr (json_node_get_string (value->mine), ==, "resolved");
    g_assert_cmpstr (json_node_get_string (value->theirs), ==, "snoozed");
    /* The history isn't here: the record says when. */
    g_assert_null (op->changed_by);
    g_assert_cmpint (op->changed_at, ==, csm_time_parse ("2023-11-15T00:00:09Z"));
    seq = op->seq;
  }
  assert_shows (&test, "status", "snoozed");
  assert_shows (&test, "priority", "high");
  /* What is done since stands on theirs, and on mine once that is kept. */
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'open'}");
  g_assert_true (cache_steps_resolve (&test, seq, CSM_OP_RETRY_CONFIRMED));
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    g_assert_cmpstr (csm_json_get_string (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->payload, "status"), ==, "open");
    cache_steps_finish_done (&test, batch, NULL);
  }
  assert_shows (&test, "status", "open");
  cache_test_tear_down (&test);
}

/* The first of what is asked about as one is undone: the rest is judged on its own. */
static void
test_undo_of_parked (void)
{
  CacheTest test = { 0 };
  gint64 group;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  group = cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'waiting'}");
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'resolved'}");
  cache_steps_put (&test, "{'status':'snoozed'}", 8);
  cache_steps_take_none (&test);
  g_assert_true (cache_test_undo (&test, group));
  assert_shows (&test, "status", "resolved");
  cache_steps_take_none (&test);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    CsmConflictValue *value = g_ptr_array_index (cache_steps_only_op (ops)->conflicts, 0);

    g_assert_cmpstr (json_node_get_string (value->mine), ==, "resolved");
    g_assert_cmpstr (json_node_get_string (value->theirs), ==, "snoozed");
  }
  assert_shows (&test, "status", "snoozed");
  cache_test_tear_down (&test);
}

/* It may have arrived: it is sent again as it was, and the server judges. */
static void
test_maybe_sent (void)
{
  CacheTest test = { 0 };

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'resolved'}");
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    cache_test_finish (&test, csm_op_result_new (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->seq, CSM_OUTCOME_RETRY));
  }
  /* It had arrived, and somebody has changed it since. What is done here now stays apart. */
  cache_steps_put (&test, "{'status':'open'}", 9);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'priority':'high'}");
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);
    CsmOperation *op = g_ptr_array_index (batch->ops, 0);

    g_assert_cmpint (op->if_modseq, ==, 7);
    g_assert_cmpuint (json_object_get_size (op->payload), ==, 1);
    g_assert_cmpint (op->sends, ==, 2);
    g_assert_cmpint (op->tries, ==, 0);
  }
  cache_test_tear_down (&test);
}

/* Of a cache that noted less, what undoes an operation says what was seen. */
static void
test_undo_of_carried (void)
{
  CacheTest test = { 0 };
  gint64 group;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open','priority':'low'}", 7);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'waiting'}");
  group = cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'priority':'high'}");
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    cache_steps_finish_done (&test, batch, NULL);
  }
  /* They went as one, and are undone one by one. */
  g_assert_true (cache_test_undo (&test, group));
  assert_shows (&test, "priority", "low");
  assert_shows (&test, "status", "waiting");
  cache_test_tear_down (&test);
}

/* A clock that was wrong for a while delays nothing for years. */
static void
test_wrong_clock (void)
{
  CacheTest test = { 0 };
  CsmOpResult *later;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'subject':'x'}");
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    later = csm_op_result_new (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->seq, CSM_OUTCOME_RETRY);
    later->not_before = csm_time_now () + G_GINT64_CONSTANT (3650) * 86400 * CSM_SECOND;
    cache_test_finish (&test, later);
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);
  }
  cache_test_tear_down (&test);
}

/* What stood on a reply that went twice goes, too. */
static void
test_behind_resent_reply (void)
{
  CacheTest test = { 0 };

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  cache_steps_put_message (&test, 1, NULL, 0);
  g_free (cache_steps_reply (&test));
  lose_answer (&test);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'status':'resolved'}");
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    cache_steps_finish_done (&test, batch, NULL);
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    finish_mismatch (&test, batch, "{'id':'" CASE "','subject':'One','status':'waiting'}", 9);
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    cache_steps_finish_done (&test, batch, NULL);
  }
  assert_shows (&test, "status", "resolved");
  cache_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/review/unchanged", test_unchanged);
  g_test_add_func ("/review/conflict", test_conflict);
  g_test_add_func ("/review/told-later", test_told_later);
  g_test_add_func ("/review/mismatch-of-others", test_mismatch_of_others);
  g_test_add_func ("/review/same-value", test_same_value);
  g_test_add_func ("/review/additive", test_additive);
  g_test_add_func ("/review/own-chain", test_own_chain);
  g_test_add_data_func ("/review/behind-resent/mine", "waiting", test_behind_resent);
  g_test_add_data_func ("/review/behind-resent/theirs", "snoozed", test_behind_resent);
  g_test_add_func ("/review/behind-refused", test_behind_refused);
  g_test_add_data_func ("/review/other-device/told", "told", test_other_device);
  g_test_add_data_func ("/review/other-device/untold", NULL, test_other_device);
  g_test_add_func ("/review/chain-without-link", test_chain_without_link);
  g_test_add_func ("/review/conflict-of-many", test_conflict_of_many);
  g_test_add_func ("/review/undo-of-parked", test_undo_of_parked);
  g_test_add_func ("/review/maybe-sent", test_maybe_sent);
  g_test_add_func ("/review/undo-of-carried", test_undo_of_carried);
  g_test_add_func ("/review/behind-resent-reply", test_behind_resent_reply);
  g_test_add_func ("/review/wrong-clock", test_wrong_clock);
  return g_test_run ();
}
