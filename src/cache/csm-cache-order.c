/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-cache"
#include "config.h"
#include "csm-cache-private.h"

#include <string.h>

#include "csm-fold.h"

/*
 * Lists in another order than their own. A list comes newest first, from an index; what another order needs is looked up
 * afterwards, of the listed cases alone, so that the usual order costs nothing.
 */

typedef struct
{
  gint64      rowid;
  gint64      at;    /* G_MAXINT64: nothing to order by */
  const char *name;
  guint       place; /* in the list as it came */
} Place;

static int
compare_places (gconstpointer a,
                gconstpointer b)
{
  const Place *x = a, *y = b;
  int names;

  if (x->at != y->at)
    return x->at < y->at ? -1 : 1;
  names = x->name != NULL && y->name != NULL ? strcmp (x->name, y->name) : (x->name == NULL) - (y->name == NULL);
  if (names != 0)
    return names;
  return x->place < y->place ? -1 : x->place > y->place;
}

/* Few cases have either: two small indexes say which. */
static gboolean
look_up_due (CsmDbConn  *conn,
             GArray     *places,
             GError    **error)
{
  g_autoptr (GHashTable) due = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local,
    "SELECT rowid, due_at FROM case_ WHERE due_at IS NOT NULL UNION ALL SELECT rowid, clock_at FROM case_ WHERE clock_at IS NOT NULL", NULL);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      gint64 rowid = csm_db_stmt_int (stmt, 0), at = csm_db_stmt_int (stmt, 1);

      g_hash_table_replace (due, g_memdup2 (&rowid, sizeof rowid), g_memdup2 (&at, sizeof at));
    }
  for (guint i = 0; i < places->len && local == NULL; i++)
    {
      Place *place = &g_array_index (places, Place, i);
      const gint64 *at = g_hash_table_lookup (due, &place->rowid);

      place->at = at != NULL ? *at : G_MAXINT64;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Many cases have the same customer. */
static const char *
key_of (GHashTable *keys,
        const char *name)
{
  char *key = g_hash_table_lookup (keys, name);

  if (key == NULL)
    {
      g_autofree char *folded = csm_fold (name, -1);

      key = g_utf8_collate_key (folded, -1);
      g_hash_table_insert (keys, g_strdup (name), key);
    }
  return key;
}

static gboolean
look_up_each (CsmDbConn   *conn,
              const char  *sql,
              GArray      *places,
              GHashTable  *keys,
              GError     **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn, sql, error);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  for (guint i = 0; i < places->len && local == NULL; i++)
    {
      Place *place = &g_array_index (places, Place, i);
      const char *name;

      csm_db_stmt_reset (stmt);
      csm_db_stmt_bind_int (stmt, 1, place->rowid);
      if (!csm_db_stmt_step (stmt, &local))
        continue;
      place->at = csm_db_stmt_is_null (stmt, 0) ? G_MAXINT64 : csm_db_stmt_int (stmt, 0);
      name = csm_db_stmt_text (stmt, 1);
      if (name != NULL && name[0] != '\0')
        place->name = key_of (keys, name);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The customer's first message that nobody has answered. Of a case whose messages are not here, its last activity. */
#define WAITING_SINCE \
  "SELECT CASE WHEN status > 1 THEN NULL ELSE coalesce (" \
  "(SELECT min (m.at) FROM message AS m WHERE m.case_id = c.id AND m.author_id IS NULL" \
  " AND m.at > coalesce ((SELECT max (o.at) FROM message AS o WHERE o.case_id = c.id AND o.author_id IS NOT NULL), -9223372036854775808)), rank / 4096) END," \
  " NULL FROM case_ AS c WHERE c.rowid = ?"

/**
 * csm_cache_order_cases:
 * @conn: a connection
 * @order: the order
 * @rowids: (inout) (element-type gint64): cases as their view lists them
 * @error: `CSM_ERROR_DATABASE`, `G_IO_ERROR_CANCELLED`
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_order_cases (CsmDbConn     *conn,
                       CsmCaseOrder   order,
                       GArray        *rowids,
                       GError       **error)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GArray) places = NULL;
  gboolean found;

  if (order == CSM_ORDER_NEWEST)
    return TRUE;
  places = g_array_sized_new (FALSE, TRUE, sizeof (Place), rowids->len);
  for (guint i = 0; i < rowids->len; i++)
    {
      Place place = { g_array_index (rowids, gint64, i), 0, NULL, i };

      g_array_append_val (places, place);
    }
  if (order == CSM_ORDER_DUE)
    found = look_up_due (conn, places, error);
  else if (order == CSM_ORDER_WAITING)
    found = look_up_each (conn, WAITING_SINCE, places, keys, error);
  else if (order == CSM_ORDER_CUSTOMER)
    found = look_up_each (conn, "SELECT 0, u.label FROM case_ AS c LEFT JOIN customer AS u ON u.id = c.customer_id WHERE c.rowid = ?", places, keys, error);
  else
    found = look_up_each (conn, "SELECT rank, NULL FROM case_ WHERE rowid = ?", places, keys, error);
  if (!found)
    return FALSE;
  g_array_sort (places, compare_places);
  for (guint i = 0; i < places->len; i++)
    g_array_index (rowids, gint64, i) = g_array_index (places, Place, i).rowid;
  return TRUE;
}
