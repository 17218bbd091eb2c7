/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-app-resources.h"
#include "csm-brief-editor.h"
#include "csm-brief-text.h"
#include "csm-case-brief.h"
#include "csm-case-goal.h"
#include "csm-case-properties.h"
#include "csm-colleague-pane.h"
#include "csm-json.h"
#include "csm-task-line.h"
#include "csm-task-list.h"
#include "csm-task.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-window.h"

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

static GtkWidget *
open_case_page (CsmUiDesk *desk,
                int        width)
{
  csm_ui_desk_open (desk, width, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_activate (desk->window, "win.note");
  csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE)), "case");
  csm_ui_settle ();
  return csm_ui_find_type (desk->window, CSM_TYPE_CASE_PROPERTIES);
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
  GtkWidget *page = open_case_page (desk, 1400);
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
  page = open_case_page (desk, 1400);
  wait_tasks (desk, "(Ask the depot where the parcel is)|Send it again by courier|(Refund the shipping)");
  csm_ui_world_check_names (page);
  csm_ui_desk_save_png (desk, "case-1400.png");
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
  GtkWidget *page = csm_ui_find_type (open_case_page (desk, 1400), CSM_TYPE_CASE_GOAL);
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
  page = open_case_page (desk, 1400);
  sheet = csm_brief_editor_present (desk->window, desk->workbench, TRUE);
  csm_ui_wait_until (is_filled, sheet, "what the case has");
  csm_ui_settle ();
  csm_ui_world_check_names (GTK_WIDGET (sheet));
  save_png (GTK_WIDGET (sheet), "brief-sheet.png");
  g_signal_emit_by_name (sheet, "done");
  csm_ui_wait_until (has_next_step, desk->workbench, "a brief");
  csm_ui_settle ();
  g_assert_nonnull (csm_ui_find_label (csm_ui_find_type (page, CSM_TYPE_CASE_BRIEF), "brings it on Friday"));
  csm_ui_desk_save_png (desk, "brief-1400.png");
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = NULL;

  csm_ui_test_init (&argc, &argv);
  g_assert_nonnull (csm_app_get_resource ());
  application = adw_application_new (CSM_APP_ID, G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_test_add ("/case-work/tasks", CsmUiDesk, application, csm_ui_desk_set_up, test_tasks, csm_ui_desk_tear_down);
  g_test_add ("/case-work/line", CsmUiDesk, application, csm_ui_desk_set_up, test_line, csm_ui_desk_tear_down);
  g_test_add ("/case-work/goal", CsmUiDesk, application, csm_ui_desk_set_up, test_goal, csm_ui_desk_tear_down);
  g_test_add_func ("/case-work/promises", test_promises);
  g_test_add ("/case-work/brief", CsmUiDesk, application, csm_ui_desk_set_up, test_brief, csm_ui_desk_tear_down);
  return csm_ui_test_run ();
}
