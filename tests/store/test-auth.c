/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-error.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"
#include "store-test.h"

#define ACCOUNT CSM_ACCOUNT_WORKSPACE
#define ANA "{\"name\": \"Ana\", \"email\": \"ana@example.com\", \"role\": \"lead\"}"
#define BLOB "Bba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define OTHER_BLOB "Bca7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static gpointer
sign_in (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  g_autofree char *ana = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_PERSON, ANA);
  g_autoptr (CsmAccountRow) own = csm_txn_account_of (txn, ana, error);
  g_autoptr (CsmPrincipal) who = NULL;
  g_autoptr (CsmPrincipal) copy = NULL;
  g_autoptr (GError) inactive = NULL;
  g_autoptr (GPtrArray) tokens = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *person = NULL;
  g_autofree char *nobody = NULL;

  g_assert_null (csm_txn_get_password (txn, "ana@example.com", &nobody, error));
  g_assert_null (nobody);
  g_assert_true (csm_txn_set_password (txn, ana, "first", error));
  g_assert_true (csm_txn_set_password (txn, ana, "second", error));
  hash = csm_txn_get_password (txn, "ANA@example.com", &person, error);
  g_assert_cmpstr (hash, ==, "second");
  g_assert_cmpstr (person, ==, ana);
  g_assert_null (csm_txn_get_password (txn, "ben@example.com", &nobody, error));

  g_assert_true (csm_txn_add_token (txn, "one", ana, "laptop", "Ana's laptop", error));
  g_assert_true (csm_txn_add_token (txn, "two", ana, "desk", NULL, error));
  who = csm_txn_find_token (txn, "one", error);
  copy = csm_principal_copy (who);
  g_assert_cmpstr (copy->person_id, ==, ana);
  g_assert_cmpstr (copy->device_id, ==, "laptop");
  g_assert_cmpstr (copy->role, ==, "lead");
  g_assert_cmpint (copy->account, ==, own->account);
  g_assert_null (csm_txn_find_token (txn, "three", error));

  tokens = csm_txn_list_tokens (txn, ana, error);
  g_assert_cmpuint (tokens->len, ==, 2);
  g_assert_cmpstr (csm_json_get_string (g_ptr_array_index (tokens, 0), "deviceName"), ==, "Ana's laptop");
  g_assert_cmpint (csm_json_get_time (g_ptr_array_index (tokens, 0), "created"), !=, CSM_TIME_NONE);

  /* One token a device. */
  g_assert_true (csm_txn_add_token (txn, "four", ana, "laptop", NULL, error));
  g_assert_null (csm_txn_find_token (txn, "one", error));
  g_assert_true (csm_txn_revoke_token (txn, ana, "laptop", error));
  g_assert_null (csm_txn_find_token (txn, "four", error));
  g_clear_pointer (&who, csm_principal_free);
  who = csm_txn_find_token (txn, "two", error);
  g_assert_nonnull (who);

  /* An inactive person signs in no more, with password or token. */
  store_test_change (txn, ACCOUNT, CSM_TYPE_ID_PERSON, ana, "active", "false");
  g_assert_null (csm_txn_find_token (txn, "two", &inactive));
  g_assert_error (inactive, CSM_ERROR, CSM_ERROR_FORBIDDEN);
  g_assert_null (csm_txn_get_password (txn, "ana@example.com", &nobody, error));
  store_test_change (txn, ACCOUNT, CSM_TYPE_ID_PERSON, ana, "active", "true");
  g_assert_true (csm_txn_set_password (txn, ana, NULL, error));
  g_assert_null (csm_txn_get_password (txn, "ana@example.com", &nobody, error));
  g_assert_no_error (*error);
  return NULL;
}

static void
test_sign_in (StoreFixture  *fixture,
              gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, sign_in, NULL);
}

static gpointer
add_twins (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (JsonObject) second = store_test_object ("{\"name\": \"Other\", \"email\": \"ANA@example.com\"}");
  g_autofree char *id = csm_id_new ('p');

  g_free (store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_PERSON, ANA));
  csm_txn_insert (txn, ACCOUNT, csm_record_type_get (CSM_TYPE_ID_PERSON), id, second, error);
  return NULL;
}

/* Two people with one address could not be told apart at the door. */
static void
test_twins (StoreFixture  *fixture,
            gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  csm_store_run (fixture->store, TRUE, add_twins, NULL, &error);
  g_assert_error (error, CSM_ERROR, CSM_ERROR_CONSTRAINT);
}

static gpointer
retry (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  g_autofree char *result = NULL;

  g_assert_null (csm_txn_applied_op (txn, "p1", "d1", "op", error));
  g_assert_true (csm_txn_store_op (txn, "p1", "d1", "op", "{\"updated\": {}}", error));
  result = csm_txn_applied_op (txn, "p1", "d1", "op", error);
  g_assert_cmpstr (result, ==, "{\"updated\": {}}");
  /* Another device or person may use the same id. */
  g_assert_null (csm_txn_applied_op (txn, "p1", "d2", "op", error));
  g_assert_null (csm_txn_applied_op (txn, "p2", "d1", "op", error));
  g_assert_false (csm_txn_store_op (txn, "p1", "d1", "op", "{}", error));
  g_assert_error (*error, CSM_ERROR, CSM_ERROR_CONSTRAINT);
  g_clear_error (error);

  g_assert_true (csm_txn_store_creation (txn, "c1", "p1", "hash", error));
  g_assert_true (csm_txn_creation_matches (txn, "c1", "p1", "hash", error));
  g_assert_false (csm_txn_creation_matches (txn, "c1", "p1", "other", error));
  g_assert_false (csm_txn_creation_matches (txn, "c1", "p2", "hash", error));
  g_assert_false (csm_txn_creation_matches (txn, "c2", "p1", "hash", error));

  g_assert_null (csm_txn_setting (txn, "key", error));
  g_assert_true (csm_txn_set_setting (txn, "key", "value", error));
  g_clear_pointer (&result, g_free);
  result = csm_txn_setting (txn, "key", error);
  g_assert_cmpstr (result, ==, "value");
  g_assert_true (csm_txn_set_setting (txn, "key", NULL, error));
  g_assert_null (csm_txn_setting (txn, "key", error));
  g_assert_no_error (*error);
  return NULL;
}

static void
test_retry (StoreFixture  *fixture,
            gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, retry, NULL);
}

static gpointer
read_blobs (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autofree char *ana = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_PERSON, ANA);
  g_autoptr (CsmAccountRow) own = csm_txn_account_of (txn, ana, error);
  g_autofree char *message = NULL;

  g_assert_false (csm_txn_may_read_blob (txn, ACCOUNT, BLOB, ana, error));
  g_assert_true (csm_txn_add_upload (txn, BLOB, 3, ana, error));
  g_assert_true (csm_txn_may_read_blob (txn, ACCOUNT, BLOB, ana, error));
  g_assert_false (csm_txn_may_read_blob (txn, ACCOUNT, BLOB, "p2", error));

  message = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_MESSAGE,
                               "{\"at\": \"2026-01-01T00:00:00Z\", \"rawBlobId\": \"" OTHER_BLOB "\", \"attachments\": [{\"blobId\": \"" BLOB "\"},"
                               " {\"blobId\": \"" BLOB "\"}]}");
  g_assert_true (csm_txn_may_read_blob (txn, ACCOUNT, BLOB, "p2", error));
  g_assert_true (csm_txn_may_read_blob (txn, ACCOUNT, OTHER_BLOB, "p2", error));
  /* A record of another account gives no right here. */
  g_assert_false (csm_txn_may_read_blob (txn, own->account, OTHER_BLOB, "p2", error));
  store_test_change (txn, ACCOUNT, CSM_TYPE_ID_MESSAGE, message, "attachments", "[]");
  g_assert_false (csm_txn_may_read_blob (txn, ACCOUNT, BLOB, "p2", error));
  g_assert_true (csm_txn_destroy (txn, ACCOUNT, csm_record_type_get (CSM_TYPE_ID_MESSAGE), message, error));
  g_assert_false (csm_txn_may_read_blob (txn, ACCOUNT, OTHER_BLOB, "p2", error));
  g_assert_no_error (*error);
  return NULL;
}

static void
test_blobs (StoreFixture  *fixture,
            gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, read_blobs, NULL);
}

#define ADD(path, func) g_test_add ("/store/auth/" path, StoreFixture, NULL, store_fixture_set_up, func, store_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("sign-in", test_sign_in);
  ADD ("twins", test_twins);
  ADD ("retry", test_retry);
  ADD ("blobs", test_blobs);
  return g_test_run ();
}
