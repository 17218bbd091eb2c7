/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-teams-group.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-preferences-undo.h"
#include "csm-rights.h"
#include "csm-subpage.h"
#include "csm-team-page.h"

struct _CsmTeamsGroup
{
  AdwPreferencesGroup  parent_instance;
  CsmWorkbench        *workbench;
  GtkEditable         *add_row;
  GPtrArray           *rows;
};

G_DEFINE_FINAL_TYPE (CsmTeamsGroup, csm_teams_group, ADW_TYPE_PREFERENCES_GROUP)

static void
activated_cb (CsmTeamsGroup *self,
              GtkWidget    *row)
{
  const char *id = g_object_get_data (G_OBJECT (row), "id");
  const char *name = csm_workbench_get_name (self->workbench, id);

  csm_subpage_present (GTK_WIDGET (self), csm_subpage_new (name != NULL ? name : "", csm_team_page_new (self->workbench, id)));
}

static void
add_cb (CsmTeamsGroup *self)
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
describe (CsmTeamsGroup *self,
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
add_row (CsmTeamsGroup *self,
         JsonObject    *team,
         gboolean       is_partner)
{
  g_autofree char *words = describe (self, team);
  /* Translators: %s is how many people they are */
  g_autofree char *subtitle = is_partner ? g_strdup_printf (_("Partner · %s"), words) : g_strdup (words);
  const char *name = csm_json_get_string (team, "name");
  GtkWidget *row = adw_action_row_new ();

  g_object_set (row, "use-markup", FALSE, "title", name != NULL ? name : "", "subtitle", subtitle, NULL);
  if (is_partner)
    gtk_widget_set_tooltip_text (row, _("Made when a case is shared with somebody of theirs. Their guests see what is shared."));
  else
    {
      GtkWidget *next = gtk_image_new_from_icon_name ("go-next-symbolic");

      g_object_set_data_full (G_OBJECT (row), "id", g_strdup (csm_json_get_string (team, "id")), g_free);
      gtk_accessible_update_property (GTK_ACCESSIBLE (next), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Change"), -1);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), next);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_signal_connect_object (row, "activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
    }
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

static void
show (CsmTeamsGroup *self)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  const char *why_not;

  if (directory == NULL)
    return;
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < directory->teams->len; i++)
    add_row (self, directory->teams->pdata[i], FALSE);
  for (guint i = 0; i < directory->partners->len; i++)
    add_row (self, directory->partners->pdata[i], TRUE);
  why_not = csm_rights_why_not (self->workbench, CSM_ACTION_WRITE_TEAMS);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), why_not != NULL ? why_not
                                         : directory->teams->len == 0 ? _("No teams yet. Name one below: a mailbox’s new cases go to its team.")
                                                                      : _("A mailbox’s new cases go to its team."));
  csm_rights_apply (self->workbench, CSM_ACTION_WRITE_TEAMS, GTK_WIDGET (self->add_row));
}

static void
csm_teams_group_dispose (GObject *object)
{
  g_clear_object (&CSM_TEAMS_GROUP (object)->workbench);
  G_OBJECT_CLASS (csm_teams_group_parent_class)->dispose (object);
}

static void
csm_teams_group_finalize (GObject *object)
{
  g_ptr_array_unref (CSM_TEAMS_GROUP (object)->rows);
  G_OBJECT_CLASS (csm_teams_group_parent_class)->finalize (object);
}

static void
csm_teams_group_class_init (CsmTeamsGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_teams_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_teams_group_finalize;
}

static void
csm_teams_group_init (CsmTeamsGroup *self)
{
  self->rows = g_ptr_array_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _("Teams"));
  self->add_row = GTK_EDITABLE (adw_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->add_row), _("Add a Team"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->add_row), TRUE);
  g_signal_connect_object (self->add_row, "apply", G_CALLBACK (add_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->add_row));
}

/* Returns: (transfer floating): the group */
GtkWidget *
csm_teams_group_new (CsmWorkbench *workbench)
{
  CsmTeamsGroup *self = g_object_new (CSM_TYPE_TEAMS_GROUP, NULL);

  self->workbench = g_object_ref (workbench);
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}
