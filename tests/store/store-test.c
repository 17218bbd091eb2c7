/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "store-test.h"

#include <glib/gstdio.h>

#include "csm-id.h"
#include "csm-json.h"

void
store_test_remove (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        store_test_remove (path);
      else
        g_unlink (path);
    }
  g_rmdir (directory);
}

void
store_fixture_set_up (StoreFixture  *fixture,
                      gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("csm-store-XXXXXX", &error);
  g_assert_no_error (error);
  csm_store_create (fixture->directory, "Fernweh", &error);
  g_assert_no_error (error);
  fixture->store = csm_store_open (fixture->directory, &error);
  g_assert_no_error (error);
}

void
store_fixture_tear_down (StoreFixture  *fixture,
                         gconstpointer  data)
{
  g_autofree char *log = g_build_filename (fixture->directory, "casement.db-wal", NULL);

  g_assert_finalize_object (fixture->store);
  g_assert_false (g_file_test (log, G_FILE_TEST_EXISTS));
  store_test_remove (fixture->directory);
  g_free (fixture->directory);
}

gpointer
store_test_run (CsmStore     *store,
                gboolean      write,
                CsmStoreFunc  func,
                gpointer      input)
{
  g_autoptr (GError) error = NULL;
  gpointer result = csm_store_run (store, write, func, input, &error);

  g_assert_no_error (error);
  return result;
}

JsonObject *
store_test_object (const char *json)
{
  g_autoptr (GError) error = NULL;
  JsonObject *object = csm_json_parse_object (json, -1, &error);

  g_assert_no_error (error);
  return object;
}

char *
store_test_insert (CsmTxn     *txn,
                   gint64      account,
                   CsmTypeId   type,
                   const char *json)
{
  g_autoptr (JsonObject) record = store_test_object (json);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  id = json_object_has_member (record, "id") ? g_strdup (csm_json_get_string (record, "id")) : csm_id_new (csm_record_type_get (type)->letter);
  csm_txn_insert (txn, account, csm_record_type_get (type), id, record, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&id);
}

void
store_test_change (CsmTxn     *txn,
                   gint64      account,
                   CsmTypeId   type,
                   const char *id,
                   const char *member,
                   const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) record = csm_txn_get (txn, account, csm_record_type_get (type), id, &error);

  g_assert_no_error (error);
  g_assert_nonnull (record);
  json_object_set_member (record, member, csm_json_parse_trusted (json, -1));
  csm_txn_update (txn, account, csm_record_type_get (type), id, record, &error);
  g_assert_no_error (error);
}
