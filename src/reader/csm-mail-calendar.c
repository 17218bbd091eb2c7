/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-calendar.h"

#include "csm-content-line.h"
#include "csm-mail-charset.h"
#include "csm-mail-zone.h"

#include <stdlib.h>
#include <string.h>

#define MAX_LINE 998
#define MAX_WORD 64
#define MAX_ZONES 16
#define DAY 86400

typedef struct
{
  gint64 seconds;
  char *zone;               /* NULL for none */
  gboolean has_time;
  gboolean is_utc;
  gboolean is_set;
} When;

typedef struct
{
  char *summary;
  char *location;
  char *organizer;
  char *organizer_name;
  char *uid;
  char *status;
  char *answer;             /* of the first attendee */
  When start;
  When end;
  gint64 duration;          /* seconds, or 0 */
  guint attendees;
  gint64 sequence;
  gboolean recurs;
  gboolean is_exception;    /* one of a row */
  gboolean is_complete;
} Event;

typedef struct
{
  char *method;
  Event event;
  GPtrArray *zones;         /* CsmMailZone */
  gboolean in_event;
  gboolean in_zone;
  guint inside;             /* components inside the event, as alarms are */
} Calendar;

static void
event_clear (Event *self)
{
  g_free (self->summary);
  g_free (self->location);
  g_free (self->organizer);
  g_free (self->organizer_name);
  g_free (self->uid);
  g_free (self->status);
  g_free (self->answer);
  g_free (self->start.zone);
  g_free (self->end.zone);
  memset (self, 0, sizeof *self);
}

static void
take_when (When           *when,
           CsmContentLine *line)
{
  if (when->is_set || !csm_mail_zone_read_local (line->value, &when->seconds, &when->has_time, &when->is_utc))
    return;
  when->is_set = TRUE;
  when->zone = csm_content_line_dup_parameter (line, "TZID");
}

/* P1DT2H30M or P2W (RFC 5545, section 3.3.6), in seconds. */
static gint64
read_duration (const char *text)
{
  gint64 total = 0;
  gint64 number = 0;

  for (const char *p = text; *p != '\0'; p++)
    {
      gint64 unit = 0;

      if (g_ascii_isdigit (*p))
        {
          number = MIN (number * 10 + (*p - '0'), 1000000);
          continue;
        }
      if (*p == 'W')
        unit = 7 * DAY;
      else if (*p == 'D')
        unit = DAY;
      else if (*p == 'H')
        unit = 3600;
      else if (*p == 'M')
        unit = 60;
      else if (*p == 'S')
        unit = 1;
      total += number * unit;
      number = 0;
    }
  return total;
}

static char *
dup_address (CsmContentLine *line)
{
  g_autofree char *text = csm_content_line_dup_text (line, MAX_LINE);

  return g_strdup (g_ascii_strncasecmp (text, "mailto:", 7) == 0 ? text + 7 : text);
}

static void
set_text (char           **to,
          CsmContentLine  *line,
          gsize            limit)
{
  if (*to == NULL)
    *to = csm_content_line_dup_text (line, limit);
}

static void
take_attendee (Event          *event,
               CsmContentLine *line)
{
  g_autofree char *answer = csm_content_line_dup_parameter (line, "PARTSTAT");

  event->attendees++;
  if (event->answer == NULL && answer != NULL)
    event->answer = csm_mail_charset_clean (answer, CSM_MAIL_CLEAN_LINE, MAX_WORD);
}

static void
take_organizer (Event          *event,
                CsmContentLine *line)
{
  g_autofree char *name = csm_content_line_dup_parameter (line, "CN");

  if (event->organizer != NULL)
    return;
  event->organizer = dup_address (line);
  if (name != NULL)
    event->organizer_name = csm_mail_charset_clean (name, CSM_MAIL_CLEAN_LINE, MAX_LINE);
}

static void
take_event_line (Event          *event,
                 CsmContentLine *line)
{
  if (strcmp (line->name, "SUMMARY") == 0)
    set_text (&event->summary, line, MAX_LINE);
  else if (strcmp (line->name, "LOCATION") == 0)
    set_text (&event->location, line, MAX_LINE);
  else if (strcmp (line->name, "UID") == 0)
    set_text (&event->uid, line, MAX_LINE);
  else if (strcmp (line->name, "STATUS") == 0)
    set_text (&event->status, line, MAX_WORD);
  else if (strcmp (line->name, "DTSTART") == 0)
    take_when (&event->start, line);
  else if (strcmp (line->name, "DTEND") == 0)
    take_when (&event->end, line);
  else if (strcmp (line->name, "DURATION") == 0)
    event->duration = read_duration (line->value);
  else if (strcmp (line->name, "SEQUENCE") == 0)
    event->sequence = CLAMP (g_ascii_strtoll (line->value, NULL, 10), 0, G_MAXINT);
  else if (strcmp (line->name, "RRULE") == 0 || strcmp (line->name, "RDATE") == 0)
    event->recurs = TRUE;
  else if (strcmp (line->name, "RECURRENCE-ID") == 0)
    event->is_exception = TRUE;
  else if (strcmp (line->name, "ORGANIZER") == 0)
    take_organizer (event, line);
  else if (strcmp (line->name, "ATTENDEE") == 0)
    take_attendee (event, line);
}

static void
end_event (Calendar *self,
           Event    *current)
{
  /* The row itself says more than one of its exceptions. */
  if (!self->event.is_complete || (self->event.is_exception && !current->is_exception))
    {
      event_clear (&self->event);
      self->event = *current;
      self->event.is_complete = TRUE;
      memset (current, 0, sizeof *current);
    }
  event_clear (current);
}

static void
take_line (Calendar       *self,
           Event          *current,
           CsmContentLine *line)
{
  if (csm_content_line_is (line, "BEGIN", "VEVENT"))
    {
      self->in_event = TRUE;
      self->inside = 0;
      event_clear (current);
    }
  else if (csm_content_line_is (line, "END", "VEVENT") && self->in_event)
    {
      self->in_event = FALSE;
      end_event (self, current);
    }
  else if (csm_content_line_is (line, "BEGIN", "VTIMEZONE"))
    {
      self->in_zone = self->zones->len < MAX_ZONES;
      if (self->in_zone)
        g_ptr_array_add (self->zones, csm_mail_zone_new ());
    }
  else if (csm_content_line_is (line, "END", "VTIMEZONE"))
    self->in_zone = FALSE;
  else if (self->in_zone)
    csm_mail_zone_take_line (self->zones->pdata[self->zones->len - 1], line);
  else if (strcmp (line->name, "BEGIN") == 0)
    self->inside += self->in_event;
  else if (strcmp (line->name, "END") == 0)
    self->inside -= self->in_event && self->inside > 0;
  else if (self->in_event && self->inside == 0)
    take_event_line (current, line);
  else if (!self->in_event && strcmp (line->name, "METHOD") == 0)
    set_text (&self->method, line, MAX_WORD);
}

static gboolean
to_utc (Calendar *self,
        When     *when)
{
  g_autoptr(CsmMailZone) usual = NULL;

  if (when->is_utc)
    return TRUE;
  for (guint i = 0; when->zone != NULL && i < self->zones->len; i++)
    if (g_strcmp0 (csm_mail_zone_get_name (self->zones->pdata[i]), when->zone) == 0)
      return csm_mail_zone_to_utc (self->zones->pdata[i], &when->seconds);
  usual = when->zone != NULL ? csm_mail_zone_find (when->zone) : NULL;
  return usual != NULL && csm_mail_zone_to_utc (usual, &when->seconds);
}

static void
write_when (Calendar      *self,
            CsmJsonWriter *writer,
            const char    *name,
            When           when)
{
  gboolean is_utc = when.is_set && when.has_time && to_utc (self, &when);
  g_autoptr(GDateTime) date = when.is_set ? g_date_time_new_from_unix_utc (when.seconds) : NULL;
  g_autofree char *text = date != NULL
                          ? g_date_time_format (date, !when.has_time ? "%Y-%m-%d" : is_utc ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%dT%H:%M:%S")
                          : NULL;

  csm_json_writer_string (writer, name, text);
}

/* The end as people say it: a day that ends at midnight is the last one. */
static When
get_end (Event *event)
{
  When end = event->end.is_set ? event->end : event->start;

  if (!event->end.is_set)
    end.seconds += event->duration;
  if (end.is_set && !end.has_time && end.seconds > event->start.seconds)
    end.seconds -= DAY;
  return end;
}

static void
write_lower (CsmJsonWriter *writer,
             const char    *name,
             const char    *value)
{
  g_autofree char *lower = value != NULL ? g_ascii_strdown (value, -1) : NULL;

  csm_json_writer_string (writer, name, lower);
}

static void
write_calendar (Calendar      *self,
                const char    *text,
                CsmJsonWriter *writer)
{
  Event *event = &self->event;
  gboolean is_reply = self->method != NULL && g_ascii_strcasecmp (self->method, "reply") == 0;

  csm_json_writer_begin_object (writer, "calendar");
  write_lower (writer, "method", self->method);
  csm_json_writer_string (writer, "summary", event->summary);
  write_when (self, writer, "start", event->start);
  write_when (self, writer, "end", get_end (event));
  csm_json_writer_bool (writer, "allDay", event->start.is_set && !event->start.has_time);
  csm_json_writer_string (writer, "location", event->location);
  csm_json_writer_string (writer, "organizer", event->organizer);
  csm_json_writer_string (writer, "organizerName", event->organizer_name);
  csm_json_writer_int (writer, "attendees", event->attendees);
  csm_json_writer_string (writer, "uid", event->uid);
  csm_json_writer_int (writer, "sequence", event->sequence);
  csm_json_writer_bool (writer, "recurs", event->recurs);
  write_lower (writer, "status", is_reply && event->answer != NULL ? event->answer : event->status);
  csm_json_writer_string (writer, "text", text);
  csm_json_writer_end_object (writer);
}

/**
 * csm_mail_calendar_write:
 * @text: (nullable): a calendar, valid and clean, with \n line ends
 * @writer: inside the answer's object
 *
 * Writes what an invitation says (RFC 5545), or null when there is none.
 */
void
csm_mail_calendar_write (const char    *text,
                         CsmJsonWriter *writer)
{
  Calendar self = { NULL };
  Event current = { NULL };
  g_auto(CsmContentLine) line = { NULL };
  const char *left = text;

  if (text == NULL)
    {
      csm_json_writer_string (writer, "calendar", NULL);
      return;
    }
  self.zones = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_mail_zone_free);
  while (csm_content_line_next (&line, &left))
    take_line (&self, &current, &line);
  /* One that was cut off is better than none. */
  if (self.in_event)
    end_event (&self, &current);
  write_calendar (&self, text, writer);
  event_clear (&self.event);
  event_clear (&current);
  g_free (self.method);
  g_ptr_array_unref (self.zones);
}
