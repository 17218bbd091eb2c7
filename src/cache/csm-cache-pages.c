/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-here-private.h"
#include "csm-cache-outbox.h"

#include "csm-error.h"
#include "csm-failpoint.h"
#include "csm-id.h"
#include "csm-json.h"

/* What comes from the server: pages of records, and where each type stands. */

/**
 * csm_sync_page_new:
 * @type: a type
 * @account: whose records it has
 *
 * Returns: (transfer full): an empty page
 */
CsmSyncPage *
csm_sync_page_new (CsmTypeId   type,
                   const char *account)
{
  CsmSyncPage *self = g_new0 (CsmSyncPage, 1);

  self->type = type;
  self->account = g_strdup (account);
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  self->destroyed = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/**
 * csm_sync_page_free:
 * @page: a page
 */
void
csm_sync_page_free (CsmSyncPage *page)
{
  if (page == NULL)
    return;
  g_free (page->account);
  g_free (page->old_state);
  g_free (page->new_state);
  g_ptr_array_unref (page->records);
  g_ptr_array_unref (page->destroyed);
  g_clear_pointer (&page->modseqs, json_object_unref);
  g_free (page);
}

/**
 * csm_sync_state_free:
 * @state: (nullable): where a cache stands
 */
void
csm_sync_state_free (CsmSyncState *state)
{
  if (state == NULL)
    return;
  g_free (state->me);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    g_free (state->states[i]);
  g_free (state);
}

/**
 * csm_cache_read_sync_state:
 * @conn: a connection
 * @error: `CSM_ERROR_DATABASE`
 *
 * Returns: (transfer full): where the cache stands
 */
CsmSyncState *
csm_cache_read_sync_state (CsmDbConn  *conn,
                           GError    **error)
{
  g_autoptr (CsmSyncState) state = g_new0 (CsmSyncState, 1);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, "SELECT type, state, complete FROM cursor", NULL);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      const CsmRecordType *type = csm_record_type_by_name (csm_db_stmt_text (stmt, 0));

      if (type == NULL)
        continue;
      state->states[type->id] = g_strdup (csm_db_stmt_text (stmt, 1));
      state->complete[type->id] = csm_db_stmt_int (stmt, 2) != 0;
    }
  if (local == NULL)
    state->me = csm_cache_get_meta (conn, "me", &local);
  if (local == NULL)
    {
      g_autofree char *started = csm_cache_get_meta (conn, "started", NULL);
      g_autofree char *newest = csm_cache_get_meta (conn, "newest", NULL);
      g_autofree char *heard = csm_cache_get_meta (conn, "note-heard", NULL);

      state->started = started != NULL;
      state->newest = newest != NULL;
      state->heard_at = heard != NULL ? g_ascii_strtoll (heard, NULL, 10) : 0;
      state->n_cases = (guint) csm_db_conn_get_int (conn, NULL, 0, "SELECT count (*) FROM case_", NULL);
      state->search_pending = csm_db_conn_get_int (conn, &local, 0,
        "SELECT EXISTS (SELECT 1 FROM search_floor WHERE floor <> ?1 OR NOT EXISTS (SELECT 1 FROM meta WHERE key = 'merged-' || name))",
        "i", G_MININT64) != 0;
    }
  if (local == NULL)
    return g_steal_pointer (&state);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_cache_set_identity:
 * @txn: the job's
 * @me: the signed-in person
 * @workspace_name: the workspace's name
 * @error: `CSM_ERROR_FORBIDDEN` when the cache, and what waits in it, is somebody else's
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_set_identity (CsmCacheTxn  *txn,
                        const char   *me,
                        const char   *workspace_name,
                        GError      **error)
{
  g_autofree char *known = csm_cache_get_meta (txn->conn, "workspace-name", NULL);

  if (txn->me != NULL && g_strcmp0 (txn->me, me) != 0)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FORBIDDEN, "the cache belongs to another person");
      return FALSE;
    }
  if (!csm_cache_set_meta (txn->conn, "me", me, error) || !csm_cache_set_meta (txn->conn, "workspace-name", workspace_name, error))
    return FALSE;
  if (!csm_cache_check_device (txn, error))
    return FALSE;
  if (csm_fault_enabled ("lost-operation") && !csm_db_conn_run (txn->conn, error, "DELETE FROM outbox WHERE state = 1", NULL))
    return FALSE;
  /* What was being sent when the app ended may or may not have arrived: the same goes again. */
  if (!csm_db_conn_run (txn->conn, error, "UPDATE outbox SET state = 0 WHERE state = 1", NULL))
    return FALSE;
  if (g_strcmp0 (known, workspace_name) != 0 || txn->me == NULL)
    csm_cache_txn_changed (txn, CSM_TYPE_ID_PERSON, me, NULL);
  return TRUE;
}

/* `sweep` of a cursor: 2 when what doesn't come again is to be remembered, because the server was restored from a backup. */
enum
{
  SWEEP_NONE,
  SWEEP_DROP,
  SWEEP_RESCUE,
};

static gboolean
check_cursor (CsmCacheTxn  *txn,
              CsmSyncPage  *page,
              const char   *type_name,
              gint64       *stamp,
              gint64       *sweep,
              GError      **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, &local, "SELECT state, stamp, sweep, before FROM cursor WHERE type = ?", "t", type_name);
  const char *state = NULL;

  *stamp = 0;
  *sweep = SWEEP_NONE;
  if (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      state = csm_db_stmt_text (stmt, 0);
      *stamp = csm_db_stmt_int (stmt, 1);
      *sweep = csm_db_stmt_int (stmt, 2);
      if (*sweep == SWEEP_DROP && !csm_cache_same_history (csm_db_stmt_text (stmt, 3), page->new_state))
        *sweep = SWEEP_RESCUE;
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (page->new_state != NULL && g_strcmp0 (state, page->old_state) != 0)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, "a page of %s does not follow on what is here", type_name);
      return FALSE;
    }
  return TRUE;
}

/* With a case goes what it holds. */
static gboolean
remove_record (CsmCacheTxn  *txn,
               CsmTypeId     type,
               const char   *id,
               gint64        stamp,
               gboolean      rescue,
               GError      **error)
{
  gint64 rowid = type == CSM_TYPE_ID_CASE ? csm_db_conn_get_int (txn->conn, error, 0, "SELECT rowid FROM case_ WHERE id = ?", "t", id) : 0;

  if (rowid != 0 && !csm_cache_drop_content (txn, rowid, id, rescue, error))
    return FALSE;
  return (!rescue || csm_cache_keep_lost (txn, type, id, error)) && csm_cache_put_base (txn, type, id, NULL, stamp, error);
}

/* What did not come again is not there any more. What waits here stays. */
static gboolean
sweep_type (CsmCacheTxn  *txn,
            CsmTypeId     type,
            gint64        stamp,
            gboolean      rescue,
            GError      **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM %s WHERE stamp <> ? AND base IS NOT NULL", csm_record_type_get (type)->table);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, &local, sql, "i", stamp);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    g_ptr_array_add (ids, g_strdup (csm_db_stmt_text (stmt, 0)));
  for (guint i = 0; i < ids->len && local == NULL; i++)
    remove_record (txn, type, g_ptr_array_index (ids, i), stamp, rescue, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_cache_apply_page:
 * @txn: the job's
 * @page: what the server sent
 * @error: `CSM_ERROR_INVALID` when it doesn't follow on the cursor, `CSM_ERROR_DATABASE` and its kin
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_apply_page (CsmCacheTxn  *txn,
                      CsmSyncPage  *page,
                      GError      **error)
{
  const CsmRecordType *type = csm_record_type_get (page->type);
  gint64 stamp, sweep;

  if (!check_cursor (txn, page, type->name, &stamp, &sweep, error))
    return FALSE;
  for (guint i = 0; i < page->records->len; i++)
    {
      JsonObject *record = g_ptr_array_index (page->records, i);
      const char *id = csm_json_get_string (record, "id");

      csm_failpoint ("page-record");
      if (csm_id_is_valid (id, type->letter) && !csm_cache_put_base (txn, page->type, id, record, stamp, error))
        return FALSE;
      if (page->type == CSM_TYPE_ID_CASE && page->modseqs != NULL && id != NULL &&
          !csm_cache_set_guard (txn, id, csm_json_get_int (page->modseqs, id, 0), error))
        return FALSE;
    }
  for (guint i = 0; i < page->destroyed->len; i++)
    {
      if (!remove_record (txn, page->type, g_ptr_array_index (page->destroyed, i), stamp, FALSE, error))
        return FALSE;
    }
  if (page->new_state == NULL)
    return TRUE;
  txn->changes->first[page->type] = csm_db_conn_get_int (txn->conn, NULL, 0, "SELECT NOT EXISTS (SELECT 1 FROM cursor WHERE type = ?1 AND complete)", "t", type->name) != 0;
  if (sweep != SWEEP_NONE && !page->has_more && !sweep_type (txn, page->type, stamp, sweep == SWEEP_RESCUE, error))
    return FALSE;
  return csm_db_conn_run (txn->conn, error,
    "INSERT INTO cursor (type, account, state, complete) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (type) DO UPDATE SET"
    " account = ?2, state = ?3, complete = max (complete, ?4), sweep = CASE WHEN ?4 THEN 0 ELSE ?5 END, before = CASE WHEN ?4 THEN NULL ELSE before END",
    "tttii", type->name, page->account, page->new_state, (gint64) !page->has_more, sweep);
}

/**
 * csm_cache_restart_type:
 * @txn: the job's
 * @type: a type
 * @error: `CSM_ERROR_DATABASE`
 *
 * Begins a type from the beginning, in the same table: what is there stays on the screen meanwhile.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_restart_type (CsmCacheTxn  *txn,
                        CsmTypeId     type,
                        GError      **error)
{
  return csm_db_conn_run (txn->conn, error, "UPDATE cursor SET before = coalesce (before, state), state = NULL, stamp = stamp + 1, sweep = max (sweep, 1) WHERE type = ?", "t", csm_record_type_get (type)->name);
}
