/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-private.h"

#include "csm-json.h"
#include "csm-tokenizer.h"

#include <string.h>

/* Customers, for whoever looks for a person and not for a case. Of each, the newest case is what can be opened. */

/* So many of the newest cases of matching customers are looked at. */
#define MAX_HITS 500

#define NEWEST "(SELECT id FROM case_ WHERE customer_id = u.id AND rank > 0 ORDER BY rank DESC LIMIT 1)"
#define COUNT "(SELECT count (*) FROM case_ WHERE customer_id = u.id AND rank > 0)"
#define COLUMNS "u.id, u.label, coalesce (u.view, u.base), " NEWEST ", " COUNT

typedef struct
{
  char *text;  /* what was typed, or an id */
  guint max;
} Wanted;

static void
wanted_free (gpointer data)
{
  Wanted *wanted = data;

  g_free (wanted->text);
  g_free (wanted);
}

/**
 * csm_customer_hit_free:
 * @hit: a hit
 */
void
csm_customer_hit_free (CsmCustomerHit *hit)
{
  g_free (hit->id);
  g_free (hit->name);
  g_free (hit->address);
  g_free (hit->case_id);
  g_free (hit);
}

/* Of several addresses the one that was typed, else the first for mail, else the first. */
static guint
rank_of (const char *key,
         const char *typed)
{
  g_autofree char *wanted = g_utf8_casefold (typed, -1);

  if (g_str_has_prefix (key, "email:"))
    return strstr (key, wanted) != NULL ? 3 : 2;
  return 1;
}

/* Returns: (transfer full) (nullable): where they are written to */
static char *
read_address (const char *text,
              const char *typed)
{
  g_autoptr (JsonObject) record = text != NULL ? csm_cache_parse_record (text) : NULL;
  JsonObject *identities = record != NULL ? csm_json_get_object (record, "identities") : NULL;
  g_autoptr (GList) keys = identities != NULL ? json_object_get_members (identities) : NULL;
  const char *best = NULL;

  for (GList *l = keys; l != NULL; l = l->next)
    if (strchr (l->data, ':') != NULL && (best == NULL || rank_of (l->data, typed) > rank_of (best, typed)))
      best = l->data;
  return best != NULL ? g_strdup (strchr (best, ':') + 1) : NULL;
}

static gboolean
read_hits (CsmDbStmt   *stmt,
           const char  *typed,
           GPtrArray   *hits,
           GError     **error)
{
  g_autoptr (GError) local = NULL;

  while (csm_db_stmt_step (stmt, &local))
    {
      CsmCustomerHit *hit = g_new0 (CsmCustomerHit, 1);

      hit->id = g_strdup (csm_db_stmt_text (stmt, 0));
      hit->name = g_strdup (csm_db_stmt_text (stmt, 1));
      hit->address = read_address (csm_db_stmt_text (stmt, 2), typed);
      hit->case_id = g_strdup (csm_db_stmt_text (stmt, 3));
      hit->n_cases = (guint) csm_db_stmt_int (stmt, 4);
      g_ptr_array_add (hits, hit);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gpointer
find_customers (CsmDbConn     *conn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  Wanted *wanted = input;
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_customer_hit_free);
  g_autofree char *query = csm_tokenizer_query (wanted->text);
  g_autofree char *of_names = query != NULL ? g_strdup_printf ("names : (%s)", query) : NULL;
  g_autoptr (CsmDbStmt) stmt = NULL;

  if (query == NULL)
    return g_steal_pointer (&hits);
  stmt = csm_db_conn_query (conn, error,
    "SELECT " COLUMNS " FROM (SELECT c.customer_id AS id, max (c.rank) AS newest"
    " FROM (SELECT rowid AS hit FROM case_text WHERE case_text MATCH ? ORDER BY rowid DESC LIMIT ?)"
    " CROSS JOIN case_ AS c ON c.rowid = hit WHERE c.rank > 0 AND NOT c.gone GROUP BY c.customer_id ORDER BY newest DESC LIMIT ?) AS found"
    " JOIN customer AS u ON u.id = found.id WHERE NOT u.gone ORDER BY found.newest DESC", "tii", of_names, (gint64) MAX_HITS, (gint64) wanted->max);
  if (stmt == NULL || !read_hits (stmt, wanted->text, hits, error))
    return NULL;
  return g_steal_pointer (&hits);
}

static gpointer
load_customer (CsmDbConn     *conn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  Wanted *wanted = input;
  g_autoptr (GPtrArray) hits = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_customer_hit_free);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, error, "SELECT " COLUMNS " FROM customer AS u WHERE u.id = ? AND NOT u.gone", "t", wanted->text);

  if (stmt == NULL || !read_hits (stmt, wanted->text, hits, error))
    return NULL;
  return g_steal_pointer (&hits);
}

static void
pointers_free (gpointer array)
{
  g_ptr_array_unref (array);
}

static void
run (CsmCache            *self,
     CsmDbFunc            func,
     const char          *text,
     guint                max,
     GCancellable        *c,
     GAsyncReadyCallback  cb,
     gpointer             data)
{
  Wanted *wanted = g_new0 (Wanted, 1);

  wanted->text = g_strdup (text);
  wanted->max = max;
  csm_cache_run_read (self, G_PRIORITY_HIGH, func, wanted, wanted_free, pointers_free, csm_cache_find_customers_async, c, cb, data);
}

/**
 * csm_cache_find_customers_async:
 * @self: a cache
 * @typed: what was typed
 * @max: how many at most
 * @c: (nullable): to give up
 * @cb: called when done
 * @data: for @cb
 *
 * Finds customers by their names and addresses: every word must occur, and the last one may go on.
 */
void
csm_cache_find_customers_async (CsmCache            *self,
                                const char          *typed,
                                guint                max,
                                GCancellable        *c,
                                GAsyncReadyCallback  cb,
                                gpointer             data)
{
  run (self, find_customers, typed, max, c, cb, data);
}

/**
 * csm_cache_find_customer_async:
 * @self: a cache
 * @id: a customer
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * As csm_cache_find_customers_async(), for one customer alone.
 */
void
csm_cache_find_customer_async (CsmCache            *self,
                               const char          *id,
                               GCancellable        *c,
                               GAsyncReadyCallback  cb,
                               gpointer             data)
{
  run (self, load_customer, id, 1, c, cb, data);
}

/**
 * csm_cache_find_customers_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmCustomerHit): who wrote last comes first; none: nobody here is like that
 */
GPtrArray *
csm_cache_find_customers_finish (CsmCache      *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_find_customers_async, error);
}
