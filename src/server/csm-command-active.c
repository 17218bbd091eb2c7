/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-command.h"

#include <glib/gi18n-lib.h>

#include "csm-desk.h"
#include "csm-error.h"
#include "csm-json.h"

typedef struct
{
  const char *email;
  gboolean    active;
} Change;

static gboolean
write_person (CsmTxn      *txn,
              const char  *id,
              gboolean     active,
              GError     **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_PERSON);
  const CsmPrincipal owner = { .role = (char *) "admin" };
  g_autoptr (JsonObject) before = csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, type, id, error);
  g_autoptr (JsonObject) after = before != NULL ? csm_json_copy_object (before) : NULL;
  g_autoptr (GError) local = NULL;

  if (after == NULL)
    return FALSE;
  json_object_set_boolean_member (after, "active", active);
  if (csm_desk_update (txn, &owner, CSM_ACCOUNT_WORKSPACE, type, id, before, after, &local))
    return TRUE;
  if (g_error_matches (local, CSM_DESK_ERROR, CSM_DESK_ERROR_FORBIDDEN))
    g_set_error (error, CSM_ERROR, CSM_ERROR_FORBIDDEN, _("%s is the last admin and has to stay one"), csm_json_get_string (before, "email"));
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* What the person owns stays theirs: others see whose it was, and take it over one by one or all at once. */
static gpointer
change_person (CsmTxn        *txn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  const Change *change = input;
  g_autofree char *id = csm_txn_find_person (txn, change->email, error);

  if (id == NULL)
    {
      if (*error == NULL)
        g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is nobody with the address %s"), change->email);
      return NULL;
    }
  /* Until then their tokens tell them that it is the person who may not come in: so they know what to do with what is on their computers. */
  if (write_person (txn, id, change->active, error) && change->active)
    csm_txn_revoke_token (txn, id, NULL, error);
  return NULL;
}

static gboolean
run (CsmInvocation  *invocation,
     gboolean        active,
     GError        **error)
{
  Change change = { NULL, active };
  g_autoptr (CsmStore) store = NULL;

  if (!csm_command_parse (invocation, NULL, 1, 1, error))
    return FALSE;
  change.email = invocation->argv[1];
  store = csm_command_open (invocation, error);
  if (store == NULL)
    return FALSE;
  csm_store_run (store, TRUE, change_person, &change, error);
  if (*error != NULL)
    return FALSE;
  csm_store_wake_others (store);
  g_print (active ? _("%s may sign in again\n") : _("%s is signed out everywhere and can't sign in\n"), change.email);
  return TRUE;
}

/**
 * csm_command_user_deactivate:
 * @invocation: `user deactivate EMAIL`
 * @error: return location
 *
 * Signs a person out everywhere and lets them in no more; a serving process closes what they have open. What they own and have written stays.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_user_deactivate (CsmInvocation  *invocation,
                             GError        **error)
{
  return run (invocation, FALSE, error);
}

/**
 * csm_command_user_reactivate:
 * @invocation: `user reactivate EMAIL`
 * @error: return location
 *
 * Lets a person sign in again, with the password they had: on each device anew.
 *
 * Returns: whether it worked
 */
gboolean
csm_command_user_reactivate (CsmInvocation  *invocation,
                             GError        **error)
{
  return run (invocation, TRUE, error);
}
