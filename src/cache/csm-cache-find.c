/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
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

/* --- what is asked ------------------------------------------------------------------------------------------------------- */

static const char * const text_sources[] = {
  "SELECT c.rowid, c.rank FROM (SELECT rowid AS hit FROM message_text WHERE message_text MATCH ? ORDER BY rowid DESC LIMIT ?)"
  " CROSS JOIN message_hit AS h ON h.rowid = hit" SEAT ("h.case_rowid"),
  "SELECT c.rowid, c.rank FROM (SELECT rowid AS hit FROM comment_text WHERE comment_text MATCH ? ORDER BY rowid DESC LIMIT ?)"
  " CROSS JOIN comment AS n ON n.rowid = hit AND NOT n.gone CROSS JOIN case_ AS c ON c.id = n.case_id",
  "SELECT c.rowid, c.rank FROM (SELECT rowid AS hit FROM case_text WHERE case_text MATCH ? ORDER BY rowid DESC LIMIT ?)" SEAT ("hit"),
};

typedef struct
{
  CsmSearchQuery *query;
  char           *match;   /* NULL: no word was typed */
  CsmCacheFilter *filter;  /* NULL: words alone */
} Search;

static void
search_clear (Search *search)
{
  g_clear_pointer (&search->filter, csm_cache_filter_free);
  g_clear_pointer (&search->query, csm_search_query_free);
  g_free (search->match);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static gboolean
read_search (CsmDbConn   *conn,
             const char  *typed,
             Search      *search,
             GError     **error)
{
  g_autofree char *text = NULL;

  search->query = csm_search_query_parse (typed);
  text = csm_search_query_dup_text (search->query);
  search->match = csm_tokenizer_query (text);
  if (!csm_search_query_has_filters (search->query))
    return TRUE;
  search->filter = csm_cache_filter_new (conn, search->query, search->match, error);
  return search->filter != NULL;
}

/* Returns: whether there is a source @i; its SQL is NULL where it isn't asked */
static gboolean
get_source (const Search          *search,
            guint                  i,
            const char           **sql,
            const char           **match,
            const CsmCacheFilter **people)
{
  if (i >= (search->filter != NULL ? (guint) CSM_N_CACHE_FILTER_SOURCES : G_N_ELEMENTS (text_sources)))
    return FALSE;
  *sql = search->filter != NULL ? search->filter->sources[i].sql : search->match != NULL ? text_sources[i] : NULL;
  *match = search->filter != NULL ? search->filter->sources[i].match : search->match;
  *people = search->filter != NULL && search->filter->sources[i].people ? search->filter : NULL;
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
  g_auto (Search) search = { 0 };
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  const char *sql, *match;
  const CsmCacheFilter *people;

  if (more != NULL)
    *more = FALSE;
  if (!read_search (conn, typed, &search, error))
    return NULL;
  for (guint i = 0; get_source (&search, i, &sql, &match, &people); i++)
    {
      if (sql != NULL && !collect_hits (conn, sql, match, people, hits, more, error))
        return NULL;
    }
  if (!find_survivors (conn, hits, error))
    return NULL;
  return sort_hits (hits);
}

/* --- how many there are -------------------------------------------------------------------------------------------------- */

/* Adds the cases of a source's hits, until there are @most. */
static gboolean
count_hits (CsmDbConn             *conn,
            const char            *sql,
            const char            *query,
            const CsmCacheFilter  *filter,
            GHashTable            *cases,
            guint                  most,
            GError               **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GArray) one = g_array_new (FALSE, FALSE, sizeof (Hit));
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, sql, "ti", query, (gint64) MAX_HITS);

  while (stmt != NULL && g_hash_table_size (cases) < most && csm_db_stmt_step (stmt, &local))
    {
      Hit hit = { csm_db_stmt_int (stmt, 0), csm_db_stmt_int (stmt, 1) };

      if (filter != NULL && !csm_cache_filter_accepts (filter, csm_db_stmt_text (stmt, 2)))
        continue;
      g_array_set_size (one, 0);
      g_array_append_val (one, hit);
      if (!find_survivors (conn, one, &local))
        break;
      if (g_array_index (one, Hit, 0).rowid != 0)
        g_hash_table_add (cases, GSIZE_TO_POINTER ((gsize) g_array_index (one, Hit, 0).rowid));
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

typedef struct
{
  char  *typed;
  guint  most;
} Counting;

static void
counting_free (gpointer data)
{
  Counting *counting = data;

  g_free (counting->typed);
  g_free (counting);
}

static gpointer
count_found (CsmDbConn     *conn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  const Counting *counting = input;
  g_auto (Search) search = { 0 };
  g_autoptr (GHashTable) cases = g_hash_table_new (NULL, NULL);
  const char *sql, *match;
  const CsmCacheFilter *people;
  guint *n;

  if (!read_search (conn, counting->typed, &search, error))
    return NULL;
  for (guint i = 0; get_source (&search, i, &sql, &match, &people); i++)
    {
      if (sql != NULL && !count_hits (conn, sql, match, people, cases, counting->most, error))
        return NULL;
    }
  n = g_new (guint, 1);
  *n = MIN (g_hash_table_size (cases), counting->most);
  return n;
}

/**
 * csm_cache_count_found_async:
 * @self: a cache
 * @typed: a search
 * @most: as many are counted at most
 * @c: (nullable): a cancellable
 * @cb: called when it is known
 * @data: for @cb
 *
 * Counts the cases that a search finds here. Whatever a person waits for is read before.
 */
void
csm_cache_count_found_async (CsmCache            *self,
                             const char          *typed,
                             guint                most,
                             GCancellable        *c,
                             GAsyncReadyCallback  cb,
                             gpointer             data)
{
  Counting *counting = g_new0 (Counting, 1);

  counting->typed = g_strdup (typed);
  counting->most = most;
  csm_cache_run_read (self, G_PRIORITY_LOW, count_found, counting, counting_free, g_free, csm_cache_count_found_async, c, cb, data);
}

/**
 * csm_cache_count_found_finish:
 * @self: a cache
 * @result: what the callback got
 * @n: (out): how many
 * @error: return location
 *
 * Returns: whether it is known
 */
gboolean
csm_cache_count_found_finish (CsmCache      *self,
                              GAsyncResult  *result,
                              guint         *n,
                              GError       **error)
{
  g_autofree guint *counted = csm_cache_run_finish (self, result, csm_cache_count_found_async, error);

  if (counted == NULL)
    return FALSE;
  *n = *counted;
  return TRUE;
}
