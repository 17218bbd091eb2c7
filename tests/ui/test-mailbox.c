/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-channel-page.h"
#include "csm-channel-receipt.h"
#include "csm-channel-text.h"
#include "csm-channel-words.h"
#include "csm-channels-page.h"
#include "csm-json.h"
#include "csm-mailbox-folders.h"
#include "csm-mailbox-server-row.h"
#include "csm-mailbox-words.h"
#include "csm-signature.h"
#include "csm-time.h"
#include "csm-ui-mailbox.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-window.h"
#include "test-mailbox-browser.h"

/* Connecting a mailbox, and what the preferences say and set about channels. The server's answers are made up here: what it finds, and
 * how it tries, is its own suite's. */

static void
test_connect (CsmUiMailbox           *lab,
              gconstpointer  data)
{
  GtkWindow *window = csm_ui_mailbox_open (lab, NULL);
  JsonObject *asked;
  JsonObject *imap;

  g_assert_cmpstr (csm_ui_mailbox_get_page (window), ==, "address");
  csm_ui_mailbox_take_pictures (window, "connect-1-address");
  /* Nothing to go on with yet: Enter does nothing. */
  gtk_editable_set_text (csm_ui_mailbox_field (window, "address_row"), "help@");
  csm_ui_mailbox_press_enter (window, "address_row");
  g_assert_cmpuint (csm_ui_asker_count (lab->asker), ==, 0);

  csm_ui_mailbox_find_account (window);
  g_assert_cmpstr (csm_json_get_string (csm_ui_asker_asked (lab->asker, "mailbox/find"), "address"), ==, "help@example.org");
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (window), "This is a mailbox of Example Mail"));
  g_assert_nonnull (strstr (gtk_label_get_label (GTK_LABEL (csm_ui_find (GTK_WIDGET (window), GTK_TYPE_LABEL, "help_label"))),
                            "<a href=\"https://mail.example.org/passwords\">"));
  csm_ui_mailbox_take_pictures (window, "connect-2-account");
  gtk_editable_set_text (csm_ui_mailbox_field (window, "password_row"), "parcel 4471");
  csm_ui_mailbox_press_enter (window, "password_row");
  csm_ui_mailbox_wait_page (window, "mailbox");
  imap = csm_json_get_object (csm_json_get_object (csm_ui_asker_asked (lab->asker, "mailbox/test"), "settings"), "imap");
  g_assert_cmpstr (csm_json_get_string (imap, "host"), ==, "imap.example.org");
  g_assert_cmpstr (csm_json_get_string (imap, "password"), ==, "parcel 4471");

  g_assert_cmpstr (gtk_editable_get_text (csm_ui_mailbox_field (window, "name_row")), ==, "Help");
  csm_ui_mailbox_take_pictures (window, "connect-3-mailbox");
  adw_combo_row_set_selected (ADW_COMBO_ROW (csm_ui_find (GTK_WIDGET (window), ADW_TYPE_COMBO_ROW, "team_row")), 1);
  csm_ui_mailbox_press_enter (window, "name_row");
  csm_ui_mailbox_wait_page (window, "done");
  asked = csm_ui_asker_asked (lab->asker, "mailbox/connect");
  g_assert_true (json_object_get_null_member (asked, "id"));
  g_assert_cmpstr (csm_json_get_string (asked, "name"), ==, "Help");
  g_assert_cmpstr (csm_json_get_string (asked, "address"), ==, "help@example.org");
  g_assert_cmpstr (csm_json_get_string (asked, "teamId"), ==, "t01J00000000000000000000002");
  imap = csm_json_get_object (csm_json_get_object (asked, "settings"), "imap");
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (imap, "folders")), ==, 1);
  g_assert_cmpstr (json_array_get_string_element (csm_json_get_array (imap, "folders"), 0), ==, "INBOX");
  g_assert_cmpstr (csm_json_get_string (imap, "sentFolder"), ==, "Sent");
  g_assert_cmpint (csm_json_get_int (imap, "historyDays", -1), ==, 30);
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (window), "Help Is Connected"));
  csm_ui_mailbox_take_pictures (window, "connect-4-done");
  gtk_window_destroy (window);
}

/* Back leads everywhere, and what was typed is there again. */
static void
test_back (CsmUiMailbox           *lab,
           gconstpointer  data)
{
  GtkWindow *window = csm_ui_mailbox_open (lab, NULL);
  GtkEditable *host;

  csm_ui_mailbox_find_account (window);
  host = GTK_EDITABLE (csm_ui_find (csm_ui_find (GTK_WIDGET (window), CSM_TYPE_MAILBOX_SERVER_ROW, "imap_row"), ADW_TYPE_ENTRY_ROW, "host_row"));
  gtk_editable_set_text (host, "mail.example.org");
  gtk_editable_set_text (csm_ui_mailbox_field (window, "password_row"), "secret");
  csm_ui_activate (GTK_WIDGET (window), "mailbox.test");
  csm_ui_mailbox_wait_page (window, "mailbox");
  gtk_editable_set_text (csm_ui_mailbox_field (window, "name_row"), "Questions");
  adw_combo_row_set_selected (ADW_COMBO_ROW (csm_ui_find (GTK_WIDGET (window), ADW_TYPE_COMBO_ROW, "history_row")), 2);

  csm_ui_activate (GTK_WIDGET (window), "mailbox.back");
  g_assert_cmpstr (csm_ui_mailbox_get_page (window), ==, "account");
  csm_ui_activate (GTK_WIDGET (window), "mailbox.back");
  g_assert_cmpstr (csm_ui_mailbox_get_page (window), ==, "address");
  csm_ui_activate (GTK_WIDGET (window), "mailbox.find");
  csm_ui_mailbox_wait_page (window, "account");
  g_assert_cmpstr (gtk_editable_get_text (host), ==, "mail.example.org");
  g_assert_cmpstr (gtk_editable_get_text (csm_ui_mailbox_field (window, "password_row")), ==, "secret");
  csm_ui_activate (GTK_WIDGET (window), "mailbox.test");
  csm_ui_mailbox_wait_page (window, "mailbox");
  g_assert_cmpstr (gtk_editable_get_text (csm_ui_mailbox_field (window, "name_row")), ==, "Questions");
  g_assert_cmpuint (adw_combo_row_get_selected (ADW_COMBO_ROW (csm_ui_find (GTK_WIDGET (window), ADW_TYPE_COMBO_ROW, "history_row"))), ==, 2);
  /* A server that takes forever is left behind at once. */
  csm_ui_asker_hold (lab->asker);
  csm_ui_activate (GTK_WIDGET (window), "mailbox.connect");
  g_assert_cmpstr (csm_ui_mailbox_get_page (window), ==, "busy");
  csm_ui_world_check_names (GTK_WIDGET (window));
  csm_ui_mailbox_take_pictures (window, "connect-busy");
  csm_ui_activate (GTK_WIDGET (window), "mailbox.back");
  csm_ui_settle ();
  g_assert_cmpstr (csm_ui_mailbox_get_page (window), ==, "mailbox");
  gtk_window_destroy (window);
}

/* What is wrong stands where it can be mended. */
static void
test_problems (CsmUiMailbox           *lab,
               gconstpointer  data)
{
  GtkWindow *window = csm_ui_mailbox_open (lab, NULL);
  GtkWidget *smtp;
  GtkWidget *folder;

  gtk_editable_set_text (csm_ui_mailbox_field (window, "address_row"), "Support@example.com");
  csm_ui_mailbox_press_enter (window, "address_row");
  g_assert_cmpstr (csm_ui_mailbox_said (window, "address_problem"), ==, "This mailbox is connected already: “Support”.");
  csm_ui_asker_refuse (lab->asker, "mailbox/find", "This needs a connection to the server.");
  gtk_editable_set_text (csm_ui_mailbox_field (window, "address_row"), "help@example.org");
  csm_ui_mailbox_press_enter (window, "address_row");
  csm_ui_world_wait_label (GTK_WIDGET (window), "This needs a connection");
  g_assert_cmpstr (csm_ui_mailbox_get_page (window), ==, "address");
  g_assert_cmpstr (csm_ui_mailbox_said (window, "address_problem"), ==, "This needs a connection to the server.");
  gtk_test_accessible_assert_role (csm_ui_find (GTK_WIDGET (window), GTK_TYPE_LABEL, "address_problem"), GTK_ACCESSIBLE_ROLE_ALERT);
  csm_ui_asker_answer (lab->asker, "mailbox/find", "{'candidates':[]}");
  csm_ui_mailbox_press_enter (window, "address_row");
  csm_ui_mailbox_wait_page (window, "account");
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (window), "No settings were found for example.org"));
  /* Without servers there is nothing to try. */
  gtk_editable_set_text (csm_ui_mailbox_field (window, "password_row"), "secret");
  csm_ui_mailbox_press_enter (window, "password_row");
  g_assert_cmpstr (csm_ui_mailbox_get_page (window), ==, "account");
  csm_ui_mailbox_take_pictures (window, "connect-2-nothing-found");

  csm_ui_activate (GTK_WIDGET (window), "mailbox.back");
  csm_ui_asker_answer (lab->asker, "mailbox/find", CSM_UI_MAILBOX_FOUND);
  gtk_editable_set_text (csm_ui_mailbox_field (window, "address_row"), "sales@example.org");
  csm_ui_mailbox_press_enter (window, "address_row");
  csm_ui_mailbox_wait_page (window, "account");
  /* Another mailbox's password is not sent there. */
  g_assert_cmpstr (gtk_editable_get_text (csm_ui_mailbox_field (window, "password_row")), ==, "");
  gtk_editable_set_text (csm_ui_mailbox_field (window, "password_row"), "secret");
  csm_ui_asker_answer (lab->asker, "mailbox/test", "{'imap':{'ok':true,'description':'Works.','folders':[]},"
                                                   "'smtp':{'ok':false,'description':'smtp.example.org refuses the password.'}}");
  csm_ui_mailbox_press_enter (window, "password_row");
  csm_ui_world_wait_label (GTK_WIDGET (window), "Sending: smtp.example.org refuses the password.");
  csm_ui_mailbox_wait_page (window, "account");
  smtp = csm_ui_find (GTK_WIDGET (window), CSM_TYPE_MAILBOX_SERVER_ROW, "smtp_row");
  gtk_test_accessible_assert_property (csm_ui_find_type (smtp, GTK_TYPE_SWITCH), GTK_ACCESSIBLE_PROPERTY_LABEL, "Sending (SMTP)");
  gtk_test_accessible_assert_role (csm_ui_find (smtp, GTK_TYPE_SPIN_BUTTON, "port"), GTK_ACCESSIBLE_ROLE_SPIN_BUTTON);
  g_assert_cmpstr (adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (smtp)), ==, "smtp.example.org: does not work yet");
  csm_ui_mailbox_take_pictures (window, "connect-2-problem");
  gtk_editable_set_text (csm_ui_mailbox_field (window, "password_row"), "better");
  g_assert_null (csm_ui_mailbox_said (window, "account_problem"));
  /* Who only reads needs no way out. */
  adw_expander_row_set_enable_expansion (ADW_EXPANDER_ROW (smtp), FALSE);
  csm_ui_asker_answer (lab->asker, "mailbox/test", "{'imap':{'ok':true,'description':'Works.','folders':[{'name':'INBOX','role':'inbox'}]},'smtp':null}");
  csm_ui_mailbox_press_enter (window, "password_row");
  csm_ui_mailbox_wait_page (window, "mailbox");
  g_assert_true (json_object_get_null_member (csm_json_get_object (csm_ui_asker_asked (lab->asker, "mailbox/test"), "settings"), "smtp"));
  folder = csm_ui_find_type (csm_ui_find_type (GTK_WIDGET (window), CSM_TYPE_MAILBOX_FOLDERS), GTK_TYPE_CHECK_BUTTON);
  gtk_test_accessible_assert_property (folder, GTK_ACCESSIBLE_PROPERTY_LABEL, "Inbox");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (folder), FALSE);
  csm_ui_mailbox_press_enter (window, "name_row");
  g_assert_cmpstr (csm_ui_mailbox_said (window, "mailbox_problem"), ==, "Choose at least one folder to read.");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (folder), TRUE);
  csm_ui_asker_refuse (lab->asker, "mailbox/connect", "There is a mailbox of that name.");
  csm_ui_mailbox_press_enter (window, "name_row");
  csm_ui_world_wait_label (GTK_WIDGET (window), "There is a mailbox of that name.");
  g_assert_cmpstr (csm_ui_mailbox_get_page (window), ==, "mailbox");
  gtk_window_destroy (window);
}

/* What is connected is changed in the same pages, and its password need not be typed again. */
static void
test_change (CsmUiMailbox           *lab,
             gconstpointer  data)
{
  GtkWindow *window = csm_ui_mailbox_open (lab, CSM_UI_MAILBOX_SALES);
  gpointer weak = window;
  JsonObject *asked;

  csm_ui_mailbox_wait_page (window, "account");
  g_assert_cmpstr (gtk_window_get_title (window), ==, "Password and Servers");
  csm_ui_activate (GTK_WIDGET (window), "mailbox.test");
  csm_ui_mailbox_wait_page (window, "mailbox");
  asked = csm_ui_asker_asked (lab->asker, "mailbox/test");
  g_assert_cmpstr (csm_json_get_string (asked, "id"), ==, CSM_UI_MAILBOX_SALES);
  g_assert_false (json_object_has_member (csm_json_get_object (csm_json_get_object (asked, "settings"), "imap"), "password"));
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (csm_json_get_object (asked, "settings"), "smtp"), "tls"), ==, "starttls");
  csm_ui_mailbox_take_pictures (window, "change-mailbox");
  g_object_add_weak_pointer (G_OBJECT (window), &weak);
  csm_ui_activate (GTK_WIDGET (window), "mailbox.connect");
  csm_ui_settle ();
  g_assert_null (weak);
  asked = csm_ui_asker_asked (lab->asker, "mailbox/connect");
  g_assert_cmpstr (csm_json_get_string (asked, "id"), ==, CSM_UI_MAILBOX_SALES);
  g_assert_cmpstr (csm_json_get_string (asked, "name"), ==, "Sales");
  g_assert_false (json_object_has_member (csm_json_get_object (csm_json_get_object (asked, "settings"), "imap"), "historyDays"));
}

/* --- channels ------------------------------------------------------------------------------------------------ */

static GtkWindow *
open_channels (CsmUiMailbox *lab)
{
  GtkWindow *window = g_object_new (ADW_TYPE_PREFERENCES_WINDOW, "search-enabled", FALSE, "default-width", 660, "default-height", 620, NULL);
  CsmChannelsPage *page = g_object_new (CSM_TYPE_CHANNELS_PAGE, NULL);

  csm_channels_page_set_workbench (page, lab->desk.workbench, CSM_MAILBOX_ASKER (lab->asker));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (page));
  gtk_window_present (window);
  csm_ui_settle ();
  return window;
}

static GtkWidget *
open_channel (GtkWindow  *window,
              const char *name)
{
  GtkWidget *label = csm_ui_find_label (GTK_WIDGET (window), name);

  gtk_widget_activate (gtk_widget_get_ancestor (label, ADW_TYPE_ACTION_ROW));
  csm_ui_world_wait_for (GTK_WIDGET (window), CSM_TYPE_CHANNEL_PAGE);
  csm_ui_settle ();
  return csm_ui_find_type (GTK_WIDGET (window), CSM_TYPE_CHANNEL_PAGE);
}

static CsmOperation *
last_op (CsmUiMailbox   *lab,
         guint  n)
{
  g_autoptr (GPtrArray) ops = csm_ui_world_wait_outbox (&lab->desk, n);

  return g_ptr_array_steal_index (ops, n - 1);
}

static void
test_channels (CsmUiMailbox           *lab,
               gconstpointer  data)
{
  GtkWindow *window = open_channels (lab);
  GtkWidget *page;

  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (window), "support@example.com · Service\nLast mail in 2 minutes ago"));
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (window), "imap.example.com refuses the password"));
  csm_ui_world_check_names (GTK_WIDGET (window));
  csm_ui_mailbox_take_pictures (window, "channels");
  page = open_channel (window, "Sales");
  g_assert_nonnull (csm_ui_find_label (page, "3 replies wait; next try at"));
  gtk_test_accessible_assert_role (csm_ui_find (page, GTK_TYPE_BUTTON, "out_button"), GTK_ACCESSIBLE_ROLE_BUTTON);
  gtk_test_accessible_assert_property (csm_ui_find (page, GTK_TYPE_SWITCH, "plus"), GTK_ACCESSIBLE_PROPERTY_LABEL, "Plus addresses");
  gtk_test_accessible_assert_property (csm_ui_find_type (page, GTK_TYPE_TEXT_VIEW), GTK_ACCESSIBLE_PROPERTY_LABEL, "Signature");
  /* The keyboard is there, too, and not on the row behind: that would open a second page over it. */
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), page));
  gtk_widget_activate (gtk_widget_get_ancestor (csm_ui_find_label (GTK_WIDGET (window), "support@example.com"), ADW_TYPE_ACTION_ROW));
  g_assert_true (gtk_widget_get_mapped (page));
  csm_ui_world_check_names (page);
  csm_ui_mailbox_take_pictures (window, "channel-failing");
  csm_ui_activate (page, "channel.retry");
  g_assert_cmpstr (csm_json_get_string (csm_ui_asker_asked (lab->asker, "mailbox/retry"), "id"), ==, CSM_UI_MAILBOX_SALES);
  csm_ui_world_wait_label (GTK_WIDGET (window), "Trying again…");
  gtk_window_destroy (window);
}

static void
test_channel (CsmUiMailbox           *lab,
              gconstpointer  data)
{
  GtkWindow *window = open_channels (lab);
  GtkWidget *page = open_channel (window, "Support");
  GtkWidget *text = csm_ui_find (csm_ui_find_type (page, CSM_TYPE_CHANNEL_TEXT), GTK_TYPE_TEXT_VIEW, "text_view");
  g_autoptr (CsmOperation) team = NULL;
  g_autoptr (CsmOperation) plus = NULL;
  g_autoptr (CsmOperation) servers = NULL;
  g_autoptr (CsmOperation) signature = NULL;

  /* What customers see of it */
  g_assert_nonnull (csm_ui_find_label (page, "Ana Reyes\nService · support@example.com"));
  csm_ui_mailbox_take_pictures (window, "channel");
  adw_combo_row_set_selected (ADW_COMBO_ROW (csm_ui_find (page, ADW_TYPE_COMBO_ROW, "team_row")), 0);
  team = last_op (lab, 1);
  g_assert_cmpint (team->type, ==, CSM_TYPE_ID_CHANNEL);
  g_assert_true (json_object_get_null_member (team->payload, "teamId"));
  gtk_switch_set_active (GTK_SWITCH (csm_ui_find (page, GTK_TYPE_SWITCH, "plus")), FALSE);
  plus = last_op (lab, 2);
  g_assert_false (csm_json_get_boolean (plus->payload, "plusAddressing"));
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find (page, ADW_TYPE_ENTRY_ROW, "auth_row")), "MX.example.com, filter.example.net");
  g_signal_emit_by_name (csm_ui_find (page, ADW_TYPE_ENTRY_ROW, "auth_row"), "apply");
  servers = last_op (lab, 3);
  g_assert_true (csm_json_has_key (servers->payload, "authServers", "mx.example.com"));
  g_assert_true (csm_json_has_key (servers->payload, "authServers", "filter.example.net"));
  /* Whoever leaves without saving has saved. */
  csm_ui_type (text, "Hello\n");
  csm_ui_activate (page, "channel.back");
  signature = last_op (lab, 4);
  g_assert_true (g_str_has_suffix (csm_json_get_string (signature->payload, "signature"), "Hello\n"));
  gtk_window_destroy (window);
}

static void
test_receipt (CsmUiMailbox           *lab,
              gconstpointer  data)
{
  GtkWindow *window = open_channels (lab);
  GtkWidget *page = open_channel (window, "Support");
  GtkWidget *receipt = csm_ui_find_type (page, CSM_TYPE_CHANNEL_RECEIPT);
  g_autoptr (CsmOperation) on = NULL;
  g_autoptr (CsmOperation) german = NULL;
  g_autoptr (CsmOperation) language = NULL;
  JsonObject *value;

  gtk_switch_set_active (GTK_SWITCH (csm_ui_find (receipt, GTK_TYPE_SWITCH, "enabled")), TRUE);
  on = last_op (lab, 1);
  value = csm_json_get_object (on->payload, "acknowledgement");
  g_assert_true (csm_json_get_boolean (value, "enabled"));
  g_assert_cmpstr (csm_json_get_string (value, "language"), ==, "en");
  g_assert_nonnull (strstr (csm_json_get_string (csm_json_get_object (value, "texts"), "en"), "{subject}"));
  csm_ui_settle ();
  g_assert_true (gtk_widget_activate_action (receipt, "receipt.add", "s", "de"));
  german = last_op (lab, 2);
  value = csm_json_get_object (german->payload, "acknowledgement");
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (value, "texts")), ==, 2);
  csm_ui_settle ();
  csm_ui_world_check_names (page);
  csm_ui_mailbox_take_pictures (window, "channel-receipt");
  adw_combo_row_set_selected (ADW_COMBO_ROW (csm_ui_find (receipt, ADW_TYPE_COMBO_ROW, "language_row")), 1);
  language = last_op (lab, 3);
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (language->payload, "acknowledgement"), "language"), ==, "de");
  gtk_window_destroy (window);
}

static void
test_disconnect (CsmUiMailbox           *lab,
                 gconstpointer  data)
{
  GtkWindow *window = open_channels (lab);
  GtkWidget *page = open_channel (window, "Support");
  GtkWidget *dialog;

  csm_ui_activate (page, "channel.disconnect");
  csm_ui_settle ();
  dialog = csm_ui_find_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (csm_ui_find_label (dialog, "The cases stay"));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  csm_ui_settle ();
  g_assert_cmpuint (csm_ui_asker_count (lab->asker), ==, 0);
  csm_ui_activate (page, "channel.disconnect");
  csm_ui_settle ();
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (csm_ui_find_window (ADW_TYPE_MESSAGE_DIALOG)), "disconnect");
  csm_ui_world_wait_label (GTK_WIDGET (window), "Disconnected. Its cases are still here.");
  g_assert_cmpstr (csm_json_get_string (csm_ui_asker_asked (lab->asker, "mailbox/remove"), "id"), ==, CSM_UI_MAILBOX_SUPPORT);
  gtk_window_destroy (window);
}

static gboolean
is_agent (gpointer data)
{
  return !csm_ui_mailbox_is_admin (data);
}

/* Everybody may see why nothing comes; only admins change anything. */
static void
test_agent (CsmUiMailbox           *lab,
            gconstpointer  data)
{
  GtkWindow *window;
  GtkWidget *page;

  csm_ui_mailbox_put_me (&lab->desk, "agent", "");
  csm_ui_wait_until (is_agent, lab->desk.workbench, "the other role");
  window = open_channels (lab);
  g_assert_false (gtk_widget_get_visible (csm_ui_find (GTK_WIDGET (window), GTK_TYPE_BUTTON, "connect_button")));
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (window), "Only admins can connect and change channels."));
  page = open_channel (window, "Sales");
  g_assert_nonnull (csm_ui_find_label (page, "Only admins can change a channel."));
  g_assert_false (gtk_widget_is_sensitive (csm_ui_find (page, ADW_TYPE_ENTRY_ROW, "name_row")));
  g_assert_false (gtk_widget_get_visible (csm_ui_find (page, ADW_TYPE_PREFERENCES_GROUP, "disconnect_group")));
  g_assert_true (gtk_widget_is_sensitive (csm_ui_find (page, GTK_TYPE_BUTTON, "in_button")));
  csm_ui_mailbox_take_pictures (window, "channel-agent");
  gtk_window_destroy (window);
}

/* --- an empty inbox ------------------------------------------------------------------------------------------ */

static gboolean
is_offered (gpointer data)
{
  return gtk_widget_get_visible (csm_ui_find (data, GTK_TYPE_BUTTON, "connect_button"));
}

static void
test_offer (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *list;
  GtkWidget *window;

  csm_ui_desk_open (desk, 900, 700);
  list = GTK_WIDGET (csm_window_get_list (CSM_WINDOW (desk->window)));
  /* There is a mailbox, and Ana may not connect one. */
  g_assert_false (is_offered (list));
  csm_ui_put (desk->cache, CSM_TYPE_ID_CHANNEL, "{'id':'" CSM_UI_MAILBOX_SUPPORT "','kind':'email','name':'Support','enabled':true}");
  csm_ui_mailbox_put_me (desk, "admin", "");
  csm_ui_wait_until (is_offered, list, "the offer");
  csm_ui_activate (list, "win.connect-mailbox");
  csm_ui_settle ();
  window = csm_ui_find_window (CSM_TYPE_MAILBOX_WINDOW);
  g_assert_nonnull (window);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- words --------------------------------------------------------------------------------------------------- */

static JsonObject *
parse (const char *json)
{
  g_autofree char *text = g_strdelimit (g_strdup (json), "'", '"');
  g_autoptr (GError) error = NULL;
  JsonObject *object = csm_json_parse_object (text, -1, &error);

  g_assert_no_error (error);
  return object;
}

static void
check_signature (const char *channel_json,
                 const char *person_json,
                 const char *expected)
{
  g_autoptr (JsonObject) channel = parse (channel_json);
  g_autoptr (JsonObject) person = parse (person_json);
  g_autofree char *text = csm_signature_for (channel, person, "Service");

  g_assert_cmpstr (text, ==, expected);
}

static void
test_signature (void)
{
  check_signature ("{'id':'h1','address':'a@example.com','signature':'{name}\\n{team}, {email} {else}\\n\\n'}", "{'name':'Ana'}",
                   "Ana\nService, a@example.com {else}");
  check_signature ("{'id':'h1','signature':'{name}'}", "{'name':'Ana','signatures':{'h1':{'text':'Yours, {name}'}}}", "Yours, Ana");
  check_signature ("{'id':'h1','signature':'{name}'}", "{'name':'Ana','signatures':{'h1':{'text':' '}}}", NULL);
  check_signature ("{'id':'h2','signature':'{name'}", "{'name':'Ana','signatures':{'h1':{'text':'x'}}}", "{name");
  check_signature ("{'id':'h1'}", "{'name':'Ana'}", NULL);
}

static void
check_name (const char *address,
            const char *expected)
{
  g_autofree char *name = csm_mailbox_guess_name (address);

  g_assert_cmpstr (name, ==, expected);
}

static void
test_addresses (void)
{
  g_assert_true (csm_mailbox_is_address ("a@b"));
  g_assert_false (csm_mailbox_is_address ("a@"));
  g_assert_false (csm_mailbox_is_address ("@b"));
  g_assert_false (csm_mailbox_is_address ("a b@c"));
  g_assert_false (csm_mailbox_is_address ("a@b."));
  check_name ("support@example.com", "Support");
  check_name ("customer.care@example.com", "Customer care");
  check_name ("élan@example.com", "Élan");
}

static void
check_state (const char      *json,
             CsmChannelState  state,
             const char      *sentence)
{
  g_autoptr (JsonObject) channel = parse (json);
  g_autofree char *text = csm_channel_say_state (channel, csm_time_now ());

  g_assert_cmpint (csm_channel_get_state (channel), ==, state);
  g_assert_cmpstr (text, ==, sentence);
}

static void
test_states (void)
{
  g_autofree char *now = csm_ui_mailbox_before (0);
  g_autofree char *works = g_strdup_printf ("{'kind':'email','canSend':true,'health':{'state':'ok','lastIn':'%s'}}", now);

  check_state ("{'kind':'email'}", CSM_CHANNEL_IDLE, "No mail has come in yet");
  check_state ("{'kind':'email','enabled':false,'health':{'state':'failing'}}", CSM_CHANNEL_OFF, "Disconnected; its cases are still here");
  check_state ("{'kind':'email','health':{'state':'ok'}}", CSM_CHANNEL_WORKS, "Connected; no mail yet");
  check_state (works, CSM_CHANNEL_WORKS, "Last mail in just now");
  check_state ("{'kind':'email','canSend':true,'health':{'state':'ok','out':{'state':'failing','why':'No.','waiting':1}}}", CSM_CHANNEL_FAILS, "No.\n1 reply waits");
  check_state ("{'kind':'email','canSend':true,'health':{'out':{'state':'failing','why':'No.','copies':2,'copyWhy':'Full.'}}}", CSM_CHANNEL_FAILS,
               "No.\n2 sent mails are not in the mailbox’s folder of sent mails yet. Full.");
}

#define ADD(name, test) g_test_add ("/mailbox/" name, CsmUiMailbox, application, csm_ui_mailbox_set_up, test, csm_ui_mailbox_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  ADD ("connect", test_connect);
  ADD ("back", test_back);
  ADD ("problems", test_problems);
  ADD ("change", test_change);
  test_mailbox_browser_add (application);
  ADD ("channels", test_channels);
  ADD ("channel", test_channel);
  ADD ("receipt", test_receipt);
  ADD ("disconnect", test_disconnect);
  ADD ("agent", test_agent);
  g_test_add ("/mailbox/offer", CsmUiDesk, application, csm_ui_desk_set_up, test_offer, csm_ui_desk_tear_down);
  g_test_add_func ("/mailbox/signature", test_signature);
  g_test_add_func ("/mailbox/addresses", test_addresses);
  g_test_add_func ("/mailbox/states", test_states);
  return csm_ui_test_run ();
}
