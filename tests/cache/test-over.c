/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-test.h"

#include <glib/gstdio.h>

#include "csm-cache-search-private.h"
#include "csm-json.h"
#include "csm-time.h"

/* What a cache of 0.1.0 becomes, and the numbers of messages. */

#define N_MESSAGES 300
/* So many of them have one and the same time. */
#define N_CROWD 120

static CsmDb *
open_db (CacheTest        *test,
         const CsmDbSetup *setup)
{
  g_autoptr (GError) error = NULL;
  CsmDb *db = csm_db_new (test->path, setup);

  csm_db_wait_open (db, &error);
  g_assert_no_error (error);
  return db;
}

static void
run (CsmDb     *db,
     CsmDbFunc  func,
     gpointer   input)
{
  g_autoptr (GError) error = NULL;

  csm_db_run (db, CSM_DB_WRITE, func, input, &error);
  g_assert_no_error (error);
}

static JsonObject *
make_message (guint number)
{
  JsonObject *record = json_object_new ();
  g_autofree char *id = cache_test_id ('m', number);
  g_autofree char *case_id = cache_test_id ('c', 1 + number % 3);
  g_autofree char *at = cache_test_time (number <= N_CROWD ? 0 : number * 60);
  g_autofree char *text = g_strdup_printf ("word w%u Zoë", number);

  json_object_set_string_member (record, "id", id);
  json_object_set_string_member (record, "caseId", case_id);
  json_object_set_string_member (record, "at", at);
  json_object_set_string_member (record, "textBody", text);
  return record;
}

static gpointer
fill_old (CsmDbConn     *conn,
          gpointer       input,
          GCancellable  *cancellable,
          GError       **error)
{
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *id = cache_test_id ('c', i), *base = g_strdup_printf ("{\"id\":\"%s\",\"subject\":\"Case\",\"priority\":\"%s\",\"hasAttachment\":%s}",
                                                                                         id, i == 2 ? "urgent" : "normal", i == 3 ? "true" : "false");

      csm_db_conn_run (conn, error, "INSERT INTO case_ (rowid, id, rank, status, lane, base) VALUES (?1, ?2, ?1, 1, 0, ?3)", "itt", (gint64) i, id, base);
      g_assert_no_error (*error);
    }
  for (guint i = 1; i <= N_MESSAGES; i++)
    {
      g_autoptr (JsonObject) record = make_message (i);
      const char *id = csm_json_get_string (record, "id");
      gint64 at = csm_json_get_time (record, "at"), rowid = csm_cache_rank (at, id);
      g_autofree char *text = csm_json_write_object (record);

      csm_db_conn_run (conn, error, "INSERT INTO message (rowid, id, at, case_id, base) VALUES (?, ?, ?, ?, ?)", "ititt",
                       rowid, id, at, csm_json_get_string (record, "caseId"), text);
      g_assert_no_error (*error);
    }
  csm_db_conn_exec (conn, "INSERT INTO message_text (rowid, subject, text, names) SELECT rowid, subject, text, names FROM message_content", error);
  return NULL;
}

/* A file as version @last leaves it, with what @fill puts there. */
static void
make_old (CacheTest *test,
          guint      last,
          CsmDbFunc  fill)
{
  const char *migrations[] = {
    "/org/casement/Casement/cache/001.sql", "/org/casement/Casement/cache/002.sql", "/org/casement/Casement/cache/003.sql",
    "/org/casement/Casement/cache/004.sql", "/org/casement/Casement/cache/005.sql", "/org/casement/Casement/cache/006.sql", NULL,
  };
  CsmDbSetup setup = csm_cache_setup;
  CsmDb *db;

  migrations[last] = NULL;

  cache_test_set_up (test);
  csm_cache_close (test->cache);
  g_clear_object (&test->cache);
  g_assert_cmpint (g_unlink (test->path), ==, 0);
  setup.migrations = migrations;
  db = open_db (test, &setup);
  run (db, fill, NULL);
  csm_db_close (db);
  g_object_unref (db);
}

static gpointer
bring_some (CsmDbConn     *conn,
            gpointer       more,
            GCancellable  *cancellable,
            GError       **error)
{
  csm_cache_bring_over (conn, 0, more, error);
  return NULL;
}

static gint64
ask (CsmDbConn  *conn,
     const char *sql)
{
  g_autoptr (GError) error = NULL;
  gint64 result = csm_db_conn_get_int (conn, &error, -1, sql, NULL);

  g_assert_no_error (error);
  return result;
}

static gpointer
check_new (CsmDbConn     *conn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  g_assert_cmpint (ask (conn, "SELECT count (*) FROM message WHERE rowid < 1000000000 AND base = '' AND packed IS NOT NULL"), ==, N_MESSAGES);
  g_assert_cmpint (ask (conn, "SELECT count (*) FROM message_hit WHERE case_rowid BETWEEN 1 AND 3"), ==, N_MESSAGES);
  g_assert_cmpint (ask (conn, "SELECT count (*) FROM sqlite_schema WHERE name LIKE 'message\\_text\\_old%' ESCAPE '\\'"), ==, 0);
  /* Newest first is the order of rowids: those of the crowd are behind all others but a few that they had to give way to. */
  g_assert_cmpint (ask (conn, "SELECT count (*) FROM message AS a JOIN message AS b ON a.rowid < b.rowid AND a.at > b.at"
                              " WHERE b.at > (SELECT min (at) FROM message)"), ==, 0);
  g_assert_cmpint (ask (conn, "SELECT max (rowid) - min (rowid) FROM message WHERE at = (SELECT min (at) FROM message)"), <, N_CROWD * 8);
  csm_db_conn_exec (conn, "INSERT INTO message_text (message_text, rank) VALUES ('integrity-check', 1)", error);
  return NULL;
}

static void
assert_found (CacheTest  *test,
              const char *typed,
              const char *expected)
{
  g_autofree char *ids = cache_test_ids (test, CSM_VIEW_SEARCH, typed);

  g_assert_cmpstr (ids, ==, expected);
}

static void
test_bring_over (void)
{
  CacheTest test = { 0 };
  gboolean more = FALSE;
  CsmDb *db;

  make_old (&test, 3, fill_old);
  db = open_db (&test, &csm_cache_setup);
  for (guint i = 0; i < 3; i++)
    {
      run (db, bring_some, &more);
      g_assert_true (more);
    }
  csm_db_close (db);
  g_object_unref (db);

  /* Everything is there while it goes on, and goes on where it was. */
  test.cache = csm_cache_new (test.path);
  cache_test_reopen (&test);
  for (guint i = 1; i <= N_MESSAGES; i += 13)
    {
      g_autoptr (JsonObject) expected = make_message (i);
      g_autoptr (JsonObject) record = cache_test_get (&test, CSM_TYPE_ID_MESSAGE, csm_json_get_string (expected, "id"));
      g_autofree char *text = csm_json_write_object (record), *expected_text = csm_json_write_object (expected);

      g_assert_cmpstr (text, ==, expected_text);
    }
  cache_test_put (&test, CSM_TYPE_ID_MESSAGE, make_message (N_MESSAGES));
  cache_test_build_search (&test);
  assert_found (&test, "word", "c01J00000000000000000000003 c01J00000000000000000000002 c01J00000000000000000000001");
  assert_found (&test, "has:attachment", "c01J00000000000000000000003");
  assert_found (&test, "is:urgent", "c01J00000000000000000000002");
  assert_found (&test, "w77", "c01J00000000000000000000003");
  assert_found (&test, "zoe", "c01J00000000000000000000003 c01J00000000000000000000002 c01J00000000000000000000001");

  csm_cache_close (test.cache);
  db = open_db (&test, &csm_cache_setup);
  run (db, check_new, NULL);
  csm_db_close (db);
  g_object_unref (db);
  cache_test_reopen (&test);
  cache_test_tear_down (&test);
}

/* --- what waits ------------------------------------------------------------------------------------------------------------ */

#define CASE "c01J00000000000000000000001"

static gpointer
fill_waiting (CsmDbConn     *conn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  csm_db_conn_exec (conn,
    "INSERT INTO case_ (id, rank, status, lane, base) VALUES ('" CASE "', 1, 1, 0, '{\"id\":\"" CASE "\",\"subject\":\"Old\",\"status\":\"open\"}');"
    "INSERT INTO outbox (grp, op_id, label, kind, type, record_id, case_id, payload, inverse, created, version) VALUES"
    " (1, 'o1', 'Goal', 'update', 'Case', '" CASE "', '" CASE "', '{\"goal\":\"Soon\"}', '{\"goal\":null}', strftime ('%s') * 1000000, 1),"
    " (2, 'o2', 'Comment', 'create', 'Comment', 'n01J00000000000000000000001', '" CASE "', '{\"caseId\":\"" CASE "\",\"body\":\"Old\"}', NULL,"
    " strftime ('%s') * 1000000, 1)", error);
  return NULL;
}

/* What was done before the program was renewed is shown, and goes. */
static void
test_outbox_stays (void)
{
  CacheTest test = { 0 };
  g_autoptr (CsmOpBatch) batch = NULL;
  g_autoptr (JsonObject) record = NULL;

  make_old (&test, 6, fill_waiting);
  test.cache = csm_cache_new (test.path);
  cache_test_reopen (&test);
  cache_test_update (&test, CSM_TYPE_ID_CASE, CASE, "{'brief/next':{'text':'New'}}");
  record = cache_test_get (&test, CSM_TYPE_ID_CASE, CASE);
  g_assert_cmpstr (csm_json_get_string (record, "goal"), ==, "Soon");
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (csm_json_get_object (record, "brief"), "next"), "text"), ==, "New");
  batch = cache_test_take (&test, 50, csm_time_now ());
  g_assert_cmpuint (batch->ops->len, ==, 2);
  g_assert_cmpstr (((CsmOperation *) g_ptr_array_index (batch->ops, 0))->op_id, ==, "o1");
  g_assert_cmpstr (((CsmOperation *) g_ptr_array_index (batch->ops, 1))->op_id, ==, "o2");
  cache_test_tear_down (&test);
}

/* However they come, and however many of one second. */
static gpointer
number_them (CsmDbConn     *conn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  gint64 first = csm_cache_message_rowid (conn, CSM_TIME_NONE, "m01J0", error);
  gint64 last = csm_cache_message_rowid (conn, G_MAXINT64, "m01J0", error);
  gint64 at = (G_GINT64_CONSTANT (946684800) + 800) * CSM_SECOND;

  g_assert_cmpint (first, >=, 1);
  g_assert_cmpint (last, <, G_GINT64_CONSTANT (1) << 41);
  g_assert_cmpint (csm_cache_message_rowid (conn, at, "m01J0", error), ==, 100);
  g_assert_cmpint (csm_cache_message_rowid (conn, at + 8 * CSM_SECOND, "m01J0", error), ==, 101);
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *id = cache_test_id ('m', i);
      gint64 rowid = csm_cache_message_rowid (conn, at, id, error);

      g_assert_cmpint (rowid, >=, 100);
      g_assert_cmpint (rowid, <, 100 + 8 * 3000);
      csm_db_conn_run (conn, error, "INSERT INTO message (rowid, id) VALUES (?, ?)", "it", rowid, id);
      g_assert_no_error (*error);
    }
  return NULL;
}

static void
test_numbers (void)
{
  CacheTest test = { 0 };
  CsmDb *db;

  cache_test_set_up (&test);
  csm_cache_close (test.cache);
  db = open_db (&test, &csm_cache_setup);
  run (db, number_them, NULL);
  csm_db_close (db);
  g_object_unref (db);
  cache_test_reopen (&test);
  cache_test_tear_down (&test);
}

static gpointer
pack_them (CsmDbConn     *conn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_cmpint (ask (conn, "SELECT csm_pack (NULL) IS NULL AND csm_unpack (NULL) IS NULL"), ==, 1);
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *back = csm_db_conn_get_text (conn, error, "SELECT csm_unpack (csm_pack (?))", "t", text->str);

      g_assert_no_error (*error);
      g_assert_cmpstr (back, ==, text->str);
      g_string_append_printf (text, "%c%u\"é", (char) g_test_rand_int_range ('!', '~'), i % 7 == 0 ? i : 1);
    }
  g_assert_cmpint (ask (conn, "SELECT length (csm_pack (json_object ('id', 'm01J0', 'textBody', printf ('%.*c', 900, 'x'))))"), <, 100);
  for (guint i = 0; i < 4; i++)
    {
      static const char * const bad[] = { "x''", "x'0100000010'", "x'0100000010ffff'", "x'0200000000'" };
      g_autofree char *sql = g_strdup_printf ("SELECT csm_unpack (%s)", bad[i]);
      g_autofree char *back = csm_db_conn_get_text (conn, error, sql, NULL);

      g_assert_no_error (*error);
      g_assert_cmpstr (back, ==, "null");
    }
  return NULL;
}

static void
test_pack (void)
{
  CacheTest test = { 0 };
  CsmDb *db;

  cache_test_set_up (&test);
  csm_cache_close (test.cache);
  db = open_db (&test, &csm_cache_setup);
  run (db, pack_them, NULL);
  csm_db_close (db);
  g_object_unref (db);
  cache_test_reopen (&test);
  cache_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/over/bring-over", test_bring_over);
  g_test_add_func ("/over/numbers", test_numbers);
  g_test_add_func ("/over/pack", test_pack);
  g_test_add_func ("/over/outbox-stays", test_outbox_stays);
  return g_test_run ();
}
