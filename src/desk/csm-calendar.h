/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* When people are at work: instants are µs since the epoch, amounts are µs of working time. Immutable; any thread. */
typedef struct _CsmCalendar CsmCalendar;

CsmCalendar *csm_calendar_new     (JsonObject  *record,
                                   const char  *zone);
CsmCalendar *csm_calendar_ref     (CsmCalendar *self);
void         csm_calendar_unref   (CsmCalendar *self);
const char  *csm_calendar_check   (JsonObject  *record);
gint64       csm_calendar_add     (CsmCalendar *self,
                                   gint64       from,
                                   gint64       amount);
gint64       csm_calendar_between (CsmCalendar *self,
                                   gint64       from,
                                   gint64       to);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmCalendar, csm_calendar_unref)

G_END_DECLS
