/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-position.h"

static const char *
at (GPtrArray *list,
    guint      index)
{
  return index < list->len ? g_ptr_array_index (list, index) : NULL;
}

static gsize
put (GPtrArray *list,
     guint      index)
{
  const char *before = index > 0 ? at (list, index - 1) : NULL, *after = at (list, index);
  g_autofree char *position = csm_position_between (before, after);
  gsize length = strlen (position);

  g_assert_true (csm_position_is_valid (position));
  if (before != NULL)
    g_assert_cmpstr (before, <, position);
  if (after != NULL)
    g_assert_cmpstr (position, <, after);
  g_ptr_array_insert (list, index, g_steal_pointer (&position));
  return length;
}

static void
test_at_one_place (void)
{
  /* From the start, the end, behind the first, before the last, and in a middle from either side */
  for (guint way = 0; way < 6; way++)
    {
      g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
      gsize longest = 0;

      for (guint i = 0; i < 4; i++)
        put (list, list->len);
      for (guint i = 0; i < 20000; i++)
        {
          guint place[] = { 0, list->len, 1, list->len - 1, 2, list->len - 2 };

          longest = MAX (longest, put (list, place[way]));
        }
      g_assert_cmpuint (longest, <=, 6);
    }
}

static void
test_anywhere (void)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  gsize longest = 0;

  for (guint i = 0; i < 5000; i++)
    {
      longest = MAX (longest, put (list, g_test_rand_int_range (0, list->len + 1)));
      if (list->len > 20 && g_test_rand_bit ())
        g_ptr_array_remove_index (list, g_test_rand_int_range (0, list->len));
    }
  g_assert_cmpuint (longest, <=, CSM_POSITION_MAX);
}

/* Dragging to and fro between the last two is what costs most: about a byte each second time. */
static void
test_to_and_fro (void)
{
  g_autofree char *low = csm_position_between (NULL, NULL);
  g_autofree char *high = csm_position_between (low, NULL);

  for (guint i = 0; i < 190; i++)
    {
      char *position = csm_position_between (low, high);
      char **side = i % 2 == 0 ? &low : &high;

      g_assert_cmpstr (low, <, position);
      g_assert_cmpstr (position, <, high);
      g_free (*side);
      *side = position;
    }
  /* No room any more: still a position, and none that grows beyond its column. */
  for (guint i = 0; i < 50; i++)
    {
      char *position = csm_position_between (low, high);

      g_assert_cmpuint (strlen (position), <=, CSM_POSITION_MAX);
      g_assert_cmpstr (low, <=, position);
      g_assert_cmpstr (position, <=, high);
      g_free (low);
      low = position;
    }
}

static void
test_strange (void)
{
  static const char *const strange[] = { "", "a", "zzzzzzzzz", "0", "00000000", "001", "z", "!", "Ä", "V", "VV", "W", "zzzzzzzzzzzzzzzzzzzz" };
  g_autofree char *long_one = g_strnfill (CSM_POSITION_MAX, 'z');
  g_autofree char *same = csm_position_between ("V", "V");
  g_autofree char *beyond = csm_position_between (long_one, NULL);

  g_assert_cmpstr (same, >, "V");
  g_assert_cmpuint (strlen (beyond), <=, CSM_POSITION_MAX);
  g_assert_false (csm_position_is_valid (NULL));
  g_assert_false (csm_position_is_valid (""));
  g_assert_false (csm_position_is_valid ("z1"));
  g_assert_false (csm_position_is_valid ("V!"));
  for (guint i = 0; i < G_N_ELEMENTS (strange); i++)
    {
      for (guint j = 0; j < G_N_ELEMENTS (strange); j++)
        {
          g_autofree char *position = csm_position_between (strange[i], strange[j]);

          g_assert_cmpuint (strlen (position), <=, CSM_POSITION_MAX);
          g_assert_cmpstr (position, >=, strange[i]);
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/position/at-one-place", test_at_one_place);
  g_test_add_func ("/position/anywhere", test_anywhere);
  g_test_add_func ("/position/to-and-fro", test_to_and_fro);
  g_test_add_func ("/position/strange", test_strange);
  return g_test_run ();
}
