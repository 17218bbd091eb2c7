/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench-cache.h"
#include "csm-bench-work.h"
#include "csm-bench.h"

#include <time.h>
#include <unistd.h>

#include "csm-db-conn.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-tokenizer.h"

/*
 * The app's database with a million messages: what it takes until they are in and searchable, search while somebody types, what
 * it takes until an action is on the disk, opening a large case, suggestions, what is late, the size of a message. CASEMENT_BENCH_MESSAGES: with fewer.
 */

#define N_MESSAGES 1000000
#define MESSAGES_OF_CASE 10
#define RAW_BATCH 1000
#define N_OPENINGS 50
/* What the conversation shows at first */
#define SCREEN 60
#define N_SEARCHES 100
#define N_ACTIONS 500
/* As many hits as the app looks at for the first screenful, and in all */
#define N_FIRST_HITS 50
#define N_HITS 1000
#define N_ROWS 12

/* What a key press waits for: the cases of the newest hits, and the rows of the first of them. */
static double
app_search (CsmCache   *cache,
            const char *typed)
{
  g_autoptr (CsmCaseView) view = csm_case_view_new (CSM_VIEW_SEARCH, typed);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GArray) rowids = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  gboolean more;
  double start = csm_bench_now ();

  csm_cache_open_list_async (cache, view, N_ROWS, NULL, csm_bench_cache_done, &slot);
  result = csm_bench_cache_wait (&slot);
  rowids = csm_cache_open_list_finish (cache, result, &rows, &more, NULL);
  g_assert_nonnull (rowids);
  return csm_bench_now () - start;
}

/* All that count */
static double
app_search_all (CsmCache   *cache,
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
            const char *typed,
            gint64      n_hits)
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
      g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, NULL, queries[i], "ti", query, n_hits);

      while (csm_db_stmt_step (stmt, NULL))
        ;
    }
  return csm_bench_now () - start;
}

typedef struct
{
  CsmBenchSamples *app;
  CsmBenchSamples *app_all;
  CsmBenchSamples *raw;
  CsmBenchSamples *raw_all;
} Searches;

static void
search (CsmCache   *cache,
        CsmDbConn  *conn,
        const char *typed,
        gboolean    raw_first,
        Searches   *searches)
{
  double raw = 0;

  /* Each goes first as often as the other: the second finds the pages in memory. */
  if (raw_first)
    raw = raw_search (conn, typed, N_FIRST_HITS);
  csm_bench_samples_add (searches->app, app_search (cache, typed) * 1000);
  if (!raw_first)
    raw = raw_search (conn, typed, N_FIRST_HITS);
  csm_bench_samples_add (searches->raw, raw * 1000);
  if (raw_first)
    raw = raw_search (conn, typed, N_HITS);
  csm_bench_samples_add (searches->app_all, app_search_all (cache, typed) * 1000);
  if (!raw_first)
    raw = raw_search (conn, typed, N_HITS);
  csm_bench_samples_add (searches->raw_all, raw * 1000);
}

/* Words of all frequencies, each typed letter by letter from the second one on. */
static void
bench_search (CsmCache   *cache,
              const char *path,
              guint       n_messages)
{
  g_autofree char *name = g_strdup_printf ("search as you type, %u messages", n_messages);
  g_autoptr (CsmBenchText) text = csm_bench_text_new (7);
  g_autoptr (CsmBenchSamples) app = csm_bench_samples_new (), raw = csm_bench_samples_new ();
  g_autoptr (CsmBenchSamples) app_all = csm_bench_samples_new (), raw_all = csm_bench_samples_new ();
  Searches searches = { app, app_all, raw, raw_all };
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (path, TRUE, &error);

  if (conn == NULL || !csm_tokenizer_register (csm_db_conn_get_handle (conn), &error))
    g_error ("%s", error->message);
  for (guint i = 0; i < N_SEARCHES; i++)
    {
      const char *word = csm_bench_text_nth_word (text, i * i);
      glong length = g_utf8_strlen (word, -1);

      for (glong typed = MIN (2, length); typed <= length; typed++)
        {
          g_autofree char *start = g_utf8_substring (word, 0, typed);

          search (cache, conn, start, i % 2 == 0, &searches);
        }
    }
  csm_bench_row (name, csm_bench_samples_mean (app), "ms", csm_bench_samples_mean (raw),
                 n_messages < N_MESSAGES ? CSM_BENCH_BESIDE : CSM_BENCH_AT_MOST, 1.3, "raw FTS5, newest 50 rowids, the mean", csm_bench_samples_count (app));
  csm_bench_row ("search as you type, p95", csm_bench_samples_percentile (app, 95), "ms", 30, CSM_BENCH_AT_MOST, 1, "target",
                 csm_bench_samples_count (app));
  csm_bench_row ("search as you type, p95, raw", csm_bench_samples_percentile (raw, 95), "ms", 30, CSM_BENCH_BESIDE, 1, "target of the app",
                 csm_bench_samples_count (raw));
  csm_bench_row ("all hits, which come after the first screenful", csm_bench_samples_mean (app_all), "ms", csm_bench_samples_mean (raw_all),
                 CSM_BENCH_BESIDE, 1, "raw FTS5, newest 1,000 rowids, the mean", csm_bench_samples_count (app_all));
}

/* Assigning a case, until it is kept with synchronous=FULL. */
static void
bench_actions (CsmCache *cache,
               guint     n_cases)
{
  g_autoptr (CsmBenchSamples) samples = csm_bench_samples_new ();

  for (guint i = 0; i < N_ACTIONS; i++)
    {
      g_autofree char *id = csm_bench_id ('c', i * (n_cases / N_ACTIONS));
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
bench_size (const char *path,
            guint       n_messages)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (path, TRUE, &error);
  double bytes, kept, indexed;

  if (conn == NULL)
    g_error ("%s", error->message);
  bytes = count_pages (conn, "message");
  indexed = count_pages (conn, "message_text");
  kept = (double) csm_db_conn_get_int (conn, NULL, 0, "SELECT sum (length (packed)) FROM message", NULL);
  csm_bench_row ("disk a message, searchable", bytes / n_messages / 1000, "kB", 1.9, CSM_BENCH_AT_MOST, 1, "target", n_messages);
  csm_bench_row ("of which full text", indexed / n_messages / 1000, "kB", kept / n_messages / 1000, CSM_BENCH_BESIDE, 1, "the record, packed", n_messages);
}

/* --- The first load ------------------------------------------------------------------------------------------------------------ */

typedef struct
{
  GAsyncQueue *batches; /* GPtrArray of JsonObject; an empty one ends it */
  const char  *path;
} Raw;

static void
raw_exec (CsmDbConn  *conn,
          const char *sql)
{
  g_autoptr (GError) error = NULL;

  if (!csm_db_conn_exec (conn, sql, &error))
    g_error ("%s", error->message);
}

static void
raw_insert (CsmDbConn *conn,
            GPtrArray *batch)
{
  g_autoptr (GError) error = NULL;

  raw_exec (conn, "BEGIN IMMEDIATE");
  for (guint i = 0; i < batch->len; i++)
    {
      JsonObject *record = g_ptr_array_index (batch, i);
      g_autofree char *text = csm_json_write_object (record);

      if (!csm_db_conn_run (conn, &error, "INSERT INTO record (id, at, case_id, json) VALUES (?, ?, ?, ?)", "titt", csm_json_get_string (record, "id"),
                            csm_json_get_time (record, "at"), csm_json_get_string (record, "caseId"), text))
        g_error ("%s", error->message);
    }
  raw_exec (conn, "COMMIT");
}

static gpointer
raw_thread (gpointer data)
{
  Raw *raw = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (raw->path, FALSE, &error);

  if (conn == NULL || !csm_tokenizer_register (csm_db_conn_get_handle (conn), &error))
    g_error ("%s", error->message);
  raw_exec (conn, "CREATE TABLE record (rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER, case_id TEXT, json TEXT)");
  for (gboolean more = TRUE; more;)
    {
      g_autoptr (GPtrArray) batch = g_async_queue_pop (raw->batches);

      more = batch->len > 0;
      raw_insert (conn, batch);
    }
  raw_exec (conn, "CREATE INDEX record_case ON record (case_id, at);"
                  "CREATE VIRTUAL TABLE words USING fts5 (subject, text, names, content = '', tokenize = 'casement', prefix = '2 3', columnsize = 0);"
                  "INSERT INTO words (rowid, subject, text, names) SELECT rowid, json_extract (json, '$.subject'), json_extract (json, '$.textBody'),"
                  " json_extract (json, '$.from[0].name') || ' ' || json_extract (json, '$.from[0].address') || ' ' ||"
                  " json_extract (json, '$.to[0].name') || ' ' || json_extract (json, '$.to[0].address') FROM record");
  return NULL;
}

/* As many records, inserted with an index, and the same full text made of them in one go. */
static double
raw_load (guint n_cases,
          guint n_messages)
{
  g_autofree char *dir = csm_bench_make_dir ();
  g_autofree char *path = g_build_filename (dir, "raw.db", NULL);
  g_autoptr (CsmBenchText) text = csm_bench_text_new (7);
  Raw raw = { g_async_queue_new (), path };
  double start = csm_bench_now ();
  GThread *thread = g_thread_new ("insert", raw_thread, &raw);

  for (guint i = 0; i < n_messages; i += RAW_BATCH)
    {
      GPtrArray *batch = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

      for (guint j = i; j < MIN (i + RAW_BATCH, n_messages); j++)
        g_ptr_array_add (batch, csm_bench_make_message (text, j, n_cases, n_messages));
      /* What waits takes memory. */
      while (g_async_queue_length (raw.batches) > 4)
        g_usleep (1000);
      g_async_queue_push (raw.batches, batch);
    }
  g_async_queue_push (raw.batches, g_ptr_array_new ());
  g_thread_join (thread);
  start = csm_bench_now () - start;
  g_async_queue_unref (raw.batches);
  csm_bench_remove_dir (dir);
  return start;
}

/* Seconds of processor time that all threads took */
static double
process_cpu (void)
{
  struct timespec time;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

/* Raw leaves the segments that FTS5 leaves of itself, too: that is compared. */
static void
bench_load (CsmCache   *cache,
            const char *path,
            guint       n_cases,
            guint       n_messages)
{
  g_autofree char *name = g_strdup_printf ("first load, %u messages searchable", n_messages);
  double cpu = process_cpu (), ours, rest, ours_cpu, peak, raw;

  csm_bench_cache_fill_timed (cache, path, n_cases, n_messages, &ours, &rest);
  ours_cpu = process_cpu () - cpu;
  peak = csm_bench_read_memory (getpid (), "VmHWM");
  cpu = process_cpu ();
  raw = raw_load (n_cases, n_messages);
  csm_bench_row (name, ours, "s", raw, CSM_BENCH_AT_MOST, 1.3, "raw insert, index and full text of the same", n_messages);
  csm_bench_row ("merging that index to one, for which nobody waits", rest, "s", ours, CSM_BENCH_BESIDE, 1, "until searchable", 1);
  csm_bench_row ("both, in processor time of all threads", ours_cpu, "s", process_cpu () - cpu, CSM_BENCH_BESIDE, 1, "raw", n_messages);
  csm_bench_row ("memory at the most meanwhile", peak, "MB", 200, CSM_BENCH_AT_MOST, 1, "target", peak > 0 ? 1 : 0);
}

/* --- A large case ---------------------------------------------------------------------------------------------------------------- */

static void
bench_case (CsmCache   *cache,
            const char *path,
            guint       number)
{
  g_autoptr (CsmBenchSamples) ours = csm_bench_samples_new (), raw = csm_bench_samples_new ();
  g_autofree char *id = csm_bench_id ('c', number);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (path, TRUE, &error);

  csm_bench_cache_put_large (cache, number);
  for (guint i = 0; i < N_OPENINGS && conn != NULL; i++)
    {
      g_autoptr (CsmCaseDetail) detail = NULL;
      GAsyncResult *slot = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      double start = csm_bench_now ();
      g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &error, "SELECT packed FROM message WHERE case_id = ? ORDER BY at DESC LIMIT ?", "ti", id, (gint64) SCREEN);

      while (csm_db_stmt_step (stmt, NULL))
        ;
      csm_bench_samples_add (raw, (csm_bench_now () - start) * 1000);
      start = csm_bench_now ();
      csm_cache_load_case_async (cache, id, CSM_TIME_NONE, SCREEN, NULL, csm_bench_cache_done, &slot);
      result = csm_bench_cache_wait (&slot);
      detail = csm_cache_load_case_finish (cache, result, &error);
      if (detail == NULL || detail->timeline->len != SCREEN)
        g_error ("the case is not there");
      csm_bench_samples_add (ours, (csm_bench_now () - start) * 1000);
    }
  csm_bench_row ("read a case of 5,000 messages, p95", csm_bench_samples_percentile (ours, 95), "ms", 100, CSM_BENCH_AT_MOST, 0.5, "target until painted",
                 csm_bench_samples_count (ours));
  csm_bench_row ("the same, median", csm_bench_samples_median (ours), "ms", csm_bench_samples_median (raw), CSM_BENCH_BESIDE, 1, "raw, its newest 60 rows",
                 csm_bench_samples_count (ours));
}

/* In the app's window, on the same cache. What it prints are rows, too. */
static void
type_in_window (const char *dir)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (self);
  g_autofree char *type = g_build_filename (folder, "bench-type", NULL);
  const char *argv[] = { type, dir, NULL };
  int status;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, NULL, NULL, &status, NULL) || status != 0)
    g_error ("nothing could be typed");
}

int
main (void)
{
  const char *wanted = g_getenv ("CASEMENT_BENCH_MESSAGES");
  guint n_messages = wanted != NULL ? (guint) g_ascii_strtoull (wanted, NULL, 10) : N_MESSAGES, n_cases = n_messages / MESSAGES_OF_CASE;
  g_autofree char *dir = csm_bench_make_dir ();
  g_autofree char *path = g_build_filename (dir, "cache.db", NULL);
  CsmCache *cache = csm_bench_cache_open (path);

  if (n_cases < N_ACTIONS)
    g_error ("so few messages tell nothing");
  bench_load (cache, path, n_cases, n_messages);
  bench_search (cache, path, n_messages);
  bench_actions (cache, n_cases);
  csm_cache_close (cache);
  g_object_unref (cache);
  bench_size (path, n_messages);
  type_in_window (dir);
  cache = csm_bench_cache_open (path);
  bench_case (cache, path, n_cases + 1);
  csm_bench_work (cache, n_cases);
  csm_cache_close (cache);
  g_object_unref (cache);
  csm_bench_remove_dir (dir);
  return 0;
}
