/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-merge.h"

#include "csm-json.h"
#include "csm-txn-private.h"

static void
clear_move (gpointer data)
{
  CsmMove *move = data;

  g_free (move->record_id);
  g_free (move->property);
  g_free (move->from_id);
  g_free (move->to_id);
}

static GArray *
list_moves (CsmTxn      *txn,
            const char  *column,
            const char  *id,
            const char  *property,
            GError     **error)
{
  g_autoptr (GArray) moves = g_array_new (FALSE, FALSE, sizeof (CsmMove));
  g_autofree char *sql = g_strdup_printf ("SELECT rowid, recordId, property, fromId, toId FROM moved WHERE %s = ? AND property = ? ORDER BY rowid", column);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, sql, "tt", id, property);
  g_autoptr (GError) local = NULL;

  g_array_set_clear_func (moves, clear_move);
  if (stmt == NULL)
    return NULL;
  while (csm_db_stmt_step (stmt, &local))
    {
      CsmMove move = { csm_db_stmt_int (stmt, 0), g_strdup (csm_db_stmt_text (stmt, 1)), g_strdup (csm_db_stmt_text (stmt, 2)),
                       g_strdup (csm_db_stmt_text (stmt, 3)), g_strdup (csm_db_stmt_text (stmt, 4)) };

      g_array_append_val (moves, move);
    }
  if (local == NULL)
    return g_steal_pointer (&moves);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_txn_note_move:
 * @txn: a write transaction
 * @record_id: what moves: a record, or the key of a customer's identity
 * @property: which of its places it is about
 * @from_id: where it was
 * @to_id: (nullable): where it is now
 * @error: return location
 *
 * Notes a step, so that it can be undone.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_note_move (CsmTxn      *txn,
                   const char  *record_id,
                   const char  *property,
                   const char  *from_id,
                   const char  *to_id,
                   GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "INSERT INTO moved (recordId, property, fromId, toId) VALUES (?, ?, ?, ?)", "tttt",
                          record_id, property, from_id, to_id);
}

/**
 * csm_txn_moves_of:
 * @txn: a transaction
 * @record_id: what moved
 * @property: which of its places it is about
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmMove): the way that it took, from its first step
 */
GArray *
csm_txn_moves_of (CsmTxn      *txn,
                  const char  *record_id,
                  const char  *property,
                  GError     **error)
{
  return list_moves (txn, "recordId", record_id, property, error);
}

/**
 * csm_txn_moves_from:
 * @txn: a transaction
 * @from_id: a record
 * @property: which places it is about
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmMove): all steps that went away from that record
 */
GArray *
csm_txn_moves_from (CsmTxn      *txn,
                    const char  *from_id,
                    const char  *property,
                    GError     **error)
{
  return list_moves (txn, "fromId", from_id, property, error);
}

/**
 * csm_txn_forget_move:
 * @txn: a write transaction
 * @move: a step
 * @later: whether the later steps of the same thing are forgotten, too
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_forget_move (CsmTxn         *txn,
                     const CsmMove  *move,
                     gboolean        later,
                     GError        **error)
{
  return later ? csm_db_conn_run (txn->conn, error, "DELETE FROM moved WHERE recordId = ? AND property = ? AND rowid >= ?", "tti",
                                  move->record_id, move->property, move->row)
               : csm_db_conn_run (txn->conn, error, "DELETE FROM moved WHERE rowid = ?", "i", move->row);
}

/**
 * csm_txn_inherit_moves:
 * @txn: a write transaction
 * @from_record: what moved
 * @to_record: what came later, and would have been where the other one was
 * @property: which of their places it is about
 * @error: return location
 *
 * Makes it take part in whatever brings the other one back.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_inherit_moves (CsmTxn      *txn,
                       const char  *from_record,
                       const char  *to_record,
                       const char  *property,
                       GError     **error)
{
  g_autoptr (GError) local = NULL;
  gboolean some = csm_db_conn_get_int (txn->conn, &local, 0, "SELECT EXISTS (SELECT 1 FROM moved WHERE recordId = ? AND property = ?)", "tt",
                                       from_record, property) != 0;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  /* Most never moved. A statement that may write several rows makes a savepoint, with which FTS5 writes out all that it has gathered. */
  return !some ||
         csm_db_conn_run (txn->conn, error,
                          "INSERT INTO moved (recordId, property, fromId, toId)"
                          " SELECT ?2, property, fromId, toId FROM moved WHERE recordId = ?1 AND property = ?3 ORDER BY rowid", "ttt",
                          from_record, to_record, property);
}

/**
 * csm_txn_last_moved_message:
 * @txn: a transaction
 * @conversation_id: a conversation that was merged into another one
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the newest message that went from it; %NULL without an error when there is none
 */
char *
csm_txn_last_moved_message (CsmTxn      *txn,
                            const char  *conversation_id,
                            GError     **error)
{
  return csm_db_conn_get_text (txn->conn, error,
                               "SELECT m.id FROM moved v CROSS JOIN message m ON m.account = 1 AND m.id = v.recordId"
                               " WHERE v.fromId = ? AND v.property = 'conversationId' ORDER BY m.rowid DESC LIMIT 1", "t", conversation_id);
}

/**
 * csm_txn_note_merge:
 * @txn: a write transaction
 * @id: a record that is merged into another one
 * @at: when, µs
 * @note: what else has to be undone
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_note_merge (CsmTxn      *txn,
                    const char  *id,
                    gint64       at,
                    JsonObject  *note,
                    GError     **error)
{
  g_autofree char *json = csm_json_write_object (note);

  return csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO merged (id, at, note) VALUES (?, ?, ?)", "tit", id, at, json);
}

/**
 * csm_txn_take_merge:
 * @txn: a write transaction
 * @id: a record that was merged into another one
 * @at: (out): when, µs
 * @error: return location
 *
 * Forgets what csm_txn_note_merge() noted.
 *
 * Returns: (transfer full) (nullable): the note; empty when there is none, %NULL on error
 */
JsonObject *
csm_txn_take_merge (CsmTxn      *txn,
                    const char  *id,
                    gint64      *at,
                    GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *json = csm_db_conn_get_text (txn->conn, &local, "SELECT note FROM merged WHERE id = ?", "t", id);
  g_autoptr (JsonNode) node = json != NULL ? csm_json_parse_trusted (json, -1) : NULL;

  *at = local == NULL ? csm_db_conn_get_int (txn->conn, &local, 0, "SELECT at FROM merged WHERE id = ?", "t", id) : 0;
  if (local == NULL)
    csm_db_conn_run (txn->conn, &local, "DELETE FROM merged WHERE id = ?", "t", id);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : json_object_new ();
}

/**
 * csm_txn_count_open:
 * @txn: a transaction
 * @person_id: a person
 * @count: (out): how many cases they own that are new, open or waiting
 * @error: return location
 *
 * Returns: whether it could be looked up
 */
gboolean
csm_txn_count_open (CsmTxn      *txn,
                    const char  *person_id,
                    gint64      *count,
                    GError     **error)
{
  *count = csm_db_conn_get_int (txn->conn, error, -1,
                                "SELECT count (*) FROM case_ WHERE account = 1 AND ownerId = ? AND status IN ('new', 'open', 'waiting')", "t", person_id);
  return *count >= 0;
}

/**
 * csm_txn_note_assigned:
 * @txn: a write transaction
 * @person_id: who was given a case
 * @at: when, µs
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_note_assigned (CsmTxn      *txn,
                       const char  *person_id,
                       gint64       at,
                       GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO assigned (personId, at) VALUES (?, ?)", "ti", person_id, at);
}

/**
 * csm_txn_last_assigned:
 * @txn: a transaction
 * @person_id: a person
 * @at: (out): when they were last given a case, µs; 0: never
 * @error: return location
 *
 * Returns: whether it could be looked up
 */
gboolean
csm_txn_last_assigned (CsmTxn      *txn,
                       const char  *person_id,
                       gint64      *at,
                       GError     **error)
{
  g_autoptr (GError) local = NULL;

  *at = csm_db_conn_get_int (txn->conn, &local, 0, "SELECT at FROM assigned WHERE personId = ?", "t", person_id);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
