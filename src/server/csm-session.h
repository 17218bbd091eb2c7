/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/**
 * CsmSession:
 * @workspace: the account of everybody; for a guest what their partner sees of it
 * @personal: the person's own
 * @username: the email address that they sign in with
 * @base_url: what this server's URLs begin with, without a slash at the end
 * @time_zone: whose mornings and evenings people mean, as a name of the TZ database
 * @is_guest: whether internal types don't exist for them
 * @state: changes when any of it does
 *
 * What a person may see of a server (RFC 8620, section 2).
 */
typedef struct
{
  CsmAccountRow *workspace;
  CsmAccountRow *personal;
  char          *username;
  char          *base_url;
  char          *time_zone;
  gboolean       is_guest;
  char          *state;
} CsmSession;

CsmSession *csm_session_load  (CsmTxn              *txn,
                               const CsmPrincipal  *who,
                               const char          *base_url,
                               GError             **error);
void        csm_session_free  (CsmSession          *session);
char       *csm_session_write (const CsmSession    *session);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmSession, csm_session_free)

G_END_DECLS
