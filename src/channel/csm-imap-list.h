/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

#include "csm-imap-client.h"

G_BEGIN_DECLS

/**
 * CsmImapListed:
 * @name: a folder
 * @role: (nullable): what it is for: "inbox", "sent", "drafts", "junk", "trash", "archive", "all" or "flagged"
 * @messages: how many mails are in it; -1: the server didn't say
 */
typedef struct
{
  char       *name;
  const char *role;
  gint64      messages;
} CsmImapListed;

GPtrArray *csm_imap_client_list   (CsmImapClient          *self,
                                   GError                **error);
char      *csm_imap_decode_folder (const char             *name);
JsonObject *csm_imap_probe        (const CsmImapSettings  *settings,
                                   guint                   patience,
                                   GCancellable           *cancellable);

G_END_DECLS
