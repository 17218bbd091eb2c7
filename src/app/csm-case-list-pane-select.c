/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-list-pane-private.h"

#include <glib/gi18n.h>

#include "csm-bulk-bar.h"
#include "csm-case-list-drag.h"
#include "csm-case-list-swipe.h"
#include "csm-rights.h"

/* How a person goes about in the list of cases, and selects. */

/* The list's own widget around each slot. */
CsmCaseListSlot *
csm_case_list_pane_slot_of (GtkWidget *list_item_widget)
{
  GtkWidget *slot = gtk_widget_get_first_child (list_item_widget);

  return slot != NULL && CSM_IS_CASE_LIST_SLOT (slot) ? CSM_CASE_LIST_SLOT (slot) : NULL;
}

/* --- what is selected: the case that is open, or several ---------------------------------------------------- */

void
csm_case_list_pane_select_open_case (CsmCaseListPane *self)
{
  guint position;

  csm_case_list_selection_show_case (self->selection, csm_workbench_get_case_id (self->workbench));
  /* Whoever opened it: when it leaves the list, one goes on from there. */
  position = csm_case_list_selection_get_open (self->selection);
  if (position != GTK_INVALID_LIST_POSITION)
    self->last = position;
}

static void
chosen_cb (CsmCaseListPane *self,
           guint            position)
{
  g_autoptr (CsmCaseItem) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  const char *case_id = item != NULL ? csm_case_item_get_id (item) : NULL;

  if (case_id == NULL)
    return;
  self->last = position;
  csm_workbench_open_case (self->workbench, case_id);
}

static gboolean
keep_focus_cb (gpointer data)
{
  CsmCaseListPane *self = data;

  self->keep_focus_id = 0;
  if (gtk_widget_get_focus_child (self->list) == NULL)
    csm_case_list_pane_focus (self);
  return G_SOURCE_REMOVE;
}

/*
 * Rows above the open case have left or come: it stands elsewhere now. Where the row that has the focus leaves, GTK would
 * lead the focus to whatever takes it, the reply box for example, and the next key would be typed there.
 */
static void
moved_cb (CsmCaseListPane *self)
{
  guint position = csm_case_list_selection_get_open (self->selection);

  if (position != GTK_INVALID_LIST_POSITION)
    self->last = position;
  if (gtk_widget_get_focus_child (self->list) != NULL && self->keep_focus_id == 0)
    self->keep_focus_id = g_idle_add_full (G_PRIORITY_HIGH, keep_focus_cb, self, NULL);
}

void
csm_case_list_pane_show_check (CsmCaseListPane *self,
            CsmCaseListSlot *slot)
{
  guint position = csm_case_list_slot_get_position (slot);
  gboolean several = csm_case_list_selection_is_several (self->selection);

  csm_case_list_slot_set_check (slot, several, several && position != GTK_INVALID_LIST_POSITION
                                               && gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), position));
}

void
csm_case_list_pane_show_checks (CsmCaseListPane *self)
{
  for (GtkWidget *child = gtk_widget_get_first_child (self->list); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (csm_case_list_pane_slot_of (child) != NULL)
      csm_case_list_pane_show_check (self, csm_case_list_pane_slot_of (child));
}

/* Beside a conversation its place has the buttons. */
void
csm_case_list_pane_show_bulk_bar (CsmCaseListPane *self)
{
  gboolean shown = self->alone && self->workbench != NULL && csm_case_list_selection_is_several (self->selection);

  if (shown && self->bulk_bar == NULL)
    {
      self->bulk_bar = csm_bulk_bar_new (FALSE);
      gtk_revealer_set_child (GTK_REVEALER (self->bulk), self->bulk_bar);
    }
  if (self->bulk_bar != NULL)
    g_object_set (self->bulk_bar, "workbench", self->workbench, NULL);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->bulk), shown);
}

static void
several_changed_cb (CsmCaseListPane *self)
{
  gboolean several = csm_case_list_selection_is_several (self->selection);

  csm_case_list_pane_show_checks (self);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->select_button), several);
  gtk_widget_set_visible (self->cancel_button, several && !self->alone);
  gtk_widget_set_visible (self->search_button, !several);
  csm_case_list_pane_show_title (self);
  csm_case_list_pane_show_bulk_bar (self);
  if (self->chosen != NULL)
    csm_case_list_chosen_update (self->chosen, self->model, self->selection);
}

static void
select_toggled_cb (CsmCaseListPane *self)
{
  gboolean several = csm_case_list_selection_is_several (self->selection);

  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->select_button)) == several)
    return;
  if (several)
    csm_case_list_selection_leave (self->selection);
  else
    csm_case_list_selection_start (self->selection);
  /* There may be no list to select from. */
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->select_button), csm_case_list_selection_is_several (self->selection));
}

static void
cancel_cb (CsmCaseListPane *self)
{
  csm_case_list_pane_leave (self);
}

/* --- choosing a row ---------------------------------------------------------------------------------------- */

/* Whatever was selected: Enter and a double click open. */
static void
activate_cb (CsmCaseListPane *self,
             guint            position)
{
  csm_case_list_selection_leave (self->selection);
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  g_signal_emit_by_name (self, "activated");
}

/* Returns: which row is at this place; GTK_INVALID_LIST_POSITION: none */
guint
csm_case_list_pane_position_at (CsmCaseListPane *self,
                                double           x,
                                double           y)
{
  GtkWidget *picked = gtk_widget_pick (self->list, x, y, GTK_PICK_DEFAULT);
  GtkWidget *slot = picked != NULL ? gtk_widget_get_ancestor (picked, CSM_TYPE_CASE_LIST_SLOT) : NULL;

  /* The list's own widget is a little larger than what is in it. */
  if (slot == NULL && picked != NULL && picked != self->list && gtk_widget_get_parent (picked) == self->list)
    slot = (GtkWidget *) csm_case_list_pane_slot_of (picked);
  return slot != NULL ? csm_case_list_slot_get_position (CSM_CASE_LIST_SLOT (slot)) : GTK_INVALID_LIST_POSITION;
}

/* The list selects by itself; what is open already, or is to be picked, is for us. */
static void
released_cb (CsmCaseListPane *self,
             int              n_press,
             double           x,
             double           y,
             GtkGesture      *gesture)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  guint position = csm_case_list_pane_position_at (self, x, y);

  if (position == GTK_INVALID_LIST_POSITION || (state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) != 0)
    return;
  if (csm_case_list_selection_is_picking (self->selection))
    {
      csm_case_list_selection_toggle (self->selection, position);
      gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
      return;
    }
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (self->selection), position, TRUE);
  g_signal_emit_by_name (self, "activated");
}

/* A finger that rests on a row wants to select it, and others. */
static void
pressed_long_cb (CsmCaseListPane *self,
                 double           x,
                 double           y,
                 GtkGesture      *gesture)
{
  guint position = csm_case_list_pane_position_at (self, x, y);

  if (position == GTK_INVALID_LIST_POSITION)
    return;
  csm_case_list_selection_start (self->selection);
  if (!gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), position))
    csm_case_list_selection_toggle (self->selection, position);
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

/* Returns: (transfer full) (nullable): what goes along from there: all that are selected, or the one row */
static char **
dragged_from (gpointer data,
              double   x,
              double   y)
{
  CsmCaseListPane *self = data;
  guint position = csm_case_list_pane_position_at (self, x, y);
  g_autoptr (CsmCaseItem) item = NULL;
  g_autoptr (GStrvBuilder) builder = NULL;

  if (position == GTK_INVALID_LIST_POSITION || !csm_rights_may (self->workbench, CSM_ACTION_WORK_CASES))
    return NULL;
  if (csm_case_list_selection_is_several (self->selection) && gtk_selection_model_is_selected (GTK_SELECTION_MODEL (self->selection), position))
    return csm_workbench_get_n_selected (self->workbench) > 0 ? csm_workbench_dup_chosen (self->workbench) : NULL;
  item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  if (item == NULL || csm_case_item_get_id (item) == NULL)
    return NULL;
  builder = g_strv_builder_new ();
  g_strv_builder_add (builder, csm_case_item_get_id (item));
  return g_strv_builder_end (builder);
}

/* --- keys, and what the window asks for ---------------------------------------------------------------------- */

/* The focus goes along when it is in the list, or on the list since it was in no row yet; else its ring would stay behind. */
static void
focus_row (CsmCaseListPane *self,
           guint            position)
{
  if (gtk_widget_get_focus_child (self->list) == NULL && !gtk_widget_is_focus (self->list))
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (self->list); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (csm_case_list_pane_slot_of (child) != NULL && csm_case_list_slot_get_position (csm_case_list_pane_slot_of (child)) == position)
      gtk_widget_grab_focus (child);
}

/* Returns: the row that the focus is on, else that of the open case; GTK_INVALID_LIST_POSITION: none */
static guint
get_cursor (CsmCaseListPane *self)
{
  GtkWidget *focused = gtk_widget_get_focus_child (self->list);
  CsmCaseListSlot *slot = focused != NULL ? csm_case_list_pane_slot_of (focused) : NULL;
  guint position = slot != NULL ? csm_case_list_slot_get_position (slot) : GTK_INVALID_LIST_POSITION;

  return position != GTK_INVALID_LIST_POSITION ? position : csm_case_list_selection_get_open (self->selection);
}

static gboolean
has_focus (CsmCaseListPane *self,
           GtkRoot         *root)
{
  GtkWidget *focus = gtk_root_get_focus (root);

  return focus != NULL && (focus == self->list || gtk_widget_is_ancestor (focus, self->list));
}

/*
 * Puts the focus on the row that had it, on that of the open case where that row has left, or on what stands there now.
 * Where there is none the focus goes nowhere: a key means the case then, and is not typed where somebody wrote before.
 */
void
csm_case_list_pane_focus (CsmCaseListPane *self)
{
  GtkRoot *root;
  guint n;
  guint position;

  g_return_if_fail (CSM_IS_CASE_LIST_PANE (self));
  root = gtk_widget_get_root (GTK_WIDGET (self));
  gtk_widget_grab_focus (self->list);
  if (root == NULL || has_focus (self, root))
    return;
  n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  position = csm_case_list_selection_get_open (self->selection);
  if (position == GTK_INVALID_LIST_POSITION)
    position = MIN (self->last, n > 0 ? n - 1 : 0);
  if (n > 0)
    gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", position);
  gtk_widget_grab_focus (self->list);
  if (!has_focus (self, root))
    gtk_root_set_focus (root, NULL);
}

/* Puts the focus on the row of the case that is open, wherever it was in the list. */
void
csm_case_list_pane_focus_open (CsmCaseListPane *self)
{
  guint position = csm_case_list_selection_get_open (self->selection);

  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", position);
  csm_case_list_pane_focus (self);
  if (position != GTK_INVALID_LIST_POSITION)
    focus_row (self, position);
}

static void
step (CsmCaseListPane *self,
      int              by,
      gboolean         extend)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint position;

  if (n == 0)
    return;
  if (csm_case_list_selection_is_several (self->selection) || extend)
    position = get_cursor (self);
  else
    position = csm_case_list_selection_get_open (self->selection);
  if (position == GTK_INVALID_LIST_POSITION)
    position = (guint) CLAMP ((gint64) self->last + MIN (by, 0), 0, (gint64) n - 1);
  else
    position = (guint) CLAMP ((gint64) position + by, 0, (gint64) n - 1);
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", position);
  gtk_widget_activate_action (self->list, "list.select-item", "(ubb)", position, FALSE, extend);
  if (extend)
    gtk_widget_grab_focus (self->list);
  focus_row (self, position);
}

/**
 * csm_case_list_pane_move:
 * @self: a pane
 * @by: how many rows down; negative: up
 *
 * Selects another row, and opens its case. While cases are picked, the focus alone goes there.
 */
void
csm_case_list_pane_move (CsmCaseListPane *self,
                         int              by)
{
  g_return_if_fail (CSM_IS_CASE_LIST_PANE (self));
  step (self, by, FALSE);
}

/* As csm_case_list_pane_move(), and selects what is on the way. */
void
csm_case_list_pane_extend (CsmCaseListPane *self,
                           int              by)
{
  g_return_if_fail (CSM_IS_CASE_LIST_PANE (self));
  step (self, by, TRUE);
}

/* Picks the row that the focus is on, else that of the open case, or puts it back. */
void
csm_case_list_pane_toggle (CsmCaseListPane *self)
{
  guint position;

  g_return_if_fail (CSM_IS_CASE_LIST_PANE (self));
  position = get_cursor (self);
  if (position == GTK_INVALID_LIST_POSITION)
    return;
  /* From now on the arrows go about without opening what they come by. */
  if (gtk_widget_get_focus_child (self->list) == NULL)
    gtk_widget_grab_focus (self->list);
  csm_case_list_selection_start (self->selection);
  csm_case_list_selection_toggle (self->selection, position);
  focus_row (self, position);
}

void
csm_case_list_pane_select_all (CsmCaseListPane *self)
{
  g_return_if_fail (CSM_IS_CASE_LIST_PANE (self));
  gtk_selection_model_select_all (GTK_SELECTION_MODEL (self->selection));
}

/* Nobody selects several any more. Returns: whether somebody did */
gboolean
csm_case_list_pane_leave (CsmCaseListPane *self)
{
  g_return_val_if_fail (CSM_IS_CASE_LIST_PANE (self), FALSE);
  return csm_case_list_selection_leave (self->selection);
}

/* Leaves the selected cases, since they are done with, for the one that follows. */
void
csm_case_list_pane_pass (CsmCaseListPane *self)
{
  guint next;

  g_return_if_fail (CSM_IS_CASE_LIST_PANE (self));
  next = csm_case_list_selection_next (self->selection);
  csm_case_list_selection_leave (self->selection);
  if (next == GTK_INVALID_LIST_POSITION)
    return;
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", next);
  gtk_widget_activate_action (self->list, "list.select-item", "(ubb)", next, FALSE, FALSE);
  focus_row (self, next);
}

/* Opens one of the choosers for the selected cases. */
void
csm_case_list_pane_popup (CsmCaseListPane *self,
                          CsmConversationPopover which)
{
  g_return_if_fail (CSM_IS_CASE_LIST_PANE (self));
  if (self->bulk_bar != NULL)
    csm_bulk_bar_popup (CSM_BULK_BAR (self->bulk_bar), which);
}

void
csm_case_list_pane_bind_selection (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, select_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, pressed_long_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, released_cb);
}

void
csm_case_list_pane_add_selection (CsmCaseListPane *self)
{
  self->selection = csm_case_list_selection_new ();
  g_signal_connect_object (self->selection, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (moved_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "several-changed", G_CALLBACK (several_changed_cb), self, G_CONNECT_SWAPPED);
  csm_case_list_drag_add (self->list, dragged_from, self);
  csm_case_list_swipe_add (self);
}
