/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-account-page.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-json.h"
#include "csm-people-words.h"
#include "csm-preferences-undo.h"
#include "csm-rights.h"
#include "csm-time.h"

struct _CsmAccountPage
{
  AdwPreferencesPage   parent_instance;
  CsmWorkbench        *workbench;
  CsmMailboxAsker     *asker;
  GCancellable        *cancellable;
  AdwPreferencesGroup *me;
  GtkEditable         *name;
  AdwActionRow        *email;
  GtkEditable         *zone;
  AdwPreferencesGroup *workspace;
  AdwActionRow        *server;
  GtkEditable         *workspace_zone;
  GtkWidget           *sign_out;
  AdwPreferencesGroup *password;
  GtkEditable         *old_password;
  GtkEditable         *new_password;
  GtkWidget           *change_button;
  AdwPreferencesGroup *devices;
  GPtrArray           *rows;      /* of devices */
  gboolean             asking;
};

enum { SIGN_OUT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmAccountPage, csm_account_page, ADW_TYPE_PREFERENCES_PAGE)

static void list_devices (CsmAccountPage *self);

static void
say_problem (CsmAccountPage *self,
             const GError   *error)
{
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  text = csm_people_say_problem (error);
  csm_preferences_say (GTK_WIDGET (self), text);
}

/* --- who one is --------------------------------------------------------------------------------------------------- */

static JsonObject *
get_me (CsmAccountPage *self)
{
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;
  const char *my_id = directory != NULL ? csm_workbench_get_my_id (self->workbench) : NULL;

  return my_id != NULL ? csm_directory_lookup (directory, my_id) : NULL;
}

static void
change (CsmAccountPage *self,
        const char     *member,
        const char     *text,
        const char     *said)
{
  CsmIntent *intent = csm_intent_new (_("Change my account"));
  JsonObject *patch = json_object_new ();

  if (text != NULL)
    json_object_set_string_member (patch, member, text);
  else
    json_object_set_null_member (patch, member);
  csm_intent_update (intent, CSM_TYPE_ID_PERSON, csm_workbench_get_my_id (self->workbench), patch);
  csm_preferences_perform (GTK_WIDGET (self), self->workbench, intent, said);
}

static void
name_cb (CsmAccountPage *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name)));

  if (name[0] != '\0')
    change (self, "name", name, _("Name changed"));
}

/* Returns: (transfer full) (nullable): what is in @entry, if it is a zone or nothing; the entry shows if it isn't */
static char *
read_zone (GtkEditable *entry)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (entry)));
  g_autoptr (GTimeZone) zone = name[0] != '\0' ? g_time_zone_new_identifier (name) : NULL;

  if (zone == NULL && name[0] != '\0')
    {
      gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
      return NULL;
    }
  gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
  return g_steal_pointer (&name);
}

static void
zone_cb (CsmAccountPage *self)
{
  g_autofree char *name = read_zone (self->zone);

  if (name != NULL)
    change (self, "timeZone", name[0] != '\0' ? name : NULL, _("Time zone changed"));
  else
    csm_preferences_say (GTK_WIDGET (self), _("That is no time zone: “Europe/Berlin” is one"));
}

static void
zone_set_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmAccountPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);

  if (answer != NULL)
    csm_preferences_say (GTK_WIDGET (self), _("Time zone changed for everybody"));
  else
    say_problem (self, error);
}

static void
workspace_zone_cb (CsmAccountPage *self)
{
  g_autofree char *name = read_zone (self->workspace_zone);
  JsonObject *arguments;

  if (name == NULL || name[0] == '\0')
    {
      csm_preferences_say (GTK_WIDGET (self), _("That is no time zone: “Europe/Berlin” is one"));
      return;
    }
  arguments = json_object_new ();
  json_object_set_string_member (arguments, "timeZone", name);
  csm_mailbox_asker_ask_async (self->asker, "workspace/zone", arguments, self->cancellable, zone_set_cb, g_object_ref (self));
}

/* --- leaving ------------------------------------------------------------------------------------------------------- */

static void
sign_out_response_cb (CsmAccountPage *self,
                      const char     *response)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (g_strcmp0 (response, "sign-out") != 0)
    return;
  g_signal_emit (self, signals[SIGN_OUT], 0);
  if (GTK_IS_WINDOW (root))
    gtk_window_close (GTK_WINDOW (root));
}

static void
sign_out_cb (CsmAccountPage *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), _("Sign Out?"),
                                              _("What was not sent yet stays on this computer and goes out when you sign in again."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "sign-out", _("_Sign Out"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "sign-out", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (sign_out_response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- the password --------------------------------------------------------------------------------------------------- */

static void
typed_cb (CsmAccountPage *self)
{
  gtk_widget_set_sensitive (self->change_button, gtk_editable_get_text (self->old_password)[0] != '\0' && gtk_editable_get_text (self->new_password)[0] != '\0');
}

static void
changed_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (CsmAccountPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);

  if (self->workbench == NULL)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->password), TRUE);
  if (answer == NULL)
    {
      say_problem (self, error);
      return;
    }
  gtk_editable_set_text (self->old_password, "");
  gtk_editable_set_text (self->new_password, "");
  csm_preferences_say (GTK_WIDGET (self), _("Password changed; other devices have to sign in again"));
  list_devices (self);
}

static void
change_cb (CsmAccountPage *self)
{
  JsonObject *arguments = json_object_new ();

  json_object_set_string_member (arguments, "password", gtk_editable_get_text (self->old_password));
  json_object_set_string_member (arguments, "newPassword", gtk_editable_get_text (self->new_password));
  gtk_widget_set_sensitive (GTK_WIDGET (self->password), FALSE);
  csm_mailbox_asker_ask_async (self->asker, "account/password", arguments, self->cancellable, changed_cb, g_object_ref (self));
}

/* --- devices ---------------------------------------------------------------------------------------------------------- */

static void
signed_out_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr (CsmAccountPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);

  if (self->workbench == NULL)
    return;
  if (answer == NULL)
    say_problem (self, error);
  else
    csm_preferences_say (GTK_WIDGET (self), _("Signed out there"));
  list_devices (self);
}

static void
sign_out_device_cb (CsmAccountPage *self,
                    GtkWidget      *button)
{
  JsonObject *arguments = json_object_new ();

  gtk_widget_set_sensitive (button, FALSE);
  json_object_set_string_member (arguments, "id", g_object_get_data (G_OBJECT (button), "id"));
  csm_mailbox_asker_ask_async (self->asker, "account/sign-out", arguments, self->cancellable, signed_out_cb, g_object_ref (self));
}

static void
add_device (CsmAccountPage *self,
            JsonObject     *device)
{
  const char *name = csm_json_get_string (device, "name");
  g_autofree char *when = csm_format_when_long (csm_json_get_time (device, "lastUsed"));
  /* Translators: %s is a day and time */
  g_autofree char *used = g_strdup_printf (_("Used last %s"), when);
  gboolean here = csm_json_get_boolean (device, "current");
  GtkWidget *row = adw_action_row_new ();

  g_object_set (row, "use-markup", FALSE, "title", name != NULL ? name : _("A device"), "subtitle", here ? _("This computer") : used, NULL);
  if (!here)
    {
      GtkWidget *button = gtk_button_new_with_mnemonic (_("_Sign Out"));
      /* Translators: %s is a device */
      g_autofree char *label = g_strdup_printf (_("Sign out %s"), name != NULL ? name : _("A device"));

      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
      g_object_set_data_full (G_OBJECT (button), "id", g_strdup (csm_json_get_string (device, "id")), g_free);
      g_signal_connect_object (button, "clicked", G_CALLBACK (sign_out_device_cb), self, G_CONNECT_SWAPPED);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
    }
  adw_preferences_group_add (self->devices, row);
  g_ptr_array_add (self->rows, row);
}

static void
listed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmAccountPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);
  JsonArray *devices = answer != NULL ? csm_json_get_array (answer, "devices") : NULL;

  self->asking = FALSE;
  if (self->workbench == NULL)
    return;
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->devices, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  if (answer == NULL)
    {
      g_autofree char *text = csm_people_say_problem (error);

      adw_preferences_group_set_description (self->devices, text);
      return;
    }
  adw_preferences_group_set_description (self->devices, _("Sign out what you have lost or lent."));
  for (guint i = 0; devices != NULL && i < json_array_get_length (devices); i++)
    add_device (self, json_array_get_object_element (devices, i));
}

static void
list_devices (CsmAccountPage *self)
{
  if (self->asking || !gtk_widget_get_visible (GTK_WIDGET (self->devices)))
    return;
  self->asking = TRUE;
  csm_mailbox_asker_ask_async (self->asker, "account/devices", json_object_new (), self->cancellable, listed_cb, g_object_ref (self));
}

/* --- what is shown ---------------------------------------------------------------------------------------------------- */

static void
set_entry (GtkEditable *entry,
           const char  *text)
{
  if (gtk_widget_has_focus (GTK_WIDGET (gtk_editable_get_delegate (entry))) || g_strcmp0 (gtk_editable_get_text (entry), text != NULL ? text : "") == 0)
    return;
  /* What is put in from here would ask to be applied. */
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (entry), FALSE);
  gtk_editable_set_text (entry, text != NULL ? text : "");
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (entry), TRUE);
}

static void
show (CsmAccountPage *self)
{
  CsmDirectory *directory = csm_workbench_get_directory (self->workbench);
  JsonObject *me = get_me (self);
  g_autofree char *server = g_settings_get_string (csm_workbench_get_settings (self->workbench), "server");
  g_autoptr (GTimeZone) zone = csm_account_get_workspace_zone (csm_workbench_get_account (self->workbench));
  const char *email = me != NULL ? csm_json_get_string (me, "email") : NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->me), me != NULL);
  if (me != NULL)
    {
      set_entry (self->name, csm_json_get_string (me, "name"));
      set_entry (self->zone, csm_json_get_string (me, "timeZone"));
      csm_rights_apply (self->workbench, CSM_ACTION_CHANGE_PROFILE, GTK_WIDGET (self->name));
      csm_rights_apply (self->workbench, CSM_ACTION_CHANGE_PROFILE, GTK_WIDGET (self->zone));
    }
  adw_action_row_set_subtitle (self->email, email != NULL ? email : "");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->server), directory != NULL && directory->workspace_name != NULL ? directory->workspace_name : _("Workspace"));
  adw_action_row_set_subtitle (self->server, server[0] != '\0' ? server : _("On this computer"));
  set_entry (self->workspace_zone, g_time_zone_get_identifier (zone));
  gtk_widget_set_visible (GTK_WIDGET (self->workspace_zone), me != NULL && csm_rights_may (self->workbench, CSM_ACTION_CHANGE_WORKSPACE));
  gtk_button_set_label (GTK_BUTTON (self->sign_out), server[0] != '\0' ? _("Sign Out") : _("Leave This Workspace"));
  /* On this computer nobody signs in. */
  gtk_widget_set_visible (GTK_WIDGET (self->password), server[0] != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->devices), server[0] != '\0');
}

/* --- all --------------------------------------------------------------------------------------------------------------- */

static void
csm_account_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (csm_account_page_parent_class)->map (widget);
  list_devices (CSM_ACCOUNT_PAGE (widget));
}

static void
csm_account_page_dispose (GObject *object)
{
  CsmAccountPage *self = CSM_ACCOUNT_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->workbench);
  g_clear_object (&self->asker);
  G_OBJECT_CLASS (csm_account_page_parent_class)->dispose (object);
}

static void
csm_account_page_finalize (GObject *object)
{
  CsmAccountPage *self = CSM_ACCOUNT_PAGE (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (csm_account_page_parent_class)->finalize (object);
}

static void
csm_account_page_class_init (CsmAccountPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_account_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_account_page_finalize;
  GTK_WIDGET_CLASS (klass)->map = csm_account_page_map;
  signals[SIGN_OUT] = g_signal_new ("sign-out", CSM_TYPE_ACCOUNT_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static AdwPreferencesGroup *
add_group (CsmAccountPage *self,
           const char     *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), ADW_PREFERENCES_GROUP (group));
  return ADW_PREFERENCES_GROUP (group);
}

static GtkEditable *
add_entry (CsmAccountPage      *self,
           AdwPreferencesGroup *group,
           const char          *title,
           GCallback            apply)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), TRUE);
  adw_preferences_group_add (group, row);
  g_signal_connect_object (row, "apply", apply, self, G_CONNECT_SWAPPED);
  return GTK_EDITABLE (row);
}

static AdwActionRow *
add_fact (AdwPreferencesGroup *group,
          const char          *title)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_preferences_group_add (group, row);
  return ADW_ACTION_ROW (row);
}

static GtkEditable *
add_password (CsmAccountPage *self,
              const char     *title)
{
  GtkWidget *row = adw_password_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_preferences_group_add (self->password, row);
  g_signal_connect_object (row, "changed", G_CALLBACK (typed_cb), self, G_CONNECT_SWAPPED);
  return GTK_EDITABLE (row);
}

static void
csm_account_page_init (CsmAccountPage *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_ptr_array_new ();
  adw_preferences_page_set_name (ADW_PREFERENCES_PAGE (self), "account");
  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (self), _("Account"));
  adw_preferences_page_set_icon_name (ADW_PREFERENCES_PAGE (self), "avatar-default-symbolic");
  self->me = add_group (self, _("You"));
  self->name = add_entry (self, self->me, _("Name"), G_CALLBACK (name_cb));
  self->email = add_fact (self->me, _("Email Address"));
  self->zone = add_entry (self, self->me, _("Your Time Zone (empty: the workspace’s)"), G_CALLBACK (zone_cb));
  self->workspace = add_group (self, _("Workspace"));
  self->server = add_fact (self->workspace, _("Workspace"));
  self->workspace_zone = add_entry (self, self->workspace, _("Time Zone of the Workspace"), G_CALLBACK (workspace_zone_cb));
  self->sign_out = gtk_button_new_with_label (_("Sign Out"));
  gtk_widget_set_halign (self->sign_out, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (self->sign_out, 18);
  gtk_widget_add_css_class (self->sign_out, "pill");
  gtk_widget_add_css_class (self->sign_out, "destructive-action");
  g_signal_connect_object (self->sign_out, "clicked", G_CALLBACK (sign_out_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (self->workspace, self->sign_out);
  self->password = add_group (self, _("Password"));
  self->old_password = add_password (self, _("Old Password"));
  self->new_password = add_password (self, _("New Password"));
  self->change_button = gtk_button_new_with_mnemonic (_("_Change"));
  gtk_widget_set_valign (self->change_button, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (self->change_button, FALSE);
  g_signal_connect_object (self->change_button, "clicked", G_CALLBACK (change_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_set_header_suffix (self->password, self->change_button);
  self->devices = add_group (self, _("Devices"));
}

/* Returns: (transfer floating): the page of who is signed in */
GtkWidget *
csm_account_page_new (CsmWorkbench    *workbench,
                      CsmMailboxAsker *asker)
{
  CsmAccountPage *self = g_object_new (CSM_TYPE_ACCOUNT_PAGE, NULL);

  self->workbench = g_object_ref (workbench);
  self->asker = g_object_ref (asker);
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}
