/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-desk-clock.h"

#include "csm-away.h"
#include "csm-clock-steps.h"
#include "csm-clock.h"
#include "csm-rule-set.h"
#include "csm-time.h"
#include "csm-txn-clocks.h"

/* The wall clock may be set, and after an error there is another try. */
#define LONGEST_SLEEP (3600 * CSM_SECOND)

/* Cases may change a thousand times a second; what is due next is looked for less often. */
#define LOOK_DELAY_MS 100

struct _CsmDeskClock
{
  GObject   parent_instance;
  CsmStore *store;
  gulong    changed_id;
  guint     timer_id;
  gint64    wakes;       /* when the timer fires, µs */
  gint64    flow_at;     /* when snoozes and the like are looked at again, µs */
  guint     look_id;     /* a case changed: what is due next is looked for soon */
  gboolean  people;      /* somebody's absence may have changed, too */
  gboolean  started;
};

G_DEFINE_FINAL_TYPE (CsmDeskClock, csm_desk_clock, G_TYPE_OBJECT)

static void run (CsmDeskClock *self);

static gboolean
timer_fired (gpointer user_data)
{
  CsmDeskClock *self = user_data;

  self->timer_id = 0;
  run (self);
  return G_SOURCE_REMOVE;
}

static void
wake_at (CsmDeskClock *self,
         gint64        at)
{
  gint64 now = csm_time_now ();

  if (!self->started)
    return;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  self->wakes = at == CSM_TIME_NONE ? now + LONGEST_SLEEP : CLAMP (at, now, now + LONGEST_SLEEP);
  self->timer_id = g_timeout_add ((guint) ((self->wakes - now) / 1000 + 5), timer_fired, self);
}

/* What a job does, and what there is to do afterwards. */
typedef struct
{
  gboolean flow;        /* snoozes, absences, what is closed: all of them are looked at */
  gboolean people;      /* when it only looks: at absences, too */
  gint64   next_flow;   /* µs; CSM_TIME_NONE: nothing is known */
  gint64   next_clock;  /* likewise: of the clocks of cases */
} Round;

static Round *
round_new (gboolean flow)
{
  Round *self = g_new (Round, 1);

  *self = (Round) { flow, FALSE, CSM_TIME_NONE, CSM_TIME_NONE };
  return self;
}

static gboolean
run_flow (CsmTxn  *txn,
          Round   *round,
          gint64   now,
          GError **error)
{
  /* A workspace of an earlier version gets the rules here, before its first mail. */
  return csm_rule_set_seed (txn, error) && csm_clock_run (txn, now, &round->next_flow, error) && csm_away_run (txn, now, &round->next_flow, error);
}

static gpointer
run_in_txn (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autofree Round *round = round_new (((Round *) input)->flow);
  gint64 now = csm_time_now ();
  gboolean more;

  if ((round->flow && !run_flow (txn, round, now, error)) || !csm_clocks_sweep (txn, &more, error) ||
      !csm_clocks_run (txn, now, &round->next_clock, error))
    return NULL;
  if (more)
    round->next_clock = now;
  return g_steal_pointer (&round);
}

static void
wake (CsmDeskClock *self,
      const Round  *round)
{
  wake_at (self, round->next_clock != CSM_TIME_NONE ? MIN (round->next_clock, self->flow_at) : self->flow_at);
}

static void
ran (GObject      *source,
     GAsyncResult *result,
     gpointer      user_data)
{
  g_autoptr (CsmDeskClock) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree Round *round = csm_store_run_finish (CSM_STORE (source), result, &error);
  gint64 latest = csm_time_now () + LONGEST_SLEEP;

  if (round == NULL)
    {
      g_warning ("Can't do what is due: %s", error->message);
      wake_at (self, CSM_TIME_NONE);
      return;
    }
  if (round->flow)
    self->flow_at = round->next_flow != CSM_TIME_NONE ? MIN (round->next_flow, latest) : latest;
  wake (self, round);
}

static void
run (CsmDeskClock *self)
{
  csm_store_run_async (self->store, TRUE, run_in_txn, round_new (csm_time_now () >= self->flow_at), g_free, g_free, NULL, ran, g_object_ref (self));
}

static gpointer
look_in_txn (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autofree Round *round = round_new (FALSE);
  gint64 now = csm_time_now ();
  gboolean sweeps;

  if (!csm_clock_next_snooze (txn, &round->next_flow, error) || (((Round *) input)->people && !csm_away_next (txn, now, &round->next_flow, error)) ||
      !csm_txn_next_clock (txn, &round->next_clock, error) || !csm_clocks_has_sweep (txn, &sweeps, error))
    return NULL;
  if (sweeps)
    round->next_clock = now;
  return g_steal_pointer (&round);
}

static void
looked (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (CsmDeskClock) self = user_data;
  g_autofree Round *round = csm_store_run_finish (CSM_STORE (source), result, NULL);

  if (round == NULL)
    return;
  if (round->next_flow != CSM_TIME_NONE)
    self->flow_at = MIN (self->flow_at, round->next_flow);
  /* While a run is under way there is no timer; it will set one that knows everything. */
  if (self->timer_id != 0 && (self->flow_at < self->wakes || (round->next_clock != CSM_TIME_NONE && round->next_clock < self->wakes)))
    wake (self, round);
}

static gboolean
look (gpointer user_data)
{
  CsmDeskClock *self = user_data;
  Round *round = round_new (FALSE);

  self->look_id = 0;
  round->people = self->people;
  self->people = FALSE;
  csm_store_run_async (self->store, FALSE, look_in_txn, round, g_free, g_free, NULL, looked, g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static void
store_changed (CsmDeskClock *self,
               gint64        account,
               guint         types)
{
  guint watched = 1u << CSM_TYPE_ID_CASE | 1u << CSM_TYPE_ID_SERVICE_LEVEL | 1u << CSM_TYPE_ID_CALENDAR | 1u << CSM_TYPE_ID_CUSTOMER | 1u << CSM_TYPE_ID_PERSON;

  if (account != CSM_ACCOUNT_WORKSPACE || (types & watched) == 0)
    return;
  self->people |= (types & 1u << CSM_TYPE_ID_PERSON) != 0;
  if (self->look_id == 0)
    self->look_id = g_timeout_add (LOOK_DELAY_MS, look, self);
}

static void
csm_desk_clock_finalize (GObject *object)
{
  CsmDeskClock *self = CSM_DESK_CLOCK (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_signal_handler (&self->changed_id, self->store);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (csm_desk_clock_parent_class)->finalize (object);
}

static void
csm_desk_clock_class_init (CsmDeskClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_desk_clock_finalize;
}

static void
csm_desk_clock_init (CsmDeskClock *self)
{
  self->flow_at = G_MININT64;
}

/**
 * csm_desk_clock_new:
 * @store: the server's store
 *
 * Main thread.
 *
 * Returns: (transfer full): a clock that doesn't run yet
 */
CsmDeskClock *
csm_desk_clock_new (CsmStore *store)
{
  CsmDeskClock *self = g_object_new (CSM_TYPE_DESK_CLOCK, NULL);

  self->store = g_object_ref (store);
  return self;
}

/**
 * csm_desk_clock_start:
 * @self: a clock
 *
 * Does what came due while no server ran, then what comes due.
 */
void
csm_desk_clock_start (CsmDeskClock *self)
{
  g_return_if_fail (!self->started);

  self->started = TRUE;
  self->changed_id = g_signal_connect_swapped (self->store, "changed", G_CALLBACK (store_changed), self);
  run (self);
}

/**
 * csm_desk_clock_stop:
 * @self: a clock
 */
void
csm_desk_clock_stop (CsmDeskClock *self)
{
  self->started = FALSE;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_handle_id (&self->look_id, g_source_remove);
  g_clear_signal_handler (&self->changed_id, self->store);
}
