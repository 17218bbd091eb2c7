/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "pump.h"

#include <glib/gstdio.h>
#include <utime.h>

#include "csm-json.h"
#include "csm-time.h"

/* Files that go along with what waits. */

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
  csm_outgoing_files_keep_async (csm_blob_files_get_outgoing (pump->files), file, 1000000, NULL, pump_on_done, &slot);
  result = pump_wait_for (&slot);
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

  pump_set_up (&pump);
  attachment = keep_file (&pump, "Kept");
  path = path_of (&pump, attachment);
  g_assert_true (g_str_has_prefix (csm_json_get_string (attachment, "blobId"), CSM_LOCAL_BLOB_PREFIX));
  g_assert_cmpstr (csm_json_get_string (attachment, "name"), ==, "note.txt");
  g_assert_cmpint (csm_json_get_int (attachment, "size", 0), ==, 4);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  id = pump_add_comment (&pump, "With a file", attachment);
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_is_empty, "the outbox is empty");
  g_assert_cmpuint (pump.server->n_uploads, ==, 1);
  {
    JsonObject *record = g_hash_table_lookup (pump.server->records, id);

    g_assert_true (g_hash_table_contains (pump.server->blobs,
                   csm_json_get_string (json_array_get_object_element (csm_json_get_array (record, "attachments"), 0), "blobId")));
  }
  /* Confirmed: it isn't among those that wait any more. */
  pump_wait_until (&pump, is_tidy, "the file is moved");
  pump_tear_down (&pump);
}

/* It was uploaded, then nothing for two hours: the server has thrown it away. */
static void
test_file_collected (void)
{
  Pump pump = { 0 };
  g_autoptr (JsonObject) attachment = NULL;
  g_autofree char *id = NULL;
  g_autofree char *op_id = NULL;

  pump_set_up (&pump);
  attachment = keep_file (&pump, "Kept");
  id = pump_add_comment (&pump, "With a file", attachment);
  pump.server->mode = FAKE_HTML;
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_has_failed, "a failure");
  {
    g_autoptr (GPtrArray) ops = pump_list (&pump);

    op_id = g_strdup (((CsmOperation *) g_ptr_array_index (ops, 0))->op_id);
  }
  g_assert_cmpuint (pump.server->n_uploads, ==, 1);
  g_hash_table_remove_all (pump.server->blobs);
  pump.server->mode = FAKE_GOOD;
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_is_empty, "the outbox is empty");
  g_assert_cmpuint (pump.server->n_uploads, ==, 2);
  pump_assert_once (pump.server, 1);
  g_assert_true (g_hash_table_contains (pump.server->applied, op_id));
  pump_tear_down (&pump);
}

/* A file of a reply that colleagues write together waits as that of a message does: it is there before the draft names it, and once. */
static void
test_file_of_draft (void)
{
  Pump pump = { 0 };
  g_autoptr (JsonObject) attachment = NULL;
  g_autofree char *draft = NULL;
  JsonObject *record = json_object_new (), *patch = json_object_new ();
  CsmIntent *intent = csm_intent_new ("File of a reply");

  pump_set_up (&pump);
  attachment = keep_file (&pump, "Kept");
  json_object_set_string_member (record, "caseId", PUMP_CASE);
  json_object_set_string_member (record, "conversationId", "v01J9ZK3V7XQ6T8R5M2N4P0W1YB");
  json_object_set_string_member (record, "id", "d01J9ZK3V7XQ6T8R5M2N4P0W1YB");
  draft = csm_intent_create (intent, CSM_TYPE_ID_DRAFT, record);
  json_object_set_object_member (patch, "files/k", csm_json_copy_object (attachment));
  csm_intent_update (intent, CSM_TYPE_ID_DRAFT, draft, patch);
  pump_perform (&pump, intent);
  pump.server->mode = FAKE_HTML;
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_has_failed, "a failure");
  g_hash_table_remove_all (pump.server->blobs);
  pump.server->mode = FAKE_GOOD;
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_is_empty, "the outbox is empty");
  patch = csm_json_get_object (g_hash_table_lookup (pump.server->records, draft), "files/k");
  g_assert_true (g_hash_table_contains (pump.server->blobs, csm_json_get_string (patch, "blobId")));
  pump_wait_until (&pump, is_tidy, "the file is moved");
  /* The reply that goes out names the same file: the server has it. */
  {
    guint before = pump.server->n_uploads;

    g_free (pump_add_comment (&pump, "With the same file", attachment));
    csm_pusher_start (pump.pusher, TRUE);
    pump_wait_until (&pump, pump_is_empty, "the outbox is empty");
    g_assert_cmpuint (pump.server->n_uploads, ==, before);
  }
  pump_tear_down (&pump);
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

  pump_set_up (&pump);
  attachment = keep_file (&pump, "Kept");
  forgotten = keep_file (&pump, "Forgotten");
  path = path_of (&pump, attachment);
  old_path = path_of (&pump, forgotten);
  make_older (path, 4);
  make_older (old_path, 60);
  csm_pusher_start (pump.pusher, TRUE);
  while (g_file_test (old_path, G_FILE_TEST_EXISTS))
    pump_hurry (&pump);
  g_free (pump_add_comment (&pump, "With a file", attachment));
  pump_wait_until (&pump, pump_is_empty, "the outbox is empty");
  g_assert_cmpuint (pump.server->n_uploads, ==, 1);
  pump_tear_down (&pump);
}

static void
test_file_refused (gconstpointer data)
{
  gboolean missing = GPOINTER_TO_INT (data);
  Pump pump = { 0 };
  g_autoptr (JsonObject) attachment = NULL;
  g_autofree char *id = NULL;
  g_autofree char *path = NULL;

  pump_set_up (&pump);
  attachment = keep_file (&pump, "Kept");
  path = path_of (&pump, attachment);
  id = pump_add_comment (&pump, "With a file", attachment);
  pump.server->upload_status = 413;
  if (missing)
    g_assert_cmpint (g_unlink (path), ==, 0);
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_all_parked, "a person's turn");
  g_assert_cmpuint (pump.server->n_requests, ==, 0);
  {
    g_autoptr (GPtrArray) ops = pump_list (&pump);
    CsmOperation *op = g_ptr_array_index (ops, 0);

    g_assert_cmpstr (op->error, ==, missing ? "fileMissing" : "tooLarge");
    g_assert_cmpstr (csm_json_get_string (op->payload, "body"), ==, "With a file");
  }
  pump_tear_down (&pump);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pusher/file", test_file);
  g_test_add_func ("/pusher/file-collected", test_file_collected);
  g_test_add_func ("/pusher/of-draft", test_file_of_draft);
  g_test_add_func ("/pusher/file-of-weekend", test_file_of_weekend);
  g_test_add_data_func ("/pusher/file-refused/too-large", GINT_TO_POINTER (FALSE), test_file_refused);
  g_test_add_data_func ("/pusher/file-refused/missing", GINT_TO_POINTER (TRUE), test_file_refused);
  return g_test_run ();
}
