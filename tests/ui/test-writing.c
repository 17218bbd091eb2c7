/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-answer-window.h"
#include "csm-body-markup.h"
#include "csm-colleague-pane.h"
#include "csm-comment-box.h"
#include "csm-comment-row.h"
#include "csm-composer.h"
#include "csm-completion.h"
#include "csm-recipients-box.h"
#include "csm-sending.h"
#include "csm-ui-desk.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-window.h"

/* What was typed is never lost, and never lands in another case; what isn't there is not open. */

typedef struct
{
  GtkWidget  *view;
  const char *text;
} Expected;

static char *
dup_text (GtkWidget *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static gboolean
has_text (gpointer data)
{
  Expected *expected = data;
  g_autofree char *text = dup_text (expected->view);

  return g_str_equal (text, expected->text);
}

static void
wait_text (GtkWidget  *view,
           const char *text)
{
  Expected expected = { view, text };

  csm_ui_wait_until (has_text, &expected, text);
}

static GtkWidget *
reply_view (CsmUiDesk *desk)
{
  return csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_COMPOSER), GTK_TYPE_TEXT_VIEW, "text");
}

static GtkWidget *
note_view (CsmUiDesk *desk)
{
  return csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW, "text_view");
}

static GtkWidget *
to_entry (CsmUiDesk *desk)
{
  return csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_COMPOSER), GTK_TYPE_ENTRY, "to_entry");
}

static gboolean
is_saved (gpointer data)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (data);

  return detail != NULL;
}

/* As a person does who presses j and k faster than a disk writes. */
static void
test_quick_switch (CsmUiDesk     *desk,
                   gconstpointer  data)
{
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_type (reply_view (desk), "Dear María");
  csm_workbench_open_case (desk->workbench, "c01J00000000000000000000002");
  csm_workbench_open_case (desk->workbench, "c01J00000000000000000000001");
  csm_ui_wait_until (is_saved, desk->workbench, "the case");
  csm_ui_settle ();
  wait_text (reply_view (desk), "Dear María");
}

static void
test_typed_while_loading (CsmUiDesk     *desk,
                          gconstpointer  data)
{
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_workbench_open_case (desk->workbench, "c01J00000000000000000000002");
  g_assert_null (csm_workbench_get_detail (desk->workbench));
  csm_ui_type (reply_view (desk), "Good morning");
  csm_ui_wait_until (is_saved, desk->workbench, "the case");
  csm_ui_settle ();
  wait_text (reply_view (desk), "Good morning");
  csm_ui_desk_open_case (desk, 1);
  wait_text (reply_view (desk), "");
  csm_ui_desk_open_case (desk, 2);
  wait_text (reply_view (desk), "Good morning");
}

/* Who was taken off the recipients is not on them again after a look at another case. */
static void
test_recipients_stay (CsmUiDesk     *desk,
                      gconstpointer  data)
{
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  gtk_editable_set_text (GTK_EDITABLE (to_entry (desk)), "someone@example.org");
  csm_ui_desk_open_case (desk, 2);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (to_entry (desk))), !=, "someone@example.org");
  csm_ui_desk_open_case (desk, 1);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (to_entry (desk))), ==, "someone@example.org");

  /* Nor after calling back. */
  csm_ui_type (reply_view (desk), "Hello");
  csm_ui_settle ();
  csm_ui_activate (csm_ui_find_type (desk->window, CSM_TYPE_COMPOSER), "composer.send");
  wait_text (reply_view (desk), "");
  csm_workbench_edit_reply (desk->workbench, "Hello", NULL);
  wait_text (reply_view (desk), "Hello");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (to_entry (desk))), ==, "someone@example.org");
}

/* --- who is meant -------------------------------------------------------------------------------------------- */

static CsmCompletion *
offered (CsmUiDesk *desk)
{
  return CSM_COMPLETION (csm_ui_find_type (csm_ui_find_type (desk->window, CSM_TYPE_RECIPIENTS_BOX), CSM_TYPE_COMPLETION));
}

static gboolean
offers_one (gpointer data)
{
  CsmCompletion *completion = offered (data);

  return completion != NULL && gtk_widget_get_visible (GTK_WIDGET (completion)) && csm_completion_count (completion) == 1;
}

static gboolean
offers_nothing (gpointer data)
{
  return !gtk_widget_get_visible (GTK_WIDGET (offered (data)));
}

static GtkWidget *
open_entry (CsmUiDesk  *desk,
            const char *id)
{
  GtkWidget *composer = csm_ui_find_type (desk->window, CSM_TYPE_COMPOSER);
  GtkWidget *entry = csm_ui_find (composer, GTK_TYPE_ENTRY, id);

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (csm_ui_find (composer, GTK_TYPE_TOGGLE_BUTTON, "recipients_button")), TRUE);
  csm_ui_settle ();
  gtk_widget_grab_focus (entry);
  return entry;
}

/* As at the keyboard: behind what is there. */
static void
type_into (GtkWidget  *entry,
           const char *text)
{
  GtkEditable *editable = gtk_editable_get_delegate (GTK_EDITABLE (entry));
  int at = (int) g_utf8_strlen (gtk_editable_get_text (editable), -1);

  for (const char *letter = text; *letter != '\0'; letter = g_utf8_next_char (letter))
    {
      gtk_editable_insert_text (editable, letter, (int) (g_utf8_next_char (letter) - letter), &at);
      gtk_editable_set_position (editable, at);
    }
  csm_completion_update (CSM_COMPLETION (csm_ui_find_type (gtk_widget_get_ancestor (entry, CSM_TYPE_RECIPIENTS_BOX), CSM_TYPE_COMPLETION)), GTK_EDITABLE (entry));
}

/* A colleague, somebody of the case, and a customer of another one, with their keys. */
static void
test_recipients_complete (CsmUiDesk     *desk,
                          gconstpointer  data)
{
  GtkWidget *entry;
  GtkWidget *to;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  entry = open_entry (desk, "cc_entry");
  to = to_entry (desk);
  type_into (entry, "chia");
  csm_ui_wait_until (offers_one, desk, "Chiara");
  csm_ui_world_check_names (GTK_WIDGET (offered (desk)));
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (offered (desk)), "person3@example.com"));
  g_assert_true (csm_ui_press (entry, GDK_KEY_Tab, 0));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "Chiara Conti <person3@example.com>, ");
  csm_ui_wait_until (offers_nothing, desk, "nothing to be offered");

  /* Marks don't matter, and who is not in the case is found in the database. */
  type_into (entry, "park");
  csm_ui_wait_until (offers_one, desk, "Jon Park");
  g_assert_true (csm_ui_press (entry, GDK_KEY_Return, 0));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "Chiara Conti <person3@example.com>, Jon Park <customer2@example.org>, ");
  g_assert_true (gtk_widget_get_visible (csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_COMPOSER), GTK_TYPE_BOX, "outsider_notice")));

  /* Who has it already is not offered again, and who writes the address is not corrected. */
  type_into (entry, "chiara");
  csm_ui_settle ();
  g_assert_cmpuint (csm_completion_count (offered (desk)), ==, 0);
  gtk_editable_set_text (GTK_EDITABLE (to), "");
  type_into (to, "customer1@example.org");
  csm_ui_wait_until (offers_one, desk, "the address");
  g_assert_false (csm_ui_press (to, GDK_KEY_Return, 0));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (to)), ==, "customer1@example.org");
}

static void
test_recipients_keys (CsmUiDesk     *desk,
                      gconstpointer  data)
{
  GtkWidget *entry;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  entry = open_entry (desk, "bcc_entry");
  /* Everybody's address begins so: colleagues, of whom Ana herself is none, and below them customers. */
  type_into (entry, "person");
  csm_ui_settle ();
  g_assert_cmpuint (csm_completion_count (offered (desk)), ==, 3);
  if (g_getenv ("CASEMENT_TEST_PICTURES") != NULL)
    {
      g_autofree char *path = g_build_filename (g_getenv ("CASEMENT_TEST_PICTURES"), "recipients.png", NULL);

      csm_ui_save_png (GTK_WIDGET (offered (desk)), path);
    }
  g_assert_true (csm_ui_press (entry, GDK_KEY_Down, 0));
  g_assert_true (csm_ui_press (entry, GDK_KEY_Down, 0));
  g_assert_true (csm_ui_press (entry, GDK_KEY_Up, 0));
  g_assert_true (csm_ui_press (entry, GDK_KEY_Return, 0));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "Chiara Conti <person3@example.com>, ");
  type_into (entry, "ben");
  csm_ui_wait_until (offers_one, desk, "Ben");
  g_assert_true (csm_ui_press (entry, GDK_KEY_Escape, 0));
  csm_ui_wait_until (offers_nothing, desk, "nothing to be offered");
  g_assert_false (csm_ui_press (entry, GDK_KEY_Tab, 0));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "Chiara Conti <person3@example.com>, ben");
}

static void
test_recipients_pasted (CsmUiDesk     *desk,
                        gconstpointer  data)
{
  static const char pasted[] = "López, María <maria@example.org>\njon@example.org\n";
  GtkWidget *entry;
  int at = 0;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  entry = open_entry (desk, "cc_entry");
  gtk_editable_insert_text (gtk_editable_get_delegate (GTK_EDITABLE (entry)), pasted, -1, &at);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "\"López, María\" <maria@example.org>, jon@example.org");
}

/* What is called back from another case comes into its own, before what is being written there. */
static void
test_put_back (CsmUiDesk     *desk,
               gconstpointer  data)
{
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_type (reply_view (desk), "second");
  csm_ui_desk_open_case (desk, 2);
  csm_sending_put_back (desk->workbench, "c01J00000000000000000000001", "first", NULL);
  wait_text (reply_view (desk), "first\n\nsecond");
  g_assert_cmpstr (csm_workbench_get_case_id (desk->workbench), ==, "c01J00000000000000000000001");
  csm_ui_desk_open_case (desk, 2);
  wait_text (reply_view (desk), "");
}

static gboolean
has_no_case (gpointer data)
{
  return csm_workbench_get_case_id (data) == NULL;
}

static void
test_nothing_remembered_is_there (CsmUiDesk     *desk,
                                  gconstpointer  data)
{
  g_autofree char *last_case = NULL;

  g_settings_set_string (desk->settings, "last-case", "c01J0000000000000000000ZZZZ");
  g_settings_set_string (desk->settings, "last-view", "team:t01J0000000000000000000ZZZZ");
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_wait_until (has_no_case, desk->workbench, "the case to be forgotten");
  last_case = g_settings_get_string (desk->settings, "last-case");
  g_assert_cmpstr (last_case, ==, "");
  g_assert_cmpint (csm_workbench_get_view (desk->workbench)->kind, ==, CSM_VIEW_INBOX);
  g_assert_false (gtk_widget_get_mapped (note_view (desk)));
  g_assert_false (gtk_widget_is_sensitive (note_view (desk)));
}

/* A note that is changed makes no room for itself by throwing away another. */
static void
test_note_beside_edit (CsmUiDesk     *desk,
                       gconstpointer  data)
{
  GtkWidget *row;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  row = gtk_widget_get_ancestor (csm_ui_find_label (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE), "Tracking comes"),
                                 CSM_TYPE_COMMENT_ROW);
  csm_ui_type (note_view (desk), "half a thought");
  csm_ui_activate (row, "comment.edit");
  csm_ui_press (note_view (desk), GDK_KEY_Escape, 0);
  wait_text (note_view (desk), "half a thought");
  csm_ui_activate (row, "comment.edit");
  csm_ui_desk_open_case (desk, 2);
  csm_ui_desk_open_case (desk, 1);
  wait_text (note_view (desk), "half a thought");
}

/* Nor is a change that was begun forgotten by who looks at another case. */
static void
test_edit_stays (CsmUiDesk     *desk,
                 gconstpointer  data)
{
  g_autofree char *changed = NULL;
  GtkWidget *row;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  row = gtk_widget_get_ancestor (csm_ui_find_label (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE), "Tracking comes"),
                                 CSM_TYPE_COMMENT_ROW);
  csm_ui_type (note_view (desk), "half a thought");
  csm_ui_activate (row, "comment.edit");
  csm_ui_type (note_view (desk), " Or later.");
  changed = dup_text (note_view (desk));
  csm_ui_desk_open_case (desk, 2);
  wait_text (note_view (desk), "");
  csm_ui_desk_open_case (desk, 1);
  wait_text (note_view (desk), changed);
  csm_ui_press (note_view (desk), GDK_KEY_Escape, 0);
  wait_text (note_view (desk), "half a thought");
}

/* What was typed in the small window of a notification is in the large one, which had been in the case before. */
static void
test_answer_in_another_window (CsmUiDesk     *desk,
                               gconstpointer  data)
{
  GtkWidget *window;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_desk_open_case (desk, 2);
  window = csm_answer_window_new (desk->application, desk->account, desk->settings, "c01J00000000000000000000001");
  gtk_window_present (GTK_WINDOW (window));
  csm_ui_world_wait_label (window, "Tracking comes");
  csm_ui_settle ();
  csm_ui_type (csm_ui_find (csm_ui_find_type (window, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW, "text_view"), "The depot said");
  gtk_window_close (GTK_WINDOW (window));
  csm_ui_settle ();
  csm_ui_desk_open_case (desk, 1);
  wait_text (note_view (desk), "The depot said");
  csm_ui_desk_open_case (desk, 2);
  csm_ui_desk_open_case (desk, 1);
  wait_text (note_view (desk), "The depot said");
}

/* And with the very last word of it, when the large window is asked for from there. */
static void
test_open_from_answer (CsmUiDesk     *desk,
                       gconstpointer  data)
{
  GtkWidget *window;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_desk_open_case (desk, 2);
  window = csm_answer_window_new (desk->application, desk->account, desk->settings, "c01J00000000000000000000001");
  g_signal_connect_swapped (window, "open-case", G_CALLBACK (csm_workbench_open_case), desk->workbench);
  gtk_window_present (GTK_WINDOW (window));
  csm_ui_world_wait_label (window, "Tracking comes");
  csm_ui_settle ();
  csm_ui_type (csm_ui_find (csm_ui_find_type (window, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW, "text_view"), "The depot said");
  g_signal_emit_by_name (gtk_widget_get_ancestor (csm_ui_find_label (window, "Open Case"), GTK_TYPE_BUTTON), "clicked");
  wait_text (note_view (desk), "The depot said");
  g_assert_cmpstr (csm_workbench_get_case_id (desk->workbench), ==, "c01J00000000000000000000001");
}

/* Behind the closed window, as after quitting. */
static void
test_after_closing (CsmUiDesk     *desk,
                    gconstpointer  data)
{
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_type (reply_view (desk), "Dear María");
  csm_ui_type (note_view (desk), "Who knows?");
  gtk_window_close (GTK_WINDOW (desk->window));
  csm_ui_settle ();
  csm_workbench_open_case (desk->workbench, NULL);
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  wait_text (reply_view (desk), "Dear María");
  wait_text (note_view (desk), "Who knows?");
}

/* A link says where it goes, whatever is in its address: hostile mail must not make it silent. */
static void
test_link_says_its_target (void)
{
  g_autoptr (GString) markup = g_string_new (NULL);
  g_autoptr (GtkTooltip) tooltip = g_object_new (GTK_TYPE_TOOLTIP, NULL);
  GtkWidget *label = g_object_ref_sink (gtk_label_new (NULL));

  csm_body_append_text (markup, "https://example.com/?a=1&b=2&lt;i&gt;");
  gtk_label_set_markup (GTK_LABEL (label), markup->str);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  /* A warning, and with it the end of this test, where GTK can't read it. */
  g_assert_true (GTK_WIDGET_GET_CLASS (label)->query_tooltip (label, 0, 0, TRUE, tooltip));
  g_object_unref (label);
}

#define ADD(path, function) \
  g_test_add ("/writing/" path, CsmUiDesk, application, csm_ui_desk_set_up, function, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  ADD ("quick-switch", test_quick_switch);
  ADD ("typed-while-loading", test_typed_while_loading);
  ADD ("recipients-stay", test_recipients_stay);
  ADD ("recipients-complete", test_recipients_complete);
  ADD ("recipients-keys", test_recipients_keys);
  ADD ("recipients-pasted", test_recipients_pasted);
  ADD ("put-back", test_put_back);
  ADD ("nothing-remembered-is-there", test_nothing_remembered_is_there);
  ADD ("note-beside-edit", test_note_beside_edit);
  ADD ("edit-stays", test_edit_stays);
  ADD ("answer-in-another-window", test_answer_in_another_window);
  ADD ("open-from-answer", test_open_from_answer);
  ADD ("after-closing", test_after_closing);
  g_test_add_func ("/writing/link-says-its-target", test_link_says_its_target);
  return csm_ui_test_run ();
}
