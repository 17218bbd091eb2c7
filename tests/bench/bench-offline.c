/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench-cache.h"
#include "csm-bench.h"
#include "csm-test-server.h"

#include "csm-account.h"
#include "csm-db-conn.h"
#include "csm-json.h"
#include "csm-txn.h"

/*
 * Coming back: 500 operations that wait are sent, and after three weeks 50,000 changes come as well. Held against the targets,
 * and against SQLite taking the changed records in, and nothing else.
 */

#define N_CASES 60000
#define N_CHANGES 50000
#define N_OPERATIONS 500
#define BATCH 10000
#define RAW_BATCH 1000
/* Rows of a list that a window shows at first */
#define SCREEN 30

typedef struct
{
  CsmTestWorkspace *workspace;
  CsmBenchText     *text;
  guint             first;
} Filling;

static void
set_flag (JsonObject *record,
          const char *member,
          const char *key)
{
  JsonObject *set = json_object_new ();

  json_object_set_boolean_member (set, key, TRUE);
  json_object_set_object_member (record, member, set);
}

static gpointer
add_cases (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  Filling *filling = input;
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CASE);

  for (guint i = filling->first; i < filling->first + BATCH; i++)
    {
      g_autoptr (JsonObject) record = csm_bench_make_case (filling->text, i, 1);
      g_autofree char *id = csm_bench_id ('c', i);

      json_object_set_null_member (record, "customerId");
      json_object_set_null_member (record, "ownerId");
      json_object_set_string_member (record, "teamId", filling->workspace->team);
      set_flag (record, "tags", filling->workspace->tag);
      set_flag (record, "channelIds", filling->workspace->channel);
      if (!csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, type, id, record, error))
        return NULL;
    }
  return NULL;
}

/* What colleagues did meanwhile */
static gpointer
change_cases (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  Filling *filling = input;
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CASE);

  for (guint i = filling->first; i < filling->first + BATCH; i++)
    {
      g_autofree char *id = csm_bench_id ('c', i);
      g_autoptr (JsonObject) record = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, type, id, error);
      g_autoptr (GString) words = g_string_new (NULL);

      if (record == NULL)
        return NULL;
      csm_bench_text_append (filling->text, words, 40);
      json_object_set_string_member (record, "subject", words->str);
      if (!csm_txn_update (txn, CSM_ACCOUNT_WORKSPACE, type, id, record, error))
        return NULL;
    }
  return NULL;
}

/* --- The limit --------------------------------------------------------------------------------------------------------------- */

static void
raw_exec (CsmDbConn  *conn,
          const char *sql)
{
  g_autoptr (GError) error = NULL;

  if (!csm_db_conn_exec (conn, sql, &error))
    g_error ("%s", error->message);
}

/* As many records into a table that has them, with the columns that lists need. */
static double
measure_raw (void)
{
  g_autofree char *dir = csm_bench_make_dir ();
  g_autofree char *path = g_build_filename (dir, "raw.db", NULL);
  g_autoptr (CsmBenchText) text = csm_bench_text_new (7);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  double start = 0;

  for (guint i = 0; i < N_CHANGES; i++)
    {
      g_autoptr (JsonObject) record = csm_bench_make_case (text, i, 1);

      g_ptr_array_add (records, csm_json_write_object (record));
    }
  {
    g_autoptr (CsmDbConn) conn = csm_db_conn_open (path, FALSE, &error);

    raw_exec (conn, "CREATE TABLE record (rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER, status TEXT, json TEXT);"
                    "CREATE INDEX record_at ON record (at, status)");
    for (guint round = 0; round < 2; round++)
      {
        start = csm_bench_now ();
        for (guint i = 0; i < N_CHANGES; i++)
          {
            g_autofree char *id = csm_bench_id ('c', i);

            if (i % RAW_BATCH == 0)
              raw_exec (conn, i > 0 ? "COMMIT; BEGIN" : "BEGIN");
            if (!csm_db_conn_run (conn, &error, "INSERT INTO record (id, at, status, json) VALUES (?, ?, ?, ?)"
                                                " ON CONFLICT (id) DO UPDATE SET at = excluded.at, status = excluded.status, json = excluded.json",
                                  "titt", id, (gint64) i + round, "open", g_ptr_array_index (records, i)))
              g_error ("%s", error->message);
          }
        raw_exec (conn, "COMMIT");
      }
  }
  start = csm_bench_now () - start;
  csm_bench_remove_dir (dir);
  return start;
}

/* --- Ours -------------------------------------------------------------------------------------------------------------------- */

static gboolean
is_synced (gpointer data)
{
  return csm_account_get_state (data) == CSM_ACCOUNT_SYNCED;
}

static gboolean
is_done (gpointer data)
{
  guint waiting;

  g_object_get (data, "waiting", &waiting, NULL);
  return waiting == 0 && is_synced (data);
}

/* Comments and tags, each in a case of its own: what merges. */
static void
queue_operations (CsmCache         *cache,
                  CsmTestWorkspace *workspace,
                  guint             first)
{
  for (guint i = 0; i < N_OPERATIONS; i++)
    {
      g_autofree char *case_id = csm_bench_id ('c', first + i * 7);
      g_autofree char *path = g_strconcat ("tags/", workspace->tag, NULL);
      CsmIntent *intent = csm_intent_new ("Bench");
      JsonObject *record = json_object_new ();
      GAsyncResult *slot = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      if (i % 2 == 0)
        {
          json_object_set_string_member (record, "caseId", case_id);
          json_object_set_string_member (record, "body", "As discussed.");
          g_free (csm_intent_create (intent, CSM_TYPE_ID_COMMENT, record));
        }
      else
        {
          json_object_set_null_member (record, path);
          csm_intent_update (intent, CSM_TYPE_ID_CASE, case_id, record);
        }
      csm_cache_perform_async (cache, intent, NULL, csm_bench_cache_done, &slot);
      result = csm_bench_cache_wait (&slot);
      csm_cache_perform_finish (cache, result, &error);
      if (error != NULL)
        g_error ("%s", error->message);
    }
}

static double
read_screen (CsmCache *cache)
{
  g_autoptr (CsmCaseView) view = csm_case_view_new (CSM_VIEW_INBOX, NULL);
  GAsyncResult *listed = NULL, *loaded = NULL;
  g_autoptr (GAsyncResult) list_result = NULL, load_result = NULL;
  g_autoptr (GArray) rowids = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  double start = csm_bench_now ();

  csm_cache_list_cases_async (cache, view, NULL, csm_bench_cache_done, &listed);
  list_result = csm_bench_cache_wait (&listed);
  rowids = csm_cache_list_cases_finish (cache, list_result, NULL);
  if (rowids == NULL || rowids->len < SCREEN)
    g_error ("the list is empty");
  g_array_set_size (rowids, SCREEN);
  csm_cache_load_rows_async (cache, rowids, NULL, csm_bench_cache_done, &loaded);
  load_result = csm_bench_cache_wait (&loaded);
  rows = csm_cache_load_rows_finish (cache, load_result, NULL);
  g_assert_nonnull (rows);
  return csm_bench_now () - start;
}

static gboolean
tick_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_CONTINUE;
}

typedef struct
{
  double          done;
  CsmBenchSamples *screens; /* how long the list took while it went on; NULL: not asked */
} Return;

/* From opening the account until nothing waits and all is here. */
static void
come_back (const char       *url,
           const char       *dir,
           CsmTestWorkspace *workspace,
           Return           *back)
{
  double start = csm_bench_now ();
  CsmAccount *account = csm_account_new (url, NULL, workspace->agent.token, dir);
  gboolean tick = FALSE;
  guint source = g_timeout_add (100, tick_cb, &tick);
  guint parked;

  csm_account_start (account);
  if (back->screens != NULL)
    {
      read_screen (csm_account_get_cache (account));
      csm_bench_samples_add (back->screens, csm_bench_now () - start);
    }
  while (!is_done (account))
    {
      if (csm_bench_now () - start > 240)
        g_error ("nothing came of it in four minutes");
      g_main_context_iteration (NULL, TRUE);
      if (tick && back->screens != NULL)
        csm_bench_samples_add (back->screens, read_screen (csm_account_get_cache (account)));
      tick = FALSE;
    }
  back->done = csm_bench_now () - start;
  g_source_remove (source);
  g_object_get (account, "parked", &parked, NULL);
  if (parked > 0)
    g_error ("%u operations were refused", parked);
  csm_account_stop (account);
  g_object_unref (account);
}

static void
queue_away (const char       *dir,
            CsmTestWorkspace *workspace,
            guint             first)
{
  CsmAccount *account = csm_account_new ("http://127.0.0.1:1", NULL, workspace->agent.token, dir);

  queue_operations (csm_account_get_cache (account), workspace, first);
  csm_account_stop (account);
  g_object_unref (account);
}

static guint
count_changed (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "cache.db", NULL);
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (path, TRUE, NULL);

  return conn != NULL ? (guint) csm_db_conn_get_int (conn, NULL, 0, "SELECT count (*) FROM case_ WHERE json_extract (base, '$.updated') > json_extract (base, '$.created')", NULL) : 0;
}

int
main (void)
{
  g_autoptr (CsmTestWorkspace) workspace = csm_test_workspace_new (1);
  g_autoptr (CsmBenchText) text = csm_bench_text_new (7);
  g_autofree char *dir = csm_bench_make_dir ();
  g_autoptr (CsmBenchSamples) screens = csm_bench_samples_new ();
  Filling filling = { workspace, text, 0 };
  g_autoptr (CsmTestServer) server = NULL;
  Return first = { 0 }, operations = { 0 }, weeks = { 0, screens };
  const char *url;
  double raw;

  for (; filling.first < N_CASES; filling.first += BATCH)
    csm_test_workspace_run (workspace, add_cases, &filling);
  server = csm_test_server_new (workspace->directory, NULL);
  url = csm_test_server_get_url (server);
  come_back (url, dir, workspace, &first);

  queue_away (dir, workspace, 0);
  come_back (url, dir, workspace, &operations);
  csm_bench_row ("500 operations that waited, sent", operations.done, "s", 2, CSM_BENCH_AT_MOST, 1, "target", N_OPERATIONS);

  queue_away (dir, workspace, 3);
  for (filling.first = 0; filling.first < N_CHANGES; filling.first += BATCH)
    csm_test_workspace_run (workspace, change_cases, &filling);
  come_back (url, dir, workspace, &weeks);
  if (count_changed (dir) < N_CHANGES)
    g_error ("only %u cases changed", count_changed (dir));
  raw = measure_raw ();
  csm_bench_row ("3 weeks away, the list at any time", csm_bench_samples_max (screens), "s", 1, CSM_BENCH_AT_MOST, 1, "target, at the worst", csm_bench_samples_count (screens));
  csm_bench_row ("3 weeks away, 50,000 changes and 500 operations", weeks.done, "s", 15, CSM_BENCH_AT_MOST, 1, "target", N_CHANGES);
  csm_bench_row ("the same", weeks.done, "s", raw, CSM_BENCH_BESIDE, 1, "raw, the records into a table that has them", N_CHANGES);
  csm_bench_remove_dir (dir);
  return 0;
}
