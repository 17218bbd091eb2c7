/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mail-grant.h"

G_BEGIN_DECLS

/**
 * CsmMailTls:
 * @CSM_MAIL_TLS_IMPLICIT: from the first byte (RFC 8314)
 * @CSM_MAIL_TLS_STARTTLS: after the greeting, or not at all
 * @CSM_MAIL_TLS_NONE: not encrypted; only with a server on this computer
 */
typedef enum
{
  CSM_MAIL_TLS_IMPLICIT,
  CSM_MAIL_TLS_STARTTLS,
  CSM_MAIL_TLS_NONE,
} CsmMailTls;

/**
 * CsmMailProtocol:
 * @key: what the keys of stored settings begin with
 * @tls: (array fixed-size=3): a word for each #CsmMailTls
 * @ports: (array fixed-size=3): the usual port for each
 * @needs_user: whether one has to sign in
 *
 * What settings for one protocol have that others don't.
 */
typedef struct
{
  const char *key;
  const char *tls[3];
  guint16     ports[3];
  gboolean    needs_user;
} CsmMailProtocol;

/* For settings that have more than a server: these can be had by their names, and as a #CsmMailServer. */
#define CSM_MAIL_SERVER_MEMBERS \
  char         *host; \
  guint16       port; \
  CsmMailTls    tls; \
  char         *ca_file; \
  char         *user; \
  char         *password; \
  char         *token_file; \
  char         *token_command; \
  CsmMailGrant *grant;

/**
 * CsmMailServer:
 * @host: its name
 * @port: its port
 * @tls: how the connection is kept from others
 * @ca_file: (nullable): certificates to trust instead of the system's
 * @user: (nullable): the account; %NULL: nobody signs in
 * @password: (nullable): its password
 * @token_file: (nullable): instead of a password, a file with an OAuth access token
 * @token_command: (nullable): likewise, a command that prints one
 * @grant: (nullable): likewise, what gives one
 *
 * How a mail server is reached, and who one is there.
 */
typedef struct
{
  CSM_MAIL_SERVER_MEMBERS
} CsmMailServer;

void        csm_mail_server_clear        (CsmMailServer          *self);
void        csm_mail_server_copy         (CsmMailServer          *self,
                                          const CsmMailServer    *from);
void        csm_mail_server_copy_key     (CsmMailServer          *self,
                                          const CsmMailServer    *from);
gboolean    csm_mail_server_set_host     (CsmMailServer          *self,
                                          const CsmMailProtocol  *protocol,
                                          const char             *text);
gboolean    csm_mail_server_set_tls      (CsmMailServer          *self,
                                          const CsmMailProtocol  *protocol,
                                          const char             *text);
gboolean    csm_mail_server_has_token    (const CsmMailServer    *self);
gboolean    csm_mail_server_has_password (const CsmMailServer    *self);
gboolean    csm_mail_server_equal        (const CsmMailServer    *a,
                                          const CsmMailServer    *b);
JsonObject *csm_mail_server_load         (CsmMailServer          *self,
                                          const CsmMailProtocol  *protocol,
                                          CsmTxn                 *txn,
                                          const char             *channel_id,
                                          GError                **error);
gboolean    csm_mail_server_save         (const CsmMailServer    *self,
                                          const CsmMailProtocol  *protocol,
                                          JsonObject             *more,
                                          CsmTxn                 *txn,
                                          const char             *channel_id,
                                          GError                **error);
gboolean    csm_mail_server_forget       (const CsmMailProtocol  *protocol,
                                          CsmTxn                 *txn,
                                          const char             *channel_id,
                                          GError                **error);

G_END_DECLS
