/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-auth.h"

#include <string.h>
#include <sys/random.h>

#include "csm-error.h"
#include "csm-jmap-error.h"

#define TOKEN_BYTES 32

struct _CsmAuth
{
  gatomicrefcount  ref_count;
  GMutex           mutex;
  GHashTable      *remembered; /* token hash → CsmPrincipal */
};

/**
 * csm_auth_new:
 *
 * Returns: (transfer full): one that knows the database's tokens only
 */
CsmAuth *
csm_auth_new (void)
{
  CsmAuth *self = g_new0 (CsmAuth, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->remembered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) csm_principal_free);
  return self;
}

/**
 * csm_auth_ref:
 * @self: an auth
 *
 * Returns: (transfer full): @self
 */
CsmAuth *
csm_auth_ref (CsmAuth *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * csm_auth_unref:
 * @self: (transfer full): an auth
 */
void
csm_auth_unref (CsmAuth *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->remembered);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/**
 * csm_auth_make_token:
 *
 * Returns: (transfer full): a new token that nobody can guess
 */
char *
csm_auth_make_token (void)
{
  guint8 bytes[TOKEN_BYTES];
  char *token;

  if (getrandom (bytes, sizeof bytes, 0) != (gssize) sizeof bytes)
    g_error ("the system has no random numbers");
  token = g_base64_encode (bytes, sizeof bytes);
  g_strdelimit (token, "+", '-');
  g_strdelimit (token, "/", '_');
  token[strcspn (token, "=")] = '\0';
  return token;
}

/**
 * csm_auth_hash_token:
 * @token: a token, as it came
 *
 * Returns: (transfer full): its SHA-256 in hex: what is stored and looked up
 */
char *
csm_auth_hash_token (const char *token)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
}

/**
 * csm_auth_remember:
 * @self: an auth
 * @token_hash: a token's hash
 * @principal: whom it stands for
 *
 * Adds a token that ends with this process.
 */
void
csm_auth_remember (CsmAuth            *self,
                   const char         *token_hash,
                   const CsmPrincipal *principal)
{
  g_mutex_lock (&self->mutex);
  g_hash_table_replace (self->remembered, g_strdup (token_hash), csm_principal_copy (principal));
  g_mutex_unlock (&self->mutex);
}

/**
 * csm_auth_forget:
 * @self: an auth
 * @token_hash: a token's hash
 *
 * Takes back csm_auth_remember().
 */
void
csm_auth_forget (CsmAuth    *self,
                 const char *token_hash)
{
  g_mutex_lock (&self->mutex);
  g_hash_table_remove (self->remembered, token_hash);
  g_mutex_unlock (&self->mutex);
}

/**
 * csm_auth_find:
 * @self: an auth
 * @txn: a transaction
 * @token_hash: a token's hash
 * @error: `CSM_JMAP_ERROR_UNAUTHORIZED` when it stands for nobody: unknown or revoked; `CSM_JMAP_ERROR_GONE` when the person is
 *   inactive
 *
 * Returns: (transfer full): whom it stands for
 */
CsmPrincipal *
csm_auth_find (CsmAuth     *self,
               CsmTxn      *txn,
               const char  *token_hash,
               GError     **error)
{
  CsmPrincipal *principal;
  g_autoptr (GError) local = NULL;

  g_mutex_lock (&self->mutex);
  principal = g_hash_table_lookup (self->remembered, token_hash);
  if (principal != NULL)
    principal = csm_principal_copy (principal);
  g_mutex_unlock (&self->mutex);
  if (principal == NULL)
    principal = csm_txn_find_token (txn, token_hash, &local);
  if (principal != NULL)
    return principal;
  if (g_error_matches (local, CSM_ERROR, CSM_ERROR_FORBIDDEN))
    g_set_error_literal (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_GONE, "This person may not use the workspace any more.");
  else if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error_literal (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_UNAUTHORIZED, "not signed in");
  return NULL;
}
