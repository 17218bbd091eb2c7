/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-holding.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>

#include "csm-cache-private.h"
#include "csm-json.h"
#include "csm-time.h"

#define DAY (24 * 3600 * CSM_SECOND)

static void
count (guint *n)
{
  (*n)++;
}

/* --- a server of a few words ------------------------------------------------------------------------------------------- */

/* --- questions ------------------------------------------------------------------------------------------------------------ */

static char *
wanted (CacheTest *test,
        guint      limit)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmWantedCases) cases = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  csm_cache_load_wanted_async (test->cache, limit, TRUE, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  cases = csm_cache_load_wanted_finish (test->cache, result, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < cases->cases->len; i++)
    {
      CsmWantedCase *one = g_ptr_array_index (cases->cases, i);

      g_string_append_printf (text, "%s%u", i > 0 ? " " : "", (guint) g_ascii_strtoull (one->id + 4, NULL, 10));
    }
  g_string_append_printf (text, " of %u", cases->n_left);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

#define assert_wanted(test, limit, expected) \
  do { g_autofree char *wanted_ = wanted (test, limit); g_assert_cmpstr (wanted_, ==, expected); } while (0)

static void
pin (CacheTest *test,
     guint      number,
     gboolean   pinned)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *id = cache_test_id ('c', number);

  csm_cache_pin_case_async (test->cache, id, pinned, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_pin_case_finish (test->cache, result, NULL));
}

static gboolean
is_resident (CacheTest *test,
             guint      number)
{
  g_autofree char *id = cache_test_id ('c', number);
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (test->path, TRUE, NULL);

  return csm_db_conn_get_int (conn, NULL, 0, "SELECT held IS NOT NULL FROM case_ WHERE id = ?", "t", id) != 0;
}

static guint
make_room (CacheTest *test)
{
  gboolean more = TRUE;
  guint rounds = 0;

  while (more)
    {
      GAsyncResult *slot = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) blobs = NULL;

      csm_cache_make_room_async (test->cache, NULL, cache_test_on_done, &slot);
      result = cache_test_wait (&slot);
      blobs = csm_cache_make_room_finish (test->cache, result, &more, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (++rounds, <, 10000);
    }
  return rounds;
}

/* --- which are wanted ------------------------------------------------------------------------------------------------------- */

static void
test_wanted (void)
{
  CacheTest test = { 0 };
  gint64 now = csm_time_now ();
  g_autofree char *id = cache_test_id ('c', 7);

  cache_test_set_up (&test);
  cache_holding_put_case (&test, 1, "closed", "A", now - 10 * DAY, NULL);
  cache_holding_put_case (&test, 2, "closed", "A", now - 100 * DAY, NULL);
  cache_holding_put_case (&test, 3, "open", "A", now - 200 * DAY, NULL);
  cache_holding_put_case (&test, 4, "closed", "A", now - 300 * DAY, ",'ownerId':'" CACHE_TEST_ME "'");
  cache_holding_put_case (&test, 5, "closed", "A", now - 400 * DAY, ",'participantIds':{'" CACHE_TEST_ME "':true}");
  cache_holding_put_case (&test, 6, "closed", "A", now - 500 * DAY, NULL);
  cache_holding_put_case (&test, 7, "closed", "A", now - 600 * DAY, NULL);
  cache_holding_put_case (&test, 8, "closed", "A", now - 700 * DAY, NULL);
  assert_wanted (&test, 100, "1 3 4 5 of 4");
  assert_wanted (&test, 2, "1 3 of 4");
  /* What a person keeps, works in or looks at comes first. */
  pin (&test, 6, TRUE);
  cache_test_update (&test, CSM_TYPE_ID_CASE, id, "{'priority':'high'}");
  assert_wanted (&test, 100, "6 7 1 3 4 5 of 6");
  {
    g_autofree char *viewed = cache_test_id ('c', 8);
    g_autoptr (CsmCaseDetail) detail = cache_test_case (&test, viewed, CSM_TIME_NONE, 10);

    g_assert_false (detail->resident);
    g_assert_false (detail->pinned);
  }
  {
    g_autofree char *pinned = cache_test_id ('c', 6);
    g_autoptr (CsmCaseDetail) detail = cache_test_case (&test, pinned, CSM_TIME_NONE, 10);

    g_assert_true (detail->pinned);
  }
  /* That somebody looked is written when there is time. */
  cache_test_reopen (&test);
  assert_wanted (&test, 100, "6 7 8 1 3 4 5 of 7");
  /* What is here as it is on the server isn't wanted, until it changes there. */
  cache_holding_hold (&test, 1, "A", now);
  cache_holding_hold (&test, 8, "A", now);
  assert_wanted (&test, 100, "6 7 3 4 5 of 5");
  cache_holding_put_case (&test, 1, "closed", "B", now - 10 * DAY, NULL);
  assert_wanted (&test, 100, "6 7 1 3 4 5 of 6");
  /* It has been looked at, too. */
  pin (&test, 6, FALSE);
  assert_wanted (&test, 100, "6 7 1 3 4 5 of 6");
  pin (&test, 2, TRUE);
  assert_wanted (&test, 100, "2 6 7 1 3 4 5 of 7");
  pin (&test, 2, FALSE);
  assert_wanted (&test, 100, "6 7 1 3 4 5 of 6");
  cache_test_tear_down (&test);
}

static void
put_undecided (CacheTest  *test,
               guint       number,
               const char *state,
               const char *owner,
               const char *author)
{
  g_autofree char *more = g_strdup_printf (",'ownerId':'%s','undecided':{'m01J00000000000000000000077':{'by':'%s'}}", owner, author);

  cache_holding_put_case (test, number, "closed", state, csm_time_now () - (900 + number) * DAY, author != NULL ? more : NULL);
}

/* However old a case is, and however little room there is: what I have to decide about a reply I can decide without a network. */
static void
test_undecided (void)
{
  CacheTest test = { 0 };

  cache_test_set_up (&test);
  /* Mine, a colleague's in a case of mine, and one of which others have to say something. */
  put_undecided (&test, 1, "A", CACHE_TEST_ANA, CACHE_TEST_ME);
  put_undecided (&test, 2, "A", CACHE_TEST_ME, CACHE_TEST_ANA);
  put_undecided (&test, 3, "A", CACHE_TEST_ANA, CACHE_TEST_ANA);
  csm_cache_set_budget (test.cache, 1);
  assert_wanted (&test, 100, "1 2 of 2");
  cache_holding_hold (&test, 1, "A", csm_time_now () - 900 * DAY);
  assert_wanted (&test, 100, "2 of 1");
  make_room (&test);
  g_assert_true (is_resident (&test, 1));
  /* Somebody has decided. */
  put_undecided (&test, 1, "B", CACHE_TEST_ANA, NULL);
  put_undecided (&test, 2, "B", CACHE_TEST_ANA, CACHE_TEST_ANA);
  make_room (&test);
  g_assert_false (is_resident (&test, 1));
  assert_wanted (&test, 100, " of 0");
  /* It was let go, and is to be decided upon again: with what changed it is wanted, and with the case becoming mine, too. */
  put_undecided (&test, 1, "C", CACHE_TEST_ANA, CACHE_TEST_ME);
  put_undecided (&test, 3, "A", CACHE_TEST_ME, CACHE_TEST_ANA);
  assert_wanted (&test, 100, "1 3 of 2");
  cache_test_tear_down (&test);
}

/* --- what comes --------------------------------------------------------------------------------------------------------------- */

static guint
n_entries (CacheTest *test,
           guint      number,
           gboolean   resident,
           gboolean   behind)
{
  g_autofree char *id = cache_test_id ('c', number);
  g_autoptr (CsmCaseDetail) detail = cache_test_case (test, id, CSM_TIME_NONE, 1000);

  g_assert_cmpint (detail->resident, ==, resident);
  g_assert_cmpint (detail->behind, ==, behind);
  return detail->timeline->len;
}

static void
test_contents (void)
{
  CacheTest test = { 0 };
  gint64 now = csm_time_now ();
  CsmCaseContent *content;

  cache_test_set_up (&test);
  cache_holding_put_case (&test, 1, "open", "A", now, NULL);
  g_assert_cmpuint (n_entries (&test, 1, FALSE, FALSE), ==, 0);
  /* In two pages: only with the last it is all here. */
  content = cache_holding_make_content (1, NULL, "v1.1.5.x", "A");
  content->has_more = TRUE;
  content->total = 3;
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, cache_holding_make_message (1, 1, now - 3));
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, cache_holding_make_message (1, 2, now - 2));
  cache_holding_apply (&test, content);
  g_assert_cmpuint (n_entries (&test, 1, FALSE, FALSE), ==, 2);
  cache_test_reopen (&test);
  content = cache_holding_make_content (1, "v1.1.5.x", "v1.1.9.x", "A");
  content->total = 3;
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, cache_holding_make_message (1, 3, now - 1));
  cache_holding_apply (&test, content);
  g_assert_cmpuint (n_entries (&test, 1, TRUE, FALSE), ==, 3);
  /* What doesn't follow on what is known is not taken. */
  content = cache_holding_make_content (1, "v1.1.5.x", "v1.1.12.x", "B");
  content->total = 4;
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, cache_holding_make_message (1, 4, now));
  cache_holding_apply (&test, content);
  g_assert_cmpuint (n_entries (&test, 1, TRUE, FALSE), ==, 3);
  cache_holding_put_case (&test, 1, "open", "B", now, NULL);
  g_assert_cmpuint (n_entries (&test, 1, TRUE, TRUE), ==, 3);
  /* One more came, and yet there are no more than before: one went that nobody told. All of it is wanted again. */
  content = cache_holding_make_content (1, "v1.1.9.x", "v1.1.12.x", "B");
  content->total = 3;
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, cache_holding_make_message (1, 4, now));
  cache_holding_apply (&test, content);
  g_assert_cmpuint (n_entries (&test, 1, TRUE, TRUE), ==, 4);
  assert_wanted (&test, 10, "1 of 1");
  content = cache_holding_make_content (1, NULL, "v1.1.13.x", "B");
  content->total = 3;
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, cache_holding_make_message (1, 1, now - 3));
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, cache_holding_make_message (1, 3, now - 1));
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, cache_holding_make_message (1, 4, now));
  cache_holding_apply (&test, content);
  g_assert_cmpuint (n_entries (&test, 1, TRUE, FALSE), ==, 3);
  assert_wanted (&test, 10, " of 0");
  cache_test_build_search (&test);
  {
    g_autofree char *found = cache_test_ids (&test, CSM_VIEW_SEARCH, "number3");
    g_autofree char *gone = cache_test_ids (&test, CSM_VIEW_SEARCH, "number2");
    g_autofree char *id = cache_test_id ('c', 1);

    g_assert_cmpstr (found, ==, id);
    g_assert_cmpstr (gone, ==, "");
  }
  /* A case that the server doesn't know is not asked for again and again. */
  cache_holding_put_case (&test, 2, "open", "A", now, NULL);
  content = cache_holding_make_content (2, NULL, NULL, NULL);
  content->missing = TRUE;
  cache_holding_apply (&test, content);
  assert_wanted (&test, 10, " of 0");
  cache_test_tear_down (&test);
}

/* --- making room ----------------------------------------------------------------------------------------------------------------- */

static void
test_room (void)
{
  CacheTest test = { 0 };
  gint64 now = csm_time_now ();
  CsmCacheSize size;
  CsmCaseContent *content = cache_holding_make_content (7, NULL, "v1.1.5.x", "A");
  JsonObject *unsure = cache_holding_make_message (7, 7, now - DAY + 7);
  g_autofree char *waits = cache_test_id ('c', 1), *open = cache_test_id ('c', 2), *drafted = cache_test_id ('c', 3), *viewed = cache_test_id ('c', 5);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  guint left = 0;

  cache_test_set_up (&test);
  for (guint i = 1; i <= 300; i++)
    {
      cache_holding_put_case (&test, i, i <= 100 ? "closed" : "open", "A", now - (i <= 100 ? 200 : 1) * DAY + i, NULL);
      if (i != 7)
        cache_holding_hold (&test, i, "A", now - DAY + i);
    }
  /* Nobody knows whether it arrived. */
  json_object_set_object_member (unsure, "delivery", cache_test_json ("{'state':'unknown'}"));
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, unsure);
  content->total = 1;
  cache_holding_apply (&test, content);
  cache_test_build_search (&test);
  cache_test_update (&test, CSM_TYPE_ID_CASE, waits, "{'priority':'high'}");
  csm_cache_save_draft_async (test.cache, drafted, "Dear", NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  pin (&test, 4, TRUE);
  csm_case_detail_free (cache_test_case (&test, viewed, CSM_TIME_NONE, 10));
  csm_case_detail_free (cache_test_case (&test, open, CSM_TIME_NONE, 10));
  size = cache_holding_measure (&test);
  g_assert_cmpuint (size.n_messages, ==, 300);
  g_assert_cmpuint (size.n_resident_cases, ==, 300);

  /* Without a budget nothing goes, nor within it. */
  g_assert_cmpuint (make_room (&test), ==, 1);
  csm_cache_set_budget (test.cache, size.bytes * 2);
  g_assert_cmpuint (make_room (&test), ==, 1);
  g_assert_cmpuint (cache_holding_measure (&test).n_messages, ==, 300);

  /* A little over: what nobody has a reason to keep goes, oldest first. */
  csm_cache_set_budget (test.cache, size.bytes - 1);
  make_room (&test);
  g_assert_false (is_resident (&test, 6));
  g_assert_true (is_resident (&test, 101));
  g_assert_true (is_resident (&test, 300));
  size = cache_holding_measure (&test);
  g_assert_cmpuint (size.n_cases, ==, 300);
  g_assert_cmpuint (size.n_messages, ==, size.n_resident_cases);

  /* Far over: all goes but what must not. */
  csm_cache_set_budget (test.cache, 1);
  make_room (&test);
  for (guint i = 1; i <= 300; i++)
    left += is_resident (&test, i);
  g_assert_true (is_resident (&test, 1) && is_resident (&test, 2) && is_resident (&test, 3) && is_resident (&test, 4) && is_resident (&test, 7));
  g_assert_cmpuint (left, ==, 5);
  g_assert_cmpuint (cache_holding_measure (&test).n_messages, ==, 5);

  /* It is not fetched again by itself, but when it changes, when somebody wants it here, and when there is room for new things. */
  csm_cache_set_budget (test.cache, 0);
  assert_wanted (&test, 10, " of 0");
  cache_holding_put_case (&test, 200, "open", "B", now, NULL);
  assert_wanted (&test, 10, "200 of 1");
  pin (&test, 201, TRUE);
  assert_wanted (&test, 10, "201 200 of 2");
  /* Unread stays as it was. */
  {
    g_autoptr (CsmDbConn) conn = csm_db_conn_open (test.path, TRUE, NULL);

    g_assert_cmpint (csm_db_conn_get_int (conn, NULL, 0, "SELECT count (*) FROM case_ WHERE unread", NULL), ==, 300);
    g_assert_cmpint (csm_db_conn_get_int (conn, NULL, 0, "SELECT count (*) FROM case_ WHERE other_at IS NULL", NULL), ==, 0);
  }
  g_clear_object (&result);
  cache_test_tear_down (&test);
}

/* The history of a merged case is part of that of the case it went to, and comes with it. */
static void
test_merged_case (void)
{
  CacheTest test = { 0 };
  gint64 now = csm_time_now ();
  g_autofree char *survivor = cache_test_id ('c', 1), *middle = cache_test_id ('c', 2);
  g_autofree char *into_survivor = g_strdup_printf (",'mergedIntoId':'%s'", survivor);
  g_autofree char *into_middle = g_strdup_printf (",'mergedIntoId':'%s'", middle);
  guint n_wanted = 0;

  cache_test_set_up (&test);
  g_signal_connect_swapped (test.cache, "wanted", G_CALLBACK (count), &n_wanted);
  cache_holding_put_case (&test, 1, "closed", "A", now - 200 * DAY, NULL);
  cache_holding_put_case (&test, 2, "closed", "A", now - 200 * DAY, into_survivor);
  cache_holding_put_case (&test, 3, "closed", "A", now - 200 * DAY, into_middle);
  cache_holding_put_case (&test, 4, "closed", "A", now - 200 * DAY, NULL);
  assert_wanted (&test, 10, " of 0");
  /* Somebody asked for it. */
  cache_holding_hold (&test, 1, "A", now);
  g_assert_cmpuint (n_wanted, ==, 1);
  assert_wanted (&test, 10, "2 of 1");
  cache_holding_hold (&test, 2, "A", now);
  assert_wanted (&test, 10, "3 of 1");
  cache_holding_hold (&test, 3, "A", now);
  assert_wanted (&test, 10, " of 0");
  /* What happens there later comes, too: that it is taken apart again. */
  cache_holding_put_case (&test, 2, "closed", "B", now - 200 * DAY, into_survivor);
  assert_wanted (&test, 10, "2 of 1");
  g_assert_cmpuint (n_wanted, ==, 2);
  cache_test_tear_down (&test);
}

/* What was let go is fetched again once somebody has something to do with it. */
static void
test_wanted_again (void)
{
  CacheTest test = { 0 };
  gint64 now = csm_time_now ();
  g_autofree char *drafted = cache_test_id ('c', 1), *noted = cache_test_id ('n', 2), *returned = cache_test_id ('c', 3), *changed = cache_test_id ('c', 4);
  g_autofree char *seen = cache_test_id ('z', 7);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  guint n_wanted = 0;

  cache_test_set_up (&test);
  g_signal_connect_swapped (test.cache, "wanted", G_CALLBACK (count), &n_wanted);
  for (guint i = 1; i <= 7; i++)
    {
      cache_holding_put_case (&test, i, "closed", "A", now - (200 + i) * DAY, NULL);
      cache_holding_hold (&test, i, "A", now - DAY);
    }
  csm_cache_set_budget (test.cache, 1);
  make_room (&test);
  csm_cache_set_budget (test.cache, 0);
  g_assert_cmpuint (cache_holding_measure (&test).n_resident_cases, ==, 0);
  assert_wanted (&test, 10, " of 0");
  g_assert_cmpuint (n_wanted, ==, 0);

  csm_cache_save_draft_async (test.cache, drafted, "Dear", NULL, cache_test_on_done, &slot);
  g_object_unref (cache_test_wait (&slot));
  slot = NULL;
  g_assert_cmpuint (n_wanted, ==, 1);
  assert_wanted (&test, 10, "1 of 1");
  csm_cache_save_draft_async (test.cache, noted, "Note", NULL, cache_test_on_done, &slot);
  g_object_unref (cache_test_wait (&slot));
  slot = NULL;
  csm_cache_return_draft_async (test.cache, returned, "Back", NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  cache_test_update (&test, CSM_TYPE_ID_CASE, changed, "{'priority':'high'}");
  assert_wanted (&test, 10, "1 2 3 4 of 4");
  g_assert_cmpuint (n_wanted, ==, 4);
  /* It becomes mine, elsewhere; another one stays somebody else's. */
  cache_holding_put_case (&test, 5, "closed", "A", now - 205 * DAY, ",'ownerId':'" CACHE_TEST_ME "'");
  cache_holding_put_case (&test, 6, "closed", "A", now - 206 * DAY, ",'ownerId':'" CACHE_TEST_ANA "'");
  assert_wanted (&test, 10, "1 2 3 4 5 of 5");
  /* How far one has read is nothing to do. */
  cache_test_update (&test, CSM_TYPE_ID_SEEN, seen, "{'upTo':'2026-01-01T00:00:00Z'}");
  assert_wanted (&test, 10, "1 2 3 4 5 of 5");
  /* What is mine can be let go, too, and stays so while nothing of that changes. */
  csm_cache_set_budget (test.cache, 1);
  cache_holding_hold (&test, 5, "A", now - DAY);
  make_room (&test);
  csm_cache_set_budget (test.cache, 0);
  cache_holding_put_case (&test, 5, "closed", "A", now - 205 * DAY, ",'ownerId':'" CACHE_TEST_ME "','preview':'Other'");
  assert_wanted (&test, 10, "1 2 3 4 of 4");
  g_clear_object (&result);
  cache_test_tear_down (&test);
}

static void
damage (CacheTest  *test,
        const char *message_id,
        const char *bytes)
{
  g_autofree char *sql = g_strdup_printf ("UPDATE message SET packed = %s WHERE id = ?", bytes);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (test->path, FALSE, &error);

  g_assert_no_error (error);
  csm_db_conn_run (conn, &error, sql, "t", message_id);
  g_assert_no_error (error);
  g_assert_cmpint (csm_db_conn_changes (conn), ==, 1);
}

static void
assert_files (CacheTest *test,
              guint      n)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;

  csm_cache_load_wanted_files_async (test->cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  files = csm_cache_load_wanted_files_finish (test->cache, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (files->len, ==, n);
}

/* A message that can't be read here any more is left out; what the server says takes its place, and it can go. */
static void
test_damaged (void)
{
  CacheTest test = { 0 };
  gint64 now = csm_time_now ();
  g_autofree char *id = cache_test_id ('m', 1), *case_id = cache_test_id ('c', 1), *other = cache_test_id ('c', 2), *found = NULL, *gone = NULL;
  CsmCaseContent *content = cache_holding_make_content (1, NULL, "v1.1.5.x", "A");

  cache_test_set_up (&test);
  cache_holding_put_case (&test, 1, "closed", "A", now - 200 * DAY, NULL);
  cache_holding_put_case (&test, 2, "closed", "A", now - 200 * DAY, NULL);
  for (guint i = 1; i <= 3; i++)
    csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, cache_holding_make_message (1, i, now - i));
  content->total = 3;
  cache_holding_apply (&test, content);
  cache_test_build_search (&test);
  g_assert_cmpuint (n_entries (&test, 1, TRUE, FALSE), ==, 3);

  damage (&test, id, "x'0100000010ffff'");
  g_assert_cmpuint (n_entries (&test, 1, TRUE, FALSE), ==, 2);
  g_assert_null (cache_test_get (&test, CSM_TYPE_ID_MESSAGE, id));
  content = cache_holding_make_content (1, "v1.1.5.x", "v1.1.6.x", "B");
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, cache_holding_make_message (1, 1, now - 1));
  content->total = 3;
  cache_holding_apply (&test, content);
  cache_holding_put_case (&test, 1, "closed", "B", now - 200 * DAY, NULL);
  g_assert_cmpuint (n_entries (&test, 1, TRUE, FALSE), ==, 3);
  found = cache_test_ids (&test, CSM_VIEW_SEARCH, "number1");
  g_assert_cmpstr (found, ==, case_id);

  damage (&test, id, "x'00000000047b226964'");
  pin (&test, 1, TRUE);
  assert_files (&test, 2);
  pin (&test, 1, FALSE);
  csm_case_detail_free (cache_test_case (&test, other, CSM_TIME_NONE, 10));
  csm_cache_set_budget (test.cache, 1);
  make_room (&test);
  g_assert_cmpuint (cache_holding_measure (&test).n_messages, ==, 0);
  g_assert_cmpuint (n_entries (&test, 1, FALSE, FALSE), ==, 0);
  gone = cache_test_ids (&test, CSM_VIEW_SEARCH, "number1");
  g_assert_cmpstr (gone, ==, "");
  cache_test_tear_down (&test);
}

/* A file that goes makes room at once, also while it is still being removed: no case goes in its stead. */
static void
test_leaving_file (void)
{
  CacheTest test = { 0 };
  gint64 now = csm_time_now ();
  struct utimbuf long_ago = { (time_t) (now / CSM_SECOND - 30 * 86400), (time_t) (now / CSM_SECOND - 30 * 86400) };
  g_autofree char *name = g_strdup_printf ("%064u", 77u), *blob_id = g_strconcat ("B", name, NULL), *folder = NULL, *data = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) blobs = NULL;
  CsmCacheSize size;
  gboolean more = FALSE;

  cache_test_set_up (&test);
  for (guint i = 1; i <= 5; i++)
    {
      cache_holding_put_case (&test, i, "closed", "A", now - 200 * DAY + i, NULL);
      cache_holding_hold (&test, i, "A", now - 200 * DAY + i);
    }
  size = cache_holding_measure (&test);
  folder = g_build_filename (test.dir, "blobs", name, NULL);
  data = g_build_filename (folder, "data", NULL);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (data, "", 0, NULL));
  g_assert_cmpint (truncate (data, (off_t) size.bytes * 3), ==, 0);
  g_assert_cmpint (g_utime (data, &long_ago), ==, 0);
  csm_cache_set_budget (test.cache, size.bytes * 2);
  csm_cache_make_room_async (test.cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  blobs = csm_cache_make_room_finish (test.cache, result, &more, NULL);
  g_assert_cmpuint (blobs->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (blobs, 0), ==, blob_id);
  g_assert_true (more);
  g_assert_cmpuint (make_room (&test), ==, 1);
  g_assert_cmpuint (cache_holding_measure (&test).n_resident_cases, ==, 5);
  {
    g_autofree char *blob_dir = g_path_get_dirname (folder);

    g_assert_true (g_unlink (data) == 0 && g_rmdir (folder) == 0 && g_rmdir (blob_dir) == 0);
  }
  g_clear_object (&result);
  cache_test_tear_down (&test);
}

/* The same picture in two cases: with the one that goes it stays, since the other keeps it. */
static void
test_shared_file (void)
{
  CacheTest test = { 0 };
  gint64 now = csm_time_now ();
  g_autofree char *shared = g_strdup_printf ("B%064u", 7u), *own = g_strdup_printf ("B%064u", 2u);
  guint n_shared = 0, n_own = 0;
  gboolean more = TRUE;

  cache_test_set_up (&test);
  for (guint i = 1; i <= 2; i++)
    {
      CsmCaseContent *content = cache_holding_make_content (i, NULL, "v1.1.5.x", "A");
      g_autofree char *id = cache_test_id ('m', 10 + i);
      JsonObject *message = cache_holding_make_message (i, 7, now);

      cache_holding_put_case (&test, i, "closed", "A", now - 200 * DAY, NULL);
      json_object_set_string_member (message, "id", id);
      csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, message);
      csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, cache_holding_make_message (i, i, now));
      content->total = 2;
      cache_holding_apply (&test, content);
    }
  pin (&test, 1, TRUE);
  csm_cache_set_budget (test.cache, 1);
  while (more)
    {
      GAsyncResult *slot = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GPtrArray) blobs = NULL;

      csm_cache_make_room_async (test.cache, NULL, cache_test_on_done, &slot);
      result = cache_test_wait (&slot);
      blobs = csm_cache_make_room_finish (test.cache, result, &more, NULL);
      n_shared += g_ptr_array_find_with_equal_func (blobs, shared, g_str_equal, NULL);
      n_own += g_ptr_array_find_with_equal_func (blobs, own, g_str_equal, NULL);
    }
  g_assert_false (is_resident (&test, 2));
  g_assert_cmpuint (n_own, ==, 1);
  g_assert_cmpuint (n_shared, ==, 0);
  cache_test_tear_down (&test);
}

/* --- the timeline's pages ------------------------------------------------------------------------------------------------------------ */

/* Many of one instant: reading page by page brings each one, once. */
static void
test_same_instant (void)
{
  CacheTest test = { 0 };
  gint64 now = csm_time_now (), before = CSM_TIME_NONE;
  CsmCaseContent *content = cache_holding_make_content (1, NULL, "v1.1.5.x", "A");
  g_autofree char *id = cache_test_id ('c', 1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean more = TRUE;

  cache_test_set_up (&test);
  cache_holding_put_case (&test, 1, "open", "A", now, NULL);
  for (guint i = 0; i < 30; i++)
    csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, cache_holding_make_message (1, i, now - DAY + (i / 7) * CSM_SECOND));
  content->total = 30;
  cache_holding_apply (&test, content);
  while (more)
    {
      g_autoptr (CsmCaseDetail) detail = cache_test_case (&test, id, before, 4);

      g_assert_cmpuint (detail->timeline->len, >, 0);
      for (guint i = 0; i < detail->timeline->len; i++)
        {
          CsmTimelineEntry *entry = g_ptr_array_index (detail->timeline, i);

          g_assert_true (g_hash_table_add (seen, g_strdup (csm_json_get_string (entry->record, "id"))));
        }
      before = ((CsmTimelineEntry *) g_ptr_array_index (detail->timeline, 0))->at;
      more = detail->has_older;
    }
  g_assert_cmpuint (g_hash_table_size (seen), ==, 30);
  cache_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/residency/wanted", test_wanted);
  g_test_add_func ("/residency/undecided", test_undecided);
  g_test_add_func ("/residency/contents", test_contents);
  g_test_add_func ("/residency/room", test_room);
  g_test_add_func ("/residency/merged-case", test_merged_case);
  g_test_add_func ("/residency/wanted-again", test_wanted_again);
  g_test_add_func ("/residency/damaged", test_damaged);
  g_test_add_func ("/residency/leaving-file", test_leaving_file);
  g_test_add_func ("/residency/shared-file", test_shared_file);
  g_test_add_func ("/residency/same-instant", test_same_instant);
  return g_test_run ();
}
