/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-outgoing.h"
#include "csm-store.h"

G_BEGIN_DECLS

/**
 * CsmSentOutcome:
 * @CSM_SENT_DONE: the copy is there, or nobody wants it
 * @CSM_SENT_LATER: this one is not taken; others may be
 * @CSM_SENT_BROKEN: the mail server can't be used at the moment, or we are to end
 *
 * What became of a copy.
 */
typedef enum
{
  CSM_SENT_DONE,
  CSM_SENT_LATER,
  CSM_SENT_BROKEN,
} CsmSentOutcome;

/*
 * Puts what was sent into the mailbox's folder of sent mails, where the channel has one. It is known to have left by then. That a copy is to
 * be made is written with what became of the mail, and stays until it is there, or until it has been tried in vain for days; the channel's
 * record tells of that. One thread's; blocks.
 */
typedef struct _CsmSmtpSent CsmSmtpSent;

CsmSmtpSent    *csm_smtp_sent_new    (CsmStore               *store,
                                      const char             *channel_id,
                                      guint                   pause,
                                      GCancellable           *cancellable);
void            csm_smtp_sent_free   (CsmSmtpSent            *self);
void            csm_smtp_sent_rest   (CsmSmtpSent            *self);
void            csm_smtp_sent_hurry  (CsmSmtpSent            *self);
gboolean        csm_smtp_sent_expect (CsmSmtpSent            *self,
                                      CsmTxn                 *txn,
                                      const char             *message_id,
                                      gboolean               *wanted,
                                      GError                **error);
CsmSentOutcome  csm_smtp_sent_copy   (CsmSmtpSent            *self,
                                      const CsmOutgoingMail  *mail,
                                      int                     fd,
                                      gboolean                may_be_there);

G_END_DECLS
