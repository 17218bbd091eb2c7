/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-types.h"

/**
 * csm_list_edits_free:
 * @edits: (transfer full) (nullable): edits
 */
void
csm_list_edits_free (CsmListEdits *edits)
{
  if (edits == NULL)
    return;
  g_array_unref (edits->ids);
  if (edits->edits != NULL)
    g_array_unref (edits->edits);
  g_free (edits);
}

static inline gint64
id_at (GArray *ids,
       guint   i)
{
  return g_array_index (ids, gint64, i);
}

/* For each old element between the equal ends: where it is in the new list, or -1. */
static gint *
find_targets (GArray *old_ids,
              GArray *new_ids,
              guint   head,
              guint   n_old,
              guint   n_new)
{
  g_autoptr (GHashTable) places = g_hash_table_new (g_int64_hash, g_int64_equal);
  gint *targets = g_new (gint, MAX (n_old, 1));

  for (guint j = 0; j < n_new; j++)
    g_hash_table_insert (places, &g_array_index (new_ids, gint64, head + j), GUINT_TO_POINTER (j + 1));
  for (guint i = 0; i < n_old; i++)
    targets[i] = GPOINTER_TO_INT (g_hash_table_lookup (places, &g_array_index (old_ids, gint64, head + i))) - 1;
  return targets;
}

/* Leaves only a longest increasing subsequence of @targets (patience sorting); the others become -1. */
static void
keep_longest_run (gint *targets,
                  guint n)
{
  g_autofree guint *tails = g_new (guint, MAX (n, 1));   /* index of the smallest end of each length */
  g_autofree gint *before = g_new (gint, MAX (n, 1));
  g_autofree guint8 *kept = g_new0 (guint8, MAX (n, 1));
  guint length = 0;

  for (guint i = 0; i < n; i++)
    {
      guint low = 0, high = length;

      if (targets[i] < 0)
        continue;
      while (low < high)
        {
          guint middle = (low + high) / 2;

          if (targets[tails[middle]] < targets[i])
            low = middle + 1;
          else
            high = middle;
        }
      before[i] = low > 0 ? (gint) tails[low - 1] : -1;
      tails[low] = i;
      length = MAX (length, low + 1);
    }
  for (gint i = length > 0 ? (gint) tails[length - 1] : -1; i >= 0; i = before[i])
    kept[i] = TRUE;
  for (guint i = 0; i < n; i++)
    {
      if (!kept[i])
        targets[i] = -1;
    }
}

static GArray *
collect_runs (const gint *targets,
              guint       head,
              guint       n_old,
              guint       n_new,
              guint       max_edits)
{
  g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (CsmListEdit));
  guint i = 0, j = 0;

  while (i < n_old || j < n_new)
    {
      CsmListEdit edit = { 0 };

      if (i < n_old && targets[i] == (gint) j)
        {
          i++;
          j++;
          continue;
        }
      edit.position = edit.first = head + j;
      for (; i < n_old && targets[i] < 0; i++)
        edit.removed++;
      for (; j < n_new && (i == n_old || targets[i] != (gint) j); j++)
        edit.added++;
      if (edits->len == max_edits)
        return NULL;
      g_array_append_val (edits, edit);
    }
  return g_steal_pointer (&edits);
}

/**
 * csm_list_edits_compute:
 * @old_ids: (element-type gint64): the list as it is shown; no id twice
 * @new_ids: (element-type gint64) (transfer full): the list as it should be; no id twice
 * @max_edits: more runs than that are not worth telling
 *
 * The least that leads from one list to the other: what is in a longest increasing subsequence stays where it is, all
 * else is removed and added in runs. Before each run the shown list already equals the new one up to its position. Any
 * thread.
 *
 * Returns: (transfer full): the new list and the runs; `edits` is %NULL when there are too many
 */
CsmListEdits *
csm_list_edits_compute (GArray *old_ids,
                        GArray *new_ids,
                        guint   max_edits)
{
  CsmListEdits *result = g_new0 (CsmListEdits, 1);
  guint n_old = old_ids->len, n_new = new_ids->len, head = 0;
  g_autofree gint *targets = NULL;

  result->ids = new_ids;
  while (head < MIN (n_old, n_new) && id_at (old_ids, head) == id_at (new_ids, head))
    head++;
  while (n_old > head && n_new > head && id_at (old_ids, n_old - 1) == id_at (new_ids, n_new - 1))
    {
      n_old--;
      n_new--;
    }
  targets = find_targets (old_ids, new_ids, head, n_old - head, n_new - head);
  keep_longest_run (targets, n_old - head);
  result->edits = collect_runs (targets, head, n_old - head, n_new - head, max_edits);
  return result;
}
