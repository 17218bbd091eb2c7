/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-holding.h"

#include <string.h>

#include "csm-json.h"
#include "csm-time.h"

/* What colleagues do together in a case: tasks, shared drafts, promises, and cases that became one. */

typedef void (*OfCaseAsync) (CsmCache *self, const char *case_id, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
typedef GPtrArray *(*ListFinish) (CsmCache *self, GAsyncResult *result, GError **error);

static GPtrArray *
load_of_case (CacheTest   *test,
              OfCaseAsync  async,
              ListFinish   finish,
              const char  *case_id)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *list;

  async (test->cache, case_id, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  list = finish (test->cache, result, &error);
  g_assert_no_error (error);
  return list;
}

static GPtrArray *
list_tasks (CacheTest  *test,
            const char *assignee_id,
            gboolean    open_only)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *list;

  csm_cache_list_tasks_async (test->cache, assignee_id, open_only, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  list = csm_cache_list_tasks_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return list;
}

static GPtrArray *
load_workload (CacheTest *test)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *list;

  csm_cache_load_workload_async (test->cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  list = csm_cache_load_workload_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return list;
}

static CsmDirectory *
load_directory (CacheTest *test)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  CsmDirectory *directory;

  csm_cache_load_directory_async (test->cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  directory = csm_cache_load_directory_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return directory;
}

#define ID(letter, n) letter "01J0000000000000000000000" n
#define C1 ID ("c", "1")
#define C2 ID ("c", "2")
#define C3 ID ("c", "3")

static void
put (CacheTest  *test,
     CsmTypeId   type,
     const char *text)
{
  cache_test_put (test, type, cache_test_json (text));
}

static void
put_case (CacheTest  *test,
          const char *id,
          const char *more)
{
  g_autofree char *subject = strstr (more, "'subject'") == NULL ? g_strdup_printf (",'subject':'Subject of %s'", id) : g_strdup ("");
  g_autofree char *text = g_strdup_printf ("{'id':'%s','lastActivityAt':'2023-11-15T00:00:00Z'%s%s%s}", id, subject,
                                           strstr (more, "'status'") == NULL ? ",'status':'open'" : "", more);

  put (test, CSM_TYPE_ID_CASE, text);
}

static char *
titles_of (GPtrArray *records)
{
  g_autoptr (GString) titles = g_string_new (NULL);

  for (guint i = 0; i < records->len; i++)
    g_string_append_printf (titles, "%s%s", i > 0 ? " " : "", csm_json_get_string (g_ptr_array_index (records, i), "title"));
  return g_string_free (g_steal_pointer (&titles), FALSE);
}

static char *
titles_of_rows (GPtrArray *rows)
{
  g_autoptr (GString) titles = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    g_string_append_printf (titles, "%s%s", i > 0 ? " " : "", csm_json_get_string (((CsmTaskRow *) g_ptr_array_index (rows, i))->task, "title"));
  return g_string_free (g_steal_pointer (&titles), FALSE);
}

/* --- tasks --------------------------------------------------------------------------------------------------------------- */

static void
assert_tasks (CacheTest  *test,
              const char *case_id,
              const char *expected)
{
  g_autoptr (CsmCaseDetail) detail = cache_test_case (test, case_id, CSM_TIME_NONE, 10);
  g_autofree char *titles = titles_of (detail->tasks);

  g_assert_cmpstr (titles, ==, expected);
}

static void
assert_task_list (CacheTest  *test,
                  const char *assignee_id,
                  gboolean    open_only,
                  const char *expected)
{
  g_autoptr (GPtrArray) rows = list_tasks (test, assignee_id, open_only);
  g_autofree char *titles = titles_of_rows (rows);

  g_assert_cmpstr (titles, ==, expected);
}

static void
test_tasks (void)
{
  CacheTest test = { 0 };
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (CsmViewCounts) counts = NULL;

  cache_test_set_up (&test);
  put (&test, CSM_TYPE_ID_CUSTOMER, "{'id':'" ID ("u", "1") "','name':'Nora Berg'}");
  put_case (&test, C1, ",'customerId':'" ID ("u", "1") "'");
  put_case (&test, C2, "");
  put (&test, CSM_TYPE_ID_TASK, "{'id':'" ID ("k", "1") "','caseId':'" C1 "','title':'third','position':'c','assigneeId':'" CACHE_TEST_ME "'}");
  put (&test, CSM_TYPE_ID_TASK, "{'id':'" ID ("k", "2") "','caseId':'" C1 "','title':'first','position':'a','assigneeId':'" CACHE_TEST_ME "','dueAt':'2026-01-02T00:00:00Z'}");
  put (&test, CSM_TYPE_ID_TASK, "{'id':'" ID ("k", "3") "','caseId':'" C1 "','title':'second','position':'b','done':true,'assigneeId':'" CACHE_TEST_ME "'}");
  put (&test, CSM_TYPE_ID_TASK, "{'id':'" ID ("k", "4") "','caseId':'" C2 "','title':'soon','position':'a','assigneeId':'" CACHE_TEST_ME "','dueAt':'2026-01-01T00:00:00Z'}");
  put (&test, CSM_TYPE_ID_TASK, "{'id':'" ID ("k", "5") "','caseId':'" C2 "','title':'skipped','position':'b','skipped':'No need','assigneeId':'" CACHE_TEST_ME "'}");
  put (&test, CSM_TYPE_ID_TASK, "{'id':'" ID ("k", "6") "','caseId':'" C2 "','title':'hers','position':'c','assigneeId':'" CACHE_TEST_ANA "'}");
  put (&test, CSM_TYPE_ID_TASK, "{'id':'" ID ("k", "7") "','caseId':'" C2 "','title':'unplaced'}");

  assert_tasks (&test, C1, "first second third");
  assert_tasks (&test, C2, "soon skipped hers unplaced");
  assert_task_list (&test, CACHE_TEST_ME, TRUE, "soon first third");
  assert_task_list (&test, CACHE_TEST_ME, FALSE, "soon first second third skipped");
  assert_task_list (&test, NULL, TRUE, "soon first third hers unplaced");
  rows = list_tasks (&test, CACHE_TEST_ME, TRUE);
  g_assert_cmpstr (((CsmTaskRow *) g_ptr_array_index (rows, 1))->customer_name, ==, "Nora Berg");
  g_assert_cmpstr (((CsmTaskRow *) g_ptr_array_index (rows, 1))->case_subject, ==, "Subject of " C1);
  g_assert_cmpstr (((CsmTaskRow *) g_ptr_array_index (rows, 1))->case_id, ==, C1);
  counts = cache_test_counts (&test);
  g_assert_cmpuint (counts->my_tasks, ==, 3);
  cache_test_tear_down (&test);
}

/* Made, changed and thrown away here, and each taken back: before and after the server has it. */
static void
test_task_undo (void)
{
  CacheTest test = { 0 };
  CsmIntent *intent = csm_intent_new ("Add task");
  g_autofree char *id = NULL;
  gint64 made, changed, gone;

  cache_test_set_up (&test);
  put_case (&test, C1, "");
  id = csm_intent_create (intent, CSM_TYPE_ID_TASK, cache_test_json ("{'caseId':'" C1 "','title':'Ring','position':'a'}"));
  made = cache_test_perform (&test, intent);
  assert_tasks (&test, C1, "Ring");
  changed = cache_test_update (&test, CSM_TYPE_ID_TASK, id, "{'title':'Write','checklist/one':{'title':'Stamp','done':false,'position':'a'}}");
  assert_tasks (&test, C1, "Write");
  g_assert_true (cache_test_undo (&test, changed));
  assert_tasks (&test, C1, "Ring");
  g_assert_true (cache_test_undo (&test, made));
  assert_tasks (&test, C1, "");

  put (&test, CSM_TYPE_ID_TASK, "{'id':'" ID ("k", "1") "','caseId':'" C1 "','title':'Known','position':'a'}");
  intent = csm_intent_new ("Remove task");
  csm_intent_destroy (intent, CSM_TYPE_ID_TASK, ID ("k", "1"));
  gone = cache_test_perform (&test, intent);
  assert_tasks (&test, C1, "");
  assert_task_list (&test, NULL, FALSE, "");
  g_assert_true (cache_test_undo (&test, gone));
  assert_tasks (&test, C1, "Known");
  cache_test_tear_down (&test);
}

/* --- shared drafts --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  guint n;
  guint n_cases;
  guint n_draft_cases;
  gboolean list;
} Told;

static void
on_changed (CsmCache     *cache,
            CsmChangeSet *set,
            Told         *told)
{
  told->n++;
  told->n_cases += g_hash_table_size (set->case_ids);
  told->n_draft_cases += g_hash_table_size (set->draft_case_ids);
  told->list |= csm_change_set_has (set, CSM_TYPE_ID_CASE);
}

/* While somebody types, the rest of the case is not read again. */
static void
test_draft_is_cheap (void)
{
  CacheTest test = { 0 };
  Told told = { 0 };
  CsmIntent *intent;
  g_autoptr (GPtrArray) drafts = NULL;

  cache_test_set_up (&test);
  put_case (&test, C1, "");
  g_signal_connect (test.cache, "changed", G_CALLBACK (on_changed), &told);
  put (&test, CSM_TYPE_ID_DRAFT, "{'id':'" ID ("d", "1") "','caseId':'" C1 "','conversationId':'" ID ("v", "1") "','paragraphs':{'a':{'text':'Dear','position':'a','rev':1}}}");
  cache_test_update (&test, CSM_TYPE_ID_DRAFT, ID ("d", "1"), "{'paragraphs/b':{'text':'you','position':'b','rev':0,'writer':'w'}}");
  g_assert_cmpuint (told.n, ==, 2);
  g_assert_cmpuint (told.n_cases, ==, 0);
  g_assert_cmpuint (told.n_draft_cases, ==, 2);
  g_assert_false (told.list);
  drafts = load_of_case (&test, csm_cache_load_drafts_async, csm_cache_load_drafts_finish, C1);
  g_assert_cmpuint (drafts->len, ==, 1);
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (g_ptr_array_index (drafts, 0), "paragraphs")), ==, 2);
  /* Together with anything else, the case is. */
  intent = csm_intent_new ("Both");
  csm_intent_update (intent, CSM_TYPE_ID_DRAFT, ID ("d", "1"), cache_test_json ("{'review':'requested'}"));
  csm_intent_update (intent, CSM_TYPE_ID_CASE, C1, cache_test_json ("{'priority':'high'}"));
  cache_test_perform (&test, intent);
  g_assert_cmpuint (told.n_cases, ==, 1);
  g_assert_cmpuint (told.n_draft_cases, ==, 2);
  cache_test_tear_down (&test);
}

#define DRAFT ID ("d", "1")

static gint64
write_in (CacheTest  *test,
          const char *patch)
{
  return cache_test_update (test, CSM_TYPE_ID_DRAFT, DRAFT, patch);
}

static JsonObject *
paragraph_of (JsonObject *payload,
              const char *key)
{
  g_assert_nonnull (csm_json_get_object (payload, key));
  return csm_json_get_object (payload, key);
}

/* A whole offline flight of typing is one operation, which tells what was seen before it began. */
static void
test_draft_joins (void)
{
  CacheTest test = { 0 };
  g_autoptr (GPtrArray) ops = NULL;
  g_autoptr (GPtrArray) more = NULL;
  g_autoptr (CsmOpBatch) batch = NULL;
  g_autoptr (CsmOpBatch) later = NULL;
  JsonObject *payload;
  gint64 group;

  cache_test_set_up (&test);
  put_case (&test, C1, "");
  put (&test, CSM_TYPE_ID_DRAFT, "{'id':'" DRAFT "','caseId':'" C1 "','conversationId':'" ID ("v", "1") "','paragraphs':{'a':{'text':'Dear','position':'a','rev':3}}}");
  write_in (&test, "{'paragraphs/a':{'text':'Dear M','position':'a','rev':3,'writer':'w'}}");
  /* A colleague was faster; this one has not seen it. */
  put (&test, CSM_TYPE_ID_DRAFT, "{'id':'" DRAFT "','caseId':'" C1 "','conversationId':'" ID ("v", "1") "','paragraphs':{'a':{'text':'Hi','position':'a','rev':4}}}");
  write_in (&test, "{'paragraphs/a':{'text':'Dear Ms Berg','position':'a','rev':4,'writer':'w'}}");
  group = write_in (&test, "{'paragraphs/b':{'text':'Thank you','position':'b','rev':0,'writer':'w'}}");
  ops = cache_test_outbox (&test);
  g_assert_cmpuint (ops->len, ==, 1);
  payload = ((CsmOperation *) g_ptr_array_index (ops, 0))->payload;
  g_assert_cmpstr (csm_json_get_string (paragraph_of (payload, "paragraphs/a"), "text"), ==, "Dear Ms Berg");
  g_assert_cmpint (csm_json_get_int (paragraph_of (payload, "paragraphs/a"), "rev", -1), ==, 3);
  g_assert_cmpstr (csm_json_get_string (paragraph_of (payload, "paragraphs/b"), "text"), ==, "Thank you");
  /* What is not text stays a thing of its own, and what has left is not changed. */
  write_in (&test, "{'review':'requested'}");
  write_in (&test, "{'paragraphs/b':{'text':'Thanks','position':'b','rev':0,'writer':'w'}}");
  more = cache_test_outbox (&test);
  g_assert_cmpuint (more->len, ==, 3);
  batch = cache_test_take (&test, 10, csm_time_now ());
  g_assert_cmpuint (batch->ops->len, ==, 1);
  payload = ((CsmOperation *) g_ptr_array_index (batch->ops, 0))->payload;
  g_assert_cmpint (csm_json_get_int (paragraph_of (payload, "paragraphs/a"), "rev", -1), ==, 3);
  g_assert_cmpstr (csm_json_get_string (paragraph_of (payload, "paragraphs/b"), "text"), ==, "Thanks");
  write_in (&test, "{'paragraphs/b':{'text':'Thanks!','position':'b','rev':0,'writer':'w'}}");
  cache_test_finish (&test, csm_op_result_new (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->seq, CSM_OUTCOME_DONE));
  later = cache_test_take (&test, 10, csm_time_now ());
  g_assert_cmpuint (later->ops->len, ==, 1);
  payload = ((CsmOperation *) g_ptr_array_index (later->ops, 0))->payload;
  g_assert_cmpstr (csm_json_get_string (paragraph_of (payload, "paragraphs/b"), "text"), ==, "Thanks!");
  g_assert_cmpint (group, >, 0);
  cache_test_tear_down (&test);
}

/* So are the recipients; a file is one of its own, for which no text waits. */
static void
test_draft_parts (void)
{
  CacheTest test = { 0 };
  g_autoptr (GPtrArray) ops = NULL;
  g_autoptr (JsonObject) draft = NULL;
  JsonObject *to, *payload;
  gint64 group;

  cache_test_set_up (&test);
  put_case (&test, C1, "");
  /* Of before drafts had any. */
  put (&test, CSM_TYPE_ID_DRAFT, "{'id':'" DRAFT "','caseId':'" C1 "','conversationId':'" ID ("v", "1") "','paragraphs':{},'attachments':[]}");
  write_in (&test, "{'envelope/to':{'value':[{'name':'','address':'a@example.org'}],'rev':3,'writer':'w'}}");
  write_in (&test, "{'paragraphs/a':{'text':'Dear','position':'a','rev':0,'writer':'w'}}");
  write_in (&test, "{'envelope/to':{'value':[{'name':'','address':'b@example.org'}],'rev':4,'writer':'w'}}");
  group = write_in (&test, "{'files/k':{'blobId':'" CSM_LOCAL_BLOB_PREFIX "0','name':'a.pdf'}}");
  write_in (&test, "{'paragraphs/a':{'text':'Dear M','position':'a','rev':0,'writer':'w'}}");
  ops = cache_test_outbox (&test);
  g_assert_cmpuint (ops->len, ==, 3);
  payload = ((CsmOperation *) g_ptr_array_index (ops, 0))->payload;
  to = csm_json_get_object (payload, "envelope/to");
  g_assert_cmpint (csm_json_get_int (to, "rev", 0), ==, 3);
  g_assert_cmpuint (json_object_get_size (payload), ==, 2);
  draft = cache_test_get (&test, CSM_TYPE_ID_DRAFT, DRAFT);
  g_assert_true (csm_json_has_key (draft, "files", "k"));
  to = csm_json_get_object (csm_json_get_object (draft, "envelope"), "to");
  g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (csm_json_get_array (to, "value"), 0), "address"), ==, "b@example.org");
  /* The file can be taken out again. */
  g_assert_true (cache_test_undo (&test, group));
  json_object_unref (draft);
  draft = cache_test_get (&test, CSM_TYPE_ID_DRAFT, DRAFT);
  g_assert_false (csm_json_has_key (draft, "files", "k"));
  cache_test_tear_down (&test);
}

/* What is on the screen while a reply is on its way is no writing: neither it nor its Undo touches what was typed before. */
static void
test_draft_sent (void)
{
  CacheTest test = { 0 };
  g_autoptr (GPtrArray) ops = NULL;
  g_autoptr (JsonObject) draft = NULL;
  gint64 group;

  cache_test_set_up (&test);
  put_case (&test, C1, "");
  put (&test, CSM_TYPE_ID_DRAFT, "{'id':'" DRAFT "','caseId':'" C1 "','conversationId':'" ID ("v", "1") "','paragraphs':{'a':{'text':'Dear','position':'a','rev':3}}}");
  write_in (&test, "{'paragraphs/a':{'text':'Dear M','position':'a','rev':3,'writer':'w'}}");
  group = write_in (&test, "{'paragraphs/a':{'text':'','position':'a','rev':3,'writer':'w','sent':true}}");
  write_in (&test, "{'paragraphs/b':{'text':'And','position':'b','rev':0,'writer':'w'}}");
  ops = cache_test_outbox (&test);
  g_assert_cmpuint (ops->len, ==, 3);
  g_assert_true (cache_test_undo (&test, group));
  draft = cache_test_get (&test, CSM_TYPE_ID_DRAFT, DRAFT);
  g_assert_cmpstr (csm_json_get_string (paragraph_of (csm_json_get_object (draft, "paragraphs"), "a"), "text"), ==, "Dear M");
  g_assert_cmpstr (csm_json_get_string (paragraph_of (csm_json_get_object (draft, "paragraphs"), "b"), "text"), ==, "And");
  cache_test_tear_down (&test);
}

/* The server is told of what was typed before it is told that it goes out: the reply may be refused. */
static void
test_draft_refused (void)
{
  CacheTest test = { 0 };
  g_autoptr (CsmOpBatch) batch = NULL;
  CsmOperation *op;
  JsonObject *paragraph;

  cache_test_set_up (&test);
  put_case (&test, C1, "");
  put (&test, CSM_TYPE_ID_DRAFT, "{'id':'" DRAFT "','caseId':'" C1 "','conversationId':'" ID ("v", "1") "','paragraphs':{'a':{'text':'Dear','position':'a','rev':3}}}");
  write_in (&test, "{'paragraphs/a':{'text':'Dear M','position':'a','rev':3,'writer':'w'}}");
  write_in (&test, "{'paragraphs/a':{'text':'','position':'a','rev':3,'writer':'w','sent':true}}");
  batch = cache_test_take (&test, 50, csm_time_now ());
  g_assert_cmpuint (batch->ops->len, ==, 1);
  op = g_ptr_array_index (batch->ops, 0);
  paragraph = csm_json_get_object (op->payload, "paragraphs/a");
  g_assert_cmpstr (csm_json_get_string (paragraph, "text"), ==, "Dear M");
  g_assert_false (csm_json_get_boolean (paragraph, "sent"));
  cache_test_tear_down (&test);
}

static void
test_draft_undo (void)
{
  CacheTest test = { 0 };
  g_autoptr (JsonObject) draft = NULL;
  gint64 group;

  cache_test_set_up (&test);
  put_case (&test, C1, "");
  put (&test, CSM_TYPE_ID_DRAFT, "{'id':'" DRAFT "','caseId':'" C1 "','conversationId':'" ID ("v", "1") "','paragraphs':{'a':{'text':'Dear','position':'a','rev':3}}}");
  write_in (&test, "{'paragraphs/a':{'text':'Dear M','position':'a','rev':3,'writer':'w'}}");
  group = write_in (&test, "{'paragraphs/b':{'text':'Thank you','position':'b','rev':0,'writer':'w'}}");
  g_assert_true (cache_test_undo (&test, group));
  draft = cache_test_get (&test, CSM_TYPE_ID_DRAFT, DRAFT);
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (draft, "paragraphs")), ==, 1);
  g_assert_cmpstr (csm_json_get_string (paragraph_of (csm_json_get_object (draft, "paragraphs"), "a"), "text"), ==, "Dear");
  cache_test_tear_down (&test);
}

/* --- what becomes of it ----------------------------------------------------------------------------------------------------- */

static char *
export (CacheTest *test)
{
  g_autofree char *path = g_build_filename (test->dir, "export", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  char *text = NULL;

  csm_cache_export_outbox_async (test->cache, file, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_export_outbox_finish (test->cache, result, NULL));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_file_delete (file, NULL, NULL);
  return text;
}

/* A reply reads as one, in whatever order it was typed. */
static void
test_export (void)
{
  CacheTest test = { 0 };
  CsmIntent *intent = csm_intent_new ("Add task");
  g_autofree char *text = NULL;

  cache_test_set_up (&test);
  put_case (&test, C1, "");
  put (&test, CSM_TYPE_ID_DRAFT, "{'id':'" DRAFT "','caseId':'" C1 "','conversationId':'" ID ("v", "1") "'}");
  write_in (&test, "{'paragraphs/a':{'text':'Thank you','position':'b','rev':0},'paragraphs/b':{'text':'Dear Ms Berg','position':'a','rev':0}}");
  g_free (csm_intent_create (intent, CSM_TYPE_ID_TASK, cache_test_json ("{'caseId':'" C1 "','title':'Ring her'}")));
  cache_test_perform (&test, intent);
  text = export (&test);
  g_assert_nonnull (strstr (text, "\nDear Ms Berg\n\nThank you\n"));
  g_assert_nonnull (strstr (text, "\nRing her\n\n"));
  cache_test_tear_down (&test);
}

static void
restart_empty (CacheTest *test,
               CsmTypeId  type)
{
  CsmSyncPage *page = csm_sync_page_new (type, "W");
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  csm_cache_restart_type_async (test->cache, type, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_restart_type_finish (test->cache, result, NULL));
  page->new_state = g_strdup ("v1.2.3.x");
  cache_test_apply (test, page, &error);
  g_assert_no_error (error);
}

static void
put_at (CacheTest  *test,
        CsmTypeId   type,
        const char *text)
{
  CsmSyncPage *page = csm_sync_page_new (type, "W");

  page->new_state = g_strdup ("v1.1.9.x");
  g_ptr_array_add (page->records, cache_test_json (text));
  cache_test_apply (test, page, NULL);
}

/* A server that was restored from a backup gets the tasks and the draft back. */
static void
test_lost (void)
{
  CacheTest test = { 0 };
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) ops = NULL;
  JsonObject *draft, *paragraph;

  cache_test_set_up (&test);
  put_at (&test, CSM_TYPE_ID_TASK, "{'id':'" ID ("k", "1") "','caseId':'" C1 "','title':'Ring her','done':true,'doneAt':'2026-01-01T00:00:00Z'}");
  put_at (&test, CSM_TYPE_ID_DRAFT, "{'id':'" DRAFT "','caseId':'" C1 "','conversationId':'" ID ("v", "1") "','paragraphs':"
                                    "{'a':{'text':'Dear','position':'a','rev':3,'writer':'w','by':'" CACHE_TEST_ANA "'}}}");
  restart_empty (&test, CSM_TYPE_ID_TASK);
  restart_empty (&test, CSM_TYPE_ID_DRAFT);
  csm_cache_restore_lost_async (test.cache, "Restore", NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_restore_lost_finish (test.cache, result, NULL));
  ops = cache_test_outbox (&test);
  g_assert_cmpuint (ops->len, ==, 2);
  g_assert_cmpstr (((CsmOperation *) g_ptr_array_index (ops, 0))->record_id, ==, ID ("k", "1"));
  g_assert_false (json_object_has_member (((CsmOperation *) g_ptr_array_index (ops, 0))->payload, "doneAt"));
  draft = ((CsmOperation *) g_ptr_array_index (ops, 1))->payload;
  paragraph = paragraph_of (csm_json_get_object (draft, "paragraphs"), "a");
  g_assert_cmpint (csm_json_get_int (paragraph, "rev", -1), ==, 0);
  g_assert_false (json_object_has_member (paragraph, "by"));
  g_clear_object (&result);
  cache_test_tear_down (&test);
}

/* --- promises ------------------------------------------------------------------------------------------------------------- */

static void
put_clock (CacheTest  *test,
           const char *id,
           int         clock,
           int         warn,
           const char *more)
{
  gint64 now = csm_time_now ();
  g_autofree char *at = csm_time_format (now + clock * CSM_SECOND);
  g_autofree char *from = csm_time_format (now + warn * CSM_SECOND);
  g_autofree char *text = g_strdup_printf (",'clockAt':'%s','warnAt':'%s','clockKind':'answer'%s", at, from, more);

  put_case (test, id, text);
}

static void
test_clocks (void)
{
  CacheTest test = { 0 };
  g_autoptr (CsmViewCounts) counts = NULL;
  g_autofree char *late = NULL;
  g_autofree char *soon = NULL;
  g_autoptr (GArray) rowids = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  CsmCaseRow *row;

  cache_test_set_up (&test);
  put_clock (&test, C1, -60, -3600, "");
  put_clock (&test, C2, -3600, -60, ",'ownerId':'" CACHE_TEST_ME "'");
  put_clock (&test, C3, 1800, -10, "");
  put_clock (&test, ID ("c", "4"), 7200, 3600, "");
  put_clock (&test, ID ("c", "5"), -60, -60, ",'status':'resolved'");
  put_clock (&test, ID ("c", "6"), -60, -60, ",'lane':'spam'");
  put_clock (&test, ID ("c", "7"), -60, -60, ",'mergedIntoId':'" C1 "'");
  put_case (&test, ID ("c", "8"), "");
  late = cache_test_ids (&test, CSM_VIEW_LATE, NULL);
  g_assert_cmpstr (late, ==, C2 " " C1);
  soon = cache_test_ids (&test, CSM_VIEW_DUE_SOON, NULL);
  g_assert_cmpstr (soon, ==, C3);
  counts = cache_test_counts (&test);
  g_assert_cmpuint (counts->late, ==, 2);
  g_assert_cmpuint (counts->due_soon, ==, 1);
  rowids = cache_test_list (&test, CSM_VIEW_DUE_SOON, NULL);
  rows = cache_test_rows (&test, rowids);
  row = g_ptr_array_index (rows, 0);
  g_assert_cmpstr (row->clock_kind, ==, "answer");
  g_assert_cmpint (row->clock_at, >, csm_time_now ());
  g_assert_cmpint (row->warn_at, <, csm_time_now ());
  cache_test_tear_down (&test);
}

static void
test_workload (void)
{
  CacheTest test = { 0 };
  g_autoptr (GPtrArray) list = NULL;
  CsmWorkload *first, *second, *last;

  cache_test_set_up (&test);
  put_clock (&test, C1, -60, -60, ",'ownerId':'" CACHE_TEST_ME "'");
  put_case (&test, C2, ",'ownerId':'" CACHE_TEST_ME "'");
  put_case (&test, C3, ",'ownerId':'" CACHE_TEST_ANA "','status':'waiting'");
  put_case (&test, ID ("c", "4"), "");
  put_case (&test, ID ("c", "5"), ",'ownerId':'" CACHE_TEST_ANA "','status':'resolved'");
  put_case (&test, ID ("c", "6"), ",'ownerId':'" CACHE_TEST_ANA "','mergedIntoId':'" C1 "'");
  put (&test, CSM_TYPE_ID_TASK, "{'id':'" ID ("k", "1") "','caseId':'" C1 "','title':'x','assigneeId':'" CACHE_TEST_ANA "'}");
  list = load_workload (&test);
  g_assert_cmpuint (list->len, ==, 3);
  first = g_ptr_array_index (list, 0), second = g_ptr_array_index (list, 1), last = g_ptr_array_index (list, 2);
  g_assert_cmpstr (first->person_id, ==, CACHE_TEST_ME);
  g_assert_cmpuint (first->open, ==, 2);
  g_assert_cmpuint (first->late, ==, 1);
  g_assert_cmpstr (second->person_id, ==, CACHE_TEST_ANA);
  g_assert_cmpuint (second->open, ==, 0);
  g_assert_cmpuint (second->waiting, ==, 1);
  g_assert_cmpuint (second->tasks, ==, 1);
  g_assert_null (last->person_id);
  g_assert_cmpuint (last->open, ==, 1);
  cache_test_tear_down (&test);
}

/* --- cases that became one ------------------------------------------------------------------------------------------------ */

static void
assert_shown (CacheTest   *test,
              CsmViewKind  kind,
              const char  *key,
              const char  *expected)
{
  g_autofree char *ids = cache_test_ids (test, kind, key);

  g_assert_cmpstr (ids, ==, expected);
}

#define MERGED ",'ownerId':'" CACHE_TEST_ME "','teamId':'" ID ("t", "1") "','tags':{'" ID ("g", "1") "':true}"

static void
test_merged (void)
{
  CacheTest test = { 0 };
  g_autoptr (CsmCaseDetail) survivor = NULL;
  g_autoptr (CsmCaseDetail) merged = NULL;
  g_autoptr (CsmCaseDetail) other = NULL;
  g_autoptr (CsmViewCounts) counts = NULL;
  gint64 group;

  cache_test_set_up (&test);
  put_case (&test, C1, ",'customerId':'" ID ("u", "1") "','subject':'Broken kettle'");
  put_case (&test, C2, MERGED ",'customerId':'" ID ("u", "1") "','subject':'Leaking teapot'");
  put_case (&test, C3, ",'customerId':'" ID ("u", "1") "','relatedCaseIds':{'" C2 "':true,'" C1 "':true}");
  put (&test, CSM_TYPE_ID_COMMENT, "{'id':'" ID ("n", "1") "','caseId':'" C2 "','body':'Look','at':'2023-11-15T00:00:00Z',"
                                   "'authorId':'" CACHE_TEST_ANA "','mentions':{'" CACHE_TEST_ME "':true}}");
  assert_shown (&test, CSM_VIEW_TAG, ID ("g", "1"), C2);
  assert_shown (&test, CSM_VIEW_MENTIONS, NULL, C2);
  assert_shown (&test, CSM_VIEW_SEARCH, "teapot", C2);
  group = cache_test_update (&test, CSM_TYPE_ID_CASE, C2, "{'mergedIntoId':'" C1 "'}");
  assert_shown (&test, CSM_VIEW_TAG, ID ("g", "1"), "");
  assert_shown (&test, CSM_VIEW_TEAM, ID ("t", "1"), "");
  assert_shown (&test, CSM_VIEW_MINE, NULL, "");
  assert_shown (&test, CSM_VIEW_MENTIONS, NULL, "");
  assert_shown (&test, CSM_VIEW_SEARCH, "teapot", C1);
  counts = cache_test_counts (&test);
  g_assert_cmpuint (counts->inbox, ==, 2);
  g_assert_cmpuint (counts->mine, ==, 0);
  g_assert_cmpuint (counts->mentions, ==, 0);
  survivor = cache_test_case (&test, C1, CSM_TIME_NONE, 10);
  g_assert_cmpuint (survivor->merged->len, ==, 1);
  g_assert_cmpstr (((CsmCaseRow *) g_ptr_array_index (survivor->merged, 0))->id, ==, C2);
  g_assert_cmpuint (survivor->other_cases->len, ==, 1);
  merged = cache_test_case (&test, C2, CSM_TIME_NONE, 10);
  g_assert_cmpstr (csm_json_get_string (merged->record, "mergedIntoId"), ==, C1);
  other = cache_test_case (&test, C3, CSM_TIME_NONE, 10);
  g_assert_cmpuint (other->related->len, ==, 1);
  g_assert_cmpstr (((CsmCaseRow *) g_ptr_array_index (other->related, 0))->id, ==, C1);
  /* Merged for the second time, and into itself by a server's mistake */
  put_case (&test, C1, ",'subject':'Broken kettle','mergedIntoId':'" C3 "'");
  assert_shown (&test, CSM_VIEW_SEARCH, "teapot", C3);
  put_case (&test, C3, ",'mergedIntoId':'" C1 "'");
  assert_shown (&test, CSM_VIEW_SEARCH, "teapot", "");
  put_case (&test, C1, ",'subject':'Broken kettle'");
  g_assert_true (cache_test_undo (&test, group));
  assert_shown (&test, CSM_VIEW_MENTIONS, NULL, C2);
  assert_shown (&test, CSM_VIEW_TAG, ID ("g", "1"), C2);
  cache_test_tear_down (&test);
}

#define ASKED(more) "{'id':'" ID ("d", "1") "','caseId':'" C1 "','review':'requested','requestedBy':'" CACHE_TEST_ANA "','requestedAt':'2023-11-15T00:00:00Z'," more "}"

/* Who is asked for a review finds it where they are mentioned. */
static void
test_asked (void)
{
  CacheTest test = { 0 };
  g_autoptr (CsmViewCounts) counts = NULL;

  cache_test_set_up (&test);
  put_case (&test, C1, "");
  put (&test, CSM_TYPE_ID_TEAM, "{'id':'" ID ("t", "7") "','memberIds':{'" CACHE_TEST_ME "':true}}");
  put (&test, CSM_TYPE_ID_DRAFT, ASKED ("'reviewerId':'" CACHE_TEST_ANA "'"));
  assert_shown (&test, CSM_VIEW_MENTIONS, NULL, "");
  put (&test, CSM_TYPE_ID_DRAFT, ASKED ("'reviewTeamId':'" ID ("t", "7") "'"));
  assert_shown (&test, CSM_VIEW_MENTIONS, NULL, C1);
  put (&test, CSM_TYPE_ID_DRAFT, ASKED ("'reviewerId':'" CACHE_TEST_ME "'"));
  assert_shown (&test, CSM_VIEW_MENTIONS, NULL, C1);
  counts = cache_test_counts (&test);
  g_assert_cmpuint (counts->mentions, ==, 1);
  /* Answered, it is done. */
  cache_test_update (&test, CSM_TYPE_ID_DRAFT, ID ("d", "1"), "{'review':'approved'}");
  assert_shown (&test, CSM_VIEW_MENTIONS, NULL, "");
  cache_test_tear_down (&test);
}

static CsmMergedCustomers *
load_merged (CacheTest  *test,
             const char *customer_id)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  CsmMergedCustomers *merged;

  csm_cache_load_merged_async (test->cache, customer_id, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  merged = csm_cache_load_merged_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return merged;
}

#define U1 ID ("u", "1")
#define U2 ID ("u", "2")
#define U3 ID ("u", "3")

static void
assert_merged (CacheTest  *test,
               const char *customer_id,
               guint       n,
               const char *survivor_id,
               const char *case_id)
{
  g_autoptr (CsmMergedCustomers) found = load_merged (test, customer_id);

  g_assert_cmpuint (found->merged->len, ==, n);
  g_assert_cmpstr (found->survivor != NULL ? csm_json_get_string (found->survivor, "id") : NULL, ==, survivor_id);
  g_assert_cmpstr (found->survivor_case_id, ==, case_id);
}

static void
test_merged_customers (void)
{
  CacheTest test = { 0 };
  gint64 group;

  cache_test_set_up (&test);
  put (&test, CSM_TYPE_ID_CUSTOMER, "{'id':'" U1 "','name':'One'}");
  put (&test, CSM_TYPE_ID_CUSTOMER, "{'id':'" U2 "','name':'Two'}");
  put (&test, CSM_TYPE_ID_CUSTOMER, "{'id':'" U3 "','name':'Three','mergedIntoId':'" U2 "','merged':{'at':'2023-11-15T00:00:00Z'}}");
  put_case (&test, C1, ",'customerId':'" U1 "'");
  assert_merged (&test, U1, 0, NULL, NULL);
  assert_merged (&test, U3, 0, U2, NULL);
  /* What waits here counts, and what was merged before goes along. */
  group = cache_test_update (&test, CSM_TYPE_ID_CUSTOMER, U2, "{'mergedIntoId':'" U1 "'}");
  assert_merged (&test, U1, 2, NULL, NULL);
  assert_merged (&test, U3, 0, U1, C1);
  /* A circle, by a server's mistake, ends. */
  put (&test, CSM_TYPE_ID_CUSTOMER, "{'id':'" U1 "','name':'One','mergedIntoId':'" U3 "'}");
  assert_merged (&test, U3, 2, NULL, NULL);
  put (&test, CSM_TYPE_ID_CUSTOMER, "{'id':'" U1 "','name':'One'}");
  g_assert_true (cache_test_undo (&test, group));
  assert_merged (&test, U1, 0, NULL, NULL);
  assert_merged (&test, U2, 1, NULL, NULL);
  cache_test_tear_down (&test);
}

static void
test_history (void)
{
  CacheTest test = { 0 };
  g_autoptr (GPtrArray) events = NULL;

  cache_test_set_up (&test);
  put_case (&test, C1, "");
  put_case (&test, C2, ",'mergedIntoId':'" C1 "'");
  put (&test, CSM_TYPE_ID_EVENT, "{'id':'" ID ("y", "1") "','caseId':'" C1 "','at':'2023-11-15T00:00:02Z','kind':'status'}");
  put (&test, CSM_TYPE_ID_EVENT, "{'id':'" ID ("y", "2") "','caseId':'" C2 "','at':'2023-11-15T00:00:01Z','kind':'owner'}");
  put (&test, CSM_TYPE_ID_EVENT, "{'id':'" ID ("y", "3") "','caseId':'" C3 "','at':'2023-11-15T00:00:01Z','kind':'team'}");
  {
    g_autoptr (CsmCaseDetail) detail = cache_test_case (&test, C1, CSM_TIME_NONE, 10);

    g_assert_cmpuint (detail->merged->len, ==, 1);
  }
  /* That somebody looks is written in idle time, as this is, and before it. */
  cache_test_build_search (&test);
  g_assert_cmpint (cache_holding_count_rows (&test, "kept WHERE case_id IN ('" C1 "', '" C2 "')"), ==, 2);
  events = load_of_case (&test, csm_cache_load_history_async, csm_cache_load_history_finish, C1);
  g_assert_cmpuint (events->len, ==, 2);
  g_assert_cmpstr (csm_json_get_string (g_ptr_array_index (events, 0), "kind"), ==, "owner");
  cache_test_tear_down (&test);
}

/* --- the rest ----------------------------------------------------------------------------------------------------------------- */

static void
test_directory (void)
{
  CacheTest test = { 0 };
  g_autoptr (CsmDirectory) directory = NULL;

  cache_test_set_up (&test);
  put (&test, CSM_TYPE_ID_SNIPPET, "{'id':'" ID ("x", "1") "','title':'Thanks'}");
  put (&test, CSM_TYPE_ID_TEMPLATE, "{'id':'" ID ("e", "1") "','title':'Return'}");
  put (&test, CSM_TYPE_ID_ARTICLE, "{'id':'" ID ("a", "1") "','title':'Descaling'}");
  put (&test, CSM_TYPE_ID_CALENDAR, "{'id':'" ID ("o", "1") "','name':'Shop'}");
  put (&test, CSM_TYPE_ID_SERVICE_LEVEL, "{'id':'" ID ("l", "1") "','name':'A','position':2}");
  put (&test, CSM_TYPE_ID_SERVICE_LEVEL, "{'id':'" ID ("l", "2") "','name':'B','position':1}");
  directory = load_directory (&test);
  g_assert_cmpstr (csm_directory_name (directory, ID ("x", "1")), ==, "Thanks");
  g_assert_cmpstr (csm_directory_name (directory, ID ("e", "1")), ==, "Return");
  g_assert_cmpstr (csm_directory_name (directory, ID ("a", "1")), ==, "Descaling");
  g_assert_cmpstr (csm_directory_name (directory, ID ("o", "1")), ==, "Shop");
  g_assert_cmpuint (directory->service_levels->len, ==, 2);
  g_assert_cmpstr (csm_json_get_string (g_ptr_array_index (directory->service_levels, 0), "name"), ==, "B");
  cache_test_tear_down (&test);
}

static void
test_shared_comments (void)
{
  CacheTest test = { 0 };
  CsmIntent *intent = csm_intent_new ("Write to partner");
  g_autoptr (CsmCaseDetail) detail = NULL;
  g_autoptr (GArray) rowids = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  cache_test_set_up (&test);
  put_case (&test, C1, "");
  put (&test, CSM_TYPE_ID_SHARED_COMMENT, "{'id':'" ID ("q", "1") "','caseId':'" C1 "','partnerId':'" ID ("t", "1") "','body':'Hello','at':'2023-11-15T00:00:00Z'}");
  g_free (csm_intent_create (intent, CSM_TYPE_ID_SHARED_COMMENT, cache_test_json ("{'caseId':'" C1 "','partnerId':'" ID ("t", "1") "','body':'Yes?'}")));
  cache_test_perform (&test, intent);
  rowids = cache_test_list (&test, CSM_VIEW_INBOX, NULL);
  rows = cache_test_rows (&test, rowids);
  g_assert_true (((CsmCaseRow *) g_ptr_array_index (rows, 0))->unread);
  put (&test, CSM_TYPE_ID_SEEN, "{'id':'" ID ("z", "1") "','caseId':'" C1 "','upTo':'2023-11-14T00:00:00Z'}");
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = cache_test_rows (&test, rowids);
  g_assert_true (((CsmCaseRow *) g_ptr_array_index (rows, 0))->unread);
  put (&test, CSM_TYPE_ID_SEEN, "{'id':'" ID ("z", "1") "','caseId':'" C1 "','upTo':'2023-11-15T00:00:00Z'}");
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = cache_test_rows (&test, rowids);
  g_assert_false (((CsmCaseRow *) g_ptr_array_index (rows, 0))->unread);
  detail = cache_test_case (&test, C1, CSM_TIME_NONE, 10);
  g_assert_cmpuint (detail->shared_comments->len, ==, 2);
  g_assert_false (((CsmTimelineEntry *) g_ptr_array_index (detail->shared_comments, 0))->waits);
  g_assert_true (((CsmTimelineEntry *) g_ptr_array_index (detail->shared_comments, 1))->waits);
  g_assert_cmpstr (csm_json_get_string (((CsmTimelineEntry *) g_ptr_array_index (detail->shared_comments, 1))->record, "authorId"), ==, CACHE_TEST_ME);
  cache_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/work/tasks", test_tasks);
  g_test_add_func ("/work/task-undo", test_task_undo);
  g_test_add_func ("/work/draft-is-cheap", test_draft_is_cheap);
  g_test_add_func ("/work/draft-joins", test_draft_joins);
  g_test_add_func ("/work/draft-parts", test_draft_parts);
  g_test_add_func ("/work/draft-sent", test_draft_sent);
  g_test_add_func ("/work/draft-refused", test_draft_refused);
  g_test_add_func ("/work/draft-undo", test_draft_undo);
  g_test_add_func ("/work/export", test_export);
  g_test_add_func ("/work/lost", test_lost);
  g_test_add_func ("/work/clocks", test_clocks);
  g_test_add_func ("/work/workload", test_workload);
  g_test_add_func ("/work/merged", test_merged);
  g_test_add_func ("/work/asked", test_asked);
  g_test_add_func ("/work/merged-customers", test_merged_customers);
  g_test_add_func ("/work/history", test_history);
  g_test_add_func ("/work/directory", test_directory);
  g_test_add_func ("/work/partners-comments", test_shared_comments);
  return g_test_run ();
}
