/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

#include "csm-imap-settings.h"
#include "csm-smtp-settings.h"

G_BEGIN_DECLS

/* A folder is a connection, and mail servers allow ten or so. */
#define CSM_CHANNEL_MAX_FOLDERS 8
#define CSM_CHANNEL_MAX_HISTORY_DAYS 36500

/**
 * CsmChannelSetup:
 * @id: (nullable): the channel; %NULL: there is none yet
 * @name: what it is called
 * @address: its email address
 * @team_id: (nullable): the team that new cases go to
 * @sendmail: (nullable): the command that sends its mail
 * @plus_addressing: whether mail to its address with a +tag arrives there, too; -1: as it is in the record
 * @imap: (nullable): where its mail is read from
 * @smtp: (nullable): where its mail is sent through
 *
 * A mailbox as somebody connects it, or changes it.
 */
typedef struct
{
  char            *id;
  char            *name;
  char            *address;
  char            *team_id;
  char            *sendmail;
  int              plus_addressing;
  CsmImapSettings *imap;
  CsmSmtpSettings *smtp;
} CsmChannelSetup;

CsmChannelSetup *csm_channel_setup_new        (void);
CsmMailGrant    *csm_channel_setup_get_grant  (const CsmChannelSetup  *self);
void             csm_channel_setup_free       (CsmChannelSetup        *self);
CsmChannelSetup *csm_channel_setup_load       (CsmTxn                 *txn,
                                               const char             *id,
                                               GError                **error);
gboolean         csm_channel_setup_save       (CsmChannelSetup        *self,
                                               CsmTxn                 *txn,
                                               GError                **error);
JsonObject      *csm_channel_setup_test       (const CsmChannelSetup  *self,
                                               GCancellable           *cancellable);
gboolean         csm_channel_setup_remove     (CsmTxn                 *txn,
                                               const char             *id,
                                               GError                **error);
gboolean         csm_channel_setup_retry      (CsmTxn                 *txn,
                                               const char             *id,
                                               GError                **error);
gboolean         csm_channel_setup_read       (CsmChannelSetup        *self,
                                               JsonObject             *json,
                                               GError                **error);
JsonObject      *csm_channel_setup_write      (const CsmChannelSetup  *self);

CsmImapSettings *csm_imap_settings_read_json  (JsonObject             *json,
                                               const CsmImapSettings  *stored,
                                               CsmMailGrant           *grant,
                                               GError                **error);
JsonObject      *csm_imap_settings_write_json (const CsmImapSettings  *self);
CsmSmtpSettings *csm_smtp_settings_read_json  (JsonObject             *json,
                                               const CsmSmtpSettings  *stored,
                                               CsmMailGrant           *grant,
                                               GError                **error);
JsonObject      *csm_smtp_settings_write_json (const CsmSmtpSettings  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmChannelSetup, csm_channel_setup_free)

G_END_DECLS
