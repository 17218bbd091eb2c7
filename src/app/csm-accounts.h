/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-account.h"

G_BEGIN_DECLS

/*
 * Where the app keeps its accounts: which server and person were used last (GSettings), a folder per account below the
 * user's data, the token in the keyring.
 *
 * Signal: "not-kept" (const char *why): the keyring did not take the token of who just signed in.
 */
#define CSM_TYPE_ACCOUNTS (csm_accounts_get_type ())
G_DECLARE_FINAL_TYPE (CsmAccounts, csm_accounts, CSM, ACCOUNTS, GObject)

typedef enum
{
  CSM_ACCOUNTS_NONE,    /* nothing yet: the first page */
  CSM_ACCOUNTS_HERE,    /* the workspace on this computer */
  CSM_ACCOUNTS_SAMPLE,
  CSM_ACCOUNTS_SERVER,
} CsmAccountsLast;

CsmAccounts    *csm_accounts_new               (GSettings           *settings,
                                                const char          *data_dir);
CsmAccountsLast csm_accounts_get_last          (CsmAccounts         *self);
char           *csm_accounts_dup_server        (CsmAccounts         *self);
char           *csm_accounts_dup_email         (CsmAccounts         *self);
char           *csm_accounts_dup_workspace_dir (CsmAccounts         *self);
char           *csm_accounts_dup_sample_dir    (CsmAccounts         *self);
char           *csm_accounts_dup_cache_dir     (CsmAccounts         *self,
                                                const char          *server,
                                                const char          *email);
void            csm_accounts_remember          (CsmAccounts         *self,
                                                const char          *server,
                                                const char          *email);
void            csm_accounts_remember_sample   (CsmAccounts         *self);
void            csm_accounts_forget            (CsmAccounts         *self);
void            csm_accounts_sign_in_async     (CsmAccounts         *self,
                                                const char          *server,
                                                const char          *email,
                                                const char          *password,
                                                const char          *code,
                                                GCancellable        *cancellable,
                                                GAsyncReadyCallback  callback,
                                                gpointer             user_data);
CsmSignIn      *csm_accounts_sign_in_finish    (CsmAccounts         *self,
                                                GAsyncResult        *result,
                                                GError             **error);

char           *csm_accounts_read_server       (const char          *typed);
char           *csm_accounts_explain           (const GError        *error);

G_END_DECLS
