/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-test.h"

#include <glib/gstdio.h>

#include "csm-json.h"
#include "csm-time.h"

#define WAIT_SECONDS 60

void
cache_test_on_done (GObject      *source,
                    GAsyncResult *result,
                    gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
on_timeout (gpointer data)
{
  g_error ("nothing happened for %d seconds", WAIT_SECONDS);
  return G_SOURCE_REMOVE;
}

/* (transfer full) */
GAsyncResult *
cache_test_wait (GAsyncResult **slot)
{
  guint timeout = g_timeout_add_seconds (WAIT_SECONDS, on_timeout, NULL);

  while (*slot == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
  return *slot;
}

static void
open_session (CacheTest *test)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmSyncState) state = NULL;

  csm_cache_open_session_async (test->cache, CACHE_TEST_ME, "Test", NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  state = csm_cache_open_session_finish (test->cache, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (state->me, ==, CACHE_TEST_ME);
}

void
cache_test_set_up (CacheTest *test)
{
  g_autoptr (GError) error = NULL;

  test->dir = g_dir_make_tmp ("casement-cache-XXXXXX", &error);
  g_assert_no_error (error);
  test->path = g_build_filename (test->dir, "cache.db", NULL);
  test->cache = csm_cache_new (test->path);
  open_session (test);
}

void
cache_test_tear_down (CacheTest *test)
{
  g_autofree char *log = g_strconcat (test->path, "-wal", NULL);
  g_autofree char *shared = g_strconcat (test->path, "-shm", NULL);

  csm_cache_close (test->cache);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (test->cache);
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
  g_unlink (test->path);
  g_unlink (shared);
  g_assert_cmpint (g_rmdir (test->dir), ==, 0);
  g_free (test->dir);
  g_free (test->path);
}

void
cache_test_reopen (CacheTest *test)
{
  csm_cache_close (test->cache);
  g_object_unref (test->cache);
  test->cache = csm_cache_new (test->path);
  open_session (test);
}

char *
cache_test_id (char  letter,
               guint number)
{
  return g_strdup_printf ("%c01J%023u", letter, number);
}

char *
cache_test_time (gint64 seconds)
{
  return csm_time_format ((1700000000 + seconds) * CSM_SECOND);
}

/* With ' for ". */
JsonObject *
cache_test_json (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  g_autoptr (GError) error = NULL;
  JsonObject *object = csm_json_parse_object (json, -1, &error);

  g_assert_no_error (error);
  return object;
}

gboolean
cache_test_apply (CacheTest    *test,
                  CsmSyncPage  *page,
                  GError      **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  csm_cache_apply_page_async (test->cache, page, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  return csm_cache_apply_page_finish (test->cache, result, error);
}

void
cache_test_put (CacheTest  *test,
                CsmTypeId   type,
                JsonObject *record)
{
  CsmSyncPage *page = csm_sync_page_new (type, "W");
  g_autoptr (GError) error = NULL;

  csm_record_fill_defaults (csm_record_type_get (type), record);
  g_ptr_array_add (page->records, record);
  cache_test_apply (test, page, &error);
  g_assert_no_error (error);
}

void
cache_test_destroy (CacheTest  *test,
                    CsmTypeId   type,
                    const char *id)
{
  CsmSyncPage *page = csm_sync_page_new (type, "W");
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (page->destroyed, g_strdup (id));
  cache_test_apply (test, page, &error);
  g_assert_no_error (error);
}

JsonObject *
cache_test_get (CacheTest  *test,
                CsmTypeId   type,
                const char *id)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *record;

  csm_cache_load_record_async (test->cache, type, id, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  record = csm_cache_load_record_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return record;
}

GArray *
cache_test_list (CacheTest   *test,
                 CsmViewKind  kind,
                 const char  *key)
{
  g_autoptr (CsmCaseView) view = csm_case_view_new (kind, key);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GArray *rowids;

  csm_cache_list_cases_async (test->cache, view, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  rowids = csm_cache_list_cases_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return rowids;
}

CsmViewCounts *
cache_test_counts (CacheTest *test)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  CsmViewCounts *counts;

  csm_cache_load_counts_async (test->cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  counts = csm_cache_load_counts_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return counts;
}

GPtrArray *
cache_test_rows (CacheTest *test,
                 GArray    *rowids)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *rows;

  csm_cache_load_rows_async (test->cache, rowids, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  rows = csm_cache_load_rows_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return rows;
}

char *
cache_test_ids (CacheTest   *test,
                CsmViewKind  kind,
                const char  *key)
{
  g_autoptr (GArray) rowids = cache_test_list (test, kind, key);
  g_autoptr (GPtrArray) rows = cache_test_rows (test, rowids);
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < rowids->len; i++)
    {
      for (guint j = 0; j < rows->len; j++)
        {
          CsmCaseRow *row = g_ptr_array_index (rows, j);

          if (row->rowid == g_array_index (rowids, gint64, i))
            g_string_append_printf (ids, "%s%s", ids->len > 0 ? " " : "", row->id);
        }
    }
  return g_string_free (g_steal_pointer (&ids), FALSE);
}

CsmCaseDetail *
cache_test_case (CacheTest  *test,
                 const char *case_id,
                 gint64      before,
                 guint       limit)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  CsmCaseDetail *detail;

  csm_cache_load_case_async (test->cache, case_id, before, limit, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  detail = csm_cache_load_case_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return detail;
}

gint64
cache_test_perform (CacheTest *test,
                    CsmIntent *intent)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 group;

  csm_cache_perform_async (test->cache, intent, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  group = csm_cache_perform_finish (test->cache, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (group, >, 0);
  return group;
}

gint64
cache_test_update (CacheTest  *test,
                   CsmTypeId   type,
                   const char *id,
                   const char *patch)
{
  CsmIntent *intent = csm_intent_new ("Change");

  csm_intent_update (intent, type, id, cache_test_json (patch));
  return cache_test_perform (test, intent);
}

gboolean
cache_test_undo (CacheTest *test,
                 gint64     group)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  csm_cache_undo_async (test->cache, group, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  return csm_cache_undo_finish (test->cache, result, NULL);
}

GPtrArray *
cache_test_outbox (CacheTest *test)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *ops;

  csm_cache_list_outbox_async (test->cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  ops = csm_cache_list_outbox_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return ops;
}

CsmOpBatch *
cache_test_take (CacheTest *test,
                 guint      limit,
                 gint64     now)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  CsmOpBatch *batch;

  csm_cache_take_ops_async (test->cache, limit, now, TRUE, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  batch = csm_cache_take_ops_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return batch;
}

void
cache_test_finish (CacheTest   *test,
                   CsmOpResult *op_result)
{
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_op_result_free);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (results, op_result);
  csm_cache_finish_ops_async (test->cache, results, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  csm_cache_finish_ops_finish (test->cache, result, &error);
  g_assert_no_error (error);
}

/* How many slices it took */
guint
cache_test_build_search (CacheTest *test)
{
  for (guint slices = 1;; slices++)
    {
      GAsyncResult *slot = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      gboolean more;

      csm_cache_build_search_async (test->cache, NULL, cache_test_on_done, &slot);
      result = cache_test_wait (&slot);
      more = csm_cache_build_search_finish (test->cache, result, &error);
      g_assert_no_error (error);
      if (!more)
        return slices;
    }
}
