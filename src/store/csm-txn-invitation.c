/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-store"
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
