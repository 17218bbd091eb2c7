/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-cache"
#include "config.h"
#include "csm-cache-search-private.h"

/* Building full text after the records are in, slice by slice. */

/* Rows between two looks at the clock while an index is built */
#define BUILD_STEP 16
/* Pages of merging a step; see "merge" in SQLite's FTS5 page */
#define MERGE_PAGES "64"
/* How long what is left of 0.1.0 may be removed for before a first sync */
#define DROP_US 10000

static gboolean
set_floor (CsmCacheTxn *txn,
           CsmSearch    search,
           gint64       floor,
           GError     **error)
{
  txn->floors[search] = floor;
  return csm_db_conn_run (txn->conn, error, "UPDATE search_floor SET floor = ? WHERE name = ?", "it", floor, csm_cache_search_get_index (search)->name);
}

static gboolean
configure (CsmDbConn             *conn,
           const CsmSearchIndex  *index,
           const char            *option,
           int                    value,
           GError               **error)
{
  g_autofree char *sql = g_strdup_printf ("INSERT INTO %s (%s, rank) VALUES ('%s', %d)", index->table, index->table, option, value);

  return csm_db_conn_exec (conn, sql, error);
}

/**
 * csm_cache_search_defer:
 * @txn: the job's
 * @error: `CSM_ERROR_DATABASE`
 *
 * Before a first sync: full text is 95 % of its cost, so it is built afterwards. FTS5 must not
 * merge on its own meanwhile: its large merges hold the writer for half a second.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_search_defer (CsmCacheTxn  *txn,
                        GError      **error)
{
  gboolean more = FALSE;

  for (guint i = 0; i < CSM_N_SEARCHES; i++)
    {
      const CsmSearchIndex *index = csm_cache_search_get_index ((CsmSearch) i);

      /* With rows in it there is something to take out of the index when they change: it stays in step. */
      if (csm_db_conn_get_int (txn->conn, error, 0, index->next, "ii", G_MAXINT64, G_GINT64_CONSTANT (1)) != 0)
        continue;
      if (!csm_db_conn_run (txn->conn, error, "DELETE FROM meta WHERE key = 'merged-' || ?", "t", index->name) ||
          !configure (txn->conn, index, "automerge", 0, error) ||
          !configure (txn->conn, index, "crisismerge", 1900, error) ||
          !configure (txn->conn, index, "usermerge", 16, error) ||
          !set_floor (txn, (CsmSearch) i, G_MAXINT64, error))
        return FALSE;
    }
  /* Of a new cache it is empty. */
  return csm_cache_drop_old_text (txn->conn, g_get_monotonic_time () + DROP_US, &more, error);
}

/* Adds the newest rows below the floor, oldest of them first, as FTS5 likes it. */
static gboolean
build_step (CsmCacheTxn *txn,
            CsmSearch    search,
            GError     **error)
{
  gint64 rowids[BUILD_STEP];
  guint n = 0;
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, csm_cache_search_get_index (search)->next, "ii", txn->floors[search], (gint64) BUILD_STEP);

  if (stmt == NULL)
    return FALSE;
  while (n < BUILD_STEP && csm_db_stmt_step (stmt, &local))
    rowids[n++] = csm_db_stmt_int (stmt, 0);
  for (guint i = n; i > 0 && local == NULL; i--)
    csm_cache_search_add (txn->conn, search, rowids[i - 1], &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return set_floor (txn, search, n > 0 ? rowids[n - 1] : G_MININT64, error);
}

/* One bounded step of merging; whether there was something to merge. */
static gboolean
merge_step (CsmDbConn             *conn,
            const CsmSearchIndex  *index,
            GError               **error)
{
  g_autofree char *sql = g_strdup_printf ("INSERT INTO %s (%s, rank) VALUES ('merge', " MERGE_PAGES ")", index->table, index->table);
  int before = sqlite3_total_changes (csm_db_conn_get_handle (conn));

  if (!csm_db_conn_exec (conn, sql, error))
    return FALSE;
  /* FTS5's page: a difference of less than 2 means that nothing was merged. */
  return sqlite3_total_changes (csm_db_conn_get_handle (conn)) - before >= 2;
}

/* As much of it as there is time for; whether it is all merged. */
static gboolean
merge_until (CsmDbConn             *conn,
             const CsmSearchIndex  *index,
             gint64                 end,
             gboolean              *merged,
             GError               **error)
{
  g_autoptr (GError) local = NULL;

  while (!(*merged = !merge_step (conn, index, &local)) && g_get_monotonic_time () < end)
    ;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Each slice leaves a segment, and FTS5 has room for two thousand: nothing is added before of every sixteen of a size one is made. */
static gboolean
build_index (CsmCacheTxn  *txn,
             CsmSearch     search,
             gint64        end,
             gboolean     *built,
             GError      **error)
{
  const CsmSearchIndex *index = csm_cache_search_get_index (search);
  gboolean merged;

  *built = txn->floors[search] == G_MININT64;
  if (*built)
    return TRUE;
  if (!merge_until (txn->conn, index, end, &merged, error))
    return FALSE;
  if (!merged)
    return TRUE;
  do
    {
      if (!build_step (txn, search, error))
        return FALSE;
    }
  while (txn->floors[search] != G_MININT64 && g_get_monotonic_time () < end);
  *built = txn->floors[search] == G_MININT64;
  return TRUE;
}

/**
 * csm_cache_search_build:
 * @txn: the job's
 * @budget_us: how long it may take
 * @more: (out): whether something is left to do
 * @error: `CSM_ERROR_DATABASE`
 *
 * Builds a slice of what csm_cache_search_defer() put off, newest rows first. What a crash interrupts goes on where the
 * last commit was.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_search_build (CsmCacheTxn  *txn,
                        gint64        budget_us,
                        gboolean     *more,
                        GError      **error)
{
  gint64 end = g_get_monotonic_time () + budget_us;

  if (!csm_cache_bring_over (txn->conn, end, more, error))
    return FALSE;
  if (!*more && !csm_cache_drop_old_text (txn->conn, end, more, error))
    return FALSE;
  for (guint i = 0; i < CSM_N_SEARCHES && !*more; i++)
    {
      const CsmSearchIndex *index = csm_cache_search_get_index ((CsmSearch) i);
      gboolean done;

      if (!build_index (txn, (CsmSearch) i, end, &done, error))
        return FALSE;
      if (done && csm_db_conn_get_int (txn->conn, NULL, 0, "SELECT count (*) FROM meta WHERE key = 'merged-' || ?", "t", index->name) != 0)
        continue;
      if (done && (!configure (txn->conn, index, "usermerge", 4, error) || !merge_until (txn->conn, index, end, &done, error)))
        return FALSE;
      if (done && (!configure (txn->conn, index, "automerge", 4, error) || !configure (txn->conn, index, "crisismerge", 16, error) ||
                   !csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO meta VALUES ('merged-' || ?, '1')", "t", index->name)))
        return FALSE;
      *more = !done;
    }
  return TRUE;
}
