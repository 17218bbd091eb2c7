/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <glib.h>

/*
 * The gallery's own time: what is linked into the program finds these instead of GLib's. It is Wednesday, a quarter past
 * ten, all along; each asking is a microsecond later than the one before, since what is kept in order counts on that.
 */
#define NOW G_GINT64_CONSTANT (1781086500)

gint64
g_get_real_time (void)
{
  static int asked;

  return NOW * G_USEC_PER_SEC + g_atomic_int_add (&asked, 1);
}

GDateTime *
g_date_time_new_now (GTimeZone *zone)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (NOW);

  return g_date_time_to_timezone (now, zone);
}

GDateTime *
g_date_time_new_now_local (void)
{
  return g_date_time_new_from_unix_local (NOW);
}

GDateTime *
g_date_time_new_now_utc (void)
{
  return g_date_time_new_from_unix_utc (NOW);
}
