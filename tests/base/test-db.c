/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "csm-db.h"
#include "csm-error.h"

static const char * const first[] = { "/test/db/test-db-1.sql", NULL };
static const char * const both[] = { "/test/db/test-db-1.sql", "/test/db/test-db-2.sql", NULL };
static const CsmDbSetup old_setup = { 0x43534d54, first, NULL };
static const CsmDbSetup new_setup = { 0x43534d54, both, NULL };
static const CsmDbSetup other_setup = { 0x43534d55, both, NULL };

typedef struct
{
  char *directory;
  char *path;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->directory = g_dir_make_tmp ("csm-db-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->directory, "test.db", NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *wal = g_strconcat (fixture->path, "-wal", NULL);

  /* Closing leaves no log behind. */
  g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS));
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->path);
  g_free (fixture->directory);
}

static gpointer
insert (CsmDbConn     *conn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  if (!csm_db_conn_run (conn, error, "INSERT INTO thing (name) VALUES (?)", "t", input))
    return NULL;
  return GINT_TO_POINTER (1);
}

static gpointer
count (CsmDbConn     *conn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  return GINT_TO_POINTER ((int) csm_db_conn_get_int (conn, error, -1, "SELECT count(*) FROM thing", NULL));
}

static gpointer
sum_sizes (CsmDbConn     *conn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  return GINT_TO_POINTER ((int) csm_db_conn_get_int (conn, error, -1, "SELECT sum(size) FROM thing", NULL));
}

static gpointer
count_forever (CsmDbConn     *conn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  g_atomic_int_set ((int *) input, 1);
  csm_db_conn_get_int (conn, error, -1,
                       "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n", NULL);
  return NULL;
}

static void
test_migrates (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  {
    g_autoptr (CsmDb) db = csm_db_new (fixture->path, &old_setup);

    g_assert_nonnull (csm_db_run (db, CSM_DB_WRITE, insert, (gpointer) "one", &error));
    g_assert_no_error (error);
  }
  {
    g_autoptr (CsmDb) db = csm_db_new (fixture->path, &new_setup);

    g_assert_cmpint (GPOINTER_TO_INT (csm_db_run (db, CSM_DB_READ, sum_sizes, NULL, &error)), ==, 7);
    g_assert_no_error (error);
  }
  {
    g_autoptr (CsmDb) db = csm_db_new (fixture->path, &old_setup);

    g_assert_false (csm_db_wait_open (db, &error));
    g_assert_error (error, CSM_ERROR, CSM_ERROR_DATABASE_NEWER);
    g_clear_error (&error);
    /* Jobs hear the reason too. */
    csm_db_run (db, CSM_DB_READ, count, NULL, &error);
    g_assert_error (error, CSM_ERROR, CSM_ERROR_DATABASE_NEWER);
    g_clear_error (&error);
  }
  {
    g_autoptr (CsmDb) db = csm_db_new (fixture->path, &other_setup);

    g_assert_false (csm_db_wait_open (db, &error));
    g_assert_error (error, CSM_ERROR, CSM_ERROR_DATABASE);
  }
}

typedef struct
{
  guint   pending;
  guint   failed;
  GError *error;
} Waiting;

static void
on_written (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Waiting *waiting = data;
  g_autoptr (GError) error = NULL;

  waiting->pending--;
  if (csm_db_run_finish (CSM_DB (source), result, &error) == NULL)
    {
      waiting->failed++;
      g_clear_error (&waiting->error);
      waiting->error = g_steal_pointer (&error);
    }
}

/* In a group commit one job's failure is its own. */
static void
test_group_commit (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (CsmDb) db = csm_db_new (fixture->path, &new_setup);
  g_autoptr (GError) error = NULL;
  Waiting waiting = { 0 };

  for (int i = 0; i < 500; i++)
    {
      waiting.pending++;
      csm_db_run_async (db, i % 2 ? CSM_DB_WRITE : CSM_DB_WRITE_DURABLE, G_PRIORITY_DEFAULT, insert,
                        g_strdup_printf ("name %d", i == 300 ? 299 : i), g_free, NULL, NULL, on_written, &waiting);
    }
  while (waiting.pending > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (waiting.failed, ==, 1);
  g_assert_error (waiting.error, CSM_ERROR, CSM_ERROR_CONSTRAINT);
  g_assert_cmpint (GPOINTER_TO_INT (csm_db_run (db, CSM_DB_READ, count, NULL, &error)), ==, 499);
  g_assert_no_error (error);
  g_clear_error (&waiting.error);
  csm_db_close (db);
}

/* As SQLite does of itself when it is out of memory or of disk. */
static gpointer
roll_back (CsmDbConn     *conn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  g_assert_true (csm_db_conn_exec (conn, "ROLLBACK", error));
  csm_db_conn_run (conn, error, "INSERT INTO nowhere (name) VALUES ('x')", NULL);
  return NULL;
}

/* When the transaction ends under a group, exactly those jobs are said to have worked that did. */
static void
test_lost_transaction (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (CsmDb) db = csm_db_new (fixture->path, &new_setup);
  g_autoptr (GError) error = NULL;
  Waiting waiting = { 0 };
  guint n = 60;

  for (guint i = 0; i < n; i++)
    {
      waiting.pending++;
      csm_db_run_async (db, CSM_DB_WRITE_DURABLE, G_PRIORITY_DEFAULT, i == n / 2 ? roll_back : insert,
                        g_strdup_printf ("name %u", i), g_free, NULL, NULL, on_written, &waiting);
    }
  while (waiting.pending > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (waiting.failed, >=, 1);
  g_assert_cmpint (GPOINTER_TO_INT (csm_db_run (db, CSM_DB_READ, count, NULL, &error)), ==, n - waiting.failed);
  g_assert_no_error (error);
  g_clear_error (&waiting.error);
  csm_db_close (db);
}

static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (CsmDb) db = csm_db_new (fixture->path, &new_setup);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Waiting waiting = { .pending = 1 };
  int running = 0;

  csm_db_run_async (db, CSM_DB_READ, G_PRIORITY_DEFAULT, count_forever, &running, NULL, NULL, cancellable, on_written, &waiting);
  while (!g_atomic_int_get (&running))
    g_thread_yield ();
  g_cancellable_cancel (cancellable);
  while (waiting.pending > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (waiting.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&waiting.error);
  csm_db_close (db);
}

/* What was given before the close is written. */
static void
test_close_drains (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  Waiting waiting = { 0 };

  {
    g_autoptr (CsmDb) db = csm_db_new (fixture->path, &new_setup);

    for (int i = 0; i < 50; i++)
      {
        waiting.pending++;
        csm_db_run_async (db, CSM_DB_WRITE, G_PRIORITY_DEFAULT, insert, g_strdup_printf ("%d", i), g_free, NULL, NULL, on_written, &waiting);
      }
    csm_db_close (db);
    while (waiting.pending > 0)
      g_main_context_iteration (NULL, TRUE);
  }
  {
    g_autoptr (CsmDb) db = csm_db_new (fixture->path, &new_setup);

    g_assert_cmpint (GPOINTER_TO_INT (csm_db_run (db, CSM_DB_READ, count, NULL, &error)), ==, 50);
  }
}

/* Whether a job sees that another one waits */
static gpointer
wait_until_wanted (CsmDbConn     *conn,
                   gpointer       input,
                   GCancellable  *cancellable,
                   GError       **error)
{
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  if (csm_db_conn_is_wanted (conn))
    return NULL;
  g_atomic_int_set ((int *) input, 1);
  while (!csm_db_conn_is_wanted (conn) && g_get_monotonic_time () < end)
    g_thread_yield ();
  g_atomic_int_set ((int *) input, csm_db_conn_is_wanted (conn) ? 2 : 3);
  return NULL;
}

static void
test_wanted (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (CsmDb) db = csm_db_new (fixture->path, &new_setup);
  g_autoptr (GError) error = NULL;
  int state = 0;

  csm_db_run_async (db, CSM_DB_WRITE, G_PRIORITY_DEFAULT, wait_until_wanted, &state, NULL, NULL, NULL, NULL, NULL);
  while (g_atomic_int_get (&state) == 0)
    g_thread_yield ();
  csm_db_run (db, CSM_DB_WRITE, insert, (gpointer) "one", &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_atomic_int_get (&state), ==, 2);
  /* The other job's task holds the database until it is done. */
  g_main_context_iteration (NULL, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/db/migrates", test_migrates);
  ADD ("/db/group-commit", test_group_commit);
  ADD ("/db/lost-transaction", test_lost_transaction);
  ADD ("/db/cancel", test_cancel);
  ADD ("/db/wanted", test_wanted);
  ADD ("/db/close-drains", test_close_drains);
  return g_test_run ();
}
