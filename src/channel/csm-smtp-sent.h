/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-store.h"

G_BEGIN_DECLS

/*
 * Puts what was sent into the mailbox's folder of sent mails, where the channel has one. It is known to have left by then: when that
 * fails, it is said in the channel's record, and nothing else happens. One thread's; blocks.
 */
typedef struct _CsmSmtpSent CsmSmtpSent;

CsmSmtpSent *csm_smtp_sent_new  (CsmStore      *store,
                                 const char    *channel_id,
                                 GCancellable  *cancellable);
void         csm_smtp_sent_free (CsmSmtpSent   *self);
void         csm_smtp_sent_rest (CsmSmtpSent   *self);
gboolean     csm_smtp_sent_copy (CsmSmtpSent   *self,
                                 int            fd);

G_END_DECLS
