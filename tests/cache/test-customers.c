/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cache-test.h"

/* Customers who are looked for by name, and what of theirs can be opened. */

static void
put_customer (CacheTest  *test,
              guint       number,
              const char *name,
              const char *address)
{
  g_autofree char *id = cache_test_id ('u', number);
  g_autofree char *json = g_strdup_printf ("{\"id\":\"%s\",\"name\":\"%s\",\"identities\":{\"email:%s\":true}}", id, name, address);

  cache_test_put (test, CSM_TYPE_ID_CUSTOMER, cache_test_json (json));
}

static void
put_case (CacheTest  *test,
          guint       number,
          guint       customer,
          const char *subject)
{
  g_autofree char *id = cache_test_id ('c', number);
  g_autofree char *customer_id = cache_test_id ('u', customer);
  g_autofree char *at = cache_test_time ((gint64) number * 60);
  g_autofree char *json = g_strdup_printf ("{\"id\":\"%s\",\"subject\":\"%s\",\"customerId\":\"%s\",\"status\":\"open\",\"lane\":\"conversation\",\"lastActivity\":\"%s\"}",
                                           id, subject, customer_id, at);

  cache_test_put (test, CSM_TYPE_ID_CASE, cache_test_json (json));
}

static GPtrArray *
finish (CacheTest     *test,
        GAsyncResult **slot)
{
  g_autoptr (GAsyncResult) result = cache_test_wait (slot);
  g_autoptr (GError) error = NULL;
  GPtrArray *hits = csm_cache_find_customers_finish (test->cache, result, &error);

  g_assert_no_error (error);
  return hits;
}

static char *
find (CacheTest  *test,
      const char *typed,
      guint       max)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GPtrArray) hits = NULL;
  GString *names = g_string_new (NULL);

  csm_cache_find_customers_async (test->cache, typed, max, NULL, cache_test_on_done, &slot);
  hits = finish (test, &slot);
  for (guint i = 0; i < hits->len; i++)
    {
      const CsmCustomerHit *hit = hits->pdata[i];

      g_string_append_printf (names, "%s%s (%u)", i > 0 ? ", " : "", hit->name, hit->n_cases);
    }
  return g_string_free (names, FALSE);
}

static void
check (CacheTest  *test,
       const char *typed,
       guint       max,
       const char *expected)
{
  g_autofree char *found = find (test, typed, max);

  g_assert_cmpstr (found, ==, expected);
}

static void
test_find (void)
{
  CacheTest test;

  cache_test_set_up (&test);
  put_customer (&test, 1, "María López", "maria@example.org");
  put_customer (&test, 2, "Jon Park", "jon@example.com");
  put_customer (&test, 3, "Jonna Park", "jp@example.net");
  put_customer (&test, 4, "Park without Cases", "nobody@example.net");
  put_case (&test, 1, 1, "Late parcel for Jon");
  put_case (&test, 2, 2, "Ideas");
  put_case (&test, 3, 3, "Invoice");
  put_case (&test, 4, 2, "More ideas");
  cache_test_build_search (&test);

  check (&test, "maria", 5, "María López (1)");
  check (&test, "lop", 5, "María López (1)");
  check (&test, "maria@example.org", 5, "María López (1)");
  check (&test, "jon park", 5, "Jon Park (2)");
  check (&test, "park", 5, "Jon Park (2), Jonna Park (1)");
  check (&test, "park", 1, "Jon Park (2)");
  /* Subjects are no names, and neither are the words of the search's own language. */
  check (&test, "parcel", 5, "");
  check (&test, "subject : jon", 5, "");
  check (&test, "", 5, "");
  check (&test, "\")", 5, "");
  cache_test_tear_down (&test);
}

static void
test_one (void)
{
  CacheTest test;
  g_autofree char *id = cache_test_id ('u', 1);
  g_autofree char *other = cache_test_id ('u', 2);
  g_autofree char *newest = cache_test_id ('c', 2);
  g_autoptr (GPtrArray) hits = NULL;
  g_autoptr (GPtrArray) none = NULL;
  GAsyncResult *slot = NULL;
  const CsmCustomerHit *hit;

  cache_test_set_up (&test);
  put_customer (&test, 1, "María López", "maria@example.org");
  put_case (&test, 1, 1, "Late parcel");
  put_case (&test, 2, 1, "Later parcel");
  csm_cache_find_customer_async (test.cache, id, NULL, cache_test_on_done, &slot);
  hits = finish (&test, &slot);
  g_assert_cmpuint (hits->len, ==, 1);
  hit = hits->pdata[0];
  g_assert_cmpstr (hit->case_id, ==, newest);
  g_assert_cmpstr (hit->address, ==, "maria@example.org");
  g_assert_cmpuint (hit->n_cases, ==, 2);

  slot = NULL;
  csm_cache_find_customer_async (test.cache, other, NULL, cache_test_on_done, &slot);
  none = finish (&test, &slot);
  g_assert_cmpuint (none->len, ==, 0);
  cache_test_tear_down (&test);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/customers/find", test_find);
  g_test_add_func ("/customers/one", test_one);
  return g_test_run ();
}
