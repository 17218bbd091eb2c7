/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-teams-page.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-preferences-undo.h"
#include "csm-rights.h"
#include "csm-subpage.h"
#include "csm-team-page.h"

struct _CsmTeamsPage
{
  AdwPreferencesPage   parent_instance;
  CsmWorkbench        *workbench;
  AdwPreferencesGroup *teams;
  AdwPreferencesGroup *partners;
  GtkEditable         *add_row;
  GPtrArray           *rows;
};

G_DEFINE_FINAL_TYPE (CsmTeamsPage, csm_teams_page, ADW_TYPE_PREFERENCES_PAGE)

static void
activated_cb (CsmTeamsPage *self,
              GtkWidget    *row)
{
  const char *id = g_object_get_data (G_OBJECT (row), "id");
  const char *name = csm_workbench_get_name (self->workbench, id);

  csm_subpage_present (GTK_WIDGET (self), csm_subpage_new (name != NULL ? name : "", csm_team_page_new (self->workbench, id)));
}

static void
add_cb (CsmTeamsPage *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->add_row)));
  CsmIntent *intent;
  JsonObject *team;

  if (name[0] == '\0')
    return;
  intent = csm_intent_new (_("Add a team"));
  team = json_object_new ();
  json_object_set_string_member (team, "name", name);
  json_object_set_string_member (team, "department", "other");
  g_free (csm_intent_create (intent, CSM_TYPE_ID_TEAM, team));
  csm_preferences_perform (GTK_WIDGET (self), self->workbench, intent, _("Team added"));
  /* What is emptied from here would ask to be applied. */
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->add_row), FALSE);
  gtk_editable_set_text (self->add_row, "");
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->add_row), TRUE);
}

/* "4 people · escalates to Product" */
static char *
describe (CsmTeamsPage *self,
          JsonObject   *team)
{
  JsonObject *members = csm_json_get_object (team, "memberIds");
  guint n = members != NULL ? json_object_get_size (members) : 0;
  const char *next = csm_workbench_get_name (self->workbench, csm_json_get_string (team, "escalatesTo"));
  g_autofree char *people = g_strdup_printf (ngettext ("%u person", "%u people", n), n);
  /* Translators: %s is a team */
  g_autofree char *escalates = next != NULL ? g_strdup_printf (_("escalates to %s"), next) : NULL;

  return escalates != NULL ? g_strdup_printf ("%s · %s", people, escalates) : g_steal_pointer (&people);
}

static void
add_row (CsmTeamsPage        *self,
         AdwPreferencesGroup *group,
         JsonObject          *team)
{
  g_autofree char *subtitle = describe (self, team);
  const char *name = csm_json_get_string (team, "name");
  GtkWidget *row = adw_action_row_new ();

  g_object_set (row, "use-markup", FALSE, "title", name != NULL ? name : "", "subtitle", subtitle, NULL);
  if (group == self->teams)
    {
      GtkWidget *next = gtk_image_new_from_icon_name ("go-next-symbolic");

      g_object_set_data_full (G_OBJECT (row), "id", g_strdup (csm_json_get_string (team, "id")), g_free);
      gtk_accessible_update_property (GTK_ACCESSIBLE (next), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Change"), -1);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), next);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_signal_connect_object (row, "activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
    }
  adw_preferences_group_add (group, row);
  g_ptr_array_add (self->rows, row);
}

static void
show (CsmTeamsPage *self)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  const char *why_not;

  if (directory == NULL)
    return;
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (gtk_widget_get_ancestor (self->rows->pdata[i], ADW_TYPE_PREFERENCES_GROUP)), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < directory->teams->len; i++)
    add_row (self, self->teams, directory->teams->pdata[i]);
  for (guint i = 0; i < directory->partners->len; i++)
    add_row (self, self->partners, directory->partners->pdata[i]);
  gtk_widget_set_visible (GTK_WIDGET (self->partners), directory->partners->len > 0);
  why_not = csm_rights_why_not (self->workbench, CSM_ACTION_WRITE_TEAMS);
  adw_preferences_group_set_description (self->teams, why_not != NULL ? why_not
                                         : directory->teams->len == 0 ? _("No teams yet. Name one below: a mailbox’s new cases go to its team.")
                                                                      : _("A mailbox’s new cases go to its team."));
  csm_rights_apply (self->workbench, CSM_ACTION_WRITE_TEAMS, GTK_WIDGET (self->add_row));
}

static void
csm_teams_page_dispose (GObject *object)
{
  g_clear_object (&CSM_TEAMS_PAGE (object)->workbench);
  G_OBJECT_CLASS (csm_teams_page_parent_class)->dispose (object);
}

static void
csm_teams_page_finalize (GObject *object)
{
  g_ptr_array_unref (CSM_TEAMS_PAGE (object)->rows);
  G_OBJECT_CLASS (csm_teams_page_parent_class)->finalize (object);
}

static void
csm_teams_page_class_init (CsmTeamsPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_teams_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_teams_page_finalize;
}

static void
csm_teams_page_init (CsmTeamsPage *self)
{
  self->rows = g_ptr_array_new ();
  adw_preferences_page_set_name (ADW_PREFERENCES_PAGE (self), "teams");
  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (self), _("Teams"));
  adw_preferences_page_set_icon_name (ADW_PREFERENCES_PAGE (self), "network-workgroup-symbolic");
  self->teams = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  self->partners = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->teams, _("Teams"));
  adw_preferences_group_set_title (self->partners, _("Partners"));
  adw_preferences_group_set_description (self->partners, _("Made when a case is shared with somebody of theirs. Their guests see what is shared."));
  self->add_row = GTK_EDITABLE (adw_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->add_row), _("Add a Team"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->add_row), TRUE);
  g_signal_connect_object (self->add_row, "apply", G_CALLBACK (add_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (self->teams, GTK_WIDGET (self->add_row));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), self->teams);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), self->partners);
}

/* Returns: (transfer floating): the page */
GtkWidget *
csm_teams_page_new (CsmWorkbench *workbench)
{
  CsmTeamsPage *self = g_object_new (CSM_TYPE_TEAMS_PAGE, NULL);

  self->workbench = g_object_ref (workbench);
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}
