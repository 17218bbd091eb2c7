/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-txn.h"

G_BEGIN_DECLS

/* An answer to a Conversation, and what says that a Message could not be delivered. */
#define CSM_REPLY_TOKEN_CONVERSATION "c"
#define CSM_REPLY_TOKEN_BOUNCE "b"

char     *csm_reply_token_address (CsmTxn      *txn,
                                   const char  *address,
                                   const char  *kind,
                                   const char  *record_id,
                                   GError     **error);
gboolean  csm_reply_token_read    (CsmTxn      *txn,
                                   const char  *address,
                                   char        *kind,
                                   char       **record_id,
                                   GError     **error);
char     *csm_reply_token_strip   (const char  *address);

G_END_DECLS
