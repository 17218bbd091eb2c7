/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-test.h"

#include "csm-cache-private.h"
#include "csm-json.h"
#include "csm-time.h"

static void
put_case (CacheTest  *test,
          guint       number,
          const char *subject,
          guint       customer)
{
  JsonObject *record = json_object_new ();
  g_autofree char *id = cache_test_id ('c', number);
  g_autofree char *customer_id = cache_test_id ('u', customer);
  g_autofree char *at = cache_test_time (number);

  json_object_set_string_member (record, "id", id);
  json_object_set_string_member (record, "subject", subject);
  json_object_set_string_member (record, "customerId", customer_id);
  json_object_set_string_member (record, "lastActivityAt", at);
  cache_test_put (test, CSM_TYPE_ID_CASE, record);
}

static void
put_customer (CacheTest  *test,
              guint       number,
              const char *name)
{
  JsonObject *record = json_object_new ();
  g_autofree char *id = cache_test_id ('u', number);

  json_object_set_string_member (record, "id", id);
  json_object_set_string_member (record, "name", name);
  cache_test_put (test, CSM_TYPE_ID_CUSTOMER, record);
}

static void
put_text (CacheTest  *test,
          CsmTypeId   type,
          guint       number,
          guint       case_number,
          const char *text)
{
  JsonObject *record = json_object_new ();
  g_autofree char *id = cache_test_id (csm_record_type_get (type)->letter, number);
  g_autofree char *case_id = cache_test_id ('c', case_number);
  g_autofree char *at = cache_test_time (number);

  json_object_set_string_member (record, "id", id);
  json_object_set_string_member (record, "caseId", case_id);
  json_object_set_string_member (record, "at", at);
  json_object_set_string_member (record, type == CSM_TYPE_ID_MESSAGE ? "textBody" : "body", text);
  if (type == CSM_TYPE_ID_MESSAGE)
    json_object_set_member (record, "from", json_from_string ("[{\"name\":\"Zoë Żak\",\"address\":\"zoe@example.com\"}]", NULL));
  cache_test_put (test, type, record);
}

static void
assert_found (CacheTest  *test,
              const char *typed,
              const char *numbers)
{
  g_autofree char *ids = cache_test_ids (test, CSM_VIEW_SEARCH, typed);
  g_autoptr (GString) expected = g_string_new (NULL);
  g_auto (GStrv) parts = g_strsplit (numbers, " ", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *id = cache_test_id ('c', (guint) g_ascii_strtoull (parts[i], NULL, 10));

      if (*parts[i] != '\0')
        g_string_append_printf (expected, "%s%s", i > 0 ? " " : "", id);
    }
  g_assert_cmpstr (ids, ==, expected->str);
}

/* FTS5 compares the index with what the content view says now. */
static void
check_integrity (CacheTest *test)
{
  static const char * const tables[] = { "message_text", "comment_text", "case_text" };
  g_autoptr (GError) error = NULL;
  CsmDb *db;

  csm_cache_close (test->cache);
  db = csm_db_new (test->path, &csm_cache_setup);
  g_assert_true (csm_db_wait_open (db, &error));
  g_assert_finalize_object (db);
  {
    g_autoptr (CsmDbConn) conn = csm_db_conn_open (test->path, FALSE, &error);

    g_assert_no_error (error);
    csm_cache_setup.connected (conn, &error);
    g_assert_no_error (error);
    for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
      {
        g_autofree char *sql = g_strdup_printf ("INSERT INTO %s (%s, rank) VALUES ('integrity-check', 1)", tables[i], tables[i]);

        csm_db_conn_exec (conn, sql, &error);
        g_assert_no_error (error);
      }
  }
  cache_test_reopen (test);
}

static void
test_live (void)
{
  CacheTest test = { 0 };
  g_autofree char *comment = cache_test_id ('n', 1);

  cache_test_set_up (&test);
  put_customer (&test, 1, "Ánna Müller");
  put_case (&test, 1, "Late parcel", 1);
  put_case (&test, 2, "Broken lamp", 2);
  put_case (&test, 3, "Straße gesperrt", 1);
  put_text (&test, CSM_TYPE_ID_MESSAGE, 1, 1, "My order 4711 never came");
  put_text (&test, CSM_TYPE_ID_MESSAGE, 2, 2, "The lamp of order 4711 flickers");
  put_text (&test, CSM_TYPE_ID_COMMENT, 1, 2, "Ask the supplier");
  assert_found (&test, "4711", "2 1");
  assert_found (&test, "lamp", "2");
  assert_found (&test, "suppl", "2");
  assert_found (&test, "muller", "3 1");
  assert_found (&test, "strasse", "3");
  assert_found (&test, "zak", "2 1");
  assert_found (&test, "zoe@example.com", "2 1");
  assert_found (&test, "address", "");
  assert_found (&test, "nothing", "");
  assert_found (&test, "   ", "");

  /* A customer who comes late, or is renamed, is found by the new name only. */
  put_customer (&test, 2, "Jonas");
  put_customer (&test, 1, "Bert");
  assert_found (&test, "jonas", "2");
  assert_found (&test, "muller", "");
  assert_found (&test, "bert", "3 1");
  put_text (&test, CSM_TYPE_ID_MESSAGE, 1, 1, "Never mind");
  assert_found (&test, "4711", "2");
  cache_test_destroy (&test, CSM_TYPE_ID_COMMENT, comment);
  assert_found (&test, "supplier", "");
  check_integrity (&test);
  assert_found (&test, "4711", "2");
  cache_test_tear_down (&test);
}

/* Messages may come before their case, stay when it goes, and must not be found in the next one, which may get its number. */
static void
test_order (void)
{
  CacheTest test = { 0 };
  g_autofree char *case_id = cache_test_id ('c', 1), *message_id = cache_test_id ('m', 1);

  cache_test_set_up (&test);
  put_text (&test, CSM_TYPE_ID_MESSAGE, 1, 1, "A zebra");
  put_text (&test, CSM_TYPE_ID_MESSAGE, 2, 2, "Another zebra");
  assert_found (&test, "zebra", "");
  put_case (&test, 1, "First", 1);
  assert_found (&test, "zebra", "1");
  cache_test_destroy (&test, CSM_TYPE_ID_CASE, case_id);
  assert_found (&test, "zebra", "");
  put_case (&test, 3, "Third", 1);
  assert_found (&test, "zebra", "");
  put_case (&test, 2, "Second", 1);
  assert_found (&test, "zebra", "2");

  /* Merged into another case, with the same words */
  put_text (&test, CSM_TYPE_ID_MESSAGE, 1, 3, "A zebra");
  assert_found (&test, "zebra", "3 2");
  cache_test_destroy (&test, CSM_TYPE_ID_MESSAGE, message_id);
  assert_found (&test, "zebra", "2");
  check_integrity (&test);
  cache_test_tear_down (&test);
}

static void
test_own_words (void)
{
  CacheTest test = { 0 };
  CsmIntent *intent = csm_intent_new ("Comment");
  gint64 group;

  cache_test_set_up (&test);
  put_case (&test, 1, "Late parcel", 1);
  g_free (csm_intent_create (intent, CSM_TYPE_ID_COMMENT, cache_test_json ("{'caseId':'c01J00000000000000000000001','body':'Gazelle'}")));
  group = cache_test_perform (&test, intent);
  assert_found (&test, "gazelle", "1");
  g_assert_true (cache_test_undo (&test, group));
  assert_found (&test, "gazelle", "");
  check_integrity (&test);
  cache_test_tear_down (&test);
}

static void
test_deferred (void)
{
  CacheTest test = { 0 };
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *first = cache_test_id ('n', 1);
  g_autoptr (GError) error = NULL;

  cache_test_set_up (&test);
  csm_cache_begin_first_sync_async (test.cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  csm_cache_begin_first_sync_finish (test.cache, result, &error);
  g_assert_no_error (error);
  put_case (&test, 1, "One", 1);
  put_case (&test, 2, "Two", 2);
  put_customer (&test, 1, "Anna");
  for (guint i = 1; i <= 100; i++)
    {
      g_autofree char *text = g_strdup_printf ("word w%u", i);

      put_text (&test, CSM_TYPE_ID_COMMENT, i, 1 + i % 2, text);
    }
  assert_found (&test, "word", "");
  /* Messages come after the lists: they are found at once. */
  put_text (&test, CSM_TYPE_ID_MESSAGE, 1, 1, "word");
  assert_found (&test, "word", "1");
  /* Changes and removals of what is not indexed yet leave nothing behind. */
  put_text (&test, CSM_TYPE_ID_COMMENT, 2, 1, "other");
  cache_test_destroy (&test, CSM_TYPE_ID_COMMENT, first);
  cache_test_reopen (&test);
  cache_test_build_search (&test);
  assert_found (&test, "word", "2 1");
  assert_found (&test, "anna", "1");
  assert_found (&test, "\"w1\"", "");
  assert_found (&test, "w77", "2");
  put_text (&test, CSM_TYPE_ID_COMMENT, 50, 1, "changed");
  assert_found (&test, "changed", "1");
  check_integrity (&test);
  g_assert_cmpuint (cache_test_build_search (&test), ==, 1);
  g_clear_object (&result);
  cache_test_tear_down (&test);
}

static gboolean
build_slice (CacheTest *test)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean more;

  csm_cache_build_search_async (test->cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  more = csm_cache_build_search_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return more;
}

static void
put_long (CacheTest  *test,
          guint       number,
          const char *word)
{
  g_autoptr (GString) text = g_string_new (word);

  while (text->len < 60000)
    g_string_append (text, " filling");
  put_text (test, CSM_TYPE_ID_COMMENT, number, number, text->str);
}

/* A slice ends amid the rows that it began with: what changes before and behind that place is indexed once and rightly. */
static void
test_interrupted (void)
{
  CacheTest test = { 0 };
  g_autofree char *early = cache_test_id ('n', 3), *late = cache_test_id ('n', 38);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  cache_test_set_up (&test);
  csm_cache_begin_first_sync_async (test.cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  for (guint i = 1; i <= 40; i++)
    {
      g_autofree char *word = g_strdup_printf ("w%u", i);

      put_case (&test, i, "Subject", 1);
      put_long (&test, i, word);
    }
  g_assert_true (build_slice (&test));
  assert_found (&test, "w2", "2");
  assert_found (&test, "\"w39\"", "");
  put_long (&test, 2, "early");
  put_long (&test, 39, "late");
  cache_test_destroy (&test, CSM_TYPE_ID_COMMENT, early);
  cache_test_destroy (&test, CSM_TYPE_ID_COMMENT, late);
  put_long (&test, 41, "w41");
  put_case (&test, 41, "Subject", 1);
  cache_test_reopen (&test);
  cache_test_build_search (&test);
  assert_found (&test, "early", "2");
  assert_found (&test, "late", "39");
  assert_found (&test, "\"w2\"", "");
  assert_found (&test, "\"w3\"", "");
  assert_found (&test, "w38", "");
  assert_found (&test, "\"w39\"", "");
  assert_found (&test, "w40", "40");
  assert_found (&test, "w41", "41");
  check_integrity (&test);
  g_clear_object (&result);
  cache_test_tear_down (&test);
}

static JsonObject *
make_message (guint       number,
              guint       case_number,
              const char *text)
{
  JsonObject *record = json_object_new ();
  g_autofree char *id = cache_test_id ('m', number), *case_id = cache_test_id ('c', case_number), *at = cache_test_time (number * 60);

  json_object_set_string_member (record, "id", id);
  json_object_set_string_member (record, "caseId", case_id);
  json_object_set_string_member (record, "at", at);
  json_object_set_string_member (record, "textBody", text);
  return record;
}

/* One job adds messages in no order, changes and moves some of them, and removes others. */
static void
test_one_page (void)
{
  CacheTest test = { 0 };
  CsmSyncPage *page;
  g_autoptr (GError) error = NULL;

  cache_test_set_up (&test);
  put_case (&test, 1, "Subject", 1);
  put_case (&test, 2, "Subject", 1);
  put_text (&test, CSM_TYPE_ID_MESSAGE, 500 * 60, 1, "older");
  put_text (&test, CSM_TYPE_ID_MESSAGE, 501 * 60, 1, "oldest");
  page = csm_sync_page_new (CSM_TYPE_ID_MESSAGE, "W");
  for (guint i = 40; i >= 20; i--)
    {
      g_autofree char *text = g_strdup_printf ("w%u \"quoted\" \\ ü\n\t\x01", i);

      g_ptr_array_add (page->records, make_message (i, 1, text));
    }
  g_ptr_array_add (page->records, make_message (25, 1, "first"));
  g_ptr_array_add (page->records, make_message (25, 2, "second"));
  g_ptr_array_add (page->records, make_message (1, 2, "early"));
  g_ptr_array_add (page->records, make_message (500 * 60, 2, "moved"));
  g_ptr_array_add (page->records, make_message (500 * 60, 2, "again"));
  g_ptr_array_add (page->destroyed, cache_test_id ('m', 30));
  g_ptr_array_add (page->destroyed, cache_test_id ('m', 501 * 60));
  cache_test_apply (&test, page, &error);
  g_assert_no_error (error);
  assert_found (&test, "\"w40\"", "1");
  assert_found (&test, "w25", "");
  assert_found (&test, "first", "");
  assert_found (&test, "second", "2");
  assert_found (&test, "early", "2");
  assert_found (&test, "w30", "");
  assert_found (&test, "older", "");
  assert_found (&test, "oldest", "");
  assert_found (&test, "moved", "");
  assert_found (&test, "again", "2");
  assert_found (&test, "quoted", "1");
  check_integrity (&test);
  cache_test_tear_down (&test);
}

/* What a key press shows first, and what comes when there was time. */
static void
test_screenful (void)
{
  CacheTest test = { 0 };
  g_autoptr (CsmCaseView) view = csm_case_view_new (CSM_VIEW_SEARCH, "word");
  GAsyncResult *slot = NULL, *diff_slot = NULL;
  g_autoptr (GAsyncResult) result = NULL, diff_result = NULL;
  g_autoptr (GArray) all = NULL, first = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (CsmListEdits) edits = NULL;
  g_autoptr (GError) error = NULL;
  gboolean more = FALSE;

  cache_test_set_up (&test);
  for (guint i = 1; i <= 60; i++)
    {
      put_case (&test, i, "Subject", 1);
      /* Not within one step of message numbers */
      put_text (&test, CSM_TYPE_ID_MESSAGE, i * 60, i, "word");
    }
  all = cache_test_list (&test, CSM_VIEW_SEARCH, "word");
  g_assert_cmpuint (all->len, ==, 60);
  csm_cache_open_list_async (test.cache, view, 12, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  first = csm_cache_open_list_finish (test.cache, result, &rows, &more, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 12);
  /* A machine that was busy elsewhere gives all at once. */
  g_assert_cmpuint (first->len, ==, more ? 50 : 60);
  g_assert_cmpmem (first->data, first->len * sizeof (gint64), all->data, first->len * sizeof (gint64));
  csm_cache_diff_cases_async (test.cache, view, NULL, first, NULL, cache_test_on_done, &diff_slot);
  diff_result = cache_test_wait (&diff_slot);
  edits = csm_cache_diff_cases_finish (test.cache, diff_result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (edits->edits);
  for (guint i = 0; i < edits->edits->len; i++)
    {
      const CsmListEdit *edit = &g_array_index (edits->edits, CsmListEdit, i);

      g_assert_cmpuint (edit->removed, ==, 0);
      g_array_insert_vals (first, edit->position, &g_array_index (edits->ids, gint64, edit->first), edit->added);
    }
  g_assert_cmpmem (first->data, first->len * sizeof (gint64), all->data, all->len * sizeof (gint64));
  g_clear_object (&result);
  g_clear_object (&diff_result);
  cache_test_tear_down (&test);
}

static void
test_cancelled (void)
{
  CacheTest test = { 0 };
  g_autoptr (CsmCaseView) view = csm_case_view_new (CSM_VIEW_SEARCH, "word");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  cache_test_set_up (&test);
  csm_cache_list_cases_async (test.cache, view, cancellable, cache_test_on_done, &slot);
  g_cancellable_cancel (cancellable);
  result = cache_test_wait (&slot);
  g_assert_null (csm_cache_list_cases_finish (test.cache, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);
  cache_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search/live", test_live);
  g_test_add_func ("/search/order", test_order);
  g_test_add_func ("/search/own-words", test_own_words);
  g_test_add_func ("/search/deferred", test_deferred);
  g_test_add_func ("/search/interrupted", test_interrupted);
  g_test_add_func ("/search/one-page", test_one_page);
  g_test_add_func ("/search/screenful", test_screenful);
  g_test_add_func ("/search/cancelled", test_cancelled);
  return g_test_run ();
}
