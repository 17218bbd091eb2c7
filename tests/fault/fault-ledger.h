/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "fault-world.h"

G_BEGIN_DECLS

/* What somebody was told of what they did. */
typedef enum
{
  LEDGER_UNKNOWN,    /* the desk died before it said anything: done, or not */
  LEDGER_DONE,
  LEDGER_TAKEN_BACK,
  LEDGER_DROPPED,    /* it was shown to them as not done, and they let it go */
} LedgerSaid;

typedef enum
{
  LEDGER_COMMENT,
  LEDGER_ATTACHMENT,
  LEDGER_REPLY,
  LEDGER_TAG,
  LEDGER_TASK,
  LEDGER_GOAL,
  LEDGER_DUE,
  LEDGER_DRAFT,
  LEDGER_ITEM,       /* of a task's list */
} LedgerKind;

/* To, Cc and Bcc of a reply */
#define LEDGER_N_RECIPIENTS 3

/* One thing that somebody did: its text is like no other. */
typedef struct
{
  LedgerKind kind;
  guint      desk;
  guint      on;     /* the case */
  char      *text;
  char      *seen;   /* of what is written over: what they saw before, or NULL; of an item, the task's id */
  char      *over;   /* likewise: what it replaced on their computer, where others' changes may have come since they looked; or NULL */
  char      *recipients[LEDGER_N_RECIPIENTS]; /* of a reply, as its writer said: letters_note(); or NULL */
  LedgerSaid said;
} LedgerEntry;

/* A simple model of the workspace: what people did and saw. (element-type LedgerEntry) */
GPtrArray   *ledger_new     (void);
LedgerEntry *ledger_add     (GPtrArray  *ledger,
                             LedgerKind  kind,
                             guint       desk,
                             guint       on,
                             const char *text);
LedgerEntry *ledger_find    (GPtrArray  *ledger,
                             const char *text);
/* Everything was done once, or not, as people were told. All desks are at rest. */
void         ledger_audit   (GPtrArray  *ledger,
                             FaultWorld *world,
                             GPtrArray  *findings);

G_END_DECLS
