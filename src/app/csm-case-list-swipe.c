/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-list-swipe.h"

#include <glib/gi18n.h>

#include "csm-case-list-drag.h"
#include "csm-case-list-pane-private.h"
#include "csm-rights.h"
#include "csm-triage.h"

/*
 * A finger moves a row aside, where the list has the window for itself: to the end of the line the case is resolved (or
 * open again), to its beginning it is snoozed. What will happen is seen beneath the row while it moves.
 */

/* Before that it may be scrolling. */
#define SLOP 16
/* From this part of the row's width on it is meant. */
#define ENOUGH 0.35
#define BACK_MS 160

static gboolean
is_done (CsmCaseItem *item)
{
  const CsmCaseRow *row = csm_case_item_get_row (item);

  return row != NULL && (g_strcmp0 (row->status, "resolved") == 0 || g_strcmp0 (row->status, "closed") == 0);
}

/* Whether a movement to the right leads to the end of the line, as it does in scripts that go there. */
static gboolean
is_forward (CsmCaseListPane *self,
            double           by)
{
  return (by > 0) == (gtk_widget_get_direction (self->list) != GTK_TEXT_DIR_RTL);
}

static void
back_cb (double   value,
         gpointer slot)
{
  csm_case_list_slot_set_shift (CSM_CASE_LIST_SLOT (slot), value);
}

/* The row comes back; at once for those who don't want things to move. */
static void
go_back (CsmCaseListSlot *slot,
         double           from)
{
  AdwAnimationTarget *target = adw_callback_animation_target_new (back_cb, g_object_ref (slot), g_object_unref);
  g_autoptr (AdwAnimation) animation = adw_timed_animation_new (GTK_WIDGET (slot), from, 0, BACK_MS, target);

  adw_animation_play (animation);
}

static void
act (CsmCaseListPane *self,
     CsmCaseListSlot *slot,
     gboolean         forward)
{
  CsmCaseItem *item = csm_case_list_slot_get_item (slot);
  const char *case_ids[] = { item != NULL ? csm_case_item_get_id (item) : NULL, NULL };

  if (case_ids[0] == NULL)
    return;
  if (forward)
    csm_triage_set_status (self->workbench, case_ids, is_done (item) ? "open" : "resolved");
  else
    csm_case_drop_ask_when (self->workbench, case_ids, GTK_WIDGET (slot));
}

/* A finger is on the row. */
void
csm_case_list_swipe_begin (CsmCaseListPane *self,
                           guint            position)
{
  g_clear_object (&self->swiped);
  self->swiped_by = 0;
  if (!self->alone || self->workbench == NULL || csm_case_list_selection_is_several (self->selection)
      || !csm_rights_may (self->workbench, CSM_ACTION_WORK_CASES))
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (self->list); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      CsmCaseListSlot *slot = csm_case_list_pane_slot_of (child);

      if (slot != NULL && csm_case_list_slot_get_position (slot) == position && csm_case_list_slot_get_item (slot) != NULL)
        g_set_object (&self->swiped, slot);
    }
}

/* It has moved by so much, in all. */
void
csm_case_list_swipe_move (CsmCaseListPane *self,
                          double           by)
{
  gboolean forward = is_forward (self, by);

  if (self->swiped == NULL)
    return;
  self->swiped_by = by;
  if (forward && is_done (csm_case_list_slot_get_item (self->swiped)))
    csm_case_list_slot_set_beneath (self->swiped, "csm-reopen-symbolic", _("Open again"), "resolve", by > 0);
  else if (forward)
    csm_case_list_slot_set_beneath (self->swiped, "csm-resolve-symbolic", _("Resolve"), "resolve", by > 0);
  else
    csm_case_list_slot_set_beneath (self->swiped, "alarm-symbolic", _("Snooze"), "snooze", by > 0);
  csm_case_list_slot_set_shift (self->swiped, by);
}

/* It has left. */
void
csm_case_list_swipe_end (CsmCaseListPane *self)
{
  g_autoptr (CsmCaseListSlot) slot = g_steal_pointer (&self->swiped);
  int width = slot != NULL ? gtk_widget_get_width (GTK_WIDGET (slot)) : 0;

  if (slot == NULL)
    return;
  if (self->swiped_by != 0)
    go_back (slot, self->swiped_by);
  if (ABS (self->swiped_by) > width * ENOUGH)
    act (self, slot, is_forward (self, self->swiped_by));
}

static void
begin_cb (CsmCaseListPane *self,
          double           x,
          double           y)
{
  csm_case_list_swipe_begin (self, csm_case_list_pane_position_at (self, x, y));
}

static void
update_cb (CsmCaseListPane *self,
           double           by_x,
           double           by_y,
           GtkGesture      *gesture)
{
  if (self->swiped == NULL)
    return;
  if (self->swiped_by == 0 && ABS (by_x) < SLOP)
    {
      if (ABS (by_y) > SLOP)
        g_clear_object (&self->swiped);
      return;
    }
  if (self->swiped_by == 0 && ABS (by_y) * 2 > ABS (by_x))
    {
      g_clear_object (&self->swiped);
      return;
    }
  if (self->swiped_by == 0)
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  csm_case_list_swipe_move (self, by_x);
}

static void
cancel_cb (CsmCaseListPane *self)
{
  g_autoptr (CsmCaseListSlot) slot = g_steal_pointer (&self->swiped);

  if (slot != NULL)
    csm_case_list_slot_set_shift (slot, 0);
}

/* Lets a finger move rows aside. */
void
csm_case_list_swipe_add (CsmCaseListPane *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (drag), TRUE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (drag), GTK_PHASE_CAPTURE);
  g_signal_connect_object (drag, "drag-begin", G_CALLBACK (begin_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (drag, "drag-update", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (drag, "drag-end", G_CALLBACK (csm_case_list_swipe_end), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (drag, "cancel", G_CALLBACK (cancel_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->list, GTK_EVENT_CONTROLLER (drag));
}
