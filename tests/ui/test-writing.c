/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-answer-window.h"
#include "csm-body-markup.h"
#include "csm-colleague-pane.h"
#include "csm-comment-box.h"
#include "csm-comment-row.h"
#include "csm-composer.h"
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
