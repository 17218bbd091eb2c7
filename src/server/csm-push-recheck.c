/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-push-private.h"

#include "csm-jmap-error.h"

/* Tokens that became worthless, or another partner's guest's, while somebody listens with them. */

static gpointer
find_revoked (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  CsmAuth *auth = ((gpointer *) input)[0];
  GHashTable *tokens = ((gpointer *) input)[1];
  g_autoptr (GHashTable) revoked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer token_hash;

  g_hash_table_iter_init (&iter, tokens);
  while (g_hash_table_iter_next (&iter, &token_hash, NULL))
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (CsmPrincipal) who = csm_auth_find (auth, txn, token_hash, &local);
      gint64 home = who != NULL && who->projection != 0 ? who->projection : CSM_ACCOUNT_WORKSPACE;
      gint64 *known;

      known = g_hash_table_lookup (tokens, token_hash);
      if (csm_jmap_error_is_refusal (local) || (who != NULL && *known != 0 && *known != home))
        g_hash_table_add (revoked, g_strdup (token_hash));
    }
  return g_steal_pointer (&revoked);
}

static void
recheck_input_free (gpointer input)
{
  csm_auth_unref (((gpointer *) input)[0]);
  g_hash_table_unref (((gpointer *) input)[1]);
  g_free (input);
}

static void
rechecked_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (CsmPush) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) revoked = csm_store_run_finish (CSM_STORE (source), result, &error);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_push_client_unref);

  self->rechecking = FALSE;
  for (guint i = 0; revoked != NULL && i < self->clients->len; i++)
    {
      CsmPushClient *client = g_ptr_array_index (self->clients, i);

      if (g_hash_table_contains (revoked, client->token_hash))
        g_ptr_array_add (gone, csm_push_client_ref (client));
    }
  for (guint i = 0; i < gone->len; i++)
    {
      CsmPushClient *client = g_ptr_array_index (gone, i);

      if (client->push != NULL)
        client->funcs->revoked (client->data);
    }
  if (self->recheck_again)
    csm_push_recheck (self);
}

/**
 * csm_push_recheck:
 * @self: a push
 *
 * Closes the connections of tokens that have become worthless.
 */
void
csm_push_recheck (CsmPush *self)
{
  g_autoptr (GHashTable) tokens = NULL;
  gpointer *input;

  self->recheck_again = self->rechecking;
  if (self->rechecking || self->clients->len == 0)
    return;
  tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < self->clients->len; i++)
    {
      CsmPushClient *client = g_ptr_array_index (self->clients, i);
      gint64 home = client->known != NULL ? client->known->accounts[0]->account : 0;

      g_hash_table_replace (tokens, g_strdup (client->token_hash), g_memdup2 (&home, sizeof home));
    }
  input = g_new (gpointer, 2);
  input[0] = csm_auth_ref (self->auth);
  input[1] = g_steal_pointer (&tokens);
  self->rechecking = TRUE;
  csm_store_run_async (self->store, FALSE, find_revoked, input, recheck_input_free, (GDestroyNotify) g_hash_table_unref, NULL,
                       rechecked_cb, g_object_ref (self));
}
