/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-search-private.h"

/* Building full text after the records are in, slice by slice. */

/* Rows that are added in the order that FTS5 likes */
#define GROUP 1024
/* Rows between two looks at the clock */
#define STEP 16
/* What FTS5 gathers before it writes, in bytes: all of a slice; and its default */
#define HASH_SIZE (16 * 1024 * 1024)
#define HASH_SIZE_LIVE (1024 * 1024)
/* Pages of merging a step; see "merge" in SQLite's FTS5 page */
#define MERGE_PAGES 256
/* How long a slice may hold the writer while somebody waits for it, and while nobody does: fewer, larger segments are merged less often */
#define SHORT_US 15000
#define LONG_US 400000
/* Text in a slice, in bytes: what FTS5 gathers of it is written at once, which has to be quick */
#define SEGMENT 1000000
/* Of as many rows one segment is made: the fewer, the more often all of it would be merged. As many count for one of a job that adds fewer.
 * Pages of a thousand are a hundred and twenty segments then: FTS5 has room for two thousand, and compares as long up to the next power of two. */
#define MERGE_ROWS 120000
#define FEW_ROWS 512
/* How long what is left of 0.1.0 may be removed for before a first sync */
#define DROP_US 10000

/* One job of the writer */
typedef struct
{
  CsmDbConn *conn;
  gint64     soon;
  gint64     late;
} Slice;

static gboolean
has_time (const Slice *slice)
{
  gint64 now = g_get_monotonic_time ();

  return now < slice->soon || (now < slice->late && !csm_db_conn_is_wanted (slice->conn));
}

static gboolean
save_reach (CsmCacheTxn *txn,
            CsmSearch    search,
            GError     **error)
{
  const CsmSearchReach *reach = &txn->reaches[search];

  return csm_db_conn_run (txn->conn, error, "UPDATE search_floor SET floor = ?, hole = ?, hole_end = ? WHERE name = ?", "iiit",
                          reach->floor, reach->hole, reach->hole_end, csm_cache_search_get_index (search)->name);
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
 * Before a first sync: what is found of cases and comments comes after the lists, which wait for it; what is found of messages,
 * with them. FTS5 must not merge on its own meanwhile: its large merges hold the writer for half a second.
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
          !configure (txn->conn, index, "hashsize", HASH_SIZE, error))
        return FALSE;
      /* Messages come when the lists have been filled. */
      if (i == CSM_SEARCH_MESSAGE)
        continue;
      txn->reaches[i] = (CsmSearchReach) { G_MAXINT64, G_MAXINT64, G_MAXINT64 };
      if (!save_reach (txn, (CsmSearch) i, error))
        return FALSE;
    }
  /* Of a new cache it is empty. */
  return csm_cache_drop_old_text (txn->conn, g_get_monotonic_time () + DROP_US, &more, error);
}

/* Puts the floor below the next newest rows. They are in the hole above it now. */
static gboolean
dig (CsmCacheTxn *txn,
     CsmSearch    search,
     GError     **error)
{
  CsmSearchReach *reach = &txn->reaches[search];
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, csm_cache_search_get_index (search)->next, "ii", reach->floor, (gint64) GROUP);
  gint64 lowest = G_MININT64;
  guint n = 0;

  if (stmt == NULL)
    return FALSE;
  for (; csm_db_stmt_step (stmt, &local); n++)
    lowest = csm_db_stmt_int (stmt, 0);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  *reach = (CsmSearchReach) { n < GROUP ? G_MININT64 : lowest, lowest, n > 0 ? reach->floor : lowest };
  return TRUE;
}

/* Adds rows from the hole, the lowest first: at one that is lower than the last FTS5 writes what it has gathered as a segment of its own. */
static gboolean
fill (CsmCacheTxn  *txn,
      CsmSearch     search,
      const Slice  *slice,
      gsize        *n_rows,
      GError      **error)
{
  CsmSearchReach *reach = &txn->reaches[search];
  gsize length = 0;
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, csm_cache_search_get_index (search)->within, "ii", reach->hole, reach->hole_end);

  if (stmt == NULL)
    return FALSE;
  while (csm_db_stmt_step (stmt, &local))
    {
      gint64 rowid = csm_db_stmt_int (stmt, 0);

      if (!csm_cache_search_add (txn->conn, search, rowid, &length, error))
        return FALSE;
      reach->hole = rowid + 1;
      ++*n_rows;
      if (length >= SEGMENT || (*n_rows % STEP == 0 && !has_time (slice)))
        return TRUE;
    }
  reach->hole = reach->hole_end;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* One bounded step of merging; whether there was something to merge. */
static gboolean
merge_step (CsmDbConn             *conn,
            const CsmSearchIndex  *index,
            GError               **error)
{
  g_autofree char *sql = g_strdup_printf ("INSERT INTO %s (%s, rank) VALUES ('merge', %d)", index->table, index->table, MERGE_PAGES);
  int before = sqlite3_total_changes (csm_db_conn_get_handle (conn));

  if (!csm_db_conn_exec (conn, sql, error))
    return FALSE;
  /* FTS5's page: a difference of less than 2 means that nothing was merged. */
  return sqlite3_total_changes (csm_db_conn_get_handle (conn)) - before >= 2;
}

/* As much of it as there is time for; whether it is all merged. */
static gboolean
merge_while (const Slice           *slice,
             const CsmSearchIndex  *index,
             gboolean              *merged,
             GError               **error)
{
  g_autoptr (GError) local = NULL;

  while (!(*merged = !merge_step (slice->conn, index, &local)) && has_time (slice))
    ;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* How many rows were added since the last merging */
static gint64
count_added (CsmDbConn             *conn,
             const CsmSearchIndex  *index)
{
  return csm_db_conn_get_int (conn, NULL, 0, "SELECT value FROM meta WHERE key = 'added-' || ?", "t", index->name);
}

static gboolean
note_added (CsmDbConn             *conn,
            const CsmSearchIndex  *index,
            gsize                  n_rows,
            GError               **error)
{
  return csm_db_conn_run (conn, error, "INSERT INTO meta VALUES ('added-' || ?1, ?2) ON CONFLICT (key) DO UPDATE SET value = value + ?2", "ti", index->name,
                          (gint64) MAX (n_rows, FEW_ROWS));
}

static gboolean
forget_added (CsmDbConn             *conn,
              const CsmSearchIndex  *index,
              GError               **error)
{
  return csm_db_conn_run (conn, error, "DELETE FROM meta WHERE key = 'added-' || ?", "t", index->name);
}

static gboolean
is_settled (CsmDbConn             *conn,
            const CsmSearchIndex  *index)
{
  return csm_db_conn_get_int (conn, NULL, 0, "SELECT count (*) FROM meta WHERE key = 'merged-' || ?", "t", index->name) != 0;
}

/**
 * csm_cache_search_settle:
 * @txn: the job's
 * @search: which index
 * @n_changes: how many rows it has changed in it
 * @error: `CSM_ERROR_DATABASE`
 *
 * During a first sync: merges a little, once there is enough to merge.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_search_settle (CsmCacheTxn  *txn,
                         CsmSearch     search,
                         gsize         n_changes,
                         GError      **error)
{
  const CsmSearchIndex *index = csm_cache_search_get_index (search);
  g_autoptr (GError) local = NULL;
  gint64 n_added;

  if (is_settled (txn->conn, index))
    return TRUE;
  if (!note_added (txn->conn, index, n_changes, error))
    return FALSE;
  n_added = count_added (txn->conn, index);
  /* Whoever waits goes first, for a while. */
  if (n_added < MERGE_ROWS || (n_added < 2 * MERGE_ROWS && csm_db_conn_is_wanted (txn->conn)))
    return TRUE;
  if (!merge_step (txn->conn, index, &local) && local == NULL)
    return forget_added (txn->conn, index, error);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Each slice leaves a segment, and FTS5 has room for two thousand: of every so many rows one is made before more are added. */
static gboolean
merge_slices (CsmCacheTxn           *txn,
              const Slice           *slice,
              const CsmSearchIndex  *index,
              gboolean              *merged,
              GError               **error)
{
  *merged = count_added (txn->conn, index) < MERGE_ROWS;
  if (*merged)
    return TRUE;
  return merge_while (slice, index, merged, error) &&
         (!*merged || forget_added (txn->conn, index, error));
}

static gboolean
is_built (const CsmSearchReach *reach)
{
  return reach->floor == G_MININT64 && reach->hole == reach->hole_end;
}

static gboolean
build_index (CsmCacheTxn  *txn,
             CsmSearch     search,
             const Slice  *slice,
             gboolean     *built,
             GError      **error)
{
  const CsmSearchIndex *index = csm_cache_search_get_index (search);
  CsmSearchReach *reach = &txn->reaches[search];
  gboolean merged;
  gsize n_rows = 0;

  *built = is_built (reach);
  if (*built)
    return TRUE;
  if (!merge_slices (txn, slice, index, &merged, error))
    return FALSE;
  if (!merged)
    return TRUE;
  if (reach->hole == reach->hole_end && !dig (txn, search, error))
    return FALSE;
  if (!fill (txn, search, slice, &n_rows, error) || !save_reach (txn, search, error) || !note_added (txn->conn, index, n_rows, error))
    return FALSE;
  *built = is_built (reach);
  return TRUE;
}

/* What was put off is all in, in segments that are few enough to be searched in: as many as SQLite itself would leave. */
static gboolean
build_all (CsmCacheTxn  *txn,
           const Slice  *slice,
           gboolean     *more,
           GError      **error)
{
  for (guint i = 0; i < CSM_N_SEARCHES && !*more; i++)
    {
      const CsmSearchIndex *index = csm_cache_search_get_index ((CsmSearch) i);
      gboolean done;

      if (!build_index (txn, (CsmSearch) i, slice, &done, error))
        return FALSE;
      if (done && !is_settled (txn->conn, index) && !merge_while (slice, index, &done, error))
        return FALSE;
      *more = !done;
    }
  return TRUE;
}

/* What is searched from now on is one segment, and FTS5 merges by itself what is added to it. */
static gboolean
settle_all (CsmCacheTxn  *txn,
            const Slice  *slice,
            gboolean     *more,
            GError      **error)
{
  for (guint i = 0; i < CSM_N_SEARCHES && !*more; i++)
    {
      const CsmSearchIndex *index = csm_cache_search_get_index ((CsmSearch) i);
      gboolean done;

      if (is_settled (txn->conn, index))
        continue;
      if (!configure (txn->conn, index, "usermerge", 4, error) || !merge_while (slice, index, &done, error))
        return FALSE;
      if (done && (!configure (txn->conn, index, "automerge", 4, error) || !configure (txn->conn, index, "crisismerge", 16, error) ||
                   !configure (txn->conn, index, "hashsize", HASH_SIZE_LIVE, error) || !forget_added (txn->conn, index, error) ||
                   !csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO meta VALUES ('merged-' || ?, '1')", "t", index->name)))
        return FALSE;
      *more = !done;
    }
  return TRUE;
}

/**
 * csm_cache_search_build:
 * @txn: the job's
 * @more: (out): whether something is left to do
 * @error: `CSM_ERROR_DATABASE`
 *
 * Builds a slice of what csm_cache_search_defer() put off, newest rows first; when all of it is found, it is merged further. What a crash
 * interrupts goes on where the last commit was.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_search_build (CsmCacheTxn  *txn,
                        gboolean     *more,
                        GError      **error)
{
  gint64 now = g_get_monotonic_time ();
  const Slice slice = { txn->conn, now + SHORT_US, now + LONG_US };

  if (!csm_cache_bring_over (txn->conn, slice.soon, more, error))
    return FALSE;
  if (!*more && !csm_cache_drop_old_text (txn->conn, slice.soon, more, error))
    return FALSE;
  return build_all (txn, &slice, more, error) && settle_all (txn, &slice, more, error);
}
