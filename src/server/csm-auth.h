/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/*
 * Who a token stands for. Tokens are 32 random bytes in base64url; only their SHA-256 is kept, in the database or, for the
 * embedded server's one token, in memory. Asking is one indexed row and happens in the transaction that needs the answer,
 * so that a revoked token is worth nothing at once. Any thread.
 */
typedef struct _CsmAuth CsmAuth;

CsmAuth      *csm_auth_new           (void);
CsmAuth      *csm_auth_ref           (CsmAuth             *self);
void          csm_auth_unref         (CsmAuth             *self);
char         *csm_auth_make_token    (void);
char         *csm_auth_hash_token    (const char          *token);
void          csm_auth_remember      (CsmAuth             *self,
                                      const char          *token_hash,
                                      const CsmPrincipal  *principal);
void          csm_auth_forget        (CsmAuth             *self,
                                      const char          *token_hash);
CsmPrincipal *csm_auth_find          (CsmAuth             *self,
                                      CsmTxn              *txn,
                                      const char          *token_hash,
                                      GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmAuth, csm_auth_unref)

G_END_DECLS
