/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "fault-server.h"

G_BEGIN_DECLS

/**
 * FaultSends:
 * @token: who sends
 * @case_id: on which case
 * @conversation_id: in which conversation
 * @based_on: the last message that they saw
 *
 * Replies that are sent from a lab's workspace.
 */
typedef struct
{
  char *token;
  char *case_id;
  char *conversation_id;
  char *based_on;
} FaultSends;

void        fault_sends_prepare (FaultSends  *sends,
                                 FaultLab    *lab);
void        fault_sends_clear   (FaultSends  *sends);
JsonObject *fault_sends_submit  (FaultSends  *sends,
                                 FaultServer *server,
                                 guint        number);
gboolean    fault_sends_wait    (FaultServer *server,
                                 guint        number);

G_END_DECLS
