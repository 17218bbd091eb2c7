/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-clock-words.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-time.h"

#define MINUTE (60 * CSM_SECOND)

/* A clock's sentences: the first one's %s is when, the second's how long. */
typedef struct
{
  const char *kind;
  const char *by;
  const char *late;
  const char *paused;
  const char *met;
  const char *met_late;
  const char *why;
} ClockWords;

static const ClockWords words[] = {
  { "acknowledge", N_("Somebody looks at it by %s, in %s"), N_("Nobody has looked at it; late since %s, for %s"), N_("Nobody has to look at it while the customer has the word"),
    N_("Looked at in time: %s"), N_("Looked at late: %s"),
    /* Translators: “Gold” promises that somebody looks at a case within 30 minutes */
    N_("“%s” promises that somebody looks at a case within %s") },
  { "answer", N_("Answer by %s, in %s"), N_("Answer late since %s, for %s"), N_("The answer waits for the customer"), N_("Answered in time: %s"), N_("Answered late: %s"),
    N_("“%s” promises an answer within %s") },
  { "resolve", N_("Resolve by %s, in %s"), N_("Resolution late since %s, for %s"), N_("The time to resolve it stands still while the customer has the word"), N_("Resolved in time: %s"), N_("Resolved late: %s"),
    N_("“%s” promises that a case is resolved within %s") },
};

static const ClockWords *
find (const char *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (kind, words[i].kind) == 0)
      return &words[i];
  return &words[1];
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *
fill_one (const char *format,
          const char *text)
{
  return g_strdup_printf (format, text);
}

static char *
fill_two (const char *format,
          const char *first,
          const char *second)
{
  return g_strdup_printf (format, first, second);
}
#pragma GCC diagnostic pop

/**
 * csm_clock_words_minutes:
 * @minutes: how many; not below 0
 *
 * Never days: a day of work isn't one of the calendar.
 *
 * Returns: (transfer full): "30 minutes", "4 hours", "1 hour 30 minutes"
 */
char *
csm_clock_words_minutes (gint64 minutes)
{
  guint hours = (guint) (minutes / 60), rest = (guint) (minutes % 60);
  g_autofree char *first = g_strdup_printf (ngettext ("%u hour", "%u hours", hours), hours);
  g_autofree char *second = g_strdup_printf (ngettext ("%u minute", "%u minutes", rest), rest);

  if (hours == 0)
    return g_steal_pointer (&second);
  if (rest == 0)
    return g_steal_pointer (&first);
  /* Translators: hours and minutes: "1 hour 30 minutes" */
  return g_strdup_printf (C_("duration", "%s %s"), first, second);
}

static char *
format_span (gint64 span)
{
  gint64 minutes = MAX (span, 0) / MINUTE;

  if (minutes < 60)
    return g_strdup_printf (_("%d min"), (int) minutes);
  if (minutes < 48 * 60)
    return g_strdup_printf (_("%d h"), (int) (minutes / 60));
  return g_strdup_printf (_("%d d"), (int) MIN (minutes / (24 * 60), 9999));
}

/**
 * csm_clock_words_short:
 * @at: a deadline, µs
 * @now: the time, µs
 *
 * Returns: (transfer full): what a row has room for: "42 min", "Late 2 h"
 */
char *
csm_clock_words_short (gint64 at,
                       gint64 now)
{
  g_autofree char *span = format_span (at <= now ? now - at : at - now);

  /* Translators: %s is how long a promise has been broken: "2 h" */
  return at <= now ? g_strdup_printf (_("Late %s"), span) : g_steal_pointer (&span);
}

/**
 * csm_clock_words_deadline:
 * @kind: (nullable): acknowledge, answer or resolve
 * @at: the deadline, µs
 * @now: the time, µs
 *
 * Returns: (transfer full): "Answer by 14:00, in 42 min"
 */
char *
csm_clock_words_deadline (const char *kind,
                          gint64      at,
                          gint64      now)
{
  const ClockWords *clock = find (kind);
  g_autofree char *when = csm_format_clock (at);
  g_autofree char *span = format_span (at <= now ? now - at : at - now);

  return fill_two (at <= now ? _(clock->late) : _(clock->by), when, span);
}

/**
 * csm_clock_words_state:
 * @kind: acknowledge, answer or resolve
 * @clock: what the case says of it
 * @now: the time, µs
 *
 * Late is what is late by this computer's clock, too.
 *
 * Returns: (transfer full): what became of the promise
 */
char *
csm_clock_words_state (const char *kind,
                       JsonObject *clock,
                       gint64      now)
{
  const ClockWords *text = find (kind);
  gint64 by = csm_json_get_time (clock, "by"), met = csm_json_get_time (clock, "metAt");
  g_autofree char *when = NULL;

  if (met != CSM_TIME_NONE)
    {
      when = csm_format_clock (met);
      return fill_one (met <= by ? _(text->met) : _(text->met_late), when);
    }
  if (g_strcmp0 (csm_json_get_string (clock, "state"), "paused") == 0)
    return g_strdup (_(text->paused));
  return csm_clock_words_deadline (kind, by, now);
}

/**
 * csm_clock_words_why:
 * @directory: (nullable): knows what levels and calendars are called
 * @kind: acknowledge, answer or resolve
 * @clock: what the case says of it
 * @rested: whether the customer had the word in between
 *
 * Returns: (transfer full): because of what it is then, in words
 */
char *
csm_clock_words_why (CsmDirectory *directory,
                     const char   *kind,
                     JsonObject   *clock,
                     gboolean      rested)
{
  JsonObject *why = csm_json_get_object (clock, "why");
  const char *level_id = why != NULL ? csm_json_get_string (why, "levelId") : NULL;
  const char *calendar_id = why != NULL ? csm_json_get_string (why, "calendarId") : NULL;
  const char *level = directory != NULL && level_id != NULL ? csm_directory_name (directory, level_id) : NULL;
  const char *calendar = directory != NULL && calendar_id != NULL ? csm_directory_name (directory, calendar_id) : NULL;
  g_autofree char *within = csm_clock_words_minutes (why != NULL ? csm_json_get_int (why, "minutes", 0) : 0);
  g_autofree char *promise = fill_two (_(find (kind)->why), level != NULL ? level : _("A service level deleted since"), within);
  g_autofree char *from = csm_format_clock (why != NULL ? csm_json_get_time (why, "from") : CSM_TIME_NONE);
  g_autofree char *counted = NULL;

  /* Translators: the working hours by which a promise is counted, and since when */
  counted = calendar != NULL ? g_strdup_printf (_("counted in the working hours “%s” from %s"), calendar, from)
                             : g_strdup_printf (_("counted day and night from %s"), from);
  if (rested)
    /* Translators: a promise, and how its time is counted */
    return g_strdup_printf (_("%s, %s, without the time in which the customer had the word."), promise, counted);
  return g_strdup_printf (_("%s, %s."), promise, counted);
}

/**
 * csm_clock_words_class:
 * @clock_at: the first deadline that is running, µs
 * @warn_at: from when on it is due soon, µs
 * @now: the time, µs
 *
 * Returns: the style class that goes with the words; %NULL: none
 */
const char *
csm_clock_words_class (gint64 clock_at,
                       gint64 warn_at,
                       gint64 now)
{
  if (clock_at <= now)
    return "late";
  return warn_at != CSM_TIME_NONE && warn_at <= now ? "due" : NULL;
}
