/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-test.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "csm-cache-outbox.h"
#include "csm-error.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-patch.h"
#include "csm-time.h"
#include "csm-tokenizer.h"

#define CASE "c01J00000000000000000000001"

static void
put_case (CacheTest  *test,
          const char *id)
{
  g_autofree char *text = g_strdup_printf ("{'id':'%s','subject':'One','status':'open','lastActivityAt':'2023-11-15T00:00:00Z'}", id);

  cache_test_put (test, CSM_TYPE_ID_CASE, cache_test_json (text));
}

/* SQLite's: as the program's own they take the place of the C library's. */
static gint n_syncs;

int
fdatasync (int fd)
{
  g_atomic_int_inc (&n_syncs);
  return 0;
}

int
fsync (int fd)
{
  g_atomic_int_inc (&n_syncs);
  return 0;
}

/* What no function of the cache would write. */
static void
execute (CacheTest  *test,
         const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (test->path, FALSE, &error);

  g_assert_no_error (error);
  csm_db_conn_exec (conn, sql, &error);
  g_assert_no_error (error);
}

static char *
ask (CacheTest  *test,
     const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (test->path, FALSE, &error);
  char *text = csm_db_conn_get_text (conn, &error, sql, NULL);

  g_assert_no_error (error);
  return text;
}

static void
finish_all (CacheTest  *test,
            CsmOpBatch *batch)
{
  for (guint i = 0; i < batch->ops->len; i++)
    cache_test_finish (test, csm_op_result_new (((CsmOperation *) g_ptr_array_index (batch->ops, i))->seq, CSM_OUTCOME_DONE));
}

static CsmOperation *
find_op (GPtrArray  *ops,
         const char *record_id)
{
  for (guint i = 0; i < ops->len; i++)
    {
      CsmOperation *op = g_ptr_array_index (ops, i);

      if (g_str_equal (op->record_id, record_id))
        return op;
    }
  return NULL;
}

/* --- rows that can't be read ------------------------------------------------------------------------------------------------ */

#define ROW(id, kind, type, record, payload, version, person) \
  "INSERT INTO outbox (grp, op_id, label, kind, type, record_id, case_id, payload, created, version, person) VALUES (90, '" id "', 'X', '" kind "', '" type \
  "', '" record "', NULL, '" payload "', 1700000000000000, " version ", " person ");"

static void
test_poison (void)
{
  static const struct { const char *record_id; const char *error; } bad[] = {
    { "g01J00000000000000000000090", "unreadable" },
    { "g01J00000000000000000000091", "unreadable" },
    { "g01J00000000000000000000092", "unreadable" },
    { "g01J00000000000000000000093", "unreadable" },
    { "g01J00000000000000000000094", "otherPerson" },
    { "nothing", "unreadable" },
  };
  CacheTest test = { 0 };
  guint left = 994;

  cache_test_set_up (&test);
  execute (&test,
    ROW ("o90", "create", "Tag", "g01J00000000000000000000090", "{broken", "1", "NULL")
    ROW ("o91", "create", "Tag", "g01J00000000000000000000091", "{}", "99", "NULL")
    ROW ("o92", "create", "Cloud", "g01J00000000000000000000092", "{}", "1", "NULL")
    ROW ("o93", "merge", "Tag", "g01J00000000000000000000093", "{}", "1", "NULL")
    ROW ("o94", "create", "Tag", "g01J00000000000000000000094", "{}", "1", "'p01J00000000000000000000009'")
    ROW ("o95", "update", "Tag", "nothing", "{}", "1", "NULL"));
  for (guint i = 0; i < left; i++)
    {
      CsmIntent *intent = csm_intent_new ("Tag");
      g_autofree char *text = g_strdup_printf ("{'name':'t%u'}", i);

      g_free (csm_intent_create (intent, CSM_TYPE_ID_TAG, cache_test_json (text)));
      cache_test_perform (&test, intent);
    }
  /* Each is parked alone, and the others go. */
  while (left > 0)
    {
      g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 500, csm_time_now ());

      g_assert_cmpuint (batch->ops->len, >, 0);
      left -= batch->ops->len;
      finish_all (&test, batch);
    }
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);

    g_assert_cmpuint (ops->len, ==, G_N_ELEMENTS (bad));
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
      {
        CsmOperation *op = find_op (ops, bad[i].record_id);

        g_assert_nonnull (op);
        g_assert_cmpint (op->state, ==, CSM_OP_PARKED);
        g_assert_cmpstr (op->error, ==, bad[i].error);
      }
  }
  cache_test_tear_down (&test);
}

/* What depends on what a person still has to decide waits, and holds nothing else up. */
static void
test_parked_parent (void)
{
  CacheTest test = { 0 };
  CsmIntent *intent = csm_intent_new ("Comment");
  g_autofree char *id = NULL;
  CsmOpResult *refused;

  cache_test_set_up (&test);
  put_case (&test, CASE);
  id = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, cache_test_json ("{'caseId':'" CASE "','body':'Hm'}"));
  cache_test_perform (&test, intent);
  cache_test_update (&test, CSM_TYPE_ID_COMMENT, id, "{'pinned':true}");
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());

    g_assert_cmpuint (batch->ops->len, ==, 1);
    refused = csm_op_result_new (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->seq, CSM_OUTCOME_PARK);
    refused->error = g_strdup ("overQuota");
    cache_test_finish (&test, refused);
  }
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'subject':'Goes'}");
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());

    g_assert_cmpuint (batch->ops->len, ==, 1);
    g_assert_cmpint (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->type, ==, CSM_TYPE_ID_CASE);
  }
  cache_test_tear_down (&test);
}

/* --- which go together ------------------------------------------------------------------------------------------------------ */

static char *
comment (CacheTest  *test,
         const char *text)
{
  CsmIntent *intent = csm_intent_new ("Comment");
  g_autofree char *json = g_strdup_printf ("{'caseId':'" CASE "','body':'%s'}", text);
  char *id = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, cache_test_json (json));

  cache_test_perform (test, intent);
  return id;
}

static char *
reply (CacheTest *test,
       gint64    *group)
{
  CsmIntent *intent = csm_intent_new ("Reply");
  char *id = csm_intent_create (intent, CSM_TYPE_ID_SUBMISSION,
    cache_test_json ("{'caseId':'" CASE "','conversationId':'v01J00000000000000000000001','to':[{'address':'a@example.com'}],'textBody':'Hello'}"));

  *group = cache_test_perform (test, intent);
  return id;
}

static void
test_together (void)
{
  CacheTest test = { 0 };
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *sent = NULL;
  gint64 group;

  cache_test_set_up (&test);
  put_case (&test, CASE);
  first = comment (&test, "1");
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'subject':'A'}");
  second = comment (&test, "2");
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'goal':'B'}");
  sent = reply (&test, &group);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'goal':'C'}");
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());
    CsmOperation *both;

    /* Comments and what was done to the case go at once, the two changes of the case as one; the reply waits until they are done. */
    g_assert_cmpuint (batch->ops->len, ==, 3);
    both = find_op (batch->ops, CASE);
    g_assert_cmpstr (csm_json_get_string (both->payload, "subject"), ==, "A");
    g_assert_cmpstr (csm_json_get_string (both->payload, "goal"), ==, "B");
    g_assert_nonnull (find_op (batch->ops, first));
    g_assert_nonnull (find_op (batch->ops, second));
    finish_all (&test, batch);
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());

    g_assert_cmpuint (batch->ops->len, ==, 1);
    g_assert_nonnull (find_op (batch->ops, sent));
    /* Called back before anybody knows whether it arrived: the answer decides, and nothing goes behind it. */
    g_assert_true (cache_test_undo (&test, group));
    cache_test_finish (&test, csm_op_result_new (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->seq, CSM_OUTCOME_RETRY));
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());

    /* In one request, so that the server takes both or none. */
    g_assert_cmpuint (batch->ops->len, ==, 2);
    g_assert_cmpstr (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->kind, ==, "create");
    g_assert_cmpstr (csm_json_get_string (((CsmOperation *) g_ptr_array_index (batch->ops, 1))->payload, "undoStatus"), ==, "canceled");
    finish_all (&test, batch);
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());

    g_assert_cmpuint (batch->ops->len, ==, 1);
    g_assert_cmpstr (csm_json_get_string (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->payload, "goal"), ==, "C");
  }
  cache_test_tear_down (&test);
}

static void
test_thrown_away (void)
{
  CacheTest test = { 0 };
  CsmIntent *intent = csm_intent_new ("Tag");
  g_autofree char *id = csm_intent_create (intent, CSM_TYPE_ID_TAG, cache_test_json ("{'name':'x'}"));

  cache_test_set_up (&test);
  cache_test_perform (&test, intent);
  intent = csm_intent_new ("Tag");
  csm_intent_destroy (intent, CSM_TYPE_ID_TAG, id);
  cache_test_perform (&test, intent);
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);

    g_assert_cmpuint (batch->ops->len, ==, 0);
    g_assert_cmpuint (ops->len, ==, 0);
  }
  cache_test_tear_down (&test);
}

/* After a long absence first what is recent. */
static void
test_old_waits (void)
{
  CacheTest test = { 0 };

  cache_test_set_up (&test);
  put_case (&test, CASE);
  put_case (&test, "c01J00000000000000000000002");
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'subject':'Old'}");
  execute (&test, "UPDATE outbox SET created = created - 2 * 86400000000");
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'tags':{}}");
  cache_test_update (&test, CSM_TYPE_ID_CASE, "c01J00000000000000000000002", "{'subject':'New'}");
  {
    GAsyncResult *slot = NULL;
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (CsmOpBatch) batch = NULL;

    csm_cache_take_ops_async (test.cache, 50, csm_time_now (), FALSE, NULL, cache_test_on_done, &slot);
    result = cache_test_wait (&slot);
    batch = csm_cache_take_ops_finish (test.cache, result, NULL);
    /* What is new does not overtake what is old in its lane. */
    g_assert_cmpuint (batch->ops->len, ==, 1);
    g_assert_nonnull (find_op (batch->ops, "c01J00000000000000000000002"));
    finish_all (&test, batch);
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());

    g_assert_cmpuint (batch->ops->len, ==, 1);
    g_assert_nonnull (find_op (batch->ops, CASE));
  }
  cache_test_tear_down (&test);
}

/* One merged patch does what two do one after the other, or there is none. */
static void
test_merge (void)
{
  static const char * const patches[] = {
    "{'status':'open'}", "{'status':'resolved','priority':'high'}", "{'priority':null}", "{'tags/g01J00000000000000000000001':true}",
    "{'tags/g01J00000000000000000000001':null}", "{'tags/g01J00000000000000000000002':true}", "{'tags':{}}", "{'tags':null}",
    "{'tags':{'g01J00000000000000000000003':true}}", "{'participantIds/p01J00000000000000000000001':true}", "{'subject':'x'}",
  };
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CASE);
  guint merged = 0;

  for (guint round = 0; round < 3000; round++)
    {
      g_autoptr (JsonObject) record = cache_test_json ("{'subject':'One','tags':{'g01J00000000000000000000002':true}}");
      g_autoptr (JsonObject) sum = cache_test_json ("{}");
      guint n = (guint) g_test_rand_int_range (1, 5);
      g_autoptr (JsonObject) after = NULL;
      g_autoptr (JsonNode) a = NULL;
      g_autoptr (JsonNode) b = NULL;

      csm_record_fill_defaults (type, record);
      after = json_object_ref (record);
      for (guint i = 0; i < n && sum != NULL; i++)
        {
          g_autoptr (JsonObject) patch = cache_test_json (patches[g_test_rand_int_range (0, G_N_ELEMENTS (patches))]);
          JsonObject *next = csm_patch_apply (type, after, patch, NULL);
          JsonObject *more = csm_cache_merge_patch (sum, patch);

          json_object_unref (after);
          after = next;
          json_object_unref (sum);
          sum = more;
        }
      if (sum == NULL)
        continue;
      merged++;
      a = json_node_init_object (json_node_alloc (), after);
      b = json_node_new (JSON_NODE_OBJECT);
      json_node_take_object (b, csm_patch_apply (type, record, sum, NULL));
      g_assert_true (json_node_equal (a, b));
    }
  g_assert_cmpuint (merged, >, 1000);
}

/* --- whose, and where --------------------------------------------------------------------------------------------------------- */

static void
copy_file (const char *from,
           const char *to)
{
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (from, &content, &length, NULL));
  g_assert_true (g_file_set_contents (to, content, (gssize) length, NULL));
}

/* Two computers with the same database: the copy finds out, takes an id of its own, and does nothing over what others did since. */
static void
test_copied (void)
{
  CacheTest test = { 0 }, copy = { 0 };
  g_autofree char *device = NULL;
  g_autofree char *again = NULL;
  g_autofree char *other = NULL;
  g_autofree char *op_id = NULL;

  cache_test_set_up (&test);
  cache_test_set_up (&copy);
  put_case (&test, CASE);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'subject':'Mine'}");
  cache_test_reopen (&test);
  device = ask (&test, "SELECT value FROM meta WHERE key = 'device'");
  again = ask (&test, "SELECT device FROM outbox");
  g_assert_true (csm_id_is_valid (device, 'd'));
  g_assert_cmpstr (device, ==, again);

  csm_cache_close (test.cache);
  csm_cache_close (copy.cache);
  copy_file (test.path, copy.path);
  cache_test_reopen (&test);
  cache_test_reopen (&copy);
  other = ask (&copy, "SELECT value FROM meta WHERE key = 'device'");
  g_assert_cmpstr (device, !=, other);
  /* The first sends it, a colleague renames the case, and the copy sees that. */
  cache_test_put (&copy, CSM_TYPE_ID_CASE, cache_test_json ("{'id':'" CASE "','subject':'Theirs','status':'open','lastActivityAt':'2023-11-15T00:00:00Z'}"));
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&copy, 50, csm_time_now ());
    CsmOpResult *mismatch;

    /* It may have left from the other copy: the same goes again, and the server knows. */
    g_assert_cmpuint (batch->ops->len, ==, 1);
    g_assert_cmpint (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->if_modseq, ==, 0);
    mismatch = csm_op_result_new (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->seq, CSM_OUTCOME_MISMATCH);
    mismatch->error = g_strdup ("recordMismatch");
    mismatch->server = cache_test_json ("{'id':'" CASE "','subject':'Theirs','status':'open','lastActivityAt':'2023-11-15T00:00:00Z'}");
    mismatch->modseq = 7;
    cache_test_finish (&copy, mismatch);
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&copy, 50, csm_time_now ());
    g_autoptr (GPtrArray) ops = cache_test_outbox (&copy);

    g_assert_cmpuint (batch->ops->len, ==, 0);
    g_assert_cmpstr (((CsmOperation *) g_ptr_array_index (ops, 0))->error, ==, "recordMismatch");
  }
  cache_test_update (&copy, CSM_TYPE_ID_CASE, CASE, "{'goal':'x'}");
  op_id = ask (&copy, "SELECT device FROM outbox ORDER BY seq DESC LIMIT 1");
  g_assert_cmpstr (op_id, ==, other);
  cache_test_tear_down (&test);
  cache_test_tear_down (&copy);
}

static void
test_export (void)
{
  CacheTest test = { 0 };
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GFile) file = NULL;
  GAsyncResult *slot = NULL;
  GAsyncResult *result;
  gint64 group;

  cache_test_set_up (&test);
  put_case (&test, CASE);
  id = reply (&test, &group);
  execute (&test, ROW ("o90", "create", "Tag", "g01J00000000000000000000090", "{broken", "1", "NULL"));
  path = g_build_filename (test.dir, "export.md", NULL);
  file = g_file_new_for_path (path);
  csm_cache_export_outbox_async (test.cache, file, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_export_outbox_finish (test.cache, result, NULL));
  g_object_unref (result);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "Case: One"));
  g_assert_nonnull (strstr (text, "\nHello\n"));
  g_assert_nonnull (strstr (text, "\"textBody\""));
  g_assert_nonnull (strstr (text, id));
  g_assert_nonnull (strstr (text, "{broken"));
  g_unlink (path);
  cache_test_tear_down (&test);
}

/* What was queued by the first release goes on. */
static void
test_first_release (void)
{
  CacheTest test = { 0 };
  g_autofree char *dump_path = g_test_build_filename (G_TEST_DIST, "data", "schema", "cache-001.sql", NULL);
  g_autofree char *dump = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (dump_path, &dump, NULL, NULL));
  cache_test_set_up (&test);
  csm_cache_close (test.cache);
  g_assert_cmpint (g_unlink (test.path), ==, 0);
  {
    g_autoptr (CsmDbConn) conn = csm_db_conn_open (test.path, FALSE, &error);

    g_assert_no_error (error);
    g_assert_true (csm_tokenizer_register (csm_db_conn_get_handle (conn), NULL));
    csm_db_conn_exec (conn, dump, &error);
    g_assert_no_error (error);
  }
  cache_test_reopen (&test);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    g_autoptr (CsmCaseDetail) detail = cache_test_case (&test, CASE, CSM_TIME_NONE, 50);
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());
    CsmOperation *op;

    g_assert_cmpuint (ops->len, ==, 4);
    g_assert_cmpstr (detail->draft, ==, "Half a sentence");
    g_assert_cmpuint (detail->comments->len, ==, 1);
    g_assert_cmpstr (csm_json_get_string (detail->record, "priority"), ==, "high");
    g_assert_cmpstr (csm_json_get_string (detail->record, "subject"), ==, "One");
    /* The first may have arrived: nothing joins it, and the comment need not wait for it. */
    op = find_op (batch->ops, CASE);
    g_assert_nonnull (op);
    g_assert_cmpuint (json_object_get_size (op->payload), ==, 1);
    g_assert_cmpint (op->if_modseq, ==, 0);
    finish_all (&test, batch);
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());

    finish_all (&test, batch);
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());
    g_autoptr (GPtrArray) ops = NULL;

    finish_all (&test, batch);
    ops = cache_test_outbox (&test);
    g_assert_cmpuint (ops->len, ==, 1);
    g_assert_cmpstr (((CsmOperation *) g_ptr_array_index (ops, 0))->error, ==, "forbidden");
  }
  cache_test_tear_down (&test);
}

/* --- a full disk ---------------------------------------------------------------------------------------------------------------- */

#define DISK "size=6m"
#define OTHERS (2 * 1024 * 1024)
#define RESERVE (1024 * 1024)

static gboolean
try_to_do (CacheTest  *test,
           GError    **error)
{
  CsmIntent *intent = csm_intent_new ("Comment");
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  g_free (csm_intent_create (intent, CSM_TYPE_ID_COMMENT, cache_test_json ("{'caseId':'" CASE "','body':'Kept'}")));
  csm_cache_perform_async (test->cache, intent, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  return csm_cache_perform_finish (test->cache, result, error) != 0;
}

static gboolean
fill_page (CacheTest *test,
           guint      number)
{
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_CUSTOMER, "W");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *id = cache_test_id ('u', number * 50 + i);
      g_autofree char *note = g_strnfill (2000, 'x');
      JsonObject *record = json_object_new ();

      json_object_set_string_member (record, "id", id);
      json_object_set_string_member (record, "note", note);
      g_ptr_array_add (page->records, record);
    }
  if (cache_test_apply (test, page, &error))
    return TRUE;
  g_assert_error (error, CSM_ERROR, CSM_ERROR_DISK_FULL);
  return FALSE;
}

static gboolean
is_full (gpointer data)
{
  gboolean full;

  g_object_get (((CacheTest *) data)->cache, "full", &full, NULL);
  return full;
}

/* The disk fills up with what can be fetched again. What a person did just then is kept; after that the app says no, and shows what it has. */
static void
test_full_disk (void)
{
  CacheTest test = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("casement-full-XXXXXX", NULL);
  g_autofree char *ballast = NULL;
  g_autofree char *other = NULL;
  g_autofree char *reserve = NULL;
  guint done = 0;

  if (mount ("tmpfs", dir, "tmpfs", 0, DISK) != 0)
    {
      g_rmdir (dir);
      g_test_skip ("only root can make a small disk");
      return;
    }
  test.dir = g_strdup (dir);
  test.path = g_build_filename (dir, "cache.db", NULL);
  reserve = g_strconcat (test.path, "-reserve", NULL);
  ballast = g_build_filename (dir, "ballast", NULL);
  other = g_build_filename (dir, "other", NULL);
  {
    g_autofree char *much = g_strnfill (OTHERS, 'x');

    g_assert_true (g_file_set_contents (other, much, OTHERS, NULL));
  }
  test.cache = csm_cache_new (test.path);
  cache_test_reopen (&test);
  csm_cache_hold_back (test.cache, RESERVE);
  put_case (&test, CASE);
  while (!g_file_test (reserve, G_FILE_TEST_EXISTS))
    g_main_context_iteration (NULL, FALSE);
  for (guint i = 0; i < 100 && fill_page (&test, i); i++)
    g_assert_cmpuint (i, <, 99);
  g_assert_true (is_full (&test));

  /* Now the last bytes, too. */
  {
    FILE *file = g_fopen (ballast, "w");
    char block[4096] = { 1 };

    while (fwrite (block, 1, sizeof block, file) == sizeof block && fflush (file) == 0)
      ;
    fclose (file);
  }
  while (done < 5000 && try_to_do (&test, &error))
    done++;
  g_assert_error (error, CSM_ERROR, CSM_ERROR_DISK_FULL);
  g_clear_error (&error);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    g_autoptr (CsmCaseDetail) detail = cache_test_case (&test, CASE, CSM_TIME_NONE, 50);

    /* All that was said to be kept is. */
    g_assert_cmpuint (ops->len, ==, done);
    g_assert_cmpuint (detail->comments->len, ==, done);
    g_test_message ("%u operations were kept", done);
    g_assert_cmpuint (done, >=, 1);
  }
  /* Room again: it goes on, by itself. */
  g_assert_cmpint (g_unlink (ballast), ==, 0);
  g_assert_cmpint (g_unlink (other), ==, 0);
  g_assert_true (try_to_do (&test, &error));
  g_assert_no_error (error);
  g_assert_false (is_full (&test));
  cache_test_reopen (&test);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);

    g_assert_cmpuint (ops->len, ==, done + 1);
  }
  csm_cache_close (test.cache);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (test.cache);
  g_assert_cmpint (umount (dir), ==, 0);
  g_rmdir (dir);
  g_free (test.dir);
  g_free (test.path);
}

/* A disk that can't be written is as good as full; and is looked at again. */
static void
test_failing_disk (void)
{
  CacheTest test = { 0 };
  struct rlimit before, small;
  g_autoptr (GError) error = NULL;
  guint done = 0;

  cache_test_set_up (&test);
  put_case (&test, CASE);
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = 1024 * 1024;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  while (done < 5000 && try_to_do (&test, &error))
    done++;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_error (error, CSM_ERROR, CSM_ERROR_DISK_FULL);
  g_clear_error (&error);
  g_assert_true (try_to_do (&test, &error));
  g_assert_no_error (error);
  cache_test_reopen (&test);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);

    g_assert_cmpuint (ops->len, ==, done + 1);
  }
  cache_test_tear_down (&test);
}

/* A person's action is on the disk before the app says so, and that takes no time that one would feel. */
static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

static void
test_durable_at_once (void)
{
  CacheTest test = { 0 };
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));

  cache_test_set_up (&test);
  put_case (&test, CASE);
  for (guint i = 0; i < 300; i++)
    {
      gint64 started = g_get_monotonic_time (), took;
      g_autofree char *patch = g_strdup_printf ("{'subject':'%u'}", i);

      cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, patch);
      took = g_get_monotonic_time () - started;
      g_array_append_val (times, took);
    }
  g_array_sort (times, compare_times);
  g_test_message ("median %" G_GINT64_FORMAT " µs, p99 %" G_GINT64_FORMAT " µs", g_array_index (times, gint64, 150), g_array_index (times, gint64, 297));
  cache_test_tear_down (&test);
}

/* After a power cut it is known what may have left. */
static void
test_synced_before_sent (void)
{
  CacheTest test = { 0 };
  int before;

  cache_test_set_up (&test);
  put_case (&test, CASE);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'subject':'Other'}");
  g_atomic_int_set (&n_syncs, 0);
  put_case (&test, CASE);
  g_assert_cmpint (g_atomic_int_get (&n_syncs), ==, 0);
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());

    g_assert_cmpuint (batch->ops->len, ==, 1);
    before = g_atomic_int_get (&n_syncs);
    g_assert_cmpint (before, >, 0);
    finish_all (&test, batch);
  }
  {
    g_autoptr (CsmOpBatch) batch = cache_test_take (&test, 50, csm_time_now ());

    g_assert_cmpuint (batch->ops->len, ==, 0);
  }
  /* Neither the answer nor looking for something to send writes to the disk. */
  g_assert_cmpint (g_atomic_int_get (&n_syncs), ==, before);
  cache_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rows/poison", test_poison);
  g_test_add_func ("/rows/parked-parent", test_parked_parent);
  g_test_add_func ("/rows/together", test_together);
  g_test_add_func ("/rows/thrown-away", test_thrown_away);
  g_test_add_func ("/rows/old-waits", test_old_waits);
  g_test_add_func ("/rows/merge", test_merge);
  g_test_add_func ("/rows/copied", test_copied);
  g_test_add_func ("/rows/export", test_export);
  g_test_add_func ("/rows/first-release", test_first_release);
  g_test_add_func ("/rows/full-disk", test_full_disk);
  g_test_add_func ("/rows/failing-disk", test_failing_disk);
  g_test_add_func ("/rows/synced-before-sent", test_synced_before_sent);
  g_test_add_func ("/rows/durable-at-once", test_durable_at_once);
  return g_test_run ();
}
