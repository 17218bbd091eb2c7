/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "channel-test.h"
#include "csm-imap-service.h"

G_BEGIN_DECLS

/*
 * A workspace whose mailbox is on a real Dovecot, started for the test on free ports of 127.0.0.1. There is one account, "support"
 * with the password "Zelt & Rucksack", whose mails are files.
 */
typedef struct
{
  Workspace        workspace;
  char            *base;        /* Dovecot's files; others may look in */
  GSubprocess     *dovecot;
  guint16          port;        /* without TLS, and with STARTTLS */
  guint16          tls_port;
  const char      *extra;       /* more of Dovecot's settings */
  CsmImapSettings *settings;    /* of the channel */
  CsmMailboxPace   pace;
  CsmImapService  *service;
  guint            n_mails;
} ImapLab;

void        imap_lab_set_up           (ImapLab       *self,
                                       gconstpointer  data);
void        imap_lab_tear_down        (ImapLab       *self,
                                       gconstpointer  data);
void        imap_lab_start_dovecot    (ImapLab       *self);
void        imap_lab_stop_dovecot     (ImapLab       *self);
/* A file beside Dovecot's. */
void        imap_lab_write            (ImapLab       *self,
                                       const char    *name,
                                       const char    *text);
/* Stores the settings and starts the service, or ends it. */
void        imap_lab_start            (ImapLab       *self);
void        imap_lab_stop             (ImapLab       *self);
/* Puts a mail in the mailbox that came so many seconds ago. */
void        imap_lab_put              (ImapLab       *self,
                                       const char    *folder,
                                       const char    *text,
                                       gint64         age);
/* As put, of a usual mail; `number` makes it one of its own. */
void        imap_lab_put_usual        (ImapLab       *self,
                                       guint          number,
                                       gint64         age);
/* Runs the main loop until there are so many messages. */
void        imap_lab_wait_messages    (ImapLab       *self,
                                       guint          count);
/* Until the channel's record says "ok", or "failing" with a text in its reason. */
void        imap_lab_wait_health      (ImapLab       *self,
                                       const char    *state,
                                       const char    *why);
/* Runs the main loop for a while. */
void        imap_lab_let_pass         (guint          milliseconds);
/* What the mailbox's files are called, without where they lie: the flags are in the names. */
char       *imap_lab_flags            (ImapLab       *self);
/* How many mails are in a folder. */
guint       imap_lab_count            (ImapLab       *self,
                                       const char    *folder);
guint16     imap_lab_free_port        (void);
guint       imap_lab_set_aside        (ImapLab       *self);

G_END_DECLS
