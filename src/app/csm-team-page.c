/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-team-page.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-person.h"
#include "csm-preferences-undo.h"
#include "csm-record-checks.h"
#include "csm-record-choice.h"
#include "csm-rights.h"

struct _CsmTeamPage
{
  AdwBin           parent_instance;
  CsmWorkbench    *workbench;
  char            *team_id;
  gboolean         filling;
  GtkWidget       *group;
  GtkEditable     *name;
  AdwComboRow     *department;
  AdwComboRow     *escalates;
  GtkSwitch       *fair;
  CsmRecordChecks *members;
};

G_DEFINE_FINAL_TYPE (CsmTeamPage, csm_team_page, ADW_TYPE_BIN)

/* As the choices stand in the row. */
static const char *const departments[] = { "service", "marketing", "product", "sales", "other" };

static JsonObject *
get_team (CsmTeamPage *self)
{
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;

  return directory != NULL ? csm_directory_lookup (directory, self->team_id) : NULL;
}

static void
perform (CsmTeamPage *self,
         JsonObject  *patch,
         const char  *said)
{
  CsmIntent *intent = csm_intent_new (_("Change a team"));

  csm_intent_update (intent, CSM_TYPE_ID_TEAM, self->team_id, patch);
  csm_preferences_perform (GTK_WIDGET (self), self->workbench, intent, said);
}

static void
change (CsmTeamPage *self,
        const char  *member,
        const char  *text,
        const char  *said)
{
  JsonObject *patch = json_object_new ();

  json_object_set_string_member (patch, member, text);
  perform (self, patch, said);
}

static void
name_cb (CsmTeamPage *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name)));

  if (name[0] != '\0')
    change (self, "name", name, _("Team renamed"));
}

static void
department_cb (CsmTeamPage *self)
{
  if (!self->filling)
    change (self, "department", departments[MIN (adw_combo_row_get_selected (self->department), G_N_ELEMENTS (departments) - 1)], _("Team changed"));
}

static void
escalates_cb (CsmTeamPage *self)
{
  JsonObject *patch;

  if (self->filling)
    return;
  patch = json_object_new ();
  csm_record_choice_put (self->escalates, patch, "escalatesTo");
  perform (self, patch, _("Team changed"));
}

static void
fair_cb (CsmTeamPage *self)
{
  if (!self->filling)
    change (self, "assignment", gtk_switch_get_active (self->fair) ? "fair" : "none",
            gtk_switch_get_active (self->fair) ? _("New cases are given out fairly") : _("Who takes a new case gets it"));
}

static void
member_cb (CsmTeamPage *self,
           const char  *id,
           gboolean     chosen)
{
  g_autofree char *path = g_strdup_printf ("memberIds/%s", id);
  JsonObject *patch = json_object_new ();

  if (chosen)
    json_object_set_boolean_member (patch, path, TRUE);
  else
    json_object_set_null_member (patch, path);
  perform (self, patch, _("Team changed"));
}

/* --- what is shown ---------------------------------------------------------------------------------------------- */

static void
show_name (CsmTeamPage *self,
           const char  *name)
{
  if (gtk_widget_has_focus (GTK_WIDGET (gtk_editable_get_delegate (self->name))) || g_strcmp0 (gtk_editable_get_text (self->name), name) == 0)
    return;
  /* What is put in from here would ask to be applied. */
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->name), FALSE);
  gtk_editable_set_text (self->name, name != NULL ? name : "");
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->name), TRUE);
}

static void
show (CsmTeamPage *self)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  JsonObject *team = get_team (self);
  g_autoptr (GPtrArray) staff = g_ptr_array_new ();
  g_autoptr (GPtrArray) others = g_ptr_array_new ();

  if (team == NULL)
    return;
  for (guint i = 0; i < directory->people->len; i++)
    if (csm_person_is_staff (directory->people->pdata[i]))
      g_ptr_array_add (staff, directory->people->pdata[i]);
  for (guint i = 0; i < directory->teams->len; i++)
    if (directory->teams->pdata[i] != team)
      g_ptr_array_add (others, directory->teams->pdata[i]);
  self->filling = TRUE;
  show_name (self, csm_json_get_string (team, "name"));
  for (guint i = 0; i < G_N_ELEMENTS (departments); i++)
    if (g_strcmp0 (departments[i], csm_json_get_string (team, "department")) == 0)
      adw_combo_row_set_selected (self->department, i);
  csm_record_choice_fill (self->escalates, _("Nobody"), others, csm_json_get_string (team, "escalatesTo"));
  gtk_switch_set_active (self->fair, g_strcmp0 (csm_json_get_string (team, "assignment"), "fair") == 0);
  csm_record_checks_show (self->members, staff, csm_json_get_object (team, "memberIds"));
  csm_rights_apply (self->workbench, CSM_ACTION_WRITE_TEAMS, self->group);
  csm_rights_apply (self->workbench, CSM_ACTION_WRITE_TEAMS, GTK_WIDGET (self->members));
  self->filling = FALSE;
}

static void
csm_team_page_dispose (GObject *object)
{
  g_clear_object (&CSM_TEAM_PAGE (object)->workbench);
  G_OBJECT_CLASS (csm_team_page_parent_class)->dispose (object);
}

static void
csm_team_page_finalize (GObject *object)
{
  g_free (CSM_TEAM_PAGE (object)->team_id);
  G_OBJECT_CLASS (csm_team_page_parent_class)->finalize (object);
}

static void
csm_team_page_class_init (CsmTeamPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_team_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_team_page_finalize;
}

static AdwComboRow *
add_combo (CsmTeamPage *self,
           const char  *title,
           const char  *subtitle,
           GCallback    selected)
{
  GtkWidget *row = adw_combo_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row);
  g_signal_connect_object (row, "notify::selected", selected, self, G_CONNECT_SWAPPED);
  return ADW_COMBO_ROW (row);
}

static void
csm_team_page_init (CsmTeamPage *self)
{
  const char *const names[] = { _("Service"), _("Marketing"), _("Product"), _("Sales"), _("Other"), NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (names);
  GtkWidget *page = adw_preferences_page_new (), *row = adw_action_row_new ();

  self->filling = TRUE;
  self->group = adw_preferences_group_new ();
  self->name = GTK_EDITABLE (adw_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->name), _("Name"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->name), TRUE);
  g_signal_connect_object (self->name, "apply", G_CALLBACK (name_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), GTK_WIDGET (self->name));
  self->department = add_combo (self, _("Department"), NULL, G_CALLBACK (department_cb));
  adw_combo_row_set_model (self->department, G_LIST_MODEL (list));
  self->escalates = add_combo (self, _("Escalates To"), _("Who gets a case that this team can’t solve, or in time"), G_CALLBACK (escalates_cb));
  self->fair = GTK_SWITCH (gtk_switch_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Give Out New Cases"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _("To who has the fewest open ones and is not away"));
  gtk_widget_set_valign (GTK_WIDGET (self->fair), GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->fair), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Give out new cases"), -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), GTK_WIDGET (self->fair));
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), GTK_WIDGET (self->fair));
  g_signal_connect_object (self->fair, "notify::active", G_CALLBACK (fair_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row);
  self->members = CSM_RECORD_CHECKS (csm_record_checks_new (_("Members")));
  g_signal_connect_object (self->members, "toggled", G_CALLBACK (member_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (self->group));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (self->members));
  adw_bin_set_child (ADW_BIN (self), page);
  self->filling = FALSE;
}

/* Returns: (transfer floating): the page of one team */
GtkWidget *
csm_team_page_new (CsmWorkbench *workbench,
                   const char   *team_id)
{
  CsmTeamPage *self = g_object_new (CSM_TYPE_TEAM_PAGE, NULL);

  self->workbench = g_object_ref (workbench);
  self->team_id = g_strdup (team_id);
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}
