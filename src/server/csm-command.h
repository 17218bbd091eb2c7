/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-store.h"

G_BEGIN_DECLS

/**
 * CsmInvocation:
 * @data_dir: (nullable): the data directory; csm_command_open() demands it
 * @words: the command: "user add"
 * @arguments_help: its arguments, for the help: "EMAIL"
 * @summary: what it does, for the help
 * @argv: the rest of the command line; csm_command_parse() takes the options out
 * @status: what the process ends with when the command worked
 *
 * One command as somebody typed it.
 */
typedef struct
{
  char        *data_dir;
  const char  *words;
  const char  *arguments_help;
  const char  *summary;
  char       **argv;
  int          status;
} CsmInvocation;

/* FALSE with an error: what went wrong, in one line; CSM_ERROR_USAGE: exit status 2, any other 1. */
typedef gboolean (*CsmCommandFunc) (CsmInvocation *invocation, GError **error);

int           csm_command_main  (int                  argc,
                                 char               **argv);

/* --- For the commands */
gboolean      csm_command_parse (CsmInvocation       *invocation,
                                 const GOptionEntry  *options,
                                 guint                least,
                                 guint                most,
                                 GError             **error);
gboolean      csm_command_need  (const char          *value,
                                 const char          *option,
                                 GError             **error);
CsmStore     *csm_command_open  (CsmInvocation       *invocation,
                                 GError             **error);
char         *csm_command_find  (CsmTxn              *txn,
                                 CsmTypeId            type,
                                 const char          *name,
                                 GError             **error);
gboolean      csm_command_add   (CsmTxn              *txn,
                                 CsmTypeId            type,
                                 JsonObject          *record,
                                 GError             **error);
const char   *csm_command_reader (void);

gboolean      csm_command_init          (CsmInvocation *invocation, GError **error);
gboolean      csm_command_check         (CsmInvocation *invocation, GError **error);
gboolean      csm_command_time_zone     (CsmInvocation *invocation, GError **error);
gboolean      csm_command_team_add      (CsmInvocation *invocation, GError **error);
gboolean      csm_command_channel_add   (CsmInvocation *invocation, GError **error);
gboolean      csm_command_channel_list  (CsmInvocation *invocation, GError **error);
gboolean      csm_command_channel_remove (CsmInvocation *invocation, GError **error);
gboolean      csm_command_channel_retry (CsmInvocation *invocation, GError **error);
gboolean      csm_command_channel_set   (CsmInvocation *invocation, GError **error);
gboolean      csm_command_channel_test  (CsmInvocation *invocation, GError **error);
gboolean      csm_command_user_add      (CsmInvocation *invocation, GError **error);
gboolean      csm_command_user_list     (CsmInvocation *invocation, GError **error);
gboolean      csm_command_user_tokens   (CsmInvocation *invocation, GError **error);
gboolean      csm_command_user_revoke   (CsmInvocation *invocation, GError **error);
gboolean      csm_command_user_password (CsmInvocation *invocation, GError **error);
gboolean      csm_command_user_deactivate (CsmInvocation *invocation, GError **error);
gboolean      csm_command_user_reactivate (CsmInvocation *invocation, GError **error);
gboolean      csm_command_backup        (CsmInvocation *invocation, GError **error);
gboolean      csm_command_restore       (CsmInvocation *invocation, GError **error);
gboolean      csm_command_import        (CsmInvocation *invocation, GError **error);
gboolean      csm_command_deliver       (CsmInvocation *invocation, GError **error);
gboolean      csm_command_sample        (CsmInvocation *invocation, GError **error);
gboolean      csm_command_keep          (CsmInvocation *invocation, GError **error);
gboolean      csm_command_prepare       (CsmInvocation *invocation, GError **error);
gboolean      csm_command_serve         (CsmInvocation *invocation, GError **error);

G_END_DECLS
