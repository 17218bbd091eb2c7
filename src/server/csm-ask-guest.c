/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-ask.h"

#include <glib/gi18n-lib.h>

#include "csm-code.h"
#include "csm-error.h"
#include "csm-invite.h"
#include "csm-json.h"
#include "csm-time.h"

#define CODE_DAYS 7

typedef struct
{
  CsmAsk    *ask;
  CsmInvite *invite;
  char      *code;
  gint64     until;
} Inviting;

static gpointer
invite (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  Inviting *self = input;
  g_autofree char *hash = NULL;

  if (!csm_invite_apply (self->invite, txn, self->ask->who, error))
    return NULL;
  if (!self->invite->needs_code)
    return GINT_TO_POINTER (TRUE);
  self->code = csm_code_new ();
  self->until = csm_time_now () + CODE_DAYS * 24 * 3600 * CSM_SECOND;
  hash = csm_code_hash (self->code);
  return GINT_TO_POINTER (csm_txn_drop_invitations (txn, self->invite->person_id, error) &&
                          csm_txn_add_invitation (txn, hash, self->invite->person_id, self->until, error));
}

/* A sentence for the person who asked. */
static void
explain (const GError  *problem,
         GError       **error)
{
  if (problem->code == CSM_DESK_ERROR_FORBIDDEN)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FORBIDDEN, _(problem->message));
  else if (problem->code == CSM_DESK_ERROR_NOT_FOUND)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("The case or the partner is not there any more."));
  else if (g_str_equal (problem->message, "address"))
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("That is not the address of somebody who can be a guest."));
  else if (g_str_equal (problem->message, "partnerId"))
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("This person is a guest of another partner."));
  else if (g_str_equal (problem->message, "partnerName"))
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("The name of the guest’s company is missing."));
  else
    g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, _("“%s” is not right."), problem->message);
}

/**
 * csm_ask_guest_invite:
 * @ask: {caseId, partnerId or partnerName, address, name, conversation}
 * @error: return location
 *
 * Shows a case to a guest of a partner. Who is there already just sees it; who is not gets a code to choose a password with.
 *
 * Returns: (transfer full) (nullable): {personId, partnerId, code, until}
 */
JsonObject *
csm_ask_guest_invite (CsmAsk  *ask,
                      GError **error)
{
  JsonObject *arguments = ask->arguments, *answer;
  g_auto (CsmInvite) given = {
    .case_id = csm_json_get_string (arguments, "caseId"), .partner_id = csm_json_get_string (arguments, "partnerId"),
    .partner_name = csm_json_get_string (arguments, "partnerName"), .address = csm_json_get_string (arguments, "address"),
    .name = csm_json_get_string (arguments, "name"), .has_conversation = json_object_has_member (arguments, "conversation"),
    .conversation = csm_json_get_boolean (arguments, "conversation"),
  };
  Inviting self = { ask, &given, NULL, 0 };
  g_autoptr (GError) local = NULL;
  g_autofree char *code = NULL;

  if (given.case_id == NULL || given.address == NULL)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("A case and an address are needed."));
      return NULL;
    }
  csm_store_run (ask->store, TRUE, invite, &self, &local);
  code = self.code;
  if (local != NULL)
    {
      if (local->domain == CSM_DESK_ERROR)
        explain (local, error);
      else
        g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  answer = json_object_new ();
  csm_json_set_string (answer, "personId", given.person_id);
  csm_json_set_string (answer, "partnerId", given.team_id);
  csm_json_set_string (answer, "code", code);
  if (code != NULL)
    csm_json_set_time (answer, "until", self.until);
  return answer;
}
