/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "imap-lab.h"
#include "smtp-lab.h"
#include "token-judge.h"

G_BEGIN_DECLS

/*
 * A real Postfix that gives what it takes to a real Dovecot, on free ports of 127.0.0.1: submission with STARTTLS, and with
 * TLS from the beginning, for "support". It delivers to support@fernweh.example.com and jonas@example.net, with +anything, and to nobody else.
 */
typedef struct
{
  ImapLab      imap;
  SmtpLab      smtp;
  char        *config;        /* Postfix's */
  char        *extra;
  GSubprocess *postfix;
  GSubprocess *watcher;       /* ends it when we end */
  guint16      port;
  guint16      tls_port;
  TokenJudge   judge;         /* of access tokens, where the lab takes them */
} PostLab;

/* FALSE: there is no Postfix, or it can't be started as whoever we are. */
gboolean post_lab_is_possible (void);
void     post_lab_set_up      (PostLab       *self,
                               gconstpointer  data);
void     post_lab_tear_down   (PostLab       *self,
                               gconstpointer  data);
/* What is in a folder of somebody's mailbox, once so many mails are. */
GPtrArray *post_lab_read      (PostLab       *self,
                               const char    *folder,
                               guint          count);

G_END_DECLS
