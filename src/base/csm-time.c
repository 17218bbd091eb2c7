/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-time.h"

#include <string.h>

#include "csm-failpoint.h"

/**
 * csm_time_now:
 *
 * Returns: the wall clock, µs since the epoch
 */
gint64
csm_time_now (void)
{
  return g_get_real_time () + csm_fault_clock ();
}

/**
 * csm_time_format:
 * @time_us: µs since the epoch
 *
 * Writes a UTCDate (RFC 8620, section 1.4): capitals, `Z`, and a fraction only when it
 * isn't zero, so that equal instants are equal strings.
 *
 * Returns: (transfer full) (nullable): the text; %NULL when the year isn't in 0001–9999
 */
char *
csm_time_format (gint64 time_us)
{
  gint64 seconds = time_us / CSM_SECOND;
  gint64 fraction = time_us % CSM_SECOND;
  g_autoptr (GDateTime) date = NULL;
  g_autofree char *text = NULL;
  char digits[8];

  if (fraction < 0)
    {
      fraction += CSM_SECOND;
      seconds--;
    }
  date = g_date_time_new_from_unix_utc (seconds);
  if (date == NULL)
    return NULL;
  /* g_date_time_format() doesn't pad the year. */
  text = g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d", g_date_time_get_year (date), g_date_time_get_month (date), g_date_time_get_day_of_month (date),
                          g_date_time_get_hour (date), g_date_time_get_minute (date), g_date_time_get_second (date));
  if (fraction == 0)
    return g_strconcat (text, "Z", NULL);

  g_snprintf (digits, sizeof digits, "%06d", (int) fraction);
  for (int i = 5; digits[i] == '0'; i--)
    digits[i] = '\0';
  return g_strconcat (text, ".", digits, "Z", NULL);
}

/**
 * csm_time_parse:
 * @text: (nullable): an RFC 3339 date and time
 *
 * Reads a Date or UTCDate (RFC 8620, section 1.4). Letters must be upper case and a
 * zero fraction must be left out, as the RFC says.
 *
 * Returns: µs since the epoch, or `CSM_TIME_NONE` when @text isn't a date
 */
gint64
csm_time_parse (const char *text)
{
  g_autoptr (GDateTime) date = NULL;
  const char *fraction;

  if (text == NULL || strlen (text) < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':')
    return CSM_TIME_NONE;
  if (strpbrk (text + 11, "tz, ") != NULL)
    return CSM_TIME_NONE;
  fraction = text[19] == '.' ? text + 20 : NULL;
  if (fraction != NULL)
    {
      gsize n = strspn (fraction, "0123456789");

      if (n == 0 || strspn (fraction, "0") == n)
        return CSM_TIME_NONE;
    }
  date = g_date_time_new_from_iso8601 (text, NULL);
  if (date == NULL)
    return CSM_TIME_NONE;
  return g_date_time_to_unix (date) * CSM_SECOND + g_date_time_get_microsecond (date);
}
