/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-person-page.h"

#include <glib/gi18n.h>

#include "csm-code-sheet.h"
#include "csm-device-list.h"
#include "csm-json.h"
#include "csm-people-words.h"
#include "csm-preferences-undo.h"
#include "csm-record-checks.h"
#include "csm-rights.h"
#include "csm-time.h"

struct _CsmPersonPage
{
  AdwBin               parent_instance;
  CsmWorkbench        *workbench;
  CsmMailboxAsker     *asker;
  char                *person_id;
  JsonObject          *access;     /* what the server says of them; NULL: not known */
  GCancellable        *cancellable;
  gboolean             filling;
  AdwPreferencesGroup *who;
  GtkEditable         *name;
  GtkEditable         *email;
  AdwComboRow         *role;
  CsmRecordChecks     *teams;
  AdwActionRow        *state;
  CsmDeviceList       *devices;
  GtkWidget           *code;
  GtkWidget           *sign_out;
  GtkButton           *admit;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmPersonPage, csm_person_page, ADW_TYPE_BIN)

/* As the choices stand in the row. */
static const char *const roles[] = { "agent", "lead", "admin" };

static JsonObject *
get_person (CsmPersonPage *self)
{
  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;

  return directory != NULL ? csm_directory_lookup (directory, self->person_id) : NULL;
}

static gboolean
is_me (CsmPersonPage *self)
{
  return g_strcmp0 (self->person_id, csm_workbench_get_my_id (self->workbench)) == 0;
}

/* --- what is a record ------------------------------------------------------------------------------------------ */

static void
change (CsmPersonPage *self,
        const char    *member,
        JsonNode      *value,
        const char    *said)
{
  CsmIntent *intent = csm_intent_new (_("Change a person"));
  JsonObject *patch = json_object_new ();

  json_object_set_member (patch, member, value);
  csm_intent_update (intent, CSM_TYPE_ID_PERSON, self->person_id, patch);
  csm_preferences_perform (GTK_WIDGET (self), self->workbench, intent, said);
}

static void
apply_entry (CsmPersonPage *self,
             GtkEditable   *entry,
             const char    *member,
             const char    *said)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (entry)));
  JsonNode *value;

  if (text[0] == '\0')
    return;
  value = json_node_new (JSON_NODE_VALUE);
  json_node_set_string (value, text);
  change (self, member, value, said);
}

static void
name_cb (CsmPersonPage *self)
{
  apply_entry (self, self->name, "name", _("Name changed"));
}

static void
email_cb (CsmPersonPage *self)
{
  apply_entry (self, self->email, "email", _("Address changed"));
}

static void
role_cb (CsmPersonPage *self)
{
  JsonObject *person = get_person (self);
  const char *role = roles[MIN (adw_combo_row_get_selected (self->role), G_N_ELEMENTS (roles) - 1)];
  JsonNode *value;

  if (self->filling || person == NULL || g_strcmp0 (role, csm_json_get_string (person, "role")) == 0)
    return;
  value = json_node_new (JSON_NODE_VALUE);
  json_node_set_string (value, role);
  change (self, "role", value, _("Role changed"));
}

static void
team_cb (CsmPersonPage *self,
         const char    *id,
         gboolean       chosen)
{
  g_autofree char *path = g_strdup_printf ("teamIds/%s", id);
  JsonNode *value = json_node_new (chosen ? JSON_NODE_VALUE : JSON_NODE_NULL);

  if (chosen)
    json_node_set_boolean (value, TRUE);
  change (self, path, value, _("Teams changed"));
}

/* --- what the server does --------------------------------------------------------------------------------------- */

static void
say_problem (CsmPersonPage *self,
             const GError  *error)
{
  g_autofree char *text = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  text = csm_people_say_problem (error);
  csm_preferences_say (GTK_WIDGET (self), text);
}

static void
ask (CsmPersonPage       *self,
     const char          *name,
     JsonObject          *arguments,
     const char          *member,
     GAsyncReadyCallback  callback)
{
  json_object_set_string_member (arguments, member, self->person_id);
  csm_mailbox_asker_ask_async (self->asker, name, arguments, self->cancellable, callback, g_object_ref (self));
}

static void
coded_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (CsmPersonPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);
  JsonObject *person = get_person (self);

  if (answer == NULL)
    {
      say_problem (self, error);
      return;
    }
  g_signal_emit (self, signals[CHANGED], 0);
  if (person != NULL)
    csm_code_sheet_present (GTK_WIDGET (self), self->workbench, self->asker, _("New Code"), csm_json_get_string (person, "email"), answer);
}

static void
code_response_cb (CsmPersonPage *self,
                  const char    *response)
{
  if (g_strcmp0 (response, "reset") == 0 && self->workbench != NULL)
    ask (self, "person/code", json_object_new (), "id", coded_cb);
}

/* Who has no password yet loses nothing by a new code. */
static void
code_cb (CsmPersonPage *self)
{
  JsonObject *person = get_person (self);
  GtkWidget *dialog;

  if (person == NULL)
    return;
  if (csm_people_is_invited (person, self->access))
    {
      code_response_cb (self, "reset");
      return;
    }
  dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL,
                                   _("Their password ends at once, and all their devices are signed out. You get a code with which they choose another one. What they have not sent yet stays on their devices."));
  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _("Reset the Password of %s?"), csm_json_get_string (person, "name"));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "reset", _("_Reset"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "reset", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (code_response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
signed_out_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  g_autoptr (CsmPersonPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);
  g_autofree char *text = NULL;
  guint n;

  if (answer == NULL)
    {
      say_problem (self, error);
      return;
    }
  n = (guint) csm_json_get_int (answer, "devices", 0);
  text = g_strdup_printf (ngettext ("%u device signed out", "%u devices signed out", n), n);
  csm_preferences_say (GTK_WIDGET (self), text);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
device_gone_cb (CsmPersonPage *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
sign_out_cb (CsmPersonPage *self)
{
  ask (self, "account/sign-out", json_object_new (), "personId", signed_out_cb);
}

static void
admitted_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (CsmPersonPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) answer = csm_mailbox_asker_ask_finish (CSM_MAILBOX_ASKER (source), result, &error);
  guint n = answer != NULL ? (guint) csm_json_get_int (answer, "cases", 0) : 0;

  if (answer == NULL)
    {
      say_problem (self, error);
      return;
    }
  if (n > 0)
    {
      g_autofree char *text = g_strdup_printf (ngettext ("%u case went back to its team", "%u cases went back to their teams", n), n);

      csm_preferences_say (GTK_WIDGET (self), text);
    }
  else
    csm_preferences_say (GTK_WIDGET (self), _("Done"));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
admit (CsmPersonPage *self,
       gboolean       active,
       gboolean       hand_back)
{
  JsonObject *arguments = json_object_new ();

  json_object_set_boolean_member (arguments, "active", active);
  json_object_set_boolean_member (arguments, "handBack", hand_back);
  ask (self, "person/admit", arguments, "id", admitted_cb);
}

static void
leave_response_cb (CsmPersonPage *self,
                   const char    *response)
{
  if (self->workbench != NULL && g_strcmp0 (response, "cancel") != 0)
    admit (self, FALSE, g_str_equal (response, "back"));
}

/* What becomes of their cases is said before anything happens. */
static void
confirm_leave (CsmPersonPage *self,
               JsonObject    *person,
               guint          n_cases)
{
  GtkWidget *dialog;
  g_autofree char *cases = n_cases > 0 ? g_strdup_printf (ngettext ("%u open case is theirs. Hand it back to its team, or it waits until somebody takes it over.",
                                                                    "%u open cases are theirs. Hand them back to their teams, or they wait until somebody takes them over.", n_cases), n_cases)
                                       : g_strdup (_("No open case is theirs."));
  g_autofree char *body = g_strdup_printf ("%s\n\n%s", _("They are signed out everywhere and can’t sign in any more. What they wrote stays."), cases);

  dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, body);
  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _("Deactivate %s?"), csm_json_get_string (person, "name"));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "keep", n_cases > 0 ? _("Deactivate, Cases _Wait") : _("_Deactivate"));
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "keep", ADW_RESPONSE_DESTRUCTIVE);
  if (n_cases > 0)
    {
      adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "back", _("Deactivate, _Hand Back"));
      adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "back", ADW_RESPONSE_DESTRUCTIVE);
    }
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (leave_response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
counted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (CsmPersonPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) loads = csm_cache_load_workload_finish (CSM_CACHE (source), result, &error);
  JsonObject *person = get_person (self);
  guint n = 0;

  if (loads == NULL || person == NULL || gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  for (guint i = 0; i < loads->len; i++)
    {
      const CsmWorkload *load = loads->pdata[i];

      if (g_strcmp0 (load->person_id, self->person_id) == 0)
        n = load->open + load->waiting;
    }
  confirm_leave (self, person, n);
}

static void
admit_cb (CsmPersonPage *self)
{
  JsonObject *person = get_person (self);
  CsmCache *cache = csm_workbench_get_cache (self->workbench);

  if (person == NULL)
    return;
  if (!csm_json_get_boolean (person, "active"))
    admit (self, TRUE, FALSE);
  else if (csm_people_is_invited (person, self->access))
    admit (self, FALSE, FALSE);
  else if (cache != NULL)
    csm_cache_load_workload_async (cache, self->cancellable, counted_cb, g_object_ref (self));
}

/* --- what is shown ---------------------------------------------------------------------------------------------- */

static void
set_entry (GtkEditable *entry,
           const char  *text)
{
  if (gtk_widget_has_focus (GTK_WIDGET (gtk_editable_get_delegate (entry))) || g_strcmp0 (gtk_editable_get_text (entry), text) == 0)
    return;
  /* What is put in from here would ask to be applied. */
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (entry), FALSE);
  gtk_editable_set_text (entry, text != NULL ? text : "");
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (entry), TRUE);
}

static void
show_access (CsmPersonPage *self,
             JsonObject    *person)
{
  g_autofree char *words = csm_people_say_access (person, self->access, is_me (self), csm_time_now ());
  gboolean active = csm_json_get_boolean (person, "active"), invited = csm_people_is_invited (person, self->access);
  gboolean may = csm_rights_may (self->workbench, CSM_ACTION_CHANGE_ROLES) && !is_me (self);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->state), words != NULL ? words : _("When they were here last is known when you are online"));
  gtk_widget_set_visible (gtk_widget_get_parent (self->code), may);
  gtk_widget_set_visible (self->code, active);
  gtk_button_set_label (GTK_BUTTON (self->code), invited ? _("_New Code") : _("_Reset Password…"));
  csm_device_list_set_person (self->devices, may && active && self->access != NULL && csm_json_get_int (self->access, "devices", 0) > 0 ? self->person_id : NULL);
  gtk_widget_set_visible (self->sign_out, active && self->access != NULL && csm_json_get_int (self->access, "devices", 0) > 0);
  gtk_button_set_label (self->admit, !active ? _("_Let In Again") : invited ? _("_Withdraw Invitation") : _("_Deactivate…"));
  if (active)
    gtk_widget_add_css_class (GTK_WIDGET (self->admit), "destructive-action");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->admit), "destructive-action");
}

/* A workspace that nobody may administer could not be mended from inside. */
static gboolean
is_last_admin (CsmPersonPage *self,
               JsonObject    *person)
{
  GPtrArray *people = csm_workbench_get_directory (self->workbench)->people;

  if (!csm_json_get_boolean (person, "active") || g_strcmp0 (csm_json_get_string (person, "role"), "admin") != 0)
    return FALSE;
  for (guint i = 0; i < people->len; i++)
    if (people->pdata[i] != person && csm_json_get_boolean (people->pdata[i], "active") && g_strcmp0 (csm_json_get_string (people->pdata[i], "role"), "admin") == 0)
      return FALSE;
  return TRUE;
}

static void
show_role (CsmPersonPage *self,
           JsonObject    *person)
{
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (g_strcmp0 (roles[i], csm_json_get_string (person, "role")) == 0)
      adw_combo_row_set_selected (self->role, i);
  gtk_widget_set_visible (GTK_WIDGET (self->role), g_strcmp0 (csm_json_get_string (person, "kind"), "guest") != 0);
  if (!csm_rights_apply (self->workbench, CSM_ACTION_CHANGE_ROLES, GTK_WIDGET (self->role)))
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->role), !is_last_admin (self, person));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->role), is_last_admin (self, person) ? _("The last admin stays one") : NULL);
}

static void
show (CsmPersonPage *self)
{
  JsonObject *person = get_person (self);
  gboolean is_guest;

  if (person == NULL)
    return;
  is_guest = g_strcmp0 (csm_json_get_string (person, "kind"), "guest") == 0;
  self->filling = TRUE;
  set_entry (self->name, csm_json_get_string (person, "name"));
  set_entry (self->email, csm_json_get_string (person, "email"));
  show_role (self, person);
  csm_rights_apply (self->workbench, CSM_ACTION_CHANGE_ROLES, GTK_WIDGET (self->name));
  csm_rights_apply (self->workbench, CSM_ACTION_CHANGE_ROLES, GTK_WIDGET (self->email));
  csm_rights_apply (self->workbench, CSM_ACTION_CHANGE_PEOPLE, GTK_WIDGET (self->teams));
  if (is_guest)
    gtk_widget_set_visible (GTK_WIDGET (self->teams), FALSE);
  else
    csm_record_checks_show (self->teams, csm_workbench_get_directory (self->workbench)->teams, csm_json_get_object (person, "teamIds"));
  show_access (self, person);
  self->filling = FALSE;
}

/* --- all --------------------------------------------------------------------------------------------------------- */

static void
csm_person_page_dispose (GObject *object)
{
  CsmPersonPage *self = CSM_PERSON_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->workbench);
  g_clear_object (&self->asker);
  G_OBJECT_CLASS (csm_person_page_parent_class)->dispose (object);
}

static void
csm_person_page_finalize (GObject *object)
{
  CsmPersonPage *self = CSM_PERSON_PAGE (object);

  g_object_unref (self->cancellable);
  g_clear_pointer (&self->access, json_object_unref);
  g_free (self->person_id);
  G_OBJECT_CLASS (csm_person_page_parent_class)->finalize (object);
}

static void
csm_person_page_class_init (CsmPersonPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_person_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_person_page_finalize;
  signals[CHANGED] = g_signal_new ("changed", CSM_TYPE_PERSON_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkEditable *
add_entry (CsmPersonPage *self,
           const char    *title,
           GCallback      apply)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (row), TRUE);
  adw_preferences_group_add (self->who, row);
  g_signal_connect_object (row, "apply", apply, self, G_CONNECT_SWAPPED);
  return GTK_EDITABLE (row);
}

static GtkWidget *
add_button (CsmPersonPage *self,
            GtkWidget     *box,
            const char    *label,
            GCallback      clicked)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_add_css_class (button, "pill");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", clicked, self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
csm_person_page_init (CsmPersonPage *self)
{
  GtkWidget *page = adw_preferences_page_new (), *access = adw_preferences_group_new ();
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  self->cancellable = g_cancellable_new ();
  self->who = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  self->name = add_entry (self, _("Name"), G_CALLBACK (name_cb));
  self->email = add_entry (self, _("Email Address"), G_CALLBACK (email_cb));
  self->role = ADW_COMBO_ROW (adw_combo_row_new ());
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    gtk_string_list_append (names, _(csm_role_name (roles[i])));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->role), _("Role"));
  adw_combo_row_set_model (self->role, G_LIST_MODEL (names));
  g_signal_connect_object (self->role, "notify::selected", G_CALLBACK (role_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (self->who, GTK_WIDGET (self->role));
  self->teams = CSM_RECORD_CHECKS (csm_record_checks_new (_("Teams")));
  g_signal_connect_object (self->teams, "toggled", G_CALLBACK (team_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (access), _("Signing In"));
  self->state = ADW_ACTION_ROW (adw_action_row_new ());
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->state), FALSE);
  adw_action_row_set_title_lines (self->state, 3);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (access), GTK_WIDGET (self->state));
  gtk_widget_set_margin_top (buttons, 18);
  self->code = add_button (self, buttons, _("_New Code"), G_CALLBACK (code_cb));
  self->sign_out = add_button (self, buttons, _("_Sign Out Everywhere"), G_CALLBACK (sign_out_cb));
  self->admit = GTK_BUTTON (add_button (self, buttons, _("_Deactivate…"), G_CALLBACK (admit_cb)));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (access), buttons);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), self->who);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (self->teams));
  self->devices = CSM_DEVICE_LIST (csm_device_list_new ());
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (access));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (self->devices));
  adw_bin_set_child (ADW_BIN (self), page);
}

/* Returns: (transfer floating): the page of one person, colleague or guest */
GtkWidget *
csm_person_page_new (CsmWorkbench    *workbench,
                     CsmMailboxAsker *asker,
                     const char      *person_id)
{
  CsmPersonPage *self = g_object_new (CSM_TYPE_PERSON_PAGE, NULL);

  self->workbench = g_object_ref (workbench);
  self->asker = g_object_ref (asker);
  self->person_id = g_strdup (person_id);
  csm_device_list_set_asker (self->devices, asker);
  g_signal_connect_object (self->devices, "signed-out", G_CALLBACK (device_gone_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (workbench, "notify::directory", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}

/* @access: (nullable): what the server says of who could come in */
void
csm_person_page_set_access (CsmPersonPage *self,
                            JsonObject    *access)
{
  g_return_if_fail (CSM_IS_PERSON_PAGE (self));
  g_clear_pointer (&self->access, json_object_unref);
  self->access = access != NULL ? json_object_ref (access) : NULL;
  show (self);
}
