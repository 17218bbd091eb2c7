/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-window-private.h"

#include "csm-command-palette.h"
#include "csm-shell.h"
#include "csm-view-text.h"

static void
palette_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench == NULL)
    return;
  if (self->palette == NULL)
    self->palette = GTK_WIDGET (csm_command_palette_new (widget));
  csm_command_palette_open (CSM_COMMAND_PALETTE (self->palette), self->workbench);
}

/* @parameter: as the "last-view" setting has it */
static void
show_view_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);
  g_autoptr (CsmCaseView) view = csm_view_from_setting (g_variant_get_string (parameter, NULL));

  if (self->workbench == NULL)
    return;
  csm_window_leave_review (self);
  csm_workbench_set_view (self->workbench, view);
  csm_shell_show_cases (CSM_SHELL (self->shell));
}

static void
show_case_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench == NULL)
    return;
  csm_window_leave_review (self);
  csm_workbench_show_case (self->workbench, g_variant_get_string (parameter, NULL));
}

void
csm_window_install_palette_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.palette", NULL, palette_action);
  gtk_widget_class_install_action (widget_class, "win.show-view", "s", show_view_action);
  gtk_widget_class_install_action (widget_class, "win.show-case", "s", show_case_action);
}
