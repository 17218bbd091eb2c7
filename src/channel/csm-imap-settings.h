/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mail-grant.h"

G_BEGIN_DECLS

/**
 * CsmImapTls:
 * @CSM_IMAP_TLS_IMPLICIT: from the first byte (RFC 8314)
 * @CSM_IMAP_TLS_STARTTLS: after the greeting
 * @CSM_IMAP_TLS_NONE: not at all; only with a server on this computer
 */
typedef enum
{
  CSM_IMAP_TLS_IMPLICIT,
  CSM_IMAP_TLS_STARTTLS,
  CSM_IMAP_TLS_NONE,
} CsmImapTls;

/**
 * CsmImapSettings:
 * @host: the mail server
 * @port: its port
 * @tls: how it is kept from others
 * @ca_file: (nullable): certificates to trust instead of the system's
 * @user: the account
 * @password: (nullable): its password
 * @token_file: (nullable): instead of a password, a file with an OAuth access token
 * @token_command: (nullable): likewise, a command that prints one
 * @grant: (nullable): likewise, what gives one
 * @folders: (array zero-terminated=1): what is read
 * @sent_folder: (nullable): also read: what people sent with other programs is there
 * @after: (nullable): what becomes of a mail there that was taken in: "seen" or "move:FOLDER"; %NULL: nothing
 * @added: when the mailbox was added, µs: what came before is history
 * @since: what came before is not read, µs
 *
 * How a channel's mail is read from its server.
 */
typedef struct
{
  char       *host;
  guint16     port;
  CsmImapTls  tls;
  char       *ca_file;
  char       *user;
  char       *password;
  char       *token_file;
  char       *token_command;
  CsmMailGrant *grant;
  char      **folders;
  char       *sent_folder;
  char       *after;
  gint64      added;
  gint64      since;
} CsmImapSettings;

CsmImapSettings *csm_imap_settings_new       (void);
CsmImapSettings *csm_imap_settings_copy      (const CsmImapSettings  *self);
CsmImapSettings *csm_imap_settings_ref       (CsmImapSettings        *self);
void             csm_imap_settings_unref     (CsmImapSettings        *self);
gboolean         csm_imap_settings_set_host  (CsmImapSettings        *self,
                                              const char             *text);
gboolean         csm_imap_settings_set_tls   (CsmImapSettings        *self,
                                              const char             *text);
const char      *csm_imap_settings_get_tls   (const CsmImapSettings  *self);
gboolean         csm_imap_settings_set_after (CsmImapSettings        *self,
                                              const char             *text);
const char      *csm_imap_settings_get_archive (const CsmImapSettings *self);
gboolean         csm_imap_settings_has_token (const CsmImapSettings *self);
gboolean         csm_imap_settings_equal     (const CsmImapSettings  *a,
                                              const CsmImapSettings  *b);
CsmImapSettings *csm_imap_settings_load      (CsmTxn                 *txn,
                                              const char             *channel_id,
                                              GError                **error);
gboolean         csm_imap_settings_save      (const CsmImapSettings  *self,
                                              CsmTxn                 *txn,
                                              const char             *channel_id,
                                              GError                **error);
gboolean         csm_imap_settings_forget    (CsmTxn                 *txn,
                                              const char             *channel_id,
                                              GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmImapSettings, csm_imap_settings_unref)

G_END_DECLS
