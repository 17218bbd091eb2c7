/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

#include "csm-store.h"

G_BEGIN_DECLS

/*
 * A permission to use a mailbox instead of a password (OAuth 2.0, RFC 6749): a refresh token of the account's provider, which stands for the
 * person who signed in there with the browser. From it come the access tokens that mail servers take, for an hour or so each. What is
 * stored is shared by everything that signs in to the channel's servers, in whatever thread.
 */
typedef struct _CsmMailGrant CsmMailGrant;

CsmMailGrant *csm_mail_grant_read_json  (JsonObject          *json,
                                         CsmMailGrant        *stored,
                                         GError             **error);
JsonObject   *csm_mail_grant_write_json (CsmMailGrant        *self);
CsmMailGrant *csm_mail_grant_ref        (CsmMailGrant        *self);
void          csm_mail_grant_unref      (CsmMailGrant        *self);
gboolean      csm_mail_grant_equal      (const CsmMailGrant  *a,
                                         const CsmMailGrant  *b);
gboolean      csm_mail_grant_is_stored  (const CsmMailGrant  *self);
CsmMailGrant *csm_mail_grant_load       (CsmTxn              *txn,
                                         const char          *channel_id,
                                         GError             **error);
gboolean      csm_mail_grant_save       (CsmMailGrant        *self,
                                         CsmTxn              *txn,
                                         const char          *channel_id,
                                         GError             **error);
gboolean      csm_mail_grant_forget     (CsmTxn              *txn,
                                         const char          *channel_id,
                                         GError             **error);
JsonObject   *csm_mail_grant_exchange   (JsonObject          *json,
                                         CsmMailGrant        *stored,
                                         GCancellable        *cancellable,
                                         GError             **error);
char         *csm_mail_grant_get_token  (CsmMailGrant        *self,
                                         const char          *refused,
                                         GCancellable        *cancellable,
                                         GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmMailGrant, csm_mail_grant_unref)

G_END_DECLS
