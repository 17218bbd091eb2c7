/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-slow-watch.h"

#include <time.h>

#define NOTABLE_US 16000
#define SLOW_US 50000

typedef struct
{
  GSource       source;
  CsmSlowWatch *watch;
} WatchSource;

struct _CsmSlowWatch
{
  GSource *source;
  gint64   began;  /* when this iteration's dispatching began; 0: not yet */
  gint64   began_cpu;
};

/* What this thread itself has worked, in µs: on a busy machine the clock on the wall blames the wrong one. */
static gint64
cpu_time (void)
{
  struct timespec now;

  if (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now) != 0)
    return 0;
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Asked before the loop sleeps: what lies between the last check and now is one iteration's work. */
static gboolean
prepare (GSource *source,
         int     *timeout)
{
  CsmSlowWatch *watch = ((WatchSource *) source)->watch;
  gint64 took = watch->began != 0 ? g_get_monotonic_time () - watch->began : 0;
  int cpu_ms = took > NOTABLE_US ? (int) ((cpu_time () - watch->began_cpu) / 1000) : 0;

  watch->began = 0;
  if (took > SLOW_US)
    g_message ("one iteration of the main loop took %d ms, %d of them working", (int) (took / 1000), cpu_ms);
  else if (took > NOTABLE_US)
    g_debug ("one iteration of the main loop took %d ms, %d of them working", (int) (took / 1000), cpu_ms);
  *timeout = -1;
  return FALSE;
}

static gboolean
check (GSource *source)
{
  CsmSlowWatch *watch = ((WatchSource *) source)->watch;

  watch->began = g_get_monotonic_time ();
  watch->began_cpu = cpu_time ();
  return FALSE;
}

static gboolean
dispatch (GSource     *source,
          GSourceFunc  callback,
          gpointer     data)
{
  return G_SOURCE_CONTINUE;
}

/**
 * csm_slow_watch_new:
 *
 * Measures how long each iteration of the default main context works, and logs those that a person could notice.
 *
 * Returns: (transfer full): the watch
 */
CsmSlowWatch *
csm_slow_watch_new (void)
{
  static GSourceFuncs functions = { .prepare = prepare, .check = check, .dispatch = dispatch };
  CsmSlowWatch *self = g_new0 (CsmSlowWatch, 1);

  self->source = g_source_new (&functions, sizeof (WatchSource));
  ((WatchSource *) self->source)->watch = self;
  /* Every iteration asks sources of the highest priority first, and those always. */
  g_source_set_priority (self->source, G_MININT);
  g_source_set_static_name (self->source, "csm-slow-watch");
  g_source_attach (self->source, NULL);
  return self;
}

void
csm_slow_watch_free (CsmSlowWatch *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_free (self);
}
