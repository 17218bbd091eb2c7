/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench-cache.h"
#include "csm-bench.h"

#include <glib/gstdio.h>

#include "csm-db-conn.h"
#include "csm-json.h"
#include "csm-tokenizer.h"

/* The app's database: search while somebody types, what it takes until an action is on the disk, the size of a message. */

#define N_CASES 50000
#define N_MESSAGES 200000
#define N_SEARCHES 100
#define N_ACTIONS 500
/* As many hits as the app looks at */
#define N_HITS 1000

static double
app_search (CsmCache   *cache,
            const char *typed)
{
  g_autoptr (CsmCaseView) view = csm_case_view_new (CSM_VIEW_SEARCH, typed);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GArray) rowids = NULL;
  double start = csm_bench_now ();

  csm_cache_list_cases_async (cache, view, NULL, csm_bench_cache_done, &slot);
  result = csm_bench_cache_wait (&slot);
  rowids = csm_cache_list_cases_finish (cache, result, NULL);
  g_assert_nonnull (rowids);
  return csm_bench_now () - start;
}

/* The same indexes asked for the same number of hits, and nothing else. */
static double
raw_search (CsmDbConn  *conn,
            const char *typed)
{
  static const char * const queries[] = {
    "SELECT rowid FROM message_text WHERE message_text MATCH ? ORDER BY rowid DESC LIMIT ?",
    "SELECT rowid FROM comment_text WHERE comment_text MATCH ? ORDER BY rowid DESC LIMIT ?",
    "SELECT rowid FROM case_text WHERE case_text MATCH ? ORDER BY rowid DESC LIMIT ?",
  };
  g_autofree char *query = csm_tokenizer_query (typed);
  double start = csm_bench_now ();

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, NULL, queries[i], "ti", query, (gint64) N_HITS);

      while (csm_db_stmt_step (stmt, NULL))
        ;
    }
  return csm_bench_now () - start;
}

/* Words of all frequencies, each typed letter by letter from the second one on. */
static void
bench_search (CsmCache   *cache,
              const char *path)
{
  g_autoptr (CsmBenchText) text = csm_bench_text_new (7);
  g_autoptr (CsmBenchSamples) app = csm_bench_samples_new (), raw = csm_bench_samples_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (path, TRUE, &error);
  double app_sum = 0, raw_sum = 0;

  if (conn == NULL || !csm_tokenizer_register (csm_db_conn_get_handle (conn), &error))
    g_error ("%s", error->message);
  for (guint i = 0; i < N_SEARCHES; i++)
    {
      const char *word = csm_bench_text_nth_word (text, i * i);
      glong length = g_utf8_strlen (word, -1);

      for (glong typed = MIN (2, length); typed <= length; typed++)
        {
          g_autofree char *start = g_utf8_substring (word, 0, typed);
          double app_time, raw_time;

          /* Each goes first as often as the other: the second finds the pages in memory. */
          raw_time = i % 2 == 0 ? raw_search (conn, start) : 0;
          app_time = app_search (cache, start);
          raw_time = i % 2 == 0 ? raw_time : raw_search (conn, start);
          csm_bench_samples_add (app, app_time * 1000);
          csm_bench_samples_add (raw, raw_time * 1000);
          app_sum += app_time;
          raw_sum += raw_time;
        }
    }
  csm_bench_row ("search as you type, 200,000 messages", app_sum * 1000 / csm_bench_samples_count (app), "ms", raw_sum * 1000 / csm_bench_samples_count (raw),
                 CSM_BENCH_BESIDE, 1, "raw FTS5, newest 1,000 rowids, the mean", csm_bench_samples_count (app));
  csm_bench_row ("search as you type, p95", csm_bench_samples_percentile (app, 95), "ms", 30, CSM_BENCH_AT_MOST, 1, "target",
                 csm_bench_samples_count (app));
  csm_bench_row ("search as you type, p95, raw", csm_bench_samples_percentile (raw, 95), "ms", 30, CSM_BENCH_BESIDE, 1, "target of the app",
                 csm_bench_samples_count (raw));
}

/* Assigning a case, until it is kept with synchronous=FULL. */
static void
bench_actions (CsmCache   *cache,
               const char *dir)
{
  g_autoptr (CsmBenchSamples) samples = csm_bench_samples_new ();

  for (guint i = 0; i < N_ACTIONS; i++)
    {
      g_autofree char *id = csm_bench_id ('c', i * (N_CASES / N_ACTIONS));
      g_autofree char *owner = csm_bench_id ('p', 1 + i % 12);
      JsonObject *patch = json_object_new ();
      CsmIntent *intent = csm_intent_new ("Assign");
      GAsyncResult *slot = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      double start;

      json_object_set_string_member (patch, "ownerId", owner);
      csm_intent_update (intent, CSM_TYPE_ID_CASE, id, patch);
      start = csm_bench_now ();
      csm_cache_perform_async (cache, intent, NULL, csm_bench_cache_done, &slot);
      result = csm_bench_cache_wait (&slot);
      csm_cache_perform_finish (cache, result, &error);
      if (error != NULL)
        g_error ("%s", error->message);
      csm_bench_samples_add (samples, (csm_bench_now () - start) * 1000);
    }
  csm_bench_row ("action to durable, p99", csm_bench_samples_percentile (samples, 99), "ms", 10, CSM_BENCH_AT_MOST, 1, "target", N_ACTIONS);
  csm_bench_row ("action to durable, median", csm_bench_samples_median (samples), "ms", 10, CSM_BENCH_BESIDE, 1, "target of p99", N_ACTIONS);
}

static double
count_pages (CsmDbConn  *conn,
             const char *what)
{
  g_autofree char *sql = g_strdup_printf ("SELECT sum (pgsize) FROM dbstat WHERE name LIKE '%s%%' OR name LIKE 'sqlite_autoindex_%s%%'", what, what);

  return (double) csm_db_conn_get_int (conn, NULL, 0, sql, NULL);
}

/* Table, its indexes and its full text. */
static void
bench_size (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (path, TRUE, &error);
  double bytes, kept, indexed;

  if (conn == NULL)
    g_error ("%s", error->message);
  bytes = count_pages (conn, "message");
  indexed = count_pages (conn, "message_text");
  kept = (double) csm_db_conn_get_int (conn, NULL, 0, "SELECT sum (length (cast (base AS BLOB))) FROM message", NULL);
  csm_bench_row ("disk a message, searchable", bytes / N_MESSAGES / 1000, "kB", 1.9, CSM_BENCH_AT_MOST, 1, "target", N_MESSAGES);
  csm_bench_row ("of which full text", indexed / N_MESSAGES / 1000, "kB", kept / N_MESSAGES / 1000, CSM_BENCH_BESIDE, 1, "the record's JSON", N_MESSAGES);
}

int
main (void)
{
  g_autofree char *dir = csm_bench_make_dir ();
  g_autofree char *path = g_build_filename (dir, "cache.db", NULL);
  CsmCache *cache = csm_bench_cache_open (path);

  csm_bench_cache_fill (cache, N_CASES, N_MESSAGES);
  bench_search (cache, path);
  bench_actions (cache, dir);
  csm_cache_close (cache);
  g_object_unref (cache);
  bench_size (path);
  csm_bench_remove_dir (dir);
  return 0;
}
