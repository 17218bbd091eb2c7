/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-answer-window.h"
#include "csm-colleague-pane.h"
#include "csm-comment-box.h"
#include "csm-comment-link.h"
#include "csm-comment-parts.h"
#include "csm-comment-row.h"
#include "csm-apart-sheet.h"
#include "csm-customer-merges.h"
#include "csm-discussion.h"
#include "csm-json.h"
#include "csm-merge-notice.h"
#include "csm-message-row.h"
#include "csm-page-switcher.h"
#include "csm-partner-page.h"
#include "csm-sheet.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"

/* What colleagues say to one another about a case, and what belongs together after all. */

#define CASE "c01J00000000000000000000001"
#define OTHER "c01J00000000000000000000002"
#define ANA "p01J00000000000000000000001"
#define BEN "p01J00000000000000000000002"
#define MARIA "u01J00000000000000000000001"
#define TWIN "u01J00000000000000000000077"
#define DEPOT "t01J00000000000000000000071"
#define QUESTION "n01J00000000000000000000801"
#define ANSWER "n01J00000000000000000000802"
#define HANDED "n01J00000000000000000000803"
#define LINKED "n01J00000000000000000000804"

/* --- notes ---------------------------------------------------------------------------------------------------- */

static void
put_notes (CsmUiDesk *desk)
{
  csm_ui_put (desk->cache, CSM_TYPE_ID_COMMENT, "{'id':'" QUESTION "','caseId':'" CASE "','authorId':'" BEN "','at':'2026-11-16T09:00:00Z','pinned':true,"
                                                "'editedAt':'2026-11-16T09:05:00Z','revisions':[{'at':'2026-11-16T09:00:00Z','body':'Does anybody ring the depot?'}],"
                                                "'body':'Who rings the depot about the **second** parcel?'}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_COMMENT, "{'id':'" ANSWER "','caseId':'" CASE "','authorId':'" ANA "','at':'2026-11-16T09:10:00Z',"
                                                "'inReplyTo':'" QUESTION "','body':'I do, at two.'}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_COMMENT, "{'id':'" HANDED "','caseId':'" CASE "','authorId':'" BEN "','kind':'handOver','at':'2026-11-16T09:20:00Z',"
                                                "'body':'The depot rings back. Please tell her.'}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_COMMENT, "{'id':'" LINKED "','caseId':'" CASE "','authorId':'" ANA "','at':'2026-11-16T09:30:00Z',"
                                                "'body':'As she wrote in casement:message/m01J00000000000000000000002 and before.\\ncasement:case/" OTHER "'}");
}

static GtkWidget *
row_of (CsmUiDesk  *desk,
        const char *words)
{
  GtkWidget *discussion = csm_ui_find_type (desk->window, CSM_TYPE_DISCUSSION);

  csm_ui_world_wait_label (discussion, words);
  return gtk_widget_get_ancestor (csm_ui_find_label (discussion, words), CSM_TYPE_COMMENT_ROW);
}

static GtkWidget *
find_class (GtkWidget  *root,
            const char *name)
{
  GtkWidget *found = gtk_widget_has_css_class (root, name) ? root : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_class (child, name);
  return found;
}

static gboolean
has_focus_in (gpointer data)
{
  return (gtk_widget_get_state_flags (data) & GTK_STATE_FLAG_FOCUS_WITHIN) != 0;
}

static gboolean
is_cut (GtkWidget *root)
{
  gboolean cut = GTK_IS_LABEL (root) && gtk_widget_get_mapped (root) && pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (root)));

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && !cut; child = gtk_widget_get_next_sibling (child))
    cut = is_cut (child);
  return cut;
}

static void
test_notes (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *question;
  GtkWidget *answer;
  GtkWidget *edited;

  put_notes (desk);
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  answer = row_of (desk, "I do, at two.");
  question = row_of (desk, "Who rings the depot");
  g_assert_nonnull (csm_ui_find_label (answer, "Ben Okafor: Who rings the depot about the second parcel?"));
  g_signal_emit_by_name (find_class (answer, "comment-answered"), "clicked");
  csm_ui_wait_until (has_focus_in, question, "the note that is answered");
  /* Handed over: said, and not by colour alone. */
  g_assert_nonnull (csm_ui_find_label (row_of (desk, "The depot rings back"), "Handed over by Ben Okafor"));
  /* What it said before. */
  edited = find_class (question, "comment-edited");
  g_assert_true (gtk_widget_get_mapped (edited));
  g_assert_false (gtk_widget_get_mapped (find_class (answer, "comment-edited")));
  g_assert_false (is_cut (csm_ui_find_type (desk->window, CSM_TYPE_PAGE_SWITCHER)));
  csm_ui_desk_save_png (desk, "notes-1400.png");
  csm_ui_activate (question, "comment.versions");
  csm_ui_settle ();
  g_assert_nonnull (csm_ui_find_label (csm_ui_find_window (CSM_TYPE_SHEET), "Does anybody ring the depot?"));
  gtk_window_destroy (GTK_WINDOW (csm_ui_find_window (CSM_TYPE_SHEET)));
  csm_ui_world_check_names (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE));
}

static gboolean
is_at_other (gpointer data)
{
  return g_strcmp0 (csm_workbench_get_case_id (data), OTHER) == 0;
}

static gboolean
message_has_focus (gpointer data)
{
  GtkWidget *focus = gtk_window_get_focus (data);
  GtkWidget *row = focus != NULL ? CSM_IS_MESSAGE_ROW (focus) ? focus : gtk_widget_get_ancestor (focus, CSM_TYPE_MESSAGE_ROW) : NULL;

  return row != NULL && g_strcmp0 (csm_json_get_string (csm_message_row_get_record (CSM_MESSAGE_ROW (row)), "id"), "m01J00000000000000000000002") == 0;
}

static void
test_links (CsmUiDesk     *desk,
            gconstpointer  data)
{
  g_autoptr (GPtrArray) links = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_link_free);
  g_autofree char *read = csm_comment_link_take ("See casement:message/m01J00000000000000000000002, or\ncasement:case/" OTHER "\nnot casement:x/1", links);
  GtkWidget *row;
  GtkWidget *link;

  g_assert_cmpstr (read, ==, "See Message ↗, or\nnot casement:x/1");
  g_assert_cmpuint (links->len, ==, 2);
  put_notes (desk);
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  row = row_of (desk, "As she wrote in");
  csm_ui_world_wait_label (row, "Message from ");
  csm_ui_world_wait_label (row, "Ideas for the app");
  link = gtk_widget_get_ancestor (csm_ui_find_label (row, "Message from "), GTK_TYPE_BUTTON);
  g_signal_emit_by_name (link, "clicked");
  csm_ui_wait_until (message_has_focus, desk->window, "the message");
  link = gtk_widget_get_ancestor (csm_ui_find_label (row, "Ideas for the app"), GTK_TYPE_BUTTON);
  g_signal_emit_by_name (link, "clicked");
  csm_ui_wait_until (is_at_other, desk->workbench, "the other case");
}

static gboolean
is_pinned (gpointer data)
{
  JsonObject *note = csm_comment_parts_find (data, ANSWER);

  return note != NULL && csm_json_get_boolean (note, "pinned");
}

/* There is one summary: the note that is pinned takes the place of the one that was. */
static void
test_pinned (CsmUiDesk     *desk,
             gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;
  gboolean unpinned = FALSE;

  put_notes (desk);
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_activate (row_of (desk, "I do, at two."), "comment.pinned");
  csm_ui_wait_until (is_pinned, desk->workbench, "the other summary");
  ops = csm_ui_desk_outbox (desk);
  for (guint i = 0; i < ops->len; i++)
    {
      CsmOperation *op = ops->pdata[i];

      if (op->type == CSM_TYPE_ID_COMMENT)
        g_assert_cmpint (csm_json_get_boolean (op->payload, "pinned"), ==, g_str_equal (op->record_id, ANSWER));
      unpinned |= g_str_equal (op->record_id, QUESTION);
    }
  g_assert_true (unpinned);
}

/* --- merged --------------------------------------------------------------------------------------------------- */

static void
put_merged (CsmUiDesk *desk)
{
  csm_ui_put (desk->cache, CSM_TYPE_ID_CUSTOMER,
              "{'id':'" TWIN "','name':'M. López','identities':{},'mergedIntoId':'" MARIA "','merged':{'by':'" BEN "','at':'2026-11-16T09:00:00Z',"
              "'identities':{'email:m.lopez@studio.example.org':{'kind':'email','address':'m.lopez@studio.example.org'}}}}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_CASE, "{'id':'c01J00000000000000000000078','subject':'The parcel is here','status':'closed','customerId':'" MARIA "',"
                                             "'lastActivityAt':'2026-11-10T18:21:00Z','mergedIntoId':'" CASE "'}");
}

static GtkWidget *
open_customer (CsmUiDesk *desk,
               int        width)
{
  csm_ui_desk_open (desk, width, 900);
  csm_ui_desk_open_case (desk, 1);
  if (width < 1200)
    g_object_set (desk->window, "colleagues-shown", TRUE, NULL);
  csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE)), "customer");
  csm_ui_settle ();
  return csm_ui_find_type (desk->window, CSM_TYPE_CUSTOMER_MERGES);
}

static gboolean
asks_in_vain (gpointer data)
{
  return csm_ui_find_label (data, "can only be said with a connection") != NULL;
}

static void
test_customers (CsmUiDesk     *desk,
                gconstpointer  data)
{
  g_autoptr (JsonObject) plan = csm_json_parse_object ("{\"cases\":3,\"conversations\":2,\"identities\":1}", -1, NULL);
  g_autoptr (GPtrArray) ops = NULL;
  GtkWidget *merges;
  GtkWidget *sheet;
  GtkWidget *row;

  put_merged (desk);
  merges = open_customer (desk, 1400);
  csm_ui_world_wait_label (merges, "m.lopez@studio.example.org");
  g_assert_nonnull (csm_ui_find_label (merges, "Merged by Ben Okafor"));
  csm_ui_world_check_names (merges);
  csm_ui_desk_save_png (desk, "merged-customer-1400.png");
  row = gtk_widget_get_ancestor (csm_ui_find_label (merges, "m.lopez@studio.example.org"), ADW_TYPE_ACTION_ROW);
  g_signal_emit_by_name (gtk_widget_get_ancestor (csm_ui_find_label (row, "Take Apart…"), GTK_TYPE_BUTTON), "clicked");
  csm_ui_settle ();
  sheet = csm_ui_find_window (CSM_TYPE_SHEET);
  csm_ui_wait_until (asks_in_vain, sheet, "what can't be known offline");
  csm_apart_sheet_show_plan (CSM_APART_SHEET (csm_ui_find_type (sheet, CSM_TYPE_APART_SHEET)), plan);
  g_assert_nonnull (csm_ui_find_label (sheet, "M. López becomes a customer of its own again"));
  csm_ui_world_check_names (sheet);
  g_signal_emit_by_name (sheet, "done");
  ops = csm_ui_world_wait_outbox (desk, 1);
  g_assert_cmpstr (((CsmOperation *) ops->pdata[0])->record_id, ==, TWIN);
  g_assert_true (json_object_get_null_member (((CsmOperation *) ops->pdata[0])->payload, "mergedIntoId"));
}

static gboolean
is_hidden (gpointer data)
{
  return !gtk_widget_get_mapped (data);
}

static gboolean
is_mapped (gpointer data)
{
  return gtk_widget_get_mapped (data);
}

static void
test_notice (CsmUiDesk     *desk,
             gconstpointer  data)
{
  GtkWidget *notice;

  put_merged (desk);
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  notice = csm_ui_find_type (desk->window, CSM_TYPE_MERGE_NOTICE);
  csm_ui_wait_until (is_mapped, notice, "the notice");
  g_assert_nonnull (csm_ui_find_label (notice, "“The parcel is here” was merged into this case"));
  csm_ui_desk_open_case (desk, 2);
  csm_ui_wait_until (is_hidden, notice, "a case without it");
  csm_ui_desk_open_case (desk, 1);
  csm_ui_wait_until (is_mapped, notice, "the notice");
  g_signal_emit_by_name (gtk_widget_get_ancestor (csm_ui_find_label (notice, "Take Apart"), GTK_TYPE_BUTTON), "clicked");
  csm_ui_wait_until (is_hidden, notice, "two cases");
}

/* --- in several places ------------------------------------------------------------------------------------------ */

static char *
box_text (GtkWidget *root)
{
  GtkWidget *view = csm_ui_find (csm_ui_find_type (root, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW, "text_view");
  char *text = NULL;

  g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "text", &text, NULL);
  return text;
}

static gboolean
is_taken_over (gpointer data)
{
  g_autofree char *text = box_text (data);

  return g_str_equal (text, "Half a sentence") && csm_ui_find_window (CSM_TYPE_ANSWER_WINDOW) == NULL;
}

static void
test_taken_over (CsmUiDesk     *desk,
                 gconstpointer  data)
{
  GtkWidget *window;

  csm_ui_desk_open (desk, 1400, 900);
  csm_answer_window_watch (desk->application, desk->workbench);
  window = csm_answer_window_new (desk->application, desk->account, desk->settings, CASE);
  gtk_window_present (GTK_WINDOW (window));
  csm_ui_world_wait_label (window, "Tracking comes");
  csm_ui_type (csm_ui_find (csm_ui_find_type (window, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW, "text_view"), "Half a sentence");
  csm_workbench_open_case (desk->workbench, CASE);
  csm_ui_wait_until (is_taken_over, desk->window, "the note of the other window");
}

static gboolean
has_partner (gpointer data)
{
  return csm_ui_find_label (data, "scanned last") != NULL;
}

static GtkWidget *
open_partners (CsmUiDesk *desk,
               int        width)
{
  csm_ui_put (desk->cache, CSM_TYPE_ID_TEAM, "{'id':'" DEPOT "','name':'Depot Nord','department':'partner'}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_SHARED_COMMENT, "{'id':'q01J00000000000000000000073','caseId':'" CASE "','partnerId':'" DEPOT "','authorId':'" ANA "',"
                                                       "'at':'2026-11-16T09:12:00Z','body':'When was it scanned last?'}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_CASE, "{'id':'" CASE "','subject':'Late parcel','status':'open','customerId':'" MARIA "','ownerId':'" ANA "',"
                                             "'lastActivityAt':'2026-11-16T09:12:00Z','partners':{'" DEPOT "':{'conversation':false}}}");
  csm_ui_desk_open (desk, width, 800);
  csm_ui_desk_open_case (desk, 1);
  if (width < 1200)
    g_object_set (desk->window, "colleagues-shown", TRUE, NULL);
  csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE)), "partners");
  csm_ui_settle ();
  return csm_ui_find_type (desk->window, CSM_TYPE_PARTNER_PAGE);
}

/* A change of a note that was begun is there when one comes back. */
static void
test_partner_edit (CsmUiDesk     *desk,
                   gconstpointer  data)
{
  GtkWidget *page = open_partners (desk, 1400);
  GtkWidget *view = csm_ui_find (page, GTK_TYPE_TEXT_VIEW, "text_view");
  g_autofree char *text = NULL;

  csm_ui_wait_until (has_partner, page, "what was said");
  csm_ui_activate (gtk_widget_get_ancestor (csm_ui_find_label (page, "scanned last"), CSM_TYPE_COMMENT_ROW), "comment.edit");
  csm_ui_type (view, " Please.");
  csm_ui_desk_open_case (desk, 2);
  csm_ui_desk_open_case (desk, 1);
  csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE)), "partners");
  csm_ui_settle ();
  g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "text", &text, NULL);
  g_assert_cmpstr (text, ==, "When was it scanned last? Please.");
  g_assert_true (gtk_widget_get_visible (csm_ui_find (page, GTK_TYPE_BUTTON, "cancel_button")));
}

/* --- where there is little room, and in the dark ---------------------------------------------------------------- */

static void
test_narrow (CsmUiDesk     *desk,
             gconstpointer  data)
{
  GtkWidget *switcher;

  put_notes (desk);
  put_merged (desk);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  open_partners (desk, 360);
  switcher = csm_ui_find_type (desk->window, CSM_TYPE_PAGE_SWITCHER);
  g_assert_cmpint (gtk_widget_get_width (desk->window), <=, 360);
  csm_ui_desk_save_png (desk, "partners-360-dark.png");
  g_assert_false (is_cut (switcher));
  csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE)), "discussion");
  csm_ui_settle ();
  g_assert_false (is_cut (switcher));
  csm_ui_desk_save_png (desk, "notes-360-dark.png");
  csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE)), "customer");
  csm_ui_settle ();
  g_assert_cmpint (gtk_widget_get_width (desk->window), <=, 360);
  csm_ui_desk_save_png (desk, "merged-customer-360-dark.png");
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
}

#define ADD(path, function) g_test_add ("/colleagues/" path, CsmUiDesk, application, csm_ui_desk_set_up, function, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  ADD ("notes", test_notes);
  ADD ("links", test_links);
  ADD ("pinned", test_pinned);
  ADD ("customers", test_customers);
  ADD ("notice", test_notice);
  ADD ("taken-over", test_taken_over);
  ADD ("partner-edit", test_partner_edit);
  ADD ("narrow", test_narrow);
  return csm_ui_test_run ();
}
