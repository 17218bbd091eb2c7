/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-cache"
#include "config.h"
#include "csm-cache-filter.h"

#include "csm-search-query.h"
#include "csm-tokenizer.h"

/* Finding cases by full text. */

/* As many of the newest hits of each index are looked at: nobody scrolls further. */
#define MAX_HITS 1000
/* As many make the first screenful. */
#define FIRST_HITS 50
/* After so long the index has found all hits, and the rest of them costs little more. */
#define LONG_US 10000
/* The place of a case in lists: an index answers, and leaves out those that are not here. */
#define SEAT(rowid) " CROSS JOIN case_ AS c INDEXED BY case_seat ON c.rowid = " rowid

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

/* The hits of one source, newest first. Without @more: all that count. With @filter, those of whose message the third column says that
 * the right people wrote or got it. */
static gboolean
collect_hits (CsmDbConn             *conn,
              const char            *sql,
              const char            *query,
              const CsmCacheFilter  *filter,
              GArray                *hits,
              gboolean              *more,
              GError               **error)
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
      if (filter == NULL || csm_cache_filter_accepts (filter, csm_db_stmt_text (stmt, 2)))
        g_array_append_val (hits, hit);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* What was said of a merged case is found in the one that it went to. */
static gboolean
find_survivors (CsmDbConn  *conn,
                GArray     *hits,
                GError    **error)
{
  for (guint i = 0; i < hits->len; i++)
    {
      Hit *hit = &g_array_index (hits, Hit, i);
      g_autoptr (GError) local = NULL;
      g_autofree char *id = NULL;

      if (hit->rank != 0)
        continue;
      id = csm_db_conn_get_text (conn, &local, "SELECT id FROM case_ WHERE rowid = ?", "i", hit->rowid);
      hit->rowid = local == NULL ? csm_cache_find_survivor (conn, id, NULL) : 0;
      if (local == NULL && hit->rowid != 0)
        hit->rank = csm_db_conn_get_int (conn, &local, 0, "SELECT rank FROM case_ WHERE rowid = ?", "i", hit->rowid);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  return TRUE;
}

static GArray *
sort_hits (GArray *hits)
{
  GArray *rowids = g_array_new (FALSE, FALSE, sizeof (gint64));

  g_array_sort (hits, compare_hits);
  for (guint i = 0; i < hits->len; i++)
    {
      gint64 rowid = g_array_index (hits, Hit, i).rowid;

      if (rowid != 0 && (i == 0 || rowid != g_array_index (hits, Hit, i - 1).rowid))
        g_array_append_val (rowids, rowid);
    }
  return rowids;
}

static gboolean
search_text (CsmDbConn   *conn,
             const char  *query,
             GArray      *hits,
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

  for (guint i = 0; query != NULL && i < G_N_ELEMENTS (sources); i++)
    {
      if (!collect_hits (conn, sources[i], query, NULL, hits, more, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
search_filtered (CsmDbConn             *conn,
                 const CsmCacheFilter  *filter,
                 GArray                *hits,
                 gboolean              *more,
                 GError               **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (filter->sources); i++)
    {
      const CsmCacheFilterSource *source = &filter->sources[i];

      if (source->sql != NULL && !collect_hits (conn, source->sql, source->match, source->people ? filter : NULL, hits, more, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_cache_search_cases:
 * @conn: a connection
 * @typed: (nullable): what was typed: csm_search_query_parse()
 * @more: (out) (optional): with it only the first hits are looked at, and whether that leaves some out
 * @error: `CSM_ERROR_DATABASE`, `G_IO_ERROR_CANCELLED`
 *
 * Finds cases by their messages, comments, subjects and customers, and by what filters say of them. Of each, the newest thousand hits count.
 *
 * Returns: (transfer full) (element-type gint64): rowids of cases, newest activity first
 */
GArray *
csm_cache_search_cases (CsmDbConn   *conn,
                        const char  *typed,
                        gboolean    *more,
                        GError     **error)
{
  g_autoptr (CsmSearchQuery) query = csm_search_query_parse (typed);
  g_autofree char *text = csm_search_query_dup_text (query);
  g_autofree char *match = csm_tokenizer_query (text);
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (Hit));

  if (more != NULL)
    *more = FALSE;
  if (csm_search_query_has_filters (query))
    {
      g_autoptr (CsmCacheFilter) filter = csm_cache_filter_new (conn, query, match, error);

      if (filter == NULL || !search_filtered (conn, filter, hits, more, error))
        return NULL;
    }
  else if (!search_text (conn, match, hits, more, error))
    {
      return NULL;
    }
  if (!find_survivors (conn, hits, error))
    return NULL;
  return sort_hits (hits);
}
