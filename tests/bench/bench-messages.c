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
#include "csm-time.h"
#include "csm-tokenizer.h"

/*
 * The first sync of a workspace with its messages, from a server, until all of them are found; beside the least that it could be:
 * the same messages fetched on one thread, while another parses them, inserts them as JSON and indexes their words.
 * CASEMENT_BENCH_SYNCED: with how many; 1000000 is the target's.
 */

#define N_MESSAGES 50000
#define MESSAGES_OF_CASE 10
#define BATCH 1000 /* cases */
#define PAGE 1000
#define MOST_SECONDS 800
#define LOOK_EVERY 0.05
#define USING "{\"using\":[\"urn:ietf:params:jmap:core\",\"https://casement.example/jmap/desk\"],\"methodCalls\":["

/* --- The workspace ------------------------------------------------------------------------------------------------------ */

typedef struct
{
  CsmTestWorkspace *workspace;
  CsmBenchText     *text;
  guint             n_messages;
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

static gboolean
add_case (CsmTxn   *txn,
          Filling  *filling,
          guint     number,
          GError  **error)
{
  g_autoptr (JsonObject) record = csm_bench_make_case (filling->text, number, 1);
  g_autofree char *id = csm_bench_id ('c', number);

  json_object_set_null_member (record, "customerId");
  json_object_set_string_member (record, "ownerId", filling->workspace->agent.id);
  json_object_set_string_member (record, "teamId", filling->workspace->team);
  json_object_set_string_member (record, "messagesState", "1");
  json_object_set_int_member (record, "messageCount", MESSAGES_OF_CASE);
  set_flag (record, "tags", filling->workspace->tag);
  set_flag (record, "channelIds", filling->workspace->channel);
  return csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CASE), id, record, error);
}

static gpointer
add_cases (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  Filling *filling = input;
  guint n_cases = filling->n_messages / MESSAGES_OF_CASE;

  for (guint i = filling->first; i < MIN (filling->first + BATCH, n_cases); i++)
    {
      if (!add_case (txn, filling, i, error))
        return NULL;
      for (guint j = i * MESSAGES_OF_CASE; j < (i + 1) * MESSAGES_OF_CASE; j++)
        {
          g_autoptr (JsonObject) record = csm_bench_make_message (filling->text, j, n_cases, filling->n_messages);
          g_autofree char *id = csm_bench_id ('m', j);

          json_object_set_string_member (record, "channelId", filling->workspace->channel);
          json_object_set_null_member (record, "conversationId");
          if (!csm_txn_insert (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), id, record, error))
            return NULL;
        }
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
run_sql (CsmDbConn  *conn,
         const char *sql)
{
  g_autoptr (GError) error = NULL;

  if (!csm_db_conn_exec (conn, sql, &error))
    g_error ("%s", error->message);
}

static void
insert_page (CsmDbConn *conn,
             GBytes    *page)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_json_parse_object (g_bytes_get_data (page, NULL), (gssize) g_bytes_get_size (page), &error);
  JsonArray *list;

  if (answer == NULL)
    g_error ("%s", error->message);
  run_sql (conn, "BEGIN IMMEDIATE");
  list = csm_json_get_array (json_array_get_object_element (json_array_get_array_element (csm_json_get_array (answer, "methodResponses"), 0), 1), "list");
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *record = json_array_get_object_element (list, i);
      g_autofree char *text = csm_json_write_object (record);

      if (!csm_db_conn_run (conn, &error, "INSERT INTO record (id, at, case_id, json) VALUES (?, ?, ?, ?)", "titt", csm_json_get_string (record, "id"),
                            csm_json_get_time (record, "at"), csm_json_get_string (record, "caseId"), text))
        g_error ("%s", error->message);
    }
  run_sql (conn, "COMMIT");
}

static gpointer
insert_thread (gpointer data)
{
  Raw *raw = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (raw->path, FALSE, &error);

  if (conn == NULL || !csm_tokenizer_register (csm_db_conn_get_handle (conn), &error))
    g_error ("%s", error->message);
  run_sql (conn, "CREATE TABLE record (rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER, case_id TEXT, json TEXT)");
  for (;;)
    {
      g_autoptr (GBytes) page = g_async_queue_pop (raw->pages);

      if (g_bytes_get_size (page) == 0)
        break;
      insert_page (conn, page);
    }
  run_sql (conn, "CREATE INDEX record_case ON record (case_id, at);"
                 "CREATE VIRTUAL TABLE words USING fts5 (subject, text, names, content = '', tokenize = 'casement', prefix = '2 3', columnsize = 0);"
                 "INSERT INTO words (rowid, subject, text, names) SELECT rowid, json_extract (json, '$.subject'), json_extract (json, '$.textBody'),"
                 " json_extract (json, '$.from') || json_extract (json, '$.to') FROM record WHERE id LIKE 'm%'");
  return NULL;
}

static GBytes *
fetch (CsmTestClient *client,
       const char    *account,
       const char    *type,
       const char    *state)
{
  g_autofree char *since = state != NULL ? g_strdup_printf ("\"%s\"", state) : g_strdup ("null");
  g_autofree char *body = g_strdup_printf (USING "[\"%s/changes\",{\"accountId\":\"%s\",\"sinceState\":%s,\"includeRecords\":true,\"maxChanges\":%d},\"a\"]]}",
                                           type, account, since, PAGE);
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

  if (start == NULL)
    g_error ("a page was answered %.200s", text);
  return g_strndup (start, strcspn (start, "\""));
}

static void
fetch_all (CsmTestClient *client,
           const char    *account,
           const char    *type,
           GAsyncQueue   *pages)
{
  g_autofree char *state = NULL;

  for (gboolean more = TRUE; more;)
    {
      g_autoptr (GBytes) page = fetch (client, account, type, state);
      g_autofree char *text = g_strndup (g_bytes_get_data (page, NULL), g_bytes_get_size (page));

      g_free (state);
      state = find_state (text);
      more = strstr (text, "\"hasMoreChanges\":true") != NULL;
      g_async_queue_push (pages, g_steal_pointer (&page));
    }
}

static double
measure_raw (CsmTestClient *client,
             const char    *account)
{
  g_autofree char *dir = csm_bench_make_dir ();
  g_autofree char *path = g_build_filename (dir, "raw.db", NULL);
  Raw raw = { g_async_queue_new (), path };
  double start = csm_bench_now ();
  GThread *thread = g_thread_new ("insert", insert_thread, &raw);

  fetch_all (client, account, "Case", raw.pages);
  fetch_all (client, account, "Message", raw.pages);
  g_async_queue_push (raw.pages, g_bytes_new (NULL, 0));
  g_thread_join (thread);
  start = csm_bench_now () - start;
  g_async_queue_unref (raw.pages);
  csm_bench_remove_dir (dir);
  return start;
}

/* --- Ours -------------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmAccount *account;
  CsmDbConn  *conn;      /* to look into the cache; NULL until there is something */
  char       *path;
  double      looked_at;
  guint       n_messages;
  double      listed;    /* when the first list could be shown; 0: not yet */
} Sync;

static gboolean
is_searchable (gpointer data)
{
  Sync *sync = data;
  double now = csm_bench_now ();

  if (now - sync->looked_at < LOOK_EVERY)
    return FALSE;
  sync->looked_at = now;
  if (sync->conn == NULL && g_file_test (sync->path, G_FILE_TEST_EXISTS))
    sync->conn = csm_db_conn_open (sync->path, TRUE, NULL);
  if (sync->conn == NULL)
    return FALSE;
  if (sync->listed == 0 && csm_db_conn_get_int (sync->conn, NULL, 0, "SELECT EXISTS (SELECT 1 FROM case_)", NULL) != 0)
    sync->listed = now;
  if (csm_account_get_state (sync->account) != CSM_ACCOUNT_SYNCED)
    return FALSE;
  return csm_bench_cache_is_searchable (sync->conn) &&
         csm_db_conn_get_int (sync->conn, NULL, 0, "SELECT count (*) FROM message_hit WHERE case_rowid > 0", NULL) >= (gint64) sync->n_messages;
}

static gboolean
go_on (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static double
measure_ours (CsmTestServer    *server,
              CsmTestWorkspace *workspace,
              guint             n_messages,
              double           *listed)
{
  g_autofree char *dir = csm_bench_make_dir ();
  g_autofree char *path = g_build_filename (dir, "cache.db", NULL);
  double start = csm_bench_now (), end;
  Sync sync = { .account = csm_account_new (csm_test_server_get_url (server), NULL, workspace->agent.token, dir), .path = path, .n_messages = n_messages };
  /* Without it the loop may sleep while nothing happens that it hears of. */
  guint id = g_timeout_add ((guint) (LOOK_EVERY * 1000), go_on, NULL);

  csm_account_start (sync.account);
  csm_bench_wait_until (is_searchable, &sync, MOST_SECONDS);
  end = csm_bench_now ();
  *listed = sync.listed - start;
  g_source_remove (id);
  csm_db_conn_free (sync.conn);
  csm_account_stop (sync.account);
  g_object_unref (sync.account);
  csm_bench_remove_dir (dir);
  return end - start;
}

int
main (void)
{
  const char *wanted = g_getenv ("CASEMENT_BENCH_SYNCED");
  guint n_messages = wanted != NULL ? (guint) g_ascii_strtoull (wanted, NULL, 10) : N_MESSAGES;
  g_autofree char *name = g_strdup_printf ("first sync, %u messages, until they are found", n_messages);
  g_autoptr (CsmTestWorkspace) workspace = csm_test_workspace_new (1);
  g_autoptr (CsmBenchText) text = csm_bench_text_new (7);
  Filling filling = { workspace, text, n_messages, 0 };
  g_autoptr (CsmTestServer) server = NULL;
  g_autoptr (CsmTestClient) client = NULL;
  double ours, raw, listed;

  for (; filling.first < n_messages / MESSAGES_OF_CASE; filling.first += BATCH)
    csm_test_workspace_run (workspace, add_cases, &filling);
  server = csm_test_server_new (workspace->directory, NULL);
  client = csm_test_client_new (csm_test_server_get_url (server), workspace->agent.token);
  raw = measure_raw (client, workspace->workspace_id);
  ours = measure_ours (server, workspace, n_messages, &listed);
  csm_bench_row (name, ours, "s", raw, CSM_BENCH_AT_MOST, 1.3, "the same records, parsed, inserted and indexed raw, pipelined", n_messages);
  csm_bench_row ("the same, until a list is there", listed, "s", ours, CSM_BENCH_BESIDE, 1, "all of it", 1);
  return 0;
}
