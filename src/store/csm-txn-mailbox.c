/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-mailbox.h"

#include "csm-txn-private.h"

/**
 * csm_txn_get_mailbox:
 * @txn: a transaction
 * @channel_id: the channel
 * @folder: its folder on the mail server
 * @state: (out caller-allocates): how far it has been read; all 0 when nobody has begun
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_get_mailbox (CsmTxn           *txn,
                     const char       *channel_id,
                     const char       *folder,
                     CsmMailboxState  *state,
                     GError          **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, "SELECT uidValidity, nextUid, modseq, checkedAt FROM mailbox"
                                                  " WHERE channelId = ? AND folder = ?", "tt", channel_id, folder);
  g_autoptr (GError) local = NULL;

  *state = (CsmMailboxState) { 0 };
  if (stmt == NULL)
    return FALSE;
  if (csm_db_stmt_step (stmt, &local))
    {
      state->uid_validity = (guint32) csm_db_stmt_int (stmt, 0);
      state->next_uid = (guint32) csm_db_stmt_int (stmt, 1);
      state->modseq = csm_db_stmt_int (stmt, 2);
      state->checked = csm_db_stmt_int (stmt, 3);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_txn_put_mailbox:
 * @txn: a write transaction: the one that takes in what was read
 * @channel_id: the channel
 * @folder: its folder on the mail server
 * @state: how far it has been read
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_put_mailbox (CsmTxn                 *txn,
                     const char             *channel_id,
                     const char             *folder,
                     const CsmMailboxState  *state,
                     GError                **error)
{
  return csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO mailbox (channelId, folder, uidValidity, nextUid, modseq, checkedAt)"
                          " VALUES (?, ?, ?, ?, ?, ?)", "ttiiii",
                          channel_id, folder, (gint64) state->uid_validity, (gint64) state->next_uid, state->modseq, state->checked);
}

/**
 * csm_txn_list_postponed:
 * @txn: a transaction
 * @channel_id: the channel
 * @folder: its folder on the mail server
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmMailboxPostponed): the mails that could not be got, by UID
 */
GArray *
csm_txn_list_postponed (CsmTxn      *txn,
                        const char  *channel_id,
                        const char  *folder,
                        GError     **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (CsmMailboxPostponed));
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, "SELECT uid, tries, notBefore FROM mailbox_postponed"
                                                  " WHERE channelId = ? AND folder = ? ORDER BY uid", "tt", channel_id, folder);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return NULL;
  while (csm_db_stmt_step (stmt, &local))
    {
      CsmMailboxPostponed one = { (guint32) csm_db_stmt_int (stmt, 0), (guint) csm_db_stmt_int (stmt, 1), csm_db_stmt_int (stmt, 2) };

      g_array_append_val (list, one);
    }
  if (local == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_txn_put_postponed:
 * @txn: a write transaction
 * @channel_id: the channel
 * @folder: its folder on the mail server
 * @postponed: a mail that could not be got
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_put_postponed (CsmTxn                     *txn,
                       const char                 *channel_id,
                       const char                 *folder,
                       const CsmMailboxPostponed  *postponed,
                       GError                    **error)
{
  return csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO mailbox_postponed (channelId, folder, uid, tries, notBefore) VALUES (?, ?, ?, ?, ?)",
                          "ttiii", channel_id, folder, (gint64) postponed->uid, (gint64) postponed->tries, postponed->not_before);
}

/**
 * csm_txn_forget_postponed:
 * @txn: a write transaction
 * @channel_id: the channel
 * @folder: its folder on the mail server
 * @uid: which; 0: all
 * @error: return location
 *
 * Returns: whether it worked, also when there was none
 */
gboolean
csm_txn_forget_postponed (CsmTxn      *txn,
                          const char  *channel_id,
                          const char  *folder,
                          guint32      uid,
                          GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "DELETE FROM mailbox_postponed WHERE channelId = ?1 AND folder = ?2 AND (?3 = 0 OR uid = ?3)", "tti",
                          channel_id, folder, (gint64) uid);
}
