/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-zone.h"

#include <stdlib.h>
#include <string.h>

/*
 * Behind the sandbox there are no files, so that the system's time zones can't be asked. An invitation brings its
 * own as VTIMEZONE (RFC 5545, section 3.6.5); for those that do not there are the rules of the usual ones.
 */

#define MAX_RULES 16
#define DAY 86400
#define MINUTE 60

/* From when on clocks are how far ahead of UTC. */
typedef struct
{
  gint64 start;             /* local seconds */
  gint64 until;             /* local seconds, or G_MAXINT64 */
  int from;                 /* seconds ahead of UTC before */
  int to;                   /* and after */
  gboolean yearly;
  int month;
  int week;                 /* 1 to 5, or -1 for the last; 0: a day of the month */
  int weekday;              /* Sunday is 0 */
  int month_day;
} Rule;

struct _CsmMailZone
{
  char *name;
  Rule rules[MAX_RULES];
  guint count;
  gboolean in_rule;
};

/**
 * csm_mail_zone_seconds:
 * @year: a year
 * @month: from 1
 * @day: from 1; may be out of the month
 *
 * Returns: seconds from 1970 to the beginning of that day, in no time zone
 */
gint64
csm_mail_zone_seconds (int year,
                       int month,
                       int day)
{
  int y = month <= 2 ? year - 1 : year;
  int era = (y >= 0 ? y : y - 399) / 400;
  int of_era = y - era * 400;
  int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

  return ((gint64) era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468) * DAY;
}

static gboolean
digits (const char *text,
        guint       count,
        int        *number)
{
  *number = 0;
  for (guint i = 0; i < count; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      *number = *number * 10 + (text[i] - '0');
    }
  return TRUE;
}

/**
 * csm_mail_zone_read_local:
 * @text: 20260803, 20260803T100000 or 20260803T100000Z
 * @seconds: (out): as csm_mail_zone_seconds()
 * @has_time: (out): whether it is more than a day
 * @is_utc: (out): whether it ends with Z
 *
 * Returns: whether it could be read
 */
gboolean
csm_mail_zone_read_local (const char *text,
                          gint64     *seconds,
                          gboolean   *has_time,
                          gboolean   *is_utc)
{
  int year, month, day, hour, minute, second;

  while (*text == ' ')
    text++;
  if (!digits (text, 4, &year) || !digits (text + 4, 2, &month) || !digits (text + 6, 2, &day))
    return FALSE;
  if (year < 1601 || !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return FALSE;
  *seconds = csm_mail_zone_seconds (year, month, day);
  *has_time = text[8] == 'T';
  *is_utc = FALSE;
  if (!*has_time)
    return TRUE;
  if (!digits (text + 9, 2, &hour) || !digits (text + 11, 2, &minute) || !digits (text + 13, 2, &second)
      || hour > 24 || minute > 59 || second > 60)
    return FALSE;
  *seconds += hour * 3600 + minute * MINUTE + second;
  *is_utc = text[15] == 'Z';
  return TRUE;
}

CsmMailZone *
csm_mail_zone_new (void)
{
  return g_new0 (CsmMailZone, 1);
}

void
csm_mail_zone_free (CsmMailZone *self)
{
  g_free (self->name);
  g_free (self);
}

const char *
csm_mail_zone_get_name (CsmMailZone *self)
{
  return self->name;
}

/* +0100, -0330 or +010000. */
static int
read_offset (const char *text)
{
  int hours, minutes;
  gboolean west;

  text += strspn (text, " ");
  west = *text == '-';
  if (*text == '-' || *text == '+')
    text++;
  if (!digits (text, 2, &hours) || !digits (text + 2, 2, &minutes))
    return 0;
  return (west ? -1 : 1) * (hours * 3600 + minutes * MINUTE);
}

static void
read_rule (Rule       *rule,
           const char *text)
{
  static const char *const weekdays[] = { "SU", "MO", "TU", "WE", "TH", "FR", "SA" };
  g_auto(GStrv) words = g_strsplit (text, ";", 20);

  rule->yearly = strcasestr (text, "FREQ=YEARLY") != NULL;
  for (char **word = words; *word != NULL; word++)
    {
      if (g_ascii_strncasecmp (*word, "BYMONTH=", 8) == 0)
        rule->month = (int) CLAMP (g_ascii_strtoll (*word + 8, NULL, 10), 1, 12);
      else if (g_ascii_strncasecmp (*word, "BYMONTHDAY=", 11) == 0)
        rule->month_day = (int) CLAMP (g_ascii_strtoll (*word + 11, NULL, 10), 1, 31);
      else if (g_ascii_strncasecmp (*word, "BYDAY=", 6) == 0)
        {
          char *end;

          rule->week = (int) CLAMP (g_ascii_strtoll (*word + 6, &end, 10), -1, 5);
          for (guint i = 0; i < G_N_ELEMENTS (weekdays); i++)
            if (g_ascii_strncasecmp (end, weekdays[i], 2) == 0)
              rule->weekday = (int) i;
        }
      else if (g_ascii_strncasecmp (*word, "UNTIL=", 6) == 0)
        {
          gboolean has_time, is_utc;

          if (csm_mail_zone_read_local (*word + 6, &rule->until, &has_time, &is_utc) && !has_time)
            rule->until += DAY;
        }
    }
}

/**
 * csm_mail_zone_take_line:
 * @self: a zone
 * @line: a line inside its VTIMEZONE
 *
 * Reads it.
 */
void
csm_mail_zone_take_line (CsmMailZone    *self,
                         CsmContentLine *line)
{
  Rule *rule = self->count > 0 ? &self->rules[self->count - 1] : NULL;
  gboolean ignored;

  if (strcmp (line->name, "TZID") == 0 && self->name == NULL)
    {
      self->name = g_strstrip (g_strdup (line->value));
    }
  else if (csm_content_line_is (line, "BEGIN", "STANDARD") || csm_content_line_is (line, "BEGIN", "DAYLIGHT"))
    {
      self->in_rule = self->count < MAX_RULES;
      if (self->in_rule)
        self->rules[self->count++] = (Rule){ .until = G_MAXINT64, .month = 1, .month_day = 1 };
    }
  else if (strcmp (line->name, "END") == 0)
    {
      self->in_rule = FALSE;
    }
  else if (self->in_rule && strcmp (line->name, "DTSTART") == 0)
    {
      if (!csm_mail_zone_read_local (line->value, &rule->start, &ignored, &ignored))
        rule->start = G_MININT64 / 2;
    }
  else if (self->in_rule && strcmp (line->name, "TZOFFSETTO") == 0)
    rule->to = read_offset (line->value);
  else if (self->in_rule && strcmp (line->name, "TZOFFSETFROM") == 0)
    rule->from = read_offset (line->value);
  else if (self->in_rule && strcmp (line->name, "RRULE") == 0)
    read_rule (rule, line->value);
}

/* When in @year the clocks change, local seconds. */
static gint64
onset (const Rule *rule,
       int         year)
{
  gint64 of_day = ((rule->start % DAY) + DAY) % DAY;
  gint64 first = csm_mail_zone_seconds (year, rule->month, 1);
  gint64 day;
  int weekday;

  if (rule->week == 0)
    return first + (gint64) (rule->month_day - 1) * DAY + of_day;
  if (rule->week > 0)
    {
      /* 1970 began with a Thursday. */
      weekday = (int) (((first / DAY + 4) % 7 + 7) % 7);
      day = first + (gint64) ((rule->weekday - weekday + 7) % 7 + (rule->week - 1) * 7) * DAY;
    }
  else
    {
      gint64 last = csm_mail_zone_seconds (rule->month == 12 ? year + 1 : year, rule->month == 12 ? 1 : rule->month + 1, 1) - DAY;

      weekday = (int) (((last / DAY + 4) % 7 + 7) % 7);
      day = last - (gint64) ((weekday - rule->weekday + 7) % 7) * DAY;
    }
  return day + of_day;
}

static int
year_of (gint64 seconds)
{
  g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc (seconds);

  return date != NULL ? g_date_time_get_year (date) : 1970;
}

/* The last time up to @local that the clocks changed by @rule, or G_MININT64. */
static gint64
last_onset (const Rule *rule,
            gint64      local)
{
  gint64 best = rule->start <= local ? rule->start : G_MININT64;
  int year = year_of (local);

  for (int y = year - 1; rule->yearly && y <= year; y++)
    {
      gint64 change = onset (rule, y);

      if (change <= local && change >= rule->start && change <= rule->until)
        best = MAX (best, change);
    }
  return best;
}

/**
 * csm_mail_zone_to_utc:
 * @self: a zone
 * @seconds: (inout): what clocks show there, becomes UTC
 *
 * Returns: whether the zone says anything
 */
gboolean
csm_mail_zone_to_utc (CsmMailZone *self,
                      gint64      *seconds)
{
  gint64 best = G_MININT64;
  int offset;

  if (self->count == 0)
    return FALSE;
  offset = self->rules[0].from;
  for (guint i = 0; i < self->count; i++)
    {
      gint64 change = last_onset (&self->rules[i], *seconds);

      if (change > best)
        {
          best = change;
          offset = self->rules[i].to;
        }
    }
  *seconds -= offset;
  return TRUE;
}

typedef enum
{
  NEVER,
  EUROPE,
  AMERICA,
  AUSTRALIA,
} Summer;

/* The names of the IANA, separated by spaces, what Windows calls them, and minutes ahead of UTC. */
static const struct
{
  const char *names;
  const char *windows;
  int minutes;
  Summer summer;
} known[] = {
  { "UTC Etc/UTC GMT Etc/GMT", "Coordinated Universal Time", 0, NEVER },
  { "Europe/London Europe/Dublin Europe/Lisbon", "GMT Standard Time", 0, EUROPE },
  { "Europe/Berlin Europe/Vienna Europe/Zurich Europe/Rome Europe/Amsterdam Europe/Stockholm Europe/Oslo Europe/Luxembourg CET",
    "W. Europe Standard Time", 60, EUROPE },
  { "Europe/Paris Europe/Brussels Europe/Madrid Europe/Copenhagen", "Romance Standard Time", 60, EUROPE },
  { "Europe/Prague Europe/Budapest Europe/Bratislava Europe/Ljubljana Europe/Belgrade", "Central Europe Standard Time", 60, EUROPE },
  { "Europe/Warsaw Europe/Zagreb Europe/Sarajevo Europe/Skopje", "Central European Standard Time", 60, EUROPE },
  { "Europe/Athens Europe/Bucharest", "GTB Standard Time", 120, EUROPE },
  { "Europe/Helsinki Europe/Kiev Europe/Kyiv Europe/Riga Europe/Sofia Europe/Tallinn Europe/Vilnius", "FLE Standard Time", 120, EUROPE },
  { "Europe/Istanbul", "Turkey Standard Time", 180, NEVER },
  { "Europe/Moscow", "Russian Standard Time", 180, NEVER },
  { "Africa/Johannesburg", "South Africa Standard Time", 120, NEVER },
  { "Asia/Dubai", "Arabian Standard Time", 240, NEVER },
  { "Asia/Kolkata Asia/Calcutta", "India Standard Time", 330, NEVER },
  { "Asia/Shanghai Asia/Hong_Kong", "China Standard Time", 480, NEVER },
  { "Asia/Singapore", "Singapore Standard Time", 480, NEVER },
  { "Asia/Tokyo", "Tokyo Standard Time", 540, NEVER },
  { "Asia/Seoul", "Korea Standard Time", 540, NEVER },
  { "Australia/Sydney Australia/Melbourne", "AUS Eastern Standard Time", 600, AUSTRALIA },
  { "Australia/Brisbane", "E. Australia Standard Time", 600, NEVER },
  { "America/Halifax", "Atlantic Standard Time", -240, AMERICA },
  { "America/New_York America/Toronto US/Eastern", "Eastern Standard Time", -300, AMERICA },
  { "America/Chicago US/Central", "Central Standard Time", -360, AMERICA },
  { "America/Denver US/Mountain", "Mountain Standard Time", -420, AMERICA },
  { "America/Phoenix", "US Mountain Standard Time", -420, NEVER },
  { "America/Los_Angeles US/Pacific", "Pacific Standard Time", -480, AMERICA },
  { "America/Sao_Paulo", "E. South America Standard Time", -180, NEVER },
};

static Rule
rule_new (int minutes_before,
          int minutes_after,
          int month,
          int week,
          int minute_of_day)
{
  return (Rule){ .start = csm_mail_zone_seconds (2008, 1, 1) + minute_of_day * MINUTE, .until = G_MAXINT64,
                 .from = minutes_before * MINUTE, .to = minutes_after * MINUTE, .yearly = TRUE, .month = month, .week = week };
}

static void
set_rules (CsmMailZone *self,
           int          minutes,
           Summer       summer)
{
  int later = minutes + 60;

  self->count = summer == NEVER ? 1 : 2;
  self->rules[0] = rule_new (minutes, minutes, 1, 0, 0);
  self->rules[0].yearly = FALSE;
  self->rules[0].start = G_MININT64 / 2;
  if (summer == EUROPE)
    {
      self->rules[0] = rule_new (later, minutes, 10, -1, 60 + later);
      self->rules[1] = rule_new (minutes, later, 3, -1, 60 + minutes);
    }
  else if (summer == AMERICA)
    {
      self->rules[0] = rule_new (later, minutes, 11, 1, 120);
      self->rules[1] = rule_new (minutes, later, 3, 2, 120);
    }
  else if (summer == AUSTRALIA)
    {
      self->rules[0] = rule_new (later, minutes, 4, 1, 180);
      self->rules[1] = rule_new (minutes, later, 10, 1, 120);
    }
}

/**
 * csm_mail_zone_find:
 * @name: what the IANA or Windows calls a zone
 *
 * Returns: (transfer full) (nullable): its rules as they are since 2008, if it is among the usual ones
 */
CsmMailZone *
csm_mail_zone_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_auto(GStrv) names = g_strsplit (known[i].names, " ", -1);

      if (g_strv_contains ((const char *const *) names, name) || strcmp (known[i].windows, name) == 0)
        {
          CsmMailZone *self = csm_mail_zone_new ();

          self->name = g_strdup (name);
          set_rules (self, known[i].minutes, known[i].summer);
          return self;
        }
    }
  return NULL;
}
