/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-test.h"

/* Lists in other orders, and searches that name what they look for. */

#define ID(letter, n) letter "01J0000000000000000000000" n
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
list_view (CacheTest         *test,
           const CsmCaseView *view)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) digits = g_string_new (NULL);
  g_autoptr (GArray) rowids = NULL;

  csm_cache_list_cases_async (test->cache, view, NULL, cache_test_on_done, &slot);
  result = cache_test_wait (&slot);
  rowids = csm_cache_list_cases_finish (test->cache, result, &error);
  g_assert_no_error (error);
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

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cache/find/orders", test_orders);
  g_test_add_func ("/cache/find/orders-equal", test_equal);
  return g_test_run ();
}
