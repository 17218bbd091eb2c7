/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-app-resources.h"
#include "csm-composer.h"
#include "csm-draft-bar.h"
#include "csm-json.h"
#include "csm-snippet-window.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"

/* Colleagues write one reply: Ana is here, Ben is what the cache says he did. */

#define CASE "c01J00000000000000000000001"
#define CONVERSATION "v01J00000000000000000000001"
#define BEN "p01J00000000000000000000002"
#define DRAFT "d01J00000000000000000000001"

static GtkWidget *
find_bar (CsmUiDesk *desk)
{
  return csm_ui_find_type (csm_ui_world_composer (desk), CSM_TYPE_DRAFT_BAR);
}

/* As if the server had sent it. */
static void
put_draft (CsmUiDesk  *desk,
           const char *paragraphs)
{
  g_autofree char *json = g_strdup_printf ("{'id':'" DRAFT "','caseId':'" CASE "','conversationId':'" CONVERSATION "','review':'none',"
                                           "'paragraphs':{%s},'revisions':[{'at':'2026-01-05T10:00:00Z','by':'" BEN "','text':'Dear María'}]}", paragraphs);

  csm_ui_put (desk->cache, CSM_TYPE_ID_DRAFT, json);
}

static void
open_case (CsmUiDesk *desk)
{
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_settle ();
}

static void
put_cursor (CsmUiDesk *desk,
            int        offset)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (csm_ui_world_reply_view (desk)));
  GtkTextIter at;

  gtk_text_buffer_get_iter_at_offset (buffer, &at, offset);
  gtk_text_buffer_place_cursor (buffer, &at);
}

static JsonObject *
find_paragraph (JsonObject *payload,
                const char *text)
{
  JsonObject *map = csm_json_get_object (payload, "paragraphs");
  g_autoptr (GList) values = json_object_get_values (map != NULL ? map : payload);

  for (GList *l = values; l != NULL; l = l->next)
    if (JSON_NODE_HOLDS_OBJECT (l->data) && g_strcmp0 (csm_json_get_string (json_node_get_object (l->data), "text"), text) == 0)
      return json_node_get_object (l->data);
  return NULL;
}

#define BEN_WROTE "'K1':{'text':'Dear María,','position':'b','rev':1,'writer':'w-ben','by':'" BEN "','at':'2026-01-05T10:00:00Z'}," \
                  "'K2':{'text':'%s','position':'d','rev':%d,'writer':'w-ben','by':'" BEN "','at':'2026-01-05T10:00:00Z'%s}"

static void
ben_writes (CsmUiDesk  *desk,
            const char *text,
            int         rev,
            const char *more)
{
  g_autofree char *paragraphs = g_strdup_printf (BEN_WROTE, text, rev, more);

  put_draft (desk, paragraphs);
}

/* Opening a case makes nothing; the first word does, and it is there after a restart. */
static void
test_first_word_is_shared (CsmUiDesk     *desk,
                           gconstpointer  data)
{
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) ops = NULL;
  CsmOperation *op;

  open_case (desk);
  none = csm_ui_desk_outbox (desk);
  g_assert_cmpuint (none->len, ==, 0);
  csm_ui_type (csm_ui_world_reply_view (desk), "Dear María,\n\nthe parcel is late.");
  ops = csm_ui_world_wait_outbox (desk, 1);
  op = ops->pdata[0];
  g_assert_cmpint (op->type, ==, CSM_TYPE_ID_DRAFT);
  g_assert_cmpstr (op->record_id, ==, DRAFT);
  g_assert_nonnull (find_paragraph (op->payload, "Dear María,"));
  g_assert_nonnull (find_paragraph (op->payload, "the parcel is late."));
  csm_ui_desk_open_case (desk, 2);
  csm_ui_world_wait_reply (desk, "");
  csm_ui_desk_open_case (desk, 1);
  csm_ui_world_wait_reply (desk, "Dear María,\n\nthe parcel is late.");
}

static void
test_others_draft (CsmUiDesk     *desk,
                   gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;

  ben_writes (desk, "the depot is looking for it.", 1, "");
  open_case (desk);
  csm_ui_world_wait_reply (desk, "Dear María,\n\nthe depot is looking for it.");
  g_assert_true (gtk_widget_get_mapped (csm_ui_find_label (find_bar (desk), "’s draft")));
  ops = csm_ui_desk_outbox (desk);
  g_assert_cmpuint (ops->len, ==, 0);
  csm_ui_desk_save_png (desk, "drafting-others.png");
}

/* What Ben writes comes in while Ana writes, and moves neither her words nor her cursor. */
static void
test_live (CsmUiDesk     *desk,
           gconstpointer  data)
{
  GtkTextBuffer *buffer;
  int offset;

  ben_writes (desk, "the depot looks.", 1, "");
  open_case (desk);
  csm_ui_world_wait_reply (desk, "Dear María,\n\nthe depot looks.");
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (csm_ui_world_reply_view (desk)));
  put_cursor (desk, 4);
  gtk_text_buffer_insert_at_cursor (buffer, "est", -1);
  ben_writes (desk, "the depot looks for it.", 2, "");
  csm_ui_world_wait_reply (desk, "Dearest María,\n\nthe depot looks for it.");
  g_object_get (buffer, "cursor-position", &offset, NULL);
  g_assert_cmpint (offset, ==, 7);
  g_assert_true (gtk_widget_get_mapped (csm_ui_find_label (find_bar (desk), "and you write")));
}

static char *
dup_reply (CsmUiDesk *desk)
{
  char *text = NULL;

  g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (csm_ui_world_reply_view (desk))), "text", &text, NULL);
  return text;
}

/* Who writes at the end goes on in their own paragraph, though a colleague's comes behind it. */
static void
test_goes_on_at_the_end (CsmUiDesk     *desk,
                         gconstpointer  data)
{
  g_autofree char *text = NULL;

  put_draft (desk, "'K1':{'text':'Dear María,','position':'b','rev':1,'writer':'w-ben','by':'" BEN "'}");
  open_case (desk);
  csm_ui_world_wait_reply (desk, "Dear María,");
  put_cursor (desk, -1);
  ben_writes (desk, "the depot looks.", 1, "");
  csm_ui_world_wait_reply (desk, "Dear María,\n\nthe depot looks.");
  gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (GTK_TEXT_VIEW (csm_ui_world_reply_view (desk))), " sorry", -1);
  text = dup_reply (desk);
  g_assert_cmpstr (text, ==, "Dear María, sorry\n\nthe depot looks.");
}

static void
test_clash (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *composer;
  GtkWidget *both;

  ben_writes (desk, "the depot looks.", 3, ",'others':[{'text':'we lost it.','by':'p01J00000000000000000000001','at':'2026-01-05T10:01:00Z','writer':'w-ana'}]");
  open_case (desk);
  csm_ui_world_wait_reply (desk, "Dear María,\n\nthe depot looks.");
  composer = csm_ui_world_composer (desk);
  csm_ui_world_wait_label (composer, "You wrote instead:");
  g_assert_nonnull (csm_ui_find_label (composer, "Choose between the two versions first"));
  csm_ui_desk_save_png (desk, "drafting-clash.png");
  csm_ui_world_check_names (composer);
  both = gtk_widget_get_ancestor (csm_ui_find_label (composer, "Keep Both"), GTK_TYPE_BUTTON);
  g_signal_emit_by_name (both, "clicked");
  csm_ui_world_wait_reply (desk, "Dear María,\n\nthe depot looks.\n\nwe lost it.");
  g_assert_null (csm_ui_find_label (composer, "Keep Both"));
}

/* Sent, it is out of the draft; called back, it is there once. */
static void
test_send_and_back (CsmUiDesk     *desk,
                    gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;
  JsonObject *sent = NULL;

  ben_writes (desk, "the depot looks.", 1, "");
  open_case (desk);
  csm_ui_world_wait_reply (desk, "Dear María,\n\nthe depot looks.");
  csm_ui_activate (csm_ui_world_composer (desk), "composer.send");
  csm_ui_world_wait_reply (desk, "");
  ops = csm_ui_world_wait_outbox (desk, 2);
  sent = csm_json_get_object (((CsmOperation *) ops->pdata[0])->payload, "draftParagraphs");
  g_assert_nonnull (sent);
  g_assert_cmpint (csm_json_get_int (csm_json_get_object (sent, "K2"), "rev", 0), ==, 1);
  csm_ui_settle ();
  csm_ui_world_wait_reply (desk, "");
  csm_ui_activate (desk->window, "win.undo");
  csm_ui_world_wait_reply (desk, "Dear María,\n\nthe depot looks.");
  csm_ui_settle ();
  csm_ui_desk_open_case (desk, 2);
  csm_ui_world_wait_reply (desk, "");
  csm_ui_desk_open_case (desk, 1);
  csm_ui_world_wait_reply (desk, "Dear María,\n\nthe depot looks.");
}

/* How many empty lines somebody leaves makes no second reply of it. */
static void
test_empty_lines (CsmUiDesk     *desk,
                  gconstpointer  data)
{
  open_case (desk);
  csm_ui_type (csm_ui_world_reply_view (desk), "Dear María,\n\n\nthe parcel is late.");
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 1));
  csm_ui_activate (csm_ui_world_composer (desk), "composer.send");
  csm_ui_world_wait_reply (desk, "");
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 3));
  csm_ui_desk_open_case (desk, 2);
  csm_ui_activate (desk->window, "win.undo");
  csm_ui_world_wait_reply (desk, "Dear María,\n\nthe parcel is late.");
}

/* Called back while a colleague has put something between its paragraphs, it is there once all the same. */
static void
test_back_among_others (CsmUiDesk     *desk,
                        gconstpointer  data)
{
  ben_writes (desk, "the depot looks.", 1, "");
  open_case (desk);
  csm_ui_world_wait_reply (desk, "Dear María,\n\nthe depot looks.");
  csm_ui_activate (csm_ui_world_composer (desk), "composer.send");
  csm_ui_world_wait_reply (desk, "");
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 2));
  put_draft (desk, "'K1':{'text':'Dear María,','position':'b','rev':1,'writer':'w-ben','by':'" BEN "'},"
                   "'K3':{'text':'we are sorry,','position':'c','rev':1,'writer':'w-ben','by':'" BEN "'},"
                   "'K2':{'text':'the depot looks.','position':'d','rev':1,'writer':'w-ben','by':'" BEN "'}");
  csm_ui_world_wait_reply (desk, "we are sorry,");
  csm_ui_activate (desk->window, "win.undo");
  csm_ui_world_wait_reply (desk, "Dear María,\n\nwe are sorry,\n\nthe depot looks.");
}

/* A text of before drafts were shared is there, and shared with the next word. */
static void
saved_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (GError) error = NULL;

  csm_cache_save_draft_finish (CSM_CACHE (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

static void
test_old_draft (CsmUiDesk     *desk,
                gconstpointer  data)
{
  GtkTextBuffer *buffer;
  gboolean saved = FALSE;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) ops = NULL;

  csm_cache_save_draft_async (desk->cache, CASE, "An old thought", NULL, saved_cb, &saved);
  csm_ui_wait_until (is_true, &saved, "the draft");
  open_case (desk);
  csm_ui_world_wait_reply (desk, "An old thought");
  none = csm_ui_desk_outbox (desk);
  g_assert_cmpuint (none->len, ==, 0);
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (csm_ui_world_reply_view (desk)));
  put_cursor (desk, -1);
  gtk_text_buffer_insert_at_cursor (buffer, "!", -1);
  ops = csm_ui_world_wait_outbox (desk, 1);
  g_assert_nonnull (find_paragraph (((CsmOperation *) ops->pdata[0])->payload, "An old thought!"));
  csm_ui_desk_open_case (desk, 2);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_world_wait_reply (desk, "An old thought!");
}

/* --- review ------------------------------------------------------------------------------------------------ */

static void
put_reviewed (CsmUiDesk  *desk,
              const char *members)
{
  g_autofree char *json = g_strdup_printf ("{'id':'" DRAFT "','caseId':'" CASE "','conversationId':'" CONVERSATION "',"
                                           "'paragraphs':{'K1':{'text':'Dear María,','position':'b','rev':1,'writer':'w-ben','by':'" BEN "'}},%s}", members);

  csm_ui_put (desk->cache, CSM_TYPE_ID_DRAFT, json);
}

static void
test_asked_for_review (CsmUiDesk     *desk,
                       gconstpointer  data)
{
  GtkWidget *composer;
  GtkWidget *approve;
  g_autoptr (GPtrArray) ops = NULL;

  put_reviewed (desk, "'review':'requested','reviewerId':'p01J00000000000000000000001','requestedBy':'" BEN "','reviewNote':'Is the tone right?'");
  open_case (desk);
  composer = csm_ui_world_composer (desk);
  csm_ui_world_wait_label (composer, "asks you to look at this reply");
  g_assert_nonnull (csm_ui_find_label (composer, "Is the tone right?"));
  csm_ui_world_check_names (composer);
  csm_ui_desk_save_png (desk, "drafting-review.png");
  approve = gtk_widget_get_ancestor (csm_ui_find_label (composer, "Approve"), GTK_TYPE_BUTTON);
  g_signal_emit_by_name (approve, "clicked");
  ops = csm_ui_world_wait_outbox (desk, 1);
  g_assert_cmpstr (csm_json_get_string (((CsmOperation *) ops->pdata[0])->payload, "review"), ==, "approved");
  csm_ui_world_wait_label (composer, "You approved this reply");
}

static gboolean
is_not_held (gpointer composer)
{
  return csm_ui_find_label (composer, "but changed since") == NULL;
}

/* Where a team has the last word, Send waits for it and says so. */
static void
test_channel_needs_review (CsmUiDesk     *desk,
                           gconstpointer  data)
{
  GtkWidget *composer;

  csm_ui_put (desk->cache, CSM_TYPE_ID_CHANNEL, "{'id':'h01J00000000000000000000001','kind':'email','name':'Support','reviewTeamId':'t01J00000000000000000000002',"
                                                "'address':'support@example.com','canSend':true,'enabled':true}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_PERSON, "{'id':'p01J00000000000000000000001','name':'Ana Reyes','email':'person1@example.com','role':'agent',"
                                               "'teamIds':{'t01J00000000000000000000001':true}}");
  put_reviewed (desk, "'review':'none'");
  open_case (desk);
  composer = csm_ui_world_composer (desk);
  csm_ui_world_wait_label (composer, "has to approve this first");
  put_reviewed (desk, "'review':'approved','reviewedBy':'" BEN "','changedSinceReview':true");
  csm_ui_world_wait_label (composer, "but changed since");
  csm_ui_world_wait_label (composer, "changed after it was approved");
  put_reviewed (desk, "'review':'approved','reviewedBy':'" BEN "','changedSinceReview':false");
  csm_ui_wait_until (is_not_held, composer, "the approval");
  csm_ui_activate (composer, "composer.send");
  csm_ui_world_wait_reply (desk, "");
}

static void
test_ask_for_review (CsmUiDesk     *desk,
                     gconstpointer  data)
{
  GtkWidget *composer;
  g_autoptr (GPtrArray) ops = NULL;
  JsonObject *payload;

  put_reviewed (desk, "'review':'none'");
  open_case (desk);
  csm_ui_world_wait_reply (desk, "Dear María,");
  composer = csm_ui_world_composer (desk);
  g_signal_emit_by_name (csm_ui_find (composer, GTK_TYPE_POPOVER, "ask_popover"), "asked", "t01J00000000000000000000002", "Please");
  /* First what is to be looked at, with those that it goes to. */
  ops = csm_ui_world_wait_outbox (desk, 2);
  payload = ((CsmOperation *) ops->pdata[1])->payload;
  g_assert_cmpstr (csm_json_get_string (payload, "review"), ==, "requested");
  g_assert_cmpstr (csm_json_get_string (payload, "reviewTeamId"), ==, "t01J00000000000000000000002");
  g_assert_cmpstr (csm_json_get_string (payload, "reviewNote"), ==, "Please");
  csm_ui_world_wait_label (composer, "You asked");
}

static gboolean
has_snippet (gpointer workbench)
{
  CsmDirectory *directory = csm_workbench_get_directory (workbench);

  return directory != NULL && directory->snippets != NULL && directory->snippets->len > 0;
}

/* Nothing is cut off on a telephone, nor unreadable at night. */
static void
test_narrow_and_dark (CsmUiDesk     *desk,
                      gconstpointer  data)
{
  int minimum;

  put_draft (desk, "'K1':{'text':'Dear María, we are very sorry','position':'b','rev':3,'writer':'w-ben','by':'" BEN "',"
                   "'others':[{'text':'Dear María López, the parcel is lost','by':'" BEN "','at':'2026-01-05T10:01:00Z','writer':'w-two'}]}");
  csm_ui_desk_open (desk, 360, 700);
  csm_workbench_show_case (desk->workbench, CASE);
  csm_ui_world_wait_label (desk->window, "Keep Both");
  gtk_widget_measure (csm_ui_world_composer (desk), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
  csm_ui_desk_save_png (desk, "drafting-narrow.png");
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  csm_ui_settle ();
  csm_ui_desk_save_png (desk, "drafting-dark.png");
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
}

/* --- texts that are used again ----------------------------------------------------------------------------- */

static void
test_snippets (CsmUiDesk     *desk,
               gconstpointer  data)
{
  GtkWidget *composer, *view;
  GtkTextBuffer *buffer;
  JsonObject *payload = NULL;
  g_autoptr (GPtrArray) ops = NULL;

  csm_ui_put (desk->cache, CSM_TYPE_ID_SNIPPET, "{'id':'x01J00000000000000000000001','title':'Depot closed','shortcut':'depot',"
                                                "'body':'Dear {customer.name}, the depot opens on {day}. {me.first}'}");
  open_case (desk);
  csm_ui_wait_until (has_snippet, desk->workbench, "the snippet");
  composer = csm_ui_world_composer (desk);
  view = csm_ui_world_reply_view (desk);
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  csm_ui_type (view, "Hi ;depot");
  put_cursor (desk, -1);
  g_assert_true (csm_ui_press (view, GDK_KEY_Tab, 0));
  csm_ui_world_wait_reply (desk, "Hi Dear María López, the depot opens on {day}. Ana");
  g_assert_nonnull (csm_ui_find_label (composer, "What is marked has to be filled in"));
  csm_ui_desk_save_png (desk, "drafting-snippet.png");
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 1));
  gtk_text_buffer_set_text (buffer, "no;depot", -1);
  put_cursor (desk, -1);
  csm_ui_press (view, GDK_KEY_Tab, 0);
  csm_ui_world_wait_reply (desk, "no;depot");
  csm_ui_activate (composer, "composer.send");
  csm_ui_world_wait_reply (desk, "");
  /* With the draft that it was. */
  ops = csm_ui_world_wait_outbox (desk, 3);
  for (guint i = 0; i < ops->len; i++)
    if (((CsmOperation *) ops->pdata[i])->type == CSM_TYPE_ID_SUBMISSION)
      payload = ((CsmOperation *) ops->pdata[i])->payload;
  g_assert_true (csm_json_has_key (payload, "snippetIds", "x01J00000000000000000000001"));
}

/* What is written well becomes a snippet, and a page lists it. */
static void
test_save_snippet (CsmUiDesk     *desk,
                   gconstpointer  data)
{
  GtkWidget *window;
  JsonObject *payload = NULL;
  g_autoptr (GPtrArray) ops = NULL;

  open_case (desk);
  csm_ui_type (csm_ui_world_reply_view (desk), "The depot is closed.");
  g_signal_emit_by_name (csm_ui_find (csm_ui_world_composer (desk), GTK_TYPE_POPOVER, "texts_popover"), "save", "Depot");
  ops = csm_ui_world_wait_outbox (desk, 2);
  for (guint i = 0; i < ops->len; i++)
    if (((CsmOperation *) ops->pdata[i])->type == CSM_TYPE_ID_SNIPPET)
      payload = ((CsmOperation *) ops->pdata[i])->payload;
  g_assert_cmpstr (csm_json_get_string (payload, "title"), ==, "Depot");
  g_assert_cmpstr (csm_json_get_string (payload, "body"), ==, "The depot is closed.");
  window = GTK_WIDGET (csm_snippet_window_new (GTK_WINDOW (desk->window), desk->workbench, CSM_TYPE_ID_SNIPPET, payload));
  gtk_window_present (GTK_WINDOW (window));
  csm_ui_world_wait_label (window, "Filled in when it is used");
  csm_ui_world_check_names (window);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- who may not ------------------------------------------------------------------------------------------- */

static gboolean
is_kept (gpointer data)
{
  CsmUiDesk *desk = data;
  CsmCaseDetail *detail = csm_workbench_get_detail (desk->workbench);

  csm_workbench_keep_texts (desk->workbench);
  return detail != NULL && g_strcmp0 (detail->draft, "Hello") == 0;
}

/* Who may not share a draft loses no word of it all the same. */
static void
test_not_shared (CsmUiDesk     *desk,
                 gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;

  csm_ui_put (desk->cache, CSM_TYPE_ID_PERSON, "{'id':'p01J00000000000000000000001','name':'Ana Reyes','email':'person1@example.com','role':'reader'}");
  open_case (desk);
  csm_ui_type (csm_ui_world_reply_view (desk), "Hello");
  csm_workbench_keep_texts (desk->workbench);
  csm_ui_desk_open_case (desk, 2);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_wait_until (is_kept, desk, "the text to be kept here");
  csm_ui_world_wait_reply (desk, "Hello");
  ops = csm_ui_desk_outbox (desk);
  g_assert_cmpuint (ops->len, ==, 0);
}

/* --- two conversations --------------------------------------------------------------------------------------- */

#define OTHER_CONVERSATION "v01J00000000000000000000077"
#define OTHER_DRAFT "d01J00000000000000000000077"
#define OTHER_MESSAGE "m01J00000000000000000000901"

static CsmOperation *
find_op (GPtrArray  *ops,
         const char *id)
{
  for (guint i = 0; i < ops->len; i++)
    if (g_strcmp0 (((CsmOperation *) ops->pdata[i])->record_id, id) == 0)
      return ops->pdata[i];
  return NULL;
}

static gboolean
is_other_written (gpointer data)
{
  g_autoptr (GPtrArray) ops = csm_ui_desk_outbox (data);

  return find_op (ops, OTHER_DRAFT) != NULL;
}

static gboolean
has_other (gpointer data)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (data);

  return detail != NULL && detail->conversations->len == 2;
}

/* Who answers in another conversation of the case writes their recipients into that one's draft, and not into the one that was open. */
static void
test_other_conversation (CsmUiDesk     *desk,
                         gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  open_case (desk);
  csm_ui_put (desk->cache, CSM_TYPE_ID_CONVERSATION, "{'id':'" OTHER_CONVERSATION "','caseId':'" CASE "','customerId':'u01J00000000000000000000001',"
                                                     "'channelId':'h01J00000000000000000000001','subject':'Invoice'}");
  csm_ui_put (desk->cache, CSM_TYPE_ID_MESSAGE, "{'id':'" OTHER_MESSAGE "','caseId':'" CASE "','conversationId':'" OTHER_CONVERSATION "','channelId':'h01J00000000000000000000001',"
                                                "'direction':'in','customerId':'u01J00000000000000000000001','at':'2026-01-05T10:00:00Z','subject':'Invoice',"
                                                "'from':[{'name':'Pia','address':'pia@example.org'}],'to':[{'name':'Support','address':'support@example.com'}],"
                                                "'preview':'The invoice','textBody':'The invoice, please.','body':[{'t':'p','s':[{'x':'The invoice, please.'}]}]}");
  csm_ui_wait_until (has_other, desk->workbench, "the other conversation");
  csm_ui_settle ();
  csm_ui_type (csm_ui_world_reply_view (desk), "Dear María,");
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 1));
  g_assert_true (gtk_widget_activate_action (csm_ui_world_composer (desk), "conversation.answer", "(ss)", OTHER_MESSAGE, "reply-one"));
  csm_ui_type (csm_ui_world_reply_view (desk), "\n\nDear Pia,");
  csm_ui_wait_until (is_other_written, desk, "the draft of the other conversation");
  ops = csm_ui_desk_outbox (desk);
  g_assert_nonnull (find_op (ops, DRAFT));
  first = csm_json_write_object (find_op (ops, DRAFT)->payload);
  second = csm_json_write_object (find_op (ops, OTHER_DRAFT)->payload);
  g_assert_null (strstr (first, "pia@example.org"));
  g_assert_nonnull (strstr (second, "pia@example.org"));
}

#define ADD(path, function) \
  g_test_add ("/drafting/" path, CsmUiDesk, application, csm_ui_desk_set_up, function, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = NULL;

  csm_ui_test_init (&argc, &argv);
  g_assert_nonnull (csm_app_get_resource ());
  application = adw_application_new (CSM_APP_ID, G_APPLICATION_NON_UNIQUE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  ADD ("first-word-is-shared", test_first_word_is_shared);
  ADD ("others-draft", test_others_draft);
  ADD ("other-conversation", test_other_conversation);
  ADD ("live", test_live);
  ADD ("goes-on-at-the-end", test_goes_on_at_the_end);
  ADD ("clash", test_clash);
  ADD ("send-and-back", test_send_and_back);
  ADD ("empty-lines", test_empty_lines);
  ADD ("back-among-others", test_back_among_others);
  ADD ("old-draft", test_old_draft);
  ADD ("asked-for-review", test_asked_for_review);
  ADD ("channel-needs-review", test_channel_needs_review);
  ADD ("ask-for-review", test_ask_for_review);
  ADD ("narrow-and-dark", test_narrow_and_dark);
  ADD ("snippets", test_snippets);
  ADD ("save-snippet", test_save_snippet);
  ADD ("not-shared", test_not_shared);
  return csm_ui_test_run ();
}
