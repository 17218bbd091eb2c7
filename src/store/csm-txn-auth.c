/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

#include "csm-error.h"
#include "csm-json.h"
#include "csm-time.h"

/* `lastUsed` is for people, who need no finer grain; each use would be a write otherwise. */
#define LAST_USED_GRAIN (3600 * CSM_SECOND)

/**
 * csm_principal_free:
 * @principal: (transfer full): who is signed in
 */
void
csm_principal_free (CsmPrincipal *principal)
{
  g_free (principal->person_id);
  g_free (principal->device_id);
  g_free (principal->role);
  g_free (principal->email);
  g_free (principal);
}

/**
 * csm_principal_copy:
 * @principal: who is signed in
 *
 * Returns: (transfer full): a copy
 */
CsmPrincipal *
csm_principal_copy (const CsmPrincipal *principal)
{
  CsmPrincipal *copy = g_new0 (CsmPrincipal, 1);

  copy->person_id = g_strdup (principal->person_id);
  copy->device_id = g_strdup (principal->device_id);
  copy->role = g_strdup (principal->role);
  copy->account = principal->account;
  copy->projection = principal->projection;
  copy->email = g_strdup (principal->email);
  return copy;
}

static JsonObject *
active_person (CsmTxn      *txn,
               const char  *person_id,
               GError     **error)
{
  g_autoptr (JsonObject) person = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), person_id, error);

  return person != NULL && csm_json_get_boolean (person, "active") ? g_steal_pointer (&person) : NULL;
}

/**
 * csm_txn_set_password:
 * @txn: a write transaction
 * @person_id: whose
 * @hash: (nullable): what libsodium made of the password; %NULL takes the password away
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_set_password (CsmTxn      *txn,
                      const char  *person_id,
                      const char  *hash,
                      GError     **error)
{
  if (hash == NULL)
    return csm_db_conn_run (txn->conn, error, "DELETE FROM password WHERE personId = ?", "t", person_id);
  return csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO password (personId, hash, at) VALUES (?, ?, ?)", "tti",
                          person_id, hash, csm_time_now ());
}

/**
 * csm_txn_get_password:
 * @txn: a transaction
 * @email: an address, in any capitals
 * @person_id: (out) (transfer full): whose it is
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the password's hash; %NULL without an error for nobody, an inactive person, or one
 *   without a password
 */
char *
csm_txn_get_password (CsmTxn      *txn,
                      const char  *email,
                      char       **person_id,
                      GError     **error)
{
  g_autofree char *id = csm_txn_find_person (txn, email, error);
  g_autoptr (JsonObject) person = id != NULL ? active_person (txn, id, error) : NULL;
  char *hash = person != NULL ? csm_db_conn_get_text (txn->conn, error, "SELECT hash FROM password WHERE personId = ?", "t", id) : NULL;

  *person_id = hash != NULL ? g_steal_pointer (&id) : NULL;
  return hash;
}

/**
 * csm_txn_add_token:
 * @txn: a write transaction
 * @token_hash: hex of the token's SHA-256; the token itself is never stored
 * @person_id: who signed in
 * @device_id: the device; an earlier token of it ends
 * @device_name: (nullable): what the device calls itself
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_add_token (CsmTxn      *txn,
                   const char  *token_hash,
                   const char  *person_id,
                   const char  *device_id,
                   const char  *device_name,
                   GError     **error)
{
  gint64 now = csm_time_now ();

  return csm_db_conn_run (txn->conn, error, "DELETE FROM token WHERE personId = ? AND deviceId = ?", "tt", person_id, device_id) &&
         csm_db_conn_run (txn->conn, error,
                          "INSERT INTO token (hash, personId, deviceId, deviceName, created, lastUsed) VALUES (?, ?, ?, ?, ?, ?)", "ttttii",
                          token_hash, person_id, device_id, device_name, now, now);
}

/* Writes down that a token was used. */
gboolean
csm_txn_note_token (CsmTxn      *self,
                    const char  *token_hash,
                    GError     **error)
{
  return csm_db_conn_run (self->conn, error, "UPDATE token SET lastUsed = ? WHERE hash = ?", "it", csm_time_now (), token_hash);
}

/* A guest without a partner whose cases they might see is nobody. */
static gboolean
find_projection (CsmTxn        *txn,
                 JsonObject    *person,
                 CsmPrincipal  *principal,
                 GError       **error)
{
  JsonObject *teams = csm_json_get_object (person, "teamIds");
  g_autoptr (GList) ids = teams != NULL ? json_object_get_members (teams) : NULL;

  for (GList *l = ids; l != NULL && principal->projection == 0; l = l->next)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (CsmAccountRow) row = csm_txn_find_projection (txn, l->data, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      principal->projection = row != NULL ? row->account : 0;
    }
  if (principal->projection != 0)
    return TRUE;
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FORBIDDEN, "the guest is no partner's");
  return FALSE;
}

static gboolean
is_guest (JsonObject *person)
{
  return g_strcmp0 (csm_json_get_string (person, "kind"), "guest") == 0 || g_strcmp0 (csm_json_get_string (person, "role"), "guest") == 0;
}

/**
 * csm_txn_find_token:
 * @txn: a transaction
 * @token_hash: hex of the token's SHA-256
 * @error: `CSM_ERROR_FORBIDDEN` when the person is inactive, or a guest of no partner any more
 *
 * Returns: (transfer full) (nullable): who signed in; %NULL without an error when the token is unknown or revoked
 */
CsmPrincipal *
csm_txn_find_token (CsmTxn      *txn,
                    const char  *token_hash,
                    GError     **error)
{
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (JsonObject) person = NULL;
  g_autoptr (CsmPrincipal) principal = NULL;
  g_autoptr (GError) local = NULL;

  stmt = csm_db_conn_query (txn->conn, error,
                            "SELECT t.personId, t.deviceId, t.lastUsed, a.account FROM token t JOIN account a ON a.personId = t.personId WHERE t.hash = ?",
                            "t", token_hash);
  if (stmt == NULL || !csm_db_stmt_step (stmt, error))
    return NULL;
  person = active_person (txn, csm_db_stmt_text (stmt, 0), &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (person == NULL)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FORBIDDEN, "the person is inactive");
  if (person == NULL)
    return NULL;
  principal = g_new0 (CsmPrincipal, 1);
  principal->person_id = g_strdup (csm_db_stmt_text (stmt, 0));
  principal->device_id = g_strdup (csm_db_stmt_text (stmt, 1));
  principal->role = g_strdup (is_guest (person) ? "guest" : csm_json_get_string (person, "role"));
  principal->account = csm_db_stmt_int (stmt, 3);
  principal->email = g_strdup (csm_json_get_string (person, "email"));
  if (is_guest (person) && !find_projection (txn, person, principal, error))
    return NULL;
  if (csm_db_stmt_int (stmt, 2) < csm_time_now () - LAST_USED_GRAIN)
    g_ptr_array_add (txn->used_tokens, g_strdup (token_hash));
  return g_steal_pointer (&principal);
}

/**
 * csm_txn_list_tokens:
 * @txn: a transaction
 * @person_id: whose
 * @error: return location
 *
 * Returns: (transfer full) (element-type JsonObject): `{deviceId, deviceName, created, lastUsed}`, oldest first
 */
GPtrArray *
csm_txn_list_tokens (CsmTxn      *txn,
                     const char  *person_id,
                     GError     **error)
{
  g_autoptr (GPtrArray) tokens = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  stmt = csm_db_conn_query (txn->conn, error, "SELECT deviceId, deviceName, created, lastUsed FROM token WHERE personId = ? ORDER BY created, deviceId", "t", person_id);
  if (stmt == NULL)
    return NULL;
  while (csm_db_stmt_step (stmt, &local))
    {
      JsonObject *token = json_object_new ();

      csm_json_set_string (token, "deviceId", csm_db_stmt_text (stmt, 0));
      csm_json_set_string (token, "deviceName", csm_db_stmt_text (stmt, 1));
      csm_json_set_time (token, "created", csm_db_stmt_int (stmt, 2));
      csm_json_set_time (token, "lastUsed", csm_db_stmt_int (stmt, 3));
      g_ptr_array_add (tokens, token);
    }
  if (local == NULL)
    return g_steal_pointer (&tokens);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_txn_revoke_token:
 * @txn: a write transaction
 * @person_id: whose
 * @device_id: (nullable): of which device; %NULL: of all
 * @error: return location
 *
 * Returns: whether it worked, also when there was none
 */
gboolean
csm_txn_revoke_token (CsmTxn      *txn,
                      const char  *person_id,
                      const char  *device_id,
                      GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "DELETE FROM token WHERE personId = ?1 AND (?2 IS NULL OR deviceId = ?2)", "tt", person_id, device_id);
}
