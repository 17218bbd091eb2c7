/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-mailbox-window-private.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-mailbox-words.h"
#include "csm-record-choice.h"

/* After that long without a mail nothing speaks for one that comes yet. */
#define ARRIVING_SECONDS 30

enum { SHOW_INBOX, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmMailboxWindow, csm_mailbox_window, ADW_TYPE_WINDOW)

char *
csm_mailbox_window_dup_address (CsmMailboxWindow *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (self->address_row)));
}

/* @text: (nullable): one sentence; %NULL: nothing is wrong */
void
csm_mailbox_window_say (GtkLabel   *label,
                        const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL);
}

static gboolean
is_on (CsmMailboxWindow *self,
       const char       *page)
{
  return self->asking == NULL && g_str_equal (self->page, page);
}

static gboolean
has_password (CsmMailboxWindow *self)
{
  JsonObject *imap = self->stored != NULL ? csm_json_get_object (self->stored, "imap") : NULL;
  JsonObject *smtp = self->stored != NULL ? csm_json_get_object (self->stored, "smtp") : NULL;

  if (csm_mailbox_grant_row_is_wanted (self->grant_row))
    return csm_mailbox_grant_row_is_granted (self->grant_row);
  if (gtk_editable_get_text (GTK_EDITABLE (self->password_row))[0] != '\0')
    return TRUE;
  /* Who turned to a password from the browser has to say which. */
  if (self->stored != NULL && csm_json_get_object (self->stored, "grant") != NULL)
    return FALSE;
  return (imap != NULL && csm_json_get_boolean (imap, "hasPassword")) || (smtp != NULL && csm_json_get_boolean (smtp, "hasPassword"));
}

/* What can be done now, and where Back leads. */
void
csm_mailbox_window_update (CsmMailboxWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  g_autofree char *address = csm_mailbox_window_dup_address (self);
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name_row)));
  gboolean wants = csm_mailbox_server_row_is_wanted (self->imap_row) || csm_mailbox_server_row_is_wanted (self->smtp_row);
  gboolean complete = csm_mailbox_server_row_is_complete (self->imap_row) && csm_mailbox_server_row_is_complete (self->smtp_row);

  gtk_widget_action_set_enabled (widget, "mailbox.find", is_on (self, "address") && csm_mailbox_is_address (address));
  gtk_widget_action_set_enabled (widget, "mailbox.test", is_on (self, "account") && wants && complete && has_password (self));
  gtk_widget_action_set_enabled (widget, "mailbox.sign-in", is_on (self, "account") && csm_mailbox_grant_row_can_ask (self->grant_row));
  gtk_widget_set_visible (GTK_WIDGET (self->password_row), !csm_mailbox_grant_row_is_wanted (self->grant_row));
  gtk_widget_action_set_enabled (widget, "mailbox.connect", is_on (self, "mailbox") && name[0] != '\0');
  gtk_widget_set_visible (self->back_button, !is_on (self, "address") && !is_on (self, "done") &&
                                             !(is_on (self, "account") && self->stored != NULL));
  gtk_spinner_set_spinning (self->spinner, self->asking != NULL);
}

/* Where a person would type next */
static void
focus (CsmMailboxWindow *self)
{
  if (g_str_equal (self->page, "address"))
    gtk_widget_grab_focus (GTK_WIDGET (self->address_row));
  else if (g_str_equal (self->page, "account") && !csm_mailbox_server_row_is_complete (self->imap_row))
    csm_mailbox_server_row_focus (self->imap_row);
  else if (g_str_equal (self->page, "account"))
    gtk_widget_grab_focus (csm_mailbox_grant_row_is_wanted (self->grant_row) ? GTK_WIDGET (self->grant_row) : GTK_WIDGET (self->password_row));
  else if (g_str_equal (self->page, "mailbox"))
    gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
}

void
csm_mailbox_window_show_page (CsmMailboxWindow *self,
                              const char       *page)
{
  g_autofree char *address = csm_mailbox_window_dup_address (self);

  if (self->page != page)
    {
      g_free (self->page);
      self->page = g_strdup (page);
    }
  gtk_stack_set_visible_child_name (self->stack, page);
  adw_window_title_set_subtitle (self->title, g_str_equal (page, "address") ? "" : address);
  csm_mailbox_window_update (self);
  focus (self);
}

static void
back_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmMailboxWindow *self = CSM_MAILBOX_WINDOW (widget);
  gboolean was_asking = self->asking != NULL;

  csm_mailbox_window_stop (self);
  if (was_asking && !self->reading)
    csm_mailbox_window_show_page (self, self->page);
  else if (g_str_equal (self->page, "mailbox"))
    csm_mailbox_window_show_page (self, "account");
  else if (g_str_equal (self->page, "account") && self->stored == NULL)
    csm_mailbox_window_show_page (self, "address");
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
find_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  csm_mailbox_window_find (CSM_MAILBOX_WINDOW (widget));
}

static void
sign_in_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  csm_mailbox_window_sign_in (CSM_MAILBOX_WINDOW (widget));
}

static void
test_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  csm_mailbox_window_test (CSM_MAILBOX_WINDOW (widget));
}

static void
connect_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  csm_mailbox_window_connect (CSM_MAILBOX_WINDOW (widget));
}

/* Enter: what the page's button does. */
static void
go_on_cb (CsmMailboxWindow *self)
{
  const char *action = g_str_equal (self->page, "address") ? "mailbox.find" : g_str_equal (self->page, "account") ? "mailbox.test" : "mailbox.connect";

  gtk_widget_activate_action (GTK_WIDGET (self), action, NULL);
}

static void
address_changed_cb (CsmMailboxWindow *self)
{
  csm_mailbox_window_say (self->address_problem, NULL);
  csm_mailbox_window_update (self);
}

static void
edited_cb (CsmMailboxWindow *self)
{
  if (self->page == NULL)
    return;
  csm_mailbox_window_say (self->account_problem, NULL);
  csm_mailbox_window_update (self);
}

static void
named_cb (CsmMailboxWindow *self)
{
  if (self->page == NULL)
    return;
  csm_mailbox_window_say (self->mailbox_problem, NULL);
  csm_mailbox_window_update (self);
}

/* --- what was found ---------------------------------------------------------------------------------------- */

/* Where a provider takes no passwords any more, the browser is the way. */
static void
use_grant (CsmMailboxWindow *self,
           JsonObject       *candidate)
{
  JsonObject *stored = self->stored != NULL ? csm_json_get_object (self->stored, "grant") : NULL;
  JsonObject *terms = stored != NULL ? stored : candidate != NULL ? csm_json_get_object (candidate, "signIn") : NULL;

  csm_mailbox_grant_row_set (self->grant_row, terms, stored != NULL);
  csm_mailbox_grant_row_set_wanted (self->grant_row, stored != NULL || (terms != NULL && csm_json_get_boolean (terms, "only")));
}

/* Fills in the servers of what was found, or of what is stored. */
void
csm_mailbox_window_use (CsmMailboxWindow *self,
                        JsonObject       *candidate)
{
  g_autofree char *address = csm_mailbox_window_dup_address (self);
  const char *help = candidate != NULL ? csm_json_get_string (candidate, "help") : NULL;
  g_autoptr (JsonObject) unknown = json_object_new ();
  g_autofree char *markup = help != NULL ? csm_mailbox_mark_links (help) : NULL;

  /* Where nothing is known, the address is the likeliest name to sign in with. */
  json_object_set_string_member (unknown, "user", address);
  csm_mailbox_server_row_set (self->imap_row, candidate != NULL ? csm_json_get_object (candidate, "imap") : unknown);
  csm_mailbox_server_row_set (self->smtp_row, candidate != NULL ? csm_json_get_object (candidate, "smtp") : unknown);
  use_grant (self, candidate);
  gtk_label_set_markup (self->help_label, markup != NULL ? markup : "");
  gtk_widget_set_visible (GTK_WIDGET (self->help_label), help != NULL);
  if (self->stored == NULL)
    {
      g_autofree char *found = csm_mailbox_say_found (candidate, address);
      g_autofree char *escaped = g_markup_escape_text (found, -1);

      adw_preferences_group_set_description (self->account_group, escaped);
    }
}

static void
candidate_cb (CsmMailboxWindow *self)
{
  guint chosen = adw_combo_row_get_selected (self->candidate_row);

  if (self->candidates != NULL && chosen < json_array_get_length (self->candidates))
    csm_mailbox_window_use (self, json_array_get_object_element (self->candidates, chosen));
  if (self->page != NULL)
    csm_mailbox_window_update (self);
}

/* Says what was found; the best of it is filled in. */
void
csm_mailbox_window_show_found (CsmMailboxWindow *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  guint n = json_array_get_length (self->candidates);

  csm_mailbox_window_say (self->account_problem, NULL);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *choice = csm_mailbox_say_choice (json_array_get_object_element (self->candidates, i));

      gtk_string_list_append (list, choice != NULL ? choice : "");
    }
  adw_combo_row_set_model (self->candidate_row, G_LIST_MODEL (list));
  gtk_widget_set_visible (GTK_WIDGET (self->candidate_row), n > 1);
  csm_mailbox_window_use (self, n > 0 ? json_array_get_object_element (self->candidates, 0) : NULL);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self->imap_row), n == 0);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self->smtp_row), FALSE);
  if (gtk_editable_get_text (self->name_row)[0] == '\0' || self->channel_id == NULL)
    {
      g_autofree char *address = csm_mailbox_window_dup_address (self);
      g_autofree char *name = csm_mailbox_guess_name (address);

      gtk_editable_set_text (self->name_row, name);
    }
}

/* --- done -------------------------------------------------------------------------------------------------- */

static void
show_arriving (CsmMailboxWindow *self)
{
  CsmViewCounts *counts = self->workbench != NULL ? csm_workbench_get_counts (self->workbench) : NULL;
  guint n = counts != NULL && counts->inbox > self->n_before ? counts->inbox - self->n_before : 0;
  g_autofree char *text = NULL;

  if (self->page == NULL || !g_str_equal (self->page, "done"))
    return;
  if (n > 0)
    text = g_strdup_printf (ngettext ("%u case has arrived", "%u cases have arrived", n), n);
  else
    text = g_strdup (self->arriving_id != 0 ? _("The first mail is being fetched…") : _("Nothing new yet. Mail appears in the inbox as it comes."));
  gtk_label_set_text (self->arriving_label, text);
  gtk_spinner_set_spinning (self->arriving_spinner, self->arriving_id != 0);
  gtk_widget_set_visible (GTK_WIDGET (self->arriving_spinner), self->arriving_id != 0);
}

static gboolean
arriving_cb (gpointer data)
{
  CsmMailboxWindow *self = data;

  self->arriving_id = 0;
  show_arriving (self);
  return G_SOURCE_REMOVE;
}

/* It is connected: from here on one sees mail come in. */
void
csm_mailbox_window_show_done (CsmMailboxWindow *self)
{
  CsmViewCounts *counts = csm_workbench_get_counts (self->workbench);
  const char *name = gtk_editable_get_text (self->name_row);
  /* Translators: %s is what a mailbox is called: "Support" */
  g_autofree char *title = g_strdup_printf (_("%s Is Connected"), name);
  g_autofree char *escaped = g_markup_escape_text (title, -1);

  self->n_before = counts != NULL ? counts->inbox : 0;
  if (self->arriving_id == 0 && csm_mailbox_server_row_is_wanted (self->imap_row))
    self->arriving_id = g_timeout_add_seconds (ARRIVING_SECONDS, arriving_cb, self);
  adw_status_page_set_title (self->done_page, escaped);
  csm_mailbox_window_show_page (self, "done");
  csm_workbench_count (self->workbench);
  show_arriving (self);
  gtk_window_set_focus (GTK_WINDOW (self), gtk_window_get_default_widget (GTK_WINDOW (self)));
}

static void
show_inbox_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  g_signal_emit (widget, signals[SHOW_INBOX], 0);
  gtk_window_close (GTK_WINDOW (widget));
}

static void
another_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  CsmMailboxWindow *self = CSM_MAILBOX_WINDOW (widget);

  g_clear_pointer (&self->channel_id, g_free);
  g_clear_pointer (&self->found_for, g_free);
  g_clear_pointer (&self->folders_of, g_free);
  g_clear_handle_id (&self->arriving_id, g_source_remove);
  gtk_editable_set_text (self->address_row, "");
  gtk_editable_set_text (GTK_EDITABLE (self->password_row), "");
  csm_mailbox_window_show_page (self, "address");
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_mailbox_window_dispose (GObject *object)
{
  CsmMailboxWindow *self = CSM_MAILBOX_WINDOW (object);

  csm_mailbox_window_stop (self);
  g_clear_handle_id (&self->arriving_id, g_source_remove);
  g_clear_pointer (&self->page, g_free);
  g_clear_object (&self->workbench);
  g_clear_object (&self->asker);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_MAILBOX_WINDOW);
  G_OBJECT_CLASS (csm_mailbox_window_parent_class)->dispose (object);
}

static void
csm_mailbox_window_finalize (GObject *object)
{
  CsmMailboxWindow *self = CSM_MAILBOX_WINDOW (object);

  g_free (self->found_for);
  g_free (self->folders_of);
  g_free (self->channel_id);
  g_clear_pointer (&self->candidates, json_array_unref);
  g_clear_pointer (&self->stored, json_object_unref);
  G_OBJECT_CLASS (csm_mailbox_window_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-mailbox-window.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, title);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, back_button);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, busy_label);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, address_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, address_problem);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, account_group);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, candidate_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, password_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, grant_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, help_label);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, imap_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, smtp_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, account_problem);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, in_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, in_icon);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, out_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, out_icon);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, name_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, team_row);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, folders);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, mailbox_problem);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, connect_button);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, done_page);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, arriving_spinner);
  gtk_widget_class_bind_template_child (widget_class, CsmMailboxWindow, arriving_label);
  gtk_widget_class_bind_template_callback (widget_class, address_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_on_cb);
  gtk_widget_class_bind_template_callback (widget_class, candidate_cb);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, named_cb);
}

static void
csm_mailbox_window_class_init (CsmMailboxWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_mailbox_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_mailbox_window_finalize;
  signals[SHOW_INBOX] = g_signal_new ("show-inbox", CSM_TYPE_MAILBOX_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (CSM_TYPE_MAILBOX_GRANT_ROW);
  g_type_ensure (CSM_TYPE_MAILBOX_SERVER_ROW);
  g_type_ensure (CSM_TYPE_MAILBOX_FOLDERS);
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "mailbox.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "mailbox.find", NULL, find_action);
  gtk_widget_class_install_action (widget_class, "mailbox.sign-in", NULL, sign_in_action);
  gtk_widget_class_install_action (widget_class, "mailbox.test", NULL, test_action);
  gtk_widget_class_install_action (widget_class, "mailbox.connect", NULL, connect_action);
  gtk_widget_class_install_action (widget_class, "mailbox.show-inbox", NULL, show_inbox_action);
  gtk_widget_class_install_action (widget_class, "mailbox.another", NULL, another_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "mailbox.back", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "mailbox.back", NULL);
}

static void
csm_mailbox_window_init (CsmMailboxWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  csm_mailbox_server_row_set_protocol (self->imap_row, CSM_MAILBOX_IMAP);
  csm_mailbox_server_row_set_protocol (self->smtp_row, CSM_MAILBOX_SMTP);
}

/* It exists: whatever it is called stays until a person changes it. */
static void
show_channel (CsmMailboxWindow *self,
              JsonObject       *channel)
{
  const char *name = csm_json_get_string (channel, "name");
  const char *address = csm_json_get_string (channel, "address");

  gtk_editable_set_text (self->name_row, name != NULL ? name : "");
  gtk_editable_set_text (self->address_row, address != NULL ? address : "");
}

/* It is connected already: what is stored is filled in, and only its passwords are not known here. */
void
csm_mailbox_window_show_stored (CsmMailboxWindow *self,
                                JsonObject       *settings)
{
  self->stored = json_object_ref (settings);
  gtk_window_set_title (GTK_WINDOW (self), _("Password and Servers"));
  adw_window_title_set_title (self->title, _("Password and Servers"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->password_row), _("New Password (Empty: as Before)"));
  gtk_button_set_label (self->connect_button, _("_Save"));
  csm_mailbox_window_use (self, settings);
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (self->imap_row), csm_json_get_object (settings, "imap") != NULL);
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (self->smtp_row), csm_json_get_object (settings, "smtp") != NULL);
  csm_mailbox_window_show_page (self, "account");
}

/**
 * csm_mailbox_window_new:
 * @parent: (nullable): the window that it belongs to
 * @workbench: who is signed in
 * @asker: whom to ask
 * @channel_id: (nullable): a mailbox whose settings are to be changed; %NULL: a new one
 *
 * Returns: (transfer none): a window, not shown yet
 */
GtkWindow *
csm_mailbox_window_new (GtkWindow       *parent,
                        CsmWorkbench    *workbench,
                        CsmMailboxAsker *asker,
                        const char      *channel_id)
{
  CsmMailboxWindow *self = g_object_new (CSM_TYPE_MAILBOX_WINDOW, "transient-for", parent, NULL);
  CsmDirectory *directory = csm_workbench_get_directory (workbench);
  JsonObject *channel = csm_directory_lookup (directory, channel_id);

  self->workbench = g_object_ref (workbench);
  self->asker = g_object_ref (asker);
  self->channel_id = g_strdup (channel_id);
  csm_record_choice_fill (self->team_row, _("No team"), directory != NULL ? directory->teams : NULL,
                          channel != NULL ? csm_json_get_string (channel, "teamId") : NULL);
  g_signal_connect_object (workbench, "notify::counts", G_CALLBACK (show_arriving), self, G_CONNECT_SWAPPED);
  csm_mailbox_window_show_page (self, "address");
  if (channel != NULL)
    {
      show_channel (self, channel);
      csm_mailbox_window_read (self);
    }
  return GTK_WINDOW (self);
}
