/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-private.h"

#include "csm-fold.h"

/*
 * Lists in another order than their own. A list comes newest first, from an index; what another order needs is looked up
 * afterwards, of the listed cases alone, so that the usual order costs nothing.
 */

typedef struct
{
  gint64 rowid;
  gint64 at;    /* G_MAXINT64: nothing to order by */
  guint  place; /* in the list as it came */
} Place;

static int
compare_places (gconstpointer a,
                gconstpointer b)
{
  const Place *x = a, *y = b;

  if (x->at != y->at)
    return x->at < y->at ? -1 : 1;
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

static gboolean
look_up_each (CsmDbConn   *conn,
              const char  *sql,
              GArray      *places,
              GError     **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn, sql, error);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  for (guint i = 0; i < places->len && local == NULL; i++)
    {
      Place *place = &g_array_index (places, Place, i);

      csm_db_stmt_reset (stmt);
      csm_db_stmt_bind_int (stmt, 1, place->rowid);
      if (csm_db_stmt_step (stmt, &local))
        place->at = csm_db_stmt_is_null (stmt, 0) ? G_MAXINT64 : csm_db_stmt_int (stmt, 0);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* --- by customers ------------------------------------------------------------------------------------------------------ */

/* More are looked up in one pass over all cases, which an index has customer by customer. */
#define EACH_MAX 1000

typedef struct
{
  char  *key;   /* as names are ordered; NULL: nameless */
  guint  n;     /* its place among the names */
} Customer;

static void
customer_free (gpointer data)
{
  Customer *customer = data;

  g_free (customer->key);
  g_free (customer);
}

static int
compare_customers (gconstpointer a,
                   gconstpointer b)
{
  const Customer *x = *(Customer * const *) a, *y = *(Customer * const *) b;

  return g_strcmp0 (x->key, y->key);
}

/* Whose cases they are. @places: (element-type Place); @customers: (element-type utf8 Customer): found, by id. Returns: of each place, or NULL */
static Customer **
find_customers (CsmDbConn   *conn,
                GArray      *places,
                GHashTable  *customers,
                GError     **error)
{
  gboolean all = places->len > EACH_MAX;
  g_autofree Customer **found = g_new0 (Customer *, places->len);
  g_autoptr (GHashTable) index = g_hash_table_new (NULL, NULL);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn,
    all ? "SELECT rowid, customer_id FROM case_ WHERE customer_id IS NOT NULL" : "SELECT rowid, customer_id FROM case_ WHERE rowid = ?", error);

  if (stmt == NULL)
    return NULL;
  for (guint i = 0; all && i < places->len; i++)
    g_hash_table_insert (index, GSIZE_TO_POINTER ((gsize) g_array_index (places, Place, i).rowid), GUINT_TO_POINTER (i + 1));
  for (guint i = 0; all || i < places->len; i++)
    {
      Customer *customer;
      guint place = i + 1;

      if (!all)
        {
          csm_db_stmt_reset (stmt);
          csm_db_stmt_bind_int (stmt, 1, g_array_index (places, Place, i).rowid);
        }
      if (!csm_db_stmt_step (stmt, &local) && (all || local != NULL))
        break;
      if (all)
        place = GPOINTER_TO_UINT (g_hash_table_lookup (index, GSIZE_TO_POINTER ((gsize) csm_db_stmt_int (stmt, 0))));
      if (place == 0 || csm_db_stmt_text (stmt, 1) == NULL)
        continue;
      customer = g_hash_table_lookup (customers, csm_db_stmt_text (stmt, 1));
      if (customer == NULL)
        {
          customer = g_new0 (Customer, 1);
          g_hash_table_insert (customers, g_strdup (csm_db_stmt_text (stmt, 1)), customer);
        }
      found[place - 1] = customer;
    }
  if (local == NULL)
    return g_steal_pointer (&found);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gboolean
read_names (CsmDbConn   *conn,
            GHashTable  *customers,
            GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn, "SELECT label FROM customer WHERE id = ?", error);
  GHashTableIter iter;
  gpointer id, customer;

  if (stmt == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, customers);
  while (local == NULL && g_hash_table_iter_next (&iter, &id, &customer))
    {
      g_autofree char *folded = NULL;
      const char *label;

      csm_db_stmt_reset (stmt);
      csm_db_stmt_bind_text (stmt, 1, id);
      label = csm_db_stmt_step (stmt, &local) ? csm_db_stmt_text (stmt, 0) : NULL;
      if (label == NULL || label[0] == '\0')
        continue;
      folded = csm_fold (label, -1);
      ((Customer *) customer)->key = g_utf8_collate_key (folded, -1);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Names are compared once for each customer, not for each of their cases. Two of the same name stand together. */
static void
number_names (GHashTable *customers)
{
  g_autoptr (GPtrArray) order = g_ptr_array_sized_new (g_hash_table_size (customers));
  GHashTableIter iter;
  gpointer each;

  g_hash_table_iter_init (&iter, customers);
  while (g_hash_table_iter_next (&iter, NULL, &each))
    g_ptr_array_add (order, each);
  g_ptr_array_sort (order, compare_customers);
  for (guint i = 0; i < order->len; i++)
    {
      Customer *customer = order->pdata[i], *before = i > 0 ? order->pdata[i - 1] : NULL;

      customer->n = before == NULL ? 0 : before->n + (g_strcmp0 (before->key, customer->key) != 0);
    }
}

static gboolean
look_up_customers (CsmDbConn  *conn,
                   GArray     *places,
                   GError    **error)
{
  g_autoptr (GHashTable) customers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, customer_free);
  g_autofree Customer **found = find_customers (conn, places, customers, error);

  if (found == NULL || !read_names (conn, customers, error))
    return FALSE;
  number_names (customers);
  for (guint i = 0; i < places->len; i++)
    g_array_index (places, Place, i).at = found[i] != NULL && found[i]->key != NULL ? (gint64) found[i]->n : G_MAXINT64;
  return TRUE;
}

/* --- by messages -------------------------------------------------------------------------------------------------------- */

/* The customer's first message that nobody has answered. Of a case whose messages are not here, its last activity. */
#define WAITING_SINCE \
  "SELECT CASE WHEN status > 1 THEN NULL ELSE coalesce (" \
  "(SELECT min (m.at) FROM message AS m WHERE m.case_id = c.id AND m.author_id IS NULL" \
  " AND m.at > coalesce ((SELECT max (o.at) FROM message AS o WHERE o.case_id = c.id AND o.author_id IS NOT NULL), -9223372036854775808)), rank / 4096) END" \
  " FROM case_ AS c WHERE c.rowid = ?"

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
  g_autoptr (GArray) places = NULL;
  gboolean found;

  if (order == CSM_ORDER_NEWEST || rowids->len == 0)
    return TRUE;
  places = g_array_sized_new (FALSE, TRUE, sizeof (Place), rowids->len);
  for (guint i = 0; i < rowids->len; i++)
    {
      Place place = { g_array_index (rowids, gint64, i), 0, i };

      g_array_append_val (places, place);
    }
  if (order == CSM_ORDER_DUE)
    found = look_up_due (conn, places, error);
  else if (order == CSM_ORDER_WAITING)
    found = look_up_each (conn, WAITING_SINCE, places, error);
  else if (order == CSM_ORDER_CUSTOMER)
    found = look_up_customers (conn, places, error);
  else
    found = look_up_each (conn, "SELECT rank FROM case_ WHERE rowid = ?", places, error);
  if (!found)
    return FALSE;
  g_array_sort (places, compare_places);
  for (guint i = 0; i < places->len; i++)
    g_array_index (rowids, gint64, i) = g_array_index (places, Place, i).rowid;
  return TRUE;
}
