/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-outgoing.h"

#include "csm-txn-private.h"

static void
clear_row (gpointer data)
{
  CsmOutgoingRow *row = data;

  g_free (row->message_id);
  g_free (row->channel_id);
}

/**
 * csm_txn_outgoing_queue:
 * @txn: a transaction
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmOutgoingRow): all that waits to be sent, the one that may be tried first at first
 */
GArray *
csm_txn_outgoing_queue (CsmTxn  *txn,
                        GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (CsmOutgoingRow));
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  g_array_set_clear_func (rows, clear_row);
  stmt = csm_db_conn_query (txn->conn, error,
                            "SELECT o.messageId, m.channelId, o.notBefore FROM outgoing o LEFT JOIN message m ON m.account = ? AND m.id = o.messageId"
                            " WHERE o.state = 'queued' ORDER BY o.notBefore, o.messageId", "i", CSM_ACCOUNT_WORKSPACE);
  if (stmt == NULL)
    return NULL;
  while (csm_db_stmt_step (stmt, &local))
    {
      CsmOutgoingRow row = { g_strdup (csm_db_stmt_text (stmt, 0)), g_strdup (csm_db_stmt_text (stmt, 1)), csm_db_stmt_int (stmt, 2) };

      g_array_append_val (rows, row);
    }
  if (local == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_txn_outgoing_is_early:
 * @txn: a transaction
 * @message_id: an outgoing message
 * @now: the time, µs
 * @is_early: (out): whether it waits for a later time
 * @error: return location
 *
 * Returns: whether that is known
 */
gboolean
csm_txn_outgoing_is_early (CsmTxn      *txn,
                           const char  *message_id,
                           gint64       now,
                           gboolean    *is_early,
                           GError     **error)
{
  g_autoptr (GError) local = NULL;

  *is_early = csm_db_conn_get_int (txn->conn, &local, 0, "SELECT notBefore FROM outgoing WHERE messageId = ? AND state = 'queued'", "t", message_id) > now;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
