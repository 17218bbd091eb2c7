/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

#include "csm-json.h"
#include "csm-tokenizer.h"
#include "store-test.h"

static sqlite3 *
open_file (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "casement.db", NULL);
  g_autoptr (GError) error = NULL;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_true (csm_tokenizer_register (db, &error));
  return db;
}

/* name → declared type */
static GHashTable *
columns_of (sqlite3    *db,
            const char *table)
{
  GHashTable *columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  sqlite3_stmt *stmt;

  g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT name, type FROM pragma_table_info (?)", -1, &stmt, NULL), ==, SQLITE_OK);
  sqlite3_bind_text (stmt, 1, table, -1, SQLITE_TRANSIENT);
  while (sqlite3_step (stmt) == SQLITE_ROW)
    g_hash_table_insert (columns, g_strdup ((const char *) sqlite3_column_text (stmt, 0)), g_strdup ((const char *) sqlite3_column_text (stmt, 1)));
  sqlite3_finalize (stmt);
  return columns;
}

static void
assert_column (GHashTable          *columns,
               const CsmRecordType *type,
               const CsmProperty   *property)
{
  gboolean number = property->kind == CSM_KIND_DATE || property->kind == CSM_KIND_INT || property->kind == CSM_KIND_BOOL;

  g_test_message ("%s.%s", type->table, property->name);
  g_assert_cmpstr (g_hash_table_lookup (columns, property->name), ==, number ? "INTEGER" : "TEXT");
  g_hash_table_remove (columns, property->name);
}

/* What the record table calls indexed, and nothing else, has a column, or for a set a side table. */
static void
test_columns (StoreFixture  *fixture,
              gconstpointer  data)
{
  static const char * const common[] = { "rowid", "account", "id", "createdModseq", "modseq", "json" };
  sqlite3 *db;

  g_clear_object (&fixture->store);
  db = open_file (fixture->directory);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      const CsmRecordType *type = csm_record_type_get (i);
      g_autoptr (GHashTable) columns = columns_of (db, type->table);

      for (guint c = 0; c < G_N_ELEMENTS (common); c++)
        g_assert_true (g_hash_table_remove (columns, common[c]));
      for (guint p = 0; p < type->n_properties; p++)
        {
          const CsmProperty *property = &type->properties[p];
          g_autofree char *side = g_strconcat (type->table, "_", property->name, NULL);
          g_autoptr (GHashTable) side_columns = columns_of (db, side);

          if ((property->flags & CSM_PROPERTY_INDEXED) == 0)
            continue;
          if (property->kind == CSM_KIND_SET)
            g_assert_cmpuint (g_hash_table_size (side_columns), ==, 2);
          else
            assert_column (columns, type, property);
        }
      g_assert_cmpuint (g_hash_table_size (columns), ==, 0);
    }
  sqlite3_close (db);
  fixture->store = csm_store_open (fixture->directory, NULL);
}

/* What the record table calls searched is in full text. */
static void
test_text (StoreFixture  *fixture,
           gconstpointer  data)
{
  sqlite3 *db;

  g_clear_object (&fixture->store);
  db = open_file (fixture->directory);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      const CsmRecordType *type = csm_record_type_get (i);
      g_autofree char *table = g_strconcat (type->table, "_fts", NULL);
      g_autoptr (GHashTable) columns = columns_of (db, table);
      guint wanted = 0;
      gboolean names = FALSE;

      for (guint p = 0; p < type->n_properties; p++)
        {
          const CsmProperty *property = &type->properties[p];

          if ((property->flags & CSM_PROPERTY_SEARCHED) == 0)
            continue;
          names |= property->kind == CSM_KIND_LIST;
          wanted += property->kind != CSM_KIND_LIST;
          g_assert_true (property->kind == CSM_KIND_LIST || g_hash_table_contains (columns, property->name));
        }
      g_assert_cmpuint (g_hash_table_size (columns), ==, wanted + names);
      g_assert_cmpint (g_hash_table_contains (columns, "names"), ==, names);
    }
  sqlite3_close (db);
  fixture->store = csm_store_open (fixture->directory, NULL);
}

/* --- Every released version's database can still be opened --------------------------------------------------------------- */

static gpointer
check (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  return csm_txn_check (txn, error);
}

static gpointer
find (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  g_autoptr (JsonNode) filter = csm_json_parse_trusted ("{\"text\": \"tent\"}", -1);
  CsmQuery query = { .filter = filter, .limit = -1 };
  g_autoptr (CsmQueryResult) result = csm_txn_query (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CASE), &query, error);

  return GUINT_TO_POINTER (result != NULL ? result->ids->len : 0);
}

/* Opens the database that an older version left, after @more was done to it. */
static void
restore (StoreFixture *fixture,
         const char   *name,
         const char   *more)
{
  g_autofree char *dump_path = g_test_build_filename (G_TEST_DIST, "data", "schema", name, NULL);
  g_autofree char *path = g_build_filename (fixture->directory, "casement.db", NULL);
  g_autofree char *dump = NULL;
  g_autofree char *blob = NULL;
  g_autoptr (GBytes) raw = g_bytes_new_static ("raw", 3);
  g_autoptr (GError) error = NULL;
  char *wrong = NULL;
  sqlite3 *db;

  g_assert_true (g_file_get_contents (dump_path, &dump, NULL, &error));
  g_assert_no_error (error);
  g_clear_object (&fixture->store);
  g_assert_cmpint (g_unlink (path), ==, 0);
  db = open_file (fixture->directory);
  sqlite3_exec (db, dump, NULL, NULL, &wrong);
  g_assert_cmpstr (wrong, ==, NULL);
  sqlite3_exec (db, more, NULL, NULL, &wrong);
  g_assert_cmpstr (wrong, ==, NULL);
  sqlite3_close (db);

  fixture->store = csm_store_open (fixture->directory, &error);
  g_assert_no_error (error);
  blob = csm_store_put_blob (fixture->store, raw, NULL);
}

static void
test_migrate (StoreFixture  *fixture,
              gconstpointer  data)
{
  g_autoptr (GPtrArray) findings = NULL;

  restore (fixture, data, "");
  findings = store_test_run (fixture->store, TRUE, check, NULL);
  for (guint i = 0; i < findings->len; i++)
    g_test_message ("%s", (const char *) g_ptr_array_index (findings, i));
  g_assert_cmpuint (findings->len, ==, 0);
  g_assert_cmpuint (GPOINTER_TO_UINT (store_test_run (fixture->store, FALSE, find, NULL)), ==, 1);
}

#define CASE "c01M80RJ47DA74X3KKFKZ5QN3P3"
#define MESSAGE "m01M80RJ47FKQ9F7J59BP271J72"
#define PERSON "p01M80RJ47D8X4EN68QFZ66WWD2"
#define HELD "s01M80RJ47D8X4EN68QFZ66WWD3"

/* A reply of which nobody knows whether it arrived, one that was held, and one that has nothing to do with it, in a database of old. */
static const char undecided_sql[] =
  "UPDATE message SET authorId = '" PERSON "', submissionId = '" MESSAGE "', direction = 'out',"
  " json = json_set (json, '$.authorId', '" PERSON "', '$.submissionId', '" MESSAGE "', '$.direction', 'out', '$.delivery', json ('{\"state\":\"unknown\"}'));"
  "INSERT INTO outgoing (messageId, state, tries, notBefore) VALUES ('" MESSAGE "', 'unknown', 1, 0), ('mGone', 'unknown', 1, 0);"
  "INSERT INTO submission (account, id, createdModseq, modseq, caseId, authorId, undoStatus, json)"
  " SELECT 1, id, modseq, modseq, '" CASE "', '" PERSON "', status,"
  " json_object ('id', id, 'caseId', '" CASE "', 'authorId', '" PERSON "', 'undoStatus', status)"
  " FROM (SELECT '" HELD "' AS id, 9 AS modseq, 'held' AS status UNION ALL SELECT '" MESSAGE "', 10, 'final');"
  "INSERT INTO type_state VALUES (1, 's', 10); UPDATE account SET modseq = 10 WHERE account = 1;";

static gpointer
read_case (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CASE);

  g_assert_cmpint (csm_txn_get_modseq (txn, CSM_ACCOUNT_WORKSPACE, type, CASE, error), ==, 11);
  return csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, type, CASE, error);
}

static const char *
author_of (JsonObject *case_,
           const char *id)
{
  return csm_json_get_string (csm_json_get_object (csm_json_get_object (case_, "undecided"), id), "by");
}

/* Clients of old hear what is to be decided. */
static void
test_undecided (StoreFixture  *fixture,
                gconstpointer  data)
{
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (JsonObject) case_ = NULL;

  restore (fixture, "store-001.sql", undecided_sql);
  findings = store_test_run (fixture->store, TRUE, check, NULL);
  for (guint i = 0; i < findings->len; i++)
    g_test_message ("%s", (const char *) g_ptr_array_index (findings, i));
  case_ = store_test_run (fixture->store, FALSE, read_case, NULL);
  g_assert_cmpstr (author_of (case_, MESSAGE), ==, PERSON);
  g_assert_cmpstr (author_of (case_, HELD), ==, PERSON);
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (case_, "undecided")), ==, 2);
  g_assert_nonnull (csm_json_get_string (case_, "messagesState"));
  g_assert_cmpuint (findings->len, ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store/schema/columns", StoreFixture, NULL, store_fixture_set_up, test_columns, store_fixture_tear_down);
  g_test_add ("/store/schema/text", StoreFixture, NULL, store_fixture_set_up, test_text, store_fixture_tear_down);
  g_test_add ("/store/schema/migrate/001", StoreFixture, "store-001.sql", store_fixture_set_up, test_migrate, store_fixture_tear_down);
  g_test_add ("/store/schema/undecided", StoreFixture, NULL, store_fixture_set_up, test_undecided, store_fixture_tear_down);
  return g_test_run ();
}
