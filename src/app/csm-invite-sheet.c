/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-invite-sheet.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-code-sheet.h"
#include "csm-json.h"
#include "csm-people-words.h"
#include "csm-record-checks.h"
#include "csm-role.h"

typedef struct
{
  CsmWorkbench    *workbench;
  CsmMailboxAsker *asker;
  GtkWidget       *from;      /* weak: the page behind */
  CsmSheet        *sheet;     /* weak */
  GtkEditable     *address;
  GtkEditable     *name;
  AdwComboRow     *role;
  CsmRecordChecks *teams;
  GtkWidget       *box;
  GtkLabel        *problem;
  GCancellable    *cancellable;
  gboolean         busy;
} Inviting;

/* As the choices stand in the row. */
static const char *const roles[] = { "agent", "lead", "admin" };

static void
inviting_clear (gpointer data)
{
  Inviting *self = data;

  g_clear_weak_pointer (&self->from);
  g_clear_weak_pointer (&self->sheet);
  g_clear_object (&self->workbench);
  g_clear_object (&self->asker);
  g_clear_object (&self->cancellable);
}

static void
inviting_unref (gpointer data)
{
  g_rc_box_release_full (data, inviting_clear);
}

static char *
entered (GtkEditable *editable)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (editable)));
}

static void
update (Inviting *self)
{
  g_autofree char *address = entered (self->address);

  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  csm_sheet_set_ready (self->sheet, !self->busy && strchr (address, '@') != NULL, _("An email address is needed"));
}

static void
set_busy (Inviting *self,
          gboolean  busy)
{
  self->busy = busy;
  gtk_widget_set_sensitive (self->box, !busy);
  update (self);
}

static void
invited_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  Inviting *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);

  if (self->sheet != NULL && answer != NULL)
    {
      g_autofree char *address = entered (self->address);
      GtkWidget *from = self->from;
      CsmSheet *sheet = self->sheet;

      gtk_window_destroy (GTK_WINDOW (sheet));
      if (from != NULL)
        {
          gtk_widget_activate_action (from, "people.refresh", NULL);
          csm_code_sheet_present (from, self->workbench, self->asker, _("Invited"), address, answer);
        }
    }
  else if (self->sheet != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree char *problem = csm_people_say_problem (error);

      set_busy (self, FALSE);
      gtk_label_set_text (self->problem, problem);
      gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
    }
  inviting_unref (self);
}

static void
done_cb (CsmSheet *sheet,
         gpointer  data)
{
  Inviting *self = data;
  g_autofree char *address = entered (self->address);
  g_autofree char *name = entered (self->name);
  JsonObject *arguments = json_object_new ();
  guint role = MIN (adw_combo_row_get_selected (self->role), G_N_ELEMENTS (roles) - 1);

  json_object_set_string_member (arguments, "address", address);
  json_object_set_string_member (arguments, "name", name);
  json_object_set_string_member (arguments, "role", roles[role]);
  json_object_set_object_member (arguments, "teamIds", csm_record_checks_get (self->teams));
  set_busy (self, TRUE);
  csm_mailbox_asker_ask_async (self->asker, "person/invite", arguments, self->cancellable, invited_cb, g_rc_box_acquire (self));
}

static void
closed_cb (CsmSheet *sheet,
           gpointer  data)
{
  g_cancellable_cancel (((Inviting *) data)->cancellable);
}

static GtkEditable *
add_entry (GtkWidget  *group,
           const char *title,
           Inviting   *self)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (update), self);
  return GTK_EDITABLE (row);
}

static void
fill (Inviting *self)
{
  GtkWidget *group = adw_preferences_group_new ();
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    gtk_string_list_append (names, _(csm_role_name (roles[i])));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), _("They get a code with which they choose a password. You hand it on."));
  self->address = add_entry (group, _("Email Address"), self);
  g_object_set (self->address, "input-purpose", GTK_INPUT_PURPOSE_EMAIL, NULL);
  self->name = add_entry (group, _("Name"), self);
  self->role = ADW_COMBO_ROW (adw_combo_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->role), _("Role"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->role), _("“Roles” says who may do what"));
  adw_combo_row_set_model (self->role, G_LIST_MODEL (names));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (self->role));
  gtk_box_append (GTK_BOX (self->box), group);
  self->teams = CSM_RECORD_CHECKS (csm_record_checks_new (_("Teams")));
  csm_record_checks_show (self->teams, csm_workbench_get_directory (self->workbench)->teams, NULL);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->teams));
  self->problem = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->problem, TRUE);
  gtk_label_set_xalign (self->problem, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->problem), "error");
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->problem));
}

/**
 * csm_invite_sheet_present:
 * @from: the page behind, whose action "people.refresh" is activated when somebody was invited
 * @workbench: who is signed in
 * @asker: whom to ask
 *
 * Returns: (transfer none): the sheet
 */
CsmSheet *
csm_invite_sheet_present (GtkWidget       *from,
                          CsmWorkbench    *workbench,
                          CsmMailboxAsker *asker)
{
  Inviting *self = g_rc_box_new0 (Inviting);
  CsmSheet *sheet;

  self->workbench = g_object_ref (workbench);
  self->asker = g_object_ref (asker);
  self->cancellable = g_cancellable_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  g_set_weak_pointer (&self->from, from);
  sheet = csm_sheet_new (from, _("Invite a Colleague"), self->box);
  g_set_weak_pointer (&self->sheet, sheet);
  csm_sheet_set_action (sheet, _("_Invite"));
  fill (self);
  update (self);
  g_signal_connect (sheet, "destroy", G_CALLBACK (closed_cb), self);
  g_signal_connect_data (sheet, "done", G_CALLBACK (done_cb), self, (GClosureNotify) (void (*) (void)) inviting_unref, 0);
  gtk_window_present (GTK_WINDOW (sheet));
  gtk_widget_grab_focus (GTK_WIDGET (self->address));
  return sheet;
}
