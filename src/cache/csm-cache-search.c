/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-search-private.h"

#include <string.h>

/* Keeping full text in step with the records. */

static const CsmSearchIndex indexes[CSM_N_SEARCHES] = {
  [CSM_SEARCH_MESSAGE] = {
    "message", "message_text", 3,
    CSM_MESSAGE_COLUMNS ("SELECT coalesce (view, " CSM_MESSAGE_BASE ") AS text FROM message WHERE rowid = ? LIMIT 1"),
    "INSERT INTO message_text (rowid, subject, text, names) VALUES (?1, ?2, ?3, ?4)",
    "INSERT INTO message_text (message_text, rowid, subject, text, names) VALUES ('delete', ?1, ?2, ?3, ?4)",
    "SELECT rowid FROM message WHERE rowid < ? ORDER BY rowid DESC LIMIT ?",
    "SELECT rowid FROM message WHERE rowid >= ? AND rowid < ? ORDER BY rowid",
  },
  [CSM_SEARCH_COMMENT] = {
    "comment", "comment_text", 1,
    "SELECT body FROM comment_content WHERE rowid = ?",
    "INSERT INTO comment_text (rowid, body) VALUES (?1, ?2)",
    "INSERT INTO comment_text (comment_text, rowid, body) VALUES ('delete', ?1, ?2)",
    "SELECT rowid FROM comment WHERE rowid < ? ORDER BY rowid DESC LIMIT ?",
    "SELECT rowid FROM comment WHERE rowid >= ? AND rowid < ? ORDER BY rowid",
  },
  [CSM_SEARCH_CASE] = {
    "case", "case_text", 2,
    "SELECT subject, names FROM case_content WHERE rowid = ?",
    "INSERT INTO case_text (rowid, subject, names) VALUES (?1, ?2, ?3)",
    "INSERT INTO case_text (case_text, rowid, subject, names) VALUES ('delete', ?1, ?2, ?3)",
    "SELECT rowid FROM case_ WHERE rowid < ? ORDER BY rowid DESC LIMIT ?",
    "SELECT rowid FROM case_ WHERE rowid >= ? AND rowid < ? ORDER BY rowid",
  },
};

/**
 * csm_cache_search_get_index:
 * @search: which index
 *
 * Returns: (transfer none): its statements
 */
const CsmSearchIndex *
csm_cache_search_get_index (CsmSearch search)
{
  return &indexes[search];
}

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

/* Each of these is a statement that changes one row: for one that may change more SQLite makes a savepoint, and with each FTS5
 * writes what it has gathered as a segment of its own (fts5SavepointMethod). */
static gboolean
set_hit (CsmDbConn  *conn,
         gint64      rowid,
         gint64      case_rowid,
         GError    **error)
{
  return csm_db_conn_run (conn, error, "REPLACE INTO message_hit VALUES (?, ?)", "ii", rowid, case_rowid);
}

/* Which case a message is found in that was not here before */
static gboolean
add_hit (CsmDbConn  *conn,
         gint64      rowid,
         GError    **error)
{
  return csm_db_conn_run (conn, error,
    "REPLACE INTO message_hit VALUES (?1, coalesce ((SELECT c.rowid FROM message AS m JOIN case_ AS c ON c.id = m.case_id WHERE m.rowid = ?1), 0))", "i", rowid);
}

/* The same for one that was */
static gboolean
keep_hit (CsmDbConn  *conn,
          gint64      rowid,
          GError    **error)
{
  g_autoptr (GError) local = NULL;
  gint64 case_rowid = csm_db_conn_get_int (conn, &local, 0, "SELECT c.rowid FROM message AS m JOIN case_ AS c ON c.id = m.case_id WHERE m.rowid = ?", "i", rowid);
  gint64 known = local == NULL ? csm_db_conn_get_int (conn, &local, -1, "SELECT case_rowid FROM message_hit WHERE rowid = ?", "i", rowid) : 0;

  if (local == NULL)
    return known == case_rowid || set_hit (conn, rowid, case_rowid, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The same for all messages of a case that came after them, or goes (@case_rowid 0). */
static gboolean
keep_hits_of_case (CsmDbConn  *conn,
                   gint64      rowid,
                   gint64      case_rowid,
                   GError    **error)
{
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local,
    "SELECT h.rowid FROM message AS m JOIN message_hit AS h ON h.rowid = m.rowid"
    " WHERE m.case_id = (SELECT id FROM case_ WHERE rowid = ?1) AND h.case_rowid <> ?2", "ii", rowid, case_rowid);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      gint64 hit = csm_db_stmt_int (stmt, 0);

      g_array_append_val (rowids, hit);
    }
  for (guint i = 0; i < rowids->len && local == NULL; i++)
    set_hit (conn, g_array_index (rowids, gint64, i), case_rowid, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_cache_search_add:
 * @conn: the writer's connection
 * @search: which index
 * @rowid: a row that is not in it yet
 * @length: (inout): the length of what was added is added here, in bytes
 * @error: `CSM_ERROR_DATABASE`
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_search_add (CsmDbConn  *conn,
                      CsmSearch   search,
                      gint64      rowid,
                      gsize      *length,
                      GError    **error)
{
  g_autoptr (CsmSearchText) text = NULL;

  if (!read_text (conn, search, rowid, &text, error) || (text != NULL && !change_index (conn, indexes[search].insert, search, rowid, text, error)))
    return FALSE;
  for (guint i = 0; text != NULL && i < indexes[search].n_columns; i++)
    *length += text->columns[i] != NULL ? strlen (text->columns[i]) : 0;
  return search != CSM_SEARCH_MESSAGE || keep_hit (conn, rowid, error);
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
    {
      g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, &local, "SELECT floor, hole, hole_end FROM search_floor WHERE name = ?", "t", indexes[i].name);

      txn->reaches[i].floor = G_MININT64;
      if (stmt != NULL && csm_db_stmt_step (stmt, &local))
        txn->reaches[i] = (CsmSearchReach) { csm_db_stmt_int (stmt, 0), csm_db_stmt_int (stmt, 1), csm_db_stmt_int (stmt, 2) };
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
is_reached (const CsmSearchReach *reach,
            gint64                rowid)
{
  return rowid >= reach->floor && (rowid < reach->hole || rowid >= reach->hole_end);
}

/* --- what a job changes --------------------------------------------------------------------------------------------- */

/* A row that the job has written. The index follows at the job's end, in the order of rows: FTS5 likes no other. */
typedef struct
{
  gint64                rowid;
  gboolean              is_new;
  CsmSearchText        *before;  /* what the index holds of it; or NULL */
  const CsmAheadRecord *ready;   /* what it will hold, when that is known already; or NULL */
} Touched;

static void
touched_free (gpointer data)
{
  Touched *touched = data;

  csm_search_text_free (touched->before);
  g_free (touched);
}

static Touched *
add_touched (CsmCacheTxn *txn,
             CsmSearch    search,
             gint64       rowid)
{
  Touched *touched = g_new0 (Touched, 1);

  touched->rowid = rowid;
  if (txn->touched[search] == NULL)
    txn->touched[search] = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, touched_free);
  g_hash_table_insert (txn->touched[search], &touched->rowid, touched);
  return touched;
}

static Touched *
find_touched (CsmCacheTxn *txn,
              CsmSearch    search,
              gint64       rowid)
{
  return txn->touched[search] != NULL ? g_hash_table_lookup (txn->touched[search], &rowid) : NULL;
}

/**
 * csm_cache_search_touch:
 * @txn: the job's
 * @search: which index
 * @rowid: a row that will be changed or removed
 * @error: `CSM_ERROR_DATABASE`
 *
 * Remembers what the index holds of it. Call before the change.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_search_touch (CsmCacheTxn  *txn,
                        CsmSearch     search,
                        gint64        rowid,
                        GError      **error)
{
  Touched *touched = find_touched (txn, search, rowid);

  if (touched != NULL)
    {
      touched->ready = NULL;
      return TRUE;
    }
  touched = add_touched (txn, search, rowid);
  return !is_reached (&txn->reaches[search], rowid) || read_text (txn->conn, search, rowid, &touched->before, error);
}

/**
 * csm_cache_search_touch_new:
 * @txn: the job's
 * @search: which index
 * @rowid: a row that was inserted
 * @ready: (nullable): what was made of it, if that is what it shows; must outlive the job
 */
void
csm_cache_search_touch_new (CsmCacheTxn          *txn,
                            CsmSearch             search,
                            gint64                rowid,
                            const CsmAheadRecord *ready)
{
  Touched *touched = find_touched (txn, search, rowid);

  if (touched == NULL)
    touched = add_touched (txn, search, rowid);
  touched->is_new = TRUE;
  touched->ready = ready;
}

/**
 * csm_cache_search_touch_customer:
 * @txn: the job's
 * @customer_id: a customer whose names will change
 * @error: `CSM_ERROR_DATABASE`
 *
 * Touches the customer's cases, which are found by them.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_search_touch_customer (CsmCacheTxn  *txn,
                                 const char   *customer_id,
                                 GError      **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, &local, "SELECT rowid FROM case_ WHERE customer_id = ?", "t", customer_id);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    csm_cache_search_touch (txn, CSM_SEARCH_CASE, csm_db_stmt_int (stmt, 0), &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_cache_search_forget_case:
 * @txn: the job's
 * @rowid: a case that goes
 * @error: `CSM_ERROR_DATABASE`
 *
 * Its number may be given to another one.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_search_forget_case (CsmCacheTxn  *txn,
                              gint64        rowid,
                              GError      **error)
{
  return keep_hits_of_case (txn->conn, rowid, 0, error);
}

static gboolean
keep_hits (CsmCacheTxn          *txn,
           CsmSearch             search,
           const Touched        *touched,
           const CsmSearchText  *after,
           GError              **error)
{
  if (search == CSM_SEARCH_MESSAGE && after != NULL)
    return touched->is_new ? add_hit (txn->conn, touched->rowid, error) : keep_hit (txn->conn, touched->rowid, error);
  if (search == CSM_SEARCH_MESSAGE && touched->before != NULL)
    return csm_db_conn_run (txn->conn, error, "DELETE FROM message_hit WHERE rowid = ?", "i", touched->rowid);
  if (search == CSM_SEARCH_CASE && touched->is_new && txn->reaches[CSM_SEARCH_MESSAGE].floor != G_MAXINT64)
    return keep_hits_of_case (txn->conn, touched->rowid, touched->rowid, error);
  return TRUE;
}

/* Brings an index in step with a row. Does nothing where the words are the same. */
static gboolean
finish_row (CsmCacheTxn    *txn,
            CsmSearch       search,
            const Touched  *touched,
            gsize          *n_changes,
            GError        **error)
{
  g_autoptr (CsmSearchText) read = NULL;
  const CsmSearchText *after;

  if (touched->ready == NULL && is_reached (&txn->reaches[search], touched->rowid) && !read_text (txn->conn, search, touched->rowid, &read, error))
    return FALSE;
  after = touched->ready != NULL ? &touched->ready->words : read;
  if (!keep_hits (txn, search, touched, after, error))
    return FALSE;
  if (touched->before != NULL && after != NULL && texts_equal (touched->before, after))
    return TRUE;
  *n_changes += touched->before != NULL || after != NULL;
  txn->rebuild[search] |= txn->guest && touched->before != NULL;
  if (touched->before != NULL && !change_index (txn->conn, indexes[search].remove, search, touched->rowid, touched->before, error))
    return FALSE;
  return after == NULL || change_index (txn->conn, indexes[search].insert, search, touched->rowid, after, error);
}

static int
compare_rowids (gconstpointer a,
                gconstpointer b)
{
  const gint64 *x = a, *y = b;

  return *x < *y ? -1 : *x > *y;
}

/**
 * csm_cache_search_empty:
 * @txn: the job's
 * @search: which index
 * @error: `CSM_ERROR_DATABASE`
 *
 * Takes all out of an index. What the job touches is not told to it any more: csm_cache_search_rebuild() has to follow.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_search_empty (CsmCacheTxn  *txn,
                        CsmSearch     search,
                        GError      **error)
{
  g_autofree char *sql = g_strdup_printf ("INSERT INTO %s (%s) VALUES ('delete-all')", indexes[search].table, indexes[search].table);

  txn->reaches[search] = (CsmSearchReach) { G_MAXINT64, G_MAXINT64, G_MAXINT64 };
  return csm_db_conn_run (txn->conn, error, sql, NULL);
}

/**
 * csm_cache_search_rebuild:
 * @txn: the job's, which writes nothing more
 * @search: which index
 * @error: `CSM_ERROR_DATABASE`
 *
 * Makes a small index anew: nothing is left in it of what it held before.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_search_rebuild (CsmCacheTxn  *txn,
                          CsmSearch     search,
                          GError      **error)
{
  g_autofree char *sql = g_strdup_printf ("INSERT INTO %s (%s) VALUES ('rebuild')", indexes[search].table, indexes[search].table);

  if (!csm_db_conn_run (txn->conn, error, sql, NULL))
    return FALSE;
  if (search == CSM_SEARCH_MESSAGE &&
      !csm_db_conn_run (txn->conn, error,
         "REPLACE INTO message_hit SELECT m.rowid, coalesce (c.rowid, 0) FROM message AS m LEFT JOIN case_ AS c ON c.id = m.case_id", NULL))
    return FALSE;
  return csm_db_conn_run (txn->conn, error, "UPDATE search_floor SET floor = ?, hole = 0, hole_end = 0 WHERE name = ?", "it", G_MININT64, indexes[search].name);
}

/**
 * csm_cache_search_finish:
 * @txn: the job's
 * @error: `CSM_ERROR_DATABASE`
 *
 * Brings the indexes in step with what the job has written. Call once, when nothing more will be.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_search_finish (CsmCacheTxn  *txn,
                         GError      **error)
{
  for (guint i = 0; i < CSM_N_SEARCHES; i++)
    {
      g_autoptr (GList) rowids = txn->touched[i] != NULL ? g_list_sort (g_hash_table_get_keys (txn->touched[i]), compare_rowids) : NULL;
      gsize n_changes = 0;

      for (GList *l = rowids; l != NULL; l = l->next)
        {
          if (!finish_row (txn, (CsmSearch) i, g_hash_table_lookup (txn->touched[i], l->data), &n_changes, error))
            return FALSE;
        }
      /* The index only notes that a row is out, and keeps its words until it happens to merge them. */
      if (txn->rebuild[i] && !csm_cache_search_rebuild (txn, (CsmSearch) i, error))
        return FALSE;
      if (n_changes > 0 && !txn->rebuild[i] && !csm_cache_search_settle (txn, (CsmSearch) i, n_changes, error))
        return FALSE;
    }
  return TRUE;
}
