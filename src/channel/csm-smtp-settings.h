/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mail-grant.h"

G_BEGIN_DECLS

/**
 * CsmSmtpTls:
 * @CSM_SMTP_TLS_IMPLICIT: from the first byte (RFC 8314)
 * @CSM_SMTP_TLS_STARTTLS: after the greeting, or not at all
 * @CSM_SMTP_TLS_NONE: not encrypted; only with a server on this computer
 */
typedef enum
{
  CSM_SMTP_TLS_IMPLICIT,
  CSM_SMTP_TLS_STARTTLS,
  CSM_SMTP_TLS_NONE,
} CsmSmtpTls;

/**
 * CsmSmtpSettings:
 * @host: the mail server
 * @port: its port
 * @tls: how it is kept from others
 * @ca_file: (nullable): certificates to trust instead of the system's
 * @user: (nullable): the account; %NULL: nobody signs in
 * @password: (nullable): its password
 * @token_file: (nullable): instead of a password, a file with an OAuth access token
 * @token_command: (nullable): likewise, a command that prints one
 * @grant: (nullable): likewise, what gives one
 *
 * How a channel's mail gets to its server.
 */
typedef struct
{
  char       *host;
  guint16     port;
  CsmSmtpTls  tls;
  char       *ca_file;
  char       *user;
  char       *password;
  char       *token_file;
  char       *token_command;
  CsmMailGrant *grant;
} CsmSmtpSettings;

CsmSmtpSettings *csm_smtp_settings_new       (void);
CsmSmtpSettings *csm_smtp_settings_ref       (CsmSmtpSettings        *self);
void             csm_smtp_settings_unref     (CsmSmtpSettings        *self);
gboolean         csm_smtp_settings_set_host  (CsmSmtpSettings        *self,
                                              const char             *text);
gboolean         csm_smtp_settings_set_tls   (CsmSmtpSettings        *self,
                                              const char             *text);
const char      *csm_smtp_settings_get_tls   (const CsmSmtpSettings  *self);
gboolean         csm_smtp_settings_has_token (const CsmSmtpSettings *self);
gboolean         csm_smtp_settings_equal     (const CsmSmtpSettings  *a,
                                              const CsmSmtpSettings  *b);
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
