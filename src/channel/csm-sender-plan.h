/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-smtp-settings.h"

G_BEGIN_DECLS

/**
 * CsmSenderPlan:
 * @rows: (element-type CsmOutgoingRow): what waits, the one that may be tried first at first
 * @settings: channel id → #CsmSmtpSettings, or %NULL: its mail leaves by a command
 * @wishes: channel id → when somebody wanted that it is tried at once, as text
 * @copies: (element-type CsmCopyRow): channels where copies are to be made of what was sent, and when
 * @now: when this was looked at, µs
 * @next: when the next undo window ends, µs, or `CSM_TIME_NONE`
 *
 * What there is to send.
 */
typedef struct
{
  GArray     *rows;
  GHashTable *settings;
  GHashTable *wishes;
  GArray     *copies;
  gint64      now;
  gint64      next;
} CsmSenderPlan;

CsmSenderPlan *csm_sender_plan_make (CsmTxn         *txn,
                                     GError        **error);
void           csm_sender_plan_free (CsmSenderPlan  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmSenderPlan, csm_sender_plan_free)

G_END_DECLS
