/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-test.h"

#include <glib/gstdio.h>
#include <string.h>

#include "csm-cache-private.h"
#include "csm-json.h"
#include "csm-time.h"

#define DAY (24 * 3600 * CSM_SECOND)

/* --- a server of a few words ------------------------------------------------------------------------------------------- */

static void
put_case (CacheTest  *test,
          guint       number,
          const char *status,
          const char *messages_state,
          gint64      at,
          const char *more)
{
  g_autofree char *id = cache_test_id ('c', number);
  g_autofree char *when = csm_time_format (at);
  g_autofree char *text = g_strdup_printf ("{'id':'%s','subject':'Case %u','status':'%s','lastActivityAt':'%s','messagesState':'%s'%s}",
                                           id, number, status, when, messages_state, more != NULL ? more : "");

  cache_test_put (test, CSM_TYPE_ID_CASE, cache_test_json (text));
}

static char *
make_noise (guint seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  char *noise = g_strnfill (4000, '.');

  for (char *at = noise; *at != '\0'; at++)
    *at = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-"[g_rand_int_range (rand, 0, 64)];
  return noise;
}

static JsonObject *
make_message (guint  case_number,
              guint  number,
              gint64 at)
{
  g_autofree char *id = cache_test_id ('m', number);
  g_autofree char *case_id = cache_test_id ('c', case_number);
  g_autofree char *when = csm_time_format (at);
  /* A page of the file each, however well it is packed. */
  g_autofree char *rest = make_noise (number);
  g_autofree char *text = g_strdup_printf ("{'id':'%s','caseId':'%s','at':'%s','direction':'in','textBody':'Text number%u','body':[{'type':'p','text':'%s'}],'subject':'S',"
                                           "'attachments':[{'blobId':'B%064u','name':'a.txt','type':'text/plain','size':5}]}", id, case_id, when, number, rest, number);

  return cache_test_json (text);
}

static CsmCaseContent *
make_content (guint       case_number,
              const char *old_state,
              const char *new_state,
              const char *messages_state)
{
  g_autofree char *id = cache_test_id ('c', case_number);
  CsmCaseContent *content = csm_case_content_new (id);

  content->old_state = g_strdup (old_state);
  content->new_state = g_strdup (new_state);
  content->messages_state = g_strdup (messages_state);
  content->whole = old_state == NULL;
  return content;
}

static void
apply (CacheTest      *test,
       CsmCaseContent *content)
{
  GPtrArray *contents = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_case_content_free);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (contents, content);
  csm_cache_apply_contents_async (test->cache, contents, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_apply_contents_finish (test->cache, result, &error));
  g_assert_no_error (error);
}

/* One message each, and all that there is. */
static void
hold (CacheTest  *test,
      guint       case_number,
      const char *messages_state,
      gint64      at)
{
  CsmCaseContent *content = make_content (case_number, NULL, "v1.1.5.x", messages_state);

  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, make_message (case_number, case_number, at));
  content->total = 1;
  apply (test, content);
}

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

static CsmCacheSize
measure (CacheTest *test)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  CsmCacheSize size = { 0 };

  csm_cache_measure_async (test->cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_measure_finish (test->cache, result, &size, NULL));
  return size;
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
  put_case (&test, 1, "closed", "A", now - 10 * DAY, NULL);
  put_case (&test, 2, "closed", "A", now - 100 * DAY, NULL);
  put_case (&test, 3, "open", "A", now - 200 * DAY, NULL);
  put_case (&test, 4, "closed", "A", now - 300 * DAY, ",'ownerId':'" CACHE_TEST_ME "'");
  put_case (&test, 5, "closed", "A", now - 400 * DAY, ",'participantIds':{'" CACHE_TEST_ME "':true}");
  put_case (&test, 6, "closed", "A", now - 500 * DAY, NULL);
  put_case (&test, 7, "closed", "A", now - 600 * DAY, NULL);
  put_case (&test, 8, "closed", "A", now - 700 * DAY, NULL);
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
  hold (&test, 1, "A", now);
  hold (&test, 8, "A", now);
  assert_wanted (&test, 100, "6 7 3 4 5 of 5");
  put_case (&test, 1, "closed", "B", now - 10 * DAY, NULL);
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
  put_case (&test, 1, "open", "A", now, NULL);
  g_assert_cmpuint (n_entries (&test, 1, FALSE, FALSE), ==, 0);
  /* In two pages: only with the last it is all here. */
  content = make_content (1, NULL, "v1.1.5.x", "A");
  content->has_more = TRUE;
  content->total = 3;
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, make_message (1, 1, now - 3));
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, make_message (1, 2, now - 2));
  apply (&test, content);
  g_assert_cmpuint (n_entries (&test, 1, FALSE, FALSE), ==, 2);
  cache_test_reopen (&test);
  content = make_content (1, "v1.1.5.x", "v1.1.9.x", "A");
  content->total = 3;
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, make_message (1, 3, now - 1));
  apply (&test, content);
  g_assert_cmpuint (n_entries (&test, 1, TRUE, FALSE), ==, 3);
  /* What doesn't follow on what is known is not taken. */
  content = make_content (1, "v1.1.5.x", "v1.1.12.x", "B");
  content->total = 4;
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, make_message (1, 4, now));
  apply (&test, content);
  g_assert_cmpuint (n_entries (&test, 1, TRUE, FALSE), ==, 3);
  put_case (&test, 1, "open", "B", now, NULL);
  g_assert_cmpuint (n_entries (&test, 1, TRUE, TRUE), ==, 3);
  /* One more came, and yet there are no more than before: one went that nobody told. All of it is wanted again. */
  content = make_content (1, "v1.1.9.x", "v1.1.12.x", "B");
  content->total = 3;
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, make_message (1, 4, now));
  apply (&test, content);
  g_assert_cmpuint (n_entries (&test, 1, TRUE, TRUE), ==, 4);
  assert_wanted (&test, 10, "1 of 1");
  content = make_content (1, NULL, "v1.1.13.x", "B");
  content->total = 3;
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, make_message (1, 1, now - 3));
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, make_message (1, 3, now - 1));
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, make_message (1, 4, now));
  apply (&test, content);
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
  put_case (&test, 2, "open", "A", now, NULL);
  content = make_content (2, NULL, NULL, NULL);
  content->missing = TRUE;
  apply (&test, content);
  assert_wanted (&test, 10, " of 0");
  cache_test_tear_down (&test);
}

/* --- making room ----------------------------------------------------------------------------------------------------------------- */

static void
count (guint *n)
{
  (*n)++;
}

static void
test_room (void)
{
  CacheTest test = { 0 };
  gint64 now = csm_time_now ();
  CsmCacheSize size;
  g_autofree char *waits = cache_test_id ('c', 1), *open = cache_test_id ('c', 2), *drafted = cache_test_id ('c', 3), *viewed = cache_test_id ('c', 5);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  guint left = 0;

  cache_test_set_up (&test);
  for (guint i = 1; i <= 300; i++)
    {
      put_case (&test, i, i <= 100 ? "closed" : "open", "A", now - (i <= 100 ? 200 : 1) * DAY + i, NULL);
      hold (&test, i, "A", now - DAY + i);
    }
  cache_test_build_search (&test);
  cache_test_update (&test, CSM_TYPE_ID_CASE, waits, "{'priority':'high'}");
  csm_cache_save_draft_async (test.cache, drafted, "Dear", NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  pin (&test, 4, TRUE);
  csm_case_detail_free (cache_test_case (&test, viewed, CSM_TIME_NONE, 10));
  csm_case_detail_free (cache_test_case (&test, open, CSM_TIME_NONE, 10));
  size = measure (&test);
  g_assert_cmpuint (size.n_messages, ==, 300);
  g_assert_cmpuint (size.n_resident_cases, ==, 300);

  /* Without a budget nothing goes, nor within it. */
  g_assert_cmpuint (make_room (&test), ==, 1);
  csm_cache_set_budget (test.cache, size.bytes * 2);
  g_assert_cmpuint (make_room (&test), ==, 1);
  g_assert_cmpuint (measure (&test).n_messages, ==, 300);

  /* A little over: what nobody has a reason to keep goes, oldest first. */
  csm_cache_set_budget (test.cache, size.bytes - 1);
  make_room (&test);
  g_assert_false (is_resident (&test, 6));
  g_assert_true (is_resident (&test, 101));
  g_assert_true (is_resident (&test, 300));
  size = measure (&test);
  g_assert_cmpuint (size.n_cases, ==, 300);
  g_assert_cmpuint (size.n_messages, ==, size.n_resident_cases);

  /* Far over: all goes but what must not. */
  csm_cache_set_budget (test.cache, 1);
  make_room (&test);
  for (guint i = 1; i <= 300; i++)
    left += is_resident (&test, i);
  g_assert_true (is_resident (&test, 1) && is_resident (&test, 2) && is_resident (&test, 3) && is_resident (&test, 4));
  g_assert_cmpuint (left, ==, 4);
  g_assert_cmpuint (measure (&test).n_messages, ==, 4);

  /* It is not fetched again by itself, but when it changes, when somebody wants it here, and when there is room for new things. */
  csm_cache_set_budget (test.cache, 0);
  assert_wanted (&test, 10, " of 0");
  put_case (&test, 200, "open", "B", now, NULL);
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
      put_case (&test, i, "closed", "A", now - (200 + i) * DAY, NULL);
      hold (&test, i, "A", now - DAY);
    }
  csm_cache_set_budget (test.cache, 1);
  make_room (&test);
  csm_cache_set_budget (test.cache, 0);
  g_assert_cmpuint (measure (&test).n_resident_cases, ==, 0);
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
  put_case (&test, 5, "closed", "A", now - 205 * DAY, ",'ownerId':'" CACHE_TEST_ME "'");
  put_case (&test, 6, "closed", "A", now - 206 * DAY, ",'ownerId':'" CACHE_TEST_ANA "'");
  assert_wanted (&test, 10, "1 2 3 4 5 of 5");
  /* How far one has read is nothing to do. */
  cache_test_update (&test, CSM_TYPE_ID_SEEN, seen, "{'upTo':'2026-01-01T00:00:00Z'}");
  assert_wanted (&test, 10, "1 2 3 4 5 of 5");
  /* What is mine can be let go, too, and stays so while nothing of that changes. */
  csm_cache_set_budget (test.cache, 1);
  hold (&test, 5, "A", now - DAY);
  make_room (&test);
  csm_cache_set_budget (test.cache, 0);
  put_case (&test, 5, "closed", "A", now - 205 * DAY, ",'ownerId':'" CACHE_TEST_ME "','preview':'Other'");
  assert_wanted (&test, 10, "1 2 3 4 of 4");
  g_clear_object (&result);
  cache_test_tear_down (&test);
}

/* What no function of the cache would write */
static void
execute (CacheTest  *test,
         const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (test->path, FALSE, &error);

  g_assert_no_error (error);
  csm_db_conn_exec (conn, sql, &error);
  g_assert_no_error (error);
}

static gint64
count_rows (CacheTest  *test,
            const char *table)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count (*) FROM %s", table);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (test->path, FALSE, &error);

  g_assert_no_error (error);
  return csm_db_conn_get_int (conn, NULL, -1, sql, NULL);
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
assert_no_files (CacheTest *test)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (GError) error = NULL;

  csm_cache_load_wanted_files_async (test->cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  files = csm_cache_load_wanted_files_finish (test->cache, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (files->len, ==, 0);
}

/* A message that can't be read here any more is left out; what the server says takes its place, and it can go. */
static void
test_damaged (void)
{
  CacheTest test = { 0 };
  gint64 now = csm_time_now ();
  g_autofree char *id = cache_test_id ('m', 1), *case_id = cache_test_id ('c', 1), *other = cache_test_id ('c', 2), *found = NULL, *gone = NULL;
  CsmCaseContent *content = make_content (1, NULL, "v1.1.5.x", "A");

  cache_test_set_up (&test);
  put_case (&test, 1, "closed", "A", now - 200 * DAY, NULL);
  put_case (&test, 2, "closed", "A", now - 200 * DAY, NULL);
  for (guint i = 1; i <= 3; i++)
    csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, make_message (1, i, now - i));
  content->total = 3;
  apply (&test, content);
  cache_test_build_search (&test);
  g_assert_cmpuint (n_entries (&test, 1, TRUE, FALSE), ==, 3);

  damage (&test, id, "x'0100000010ffff'");
  g_assert_cmpuint (n_entries (&test, 1, TRUE, FALSE), ==, 2);
  g_assert_null (cache_test_get (&test, CSM_TYPE_ID_MESSAGE, id));
  content = make_content (1, "v1.1.5.x", "v1.1.6.x", "B");
  csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, make_message (1, 1, now - 1));
  content->total = 3;
  apply (&test, content);
  put_case (&test, 1, "closed", "B", now - 200 * DAY, NULL);
  g_assert_cmpuint (n_entries (&test, 1, TRUE, FALSE), ==, 3);
  found = cache_test_ids (&test, CSM_VIEW_SEARCH, "number1");
  g_assert_cmpstr (found, ==, case_id);

  damage (&test, id, "x'00000000047b226964'");
  pin (&test, 1, TRUE);
  assert_no_files (&test);
  pin (&test, 1, FALSE);
  csm_case_detail_free (cache_test_case (&test, other, CSM_TIME_NONE, 10));
  csm_cache_set_budget (test.cache, 1);
  make_room (&test);
  g_assert_cmpuint (measure (&test).n_messages, ==, 0);
  g_assert_cmpuint (n_entries (&test, 1, FALSE, FALSE), ==, 0);
  gone = cache_test_ids (&test, CSM_VIEW_SEARCH, "number1");
  g_assert_cmpstr (gone, ==, "");
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
      CsmCaseContent *content = make_content (i, NULL, "v1.1.5.x", "A");
      g_autofree char *id = cache_test_id ('m', 10 + i);
      JsonObject *message = make_message (i, 7, now);

      put_case (&test, i, "closed", "A", now - 200 * DAY, NULL);
      json_object_set_string_member (message, "id", id);
      csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, message);
      csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, make_message (i, i, now));
      content->total = 2;
      apply (&test, content);
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

/* --- after a restored backup ------------------------------------------------------------------------------------------------------- */

static CsmSyncPage *
page_of (CsmTypeId    type,
         const char  *old_state,
         const char  *new_state,
         const char  *records)
{
  CsmSyncPage *page = csm_sync_page_new (type, "W");
  g_autofree char *text = g_strdup_printf ("{'list':[%s]}", records);
  g_autoptr (JsonObject) object = cache_test_json (text);
  JsonArray *list = csm_json_get_array (object, "list");

  page->old_state = g_strdup (old_state);
  page->new_state = g_strdup (new_state);
  for (guint i = 0; i < json_array_get_length (list); i++)
    g_ptr_array_add (page->records, json_node_dup_object (json_array_get_element (list, i)));
  return page;
}

static void
restart_type (CacheTest *test,
              CsmTypeId  type)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  csm_cache_restart_type_async (test->cache, type, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_restart_type_finish (test->cache, result, NULL));
}

static GPtrArray *
list_lost (CacheTest *test)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *list;

  csm_cache_list_lost_async (test->cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  list = csm_cache_list_lost_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return list;
}

#define CASE_1 "{'id':'c01J00000000000000000000001','subject':'Old','status':'open','messagesState':'A','lastActivityAt':'2026-01-01T00:00:00Z'}"
#define CASE_2 "{'id':'c01J00000000000000000000002','subject':'New','status':'open','messagesState':'A','lastActivityAt':'2026-01-02T00:00:00Z'}"
#define NOTE(n, author) "{'id':'n01J0000000000000000000000" n "','caseId':'c01J00000000000000000000002','body':'Note " n "','authorId':'" author "','at':'2026-01-02T00:00:00Z'}"

static void
lose (CacheTest  *test,
      const char *new_epoch)
{
  g_autofree char *state = g_strdup_printf ("v1.%s.3.x", new_epoch);

  cache_test_apply (test, page_of (CSM_TYPE_ID_CASE, NULL, "v1.1.9.x", CASE_1 "," CASE_2), NULL);
  cache_test_apply (test, page_of (CSM_TYPE_ID_COMMENT, NULL, "v1.1.9.x", NOTE ("3", CACHE_TEST_ME) "," NOTE ("4", CACHE_TEST_ANA)), NULL);
  hold (test, 2, "A", csm_time_now ());
  restart_type (test, CSM_TYPE_ID_COMMENT);
  restart_type (test, CSM_TYPE_ID_CASE);
  cache_test_apply (test, page_of (CSM_TYPE_ID_CASE, NULL, state, CASE_1), NULL);
  cache_test_apply (test, page_of (CSM_TYPE_ID_COMMENT, NULL, state, ""), NULL);
  g_assert_cmpuint (measure (test).n_cases, ==, 1);
  g_assert_cmpuint (measure (test).n_messages, ==, 0);
}

static void
test_lost (void)
{
  CacheTest test = { 0 };
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  cache_test_set_up (&test);
  lose (&test, "2");
  {
    g_autoptr (GPtrArray) lost = list_lost (&test);
    guint n_restorable = 0;

    g_assert_cmpuint (lost->len, ==, 4);
    for (guint i = 0; i < lost->len; i++)
      {
        CsmLostRecord *one = g_ptr_array_index (lost, i);

        n_restorable += one->restorable;
        /* Neither mails nor somebody else's words can be made again. */
        g_assert_cmpint (one->restorable, ==, one->type == CSM_TYPE_ID_CASE || g_strcmp0 (one->title, "Note 3") == 0);
      }
    g_assert_cmpuint (n_restorable, ==, 2);
  }
  csm_cache_restore_lost_async (test.cache, "Restore", NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_restore_lost_finish (test.cache, result, NULL));
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    CsmOperation *first = g_ptr_array_index (ops, 0), *second = g_ptr_array_index (ops, 1);

    g_assert_cmpuint (ops->len, ==, 2);
    g_assert_cmpstr (first->record_id, ==, "c01J00000000000000000000002");
    g_assert_cmpstr (csm_json_get_string (first->payload, "subject"), ==, "New");
    g_assert_false (json_object_has_member (first->payload, "messagesState"));
    g_assert_cmpint (second->type, ==, CSM_TYPE_ID_COMMENT);
  }
  {
    g_autoptr (GPtrArray) lost = list_lost (&test);

    g_assert_cmpuint (lost->len, ==, 2);
  }
  /* Another one's client has brought it back. */
  cache_test_put (&test, CSM_TYPE_ID_COMMENT, cache_test_json (NOTE ("4", CACHE_TEST_ANA)));
  {
    g_autoptr (GPtrArray) lost = list_lost (&test);

    g_assert_cmpuint (lost->len, ==, 1);
  }
  g_clear_object (&result);
  slot = NULL;
  csm_cache_discard_lost_async (test.cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_discard_lost_finish (test.cache, result, NULL));
  {
    g_autoptr (GPtrArray) lost = list_lost (&test);

    g_assert_cmpuint (lost->len, ==, 0);
  }
  g_clear_object (&result);
  cache_test_tear_down (&test);
}

/* What is swept because the server has forgotten what it destroyed is gone, not lost. */
static void
test_swept (void)
{
  CacheTest test = { 0 };

  cache_test_set_up (&test);
  lose (&test, "1");
  {
    g_autoptr (GPtrArray) lost = list_lost (&test);

    g_assert_cmpuint (lost->len, ==, 0);
  }
  cache_test_tear_down (&test);
}

/* --- an account that is closed ------------------------------------------------------------------------------------------------------ */

static gboolean
holds (const char *bytes,
       gsize       length,
       const char *word)
{
  gsize n = strlen (word);

  for (gsize i = 0; i + n <= length; i++)
    {
      if (memcmp (bytes + i, word, n) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
test_purge (void)
{
  CacheTest test = { 0 };
  gint64 now = csm_time_now ();
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *id = cache_test_id ('c', 1);
  g_autofree char *file = NULL;
  CsmIntent *intent = csm_intent_new ("Comment");
  g_autofree char *comment = NULL;
  gsize length;

  cache_test_set_up (&test);
  put_case (&test, 1, "open", "A", now, ",'preview':'PurgedPreview'");
  put_case (&test, 2, "open", "A", now, NULL);
  hold (&test, 1, "A", now);
  cache_test_build_search (&test);
  execute (&test, "INSERT INTO guard VALUES ('c01J00000000000000000000001', 7);"
                  "INSERT INTO outgoing VALUES ('L1', 'BPurgedBlob', 1, NULL);"
                  "CREATE VIRTUAL TABLE message_text_old USING fts5 (text, content = ''); INSERT INTO message_text_old (rowid, text) VALUES (1, 'purgedword')");
  cache_test_update (&test, CSM_TYPE_ID_CASE, id, "{'priority':'high'}");
  comment = csm_intent_create (intent, CSM_TYPE_ID_COMMENT, cache_test_json ("{'caseId':'c01J00000000000000000000001','body':'My own words'}"));
  cache_test_perform (&test, intent);

  csm_cache_purge_async (test.cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  g_assert_true (csm_cache_purge_finish (test.cache, result, NULL));
  g_assert_cmpuint (measure (&test).n_cases, ==, 0);
  g_assert_cmpuint (measure (&test).n_messages, ==, 0);
  {
    g_autoptr (GPtrArray) ops = cache_test_outbox (&test);
    g_autoptr (JsonObject) mine = cache_test_get (&test, CSM_TYPE_ID_COMMENT, comment);

    g_assert_cmpuint (ops->len, ==, 2);
    for (guint i = 0; i < ops->len; i++)
      {
        CsmOperation *op = g_ptr_array_index (ops, i);

        g_assert_cmpint (op->state, ==, CSM_OP_PARKED);
        g_assert_cmpstr (op->error, ==, "accountNotFound");
      }
    g_assert_cmpstr (csm_json_get_string (mine, "body"), ==, "My own words");
  }
  g_assert_cmpint (count_rows (&test, "guard"), ==, 0);
  g_assert_cmpint (count_rows (&test, "outgoing"), ==, 0);
  g_assert_cmpint (count_rows (&test, "message_hit"), ==, 0);
  g_assert_cmpint (count_rows (&test, "sqlite_schema WHERE name GLOB 'message_text_old*'"), ==, 0);
  /* No byte of what the server said is left in the file. */
  csm_cache_close (test.cache);
  g_assert_true (g_file_get_contents (test.path, &file, &length, NULL));
  g_assert_false (holds (file, length, "PurgedPreview"));
  g_assert_false (holds (file, length, "PurgedBlob"));
  g_assert_false (holds (file, length, "purgedword"));
  g_assert_false (holds (file, length, "Text number1"));
  g_assert_false (holds (file, length, "number1"));
  g_assert_true (holds (file, length, "My own words"));
  cache_test_reopen (&test);
  {
    g_autofree char *found = cache_test_ids (&test, CSM_VIEW_SEARCH, "number1");

    g_assert_cmpstr (found, ==, "");
  }
  g_clear_object (&result);
  cache_test_tear_down (&test);
}

/* --- the timeline's pages ------------------------------------------------------------------------------------------------------------ */

/* Many of one instant: reading page by page brings each one, once. */
static void
test_same_instant (void)
{
  CacheTest test = { 0 };
  gint64 now = csm_time_now (), before = CSM_TIME_NONE;
  CsmCaseContent *content = make_content (1, NULL, "v1.1.5.x", "A");
  g_autofree char *id = cache_test_id ('c', 1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean more = TRUE;

  cache_test_set_up (&test);
  put_case (&test, 1, "open", "A", now, NULL);
  for (guint i = 0; i < 30; i++)
    csm_case_content_add (content, CSM_TYPE_ID_MESSAGE, make_message (1, i, now - DAY + (i / 7) * CSM_SECOND));
  content->total = 30;
  apply (&test, content);
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
  g_test_add_func ("/residency/contents", test_contents);
  g_test_add_func ("/residency/room", test_room);
  g_test_add_func ("/residency/wanted-again", test_wanted_again);
  g_test_add_func ("/residency/damaged", test_damaged);
  g_test_add_func ("/residency/shared-file", test_shared_file);
  g_test_add_func ("/residency/lost", test_lost);
  g_test_add_func ("/residency/swept", test_swept);
  g_test_add_func ("/residency/purge", test_purge);
  g_test_add_func ("/residency/same-instant", test_same_instant);
  return g_test_run ();
}
