/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-channel-setup.h"

G_BEGIN_DECLS

/**
 * CsmServerOptions:
 * @host: (nullable): HOST or HOST:PORT; "": none any more
 * @user: (nullable): the account
 * @tls: (nullable): how it is encrypted
 * @ca_file: (nullable): certificates to trust
 * @password_file: (nullable): a file with its password
 * @token_file: (nullable): a file with an access token
 * @token_command: (nullable): what prints one
 *
 * What the command line says of one mail server; %NULL: nothing.
 */
typedef struct
{
  char *host;
  char *user;
  char *tls;
  char *ca_file;
  char *password_file;
  char *token_file;
  char *token_command;
} CsmServerOptions;

/**
 * CsmGrantOptions:
 * @token_url: (nullable): where access tokens are given; %NULL: as is known of the mail server's provider
 * @client_id: (nullable): what the provider calls Casement
 * @client_secret_file: (nullable): a file with the secret of that
 * @refresh_token_file: (nullable): a file with what access tokens are given for
 *
 * What it says of a permission instead of a password.
 */
typedef struct
{
  char *token_url;
  char *client_id;
  char *client_secret_file;
  char *refresh_token_file;
} CsmGrantOptions;

/* What it says of a mailbox. */
typedef struct
{
  char             *name;
  char             *address;
  char             *team;
  char             *sendmail;
  char             *plus;            /* whether its address may have a +tag: "yes" or "no" */
  CsmServerOptions  imap;
  CsmServerOptions  smtp;
  CsmGrantOptions   grant;
  char            **folders;
  char             *sent_folder;
  char             *after;
  int               history;      /* days; -1: nothing was said */
  gboolean          no_test;
} CsmChannelOptions;

GOptionEntry *csm_channel_options_entries (CsmChannelOptions        *self,
                                           gboolean                  is_new);
void          csm_channel_options_clear   (CsmChannelOptions        *self);
gboolean      csm_channel_options_apply   (const CsmChannelOptions  *self,
                                           CsmChannelSetup          *setup,
                                           GError                  **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsmChannelOptions, csm_channel_options_clear)

G_END_DECLS
