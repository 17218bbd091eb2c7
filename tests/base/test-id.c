/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-id.h"

#include <string.h>

static void
test_shape (void)
{
  g_autofree char *id = csm_id_new ('c');

  g_assert_cmpuint (strlen (id), ==, CSM_ID_LENGTH);
  g_assert_cmpint (id[0], ==, 'c');
  g_assert_true (csm_id_is_valid (id, 'c'));
  g_assert_true (csm_id_is_valid (id, 0));
  g_assert_false (csm_id_is_valid (id, 'm'));
}

/* The time part against the ULID specification's own example, 1469918176385 ms. */
static void
test_time_part (void)
{
  g_autofree char *known = csm_id_new_at ('c', G_GINT64_CONSTANT (1469918176385) * 1000 + 999);
  g_autofree char *zero = csm_id_new_at ('c', 0);
  g_autofree char *before = csm_id_new_at ('c', -5000000);

  g_assert_true (g_str_has_prefix (known, "c01ARYZ6S41"));
  g_assert_true (g_str_has_prefix (zero, "c0000000000"));
  g_assert_true (g_str_has_prefix (before, "c0000000000"));
  g_assert_true (csm_id_is_valid (before, 'c'));
}

static void
test_order (void)
{
  g_autofree char *earlier = csm_id_new_at ('c', G_GINT64_CONSTANT (1700000000000000));
  g_autofree char *later = csm_id_new_at ('c', G_GINT64_CONSTANT (1700000000001000));

  g_assert_cmpstr (earlier, <, later);
}

static void
test_unique (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint differing[CSM_ID_LENGTH] = { 0 };
  g_autofree char *first = csm_id_new_at ('c', 1000000);

  for (int i = 0; i < 20000; i++)
    {
      char *id = csm_id_new_at ('c', 1000000);

      g_assert_true (csm_id_is_valid (id, 'c'));
      for (int at = 0; at < CSM_ID_LENGTH; at++)
        differing[at] += id[at] != first[at];
      g_assert_true (g_hash_table_add (seen, id));
    }
  for (int at = 0; at < CSM_ID_LENGTH; at++)
    {
      if (at < 11)
        g_assert_cmpuint (differing[at], ==, 0);
      else
        g_assert_cmpuint (differing[at], >, 18000);
    }
}

static void
test_with_letter (void)
{
  g_autofree char *id = csm_id_new ('c');
  g_autofree char *seen = csm_id_with_letter (id, 'z');

  g_assert_true (csm_id_is_valid (seen, 'z'));
  g_assert_cmpstr (seen + 1, ==, id + 1);
  g_assert_cmpint (id[0], ==, 'c');
}

static void
test_invalid (void)
{
  static const char * const wrong[] = {
    "",
    "c",
    "c01ARYZ6S41TSV4RRFFQ69G5FA",     /* too short */
    "c01ARYZ6S41TSV4RRFFQ69G5FAVV",   /* too long */
    "c01aryz6s41tsv4rrffq69g5fav",    /* lower case */
    "c81ARYZ6S41TSV4RRFFQ69G5FAV",    /* more than 48 bits of time */
    "c01ARYZ6S41TSV4RRFFQ69G5FAI",    /* not in the alphabet */
    "c01ARYZ6S41TSV4RRFFQ69G5FAL",
    "c01ARYZ6S41TSV4RRFFQ69G5FAO",
    "c01ARYZ6S41TSV4RRFFQ69G5FAU",
    "C01ARYZ6S41TSV4RRFFQ69G5FAV",
    "001ARYZ6S41TSV4RRFFQ69G5FAV",
    "c01ARYZ6S41TSV4RRFFQ69G5F-V",
    "c01ARYZ6S41TSV4RRFFQ69G5F\xC3\xA4",
  };

  g_assert_true (csm_id_is_valid ("c01ARYZ6S41TSV4RRFFQ69G5FAV", 'c'));
  g_assert_false (csm_id_is_valid (NULL, 'c'));
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_false (csm_id_is_valid (wrong[i], 'c'));
      g_assert_false (csm_id_is_valid (wrong[i], 0));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/id/shape", test_shape);
  g_test_add_func ("/id/time-part", test_time_part);
  g_test_add_func ("/id/order", test_order);
  g_test_add_func ("/id/unique", test_unique);
  g_test_add_func ("/id/with-letter", test_with_letter);
  g_test_add_func ("/id/invalid", test_invalid);
  return g_test_run ();
}
