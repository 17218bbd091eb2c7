/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "csm-error.h"
#include "csm-id.h"
#include "csm-json.h"
#include "store-test.h"

#define PERSON csm_record_type_get (CSM_TYPE_ID_PERSON)
#define TEAM csm_record_type_get (CSM_TYPE_ID_TEAM)

/* Bounded: a test that waits for ever tells nothing. */
#define WAIT_US (10 * G_USEC_PER_SEC)

static void
wait_for (guint *flag)
{
  gint64 until = g_get_monotonic_time () + WAIT_US;

  while (*flag == 0 && g_get_monotonic_time () < until)
    {
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
  g_assert_cmpuint (*flag, !=, 0);
}

static void
assert_mode (const char *directory,
             const char *name,
             guint       mode)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  struct stat info;

  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, mode);
}

static void
test_create (StoreFixture  *fixture,
             gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *below = g_build_filename (fixture->directory, "new", "data", NULL);

  assert_mode (fixture->directory, "secret.key", 0600);
  assert_mode (fixture->directory, "casement.db", 0600);
  assert_mode (fixture->directory, "blobs", 0700);
  g_assert_false (csm_store_create (fixture->directory, "Again", &error));
  g_assert_error (error, CSM_ERROR, CSM_ERROR_EXISTS);
  g_clear_error (&error);

  g_assert_true (csm_store_create (below, "Below", &error));
  g_assert_no_error (error);
  assert_mode (fixture->directory, "new/data", 0700);
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("csm-store-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "casement.db", NULL);

  g_assert_null (csm_store_open (directory, &error));
  g_assert_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  store_test_remove (directory);
}

static int
note_version (void  *data,
              int    n_columns,
              char **values,
              char **names)
{
  *(char **) data = g_strdup_printf ("PRAGMA user_version = %s", values[0]);
  return 0;
}

static void
test_newer (StoreFixture  *fixture,
            gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "casement.db", NULL);
  g_autofree char *as_it_was = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *db;

  g_clear_object (&fixture->store);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "PRAGMA user_version", note_version, &as_it_was, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "PRAGMA user_version = 99", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  g_assert_null (csm_store_open (fixture->directory, &error));
  g_assert_error (error, CSM_ERROR, CSM_ERROR_DATABASE_NEWER);
  g_clear_error (&error);

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, as_it_was, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  fixture->store = csm_store_open (fixture->directory, &error);
  g_assert_no_error (error);
}

static void
test_key (StoreFixture  *fixture,
          gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "secret.key", NULL);
  g_autofree char *key = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &key, NULL, NULL));
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_null (csm_store_open (fixture->directory, &error));
  g_assert_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND);
}

static void
test_lock (StoreFixture  *fixture,
           gconstpointer  data)
{
  g_autoptr (CsmStore) second = csm_store_open (fixture->directory, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (csm_store_lock (fixture->store, &error));
  g_assert_true (csm_store_lock (fixture->store, &error));
  g_assert_false (csm_store_lock (second, &error));
  g_assert_error (error, CSM_ERROR, CSM_ERROR_DATABASE_BUSY);
}

/* --- Accounts and states ------------------------------------------------------------------------------------------- */

static gpointer
use_accounts (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  g_autofree char *ana = store_test_insert (txn, CSM_ACCOUNT_WORKSPACE, CSM_TYPE_ID_PERSON, "{\"name\": \"Ana\", \"email\": \"ana@example.com\"}");
  g_autoptr (CsmAccountRow) workspace = csm_txn_account_of (txn, NULL, error);
  g_autoptr (CsmAccountRow) own = csm_txn_account_of (txn, ana, error);
  g_autoptr (CsmAccountRow) again = csm_txn_account_of (txn, ana, error);

  g_assert_cmpint (workspace->account, ==, CSM_ACCOUNT_WORKSPACE);
  g_assert_cmpint (workspace->id[0], ==, 'W');
  g_assert_cmpstr (workspace->name, ==, "Fernweh");
  g_assert_null (workspace->person_id);
  g_assert_cmpint (own->id[0], ==, 'P');
  g_assert_cmpstr (own->id + 1, ==, ana + 1);
  g_assert_cmpstr (own->person_id, ==, ana);
  g_assert_cmpint (own->account, ==, again->account);
  g_assert_no_error (*error);
  return NULL;
}

static void
test_accounts (StoreFixture  *fixture,
               gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, use_accounts, NULL);
}

static gpointer
use_states (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autofree char *before = csm_txn_state (txn, CSM_ACCOUNT_WORKSPACE, TEAM, error);
  g_autofree char *ana = store_test_insert (txn, CSM_ACCOUNT_WORKSPACE, CSM_TYPE_ID_PERSON, "{\"name\": \"Ana\", \"email\": \"ana@example.com\"}");
  g_autofree char *unchanged = csm_txn_state (txn, CSM_ACCOUNT_WORKSPACE, TEAM, error);
  g_autofree char *team = store_test_insert (txn, CSM_ACCOUNT_WORKSPACE, CSM_TYPE_ID_TEAM, "{\"name\": \"Service\"}");
  g_autofree char *after = csm_txn_state (txn, CSM_ACCOUNT_WORKSPACE, TEAM, error);
  g_autoptr (CsmAccountRow) own = csm_txn_account_of (txn, ana, error);
  g_autofree char *cut = g_strndup (after, strlen (after) - 1);
  g_autofree char *forged = g_strdup (after);
  gint64 modseq = -1;

  g_assert_cmpstr (before, ==, unchanged);
  g_assert_cmpstr (before, !=, after);
  g_assert_true (g_str_has_prefix (after, "v1."));
  g_assert_true (csm_txn_parse_state (txn, CSM_ACCOUNT_WORKSPACE, TEAM, before, &modseq, error));
  g_assert_cmpint (modseq, ==, 0);
  g_assert_true (csm_txn_parse_state (txn, CSM_ACCOUNT_WORKSPACE, TEAM, after, &modseq, error));
  g_assert_cmpint (modseq, ==, csm_txn_get_modseq (txn, CSM_ACCOUNT_WORKSPACE, TEAM, team, error));

  forged[strlen (forged) - 1] = forged[strlen (forged) - 1] == '0' ? '1' : '0';
  g_assert_false (csm_txn_parse_state (txn, CSM_ACCOUNT_WORKSPACE, TEAM, cut, &modseq, error));
  g_assert_false (csm_txn_parse_state (txn, CSM_ACCOUNT_WORKSPACE, TEAM, forged, &modseq, error));
  g_assert_false (csm_txn_parse_state (txn, CSM_ACCOUNT_WORKSPACE, TEAM, "", &modseq, error));
  g_assert_false (csm_txn_parse_state (txn, CSM_ACCOUNT_WORKSPACE, TEAM, "v1.x.y.z", &modseq, error));
  g_assert_false (csm_txn_parse_state (txn, CSM_ACCOUNT_WORKSPACE, TEAM, "v1.-1.0.z", &modseq, error));
  /* One account's state is no other's. */
  g_assert_false (csm_txn_parse_state (txn, own->account, TEAM, after, &modseq, error));
  g_assert_no_error (*error);
  return NULL;
}

static void
test_states (StoreFixture  *fixture,
             gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, use_states, NULL);
}

static gpointer
parse_later_state (CsmTxn        *txn,
                   gpointer       input,
                   GCancellable  *cancellable,
                   GError       **error)
{
  g_autofree char *later = csm_txn_format_state (txn, CSM_ACCOUNT_WORKSPACE, 1000);
  gint64 modseq;

  g_assert_false (csm_txn_parse_state (txn, CSM_ACCOUNT_WORKSPACE, TEAM, later, &modseq, error));
  g_assert_no_error (*error);
  return NULL;
}

static gpointer
state_of_teams (CsmTxn        *txn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  return csm_txn_state (txn, CSM_ACCOUNT_WORKSPACE, TEAM, error);
}

static gpointer
state_is_known (CsmTxn        *txn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  gint64 modseq;

  return GINT_TO_POINTER (csm_txn_parse_state (txn, CSM_ACCOUNT_WORKSPACE, TEAM, input, &modseq, error));
}

/* A right MAC over a number that we have not reached: a backup was restored. All earlier states end. */
static void
test_restored (StoreFixture  *fixture,
               gconstpointer  data)
{
  g_autofree char *before = store_test_run (fixture->store, FALSE, state_of_teams, NULL);
  g_autofree char *after = NULL;

  g_assert_true (GPOINTER_TO_INT (store_test_run (fixture->store, FALSE, state_is_known, before)));
  g_test_expect_message ("csm-store", G_LOG_LEVEL_WARNING, "*older copy*");
  store_test_run (fixture->store, FALSE, parse_later_state, NULL);
  g_test_assert_expected_messages ();
  after = store_test_run (fixture->store, FALSE, state_of_teams, NULL);
  g_assert_cmpstr (before, !=, after);
  g_assert_false (GPOINTER_TO_INT (store_test_run (fixture->store, FALSE, state_is_known, before)));
  g_assert_true (GPOINTER_TO_INT (store_test_run (fixture->store, FALSE, state_is_known, after)));
}

/* --- "changed" ------------------------------------------------------------------------------------------------------ */

typedef struct
{
  guint  calls;
  gint64 account;
  guint  types;
} Heard;

static void
changed_cb (CsmStore *store,
            gint64    account,
            guint     types,
            Heard    *heard)
{
  heard->calls++;
  heard->account = account;
  heard->types |= types;
}

static gpointer
add_team (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  g_free (store_test_insert (txn, CSM_ACCOUNT_WORKSPACE, CSM_TYPE_ID_TEAM, "{\"name\": \"Service\"}"));
  return NULL;
}

static gpointer
add_team_and_fail (CsmTxn        *txn,
                   gpointer       input,
                   GCancellable  *cancellable,
                   GError       **error)
{
  add_team (txn, NULL, NULL, error);
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FAILED, "no");
  return NULL;
}

static gpointer
add_team_in_part (CsmTxn        *txn,
                  gpointer       input,
                  GCancellable  *cancellable,
                  GError       **error)
{
  g_assert_true (csm_txn_savepoint (txn, error));
  add_team (txn, NULL, NULL, error);
  g_assert_true (csm_txn_release (txn, FALSE, error));
  g_assert_true (csm_txn_savepoint (txn, error));
  g_free (store_test_insert (txn, CSM_ACCOUNT_WORKSPACE, CSM_TYPE_ID_TAG, "{\"name\": \"Vip\"}"));
  g_assert_true (csm_txn_release (txn, TRUE, error));
  return NULL;
}

static void
finished_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  guint *flag = user_data;
  g_autoptr (GError) error = NULL;

  csm_store_run_finish (CSM_STORE (object), result, &error);
  g_assert_no_error (error);
  *flag = 1;
}

static void
test_changed (StoreFixture  *fixture,
              gconstpointer  data)
{
  Heard heard = { 0 };
  guint finished = 0;
  g_autoptr (GError) error = NULL;

  g_signal_connect (fixture->store, "changed", G_CALLBACK (changed_cb), &heard);
  csm_store_run_async (fixture->store, TRUE, add_team, NULL, NULL, NULL, NULL, finished_cb, &finished);
  wait_for (&finished);
  g_assert_cmpuint (heard.calls, ==, 1);
  g_assert_cmpint (heard.account, ==, CSM_ACCOUNT_WORKSPACE);
  g_assert_cmpuint (heard.types, ==, 1u << CSM_TYPE_ID_TEAM);

  /* What was not committed is not told. */
  heard = (Heard) { 0 };
  csm_store_run (fixture->store, TRUE, add_team_and_fail, NULL, &error);
  g_assert_error (error, CSM_ERROR, CSM_ERROR_FAILED);
  store_test_run (fixture->store, TRUE, add_team_in_part, NULL);
  wait_for (&heard.calls);
  g_assert_cmpuint (heard.types, ==, 1u << CSM_TYPE_ID_TAG);
}

/* Two stores of one directory stand for two processes. */
static void
test_wake (StoreFixture  *fixture,
           gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmStore) other = csm_store_open (fixture->directory, &error);
  Heard heard = { 0 };

  g_assert_no_error (error);
  g_assert_true (csm_store_lock (fixture->store, NULL));
  g_signal_connect (fixture->store, "changed", G_CALLBACK (changed_cb), &heard);
  store_test_run (other, TRUE, add_team, NULL);
  wait_for (&heard.calls);
  g_assert_cmpuint (heard.types, ==, 1u << CSM_TYPE_ID_TEAM);
  g_clear_object (&other);
}

/* --- Blobs ------------------------------------------------------------------------------------------------------------ */

static void
test_blobs (StoreFixture  *fixture,
            gconstpointer  data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("abc", 3);
  g_autoptr (GBytes) back = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = csm_store_put_blob (fixture->store, bytes, &error);
  g_autofree char *again = csm_store_put_blob_unsynced (fixture->store, bytes, &error);
  g_autofree char *path = csm_store_blob_path (fixture->store, id);

  g_assert_no_error (error);
  g_assert_cmpstr (id, ==, "Bba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  g_assert_cmpstr (id, ==, again);
  g_assert_true (csm_store_sync_blobs (fixture->store, &error));
  g_assert_true (g_str_has_suffix (path, "/blobs/ba/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  back = csm_store_get_blob (fixture->store, id, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes, back));

  g_assert_null (csm_store_blob_path (fixture->store, "B../../secret.key"));
  g_assert_null (csm_store_get_blob (fixture->store, "Bnone", &error));
  g_assert_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND);

  /* One that a crash left short is written again. */
  g_assert_true (g_file_set_contents (path, "a", 1, NULL));
  g_clear_pointer (&again, g_free);
  again = csm_store_put_blob (fixture->store, bytes, NULL);
  g_clear_pointer (&back, g_bytes_unref);
  back = csm_store_get_blob (fixture->store, id, NULL);
  g_assert_true (g_bytes_equal (bytes, back));
}

#define ADD(path, func) g_test_add ("/store/store/" path, StoreFixture, NULL, store_fixture_set_up, func, store_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("create", test_create);
  g_test_add_func ("/store/store/missing", test_missing);
  ADD ("newer", test_newer);
  ADD ("key", test_key);
  ADD ("lock", test_lock);
  ADD ("accounts", test_accounts);
  ADD ("states", test_states);
  ADD ("restored", test_restored);
  ADD ("changed", test_changed);
  ADD ("wake", test_wake);
  ADD ("blobs", test_blobs);
  return g_test_run ();
}
