/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-search-context.h"

#include <string.h>

#define MOST_RECENT 10
#define RECENT_NOTE "recent-searches"

struct _CsmSearchContext
{
  GObject       parent_instance;
  CsmWorkbench *workbench;  /* weak; owns this */
  char         *typed;
  GHashTable   *passages;   /* rowid → what was found; "" while nobody knows, or nothing was */
  GArray       *asked;      /* rowids that are asked for next */
  guint         ask_id;
  GCancellable *cancellable;
  char        **recent;
  GtkWidget    *notes;      /* weak */
};

enum { PROP_0, PROP_TYPED, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { PASSAGES, STEP, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmSearchContext, csm_search_context, G_TYPE_OBJECT)

static void
forget_passages (CsmSearchContext *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_handle_id (&self->ask_id, g_source_remove);
  g_hash_table_remove_all (self->passages);
  g_array_set_size (self->asked, 0);
}

static void
csm_search_context_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  if (id == PROP_TYPED)
    g_value_set_string (value, CSM_SEARCH_CONTEXT (object)->typed);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_search_context_finalize (GObject *object)
{
  CsmSearchContext *self = CSM_SEARCH_CONTEXT (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->ask_id, g_source_remove);
  g_clear_weak_pointer (&self->workbench);
  g_clear_weak_pointer (&self->notes);
  g_hash_table_unref (self->passages);
  g_array_unref (self->asked);
  g_strfreev (self->recent);
  g_free (self->typed);
  G_OBJECT_CLASS (csm_search_context_parent_class)->finalize (object);
}

static void
csm_search_context_class_init (CsmSearchContextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = csm_search_context_get_property;
  object_class->finalize = csm_search_context_finalize;
  props[PROP_TYPED] = g_param_spec_string ("typed", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[PASSAGES] = g_signal_new ("passages", CSM_TYPE_SEARCH_CONTEXT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[STEP] = g_signal_new ("step", CSM_TYPE_SEARCH_CONTEXT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
csm_search_context_init (CsmSearchContext *self)
{
  self->passages = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  self->asked = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->cancellable = g_cancellable_new ();
  self->recent = g_new0 (char *, 1);
}

static void
recent_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmSearchContext) self = data;
  g_autofree char *note = csm_cache_load_note_finish (CSM_CACHE (source), result, NULL);

  /* What was looked for meanwhile stays. */
  if (note == NULL || self->recent[0] != NULL)
    return;
  g_strfreev (self->recent);
  self->recent = g_strsplit (note, "\n", MOST_RECENT);
}

/**
 * csm_search_context_of:
 * @workbench: a workbench
 *
 * Returns: (transfer none): what is looked for in its window; as long as it lives
 */
CsmSearchContext *
csm_search_context_of (CsmWorkbench *workbench)
{
  CsmSearchContext *self = g_object_get_data (G_OBJECT (workbench), "csm-search-context");

  if (self != NULL)
    return self;
  self = g_object_new (CSM_TYPE_SEARCH_CONTEXT, NULL);
  g_set_weak_pointer (&self->workbench, workbench);
  g_object_set_data_full (G_OBJECT (workbench), "csm-search-context", self, g_object_unref);
  if (csm_workbench_get_cache (workbench) != NULL)
    csm_cache_load_note_async (csm_workbench_get_cache (workbench), RECENT_NOTE, NULL, recent_cb, g_object_ref (self));
  return self;
}

const char *
csm_search_context_get_typed (CsmSearchContext *self)
{
  return self->typed;
}

/**
 * csm_search_context_set_typed:
 * @self: a context
 * @typed: (nullable): what the list shows the hits of; %NULL when it shows no search
 */
void
csm_search_context_set_typed (CsmSearchContext *self,
                              const char       *typed)
{
  if (g_strcmp0 (self->typed, typed) == 0)
    return;
  g_free (self->typed);
  self->typed = g_strdup (typed);
  forget_passages (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_TYPED]);
}

static void
passages_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmSearchContext) self = data;
  g_autoptr (GHashTable) found = csm_cache_load_passages_finish (CSM_CACHE (source), result, NULL);
  GHashTableIter iter;
  gpointer rowid, text;

  if (found == NULL || g_hash_table_size (found) == 0)
    return;
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &rowid, &text))
    g_hash_table_replace (self->passages, g_memdup2 (rowid, sizeof (gint64)), g_strdup (text));
  g_signal_emit (self, signals[PASSAGES], 0);
}

static void
ask_cb (gpointer data)
{
  CsmSearchContext *self = data;
  CsmCache *cache = self->workbench != NULL ? csm_workbench_get_cache (self->workbench) : NULL;
  g_autoptr (GArray) rowids = g_steal_pointer (&self->asked);

  self->ask_id = 0;
  self->asked = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (cache != NULL && self->typed != NULL)
    csm_cache_load_passages_async (cache, self->typed, rowids, self->cancellable, passages_cb, g_object_ref (self));
}

/**
 * csm_search_context_get_passage:
 * @self: a context
 * @rowid: a listed case
 *
 * Asks for it the first time: "passages" says when there is more.
 *
 * Returns: (nullable): what in the case was found, if it is in a message or a note
 */
const char *
csm_search_context_get_passage (CsmSearchContext *self,
                                gint64            rowid)
{
  const char *known;

  if (self->typed == NULL)
    return NULL;
  known = g_hash_table_lookup (self->passages, &rowid);
  if (known != NULL)
    return known[0] != '\0' ? known : NULL;
  g_hash_table_insert (self->passages, g_memdup2 (&rowid, sizeof rowid), g_strdup (""));
  g_array_append_val (self->asked, rowid);
  /* Those of one screenful together */
  if (self->ask_id == 0)
    self->ask_id = g_idle_add_once (ask_cb, self);
  return NULL;
}

/* Returns: (transfer none) (array zero-terminated=1): the latest first */
const char * const *
csm_search_context_get_recent (CsmSearchContext *self)
{
  return (const char * const *) self->recent;
}

/* What is typed led to something: it is offered again. */
void
csm_search_context_remember (CsmSearchContext *self)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autofree char *typed = self->typed != NULL ? g_strstrip (g_strdelimit (g_strdup (self->typed), "\n\r", ' ')) : NULL;
  g_autofree char *note = NULL;
  g_auto (GStrv) before = NULL;

  if (typed == NULL || typed[0] == '\0')
    return;
  before = g_steal_pointer (&self->recent);
  g_ptr_array_add (list, g_strdup (typed));
  for (guint i = 0; before[i] != NULL && list->len < MOST_RECENT; i++)
    if (!g_str_equal (before[i], typed))
      g_ptr_array_add (list, g_strdup (before[i]));
  g_ptr_array_add (list, NULL);
  self->recent = (char **) g_ptr_array_steal (list, NULL);
  note = g_strjoinv ("\n", self->recent);
  if (csm_workbench_get_cache (self->workbench) != NULL)
    csm_cache_save_note_async (csm_workbench_get_cache (self->workbench), RECENT_NOTE, note, NULL, NULL, NULL);
}

/* Returns: (transfer none) (nullable): where the notes of the open case are shown */
GtkWidget *
csm_search_context_get_notes (CsmSearchContext *self)
{
  return self->notes;
}

/* @notes: the rows of the notes to colleagues: there is searched, too. */
void
csm_search_context_set_notes (CsmSearchContext *self,
                              GtkWidget        *notes)
{
  g_set_weak_pointer (&self->notes, notes);
}

/* Asks for the hit @by places further down in the open case; negative: up. */
void
csm_search_context_step (CsmSearchContext *self,
                         int               by)
{
  g_signal_emit (self, signals[STEP], 0, by);
}
