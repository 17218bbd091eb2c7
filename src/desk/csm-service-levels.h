/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-calendar.h"
#include "csm-txn.h"

G_BEGIN_DECLS

/* What may be promised. */
typedef enum
{
  CSM_CLOCK_ACKNOWLEDGE,
  CSM_CLOCK_ANSWER,
  CSM_CLOCK_RESOLVE,
  CSM_N_CLOCKS,
} CsmClockKind;

extern const char *const csm_clock_names[];

typedef enum
{
  CSM_STEP_WARN_OWNER,
  CSM_STEP_TELL_LEAD,
  CSM_STEP_ESCALATE,
  CSM_N_STEPS,
} CsmStepAction;

extern const char *const csm_step_names[];

/* What is done before (minutes < 0) or after a breach. */
typedef struct
{
  char          *key;
  CsmClockKind   clock;
  gint64         minutes;
  CsmStepAction  does;
} CsmServiceStep;

/* An enabled ServiceLevel, ready to be used. */
typedef struct
{
  char      *id;
  char      *version;       /* differs when it was changed */
  gint64     position;
  char      *team_id;       /* NULL: every one; likewise below */
  char      *channel_id;
  char      *priority;
  gboolean   by_customer;
  char      *calendar_id;   /* NULL: day and night */
  gint64     within[CSM_N_CLOCKS]; /* minutes; 0: not promised */
  gint64     warn_before;
  gboolean   pauses_waiting;
  GPtrArray *steps;         /* CsmServiceStep */
} CsmServiceLevel;

GPtrArray       *csm_service_levels_get      (CsmTxn                 *txn,
                                              GError                **error);
CsmServiceLevel *csm_service_levels_find     (CsmTxn                 *txn,
                                              JsonObject             *case_,
                                              gboolean               *failed,
                                              GError                **error);
CsmCalendar     *csm_service_level_calendar  (CsmTxn                 *txn,
                                              const CsmServiceLevel  *self,
                                              GError                **error);
const char      *csm_service_level_check     (JsonObject             *record);
int              csm_service_level_index     (const char *const      *names,
                                              const char             *name);

G_END_DECLS
