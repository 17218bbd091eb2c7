/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

#include "csm-time.h"

/* RFC 8620, section 6: an upload that no record names must live an hour at least; ours live a day. */
#define UPLOAD_LIFE (24 * 3600 * CSM_SECOND)

/* --- Retries -------------------------------------------------------------------------------------------------- */

/**
 * csm_txn_applied_op:
 * @txn: a transaction
 * @person_id: whose operation
 * @device_id: from which device
 * @op_id: the operation's id
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the JSON that was answered; %NULL without an error when it was never applied
 */
char *
csm_txn_applied_op (CsmTxn      *txn,
                    const char  *person_id,
                    const char  *device_id,
                    const char  *op_id,
                    GError     **error)
{
  return csm_db_conn_get_text (txn->conn, error, "SELECT result FROM applied_op WHERE personId = ? AND deviceId = ? AND opId = ?", "ttt",
                               person_id, device_id, op_id);
}

/**
 * csm_txn_store_op:
 * @txn: the write transaction that applies the operation
 * @person_id: whose operation
 * @device_id: from which device
 * @op_id: the operation's id
 * @result: what is answered, as JSON
 * @error: `CSM_ERROR_CONSTRAINT` when it was applied before
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_store_op (CsmTxn      *txn,
                  const char  *person_id,
                  const char  *device_id,
                  const char  *op_id,
                  const char  *result,
                  GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "INSERT INTO applied_op (personId, deviceId, opId, at, result) VALUES (?, ?, ?, ?, ?)", "tttit",
                          person_id, device_id, op_id, csm_time_now (), result);
}

/**
 * csm_txn_store_creation:
 * @txn: the write transaction that creates the record
 * @record_id: its id, made by the client
 * @person_id: who made it
 * @payload_hash: a hash of the object that the client sent
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_store_creation (CsmTxn      *txn,
                        const char  *record_id,
                        const char  *person_id,
                        const char  *payload_hash,
                        GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO creation (recordId, personId, payloadHash, at) VALUES (?, ?, ?, ?)", "ttti",
                          record_id, person_id, payload_hash, csm_time_now ());
}

/**
 * csm_txn_creation_matches:
 * @txn: a transaction
 * @record_id: a record's id
 * @person_id: who asks for its creation
 * @payload_hash: a hash of the object that the client sent
 * @error: return location
 *
 * Returns: whether the same person made the record from the same object: a retry, to be answered as the first time
 */
gboolean
csm_txn_creation_matches (CsmTxn      *txn,
                          const char  *record_id,
                          const char  *person_id,
                          const char  *payload_hash,
                          GError     **error)
{
  return csm_db_conn_get_int (txn->conn, error, 0, "SELECT 1 FROM creation WHERE recordId = ? AND personId = ? AND payloadHash = ?", "ttt",
                              record_id, person_id, payload_hash) != 0;
}

/* --- Blobs ---------------------------------------------------------------------------------------------------- */

/**
 * csm_txn_add_upload:
 * @txn: a write transaction
 * @blob_id: a stored blob
 * @size: its bytes
 * @person_id: who uploaded it
 * @error: return location
 *
 * Until a record names the blob only the uploader may read it (RFC 8620, section 6). Uploading again starts its time anew.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_add_upload (CsmTxn      *txn,
                    const char  *blob_id,
                    gint64       size,
                    const char  *person_id,
                    GError     **error)
{
  return csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO upload (blobId, personId, size, at) VALUES (?, ?, ?, ?)", "ttii",
                          blob_id, person_id, size, csm_time_now ());
}

/**
 * csm_txn_may_read_blob:
 * @txn: a transaction
 * @account: the account through which it is asked for
 * @blob_id: a blob's id; to know it gives no right to it
 * @person_id: who asks
 * @error: return location
 *
 * Returns: whether a record of the account names the blob, or the person uploaded it within the last day
 */
gboolean
csm_txn_may_read_blob (CsmTxn      *txn,
                       gint64       account,
                       const char  *blob_id,
                       const char  *person_id,
                       GError     **error)
{
  return csm_db_conn_get_int (txn->conn, error, 0,
                              "SELECT EXISTS (SELECT 1 FROM blob_ref WHERE blobId = ?1 AND account = ?2)"
                              " OR EXISTS (SELECT 1 FROM upload WHERE blobId = ?1 AND personId = ?3 AND at > ?4)", "titi",
                              blob_id, account, person_id, csm_time_now () - UPLOAD_LIFE) != 0;
}

/* --- Settings --------------------------------------------------------------------------------------------------- */

/**
 * csm_txn_setting:
 * @txn: a transaction
 * @key: which
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a small thing of the server itself; %NULL without an error when it isn't set
 */
char *
csm_txn_setting (CsmTxn      *txn,
                 const char  *key,
                 GError     **error)
{
  return csm_db_conn_get_text (txn->conn, error, "SELECT value FROM setting WHERE key = ?", "t", key);
}

/**
 * csm_txn_set_setting:
 * @txn: a write transaction
 * @key: which
 * @value: (nullable): what; %NULL unsets it
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_set_setting (CsmTxn      *txn,
                     const char  *key,
                     const char  *value,
                     GError     **error)
{
  if (value == NULL)
    return csm_db_conn_run (txn->conn, error, "DELETE FROM setting WHERE key = ?", "t", key);
  return csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", "tt", key, value);
}
