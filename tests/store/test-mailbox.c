/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "csm-error.h"
#include "csm-txn-mailbox.h"
#include "store-test.h"

static gpointer
remember (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  const CsmMailboxState here = { 4000000000u, 4294967295u, G_MAXINT64, 5 }, there = { 1, 2, 3, 4 };
  const CsmMailboxPostponed one = { 4294967290u, 2, 77 }, two = { 3, 1, 5 }, again = { 3, 2, 9 };
  CsmMailboxState state = { 9, 9, 9, 9 };
  g_autoptr (GArray) list = NULL;
  g_autoptr (GArray) rest = NULL;

  g_assert_true (csm_txn_get_mailbox (txn, "h1", "INBOX", &state, error));
  g_assert_cmpuint (state.uid_validity, ==, 0);
  g_assert_true (csm_txn_put_mailbox (txn, "h1", "INBOX", &there, error));
  g_assert_true (csm_txn_put_mailbox (txn, "h1", "INBOX", &here, error));
  g_assert_true (csm_txn_put_mailbox (txn, "h1", "Web", &there, error));
  g_assert_true (csm_txn_get_mailbox (txn, "h1", "INBOX", &state, error));
  g_assert_cmpmem (&state, sizeof state, &here, sizeof here);

  g_assert_true (csm_txn_put_postponed (txn, "h1", "INBOX", &one, error));
  g_assert_true (csm_txn_put_postponed (txn, "h1", "INBOX", &two, error));
  g_assert_true (csm_txn_put_postponed (txn, "h1", "INBOX", &again, error));
  g_assert_true (csm_txn_put_postponed (txn, "h2", "INBOX", &two, error));
  list = csm_txn_list_postponed (txn, "h1", "INBOX", error);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpuint (g_array_index (list, CsmMailboxPostponed, 0).tries, ==, 2);
  g_assert_cmpuint (g_array_index (list, CsmMailboxPostponed, 1).uid, ==, one.uid);
  g_assert_true (csm_txn_forget_postponed (txn, "h1", "INBOX", 3, error));
  g_assert_true (csm_txn_forget_postponed (txn, "h2", "INBOX", 0, error));
  rest = csm_txn_list_postponed (txn, "h1", "INBOX", error);
  g_assert_cmpuint (rest->len, ==, 1);
  return NULL;
}

static void
test_state (StoreFixture  *fixture,
            gconstpointer  data)
{
  store_test_run (fixture->store, TRUE, remember, NULL);
}

static gpointer
keep_secret (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autofree char *none = csm_txn_secret (txn, "imap:h1", error);
  g_autofree char *one = NULL;
  g_autofree char *gone = NULL;

  g_assert_null (none);
  g_assert_true (csm_txn_set_secret (txn, "imap:h1", "Zelt", error));
  g_assert_true (csm_txn_set_secret (txn, "imap:h1", "Zelt & Rucksack für zwei", error));
  one = csm_txn_secret (txn, "imap:h1", error);
  g_assert_cmpstr (one, ==, "Zelt & Rucksack für zwei");
  g_assert_true (csm_txn_set_secret (txn, "imap:h2", "Kanu", error));
  g_assert_true (csm_txn_set_secret (txn, "imap:h2", NULL, error));
  gone = csm_txn_secret (txn, "imap:h2", error);
  g_assert_null (gone);
  return NULL;
}

static gpointer
read_secret (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *secret = csm_txn_secret (txn, "imap:h1", &local);

  g_assert_null (secret);
  g_assert_error (local, CSM_ERROR, CSM_ERROR_INVALID);
  return NULL;
}

/* Without the key beside it the database tells nothing. */
static void
test_secret (StoreFixture  *fixture,
             gconstpointer  data)
{
  g_autofree char *path = g_build_filename (csm_store_get_directory (fixture->store), "secret.key", NULL);
  g_autofree char *directory = g_strdup (csm_store_get_directory (fixture->store));
  g_autofree char *key = NULL;
  gsize length;
  GError *error = NULL;
  GStatBuf about;

  store_test_run (fixture->store, TRUE, keep_secret, NULL);
  g_assert_cmpint (g_stat (path, &about), ==, 0);
  g_assert_cmpint (about.st_mode & 0777, ==, 0600);
  g_clear_object (&fixture->store);
  g_assert_true (g_file_get_contents (path, &key, &length, NULL));
  key[0] ^= 1;
  g_assert_true (g_file_set_contents_full (path, key, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  fixture->store = csm_store_open (directory, &error);
  g_assert_no_error (error);
  store_test_run (fixture->store, FALSE, read_secret, NULL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/store/mailbox/state", StoreFixture, NULL, store_fixture_set_up, test_state, store_fixture_tear_down);
  g_test_add ("/store/mailbox/secret", StoreFixture, NULL, store_fixture_set_up, test_secret, store_fixture_tear_down);
  return g_test_run ();
}
