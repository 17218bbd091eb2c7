/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-elsewhere.h"

#include "csm-cache-filter.h"

/* Cases that were found by what is not here. What filters ask of a case itself can be answered all the same: its header is here. */

typedef struct
{
  char  *typed;
  char **case_ids;
} Pick;

static void
pick_free (gpointer data)
{
  Pick *pick = data;

  g_free (pick->typed);
  g_strfreev (pick->case_ids);
  g_free (pick);
}

static void
array_free (gpointer array)
{
  g_array_unref (array);
}

static void
add_all (GHashTable *set,
         GArray     *rowids)
{
  for (guint i = 0; i < rowids->len; i++)
    g_hash_table_add (set, g_memdup2 (&g_array_index (rowids, gint64, i), sizeof (gint64)));
}

static gboolean
keep_fitting (CsmDbConn   *conn,
              const char  *typed,
              GArray      *rowids,
              GError     **error)
{
  g_autoptr (CsmSearchQuery) query = csm_search_query_parse (typed);

  return csm_cache_filter_keep (conn, query, rowids, error);
}

static gpointer
pick_cases (CsmDbConn     *conn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  const Pick *pick = input;
  g_autoptr (GArray) found = csm_cache_search_cases (conn, pick->typed, NULL, error);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (found == NULL)
    return NULL;
  add_all (known, found);
  for (guint i = 0; pick->case_ids[i] != NULL; i++)
    {
      gint64 rowid = csm_cache_find_survivor (conn, pick->case_ids[i], NULL);

      if (rowid != 0 && g_hash_table_add (known, g_memdup2 (&rowid, sizeof rowid)))
        g_array_append_val (rowids, rowid);
    }
  return keep_fitting (conn, pick->typed, rowids, error) ? g_steal_pointer (&rowids) : NULL;
}

/**
 * csm_cache_pick_cases_async:
 * @self: a cache
 * @typed: a search
 * @case_ids: (array zero-terminated=1): what the server found
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Which of the cases that the server found for a search are here and fit it, beside those that it finds here.
 */
void
csm_cache_pick_cases_async (CsmCache             *self,
                            const char           *typed,
                            const char * const   *case_ids,
                            GCancellable         *c,
                            GAsyncReadyCallback   cb,
                            gpointer              data)
{
  Pick *pick = g_new0 (Pick, 1);

  pick->typed = g_strdup (typed);
  pick->case_ids = g_strdupv ((char **) case_ids);
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, pick_cases, pick, pick_free, array_free, csm_cache_pick_cases_async, c, cb, data);
}

/**
 * csm_cache_pick_cases_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type gint64): the rowids of those, in the order of the ids
 */
GArray *
csm_cache_pick_cases_finish (CsmCache      *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_pick_cases_async, error);
}

/**
 * csm_cache_put_elsewhere:
 * @conn: a connection
 * @view: a search
 * @elsewhere: (element-type gint64): cases that were picked for it
 * @rowids: (inout) (element-type gint64): what it finds here; those that were picked go to its end
 * @error: `CSM_ERROR_DATABASE`, `G_IO_ERROR_CANCELLED`
 *
 * A case stays among those that were picked when it is found here as well, since its messages were fetched to be read: the list does not jump.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_put_elsewhere (CsmDbConn          *conn,
                         const CsmCaseView  *view,
                         GArray             *elsewhere,
                         GArray             *rowids,
                         GError            **error)
{
  g_autoptr (GHashTable) set = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GArray) kept = g_array_copy (elsewhere);
  guint n = 0;

  if (!keep_fitting (conn, view->key, kept, error) || !csm_cache_order_cases (conn, view->order, kept, error))
    return FALSE;
  add_all (set, kept);
  for (guint i = 0; i < rowids->len; i++)
    {
      gint64 rowid = g_array_index (rowids, gint64, i);

      if (!g_hash_table_contains (set, &rowid))
        g_array_index (rowids, gint64, n++) = rowid;
    }
  g_array_set_size (rowids, n);
  g_array_append_vals (rowids, kept->data, kept->len);
  return TRUE;
}
