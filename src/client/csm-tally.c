/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-tally.h"

struct _CsmTally
{
  GObject   parent_instance;
  CsmCache *cache;
  gboolean  counting;
  gboolean  again;
  guint     waiting;
  guint     parked;
  guint     lost;
  guint     unsure;
};

enum { SIGNAL_COUNTED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmTally, csm_tally, G_TYPE_OBJECT)

static void
csm_tally_dispose (GObject *object)
{
  g_clear_object (&CSM_TALLY (object)->cache);
  G_OBJECT_CLASS (csm_tally_parent_class)->dispose (object);
}

static void
csm_tally_class_init (CsmTallyClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_tally_dispose;

  signals[SIGNAL_COUNTED] = g_signal_new ("counted", CSM_TYPE_TALLY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_tally_init (CsmTally *self)
{
}

/* Replies become sure or unsure by what the server says, and are mine with their case. */
static void
on_changed (CsmTally     *self,
            CsmChangeSet *changes)
{
  if (csm_change_set_has (changes, CSM_TYPE_ID_MESSAGE) || csm_change_set_has (changes, CSM_TYPE_ID_CASE))
    csm_tally_count (self);
}

/**
 * csm_tally_new:
 * @cache: what is counted
 *
 * Returns: (transfer full): a tally; csm_tally_count() begins
 */
CsmTally *
csm_tally_new (CsmCache *cache)
{
  CsmTally *self = g_object_new (CSM_TYPE_TALLY, NULL);

  self->cache = g_object_ref (cache);
  g_signal_connect_object (cache, "outbox-changed", G_CALLBACK (csm_tally_count), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cache, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  return self;
}

static void
on_counted (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (CsmTally) self = user_data;
  CsmOutboxCounts counts;
  gboolean changed;

  self->counting = FALSE;
  if (!csm_cache_count_outbox_finish (CSM_CACHE (source), result, &counts, NULL) || self->cache == NULL)
    return;
  changed = counts.waiting != self->waiting || counts.parked != self->parked || counts.lost != self->lost || counts.unsure != self->unsure;
  self->waiting = counts.waiting;
  self->parked = counts.parked;
  self->lost = counts.lost;
  self->unsure = counts.unsure;
  if (changed)
    g_signal_emit (self, signals[SIGNAL_COUNTED], 0);
  if (self->again)
    csm_tally_count (self);
}

/**
 * csm_tally_count:
 * @self: a tally
 *
 * Counts again, soon.
 */
void
csm_tally_count (CsmTally *self)
{
  self->again = self->counting;
  if (self->counting)
    return;
  self->counting = TRUE;
  csm_cache_count_outbox_async (self->cache, NULL, on_counted, g_object_ref (self));
}

/**
 * csm_tally_get_waiting:
 * @self: a tally
 *
 * Returns: how many operations are in the outbox
 */
guint
csm_tally_get_waiting (CsmTally *self)
{
  return self->waiting;
}

/**
 * csm_tally_get_parked:
 * @self: a tally
 *
 * Returns: how many of them a person has to decide about
 */
guint
csm_tally_get_parked (CsmTally *self)
{
  return self->parked;
}

/**
 * csm_tally_get_lost:
 * @self: a tally
 *
 * Returns: how many records vanished when the server was restored
 */
guint
csm_tally_get_lost (CsmTally *self)
{
  return self->lost;
}

/**
 * csm_tally_get_unsure:
 * @self: a tally
 *
 * Returns: of how many replies nobody knows whether they were delivered
 */
guint
csm_tally_get_unsure (CsmTally *self)
{
  return self->unsure;
}
