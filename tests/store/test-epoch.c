/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "csm-time.h"
#include "store-test.h"

/* A copy of the database in the place of the one that it was made of. */

#define TEAM csm_record_type_get (CSM_TYPE_ID_TEAM)

static gpointer
add_teams (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  for (guint i = 0; i < GPOINTER_TO_UINT (input); i++)
    g_free (store_test_insert (txn, CSM_ACCOUNT_WORKSPACE, CSM_TYPE_ID_TEAM, "{\"name\": \"Service\"}"));
  return csm_txn_state (txn, CSM_ACCOUNT_WORKSPACE, TEAM, error);
}

static gpointer
is_known (CsmTxn        *txn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  gint64 modseq;

  return GINT_TO_POINTER (csm_txn_parse_state (txn, CSM_ACCOUNT_WORKSPACE, TEAM, input, &modseq, error));
}

static gboolean
knows (CsmStore   *store,
       const char *state)
{
  return GPOINTER_TO_INT (store_test_run (store, FALSE, is_known, (gpointer) state));
}

static char *
make_teams (CsmStore *store,
            guint     count)
{
  return store_test_run (store, TRUE, add_teams, GUINT_TO_POINTER (count));
}

static gpointer
read_copy (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  return csm_txn_setting (txn, CSM_SETTING_COPY, error);
}

/* Whether it is noted that what waits here may have been sent. */
static gboolean
is_copy (CsmStore *store)
{
  g_autofree char *copy = store_test_run (store, FALSE, read_copy, NULL);

  return copy != NULL;
}

static char *
path_of (StoreFixture *fixture,
         const char   *name)
{
  return g_build_filename (fixture->directory, name, NULL);
}

static void
copy (StoreFixture *fixture,
      const char   *from,
      const char   *to)
{
  g_autofree char *source = path_of (fixture, from);
  g_autofree char *target = path_of (fixture, to);
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (source, &text, &length, NULL));
  g_assert_true (g_file_set_contents (target, text, (gssize) length, NULL));
}

static void
reopen (StoreFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->store);
  fixture->store = csm_store_open (fixture->directory, &error);
  g_assert_no_error (error);
}

/* Five teams, a copy, ten more, and the copy in the place of the database. The states then and at the end. */
static void
put_copy_in_place (StoreFixture  *fixture,
                   char         **then,
                   char         **end)
{
  *then = make_teams (fixture->store, 5);
  g_clear_object (&fixture->store);
  copy (fixture, "casement.db", "copy");
  reopen (fixture);
  g_assert_true (knows (fixture->store, *then));
  g_assert_false (is_copy (fixture->store));
  *end = make_teams (fixture->store, 10);
  g_assert_true (knows (fixture->store, *then));
  g_clear_object (&fixture->store);
  copy (fixture, "copy", "casement.db");
}

static void
test_copy (StoreFixture  *fixture,
           gconstpointer  data)
{
  g_autofree char *then = NULL;
  g_autofree char *end = NULL;
  g_autofree char *new = NULL;

  put_copy_in_place (fixture, &then, &end);
  g_test_expect_message ("csm-store", G_LOG_LEVEL_MESSAGE, "*older copy*new epoch*");
  reopen (fixture);
  g_test_assert_expected_messages ();
  g_assert_false (knows (fixture->store, then));
  g_assert_false (knows (fixture->store, end));
  g_assert_true (is_copy (fixture->store));

  /* Once. */
  new = make_teams (fixture->store, 1);
  reopen (fixture);
  g_assert_true (knows (fixture->store, new));
}

/* The copy comes again, of an epoch that has ended, though with more in it than there is now. */
static void
test_copy_twice (StoreFixture  *fixture,
                 gconstpointer  data)
{
  g_autofree char *then = NULL;
  g_autofree char *end = NULL;
  g_autofree char *new = NULL;
  g_autofree char *longer = NULL;

  put_copy_in_place (fixture, &then, &end);
  copy (fixture, "casement.db", "short");
  g_test_expect_message ("csm-store", G_LOG_LEVEL_MESSAGE, "*older copy*");
  reopen (fixture);
  g_test_assert_expected_messages ();
  new = make_teams (fixture->store, 1);
  g_clear_object (&fixture->store);
  copy (fixture, "short", "casement.db");
  g_test_expect_message ("csm-store", G_LOG_LEVEL_MESSAGE, "*older copy*");
  reopen (fixture);
  g_test_assert_expected_messages ();
  g_assert_false (knows (fixture->store, new));
  longer = make_teams (fixture->store, 20);
  reopen (fixture);
  g_assert_true (knows (fixture->store, longer));
}

/* Without the mark the copy looks as good as the original, until a client shows what it knows. */
static void
test_lost (StoreFixture  *fixture,
           gconstpointer  data)
{
  g_autofree char *mark = path_of (fixture, "high-water");
  g_autofree char *then = NULL;
  g_autofree char *end = NULL;

  put_copy_in_place (fixture, &then, &end);
  g_assert_cmpint (g_unlink (mark), ==, 0);
  reopen (fixture);
  g_assert_true (g_file_test (mark, G_FILE_TEST_IS_REGULAR));
  g_assert_true (knows (fixture->store, then));
  g_test_expect_message ("csm-store", G_LOG_LEVEL_WARNING, "*older copy*");
  g_assert_false (knows (fixture->store, end));
  g_test_assert_expected_messages ();
  g_assert_false (knows (fixture->store, then));
  reopen (fixture);
  g_assert_false (knows (fixture->store, then));
}

static void
test_damaged (StoreFixture  *fixture,
              gconstpointer  data)
{
  static const char *const texts[] = { "", "x", "casement high water 1\naccount 1 epoch 9999999999999 modseq 99999999\n" };
  g_autofree char *mark = path_of (fixture, "high-water");
  g_autofree char *state = make_teams (fixture->store, 1);
  g_autofree char *text = NULL;
  gsize length;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_clear_object (&fixture->store);
      g_assert_true (g_file_set_contents (mark, texts[i], -1, NULL));
      if (*texts[i] != '\0')
        g_test_expect_message ("csm-store", G_LOG_LEVEL_MESSAGE, "*damaged*");
      reopen (fixture);
      g_test_assert_expected_messages ();
      g_assert_true (knows (fixture->store, state));
    }

  /* One line of several: the header and the others stay good. */
  g_clear_object (&fixture->store);
  g_assert_true (g_file_get_contents (mark, &text, &length, NULL));
  *strstr (text, "account 1") = 'A';
  g_assert_true (g_file_set_contents (mark, text, (gssize) length, NULL));
  g_test_expect_message ("csm-store", G_LOG_LEVEL_MESSAGE, "*damaged in part*");
  reopen (fixture);
  g_test_assert_expected_messages ();
  g_assert_true (knows (fixture->store, state));
  reopen (fixture);
}

static void
test_unwritable (StoreFixture  *fixture,
                 gconstpointer  data)
{
  g_autofree char *mark = path_of (fixture, "high-water");
  g_autofree char *state = NULL;

  g_clear_object (&fixture->store);
  g_assert_cmpint (g_unlink (mark), ==, 0);
  g_assert_cmpint (g_mkdir (mark, 0700), ==, 0);
  g_test_expect_message ("csm-store", G_LOG_LEVEL_MESSAGE, "*can't be written*");
  reopen (fixture);
  g_test_assert_expected_messages ();
  state = make_teams (fixture->store, 1);
  g_assert_true (knows (fixture->store, state));
  g_clear_object (&fixture->store);
  g_assert_cmpint (g_rmdir (mark), ==, 0);
  reopen (fixture);
}

/* Another workspace's mark beside this database says nothing about it. */
static void
test_foreign (StoreFixture  *fixture,
              gconstpointer  data)
{
  g_autofree char *other = path_of (fixture, "other");
  g_autofree char *state = make_teams (fixture->store, 1);
  g_autoptr (CsmStore) store = NULL;

  g_assert_true (csm_store_create (other, "Other", NULL));
  store = csm_store_open (other, NULL);
  g_free (make_teams (store, 50));
  g_clear_object (&store);
  copy (fixture, "other/high-water", "high-water");
  g_test_expect_message ("csm-store", G_LOG_LEVEL_MESSAGE, "*another workspace*");
  reopen (fixture);
  g_test_assert_expected_messages ();
  g_assert_true (knows (fixture->store, state));
}

/* Two processes that write in turns don't take each other for copies. */
static void
test_two (StoreFixture  *fixture,
          gconstpointer  data)
{
  g_autoptr (CsmStore) other = csm_store_open (fixture->directory, NULL);
  g_autofree char *state = NULL;

  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (CsmStore) brief = NULL;

      g_free (make_teams (fixture->store, 3));
      g_free (make_teams (other, 2));
      brief = csm_store_open (fixture->directory, NULL);
      g_free (make_teams (brief, 1));
    }
  state = make_teams (fixture->store, 1);
  g_clear_object (&other);
  reopen (fixture);
  g_assert_true (knows (fixture->store, state));
}

/* What a mark costs a commit. */
static void
test_cost (StoreFixture  *fixture,
           gconstpointer  data)
{
  g_autofree char *mark = path_of (fixture, "high-water");
  g_autofree char *text = NULL;
  gint64 started = g_get_monotonic_time ();

  for (guint i = 0; i < 300; i++)
    g_free (make_teams (fixture->store, 1));
  g_test_message ("%" G_GINT64_FORMAT " µs a commit", (g_get_monotonic_time () - started) / 300);
  g_assert_true (g_file_get_contents (mark, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, " modseq 300 "));
}

#define ADD(path, func) g_test_add ("/store/epoch/" path, StoreFixture, NULL, store_fixture_set_up, func, store_fixture_tear_down)

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("copy", test_copy);
  ADD ("copy-twice", test_copy_twice);
  ADD ("lost", test_lost);
  ADD ("damaged", test_damaged);
  ADD ("unwritable", test_unwritable);
  ADD ("foreign", test_foreign);
  ADD ("two", test_two);
  ADD ("cost", test_cost);
  return g_test_run ();
}
