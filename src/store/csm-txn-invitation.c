/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

#include "csm-json.h"
#include "csm-time.h"

/**
 * csm_txn_add_invitation:
 * @txn: a write transaction
 * @code_hash: hex of the code's SHA-256; the code itself is never stored
 * @person_id: who may choose a password with it
 * @until: until when, µs
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_add_invitation (CsmTxn      *txn,
                        const char  *code_hash,
                        const char  *person_id,
                        gint64       until,
                        GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "DELETE FROM invitation WHERE until < ?", "i", csm_time_now ()) &&
         csm_db_conn_run (txn->conn, error, "INSERT INTO invitation (codeHash, personId, until) VALUES (?, ?, ?)", "tti", code_hash, person_id, until);
}

/**
 * csm_txn_find_invitation:
 * @txn: a transaction
 * @code_hash: hex of the code's SHA-256
 * @email: the address of who says that they were invited
 * @now: the time, µs
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the person; %NULL without an error when the code is wrong, used, too old, or somebody else's,
 *   or when the person is inactive
 */
char *
csm_txn_find_invitation (CsmTxn      *txn,
                         const char  *code_hash,
                         const char  *email,
                         gint64       now,
                         GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *id = csm_db_conn_get_text (txn->conn, &local, "SELECT personId FROM invitation WHERE codeHash = ? AND until >= ?", "ti", code_hash, now);
  g_autofree char *wanted = local == NULL && id != NULL ? csm_txn_find_person (txn, email, &local) : NULL;
  g_autoptr (JsonObject) person = NULL;

  if (local == NULL && g_strcmp0 (id, wanted) == 0 && id != NULL)
    person = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), id, &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return csm_json_get_boolean (person, "active") ? g_steal_pointer (&id) : NULL;
}

/**
 * csm_txn_drop_invitations:
 * @txn: a write transaction
 * @person_id: whose
 * @error: return location
 *
 * Returns: whether it worked, also when there was none
 */
gboolean
csm_txn_drop_invitations (CsmTxn      *txn,
                          const char  *person_id,
                          GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "DELETE FROM invitation WHERE personId = ?", "t", person_id);
}

/**
 * csm_txn_list_access:
 * @txn: a transaction
 * @error: return location
 *
 * Returns: (transfer full) (element-type JsonObject): of everybody: `{id, hasPassword, invitedUntil, devices, lastUsed}`; `invitedUntil` is
 *   when the code that they were given ends or ended, `lastUsed` when one of their devices was last here; null for never
 */
GPtrArray *
csm_txn_list_access (CsmTxn  *txn,
                     GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error,
                                                  "SELECT p.id, EXISTS (SELECT 1 FROM password w WHERE w.personId = p.id), "
                                                  "(SELECT max(until) FROM invitation i WHERE i.personId = p.id), "
                                                  "(SELECT count(*) FROM token t WHERE t.personId = p.id), "
                                                  "(SELECT max(lastUsed) FROM token t WHERE t.personId = p.id) FROM person p WHERE p.account = ?",
                                                  "i", (gint64) CSM_ACCOUNT_WORKSPACE);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return NULL;
  while (csm_db_stmt_step (stmt, &local))
    {
      JsonObject *one = json_object_new ();
      gint64 until = csm_db_stmt_int (stmt, 2), used = csm_db_stmt_int (stmt, 4);

      csm_json_set_string (one, "id", csm_db_stmt_text (stmt, 0));
      json_object_set_boolean_member (one, "hasPassword", csm_db_stmt_int (stmt, 1) != 0);
      csm_json_set_time (one, "invitedUntil", until != 0 ? until : CSM_TIME_NONE);
      json_object_set_int_member (one, "devices", csm_db_stmt_int (stmt, 3));
      csm_json_set_time (one, "lastUsed", used != 0 ? used : CSM_TIME_NONE);
      g_ptr_array_add (list, one);
    }
  if (local == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}
