/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-timeline-private.h"

#include <glib/gi18n.h>

#include "csm-json.h"

/*
 * Messages by keyboard and mouse: the arrows lead from one to the next; Shift with them, and clicks with Shift and Ctrl, select
 * several to be copied. Within a message's text the selection is the label's own.
 */

/* Returns: (nullable): the message in @row */
CsmMessageRow *
csm_timeline_message_of (GtkWidget *row)
{
  GtkWidget *child = row != NULL ? adw_bin_get_child (ADW_BIN (row)) : NULL;

  return CSM_IS_MESSAGE_ROW (child) ? CSM_MESSAGE_ROW (child) : NULL;
}

static const char *
id_of (CsmMessageRow *message)
{
  return csm_json_get_string (csm_message_row_get_record (message), "id");
}

/* Returns: (nullable): the row of that message */
CsmMessageRow *
csm_timeline_find (CsmTimeline *self,
                   const char  *message_id)
{
  for (GtkWidget *row = gtk_widget_get_last_child (self->list); row != NULL; row = gtk_widget_get_prev_sibling (row))
    {
      CsmMessageRow *message = csm_timeline_message_of (row);

      if (message != NULL && g_strcmp0 (id_of (message), message_id) == 0)
        return message;
    }
  return NULL;
}

/* The message that has the focus, or in which it is. */
static CsmMessageRow *
get_focused (CsmTimeline *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *row = NULL;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, self->list))
    return NULL;
  row = CSM_IS_MESSAGE_ROW (focus) ? focus : gtk_widget_get_ancestor (focus, CSM_TYPE_MESSAGE_ROW);
  return row != NULL ? CSM_MESSAGE_ROW (row) : NULL;
}

static CsmMessageRow *
step_from (CsmTimeline   *self,
           CsmMessageRow *from,
           gboolean       back)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (from));
  CsmMessageRow *found = NULL;

  while (row != NULL && found == NULL)
    {
      row = back ? gtk_widget_get_prev_sibling (row) : gtk_widget_get_next_sibling (row);
      found = csm_timeline_message_of (row);
    }
  return found;
}

static CsmMessageRow *
get_end (CsmTimeline *self,
         gboolean     first)
{
  GtkWidget *row = first ? gtk_widget_get_first_child (self->list) : gtk_widget_get_last_child (self->list);

  while (row != NULL && csm_timeline_message_of (row) == NULL)
    row = first ? gtk_widget_get_next_sibling (row) : gtk_widget_get_prev_sibling (row);
  return csm_timeline_message_of (row);
}

/* Returns: (nullable): what an action of a message is for: that with the focus, else the newest */
CsmMessageRow *
csm_timeline_get_current (CsmTimeline *self)
{
  CsmMessageRow *focused;

  g_return_val_if_fail (CSM_IS_TIMELINE (self), NULL);
  focused = get_focused (self);
  return focused != NULL ? focused : get_end (self, FALSE);
}

/**
 * csm_timeline_step:
 * @self: a timeline
 * @back: to the one before
 *
 * Puts the focus on the next message, or on the newest where none had it.
 *
 * Returns: whether there was one
 */
gboolean
csm_timeline_step (CsmTimeline *self,
                   gboolean     back)
{
  CsmMessageRow *focused;
  CsmMessageRow *next;

  g_return_val_if_fail (CSM_IS_TIMELINE (self), FALSE);
  focused = get_focused (self);
  next = focused != NULL ? step_from (self, focused, back) : get_end (self, FALSE);
  if (next != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (next));
  return next != NULL;
}

/* --- the selection ----------------------------------------------------------------------------------------- */

void
csm_timeline_show_selected (CsmTimeline *self)
{
  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      CsmMessageRow *message = csm_timeline_message_of (row);
      gboolean selected = message != NULL && g_hash_table_contains (self->selected, id_of (message));

      if (message == NULL || selected == gtk_widget_has_css_class (GTK_WIDGET (message), "selected"))
        continue;
      if (selected)
        gtk_widget_add_css_class (GTK_WIDGET (message), "selected");
      else
        gtk_widget_remove_css_class (GTK_WIDGET (message), "selected");
      gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
    }
}

void
csm_timeline_unselect (CsmTimeline *self)
{
  g_hash_table_remove_all (self->selected);
  g_clear_pointer (&self->anchor_id, g_free);
  csm_timeline_show_selected (self);
}

static void
toggle (CsmTimeline   *self,
        CsmMessageRow *message)
{
  if (!g_hash_table_remove (self->selected, id_of (message)))
    g_hash_table_add (self->selected, g_strdup (id_of (message)));
  g_free (self->anchor_id);
  self->anchor_id = g_strdup (id_of (message));
  csm_timeline_show_selected (self);
}

/* Everything between the anchor and @message, and nothing else. */
static void
extend_to (CsmTimeline   *self,
           CsmMessageRow *message)
{
  CsmMessageRow *anchor = self->anchor_id != NULL ? csm_timeline_find (self, self->anchor_id) : NULL;
  CsmMessageRow *ends[2] = { anchor != NULL ? anchor : message, message };
  guint n_ends = 0;

  g_hash_table_remove_all (self->selected);
  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL && n_ends < 2; row = gtk_widget_get_next_sibling (row))
    {
      CsmMessageRow *at = csm_timeline_message_of (row);

      if (at == NULL)
        continue;
      n_ends += (at == ends[0]) + (at == ends[1]);
      if (n_ends > 0)
        g_hash_table_add (self->selected, g_strdup (id_of (at)));
    }
  if (anchor == NULL)
    self->anchor_id = g_strdup (id_of (message));
  csm_timeline_show_selected (self);
}

static void
select_all (CsmTimeline *self)
{
  CsmMessageRow *first = get_end (self, TRUE);
  CsmMessageRow *last = get_end (self, FALSE);

  if (first == NULL)
    return;
  g_free (self->anchor_id);
  self->anchor_id = g_strdup (id_of (first));
  extend_to (self, last);
}

static CsmMessageTextParts
parts_of (guint n)
{
  /* What several messages repeat of each other stands among them already. */
  return n > 1 ? CSM_MESSAGE_TEXT_NEW : CSM_MESSAGE_TEXT_ALL;
}

/* Copies the messages that are selected, or the one with the focus. Returns: whether there were any */
gboolean
csm_timeline_copy (CsmTimeline *self)
{
  g_autoptr (CsmTranscript) transcript = NULL;
  g_autofree char *text = NULL;
  g_autofree char *said = NULL;
  CsmMessageRow *focused;
  guint n;

  g_return_val_if_fail (CSM_IS_TIMELINE (self), FALSE);
  focused = get_focused (self);
  n = g_hash_table_size (self->selected);
  if (n == 0 && focused == NULL)
    return FALSE;
  transcript = csm_transcript_new (csm_workbench_get_detail (self->workbench));
  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      CsmMessageRow *message = csm_timeline_message_of (row);

      if (message != NULL && (n > 0 ? g_hash_table_contains (self->selected, id_of (message)) : message == focused))
        csm_transcript_add_message (transcript, csm_workbench_get_directory (self->workbench), csm_message_row_get_record (message), parts_of (n));
    }
  text = csm_transcript_write (transcript, FALSE);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  said = g_strdup_printf (ngettext ("%u message copied", "%u messages copied", transcript->parts->len), transcript->parts->len);
  csm_workbench_say (self->workbench, said);
  return TRUE;
}

/* --- keys and clicks --------------------------------------------------------------------------------------- */

static gboolean
move_focus (CsmTimeline     *self,
            CsmMessageRow   *to,
            GdkModifierType  state)
{
  if (to == NULL)
    return FALSE;
  if ((state & GDK_SHIFT_MASK) != 0)
    {
      if (self->anchor_id == NULL)
        self->anchor_id = g_strdup (id_of (get_focused (self)));
      extend_to (self, to);
    }
  gtk_widget_grab_focus (GTK_WIDGET (to));
  return TRUE;
}

static gboolean
is_row_focused (CsmTimeline *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return root != NULL && CSM_IS_MESSAGE_ROW (gtk_root_get_focus (root)) && get_focused (self) != NULL;
}

static gboolean
key_pressed_cb (CsmTimeline     *self,
                guint            keyval,
                guint            keycode,
                GdkModifierType  state)
{
  gboolean control = (state & GDK_CONTROL_MASK) != 0;

  /* What is in a row, such as text with a selection of its own, has its own keys. */
  if (!is_row_focused (self) || (state & (GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return FALSE;
  if (!control && (keyval == GDK_KEY_Up || keyval == GDK_KEY_KP_Up))
    return move_focus (self, step_from (self, get_focused (self), TRUE), state);
  if (!control && (keyval == GDK_KEY_Down || keyval == GDK_KEY_KP_Down))
    return move_focus (self, step_from (self, get_focused (self), FALSE), state);
  if (!control && keyval == GDK_KEY_Home)
    return move_focus (self, get_end (self, TRUE), state);
  if (!control && keyval == GDK_KEY_End)
    return move_focus (self, get_end (self, FALSE), state);
  if (control && keyval == GDK_KEY_space)
    toggle (self, get_focused (self));
  else if (control && keyval == GDK_KEY_a)
    select_all (self);
  else if (control && keyval == GDK_KEY_c)
    return csm_timeline_copy (self);
  else if (keyval == GDK_KEY_Escape && g_hash_table_size (self->selected) > 0)
    csm_timeline_unselect (self);
  else
    return FALSE;
  return TRUE;
}

/* Whether there is something at @widget, in @row, that takes clicks itself. */
static gboolean
takes_clicks (GtkWidget *widget,
              GtkWidget *row)
{
  for (; widget != NULL && widget != row; widget = gtk_widget_get_parent (widget))
    if (gtk_widget_get_focusable (widget))
      return TRUE;
  return FALSE;
}

/* Text keeps its clicks; beside it a click is the message's. */
static void
pressed_cb (CsmTimeline     *self,
            int              n_press,
            double           x,
            double           y,
            GtkGestureClick *click)
{
  GtkWidget *picked = gtk_widget_pick (self->list, x, y, GTK_PICK_DEFAULT);
  GtkWidget *row = picked != NULL ? gtk_widget_get_ancestor (picked, CSM_TYPE_MESSAGE_ROW) : NULL;
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (click));
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (click));

  if (row == NULL)
    {
      csm_timeline_unselect (self);
      return;
    }
  if (takes_clicks (picked, row))
    return;
  if (button == GDK_BUTTON_SECONDARY)
    {
      gtk_widget_activate_action (row, "message.popup-menu", NULL);
      gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
      return;
    }
  if (button != GDK_BUTTON_PRIMARY)
    return;
  if ((state & GDK_CONTROL_MASK) != 0)
    toggle (self, CSM_MESSAGE_ROW (row));
  else if ((state & GDK_SHIFT_MASK) != 0)
    extend_to (self, CSM_MESSAGE_ROW (row));
  else
    csm_timeline_unselect (self);
  gtk_widget_grab_focus (row);
}

void
csm_timeline_add_keys (CsmTimeline *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->list, keys);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->list, GTK_EVENT_CONTROLLER (click));
}
