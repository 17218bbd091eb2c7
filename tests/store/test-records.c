/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-error.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"
#include "store-test.h"

#define ACCOUNT CSM_ACCOUNT_WORKSPACE
#define TAG csm_record_type_get (CSM_TYPE_ID_TAG)
#define CASE csm_record_type_get (CSM_TYPE_ID_CASE)
#define MESSAGE csm_record_type_get (CSM_TYPE_ID_MESSAGE)

static gpointer
keep (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  g_autofree char *id = csm_id_new ('g');
  g_autoptr (JsonObject) tag = store_test_object ("{\"name\": \"Vip\"}");
  g_autoptr (JsonObject) back = NULL;
  g_autofree char *text = NULL;
  gint64 modseq;

  g_assert_null (csm_txn_get (txn, ACCOUNT, TAG, id, error));
  g_assert_no_error (*error);
  g_assert_true (csm_txn_insert (txn, ACCOUNT, TAG, id, tag, error));
  g_assert_cmpstr (csm_json_get_string (tag, "id"), ==, id);
  g_assert_cmpstr (csm_json_get_string (tag, "color"), ==, "blue");
  g_assert_cmpint (csm_json_get_time (tag, "created"), !=, CSM_TIME_NONE);
  g_assert_cmpstr (csm_json_get_string (tag, "created"), ==, csm_json_get_string (tag, "updated"));
  text = csm_txn_get_text (txn, ACCOUNT, TAG, id, error);
  back = store_test_object (text);
  g_assert_cmpstr (csm_json_get_string (back, "name"), ==, "Vip");

  /* The same again is an error, the same value takes no number. */
  g_assert_false (csm_txn_insert (txn, ACCOUNT, TAG, id, tag, error));
  g_assert_error (*error, CSM_ERROR, CSM_ERROR_EXISTS);
  g_clear_error (error);
  modseq = csm_txn_get_modseq (txn, ACCOUNT, TAG, id, error);
  g_assert_true (csm_txn_update (txn, ACCOUNT, TAG, id, back, error));
  g_assert_cmpint (csm_txn_get_modseq (txn, ACCOUNT, TAG, id, error), ==, modseq);
  json_object_set_string_member (back, "name", "Regular");
  g_assert_true (csm_txn_update (txn, ACCOUNT, TAG, id, back, error));
  g_assert_cmpint (csm_txn_get_modseq (txn, ACCOUNT, TAG, id, error), ==, modseq + 1);
  g_assert_cmpstr (csm_json_get_string (back, "created"), ==, csm_json_get_string (tag, "created"));

  /* An id that was used is never used again. */
  g_assert_false (csm_txn_was_destroyed (txn, ACCOUNT, TAG, id, error));
  g_assert_true (csm_txn_destroy (txn, ACCOUNT, TAG, id, error));
  g_assert_true (csm_txn_was_destroyed (txn, ACCOUNT, TAG, id, error));
  g_assert_cmpint (csm_txn_get_modseq (txn, ACCOUNT, TAG, id, error), ==, 0);
  g_assert_false (csm_txn_insert (txn, ACCOUNT, TAG, id, tag, error));
  g_assert_error (*error, CSM_ERROR, CSM_ERROR_EXISTS);
  g_clear_error (error);
  g_assert_false (csm_txn_update (txn, ACCOUNT, TAG, id, back, error));
  g_assert_error (*error, CSM_ERROR, CSM_ERROR_NOT_FOUND);
  g_clear_error (error);
  g_assert_false (csm_txn_destroy (txn, ACCOUNT, TAG, id, error));
  g_assert_error (*error, CSM_ERROR, CSM_ERROR_NOT_FOUND);
  g_clear_error (error);
  return NULL;
}

static void
test_keep (StoreFixture  *fixture,
           gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, keep, NULL);
}

static gboolean
count_record (const char *id,
              const char *json,
              gpointer    user_data)
{
  guint *n = user_data;

  g_assert_true (csm_id_is_valid (id, 'g'));
  g_assert_nonnull (json);
  (*n)++;
  return TRUE;
}

static gpointer
walk (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  guint n = 0;

  for (guint i = 0; i < 5; i++)
    g_free (store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_TAG, "{\"name\": \"x\"}"));
  g_assert_true (csm_txn_each (txn, ACCOUNT, TAG, 5, count_record, &n, error));
  g_assert_cmpuint (n, ==, 5);
  n = 0;
  g_assert_true (csm_txn_each (txn, ACCOUNT, TAG, 2, count_record, &n, error));
  g_assert_cmpuint (n, ==, 3);
  return NULL;
}

static void
test_each (StoreFixture  *fixture,
           gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, walk, NULL);
}

/* --- What records name must exist ------------------------------------------------------------------------------------ */

static gpointer
add_orphan (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autofree char *nobody = csm_id_new ('p');
  g_autofree char *json = g_strdup_printf ("{\"subject\": \"x\", \"ownerId\": \"%s\"}", nobody);

  g_free (store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_CASE, json));
  return NULL;
}

static gpointer
add_orphan_in_part (CsmTxn        *txn,
                    gpointer       input,
                    GCancellable  *cancellable,
                    GError       **error)
{
  g_autoptr (GError) local = NULL;

  g_assert_true (csm_txn_savepoint (txn, error));
  add_orphan (txn, NULL, NULL, error);
  g_assert_false (csm_txn_release (txn, TRUE, &local));
  g_assert_error (local, CSM_ERROR, CSM_ERROR_CONSTRAINT);
  g_free (store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_CASE, "{\"subject\": \"alone\"}"));
  return NULL;
}

static gpointer
add_backwards (CsmTxn        *txn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  g_autofree char *owner = csm_id_new ('p');
  g_autofree char *json = g_strdup_printf ("{\"subject\": \"x\", \"ownerId\": \"%s\"}", owner);
  g_autofree char *person = g_strdup_printf ("{\"id\": \"%s\", \"name\": \"Ana\", \"email\": \"ana@example.com\"}", owner);

  g_free (store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_CASE, json));
  g_free (store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_PERSON, person));
  return NULL;
}

static gpointer
count_cases (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  CsmQuery query = { .limit = -1, .calculate_total = TRUE };
  g_autoptr (CsmQueryResult) result = csm_txn_query (txn, ACCOUNT, CASE, &query, error);

  return GINT_TO_POINTER (result != NULL ? (int) result->total : -1);
}

static void
test_references (StoreFixture  *fixture,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  csm_store_run (fixture->store, TRUE, add_orphan, NULL, &error);
  g_assert_error (error, CSM_ERROR, CSM_ERROR_CONSTRAINT);
  g_assert_cmpint (GPOINTER_TO_INT (store_test_run (fixture->store, FALSE, count_cases, NULL)), ==, 0);
  store_test_run (fixture->store, TRUE, add_orphan_in_part, NULL);
  g_assert_cmpint (GPOINTER_TO_INT (store_test_run (fixture->store, FALSE, count_cases, NULL)), ==, 1);
  /* Within a transaction the order does not matter. */
  store_test_run (fixture->store, TRUE, add_backwards, NULL);
  g_assert_cmpint (GPOINTER_TO_INT (store_test_run (fixture->store, FALSE, count_cases, NULL)), ==, 2);
}

typedef struct
{
  guint waiting;
  guint failed;
} Group;

static void
orphan_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Group *group = user_data;
  g_autoptr (GError) error = NULL;

  csm_store_run_finish (CSM_STORE (object), result, &error);
  group->failed += error != NULL;
  group->waiting--;
}

static gpointer
add_case (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  g_free (store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_CASE, "{\"subject\": \"x\"}"));
  return NULL;
}

/* Jobs that wait together are committed together; one that names nothing must not take the others with it. */
static void
test_group (StoreFixture  *fixture,
            gconstpointer  data)
{
  Group group = { .waiting = 20 };
  gint64 until = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  for (guint i = 0; i < 20; i++)
    csm_store_run_async (fixture->store, TRUE, i % 5 == 0 ? add_orphan : add_case, NULL, NULL, NULL, NULL, orphan_cb, &group);
  while (group.waiting > 0 && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (group.waiting, ==, 0);
  g_assert_cmpuint (group.failed, ==, 4);
  g_assert_cmpint (GPOINTER_TO_INT (store_test_run (fixture->store, FALSE, count_cases, NULL)), ==, 16);
}

/* --- Messages ------------------------------------------------------------------------------------------------------------ */

static char *
add_message (CsmTxn     *txn,
             const char *at,
             const char *text)
{
  g_autofree char *json = g_strdup_printf ("{\"at\": \"%s\", \"direction\": \"in\", \"subject\": \"s\", \"textBody\": \"%s\","
                                           " \"from\": [{\"name\": \"Élise Brûlé\", \"email\": \"elise@example.net\"}]}", at, text);

  return store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_MESSAGE, json);
}

static gpointer
arrive (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autofree char *late = add_message (txn, "2026-03-01T10:00:00Z", "late");
  g_autofree char *early = add_message (txn, "2026-01-01T10:00:00Z", "early");
  g_autofree char *same = add_message (txn, "2026-01-01T10:00:00Z", "same instant");
  g_autofree char *old = add_message (txn, "1969-01-01T00:00:00Z", "before all time");
  g_autofree char *far = add_message (txn, "2970-01-01T00:00:00Z", "after all time");
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, ACCOUNT, MESSAGE, "direction", "in", error);
  const char *wanted[] = { old, early, same, late, far };
  gint64 earliest;

  g_assert_cmpuint (ids->len, ==, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpstr (g_ptr_array_index (ids, i), ==, wanted[i]);
  g_assert_true (csm_txn_earliest (txn, ACCOUNT, MESSAGE, "at", &earliest, error));
  g_assert_cmpint (earliest, ==, csm_time_parse ("1969-01-01T00:00:00Z"));
  g_assert_true (csm_txn_earliest (txn, ACCOUNT, csm_record_type_get (CSM_TYPE_ID_CASE), "snoozedUntil", &earliest, error));
  g_assert_cmpint (earliest, ==, CSM_TIME_NONE);
  return NULL;
}

static void
test_messages (StoreFixture  *fixture,
               gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, arrive, NULL);
}

static guint
count_text (CsmTxn     *txn,
            const char *text)
{
  g_autoptr (JsonNode) filter = json_node_new (JSON_NODE_OBJECT);
  CsmQuery query = { .filter = filter, .limit = -1 };
  g_autoptr (CsmQueryResult) result = NULL;
  g_autoptr (GError) error = NULL;

  json_node_take_object (filter, json_object_new ());
  json_object_set_string_member (json_node_get_object (filter), "text", text);
  result = csm_txn_query (txn, ACCOUNT, MESSAGE, &query, &error);
  g_assert_no_error (error);
  return result->ids->len;
}

static gpointer
search (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autofree char *id = add_message (txn, "2026-03-01T10:00:00Z", "Die Straße ist naß");

  g_assert_cmpuint (count_text (txn, "strasse"), ==, 1);
  g_assert_cmpuint (count_text (txn, "nass str"), ==, 1);
  g_assert_cmpuint (count_text (txn, "brule"), ==, 1);
  g_assert_cmpuint (count_text (txn, "elise@example.net"), ==, 1);
  g_assert_cmpuint (count_text (txn, "sommer"), ==, 0);
  store_test_change (txn, ACCOUNT, CSM_TYPE_ID_MESSAGE, id, "textBody", "\"Sommer\"");
  g_assert_cmpuint (count_text (txn, "strasse"), ==, 0);
  g_assert_cmpuint (count_text (txn, "sommer"), ==, 1);
  store_test_change (txn, ACCOUNT, CSM_TYPE_ID_MESSAGE, id, "delivery", "{\"state\": \"queued\"}");
  g_assert_cmpuint (count_text (txn, "sommer"), ==, 1);
  g_assert_true (csm_txn_destroy (txn, ACCOUNT, MESSAGE, id, error));
  g_assert_cmpuint (count_text (txn, "sommer"), ==, 0);
  return NULL;
}

static void
test_text (StoreFixture  *fixture,
           gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, search, NULL);
}

#define ADD(path, func) g_test_add ("/store/records/" path, StoreFixture, NULL, store_fixture_set_up, func, store_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("keep", test_keep);
  ADD ("each", test_each);
  ADD ("references", test_references);
  ADD ("group", test_group);
  ADD ("messages", test_messages);
  ADD ("text", test_text);
  return g_test_run ();
}
