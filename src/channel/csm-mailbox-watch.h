/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-imap-settings.h"
#include "csm-store.h"

G_BEGIN_DECLS

/* Two clocks that should show the same may differ by so much, µs. */
#define CSM_MAILBOX_TOLERANCE G_GINT64_CONSTANT (60000000)

/**
 * CsmMailboxPace:
 * @patience: how long the server may be silent, s
 * @idle: how long to wait for the server to say something before asking it, ms
 * @poll: how often to ask a server that can't say anything by itself, ms
 * @pause: the first pause after something went wrong, ms; the next are longer
 *
 * How a mailbox is watched.
 */
typedef struct
{
  guint patience;
  guint idle;
  guint poll;
  guint pause;
} CsmMailboxPace;

extern const CsmMailboxPace csm_mailbox_default_pace;

/*
 * Follows one folder of a channel's mailbox with a connection and a thread of its own, and takes in what comes: see csm_intake(). Mails
 * stay on the server as they are, unless the settings say otherwise. What fails is tried again for ever, in growing intervals, and said in the channel's record.
 */
typedef struct _CsmMailboxWatch CsmMailboxWatch;

CsmMailboxWatch *csm_mailbox_watch_new    (CsmStore               *store,
                                           const char             *channel_id,
                                           const char             *folder,
                                           CsmImapSettings        *settings,
                                           const char             *reader_program,
                                           const CsmMailboxPace   *pace);
void             csm_mailbox_watch_cancel (CsmMailboxWatch        *self);
void             csm_mailbox_watch_retry  (CsmMailboxWatch        *self);
void             csm_mailbox_watch_free   (CsmMailboxWatch        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmMailboxWatch, csm_mailbox_watch_free)

G_END_DECLS
