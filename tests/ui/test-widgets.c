/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-assign-popover.h"
#include "csm-attachment-chip.h"
#include "csm-body-view.h"
#include "csm-case-history.h"
#include "csm-case-list-pane.h"
#include "csm-case-list-row.h"
#include "csm-case-properties.h"
#include "csm-colleague-pane.h"
#include "csm-comment-box.h"
#include "csm-comment-row.h"
#include "csm-composer.h"
#include "csm-conversation-pane.h"
#include "csm-customer-pane.h"
#include "csm-discussion.h"
#include "csm-file-list.h"
#include "csm-first-run.h"
#include "csm-mention-popover.h"
#include "csm-message-row.h"
#include "csm-missing-messages.h"
#include "csm-notice-bar.h"
#include "csm-outbox-page.h"
#include "csm-participants-popover.h"
#include "csm-picker.h"
#include "csm-preferences-window.h"
#include "csm-palette-item.h"
#include "csm-shortcuts.h"
#include "csm-recipients-box.h"
#include "csm-review-card.h"
#include "csm-review-case.h"
#include "csm-sign-in-page.h"
#include "csm-snooze-popover.h"
#include "csm-status-line.h"
#include "csm-tag-popover.h"
#include "csm-team-popover.h"
#include "csm-timeline.h"
#include "csm-toast.h"
#include "csm-toaster.h"
#include "csm-ui-desk.h"
#include "csm-ui-test.h"
#include "csm-view-row.h"
#include "csm-views-pane.h"
#include "csm-waiting-row.h"
#include "csm-when-picker.h"

static void
assert_all_named (GtkWidget *root)
{
  g_autoptr (GPtrArray) unnamed = csm_ui_unnamed (root);

  for (guint i = 0; i < unnamed->len; i++)
    g_test_message ("no name: %s", (const char *) unnamed->pdata[i]);
  g_assert_cmpuint (unnamed->len, ==, 0);
}

/* --- each template ------------------------------------------------------------------------------------------- */

static void
test_template (gconstpointer data)
{
  GtkWidget *widget = g_object_new (*(const GType *) data, NULL);

  g_object_ref_sink (widget);
  g_object_run_dispose (G_OBJECT (widget));
  g_assert_finalize_object (widget);
}

static void
add_templates (void)
{
  const GType types[] = {
    CSM_TYPE_ASSIGN_POPOVER, CSM_TYPE_ATTACHMENT_CHIP, CSM_TYPE_BODY_VIEW, CSM_TYPE_CASE_HISTORY, CSM_TYPE_CASE_LIST_PANE,
    CSM_TYPE_CASE_LIST_ROW, CSM_TYPE_CASE_PROPERTIES, CSM_TYPE_COLLEAGUE_PANE, CSM_TYPE_COMMENT_BOX, CSM_TYPE_COMMENT_ROW,
    CSM_TYPE_COMPOSER, CSM_TYPE_CONVERSATION_PANE, CSM_TYPE_CUSTOMER_PANE, CSM_TYPE_DISCUSSION, CSM_TYPE_FILE_LIST,
    CSM_TYPE_FIRST_RUN,
    CSM_TYPE_MENTION_POPOVER, CSM_TYPE_MESSAGE_ROW, CSM_TYPE_MISSING_MESSAGES,
    CSM_TYPE_NOTICE_BAR, CSM_TYPE_OUTBOX_PAGE, CSM_TYPE_WAITING_ROW, CSM_TYPE_PARTICIPANTS_POPOVER,
    CSM_TYPE_RECIPIENTS_BOX, CSM_TYPE_REVIEW_CARD, CSM_TYPE_REVIEW_CASE,
    CSM_TYPE_SIGN_IN_PAGE, CSM_TYPE_SNOOZE_POPOVER, CSM_TYPE_STATUS_LINE, CSM_TYPE_TAG_POPOVER, CSM_TYPE_TEAM_POPOVER,
    CSM_TYPE_TIMELINE, CSM_TYPE_VIEW_ROW, CSM_TYPE_VIEWS_PANE, CSM_TYPE_WHEN_PICKER,
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *path = g_strconcat ("/widgets/template/", g_type_name (types[i]), NULL);

      g_test_add_data_func_full (path, g_memdup2 (&types[i], sizeof types[i]), test_template, g_free);
    }
}

/* --- the picker ---------------------------------------------------------------------------------------------- */

static void
picked_cb (char      **picked,
           const char *id)
{
  g_free (*picked);
  *picked = g_strdup (id);
}

static void
test_picker (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *picker = csm_picker_new ();
  GtkWidget *entry = csm_ui_find (picker, GTK_TYPE_SEARCH_ENTRY, "entry");
  g_autofree char *picked = NULL;
  g_autofree char *new = NULL;

  gtk_window_set_child (GTK_WINDOW (window), picker);
  g_signal_connect_swapped (picker, "picked", G_CALLBACK (picked_cb), &picked);
  g_signal_connect_swapped (picker, "new", G_CALLBACK (picked_cb), &new);
  csm_picker_add (CSM_PICKER (picker), "1", "Ana Reyes", NULL, CSM_PICKER_PERSON, NULL, TRUE);
  csm_picker_add (CSM_PICKER (picker), "2", "Ben Okafor", "Service", CSM_PICKER_PERSON, NULL, FALSE);
  csm_picker_add (CSM_PICKER (picker), "3", "Zoë Blum", NULL, CSM_PICKER_COLOR, "red", FALSE);
  csm_picker_set_new_label (CSM_PICKER (picker), "New “%s”");
  gtk_window_present (GTK_WINDOW (window));
  csm_picker_start (CSM_PICKER (picker), "Who");
  assert_all_named (window);

  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (picked, ==, "1");
  g_assert_true (csm_ui_press (entry, GDK_KEY_Down, 0));
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (picked, ==, "2");
  g_assert_true (csm_ui_press (entry, GDK_KEY_Up, 0));
  g_assert_true (csm_ui_press (entry, GDK_KEY_Up, 0));
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (picked, ==, "1");
  gtk_editable_set_text (GTK_EDITABLE (entry), "zoe");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (picked, ==, "3");
  g_assert_null (new);
  gtk_editable_set_text (GTK_EDITABLE (entry), "  refund ");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (new, ==, "refund");
  g_assert_cmpstr (picked, ==, "3");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
picked_time_cb (gint64 *picked,
                gint64  at)
{
  *picked = at;
}

static void
test_when_picker (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *picker = csm_when_picker_new (CSM_WHEN_FOR_SNOOZE);
  GtkWidget *list = csm_ui_find (picker, GTK_TYPE_LIST_BOX, "list");
  gint64 now = g_get_real_time ();
  gint64 picked = 0;

  gtk_window_set_child (GTK_WINDOW (window), picker);
  g_signal_connect_swapped (picker, "picked", G_CALLBACK (picked_time_cb), &picked);
  gtk_window_present (GTK_WINDOW (window));
  csm_when_picker_start (CSM_WHEN_PICKER (picker), G_MININT64, FALSE, NULL);
  assert_all_named (window);
  g_signal_emit_by_name (list, "row-activated", gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0));
  g_assert_cmpint (picked, >, now);
  picked = 0;
  gtk_widget_activate (csm_ui_find (picker, GTK_TYPE_BUTTON, "set_button"));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (csm_ui_find (picker, GTK_TYPE_SPIN_BUTTON, "hour")), 7);
  g_signal_emit_by_name (csm_ui_find (picker, GTK_TYPE_BUTTON, "set_button"), "clicked");
  g_assert_cmpint (picked, >, now);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (csm_ui_find (picker, GTK_TYPE_SPIN_BUTTON, "hour"))), ==, "07");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- the first page ------------------------------------------------------------------------------------------ */

static void
joined_cb (GString    *said,
           const char *server,
           const char *email,
           const char *password)
{
  g_string_append_printf (said, "%s %s %s", server, email, password);
}

static void
started_cb (GString    *said,
            const char *workspace,
            const char *person)
{
  g_string_append_printf (said, "%s/%s", workspace, person);
}

static void
choose (GtkWidget *page,
        int        index)
{
  GtkWidget *choices = csm_ui_find (page, GTK_TYPE_LIST_BOX, "choices");

  g_signal_emit_by_name (choices, "row-activated", gtk_list_box_get_row_at_index (GTK_LIST_BOX (choices), index));
}

static void
enter (GtkWidget  *page,
       const char *row,
       const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find (page, ADW_TYPE_ENTRY_ROW, row)), text);
}

static void
test_first_run (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *page = csm_first_run_new ();
  g_autoptr (GString) joined = g_string_new (NULL);
  g_autoptr (GString) started = g_string_new (NULL);

  gtk_window_set_child (GTK_WINDOW (window), page);
  g_signal_connect_swapped (page, "join", G_CALLBACK (joined_cb), joined);
  g_signal_connect_swapped (page, "start-here", G_CALLBACK (started_cb), started);
  gtk_window_present (GTK_WINDOW (window));
  assert_all_named (window);
  choose (page, 0);
  enter (page, "server_row", " desk.example.com ");
  enter (page, "email_row", "ana@example.com");
  csm_ui_activate (csm_ui_find (page, CSM_TYPE_SIGN_IN_PAGE, "sign_in_page"), "sign-in.sign-in");
  g_assert_cmpstr (joined->str, ==, "");
  enter (page, "password_row", "secret words");
  csm_ui_activate (csm_ui_find (page, CSM_TYPE_SIGN_IN_PAGE, "sign_in_page"), "sign-in.sign-in");
  g_assert_cmpstr (joined->str, ==, "desk.example.com ana@example.com secret words");
  csm_first_run_set_problem (CSM_FIRST_RUN (page), "There is no server of that name.");
  g_assert_true (gtk_widget_get_mapped (csm_ui_find (page, GTK_TYPE_LABEL, "problem_label")));
  enter (page, "server_row", "other.example.com");
  g_assert_false (gtk_widget_get_mapped (csm_ui_find (page, GTK_TYPE_LABEL, "problem_label")));
  csm_ui_activate (page, "first-run.back");
  choose (page, 1);
  enter (page, "person_row", "");
  enter (page, "workspace_row", "Fernweh");
  csm_ui_activate (page, "first-run.start");
  g_assert_cmpstr (started->str, ==, "");
  enter (page, "person_row", "Ana Reyes");
  csm_ui_activate (page, "first-run.start");
  g_assert_cmpstr (started->str, ==, "Fernweh/Ana Reyes");
  g_assert_null (csm_first_run_get_mail (CSM_FIRST_RUN (page)));
  csm_first_run_set_busy (CSM_FIRST_RUN (page), "Bringing in mail");
  g_assert_nonnull (csm_ui_find_label (page, "Bringing in mail"));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- windows of their own ------------------------------------------------------------------------------------ */

static void
test_shortcuts_window (void)
{
  GtkWindow *window = csm_shortcuts_new (NULL);

  gtk_window_present (window);
  csm_ui_settle ();
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (window), "Write to colleagues"));
  gtk_window_destroy (window);
}

static guint
count_matches (GPtrArray  *items,
               const char *typed)
{
  guint n = 0;

  for (guint i = 0; i < items->len; i++)
    n += csm_palette_item_matches (items->pdata[i], typed);
  return n;
}

/* Whatever can be done or gone to is found by the beginnings of its words. */
static void
test_palette_items (CsmUiDesk     *desk,
                    gconstpointer  data)
{
  g_autoptr (GPtrArray) items = csm_palette_items (desk->workbench);

  g_assert_cmpuint (count_matches (items, ""), ==, items->len);
  g_assert_cmpuint (count_matches (items, "merge another"), ==, 1);
  g_assert_cmpuint (count_matches (items, "unassigned"), ==, 1);
  g_assert_cmpuint (count_matches (items, "cases of ana"), ==, 1);
  g_assert_cmpuint (count_matches (items, "nothing like this"), ==, 0);
  for (guint i = 0; i < items->len; i++)
    g_assert_nonnull (csm_palette_item_get_action (items->pdata[i]));
}

static void
test_preferences (CsmUiDesk     *desk,
                  gconstpointer  data)
{
  GtkWindow *window = csm_preferences_window_new (NULL, desk->settings, desk->workbench);

  gtk_window_present (window);
  csm_ui_settle ();
  assert_all_named (GTK_WIDGET (window));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (csm_ui_find_type (GTK_WIDGET (window), ADW_TYPE_ENTRY_ROW))), ==, "Ana Reyes");
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (window), "Fernweh Outdoor"));
  gtk_switch_set_active (GTK_SWITCH (csm_ui_find (GTK_WIDGET (window), GTK_TYPE_SWITCH, "single_keys")), FALSE);
  g_assert_false (g_settings_get_boolean (desk->settings, "single-key-shortcuts"));
  g_settings_reset (desk->settings, "single-key-shortcuts");
  gtk_window_destroy (window);
}

/* --- toasts ---------------------------------------------------------------------------------------------------- */

typedef struct
{
  GtkWidget *overlay;
  GString   *log;     /* "+a" when it is shown, "-a" when it goes */
  gint64     frame;   /* in which the last one was shown */
  gint64     pause;   /* µs between the last two */
} Toasts;

static void
gone_cb (Toasts   *toasts,
         AdwToast *toast)
{
  g_string_append_printf (toasts->log, "-%s ", adw_toast_get_title (toast));
}

static void
show_toast (GtkWidget *window,
            AdwToast  *toast)
{
  Toasts *toasts = g_object_get_data (G_OBJECT (window), "toasts");
  gint64 now = gdk_frame_clock_get_frame_time (gtk_widget_get_frame_clock (window));

  g_string_append_printf (toasts->log, "+%s ", adw_toast_get_title (toast));
  toasts->pause = toasts->frame != 0 ? now - toasts->frame : 0;
  toasts->frame = now;
  g_signal_connect_swapped (toast, "dismissed", G_CALLBACK (gone_cb), toasts);
  /* As long as somebody looks at it: only the toaster takes it away. */
  adw_toast_set_timeout (toast, 0);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (toasts->overlay), g_object_ref (toast));
}

static void
say_toast (CsmToaster *toaster,
           const char *text)
{
  g_autoptr (AdwToast) toast = csm_toast_new (text);

  csm_toaster_show (toaster, toast);
}

typedef struct
{
  Toasts     *toasts;
  const char *last;
} Logged;

static gboolean
ends_so (gpointer data)
{
  const Logged *logged = data;

  return g_str_has_suffix (logged->toasts->log->str, logged->last);
}

/* However fast one says something after another, one toast slides in at a time, and the last one is not lost. */
static void
test_toaster (void)
{
  GtkWidget *window = adw_window_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  Toasts toasts = { adw_toast_overlay_new (), log, 0, 0 };
  CsmToaster *toaster = csm_toaster_new (window, show_toast);
  Logged third = { &toasts, "+c " };
  Logged none = { &toasts, "-c " };

  g_object_set_data (G_OBJECT (window), "toasts", &toasts);
  adw_window_set_content (ADW_WINDOW (window), toasts.overlay);
  gtk_window_present (GTK_WINDOW (window));
  csm_ui_settle ();
  csm_ui_wait_painted (window);
  say_toast (toaster, "a");
  say_toast (toaster, "b");
  say_toast (toaster, "c");
  g_assert_cmpstr (log->str, ==, "+a ");
  csm_ui_wait_until (ends_so, &third, "the last toast");
  g_assert_cmpstr (log->str, ==, "+a -a +c ");
  /* What slides is not disturbed. */
  g_assert_cmpint (toasts.pause, >=, 400000);
  /* Nor when none is to be seen any more: what waits is not shown at all. */
  say_toast (toaster, "d");
  csm_toaster_clear (toaster);
  g_assert_cmpstr (log->str, ==, "+a -a +c ");
  csm_ui_wait_until (ends_so, &none, "none");
  g_assert_cmpstr (log->str, ==, "+a -a +c -c ");
  csm_toaster_free (toaster);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  add_templates ();
  g_test_add_func ("/widgets/picker", test_picker);
  g_test_add_func ("/widgets/when-picker", test_when_picker);
  g_test_add_func ("/widgets/first-run", test_first_run);
  g_test_add_func ("/widgets/shortcuts", test_shortcuts_window);
  g_test_add_func ("/widgets/toaster", test_toaster);
  g_test_add ("/widgets/palette-items", CsmUiDesk, application, csm_ui_desk_set_up, test_palette_items, csm_ui_desk_tear_down);
  g_test_add ("/widgets/preferences", CsmUiDesk, application, csm_ui_desk_set_up, test_preferences, csm_ui_desk_tear_down);
  return csm_ui_test_run ();
}
