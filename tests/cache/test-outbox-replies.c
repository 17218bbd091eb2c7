/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-holding.h"
#include "cache-steps.h"

#include "csm-db-conn.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-time.h"

#define CASE CACHE_STEPS_CASE
#define TAG "g01J00000000000000000000001"
#define BO CACHE_TEST_ANA

/* Replies that wait: what the world did meanwhile, and writing them anew. */

/* A colleague answered, and the cache knows: there is no need to ask the server. */
static void
test_answered_meanwhile (void)
{
  CacheTest test = { 0 };
  g_autofree char *id = NULL;
  gint64 seq;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  cache_steps_put_message (&test, 1, NULL, 0);
  id = cache_steps_reply (&test);
  cache_steps_put_message (&test, 2, BO, 60);
  cache_steps_take_none (&test);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    CsmOperation *op = cache_steps_only_op (ops);

    g_assert_cmpstr (op->error, ==, "caseMoved");
    g_assert_cmpstr (op->changed_by, ==, BO);
    g_assert_cmpint (op->changed_at, ==, (1700000000 + 60) * CSM_SECOND);
    seq = op->seq;
  }
  g_assert_true (cache_steps_resolve (&test, seq, CSM_OP_RETRY_CONFIRMED));
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    g_assert_true (csm_json_get_boolean (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->payload, "confirmed"));
  }
  cache_test_tear_down (&test);
}

/* What a colleague wrote can't be read here any more: that they wrote still counts, and keeps nothing else from going. */
static void
test_damaged_meanwhile (void)
{
  CacheTest test = { 0 };
  g_autofree char *id = NULL;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  cache_steps_put_message (&test, 1, NULL, 0);
  id = cache_steps_reply (&test);
  cache_steps_put_message (&test, 2, BO, 60);
  {
    g_autoptr (CsmDbConn) conn = csm_db_conn_open (test.path, FALSE, NULL);

    g_assert_true (csm_db_conn_run (conn, NULL, "UPDATE message SET packed = x'00000000047b226964' WHERE id = 'm01J00000000000000000000002'", NULL));
    g_assert_cmpint (csm_db_conn_changes (conn), ==, 1);
  }
  cache_steps_take_none (&test);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);

    g_assert_cmpstr (cache_steps_only_op (ops)->error, ==, "caseMoved");
  }
  cache_test_tear_down (&test);
}

/* Back to where it was written, with recipients and files. */
static void
test_edit (void)
{
  CacheTest test = { 0 };
  g_autofree char *id = NULL;
  g_autofree char *case_id = NULL;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  cache_steps_put_message (&test, 1, NULL, 0);
  id = cache_steps_reply (&test);
  cache_steps_put_message (&test, 2, NULL, 60);
  cache_steps_take_none (&test);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);

    case_id = cache_steps_edit (&test, cache_steps_only_op (ops)->seq);
  }
  g_assert_cmpstr (case_id, ==, CASE);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    g_autoptr (CsmCaseDetail) detail = cache_test_case (&test, CASE, CSM_TIME_NONE, 50);

    g_assert_cmpuint (ops->len, ==, 0);
    g_assert_cmpstr (detail->draft, ==, "Hello");
    g_assert_nonnull (detail->draft_parts);
    g_assert_cmpuint (json_array_get_length (csm_json_get_array (detail->draft_parts, "cc")), ==, 1);
    g_assert_cmpuint (json_array_get_length (csm_json_get_array (detail->draft_parts, "attachments")), ==, 1);
    g_assert_cmpstr (csm_json_get_string (detail->record, "status"), ==, "open");
  }
  g_assert_null (cache_test_get (&test, CSM_TYPE_ID_SUBMISSION, id));
  cache_test_tear_down (&test);
}

/* Two replies go back into one draft: none loses its files. */
static void
test_edit_of_two (void)
{
  static const char * const files[] = { "b1", "b2", "b1" };
  CacheTest test = { 0 };

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      CsmIntent *intent = csm_intent_new ("Reply");
      g_autofree char *text = g_strdup_printf ("{'caseId':'" CASE "','textBody':'Text %u','attachments':[{'blobId':'%s','name':'f'}]}", i, files[i]);

      g_free (csm_intent_create (intent, CSM_TYPE_ID_SUBMISSION, cache_test_json (text)));
      cache_test_perform (&test, intent);
    }
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GPtrArray) ops = cache_test_outbox (&test);

      g_free (cache_steps_edit (&test, ((CsmOperation *) g_ptr_array_index (ops, 0))->seq));
    }
  {
    g_autoptr (CsmCaseDetail) detail = cache_test_case (&test, CASE, CSM_TIME_NONE, 50);

    g_assert_cmpstr (detail->draft, ==, "Text 2\n\nText 1\n\nText 0");
    g_assert_cmpuint (json_array_get_length (csm_json_get_array (detail->draft_parts, "attachments")), ==, 2);
  }
  cache_test_tear_down (&test);
}

/* A comment goes back as it was edited last, though neither has left. */
static void
test_edit_of_edited (void)
{
  CacheTest test = { 0 };
  CsmIntent *intent = csm_intent_new ("Note");
  g_autofree char *id = NULL;
  g_autofree char *case_id = NULL;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  id = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, cache_test_json ("{'caseId':'" CASE "','body':'Frist','attachments':[{'blobId':'b1','name':'f'}]}"));
  cache_test_perform (&test, intent);
  cache_test_update (&test, CSM_TYPE_ID_COMMENT, id, "{'body':'First','mentions':{'" BO "':true}}");
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);

    g_assert_cmpuint (ops->len, ==, 2);
    case_id = cache_steps_edit (&test, ((CsmOperation *) g_ptr_array_index (ops, 0))->seq);
  }
  g_assert_cmpstr (case_id, ==, CASE);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    g_autoptr (CsmCaseDetail) detail = cache_test_case (&test, CASE, CSM_TIME_NONE, 50);

    g_assert_cmpuint (ops->len, ==, 0);
    g_assert_cmpstr (detail->note_draft, ==, "First");
    g_assert_true (csm_json_has_key (detail->note_parts, "mentions", BO));
    g_assert_cmpuint (json_array_get_length (csm_json_get_array (detail->note_parts, "attachments")), ==, 1);
  }
  cache_test_tear_down (&test);
}

/* A case that is only here: its first words come back, the case stays. */
static void
test_edit_new_case (void)
{
  CacheTest test = { 0 };
  CsmIntent *intent = csm_intent_new ("New");
  g_autofree char *new_id = NULL, *reply_id = NULL, *case_id = NULL;
  g_autofree char *text = NULL;

  cache_test_set_up (&test);
  new_id = csm_intent_create (intent, CSM_TYPE_ID_CASE, cache_test_json ("{'subject':'New'}"));
  text = g_strdup_printf ("{'caseId':'%s','to':[{'address':'a@example.com'}],'textBody':'First words'}", new_id);
  reply_id = csm_intent_create (intent, CSM_TYPE_ID_SUBMISSION, cache_test_json (text));
  cache_test_perform (&test, intent);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);

    g_assert_cmpuint (ops->len, ==, 2);
    case_id = cache_steps_edit (&test, ((CsmOperation *) g_ptr_array_index (ops, 0))->seq);
  }
  g_assert_cmpstr (case_id, ==, new_id);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    g_autoptr (CsmCaseDetail) detail = cache_test_case (&test, new_id, CSM_TIME_NONE, 50);

    g_assert_cmpstr (cache_steps_only_op (ops)->record_id, ==, new_id);
    g_assert_cmpstr (detail->draft, ==, "First words");
  }
  cache_test_tear_down (&test);
}

/* A week old, to a customer: a person has to say so once more. */
static void
test_stale (void)
{
  CacheTest test = { 0 };
  g_autofree char *id = NULL;
  gint64 seq, later = csm_time_now () + 8 * 86400 * CSM_SECOND;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 7);
  cache_steps_put_message (&test, 1, NULL, 0);
  id = cache_steps_reply (&test);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'tags/" TAG "':true}");
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, later);
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    CsmOperation *op = g_ptr_array_index (ops, 0);

    /* What reaches no customer goes. */
    g_assert_cmpuint (batch->ops->len, ==, 1);
    g_assert_cmpint (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->type, ==, CSM_TYPE_ID_CASE);
    g_assert_cmpstr (op->error, ==, "stale");
    g_assert_true (op->needs_confirmation);
    seq = op->seq;
    cache_steps_finish_done (&test, batch, NULL);
  }
  g_assert_true (cache_steps_resolve (&test, seq, CSM_OP_RETRY_CONFIRMED));
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, later);

    /* That it is old was confirmed; that nobody answered, the server still looks at. */
    g_assert_cmpuint (batch->ops->len, ==, 1);
    g_assert_false (csm_json_get_boolean (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->payload, "confirmed"));
  }
  cache_test_tear_down (&test);
}

static GPtrArray *
list_unsure (CacheTest *test)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *list;

  csm_cache_list_unsure_async (test->cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  list = csm_cache_list_unsure_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return list;
}

static void
assert_unsure (CacheTest *test,
               guint      n)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) list = list_unsure (test);
  CsmOutboxCounts counts;

  csm_cache_count_outbox_async (test->cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_count_outbox_finish (test->cache, result, &counts, NULL));
  g_assert_cmpuint (list->len, ==, n);
  g_assert_cmpuint (counts.unsure, ==, n);
}

static void
put_sent (CacheTest  *test,
          const char *author,
          const char *state)
{
  g_autofree char *text = g_strdup_printf ("{'id':'m01J00000000000000000000077','caseId':'c01J00000000000000000000077','direction':'out','at':'2026-01-02T00:00:00Z',"
                                           "'authorId':'%s','submissionId':'s01J00000000000000000000077','delivery':{'state':'%s'}}", author, state);

  cache_test_put (test, CSM_TYPE_ID_MESSAGE, cache_test_json (text));
}

static void
put_owner (CacheTest  *test,
           const char *owner)
{
  g_autofree char *text = g_strdup_printf ("{'id':'c01J00000000000000000000077','subject':'Late','status':'open','lastActivityAt':'2026-01-01T00:00:00Z','ownerId':'%s'}", owner);

  cache_test_put (test, CSM_TYPE_ID_CASE, cache_test_json (text));
}

/* Whoever wrote it, or has the case now, has to say whether it arrived, until one of them did. */
static void
test_unsure (void)
{
  CacheTest test = { 0 };
  gint64 group;

  cache_test_set_up (&test);
  put_owner (&test, CACHE_TEST_ANA);
  cache_test_put (&test, CSM_TYPE_ID_SUBMISSION, cache_test_json ("{'id':'s01J00000000000000000000077','caseId':'c01J00000000000000000000077','undoStatus':'final'}"));
  put_sent (&test, CACHE_TEST_ANA, "unknown");
  assert_unsure (&test, 0);
  put_owner (&test, CACHE_TEST_ME);
  assert_unsure (&test, 1);
  put_owner (&test, CACHE_TEST_ANA);
  put_sent (&test, CACHE_TEST_ME, "queued");
  assert_unsure (&test, 0);
  put_sent (&test, CACHE_TEST_ME, "unknown");
  assert_unsure (&test, 1);
  group = cache_test_update (&test, CSM_TYPE_ID_SUBMISSION, "s01J00000000000000000000077", "{'decision':'arrived'}");
  g_assert_cmpint (group, >, 0);
  assert_unsure (&test, 0);
  cache_test_tear_down (&test);
}

static void
put_me (CacheTest  *test,
        const char *role)
{
  g_autofree char *text = g_strdup_printf ("{'id':'" CACHE_TEST_ME "','name':'Ben','role':'%s'}", role);

  cache_test_put (test, CSM_TYPE_ID_PERSON, cache_test_json (text));
}

static void
put_held (CacheTest  *test,
          const char *author)
{
  g_autofree char *text = g_strdup_printf ("{'id':'s01J00000000000000000000078','caseId':'c01J00000000000000000000077','created':'2026-01-02T00:00:00Z',"
                                           "'authorId':'%s','undoStatus':'held','sendAt':'2026-01-03T00:00:00Z'}", author);

  cache_test_put (test, CSM_TYPE_ID_SUBMISSION, cache_test_json (text));
}

/* Of a reply that was to leave later whoever wrote it has to say what becomes of it; who has the case, too, if they may. */
static void
test_held (void)
{
  CacheTest test = { 0 };
  gint64 group;

  cache_test_set_up (&test);
  put_me (&test, "agent");
  put_owner (&test, CACHE_TEST_ANA);
  put_held (&test, CACHE_TEST_ME);
  assert_unsure (&test, 1);
  put_held (&test, CACHE_TEST_ANA);
  assert_unsure (&test, 0);
  put_owner (&test, CACHE_TEST_ME);
  assert_unsure (&test, 0);
  put_me (&test, "lead");
  assert_unsure (&test, 1);
  group = cache_test_update (&test, CSM_TYPE_ID_SUBMISSION, "s01J00000000000000000000078", "{'undoStatus':'pending','sendAt':null}");
  g_assert_cmpint (group, >, 0);
  assert_unsure (&test, 0);
  cache_test_tear_down (&test);
}

/* It was sent once more, and is unknown again, before the answer to what was said of it the first time came. */
static void
test_decided_before_the_answer (void)
{
  CacheTest test = { 0 };
  g_autofree char *id = cache_test_id ('s', 1), *case_id = cache_test_id ('c', 1);
  g_autofree char *text = g_strdup_printf ("{'id':'%s','caseId':'%s','undoStatus':'final'}", id, case_id);
  CsmCaseContent *content;
  g_autoptr (JsonObject) after = NULL;
  gint64 seq;

  cache_test_set_up (&test);
  cache_holding_put_case (&test, 1, "open", "A", 0, NULL);
  content = cache_holding_make_content (1, NULL, "v1.7.40.x", "A");
  content->total = 1;
  csm_case_content_add (content, CSM_TYPE_ID_SUBMISSION, cache_test_json (text));
  cache_holding_apply (&test, content);
  cache_test_update (&test, CSM_TYPE_ID_SUBMISSION, id, "{'decision':'again'}");
  {
    g_autoptr (CsmOpBatch) batch = cache_steps_take_one (&test);

    seq = ((CsmOperation *) g_ptr_array_index (batch->ops, 0))->seq;
  }
  content = cache_holding_make_content (1, "v1.7.40.x", "v1.7.60.x", "B");
  content->total = 1;
  csm_case_content_add (content, CSM_TYPE_ID_SUBMISSION, cache_test_json (text));
  cache_holding_apply (&test, content);
  {
    CsmOpResult *result = csm_op_result_new (seq, CSM_OUTCOME_DONE);

    result->state = g_strdup ("v1.7.50.y");
    cache_test_finish (&test, result);
  }
  after = cache_test_get (&test, CSM_TYPE_ID_SUBMISSION, id);
  g_assert_null (csm_json_get_string (after, "decision"));
  cache_test_tear_down (&test);
}

/* A colleague had moved the conversation: the case that the reply was written in is as it was. */
static void
test_moved (void)
{
  CacheTest test = { 0 };
  g_autoptr (CsmOpBatch) batch = NULL;
  g_autoptr (JsonObject) base = NULL;
  g_autofree char *id = NULL;

  cache_test_set_up (&test);
  cache_steps_put (&test, "{'status':'open'}", 5);
  id = cache_steps_reply (&test);
  batch = cache_steps_take_one (&test);
  cache_steps_finish_done (&test, batch, "{'caseId':'c01J00000000000000000000009'}");
  base = cache_test_get (&test, CSM_TYPE_ID_CASE, CACHE_STEPS_CASE);
  g_assert_cmpstr (csm_json_get_string (base, "status"), ==, "open");
  cache_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/replies/answered-meanwhile", test_answered_meanwhile);
  g_test_add_func ("/replies/damaged-meanwhile", test_damaged_meanwhile);
  g_test_add_func ("/replies/edit", test_edit);
  g_test_add_func ("/replies/edit-of-two", test_edit_of_two);
  g_test_add_func ("/replies/edit-of-edited", test_edit_of_edited);
  g_test_add_func ("/replies/edit-new-case", test_edit_new_case);
  g_test_add_func ("/replies/stale", test_stale);
  g_test_add_func ("/replies/unsure", test_unsure);
  g_test_add_func ("/replies/held", test_held);
  g_test_add_func ("/replies/decided-before-the-answer", test_decided_before_the_answer);
  g_test_add_func ("/replies/moved", test_moved);
  return g_test_run ();
}
