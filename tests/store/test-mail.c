/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <sqlite3.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"
#include "store-test.h"

#define ACCOUNT CSM_ACCOUNT_WORKSPACE

static void
assert_text (char       *taken,
             const char *wanted)
{
  g_assert_cmpstr (taken, ==, wanted);
  g_free (taken);
}

static gpointer
thread (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autofree char *newer = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_MESSAGE, "{\"at\": \"2026-02-01T00:00:00Z\"}");
  g_autofree char *older = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_MESSAGE, "{\"at\": \"2026-01-01T00:00:00Z\"}");

  g_assert_true (csm_txn_add_mail_id (txn, "h1", "a@example.net", "x", newer, error));
  g_assert_true (csm_txn_add_mail_id (txn, "h1", "a@example.net", "x", newer, error));
  g_assert_true (csm_txn_add_mail_id (txn, "h1", "a@example.net", "y", older, error));
  assert_text (csm_txn_find_mail (txn, "h1", "a@example.net", NULL, error), newer);
  assert_text (csm_txn_find_mail (txn, "h1", "a@example.net", "y", error), older);
  assert_text (csm_txn_find_mail (txn, "h1", "a@example.net", "z", error), NULL);
  /* Never out of the mailbox. */
  assert_text (csm_txn_find_mail (txn, "h2", "a@example.net", NULL, error), NULL);

  g_assert_true (csm_txn_add_ancestor (txn, "h1", "unseen@example.net", older, error));
  assert_text (csm_txn_find_ancestor (txn, "h1", "unseen@example.net", error), older);
  assert_text (csm_txn_find_ancestor (txn, "h2", "unseen@example.net", error), NULL);
  g_assert_no_error (*error);
  return NULL;
}

static void
test_thread (StoreFixture  *fixture,
             gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, thread, NULL);
}

static gpointer
look_up (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  g_autofree char *elise = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_CUSTOMER,
                                              "{\"name\": \"Élise\", \"identities\": {\"email:Élise@example.net\": {\"kind\": \"email\", \"address\": \"x\"}}}");
  g_autofree char *ana = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_PERSON, "{\"name\": \"Ana\", \"email\": \"Ana@example.com\"}");
  g_autofree char *support = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_CHANNEL, "{\"name\": \"Support\", \"address\": \"support@example.com\"}");
  g_autofree char *trap = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_CHANNEL, "{\"name\": \"SUPPORT@example.com\", \"address\": \"sales@example.com\"}");

  assert_text (csm_txn_find_customer (txn, "email", "élise@EXAMPLE.net", error), elise);
  assert_text (csm_txn_find_customer (txn, "phone", "élise@example.net", error), NULL);
  store_test_change (txn, ACCOUNT, CSM_TYPE_ID_CUSTOMER, elise, "identities", "{}");
  assert_text (csm_txn_find_customer (txn, "email", "élise@example.net", error), NULL);

  assert_text (csm_txn_find_person (txn, "ANA@example.com", error), ana);
  assert_text (csm_txn_find_person (txn, "ben@example.com", error), NULL);
  assert_text (csm_txn_find_channel (txn, "support", error), support);
  assert_text (csm_txn_find_channel (txn, "Support@example.com", error), support);
  assert_text (csm_txn_find_channel (txn, trap, error), trap);
  assert_text (csm_txn_find_channel (txn, "nothing", error), NULL);
  g_assert_no_error (*error);
  return NULL;
}

static void
test_look_up (StoreFixture  *fixture,
              gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, look_up, NULL);
}

static gpointer
find_support (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  return csm_txn_find_channel (txn, "support", error);
}

/* One channel that can't be read hides no other. */
static void
test_damaged_channel (StoreFixture  *fixture,
                      gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "casement.db", NULL);
  g_autofree char *found = NULL;
  sqlite3 *db;

  store_test_run (fixture->store, TRUE, look_up, NULL);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "UPDATE channel SET json = '{' WHERE address = 'sales@example.com'", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_changes (db), ==, 1);
  sqlite3_close (db);
  found = store_test_run (fixture->store, FALSE, find_support, NULL);
  g_assert_nonnull (found);
}

static char *
add_submission (CsmTxn     *txn,
                const char *case_id,
                const char *conversation_id,
                const char *until,
                const char *status)
{
  g_autofree char *json = g_strdup_printf ("{\"caseId\": \"%s\", \"conversationId\": \"%s\", \"to\": [], \"textBody\": \"x\","
                                           " \"undoUntil\": \"%s\", \"undoStatus\": \"%s\"}", case_id, conversation_id, until, status);

  return store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_SUBMISSION, json);
}

static gpointer
send (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  g_autofree char *channel = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_CHANNEL, "{\"name\": \"Support\"}");
  g_autofree char *customer = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_CUSTOMER, "{\"name\": \"Élise\"}");
  g_autofree char *one = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_CASE, "{\"subject\": \"x\"}");
  g_autofree char *json = g_strdup_printf ("{\"caseId\": \"%s\", \"customerId\": \"%s\", \"channelId\": \"%s\"}", one, customer, channel);
  g_autofree char *conversation = store_test_insert (txn, ACCOUNT, CSM_TYPE_ID_CONVERSATION, json);
  /* As texts these two would sort the other way round. */
  g_autofree char *second = add_submission (txn, one, conversation, "2026-01-01T00:00:00.5Z", "pending");
  g_autofree char *first = add_submission (txn, one, conversation, "2026-01-01T00:00:00Z", "pending");
  g_autofree char *later = add_submission (txn, one, conversation, "2026-01-01T00:01:00Z", "pending");
  g_autoptr (GPtrArray) due = NULL;
  g_autoptr (GPtrArray) queue = NULL;
  gint64 next = 0;

  g_free (add_submission (txn, one, conversation, "2026-01-01T00:00:00Z", "canceled"));
  due = csm_txn_due_submissions (txn, csm_time_parse ("2026-01-01T00:00:30Z"), &next, error);
  g_assert_cmpuint (due->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (due, 0), ==, first);
  g_assert_cmpstr (g_ptr_array_index (due, 1), ==, second);
  g_assert_cmpint (next, ==, csm_time_parse ("2026-01-01T00:01:00Z"));
  store_test_change (txn, ACCOUNT, CSM_TYPE_ID_SUBMISSION, later, "undoStatus", "\"final\"");
  g_clear_pointer (&due, g_ptr_array_unref);
  due = csm_txn_due_submissions (txn, 0, &next, error);
  g_assert_cmpuint (due->len, ==, 0);
  g_assert_cmpint (next, ==, csm_time_parse ("2026-01-01T00:00:00Z"));

  g_assert_true (csm_txn_outgoing_put (txn, "m2", "queued", 0, 200, error));
  g_assert_true (csm_txn_outgoing_put (txn, "m1", "queued", 0, 100, error));
  g_assert_true (csm_txn_outgoing_put (txn, "m3", "queued", 2, 300, error));
  queue = csm_txn_outgoing_list (txn, "queued", 250, &next, error);
  g_assert_cmpuint (queue->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (queue, 0), ==, "m1");
  g_assert_cmpint (next, ==, 300);
  g_assert_cmpint (csm_txn_outgoing_tries (txn, "m3", error), ==, 2);
  g_assert_true (csm_txn_outgoing_put (txn, "m1", "accepted", 1, 0, error));
  g_clear_pointer (&queue, g_ptr_array_unref);
  queue = csm_txn_outgoing_list (txn, "queued", 1000, &next, error);
  g_assert_cmpuint (queue->len, ==, 2);
  g_assert_cmpint (next, ==, CSM_TIME_NONE);
  g_assert_no_error (*error);
  return NULL;
}

static void
test_send (StoreFixture  *fixture,
           gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, send, NULL);
}

#define ADD(path, func) g_test_add ("/store/mail/" path, StoreFixture, NULL, store_fixture_set_up, func, store_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("thread", test_thread);
  ADD ("look-up", test_look_up);
  ADD ("damaged-channel", test_damaged_channel);
  ADD ("send", test_send);
  return g_test_run ();
}
