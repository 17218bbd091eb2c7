/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-clocks.h"

#include "csm-time.h"
#include "csm-txn-private.h"

/**
 * csm_txn_set_clock:
 * @txn: a write transaction
 * @case_id: a case
 * @at: when it has to be looked at, µs; `CSM_TIME_NONE`: never
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_set_clock (CsmTxn      *txn,
                   const char  *case_id,
                   gint64       at,
                   GError     **error)
{
  if (at == CSM_TIME_NONE)
    return csm_db_conn_run (txn->conn, error, "DELETE FROM clock WHERE caseId = ?", "t", case_id);
  return csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO clock (caseId, at) VALUES (?, ?)", "ti", case_id, at);
}

static GPtrArray *
read_ids (CsmDbStmt  *stmt,
          GError    **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;

  while (csm_db_stmt_step (stmt, &local))
    g_ptr_array_add (ids, g_strdup (csm_db_stmt_text (stmt, 0)));
  if (local == NULL)
    return g_steal_pointer (&ids);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_txn_due_clocks:
 * @txn: a transaction
 * @now: an instant, µs
 * @max: how many at most
 * @error: return location
 *
 * Returns: (transfer full) (element-type utf8): the cases whose time has come, oldest first
 */
GPtrArray *
csm_txn_due_clocks (CsmTxn  *txn,
                    gint64   now,
                    guint    max,
                    GError **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, "SELECT caseId FROM clock WHERE at <= ? ORDER BY at, caseId LIMIT ?", "ii",
                                                  now, (gint64) max);

  return stmt != NULL ? read_ids (stmt, error) : NULL;
}

/**
 * csm_txn_next_clock:
 * @txn: a transaction
 * @at: (out): when the next case has to be looked at, or `CSM_TIME_NONE`
 * @error: return location
 *
 * Returns: whether that is known
 */
gboolean
csm_txn_next_clock (CsmTxn  *txn,
                    gint64  *at,
                    GError **error)
{
  g_autoptr (GError) local = NULL;

  *at = csm_db_conn_get_int (txn->conn, &local, CSM_TIME_NONE, "SELECT at FROM clock ORDER BY at LIMIT 1", NULL);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_txn_open_cases:
 * @txn: a transaction
 * @after: a case's id; "": from the first one
 * @max: how many at most
 * @error: return location
 *
 * Returns: (transfer full) (element-type utf8): the ids of the cases that are neither resolved nor closed, in order
 */
GPtrArray *
csm_txn_open_cases (CsmTxn      *txn,
                    const char  *after,
                    guint        max,
                    GError     **error)
{
  g_autoptr (CsmDbStmt) stmt = NULL;

  stmt = csm_db_conn_query (txn->conn, error, "SELECT id FROM case_ WHERE account = ? AND id > ? AND status NOT IN ('resolved', 'closed') ORDER BY id LIMIT ?",
                            "iti", CSM_ACCOUNT_WORKSPACE, after, (gint64) max);
  return stmt != NULL ? read_ids (stmt, error) : NULL;
}
