/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-copies.h"

#include "csm-txn-private.h"

/**
 * csm_copy_row_clear:
 * @self: a row
 *
 * Frees what it holds.
 */
void
csm_copy_row_clear (CsmCopyRow *self)
{
  g_clear_pointer (&self->message_id, g_free);
  g_clear_pointer (&self->channel_id, g_free);
}

/**
 * csm_txn_copy_put:
 * @txn: a write transaction
 * @row: what is to be copied; takes the place of what was known
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_copy_put (CsmTxn            *txn,
                  const CsmCopyRow  *row,
                  GError           **error)
{
  return csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO copy (messageId, channelId, tries, notBefore, since) VALUES (?, ?, ?, ?, ?)", "ttiii",
                          row->message_id, row->channel_id, (gint64) row->tries, row->not_before, row->since);
}

/**
 * csm_txn_copy_forget:
 * @txn: a write transaction
 * @message_id: a message that is copied, or won't be
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_copy_forget (CsmTxn      *txn,
                     const char  *message_id,
                     GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "DELETE FROM copy WHERE messageId = ?", "t", message_id);
}

/* The first row of @stmt, or none. */
static gboolean
read_row (CsmDbStmt   *stmt,
          CsmCopyRow  *row,
          GError     **error)
{
  g_autoptr (GError) local = NULL;

  *row = (CsmCopyRow) { 0 };
  if (stmt == NULL)
    return FALSE;
  if (csm_db_stmt_step (stmt, &local))
    *row = (CsmCopyRow) { g_strdup (csm_db_stmt_text (stmt, 0)), g_strdup (csm_db_stmt_text (stmt, 1)), (guint) csm_db_stmt_int (stmt, 2),
                          csm_db_stmt_int (stmt, 3), csm_db_stmt_int (stmt, 4) };
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_txn_copy_get:
 * @txn: a transaction
 * @message_id: a message
 * @row: (out caller-allocates): what is known of its copy; without a message: nothing is to be copied
 * @error: return location
 *
 * Returns: whether that is known
 */
gboolean
csm_txn_copy_get (CsmTxn      *txn,
                  const char  *message_id,
                  CsmCopyRow  *row,
                  GError     **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, "SELECT messageId, channelId, tries, notBefore, since FROM copy WHERE messageId = ?", "t",
                                                  message_id);

  return read_row (stmt, row, error);
}

/**
 * csm_txn_copy_next:
 * @txn: a transaction
 * @channel_id: a channel
 * @now: the time, µs
 * @row: (out caller-allocates): what may be tried, the one that may be tried first; without a message: nothing
 * @error: return location
 *
 * Returns: whether that is known
 */
gboolean
csm_txn_copy_next (CsmTxn      *txn,
                   const char  *channel_id,
                   gint64       now,
                   CsmCopyRow  *row,
                   GError     **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error,
                                                  "SELECT messageId, channelId, tries, notBefore, since FROM copy WHERE channelId = ? AND notBefore <= ?"
                                                  " ORDER BY notBefore, messageId LIMIT 1", "ti", channel_id, now);

  return read_row (stmt, row, error);
}

/**
 * csm_txn_copy_channels:
 * @txn: a transaction
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmCopyRow): for each channel with something to be copied, when it may be tried; no messages
 */
GArray *
csm_txn_copy_channels (CsmTxn  *txn,
                       GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (CsmCopyRow));
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, "SELECT channelId, MIN(notBefore) FROM copy WHERE notBefore < ? GROUP BY channelId", "i",
                                                  CSM_COPY_IN_HAND);
  g_autoptr (GError) local = NULL;

  g_array_set_clear_func (rows, (GDestroyNotify) csm_copy_row_clear);
  if (stmt == NULL)
    return NULL;
  while (csm_db_stmt_step (stmt, &local))
    {
      CsmCopyRow row = { .channel_id = g_strdup (csm_db_stmt_text (stmt, 0)), .not_before = csm_db_stmt_int (stmt, 1) };

      g_array_append_val (rows, row);
    }
  if (local == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_txn_copy_count:
 * @txn: a transaction
 * @channel_id: a channel
 * @error: return location
 *
 * Returns: how many wait, without those that somebody is at
 */
guint
csm_txn_copy_count (CsmTxn      *txn,
                    const char  *channel_id,
                    GError     **error)
{
  return (guint) csm_db_conn_get_int (txn->conn, error, 0, "SELECT COUNT(*) FROM copy WHERE channelId = ? AND notBefore < ?", "ti", channel_id, CSM_COPY_IN_HAND);
}

/**
 * csm_txn_copy_postpone:
 * @txn: a write transaction
 * @channel_id: a channel whose mail server can't be used
 * @not_before: when it may be tried again, µs
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_copy_postpone (CsmTxn      *txn,
                       const char  *channel_id,
                       gint64       not_before,
                       GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "UPDATE copy SET notBefore = ?2 WHERE channelId = ?1 AND notBefore < ?2", "ti", channel_id, not_before);
}

/**
 * csm_txn_copy_hurry:
 * @txn: a write transaction
 * @channel_id: a channel
 * @now: the time, µs
 * @error: return location
 *
 * What waits may be tried now.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_copy_hurry (CsmTxn      *txn,
                    const char  *channel_id,
                    gint64       now,
                    GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "UPDATE copy SET notBefore = ?2 WHERE channelId = ?1 AND notBefore > ?2 AND notBefore < ?3", "tii", channel_id, now,
                          CSM_COPY_IN_HAND);
}

/**
 * csm_txn_copy_restart:
 * @txn: a write transaction
 * @now: the time, µs
 * @error: return location
 *
 * For a server that starts: all may be tried, also what the last one was at.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_copy_restart (CsmTxn  *txn,
                      gint64   now,
                      GError **error)
{
  return csm_db_conn_run (txn->conn, error, "UPDATE copy SET notBefore = ?1 WHERE notBefore > ?1", "i", now);
}
