/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-blob-images.h"
#include "csm-body-view.h"
#include "csm-composer.h"
#include "csm-error.h"
#include "csm-json.h"
#include "csm-message-row.h"
#include "csm-note-line.h"
#include "csm-original.h"
#include "csm-time.h"
#include "csm-triage.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-window.h"

/* What the window shows of mail, and what can be done with it there. */

/* --- the signature ------------------------------------------------------------------------------------------- */

static GtkWidget *
signature_label (CsmUiDesk *desk)
{
  return csm_ui_find (csm_ui_world_composer (desk), GTK_TYPE_LABEL, "signature_label");
}

static gboolean
shows_ana (gpointer data)
{
  GtkWidget *label = signature_label (data);

  return gtk_widget_get_mapped (label) && g_str_equal (gtk_label_get_text (GTK_LABEL (label)), "-- \nAna Reyes\nFernweh");
}

static GtkWidget *
newest_submission (CsmUiDesk *desk)
{
  return gtk_widget_get_ancestor (csm_ui_find_label (desk->window, "Sending in"), CSM_TYPE_MESSAGE_ROW);
}

/* It is seen before it is sent, is sent once, and is no part of what comes back to be edited. */
static void
test_signature (CsmUiDesk     *desk,
                gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  g_assert_false (gtk_widget_get_visible (signature_label (desk)));
  csm_ui_type (csm_ui_world_reply_view (desk), "Good morning");
  csm_ui_put (desk->cache, CSM_TYPE_ID_CHANNEL, "{'id':'h01J00000000000000000000001','kind':'email','name':'Support','address':'support@example.com',"
                                                "'canSend':true,'enabled':true,'signature':'{name}\\nFernweh'}");
  csm_ui_wait_until (shows_ana, desk, "the signature");
  csm_ui_world_wait_reply (desk, "Good morning");
  g_settings_set_uint (desk->settings, "send-delay", 10);
  csm_ui_activate (csm_ui_world_composer (desk), "composer.send");
  ops = csm_ui_world_wait_outbox (desk, 1);
  g_assert_cmpstr (csm_json_get_string (((CsmOperation *) ops->pdata[0])->payload, "textBody"), ==, "Good morning\n\n-- \nAna Reyes\nFernweh");
  csm_ui_world_wait_label (desk->window, "Sending in");
  csm_ui_activate (newest_submission (desk), "message.undo");
  csm_ui_world_wait_reply (desk, "Good morning");
  csm_ui_wait_until (shows_ana, desk, "the signature again");
}

/* --- what stands around a text ------------------------------------------------------------------------------- */

/* A message from María, or to her, newer than the others. @rest: its other members */
static void
put_message (CsmUiDesk  *desk,
             const char *direction,
             const char *rest)
{
  g_autofree char *when = csm_time_format (csm_time_now () - 60 * CSM_SECOND);
  g_autofree char *json = g_strdup_printf ("{'id':'m01J00000000000000000000900','caseId':'c01J00000000000000000000001','conversationId':'v01J00000000000000000000001',"
                                           "'channelId':'h01J00000000000000000000001','direction':'%s','at':'%s','from':[{'name':'María López','address':'customer1@example.org'}],"
                                           "'to':[{'name':'','address':'customer1@example.org'}],'preview':'x','textBody':'The newest words',%s}", direction, when, rest);

  csm_ui_put (desk->cache, CSM_TYPE_ID_MESSAGE, json);
  csm_ui_world_wait_label (desk->window, "The newest words");
}

/* The row of the newest message. */
static GtkWidget *
newest_row (CsmUiDesk *desk)
{
  GtkWidget *label = csm_ui_find_label (desk->window, "The newest words");

  return gtk_widget_get_ancestor (label, CSM_TYPE_MESSAGE_ROW);
}

static void
open_with (CsmUiDesk  *desk,
           const char *direction,
           const char *rest)
{
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  put_message (desk, direction, rest);
  csm_ui_world_check_names (newest_row (desk));
}

static void
test_trust (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *row;
  GtkWidget *mark;
  GtkWidget *line;

  open_with (desk, "in", "'trust':{'verdict':'failed','dmarc':'fail','server':'mx.example.net'},'warnings':{'lookalike':true,'replyToDiffers':true}");
  row = newest_row (desk);
  mark = gtk_widget_get_first_child (csm_ui_find (row, GTK_TYPE_BOX, "marks"));
  gtk_test_accessible_assert_property (mark, GTK_ACCESSIBLE_PROPERTY_LABEL, "This may not come from who it says");
  gtk_menu_button_popup (GTK_MENU_BUTTON (mark));
  csm_ui_world_wait_label (row, "Said by mx.example.net");
  gtk_menu_button_popdown (GTK_MENU_BUTTON (mark));
  line = csm_ui_find_type (row, CSM_TYPE_NOTE_LINE);
  gtk_test_accessible_assert_role (line, GTK_ACCESSIBLE_ROLE_GROUP);
  g_assert_nonnull (strstr (csm_note_line_get_text (CSM_NOTE_LINE (line)), "The sender's domain looks like one that you know"));
  g_assert_nonnull (strstr (csm_note_line_get_text (CSM_NOTE_LINE (line)), "Answers would go to another address"));
  g_assert_null (gtk_widget_get_first_child (csm_ui_find (csm_ui_find_type (desk->window, CSM_TYPE_MESSAGE_ROW), GTK_TYPE_BOX, "marks")));
  csm_ui_desk_save_png (desk, "mail-trust.png");
}

static gboolean
asks (gpointer data)
{
  *(GtkWidget **) data = csm_ui_find_window (ADW_TYPE_MESSAGE_DIALOG);
  return *(GtkWidget **) data != NULL;
}

/* A link that says another place than it leads to opens nothing by itself. */
static void
test_deceiving_link (CsmUiDesk     *desk,
                     gconstpointer  data)
{
  GtkWidget *dialog = NULL;
  GtkWidget *label;
  gboolean handled = FALSE;

  open_with (desk, "in", "'body':[{'t':'p','s':[{'x':'The newest words: '},{'x':'www.bank.example.com','u':'https://evil.example.net/x','m':true}]}],'warnings':{'linkDeceives':true}");
  label = csm_ui_find_label (newest_row (desk), "The newest words");
  g_assert_nonnull (strstr (gtk_label_get_label (GTK_LABEL (label)), "title=\"https://evil.example.net/x\""));
  g_signal_emit_by_name (label, "activate-link", "https://evil.example.net/x", &handled);
  g_assert_true (handled);
  csm_ui_wait_until (asks, &dialog, "the question");
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)), "https://evil.example.net/x"));
  g_assert_cmpstr (adw_message_dialog_get_default_response (ADW_MESSAGE_DIALOG (dialog)), ==, "cancel");
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* --- delivery ------------------------------------------------------------------------------------------------ */

static void
test_failed (CsmUiDesk     *desk,
             gconstpointer  data)
{
  open_with (desk, "out", "'authorId':'p01J00000000000000000000001','delivery':{'state':'failed','recipients':{'customer1@example.org':"
                          "{'state':'failed','status':'5.1.1','why':'550 no such user','from':'report'}}}");
  g_assert_nonnull (csm_ui_find_label (newest_row (desk), "customer1@example.org did not get it: 550 no such user (5.1.1)"));
  g_assert_nonnull (csm_ui_find_label (newest_row (desk), "Check the address."));
  g_assert_nonnull (csm_ui_find_label (newest_row (desk), "Not delivered"));
  csm_ui_desk_save_png (desk, "mail-failed.png");
}

/* Nobody but a person knows: what they say goes to the server, and can be taken back. */
static void
test_unknown (CsmUiDesk     *desk,
              gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;
  GtkWidget *line;
  CsmOperation *op;

  csm_ui_put (desk->cache, CSM_TYPE_ID_SUBMISSION,
              "{'id':'s01J00000000000000000000900','caseId':'c01J00000000000000000000001','conversationId':'v01J00000000000000000000001',"
              "'to':[],'textBody':'x','undoStatus':'final','messageId':'m01J00000000000000000000900'}");
  open_with (desk, "out", "'authorId':'p01J00000000000000000000001','submissionId':'s01J00000000000000000000900','delivery':{'state':'unknown'}");
  line = csm_ui_find_type (newest_row (desk), CSM_TYPE_NOTE_LINE);
  g_assert_true (g_str_has_prefix (csm_note_line_get_text (CSM_NOTE_LINE (line)), "It may have arrived"));
  csm_ui_desk_save_png (desk, "mail-unknown.png");
  csm_ui_activate (line, "unknown.arrived");
  ops = csm_ui_world_wait_outbox (desk, 1);
  op = ops->pdata[0];
  g_assert_cmpint (op->type, ==, CSM_TYPE_ID_SUBMISSION);
  g_assert_cmpstr (op->record_id, ==, "s01J00000000000000000000900");
  g_assert_cmpstr (csm_json_get_string (op->payload, "decision"), ==, "arrived");
  csm_ui_world_wait_label (newest_row (desk), "You said that it arrived");
  /* From then on it can be undone. */
  csm_ui_world_wait_label (desk->window, "Noted: it arrived");
  csm_ui_activate (desk->window, "win.undo");
  g_ptr_array_unref (csm_ui_world_wait_outbox (desk, 0));
  csm_ui_world_wait_label (newest_row (desk), "It may have arrived");
}

/* --- automatic mail ------------------------------------------------------------------------------------------ */

static void
test_away (CsmUiDesk     *desk,
           gconstpointer  data)
{
  g_autofree char *until = csm_time_format (csm_time_now () + 10 * 24 * 3600 * CSM_SECOND);
  g_autofree char *rest = g_strdup_printf ("'automatic':'reply','awayUntil':'%.10sT00:00:00Z'", until);
  g_autoptr (GPtrArray) ops = NULL;
  GtkWidget *row;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_put (desk->cache, CSM_TYPE_ID_MESSAGE, "{'id':'m01J00000000000000000000899','caseId':'c01J00000000000000000000001','conversationId':'v01J00000000000000000000001',"
              "'channelId':'h01J00000000000000000000001','direction':'in','at':'2026-11-01T10:00:00Z','automatic':'bounce','textBody':'Undelivered'}");
  csm_ui_world_wait_label (desk->window, "A mail server says that a message did not arrive");
  {
    g_autofree char *when = csm_time_format (csm_time_now () - 60 * CSM_SECOND);
    g_autofree char *json = g_strdup_printf ("{'id':'m01J00000000000000000000900','caseId':'c01J00000000000000000000001','conversationId':'v01J00000000000000000000001',"
                                             "'channelId':'h01J00000000000000000000001','direction':'in','at':'%s','textBody':'I am on the Azores',%s}", when, rest);

    csm_ui_put (desk->cache, CSM_TYPE_ID_MESSAGE, json);
  }
  csm_ui_world_wait_label (desk->window, "Automatic answer: away until");
  row = gtk_widget_get_ancestor (csm_ui_find_label (desk->window, "Automatic answer: away until"), CSM_TYPE_MESSAGE_ROW);
  g_assert_false (gtk_widget_get_mapped (csm_ui_find_label (row, "I am on the Azores")));
  csm_ui_desk_save_png (desk, "mail-away.png");
  csm_ui_activate (row, "message.show-text");
  csm_ui_world_wait_label (row, "I am on the Azores");
  csm_ui_activate (row, "message.snooze");
  ops = csm_ui_world_wait_outbox (desk, 1);
  g_assert_cmpstr (csm_json_get_string (((CsmOperation *) ops->pdata[0])->payload, "status"), ==, "snoozed");
  g_assert_true (g_str_has_prefix (csm_json_get_string (((CsmOperation *) ops->pdata[0])->payload, "snoozedUntil"), "20"));
}

static void
test_cards (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *row;

  open_with (desk, "in", "'calendar':{'method':'request','summary':'Fitting of the tent','start':'2026-12-03T08:00:00Z','end':'2026-12-03T09:00:00Z',"
                         "'location':'Shop, first floor','organizer':'maria@example.org','organizerName':'María López'},"
                         "'attachments':[{'blobId':'b1','name':'invite.ics','type':'text/calendar','size':400}],"
                         "'contacts':[{'name':'Jon Park','organisation':'Park & Sons','emails':['jon@example.org'],'phones':['+34 600 000 001']}]");
  row = newest_row (desk);
  g_assert_nonnull (csm_ui_find_label (row, "Invitation"));
  g_assert_nonnull (csm_ui_find_label (row, "Fitting of the tent"));
  g_assert_nonnull (csm_ui_find_label (row, "3 December 2026"));
  g_assert_nonnull (csm_ui_find_label (row, "Shop, first floor"));
  g_assert_nonnull (csm_ui_find_label (row, "María López <maria@example.org>"));
  g_assert_nonnull (csm_ui_find_label (row, "Park & Sons"));
  g_assert_nonnull (csm_ui_find_label (row, "Save for a Calendar…"));
  g_assert_true (gtk_widget_activate_action (row, "message.copy-text", "s", "jon@example.org"));
  csm_ui_desk_save_png (desk, "mail-cards.png");
}

/* It asks first, and only a person asks. */
static void
test_list (CsmUiDesk     *desk,
           gconstpointer  data)
{
  GtkWidget *dialog = NULL;

  open_with (desk, "in", "'automatic':'newsletter','unsubscribe':{'oneClick':true,'url':'https://news.example.net/u'}");
  g_assert_nonnull (csm_ui_find_label (newest_row (desk), "This comes from a mailing list"));
  csm_ui_activate (newest_row (desk), "message.unsubscribe");
  csm_ui_wait_until (asks, &dialog, "the question");
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)), "news.example.net"));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  csm_ui_settle ();
  put_message (desk, "in", "'automatic':'newsletter','unsubscribe':{'oneClick':true,'url':'https://news.example.net/u','doneAt':'2026-11-20T10:00:00Z',"
                           "'doneBy':'p01J00000000000000000000002'}");
  csm_ui_world_wait_label (desk->window, "Ben Okafor unsubscribed on");
}

/* Nothing is fetched unasked; without a server it says so. */
static void
test_images (CsmUiDesk     *desk,
             gconstpointer  data)
{
  GtkWidget *row;

  open_with (desk, "in", "'body':[{'t':'p','s':[{'x':'The newest words'}]},{'t':'img','remote':true,'src':'https://news.example.net/a.png','alt':'A tent'}]");
  row = newest_row (desk);
  g_assert_nonnull (csm_ui_find_label (row, "Images are not loaded"));
  csm_ui_activate (row, "message.load-images");
  csm_ui_world_wait_label (row, "This needs a connection to the server.");
  g_assert_null (csm_ui_find_type (row, GTK_TYPE_PICTURE));
}

/* Those that were asked for are drawn here; nothing but plain pictures of a reasonable size is. */
static void
test_pictures (CsmUiDesk     *desk,
               gconstpointer  data)
{
  g_autoptr (GHashTable) images = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
  g_autoptr (GdkPixbuf) pixels = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 40, 30);
  g_autofree char *png = g_build_filename (desk->dir, "a.png", NULL);
  g_autofree char *svg = g_build_filename (desk->dir, "a.svg", NULL);
  g_autoptr (GError) error = NULL;
  GtkWidget *view;
  GtkWidget *picture;

  gdk_pixbuf_fill (pixels, 0x3366ccff);
  g_assert_true (gdk_pixbuf_save (pixels, png, "png", NULL, NULL));
  g_assert_true (g_file_set_contents (svg, "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", -1, NULL));
  g_assert_null (csm_blob_images_decode (svg, &error));
  g_assert_error (error, CSM_ERROR, CSM_ERROR_INVALID);
  g_clear_error (&error);
  g_hash_table_insert (images, (char *) "https://news.example.net/a.png", csm_blob_images_decode (png, &error));
  g_assert_no_error (error);

  open_with (desk, "in", "'body':[{'t':'p','s':[{'x':'The newest words'}]},{'t':'img','remote':true,'src':'https://news.example.net/a.png','alt':'A tent'}]");
  view = csm_ui_find_type (newest_row (desk), CSM_TYPE_BODY_VIEW);
  csm_body_view_add_images (CSM_BODY_VIEW (view), images);
  csm_body_view_set_message (CSM_BODY_VIEW (view), ((CsmTimelineEntry *) csm_workbench_get_detail (desk->workbench)->timeline->pdata
                             [csm_workbench_get_detail (desk->workbench)->timeline->len - 1])->record);
  picture = csm_ui_find_type (view, GTK_TYPE_PICTURE);
  g_assert_nonnull (picture);
  g_assert_cmpstr (gtk_picture_get_alternative_text (GTK_PICTURE (picture)), ==, "A tent");
  g_assert_null (csm_ui_find_label (view, "A tent"));
}

/* Where there is no HTML, or nothing to show it with, nothing is offered. */
static void
test_original (CsmUiDesk     *desk,
               gconstpointer  data)
{
  g_autoptr (JsonObject) plain = json_object_new ();
  g_autoptr (JsonObject) rich = json_object_new ();

  json_object_set_string_member (rich, "htmlBlobId", "b1");
  g_setenv ("CASEMENT_ORIGINAL", "/bin/true", TRUE);
  g_assert_false (csm_original_is_available (plain));
  g_assert_true (csm_original_is_available (rich));
  g_setenv ("CASEMENT_ORIGINAL", "/nonexistent", TRUE);
  g_assert_false (csm_original_is_available (rich));
  g_setenv ("CASEMENT_ORIGINAL", "/bin/true", TRUE);
  open_with (desk, "in", "'htmlBlobId':'b0123456789012345678901234567890123456789012345678901234567890123'");
  csm_ui_activate (newest_row (desk), "message.show-original");
  csm_ui_world_wait_label (desk->window, "The original is not on this computer");
}

/* --- at every width ------------------------------------------------------------------------------------------ */

#define EVERYTHING \
  "'trust':{'verdict':'verified','domain':'example.org','dkim':'pass','server':'mx.example.net'},'warnings':{'replyToDiffers':true,'signatureUnchecked':true}," \
  "'automatic':'newsletter','unsubscribe':{'oneClick':true,'url':'https://news.example.net/u'}," \
  "'body':[{'t':'p','s':[{'x':'The newest words'}]},{'t':'img','remote':true,'src':'https://news.example.net/a.png','alt':'A tent'}]," \
  "'calendar':{'method':'request','summary':'Fitting of the tent, with everybody who has a say in it','start':'2026-12-03T08:00:00Z','location':'Shop, first floor'}"

static void
show_everything (CsmUiDesk  *desk,
                 int         width,
                 const char *picture)
{
  csm_ui_desk_open (desk, width, 900);
  csm_ui_desk_open_case (desk, 1);
  put_message (desk, "in", EVERYTHING);
  csm_ui_wait_painted (desk->window);
  g_assert_cmpint (gtk_widget_get_width (desk->window), <=, width);
  g_assert_nonnull (csm_ui_find_label (newest_row (desk), "Answers would go to another address"));
  g_assert_nonnull (csm_ui_find_label (newest_row (desk), "Signed; the signature is not checked here"));
  csm_ui_world_check_names (desk->window);
  csm_ui_desk_save_png (desk, picture);
}

/* Files that don't fit into one line have a line more, inside their card. */
static void
test_files (CsmUiDesk     *desk,
            gconstpointer  data)
{
  GtkWidget *row;
  GtkWidget *last;
  graphene_rect_t place;

  csm_ui_desk_open (desk, 700, 900);
  csm_ui_desk_open_case (desk, 1);
  put_message (desk, "in", "'attachments':[{'blobId':'b1','name':'the first of three files.pdf','type':'application/pdf','size':4000},"
                           "{'blobId':'b2','name':'the second of three files.pdf','type':'application/pdf','size':4000},"
                           "{'blobId':'b3','name':'the third of three files.pdf','type':'application/pdf','size':4000}]");
  csm_ui_wait_painted (desk->window);
  row = newest_row (desk);
  last = gtk_widget_get_last_child (csm_ui_find (row, GTK_TYPE_BOX, "attachments"));
  g_assert_true (gtk_widget_compute_bounds (last, csm_ui_find (row, GTK_TYPE_BOX, "card"), &place));
  g_assert_cmpfloat (place.origin.y + place.size.height, <=, gtk_widget_get_height (csm_ui_find (row, GTK_TYPE_BOX, "card")));
  csm_ui_desk_save_png (desk, "mail-files.png");
}

static void
test_narrow (CsmUiDesk     *desk,
             gconstpointer  data)
{
  show_everything (desk, 360, "mail-360.png");
}

static void
test_dark (CsmUiDesk     *desk,
           gconstpointer  data)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  show_everything (desk, 900, "mail-dark.png");
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_DEFAULT);
}

static void
test_right_to_left (CsmUiDesk     *desk,
                    gconstpointer  data)
{
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  show_everything (desk, 900, "mail-rtl.png");
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

/* --- what nobody wants --------------------------------------------------------------------------------------- */

static gboolean
can_undo_spam (gpointer data)
{
  gpointer *pair = data;
  CsmUiDesk *desk = pair[0];
  CsmCaseDetail *detail = csm_workbench_get_detail (desk->workbench);

  return detail != NULL && detail->record != NULL && g_strcmp0 (csm_json_get_string (detail->record, "lane"), pair[1]) == 0;
}

static void
wait_lane (CsmUiDesk  *desk,
           const char *lane)
{
  gpointer pair[] = { desk, (gpointer) lane };

  csm_ui_wait_until (can_undo_spam, pair, lane);
  csm_ui_settle ();
}

static guint
count_listed (CsmUiDesk *desk)
{
  return g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (csm_ui_find_type (desk->window, GTK_TYPE_LIST_VIEW)))));
}

static gboolean
lists_one (gpointer data)
{
  return count_listed (data) == 1;
}

/* By the key, from the list, and back. */
static void
test_spam (CsmUiDesk     *desk,
           gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;
  g_autoptr (CsmCaseView) view = csm_case_view_new (CSM_VIEW_SPAM, NULL);

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  g_assert_true (csm_ui_press (desk->window, GDK_KEY_exclam, GDK_SHIFT_MASK));
  ops = csm_ui_world_wait_outbox (desk, 1);
  g_assert_cmpstr (csm_json_get_string (((CsmOperation *) ops->pdata[0])->payload, "lane"), ==, "spam");
  csm_workbench_set_view (desk->workbench, view);
  csm_ui_wait_until (lists_one, desk, "the spam");
  csm_ui_desk_open_case (desk, 1);
  wait_lane (desk, "spam");
  csm_ui_world_wait_label (desk->window, "This is spam");
  csm_ui_world_wait_label (desk->window, "Not Spam");
  csm_ui_desk_save_png (desk, "mail-spam.png");
  csm_ui_activate (desk->window, "win.not-spam");
  wait_lane (desk, "conversation");
}

/* One undo for both: the rule, and the case that is spam from then on. */
static void
test_block (CsmUiDesk     *desk,
            gconstpointer  data)
{
  g_autoptr (GPtrArray) ops = NULL;
  JsonObject *conditions;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_activate (desk->window, "win.block-sender");
  ops = csm_ui_world_wait_outbox (desk, 2);
  g_assert_cmpint (((CsmOperation *) ops->pdata[0])->type, ==, CSM_TYPE_ID_RULE);
  conditions = csm_json_get_object (((CsmOperation *) ops->pdata[0])->payload, "conditions");
  g_assert_cmpstr (csm_json_get_string (csm_json_get_object (conditions, "from"), "is"), ==, "customer1@example.org");
  csm_ui_desk_open_case (desk, 1);
  wait_lane (desk, "spam");
  g_assert_false (csm_triage_can_block (desk->workbench));
  csm_ui_activate (desk->window, "win.not-spam");
  wait_lane (desk, "conversation");
  csm_ui_world_wait_label (desk->window, "customer1@example.org is not blocked any more");
  /* An address may hold what would be markup. */
  csm_workbench_say (desk->workbench, "a&b@example.org is blocked");
  csm_ui_world_wait_label (desk->window, "a&b@example.org is blocked");
  g_assert_true (csm_triage_can_block (desk->workbench));
}

#define ADD(path, function) \
  g_test_add ("/mail/" path, CsmUiDesk, application, csm_ui_desk_set_up, function, csm_ui_desk_tear_down)

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

  ADD ("signature", test_signature);
  ADD ("trust", test_trust);
  ADD ("deceiving-link", test_deceiving_link);
  ADD ("failed", test_failed);
  ADD ("unknown", test_unknown);
  ADD ("away", test_away);
  ADD ("cards", test_cards);
  ADD ("list", test_list);
  ADD ("images", test_images);
  ADD ("pictures", test_pictures);
  ADD ("original", test_original);
  ADD ("files", test_files);
  ADD ("narrow", test_narrow);
  ADD ("dark", test_dark);
  ADD ("right-to-left", test_right_to_left);
  ADD ("spam", test_spam);
  ADD ("block", test_block);
  return csm_ui_test_run ();
}
