/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-workspace-window.h"

#include <glib/gi18n.h>

#include "csm-changes-page.h"
#include "csm-channels-page.h"
#include "csm-page-sidebar.h"
#include "csm-people-page.h"
#include "csm-rights.h"
#include "csm-rules-page.h"
#include "csm-service-levels-page.h"
#include "csm-snippets-page.h"
#include "csm-tags-page.h"
#include "csm-templates-page.h"
#include "csm-workload-page.h"

struct _CsmWorkspaceWindow
{
  AdwPreferencesWindow  parent_instance;
  CsmChannelsPage      *channels_page;
  CsmRulesPage         *rules_page;
  CsmServiceLevelsPage *levels_page;
  CsmSnippetsPage      *snippets_page;
};

G_DEFINE_FINAL_TYPE (CsmWorkspaceWindow, csm_workspace_window, ADW_TYPE_PREFERENCES_WINDOW)

static void
csm_workspace_window_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CSM_TYPE_WORKSPACE_WINDOW);
  G_OBJECT_CLASS (csm_workspace_window_parent_class)->dispose (object);
}

static void
csm_workspace_window_class_init (CsmWorkspaceWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_workspace_window_dispose;
  g_type_ensure (CSM_TYPE_CHANNELS_PAGE);
  g_type_ensure (CSM_TYPE_RULES_PAGE);
  g_type_ensure (CSM_TYPE_SERVICE_LEVELS_PAGE);
  g_type_ensure (CSM_TYPE_SNIPPETS_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-workspace-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmWorkspaceWindow, channels_page);
  gtk_widget_class_bind_template_child (widget_class, CsmWorkspaceWindow, rules_page);
  gtk_widget_class_bind_template_child (widget_class, CsmWorkspaceWindow, levels_page);
  gtk_widget_class_bind_template_child (widget_class, CsmWorkspaceWindow, snippets_page);
}

static void
csm_workspace_window_init (CsmWorkspaceWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * csm_workspace_window_new:
 * @parent: (nullable): the window that it belongs to
 * @workbench: who is signed in, but no guest
 *
 * Returns: (transfer none): a window, not shown yet
 */
GtkWindow *
csm_workspace_window_new (GtkWindow    *parent,
                          CsmWorkbench *workbench)
{
  CsmWorkspaceWindow *self = g_object_new (CSM_TYPE_WORKSPACE_WINDOW, "transient-for", parent, NULL);
  AdwPreferencesWindow *window = ADW_PREFERENCES_WINDOW (self);
  g_autoptr (CsmMailboxAsker) asker = csm_mailbox_asker_new (csm_workbench_get_account (workbench));
  GtkWidget *tags;

  csm_channels_page_set_workbench (self->channels_page, workbench, asker);
  csm_rules_page_set_workbench (self->rules_page, workbench);
  csm_service_levels_page_set_workbench (self->levels_page, workbench);
  csm_snippets_page_set_workbench (self->snippets_page, workbench);
  adw_preferences_window_add (window, ADW_PREFERENCES_PAGE (csm_templates_page_new (workbench)));
  adw_preferences_window_add (window, ADW_PREFERENCES_PAGE (csm_people_page_new (workbench, asker)));
  tags = csm_tags_page_new (workbench);
  csm_tags_page_set_asker (CSM_TAGS_PAGE (tags), asker);
  adw_preferences_window_add (window, ADW_PREFERENCES_PAGE (tags));
  adw_preferences_window_add (window, ADW_PREFERENCES_PAGE (csm_workload_page_new (workbench)));
  if (csm_rights_may (workbench, CSM_ACTION_CHANGE_ROLES))
    adw_preferences_window_add (window, ADW_PREFERENCES_PAGE (csm_changes_page_new (workbench, asker)));
  csm_page_sidebar_attach (window);
  return GTK_WINDOW (self);
}
