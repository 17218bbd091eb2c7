/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-away-sheet.h"
#include "csm-brief-editor.h"
#include "csm-brief-text.h"
#include "csm-case-brief.h"
#include "csm-case-goal.h"
#include "csm-case-links.h"
#include "csm-case-properties.h"
#include "csm-colleague-pane.h"
#include "csm-comment-box.h"
#include "csm-customer-pane.h"
#include "csm-hand-over.h"
#include "csm-history-view.h"
#include "csm-json.h"
#include "csm-merge-customers.h"
#include "csm-merge-dialog.h"
#include "csm-task-line.h"
#include "csm-task-list.h"
#include "csm-task.h"
#include "csm-tasks-page.h"
#include "csm-template-keeper.h"
#include "csm-template-look.h"
#include "csm-template-offer.h"
#include "csm-template-text.h"
#include "csm-templates-page.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-who-knows.h"
#include "csm-window.h"
#include "csm-workload-page.h"

/* The work on a case: its goal, its tasks and its brief. */

#define CASE "'caseId':'c01J00000000000000000000001'"

static void
put_tasks (CsmUiDesk *desk)
{
  csm_ui_put (desk->cache, CSM_TYPE_ID_TASK, "{'id':'k01J00000000000000000000001'," CASE ",'title':'Ask the depot where the parcel is','position':'a','done':true}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_TASK, "{'id':'k01J00000000000000000000002'," CASE ",'title':'Send it again by courier','position':'b',"
                                             "'assigneeId':'p01J00000000000000000000002','dueAt':'2026-01-12T16:00:00Z','checklist':{"
                                             "'i01J00000000000000000000001':{'title':'Weigh it','done':true,'position':'a'},"
                                             "'i01J00000000000000000000002':{'title':'Book the courier before noon','done':false,'position':'b'}}}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_TASK, "{'id':'k01J00000000000000000000003'," CASE ",'title':'Refund the shipping','position':'c','skipped':'It was free'}");
}

/* The page alone, as wide as its pane: a whole window is drawn where it is needed. */
static GtkWidget *
open_page (CsmUiDesk *desk,
           GType      type)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *page = g_object_new (type, "workbench", desk->workbench, NULL);

  csm_ui_desk_open_case (desk, 1);
  gtk_window_set_default_size (GTK_WINDOW (window), 340, 900);
  gtk_window_set_child (GTK_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  csm_ui_settle ();
  return page;
}

static GtkWidget *
open_case_page (CsmUiDesk *desk)
{
  return open_page (desk, CSM_TYPE_CASE_PROPERTIES);
}

static void
close_page (GtkWidget *page)
{
  gtk_window_destroy (GTK_WINDOW (gtk_widget_get_root (page)));
  csm_ui_settle ();
}

/* Beside the tests, to look at. */
static void
save_png (GtkWidget  *window,
          const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_BUILT, "ui", name, NULL);

  csm_ui_settle ();
  csm_ui_save_png (window, path);
}

typedef struct
{
  CsmUiDesk  *desk;
  const char *titles; /* of the tasks, divided by bars; those that are not open in brackets */
} Expected;

static char *
read_titles (CsmUiDesk *desk)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (desk->workbench);
  GString *titles = g_string_new (NULL);

  for (guint i = 0; detail != NULL && i < detail->tasks->len; i++)
    {
      JsonObject *task = detail->tasks->pdata[i];
      gboolean open = csm_task_is_open (task);

      g_string_append_printf (titles, "%s%s%s%s", i > 0 ? "|" : "", open ? "" : "(", csm_json_get_string (task, "title"), open ? "" : ")");
    }
  return g_string_free (titles, FALSE);
}

static gboolean
tasks_are (gpointer data)
{
  Expected *expected = data;
  g_autofree char *titles = read_titles (expected->desk);

  return g_str_equal (titles, expected->titles);
}

static void
wait_tasks (CsmUiDesk  *desk,
            const char *titles)
{
  Expected expected = { desk, titles };

  csm_ui_wait_until (tasks_are, &expected, titles);
  csm_ui_settle ();
}

static GtkWidget *
line_of (GtkWidget  *page,
         const char *title)
{
  GtkWidget *label = csm_ui_find_label (page, title);

  g_assert_nonnull (label);
  return gtk_widget_get_ancestor (label, CSM_TYPE_TASK_LINE);
}

static void
test_tasks (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *page = open_case_page (desk);
  GtkWidget *entry = csm_ui_find (csm_ui_find_type (page, CSM_TYPE_TASK_LIST), GTK_TYPE_TEXT, "entry");
  GtkWidget *line;

  gtk_editable_set_text (GTK_EDITABLE (entry), "  Ring the depot ");
  g_signal_emit_by_name (entry, "activate");
  wait_tasks (desk, "Ring the depot");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  gtk_editable_set_text (GTK_EDITABLE (entry), "Write to María");
  g_signal_emit_by_name (entry, "activate");
  wait_tasks (desk, "Ring the depot|Write to María");
  csm_ui_activate (line_of (page, "Write to María"), "task.up");
  wait_tasks (desk, "Write to María|Ring the depot");
  g_assert_cmpint (gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (line_of (page, "Write to María"))), ==, 0);
  g_signal_emit_by_name (line_of (page, "Ring the depot"), "dropped", line_of (page, "Write to María"), TRUE);
  wait_tasks (desk, "Ring the depot|Write to María");
  line = line_of (page, "Ring the depot");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (csm_ui_find (line, GTK_TYPE_CHECK_BUTTON, "check")), TRUE);
  wait_tasks (desk, "(Ring the depot)|Write to María");
  csm_ui_world_wait_label (page, "1 of 2 done");
  csm_workbench_undo (desk->workbench);
  wait_tasks (desk, "Ring the depot|Write to María");
  csm_ui_activate (line, "task.delete");
  wait_tasks (desk, "Write to María");
  csm_workbench_undo (desk->workbench);
  wait_tasks (desk, "Ring the depot|Write to María");
  close_page (page);
}

/* A line of the list is written in, and given away, where it stands. */
static void
test_line (CsmUiDesk     *desk,
           gconstpointer  data)
{
  GtkWidget *page;
  GtkWidget *line;
  GtkWidget *entry;

  put_tasks (desk);
  page = open_case_page (desk);
  wait_tasks (desk, "(Ask the depot where the parcel is)|Send it again by courier|(Refund the shipping)");
  csm_ui_world_check_names (page);
  line = line_of (page, "Send it again by courier");
  csm_ui_activate (line, "task.rename");
  entry = csm_ui_find (line, GTK_TYPE_ENTRY, "entry");
  g_assert_true (gtk_widget_get_mapped (entry));
  gtk_editable_set_text (GTK_EDITABLE (entry), "Send it by bicycle");
  g_signal_emit_by_name (entry, "activate");
  wait_tasks (desk, "(Ask the depot where the parcel is)|Send it by bicycle|(Refund the shipping)");
  csm_ui_activate (line, "task.add-item");
  entry = csm_ui_find (line, GTK_TYPE_ENTRY, "item_entry");
  gtk_editable_set_text (GTK_EDITABLE (entry), "Find a bicycle");
  g_signal_emit_by_name (entry, "activate");
  csm_ui_world_wait_label (line, "Find a bicycle");
  g_assert_true (gtk_widget_get_mapped (entry));
  csm_ui_activate (line_of (page, "Refund the shipping"), "task.unskip");
  wait_tasks (desk, "(Ask the depot where the parcel is)|Send it by bicycle|Refund the shipping");
  csm_ui_activate (line, "task.skip");
  entry = csm_ui_find_type (line, GTK_TYPE_POPOVER);
  entry = csm_ui_find_type (entry, GTK_TYPE_ENTRY);
  g_signal_emit_by_name (entry, "activate");
  g_assert_true (csm_task_is_open (csm_task_line_get_task (CSM_TASK_LINE (line))));
  gtk_editable_set_text (GTK_EDITABLE (entry), "Too far");
  g_signal_emit_by_name (entry, "activate");
  wait_tasks (desk, "(Ask the depot where the parcel is)|(Send it by bicycle)|Refund the shipping");
  csm_ui_world_wait_label (line, "Skipped: Too far");
  close_page (page);
}

/* Another case is read from its top, however far down the last one was. */
static void
test_top (CsmUiDesk     *desk,
          gconstpointer  data)
{
  GtkWidget *page;
  GtkAdjustment *place;

  put_tasks (desk);
  page = open_case_page (desk);
  place = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (adw_bin_get_child (ADW_BIN (page))));
  wait_tasks (desk, "(Ask the depot where the parcel is)|Send it again by courier|(Refund the shipping)");
  csm_ui_wait_painted (page);
  gtk_adjustment_set_value (place, 80);
  g_assert_cmpfloat (gtk_adjustment_get_value (place), ==, 80);
  csm_ui_desk_open_case (desk, 2);
  g_assert_cmpfloat (gtk_adjustment_get_value (place), ==, 0);
  close_page (page);
}

static gboolean
goal_is_met (gpointer data)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (data);

  return detail != NULL && g_strcmp0 (csm_json_get_string (detail->record, "goalOutcome"), "met") == 0;
}

static void
test_goal (CsmUiDesk     *desk,
           gconstpointer  data)
{
  GtkWidget *page = csm_ui_find_type (open_case_page (desk), CSM_TYPE_CASE_GOAL);
  GtkWidget *met = csm_ui_find (page, GTK_TYPE_TOGGLE_BUTTON, "met");

  g_assert_true (gtk_widget_get_mapped (met));
  g_signal_emit_by_name (met, "clicked");
  csm_ui_wait_until (goal_is_met, desk->workbench, "a goal that was met");
  csm_ui_settle ();
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (met)));
  g_signal_emit_by_name (csm_ui_find (page, GTK_TYPE_TOGGLE_BUTTON, "unmet"), "clicked");
  csm_ui_settle ();
  csm_workbench_undo (desk->workbench);
  csm_ui_wait_until (goal_is_met, desk->workbench, "a goal that was met after all");
  close_page (page);
}

/* --- the brief ----------------------------------------------------------------------------------------------- */

static void
test_promises (void)
{
  g_autofree char *none = csm_brief_find_promise ("Thank you, we look into it.");
  g_autofree char *found = csm_brief_find_promise ("Hello María,\nwe are sorry. The courier brings it by Friday. It costs nothing!\n> I want it on Monday\nAna");

  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (found, ==, "The courier brings it by Friday.");
}

static gboolean
has_next_step (gpointer data)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (data);
  JsonObject *brief = detail != NULL ? csm_json_get_object (detail->record, "brief") : NULL;
  JsonObject *next = brief != NULL ? csm_json_get_object (brief, "next") : NULL;

  return next != NULL && g_strcmp0 (csm_json_get_string (next, "text"), "Send it again by courier – Ben Okafor (12 Jan, 16:00)") == 0;
}

static gboolean
is_filled (gpointer data)
{
  return csm_ui_find_label (data, "Please check it") != NULL && gtk_widget_get_mapped (csm_ui_find_label (data, "Please check it"));
}

/* Whoever closes it by mistake is asked, and goes on. */
static void
close_and_keep (CsmSheet *sheet)
{
  GtkWidget *dialog = NULL;
  GList *windows;

  gtk_window_close (GTK_WINDOW (sheet));
  windows = gtk_window_list_toplevels ();
  for (GList *l = windows; l != NULL; l = l->next)
    if (ADW_IS_MESSAGE_DIALOG (l->data) && gtk_window_get_transient_for (l->data) == GTK_WINDOW (sheet))
      dialog = l->data;
  g_list_free (windows);
  g_assert_nonnull (dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "keep");
  csm_ui_settle ();
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (sheet)));
}

static void
test_brief (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *page;
  CsmSheet *sheet;

  put_tasks (desk);
  csm_ui_put (desk->cache, CSM_TYPE_ID_MESSAGE, "{'id':'m01J00000000000000000000900'," CASE ",'conversationId':'v01J00000000000000000000001','direction':'out',"
                                                "'channelId':'h01J00000000000000000000001','authorId':'p01J00000000000000000000001','at':'2026-01-10T10:00:00Z',"
                                                "'textBody':'Dear María, the courier brings it on Friday.','body':[]}");
  page = open_case_page (desk);
  sheet = csm_brief_editor_present (page, desk->workbench, TRUE);
  csm_ui_wait_until (is_filled, sheet, "what the case has");
  csm_ui_settle ();
  csm_ui_world_check_names (GTK_WIDGET (sheet));
  g_assert_null (csm_ui_find_label (GTK_WIDGET (sheet), "**"));
  close_and_keep (sheet);
  g_signal_emit_by_name (sheet, "done");
  csm_ui_wait_until (has_next_step, desk->workbench, "a brief");
  csm_ui_settle ();
  g_assert_nonnull (csm_ui_find_label (csm_ui_find_type (page, CSM_TYPE_CASE_BRIEF), "brings it on Friday"));
  close_page (page);
}

/* --- handing over -------------------------------------------------------------------------------------------- */

static gboolean
is_bens (gpointer data)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (data);

  return detail != NULL && g_strcmp0 (csm_json_get_string (detail->record, "ownerId"), "p01J00000000000000000000002") == 0;
}

static JsonObject *
last_comment (CsmUiDesk *desk)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (desk->workbench);

  return ((CsmTimelineEntry *) detail->comments->pdata[detail->comments->len - 1])->record;
}

static void
test_hand_over (CsmUiDesk     *desk,
                gconstpointer  data)
{
  GtkWidget *content;
  GtkWidget *page;
  CsmSheet *sheet;

  put_tasks (desk);
  csm_ui_put (desk->cache, CSM_TYPE_ID_TEAM, "{'id':'t01J00000000000000000000001','name':'Service','department':'service','escalatesTo':'t01J00000000000000000000003'}");
  page = open_case_page (desk);
  sheet = csm_hand_over_present (page, desk->workbench);
  content = csm_ui_find_type (GTK_WIDGET (sheet), CSM_TYPE_HAND_OVER);
  csm_ui_settle ();
  csm_ui_world_check_names (GTK_WIDGET (sheet));
  g_assert_nonnull (csm_ui_find_label (content, "Send it again by courier"));
  g_assert_nonnull (csm_ui_find_label (content, "Escalate to Product"));
  csm_hand_over_choose (CSM_HAND_OVER (content), "p01J00000000000000000000002");
  csm_ui_type (csm_ui_find_type (content, GTK_TYPE_TEXT_VIEW), "She rings again at noon.");
  /* What was typed goes by no slip of a key. */
  gtk_window_close (GTK_WINDOW (sheet));
  csm_ui_settle ();
  gtk_window_destroy (GTK_WINDOW (csm_ui_find_window (ADW_TYPE_MESSAGE_DIALOG)));
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (sheet)));
  g_signal_emit_by_name (sheet, "done");
  csm_ui_wait_until (is_bens, desk->workbench, "Ben's case");
  csm_ui_settle ();
  g_assert_cmpstr (csm_json_get_string (last_comment (desk), "kind"), ==, "handOver");
  g_assert_cmpstr (csm_json_get_string (last_comment (desk), "body"), ==, "@Ben Okafor, the case is yours.\n\nShe rings again at noon.");
  csm_workbench_undo (desk->workbench);
  csm_ui_settle ();
  csm_ui_world_wait_label (page, "Ana Reyes");
  close_page (page);
}

/* --- tasks of all cases, and history ------------------------------------------------------------------------- */

static gboolean
lists_task (gpointer data)
{
  return csm_ui_find_label (data, "Read the press release") != NULL;
}

static void
test_my_tasks (CsmUiDesk     *desk,
               gconstpointer  data)
{
  GtkWidget *page;
  GtkWidget *row;

  put_tasks (desk);
  csm_ui_put (desk->cache, CSM_TYPE_ID_TASK, "{'id':'k01J00000000000000000000011','caseId':'c01J00000000000000000000009','title':'Read the press release',"
                                             "'position':'a','assigneeId':'p01J00000000000000000000001','dueAt':'2026-02-12T16:00:00Z'}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_TASK, "{'id':'k01J00000000000000000000012','caseId':'c01J00000000000000000000002','title':'Show the idea to Dev',"
                                             "'position':'a','assigneeId':'p01J00000000000000000000001'}");
  csm_ui_desk_open (desk, 1000, 700);
  csm_ui_activate (desk->window, "win.show-tasks");
  csm_ui_world_wait_for (desk->window, CSM_TYPE_TASKS_PAGE);
  page = csm_ui_find_type (desk->window, CSM_TYPE_TASKS_PAGE);
  csm_ui_wait_until (lists_task, page, "a task");
  csm_ui_settle ();
  csm_ui_world_check_names (page);
  g_assert_null (csm_ui_find_label (page, "Send it again by courier"));
  row = gtk_widget_get_ancestor (csm_ui_find_label (page, "Read the press release"), ADW_TYPE_ACTION_ROW);
  adw_action_row_activate (ADW_ACTION_ROW (row));
  csm_ui_settle ();
  g_assert_cmpstr (csm_workbench_get_case_id (desk->workbench), ==, "c01J00000000000000000000009");
  g_assert_false (gtk_widget_get_mapped (page));
}

static gboolean
has_events (gpointer data)
{
  return csm_ui_find_label (data, "Ana Reyes set the priority to high") != NULL;
}

static void
test_history (CsmUiDesk     *desk,
              gconstpointer  data)
{
  CsmSheet *sheet;
  GtkWidget *content;
  GtkWidget *page;
  g_autofree char *text = NULL;

  csm_ui_put (desk->cache, CSM_TYPE_ID_EVENT, "{'id':'y01J00000000000000000000081'," CASE ",'personId':'p01J00000000000000000000002','at':'2026-01-02T10:00:00Z',"
                                              "'kind':'taskCreated','property':'title','before':{'value':null},'after':{'value':'Ring the depot'},"
                                              "'recordId':'k01J00000000000000000000001'}");
  page = open_case_page (desk);
  sheet = csm_history_view_present (page, desk->workbench);
  content = csm_ui_find_type (GTK_WIDGET (sheet), CSM_TYPE_HISTORY_VIEW);
  csm_ui_wait_until (has_events, content, "the history");
  csm_ui_settle ();
  csm_ui_world_check_names (GTK_WIDGET (sheet));
  adw_combo_row_set_selected (ADW_COMBO_ROW (csm_ui_find_type (content, ADW_TYPE_COMBO_ROW)), 3);
  csm_ui_settle ();
  g_assert_null (csm_ui_find_label (content, "Ana Reyes set the priority to high"));
  g_assert_nonnull (csm_ui_find_label (content, "Ben Okafor added the task “Ring the depot”"));
  text = csm_history_view_dup_text (CSM_HISTORY_VIEW (content));
  g_assert_nonnull (strstr (text, "History of the case “Late parcel”"));
  g_assert_nonnull (strstr (text, "Ben Okafor added the task “Ring the depot”"));
  g_assert_null (strstr (text, "priority"));
  gtk_window_destroy (GTK_WINDOW (sheet));
  close_page (page);
}

/* --- who knows ------------------------------------------------------------------------------------------------ */

static gboolean
answers_who (gpointer data)
{
  return csm_ui_find_label (data, "Looking…") == NULL;
}

static void
test_who_knows (CsmUiDesk     *desk,
                gconstpointer  data)
{
  GtkWidget *page;
  GtkWidget *popover;
  GtkWidget *ask;

  csm_ui_put (desk->cache, CSM_TYPE_ID_PERSON, "{'id':'p01J00000000000000000000003','name':'Chiara Conti','email':'person3@example.com','role':'agent',"
                                               "'expertise':{'parcel':true,'customs':true}}");
  csm_ui_desk_open (desk, 1000, 700);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_activate (desk->window, "win.show-case-page");
  csm_ui_settle ();
  page = csm_ui_find_type (desk->window, CSM_TYPE_CASE_PROPERTIES);
  popover = csm_ui_find_type (page, CSM_TYPE_WHO_KNOWS);
  gtk_popover_popup (GTK_POPOVER (popover));
  csm_ui_wait_until (answers_who, popover, "who knows");
  csm_ui_settle ();
  csm_ui_world_check_names (popover);
  ask = csm_ui_find_label (popover, "Ask");
  g_assert_nonnull (ask);
  g_signal_emit_by_name (gtk_widget_get_ancestor (ask, GTK_TYPE_BUTTON), "clicked");
  csm_ui_settle ();
  g_assert_true (gtk_widget_get_mapped (csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW, "text_view")));
}

/* --- templates ------------------------------------------------------------------------------------------------ */

static void
test_clean (CsmUiDesk     *desk,
            gconstpointer  data)
{
  CsmCaseDetail *detail;
  g_autofree char *clean = NULL;

  csm_ui_desk_open_case (desk, 1);
  detail = csm_workbench_get_detail (desk->workbench);
  clean = csm_template_clean ("Dear María López, parcel 4471-22 for Casa López goes to maria@example.org; ring +34 600 123 456. See https://x.example/4471. "
                              "Two boots for Maríana, 15 EUR. LÓPEZ", detail);
  g_assert_cmpstr (clean, ==, "Dear {name}, parcel {number} for {organisation} goes to {address}; ring {phone}. See {link} "
                              "Two boots for Maríana, 15 EUR. {name}");
}

static gboolean
has_template (gpointer data)
{
  CsmDirectory *directory = csm_workbench_get_directory (data);

  return directory != NULL && directory->templates->len == 1;
}

static gboolean
is_proposed (gpointer data)
{
  return csm_ui_find_label (data, "Please check that nothing of the customer is left") != NULL;
}

static void
test_keep (CsmUiDesk     *desk,
           gconstpointer  data)
{
  GtkWidget *page;
  CsmSheet *sheet;
  JsonObject *record;
  GtkWidget *choice;
  JsonObject *words;
  g_autofree char *text = NULL;

  put_tasks (desk);
  csm_ui_put (desk->cache, CSM_TYPE_ID_TASK, "{'id':'k01J00000000000000000000004'," CASE ",'title':'Write to María López','position':'d'}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_CASE, "{'id':'c01J00000000000000000000001','subject':'Late parcel 447122 of María López','status':'open','customerId':'u01J00000000000000000000001'}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_MESSAGE, "{'id':'m01J00000000000000000000900'," CASE ",'conversationId':'v01J00000000000000000000001','direction':'out',"
                                                "'channelId':'h01J00000000000000000000001','authorId':'p01J00000000000000000000001','at':'2026-01-10T10:00:00Z',"
                                                "'textBody':'Dear María, parcel 447122 is on its way again, and the shipping costs you nothing at all.','body':[]}");
  page = open_case_page (desk);
  sheet = csm_template_keeper_present (page, desk->workbench);
  csm_ui_wait_until (is_proposed, sheet, "what could be kept");
  csm_ui_settle ();
  csm_ui_world_check_names (GTK_WIDGET (sheet));
  choice = csm_ui_find_type (GTK_WIDGET (sheet), GTK_TYPE_SWITCH);
  gtk_switch_set_active (GTK_SWITCH (choice), FALSE);
  /* What was changed goes by no slip of a key. */
  gtk_window_close (GTK_WINDOW (sheet));
  csm_ui_settle ();
  gtk_window_destroy (GTK_WINDOW (csm_ui_find_window (ADW_TYPE_MESSAGE_DIALOG)));
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (sheet)));
  g_signal_emit_by_name (sheet, "done");
  csm_ui_wait_until (has_template, desk->workbench, "a template");
  csm_ui_settle ();
  record = csm_workbench_get_directory (desk->workbench)->templates->pdata[0];
  text = csm_json_write_object (record);
  g_test_message ("%s", text);
  g_assert_null (strstr (text, "María"));
  g_assert_null (strstr (text, "López"));
  g_assert_null (strstr (text, "447122"));
  /* By these a case is found that is like it: what it was about, not who it was. */
  words = csm_json_get_object (record, "words");
  g_assert_true (json_object_has_member (words, "parcel"));
  g_assert_false (json_object_has_member (words, "maria") || json_object_has_member (words, "lopez") || json_object_has_member (words, "447122"));
  g_assert_false (json_object_has_member (words, "number"));
  g_assert_nonnull (strstr (text, "Write to {name}"));
  g_assert_nonnull (strstr (text, "Book the courier before noon"));
  g_assert_null (strstr (text, "Ask the depot"));
  g_assert_null (strstr (text, "Refund the shipping"));
  close_page (page);
}

static gboolean
offers (gpointer data)
{
  GtkWidget *offer = csm_ui_find_type (data, CSM_TYPE_TEMPLATE_OFFER);

  return offer != NULL && gtk_widget_get_mapped (offer);
}

static void
test_offer (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *page;
  GtkWidget *button;

  csm_ui_put (desk->cache, CSM_TYPE_ID_TEMPLATE, "{'id':'e01J00000000000000000000001','title':'Parcel is late','goal':'At the door, or the money back','enabled':true,"
                                                 "'tasks':[{'title':'Ask the depot','checklist':['Number','Weight']},{'title':'Write to {name}','dueAfter':60}],"
                                                 "'texts':[{'title':'Reply 1','body':'Dear {name}, we look for it.'}],'expertIds':{'p01J00000000000000000000002':true},"
                                                 "'words':{'late':true,'parcel':true},'tagIds':{'g01J00000000000000000000002':true},'useCount':4,'metCount':3}");
  page = open_case_page (desk);
  csm_ui_wait_until (offers, page, "an offer");
  csm_ui_settle ();
  g_assert_nonnull (csm_ui_find_label (page, "Like “Parcel is late” (used 4 times, goal met 3)"));
  csm_ui_world_check_names (page);
  csm_template_look_present (page, desk->workbench, csm_workbench_get_directory (desk->workbench)->templates->pdata[0]);
  {
    g_autoptr (GList) windows = gtk_window_list_toplevels ();
    GtkWidget *sheet = NULL;

    for (GList *l = windows; l != NULL; l = l->next)
      if (CSM_IS_SHEET (l->data))
        sheet = l->data;
    csm_ui_settle ();
    csm_ui_world_check_names (sheet);
    gtk_window_destroy (GTK_WINDOW (sheet));
  }
  button = csm_ui_find (csm_ui_find_type (page, CSM_TYPE_TEMPLATE_OFFER), GTK_TYPE_BUTTON, "use_button");
  g_signal_emit_by_name (button, "clicked");
  wait_tasks (desk, "Ask the depot|Write to {name}");
  g_assert_false (offers (page));
  csm_workbench_undo (desk->workbench);
  wait_tasks (desk, "");
  close_page (page);
}

/* --- merging -------------------------------------------------------------------------------------------------- */

static gboolean
links_second (gpointer data)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (data);

  return detail != NULL && detail->related->len == 1;
}

static gboolean
second_is_open (gpointer data)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (data);

  return detail != NULL && g_strcmp0 (csm_json_get_string (detail->record, "id"), "c01J00000000000000000000002") == 0 && detail->merged->len == 1;
}

static gboolean
is_apart (gpointer data)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (data);

  return detail != NULL && detail->merged->len == 0;
}

static gboolean
warns (gpointer data)
{
  GtkWidget *label = csm_ui_find_label (data, "It is another customer’s case");

  return label != NULL && gtk_widget_get_mapped (label);
}

static void
test_merge (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *page = open_case_page (desk);
  GtkWidget *links = csm_ui_find_type (page, CSM_TYPE_CASE_LINKS);
  CsmSheet *sheet = csm_merge_dialog_present (page, desk->workbench, CSM_LINK_CASE, NULL);

  csm_merge_dialog_choose (CSM_MERGE_DIALOG (csm_ui_find_type (GTK_WIDGET (sheet), CSM_TYPE_MERGE_DIALOG)), "c01J00000000000000000000002");
  csm_ui_settle ();
  csm_ui_settle ();
  g_signal_emit_by_name (sheet, "done");
  csm_ui_wait_until (links_second, desk->workbench, "a linked case");
  csm_ui_settle ();
  g_assert_nonnull (csm_ui_find_label (links, "Ideas for the app"));
  sheet = csm_merge_dialog_present (page, desk->workbench, CSM_MERGE_CASE, NULL);
  csm_merge_dialog_choose (CSM_MERGE_DIALOG (csm_ui_find_type (GTK_WIDGET (sheet), CSM_TYPE_MERGE_DIALOG)), "c01J00000000000000000000002");
  csm_ui_wait_until (warns, sheet, "a warning");
  csm_ui_world_check_names (GTK_WIDGET (sheet));
  g_signal_emit_by_name (sheet, "done");
  csm_ui_wait_until (second_is_open, desk->workbench, "what the case was merged into");
  csm_ui_settle ();
  g_assert_nonnull (csm_ui_find_label (links, "Merged into this case"));
  csm_ui_world_check_names (page);
  csm_merge_take_apart (desk->workbench, "c01J00000000000000000000001");
  csm_ui_wait_until (is_apart, desk->workbench, "two cases");
  close_page (page);
}

/* A message that begins something else becomes a case of its own. */
static void
test_split (CsmUiDesk     *desk,
            gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;
  CsmTimelineEntry *entry = NULL;
  CsmCaseDetail *detail;

  csm_ui_desk_open_case (desk, 1);
  detail = csm_workbench_get_detail (desk->workbench);
  for (guint i = 0; i < detail->timeline->len; i++)
    if (((CsmTimelineEntry *) detail->timeline->pdata[i])->kind == CSM_ENTRY_MESSAGE)
      entry = detail->timeline->pdata[i];
  csm_merge_split_off (desk->workbench, entry->record);
  ops = csm_ui_world_wait_outbox (desk, 2);
  g_assert_cmpint (((CsmOperation *) ops->pdata[0])->type, ==, CSM_TYPE_ID_CASE);
  g_assert_cmpstr (csm_json_get_string (((CsmOperation *) ops->pdata[0])->payload, "customerId"), ==, "u01J00000000000000000000001");
  g_assert_cmpstr (csm_json_get_string (((CsmOperation *) ops->pdata[1])->payload, "splitFromId"), ==, "v01J00000000000000000000001");
  g_assert_cmpstr (csm_json_get_string (((CsmOperation *) ops->pdata[1])->payload, "firstMessageId"), ==, "m01J00000000000000000000002");
  g_assert_cmpstr (csm_workbench_get_case_id (desk->workbench), ==, ((CsmOperation *) ops->pdata[0])->record_id);
}

/* --- customers ------------------------------------------------------------------------------------------------ */

static gboolean
asks_in_vain (gpointer data)
{
  return csm_ui_find_label (data, "can only be said with a connection") != NULL;
}

static gboolean
says_nothing_is_found (gpointer data)
{
  GtkWidget *label = csm_ui_find_label (data, "Nothing found");

  return label != NULL && gtk_widget_get_mapped (label);
}

static void
test_customers (CsmUiDesk     *desk,
                gconstpointer  data)
{
  g_autoptr (JsonObject) plan = csm_json_parse_object ("{\"cases\":4,\"conversations\":5,\"identities\":2,\"differ\":[{\"property\":\"name\"}]}", -1, NULL);
  g_autoptr (GPtrArray) ops = NULL;
  CsmMergeCustomers *merge;
  GtkWidget *page;
  CsmSheet *sheet;

  page = open_page (desk, CSM_TYPE_CUSTOMER_PANE);
  csm_ui_world_check_names (page);
  sheet = csm_merge_customers_present (page, desk->workbench);
  merge = CSM_MERGE_CUSTOMERS (csm_ui_find_type (GTK_WIDGET (sheet), CSM_TYPE_MERGE_CUSTOMERS));
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find_type (GTK_WIDGET (sheet), GTK_TYPE_SEARCH_ENTRY)), "nobody is called so");
  csm_ui_wait_until (says_nothing_is_found, sheet, "that nobody is found");
  csm_merge_customers_choose (merge, "c01J00000000000000000000002");
  csm_ui_wait_until (asks_in_vain, sheet, "what can't be known offline");
  csm_merge_customers_show_plan (merge, plan);
  csm_ui_settle ();
  csm_ui_world_check_names (GTK_WIDGET (sheet));
  g_assert_nonnull (csm_ui_find_label (GTK_WIDGET (sheet), "María López becomes part of Jon Park"));
  g_signal_emit_by_name (sheet, "done");
  ops = csm_ui_world_wait_outbox (desk, 1);
  g_assert_cmpstr (csm_json_get_string (((CsmOperation *) ops->pdata[0])->payload, "mergedIntoId"), ==, "u01J00000000000000000000002");
  close_page (page);
}

/* --- how it looks where there is little room, and in the dark -------------------------------------------------- */

static void
test_narrow (CsmUiDesk     *desk,
             gconstpointer  data)
{
  CsmSheet *sheet;

  put_tasks (desk);
  csm_ui_put (desk->cache, CSM_TYPE_ID_TEMPLATE, "{'id':'e01J00000000000000000000001','title':'Parcel is late','enabled':true,'words':{'late':true,'parcel':true},"
                                                 "'tasks':[{'title':'Ask the depot'}],'tagIds':{'g01J00000000000000000000002':true},'useCount':4,'metCount':3}");
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  csm_ui_desk_open (desk, 360, 700);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_activate (desk->window, "win.show-case-page");
  csm_ui_settle ();
  g_assert_cmpint (gtk_widget_get_width (desk->window), <=, 360);
  csm_ui_desk_save_png (desk, "case-360-dark.png");
  sheet = csm_hand_over_present (desk->window, desk->workbench);
  csm_ui_settle ();
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (sheet)), <=, 360);
  save_png (GTK_WIDGET (sheet), "hand-over-360-dark.png");
  gtk_window_destroy (GTK_WINDOW (sheet));
  sheet = csm_template_keeper_present (desk->window, desk->workbench);
  csm_ui_wait_until (is_proposed, sheet, "what could be kept");
  csm_ui_settle ();
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (sheet)), <=, 360);
  save_png (GTK_WIDGET (sheet), "keep-360-dark.png");
  gtk_window_destroy (GTK_WINDOW (sheet));
  csm_ui_activate (desk->window, "win.show-tasks");
  csm_ui_settle ();
  g_assert_cmpint (gtk_widget_get_width (desk->window), <=, 360);
  csm_ui_desk_save_png (desk, "tasks-360-dark.png");
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
}

/* --- preferences ---------------------------------------------------------------------------------------------- */

static gboolean
has_load (gpointer data)
{
  return csm_ui_find_label (data, " open") != NULL;
}

static void
test_team (CsmUiDesk     *desk,
           gconstpointer  data)
{
  GtkWidget *window = adw_preferences_window_new ();
  GtkWidget *page = csm_workload_page_new (desk->workbench);

  csm_ui_put (desk->cache, CSM_TYPE_ID_PERSON, "{'id':'p01J00000000000000000000002','name':'Ben Okafor','email':'person2@example.com','role':'agent',"
                                               "'awayFrom':'2026-01-01T00:00:00Z','awayUntil':'2096-01-01T00:00:00Z','standInId':'p01J00000000000000000000003'}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_TEMPLATE, "{'id':'e01J00000000000000000000001','title':'Parcel is late & <lost>','enabled':true,'useCount':4,'metCount':3}");
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (page));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (csm_templates_page_new (desk->workbench)));
  gtk_window_present (GTK_WINDOW (window));
  csm_ui_wait_until (has_load, page, "how much there is to do");
  csm_ui_settle ();
  csm_ui_world_check_names (window);
  g_assert_nonnull (csm_ui_find_label (page, "Chiara Conti stands in"));
  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), "templates");
  csm_ui_settle ();
  g_assert_nonnull (csm_ui_find_label (window, "used 4 times, goal met 3"));
  {
    CsmSheet *sheet = csm_away_sheet_present (window, desk->workbench, "p01J00000000000000000000002");

    csm_ui_settle ();
    csm_ui_world_check_names (GTK_WIDGET (sheet));
    gtk_window_destroy (GTK_WINDOW (sheet));
  }
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  g_test_add ("/case-work/tasks", CsmUiDesk, application, csm_ui_desk_set_up, test_tasks, csm_ui_desk_tear_down);
  g_test_add ("/case-work/top", CsmUiDesk, application, csm_ui_desk_set_up, test_top, csm_ui_desk_tear_down);
  g_test_add ("/case-work/line", CsmUiDesk, application, csm_ui_desk_set_up, test_line, csm_ui_desk_tear_down);
  g_test_add ("/case-work/goal", CsmUiDesk, application, csm_ui_desk_set_up, test_goal, csm_ui_desk_tear_down);
  g_test_add_func ("/case-work/promises", test_promises);
  g_test_add ("/case-work/brief", CsmUiDesk, application, csm_ui_desk_set_up, test_brief, csm_ui_desk_tear_down);
  g_test_add ("/case-work/hand-over", CsmUiDesk, application, csm_ui_desk_set_up, test_hand_over, csm_ui_desk_tear_down);
  g_test_add ("/case-work/my-tasks", CsmUiDesk, application, csm_ui_desk_set_up, test_my_tasks, csm_ui_desk_tear_down);
  g_test_add ("/case-work/history", CsmUiDesk, application, csm_ui_desk_set_up, test_history, csm_ui_desk_tear_down);
  g_test_add ("/case-work/who-knows", CsmUiDesk, application, csm_ui_desk_set_up, test_who_knows, csm_ui_desk_tear_down);
  g_test_add ("/case-work/clean", CsmUiDesk, application, csm_ui_desk_set_up, test_clean, csm_ui_desk_tear_down);
  g_test_add ("/case-work/keep", CsmUiDesk, application, csm_ui_desk_set_up, test_keep, csm_ui_desk_tear_down);
  g_test_add ("/case-work/offer", CsmUiDesk, application, csm_ui_desk_set_up, test_offer, csm_ui_desk_tear_down);
  g_test_add ("/case-work/merge", CsmUiDesk, application, csm_ui_desk_set_up, test_merge, csm_ui_desk_tear_down);
  g_test_add ("/case-work/split", CsmUiDesk, application, csm_ui_desk_set_up, test_split, csm_ui_desk_tear_down);
  g_test_add ("/case-work/customers", CsmUiDesk, application, csm_ui_desk_set_up, test_customers, csm_ui_desk_tear_down);
  g_test_add ("/case-work/narrow", CsmUiDesk, application, csm_ui_desk_set_up, test_narrow, csm_ui_desk_tear_down);
  g_test_add ("/case-work/team", CsmUiDesk, application, csm_ui_desk_set_up, test_team, csm_ui_desk_tear_down);
  return csm_ui_test_run ();
}
