/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-calendar.h"
#include "csm-json.h"
#include "csm-time.h"

/*
 * Working time, against a model that looks at each minute's date and time on the wall. The windows hold the days on which clocks are set.
 */

#define MINUTE (60 * CSM_SECOND)
#define WINDOW (21 * 1440)
#define QUERIES 300
#define SEED 20260329

static const char *const zones[] = { "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Sao_Paulo", "Pacific/Apia" };
static const char *const starts[] = { "2026-03-20T00:00:00Z", "2026-10-20T00:00:00Z", "2018-02-10T00:00:00Z", "2018-10-28T00:00:00Z", "2011-12-20T00:00:00Z" };
static const char *const names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

typedef struct
{
  JsonObject *record;
  gint64      start;
  guint       before[WINDOW + 1];  /* working minutes of the window before this one */
} Model;

static JsonObject *
parse (const char *text)
{
  g_autofree char *json = g_strdelimit (g_strdup (text), "'", '"');
  GError *error = NULL;
  JsonObject *object = csm_json_parse_object (json, -1, &error);

  g_assert_no_error (error);
  return object;
}

static gboolean
is_working (JsonObject *record,
            GDateTime  *wall)
{
  g_autofree char *date = g_date_time_format (wall, "%Y-%m-%d");
  JsonObject *day = csm_json_get_object (csm_json_get_object (record, "hours"), names[g_date_time_get_day_of_week (wall) - 1]);
  JsonArray *spans = csm_json_get_array (day, "spans");
  int minute = g_date_time_get_hour (wall) * 60 + g_date_time_get_minute (wall);

  if (csm_json_has_key (record, "holidays", date))
    return FALSE;
  for (guint i = 0; spans != NULL && i < json_array_get_length (spans); i++)
    {
      JsonArray *pair = json_array_get_array_element (spans, i);

      if (minute >= json_array_get_int_element (pair, 0) && minute < json_array_get_int_element (pair, 1))
        return TRUE;
    }
  return FALSE;
}

static void
fill_model (Model      *model,
            const char *zone_name)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier (zone_name);

  g_assert_nonnull (zone);
  model->before[0] = 0;
  for (guint i = 0; i < WINDOW; i++)
    {
      g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (model->start / CSM_SECOND + i * 60);
      g_autoptr (GDateTime) wall = g_date_time_to_timezone (utc, zone);

      model->before[i + 1] = model->before[i] + is_working (model->record, wall);
    }
}

static JsonObject *
random_calendar (GRand      *rand,
                 const char *zone,
                 gint64      start)
{
  JsonObject *record = json_object_new (), *hours = json_object_new (), *holidays = json_object_new ();

  csm_json_set_string (record, "timezone", zone);
  for (guint d = 0; d < G_N_ELEMENTS (names); d++)
    {
      JsonObject *day = json_object_new ();
      JsonArray *spans = json_array_new ();

      for (int n = g_rand_int_range (rand, 0, 4); n > 0; n--)
        {
          JsonArray *pair = json_array_new ();
          int from = g_rand_int_range (rand, 0, 1440);

          json_array_add_int_element (pair, from);
          json_array_add_int_element (pair, g_rand_int_range (rand, from + 1, 1441));
          json_array_add_array_element (spans, pair);
        }
      json_object_set_array_member (day, "spans", spans);
      json_object_set_object_member (hours, names[d], day);
    }
  for (int n = g_rand_int_range (rand, 0, 4); n > 0; n--)
    {
      g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (start / CSM_SECOND + g_rand_int_range (rand, 0, 21) * 86400);
      g_autofree char *key = g_date_time_format (date, "%Y-%m-%d");

      json_object_set_object_member (holidays, key, json_object_new ());
    }
  json_object_set_object_member (record, "hours", hours);
  json_object_set_object_member (record, "holidays", holidays);
  return record;
}

static void
ask (const Model *model,
     CsmCalendar *calendar,
     GRand       *rand)
{
  int from = g_rand_int_range (rand, 0, WINDOW), to = g_rand_int_range (rand, from, WINDOW + 1);
  guint left = model->before[WINDOW] - model->before[from], amount, end = from;
  gint64 start = model->start + from * MINUTE;

  g_assert_cmpint (csm_calendar_between (calendar, start, model->start + to * MINUTE), ==, (model->before[to] - model->before[from]) * MINUTE);
  if (left == 0)
    return;
  amount = g_rand_int_range (rand, 1, left + 1);
  while (model->before[end] - model->before[from] < amount)
    end++;
  g_assert_cmpint (csm_calendar_add (calendar, start, amount * MINUTE), ==, model->start + end * MINUTE);
}

static void
test_model (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (SEED);
  g_autofree Model *model = g_new0 (Model, 1);

  for (guint z = 0; z < G_N_ELEMENTS (zones); z++)
    {
      for (guint s = 0; s < G_N_ELEMENTS (starts); s++)
        {
          g_autoptr (CsmCalendar) calendar = NULL;

          model->start = csm_time_parse (starts[s]);
          model->record = random_calendar (rand, zones[z], model->start);
          g_assert_true (csm_calendar_check (model->record) == NULL || g_str_equal (csm_calendar_check (model->record), "hours"));
          calendar = csm_calendar_new (model->record, NULL);
          fill_model (model, zones[z]);
          for (guint i = 0; i < QUERIES; i++)
            ask (model, calendar, rand);
          g_clear_pointer (&model->record, json_object_unref);
        }
    }
}

static void
assert_add (CsmCalendar *calendar,
            const char  *from,
            gint64       minutes,
            const char  *expected)
{
  g_autofree char *text = csm_time_format (csm_calendar_add (calendar, csm_time_parse (from), minutes * MINUTE));

  g_assert_cmpstr (text, ==, expected);
}

/* An office in Berlin; clocks go forward on 2026-03-29 and back on 2026-10-25, both Sundays. */
static void
test_office (void)
{
  g_autoptr (JsonObject) record = parse ("{'timezone':'Europe/Berlin','hours':{'mon':{'spans':[[540,1020]]},'tue':{'spans':[[540,720],[780,1020]]},"
                                         "'fri':{'spans':[[540,1020]]}},'holidays':{'2026-04-03':{'name':'Good Friday'}}}");
  g_autoptr (CsmCalendar) calendar = csm_calendar_new (record, NULL);

  g_assert_null (csm_calendar_check (record));
  assert_add (calendar, "2026-03-27T15:00:00Z", 60, "2026-03-27T16:00:00Z");
  assert_add (calendar, "2026-03-27T15:00:00Z", 61, "2026-03-30T07:01:00Z");
  assert_add (calendar, "2026-03-31T09:30:00Z", 60, "2026-03-31T11:30:00Z");
  assert_add (calendar, "2026-03-31T14:30:00Z", 60, "2026-04-06T07:30:00Z");
  assert_add (calendar, "2026-03-28T00:00:00Z", 0, "2026-03-28T00:00:00Z");
  g_assert_cmpint (csm_calendar_between (calendar, csm_time_parse ("2026-03-27T00:00:00Z"), csm_time_parse ("2026-04-07T00:00:00Z")), ==,
                   (480 + 480 + 420 + 480) * MINUTE);
  g_assert_cmpint (csm_calendar_between (calendar, csm_time_parse ("2026-04-07T00:00:00Z"), csm_time_parse ("2026-03-27T00:00:00Z")), ==, 0);
}

/* A day has 23 or 25 hours when clocks are set. */
static void
test_clock_change (void)
{
  g_autoptr (JsonObject) record = parse ("{'timezone':'Europe/Berlin','hours':{'sun':{'spans':[[0,1440]]}}}");
  g_autoptr (CsmCalendar) calendar = csm_calendar_new (record, NULL);

  assert_add (calendar, "2026-03-28T12:00:00Z", 23 * 60, "2026-03-29T22:00:00Z");
  assert_add (calendar, "2026-10-24T12:00:00Z", 25 * 60, "2026-10-25T23:00:00Z");
  assert_add (calendar, "2026-10-24T12:00:00Z", 25 * 60 + 1, "2026-10-31T23:01:00Z");
}

static void
test_always (void)
{
  g_autoptr (CsmCalendar) calendar = csm_calendar_new (NULL, NULL);

  assert_add (calendar, "2026-03-28T12:00:00Z", 36 * 60, "2026-03-30T00:00:00Z");
  g_assert_cmpint (csm_calendar_between (calendar, 5, 12), ==, 7);
}

/* What never opens is refused, and ends anyway. */
static void
test_closed (void)
{
  static const char *const closed[] = {
    "{}", "{'hours':{}}", "{'hours':{'mon':{}}}", "{'hours':{'mon':{'spans':[]}}}", "{'hours':{'mon':{'spans':[[600,600]]}}}",
    "{'hours':{'mon':{'spans':[[600,1441]]}}}", "{'hours':{'mon':{'spans':[[-1,5]]}}}", "{'hours':{'mon':{'spans':[[1]]}}}", "{'hours':{'mon':{'spans':[7]}}}",
    "{'hours':{'mon':{'spans':7}}}", "{'hours':{'mon':7}}", "{'hours':{'moon':{'spans':[[1,2]]}}}", "{'hours':{'mon':{'spans':[['a','b']]}}}",
  };
  static const char *const dates[] = { "2026-02-29", "2026-13-01", "2026-1-01", "20260101", "2026-01-01x", "-026-01-01", "2026-00-10", "2026-10-00", "0000-01-01" };

  for (guint i = 0; i < G_N_ELEMENTS (closed); i++)
    {
      g_autoptr (JsonObject) record = parse (closed[i]);
      g_autoptr (CsmCalendar) calendar = csm_calendar_new (record, "Europe/Berlin");

      g_assert_cmpstr (csm_calendar_check (record), ==, "hours");
      g_assert_cmpint (csm_calendar_add (calendar, 0, MINUTE), ==, CSM_TIME_NONE);
      g_assert_cmpint (csm_calendar_between (calendar, 0, G_MAXINT64 / 2), ==, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      g_autofree char *text = g_strdup_printf ("{'hours':{'mon':{'spans':[[0,60]]}},'holidays':{'%s':{}}}", dates[i]);
      g_autoptr (JsonObject) record = parse (text);

      g_assert_cmpstr (csm_calendar_check (record), ==, "holidays");
    }
  {
    g_autoptr (JsonObject) record = parse ("{'timezone':'Europe/Nowhere','hours':{'mon':{'spans':[[0,60]]}}}");
    g_autoptr (CsmCalendar) calendar = csm_calendar_new (record, NULL);

    g_assert_cmpstr (csm_calendar_check (record), ==, "timezone");
    g_assert_cmpint (csm_calendar_add (calendar, 0, MINUTE), !=, CSM_TIME_NONE);
  }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/desk/calendar/model", test_model);
  g_test_add_func ("/desk/calendar/office", test_office);
  g_test_add_func ("/desk/calendar/clock-change", test_clock_change);
  g_test_add_func ("/desk/calendar/always", test_always);
  g_test_add_func ("/desk/calendar/closed", test_closed);
  return g_test_run ();
}
