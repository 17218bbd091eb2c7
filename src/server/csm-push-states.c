/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-push-private.h"

/* Between the accounts' states in a pushState; no state has it. */
#define SEPARATOR "_"

/**
 * csm_push_states_free:
 * @states: states
 */
void
csm_push_states_free (CsmPushStates *states)
{
  g_free (states->id);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    g_free (states->states[i]);
  g_free (states->everything);
  g_free (states);
}

static gboolean
lives_in (CsmTxn              *txn,
          const CsmRecordType *type,
          gint64               account)
{
  if (csm_txn_is_projection (txn, account))
    return g_str_equal (type->capability, CSM_CAPABILITY_DESK);
  return ((type->flags & CSM_RECORD_PERSONAL) != 0) == (account != CSM_ACCOUNT_WORKSPACE);
}

/**
 * csm_push_states_read:
 * @txn: a transaction
 * @account: an account
 * @types: a bit for each type
 * @error: return location
 *
 * Returns: (transfer full): their states, as the transaction sees them; `id` is filled by csm_push_glance_read()
 */
CsmPushStates *
csm_push_states_read (CsmTxn  *txn,
                      gint64   account,
                      guint    types,
                      GError **error)
{
  CsmPushStates *self = g_new0 (CsmPushStates, 1);

  self->account = account;
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      const CsmRecordType *type = csm_record_type_get (i);
      g_autoptr (GError) local = NULL;

      if (!(types & (1u << i)) || !lives_in (txn, type, account))
        continue;
      self->states[i] = csm_txn_state (txn, account, type, &local);
      if (self->states[i] != NULL && csm_txn_parse_state (txn, account, type, self->states[i], &self->modseqs[i], &local))
        self->newest = MAX (self->newest, self->modseqs[i]);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          csm_push_states_free (self);
          return NULL;
        }
    }
  self->everything = csm_txn_format_state (txn, account, self->newest);
  return self;
}

/* The types that changed since the client's state; all of them when that says nothing to us. */
static guint
find_missed (CsmTxn              *txn,
             const CsmPushStates *states,
             const char          *known)
{
  gint64 since = 0;
  guint missed = 0;

  if (known == NULL || !csm_txn_parse_state (txn, states->account, csm_record_type_get (CSM_TYPE_ID_CASE), known, &since, NULL))
    since = -1;
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      if (states->states[i] != NULL && states->modseqs[i] > since)
        missed |= 1u << i;
    }
  return missed;
}

/**
 * csm_push_glance_free:
 * @glance: a glance
 */
void
csm_push_glance_free (CsmPushGlance *glance)
{
  for (guint i = 0; i < CSM_PUSH_ACCOUNTS; i++)
    g_clear_pointer (&glance->accounts[i], csm_push_states_free);
  g_free (glance);
}

/**
 * csm_push_glance_read:
 * @txn: a transaction
 * @who: who listens
 * @push_state: (nullable): the last that they heard (RFC 8887, section 4.3.5.2); %NULL: nothing was missed
 * @error: return location
 *
 * Returns: (transfer full): the states of all that @who sees, and what of it changed since @push_state
 */
CsmPushGlance *
csm_push_glance_read (CsmTxn        *txn,
                      CsmPrincipal  *who,
                      const char    *push_state,
                      GError       **error)
{
  CsmPushGlance *self = g_new0 (CsmPushGlance, 1);
  const gint64 accounts[CSM_PUSH_ACCOUNTS] = { who->projection != 0 ? who->projection : CSM_ACCOUNT_WORKSPACE, who->account };
  g_auto (GStrv) known = push_state != NULL ? g_strsplit (push_state, SEPARATOR, CSM_PUSH_ACCOUNTS) : NULL;

  for (guint i = 0; i < CSM_PUSH_ACCOUNTS; i++)
    {
      g_autofree char *id = csm_txn_account_id (txn, accounts[i], error);

      self->accounts[i] = id != NULL ? csm_push_states_read (txn, accounts[i], CSM_PUSH_ALL_TYPES, error) : NULL;
      if (self->accounts[i] == NULL)
        {
          csm_push_glance_free (self);
          return NULL;
        }
      self->accounts[i]->id = g_steal_pointer (&id);
      if (known != NULL)
        self->missed[i] = find_missed (txn, self->accounts[i], g_strv_length (known) == CSM_PUSH_ACCOUNTS ? known[i] : NULL);
    }
  return self;
}
