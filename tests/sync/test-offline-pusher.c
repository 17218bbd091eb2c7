/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fake-server.h"

#include <glib/gstdio.h>
#include <utime.h>
#include <sys/mount.h>

#include "csm-cache-sync.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-pusher.h"
#include "csm-time.h"

#define CASE "c01J00000000000000000000001"
#define WAIT_SECONDS 60
#define LOOK_MS 20

/* The outbox and what sends it, against a server that does what it is told. */
typedef struct
{
  FakeServer    *server;
  char          *directory;
  CsmCache      *cache;
  CsmConnection *connection;
  CsmBlobFiles  *files;
  CsmTurn       *turn;
  CsmPusher     *pusher;
  guint          n_failed;
  CsmFailure     failure;
  guint          n_resync;
} Pump;

typedef gboolean (*Condition) (Pump *pump);

static gboolean
on_timeout (gpointer data)
{
  g_error ("waited too long for: %s", (const char *) data);
  return G_SOURCE_REMOVE;
}

/* What a condition asks for may come while it is being asked: then nothing else wakes the loop. */
static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_until (Pump       *pump,
            Condition   condition,
            const char *what)
{
  guint timeout = g_timeout_add_seconds (WAIT_SECONDS, on_timeout, (gpointer) what), tick = g_timeout_add (LOOK_MS, on_tick, NULL);

  while (!condition (pump))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (tick);
  g_source_remove (timeout);
}

static void
on_done (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **slot)
{
  guint timeout = g_timeout_add_seconds (WAIT_SECONDS, on_timeout, (gpointer) "an answer of the cache");

  while (*slot == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
  return *slot;
}

static void
on_failed (Pump   *pump,
           GError *error)
{
  pump->n_failed++;
  pump->failure = csm_failure_of_error (error);
}

static void
on_resync (Pump *pump)
{
  pump->n_resync++;
}

static void
connect_pump (Pump *pump)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  csm_connection_open_async (pump->connection, NULL, on_done, &slot);
  result = wait_for (&slot);
  csm_connection_open_finish (pump->connection, result, &error);
  g_assert_no_error (error);
}

static void
open_cache (Pump *pump)
{
  g_autofree char *path = g_build_filename (pump->directory, "cache.db", NULL);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (CsmSyncState) state = NULL;

  pump->cache = csm_cache_new (path);
  csm_cache_open_session_async (pump->cache, FAKE_ME, "Test", NULL, on_done, &slot);
  result = wait_for (&slot);
  state = csm_cache_open_session_finish (pump->cache, result, NULL);
  g_assert_nonnull (state);
}

static void
put_case (Pump *pump)
{
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_CASE, "W");
  g_autoptr (JsonObject) record = csm_json_parse_object ("{\"id\":\"" CASE "\",\"subject\":\"One\",\"status\":\"open\",\"lastActivityAt\":\"2023-11-15T00:00:00Z\"}", -1, NULL);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  csm_record_fill_defaults (csm_record_type_get (CSM_TYPE_ID_CASE), record);
  g_ptr_array_add (page->records, json_object_ref (record));
  csm_cache_apply_page_async (pump->cache, page, NULL, on_done, &slot);
  result = wait_for (&slot);
  g_assert_true (csm_cache_apply_page_finish (pump->cache, result, NULL));
}

static void
set_up_in (Pump *pump,
           char *directory)
{
  g_autofree char *blobs = g_build_filename (directory, "blobs", NULL);

  pump->directory = directory;
  pump->server = fake_server_new ();
  open_cache (pump);
  put_case (pump);
  pump->connection = csm_connection_new (pump->server->url, NULL, "token");
  pump->files = csm_blob_files_new (blobs);
  pump->turn = csm_turn_new ();
  pump->pusher = csm_pusher_new (pump->connection, pump->cache, pump->files, pump->turn);
  g_signal_connect_swapped (pump->pusher, "failed", G_CALLBACK (on_failed), pump);
  g_signal_connect_swapped (pump->pusher, "resync", G_CALLBACK (on_resync), pump);
  connect_pump (pump);
}

static void
set_up (Pump *pump)
{
  set_up_in (pump, g_dir_make_tmp ("casement-pump-XXXXXX", NULL));
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *below = g_build_filename (path, name, NULL);

      remove_all (below);
    }
  g_remove (path);
}

static void
tear_down (Pump *pump)
{
  csm_pusher_stop (pump->pusher);
  csm_cache_close (pump->cache);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (pump->pusher);
  g_object_unref (pump->connection);
  g_object_unref (pump->files);
  csm_turn_unref (pump->turn);
  g_object_unref (pump->cache);
  fake_server_free (pump->server);
  remove_all (pump->directory);
  g_free (pump->directory);
}

static void
perform (Pump      *pump,
         CsmIntent *intent)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  csm_cache_perform_async (pump->cache, intent, NULL, on_done, &slot);
  result = wait_for (&slot);
  csm_cache_perform_finish (pump->cache, result, &error);
  g_assert_no_error (error);
}

static char *
add_comment (Pump       *pump,
             const char *body,
             JsonObject *attachment)
{
  CsmIntent *intent = csm_intent_new ("Comment");
  JsonObject *record = json_object_new ();
  char *id;

  json_object_set_string_member (record, "caseId", CASE);
  json_object_set_string_member (record, "body", body);
  if (attachment != NULL)
    {
      JsonArray *attachments = json_array_new ();

      json_array_add_object_element (attachments, json_object_ref (attachment));
      json_object_set_array_member (record, "attachments", attachments);
    }
  id = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, record);
  perform (pump, intent);
  return id;
}

static void
add_tags (Pump  *pump,
          guint  n)
{
  for (guint i = 0; i < n; i++)
    {
      CsmIntent *intent = csm_intent_new ("Tag");
      JsonObject *record = json_object_new ();
      g_autofree char *name = g_strdup_printf ("tag %u", i);

      json_object_set_string_member (record, "name", name);
      g_free (csm_intent_create (intent, CSM_TYPE_ID_TAG, record));
      perform (pump, intent);
    }
}

static GPtrArray *
list (Pump *pump)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GPtrArray *ops;

  csm_cache_list_outbox_async (pump->cache, NULL, on_done, &slot);
  result = wait_for (&slot);
  ops = csm_cache_list_outbox_finish (pump->cache, result, NULL);
  g_assert_nonnull (ops);
  return ops;
}

static gboolean
is_empty (Pump *pump)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  CsmOutboxCounts counts;

  csm_cache_count_outbox_async (pump->cache, NULL, on_done, &slot);
  result = wait_for (&slot);
  g_assert_true (csm_cache_count_outbox_finish (pump->cache, result, &counts, NULL));
  return counts.waiting == 0;
}

static gboolean
all_parked (Pump *pump)
{
  g_autoptr (GPtrArray) ops = list (pump);

  for (guint i = 0; i < ops->len; i++)
    {
      if (((CsmOperation *) g_ptr_array_index (ops, i))->state != CSM_OP_PARKED)
        return FALSE;
    }
  return ops->len > 0;
}

static gboolean
all_waiting (Pump *pump)
{
  g_autoptr (GPtrArray) ops = list (pump);

  for (guint i = 0; i < ops->len; i++)
    {
      if (((CsmOperation *) g_ptr_array_index (ops, i))->state != CSM_OP_WAITING)
        return FALSE;
    }
  return TRUE;
}

static gboolean
has_failed (Pump *pump)
{
  return pump->n_failed > 0 && all_waiting (pump);
}

static void
hurry (Pump *pump)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  csm_cache_hurry_ops_async (pump->cache, NULL, on_done, &slot);
  result = wait_for (&slot);
  csm_pusher_kick (pump->pusher);
}

/* --- no answer at all ------------------------------------------------------------------------------------------------------- */

static void
test_no_answer (gconstpointer data)
{
  FakeMode mode = (FakeMode) GPOINTER_TO_INT (data);
  Pump pump = { 0 };
  g_autofree char *id = NULL;

  set_up (&pump);
  pump.server->mode = mode;
  id = add_comment (&pump, "Hello", NULL);
  for (guint i = 0; i < 5; i++)
    {
      pump.n_failed = 0;
      csm_pusher_start (pump.pusher, TRUE);
      wait_until (&pump, has_failed, "a failure");
      g_assert_cmpint (pump.failure, ==, CSM_FAILURE_OFFLINE);
    }
  {
    g_autoptr (GPtrArray) ops = list (&pump);
    CsmOperation *op = g_ptr_array_index (ops, 0);

    /* Nobody answered: that counts for nothing. */
    g_assert_cmpint (op->tries, ==, 0);
    g_assert_cmpint (op->sends, ==, 5);
    g_assert_null (op->error);
    g_assert_cmpint (op->not_before, ==, 0);
  }
  if (mode == FAKE_UNAVAILABLE)
    g_assert_cmpint (csm_connection_get_retry_at (pump.connection), >, csm_time_now () + 60 * CSM_SECOND);
  pump.server->mode = FAKE_GOOD;
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, is_empty, "the outbox is empty");
  g_assert_cmpuint (g_hash_table_size (pump.server->records), ==, 1);
  g_assert_cmpuint (g_hash_table_size (pump.server->applied), ==, 1);
  tear_down (&pump);
}

static void
test_paused (gconstpointer data)
{
  FakeMode mode = (FakeMode) GPOINTER_TO_INT (data);
  Pump pump = { 0 };
  g_autofree char *id = NULL;

  set_up (&pump);
  pump.server->mode = mode;
  id = add_comment (&pump, "Hello", NULL);
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, has_failed, "a failure");
  g_assert_cmpint (pump.failure, ==, mode == FAKE_UNAUTHORIZED ? CSM_FAILURE_SIGNED_OUT : CSM_FAILURE_REFUSED);
  {
    guint n = pump.server->n_requests;
    g_autoptr (GPtrArray) ops = NULL;

    /* Nothing goes, whoever kicks. */
    csm_pusher_kick (pump.pusher);
    ops = list (&pump);
    g_assert_cmpuint (pump.server->n_requests, ==, n);
    g_assert_cmpint (((CsmOperation *) g_ptr_array_index (ops, 0))->sends, ==, 0);
  }
  pump.server->mode = FAKE_GOOD;
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, is_empty, "the outbox is empty");
  tear_down (&pump);
}

/* --- answers that are errors ------------------------------------------------------------------------------------------------ */

static gboolean
has_error (Pump *pump)
{
  g_autoptr (GPtrArray) ops = list (pump);
  CsmOperation *op = g_ptr_array_index (ops, 0);

  return op->state == CSM_OP_WAITING && op->error != NULL;
}

static gboolean
was_answered (Pump *pump)
{
  g_autoptr (GPtrArray) ops = list (pump);
  CsmOperation *op = g_ptr_array_index (ops, 0);

  return op->state != CSM_OP_SENDING && (guint) op->tries == pump->server->n_requests;
}

/* What the server fails at, or nobody knows: three answers, then a person decides. */
static void
test_three_answers (gconstpointer data)
{
  Pump pump = { 0 };
  g_autofree char *id = NULL;

  set_up (&pump);
  pump.server->mode = g_str_has_prefix (data, "account") ? FAKE_METHOD_ERROR : FAKE_SET_ERROR;
  pump.server->error_type = data;
  id = add_comment (&pump, "Hello", NULL);
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, has_error, "the first answer");
  for (guint i = 0; i < 2; i++)
    {
      wait_until (&pump, was_answered, "an answer");
      hurry (&pump);
    }
  wait_until (&pump, all_parked, "a person's turn");
  g_assert_cmpuint (pump.server->n_requests, ==, 3);
  g_assert_cmpuint (pump.server->n_sessions, >=, g_str_has_prefix (data, "account") ? 2 : 1);
  {
    g_autoptr (GPtrArray) ops = list (&pump);

    g_assert_cmpstr (((CsmOperation *) g_ptr_array_index (ops, 0))->error, ==, data);
    g_assert_cmpstr (csm_json_get_string (((CsmOperation *) g_ptr_array_index (ops, 0))->payload, "body"), ==, "Hello");
  }
  tear_down (&pump);
}

static gboolean
asked_often (Pump *pump)
{
  return pump->server->n_requests >= 6 && all_waiting (pump);
}

static gboolean
hurry_often (gpointer data)
{
  Pump *pump = data;

  csm_cache_hurry_ops_async (pump->cache, NULL, NULL, NULL);
  csm_pusher_kick (pump->pusher);
  return G_SOURCE_CONTINUE;
}

/* What may pass is tried for ever. */
static void
test_for_ever (gconstpointer data)
{
  Pump pump = { 0 };
  g_autofree char *id = NULL;
  guint source;

  set_up (&pump);
  pump.server->mode = FAKE_METHOD_ERROR;
  pump.server->error_type = data;
  id = add_comment (&pump, "Hello", NULL);
  csm_pusher_start (pump.pusher, TRUE);
  source = g_timeout_add (20, hurry_often, &pump);
  wait_until (&pump, asked_often, "many tries");
  g_source_remove (source);
  if (g_str_equal (data, "serverPartialFail"))
    g_assert_cmpuint (pump.n_resync, >, 0);
  pump.server->mode = FAKE_GOOD;
  hurry (&pump);
  wait_until (&pump, is_empty, "the outbox is empty");
  tear_down (&pump);
}

static void
test_refused (gconstpointer data)
{
  Pump pump = { 0 };
  g_autofree char *id = NULL;

  set_up (&pump);
  pump.server->mode = FAKE_SET_ERROR;
  pump.server->error_type = data;
  id = add_comment (&pump, "Hello", NULL);
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, all_parked, "a person's turn");
  g_assert_cmpuint (pump.server->n_requests, ==, 1);
  {
    g_autoptr (GPtrArray) ops = list (&pump);

    g_assert_cmpstr (csm_json_get_string (((CsmOperation *) g_ptr_array_index (ops, 0))->payload, "body"), ==, "Hello");
  }
  tear_down (&pump);
}

/* --- limits ------------------------------------------------------------------------------------------------------------------- */

static void
assert_once (FakeServer *server,
             guint       n)
{
  GHashTableIter iter;
  gpointer times;

  g_assert_cmpuint (server->order->len, ==, n);
  g_assert_cmpuint (g_hash_table_size (server->applied), ==, n);
  g_hash_table_iter_init (&iter, server->applied);
  while (g_hash_table_iter_next (&iter, NULL, &times))
    g_assert_cmpuint (GPOINTER_TO_UINT (times), ==, 1);
}

/* 500 become 10 between two requests; the Session says so, or it doesn't. */
static void
test_limit_shrinks (gconstpointer data)
{
  gboolean says_so = GPOINTER_TO_INT (data);
  Pump pump = { 0 };

  set_up (&pump);
  add_tags (&pump, 120);
  pump.server->max_objects = 10;
  if (says_so)
    {
      pump.server->said_max_objects = 10;
      pump.server->session_state = 1;
    }
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, is_empty, "the outbox is empty");
  assert_once (pump.server, 120);
  g_assert_cmpuint (pump.server->most, <=, 10);
  g_assert_cmpuint (pump.server->n_refused, <=, 10);
  tear_down (&pump);
}

static void
test_small_requests (void)
{
  Pump pump = { 0 };
  g_autofree char *body = g_strnfill (1000, 'x');
  g_autofree char *huge = g_strnfill (30000, 'y');

  set_up (&pump);
  pump.server->max_size = 20000;
  connect_pump (&pump);
  for (guint i = 0; i < 60; i++)
    g_free (add_comment (&pump, body, NULL));
  g_free (add_comment (&pump, huge, NULL));
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, all_parked, "all but the large one");
  assert_once (pump.server, 60);
  g_assert_cmpuint (pump.server->largest, <=, 20000);
  g_assert_cmpuint (pump.server->n_refused, ==, 0);
  {
    g_autoptr (GPtrArray) ops = list (&pump);

    g_assert_cmpuint (ops->len, ==, 1);
    g_assert_cmpstr (((CsmOperation *) g_ptr_array_index (ops, 0))->error, ==, "tooLarge");
  }
  tear_down (&pump);
}

/* The Session promises more than the server takes. */
static void
test_smaller_than_said (void)
{
  Pump pump = { 0 };
  g_autofree char *body = g_strnfill (1000, 'x');

  set_up (&pump);
  for (guint i = 0; i < 40; i++)
    g_free (add_comment (&pump, body, NULL));
  pump.server->max_size = 15000;
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, is_empty, "the outbox is empty");
  assert_once (pump.server, 40);
  tear_down (&pump);
}

/* Five hundred operations of one long flight. */
static void
test_flush (void)
{
  Pump pump = { 0 };
  gint64 started;

  set_up (&pump);
  add_tags (&pump, 500);
  started = g_get_monotonic_time ();
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, is_empty, "the outbox is empty");
  g_test_message ("500 operations in %u requests and %.0f ms", pump.server->n_requests, (double) (g_get_monotonic_time () - started) / 1000);
  assert_once (pump.server, 500);
  g_assert_cmpuint (pump.server->n_requests, ==, 10);
  tear_down (&pump);
}

/* Its answer is lost each time: the same operations go again, and each is done once. */
static void
test_lost_answers (void)
{
  Pump pump = { 0 };

  set_up (&pump);
  add_tags (&pump, 60);
  pump.server->mode = FAKE_DEAF;
  for (guint i = 0; i < 3; i++)
    {
      pump.n_failed = 0;
      csm_pusher_start (pump.pusher, TRUE);
      wait_until (&pump, has_failed, "a failure");
    }
  pump.server->mode = FAKE_GOOD;
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, is_empty, "the outbox is empty");
  assert_once (pump.server, 60);
  tear_down (&pump);
}

/* The connection went before the request did: none of it can have arrived. */
static void
test_stopped_before (void)
{
  Pump pump = { 0 };

  set_up (&pump);
  g_free (add_comment (&pump, "One", NULL));
  csm_pusher_start (pump.pusher, TRUE);
  csm_pusher_stop (pump.pusher);
  add_tags (&pump, 2);
  {
    g_autoptr (GPtrArray) ops = list (&pump);
    CsmOperation *op = g_ptr_array_index (ops, 0);

    g_assert_cmpint (op->state, ==, CSM_OP_WAITING);
    g_assert_cmpint (op->sends, ==, 0);
  }
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, is_empty, "the outbox is empty");
  assert_once (pump.server, 3);
  tear_down (&pump);
}

/* --- files ---------------------------------------------------------------------------------------------------------------------- */

static JsonObject *
keep_file (Pump       *pump,
           const char *content)
{
  g_autofree char *path = g_build_filename (pump->directory, "note.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *attachment;

  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  csm_outgoing_files_keep_async (csm_blob_files_get_outgoing (pump->files), file, 1000000, NULL, on_done, &slot);
  result = wait_for (&slot);
  attachment = csm_outgoing_files_keep_finish (csm_blob_files_get_outgoing (pump->files), result, &error);
  g_assert_no_error (error);
  /* Whatever becomes of the original. */
  g_assert_cmpint (g_unlink (path), ==, 0);
  return attachment;
}

static char *
path_of (Pump       *pump,
         JsonObject *attachment)
{
  return csm_outgoing_files_path (csm_blob_files_get_outgoing (pump->files), csm_json_get_string (attachment, "blobId"));
}

static gboolean
is_tidy (Pump *pump)
{
  g_autofree char *folder = g_build_filename (pump->directory, "outgoing", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  return dir == NULL || g_dir_read_name (dir) == NULL;
}

static void
test_file (void)
{
  Pump pump = { 0 };
  g_autoptr (JsonObject) attachment = NULL;
  g_autofree char *id = NULL;
  g_autofree char *path = NULL;

  set_up (&pump);
  attachment = keep_file (&pump, "Kept");
  path = path_of (&pump, attachment);
  g_assert_true (g_str_has_prefix (csm_json_get_string (attachment, "blobId"), CSM_LOCAL_BLOB_PREFIX));
  g_assert_cmpstr (csm_json_get_string (attachment, "name"), ==, "note.txt");
  g_assert_cmpint (csm_json_get_int (attachment, "size", 0), ==, 4);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  id = add_comment (&pump, "With a file", attachment);
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, is_empty, "the outbox is empty");
  g_assert_cmpuint (pump.server->n_uploads, ==, 1);
  {
    JsonObject *record = g_hash_table_lookup (pump.server->records, id);

    g_assert_true (g_hash_table_contains (pump.server->blobs,
                   csm_json_get_string (json_array_get_object_element (csm_json_get_array (record, "attachments"), 0), "blobId")));
  }
  /* Confirmed: it isn't among those that wait any more. */
  wait_until (&pump, is_tidy, "the file is moved");
  tear_down (&pump);
}

/* It was uploaded, then nothing for two hours: the server has thrown it away. */
static void
test_file_collected (void)
{
  Pump pump = { 0 };
  g_autoptr (JsonObject) attachment = NULL;
  g_autofree char *id = NULL;
  g_autofree char *op_id = NULL;

  set_up (&pump);
  attachment = keep_file (&pump, "Kept");
  id = add_comment (&pump, "With a file", attachment);
  pump.server->mode = FAKE_HTML;
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, has_failed, "a failure");
  {
    g_autoptr (GPtrArray) ops = list (&pump);

    op_id = g_strdup (((CsmOperation *) g_ptr_array_index (ops, 0))->op_id);
  }
  g_assert_cmpuint (pump.server->n_uploads, ==, 1);
  g_hash_table_remove_all (pump.server->blobs);
  pump.server->mode = FAKE_GOOD;
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, is_empty, "the outbox is empty");
  g_assert_cmpuint (pump.server->n_uploads, ==, 2);
  assert_once (pump.server, 1);
  g_assert_true (g_hash_table_contains (pump.server->applied, op_id));
  tear_down (&pump);
}

static void
make_older (const char *path,
            gint64      days)
{
  time_t then = (time_t) (csm_time_now () / CSM_SECOND - days * 24 * 3600);

  g_assert_cmpint (g_utime (path, &(struct utimbuf) { then, then }), ==, 0);
}

/* A text that nobody has sent yet may be written over a weekend: its files stay, what is forgotten goes. */
static void
test_file_of_weekend (void)
{
  Pump pump = { 0 };
  g_autoptr (JsonObject) forgotten = NULL;
  g_autoptr (JsonObject) attachment = NULL;
  g_autofree char *path = NULL, *old_path = NULL;

  set_up (&pump);
  attachment = keep_file (&pump, "Kept");
  forgotten = keep_file (&pump, "Forgotten");
  path = path_of (&pump, attachment);
  old_path = path_of (&pump, forgotten);
  make_older (path, 4);
  make_older (old_path, 60);
  csm_pusher_start (pump.pusher, TRUE);
  while (g_file_test (old_path, G_FILE_TEST_EXISTS))
    hurry (&pump);
  g_free (add_comment (&pump, "With a file", attachment));
  wait_until (&pump, is_empty, "the outbox is empty");
  g_assert_cmpuint (pump.server->n_uploads, ==, 1);
  tear_down (&pump);
}

static void
test_file_refused (gconstpointer data)
{
  gboolean missing = GPOINTER_TO_INT (data);
  Pump pump = { 0 };
  g_autoptr (JsonObject) attachment = NULL;
  g_autofree char *id = NULL;
  g_autofree char *path = NULL;

  set_up (&pump);
  attachment = keep_file (&pump, "Kept");
  path = path_of (&pump, attachment);
  id = add_comment (&pump, "With a file", attachment);
  pump.server->upload_status = 413;
  if (missing)
    g_assert_cmpint (g_unlink (path), ==, 0);
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, all_parked, "a person's turn");
  g_assert_cmpuint (pump.server->n_requests, ==, 0);
  {
    g_autoptr (GPtrArray) ops = list (&pump);
    CsmOperation *op = g_ptr_array_index (ops, 0);

    g_assert_cmpstr (op->error, ==, missing ? "fileMissing" : "tooLarge");
    g_assert_cmpstr (csm_json_get_string (op->payload, "body"), ==, "With a file");
  }
  tear_down (&pump);
}

/* --- answers that can't be written ---------------------------------------------------------------------------------------------- */

static void
fill_disk (gpointer data)
{
  Pump *pump = data;
  g_autofree char *path = g_build_filename (pump->directory, "ballast", NULL);
  FILE *file = g_fopen (path, "w");
  char block[4096] = { 1 };

  while (fwrite (block, 1, sizeof block, file) == sizeof block && fflush (file) == 0)
    ;
  fclose (file);
}

static gboolean
is_full (Pump *pump)
{
  return csm_cache_get_full (pump->cache);
}

static void
test_answers_kept (void)
{
  Pump pump = { 0 };
  char *directory = g_dir_make_tmp ("casement-pump-XXXXXX", NULL);
  g_autofree char *ballast = g_build_filename (directory, "ballast", NULL);
  guint asked;

  if (mount ("tmpfs", directory, "tmpfs", 0, "size=3m") != 0)
    {
      remove_all (directory);
      g_free (directory);
      g_test_skip ("only root can make a small disk");
      return;
    }
  set_up_in (&pump, g_strdup (directory));
  add_tags (&pump, 40);
  pump.server->before_answer = fill_disk;
  pump.server->data = &pump;
  csm_pusher_start (pump.pusher, TRUE);
  wait_until (&pump, is_full, "a full disk");
  pump.server->before_answer = NULL;
  asked = pump.server->n_requests;
  g_assert_cmpint (g_unlink (ballast), ==, 0);
  wait_until (&pump, is_empty, "the outbox is empty");
  /* What the server had answered was not asked again. */
  g_assert_cmpuint (pump.server->n_requests, ==, asked);
  assert_once (pump.server, 40);
  tear_down (&pump);
  umount (directory);
  g_rmdir (directory);
  g_free (directory);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/pusher/no-answer/html", GINT_TO_POINTER (FAKE_HTML), test_no_answer);
  g_test_add_data_func ("/pusher/no-answer/redirect", GINT_TO_POINTER (FAKE_REDIRECT), test_no_answer);
  g_test_add_data_func ("/pusher/no-answer/cut", GINT_TO_POINTER (FAKE_CUT), test_no_answer);
  g_test_add_data_func ("/pusher/no-answer/unavailable", GINT_TO_POINTER (FAKE_UNAVAILABLE), test_no_answer);
  g_test_add_data_func ("/pusher/no-answer/too-many", GINT_TO_POINTER (FAKE_TOO_MANY), test_no_answer);
  g_test_add_data_func ("/pusher/paused/unauthorized", GINT_TO_POINTER (FAKE_UNAUTHORIZED), test_paused);
  g_test_add_data_func ("/pusher/paused/unknown-capability", GINT_TO_POINTER (FAKE_UNKNOWN_CAPABILITY), test_paused);
  g_test_add_data_func ("/pusher/three-answers/server-fail", "serverFail", test_three_answers);
  g_test_add_data_func ("/pusher/three-answers/unknown", "neverHeardOf", test_three_answers);
  g_test_add_data_func ("/pusher/three-answers/account-not-found", "accountNotFound", test_three_answers);
  g_test_add_data_func ("/pusher/three-answers/account-read-only", "accountReadOnly", test_three_answers);
  g_test_add_data_func ("/pusher/for-ever/unavailable", "serverUnavailable", test_for_ever);
  g_test_add_data_func ("/pusher/for-ever/rate-limit", "rateLimit", test_for_ever);
  g_test_add_data_func ("/pusher/for-ever/partial-fail", "serverPartialFail", test_for_ever);
  g_test_add_data_func ("/pusher/refused/forbidden", "forbidden", test_refused);
  g_test_add_data_func ("/pusher/refused/over-quota", "overQuota", test_refused);
  g_test_add_data_func ("/pusher/refused/singleton", "singleton", test_refused);
  g_test_add_data_func ("/pusher/limit-shrinks/said", GINT_TO_POINTER (TRUE), test_limit_shrinks);
  g_test_add_data_func ("/pusher/limit-shrinks/unsaid", GINT_TO_POINTER (FALSE), test_limit_shrinks);
  g_test_add_func ("/pusher/small-requests", test_small_requests);
  g_test_add_func ("/pusher/smaller-than-said", test_smaller_than_said);
  g_test_add_func ("/pusher/flush", test_flush);
  g_test_add_func ("/pusher/lost-answers", test_lost_answers);
  g_test_add_func ("/pusher/stopped-before", test_stopped_before);
  g_test_add_func ("/pusher/file", test_file);
  g_test_add_func ("/pusher/file-collected", test_file_collected);
  g_test_add_func ("/pusher/file-of-weekend", test_file_of_weekend);
  g_test_add_data_func ("/pusher/file-refused/too-large", GINT_TO_POINTER (FALSE), test_file_refused);
  g_test_add_data_func ("/pusher/file-refused/missing", GINT_TO_POINTER (TRUE), test_file_refused);
  g_test_add_func ("/pusher/answers-kept", test_answers_kept);
  return g_test_run ();
}
