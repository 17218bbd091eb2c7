/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-test.h"

#include "csm-cache-private.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-time.h"

static CsmSyncPage *
page_new (const char *old_state,
          const char *new_state,
          gboolean    has_more,
          guint       first,
          guint       n)
{
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_CASE, "W1");

  page->old_state = g_strdup (old_state);
  page->new_state = g_strdup (new_state);
  page->has_more = has_more;
  for (guint i = first; i < first + n; i++)
    {
      JsonObject *record = json_object_new ();
      g_autofree char *id = cache_test_id ('c', i);
      g_autofree char *at = cache_test_time (i);

      json_object_set_string_member (record, "id", id);
      json_object_set_string_member (record, "subject", "A case");
      json_object_set_string_member (record, "lastActivityAt", at);
      g_ptr_array_add (page->records, record);
    }
  return page;
}

static CsmSyncState *
sync_state (CacheTest *test)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  CsmSyncState *state;

  csm_cache_load_sync_state_async (test->cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  state = csm_cache_load_sync_state_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return state;
}

static guint
n_cases (CacheTest *test)
{
  g_autoptr (GArray) rowids = cache_test_list (test, CSM_VIEW_INBOX, NULL);

  return rowids->len;
}

static void
test_cursor (void)
{
  CacheTest test = { 0 };
  g_autoptr (GError) error = NULL;

  cache_test_set_up (&test);
  g_assert_true (cache_test_apply (&test, page_new (NULL, "s1", TRUE, 0, 10), &error));
  /* A page that does not follow is refused as a whole. */
  g_assert_false (cache_test_apply (&test, page_new ("s0", "s2", FALSE, 10, 10), &error));
  g_assert_error (error, CSM_ERROR, CSM_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_cmpuint (n_cases (&test), ==, 10);
  {
    g_autoptr (CsmSyncState) state = sync_state (&test);

    g_assert_cmpstr (state->states[CSM_TYPE_ID_CASE], ==, "s1");
    g_assert_false (state->complete[CSM_TYPE_ID_CASE]);
  }
  cache_test_reopen (&test);
  g_assert_true (cache_test_apply (&test, page_new ("s1", "s2", FALSE, 10, 10), &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_cases (&test), ==, 20);
  {
    g_autoptr (CsmSyncState) state = sync_state (&test);

    g_assert_true (state->complete[CSM_TYPE_ID_CASE]);
  }
  cache_test_tear_down (&test);
}

/* From the beginning into the same table: what doesn't come again goes at the end, not before, and what waits stays. */
static void
test_sweep (void)
{
  CacheTest test = { 0 };
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  CsmIntent *intent = csm_intent_new ("New");

  cache_test_set_up (&test);
  g_free (csm_intent_create (intent, CSM_TYPE_ID_CASE, cache_test_json ("{'subject':'Mine'}")));
  cache_test_perform (&test, intent);
  cache_test_apply (&test, page_new (NULL, "s1", FALSE, 0, 20), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_cases (&test), ==, 21);

  csm_cache_restart_type_async (test.cache, CSM_TYPE_ID_CASE, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_restart_type_finish (test.cache, result, NULL));
  cache_test_apply (&test, page_new (NULL, "t1", TRUE, 0, 5), &error);
  g_assert_cmpuint (n_cases (&test), ==, 21);
  cache_test_apply (&test, page_new ("t1", "t2", FALSE, 18, 4), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_cases (&test), ==, 10);
  g_clear_object (&result);
  cache_test_tear_down (&test);
}

static void
test_somebody_else (void)
{
  CacheTest test = { 0 };
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  cache_test_set_up (&test);
  csm_cache_open_session_async (test.cache, CACHE_TEST_ANA, "Test", NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_null (csm_cache_open_session_finish (test.cache, result, &error));
  g_assert_error (error, CSM_ERROR, CSM_ERROR_FORBIDDEN);
  g_clear_object (&result);
  cache_test_tear_down (&test);
}

static void
on_changed (CsmCache     *cache,
            CsmChangeSet *set,
            guint        *n)
{
  g_assert_true (csm_change_set_has (set, CSM_TYPE_ID_CASE));
  g_assert_true (g_hash_table_contains (set->case_ids, "c01J00000000000000000000000"));
  (*n)++;
}

/* Whoever listens hears of what changed, and of nothing else. */
static void
test_changed (void)
{
  CacheTest test = { 0 };
  g_autoptr (GError) error = NULL;
  guint n = 0;

  cache_test_set_up (&test);
  g_signal_connect (test.cache, "changed", G_CALLBACK (on_changed), &n);
  cache_test_apply (&test, page_new (NULL, "s1", FALSE, 0, 1), &error);
  g_assert_cmpuint (n, ==, 1);
  cache_test_apply (&test, page_new ("s1", "s2", FALSE, 0, 1), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 1);
  cache_test_update (&test, CSM_TYPE_ID_CASE, "c01J00000000000000000000000", "{'status':'open'}");
  g_assert_cmpuint (n, ==, 2);
  cache_test_tear_down (&test);
}

/* Every column of a spec exists, and stands for an indexed property or is reckoned. */
static void
test_spec (void)
{
  CacheTest test = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = NULL;

  cache_test_set_up (&test);
  cache_test_reopen (&test);
  conn = csm_db_conn_open (test.path, TRUE, &error);
  g_assert_no_error (error);
  for (CsmTypeId i = 0; i < CSM_N_TYPES; i++)
    {
      const CsmRecordType *type = csm_record_type_get (i);
      const CsmCacheSpec *spec = csm_cache_spec_get (i);

      for (guint j = 0; spec->columns[j].name != NULL; j++)
        {
          const CsmColumn *column = &spec->columns[j];

          g_assert_cmpint (csm_db_conn_get_int (conn, &error, 0, "SELECT count (*) FROM pragma_table_info (?) WHERE name = ?", "tt", type->table, column->name), ==, 1);
          g_assert_no_error (error);
          if (column->property != NULL)
            g_assert_nonnull (csm_record_type_property (type, column->property));
        }
    }
  g_clear_pointer (&conn, csm_db_conn_free);
  cache_test_tear_down (&test);
}

static void
test_newer (void)
{
  CacheTest test = { 0 };
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  CsmDbConn *conn;

  cache_test_set_up (&test);
  csm_cache_close (test.cache);
  g_clear_object (&test.cache);
  conn = csm_db_conn_open (test.path, FALSE, &error);
  csm_db_conn_exec (conn, "PRAGMA user_version = 99", &error);
  g_assert_no_error (error);
  csm_db_conn_free (conn);
  test.cache = csm_cache_new (test.path);
  csm_cache_load_counts_async (test.cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_null (csm_cache_load_counts_finish (test.cache, result, &error));
  g_assert_error (error, CSM_ERROR, CSM_ERROR_DATABASE_NEWER);
  g_clear_object (&result);
  cache_test_tear_down (&test);
}

/* 100,000 cases: no flaky limit, but ten times what it takes on a slow machine is a bug. */
static void
test_size (void)
{
  CacheTest test = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 started;

  cache_test_set_up (&test);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *old_state = i > 0 ? g_strdup_printf ("s%u", i - 1) : NULL;
      g_autofree char *new_state = g_strdup_printf ("s%u", i);

      cache_test_apply (&test, page_new (old_state, new_state, i < 99, i * 1000, 1000), &error);
      g_assert_no_error (error);
    }
  started = g_get_monotonic_time ();
  {
    g_autoptr (GArray) rowids = cache_test_list (&test, CSM_VIEW_INBOX, NULL);

    g_assert_cmpuint (rowids->len, ==, 100000);
    g_test_message ("100,000 ids in %.1f ms", (double) (g_get_monotonic_time () - started) / 1000);
    g_assert_cmpint (g_get_monotonic_time () - started, <, 5 * CSM_SECOND);
  }
  started = g_get_monotonic_time ();
  {
    g_autoptr (CsmViewCounts) counts = cache_test_counts (&test);

    g_assert_cmpuint (counts->inbox, ==, 100000);
    g_test_message ("counts in %.1f ms", (double) (g_get_monotonic_time () - started) / 1000);
  }
  cache_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pages/cursor", test_cursor);
  g_test_add_func ("/pages/sweep", test_sweep);
  g_test_add_func ("/pages/somebody-else", test_somebody_else);
  g_test_add_func ("/pages/changed", test_changed);
  g_test_add_func ("/pages/spec", test_spec);
  g_test_add_func ("/pages/newer", test_newer);
  g_test_add_func ("/pages/size", test_size);
  return g_test_run ();
}
