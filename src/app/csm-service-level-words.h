/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-types.h"

G_BEGIN_DECLS

/* The parts of a step, in the order in which people choose among them. */
extern const char *const csm_service_step_clocks[];
extern const char *const csm_service_step_actions[];

char       *csm_service_level_describe (CsmDirectory *directory,
                                        JsonObject   *level);
char       *csm_service_step_describe  (JsonObject   *step);
char       *csm_service_step_when      (gint64        minutes);
const char *csm_service_step_clock     (const char   *clock);
const char *csm_service_step_action    (const char   *action);

char       *csm_calendar_describe      (JsonObject   *calendar);
char       *csm_calendar_hours_text    (JsonObject   *calendar,
                                        const char   *day);
gboolean    csm_calendar_hours_read    (const char   *text,
                                        GArray       *spans);
const char *csm_calendar_day_name      (guint         day);

/* Monday is 0. */
#define CSM_CALENDAR_N_DAYS 7
extern const char *const csm_calendar_days[];

/* A span of a day in minutes; one that goes on after midnight ends after 1440. */
typedef struct
{
  int from;
  int to;
} CsmCalendarSpan;

G_END_DECLS
