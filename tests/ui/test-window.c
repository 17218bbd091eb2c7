/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-case-item.h"
#include "csm-colleague-pane.h"
#include "csm-comment-box.h"
#include "csm-comment-row.h"
#include "csm-composer.h"
#include "csm-conversation-pane.h"
#include "csm-customer-pane.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-mention-popover.h"
#include "csm-message-row.h"
#include "csm-outbox-page.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-waiting-row.h"
#include "csm-window.h"

#define ANA "p01J00000000000000000000001"
#define BEN "p01J00000000000000000000002"
#define CHIARA "p01J00000000000000000000003"

/* --- conditions ---------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmUiDesk  *desk;
  const char *member;
  const char *value;
} Expected;

static JsonObject *
get_case (CsmUiDesk *desk)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (desk->workbench);

  return detail != NULL ? detail->record : NULL;
}

static gboolean
case_is (gpointer data)
{
  Expected *expected = data;
  JsonObject *record = get_case (expected->desk);

  return record != NULL && g_strcmp0 (csm_json_get_string (record, expected->member), expected->value) == 0;
}

static void
wait_case (CsmUiDesk  *desk,
           const char *member,
           const char *value)
{
  Expected expected = { desk, member, value };

  csm_ui_wait_until (case_is, &expected, member);
  csm_ui_settle ();
}

static gboolean
label_is_shown (gpointer data)
{
  Expected *expected = data;

  return csm_ui_find_label (expected->desk->window, expected->value) != NULL;
}

static void
wait_label (CsmUiDesk  *desk,
            const char *text)
{
  Expected expected = { desk, NULL, text };

  csm_ui_wait_until (label_is_shown, &expected, text);
}

typedef struct
{
  CsmUiDesk *desk;
  guint      n;
} Count;

static gboolean
outbox_has (gpointer data)
{
  Count *count = data;
  g_autoptr (GPtrArray) ops = csm_ui_desk_outbox (count->desk);

  return ops->len == count->n;
}

static void
wait_outbox (CsmUiDesk *desk,
             guint      n)
{
  Count count = { desk, n };

  csm_ui_wait_until (outbox_has, &count, "the outbox");
}

static CsmOperation *
only_operation (GPtrArray  *ops,
                const char *kind,
                CsmTypeId   type)
{
  CsmOperation *op;

  g_assert_cmpuint (ops->len, ==, 1);
  op = ops->pdata[0];
  g_assert_cmpstr (op->kind, ==, kind);
  g_assert_cmpint (op->type, ==, type);
  g_assert_cmpint (op->state, ==, CSM_OP_WAITING);
  return op;
}

/* --- opening ------------------------------------------------------------------------------------------------- */

static gboolean
has_case (gpointer data)
{
  CsmUiDesk *desk = data;

  return csm_workbench_get_case_id (desk->workbench) != NULL && csm_workbench_get_detail (desk->workbench) != NULL;
}

/* As a person does: a row of the list is activated. */
static void
test_open (CsmUiDesk     *desk,
           gconstpointer  data)
{
  GtkWidget *list;

  csm_ui_desk_open (desk, 1400, 900);
  list = csm_ui_find_type (desk->window, GTK_TYPE_LIST_VIEW);
  g_assert_nonnull (list);
  g_assert_true (gtk_widget_activate_action (list, "list.activate-item", "u", 0));
  csm_ui_wait_until (has_case, desk, "the case");
  wait_label (desk, "Any news?");
  g_assert_nonnull (csm_ui_find_label (csm_ui_find_type (desk->window, CSM_TYPE_CONVERSATION_PANE), "Late parcel"));
  g_assert_nonnull (csm_ui_find_label (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE), "closed until"));
  csm_ui_desk_save_png (desk, "window-1400.png");
}

/* A window that is closed and opened again shows the same, with nobody to ask. */
static void
test_reopen (CsmUiDesk     *desk,
             gconstpointer  data)
{
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_window_set_workbench (CSM_WINDOW (desk->window), NULL);
  gtk_window_destroy (GTK_WINDOW (desk->window));
  csm_ui_settle ();
  csm_ui_desk_open (desk, 1400, 900);
  wait_label (desk, "Any news?");
  g_assert_nonnull (csm_ui_find_label (desk->window, "closed until"));
}

/* --- triage -------------------------------------------------------------------------------------------------- */

static GtkWidget *
shown_search_entry (CsmUiDesk  *desk,
                    const char *popover)
{
  GtkWidget *pane = csm_ui_find_type (desk->window, CSM_TYPE_CONVERSATION_PANE);
  GtkWidget *found = csm_ui_find (pane, GTK_TYPE_POPOVER, popover);

  g_assert_true (gtk_widget_get_visible (found));
  return csm_ui_find (found, GTK_TYPE_SEARCH_ENTRY, "entry");
}

static void
test_assign (CsmUiDesk     *desk,
             gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;
  GtkWidget *entry;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_activate (desk->window, "win.assign");
  csm_ui_settle ();
  entry = shown_search_entry (desk, "assign_popover");
  gtk_editable_set_text (GTK_EDITABLE (entry), "chi");
  g_signal_emit_by_name (entry, "activate");
  wait_case (desk, "ownerId", CHIARA);
  ops = csm_ui_desk_outbox (desk);
  g_assert_cmpstr (csm_json_get_string (only_operation (ops, "update", CSM_TYPE_ID_CASE)->payload, "ownerId"), ==, CHIARA);

  csm_ui_activate (desk->window, "win.undo");
  wait_case (desk, "ownerId", ANA);
  wait_outbox (desk, 0);
}

static void
test_tag_and_resolve (CsmUiDesk     *desk,
                      gconstpointer  data)
{
  GtkWidget *entry;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_activate (desk->window, "win.tag");
  csm_ui_settle ();
  entry = shown_search_entry (desk, "tag_popover");
  gtk_editable_set_text (GTK_EDITABLE (entry), "urgent parcel");
  g_signal_emit_by_name (entry, "activate");
  wait_label (desk, "urgent parcel");
  wait_outbox (desk, 2);
  csm_ui_activate (desk->window, "win.resolve");
  wait_outbox (desk, 3);
  {
    g_autoptr (GPtrArray) ops = csm_ui_desk_outbox (desk);
    CsmOperation *op = ops->pdata[2];

    g_assert_cmpstr (op->case_id, ==, "c01J00000000000000000000001");
    g_assert_cmpstr (csm_json_get_string (op->payload, "status"), ==, "resolved");
  }
  csm_ui_activate (desk->window, "win.undo");
  wait_outbox (desk, 2);
  csm_ui_activate (desk->window, "win.undo");
  wait_outbox (desk, 0);
}

/* --- colleagues ---------------------------------------------------------------------------------------------- */

static GtkWidget *
note_view (CsmUiDesk *desk)
{
  return csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_COMMENT_BOX), GTK_TYPE_TEXT_VIEW, "text_view");
}

static char *
text_of (GtkWidget *text_view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (text_view));
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

typedef struct
{
  GtkWidget  *text_view;
  const char *text;
} AwaitedText;

static gboolean
has_text (gpointer data)
{
  AwaitedText *awaited = data;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (awaited->text_view));
  GtkTextIter start;
  GtkTextIter end;
  g_autofree char *text = NULL;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  return g_str_equal (text, awaited->text);
}

static void
wait_text (GtkWidget  *text_view,
           const char *text)
{
  AwaitedText awaited = { text_view, text };

  csm_ui_wait_until (has_text, &awaited, text);
}

static void
assert_text (GtkWidget  *text_view,
             const char *expected)
{
  g_autofree char *text = text_of (text_view);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_comment (CsmUiDesk     *desk,
              gconstpointer  data)
{
  GtkWidget *view;
  GtkWidget *popover;
  g_autoptr (GPtrArray) ops = NULL;
  JsonObject *comment;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_activate (desk->window, "win.note");
  view = note_view (desk);
  csm_ui_type (view, "Please look, @");
  popover = csm_ui_find_type (desk->window, CSM_TYPE_MENTION_POPOVER);
  g_assert_true (gtk_widget_get_visible (popover));
  csm_ui_type (view, "chi");
  g_assert_true (csm_ui_press (view, GDK_KEY_Return, 0));
  assert_text (view, "Please look, @Chiara Conti ");
  g_assert_false (gtk_widget_get_visible (popover));
  csm_ui_press (view, GDK_KEY_Return, GDK_SHIFT_MASK);
  assert_text (view, "Please look, @Chiara Conti \n");
  csm_ui_type (view, "and @");
  g_assert_true (csm_ui_press (view, GDK_KEY_Down, 0));
  g_assert_true (csm_ui_press (view, GDK_KEY_Up, 0));
  g_assert_true (csm_ui_press (view, GDK_KEY_Tab, 0));
  g_assert_true (csm_ui_press (view, GDK_KEY_Return, 0));
  assert_text (view, "");
  wait_label (desk, "Please look, ");

  ops = csm_ui_desk_outbox (desk);
  comment = only_operation (ops, "create", CSM_TYPE_ID_COMMENT)->payload;
  g_assert_cmpstr (csm_json_get_string (comment, "body"), ==, "Please look, @Chiara Conti \nand @Ben Okafor");
  g_assert_true (csm_json_has_key (comment, "mentions", CHIARA));
  g_assert_true (csm_json_has_key (comment, "mentions", BEN));
  g_assert_cmpuint (json_object_get_size (csm_json_get_object (comment, "mentions")), ==, 2);
  csm_ui_desk_save_png (desk, "comment.png");
}

typedef struct
{
  CsmUiDesk  *desk;
  const char *part;
} RowWith;

static GtkWidget *
find_comment_row (CsmUiDesk  *desk,
                  const char *part)
{
  GtkWidget *label = csm_ui_find_label (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE), part);

  return label != NULL ? gtk_widget_get_ancestor (label, CSM_TYPE_COMMENT_ROW) : NULL;
}

static gboolean
row_is_gone (gpointer data)
{
  RowWith *with = data;

  return find_comment_row (with->desk, with->part) == NULL;
}

/* What is typed as an answer, then as a change, then thrown away. */
static void
test_comment_again (CsmUiDesk     *desk,
                    gconstpointer  data)
{
  GtkWidget *view;
  GtkWidget *row;
  g_autoptr (GPtrArray) ops = NULL;
  RowWith gone = { desk, "Tracking comes" };

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  view = note_view (desk);
  row = find_comment_row (desk, "She also wrote");
  csm_ui_activate (row, "comment.reply");
  csm_ui_type (view, "Understood.");
  csm_ui_press (view, GDK_KEY_Return, 0);
  wait_label (desk, "Understood.");
  ops = csm_ui_desk_outbox (desk);
  g_assert_cmpstr (csm_json_get_string (only_operation (ops, "create", CSM_TYPE_ID_COMMENT)->payload, "inReplyTo"), ==, "n01J00000000000000000000004");

  csm_ui_activate (find_comment_row (desk, "Understood."), "comment.edit");
  assert_text (view, "Understood.");
  csm_ui_type (view, " Thanks!");
  csm_ui_press (view, GDK_KEY_Return, 0);
  wait_label (desk, "Understood. Thanks!");

  /* Another's note can be answered, not changed; Escape gives an edit up. */
  g_assert_false (gtk_widget_activate_action (find_comment_row (desk, "She also wrote"), "comment.edit", NULL)
                  && csm_ui_press (view, GDK_KEY_Escape, 0));
  row = find_comment_row (desk, "Tracking comes");
  csm_ui_activate (row, "comment.edit");
  g_assert_true (csm_ui_press (view, GDK_KEY_Escape, 0));
  assert_text (view, "");
  csm_ui_activate (row, "comment.delete");
  csm_ui_wait_until (row_is_gone, &gone, "the note to go");
}

/* A note is no reply: it's another record, and nothing of it is ever a Submission. */
static void
test_boxes_differ (CsmUiDesk     *desk,
                   gconstpointer  data)
{
  GtkWidget *note;
  GtkWidget *reply;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  note = note_view (desk);
  reply = csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_COMPOSER), GTK_TYPE_TEXT_VIEW, "text");
  gtk_test_accessible_assert_role (note, GTK_ACCESSIBLE_ROLE_TEXT_BOX);
  gtk_test_accessible_assert_property (note, GTK_ACCESSIBLE_PROPERTY_LABEL, "Note to colleagues");
  csm_ui_type (reply, "Dear María");
  csm_ui_press (reply, GDK_KEY_Return, 0);
  csm_ui_type (note, "For us only");
  csm_ui_press (note, GDK_KEY_Return, GDK_CONTROL_MASK);
  csm_ui_settle ();
  g_assert_cmpint (gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (note))), >, 0);
  {
    g_autoptr (GPtrArray) ops = csm_ui_desk_outbox (desk);

    g_assert_cmpuint (ops->len, ==, 0);
  }
}

/* Each case keeps what was typed for it. */
static void
test_note_is_kept (CsmUiDesk     *desk,
                   gconstpointer  data)
{
  GtkWidget *view;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  view = note_view (desk);
  csm_ui_type (view, "half a thought");
  csm_ui_desk_open_case (desk, 2);
  assert_text (view, "");
  csm_ui_type (view, "another");
  csm_ui_desk_open_case (desk, 1);
  assert_text (view, "half a thought");
}

/* --- replying ------------------------------------------------------------------------------------------------ */

static void
test_reply (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *composer;
  GtkWidget *text;
  JsonObject *submission;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  composer = csm_ui_find_type (desk->window, CSM_TYPE_COMPOSER);
  text = csm_ui_find (composer, GTK_TYPE_TEXT_VIEW, "text");
  csm_ui_activate (desk->window, "win.reply");
  csm_ui_type (text, "Dear María, it comes tomorrow.");
  csm_ui_settle ();
  csm_ui_activate (composer, "composer.send");
  assert_text (text, "");
  wait_label (desk, "Dear María, it comes tomorrow.");
  {
    g_autoptr (GPtrArray) ops = csm_ui_desk_outbox (desk);

    submission = only_operation (ops, "create", CSM_TYPE_ID_SUBMISSION)->payload;
    g_assert_nonnull (strstr (csm_json_get_string (submission, "textBody"), "Dear María, it comes tomorrow."));
    g_assert_cmpstr (csm_json_get_string (submission, "basedOn"), ==, "m01J00000000000000000000002");
    g_assert_cmpuint (json_array_get_length (csm_json_get_array (submission, "to")), ==, 1);
  }
  csm_ui_desk_save_png (desk, "reply.png");
  csm_ui_activate (gtk_widget_get_ancestor (csm_ui_find_label (desk->window, "it comes tomorrow"), CSM_TYPE_MESSAGE_ROW), "message.undo");
  csm_ui_world_wait_unsent (desk);
  wait_text (text, "Dear María, it comes tomorrow.");
}

/* What comes while somebody writes changes neither what they answer nor to whom, and the server is told what they had seen. */
static void
test_reply_after_news (CsmUiDesk     *desk,
                       gconstpointer  data)
{
  GtkWidget *composer;
  GtkWidget *text;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  composer = csm_ui_find_type (desk->window, CSM_TYPE_COMPOSER);
  text = csm_ui_find (composer, GTK_TYPE_TEXT_VIEW, "text");
  csm_ui_type (text, "Dear María, it comes tomorrow.");
  csm_ui_put (desk->cache, CSM_TYPE_ID_MESSAGE,
              "{'id':'m01J00000000000000000000099','caseId':'c01J00000000000000000000001','conversationId':'v01J00000000000000000000001',"
              "'channelId':'h01J00000000000000000000001','direction':'in','customerId':'u01J00000000000000000000001',"
              "'from':[{'name':'Pablo','address':'pablo@example.org'}],'to':[],'cc':[],'at':'2099-01-01T10:00:00Z',"
              "'textBody':'It has come, thank you!','body':[{'t':'p','s':[{'x':'It has come, thank you!'}]}]}");
  wait_label (desk, "It has come, thank you!");
  wait_label (desk, "Something new has come");
  assert_text (text, "Dear María, it comes tomorrow.");
  csm_ui_activate (composer, "composer.send");
  wait_outbox (desk, 1);
  {
    g_autoptr (GPtrArray) ops = csm_ui_desk_outbox (desk);
    JsonObject *submission = only_operation (ops, "create", CSM_TYPE_ID_SUBMISSION)->payload;
    JsonArray *to = csm_json_get_array (submission, "to");

    g_assert_cmpstr (csm_json_get_string (submission, "basedOn"), ==, "m01J00000000000000000000002");
    g_assert_cmpuint (json_array_get_length (to), ==, 1);
    g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (to, 0), "address"), ==, "customer1@example.org");
  }
}

/* --- what waits ---------------------------------------------------------------------------------------------- */

static gboolean
has_rows (gpointer data)
{
  return csm_ui_find_type (data, CSM_TYPE_WAITING_ROW) != NULL && csm_ui_find_label (data, "Late parcel") != NULL;
}

static gboolean
has_no_rows (gpointer data)
{
  return csm_ui_find_type (data, CSM_TYPE_WAITING_ROW) == NULL;
}

static void
test_outbox (CsmUiDesk     *desk,
             gconstpointer  data)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *page = csm_outbox_page_new ();
  g_autoptr (GPtrArray) unnamed = NULL;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_activate (desk->window, "win.resolve");
  wait_outbox (desk, 1);
  g_object_set (page, "workbench", desk->workbench, NULL);
  gtk_window_set_child (GTK_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  csm_ui_wait_until (has_rows, page, "the rows of what waits");
  unnamed = csm_ui_unnamed (window);
  g_assert_cmpuint (unnamed->len, ==, 0);
  csm_ui_activate (desk->window, "win.undo");
  csm_ui_wait_until (has_no_rows, page, "no rows");
  g_assert_nonnull (csm_ui_find_label (page, "Nothing Waits"));
  g_object_set (page, "workbench", NULL, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- customer ------------------------------------------------------------------------------------------------ */

static void
test_customer (CsmUiDesk     *desk,
               gconstpointer  data)
{
  GtkWidget *pane;
  GtkWidget *cases;
  Expected other = { desk, "id", "c01J00000000000000000000005" };

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_colleague_pane_show_page (CSM_COLLEAGUE_PANE (csm_ui_find_type (desk->window, CSM_TYPE_COLLEAGUE_PANE)), "customer");
  pane = csm_ui_find_type (desk->window, CSM_TYPE_CUSTOMER_PANE);
  g_assert_nonnull (csm_ui_find_label (pane, "María López"));
  g_assert_nonnull (csm_ui_find_label (pane, "customer1@example.org"));
  cases = csm_ui_find (pane, GTK_TYPE_LIST_BOX, "cases");
  g_signal_emit_by_name (cases, "row-activated", gtk_list_box_get_row_at_index (GTK_LIST_BOX (cases), 0));
  csm_ui_wait_until (case_is, &other, "the other case");
}

/* --- a colleague does something ------------------------------------------------------------------------------ */

/* What another window did comes as a record, and is on the screen without anybody asking. */
static void
test_colleague_writes (CsmUiDesk     *desk,
                       gconstpointer  data)
{
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_put (desk->cache, CSM_TYPE_ID_COMMENT,
              "{'id':'n01J00000000000000000000099','caseId':'c01J00000000000000000000001','authorId':'p01J00000000000000000000004',"
              "'at':'2026-11-20T10:00:00Z','created':'2026-11-20T10:00:00Z','body':'The zip is a known fault'}");
  wait_label (desk, "The zip is a known fault");
}

static gboolean
first_is (gpointer data)
{
  CsmUiDesk *desk = data;
  GtkWidget *list = csm_ui_find_type (desk->window, GTK_TYPE_LIST_VIEW);
  g_autoptr (CsmCaseItem) first = g_list_model_get_item (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list))), 0);

  return first != NULL && g_strcmp0 (csm_case_item_get_id (first), "c01J00000000000000000000099") == 0;
}

static gboolean
at_top (gpointer data)
{
  CsmUiDesk *desk = data;
  GtkWidget *list = csm_ui_find_type (desk->window, GTK_TYPE_LIST_VIEW);

  return gtk_adjustment_get_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list))) == 0;
}

/* Who looks at the top of the list sees what is new. */
static void
test_new_case (CsmUiDesk     *desk,
               gconstpointer  data)
{
  csm_ui_desk_open (desk, 1400, 500);
  csm_ui_settle ();
  g_assert_true (at_top (desk));
  csm_ui_put (desk->cache, CSM_TYPE_ID_CASE,
              "{'id':'c01J00000000000000000000099','subject':'Broken tent','status':'new','lane':'conversation','customerId':'u01J00000000000000000000001',"
              "'teamId':'t01J00000000000000000000001','priority':'normal','tags':{},'lastActivityAt':'2030-01-01T10:00:00Z',"
              "'lastMessageAt':'2030-01-01T10:00:00Z','created':'2030-01-01T10:00:00Z'}");
  csm_ui_wait_until (first_is, desk, "the new case");
  csm_ui_settle ();
  csm_ui_wait_until (at_top, desk, "the top of the list");
  g_assert_nonnull (csm_ui_find_label (csm_ui_find_type (desk->window, GTK_TYPE_LIST_VIEW), "Broken tent"));
}

/* A row that has the focus may leave the list. */
static void
test_keys_without_focus (CsmUiDesk     *desk,
                         gconstpointer  data)
{
  GtkWidget *entry;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  gtk_window_set_focus (GTK_WINDOW (desk->window), NULL);
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_a, 0));
  csm_ui_settle ();
  entry = shown_search_entry (desk, "assign_popover");
  g_assert_nonnull (entry);
  /* GTK 4.8 asks where the pointer is over a popover that went with its window. */
  gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_ancestor (entry, GTK_TYPE_POPOVER)));
  csm_ui_settle ();
}

static gboolean
shows_last_toast (gpointer window)
{
  GtkWidget *label = csm_ui_find_label (window, "Toast 6");

  return label != NULL && gtk_widget_get_mapped (label);
}

/* Things are done faster than toasts slide in. */
static void
test_many_toasts (CsmUiDesk     *desk,
                  gconstpointer  application)
{
  csm_ui_desk_open (desk, 900, 700);
  for (guint i = 1; i <= 6; i++)
    {
      g_autofree char *text = g_strdup_printf ("Toast %u", i);

      csm_workbench_say (desk->workbench, text);
      gtk_widget_queue_draw (desk->window);
      csm_ui_wait_painted (desk->window);
    }
  csm_ui_wait_until (shows_last_toast, desk->window, "the last toast");
}

#define ADD(path, function) \
  g_test_add ("/window/" path, CsmUiDesk, application, csm_ui_desk_set_up, function, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  ADD ("open", test_open);
  ADD ("many-toasts", test_many_toasts);
  ADD ("reopen", test_reopen);
  ADD ("assign", test_assign);
  ADD ("tag-and-resolve", test_tag_and_resolve);
  ADD ("comment", test_comment);
  ADD ("comment-again", test_comment_again);
  ADD ("boxes-differ", test_boxes_differ);
  ADD ("note-is-kept", test_note_is_kept);
  ADD ("reply", test_reply);
  ADD ("reply-after-news", test_reply_after_news);
  ADD ("outbox", test_outbox);
  ADD ("customer", test_customer);
  ADD ("colleague-writes", test_colleague_writes);
  ADD ("new-case", test_new_case);
  ADD ("keys-without-focus", test_keys_without_focus);
  return csm_ui_test_run ();
}
