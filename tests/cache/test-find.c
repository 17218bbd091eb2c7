/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-test.h"

#include <string.h>

#include "csm-cache-elsewhere.h"
#include "csm-json.h"

/* Lists in other orders, and searches that name what they look for. */

#define ID(letter, n) letter "01J0000000000000000000000" n
#define N_MANY 1200
#define MARTA ID ("u", "1")
#define ELIO ID ("u", "2")

static void
put (CacheTest  *test,
     CsmTypeId   type,
     const char *text)
{
  cache_test_put (test, type, cache_test_json (text));
}

/* The last digits of the cases' ids */
static char *
digits_of (CacheTest *test,
           GArray    *rowids)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (guint i = 0; i < rowids->len; i++)
    {
      g_autoptr (GArray) one = g_array_new (FALSE, FALSE, sizeof (gint64));
      g_autoptr (GPtrArray) rows = NULL;

      g_array_append_val (one, g_array_index (rowids, gint64, i));
      rows = cache_test_rows (test, one);
      g_string_append_c (digits, ((CsmCaseRow *) g_ptr_array_index (rows, 0))->id[26]);
    }
  return g_string_free (g_steal_pointer (&digits), FALSE);
}

static char *
list_view (CacheTest         *test,
           const CsmCaseView *view)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) rowids = NULL;

  csm_cache_list_cases_async (test->cache, view, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  rowids = csm_cache_list_cases_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return digits_of (test, rowids);
}

/* --- orders ----------------------------------------------------------------------------------------------------------- */

static void
assert_order (CacheTest    *test,
              CsmViewKind   kind,
              const char   *key,
              CsmCaseOrder  order,
              const char   *expected)
{
  g_autoptr (CsmCaseView) view = csm_case_view_new (kind, key);
  g_autofree char *digits = NULL;

  view->order = order;
  digits = list_view (test, view);
  g_assert_cmpstr (digits, ==, expected);
}

static void
put_message (CacheTest  *test,
             const char *number,
             const char *case_number,
             const char *author,
             const char *day)
{
  g_autofree char *text = g_strdup_printf ("{'id':'m01J0000000000000000000000%s','caseId':'c01J0000000000000000000000%s','authorId':%s,'at':'2023-11-%sT10:00:00Z',"
                                           "'textBody':'Hello'}", number, case_number, author, day);

  put (test, CSM_TYPE_ID_MESSAGE, text);
}

static void
test_orders (void)
{
  CacheTest test = { 0 };

  cache_test_set_up (&test);
  put (&test, CSM_TYPE_ID_CUSTOMER, "{'id':'" MARTA "','name':'Marta'}");
  put (&test, CSM_TYPE_ID_CUSTOMER, "{'id':'" ELIO "','name':'\u00c9lio'}");
  put (&test, CSM_TYPE_ID_CASE, "{'id':'" ID ("c", "1") "','subject':'A','status':'open','customerId':'" MARTA "','lastActivityAt':'2023-11-15T00:00:00Z'}");
  put (&test, CSM_TYPE_ID_CASE, "{'id':'" ID ("c", "2") "','subject':'B','status':'open','customerId':'" ELIO "','lastActivityAt':'2023-11-16T00:00:00Z',"
                                "'dueAt':'2023-12-02T00:00:00Z'}");
  put (&test, CSM_TYPE_ID_CASE, "{'id':'" ID ("c", "3") "','subject':'C','status':'open','lastActivityAt':'2023-11-17T00:00:00Z',"
                                "'dueAt':'2023-12-04T00:00:00Z','clockAt':'2023-12-01T00:00:00Z','warnAt':'2023-11-30T00:00:00Z'}");
  put (&test, CSM_TYPE_ID_CASE, "{'id':'" ID ("c", "4") "','subject':'D','status':'new','customerId':'" MARTA "','lastActivityAt':'2023-11-18T00:00:00Z'}");
  assert_order (&test, CSM_VIEW_INBOX, NULL, CSM_ORDER_NEWEST, "4321");
  assert_order (&test, CSM_VIEW_INBOX, NULL, CSM_ORDER_OLDEST, "1234");
  assert_order (&test, CSM_VIEW_INBOX, NULL, CSM_ORDER_DUE, "3241");
  assert_order (&test, CSM_VIEW_INBOX, NULL, CSM_ORDER_CUSTOMER, "2413");

  /* Whoever asks again does not lose the place. */
  put_message (&test, "1", "4", "null", "10");
  put_message (&test, "2", "4", "null", "18");
  put_message (&test, "3", "3", "null", "09");
  put_message (&test, "4", "3", "'" CACHE_TEST_ANA "'", "12");
  put_message (&test, "5", "3", "null", "13");
  put_message (&test, "6", "1", "null", "14");
  assert_order (&test, CSM_VIEW_INBOX, NULL, CSM_ORDER_WAITING, "4312");
  cache_test_update (&test, CSM_TYPE_ID_CASE, ID ("c", "4"), "{'dueAt':'2023-11-30T00:00:00Z'}");
  assert_order (&test, CSM_VIEW_INBOX, NULL, CSM_ORDER_DUE, "4321");
  assert_order (&test, CSM_VIEW_SEARCH, "hello", CSM_ORDER_OLDEST, "134");
  cache_test_tear_down (&test);
}

/* So many are looked up in another way. */
static void
test_many (void)
{
  CacheTest test = { 0 };
  CsmSyncPage *page = csm_sync_page_new (CSM_TYPE_ID_CASE, "W");
  g_autoptr (CsmCaseView) view = csm_case_view_new (CSM_VIEW_INBOX, NULL);
  g_autofree char *digits = NULL;

  cache_test_set_up (&test);
  put (&test, CSM_TYPE_ID_CUSTOMER, "{'id':'" MARTA "','name':'Marta'}");
  put (&test, CSM_TYPE_ID_CUSTOMER, "{'id':'" ELIO "','name':'\u00c9lio'}");
  put (&test, CSM_TYPE_ID_CUSTOMER, "{'id':'" ID ("u", "3") "'}");
  for (guint i = 0; i < N_MANY; i++)
    {
      g_autofree char *id = cache_test_id ('c', 10 + i), *at = cache_test_time (i);
      g_autofree char *customer = i % 4 != 0 ? g_strdup_printf ("'u01J0000000000000000000000%u'", i % 4) : g_strdup ("null");
      g_autofree char *text = g_strdup_printf ("{'id':'%s','status':'open','customerId':%s,'lastActivityAt':'%s'}", id, customer, at);

      g_ptr_array_add (page->records, cache_test_json (text));
    }
  g_assert_true (cache_test_apply (&test, page, NULL));
  view->order = CSM_ORDER_CUSTOMER;
  digits = list_view (&test, view);
  /* Élio's are the second of four, Marta's the first; those without a name keep their order. */
  g_assert_cmpuint (strlen (digits), ==, N_MANY);
  g_assert_true (g_str_has_prefix (digits, "840628406"));
  g_assert_cmpint (strncmp (digits + N_MANY / 4, "73951", 5), ==, 0);
  g_assert_cmpint (strncmp (digits + N_MANY / 2, "96521", 5), ==, 0);
  cache_test_tear_down (&test);
}

static void
test_equal (void)
{
  g_autoptr (CsmCaseView) a = csm_case_view_new (CSM_VIEW_INBOX, NULL);
  g_autoptr (CsmCaseView) b = NULL;

  a->order = CSM_ORDER_DUE;
  b = csm_case_view_copy (a);
  g_assert_true (csm_case_view_equal (a, b));
  b->order = CSM_ORDER_NEWEST;
  g_assert_false (csm_case_view_equal (a, b));
}

/* --- how many --------------------------------------------------------------------------------------------------------- */

static guint
count (CacheTest  *test,
       const char *typed,
       guint       most)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint n = G_MAXUINT;

  csm_cache_count_found_async (test->cache, typed, most, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  csm_cache_count_found_finish (test->cache, result, &n, &error);
  g_assert_no_error (error);
  return n;
}

/* --- filters ---------------------------------------------------------------------------------------------------------- */

static void
assert_found (CacheTest  *test,
              const char *typed,
              const char *expected)
{
  g_autoptr (CsmCaseView) view = csm_case_view_new (CSM_VIEW_SEARCH, typed);
  g_autofree char *digits = list_view (test, view);

  g_test_message ("%s", typed);
  g_assert_cmpstr (digits, ==, expected);
}

static void
set_up_filters (CacheTest *test)
{
  cache_test_set_up (test);
  put (test, CSM_TYPE_ID_PERSON, "{'id':'" CACHE_TEST_ME "','name':'Ben Okoro'}");
  put (test, CSM_TYPE_ID_PERSON, "{'id':'" CACHE_TEST_ANA "','name':'Ana'}");
  put (test, CSM_TYPE_ID_PERSON, "{'id':'" ID ("p", "3") "','name':'Anabel It\\u0027s'}");
  put (test, CSM_TYPE_ID_TEAM, "{'id':'" ID ("t", "1") "','name':'Service'}");
  put (test, CSM_TYPE_ID_TAG, "{'id':'" ID ("g", "1") "','name':'On hold'}");
  put (test, CSM_TYPE_ID_CHANNEL, "{'id':'" ID ("h", "1") "','name':'Support','kind':'email'}");
  put (test, CSM_TYPE_ID_CUSTOMER, "{'id':'" MARTA "','name':'Marta L\u00f3pez'}");
  put (test, CSM_TYPE_ID_CASE, "{'id':'" ID ("c", "1") "','subject':'Late parcel','status':'open','lane':'conversation','customerId':'" MARTA "',"
                               "'ownerId':'" CACHE_TEST_ME "','tags':{'" ID ("g", "1") "':true},'lastActivityAt':'2023-11-15T10:00:00Z'}");
  put (test, CSM_TYPE_ID_CASE, "{'id':'" ID ("c", "2") "','subject':'Lamp','status':'waiting','lane':'conversation','ownerId':'" CACHE_TEST_ANA "',"
                               "'teamId':'" ID ("t", "1") "','channelIds':{'" ID ("h", "1") "':true},'hasAttachment':true,'dueAt':'2023-12-02T00:00:00Z','lastActivityAt':'2023-11-16T10:00:00Z'}");
  put (test, CSM_TYPE_ID_CASE, "{'id':'" ID ("c", "3") "','subject':'Parcel lost','status':'snoozed','snoozedUntil':'2023-11-18T00:00:00Z','lane':'conversation',"
                               "'ownerId':'" ID ("p", "3") "','priority':'urgent','clockAt':'2023-11-18T00:00:00Z','warnAt':'2023-11-17T20:00:00Z','lastActivityAt':'2023-11-17T10:00:00Z'}");
  put (test, CSM_TYPE_ID_CASE, "{'id':'" ID ("c", "4") "','subject':'Cheap parcels','status':'new','lane':'spam','lastActivityAt':'2023-11-18T10:00:00Z'}");
  put (test, CSM_TYPE_ID_MESSAGE, "{'id':'" ID ("m", "1") "','caseId':'" ID ("c", "2") "','at':'2023-11-10T10:00:00Z','textBody':'My parcel has a lamp',"
                                  "'from':[{'name':'Jon Park','address':'jon@example.com'}],'to':[{'name':'Support','address':'help@example.org'}]}");
  put (test, CSM_TYPE_ID_MESSAGE, "{'id':'" ID ("m", "2") "','caseId':'" ID ("c", "1") "','at':'2023-11-15T10:00:00Z','textBody':'We look for it','authorId':'" CACHE_TEST_ANA "',"
                                  "'from':[{'name':'Support','address':'help@example.org'}],'to':[{'name':'Marta','address':'marta@example.net'}]}");
  put (test, CSM_TYPE_ID_COMMENT, "{'id':'" ID ("n", "1") "','caseId':'" ID ("c", "3") "','at':'2023-11-17T10:00:00Z','body':'Ask the depot about the lamp','mentions':{'" CACHE_TEST_ME "':true}}");
  put (test, CSM_TYPE_ID_TASK, "{'id':'" ID ("k", "1") "','caseId':'" ID ("c", "1") "','title':'Call the depot'}");
}

static void
test_count (void)
{
  CacheTest test = { 0 };

  set_up_filters (&test);
  g_assert_cmpuint (count (&test, "parcel", 100), ==, 4);
  g_assert_cmpuint (count (&test, "parcel", 4), ==, 4);
  g_assert_cmpuint (count (&test, "parcel", 2), ==, 2);
  g_assert_cmpuint (count (&test, "lamp", 100), ==, 2);
  g_assert_cmpuint (count (&test, "is:open", 100), ==, 2);
  g_assert_cmpuint (count (&test, "from:jon", 100), ==, 1);
  g_assert_cmpuint (count (&test, "to:jon", 100), ==, 0);
  g_assert_cmpuint (count (&test, "", 100), ==, 0);
  /* What is said in two merged cases is found in one. */
  cache_test_update (&test, CSM_TYPE_ID_CASE, ID ("c", "2"), "{'mergedIntoId':'" ID ("c", "3") "'}");
  g_assert_cmpuint (count (&test, "lamp", 100), ==, 1);
  cache_test_tear_down (&test);
}

static const struct
{
  const char *typed;
  const char *digits;
} filters[] = {
  { "parcel", "4321" },
  { "owner:me", "1" },
  { "owner:ben", "1" },
  { "owner:oko", "1" },
  { "owner:ana", "2" },
  { "owner:anab", "3" },
  { "owner:\"anabel it's\"", "3" },
  { "owner:none", "" },
  { "owner:nobody", "" },
  { "-owner:me", "32" },
  { "-owner:me parcel", "432" },
  { "owner:", "" },
  { "parcel owner:", "4321" },
  { "parcel owner:me", "1" },
  { "team:serv", "2" },
  { "team:none", "31" },
  { "tag:\"on hold\"", "1" },
  { "-tag:on", "32" },
  { "channel:supp", "2" },
  { "channel:email", "2" },
  { "-channel:email", "31" },
  { "is:waiting", "2" },
  { "is:wai owner:me", "" },
  { "is:open", "31" },
  { "is:snoozed", "" },
  { "is:unassigned", "" },
  { "is:spam", "4" },
  { "is:mine", "1" },
  { "is:urgent", "3" },
  { "is:nonsense", "" },
  { "-is:waiting", "31" },
  { "has:attachment", "2" },
  { "has:task", "1" },
  { "has:comment", "3" },
  { "has:draft", "" },
  { "has:tag", "1" },
  { "has:due", "2" },
  { "is:late", "3" },
  { "-is:late", "21" },
  { "is:mentioned", "3" },
  { "-has:task", "32" },
  { "-has:attachment", "31" },
  { "has:task owner:me", "1" },
  { "parcel has:task", "1" },
  { "parcel -has:task", "432" },
  { "parcel has:comment", "3" },
  { "parcel has:attachment", "2" },
  { "parcel is:late", "3" },
  { "parcel has:tag", "1" },
  { "in:spam", "4" },
  { "in:inbox", "31" },
  { "lamp", "32" },
  { "lamp in:comments", "3" },
  { "lamp in:messages", "2" },
  { "parcel in:subject", "431" },
  { "lamp -in:comments", "2" },
  { "from:jon", "2" },
  { "from:jon@example.com lamp", "2" },
  { "from:marta", "1" },
  { "from:lopez", "1" },
  { "from:help", "1" },
  { "to:marta", "1" },
  { "to:jon", "" },
  { "to:help", "2" },
  { "from:ana", "1" },
  { "from:marta depot", "" },
  { "-from:marta parcel", "432" },
  { "after:2023-11-17", "3" },
  { "before:2023-11-16", "1" },
  { "before:2023-11 parcel", "" },
  { "before:2023-11-12 parcel", "2" },
  { "after:2023-11-12 before:2023-12 parcel", "431" },
  { "after:nonsense", "" },
  { "-after:2023-11-16", "1" },
};

static void
test_filters (void)
{
  CacheTest test = { 0 };

  set_up_filters (&test);
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    assert_found (&test, filters[i].typed, filters[i].digits);
  /* What waits to be sent counts. */
  cache_test_update (&test, CSM_TYPE_ID_CASE, ID ("c", "3"), "{'ownerId':'" CACHE_TEST_ME "'}");
  assert_found (&test, "owner:me", "31");
  cache_test_tear_down (&test);
}

/* Whatever is typed is a search, and never an error. */
static void
test_anything (void)
{
  static const char * const pieces[] = { "owner:", "from:", "to:", "in:subject", "-", "\"", " ", "lamp", "'", "*", "me", "tag:", "before:", "2023", "(", "\u4e2d", "{names}", ")" };
  CacheTest test = { 0 };

  set_up_filters (&test);
  for (guint round = 0; round < 400; round++)
    {
      g_autoptr (GString) typed = g_string_new (NULL);
      g_autoptr (CsmCaseView) view = NULL;
      g_autofree char *digits = NULL;

      for (int n = g_test_rand_int_range (1, 9); n > 0; n--)
        g_string_append (typed, pieces[g_test_rand_int_range (0, (int) G_N_ELEMENTS (pieces))]);
      view = csm_case_view_new (CSM_VIEW_SEARCH, typed->str);
      digits = list_view (&test, view);
    }
  cache_test_tear_down (&test);
}

static char *
passage_of (CacheTest  *test,
            const char *typed,
            const char *case_id)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) rowids = cache_test_list (test, CSM_VIEW_SEARCH, typed);
  g_autoptr (GPtrArray) rows = cache_test_rows (test, rowids);
  g_autoptr (GHashTable) passages = NULL;

  csm_cache_load_passages_async (test->cache, typed, rowids, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  passages = csm_cache_load_passages_finish (test->cache, result, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    {
      const CsmCaseRow *row = g_ptr_array_index (rows, i);

      if (g_str_equal (row->id, case_id))
        return g_strdup (g_hash_table_lookup (passages, &row->rowid));
    }
  return NULL;
}

static void
test_passages (void)
{
  CacheTest test = { 0 };
  g_autofree char *message = NULL;
  g_autofree char *comment = NULL;
  g_autofree char *subject = NULL;

  set_up_filters (&test);
  message = passage_of (&test, "lamp has:attachment", ID ("c", "2"));
  comment = passage_of (&test, "depot lam", ID ("c", "3"));
  subject = passage_of (&test, "late", ID ("c", "1"));
  g_assert_cmpstr (message, ==, "My parcel has a lamp");
  g_assert_cmpstr (comment, ==, "Ask the depot about the lamp");
  g_assert_null (subject);
  cache_test_tear_down (&test);
}

/* --- searches that are kept ---------------------------------------------------------------------------------------------- */

static char *
names_of_views (CacheTest *test)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDirectory) directory = NULL;
  g_autoptr (GString) names = g_string_new (NULL);

  csm_cache_load_directory_async (test->cache, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  directory = csm_cache_load_directory_finish (test->cache, result, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < directory->views->len; i++)
    g_string_append_printf (names, "%s ", csm_json_get_string (g_ptr_array_index (directory->views, i), "name"));
  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
assert_views (CacheTest  *test,
              const char *expected)
{
  g_autofree char *names = names_of_views (test);

  g_assert_cmpstr (names, ==, expected);
}

static void
test_kept (void)
{
  CacheTest test = { 0 };
  CsmIntent *intent = csm_intent_new ("Save search");
  g_autofree char *id = NULL;
  gint64 group;

  cache_test_set_up (&test);
  put (&test, CSM_TYPE_ID_VIEW, "{'id':'" ID ("w", "1") "','name':'Late','search':'is:late','position':'n'}");
  put (&test, CSM_TYPE_ID_VIEW, "{'id':'" ID ("w", "2") "','name':'Urgent','search':'is:urgent','position':'g'}");
  assert_views (&test, "Urgent Late ");
  id = csm_intent_create (intent, CSM_TYPE_ID_VIEW, cache_test_json ("{'name':'Mine','search':'owner:me'}"));
  group = cache_test_perform (&test, intent);
  assert_views (&test, "Urgent Late Mine ");
  cache_test_update (&test, CSM_TYPE_ID_VIEW, id, "{'position':'a'}");
  assert_views (&test, "Mine Urgent Late ");
  intent = csm_intent_new ("Delete search");
  csm_intent_destroy (intent, CSM_TYPE_ID_VIEW, ID ("w", "2"));
  g_assert_cmpint (cache_test_perform (&test, intent), >, group);
  assert_views (&test, "Mine Late ");
  cache_test_tear_down (&test);
}

/* --- what the server found --------------------------------------------------------------------------------------------- */

static GArray *
pick (CacheTest  *test,
      const char *typed,
      const char *digits)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) ids = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GArray *rowids;

  for (const char *at = digits; *at != '\0'; at++)
    {
      g_autofree char *id = g_strdup_printf ("c01J0000000000000000000000%c", *at);

      g_strv_builder_add (builder, id);
    }
  ids = g_strv_builder_end (builder);
  csm_cache_pick_cases_async (test->cache, typed, (const char * const *) ids, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  rowids = csm_cache_pick_cases_finish (test->cache, result, &error);
  g_assert_no_error (error);
  return rowids;
}

static void
assert_picked (CacheTest  *test,
               const char *typed,
               const char *given,
               const char *expected)
{
  g_autoptr (GArray) rowids = pick (test, typed, given);
  g_autofree char *digits = digits_of (test, rowids);

  g_test_message ("%s", typed);
  g_assert_cmpstr (digits, ==, expected);
}

/* The whole list with what was picked at its end */
static void
assert_ends (CacheTest    *test,
             const char   *typed,
             CsmCaseOrder  order,
             GArray       *elsewhere,
             const char   *expected)
{
  g_autoptr (CsmCaseView) view = csm_case_view_new (CSM_VIEW_SEARCH, typed);
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (gint64));
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (CsmListEdits) edits = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *digits = NULL;

  view->order = order;
  csm_cache_diff_cases_async (test->cache, view, elsewhere, none, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  edits = csm_cache_diff_cases_finish (test->cache, result, &error);
  g_assert_no_error (error);
  digits = digits_of (test, edits->ids);
  g_assert_cmpstr (digits, ==, expected);
}

static void
test_elsewhere (void)
{
  CacheTest test = { 0 };
  g_autoptr (GArray) picked = NULL;

  set_up_filters (&test);
  assert_picked (&test, "depot", "8321", "21");
  assert_picked (&test, "depot", "1122", "12");
  assert_picked (&test, "depot is:waiting", "12", "2");
  assert_picked (&test, "depot -is:waiting", "12", "1");
  assert_picked (&test, "depot owner:me tag:on", "12", "1");
  assert_picked (&test, "depot from:marta", "12", "1");
  assert_picked (&test, "depot after:2023-11-16", "12", "2");
  assert_picked (&test, "depot to:marta", "12", "");
  assert_picked (&test, "depot in:comments", "12", "");
  assert_picked (&test, "depot", "", "");
  picked = pick (&test, "depot -is:closed", "12");
  assert_ends (&test, "depot -is:closed", CSM_ORDER_NEWEST, NULL, "3");
  assert_ends (&test, "depot -is:closed", CSM_ORDER_NEWEST, picked, "312");
  assert_ends (&test, "depot -is:closed", CSM_ORDER_OLDEST, picked, "312");
  /* It came meanwhile, and stays where it is; the other one doesn't fit any more. */
  put (&test, CSM_TYPE_ID_MESSAGE, "{'id':'" ID ("m", "8") "','caseId':'" ID ("c", "1") "','at':'2023-11-14T10:00:00Z','textBody':'The depot'}");
  put (&test, CSM_TYPE_ID_CASE, "{'id':'" ID ("c", "2") "','subject':'Lamp','status':'closed','lane':'conversation','lastActivityAt':'2023-11-16T10:00:00Z'}");
  assert_ends (&test, "depot -is:closed", CSM_ORDER_NEWEST, NULL, "31");
  assert_ends (&test, "depot -is:closed", CSM_ORDER_NEWEST, picked, "31");
  put (&test, CSM_TYPE_ID_CASE, "{'id':'" ID ("c", "3") "','subject':'Parcel lost','status':'closed','lane':'conversation','lastActivityAt':'2023-11-17T10:00:00Z'}");
  assert_ends (&test, "depot -is:closed", CSM_ORDER_NEWEST, picked, "1");
  cache_test_tear_down (&test);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cache/find/orders", test_orders);
  g_test_add_func ("/cache/find/orders-many", test_many);
  g_test_add_func ("/cache/find/orders-equal", test_equal);
  g_test_add_func ("/cache/find/count", test_count);
  g_test_add_func ("/cache/find/filters", test_filters);
  g_test_add_func ("/cache/find/anything", test_anything);
  g_test_add_func ("/cache/find/passages", test_passages);
  g_test_add_func ("/cache/find/kept", test_kept);
  g_test_add_func ("/cache/find/elsewhere", test_elsewhere);
  return g_test_run ();
}
