/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-workbench-private.h"

#include "csm-json.h"
#include "csm-time.h"

/* The timeline is a window of at most this many entries: longer ones make GTK 4.8's lists jump. */
#define WINDOW_MAX 180
#define WINDOW_STEP 60
/* Counts are read over all cases: at most this often while a lot changes. */
#define COUNTS_INTERVAL_MS 250

enum { PROP_0, PROP_ACCOUNT, PROP_SETTINGS, PROP_DIRECTORY, PROP_COUNTS, PROP_VIEW, PROP_CASE_ID, PROP_DETAIL, PROP_SELECTION, N_PROPS };
static GParamSpec *props[N_PROPS];
enum { TOAST, OPEN_CASE, EDIT_REPLY, RETURN_TEXTS, KEEP_TEXTS, CASE_FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmWorkbench, csm_workbench, G_TYPE_OBJECT)

static void load_directory (CsmWorkbench *self);
static void load_counts (CsmWorkbench *self);
static void load_case (CsmWorkbench *self);

/* A failed read leaves what is on the screen; the log says why. */
void
csm_workbench_report (const char   *what,
                      const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("%s: %s", what, error->message);
}

/* Whose mornings are meant stands in the person's record. */
static void
tell_zone (CsmWorkbench *self)
{
  JsonObject *me = self->directory->my_id != NULL ? csm_directory_lookup (self->directory, self->directory->my_id) : NULL;

  csm_account_set_own_zone (self->account, me != NULL ? csm_json_get_string (me, "timeZone") : NULL);
}

static void
directory_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (CsmWorkbench) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDirectory) directory = csm_cache_load_directory_finish (CSM_CACHE (source), result, &error);
  g_autoptr (CsmDirectory) old = NULL;

  self->directory_loading = FALSE;
  if (directory == NULL)
    {
      csm_workbench_report ("Reading the directory failed", error);
      return;
    }
  old = g_steal_pointer (&self->directory);
  self->directory = g_steal_pointer (&directory);
  tell_zone (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DIRECTORY]);
  if (self->directory_dirty)
    load_directory (self);
}

static void
load_directory (CsmWorkbench *self)
{
  self->directory_dirty = self->directory_loading;
  if (self->directory_loading || self->cache == NULL)
    return;
  self->directory_loading = TRUE;
  csm_cache_load_directory_async (self->cache, self->cancellable, directory_cb, g_object_ref (self));
}

static gboolean
counts_timeout_cb (gpointer data)
{
  CsmWorkbench *self = data;

  self->counts_id = 0;
  if (self->counts_dirty)
    load_counts (self);
  return G_SOURCE_REMOVE;
}

static void
counts_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmWorkbench) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmViewCounts) counts = csm_cache_load_counts_finish (CSM_CACHE (source), result, &error);
  g_autoptr (CsmViewCounts) old = NULL;

  self->counts_loading = FALSE;
  if (counts == NULL)
    {
      csm_workbench_report ("Counting the views failed", error);
      return;
    }
  old = g_steal_pointer (&self->counts);
  self->counts = g_steal_pointer (&counts);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_COUNTS]);
  self->counts_id = g_timeout_add (COUNTS_INTERVAL_MS, counts_timeout_cb, self);
}

static void
load_counts (CsmWorkbench *self)
{
  self->counts_dirty = self->counts_loading || self->counts_id != 0;
  if (self->counts_dirty || !self->counted || self->cache == NULL)
    return;
  self->counts_loading = TRUE;
  csm_cache_load_counts_async (self->cache, self->cancellable, counts_cb, g_object_ref (self));
}

static void
case_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (CsmWorkbench) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmCaseDetail) detail = csm_cache_load_case_finish (CSM_CACHE (source), result, &error);
  g_autoptr (CsmCaseDetail) old = NULL;

  /* Of a case that was left meanwhile: its successor's reading is under way. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->case_loading = FALSE;
  if (detail == NULL)
    {
      csm_workbench_report ("Reading the case failed", error);
      g_signal_emit (self, signals[CASE_FAILED], 0);
      return;
    }
  old = g_steal_pointer (&self->detail);
  self->detail = g_steal_pointer (&detail);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DETAIL]);
  if (self->case_dirty)
    load_case (self);
}

static void
load_case (CsmWorkbench *self)
{
  self->case_dirty = self->case_loading;
  if (self->case_loading || self->case_id == NULL || self->cache == NULL)
    return;
  self->case_loading = TRUE;
  csm_cache_load_case_async (self->cache, self->case_id, self->before, self->limit, self->case_cancellable,
                             case_cb, g_object_ref (self));
}

static void
changed_cb (CsmWorkbench       *self,
            const CsmChangeSet *set)
{
  if (csm_change_set_has (set, CSM_TYPE_ID_PERSON) || csm_change_set_has (set, CSM_TYPE_ID_TEAM)
      || csm_change_set_has (set, CSM_TYPE_ID_TAG) || csm_change_set_has (set, CSM_TYPE_ID_CHANNEL)
      || csm_change_set_has (set, CSM_TYPE_ID_RULE) || csm_change_set_has (set, CSM_TYPE_ID_SERVICE_LEVEL)
      || csm_change_set_has (set, CSM_TYPE_ID_CALENDAR) || csm_change_set_has (set, CSM_TYPE_ID_SNIPPET)
      || csm_change_set_has (set, CSM_TYPE_ID_ARTICLE) || csm_change_set_has (set, CSM_TYPE_ID_VIEW)
      || csm_change_set_has (set, CSM_TYPE_ID_TEMPLATE))
    load_directory (self);
  if (csm_change_set_has (set, CSM_TYPE_ID_CASE) || csm_change_set_has (set, CSM_TYPE_ID_COMMENT)
      || csm_change_set_has (set, CSM_TYPE_ID_SEEN) || csm_change_set_has (set, CSM_TYPE_ID_TASK))
    load_counts (self);
  if (self->case_id != NULL
      && (set->all || csm_change_set_has (set, CSM_TYPE_ID_CUSTOMER)
          || (set->case_ids != NULL && g_hash_table_contains (set->case_ids, self->case_id))))
    load_case (self);
}

static void
outbox_changed_cb (CsmWorkbench *self)
{
  load_case (self);
}

static void
csm_workbench_dispose (GObject *object)
{
  csm_workbench_close (CSM_WORKBENCH (object));
  G_OBJECT_CLASS (csm_workbench_parent_class)->dispose (object);
}

static void
csm_workbench_finalize (GObject *object)
{
  CsmWorkbench *self = CSM_WORKBENCH (object);

  g_clear_object (&self->account);
  g_clear_object (&self->settings);
  g_clear_object (&self->first_list);
  g_clear_object (&self->live_place);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->case_cancellable);
  g_clear_pointer (&self->directory, csm_directory_free);
  g_clear_pointer (&self->counts, csm_view_counts_free);
  g_clear_pointer (&self->detail, csm_case_detail_free);
  g_clear_pointer (&self->view, csm_case_view_free);
  g_clear_pointer (&self->undo, g_ptr_array_unref);
  g_strfreev (self->selection);
  g_free (self->case_id);
  G_OBJECT_CLASS (csm_workbench_parent_class)->finalize (object);
}

static void
csm_workbench_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  CsmWorkbench *self = CSM_WORKBENCH (object);

  switch (id)
    {
    case PROP_ACCOUNT: g_value_set_object (value, self->account); break;
    case PROP_SETTINGS: g_value_set_object (value, self->settings); break;
    case PROP_DIRECTORY: g_value_set_pointer (value, self->directory); break;
    case PROP_COUNTS: g_value_set_pointer (value, self->counts); break;
    case PROP_VIEW: g_value_set_pointer (value, self->view); break;
    case PROP_CASE_ID: g_value_set_string (value, self->case_id); break;
    case PROP_DETAIL: g_value_set_pointer (value, self->detail); break;
    case PROP_SELECTION: g_value_set_boxed (value, csm_workbench_get_selection (self)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_workbench_class_init (CsmWorkbenchClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = csm_workbench_dispose;
  object_class->finalize = csm_workbench_finalize;
  object_class->get_property = csm_workbench_get_property;

  props[PROP_ACCOUNT] = g_param_spec_object ("account", NULL, NULL, CSM_TYPE_ACCOUNT, flags);
  props[PROP_SETTINGS] = g_param_spec_object ("settings", NULL, NULL, G_TYPE_SETTINGS, flags);
  props[PROP_DIRECTORY] = g_param_spec_pointer ("directory", NULL, NULL, flags);
  props[PROP_COUNTS] = g_param_spec_pointer ("counts", NULL, NULL, flags);
  props[PROP_VIEW] = g_param_spec_pointer ("view", NULL, NULL, flags);
  props[PROP_CASE_ID] = g_param_spec_string ("case-id", NULL, NULL, NULL, flags);
  props[PROP_DETAIL] = g_param_spec_pointer ("detail", NULL, NULL, flags);
  props[PROP_SELECTION] = g_param_spec_boxed ("selection", NULL, NULL, G_TYPE_STRV, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[TOAST] = g_signal_new ("toast", CSM_TYPE_WORKBENCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, ADW_TYPE_TOAST);
  signals[OPEN_CASE] = g_signal_new ("open-case", CSM_TYPE_WORKBENCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);
  signals[EDIT_REPLY] = g_signal_new ("edit-reply", CSM_TYPE_WORKBENCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 2, G_TYPE_STRING, JSON_TYPE_OBJECT);
  signals[RETURN_TEXTS] = g_signal_new ("return-texts", CSM_TYPE_WORKBENCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[CASE_FAILED] = g_signal_new ("case-failed", CSM_TYPE_WORKBENCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[KEEP_TEXTS] = g_signal_new ("keep-texts", CSM_TYPE_WORKBENCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 0);
}

static void
csm_workbench_init (CsmWorkbench *self)
{
  self->cancellable = g_cancellable_new ();
  self->view = csm_case_view_new (CSM_VIEW_INBOX, NULL);
  self->undo = g_ptr_array_new_with_free_func (csm_workbench_undo_entry_free);
  self->before = CSM_TIME_NONE;
  self->limit = WINDOW_STEP;
}

/**
 * csm_workbench_new:
 * @account: the signed-in account
 * @settings: the app's settings
 *
 * Call on the main thread, as all of this type.
 *
 * Returns: (transfer full): what the panes of a window share
 */
CsmWorkbench *
csm_workbench_new (CsmAccount *account,
                   GSettings  *settings)
{
  CsmWorkbench *self;

  g_return_val_if_fail (CSM_IS_ACCOUNT (account), NULL);
  self = g_object_new (CSM_TYPE_WORKBENCH, NULL);
  self->account = g_object_ref (account);
  self->settings = g_object_ref (settings);
  self->cache = g_object_ref (csm_account_get_cache (account));
  self->live_place = csm_live_place_new (csm_account_get_live (account));
  g_signal_connect_object (self->cache, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->cache, "outbox-changed", G_CALLBACK (outbox_changed_cb), self, G_CONNECT_SWAPPED);
  load_directory (self);
  return self;
}

/* Reads the counts, and from then on again whenever they may have changed. That goes over all cases: for when the list is shown. */
void
csm_workbench_count (CsmWorkbench *self)
{
  g_return_if_fail (CSM_IS_WORKBENCH (self));
  self->counted = TRUE;
  load_counts (self);
}

/* Cancels what is being read and lets go of the cache. Nothing is notified afterwards. */
void
csm_workbench_close (CsmWorkbench *self)
{
  g_return_if_fail (CSM_IS_WORKBENCH (self));
  if (self->cache != NULL)
    g_signal_handlers_disconnect_by_data (self->cache, self);
  g_cancellable_cancel (self->cancellable);
  if (self->case_cancellable != NULL)
    g_cancellable_cancel (self->case_cancellable);
  g_clear_handle_id (&self->counts_id, g_source_remove);
  if (self->first_list != NULL)
    csm_case_list_model_close (self->first_list);
  if (self->live_place != NULL)
    csm_live_place_close (self->live_place);
  g_clear_object (&self->cache);
}

CsmAccount *
csm_workbench_get_account (CsmWorkbench *self)
{
  return self->account;
}

CsmCache *
csm_workbench_get_cache (CsmWorkbench *self)
{
  return self->cache;
}

GSettings *
csm_workbench_get_settings (CsmWorkbench *self)
{
  return self->settings;
}

/* Where colleagues are told that the person is. */
CsmLivePlace *
csm_workbench_get_live_place (CsmWorkbench *self)
{
  return self->live_place;
}

CsmDirectory *
csm_workbench_get_directory (CsmWorkbench *self)
{
  return self->directory;
}

CsmViewCounts *
csm_workbench_get_counts (CsmWorkbench *self)
{
  return self->counts;
}

const char *
csm_workbench_get_my_id (CsmWorkbench *self)
{
  return self->directory != NULL ? self->directory->my_id : NULL;
}

/**
 * csm_workbench_get_name:
 * @self: a workbench
 * @id: (nullable): the id of a person, team, tag or channel
 *
 * Returns: (nullable): its name; %NULL when it is unknown here
 */
const char *
csm_workbench_get_name (CsmWorkbench *self,
                        const char   *id)
{
  return self->directory != NULL && id != NULL ? csm_directory_name (self->directory, id) : NULL;
}

const CsmCaseView *
csm_workbench_get_view (CsmWorkbench *self)
{
  return self->view;
}

void
csm_workbench_set_view (CsmWorkbench      *self,
                        const CsmCaseView *view)
{
  g_autoptr (CsmCaseView) old = NULL;

  g_return_if_fail (CSM_IS_WORKBENCH (self) && view != NULL);
  if (csm_case_view_equal (self->view, view))
    return;
  old = g_steal_pointer (&self->view);
  self->view = csm_case_view_copy (view);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VIEW]);
}

const char *
csm_workbench_get_case_id (CsmWorkbench *self)
{
  return self->case_id;
}

CsmCaseDetail *
csm_workbench_get_detail (CsmWorkbench *self)
{
  return self->detail;
}

static void
reopen_case (CsmWorkbench *self)
{
  if (self->case_cancellable != NULL)
    g_cancellable_cancel (self->case_cancellable);
  g_clear_object (&self->case_cancellable);
  self->case_cancellable = g_cancellable_new ();
  self->case_loading = FALSE;
  load_case (self);
}

/**
 * csm_workbench_open_case:
 * @self: a workbench
 * @case_id: (nullable): the case, or %NULL for none
 *
 * Opens a case in the panes. Its detail comes a moment later.
 */
void
csm_workbench_open_case (CsmWorkbench *self,
                         const char   *case_id)
{
  g_autoptr (CsmCaseDetail) old = NULL;

  g_return_if_fail (CSM_IS_WORKBENCH (self));
  if (g_strcmp0 (self->case_id, case_id) == 0)
    return;
  g_free (self->case_id);
  self->case_id = g_strdup (case_id);
  self->before = CSM_TIME_NONE;
  self->limit = WINDOW_STEP;
  csm_live_place_open (self->live_place, case_id);
  old = g_steal_pointer (&self->detail);
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CASE_ID]);
  if (old != NULL)
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DETAIL]);
  g_object_thaw_notify (G_OBJECT (self));
  reopen_case (self);
}

/* Opens the case and asks the window to bring it to the front. */
void
csm_workbench_show_case (CsmWorkbench *self,
                         const char   *case_id)
{
  csm_workbench_open_case (self, case_id);
  g_signal_emit (self, signals[OPEN_CASE], 0);
}

/* Makes the timeline's window longer, or, at its greatest length, moves it to older entries. */
void
csm_workbench_load_older (CsmWorkbench *self)
{
  g_return_if_fail (CSM_IS_WORKBENCH (self));
  if (self->detail == NULL || !self->detail->has_older || self->case_loading)
    return;
  if (self->limit < WINDOW_MAX)
    {
      self->limit += WINDOW_STEP;
    }
  else if (self->detail->timeline->len > WINDOW_MAX - WINDOW_STEP)
    {
      CsmTimelineEntry *entry = self->detail->timeline->pdata[WINDOW_MAX - WINDOW_STEP];

      self->before = entry->at;
    }
  load_case (self);
}

void
csm_workbench_load_newest (CsmWorkbench *self)
{
  g_return_if_fail (CSM_IS_WORKBENCH (self));
  self->before = CSM_TIME_NONE;
  self->limit = WINDOW_STEP;
  reopen_case (self);
}

gboolean
csm_workbench_is_at_newest (CsmWorkbench *self)
{
  return self->before == CSM_TIME_NONE;
}

/* Puts @text into the reply box. @parts: (nullable): whom it was for and what went along: to, cc, attachments */
void
csm_workbench_edit_reply (CsmWorkbench *self,
                          const char   *text,
                          JsonObject   *parts)
{
  g_signal_emit (self, signals[EDIT_REPLY], 0, text, parts);
}

/* Something that waited is among the drafts of @detail now: opens its case with it. */
void
csm_workbench_return_texts (CsmWorkbench        *self,
                            const CsmCaseDetail *detail)
{
  csm_workbench_show_case (self, csm_json_get_string (detail->record, "id"));
  g_signal_emit (self, signals[RETURN_TEXTS], 0, detail);
}

/* Has the boxes write down, at once, what is being typed. */
void
csm_workbench_keep_texts (CsmWorkbench *self)
{
  g_signal_emit (self, signals[KEEP_TEXTS], 0);
}

/* Has the window show @toast. */
void
csm_workbench_toast (CsmWorkbench *self,
                     AdwToast     *toast)
{
  g_signal_emit (self, signals[TOAST], 0, toast);
}
