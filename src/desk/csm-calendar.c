/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-calendar.h"

#include <stdio.h>
#include <string.h>

#include "csm-json.h"
#include "csm-time.h"

#define DAYS_A_WEEK 7
#define MINUTES_A_DAY 1440
#define DAY (24 * 3600 * CSM_SECOND)
#define MINUTE (60 * CSM_SECOND)
#define MAX_SPANS 20

/* A calendar that is nearly always closed is looked through for so long. */
#define MAX_DAYS (2 * 366)

/* Local time is at most so far behind and ahead of UTC. */
#define MOST_BEHIND (12 * 3600 * CSM_SECOND)
#define MOST_AHEAD (14 * 3600 * CSM_SECOND)

typedef struct
{
  gint64 start;
  gint64 end;
} Span;

struct _CsmCalendar
{
  gatomicrefcount ref_count;
  gboolean        always;             /* day and night */
  GTimeZone      *zone;
  GArray         *days[DAYS_A_WEEK];  /* Span, µs of the day, in order, apart */
  GHashTable     *holidays;           /* day since the epoch + 1 */
};

static const char *const day_names[DAYS_A_WEEK] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static int
compare_spans (gconstpointer a,
               gconstpointer b)
{
  const Span *x = a, *y = b;

  return x->start < y->start ? -1 : x->start > y->start;
}

/* What overlaps becomes one: no minute counts twice. */
static void
tidy (GArray *spans)
{
  guint kept = 0;

  g_array_sort (spans, compare_spans);
  for (guint i = 1; i < spans->len; i++)
    {
      Span *last = &g_array_index (spans, Span, kept);
      const Span *next = &g_array_index (spans, Span, i);

      if (next->start <= last->end)
        last->end = MAX (last->end, next->end);
      else
        g_array_index (spans, Span, ++kept) = *next;
    }
  if (spans->len > 0)
    g_array_set_size (spans, kept + 1);
}

static gboolean
read_span (JsonArray *pair,
           Span      *span)
{
  gint64 minutes[2];

  if (pair == NULL || json_array_get_length (pair) != 2)
    return FALSE;
  for (guint i = 0; i < 2; i++)
    {
      JsonNode *node = json_array_get_element (pair, i);

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
        return FALSE;
      minutes[i] = json_node_get_int (node);
    }
  if (minutes[0] < 0 || minutes[0] >= minutes[1] || minutes[1] > MINUTES_A_DAY)
    return FALSE;
  span->start = minutes[0] * MINUTE;
  span->end = minutes[1] * MINUTE;
  return TRUE;
}

/* NULL: they are no spans. */
static GArray *
read_spans (JsonObject *day)
{
  JsonArray *list = csm_json_get_array (day, "spans");
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (Span));

  if (day == NULL || (list == NULL && json_object_get_size (day) > 0))
    return NULL;
  if (list != NULL && json_array_get_length (list) > MAX_SPANS)
    return NULL;
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      Span span;

      if (!JSON_NODE_HOLDS_ARRAY (node) || !read_span (json_node_get_array (node), &span))
        return NULL;
      g_array_append_val (spans, span);
    }
  tidy (spans);
  return g_steal_pointer (&spans);
}

/* Days since the epoch, or -1. */
static gint64
read_date (const char *text)
{
  int year, month, day, end = 0;
  GDate date, epoch;

  if (strlen (text) != 10 || sscanf (text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || end != 10)
    return -1;
  if (year < 1970 || !g_date_valid_dmy ((GDateDay) MAX (day, 0), (GDateMonth) CLAMP (month, 0, 13), (GDateYear) year))
    return -1;
  g_date_set_dmy (&epoch, 1, G_DATE_JANUARY, 1970);
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  return g_date_days_between (&epoch, &date);
}

static gboolean
holds (const GArray *spans)
{
  return spans != NULL && spans->len > 0;
}

static const char *
check_hours (JsonObject *hours)
{
  g_autoptr (GList) names = hours != NULL ? json_object_get_members (hours) : NULL;
  gboolean some = FALSE;

  for (GList *l = names; l != NULL; l = l->next)
    {
      g_autoptr (GArray) spans = read_spans (csm_json_get_object (hours, l->data));
      gboolean known = FALSE;

      for (guint i = 0; i < DAYS_A_WEEK; i++)
        known |= g_str_equal (day_names[i], l->data);
      if (!known || spans == NULL)
        return "hours";
      some |= holds (spans);
    }
  return some ? NULL : "hours";
}

/**
 * csm_calendar_check:
 * @record: a Calendar
 *
 * Nothing could ever be promised by a calendar without any hours.
 *
 * Returns: (nullable): the property that is wrong; %NULL when none is
 */
const char *
csm_calendar_check (JsonObject *record)
{
  const char *name = csm_json_get_string (record, "timezone");
  g_autoptr (GTimeZone) zone = name != NULL ? g_time_zone_new_identifier (name) : NULL;
  JsonObject *holidays = csm_json_get_object (record, "holidays");
  g_autoptr (GList) dates = holidays != NULL ? json_object_get_members (holidays) : NULL;

  if (name != NULL && zone == NULL)
    return "timezone";
  for (GList *l = dates; l != NULL; l = l->next)
    {
      if (read_date (l->data) < 0 || csm_json_get_object (holidays, l->data) == NULL)
        return "holidays";
    }
  return check_hours (csm_json_get_object (record, "hours"));
}

/**
 * csm_calendar_new:
 * @record: (nullable): a Calendar; %NULL: day and night
 * @zone: (nullable): where its own zone isn't set: a name of the TZ database; %NULL: this computer's
 *
 * What can't be read in a record is as if it were not there.
 *
 * Returns: (transfer full): the calendar
 */
CsmCalendar *
csm_calendar_new (JsonObject *record,
                  const char *zone)
{
  CsmCalendar *self = g_new0 (CsmCalendar, 1);
  JsonObject *hours = record != NULL ? csm_json_get_object (record, "hours") : NULL;
  JsonObject *holidays = record != NULL ? csm_json_get_object (record, "holidays") : NULL;
  g_autoptr (GList) dates = holidays != NULL ? json_object_get_members (holidays) : NULL;
  const char *name = record != NULL ? csm_json_get_string (record, "timezone") : NULL;

  g_atomic_ref_count_init (&self->ref_count);
  self->always = record == NULL;
  if (name == NULL)
    name = zone;
  self->zone = name != NULL ? g_time_zone_new_identifier (name) : NULL;
  if (self->zone == NULL)
    self->zone = g_time_zone_new_local ();
  for (guint i = 0; i < DAYS_A_WEEK; i++)
    self->days[i] = hours != NULL ? read_spans (csm_json_get_object (hours, day_names[i])) : NULL;
  self->holidays = g_hash_table_new (NULL, NULL);
  for (GList *l = dates; l != NULL; l = l->next)
    {
      gint64 day = read_date (l->data);

      if (day >= 0)
        g_hash_table_add (self->holidays, GINT_TO_POINTER ((int) day + 1));
    }
  return self;
}

/**
 * csm_calendar_ref:
 * @self: a calendar
 *
 * Returns: (transfer full): @self
 */
CsmCalendar *
csm_calendar_ref (CsmCalendar *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * csm_calendar_unref:
 * @self: (transfer full): a calendar
 */
void
csm_calendar_unref (CsmCalendar *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < DAYS_A_WEEK; i++)
    g_clear_pointer (&self->days[i], g_array_unref);
  g_hash_table_unref (self->holidays);
  g_time_zone_unref (self->zone);
  g_free (self);
}

static gint64
floor_seconds (gint64 time)
{
  return time >= 0 ? time / CSM_SECOND : -((-time + CSM_SECOND - 1) / CSM_SECOND);
}

static gint64
offset_at (CsmCalendar *self,
           gint64       time)
{
  int interval = g_time_zone_find_interval (self->zone, G_TIME_TYPE_UNIVERSAL, floor_seconds (time));

  return g_time_zone_get_offset (self->zone, interval) * CSM_SECOND;
}

/* The instant between two at which clocks are set. */
static gint64
find_change (CsmCalendar *self,
             gint64       start,
             gint64       end)
{
  gint64 before = offset_at (self, start);

  while (end - start > CSM_SECOND)
    {
      gint64 middle = start + (end - start) / CSM_SECOND / 2 * CSM_SECOND;

      if (offset_at (self, middle) == before)
        start = middle;
      else
        end = middle;
    }
  return end;
}

static void
add_part (GArray       *out,
          const GArray *spans,
          gint64        midnight,
          gint64        from,
          gint64        to)
{
  for (guint i = 0; i < spans->len; i++)
    {
      const Span *span = &g_array_index (spans, Span, i);
      Span part = { MAX (midnight + span->start, from), MIN (midnight + span->end, to) };

      if (part.start < part.end)
        g_array_append_val (out, part);
    }
}

/* The working hours of a day as instants. A day on which clocks are set has parts that are reckoned apart: an hour that
 * there is twice counts twice, one that there isn't doesn't. */
static void
lay_out (CsmCalendar *self,
         gint64       day,
         GArray      *out)
{
  const GArray *spans = self->days[(day % DAYS_A_WEEK + DAYS_A_WEEK + 3) % DAYS_A_WEEK];
  gint64 start = day * DAY - MOST_AHEAD;
  gint64 end = (day + 1) * DAY + MOST_BEHIND;
  gint64 before, after, change;

  g_array_set_size (out, 0);
  if (!holds (spans) || g_hash_table_contains (self->holidays, GINT_TO_POINTER ((int) day + 1)))
    return;
  before = offset_at (self, start);
  after = offset_at (self, end);
  change = before != after ? find_change (self, start, end) : end;
  add_part (out, spans, day * DAY - before, start, change);
  if (change < end)
    add_part (out, spans, day * DAY - after, change, end);
}

static gint64
local_day (CsmCalendar *self,
           gint64       time)
{
  gint64 local = time + offset_at (self, time);

  return local >= 0 ? local / DAY : -((-local + DAY - 1) / DAY);
}

/**
 * csm_calendar_add:
 * @self: a calendar
 * @from: an instant
 * @amount: working time, µs; not below 0
 *
 * What fits into a day to its last minute ends at that day's closing, not at the next opening.
 *
 * Returns: the first instant by which so much working time has passed, or `CSM_TIME_NONE` when that takes more than two years
 */
gint64
csm_calendar_add (CsmCalendar *self,
                  gint64       from,
                  gint64       amount)
{
  g_autoptr (GArray) parts = NULL;
  gint64 day;

  if (self->always || amount <= 0)
    return from + MAX (amount, 0);
  parts = g_array_new (FALSE, FALSE, sizeof (Span));
  day = local_day (self, from) - 1;
  for (guint n = 0; n <= MAX_DAYS; n++, day++)
    {
      lay_out (self, day, parts);
      for (guint i = 0; i < parts->len; i++)
        {
          const Span *part = &g_array_index (parts, Span, i);
          gint64 start = MAX (part->start, from);

          if (start >= part->end)
            continue;
          if (part->end - start >= amount)
            return start + amount;
          amount -= part->end - start;
        }
    }
  return CSM_TIME_NONE;
}

/**
 * csm_calendar_between:
 * @self: a calendar
 * @from: an instant
 * @to: another one
 *
 * Returns: the working time between them, µs; of more than two years, that of the last two; 0 when @to isn't later
 */
gint64
csm_calendar_between (CsmCalendar *self,
                      gint64       from,
                      gint64       to)
{
  g_autoptr (GArray) parts = NULL;
  gint64 sum = 0, last;

  if (to <= from)
    return 0;
  if (self->always)
    return to - from;
  parts = g_array_new (FALSE, FALSE, sizeof (Span));
  last = local_day (self, to) + 1;
  for (gint64 day = MAX (local_day (self, from) - 1, last - MAX_DAYS); day <= last; day++)
    {
      lay_out (self, day, parts);
      for (guint i = 0; i < parts->len; i++)
        {
          const Span *part = &g_array_index (parts, Span, i);

          sum += MAX (MIN (part->end, to) - MAX (part->start, from), 0);
        }
    }
  return sum;
}
