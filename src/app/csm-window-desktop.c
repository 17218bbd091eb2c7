/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-window-private.h"

#include "csm-timeline.h"

/* What the desktop asks of the window: a link was followed, or a search went on from the desktop's own. */

static void
search_for_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench == NULL)
    return;
  csm_window_leave_review (self);
  csm_shell_show_cases (CSM_SHELL (self->shell));
  csm_case_list_pane_search_for (CSM_CASE_LIST_PANE (self->cases), g_variant_get_string (parameter, NULL));
}

static void
show_customer_action (GtkWidget  *widget,
                      const char *name,
                      GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench == NULL || csm_workbench_get_case_id (self->workbench) == NULL)
    return;
  g_object_set (self->shell, "colleagues-shown", TRUE, NULL);
  csm_colleague_pane_show_page (csm_window_get_colleagues (self), "customer");
}

/* Brings the messages to the front, before colleagues that lie over them. */
static void
show_messages (CsmWindow *self)
{
  csm_window_leave_review (self);
  if (csm_shell_get_mode (CSM_SHELL (self->shell)) != CSM_SHELL_WIDE)
    g_object_set (self->shell, "colleagues-shown", FALSE, NULL);
  csm_shell_show_conversation (CSM_SHELL (self->shell));
}

static void
show_discussion (CsmWindow *self)
{
  csm_window_leave_review (self);
  csm_shell_show_conversation (CSM_SHELL (self->shell));
  g_object_set (self->shell, "colleagues-shown", TRUE, NULL);
  csm_colleague_pane_show_page (csm_window_get_colleagues (self), "discussion");
}

static void
show_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench == NULL || csm_workbench_get_case_id (self->workbench) == NULL)
    return;
  if (g_str_equal (name, "win.show-messages") || g_str_equal (name, "win.show-message"))
    show_messages (self);
  else
    show_discussion (self);
  if (g_str_equal (name, "win.show-message"))
    csm_timeline_show_message (csm_conversation_pane_get_timeline (csm_window_get_conversation (self)), g_variant_get_string (parameter, NULL));
  else if (g_str_equal (name, "win.show-note"))
    csm_colleague_pane_show_note (csm_window_get_colleagues (self), g_variant_get_string (parameter, NULL));
}

/* What was remembered may be of a screen that is not connected any more. */
void
csm_window_fit_screen (GdkDisplay *display,
                       int        *width,
                       int        *height)
{
  GListModel *monitors = gdk_display_get_monitors (display);
  guint n = g_list_model_get_n_items (monitors);
  int widest = 0;
  int highest = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GdkMonitor) monitor = g_list_model_get_item (monitors, i);
      GdkRectangle area;

      gdk_monitor_get_geometry (monitor, &area);
      widest = MAX (widest, area.width);
      highest = MAX (highest, area.height);
    }
  if (widest > 0)
    *width = MIN (*width, widest);
  if (highest > 0)
    *height = MIN (*height, highest);
}

void
csm_window_install_desktop_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.search-for", "s", search_for_action);
  gtk_widget_class_install_action (widget_class, "win.show-customer", NULL, show_customer_action);
  gtk_widget_class_install_action (widget_class, "win.show-messages", NULL, show_action);
  gtk_widget_class_install_action (widget_class, "win.show-message", "s", show_action);
  gtk_widget_class_install_action (widget_class, "win.show-discussion", NULL, show_action);
  gtk_widget_class_install_action (widget_class, "win.show-note", "s", show_action);
}
