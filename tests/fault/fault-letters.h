/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "fault-ledger.h"

G_BEGIN_DECLS

/* (transfer full): a reply's "to", "cc" and "bcc", each with one address like no other where it has one; @choice says which there are */
JsonObject *letters_choose (FaultWorld  *world,
                            guint        on,
                            guint        number,
                            guint        choice);
/* What whoever sent @entry said: to whom it goes. */
void        letters_note   (LedgerEntry *entry,
                            JsonObject  *submission);
/* Each reply of @ledger goes to whom its writer said it does, whatever became of the draft since, and its mail went to nobody else: @sink is where the
 * sink has what it got. Nobody is told of hidden recipients. */
void        letters_audit  (GPtrArray   *ledger,
                            JsonArray   *submissions,
                            JsonArray   *messages,
                            const char  *sink,
                            GPtrArray   *findings);

G_END_DECLS
