/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "fault-ledger.h"

G_BEGIN_DECLS

/* One writing in a draft: it adds a word that is like no other. */
typedef struct
{
  guint      on;       /* the case */
  char      *word;
  char     **left_out; /* words that its writer saw, and took out */
  LedgerSaid said;
} Writing;

/* (element-type Writing) */
GPtrArray *words_new   (void);
/* (transfer full): what the mailboxes of @list say, like a text of words */
char      *words_join_addresses (JsonArray *list);
/* @seen: what its writer saw; @text: what they made of it */
Writing   *words_add   (GPtrArray  *words,
                        guint       on,
                        const char *word,
                        const char *seen,
                        const char *text);
/*
 * Every written word is there, was sent, or was taken out by somebody who saw it; nothing was sent twice, or sent and kept.
 * What belongs together is in one case, which is not merged into another.
 */
void       words_audit (GPtrArray  *words,
                        FaultWorld *world,
                        GPtrArray  *findings);

G_END_DECLS
