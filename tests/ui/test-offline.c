/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-attachment-chip.h"
#include "csm-colleague-pane.h"
#include "csm-comment-box.h"
#include "csm-conversation-pane.h"
#include "csm-event-text.h"
#include "csm-file-list.h"
#include "csm-json.h"
#include "csm-lost-dialog.h"
#include "csm-missing-messages.h"
#include "csm-notice-bar.h"
#include "csm-outbox-page.h"
#include "csm-preferences-window.h"
#include "csm-prepare-dialog.h"
#include "csm-sign-in-page.h"
#include "csm-starter.h"
#include "csm-status-text.h"
#include "csm-time.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-waiting-row.h"
#include "csm-window.h"

/* What a person sees and can do while there is no connection. */

static JsonObject *
parse (const char *json)
{
  g_autofree char *text = g_strdelimit (g_strdup (json), "'", '"');
  g_autoptr (GError) error = NULL;
  JsonObject *object = csm_json_parse_object (text, -1, &error);

  g_assert_no_error (error);
  return object;
}

/* --- the history's words ------------------------------------------------------------------------------------- */

static void
check_event (CsmUiDesk  *desk,
             const char *before,
             const char *after,
             const char *sentence)
{
  g_autofree char *json = g_strdup_printf ("{'kind':'participants','personId':'p01J00000000000000000000001',"
                                           "'before':{'value':{%s}},'after':{'value':{%s}}}", before, after);
  g_autoptr (JsonObject) event = parse (json);
  g_autofree char *text = csm_event_text (desk->workbench, event);

  g_assert_cmpstr (text, ==, sentence);
}

static void
test_participants (CsmUiDesk     *desk,
                   gconstpointer  data)
{
  check_event (desk, "", "'p01J00000000000000000000002':true,'p01J00000000000000000000001':true", "Ana Reyes brought in Ben Okafor");
  check_event (desk, "", "'p01J00000000000000000000001':true", "Ana Reyes takes part in the case now");
  check_event (desk, "'p01J00000000000000000000001':true", "", "Ana Reyes left the case");
  check_event (desk, "'p01J00000000000000000000002':true", "", "Ana Reyes removed Ben Okafor from the case");
}

/* --- files along with a note --------------------------------------------------------------------------------- */

static GtkWidget *
note_view (CsmUiDesk *desk)
{
  return csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW, "text_view");
}

static void
test_note_with_file (CsmUiDesk     *desk,
                     gconstpointer  data)
{
  g_autoptr (JsonObject) given = parse ("{'list':[{'blobId':'b1','type':'text/plain','size':12,'name':'list.txt'}]}");
  g_autoptr (GPtrArray) ops = NULL;
  CsmOperation *op;
  GtkWidget *box;
  CsmFileList *files;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  box = csm_ui_find_type (desk->window, CSM_TYPE_COMMENT_BOX);
  files = CSM_FILE_LIST (csm_ui_find_type (box, CSM_TYPE_FILE_LIST));
  csm_file_list_add_attachments (files, csm_json_get_array (given, "list"));
  csm_ui_type (note_view (desk), "Here is the list");
  /* It stays with its case. */
  csm_ui_desk_open_case (desk, 2);
  g_assert_true (csm_file_list_is_empty (files));
  csm_ui_desk_open_case (desk, 1);
  g_assert_false (csm_file_list_is_empty (files));
  csm_ui_activate (box, "comment-box.post");
  g_assert_true (csm_file_list_is_empty (files));
  ops = csm_ui_world_wait_outbox (desk, 1);
  op = ops->pdata[0];
  g_assert_cmpint (op->type, ==, CSM_TYPE_ID_COMMENT);
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (op->payload, "attachments")), ==, 1);
  csm_ui_world_wait_for (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE), CSM_TYPE_ATTACHMENT_CHIP);
}

/* --- files without a connection ------------------------------------------------------------------------------ */

static gboolean
is_ready (gpointer data)
{
  return csm_file_list_is_ready (data);
}

/* The draft that the file was shared in, the file, the reply, and what takes them out of the draft. */
static GPtrArray *
send_with_file (CsmUiDesk *desk)
{
  g_settings_set_uint (desk->settings, "send-delay", 0);
  csm_ui_type (csm_ui_world_reply_view (desk), "Here is the list");
  csm_ui_settle ();
  csm_ui_activate (csm_ui_world_composer (desk), "composer.send");
  return csm_ui_world_wait_outbox (desk, 4);
}

static JsonObject *
find_submission (GPtrArray *ops)
{
  for (guint i = 0; i < ops->len; i++)
    if (((CsmOperation *) ops->pdata[i])->type == CSM_TYPE_ID_SUBMISSION)
      return ((CsmOperation *) ops->pdata[i])->payload;
  return NULL;
}

static void
test_attach (CsmUiDesk     *desk,
             gconstpointer  data)
{
  g_autofree char *path = g_build_filename (desk->dir, "list.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GPtrArray) ops = NULL;
  JsonArray *attachments;
  CsmFileList *files;

  g_assert_true (g_file_set_contents (path, "parcel 4471\n", -1, NULL));
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  files = CSM_FILE_LIST (csm_ui_find (csm_ui_world_composer (desk), CSM_TYPE_FILE_LIST, "attachments"));
  csm_file_list_add (files, file);
  csm_ui_wait_until (is_ready, files, "the file to be taken over");
  ops = send_with_file (desk);
  g_assert_true (csm_file_list_is_empty (files));
  attachments = csm_json_get_array (find_submission (ops), "attachments");
  g_assert_cmpuint (json_array_get_length (attachments), ==, 1);
  g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (attachments, 0), "name"), ==, "list.txt");
  /* Called back, it is in the box again with its file. */
  csm_ui_press (desk->window, GDK_KEY_u, 0);
  csm_ui_world_wait_reply (desk, "Here is the list");
  g_assert_false (csm_file_list_is_empty (files));
}

/* The file is with the text also when the app was closed between. */
static void
test_edit_with_file (CsmUiDesk     *desk,
                     gconstpointer  data)
{
  g_autofree char *path = g_build_filename (desk->dir, "list.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  CsmFileList *files;
  GtkWidget *page;

  g_assert_true (g_file_set_contents (path, "parcel 4471\n", -1, NULL));
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  files = CSM_FILE_LIST (csm_ui_find (csm_ui_world_composer (desk), CSM_TYPE_FILE_LIST, "attachments"));
  csm_file_list_add (files, file);
  csm_ui_wait_until (is_ready, files, "the file to be taken over");
  g_ptr_array_unref (send_with_file (desk));
  csm_ui_desk_open_case (desk, 2);
  csm_ui_press (desk->window, GDK_KEY_w, 0);
  csm_ui_world_wait_for (desk->window, CSM_TYPE_OUTBOX_PAGE);
  page = csm_ui_find_type (desk->window, CSM_TYPE_OUTBOX_PAGE);
  csm_ui_world_wait_label (page, "Here is the list");
  csm_ui_activate (gtk_widget_get_ancestor (csm_ui_find_label (page, "Here is the list"), CSM_TYPE_WAITING_ROW), "waiting.edit");
  csm_ui_world_wait_reply (desk, "Here is the list");
  csm_ui_world_wait_unsent (desk);
  g_assert_false (csm_file_list_is_empty (files));
  g_assert_true (csm_file_list_is_ready (files));
}

/* --- what is here -------------------------------------------------------------------------------------------- */

static gboolean
is_pinned (gpointer data)
{
  CsmUiDesk *desk = data;

  return csm_workbench_get_detail (desk->workbench)->pinned;
}

static void
test_pin (CsmUiDesk     *desk,
          gconstpointer  data)
{
  GtkWidget *pane;

  csm_ui_desk_open (desk, 900, 700);
  csm_ui_desk_open_case (desk, 1);
  pane = csm_ui_find_type (desk->window, CSM_TYPE_CONVERSATION_PANE);
  g_assert_false (gtk_widget_get_visible (csm_ui_find (pane, GTK_TYPE_IMAGE, "pin")));
  csm_ui_activate (pane, "case.keep-offline");
  csm_ui_wait_until (is_pinned, desk, "the case to be kept");
  g_assert_true (gtk_widget_get_visible (csm_ui_find (pane, GTK_TYPE_IMAGE, "pin")));
  csm_ui_desk_save_png (desk, "pinned.png");
}

/* Long closed, and somebody else's: its messages stay on the server. */
static void
test_missing (CsmUiDesk     *desk,
              gconstpointer  data)
{
  GtkWidget *missing;

  csm_ui_put (desk->cache, CSM_TYPE_ID_CASE, "{'id':'c01J00000000000000000000777','subject':'An old story','status':'closed','lane':'conversation',"
              "'customerId':'u01J00000000000000000000002','ownerId':'p01J00000000000000000000002','priority':'normal',"
              "'lastActivityAt':'2023-02-01T10:00:00Z','lastMessageAt':'2023-02-01T10:00:00Z','created':'2023-01-01T10:00:00Z',"
              "'messagesState':'7','messageCount':3,'preview':'That was long ago'}");
  csm_ui_desk_open (desk, 1400, 900);
  csm_workbench_show_case (desk->workbench, "c01J00000000000000000000777");
  csm_ui_world_wait_for (desk->window, CSM_TYPE_MISSING_MESSAGES);
  missing = csm_ui_find_type (desk->window, CSM_TYPE_MISSING_MESSAGES);
  csm_ui_world_wait_label (missing, "The Messages Are Not on This Computer");
  csm_ui_world_wait_label (missing, "You are offline");
  csm_ui_world_check_names (missing);
  csm_ui_desk_save_png (desk, "missing.png");
}

static void
test_prepare (CsmUiDesk     *desk,
              gconstpointer  data)
{
  const CsmPreparation whole = { .n_cases = 40 };
  const CsmPreparation preparation = { .n_cases = 40, .n_files = 12, .bytes = 3400000, .n_missing = 3 };
  GtkWindow *dialog = csm_prepare_dialog_new (NULL, desk->workbench);
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "ui", "prepare.png", NULL);

  gtk_window_present (dialog);
  csm_prepare_dialog_start (CSM_PREPARE_DIALOG (dialog));
  csm_ui_world_wait_label (GTK_WIDGET (dialog), "You Are Offline");
  csm_prepare_dialog_show_result (CSM_PREPARE_DIALOG (dialog), &whole);
  csm_ui_world_wait_label (GTK_WIDGET (dialog), "40 cases are on this computer.");
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (dialog), "Ready for Offline"));
  csm_prepare_dialog_show_result (CSM_PREPARE_DIALOG (dialog), &preparation);
  csm_ui_world_wait_label (GTK_WIDGET (dialog), "40 cases and 12 files (3.4 MB) are on this computer.\n3 things are missing");
  csm_ui_world_check_names (GTK_WIDGET (dialog));
  csm_ui_save_png (GTK_WIDGET (dialog), path);
  gtk_window_destroy (dialog);
}

static CsmLostRecord *
make_lost (CsmTypeId   type,
           const char *title,
           gboolean    restorable)
{
  CsmLostRecord *lost = g_new0 (CsmLostRecord, 1);

  lost->type = type;
  lost->id = csm_ui_id ('c', 1);
  lost->title = g_strdup (title);
  lost->at = csm_time_now ();
  lost->restorable = restorable;
  return lost;
}

static gboolean
is_gone (gpointer data)
{
  return *(gpointer *) data == NULL;
}

static void
test_lost (CsmUiDesk     *desk,
           gconstpointer  data)
{
  g_autoptr (GPtrArray) lost = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_lost_record_free);
  GtkWindow *dialog = csm_lost_dialog_new (NULL, desk->workbench);
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "ui", "lost.png", NULL);

  /* Nothing was lost: then there is nothing to decide. */
  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  gtk_window_present (dialog);
  csm_ui_wait_until (is_gone, &dialog, "the dialog to close");
  dialog = g_object_new (CSM_TYPE_LOST_DIALOG, NULL);
  g_ptr_array_add (lost, make_lost (CSM_TYPE_ID_COMMENT, "The depot is closed until Wednesday", TRUE));
  g_ptr_array_add (lost, make_lost (CSM_TYPE_ID_CASE, "Refund for the boots", TRUE));
  g_ptr_array_add (lost, make_lost (CSM_TYPE_ID_MESSAGE, "Any news?", FALSE));
  csm_lost_dialog_show (CSM_LOST_DIALOG (dialog), lost);
  gtk_window_present (dialog);
  csm_ui_wait_painted (GTK_WIDGET (dialog));
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (dialog), "Refund for the boots"));
  csm_ui_world_check_names (GTK_WIDGET (dialog));
  csm_ui_save_png (GTK_WIDGET (dialog), path);
  gtk_window_destroy (dialog);
}

static gboolean
shows_lost (gpointer data)
{
  return csm_ui_find_window (CSM_TYPE_LOST_DIALOG) != NULL;
}

static gboolean
shows_no_lost (gpointer data)
{
  return csm_ui_find_window (CSM_TYPE_LOST_DIALOG) == NULL;
}

/* Who puts it off is not asked again at each start, and finds it where it says that something is the matter. */
static void
test_lost_once (CsmUiDesk     *desk,
                gconstpointer  data)
{
  csm_ui_desk_open (desk, 900, 700);
  csm_ui_lose_tags (desk->cache);
  csm_ui_wait_until (shows_lost, NULL, "the dialog");
  gtk_window_close (GTK_WINDOW (csm_ui_find_window (CSM_TYPE_LOST_DIALOG)));
  csm_ui_wait_until (shows_no_lost, NULL, "the dialog to close");
  csm_window_set_workbench (CSM_WINDOW (desk->window), NULL);
  csm_window_set_workbench (CSM_WINDOW (desk->window), desk->workbench);
  csm_ui_world_wait_label (desk->window, "The server was restored");
  /* What was read of the cache by now is after what the window asked. */
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 0));
  csm_ui_settle ();
  g_assert_null (csm_ui_find_window (CSM_TYPE_LOST_DIALOG));
  csm_ui_activate (desk->window, "win.show-lost");
  g_assert_nonnull (csm_ui_find_window (CSM_TYPE_LOST_DIALOG));
  gtk_window_close (GTK_WINDOW (csm_ui_find_window (CSM_TYPE_LOST_DIALOG)));
}

static void
test_room (CsmUiDesk     *desk,
           gconstpointer  data)
{
  GtkWindow *preferences = csm_preferences_window_new (NULL, desk->settings, desk->workbench);
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "ui", "room.png", NULL);
  GtkWidget *budget = csm_ui_find (GTK_WIDGET (preferences), GTK_TYPE_SPIN_BUTTON, "budget");

  g_settings_reset (desk->settings, "offline-budget");
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (preferences), "offline");
  gtk_window_present (preferences);
  csm_ui_world_wait_label (GTK_WIDGET (preferences), "cases with all messages");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (budget)), ==, "2.0 GB");
  csm_ui_world_check_names (GTK_WIDGET (preferences));
  csm_ui_save_png (GTK_WIDGET (preferences), path);
  gtk_editable_set_text (GTK_EDITABLE (budget), "0");
  gtk_spin_button_update (GTK_SPIN_BUTTON (budget));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (budget)), ==, "No limit");
  g_assert_cmpuint (g_settings_get_uint (desk->settings, "offline-budget"), ==, 0);
  gtk_editable_set_text (GTK_EDITABLE (budget), "4 GB");
  gtk_spin_button_update (GTK_SPIN_BUTTON (budget));
  g_assert_cmpuint (g_settings_get_uint (desk->settings, "offline-budget"), ==, 4000);
  g_settings_reset (desk->settings, "offline-budget");
  gtk_window_destroy (preferences);
}

/* --- signing in again ---------------------------------------------------------------------------------------- */

static void
test_sign_in_again (CsmUiDesk     *desk,
                 gconstpointer  data)
{
  GListModel *windows = gtk_window_get_toplevels ();
  GtkWidget *bar;
  GtkWidget *page = NULL;

  g_settings_set_string (desk->settings, "server", "http://127.0.0.1:9");
  g_settings_set_string (desk->settings, "person-email", "person1@example.com");
  csm_ui_desk_open (desk, 900, 700);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_type (csm_ui_world_reply_view (desk), "Dear María");
  /* The status line is out of sight. */
  bar = csm_ui_find_type (desk->window, CSM_TYPE_NOTICE_BAR);
  csm_ui_world_wait_label (bar, "Offline");
  csm_ui_world_check_names (bar);
  csm_ui_desk_save_png (desk, "notice.png");
  csm_window_ask_sign_in (CSM_WINDOW (desk->window), "The keyring is gone.");
  for (guint i = 0; i < g_list_model_get_n_items (windows) && page == NULL; i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      page = csm_ui_find_type (window, CSM_TYPE_SIGN_IN_PAGE);
    }
  g_assert_nonnull (page);
  csm_ui_world_wait_label (page, "The keyring is gone.");
  g_assert_nonnull (csm_ui_find_label (page, "Sign In Again"));
  csm_window_close_sign_in (CSM_WINDOW (desk->window));
  /* What is being written stays where it is. */
  csm_ui_world_wait_reply (desk, "Dear María");
  g_settings_reset (desk->settings, "server");
  g_settings_reset (desk->settings, "person-email");
}

static void
account_cb (CsmStarter  *starter,
            CsmAccount  *account,
            CsmAccount **kept)
{
  g_set_object (kept, account);
}

/* Signing in again changes no account; another person's is another. */
static void
test_same_person (void)
{
  g_autofree char *dir = csm_ui_temp_dir ();
  g_autoptr (CsmStarter) starter = csm_starter_new ();
  g_autoptr (CsmAccount) account = NULL;

  g_signal_connect (starter, "account", G_CALLBACK (account_cb), &account);
  csm_starter_open_server (starter, "http://127.0.0.1:9", "ana@example.com", dir, NULL);
  g_assert_nonnull (account);
  g_assert_false (csm_starter_sign_in (starter, "http://127.0.0.1:9", "ben@example.com", "token"));
  g_assert_false (csm_starter_sign_in (starter, "http://127.0.0.1:10", "ana@example.com", "token"));
  g_assert_true (csm_starter_sign_in (starter, "http://127.0.0.1:9", "Ana@example.com", "token"));
  csm_ui_settle ();
  csm_starter_stop (starter);
  csm_ui_settle ();
  g_clear_object (&account);
  csm_ui_remove_dir (dir);
}

/* --- the status line ----------------------------------------------------------------------------------------- */

static void
check_status (CsmStatus   status,
              const char *title,
              const char *subtitle)
{
  g_autoptr (CsmStatusText) text = csm_status_text_new (&status);

  g_assert_cmpstr (text->title, ==, title);
  g_assert_cmpstr (text->subtitle, ==, subtitle);
}

static void
test_status (void)
{
  check_status ((CsmStatus) { .state = CSM_ACCOUNT_SYNCED, .progress = 1 }, "All synced", NULL);
  check_status ((CsmStatus) { .state = CSM_ACCOUNT_SYNCED, .progress = 1, .waiting = 2 }, "Sending 2 changes…", NULL);
  check_status ((CsmStatus) { .state = CSM_ACCOUNT_SYNCING, .progress = 0.345 }, "Syncing, 34 %", NULL);
  check_status ((CsmStatus) { .state = CSM_ACCOUNT_SYNCING, .progress = 1, .waiting = 1 }, "Syncing…", "1 change waits");
  check_status ((CsmStatus) { .state = CSM_ACCOUNT_OFFLINE, .waiting = 3 }, "Offline", "3 changes wait");
  check_status ((CsmStatus) { .state = CSM_ACCOUNT_OFFLINE, .waiting = 5, .parked = 2 }, "2 changes need you", "Offline · 3 changes wait");
  check_status ((CsmStatus) { .state = CSM_ACCOUNT_SYNCED, .progress = 1, .waiting = 1, .parked = 1 }, "1 change needs you", NULL);
  check_status ((CsmStatus) { .state = CSM_ACCOUNT_SIGNED_OUT, .waiting = 3 }, "Sign in to go on", "3 changes wait");
  check_status ((CsmStatus) { .state = CSM_ACCOUNT_OFFLINE, .full = TRUE }, "The disk is full", "What you do now can’t be kept · Offline");
  check_status ((CsmStatus) { .state = CSM_ACCOUNT_SYNCED, .progress = 1, .lost = 4 }, "The server was restored", "4 things are only here now");
  check_status ((CsmStatus) { .state = CSM_ACCOUNT_SYNCED, .progress = 1, .unsure = 1 }, "1 reply needs a decision", NULL);
  check_status ((CsmStatus) { .state = CSM_ACCOUNT_OFFLINE, .waiting = 1, .parked = 1, .unsure = 2 }, "1 change needs you", "Offline · 2 replies need a decision");
}

#define ADD(name, test) g_test_add ("/offline/" name, CsmUiDesk, application, csm_ui_desk_set_up, test, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  ADD ("participants", test_participants);
  ADD ("note-with-file", test_note_with_file);
  ADD ("attach", test_attach);
  ADD ("edit-with-file", test_edit_with_file);
  ADD ("pin", test_pin);
  ADD ("missing", test_missing);
  ADD ("prepare", test_prepare);
  ADD ("lost", test_lost);
  ADD ("lost-once", test_lost_once);
  ADD ("room", test_room);
  ADD ("sign-in-again", test_sign_in_again);
  g_test_add_func ("/offline/same-person", test_same_person);
  g_test_add_func ("/offline/status", test_status);
  return csm_ui_test_run ();
}
