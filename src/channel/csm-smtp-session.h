/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

#include "csm-outgoing.h"
#include "csm-smtp-settings.h"

G_BEGIN_DECLS

#define CSM_SMTP_ERROR (csm_smtp_error_quark ())

/**
 * CsmSmtpError:
 * @CSM_SMTP_ERROR_CONNECT: nobody answers there
 * @CSM_SMTP_ERROR_TLS: the connection can't be kept from others, or the server is not who it should be
 * @CSM_SMTP_ERROR_SIGN_IN: the server doesn't let us in
 * @CSM_SMTP_ERROR_REFUSED: it wants nothing of us now
 * @CSM_SMTP_ERROR_CLOSED: the connection broke
 * @CSM_SMTP_ERROR_TIMED_OUT: it didn't answer
 *
 * What is wrong with a mail server, whatever the mail. The message is one sentence for people.
 */
typedef enum
{
  CSM_SMTP_ERROR_CONNECT,
  CSM_SMTP_ERROR_TLS,
  CSM_SMTP_ERROR_SIGN_IN,
  CSM_SMTP_ERROR_REFUSED,
  CSM_SMTP_ERROR_CLOSED,
  CSM_SMTP_ERROR_TIMED_OUT,
} CsmSmtpError;

GQuark csm_smtp_error_quark (void);

/**
 * CsmSmtpPatience:
 * @command: how long the server may take to answer a command, or to take the next bytes of a mail, ms
 * @final: how long it may take to answer when it has all of a mail, ms: who gives up too early sends twice (RFC 1047)
 */
typedef struct
{
  guint command;
  guint final;
} CsmSmtpPatience;

/* RFC 5321, section 4.5.3.2 */
extern const CsmSmtpPatience csm_smtp_default_patience;

/*
 * Hands mail to one server, one after the other over one connection as long as that holds. One thread's; blocks.
 */
typedef struct _CsmSmtpSession CsmSmtpSession;

CsmSmtpSession    *csm_smtp_session_new  (CsmSmtpSettings         *settings,
                                          const CsmSmtpPatience   *patience,
                                          GCancellable            *cancellable);
void               csm_smtp_session_free (CsmSmtpSession          *self);
void               csm_smtp_session_close (CsmSmtpSession         *self);
CsmOutgoingResult  csm_smtp_session_send (CsmSmtpSession          *self,
                                          const char              *sender,
                                          const char *const       *recipients,
                                          int                      fd,
                                          GPtrArray               *answers,
                                          char                   **why,
                                          GError                 **trouble);
gboolean           csm_smtp_test         (CsmSmtpSettings         *settings,
                                          guint                    patience,
                                          GCancellable            *cancellable,
                                          char                   **why);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmSmtpSession, csm_smtp_session_free)

G_END_DECLS
