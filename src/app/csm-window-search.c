/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-window-private.h"

#include "csm-rights.h"
#include "csm-saved-search.h"
#include "csm-search-context.h"

/* What is done with searches. */

static void
save_search_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);
  const char *typed = self->workbench != NULL ? csm_search_context_get_typed (csm_search_context_of (self->workbench)) : NULL;

  if (typed != NULL && !csm_rights_is_guest (self->workbench))
    csm_saved_search_ask_new (widget, self->workbench, typed);
}

static void
hit_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench != NULL)
    csm_search_context_step (csm_search_context_of (self->workbench), g_str_equal (name, "win.next-hit") ? 1 : -1);
}

void
csm_window_install_search_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.save-search", NULL, save_search_action);
  gtk_widget_class_install_action (widget_class, "win.next-hit", NULL, hit_action);
  gtk_widget_class_install_action (widget_class, "win.previous-hit", NULL, hit_action);
}
