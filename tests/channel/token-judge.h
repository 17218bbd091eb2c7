/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "imap-lab.h"

G_BEGIN_DECLS

/*
 * Whom Dovecot asks about access tokens (RFC 7662), on a port of 127.0.0.1: "good" is the account "support"'s, "of-another" somebody else's,
 * and every other has expired. It answers in threads of its own.
 */
typedef struct
{
  GSocketService *service;
  gint            n_asked; /* atomic */
} TokenJudge;

/* Returns: (transfer full): settings to add to the lab's, with which Dovecot takes tokens once it is started again */
char *token_judge_start (TokenJudge *self,
                         ImapLab    *lab);
void  token_judge_stop  (TokenJudge *self);

G_END_DECLS
