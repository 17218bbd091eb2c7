/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-roles-page.h"

#include <glib/gi18n.h>

#include "csm-rights.h"

struct _CsmRolesPage
{
  AdwPreferencesPage   parent_instance;
  CsmWorkbench        *workbench;
  AdwPreferencesGroup *may_group;
  AdwPreferencesGroup *others_group;
  gboolean             filled;
};

G_DEFINE_FINAL_TYPE (CsmRolesPage, csm_roles_page, ADW_TYPE_PREFERENCES_PAGE)

/* "Leads, admins": who may */
static char *
say_who (CsmAction action)
{
  g_autoptr (GString) who = g_string_new (NULL);
  gboolean everybody = TRUE;

  for (guint i = 0; csm_roles[i] != NULL; i++)
    {
      if (!csm_role_may (csm_roles[i], action))
        {
          everybody = FALSE;
          continue;
        }
      if (who->len > 0)
        /* Translators: between the members of a list: "Agent, Lead" */
        g_string_append (who, _(", "));
      g_string_append (who, _(csm_role_name (csm_roles[i])));
    }
  return everybody ? g_strdup (_("Everybody")) : g_string_free (g_steal_pointer (&who), FALSE);
}

static GtkWidget *
make_row (CsmAction action)
{
  g_autofree char *who = say_who (action);
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(csm_role_describe (action)));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), who);
  return row;
}

static void
show (CsmRolesPage *self)
{
  if (self->filled || csm_workbench_get_directory (self->workbench) == NULL)
    return;
  self->filled = TRUE;
  for (guint i = 0; i < CSM_N_ACTIONS; i++)
    adw_preferences_group_add (csm_rights_may (self->workbench, i) ? self->may_group : self->others_group, make_row (i));
}

static void
csm_roles_page_dispose (GObject *object)
{
  g_clear_object (&CSM_ROLES_PAGE (object)->workbench);
  G_OBJECT_CLASS (csm_roles_page_parent_class)->dispose (object);
}

static void
csm_roles_page_class_init (CsmRolesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_roles_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-roles-page.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmRolesPage, may_group);
  gtk_widget_class_bind_template_child (widget_class, CsmRolesPage, others_group);
}

static void
csm_roles_page_init (CsmRolesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* @workbench: who is signed in; for once */
void
csm_roles_page_set_workbench (CsmRolesPage *self,
                              CsmWorkbench *workbench)
{
  g_return_if_fail (CSM_IS_ROLES_PAGE (self) && self->workbench == NULL);
  self->workbench = g_object_ref (workbench);
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
}
