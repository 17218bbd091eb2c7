/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-store.h"

G_BEGIN_DECLS

/*
 * What the server does when its time has come: ends snoozes, closes what has long been resolved, does what
 * service levels say, and reckons clocks anew when those or calendars change. Sleeps until then.
 */
#define CSM_TYPE_DESK_CLOCK (csm_desk_clock_get_type ())
G_DECLARE_FINAL_TYPE (CsmDeskClock, csm_desk_clock, CSM, DESK_CLOCK, GObject)

CsmDeskClock *csm_desk_clock_new   (CsmStore     *store);
void          csm_desk_clock_start (CsmDeskClock *self);
void          csm_desk_clock_stop  (CsmDeskClock *self);

G_END_DECLS
