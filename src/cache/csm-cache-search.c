/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-cache"
#include "config.h"
#include "csm-cache-search-private.h"

#include <string.h>

#include "csm-tokenizer.h"

/* As many of the newest hits of each index are looked at: nobody scrolls further. */
#define MAX_HITS 1000
/* As many make the first screenful. */
#define FIRST_HITS 50
/* After so long the index has found all hits, and the rest of them costs little more. */
#define LONG_US 10000
/* The place of a case in lists: an index answers, and leaves out those that are not here. */
#define SEAT(rowid) " CROSS JOIN case_ AS c INDEXED BY case_seat ON c.rowid = " rowid

static const CsmSearchIndex indexes[CSM_N_SEARCHES] = {
  [CSM_SEARCH_MESSAGE] = {
    "message", "message_text", 3,
    /* With a limit the record is unpacked once, not for each column. Nothing is found of what can't be read. */
    "SELECT json_extract (json, '$.subject'), json_extract (json, '$.textBody'),"
    " replace (replace (coalesce (json_extract (json, '$.from'), '') || coalesce (json_extract (json, '$.to'), '')"
    " || coalesce (json_extract (json, '$.cc'), ''), '\"name\":', ''), '\"address\":', '')"
    " FROM (SELECT iif (json_valid (text), text, NULL) AS json"
    " FROM (SELECT coalesce (view, " CSM_MESSAGE_BASE ") AS text FROM message WHERE rowid = ? LIMIT 1) LIMIT 1)",
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

/* Which case a message is found in */
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
  return !is_reached (&txn->reaches[search], rowid) || read_text (txn->conn, search, rowid, text, error);
}

static gboolean
keep_hits (CsmCacheTxn    *txn,
           CsmSearch       search,
           CsmSearchText  *before,
           gint64          rowid,
           GError        **error)
{
  if (search == CSM_SEARCH_MESSAGE && rowid == 0 && before != NULL)
    return csm_db_conn_run (txn->conn, error, "DELETE FROM message_hit WHERE rowid = ?", "i", before->rowid);
  if (search == CSM_SEARCH_MESSAGE && rowid != 0 && is_reached (&txn->reaches[search], rowid))
    return keep_hit (txn->conn, rowid, error);
  if (search == CSM_SEARCH_CASE && rowid != 0 && before == NULL && txn->reaches[CSM_SEARCH_MESSAGE].floor != G_MAXINT64)
    return keep_hits_of_case (txn->conn, rowid, rowid, error);
  return TRUE;
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
  if (!keep_hits (txn, search, before, rowid, error))
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

/* The hits of one index, newest first. Without @more: all that count. */
static gboolean
collect_hits (CsmDbConn   *conn,
              const char  *sql,
              const char  *query,
              GArray      *hits,
              gboolean    *more,
              GError     **error)
{
  gint64 end = g_get_monotonic_time () + LONG_US;
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, sql, "ti", query, (gint64) MAX_HITS);

  for (guint n = 0; stmt != NULL && csm_db_stmt_step (stmt, &local); n++)
    {
      Hit hit = { csm_db_stmt_int (stmt, 0), csm_db_stmt_int (stmt, 1) };

      if (more != NULL && n >= FIRST_HITS && g_get_monotonic_time () < end)
        {
          *more = TRUE;
          break;
        }
      g_array_append_val (hits, hit);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_cache_search_cases:
 * @conn: a connection
 * @typed: (nullable): what was typed
 * @more: (out) (optional): with it only the first hits are looked at, and whether that leaves some out
 * @error: `CSM_ERROR_DATABASE`, `G_IO_ERROR_CANCELLED`
 *
 * Finds cases by their messages, comments, subjects and customers. Of each, the newest thousand hits count.
 *
 * Returns: (transfer full) (element-type gint64): rowids of cases, newest activity first
 */
GArray *
csm_cache_search_cases (CsmDbConn   *conn,
                        const char  *typed,
                        gboolean    *more,
                        GError     **error)
{
  static const char * const sources[] = {
    "SELECT c.rowid, c.rank FROM (SELECT rowid AS hit FROM message_text WHERE message_text MATCH ? ORDER BY rowid DESC LIMIT ?)"
    " CROSS JOIN message_hit AS h ON h.rowid = hit" SEAT ("h.case_rowid"),
    "SELECT c.rowid, c.rank FROM (SELECT rowid AS hit FROM comment_text WHERE comment_text MATCH ? ORDER BY rowid DESC LIMIT ?)"
    " CROSS JOIN comment AS n ON n.rowid = hit AND NOT n.gone CROSS JOIN case_ AS c ON c.id = n.case_id",
    "SELECT c.rowid, c.rank FROM (SELECT rowid AS hit FROM case_text WHERE case_text MATCH ? ORDER BY rowid DESC LIMIT ?)" SEAT ("hit"),
  };
  g_autofree char *query = csm_tokenizer_query (typed);
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (more != NULL)
    *more = FALSE;
  for (guint i = 0; query != NULL && i < G_N_ELEMENTS (sources); i++)
    {
      if (!collect_hits (conn, sources[i], query, hits, more, error))
        return NULL;
    }
  g_array_sort (hits, compare_hits);
  for (guint i = 0; i < hits->len; i++)
    {
      gint64 rowid = g_array_index (hits, Hit, i).rowid;

      if (i == 0 || rowid != g_array_index (hits, Hit, i - 1).rowid)
        g_array_append_val (rowids, rowid);
    }
  return g_steal_pointer (&rowids);
}
