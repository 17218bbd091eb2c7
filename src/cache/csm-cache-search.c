/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-cache"
#include "config.h"
#include "csm-cache-private.h"

#include "csm-time.h"
#include "csm-tokenizer.h"

/* As many of the newest hits of each index are looked at: nobody scrolls further. */
#define MAX_HITS 1000
/* Rows between two looks at the clock while an index is built */
#define BUILD_STEP 16
/* Pages of merging a step; see "merge" in SQLite's FTS5 page */
#define MERGE_PAGES "64"

typedef struct
{
  const char *name;
  const char *table;
  guint       n_columns;
  const char *read;      /* what is indexed of a row */
  const char *insert;
  const char *remove;
  const char *next;      /* the newest rows below the floor */
} Index;

static const Index indexes[CSM_N_SEARCHES] = {
  [CSM_SEARCH_MESSAGE] = {
    "message", "message_text", 3,
    "SELECT subject, text, names FROM message_content WHERE rowid = ?",
    "INSERT INTO message_text (rowid, subject, text, names) VALUES (?1, ?2, ?3, ?4)",
    "INSERT INTO message_text (message_text, rowid, subject, text, names) VALUES ('delete', ?1, ?2, ?3, ?4)",
    "SELECT rowid FROM message WHERE rowid < ? ORDER BY rowid DESC LIMIT ?",
  },
  [CSM_SEARCH_COMMENT] = {
    "comment", "comment_text", 1,
    "SELECT body FROM comment_content WHERE rowid = ?",
    "INSERT INTO comment_text (rowid, body) VALUES (?1, ?2)",
    "INSERT INTO comment_text (comment_text, rowid, body) VALUES ('delete', ?1, ?2)",
    "SELECT rowid FROM comment WHERE rowid < ? ORDER BY rowid DESC LIMIT ?",
  },
  [CSM_SEARCH_CASE] = {
    "case", "case_text", 2,
    "SELECT subject, names FROM case_content WHERE rowid = ?",
    "INSERT INTO case_text (rowid, subject, names) VALUES (?1, ?2, ?3)",
    "INSERT INTO case_text (case_text, rowid, subject, names) VALUES ('delete', ?1, ?2, ?3)",
    "SELECT rowid FROM case_ WHERE rowid < ? ORDER BY rowid DESC LIMIT ?",
  },
};

void
csm_search_text_free (CsmSearchText *text)
{
  if (text == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (text->columns); i++)
    g_free (text->columns[i]);
  g_free (text);
}

static gboolean
read_text (CsmDbConn      *conn,
           CsmSearch       search,
           gint64          rowid,
           CsmSearchText **text,
           GError        **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, indexes[search].read, "i", rowid);

  *text = NULL;
  if (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      *text = g_new0 (CsmSearchText, 1);
      (*text)->rowid = rowid;
      for (guint i = 0; i < indexes[search].n_columns; i++)
        (*text)->columns[i] = g_strdup (csm_db_stmt_text (stmt, (int) i));
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
texts_equal (const CsmSearchText *a,
             const CsmSearchText *b)
{
  for (guint i = 0; i < G_N_ELEMENTS (a->columns); i++)
    {
      if (g_strcmp0 (a->columns[i], b->columns[i]) != 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
change_index (CsmDbConn           *conn,
              const char          *sql,
              CsmSearch            search,
              gint64               rowid,
              const CsmSearchText *text,
              GError             **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn, sql, error);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  csm_db_stmt_bind_int (stmt, 1, rowid);
  for (guint i = 0; i < indexes[search].n_columns; i++)
    csm_db_stmt_bind_text (stmt, (int) i + 2, text->columns[i]);
  csm_db_stmt_step (stmt, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_cache_search_begin:
 * @txn: the job's
 * @error: `CSM_ERROR_DATABASE`
 *
 * Reads how far the indexes are built.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_search_begin (CsmCacheTxn  *txn,
                        GError      **error)
{
  g_autoptr (GError) local = NULL;

  for (guint i = 0; i < CSM_N_SEARCHES && local == NULL; i++)
    txn->floors[i] = csm_db_conn_get_int (txn->conn, &local, G_MININT64, "SELECT floor FROM search_floor WHERE name = ?", "t", indexes[i].name);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_cache_search_read:
 * @txn: the job's
 * @search: which index
 * @rowid: a row
 * @text: (out) (transfer full) (nullable): what the index holds of it; %NULL when that is nothing
 * @error: `CSM_ERROR_DATABASE`
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_search_read (CsmCacheTxn    *txn,
                       CsmSearch       search,
                       gint64          rowid,
                       CsmSearchText **text,
                       GError        **error)
{
  *text = NULL;
  return rowid < txn->floors[search] || read_text (txn->conn, search, rowid, text, error);
}

/**
 * csm_cache_search_update:
 * @txn: the job's
 * @search: which index
 * @before: (nullable): what the index held before the row was written
 * @rowid: the row; 0 when it is gone
 * @error: `CSM_ERROR_DATABASE`
 *
 * Brings an index in step with a row. Does nothing where the words are the same.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_search_update (CsmCacheTxn    *txn,
                         CsmSearch       search,
                         CsmSearchText  *before,
                         gint64          rowid,
                         GError        **error)
{
  g_autoptr (CsmSearchText) after = NULL;

  if (rowid != 0 && !csm_cache_search_read (txn, search, rowid, &after, error))
    return FALSE;
  if (before != NULL && after != NULL && texts_equal (before, after))
    return TRUE;
  if (before != NULL && !change_index (txn->conn, indexes[search].remove, search, before->rowid, before, error))
    return FALSE;
  return after == NULL || change_index (txn->conn, indexes[search].insert, search, rowid, after, error);
}

/**
 * csm_cache_search_read_customer:
 * @txn: the job's
 * @customer_id: a customer
 * @texts: (element-type CsmSearchText): what the index holds of the customer's cases is added here
 * @error: `CSM_ERROR_DATABASE`
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_search_read_customer (CsmCacheTxn  *txn,
                                const char   *customer_id,
                                GPtrArray    *texts,
                                GError      **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, "SELECT rowid FROM case_ WHERE customer_id = ?", "t", customer_id);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  while (csm_db_stmt_step (stmt, &local))
    {
      CsmSearchText *text;

      if (csm_cache_search_read (txn, CSM_SEARCH_CASE, csm_db_stmt_int (stmt, 0), &text, &local) && text != NULL)
        g_ptr_array_add (texts, text);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
set_floor (CsmCacheTxn *txn,
           CsmSearch    search,
           gint64       floor,
           GError     **error)
{
  txn->floors[search] = floor;
  return csm_db_conn_run (txn->conn, error, "UPDATE search_floor SET floor = ? WHERE name = ?", "it", floor, indexes[search].name);
}

static gboolean
configure (CsmDbConn   *conn,
           const Index *index,
           const char  *option,
           int          value,
           GError     **error)
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
  for (guint i = 0; i < CSM_N_SEARCHES; i++)
    {
      /* With rows in it there is something to take out of the index when they change: it stays in step. */
      if (csm_db_conn_get_int (txn->conn, error, 0, indexes[i].next, "ii", G_MAXINT64, G_GINT64_CONSTANT (1)) != 0)
        continue;
      if (!csm_db_conn_run (txn->conn, error, "DELETE FROM meta WHERE key = 'merged-' || ?", "t", indexes[i].name) ||
          !configure (txn->conn, &indexes[i], "automerge", 0, error) ||
          !configure (txn->conn, &indexes[i], "crisismerge", 1900, error) ||
          !configure (txn->conn, &indexes[i], "usermerge", 16, error) ||
          !set_floor (txn, (CsmSearch) i, G_MAXINT64, error))
        return FALSE;
    }
  return TRUE;
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
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, indexes[search].next, "ii", txn->floors[search], (gint64) BUILD_STEP);

  if (stmt == NULL)
    return FALSE;
  while (n < BUILD_STEP && csm_db_stmt_step (stmt, &local))
    rowids[n++] = csm_db_stmt_int (stmt, 0);
  for (guint i = n; i > 0 && local == NULL; i--)
    {
      g_autoptr (CsmSearchText) text = NULL;

      if (read_text (txn->conn, search, rowids[i - 1], &text, &local) && text != NULL)
        change_index (txn->conn, indexes[search].insert, search, rowids[i - 1], text, &local);
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return set_floor (txn, search, n > 0 ? rowids[n - 1] : G_MININT64, error);
}

/* One bounded step of merging; whether there was something to merge. */
static gboolean
merge_step (CsmDbConn   *conn,
            const Index *index,
            GError     **error)
{
  g_autofree char *sql = g_strdup_printf ("INSERT INTO %s (%s, rank) VALUES ('merge', " MERGE_PAGES ")", index->table, index->table);
  int before = sqlite3_total_changes (csm_db_conn_get_handle (conn));

  if (!csm_db_conn_exec (conn, sql, error))
    return FALSE;
  /* FTS5's page: a difference of less than 2 means that nothing was merged. */
  return sqlite3_total_changes (csm_db_conn_get_handle (conn)) - before >= 2;
}

/* Each slice leaves a segment, and FTS5 has room for two thousand: with every sixteen of a size one is made. */
static gboolean
keep_merged (CsmDbConn    *conn,
             const Index  *index,
             GError      **error)
{
  g_autoptr (GError) local = NULL;

  merge_step (conn, index, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
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
  g_autoptr (GError) local = NULL;

  *more = TRUE;
  for (guint i = 0; i < CSM_N_SEARCHES; i++)
    {
      const Index *index = &indexes[i];

      while (txn->floors[i] != G_MININT64)
        {
          if (g_get_monotonic_time () >= end)
            return keep_merged (txn->conn, index, error);
          if (!build_step (txn, (CsmSearch) i, error))
            return FALSE;
        }
      if (csm_db_conn_get_int (txn->conn, NULL, 0, "SELECT count (*) FROM meta WHERE key = 'merged-' || ?", "t", index->name) != 0)
        continue;
      if (!configure (txn->conn, index, "usermerge", 4, error))
        return FALSE;
      while (merge_step (txn->conn, index, &local))
        {
          if (g_get_monotonic_time () >= end)
            return TRUE;
        }
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (!configure (txn->conn, index, "automerge", 4, error) || !configure (txn->conn, index, "crisismerge", 16, error) ||
          !csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO meta VALUES ('merged-' || ?, '1')", "t", index->name))
        return FALSE;
    }
  *more = FALSE;
  return TRUE;
}

/* --- finding ---------------------------------------------------------------------------------------------------- */

typedef struct
{
  gint64 rowid;
  gint64 rank;
} Hit;

static int
compare_hits (gconstpointer a,
              gconstpointer b)
{
  const Hit *x = a, *y = b;

  if (x->rank != y->rank)
    return x->rank > y->rank ? -1 : 1;
  return x->rowid > y->rowid ? -1 : x->rowid < y->rowid;
}

static gboolean
collect_hits (CsmDbConn   *conn,
              const char  *sql,
              const char  *query,
              GHashTable  *case_ids,
              GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, sql, "ti", query, (gint64) MAX_HITS);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      const char *id = csm_db_stmt_text (stmt, 0);

      if (id != NULL && !g_hash_table_contains (case_ids, id))
        g_hash_table_add (case_ids, g_strdup (id));
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The places of the cases in lists; those that are not here are left out. */
static GArray *
find_places (CsmDbConn   *conn,
             GHashTable  *case_ids,
             GError     **error)
{
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn, "SELECT rowid, rank FROM case_ INDEXED BY case_place WHERE id = ?", error);
  g_autoptr (GError) local = NULL;
  GHashTableIter iter;
  gpointer id;

  if (stmt == NULL)
    return NULL;
  g_hash_table_iter_init (&iter, case_ids);
  while (local == NULL && g_hash_table_iter_next (&iter, &id, NULL))
    {
      csm_db_stmt_reset (stmt);
      csm_db_stmt_bind_text (stmt, 1, id);
      if (csm_db_stmt_step (stmt, &local))
        {
          Hit hit = { csm_db_stmt_int (stmt, 0), csm_db_stmt_int (stmt, 1) };

          g_array_append_val (hits, hit);
        }
    }
  if (local == NULL)
    return g_steal_pointer (&hits);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_cache_search_cases:
 * @conn: a connection
 * @typed: (nullable): what was typed
 * @error: `CSM_ERROR_DATABASE`, `G_IO_ERROR_CANCELLED`
 *
 * Finds cases by their messages, comments, subjects and customers. Of each, the newest thousand hits count.
 *
 * Returns: (transfer full) (element-type gint64): rowids of cases, newest activity first
 */
GArray *
csm_cache_search_cases (CsmDbConn   *conn,
                        const char  *typed,
                        GError     **error)
{
  static const char * const sources[] = {
    "SELECT m.case_id FROM (SELECT rowid AS hit FROM message_text WHERE message_text MATCH ? ORDER BY rowid DESC LIMIT ?)"
    " CROSS JOIN message AS m INDEXED BY message_place ON m.rowid = hit",
    "SELECT n.case_id FROM (SELECT rowid AS hit FROM comment_text WHERE comment_text MATCH ? ORDER BY rowid DESC LIMIT ?)"
    " CROSS JOIN comment AS n ON n.rowid = hit AND NOT n.gone",
    "SELECT c.id FROM (SELECT rowid AS hit FROM case_text WHERE case_text MATCH ? ORDER BY rowid DESC LIMIT ?)"
    " CROSS JOIN case_ AS c ON c.rowid = hit",
  };
  g_autofree char *query = csm_tokenizer_query (typed);
  g_autoptr (GHashTable) case_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) hits = NULL;
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; query != NULL && i < G_N_ELEMENTS (sources); i++)
    {
      if (!collect_hits (conn, sources[i], query, case_ids, error))
        return NULL;
    }
  hits = find_places (conn, case_ids, error);
  if (hits == NULL)
    return NULL;
  g_array_sort (hits, compare_hits);
  for (guint i = 0; i < hits->len; i++)
    g_array_append_val (rowids, g_array_index (hits, Hit, i).rowid);
  return g_steal_pointer (&rowids);
}
