/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-waker.h"

#include <glib-unix.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* The clocks are not read at the same instant. */
#define LEAST_SLEEP G_USEC_PER_SEC
#define FAR_AWAY (100LL * 365 * 24 * 3600)

struct _CsmWaker
{
  GObject          parent_instance;
  GDBusConnection *bus;
  guint            subscription;
  int              timer;
  guint            source;
  gint64           asleep;  /* µs that the computer had slept in all, when it was looked last */
};

enum { SIGNAL_NETWORK, SIGNAL_RESUMED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmWaker, csm_waker, G_TYPE_OBJECT)

static void
csm_waker_dispose (GObject *object)
{
  CsmWaker *self = CSM_WAKER (object);

  if (self->bus != NULL && self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  g_clear_object (&self->bus);
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->timer >= 0)
    close (self->timer);
  self->timer = -1;
  G_OBJECT_CLASS (csm_waker_parent_class)->dispose (object);
}

static void
csm_waker_class_init (CsmWakerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_waker_dispose;

  signals[SIGNAL_NETWORK] = g_signal_new ("network", CSM_TYPE_WAKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_RESUMED] = g_signal_new ("resumed", CSM_TYPE_WAKER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_waker_init (CsmWaker *self)
{
  self->timer = -1;
}

/* What the one clock counts and the other doesn't. */
static gint64
time_asleep (void)
{
  struct timespec boot, awake;

  if (clock_gettime (CLOCK_BOOTTIME, &boot) != 0 || clock_gettime (CLOCK_MONOTONIC, &awake) != 0)
    return 0;
  return (boot.tv_sec - awake.tv_sec) * G_USEC_PER_SEC + (boot.tv_nsec - awake.tv_nsec) / 1000;
}

/**
 * csm_waker_look:
 * @self: a waker
 * @asleep: µs that the computer has slept since it was started
 *
 * Emits "resumed" when that has grown.
 */
void
csm_waker_look (CsmWaker *self,
                gint64    asleep)
{
  gboolean slept = asleep - self->asleep >= LEAST_SLEEP;

  self->asleep = asleep;
  if (slept)
    g_signal_emit (self, signals[SIGNAL_RESUMED], 0);
}

/* --- the clock ----------------------------------------------------------------------------------------------------------- */

/* A timer of the wall clock that never ends, but is cancelled when that clock jumps: somebody set it, or the computer slept. */
static gboolean
arm (CsmWaker *self)
{
  struct itimerspec never = { .it_value = { .tv_sec = time (NULL) + FAR_AWAY } };

  return timerfd_settime (self->timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) == 0;
}

static gboolean
on_clock (gint         fd,
          GIOCondition condition,
          gpointer     data)
{
  g_autoptr (CsmWaker) self = g_object_ref (data);
  guint64 n;

  if (read (fd, &n, sizeof n) >= 0 || !arm (self))
    {
      self->source = 0;
      return G_SOURCE_REMOVE;
    }
  csm_waker_look (self, time_asleep ());
  return G_SOURCE_CONTINUE;
}

static void
watch_clock (CsmWaker *self)
{
  self->asleep = time_asleep ();
  self->timer = timerfd_create (CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (self->timer >= 0 && arm (self))
    self->source = g_unix_fd_add (self->timer, G_IO_IN, on_clock, self);
}

/* --- logind ---------------------------------------------------------------------------------------------------------------- */

static void
on_sleep (GDBusConnection *bus,
          const char      *sender,
          const char      *path,
          const char      *interface,
          const char      *signal,
          GVariant        *parameters,
          gpointer         data)
{
  CsmWaker *self = data;
  gboolean begins = TRUE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    g_variant_get (parameters, "(b)", &begins);
  if (begins)
    return;
  /* The clock may have told it already; twice does no harm. */
  self->asleep = time_asleep ();
  g_signal_emit (self, signals[SIGNAL_RESUMED], 0);
}

static void
on_bus (GObject      *source,
        GAsyncResult *result,
        gpointer      data)
{
  g_autoptr (CsmWaker) self = data;
  GDBusConnection *bus = g_bus_get_finish (result, NULL);

  /* No system bus, or nobody listens any more. */
  if (bus == NULL || self->timer < 0)
    {
      g_clear_object (&bus);
      return;
    }
  self->bus = bus;
  self->subscription = g_dbus_connection_signal_subscribe (bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
                                                           "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_sleep, self, NULL);
}

static void
on_network (CsmWaker *self,
            gboolean  available)
{
  if (available)
    g_signal_emit (self, signals[SIGNAL_NETWORK], 0);
}

/* It asks the system's network manager first, and waits for the answer. */
static void
find_monitor (GTask        *task,
              gpointer      source,
              gpointer      data,
              GCancellable *cancellable)
{
  g_task_return_pointer (task, g_network_monitor_get_default (), NULL);
}

static void
on_monitor (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_signal_connect_object (g_task_propagate_pointer (G_TASK (result), NULL), "network-changed", G_CALLBACK (on_network), source, G_CONNECT_SWAPPED);
}

/**
 * csm_waker_new:
 *
 * Returns: (transfer full): what listens to the network and the clocks from now on
 */
CsmWaker *
csm_waker_new (void)
{
  CsmWaker *self = g_object_new (CSM_TYPE_WAKER, NULL);
  g_autoptr (GTask) task = g_task_new (self, NULL, on_monitor, NULL);

  g_task_run_in_thread (task, find_monitor);
  watch_clock (self);
  g_bus_get (G_BUS_TYPE_SYSTEM, NULL, on_bus, g_object_ref (self));
  return self;
}
