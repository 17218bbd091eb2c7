/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

/**
 * csm_txn_find_aside:
 * @txn: a transaction
 * @channel_id: the mailbox
 * @customer_id: who writes
 * @lane: the lane that it is kept in
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the conversation that keeps what nobody is to be bothered with; %NULL without an error when there
 *   is none
 */
char *
csm_txn_find_aside (CsmTxn      *txn,
                    const char  *channel_id,
                    const char  *customer_id,
                    const char  *lane,
                    GError     **error)
{
  return csm_db_conn_get_text (txn->conn, error, "SELECT conversationId FROM aside WHERE channelId = ? AND customerId = ? AND lane = ?", "ttt",
                               channel_id, customer_id, lane);
}

/**
 * csm_txn_put_aside:
 * @txn: a write transaction
 * @channel_id: the mailbox
 * @customer_id: who writes
 * @lane: the lane that it is kept in
 * @conversation_id: the conversation
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_put_aside (CsmTxn      *txn,
                   const char  *channel_id,
                   const char  *customer_id,
                   const char  *lane,
                   const char  *conversation_id,
                   GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO aside (channelId, customerId, lane, conversationId) VALUES (?, ?, ?, ?)", "tttt",
                          channel_id, customer_id, lane, conversation_id);
}

/**
 * csm_txn_forget_aside:
 * @txn: a write transaction
 * @conversation_id: a conversation
 * @forgotten: (out): whether it was one that nobody is to be bothered with
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_forget_aside (CsmTxn      *txn,
                      const char  *conversation_id,
                      gboolean    *forgotten,
                      GError     **error)
{
  if (!csm_db_conn_run (txn->conn, error, "DELETE FROM aside WHERE conversationId = ?", "t", conversation_id))
    return FALSE;
  *forgotten = csm_db_conn_changes (txn->conn) > 0;
  return TRUE;
}

/**
 * csm_txn_note_acknowledged:
 * @txn: a write transaction
 * @address: a normalised address
 * @at: when it was told that a mail has come, µs
 * @forget: what happened before that instant, µs, counts no more
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_note_acknowledged (CsmTxn      *txn,
                           const char  *address,
                           gint64       at,
                           gint64       forget,
                           GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "DELETE FROM acknowledged WHERE at < ?", "i", forget) &&
         csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO acknowledged (address, at) VALUES (?, ?)", "ti", address, at);
}

/**
 * csm_txn_count_acknowledged:
 * @txn: a transaction
 * @address: a normalised address
 * @since: an instant, µs
 * @count: (out): how often it was told since then that a mail has come
 * @error: return location
 *
 * Returns: whether it could be looked up
 */
gboolean
csm_txn_count_acknowledged (CsmTxn      *txn,
                            const char  *address,
                            gint64       since,
                            gint64      *count,
                            GError     **error)
{
  g_autoptr (GError) local = NULL;

  *count = csm_db_conn_get_int (txn->conn, &local, 0, "SELECT count (*) FROM acknowledged WHERE address = ? AND at > ?", "ti", address, since);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_txn_recent_messages:
 * @txn: a transaction
 * @conversation_id: a conversation
 * @since: an instant, µs
 * @max: the most that are wanted
 * @error: return location
 *
 * Returns: (transfer full) (element-type utf8): the ids of the messages that it has had since then, newest first
 */
GPtrArray *
csm_txn_recent_messages (CsmTxn      *txn,
                         const char  *conversation_id,
                         gint64       since,
                         guint        max,
                         GError     **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, "SELECT id FROM message WHERE account = 1 AND conversationId = ? AND at > ? ORDER BY at DESC LIMIT ?",
                                                  "tii", conversation_id, since, (gint64) max);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return NULL;
  while (csm_db_stmt_step (stmt, &local))
    g_ptr_array_add (ids, g_strdup (csm_db_stmt_text (stmt, 0)));
  if (local == NULL)
    return g_steal_pointer (&ids);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}
