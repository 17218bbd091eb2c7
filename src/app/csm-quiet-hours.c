/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-quiet-hours.h"

#define DAYS 7

/* @hours: (out caller-allocates): what @settings say */
void
csm_quiet_hours_read (CsmQuietHours *hours,
                      GSettings     *settings)
{
  hours->on = g_settings_get_boolean (settings, "quiet-hours");
  hours->from = g_settings_get_uint (settings, "quiet-from");
  hours->to = g_settings_get_uint (settings, "quiet-to");
  hours->days = g_settings_get_uint (settings, "quiet-days");
}

/* The wall clock's @minutes on the day @days after @day: a day isn't always 24 hours. */
static GDateTime *
on_day (GDateTime *day,
        int        days,
        guint      minutes)
{
  g_autoptr (GDateTime) that = g_date_time_add_days (day, days);

  return g_date_time_new (g_date_time_get_timezone (day), g_date_time_get_year (that), g_date_time_get_month (that),
                          g_date_time_get_day_of_month (that), (int) minutes / 60, (int) minutes % 60, 0);
}

/* Returns: (transfer full) (nullable): the end of what began on the day @back days ago, when @now is in it */
static GDateTime *
find_end (const CsmQuietHours *hours,
          GDateTime           *now,
          int                  back)
{
  g_autoptr (GDateTime) from = on_day (now, -back, hours->from);
  g_autoptr (GDateTime) to = from != NULL ? on_day (from, hours->to > hours->from ? 0 : 1, hours->to) : NULL;

  if (to == NULL || (hours->days & (1u << (g_date_time_get_day_of_week (from) - 1))) == 0)
    return NULL;
  return g_date_time_compare (from, now) <= 0 && g_date_time_compare (now, to) < 0 ? g_steal_pointer (&to) : NULL;
}

/**
 * csm_quiet_hours_get_end:
 * @hours: when
 * @now: the time, in the zone of the person's clock
 *
 * One quiet time that goes on where another ends is one.
 *
 * Returns: (transfer full) (nullable): when the quiet time ends; %NULL: it isn't quiet. After a week without an end: then.
 */
GDateTime *
csm_quiet_hours_get_end (const CsmQuietHours *hours,
                         GDateTime           *now)
{
  g_autoptr (GDateTime) end = NULL;

  if (!hours->on)
    return NULL;
  for (int i = 0; i <= DAYS; i++)
    {
      GDateTime *at = end != NULL ? end : now;
      GDateTime *next = find_end (hours, at, 0);

      if (next == NULL)
        next = find_end (hours, at, 1);
      if (next == NULL)
        break;
      g_clear_pointer (&end, g_date_time_unref);
      end = next;
    }
  return g_steal_pointer (&end);
}
