/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-time.h"

static const struct
{
  gint64      time_us;
  const char *text;
} instants[] = {
  { 0, "1970-01-01T00:00:00Z" },
  { 1, "1970-01-01T00:00:00.000001Z" },
  { -1, "1969-12-31T23:59:59.999999Z" },
  { -CSM_SECOND, "1969-12-31T23:59:59Z" },
  { 500000, "1970-01-01T00:00:00.5Z" },
  { 120000, "1970-01-01T00:00:00.12Z" },
  { 951782400 * CSM_SECOND, "2000-02-29T00:00:00Z" },
  { 1414665000 * CSM_SECOND, "2014-10-30T10:30:00Z" },
  { 4102444799 * CSM_SECOND + 999999, "2099-12-31T23:59:59.999999Z" },
  { G_GINT64_CONSTANT (253402300799) * CSM_SECOND, "9999-12-31T23:59:59Z" },
  { G_GINT64_CONSTANT (-62135596800) * CSM_SECOND, "0001-01-01T00:00:00Z" },
};

static void
test_round_trip (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (instants); i++)
    {
      g_autofree char *text = csm_time_format (instants[i].time_us);

      g_assert_cmpstr (text, ==, instants[i].text);
      g_assert_cmpint (csm_time_parse (text), ==, instants[i].time_us);
    }
}

static void
test_random_round_trip (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20);

  for (int i = 0; i < 20000; i++)
    {
      gint64 seconds = (gint64) (g_rand_double (rand) * 3.0e11) - G_GINT64_CONSTANT (62000000000);
      gint64 time_us = MIN (seconds, G_GINT64_CONSTANT (253402300799)) * CSM_SECOND + g_rand_int_range (rand, 0, 1000000);
      g_autofree char *text = csm_time_format (time_us);

      g_assert_cmpint (csm_time_parse (text), ==, time_us);
    }
}

/* RFC 8620, section 1.4, and RFC 3339's examples */
static void
test_offsets (void)
{
  g_assert_cmpint (csm_time_parse ("2014-10-30T14:12:00+08:00"), ==, csm_time_parse ("2014-10-30T06:12:00Z"));
  g_assert_cmpint (csm_time_parse ("1996-12-19T16:39:57-08:00"), ==, csm_time_parse ("1996-12-20T00:39:57Z"));
  g_assert_cmpint (csm_time_parse ("2014-10-30T06:12:00Z"), ==, 1414649520 * CSM_SECOND);
}

static void
test_invalid (void)
{
  static const char * const wrong[] = {
    "",
    "yesterday",
    "2014-10-30",
    "2014-10-30T06:12:00",
    "2014-10-30t06:12:00Z",
    "2014-10-30T06:12:00z",
    "2014-10-30 06:12:00Z",
    "2014-10-30T06:12Z",
    "20141030T061200Z",
    "2014-10-30T06:12:00.Z",
    "2014-10-30T06:12:00.0Z",
    "2014-10-30T06:12:00.000Z",
    "2014-10-30T06:12:00,5Z",
    "2014-13-30T06:12:00Z",
    "2014-02-29T06:12:00Z",
    "2014-10-30T25:12:00Z",
    "2014-10-30T06:61:00Z",
    "2014-10-30T06:12:00Zx",
    "2014-W44-4T06:12:00Z",
    "2014-10-30T06:12:00Z\n",
  };

  g_assert_cmpint (csm_time_parse (NULL), ==, CSM_TIME_NONE);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      if (csm_time_parse (wrong[i]) != CSM_TIME_NONE)
        g_error ("'%s' was taken for a date", wrong[i]);
    }
}

static void
test_out_of_range (void)
{
  g_assert_null (csm_time_format (G_MAXINT64));
  g_assert_null (csm_time_format (CSM_TIME_NONE));
}

static void
test_now (void)
{
  gint64 before = g_get_real_time ();
  gint64 now = csm_time_now ();

  g_assert_cmpint (now, >=, before);
  g_assert_cmpint (now, <=, g_get_real_time ());
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time/round-trip", test_round_trip);
  g_test_add_func ("/time/random-round-trip", test_random_round_trip);
  g_test_add_func ("/time/offsets", test_offsets);
  g_test_add_func ("/time/invalid", test_invalid);
  g_test_add_func ("/time/out-of-range", test_out_of_range);
  g_test_add_func ("/time/now", test_now);
  return g_test_run ();
}
