/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-desk.h"

G_BEGIN_DECLS

/**
 * CsmInvite:
 * @case_id: what is shared
 * @partner_id: (nullable): with whose guests
 * @partner_name: (nullable): likewise, by name; made when there is none
 * @address: the guest's
 * @name: (nullable): what they are called
 * @has_conversation: whether it was said if they see the messages
 * @conversation: whether they do
 * @person_id: (out): who the guest is
 * @team_id: (out): and of which partner
 * @needs_code: (out): whether they have no password yet
 *
 * A guest whom a case is shown to.
 */
typedef struct
{
  const char *case_id;
  const char *partner_id;
  const char *partner_name;
  const char *address;
  const char *name;
  gboolean    has_conversation;
  gboolean    conversation;
  char       *person_id;
  char       *team_id;
  gboolean    needs_code;
} CsmInvite;

void     csm_invite_clear (CsmInvite           *self);
gboolean csm_invite_apply (CsmInvite           *self,
                           CsmTxn              *txn,
                           const CsmPrincipal  *who,
                           GError             **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsmInvite, csm_invite_clear)

G_END_DECLS
