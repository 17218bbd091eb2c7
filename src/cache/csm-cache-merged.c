/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-private.h"

/* Customers who were merged, and where they went. */

/* UNION, not UNION ALL: a circle ends. */
#define MERGED_INTO \
  "WITH RECURSIVE here (id) AS (SELECT ?1 UNION SELECT u.id FROM here JOIN customer AS u ON u.merged_into = here.id)" \
  " SELECT coalesce (u.view, u.base) FROM here JOIN customer AS u ON u.id = here.id WHERE u.id <> ?1 AND NOT u.gone" \
  " ORDER BY json_extract (coalesce (u.view, u.base), '$.merged.at') DESC, u.id"
#define WENT_TO \
  "WITH RECURSIVE there (id, next) AS (SELECT id, merged_into FROM customer WHERE id = ?1" \
  " UNION SELECT u.id, u.merged_into FROM there JOIN customer AS u ON u.id = there.next)" \
  " SELECT id FROM there WHERE next IS NULL AND id <> ?1 LIMIT 1"

/**
 * csm_merged_customers_free:
 * @merged: customers
 */
void
csm_merged_customers_free (CsmMergedCustomers *merged)
{
  if (merged == NULL)
    return;
  g_clear_pointer (&merged->merged, g_ptr_array_unref);
  g_clear_pointer (&merged->survivor, json_object_unref);
  g_free (merged->survivor_case_id);
  g_free (merged);
}

static gpointer
load_merged (CsmDbConn     *conn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  const char *id = input;
  g_autoptr (CsmMergedCustomers) found = g_new0 (CsmMergedCustomers, 1);
  g_autoptr (GError) local = NULL;
  g_autofree char *survivor_id = NULL;

  found->merged = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  if (csm_cache_read_records (conn, MERGED_INTO, id, found->merged, &local))
    survivor_id = csm_db_conn_get_text (conn, &local, WENT_TO, "t", id);
  if (survivor_id != NULL)
    {
      found->survivor = csm_cache_get_view (conn, CSM_TYPE_ID_CUSTOMER, survivor_id, &local);
      if (local == NULL)
        found->survivor_case_id = csm_db_conn_get_text (conn, &local, "SELECT id FROM case_ WHERE customer_id = ? ORDER BY rank DESC LIMIT 1", "t", survivor_id);
    }
  if (local == NULL)
    return g_steal_pointer (&found);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_cache_load_merged_async:
 * @self: a cache
 * @customer_id: a customer
 * @c: (nullable): a cancellable
 * @cb: called when it is known
 * @data: for @cb
 *
 * Who was merged into that customer, and whom they were merged into themselves; with what waits here.
 */
void
csm_cache_load_merged_async (CsmCache            *self,
                             const char          *customer_id,
                             GCancellable        *c,
                             GAsyncReadyCallback  cb,
                             gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, load_merged, g_strdup (customer_id), g_free, (GDestroyNotify) csm_merged_customers_free,
                      csm_cache_load_merged_async, c, cb, data);
}

/**
 * csm_cache_load_merged_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full): who was merged into the customer, and whom they were merged into themselves
 */
CsmMergedCustomers *
csm_cache_load_merged_finish (CsmCache      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_merged_async, error);
}
