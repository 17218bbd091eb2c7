/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-window-private.h"

#include "csm-outbox-page.h"

/* What the window shows of work without a connection. */

#define REVIEW "review"

gboolean
csm_window_shows_review (CsmWindow *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (self->stack)), REVIEW) == 0;
}

/* Back to the panes. Returns: whether the page was shown */
gboolean
csm_window_leave_review (CsmWindow *self)
{
  if (!csm_window_shows_review (self))
    return FALSE;
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "shell");
  return TRUE;
}

static void
close_cb (CsmWindow *self)
{
  csm_window_leave_review (self);
}

static void
show_outbox_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench == NULL)
    return;
  if (self->review == NULL)
    {
      self->review = csm_outbox_page_new ();
      gtk_stack_add_named (GTK_STACK (self->stack), self->review, REVIEW);
      g_signal_connect_object (self->review, "close", G_CALLBACK (close_cb), self, G_CONNECT_SWAPPED);
    }
  g_object_set (self->review, "workbench", self->workbench, NULL);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->review);
  gtk_widget_child_focus (self->review, GTK_DIR_TAB_FORWARD);
}

/* The account that is shown from now on is another one, or none. */
void
csm_window_update_offline (CsmWindow *self)
{
  if (self->review == NULL)
    return;
  csm_window_leave_review (self);
  g_object_set (self->review, "workbench", self->workbench, NULL);
}

void
csm_window_install_offline_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.show-outbox", NULL, show_outbox_action);
}
