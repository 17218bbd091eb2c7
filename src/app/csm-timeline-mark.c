/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-timeline-private.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-time.h"

/*
 * What is new since a person last looked: a line above the first of it, where the case opens, and a button that leads there
 * from elsewhere. Looking at a case counts as reading it at once, so what was read is what was read when it was opened.
 */

/* Of a case that somebody opens for the first time all is new: a short one is read from its beginning. */
#define SHORT_CASE 8
#define TOP_MARGIN 12

static gboolean
is_new (CsmTimeline            *self,
        const CsmTimelineEntry *entry,
        gint64                  after)
{
  return entry->kind == CSM_ENTRY_MESSAGE && entry->at > after
         && g_strcmp0 (csm_json_get_string (entry->record, "authorId"), csm_workbench_get_my_id (self->workbench)) != 0;
}

/* Returns: the place of the first new entry in the window; its length: there is none */
static guint
find_new (CsmTimeline   *self,
          CsmCaseDetail *detail,
          gint64         after)
{
  guint found = detail->timeline->len;

  self->n_new = 0;
  for (guint i = detail->timeline->len; i-- > 0;)
    if (is_new (self, detail->timeline->pdata[i], after))
      {
        found = i;
        self->n_new++;
      }
  return found;
}

static void
set_mark (CsmTimeline   *self,
          CsmCaseDetail *detail,
          guint          i)
{
  CsmTimelineEntry *entry = detail->timeline->pdata[i];

  g_free (self->mark_id);
  self->mark_id = g_strdup (csm_json_get_string (entry->record, "id"));
  self->mark_passed = FALSE;
}

static void
note_newest (CsmTimeline   *self,
             CsmCaseDetail *detail)
{
  for (guint i = 0; i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      if (entry->kind == CSM_ENTRY_MESSAGE)
        self->newest_at = MAX (self->newest_at, entry->at);
    }
}

/* More of what is new may stand before the window. */
static gboolean
is_beyond (CsmTimeline   *self,
           CsmCaseDetail *detail,
           guint          first)
{
  return first == 0 && detail->has_older && detail->timeline->len > 0;
}

void
csm_timeline_mark_clear (CsmTimeline *self)
{
  g_clear_pointer (&self->mark_id, g_free);
  self->opened = FALSE;
  self->at_mark = FALSE;
  self->seeking = FALSE;
  self->mark_passed = FALSE;
  self->newest_at = 0;
  self->n_new = 0;
}

/* The first detail of a case. */
void
csm_timeline_mark_opened (CsmTimeline   *self,
                          CsmCaseDetail *detail)
{
  gboolean first_time = detail->seen_up_to == CSM_TIME_NONE;
  guint i;

  self->opened = TRUE;
  self->read_up_to = detail->seen_up_to;
  note_newest (self, detail);
  if (first_time && (detail->has_older || detail->timeline->len > SHORT_CASE))
    return;
  i = find_new (self, detail, first_time ? G_MININT64 : detail->seen_up_to);
  if (i == detail->timeline->len || is_beyond (self, detail, i))
    return;
  set_mark (self, detail, i);
  self->at_mark = TRUE;
  self->at_end = FALSE;
}

static gboolean
is_looked_at (CsmTimeline *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return GTK_IS_WINDOW (root) && gtk_window_is_active (GTK_WINDOW (root)) && gtk_widget_get_mapped (GTK_WIDGET (self));
}

/* Something came, or older entries did. */
void
csm_timeline_mark_changed (CsmTimeline   *self,
                           CsmCaseDetail *detail)
{
  gint64 known = self->newest_at;
  gboolean marked = self->mark_id != NULL && !self->mark_passed;
  guint i;

  note_newest (self, detail);
  if (self->seeking)
    {
      i = find_new (self, detail, self->read_up_to);
      self->seeking = is_beyond (self, detail, i);
      if (!self->seeking && i < detail->timeline->len)
        {
          set_mark (self, detail, i);
          self->at_mark = TRUE;
        }
      return;
    }
  if (self->newest_at <= known)
    return;
  /* Who looks at the newest sees what comes. */
  if (self->at_end && is_looked_at (self))
    return;
  i = find_new (self, detail, marked ? self->read_up_to : known);
  if (marked || i == detail->timeline->len)
    return;
  self->read_up_to = known;
  set_mark (self, detail, i);
}

/* Returns: how many entries from the newest on must have a row for the mark to be seen; 0: as few as you like */
guint
csm_timeline_mark_needs (CsmTimeline   *self,
                         CsmCaseDetail *detail)
{
  for (guint i = 0; self->at_mark && i < detail->timeline->len; i++)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      if (g_strcmp0 (csm_json_get_string (entry->record, "id"), self->mark_id) == 0)
        return detail->timeline->len - (i > 0 ? i - 1 : 0);
    }
  return 0;
}

/* --- the line ---------------------------------------------------------------------------------------------- */

static GtkWidget *
create_marker (void)
{
  GtkWidget *marker = g_object_new (ADW_TYPE_BIN, "accessible-role", GTK_ACCESSIBLE_ROLE_LIST_ITEM, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *before = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
  GtkWidget *after = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);

  gtk_widget_set_hexpand (before, TRUE);
  gtk_widget_set_hexpand (after, TRUE);
  gtk_widget_set_valign (before, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (after, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), before);
  gtk_box_append (GTK_BOX (box), gtk_label_new (_("New Messages")));
  gtk_box_append (GTK_BOX (box), after);
  gtk_widget_add_css_class (marker, "new-messages");
  adw_bin_set_child (ADW_BIN (marker), box);
  return marker;
}

static gboolean
follows_message (GtkWidget *row)
{
  while (row != NULL && csm_timeline_message_of (row) == NULL)
    row = gtk_widget_get_prev_sibling (row);
  return row != NULL;
}

/* Above the first new message; above the first of all it would say nothing. */
void
csm_timeline_mark_place (CsmTimeline *self)
{
  CsmMessageRow *message = self->mark_id != NULL ? csm_timeline_find (self, self->mark_id) : NULL;
  GtkWidget *row = message != NULL ? gtk_widget_get_parent (GTK_WIDGET (message)) : NULL;
  GtkWidget *before = row != NULL ? gtk_widget_get_prev_sibling (row) : NULL;

  if (before != NULL && before == self->marker)
    before = gtk_widget_get_prev_sibling (before);
  if (before == NULL || !follows_message (before))
    {
      if (self->marker != NULL)
        gtk_widget_set_visible (self->marker, FALSE);
      return;
    }
  if (self->marker == NULL)
    {
      self->marker = create_marker ();
      gtk_box_append (GTK_BOX (self->list), self->marker);
    }
  gtk_box_reorder_child_after (GTK_BOX (self->list), self->marker, before);
  gtk_widget_set_visible (self->marker, TRUE);
}

/* --- the way there ----------------------------------------------------------------------------------------- */

static gboolean
find_place (CsmTimeline     *self,
            graphene_rect_t *bounds)
{
  CsmMessageRow *message = self->mark_id != NULL ? csm_timeline_find (self, self->mark_id) : NULL;
  gboolean lined = self->marker != NULL && gtk_widget_get_visible (self->marker);
  GtkWidget *target = message != NULL ? lined ? self->marker : gtk_widget_get_parent (GTK_WIDGET (message)) : NULL;

  return target != NULL && gtk_widget_get_height (target) > 0
         && gtk_widget_compute_bounds (target, gtk_widget_get_ancestor (self->list, GTK_TYPE_VIEWPORT), bounds);
}

/* Returns: what the adjustment is with the first new message at the top; the present value where it has no place yet */
double
csm_timeline_mark_value (CsmTimeline *self)
{
  GtkAdjustment *adjustment = csm_timeline_get_adjustment (self);
  graphene_rect_t bounds;

  if (!find_place (self, &bounds))
    return gtk_adjustment_get_value (adjustment);
  return MAX (bounds.origin.y + gtk_adjustment_get_value (adjustment) - TOP_MARGIN, 0);
}

static void
show_button (CsmTimeline *self,
             gboolean     below)
{
  g_autofree char *text = g_strdup_printf (ngettext ("%u new message", "%u new messages", self->n_new), self->n_new);

  gtk_label_set_text (GTK_LABEL (self->unread_label), text);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->unread_icon), below ? "go-down-symbolic" : "go-up-symbolic");
  gtk_widget_set_valign (self->unread_button, below ? GTK_ALIGN_END : GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->unread_button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_set_visible (self->unread_button, TRUE);
}

/* After each change of what is in view. */
void
csm_timeline_mark_look (CsmTimeline *self)
{
  double height = gtk_adjustment_get_page_size (csm_timeline_get_adjustment (self));
  gboolean beyond = self->opened && self->mark_id == NULL && self->n_new > 0;
  graphene_rect_t bounds;

  if (beyond)
    {
      show_button (self, FALSE);
      return;
    }
  if (self->mark_id == NULL || self->mark_passed || !find_place (self, &bounds))
    {
      gtk_widget_set_visible (self->unread_button, FALSE);
      return;
    }
  if (bounds.origin.y > -bounds.size.height && bounds.origin.y < height)
    {
      self->mark_passed = TRUE;
      gtk_widget_set_visible (self->unread_button, FALSE);
      return;
    }
  show_button (self, bounds.origin.y >= height);
}

/* Whether something is new, in view or not. */
gboolean
csm_timeline_has_unread (CsmTimeline *self)
{
  g_return_val_if_fail (CSM_IS_TIMELINE (self), FALSE);
  return self->n_new > 0;
}

/* Goes to the first message that is new, and puts the focus there. */
void
csm_timeline_show_unread (CsmTimeline *self)
{
  CsmMessageRow *message;
  double value;

  g_return_if_fail (CSM_IS_TIMELINE (self));
  if (self->n_new == 0)
    return;
  csm_timeline_place_let_go (self);
  self->at_end = FALSE;
  if (self->mark_id == NULL)
    {
      self->n_new = 0;
      self->seeking = TRUE;
      csm_timeline_mark_look (self);
      csm_workbench_load_older (self->workbench);
      return;
    }
  message = csm_timeline_find (self, self->mark_id);
  if (message == NULL)
    return;
  /* The focus scrolls to the message already, but nothing has its new place yet. */
  value = csm_timeline_mark_value (self);
  gtk_widget_grab_focus (GTK_WIDGET (message));
  csm_timeline_move_to (self, value);
  csm_timeline_mark_look (self);
}
