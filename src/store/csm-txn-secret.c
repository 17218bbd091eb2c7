/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-mailbox.h"

#include <sodium.h>
#include <string.h>

#include "csm-error.h"
#include "csm-txn-private.h"

#define MAX_SECRET 65536

/* Each name has a key of its own, so that what was sealed under one name can't be put under another. */
static gboolean
derive_key (CsmTxn      *txn,
            const char  *name,
            guint8      *key,
            GError     **error)
{
  g_autofree char *text = g_strconcat ("casement secret 1: ", name, NULL);

  if (sodium_init () >= 0 &&
      crypto_generichash (key, crypto_secretbox_KEYBYTES, (const guint8 *) text, strlen (text), txn->key, CSM_STORE_KEY_LENGTH) == 0)
    return TRUE;
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FAILED, "the cryptography can't be used");
  return FALSE;
}

/**
 * csm_txn_secret:
 * @txn: a transaction
 * @name: which
 * @error: `CSM_ERROR_INVALID` when the key beside the database is not the one that it was sealed with
 *
 * Returns: (transfer full) (nullable): a password or the like; %NULL without an error when
 *   there is none
 */
char *
csm_txn_secret (CsmTxn      *txn,
                const char  *name,
                GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *text = csm_db_conn_get_text (txn->conn, &local, "SELECT sealed FROM secret WHERE name = ?", "t", name);
  g_autofree guint8 *sealed = NULL;
  guint8 key[crypto_secretbox_KEYBYTES];
  char *value;
  gsize length = 0;
  gboolean ok;

  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  if (text == NULL || !derive_key (txn, name, key, error))
    return NULL;
  sealed = g_base64_decode (text, &length);
  value = g_malloc0 (length + 1);
  ok = length >= crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES &&
       crypto_secretbox_open_easy ((guint8 *) value, sealed + crypto_secretbox_NONCEBYTES, length - crypto_secretbox_NONCEBYTES, sealed, key) == 0;
  sodium_memzero (key, sizeof key);
  if (ok)
    return value;
  g_free (value);
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, "a stored secret does not fit to the key in the data directory");
  return NULL;
}

/**
 * csm_txn_set_secret:
 * @txn: a write transaction
 * @name: which
 * @value: (nullable): a password or the like; %NULL: forget it
 * @error: return location
 *
 * The database holds it encrypted; the key lies beside the database.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_set_secret (CsmTxn      *txn,
                    const char  *name,
                    const char  *value,
                    GError     **error)
{
  gsize length = value != NULL ? strlen (value) : 0;
  gsize sealed_length = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + length;
  g_autofree guint8 *sealed = NULL;
  g_autofree char *text = NULL;
  guint8 key[crypto_secretbox_KEYBYTES];

  if (value == NULL)
    return csm_db_conn_run (txn->conn, error, "DELETE FROM secret WHERE name = ?", "t", name);
  if (length > MAX_SECRET)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_TOO_LARGE, "the secret is too long");
      return FALSE;
    }
  if (!derive_key (txn, name, key, error))
    return FALSE;
  sealed = g_malloc (sealed_length);
  randombytes_buf (sealed, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy (sealed + crypto_secretbox_NONCEBYTES, (const guint8 *) value, length, sealed, key);
  sodium_memzero (key, sizeof key);
  text = g_base64_encode (sealed, sealed_length);
  return csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO secret (name, sealed) VALUES (?, ?)", "tt", name, text);
}

/**
 * csm_txn_mac:
 * @txn: a transaction
 * @purpose: what it is for; each purpose has a key of its own
 * @text: what is to be signed
 * @mac: (out caller-allocates): `CSM_TXN_MAC_LENGTH` bytes that only this workspace can make
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_mac (CsmTxn      *txn,
             const char  *purpose,
             const char  *text,
             guint8      *mac,
             GError     **error)
{
  const CsmAccountInfo *info = csm_txn_account_info (txn, CSM_ACCOUNT_WORKSPACE, error);
  g_autofree char *name = g_strconcat ("signature: ", purpose, NULL);
  g_autofree char *signed_text = NULL;
  guint8 key[crypto_secretbox_KEYBYTES];
  gboolean ok;

  G_STATIC_ASSERT (CSM_TXN_MAC_LENGTH >= crypto_generichash_BYTES_MIN && sizeof key >= crypto_generichash_KEYBYTES_MIN);
  if (info == NULL || !derive_key (txn, name, key, error))
    return FALSE;
  signed_text = g_strconcat (info->id, "\n", text, NULL);
  ok = crypto_generichash (mac, CSM_TXN_MAC_LENGTH, (const guint8 *) signed_text, strlen (signed_text), key, sizeof key) == 0;
  sodium_memzero (key, sizeof key);
  if (!ok)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FAILED, "the cryptography can't be used");
  return ok;
}
