/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * CsmMailboxPorts:
 * @imaps: IMAP, encrypted from the first byte
 * @imap: IMAP with STARTTLS
 * @submissions: submission, encrypted from the first byte
 * @submission: submission with STARTTLS
 *
 * Where mail servers listen.
 */
typedef struct
{
  guint16 imaps;
  guint16 imap;
  guint16 submissions;
  guint16 submission;
} CsmMailboxPorts;

/* Finds out how a mailbox is reached, from its address. One thread's; blocks. */
typedef struct _CsmMailboxFinder CsmMailboxFinder;

CsmMailboxFinder *csm_mailbox_finder_new       (guint                   patience_ms,
                                                GCancellable           *cancellable,
                                                GError                **error);
void              csm_mailbox_finder_free      (CsmMailboxFinder       *self);
void              csm_mailbox_finder_set_ports (CsmMailboxFinder       *self,
                                                const CsmMailboxPorts  *ports,
                                                GTlsDatabase           *database);
JsonArray        *csm_mailbox_finder_run       (CsmMailboxFinder       *self,
                                                const char             *address,
                                                GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmMailboxFinder, csm_mailbox_finder_free)

G_END_DECLS
