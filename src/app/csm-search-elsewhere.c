/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-search-elsewhere.h"

#include <string.h>

#include "csm-cache-elsewhere.h"
#include "csm-connection.h"
#include "csm-remote-search.h"
#include "csm-search-query.h"
#include "csm-tokenizer.h"

/* The list follows what is typed by some 120 ms: this comes on top of it. */
#define CALM_MS 200
#define MOST 50
/* A letter or two are in everything, and the server has a lot to do with them. A single Chinese character says more, and has as many bytes. */
#define LEAST_BYTES 3

struct _CsmSearchElsewhere
{
  GObject           parent_instance;
  CsmAccount       *account;
  CsmCache         *cache;
  CsmCaseListModel *model;       /* NULL: of no search */
  char             *text;        /* what is asked for; NULL: nothing, or it has been */
  GCancellable     *cancellable;
  guint             calm_id;
};

enum { PROP_0, PROP_BUSY, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmSearchElsewhere, csm_search_elsewhere, G_TYPE_OBJECT)

static void begin (CsmSearchElsewhere *self);

/* There is nothing more to wait for. */
static void
finish (CsmSearchElsewhere *self)
{
  if (self->cancellable == NULL)
    return;
  g_clear_object (&self->cancellable);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUSY]);
}

static void
stop (CsmSearchElsewhere *self)
{
  g_clear_handle_id (&self->calm_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  finish (self);
  g_clear_pointer (&self->text, g_free);
  g_clear_object (&self->model);
}

static void
csm_search_elsewhere_dispose (GObject *object)
{
  CsmSearchElsewhere *self = CSM_SEARCH_ELSEWHERE (object);

  stop (self);
  g_clear_object (&self->cache);
  g_clear_object (&self->account);
  G_OBJECT_CLASS (csm_search_elsewhere_parent_class)->dispose (object);
}

static void
csm_search_elsewhere_get_property (GObject    *object,
                                   guint       id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  if (id == PROP_BUSY)
    g_value_set_boolean (value, CSM_SEARCH_ELSEWHERE (object)->cancellable != NULL);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_search_elsewhere_class_init (CsmSearchElsewhereClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_search_elsewhere_dispose;
  object_class->get_property = csm_search_elsewhere_get_property;
  props[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
csm_search_elsewhere_init (CsmSearchElsewhere *self)
{
}

/* --- asking -------------------------------------------------------------------------------------------------- */

static void
picked_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmSearchElsewhere) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) rowids = csm_cache_pick_cases_finish (CSM_CACHE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  finish (self);
  if (rowids == NULL)
    g_warning ("Looking up what the server found failed: %s", error->message);
  else if (rowids->len > 0)
    csm_case_list_model_append (self->model, g_array_set_size (rowids, MIN (rowids->len, MOST)));
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmSearchElsewhere) self = data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) case_ids = csm_account_search_finish (CSM_ACCOUNT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* With the next connection it may work. */
  if (error == NULL || csm_failure_of_error (error) != CSM_FAILURE_OFFLINE)
    g_clear_pointer (&self->text, g_free);
  if (case_ids != NULL && case_ids[0] != NULL)
    {
      csm_cache_pick_cases_async (self->cache, csm_case_list_model_get_view (self->model)->key, (const char * const *) case_ids,
                                  self->cancellable, picked_cb, g_object_ref (self));
      return;
    }
  if (error != NULL)
    g_info ("The server could not be asked for more: %s", error->message);
  finish (self);
}

static void
calm_cb (gpointer data)
{
  CsmSearchElsewhere *self = data;

  /* The server finds what is here as well, and mostly first. */
  guint limit = csm_case_list_model_get_n_cases (self->model) + MOST;

  self->calm_id = 0;
  self->cancellable = g_cancellable_new ();
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_BUSY]);
  csm_account_search_async (self->account, self->text, limit, self->cancellable, answered_cb, g_object_ref (self));
}

/* Also when a connection comes. */
static void
begin (CsmSearchElsewhere *self)
{
  CsmAccountState state = csm_account_get_state (self->account);

  if (self->text == NULL || self->calm_id != 0 || self->cancellable != NULL || (state != CSM_ACCOUNT_SYNCED && state != CSM_ACCOUNT_SYNCING))
    return;
  self->calm_id = g_timeout_add_once (CALM_MS, calm_cb, self);
}

CsmSearchElsewhere *
csm_search_elsewhere_new (CsmWorkbench *workbench)
{
  CsmSearchElsewhere *self = g_object_new (CSM_TYPE_SEARCH_ELSEWHERE, NULL);

  self->account = g_object_ref (csm_workbench_get_account (workbench));
  self->cache = g_object_ref (csm_workbench_get_cache (workbench));
  g_signal_connect_object (self->account, "notify::state", G_CALLBACK (begin), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * csm_search_elsewhere_set_model:
 * @self: it
 * @model: (nullable): the list from now on
 *
 * What was asked for another list is given up. For one that is no search for words nothing is.
 */
void
csm_search_elsewhere_set_model (CsmSearchElsewhere *self,
                                CsmCaseListModel   *model)
{
  const CsmCaseView *view = model != NULL ? csm_case_list_model_get_view (model) : NULL;
  g_autoptr (CsmSearchQuery) query = NULL;
  g_autofree char *text = NULL;
  g_autofree char *match = NULL;

  stop (self);
  if (view == NULL || view->kind != CSM_VIEW_SEARCH)
    return;
  query = csm_search_query_parse (view->key);
  text = g_strstrip (csm_search_query_dup_text (query));
  match = csm_tokenizer_query (text);
  if (match == NULL || strlen (text) < LEAST_BYTES)
    return;
  self->model = g_object_ref (model);
  self->text = g_steal_pointer (&text);
  begin (self);
}
