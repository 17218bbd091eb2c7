/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-types.h"

static GArray *
ids_new (const gint64 *ids,
         guint         n)
{
  GArray *array = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_array_append_vals (array, ids, n);
  return array;
}

/* The naive model: the list as a GtkListView would see it. */
static void
apply (GArray             *shown,
       const CsmListEdits *edits)
{
  guint behind = 0;

  for (guint i = 0; i < edits->edits->len; i++)
    {
      const CsmListEdit *edit = &g_array_index (edits->edits, CsmListEdit, i);

      g_assert_cmpuint (edit->removed + edit->added, >, 0);
      g_assert_cmpuint (edit->position + edit->removed, <=, shown->len);
      g_assert_cmpuint (edit->position, >=, behind);
      if (edit->removed > 0)
        g_array_remove_range (shown, edit->position, edit->removed);
      if (edit->added > 0)
        g_array_insert_vals (shown, edit->position, &g_array_index (edits->ids, gint64, edit->first), edit->added);
      behind = edit->position + edit->added;
    }
}

/* Quadratic: how many may stay where they are. */
static guint
longest_kept (GArray *old_ids,
              GArray *new_ids)
{
  g_autofree guint *row = g_new0 (guint, new_ids->len + 1);

  for (guint i = 0; i < old_ids->len; i++)
    {
      guint diagonal = 0;

      for (guint j = 0; j < new_ids->len; j++)
        {
          guint above = row[j + 1];

          if (g_array_index (old_ids, gint64, i) == g_array_index (new_ids, gint64, j))
            row[j + 1] = diagonal + 1;
          else
            row[j + 1] = MAX (row[j + 1], row[j]);
          diagonal = above;
        }
    }
  return row[new_ids->len];
}

static void
check (GArray *old_ids,
       GArray *new_ids)
{
  g_autoptr (GArray) shown = g_array_copy (old_ids);
  g_autoptr (CsmListEdits) edits = csm_list_edits_compute (old_ids, g_array_ref (new_ids), G_MAXUINT);
  guint removed = 0;

  apply (shown, edits);
  g_assert_cmpmem (shown->data, shown->len * sizeof (gint64), new_ids->data, new_ids->len * sizeof (gint64));
  for (guint i = 0; i < edits->edits->len; i++)
    removed += g_array_index (edits->edits, CsmListEdit, i).removed;
  g_assert_cmpuint (removed, ==, old_ids->len - longest_kept (old_ids, new_ids));
}

static void
test_examples (void)
{
  const gint64 before[] = { 1, 2, 3, 4, 5 }, to_top[] = { 4, 1, 2, 3, 5 };
  g_autoptr (GArray) old_ids = ids_new (before, 5);
  g_autoptr (GArray) empty = ids_new (NULL, 0);
  g_autoptr (GArray) moved = ids_new (to_top, 5);
  g_autoptr (CsmListEdits) edits = csm_list_edits_compute (old_ids, g_array_ref (moved), 10);
  g_autoptr (CsmListEdits) same = csm_list_edits_compute (old_ids, g_array_ref (old_ids), 0);

  check (old_ids, moved);
  check (old_ids, empty);
  check (empty, old_ids);
  check (empty, empty);
  /* A row that moves to the top is one insertion and one removal. */
  g_assert_cmpuint (edits->edits->len, ==, 2);
  g_assert_cmpuint (same->edits->len, ==, 0);
}

static void
test_too_many (void)
{
  const gint64 before[] = { 1, 2, 3, 4, 5, 6 }, after[] = { 1, 3, 5 };
  g_autoptr (GArray) old_ids = ids_new (before, 6);
  g_autoptr (CsmListEdits) enough = csm_list_edits_compute (old_ids, ids_new (after, 3), 3);
  g_autoptr (CsmListEdits) too_many = csm_list_edits_compute (old_ids, ids_new (after, 3), 2);

  g_assert_nonnull (enough->edits);
  g_assert_null (too_many->edits);
  g_assert_cmpuint (too_many->ids->len, ==, 3);
}

static void
change (GArray *ids,
        gint64 *next)
{
  guint at = ids->len > 0 ? (guint) g_test_rand_int_range (0, (int) ids->len) : 0;
  gint64 id;

  switch (g_test_rand_int_range (0, 3))
    {
    case 0:
      id = (*next)++;
      g_array_insert_val (ids, at, id);
      break;
    case 1:
      if (ids->len > 0)
        g_array_remove_index (ids, at);
      break;
    default:
      if (ids->len == 0)
        break;
      id = g_array_index (ids, gint64, at);
      g_array_remove_index (ids, at);
      at = (guint) g_test_rand_int_range (0, (int) ids->len + 1);
      g_array_insert_val (ids, at, id);
      break;
    }
}

static void
test_random (void)
{
  g_autoptr (GArray) ids = ids_new (NULL, 0);
  gint64 next = 1;

  for (guint round = 0; round < 4000; round++)
    {
      g_autoptr (GArray) before = g_array_copy (ids);
      int n = g_test_rand_int_range (0, 12);

      for (int i = 0; i < n; i++)
        change (ids, &next);
      while (ids->len > 60)
        g_array_remove_index (ids, (guint) g_test_rand_int_range (0, (int) ids->len));
      check (before, ids);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/list-edits/examples", test_examples);
  g_test_add_func ("/list-edits/too-many", test_too_many);
  g_test_add_func ("/list-edits/random", test_random);
  return g_test_run ();
}
