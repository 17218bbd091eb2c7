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

static gpointer
fill (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  g_autofree char *vip = store_test_insert (txn, CSM_ACCOUNT_WORKSPACE, CSM_TYPE_ID_TAG, "{\"name\": \"Vip\"}");
  g_autofree char *gone = store_test_insert (txn, CSM_ACCOUNT_WORKSPACE, CSM_TYPE_ID_TAG, "{\"name\": \"Gone\"}");
  g_autofree char *case_json = g_strdup_printf ("{\"subject\": \"Tent\", \"tags\": {\"%s\": true}, \"lastActivityAt\": \"2026-01-01T00:00:00.25Z\"}", vip);
  g_autofree char *one = store_test_insert (txn, CSM_ACCOUNT_WORKSPACE, CSM_TYPE_ID_CASE, case_json);
  g_autofree char *message = g_strdup_printf ("{\"caseId\": \"%s\", \"at\": \"2026-01-01T00:00:00Z\", \"subject\": \"Zelt \\\"kaputt\\\"\", \"textBody\": \"Straße\\n日本語\","
                                              " \"from\": [{\"name\": \"Jürgen\", \"email\": \"j@example.net\"}], \"to\": [{\"name\": null, \"email\": \"s@example.com\"}],"
                                              " \"rawBlobId\": \"%s\"}", one, (const char *) input);

  g_free (store_test_insert (txn, CSM_ACCOUNT_WORKSPACE, CSM_TYPE_ID_PERSON, "{\"name\": \"Ana\", \"email\": \"ana@example.com\"}"));
  g_free (store_test_insert (txn, CSM_ACCOUNT_WORKSPACE, CSM_TYPE_ID_CUSTOMER, "{\"name\": \"Élise\", \"identities\": {\"email:e@example.net\": {}}}"));
  g_free (store_test_insert (txn, CSM_ACCOUNT_WORKSPACE, CSM_TYPE_ID_MESSAGE, message));
  g_assert_true (csm_txn_destroy (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_TAG), gone, error));
  store_test_change (txn, CSM_ACCOUNT_WORKSPACE, CSM_TYPE_ID_CASE, one, "subject", "\"Tent again\"");
  return NULL;
}

/* A little of everything that is looked up beside a record. Returns the id of its blob. */
char *
store_test_fill (CsmStore *store)
{
  g_autoptr (GBytes) raw = g_bytes_new_static ("raw", 3);
  char *blob = csm_store_put_blob (store, raw, NULL);

  store_test_run (store, TRUE, fill, blob);
  return blob;
}
