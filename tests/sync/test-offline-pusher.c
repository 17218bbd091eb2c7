/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "pump.h"

#include <glib/gstdio.h>
#include <sys/mount.h>

#include "csm-cache-full.h"
#include "csm-json.h"
#include "csm-time.h"

/* What the outbox makes of answers, and of none. */

/* --- no answer at all ------------------------------------------------------------------------------------------------------- */

static void
test_no_answer (gconstpointer data)
{
  FakeMode mode = (FakeMode) GPOINTER_TO_INT (data);
  Pump pump = { 0 };
  g_autofree char *id = NULL;

  pump_set_up (&pump);
  pump.server->mode = mode;
  id = pump_add_comment (&pump, "Hello", NULL);
  for (guint i = 0; i < 5; i++)
    {
      pump.n_failed = 0;
      csm_pusher_start (pump.pusher, TRUE);
      pump_wait_until (&pump, pump_has_failed, "a failure");
      g_assert_cmpint (pump.failure, ==, CSM_FAILURE_OFFLINE);
    }
  {
    g_autoptr (GPtrArray) ops = pump_list (&pump);
    CsmOperation *op = g_ptr_array_index (ops, 0);

    /* Nobody answered: that counts for nothing. */
    g_assert_cmpint (op->tries, ==, 0);
    g_assert_cmpint (op->sends, ==, 5);
    g_assert_null (op->error);
    g_assert_cmpint (op->not_before, ==, 0);
  }
  if (mode == FAKE_UNAVAILABLE)
    g_assert_cmpint (csm_connection_get_retry_at (pump.connection), >, csm_time_now () + 60 * CSM_SECOND);
  pump.server->mode = FAKE_GOOD;
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_is_empty, "the outbox is empty");
  g_assert_cmpuint (g_hash_table_size (pump.server->records), ==, 1);
  g_assert_cmpuint (g_hash_table_size (pump.server->applied), ==, 1);
  pump_tear_down (&pump);
}

static void
test_paused (gconstpointer data)
{
  FakeMode mode = (FakeMode) GPOINTER_TO_INT (data);
  Pump pump = { 0 };
  g_autofree char *id = NULL;

  pump_set_up (&pump);
  pump.server->mode = mode;
  id = pump_add_comment (&pump, "Hello", NULL);
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_has_failed, "a failure");
  g_assert_cmpint (pump.failure, ==, mode == FAKE_UNAUTHORIZED ? CSM_FAILURE_SIGNED_OUT : CSM_FAILURE_REFUSED);
  {
    guint n = pump.server->n_requests;
    g_autoptr (GPtrArray) ops = NULL;

    /* Nothing goes, whoever kicks. */
    csm_pusher_kick (pump.pusher);
    ops = pump_list (&pump);
    g_assert_cmpuint (pump.server->n_requests, ==, n);
    g_assert_cmpint (((CsmOperation *) g_ptr_array_index (ops, 0))->sends, ==, 0);
  }
  pump.server->mode = FAKE_GOOD;
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_is_empty, "the outbox is empty");
  pump_tear_down (&pump);
}

/* --- answers that are errors ------------------------------------------------------------------------------------------------ */

static gboolean
has_error (Pump *pump)
{
  g_autoptr (GPtrArray) ops = pump_list (pump);
  CsmOperation *op = g_ptr_array_index (ops, 0);

  return op->state == CSM_OP_WAITING && op->error != NULL;
}

static gboolean
was_answered (Pump *pump)
{
  g_autoptr (GPtrArray) ops = pump_list (pump);
  CsmOperation *op = g_ptr_array_index (ops, 0);

  return op->state != CSM_OP_SENDING && (guint) op->tries == pump->server->n_requests;
}

/* What the server fails at, or nobody knows: three answers, then a person decides. */
static void
test_three_answers (gconstpointer data)
{
  Pump pump = { 0 };
  g_autofree char *id = NULL;

  pump_set_up (&pump);
  pump.server->mode = g_str_has_prefix (data, "account") ? FAKE_METHOD_ERROR : FAKE_SET_ERROR;
  pump.server->error_type = data;
  id = pump_add_comment (&pump, "Hello", NULL);
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, has_error, "the first answer");
  for (guint i = 0; i < 2; i++)
    {
      pump_wait_until (&pump, was_answered, "an answer");
      pump_hurry (&pump);
    }
  pump_wait_until (&pump, pump_all_parked, "a person's turn");
  g_assert_cmpuint (pump.server->n_requests, ==, 3);
  g_assert_cmpuint (pump.server->n_sessions, >=, g_str_has_prefix (data, "account") ? 2 : 1);
  {
    g_autoptr (GPtrArray) ops = pump_list (&pump);

    g_assert_cmpstr (((CsmOperation *) g_ptr_array_index (ops, 0))->error, ==, data);
    g_assert_cmpstr (csm_json_get_string (((CsmOperation *) g_ptr_array_index (ops, 0))->payload, "body"), ==, "Hello");
  }
  pump_tear_down (&pump);
}

static gboolean
asked_often (Pump *pump)
{
  return pump->server->n_requests >= 6 && pump_all_waiting (pump);
}

static gboolean
hurry_often (gpointer data)
{
  Pump *pump = data;

  csm_cache_hurry_ops_async (pump->cache, NULL, NULL, NULL);
  csm_pusher_kick (pump->pusher);
  return G_SOURCE_CONTINUE;
}

/* What may pass is tried for ever. */
static void
test_for_ever (gconstpointer data)
{
  Pump pump = { 0 };
  g_autofree char *id = NULL;
  guint source;

  pump_set_up (&pump);
  pump.server->mode = FAKE_METHOD_ERROR;
  pump.server->error_type = data;
  id = pump_add_comment (&pump, "Hello", NULL);
  csm_pusher_start (pump.pusher, TRUE);
  source = g_timeout_add (20, hurry_often, &pump);
  pump_wait_until (&pump, asked_often, "many tries");
  g_source_remove (source);
  if (g_str_equal (data, "serverPartialFail"))
    g_assert_cmpuint (pump.n_resync, >, 0);
  pump.server->mode = FAKE_GOOD;
  pump_hurry (&pump);
  pump_wait_until (&pump, pump_is_empty, "the outbox is empty");
  pump_tear_down (&pump);
}

static void
test_refused (gconstpointer data)
{
  Pump pump = { 0 };
  g_autofree char *id = NULL;

  pump_set_up (&pump);
  pump.server->mode = FAKE_SET_ERROR;
  pump.server->error_type = data;
  id = pump_add_comment (&pump, "Hello", NULL);
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_all_parked, "a person's turn");
  g_assert_cmpuint (pump.server->n_requests, ==, 1);
  {
    g_autoptr (GPtrArray) ops = pump_list (&pump);

    g_assert_cmpstr (csm_json_get_string (((CsmOperation *) g_ptr_array_index (ops, 0))->payload, "body"), ==, "Hello");
  }
  pump_tear_down (&pump);
}

/* --- limits ------------------------------------------------------------------------------------------------------------------- */

/* 500 become 10 between two requests; the Session says so, or it doesn't. */
static void
test_limit_shrinks (gconstpointer data)
{
  gboolean says_so = GPOINTER_TO_INT (data);
  Pump pump = { 0 };

  pump_set_up (&pump);
  pump_add_tags (&pump, 120);
  pump.server->max_objects = 10;
  if (says_so)
    {
      pump.server->said_max_objects = 10;
      pump.server->session_state = 1;
    }
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_is_empty, "the outbox is empty");
  pump_assert_once (pump.server, 120);
  g_assert_cmpuint (pump.server->most, <=, 10);
  g_assert_cmpuint (pump.server->n_refused, <=, 10);
  pump_tear_down (&pump);
}

static void
test_small_requests (void)
{
  Pump pump = { 0 };
  g_autofree char *body = g_strnfill (1000, 'x');
  g_autofree char *huge = g_strnfill (30000, 'y');

  pump_set_up (&pump);
  pump.server->max_size = 20000;
  pump_connect (&pump);
  for (guint i = 0; i < 60; i++)
    g_free (pump_add_comment (&pump, body, NULL));
  g_free (pump_add_comment (&pump, huge, NULL));
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_all_parked, "all but the large one");
  pump_assert_once (pump.server, 60);
  g_assert_cmpuint (pump.server->largest, <=, 20000);
  g_assert_cmpuint (pump.server->n_refused, ==, 0);
  {
    g_autoptr (GPtrArray) ops = pump_list (&pump);

    g_assert_cmpuint (ops->len, ==, 1);
    g_assert_cmpstr (((CsmOperation *) g_ptr_array_index (ops, 0))->error, ==, "tooLarge");
  }
  pump_tear_down (&pump);
}

/* The Session promises more than the server takes. */
static void
test_smaller_than_said (void)
{
  Pump pump = { 0 };
  g_autofree char *body = g_strnfill (1000, 'x');

  pump_set_up (&pump);
  for (guint i = 0; i < 40; i++)
    g_free (pump_add_comment (&pump, body, NULL));
  pump.server->max_size = 15000;
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_is_empty, "the outbox is empty");
  pump_assert_once (pump.server, 40);
  pump_tear_down (&pump);
}

/* Five hundred operations of one long flight. */
static void
test_flush (void)
{
  Pump pump = { 0 };
  gint64 started;

  pump_set_up (&pump);
  pump_add_tags (&pump, 500);
  started = g_get_monotonic_time ();
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_is_empty, "the outbox is empty");
  g_test_message ("500 operations in %u requests and %.0f ms", pump.server->n_requests, (double) (g_get_monotonic_time () - started) / 1000);
  pump_assert_once (pump.server, 500);
  g_assert_cmpuint (pump.server->n_requests, ==, 10);
  pump_tear_down (&pump);
}

/* Its answer is lost each time: the same operations go again, and each is done once. */
static void
test_lost_answers (void)
{
  Pump pump = { 0 };

  pump_set_up (&pump);
  pump_add_tags (&pump, 60);
  pump.server->mode = FAKE_DEAF;
  for (guint i = 0; i < 3; i++)
    {
      pump.n_failed = 0;
      csm_pusher_start (pump.pusher, TRUE);
      pump_wait_until (&pump, pump_has_failed, "a failure");
    }
  pump.server->mode = FAKE_GOOD;
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_is_empty, "the outbox is empty");
  pump_assert_once (pump.server, 60);
  pump_tear_down (&pump);
}

/* The connection went before the request did: none of it can have arrived. */
static void
test_stopped_before (void)
{
  Pump pump = { 0 };

  pump_set_up (&pump);
  g_free (pump_add_comment (&pump, "One", NULL));
  csm_pusher_start (pump.pusher, TRUE);
  csm_pusher_stop (pump.pusher);
  pump_add_tags (&pump, 2);
  {
    g_autoptr (GPtrArray) ops = pump_list (&pump);
    CsmOperation *op = g_ptr_array_index (ops, 0);

    g_assert_cmpint (op->state, ==, CSM_OP_WAITING);
    g_assert_cmpint (op->sends, ==, 0);
  }
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, pump_is_empty, "the outbox is empty");
  pump_assert_once (pump.server, 3);
  pump_tear_down (&pump);
}

/* --- answers that can't be written ---------------------------------------------------------------------------------------------- */

static void
fill_disk (gpointer data)
{
  Pump *pump = data;
  g_autofree char *path = g_build_filename (pump->directory, "ballast", NULL);
  FILE *file = g_fopen (path, "w");
  char block[4096] = { 1 };

  while (fwrite (block, 1, sizeof block, file) == sizeof block && fflush (file) == 0)
    ;
  fclose (file);
}

static gboolean
is_full (Pump *pump)
{
  return csm_cache_get_full (pump->cache);
}

static void
test_answers_kept (void)
{
  Pump pump = { 0 };
  char *directory = g_dir_make_tmp ("casement-pump-XXXXXX", NULL);
  g_autofree char *ballast = g_build_filename (directory, "ballast", NULL);
  guint asked;

  if (mount ("tmpfs", directory, "tmpfs", 0, "size=3m") != 0)
    {
      pump_remove_all (directory);
      g_free (directory);
      g_test_skip ("only root can make a small disk");
      return;
    }
  pump_set_up_in (&pump, g_strdup (directory));
  pump_add_tags (&pump, 40);
  pump.server->before_answer = fill_disk;
  pump.server->data = &pump;
  csm_pusher_start (pump.pusher, TRUE);
  pump_wait_until (&pump, is_full, "a full disk");
  pump.server->before_answer = NULL;
  asked = pump.server->n_requests;
  g_assert_cmpint (g_unlink (ballast), ==, 0);
  pump_wait_until (&pump, pump_is_empty, "the outbox is empty");
  /* What the server had answered was not asked again. */
  g_assert_cmpuint (pump.server->n_requests, ==, asked);
  pump_assert_once (pump.server, 40);
  pump_tear_down (&pump);
  umount (directory);
  g_rmdir (directory);
  g_free (directory);
}

/* What is held back is no room for others: as long as there is none, it stays said. */
static void
test_full_is_steady (void)
{
  Pump pump = { .directory = g_dir_make_tmp ("casement-pump-XXXXXX", NULL) };
  g_autofree char *database = g_build_filename (pump.directory, "cache.db", NULL), *ballast = g_build_filename (pump.directory, "ballast", NULL);
  g_autoptr (CsmCacheFull) full = csm_cache_full_new (database);

  if (mount ("tmpfs", pump.directory, "tmpfs", 0, "size=4m") != 0)
    {
      pump_remove_all (pump.directory);
      g_free (pump.directory);
      g_test_skip ("only root can make a small disk");
      return;
    }
  csm_cache_full_set_size (full, 1024 * 1024);
  g_assert_true (csm_cache_full_regain (full));
  fill_disk (&pump);
  csm_cache_full_note (full);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_false (csm_cache_full_regain (full));
      g_assert_true (csm_cache_full_is (full));
      /* A person's last words still go in. */
      g_assert_true (csm_cache_full_check (full, NULL));
    }
  g_assert_cmpint (g_unlink (ballast), ==, 0);
  g_assert_true (csm_cache_full_regain (full));
  g_assert_false (csm_cache_full_is (full));
  umount (pump.directory);
  g_rmdir (pump.directory);
  g_free (pump.directory);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/pusher/no-answer/html", GINT_TO_POINTER (FAKE_HTML), test_no_answer);
  g_test_add_data_func ("/pusher/no-answer/redirect", GINT_TO_POINTER (FAKE_REDIRECT), test_no_answer);
  g_test_add_data_func ("/pusher/no-answer/cut", GINT_TO_POINTER (FAKE_CUT), test_no_answer);
  g_test_add_data_func ("/pusher/no-answer/unavailable", GINT_TO_POINTER (FAKE_UNAVAILABLE), test_no_answer);
  g_test_add_data_func ("/pusher/no-answer/too-many", GINT_TO_POINTER (FAKE_TOO_MANY), test_no_answer);
  g_test_add_data_func ("/pusher/paused/unauthorized", GINT_TO_POINTER (FAKE_UNAUTHORIZED), test_paused);
  g_test_add_data_func ("/pusher/paused/unknown-capability", GINT_TO_POINTER (FAKE_UNKNOWN_CAPABILITY), test_paused);
  g_test_add_data_func ("/pusher/three-answers/server-fail", "serverFail", test_three_answers);
  g_test_add_data_func ("/pusher/three-answers/unknown", "neverHeardOf", test_three_answers);
  g_test_add_data_func ("/pusher/three-answers/account-not-found", "accountNotFound", test_three_answers);
  g_test_add_data_func ("/pusher/three-answers/account-read-only", "accountReadOnly", test_three_answers);
  g_test_add_data_func ("/pusher/for-ever/unavailable", "serverUnavailable", test_for_ever);
  g_test_add_data_func ("/pusher/for-ever/rate-limit", "rateLimit", test_for_ever);
  g_test_add_data_func ("/pusher/for-ever/partial-fail", "serverPartialFail", test_for_ever);
  g_test_add_data_func ("/pusher/refused/forbidden", "forbidden", test_refused);
  g_test_add_data_func ("/pusher/refused/over-quota", "overQuota", test_refused);
  g_test_add_data_func ("/pusher/refused/singleton", "singleton", test_refused);
  g_test_add_data_func ("/pusher/limit-shrinks/said", GINT_TO_POINTER (TRUE), test_limit_shrinks);
  g_test_add_data_func ("/pusher/limit-shrinks/unsaid", GINT_TO_POINTER (FALSE), test_limit_shrinks);
  g_test_add_func ("/pusher/small-requests", test_small_requests);
  g_test_add_func ("/pusher/smaller-than-said", test_smaller_than_said);
  g_test_add_func ("/pusher/flush", test_flush);
  g_test_add_func ("/pusher/lost-answers", test_lost_answers);
  g_test_add_func ("/pusher/stopped-before", test_stopped_before);
  g_test_add_func ("/pusher/answers-kept", test_answers_kept);
  g_test_add_func ("/pusher/full-is-steady", test_full_is_steady);
  return g_test_run ();
}
