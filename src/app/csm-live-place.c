/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-live-place.h"

/* Who has not touched a key for so long is thinking, or gone. */
#define WRITING_MS 4000
/* And who has had the window behind others for so long does something else. */
#define AWAY_SECONDS 120

struct _CsmLivePlace
{
  GObject       parent_instance;
  CsmLive      *live;      /* NULL: closed */
  char         *case_id;   /* that is open; or NULL */
  char         *shown_id;  /* that was told last; or NULL */
  GStrv         listed;
  CsmLiveState  writing;   /* CSM_LIVE_NONE: nothing is written */
  gboolean      shown;     /* the case is on the screen */
  gboolean      away;
  guint         writing_id;
  guint         away_id;
};

G_DEFINE_FINAL_TYPE (CsmLivePlace, csm_live_place, G_TYPE_OBJECT)

static void
tell (CsmLivePlace *self)
{
  gboolean here = self->case_id != NULL && self->shown && !self->away;
  const char *case_id = here ? self->case_id : NULL;

  if (self->live == NULL)
    return;
  if (self->shown_id != NULL && g_strcmp0 (self->shown_id, case_id) != 0)
    csm_live_show (self->live, self->shown_id, CSM_LIVE_NONE);
  if (case_id != NULL)
    csm_live_show (self->live, case_id, self->writing != CSM_LIVE_NONE ? self->writing : CSM_LIVE_VIEWING);
  if (g_strcmp0 (self->shown_id, case_id) == 0)
    return;
  g_free (self->shown_id);
  self->shown_id = g_strdup (case_id);
}

static void
watch (CsmLivePlace *self)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  if (self->live == NULL)
    return;
  /* The open one first: of more than are told of, the last are left out. */
  if (self->case_id != NULL)
    g_ptr_array_add (ids, self->case_id);
  for (guint i = 0; self->listed != NULL && self->listed[i] != NULL; i++)
    g_ptr_array_add (ids, self->listed[i]);
  g_ptr_array_add (ids, NULL);
  csm_live_watch (self->live, (const char * const *) ids->pdata);
}

/* --- writing --------------------------------------------------------------------------------------------------------- */

static void
stop_writing (CsmLivePlace *self)
{
  g_clear_handle_id (&self->writing_id, g_source_remove);
  self->writing = CSM_LIVE_NONE;
}

static gboolean
writing_timeout_cb (gpointer data)
{
  CsmLivePlace *self = data;

  self->writing_id = 0;
  self->writing = CSM_LIVE_NONE;
  tell (self);
  return G_SOURCE_REMOVE;
}

static CsmLiveState
state_of (GtkTextBuffer *buffer)
{
  return (CsmLiveState) GPOINTER_TO_INT (g_object_get_data (G_OBJECT (buffer), "csm-live-state"));
}

/* What a program puts into a buffer is no user action. */
static void
typed_cb (CsmLivePlace  *self,
          GtkTextBuffer *buffer)
{
  if (gtk_text_buffer_get_char_count (buffer) == 0)
    return;
  g_clear_handle_id (&self->writing_id, g_source_remove);
  self->writing_id = g_timeout_add (WRITING_MS, writing_timeout_cb, self);
  self->writing = state_of (buffer);
  tell (self);
}

/* Sent, posted, or given up. */
static void
changed_cb (CsmLivePlace  *self,
            GtkTextBuffer *buffer)
{
  if (self->writing != state_of (buffer) || gtk_text_buffer_get_char_count (buffer) > 0)
    return;
  stop_writing (self);
  tell (self);
}

/**
 * csm_live_place_follow:
 * @self: a place
 * @buffer: where the person writes about the open case
 * @what: what that is
 *
 * Tells when somebody types there. More than once does no harm.
 */
void
csm_live_place_follow (CsmLivePlace  *self,
                       GtkTextBuffer *buffer,
                       CsmLiveState   what)
{
  g_return_if_fail (CSM_IS_LIVE_PLACE (self) && GTK_IS_TEXT_BUFFER (buffer));
  if (g_signal_handler_find (buffer, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, self) != 0)
    return;
  g_object_set_data (G_OBJECT (buffer), "csm-live-state", GINT_TO_POINTER (what));
  g_signal_connect_object (buffer, "end-user-action", G_CALLBACK (typed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

/* --- being there ------------------------------------------------------------------------------------------------------ */

static gboolean
away_timeout_cb (gpointer data)
{
  CsmLivePlace *self = data;

  self->away_id = 0;
  self->away = TRUE;
  stop_writing (self);
  tell (self);
  return G_SOURCE_REMOVE;
}

/**
 * csm_live_place_set_active:
 * @self: a place
 * @active: whether the window is the one that the person works in
 */
void
csm_live_place_set_active (CsmLivePlace *self,
                           gboolean      active)
{
  g_return_if_fail (CSM_IS_LIVE_PLACE (self));
  if (!active)
    {
      if (self->away_id == 0 && !self->away && self->live != NULL)
        self->away_id = g_timeout_add_seconds (AWAY_SECONDS, away_timeout_cb, self);
      return;
    }
  g_clear_handle_id (&self->away_id, g_source_remove);
  self->away = FALSE;
  tell (self);
}

/**
 * csm_live_place_set_shown:
 * @self: a place
 * @shown: whether the open case is on the screen; on a narrow one it may be behind the list
 */
void
csm_live_place_set_shown (CsmLivePlace *self,
                          gboolean      shown)
{
  g_return_if_fail (CSM_IS_LIVE_PLACE (self));
  self->shown = shown;
  tell (self);
}

/**
 * csm_live_place_open:
 * @self: a place
 * @case_id: (nullable): the case that is open
 */
void
csm_live_place_open (CsmLivePlace *self,
                     const char   *case_id)
{
  g_return_if_fail (CSM_IS_LIVE_PLACE (self));
  if (g_strcmp0 (self->case_id, case_id) == 0)
    return;
  g_free (self->case_id);
  self->case_id = g_strdup (case_id);
  stop_writing (self);
  tell (self);
  watch (self);
}

/**
 * csm_live_place_set_listed:
 * @self: a place
 * @case_ids: (array zero-terminated=1): the cases that the list shows
 */
void
csm_live_place_set_listed (CsmLivePlace       *self,
                           const char * const *case_ids)
{
  g_return_if_fail (CSM_IS_LIVE_PLACE (self));
  g_strfreev (self->listed);
  self->listed = g_strdupv ((char **) case_ids);
  watch (self);
}

/* --- GObject ------------------------------------------------------------------------------------------------------------ */

/* Says that the person is gone, and nothing any more. */
void
csm_live_place_close (CsmLivePlace *self)
{
  static const char *const none[] = { NULL };
  g_autoptr (CsmLive) live = NULL;

  stop_writing (self);
  g_clear_handle_id (&self->away_id, g_source_remove);
  live = g_steal_pointer (&self->live);
  if (live == NULL)
    return;
  if (self->shown_id != NULL)
    csm_live_show (live, self->shown_id, CSM_LIVE_NONE);
  csm_live_watch (live, none);
}

static void
csm_live_place_dispose (GObject *object)
{
  csm_live_place_close (CSM_LIVE_PLACE (object));
  G_OBJECT_CLASS (csm_live_place_parent_class)->dispose (object);
}

static void
csm_live_place_finalize (GObject *object)
{
  CsmLivePlace *self = CSM_LIVE_PLACE (object);

  g_free (self->case_id);
  g_free (self->shown_id);
  g_strfreev (self->listed);
  G_OBJECT_CLASS (csm_live_place_parent_class)->finalize (object);
}

static void
csm_live_place_class_init (CsmLivePlaceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_live_place_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_live_place_finalize;
}

static void
csm_live_place_init (CsmLivePlace *self)
{
}

/**
 * csm_live_place_new:
 * @live: the account's
 *
 * Returns: (transfer full): a place where nothing is open
 */
CsmLivePlace *
csm_live_place_new (CsmLive *live)
{
  CsmLivePlace *self = g_object_new (CSM_TYPE_LIVE_PLACE, NULL);

  self->live = g_object_ref (live);
  return self;
}
