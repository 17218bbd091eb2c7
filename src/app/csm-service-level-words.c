/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-service-level-words.h"

#include <glib/gi18n.h>
#include <stdlib.h>

#include "csm-clock-words.h"
#include "csm-json.h"

#define MINUTES_A_DAY 1440

const char *const csm_service_step_clocks[] = { "acknowledge", "answer", "resolve", NULL };
const char *const csm_service_step_actions[] = { "warnOwner", "tellLead", "escalate", NULL };
const char *const csm_calendar_days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL };

/* --- levels -------------------------------------------------------------------------------------------------- */

static void
add_part (GString    *text,
          const char *part)
{
  if (text->len > 0)
    /* Translators: between the parts of what a service level promises */
    g_string_append (text, C_("list", ", "));
  g_string_append (text, part);
}

static void
add_promise (GString    *text,
             JsonObject *level,
             const char *member,
             const char *format)
{
  gint64 minutes = csm_json_get_int (level, member, 0);
  g_autofree char *within = csm_clock_words_minutes (MAX (minutes, 0));
  g_autofree char *part = NULL;

  if (minutes <= 0)
    return;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  part = g_strdup_printf (format, within);
#pragma GCC diagnostic pop
  add_part (text, part);
}

static const char *
priority_words (const char *priority)
{
  if (g_strcmp0 (priority, "urgent") == 0)
    return _("urgent cases");
  if (g_strcmp0 (priority, "high") == 0)
    return _("cases of high priority");
  if (g_strcmp0 (priority, "low") == 0)
    return _("cases of low priority");
  return _("cases of normal priority");
}

static void
add_whom (GString      *text,
          CsmDirectory *directory,
          JsonObject   *level)
{
  const char *team = csm_json_get_string (level, "teamId"), *channel = csm_json_get_string (level, "channelId");
  const char *priority = csm_json_get_string (level, "priority");
  gboolean by_customer = csm_json_get_boolean (level, "byCustomer");

  if (team != NULL)
    add_part (text, csm_directory_name (directory, team) != NULL ? csm_directory_name (directory, team) : _("a team deleted since"));
  if (channel != NULL)
    add_part (text, csm_directory_name (directory, channel) != NULL ? csm_directory_name (directory, channel) : _("a mailbox deleted since"));
  if (priority != NULL)
    add_part (text, priority_words (priority));
  if (by_customer)
    add_part (text, _("customers who have this level"));
  if (team == NULL && channel == NULL && priority == NULL && !by_customer)
    add_part (text, _("every case"));
}

/**
 * csm_service_level_describe:
 * @directory: knows the names
 * @level: a ServiceLevel
 *
 * Returns: (transfer full): what is promised, to whom, and how it is counted
 */
char *
csm_service_level_describe (CsmDirectory *directory,
                            JsonObject   *level)
{
  g_autoptr (GString) what = g_string_new (NULL);
  g_autoptr (GString) whom = g_string_new (NULL);
  const char *calendar_id = csm_json_get_string (level, "calendarId");
  const char *calendar = calendar_id != NULL ? csm_directory_name (directory, calendar_id) : NULL;

  add_promise (what, level, "acknowledgeWithin", _("looked at within %s"));
  add_promise (what, level, "answerWithin", _("answered within %s"));
  add_promise (what, level, "resolveWithin", _("resolved within %s"));
  add_whom (whom, directory, level);
  if (calendar != NULL)
    /* Translators: for whom, what is promised, and the name of the working hours */
    return g_strdup_printf (_("For %s: %s (%s)"), whom->str, what->str, calendar);
  return g_strdup_printf (_("For %s: %s (day and night)"), whom->str, what->str);
}

/* Returns: what a step is about, as in "before an answer is due" */
const char *
csm_service_step_clock (const char *clock)
{
  if (g_strcmp0 (clock, "acknowledge") == 0)
    return _("somebody has to look at it");
  if (g_strcmp0 (clock, "resolve") == 0)
    return _("it has to be resolved");
  return _("an answer is due");
}

const char *
csm_service_step_action (const char *action)
{
  if (g_strcmp0 (action, "tellLead") == 0)
    return _("Tell the team’s leads");
  if (g_strcmp0 (action, "escalate") == 0)
    return _("Escalate to the next team");
  return _("Warn the owner");
}

/* Returns: (transfer full): "30 minutes before", "at the moment when", "1 hour after" */
char *
csm_service_step_when (gint64 minutes)
{
  g_autofree char *span = csm_clock_words_minutes (ABS (minutes));

  if (minutes == 0)
    return g_strdup (_("at the moment when"));
  return minutes < 0 ? g_strdup_printf (_("%s before"), span) : g_strdup_printf (_("%s after"), span);
}

/* Returns: (transfer full): a step as a sentence: "Warn the owner 30 minutes before an answer is due" */
char *
csm_service_step_describe (JsonObject *step)
{
  g_autofree char *when = csm_service_step_when (csm_json_get_int (step, "minutes", 0));

  /* Translators: what is done, when, and of what: "Warn the owner", "30 minutes before", "an answer is due" */
  return g_strdup_printf (_("%s %s %s"), csm_service_step_action (csm_json_get_string (step, "does")), when,
                          csm_service_step_clock (csm_json_get_string (step, "clock")));
}

/* --- working hours --------------------------------------------------------------------------------------------- */

/* @day: 0 is Monday */
const char *
csm_calendar_day_name (guint day)
{
  static const char *const names[] = { N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday") };

  g_return_val_if_fail (day < G_N_ELEMENTS (names), NULL);
  return _(names[day]);
}

/* Returns: (transfer full): a day's hours as people write them: "09:00–12:00, 13:00–17:00"; empty: none */
char *
csm_calendar_hours_text (JsonObject *calendar,
                         const char *day)
{
  JsonObject *hours = csm_json_get_object (calendar, "hours");
  JsonObject *entry = hours != NULL ? csm_json_get_object (hours, day) : NULL;
  JsonArray *spans = entry != NULL ? csm_json_get_array (entry, "spans") : NULL;
  GString *text = g_string_new (NULL);

  for (guint i = 0; spans != NULL && i < json_array_get_length (spans); i++)
    {
      JsonNode *node = json_array_get_element (spans, i);
      JsonArray *pair = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
      int from, to;

      if (pair == NULL || json_array_get_length (pair) != 2)
        continue;
      from = (int) json_array_get_int_element (pair, 0);
      to = (int) json_array_get_int_element (pair, 1);
      g_string_append_printf (text, "%s%02d:%02d–%02d:%02d", text->len > 0 ? ", " : "", from / 60, from % 60, to / 60, to % 60);
    }
  return g_string_free (text, FALSE);
}

static gboolean
read_time (const char **at,
           int         *minute)
{
  char *end;
  long hours, minutes = 0;

  if (!g_ascii_isdigit (**at))
    return FALSE;
  hours = strtol (*at, &end, 10);
  if (*end == ':' || *end == '.')
    {
      if (!g_ascii_isdigit (end[1]) || !g_ascii_isdigit (end[2]))
        return FALSE;
      minutes = (end[1] - '0') * 10 + end[2] - '0';
      end += 3;
    }
  if (hours > 24 || minutes > 59 || (hours == 24 && minutes > 0) || g_ascii_isdigit (*end))
    return FALSE;
  *minute = (int) (hours * 60 + minutes);
  *at = end;
  return TRUE;
}

static void
skip (const char **at,
      const char  *set)
{
  while (**at != '\0')
    {
      gunichar letter = g_utf8_get_char (*at);

      if (g_utf8_strchr (set, -1, letter) == NULL)
        return;
      *at = g_utf8_next_char (*at);
    }
}

/**
 * csm_calendar_hours_read:
 * @text: what a person wrote
 * @spans: (element-type CsmCalendarSpan): is filled
 *
 * Reads "9-17", "09:00–12:30, 13:00–17:00". What ends before it begins ends on the next day.
 *
 * Returns: whether it can be understood; nothing at all is a day off
 */
gboolean
csm_calendar_hours_read (const char *text,
                         GArray     *spans)
{
  const char *at = text;

  g_array_set_size (spans, 0);
  skip (&at, " ,;");
  while (*at != '\0')
    {
      CsmCalendarSpan span;
      const char *dash;

      if (!read_time (&at, &span.from))
        return FALSE;
      dash = at;
      skip (&at, " -–—");
      if (at == dash || !read_time (&at, &span.to) || span.from == span.to || span.from == MINUTES_A_DAY)
        return FALSE;
      if (span.to < span.from)
        span.to += MINUTES_A_DAY;
      g_array_append_val (spans, span);
      skip (&at, " ,;");
    }
  return TRUE;
}

/**
 * csm_calendar_describe:
 * @calendar: a Calendar
 *
 * Days with the same hours that follow each other are told together.
 *
 * Returns: (transfer full): "Monday – Friday 09:00–17:00; 2 holidays"
 */
char *
csm_calendar_describe (JsonObject *calendar)
{
  JsonObject *holidays = csm_json_get_object (calendar, "holidays");
  guint n = holidays != NULL ? json_object_get_size (holidays) : 0;
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < CSM_CALENDAR_N_DAYS; i++)
    {
      g_autofree char *hours = csm_calendar_hours_text (calendar, csm_calendar_days[i]);
      guint last = i;

      if (hours[0] == '\0')
        continue;
      while (last + 1 < CSM_CALENDAR_N_DAYS)
        {
          g_autofree char *next = csm_calendar_hours_text (calendar, csm_calendar_days[last + 1]);

          if (!g_str_equal (next, hours))
            break;
          last++;
        }
      if (text->len > 0)
        g_string_append (text, "; ");
      if (last > i)
        /* Translators: the first and the last day, and their hours */
        g_string_append_printf (text, _("%s – %s %s"), csm_calendar_day_name (i), csm_calendar_day_name (last), hours);
      else
        g_string_append_printf (text, "%s %s", csm_calendar_day_name (i), hours);
      i = last;
    }
  if (n > 0)
    g_string_append_printf (text, ngettext ("; %u holiday", "; %u holidays", n), n);
  return g_string_free (text, FALSE);
}
