/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "fault-ledger.h"
#include "fault-model.h"
#include "fault-words.h"

G_BEGIN_DECLS

/* A story while it is played. */
typedef struct
{
  FaultWorld *world;
  GPtrArray  *ledger;
  GPtrArray  *words;
  GPtrArray  *findings;
  guint       sittings[FAULT_N_DESKS]; /* how often somebody sat down there */
} Play;

void       play_bury     (Play       *play,
                          guint       desk);
FaultDesk *play_sit_down (Play       *play,
                          guint       desk);
LedgerSaid play_hear     (Play       *play,
                          guint       desk,
                          JsonObject *answer,
                          gint64     *group);
void       play_take_back (Play       *play,
                          guint        desk,
                          LedgerEntry *entry,
                          gint64       group);
/* What several people do with one case. Whether the step was one of that. */
gboolean   play_together (Play       *play,
                          ModelStep  *step,
                          const char *text);
/* Whether what the server says of @op is an answer that people may get. */
gboolean   play_may_refuse (JsonObject *op);
void       play_drop     (Play       *play,
                          JsonObject *op);

G_END_DECLS
