/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-password.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <sodium.h>

#include "csm-error.h"

/* OWASP's second choice for Argon2id: two passes over 19 MiB, ~20 ms. */
#define PASSES 2
#define MEMORY (19 * 1024 * 1024)

typedef struct
{
  char *hash;
  char *password;
} Attempt;

static void
attempt_free (Attempt *attempt)
{
  g_free (attempt->hash);
  sodium_memzero (attempt->password, strlen (attempt->password));
  g_free (attempt->password);
  g_free (attempt);
}

/**
 * csm_password_check_new:
 * @password: what somebody wants as a password
 * @error: `CSM_ERROR_INVALID`, with a sentence for people
 *
 * Returns: whether it may become one
 */
gboolean
csm_password_check_new (const char  *password,
                        GError     **error)
{
  gsize length = strlen (password);

  if (!g_utf8_validate (password, -1, NULL))
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("The password is not UTF-8 text"));
  else if (g_utf8_strlen (password, -1) < CSM_PASSWORD_SHORTEST)
    g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, _("The password needs at least %d characters"), CSM_PASSWORD_SHORTEST);
  else if (length > CSM_PASSWORD_LONGEST)
    g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, _("The password may have at most %d bytes"), CSM_PASSWORD_LONGEST);
  else
    return TRUE;
  return FALSE;
}

/**
 * csm_password_hash:
 * @password: a password
 * @error: `CSM_ERROR_FAILED` when there is no memory for it
 *
 * Blocks for some 20 ms.
 *
 * Returns: (transfer full): its Argon2id hash, with salt and costs in it
 */
char *
csm_password_hash (const char  *password,
                   GError     **error)
{
  char hash[crypto_pwhash_STRBYTES];

  if (sodium_init () >= 0 &&
      crypto_pwhash_str_alg (hash, password, strlen (password), PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13) == 0)
    return g_strdup (hash);
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FAILED, _("There is not enough memory to hash the password"));
  return NULL;
}

/**
 * csm_password_verify:
 * @hash: (nullable): what csm_password_hash() made; %NULL for somebody who has no password or does not exist
 * @password: what was typed
 *
 * Without a hash it takes as long as with one, so that nobody learns from the clock who has an account. Blocks for some 20 ms.
 *
 * Returns: whether it is the password
 */
gboolean
csm_password_verify (const char *hash,
                     const char *password)
{
  gsize length = strlen (password);

  if (length > CSM_PASSWORD_LONGEST || sodium_init () < 0)
    return FALSE;
  if (hash == NULL)
    {
      static const guint8 salt[crypto_pwhash_SALTBYTES] = { 0 };
      guint8 unused[32];

      if (crypto_pwhash (unused, sizeof unused, password, length, salt, PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0)
        g_debug ("no memory to hash a password");
      return FALSE;
    }
  return crypto_pwhash_str_verify (hash, password, length) == 0;
}

static void
verify_thread (GTask        *task,
               gpointer      source,
               gpointer      task_data,
               GCancellable *cancellable)
{
  Attempt *attempt = task_data;

  g_task_return_boolean (task, csm_password_verify (attempt->hash, attempt->password));
}

/**
 * csm_password_verify_async:
 * @hash: (nullable): as for csm_password_verify()
 * @password: what was typed; copied, and wiped afterwards
 * @cancellable: (nullable): to no longer want the answer
 * @callback: called in the caller's main context
 * @user_data: for @callback
 *
 * As csm_password_verify(), on a thread. Each takes 19 MiB: whoever lets strangers call this bounds how many run at a time.
 */
void
csm_password_verify_async (const char          *hash,
                           const char          *password,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->hash = g_strdup (hash);
  attempt->password = g_strdup (password);
  g_task_set_source_tag (task, csm_password_verify_async);
  g_task_set_task_data (task, attempt, (GDestroyNotify) attempt_free);
  g_task_run_in_thread (task, verify_thread);
}

/**
 * csm_password_verify_finish:
 * @result: what the callback got
 * @error: `G_IO_ERROR_CANCELLED`
 *
 * Returns: whether it is the password
 */
gboolean
csm_password_verify_finish (GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
