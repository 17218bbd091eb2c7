/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-timeline-private.h"

#include "csm-flash.h"
#include "csm-json.h"

/*
 * Where in a case somebody was reading, for when they come back to it: the first message in view, and where in the view it began.
 * Who was at its end, or where the new messages begin, was nowhere in particular. The same way leads to a message that was asked for.
 */

#define TOP_MARGIN 12
#define MOST_PLACES 500
#define NOTE "reading-place"

typedef struct
{
  char   *message_id;
  double  offset;     /* px below the top of the view; negative: above */
} Place;

static void
place_free (gpointer data)
{
  Place *place = data;

  g_free (place->message_id);
  g_free (place);
}

static Place *
place_new (const char *message_id,
           double      offset)
{
  Place *place = g_new0 (Place, 1);

  place->message_id = g_strdup (message_id);
  place->offset = offset;
  return place;
}

static void
hold (CsmTimeline *self,
      const char  *message_id,
      double       offset)
{
  g_free (self->hold_id);
  g_free (self->hold_case_id);
  self->hold_id = g_strdup (message_id);
  self->hold_case_id = g_strdup (csm_workbench_get_case_id (self->workbench));
  self->hold_offset = offset;
  self->at_hold = TRUE;
  self->at_mark = FALSE;
  self->at_end = FALSE;
}

/* Nothing is held any more: the person goes about. */
void
csm_timeline_place_let_go (CsmTimeline *self)
{
  self->at_hold = FALSE;
  g_clear_pointer (&self->hold_id, g_free);
  g_clear_pointer (&self->hold_case_id, g_free);
  g_clear_pointer (&self->flash_id, g_free);
}

static gboolean
get_bounds (CsmTimeline     *self,
            GtkWidget       *row,
            graphene_rect_t *bounds)
{
  return gtk_widget_get_height (row) > 0 && gtk_widget_compute_bounds (row, gtk_widget_get_ancestor (self->list, GTK_TYPE_VIEWPORT), bounds);
}

GHashTable *
csm_timeline_place_table (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, place_free);
}

/* --- remembering ------------------------------------------------------------------------------------------- */

/* Returns: (transfer full) (nullable): where the view stands in the case */
static Place *
find_place (CsmTimeline *self)
{
  /* What was held and is not reached yet is where it stands. */
  if (self->at_hold && g_strcmp0 (self->hold_case_id, self->case_id) == 0)
    return place_new (self->hold_id, self->hold_offset);
  if (self->at_end || self->at_mark)
    return NULL;
  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      CsmMessageRow *message = row != self->marker ? csm_timeline_message_of (row) : NULL;
      graphene_rect_t bounds;

      if (message != NULL && get_bounds (self, row, &bounds) && bounds.origin.y + bounds.size.height > 0)
        return place_new (csm_json_get_string (csm_message_row_get_record (message), "id"), bounds.origin.y);
    }
  return NULL;
}

/* The rows of a case are about to go. */
void
csm_timeline_place_remember (CsmTimeline *self)
{
  Place *place = self->case_id != NULL ? find_place (self) : NULL;

  if (self->case_id == NULL || !self->opened)
    {
      g_clear_pointer (&place, place_free);
      return;
    }
  if (g_hash_table_size (self->places) >= MOST_PLACES)
    g_hash_table_remove_all (self->places);
  if (place != NULL)
    g_hash_table_replace (self->places, g_strdup (self->case_id), place);
  else
    g_hash_table_remove (self->places, self->case_id);
}

/**
 * csm_timeline_keep_place:
 * @self: a timeline
 *
 * Keeps where the open case is read for the next start.
 */
void
csm_timeline_keep_place (CsmTimeline *self)
{
  CsmCache *cache = self->workbench != NULL ? csm_workbench_get_cache (self->workbench) : NULL;
  const Place *place;
  g_autofree char *note = NULL;

  g_return_if_fail (CSM_IS_TIMELINE (self));
  if (cache == NULL)
    return;
  csm_timeline_place_remember (self);
  place = self->case_id != NULL ? g_hash_table_lookup (self->places, self->case_id) : NULL;
  if (place != NULL)
    note = g_strdup_printf ("%s %s %d", self->case_id, place->message_id, (int) place->offset);
  csm_cache_save_note_async (cache, NOTE, note, NULL, NULL, NULL);
}

/* --- coming back ------------------------------------------------------------------------------------------- */

/* The first detail of a case is here. What was asked for by name goes before where one was. */
void
csm_timeline_place_recall (CsmTimeline *self)
{
  const Place *place = g_hash_table_lookup (self->places, self->case_id);

  if (self->hold_id != NULL)
    self->at_mark = self->at_end = FALSE;
  else if (place != NULL)
    hold (self, place->message_id, place->offset);
}

static void
note_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (CsmTimeline) self = data;
  g_autofree char *note = csm_cache_load_note_finish (CSM_CACHE (source), result, NULL);
  g_auto (GStrv) parts = note != NULL ? g_strsplit (note, " ", 3) : NULL;
  gboolean untouched = self->opened && (self->at_end || self->at_mark) && self->hold_id == NULL;

  if (parts == NULL || g_strv_length (parts) != 3 || self->workbench == NULL || g_hash_table_contains (self->places, parts[0]))
    return;
  g_hash_table_insert (self->places, g_strdup (parts[0]), place_new (parts[1], (double) g_ascii_strtoll (parts[2], NULL, 10)));
  if (untouched && g_strcmp0 (self->case_id, parts[0]) == 0)
    {
      csm_timeline_place_recall (self);
      csm_timeline_refresh (self);
    }
}

/* A workbench was set: places are of its cases. */
void
csm_timeline_place_load (CsmTimeline *self)
{
  g_hash_table_remove_all (self->places);
  csm_timeline_place_let_go (self);
  if (self->workbench != NULL && csm_workbench_get_cache (self->workbench) != NULL)
    csm_cache_load_note_async (csm_workbench_get_cache (self->workbench), NOTE, NULL, note_cb, g_object_ref (self));
}

static guint
find_entry (CsmTimeline   *self,
            CsmCaseDetail *detail)
{
  for (guint i = 0; self->at_hold && i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      if (g_strcmp0 (csm_json_get_string (entry->record, "id"), self->hold_id) == 0)
        return i;
    }
  return detail->timeline->len;
}

/* Returns: how many entries from the newest on must have a row for the held one to be seen; 0: as few as you like */
guint
csm_timeline_place_needs (CsmTimeline   *self,
                          CsmCaseDetail *detail)
{
  guint i = find_entry (self, detail);

  return i < detail->timeline->len ? detail->timeline->len - (i > 0 ? i - 1 : 0) : 0;
}

/* Whether what is held is older than what was read. What is nowhere is let go. */
gboolean
csm_timeline_place_seeks (CsmTimeline   *self,
                          CsmCaseDetail *detail)
{
  if (!self->at_hold || find_entry (self, detail) < detail->timeline->len)
    return FALSE;
  if (detail->has_older)
    return TRUE;
  csm_timeline_place_let_go (self);
  self->at_end = TRUE;
  return FALSE;
}

/* Returns: what the adjustment is with the held message in its place; the present value where it has none yet */
double
csm_timeline_place_value (CsmTimeline *self)
{
  double value = gtk_adjustment_get_value (csm_timeline_get_adjustment (self));
  CsmMessageRow *message = self->hold_id != NULL ? csm_timeline_find (self, self->hold_id) : NULL;
  graphene_rect_t bounds;

  if (message == NULL || !get_bounds (self, gtk_widget_get_parent (GTK_WIDGET (message)), &bounds))
    return value;
  return MAX (bounds.origin.y + value - self->hold_offset, 0);
}

/* The view has moved to what is held. What was asked for by name lights up, and has the keyboard. */
void
csm_timeline_place_arrived (CsmTimeline *self)
{
  CsmMessageRow *message = self->flash_id != NULL ? csm_timeline_find (self, self->flash_id) : NULL;
  double value;

  if (message == NULL || gtk_widget_get_height (GTK_WIDGET (message)) == 0 || !gtk_widget_get_mapped (GTK_WIDGET (message)))
    return;
  g_clear_pointer (&self->flash_id, g_free);
  value = gtk_adjustment_get_value (csm_timeline_get_adjustment (self));
  self->moving = TRUE;
  gtk_widget_grab_focus (GTK_WIDGET (message));
  self->moving = FALSE;
  /* The focus scrolls as far as it must: not to the top. */
  csm_timeline_move_to (self, value);
  csm_flash (GTK_WIDGET (message));
}

/**
 * csm_timeline_show_message:
 * @self: a timeline
 * @message_id: a message of the open case, which may still be read
 *
 * Brings it to the top of the view, with those before it if need be, gives it the keyboard and lights it up.
 */
void
csm_timeline_show_message (CsmTimeline *self,
                           const char  *message_id)
{
  g_return_if_fail (CSM_IS_TIMELINE (self) && message_id != NULL);
  if (self->workbench == NULL)
    return;
  hold (self, message_id, TOP_MARGIN);
  g_free (self->flash_id);
  self->flash_id = g_strdup (message_id);
  csm_timeline_refresh (self);
}
