/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

#include "csm-json.h"
#include "csm-time.h"

/**
 * csm_txn_add_audit:
 * @txn: a write transaction
 * @person_id: who did it
 * @kind: what, in one word
 * @subject_id: (nullable): to whom or what
 * @detail: what else is known
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_add_audit (CsmTxn      *txn,
                   const char  *person_id,
                   const char  *kind,
                   const char  *subject_id,
                   JsonObject  *detail,
                   GError     **error)
{
  g_autofree char *text = csm_json_write_object (detail);

  return csm_db_conn_run (txn->conn, error, "INSERT INTO audit (at, personId, kind, subjectId, detail) VALUES (?, ?, ?, ?, ?)", "itttt",
                          csm_time_now (), person_id != NULL ? person_id : "", kind, subject_id, text);
}

/**
 * csm_txn_list_audit:
 * @txn: a transaction
 * @before: those before this one; 0: the newest
 * @max: how many at most
 * @error: return location
 *
 * Returns: (transfer full) (element-type JsonObject): `{id, at, personId, kind, subjectId, name, values}`, the newest first
 */
GPtrArray *
csm_txn_list_audit (CsmTxn  *txn,
                    gint64   before,
                    guint    max,
                    GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error,
                                                  "SELECT id, at, personId, kind, subjectId, detail FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?", "ii",
                                                  before > 0 ? before : G_MAXINT64, (gint64) max);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return NULL;
  while (csm_db_stmt_step (stmt, &local))
    {
      g_autoptr (JsonNode) node = csm_json_parse_trusted (csm_db_stmt_text (stmt, 5), -1);
      JsonObject *one = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_object_ref (json_node_get_object (node)) : json_object_new ();

      json_object_set_int_member (one, "id", csm_db_stmt_int (stmt, 0));
      csm_json_set_time (one, "at", csm_db_stmt_int (stmt, 1));
      csm_json_set_string (one, "personId", csm_db_stmt_text (stmt, 2));
      csm_json_set_string (one, "kind", csm_db_stmt_text (stmt, 3));
      csm_json_set_string (one, "subjectId", csm_db_stmt_text (stmt, 4));
      g_ptr_array_add (list, one);
    }
  if (local == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}
