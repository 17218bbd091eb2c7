/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mail-server.h"

G_BEGIN_DECLS

#define CSM_IMAP_TLS_IMPLICIT CSM_MAIL_TLS_IMPLICIT
#define CSM_IMAP_TLS_STARTTLS CSM_MAIL_TLS_STARTTLS
#define CSM_IMAP_TLS_NONE CSM_MAIL_TLS_NONE

/**
 * CsmImapSettings:
 * @server: how one gets there; its members can be had by their own names, too
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
  union
  {
    struct
    {
      CSM_MAIL_SERVER_MEMBERS
    };
    CsmMailServer server;
  };
  char   **folders;
  char    *sent_folder;
  char    *after;
  gint64   added;
  gint64   since;
} CsmImapSettings;

extern const CsmMailProtocol csm_mail_imap;

CsmImapSettings *csm_imap_settings_new       (void);
CsmImapSettings *csm_imap_settings_copy      (const CsmImapSettings  *self);
CsmImapSettings *csm_imap_settings_ref       (CsmImapSettings        *self);
void             csm_imap_settings_unref     (CsmImapSettings        *self);
gboolean         csm_imap_settings_set_after (CsmImapSettings        *self,
                                              const char             *text);
const char      *csm_imap_settings_get_archive (const CsmImapSettings *self);
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
