/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "imap-lab.h"

G_BEGIN_DECLS

/*
 * Whom Dovecot asks about access tokens (RFC 7662), on a port of 127.0.0.1: "good" is the account "support"'s, "of-another" somebody else's,
 * and every other has expired. It also gives tokens (RFC 6749): "refresh-N" can be used once, and gives the next one with "access-N", of which
 * the last is good until it is taken back. It answers in threads of its own.
 */
typedef struct
{
  GThread        *thread;  /* accepts, whatever the test waits for */
  GMainContext   *context;
  GMainLoop      *loop;
  GSocketService *service;
  char           *url;     /* where tokens are given */
  gint            n_asked; /* atomic, like those below */
  gint            n_given;
  gint            valid;   /* number of the access token that is good; 0: none */
  gint            lasts;   /* s, as it says */
  gint            is_down;
} TokenJudge;

/* Returns: (transfer full): settings to add to the lab's, with which Dovecot takes tokens once it is started again */
char *token_judge_start (TokenJudge *self,
                         ImapLab    *lab);
/* What a client shows at sign-in of what it shows later (RFC 7636). */
char *token_judge_challenge (const char *verifier);
void  token_judge_stop  (TokenJudge *self);

G_END_DECLS
