/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-bench-cache.h"
#include "csm-bench.h"
#include "csm-test-client.h"

#include <string.h>

#include "csm-account.h"
#include "csm-db-conn.h"
#include "csm-json.h"

/*
 * The first sync of a workspace with 100,000 cases, beside the least that it could be: the same pages fetched on one thread
 * while another parses them and inserts the records, as JSON with an id and the two columns that lists need.
 */

#define N_CASES 100000
#define BATCH 10000
#define PAGE 1000
#define N_RUNS 3
#define USING "{\"using\":[\"urn:ietf:params:jmap:core\",\"https://casement.example/jmap/desk\"],\"methodCalls\":["

/* --- The workspace ------------------------------------------------------------------------------------------------------ */

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
      json_object_set_string_member (record, "ownerId", filling->workspace->agent.id);
      json_object_set_string_member (record, "teamId", filling->workspace->team);
      set_flag (record, "tags", filling->workspace->tag);
      set_flag (record, "channelIds", filling->workspace->channel);
      if (!csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, type, id, record, error))
        return NULL;
    }
  return NULL;
}

/* --- The limit --------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  GAsyncQueue *pages; /* GBytes; an empty one ends it */
  const char  *path;
} Raw;

static void
insert_page (CsmDbConn *conn,
             GBytes    *page)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_json_parse_object (g_bytes_get_data (page, NULL), (gssize) g_bytes_get_size (page), &error);
  JsonArray *list;

  if (answer == NULL || !csm_db_conn_exec (conn, "BEGIN IMMEDIATE", &error))
    g_error ("%s", error->message);
  list = csm_json_get_array (json_array_get_object_element (json_array_get_array_element (csm_json_get_array (answer, "methodResponses"), 0), 1), "list");
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *record = json_array_get_object_element (list, i);
      g_autofree char *text = csm_json_write_object (record);

      if (!csm_db_conn_run (conn, &error, "INSERT INTO record (id, at, status, json) VALUES (?, ?, ?, ?)", "titt", csm_json_get_string (record, "id"),
                            csm_json_get_time (record, "lastActivityAt"), csm_json_get_string (record, "status"), text))
        g_error ("%s", error->message);
    }
  if (!csm_db_conn_exec (conn, "COMMIT", &error))
    g_error ("%s", error->message);
}

static gpointer
insert_thread (gpointer data)
{
  Raw *raw = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (raw->path, FALSE, &error);

  if (conn == NULL || !csm_db_conn_exec (conn, "CREATE TABLE record (rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER, status TEXT, json TEXT);"
                                               "CREATE INDEX record_at ON record (at, status)", &error))
    g_error ("%s", error->message);
  for (;;)
    {
      g_autoptr (GBytes) page = g_async_queue_pop (raw->pages);

      if (g_bytes_get_size (page) == 0)
        return NULL;
      insert_page (conn, page);
    }
}

static GBytes *
fetch (CsmTestClient *client,
       const char    *account,
       const char    *state)
{
  g_autofree char *since = state != NULL ? g_strdup_printf ("\"%s\"", state) : g_strdup ("null");
  g_autofree char *body = g_strdup_printf (USING "[\"Case/changes\",{\"accountId\":\"%s\",\"sinceState\":%s,\"includeRecords\":true,\"maxChanges\":%d},\"a\"]]}",
                                           account, since, PAGE);
  g_autoptr (SoupMessage) msg = csm_test_client_message (client, "POST", "/jmap/api");
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr (GError) error = NULL;
  GBytes *answer;

  soup_message_set_request_body_from_bytes (msg, "application/json", bytes);
  answer = soup_session_send_and_read (client->session, msg, NULL, &error);
  if (answer == NULL || soup_message_get_status (msg) != 200)
    g_error ("a page was answered %u", soup_message_get_status (msg));
  return answer;
}

/* The state is looked for in the text, since the page is parsed elsewhere. */
static char *
find_state (const char *text)
{
  const char *member = strstr (text, "\"newState\":\"");
  const char *start = member != NULL ? member + strlen ("\"newState\":\"") : NULL;

  g_assert_nonnull (start);
  return g_strndup (start, strcspn (start, "\""));
}

static double
measure_raw (CsmTestClient *client,
             const char    *account)
{
  g_autofree char *dir = csm_bench_make_dir ();
  g_autofree char *path = g_build_filename (dir, "raw.db", NULL);
  g_autofree char *state = NULL;
  Raw raw = { g_async_queue_new (), path };
  double start = csm_bench_now ();
  GThread *thread = g_thread_new ("insert", insert_thread, &raw);
  gboolean more = TRUE;

  while (more)
    {
      g_autoptr (GBytes) page = fetch (client, account, state);
      g_autofree char *text = g_strndup (g_bytes_get_data (page, NULL), g_bytes_get_size (page));

      g_free (state);
      state = find_state (text);
      more = strstr (text, "\"hasMoreChanges\":true") != NULL;
      g_async_queue_push (raw.pages, g_steal_pointer (&page));
    }
  g_async_queue_push (raw.pages, g_bytes_new (NULL, 0));
  g_thread_join (thread);
  start = csm_bench_now () - start;
  g_async_queue_unref (raw.pages);
  csm_bench_remove_dir (dir);
  return start;
}

/* --- Ours -------------------------------------------------------------------------------------------------------------------- */

static gboolean
is_synced (gpointer data)
{
  return csm_account_get_state (data) == CSM_ACCOUNT_SYNCED;
}

static guint
count_cases (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "cache.db", NULL);
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (path, TRUE, NULL);

  return conn != NULL ? (guint) csm_db_conn_get_int (conn, NULL, 0, "SELECT count (*) FROM case_", NULL) : 0;
}

static double
measure_ours (CsmTestServer    *server,
              CsmTestWorkspace *workspace)
{
  g_autofree char *dir = csm_bench_make_dir ();
  double start = csm_bench_now (), end;
  CsmAccount *account = csm_account_new (csm_test_server_get_url (server), NULL, workspace->agent.token, dir);

  csm_account_start (account);
  csm_bench_wait_until (is_synced, account, 240);
  end = csm_bench_now ();
  csm_account_stop (account);
  g_object_unref (account);
  if (count_cases (dir) < N_CASES)
    g_error ("the cache has %u cases", count_cases (dir));
  csm_bench_remove_dir (dir);
  return end - start;
}

int
main (void)
{
  g_autoptr (CsmTestWorkspace) workspace = csm_test_workspace_new (1);
  g_autoptr (CsmBenchText) text = csm_bench_text_new (7);
  g_autoptr (CsmBenchSamples) ours = csm_bench_samples_new (), raw = csm_bench_samples_new ();
  Filling filling = { workspace, text, 0 };
  g_autoptr (CsmTestServer) server = NULL;
  g_autoptr (CsmTestClient) client = NULL;

  for (; filling.first < N_CASES; filling.first += BATCH)
    csm_test_workspace_run (workspace, add_cases, &filling);
  server = csm_test_server_new (workspace->directory, NULL);
  client = csm_test_client_new (csm_test_server_get_url (server), workspace->agent.token);
  for (guint i = 0; i < N_RUNS; i++)
    {
      csm_bench_samples_add (raw, measure_raw (client, workspace->workspace_id));
      csm_bench_samples_add (ours, measure_ours (server, workspace));
    }
  csm_bench_row ("first sync, 100,000 case headers", csm_bench_samples_median (ours), "s", csm_bench_samples_median (raw), CSM_BENCH_AT_MOST, 1.3,
                 "the same pages, parsed and inserted raw, pipelined", N_RUNS);
  return 0;
}
