/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-when.h"

#include <glib/gi18n.h>

#include "csm-time.h"

#define MORNING 9
#define EVENING 17
#define SOON_MINUTES 30

static gint64
to_us (GDateTime *when)
{
  return g_date_time_to_unix (when) * CSM_SECOND;
}

/* The wall clock's @hour on the day @days after @now: a day isn't always 24 hours. */
static gint64
on_day (GDateTime *now,
        int        days,
        int        hour)
{
  g_autoptr (GDateTime) day = g_date_time_add_days (now, days);
  g_autoptr (GDateTime) when = g_date_time_new (g_date_time_get_timezone (now), g_date_time_get_year (day),
                                                g_date_time_get_month (day), g_date_time_get_day_of_month (day),
                                                hour, 0, 0);

  return to_us (when);
}

static gint64
later_today (GDateTime *now)
{
  g_autoptr (GDateTime) later = g_date_time_add_hours (now, 3);
  int over = g_date_time_get_minute (later) % 30;
  g_autoptr (GDateTime) rounded = g_date_time_add_minutes (later, over == 0 ? 0 : 30 - over);

  if (g_date_time_get_day_of_month (rounded) != g_date_time_get_day_of_month (now))
    return CSM_TIME_NONE;
  return to_us (rounded) / (60 * CSM_SECOND) * (60 * CSM_SECOND);
}

static gint64
this_evening (GDateTime *now)
{
  gint64 evening = on_day (now, 0, EVENING);

  return evening - to_us (now) >= SOON_MINUTES * 60 * CSM_SECOND ? evening : CSM_TIME_NONE;
}

/* On a Sunday that is tomorrow, which is offered already. */
static gint64
next_monday (GDateTime *now,
             int        hour)
{
  int days = 8 - g_date_time_get_day_of_week (now);

  return days > 1 ? on_day (now, days, hour) : CSM_TIME_NONE;
}

/**
 * csm_when_reckon:
 * @when: which
 * @purpose: what it is for
 * @now: now, in the zone whose mornings and evenings are meant
 *
 * Returns: µs; %CSM_TIME_NONE when it can't be offered now
 */
gint64
csm_when_reckon (CsmWhen         when,
                 CsmWhenPurpose  purpose,
                 GDateTime      *now)
{
  int hour = purpose == CSM_WHEN_FOR_DUE ? EVENING : MORNING;

  switch (when)
    {
    case CSM_WHEN_LATER_TODAY: return purpose == CSM_WHEN_FOR_SNOOZE ? later_today (now) : CSM_TIME_NONE;
    case CSM_WHEN_TODAY_EVENING: return purpose == CSM_WHEN_FOR_DUE ? this_evening (now) : CSM_TIME_NONE;
    case CSM_WHEN_TOMORROW: return on_day (now, 1, hour);
    case CSM_WHEN_MONDAY: return next_monday (now, hour);
    case CSM_WHEN_IN_A_WEEK: return on_day (now, 7, hour);
    default: g_return_val_if_reached (CSM_TIME_NONE);
    }
}

/* Returns: what it is called */
const char *
csm_when_name (CsmWhen when)
{
  switch (when)
    {
    case CSM_WHEN_LATER_TODAY: return _("Later today");
    case CSM_WHEN_TODAY_EVENING: return _("Today");
    case CSM_WHEN_TOMORROW: return _("Tomorrow");
    case CSM_WHEN_MONDAY: return _("Monday");
    case CSM_WHEN_IN_A_WEEK: return _("In a week");
    default: g_return_val_if_reached ("");
    }
}
