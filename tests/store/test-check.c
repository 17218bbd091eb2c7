/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "csm-time.h"
#include "store-test.h"

static gpointer
check (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  return csm_txn_check (txn, error);
}

static void
test_clean (StoreFixture  *fixture,
            gconstpointer  data)
{
  g_autoptr (GPtrArray) read = NULL;
  g_autoptr (GPtrArray) write = NULL;

  g_free (store_test_fill (fixture->store));
  read = store_test_run (fixture->store, FALSE, check, NULL);
  write = store_test_run (fixture->store, TRUE, check, NULL);

  for (guint i = 0; i < write->len; i++)
    g_test_message ("%s", (const char *) g_ptr_array_index (write, i));
  g_assert_cmpuint (read->len, ==, 0);
  g_assert_cmpuint (write->len, ==, 0);
}

typedef struct
{
  const char *name;
  const char *sql;     /* the damage */
  const char *finding; /* what of the finding must be there */
} Damage;

static const Damage damages[] = {
  { "column", "UPDATE case_ SET status = 'closed'", "“status” differs" },
  { "instant", "UPDATE case_ SET lastActivityAt = lastActivityAt + 1", "“lastActivityAt” differs" },
  { "json", "UPDATE customer SET json = '{\"id\": '", "is damaged" },
  { "id", "UPDATE customer SET json = replace (json, id, 'u')", "another id" },
  { "tag", "DELETE FROM case__tags", "“tags” differs" },
  { "extra-tag", "INSERT INTO case__tags (value, row) SELECT 'gX', row FROM case__tags", "“tags” differs" },
  { "identity", "DELETE FROM identity", "identity" },
  { "reference", "UPDATE message SET caseId = 'cNone'", "names a record" },
  { "counter", "UPDATE account SET modseq = 1", "the change counter differs" },
  { "state", "UPDATE type_state SET modseq = modseq - 1 WHERE type = 'c'", "the change counter differs" },
  { "number", "UPDATE person SET modseq = (SELECT modseq FROM customer)", "used twice" },
  { "text", "UPDATE message SET json = json_set (json, '$.subject', 'changed')", "full text of Message" },
  { "blob", NULL, "is missing" },
};

static gboolean
has_finding (GPtrArray  *findings,
             const char *part)
{
  for (guint i = 0; i < findings->len; i++)
    {
      if (strstr (g_ptr_array_index (findings, i), part) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
test_damage (StoreFixture  *fixture,
             gconstpointer  data)
{
  const Damage *damage = data;
  g_autofree char *blob = store_test_fill (fixture->store);
  g_autofree char *path = g_build_filename (fixture->directory, "casement.db", NULL);
  g_autofree char *blob_path = csm_store_blob_path (fixture->store, blob);
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *db;

  if (damage->sql != NULL)
    {
      g_clear_object (&fixture->store);
      g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
      g_assert_cmpint (sqlite3_exec (db, damage->sql, NULL, NULL, NULL), ==, SQLITE_OK);
      g_assert_cmpint (sqlite3_changes (db), >, 0);
      sqlite3_close (db);
      fixture->store = csm_store_open (fixture->directory, &error);
      g_assert_no_error (error);
    }
  else
    {
      g_assert_cmpint (g_unlink (blob_path), ==, 0);
    }
  findings = store_test_run (fixture->store, TRUE, check, NULL);
  for (guint i = 0; i < findings->len; i++)
    g_test_message ("%s", (const char *) g_ptr_array_index (findings, i));
  g_assert_true (has_finding (findings, damage->finding));
}

/* --- What is kept for a while ------------------------------------------------------------------------------------------- */

#define DAY (24 * 3600 * CSM_SECOND)

typedef struct
{
  char  *tags;      /* a state before a tag was destroyed */
  char  *persons;   /* a state since which no person changed */
  char  *upload;    /* a blob that nobody named */
} Kept;

static gpointer
keep (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  const CsmRecordType *tag = csm_record_type_get (CSM_TYPE_ID_TAG);
  g_autofree char *id = store_test_insert (txn, CSM_ACCOUNT_WORKSPACE, CSM_TYPE_ID_TAG, "{\"name\": \"Brief\"}");
  Kept *kept = input;

  kept->tags = csm_txn_state (txn, CSM_ACCOUNT_WORKSPACE, tag, error);
  kept->persons = csm_txn_state (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), error);
  g_assert_true (csm_txn_destroy (txn, CSM_ACCOUNT_WORKSPACE, tag, id, error));
  g_assert_true (csm_txn_store_op (txn, "p", "d", "op", "{}", error));
  g_assert_true (csm_txn_store_creation (txn, "g", "p", "hash", error));
  g_assert_true (csm_txn_add_upload (txn, kept->upload, 1, "p", error));
  return NULL;
}

static gpointer
is_kept (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  Kept *kept = input;
  g_autofree char *op = csm_txn_applied_op (txn, "p", "d", "op", error);
  gint64 modseq;
  guint bits = 0;

  bits |= csm_txn_parse_state (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_TAG), kept->tags, &modseq, error) ? 1 : 0;
  bits |= csm_txn_parse_state (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), kept->persons, &modseq, error) ? 2 : 0;
  bits |= op != NULL ? 4 : 0;
  bits |= csm_txn_creation_matches (txn, "g", "p", "hash", error) ? 8 : 0;
  g_assert_no_error (*error);
  return GUINT_TO_POINTER (bits);
}

static gboolean
has_blob (CsmStore   *store,
          const char *blob)
{
  g_autofree char *path = csm_store_blob_path (store, blob);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_maintain (StoreFixture  *fixture,
               gconstpointer  data)
{
  g_autofree char *named = store_test_fill (fixture->store);
  g_autoptr (GBytes) lost = g_bytes_new_static ("lost", 4);
  Kept kept = { .upload = csm_store_put_blob (fixture->store, lost, NULL) };
  g_autoptr (GPtrArray) findings = NULL;
  gint64 now = csm_time_now ();

  store_test_run (fixture->store, TRUE, keep, &kept);
  g_assert_true (csm_store_maintain (fixture->store, now, NULL));
  g_assert_true (has_blob (fixture->store, kept.upload));
  g_assert_cmpuint (GPOINTER_TO_UINT (store_test_run (fixture->store, FALSE, is_kept, &kept)), ==, 15);

  g_assert_true (csm_store_maintain (fixture->store, now + 2 * DAY, NULL));
  g_assert_false (has_blob (fixture->store, kept.upload));
  g_assert_true (has_blob (fixture->store, named));
  g_assert_true (csm_store_maintain (fixture->store, now + 100 * DAY, NULL));
  g_assert_cmpuint (GPOINTER_TO_UINT (store_test_run (fixture->store, FALSE, is_kept, &kept)), ==, 14);
  g_assert_true (csm_store_maintain (fixture->store, now + 130 * DAY, NULL));
  g_assert_cmpuint (GPOINTER_TO_UINT (store_test_run (fixture->store, FALSE, is_kept, &kept)), ==, 2);
  findings = store_test_run (fixture->store, TRUE, check, NULL);
  g_assert_cmpuint (findings->len, ==, 0);
  g_free (kept.tags);
  g_free (kept.persons);
  g_free (kept.upload);
}

static gpointer
bury (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  const CsmRecordType *tag = csm_record_type_get (CSM_TYPE_ID_TAG);

  for (guint i = 0; i < GPOINTER_TO_UINT (input); i++)
    {
      g_autofree char *id = store_test_insert (txn, CSM_ACCOUNT_WORKSPACE, CSM_TYPE_ID_TAG, "{\"name\": \"Brief\"}");

      g_assert_true (csm_txn_destroy (txn, CSM_ACCOUNT_WORKSPACE, tag, id, error));
    }
  return NULL;
}

static gint64
count_rows (StoreFixture *fixture,
            const char   *table)
{
  g_autofree char *path = g_build_filename (fixture->directory, "casement.db", NULL);
  g_autofree char *sql = g_strdup_printf ("SELECT count (*) FROM %s", table);
  sqlite3_stmt *stmt;
  gint64 count;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  count = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  sqlite3_close (db);
  return count;
}

/* More than goes in one slice, after as many days as somebody wants. */
static void
test_retention (StoreFixture  *fixture,
                gconstpointer  data)
{
  Kept kept = { .upload = g_strdup ("B") };
  gint64 now = csm_time_now ();

  store_test_run (fixture->store, TRUE, keep, &kept);
  store_test_run (fixture->store, TRUE, bury, GUINT_TO_POINTER (4500));
  csm_store_set_retention (fixture->store, 30);
  g_assert_true (csm_store_maintain (fixture->store, now + 29 * DAY, NULL));
  g_assert_cmpint (count_rows (fixture, "tombstone"), ==, 4501);
  g_assert_cmpuint (GPOINTER_TO_UINT (store_test_run (fixture->store, FALSE, is_kept, &kept)) & 7, ==, 7);
  g_assert_true (csm_store_maintain (fixture->store, now + 31 * DAY, NULL));
  g_assert_cmpint (count_rows (fixture, "tombstone"), ==, 0);
  /* Below the mark nothing can be told any more; what it would repeat is still known. */
  g_assert_cmpuint (GPOINTER_TO_UINT (store_test_run (fixture->store, FALSE, is_kept, &kept)) & 7, ==, 6);
  g_assert_true (csm_store_maintain (fixture->store, now + 61 * DAY, NULL));
  g_assert_cmpuint (GPOINTER_TO_UINT (store_test_run (fixture->store, FALSE, is_kept, &kept)) & 7, ==, 2);
  g_free (kept.tags);
  g_free (kept.persons);
  g_free (kept.upload);
}

/* A backup wants the blobs of its own state, though nothing names them any more. */
static void
test_in_use (StoreFixture  *fixture,
             gconstpointer  data)
{
  g_autoptr (GBytes) lost = g_bytes_new_static ("lost", 4);
  g_autofree char *blob = csm_store_put_blob (fixture->store, lost, NULL);
  g_autofree char *path = g_build_filename (fixture->directory, "keep.lock", NULL);
  gint64 later = csm_time_now () + 2 * DAY;
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (flock (fd, LOCK_SH), ==, 0);
  g_assert_true (csm_store_maintain (fixture->store, later, NULL));
  g_assert_true (has_blob (fixture->store, blob));
  close (fd);
  g_assert_true (csm_store_maintain (fixture->store, later, NULL));
  g_assert_false (has_blob (fixture->store, blob));
}

static void
test_damaged_blob (StoreFixture  *fixture,
                   gconstpointer  data)
{
  g_autofree char *blob = store_test_fill (fixture->store);
  g_autofree char *path = csm_store_blob_path (fixture->store, blob);
  g_autoptr (GPtrArray) clean = csm_store_check_blobs (fixture->store, NULL);
  g_autoptr (GPtrArray) findings = NULL;

  g_assert_cmpuint (clean->len, ==, 0);
  g_assert_true (g_file_set_contents (path, "rot", 3, NULL));
  findings = csm_store_check_blobs (fixture->store, NULL);
  g_assert_true (has_finding (findings, blob));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store/check/clean", StoreFixture, NULL, store_fixture_set_up, test_clean, store_fixture_tear_down);
  g_test_add ("/store/check/maintain", StoreFixture, NULL, store_fixture_set_up, test_maintain, store_fixture_tear_down);
  g_test_add ("/store/check/retention", StoreFixture, NULL, store_fixture_set_up, test_retention, store_fixture_tear_down);
  g_test_add ("/store/check/in-use", StoreFixture, NULL, store_fixture_set_up, test_in_use, store_fixture_tear_down);
  g_test_add ("/store/check/blob", StoreFixture, NULL, store_fixture_set_up, test_damaged_blob, store_fixture_tear_down);
  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *path = g_strconcat ("/store/check/damage/", damages[i].name, NULL);

      g_test_add (path, StoreFixture, &damages[i], store_fixture_set_up, test_damage, store_fixture_tear_down);
    }
  return g_test_run ();
}
