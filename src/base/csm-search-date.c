/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-search-query.h"

#include <string.h>

static GDateTime *
day_of (GDateTime *now)
{
  return g_date_time_new (g_date_time_get_timezone (now), g_date_time_get_year (now), g_date_time_get_month (now), g_date_time_get_day_of_month (now), 0, 0, 0);
}

/* 7d, 2w, 3m, 1y: the day so long ago; to this moment */
static GDateTime *
read_ago (const char *text,
          GDateTime  *today)
{
  char *end = NULL;
  guint64 n = g_ascii_isdigit (text[0]) ? g_ascii_strtoull (text, &end, 10) : 0;

  if (end == NULL || n > 10000 || end[0] == '\0' || end[1] != '\0')
    return NULL;
  switch (g_ascii_tolower (end[0]))
    {
    case 'd':
      return g_date_time_add_days (today, -(int) n);
    case 'w':
      return g_date_time_add_weeks (today, -(int) n);
    case 'm':
      return g_date_time_add_months (today, -(int) n);
    case 'y':
      return g_date_time_add_years (today, -(int) n);
    default:
      return NULL;
    }
}

/* A number of exactly so many digits, and what may follow it */
static gboolean
read_number (const char **at,
             guint        n_digits,
             int         *number)
{
  *number = 0;
  for (guint i = 0; i < n_digits; i++)
    {
      if (!g_ascii_isdigit (**at))
        return FALSE;
      *number = *number * 10 + (*(*at)++ - '0');
    }
  return **at == '\0' || **at == '-';
}

/* 2026, 2026-11, 2026-11-22 */
static gboolean
read_date (const char  *text,
           GTimeZone   *zone,
           GDateTime  **from,
           GDateTime  **to)
{
  int year, month = 0, day = 0;
  const char *at = text;

  if (!read_number (&at, 4, &year) || (*at == '-' && (at++, !read_number (&at, 2, &month) || month == 0)) ||
      (*at == '-' && (at++, !read_number (&at, 2, &day) || day == 0)) || *at != '\0')
    return FALSE;
  *from = g_date_time_new (zone, year, MAX (month, 1), MAX (day, 1), 0, 0, 0);
  if (*from == NULL)
    return FALSE;
  *to = day > 0 ? g_date_time_add_days (*from, 1) : month > 0 ? g_date_time_add_months (*from, 1) : g_date_time_add_years (*from, 1);
  return *to != NULL;
}

/**
 * csm_search_date_parse:
 * @text: the value of before: or after:
 * @now: the moment it is, in the zone whose days are meant
 * @from_us: (out): the first instant of what is named, µs
 * @to_us: (out): the first one behind it
 *
 * "before" is before @from_us, "after" is from @from_us on.
 *
 * Returns: whether it is a date
 */
gboolean
csm_search_date_parse (const char *text,
                       GDateTime  *now,
                       gint64     *from_us,
                       gint64     *to_us)
{
  g_autoptr (GDateTime) today = day_of (now);
  g_autoptr (GDateTime) from = NULL;
  g_autoptr (GDateTime) to = NULL;

  if (g_ascii_strcasecmp (text, "today") == 0)
    from = g_date_time_ref (today);
  else if (g_ascii_strcasecmp (text, "yesterday") == 0)
    from = g_date_time_add_days (today, -1);
  if (from != NULL)
    to = g_date_time_add_days (from, 1);
  else if ((from = read_ago (text, today)) != NULL)
    to = g_date_time_ref (now);
  else if (!read_date (text, g_date_time_get_timezone (now), &from, &to))
    return FALSE;
  if (to == NULL)
    return FALSE;
  *from_us = g_date_time_to_unix (from) * G_USEC_PER_SEC;
  *to_us = g_date_time_to_unix (to) * G_USEC_PER_SEC;
  return TRUE;
}
