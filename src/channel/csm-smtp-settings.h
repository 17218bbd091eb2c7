/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mail-server.h"

G_BEGIN_DECLS

#define CSM_SMTP_TLS_IMPLICIT CSM_MAIL_TLS_IMPLICIT
#define CSM_SMTP_TLS_STARTTLS CSM_MAIL_TLS_STARTTLS
#define CSM_SMTP_TLS_NONE CSM_MAIL_TLS_NONE

/* How a channel's mail gets to its server. */
typedef CsmMailServer CsmSmtpSettings;

extern const CsmMailProtocol csm_mail_smtp;

CsmSmtpSettings *csm_smtp_settings_new       (void);
CsmSmtpSettings *csm_smtp_settings_ref       (CsmSmtpSettings        *self);
void             csm_smtp_settings_unref     (CsmSmtpSettings        *self);
CsmSmtpSettings *csm_smtp_settings_load      (CsmTxn                 *txn,
                                              const char             *channel_id,
                                              GError                **error);
gboolean         csm_smtp_settings_save      (const CsmSmtpSettings  *self,
                                              CsmTxn                 *txn,
                                              const char             *channel_id,
                                              GError                **error);
gboolean         csm_smtp_settings_forget    (CsmTxn                 *txn,
                                              const char             *channel_id,
                                              GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmSmtpSettings, csm_smtp_settings_unref)

G_END_DECLS
