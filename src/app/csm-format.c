/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-format.h"

#include <glib/gi18n.h>

#include "csm-time.h"

static GDateTime *
to_local (gint64 time_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / CSM_SECOND);

  return utc != NULL ? g_date_time_to_local (utc) : NULL;
}

/* Days from @then to @now in the calendar, not in hours. */
static int
calendar_days (GDateTime *then,
               GDateTime *now)
{
  GDate a;
  GDate b;

  g_date_set_dmy (&a, (GDateDay) g_date_time_get_day_of_month (then), g_date_time_get_month (then), (GDateYear) g_date_time_get_year (then));
  g_date_set_dmy (&b, (GDateDay) g_date_time_get_day_of_month (now), g_date_time_get_month (now), (GDateYear) g_date_time_get_year (now));
  return g_date_days_between (&a, &b);
}

/**
 * csm_format_when:
 * @time_us: µs
 *
 * The short form for lists: the time today, the weekday within a week, else the date.
 *
 * Returns: (transfer full): the text, empty for %CSM_TIME_NONE
 */
char *
csm_format_when (gint64 time_us)
{
  g_autoptr (GDateTime) then = time_us != CSM_TIME_NONE ? to_local (time_us) : NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  int days;

  if (then == NULL)
    return g_strdup ("");
  days = calendar_days (then, now);
  if (days == 0)
    return g_date_time_format (then, C_("time of day", "%H:%M"));
  if (days == 1)
    return g_strdup (_("Yesterday"));
  if (days > 1 && days < 7)
    return g_date_time_format (then, C_("weekday", "%a"));
  if (g_date_time_get_year (then) == g_date_time_get_year (now))
    return g_date_time_format (then, C_("date in this year", "%-d %b"));
  return g_date_time_format (then, C_("date in another year", "%-d %b %Y"));
}

/**
 * csm_format_when_long:
 * @time_us: µs
 *
 * Date and time in full, for tooltips and messages.
 *
 * Returns: (transfer full): the text, empty for %CSM_TIME_NONE
 */
char *
csm_format_when_long (gint64 time_us)
{
  g_autoptr (GDateTime) then = time_us != CSM_TIME_NONE ? to_local (time_us) : NULL;

  return then != NULL ? g_date_time_format (then, C_("date and time", "%a %-d %B %Y, %H:%M")) : g_strdup ("");
}

/**
 * csm_format_clock:
 * @time_us: µs
 *
 * What stands beside a message: the time alone today, else the day with the time.
 *
 * Returns: (transfer full): the text, empty for %CSM_TIME_NONE
 */
char *
csm_format_clock (gint64 time_us)
{
  g_autoptr (GDateTime) then = time_us != CSM_TIME_NONE ? to_local (time_us) : NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = NULL;
  g_autofree char *clock = NULL;

  if (then == NULL)
    return g_strdup ("");
  clock = g_date_time_format (then, C_("time of day", "%H:%M"));
  if (calendar_days (then, now) == 0)
    return g_steal_pointer (&clock);
  day = csm_format_when (time_us);
  /* Translators: a day and a time: "Yesterday, 10:42" */
  return g_strdup_printf (_("%s, %s"), day, clock);
}

/**
 * csm_format_until:
 * @time_us: µs
 *
 * How long it is until then: "42 min", "3 h", "2 d"; with a minus sign when it has passed.
 *
 * Returns: (transfer full): the text
 */
char *
csm_format_until (gint64 time_us)
{
  gint64 minutes = (time_us - csm_time_now ()) / (60 * CSM_SECOND);
  const char *sign = minutes < 0 ? "−" : "";

  minutes = ABS (minutes);
  if (minutes < 60)
    return g_strdup_printf (_("%s%d min"), sign, (int) minutes);
  if (minutes < 48 * 60)
    return g_strdup_printf (_("%s%d h"), sign, (int) (minutes / 60));
  return g_strdup_printf (_("%s%d d"), sign, (int) MIN (minutes / (24 * 60), 9999));
}

/**
 * csm_format_initials:
 * @name: (nullable): a person's name
 *
 * Returns: (transfer full): the first letters of its first and last word, in capitals
 */
char *
csm_format_initials (const char *name)
{
  g_autofree char *text = g_strstrip (g_strdup (name != NULL ? name : ""));
  const char *last = strrchr (text, ' ');
  GString *initials = g_string_new (NULL);

  if (text[0] != '\0')
    g_string_append_unichar (initials, g_unichar_toupper (g_utf8_get_char (text)));
  if (last != NULL)
    g_string_append_unichar (initials, g_unichar_toupper (g_utf8_get_char (last + 1)));
  return g_string_free (initials, FALSE);
}

/**
 * csm_format_mailbox:
 * @name: (nullable): a display name
 * @address: (nullable): the address
 *
 * Returns: (transfer full): "Name <address>", or the one that there is
 */
char *
csm_format_mailbox (const char *name,
                    const char *address)
{
  if (name == NULL || name[0] == '\0' || g_strcmp0 (name, address) == 0)
    return g_strdup (address != NULL ? address : "");
  if (address == NULL || address[0] == '\0')
    return g_strdup (name);
  return g_strdup_printf ("%s <%s>", name, address);
}
