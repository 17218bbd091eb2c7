/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-private.h"

/* What one write job knows and changes. */

/**
 * csm_change_set_new:
 *
 * Returns: (transfer full): an empty set
 */
CsmChangeSet *
csm_change_set_new (void)
{
  CsmChangeSet *self = g_new0 (CsmChangeSet, 1);

  self->case_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->draft_case_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

/**
 * csm_change_set_free:
 * @set: a set
 */
void
csm_change_set_free (CsmChangeSet *set)
{
  if (set == NULL)
    return;
  for (guint i = 0; i < CSM_N_TYPES; i++)
    g_clear_pointer (&set->ids[i], g_hash_table_unref);
  g_hash_table_unref (set->case_ids);
  g_hash_table_unref (set->draft_case_ids);
  g_free (set);
}

/**
 * csm_cache_get_meta:
 * @conn: a connection
 * @key: a key
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the value; %NULL without @error: there is none
 */
char *
csm_cache_get_meta (CsmDbConn   *conn,
                    const char  *key,
                    GError     **error)
{
  return csm_db_conn_get_text (conn, error, "SELECT value FROM meta WHERE key = ?", "t", key);
}

/**
 * csm_cache_set_meta:
 * @conn: a connection
 * @key: a key
 * @value: (nullable): its value; %NULL: none
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_set_meta (CsmDbConn   *conn,
                    const char  *key,
                    const char  *value,
                    GError     **error)
{
  return csm_db_conn_run (conn, error, "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", "tt", key, value);
}

/**
 * csm_cache_txn_begin:
 * @txn: to be filled; cleared with csm_cache_txn_clear() in any case
 * @conn: the writer's connection
 * @error: `CSM_ERROR_DATABASE`
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_txn_begin (CsmCacheTxn  *txn,
                     CsmDbConn    *conn,
                     GError      **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = NULL;

  *txn = (CsmCacheTxn) { .conn = conn };
  txn->changes = csm_change_set_new ();
  txn->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  txn->stale_cases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  txn->me = csm_cache_get_meta (conn, "me", &local);
  stmt = local == NULL ? csm_db_conn_query (conn, &local, "SELECT record_id FROM outbox UNION SELECT case_id FROM outbox WHERE type = 'Submission' AND case_id IS NOT NULL", NULL) : NULL;
  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    g_hash_table_add (txn->waiting, g_strdup (csm_db_stmt_text (stmt, 0)));
  if (local == NULL)
    txn->lost = csm_db_conn_get_int (conn, &local, 0, "SELECT EXISTS (SELECT 1 FROM lost)", NULL) != 0;
  if (local == NULL)
    txn->guest = csm_db_conn_get_int (conn, &local, 0, "SELECT EXISTS (SELECT 1 FROM meta WHERE key = 'guest')", NULL) != 0;
  if (local == NULL && txn->guest)
    csm_db_conn_exec (conn, "PRAGMA secure_delete = ON", &local);
  if (local == NULL)
    csm_cache_search_begin (txn, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_cache_txn_finish:
 * @txn: the job's
 * @error: `CSM_ERROR_DATABASE`
 *
 * Reckons what follows from the job's changes. Call once, last.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_txn_finish (CsmCacheTxn  *txn,
                      GError      **error)
{
  return csm_cache_derive_cases (txn, error) && csm_cache_search_finish (txn, error);
}

/**
 * csm_cache_txn_clear:
 * @txn: the job's
 *
 * Frees what the job held.
 */
void
csm_cache_txn_clear (CsmCacheTxn *txn)
{
  g_clear_pointer (&txn->me, g_free);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      g_clear_pointer (&txn->inserts[i], g_free);
      g_clear_pointer (&txn->updates[i], g_free);
    }
  for (guint i = 0; i < CSM_N_SEARCHES; i++)
    g_clear_pointer (&txn->touched[i], g_hash_table_unref);
  g_clear_pointer (&txn->waiting, g_hash_table_unref);
  g_clear_pointer (&txn->stale_cases, g_hash_table_unref);
  g_clear_pointer (&txn->changes, csm_change_set_free);
}

/**
 * csm_cache_txn_changed:
 * @txn: the job's
 * @type: a type
 * @id: a record of it
 * @case_id: (nullable): the case that it belongs to
 *
 * A record's view changed; told after the commit.
 */
void
csm_cache_txn_changed (CsmCacheTxn *txn,
                       CsmTypeId    type,
                       const char  *id,
                       const char  *case_id)
{
  CsmChangeSet *set = txn->changes;

  if (set->ids[type] == NULL)
    set->ids[type] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (txn->n_changes >= CSM_CHANGE_SET_MAX)
    {
      set->all = TRUE;
      return;
    }
  if (g_hash_table_add (set->ids[type], g_strdup (id)))
    txn->n_changes++;
  if (case_id == NULL || g_hash_table_contains (set->case_ids, case_id))
    return;
  if (type != CSM_TYPE_ID_DRAFT)
    {
      g_hash_table_remove (set->draft_case_ids, case_id);
      g_hash_table_add (set->case_ids, g_strdup (case_id));
    }
  else if (!g_hash_table_contains (set->draft_case_ids, case_id))
    {
      g_hash_table_add (set->draft_case_ids, g_strdup (case_id));
    }
}

/**
 * csm_cache_txn_touch_case:
 * @txn: the job's
 * @case_id: (nullable): a case
 *
 * Something of the case changed that its derived columns depend on.
 */
void
csm_cache_txn_touch_case (CsmCacheTxn *txn,
                          const char  *case_id)
{
  if (case_id != NULL && !g_hash_table_contains (txn->stale_cases, case_id))
    g_hash_table_add (txn->stale_cases, g_strdup (case_id));
}
