/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-search-counts.h"

#include "csm-json.h"

/* What changes mostly comes in company. */
#define SETTLE_MS 300
/* Counting takes at most this part of the time: one in so many. */
#define SHARE 20
#define REST_MIN_MS 1000
/* But where everything takes long, the counts come nevertheless. */
#define REST_MAX_MS 5000

struct _CsmSearchCounts
{
  GObject       parent_instance;
  CsmWorkbench *workbench;    /* not owned: its owner closes this first */
  GCancellable *cancellable;
  GHashTable   *counts;       /* search → how many, as far as it is known */
  GPtrArray    *waiting;      /* searches that are still to be counted in this round */
  gint64        started;      /* of the round; monotonic */
  gint64        rest_until;   /* no round before; monotonic */
  guint         timeout_id;
  gboolean      shown;
  gboolean      running;
  gboolean      stale;        /* something changed since the round began */
  gboolean      different;    /* a count of the round is another one */
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmSearchCounts, csm_search_counts, G_TYPE_OBJECT)

static void count_next (CsmSearchCounts *self);
static void schedule (CsmSearchCounts *self);

static void
finish_round (CsmSearchCounts *self)
{
  gint64 now = g_get_monotonic_time ();

  self->running = FALSE;
  self->rest_until = now + CLAMP ((now - self->started) * SHARE, REST_MIN_MS * 1000, REST_MAX_MS * 1000);
  if (self->different)
    g_signal_emit (self, signals[CHANGED], 0);
  self->different = FALSE;
  if (self->stale)
    schedule (self);
}

static void
counted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (CsmSearchCounts) self = data;
  g_autoptr (GError) error = NULL;
  guint n = 0;
  gboolean counted = csm_cache_count_found_finish (CSM_CACHE (source), result, &n, &error);
  g_autofree char *search = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->workbench == NULL || csm_workbench_get_cache (self->workbench) == NULL)
    return;
  search = g_ptr_array_steal_index (self->waiting, self->waiting->len - 1);
  if (!counted)
    g_warning ("Counting a search failed: %s", error->message);
  if (counted && csm_search_counts_get (self, search) != n)
    {
      g_hash_table_replace (self->counts, g_steal_pointer (&search), GUINT_TO_POINTER (n));
      self->different = TRUE;
    }
  count_next (self);
}

static void
count_next (CsmSearchCounts *self)
{
  if (self->waiting->len == 0)
    finish_round (self);
  else
    csm_cache_count_found_async (csm_workbench_get_cache (self->workbench), self->waiting->pdata[self->waiting->len - 1], CSM_SEARCH_COUNTS_MOST,
                                 self->cancellable, counted_cb, g_object_ref (self));
}

static void
begin_cb (gpointer data)
{
  CsmSearchCounts *self = data;
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);

  self->timeout_id = 0;
  self->stale = FALSE;
  if (csm_workbench_get_cache (self->workbench) == NULL)
    return;
  for (guint i = directory != NULL ? directory->views->len : 0; i > 0; i--)
    {
      const char *search = csm_json_get_string (directory->views->pdata[i - 1], "search");

      if (search != NULL)
        g_ptr_array_add (self->waiting, g_strdup (search));
    }
  self->running = TRUE;
  self->started = g_get_monotonic_time ();
  count_next (self);
}

static void
schedule (CsmSearchCounts *self)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  gint64 rest = (self->rest_until - g_get_monotonic_time ()) / 1000;

  self->stale = TRUE;
  if (!self->shown || self->running || self->timeout_id != 0 || directory == NULL || directory->views->len == 0)
    return;
  self->timeout_id = g_timeout_add_once ((guint) CLAMP (rest, SETTLE_MS, G_MAXINT), begin_cb, self);
}

static void
csm_search_counts_dispose (GObject *object)
{
  csm_search_counts_close (CSM_SEARCH_COUNTS (object));
  G_OBJECT_CLASS (csm_search_counts_parent_class)->dispose (object);
}

static void
csm_search_counts_finalize (GObject *object)
{
  CsmSearchCounts *self = CSM_SEARCH_COUNTS (object);

  g_object_unref (self->cancellable);
  g_hash_table_unref (self->counts);
  g_ptr_array_unref (self->waiting);
  G_OBJECT_CLASS (csm_search_counts_parent_class)->finalize (object);
}

static void
csm_search_counts_class_init (CsmSearchCountsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_search_counts_dispose;
  object_class->finalize = csm_search_counts_finalize;
  signals[CHANGED] = g_signal_new ("changed", CSM_TYPE_SEARCH_COUNTS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_search_counts_init (CsmSearchCounts *self)
{
  self->cancellable = g_cancellable_new ();
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->waiting = g_ptr_array_new_with_free_func (g_free);
}

/* Returns: (transfer full): nothing is counted yet: csm_search_counts_set_shown() */
CsmSearchCounts *
csm_search_counts_new (CsmWorkbench *workbench)
{
  CsmSearchCounts *self;

  g_return_val_if_fail (CSM_IS_WORKBENCH (workbench), NULL);
  self = g_object_new (CSM_TYPE_SEARCH_COUNTS, NULL);
  self->workbench = workbench;
  g_signal_connect_object (csm_workbench_get_cache (workbench), "changed", G_CALLBACK (schedule), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (schedule), self, G_CONNECT_SWAPPED);
  /* Full minutes are told by these: what is late or due changes by itself. */
  g_signal_connect_object (workbench, "notify::counts", G_CALLBACK (schedule), self, G_CONNECT_SWAPPED);
  return self;
}

/* Counts nothing any more. For one whose workbench goes. */
void
csm_search_counts_close (CsmSearchCounts *self)
{
  g_return_if_fail (CSM_IS_SEARCH_COUNTS (self));
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timeout_id, g_source_remove);
  if (self->workbench != NULL && csm_workbench_get_cache (self->workbench) != NULL)
    g_signal_handlers_disconnect_by_data (csm_workbench_get_cache (self->workbench), self);
  if (self->workbench != NULL)
    g_signal_handlers_disconnect_by_data (self->workbench, self);
  self->workbench = NULL;
}

/* Nothing is counted that nobody sees. */
void
csm_search_counts_set_shown (CsmSearchCounts *self,
                             gboolean         shown)
{
  g_return_if_fail (CSM_IS_SEARCH_COUNTS (self));
  self->shown = shown;
  if (shown && self->workbench != NULL)
    schedule (self);
}

/* Returns: how many cases @search finds, at most CSM_SEARCH_COUNTS_MOST; 0: none, or nobody has counted yet */
guint
csm_search_counts_get (CsmSearchCounts *self,
                       const char      *search)
{
  g_return_val_if_fail (CSM_IS_SEARCH_COUNTS (self), 0);
  return search != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, search)) : 0;
}
