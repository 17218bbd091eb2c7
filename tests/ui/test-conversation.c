/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <string.h>

#include "csm-attachment-chip.h"
#include "csm-attachment-folder.h"
#include "csm-attachment-preview.h"
#include "csm-attachment-provider.h"
#include "csm-body-view.h"
#include "csm-comment-box.h"
#include "csm-composer.h"
#include "csm-conversation-pane.h"
#include "csm-json.h"
#include "csm-link-line.h"
#include "csm-message-row.h"
#include "csm-message-task.h"
#include "csm-print.h"
#include "csm-recipients-box.h"
#include "csm-time.h"
#include "csm-timeline.h"
#include "csm-ui-desk.h"
#include "csm-ui-records.h"
#include "csm-ui-test.h"
#include "csm-ui-world.h"
#include "csm-window.h"

/* What a person does with the messages of the open case. */

#define N_LONG 24
#define MINUTE (60 * CSM_SECOND)

static CsmTimeline *
timeline_of (CsmUiDesk *desk)
{
  return CSM_TIMELINE (csm_ui_find_type (desk->window, CSM_TYPE_TIMELINE));
}

static CsmMessageRow *
row_with (CsmUiDesk  *desk,
          const char *text)
{
  GtkWidget *label = csm_ui_find_label (GTK_WIDGET (timeline_of (desk)), text);

  g_assert_nonnull (label);
  return CSM_MESSAGE_ROW (gtk_widget_get_ancestor (label, CSM_TYPE_MESSAGE_ROW));
}

/* Messages of the first case, one a minute, the last of them a moment ago. */
static void
put_many (CsmUiDesk *desk)
{
  for (guint i = 0; i < N_LONG; i++)
    {
      g_autofree char *when = csm_time_format (csm_time_now () - (N_LONG - i) * MINUTE);
      g_autofree char *json = g_strdup_printf ("{'id':'m01J%023u','caseId':'c01J00000000000000000000001','conversationId':'v01J00000000000000000000001',"
                                               "'channelId':'h01J00000000000000000000001','direction':'in','at':'%s','subject':'Parcel',"
                                               "'from':[{'name':'María López','address':'customer1@example.org'}],'to':[{'name':'Support','address':'support@example.com'},"
                                               "{'name':'Depot','address':'depot@example.net'}],'preview':'x','textBody':'Line %u.\\n\\nIt is long.\\n\\nIndeed.',"
                                               "'body':[{'t':'p','s':[{'x':'Line %u.'}]},{'t':'p','s':[{'x':'It is long.'}]},{'t':'p','s':[{'x':'Indeed.'}]}]}",
                                               900 + i, when, i, i);

      csm_ui_put (desk->cache, CSM_TYPE_ID_MESSAGE, json);
    }
}

static void
put_seen (CsmUiDesk *desk,
          gint64     before)
{
  g_autofree char *when = csm_time_format (csm_time_now () - before);
  g_autofree char *json = g_strdup_printf ("{'id':'z01J00000000000000000000001','caseId':'c01J00000000000000000000001','upTo':'%s'}", when);

  csm_ui_put (desk->cache, CSM_TYPE_ID_SEEN, json);
}

/* --- what is new --------------------------------------------------------------------------------------------- */

static GtkAdjustment *
adjustment_of (CsmUiDesk *desk)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (csm_ui_find (GTK_WIDGET (timeline_of (desk)), GTK_TYPE_SCROLLED_WINDOW, "scrolled")));
}

static double
place_of (CsmUiDesk *desk,
          GtkWidget *widget)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (widget, csm_ui_find (GTK_WIDGET (timeline_of (desk)), GTK_TYPE_SCROLLED_WINDOW, "scrolled"), &bounds));
  return bounds.origin.y;
}

static GtkWidget *
marker_of (CsmUiDesk *desk)
{
  GtkWidget *label = csm_ui_find_label (GTK_WIDGET (timeline_of (desk)), "New Messages");

  return label != NULL ? gtk_widget_get_ancestor (label, ADW_TYPE_BIN) : NULL;
}

static gboolean
is_marked (gpointer data)
{
  GtkWidget *marker = marker_of (data);
  double y = marker != NULL ? place_of (data, marker) : -1;

  return y >= 0 && y < 60;
}

static gboolean
has_focus (gpointer data)
{
  return gtk_widget_is_focus (data);
}

/* It opens at the first new message, says so above it, and leads back there from anywhere. */
static void
test_unread (CsmUiDesk     *desk,
             gconstpointer  data)
{
  GtkWidget *next;
  CsmMessageRow *row;

  put_many (desk);
  put_seen (desk, 10 * MINUTE + 30 * CSM_SECOND);
  csm_ui_desk_open (desk, 900, 700);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_wait_until (is_marked, desk, "the first new message");
  next = adw_bin_get_child (ADW_BIN (gtk_widget_get_next_sibling (marker_of (desk))));
  g_assert_true (next == GTK_WIDGET (row_with (desk, "Line 14.")));
  g_assert_false (gtk_widget_get_visible (csm_ui_find (GTK_WIDGET (timeline_of (desk)), GTK_TYPE_BUTTON, "unread_button")));
  csm_ui_desk_save_png (desk, "conversation-unread.png");
  gtk_adjustment_set_value (adjustment_of (desk), 0);
  csm_ui_settle ();
  g_assert_false (is_marked (desk));
  row = row_with (desk, "Line 14.");
  csm_ui_activate (desk->window, "win.first-unread");
  csm_ui_wait_until (is_marked, desk, "the first new message again");
  csm_ui_wait_until (has_focus, row, "the focus on it");
}

static gboolean
offers_unread (gpointer data)
{
  GtkWidget *button = csm_ui_find (GTK_WIDGET (timeline_of (data)), GTK_TYPE_BUTTON, "unread_button");

  return gtk_widget_get_visible (button) && csm_ui_find_label (button, "1 new message") != NULL;
}

static gboolean
shows_newest (gpointer data)
{
  return place_of (data, GTK_WIDGET (row_with (data, "The very newest"))) < gtk_adjustment_get_page_size (adjustment_of (data));
}

/* What comes below what is being read moves nothing, and is pointed at. */
static void
test_arrival (CsmUiDesk     *desk,
              gconstpointer  data)
{
  g_autofree char *when = csm_time_format (csm_time_now ());
  g_autofree char *json = g_strdup_printf ("{'id':'m01J00000000000000000000990','caseId':'c01J00000000000000000000001','conversationId':'v01J00000000000000000000001',"
                                           "'channelId':'h01J00000000000000000000001','direction':'in','at':'%s','from':[{'name':'María López','address':'customer1@example.org'}],"
                                           "'textBody':'The very newest'}", when);

  put_many (desk);
  put_seen (desk, 0);
  csm_ui_desk_open (desk, 900, 700);
  csm_ui_desk_open_case (desk, 1);
  g_assert_null (marker_of (desk));
  csm_ui_wait_painted (desk->window);
  csm_ui_settle ();
  gtk_adjustment_set_value (adjustment_of (desk), 100);
  csm_ui_settle ();
  csm_ui_put (desk->cache, CSM_TYPE_ID_MESSAGE, json);
  csm_ui_wait_until (offers_unread, desk, "the way to what is new");
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment_of (desk)), ==, 100);
  g_signal_emit_by_name (csm_ui_find (GTK_WIDGET (timeline_of (desk)), GTK_TYPE_BUTTON, "unread_button"), "clicked");
  csm_ui_wait_until (shows_newest, desk, "what is new");
}

/* --- by keyboard --------------------------------------------------------------------------------------------- */

typedef struct
{
  char    *text;
  gboolean done;
} Reading;

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  Reading *reading = data;

  reading->text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  reading->done = TRUE;
}

static gboolean
is_read (gpointer data)
{
  return ((Reading *) data)->done;
}

static char *
clipboard_text (CsmUiDesk *desk)
{
  Reading reading = { NULL, FALSE };

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (desk->window), NULL, read_cb, &reading);
  csm_ui_wait_until (is_read, &reading, "the clipboard");
  return reading.text;
}

static void
test_keys (CsmUiDesk     *desk,
           gconstpointer  data)
{
  GtkWidget *list;
  GtkWidget *row;
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;

  put_many (desk);
  csm_ui_desk_open (desk, 900, 700);
  csm_ui_desk_open_case (desk, 1);
  list = csm_ui_find (GTK_WIDGET (timeline_of (desk)), GTK_TYPE_BOX, "list");
  csm_ui_activate (desk->window, "win.next-message");
  row = GTK_WIDGET (row_with (desk, "Line 23."));
  g_assert_true (gtk_widget_is_focus (row));
  g_assert_true (csm_ui_press (list, GDK_KEY_Up, 0));
  g_assert_true (gtk_widget_is_focus (GTK_WIDGET (row_with (desk, "Line 22."))));
  g_assert_false (csm_ui_press (list, GDK_KEY_j, 0));
  g_assert_true (csm_ui_press (list, GDK_KEY_Up, GDK_SHIFT_MASK));
  g_assert_true (csm_ui_press (list, GDK_KEY_Up, GDK_SHIFT_MASK));
  gtk_test_accessible_assert_state (gtk_widget_get_parent (GTK_WIDGET (row_with (desk, "Line 21."))), GTK_ACCESSIBLE_STATE_SELECTED, TRUE);
  csm_ui_desk_save_png (desk, "conversation-selected.png");
  g_assert_true (csm_ui_press (list, GDK_KEY_c, GDK_CONTROL_MASK));
  text = clipboard_text (desk);
  g_assert_nonnull (strstr (text, "Line 20.\n\nIt is long."));
  g_assert_nonnull (strstr (text, "Line 22."));
  g_assert_null (strstr (text, "Line 19."));
  g_assert_null (strstr (text, "Line 23."));
  g_assert_true (strstr (text, "Line 20.") < strstr (text, "Line 22."));
  g_assert_true (csm_ui_press (list, GDK_KEY_Escape, 0));
  g_assert_false (csm_ui_press (list, GDK_KEY_Escape, 0));
  csm_ui_activate (GTK_WIDGET (row_with (desk, "Line 5.")), "message.copy");
  again = clipboard_text (desk);
  g_assert_nonnull (strstr (again, "María López <customer1@example.org>, to Support <support@example.com>, Depot <depot@example.net> · "));
  csm_ui_activate (desk->window, "win.next-message");
  csm_ui_settle ();
  csm_ui_activate (row, "message.popup-menu");
  csm_ui_world_wait_label (row, "Quote to Colleagues");
}

/* --- answering one of them ----------------------------------------------------------------------------------- */

static CsmRecipientsBox *
recipients_of (CsmUiDesk *desk)
{
  return CSM_RECIPIENTS_BOX (csm_ui_find_type (desk->window, CSM_TYPE_RECIPIENTS_BOX));
}

typedef struct
{
  CsmUiDesk  *desk;
  JsonObject *sent;
} Leaving;

static gboolean
has_left (gpointer data)
{
  Leaving *leaving = data;
  g_autoptr (GPtrArray) ops = csm_ui_desk_outbox (leaving->desk);

  for (guint i = 0; i < ops->len && leaving->sent == NULL; i++)
    if (((CsmOperation *) ops->pdata[i])->type == CSM_TYPE_ID_SUBMISSION)
      leaving->sent = json_object_ref (((CsmOperation *) ops->pdata[i])->payload);
  return leaving->sent != NULL;
}

/* Returns: (transfer full): what waits to be sent to the customer */
static JsonObject *
send_reply (CsmUiDesk *desk)
{
  Leaving leaving = { desk, NULL };

  g_settings_set_uint (desk->settings, "send-delay", 0);
  csm_ui_activate (csm_ui_world_composer (desk), "composer.send");
  csm_ui_wait_until (has_left, &leaving, "the reply");
  return leaving.sent;
}

static void
test_answer (CsmUiDesk     *desk,
             gconstpointer  data)
{
  g_autoptr (JsonObject) sent = NULL;

  put_many (desk);
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_type (csm_ui_world_reply_view (desk), "Words that stay");
  csm_ui_activate (GTK_WIDGET (row_with (desk, "Line 20.")), "message.reply");
  g_assert_cmpstr (csm_recipients_box_get_to (recipients_of (desk)), ==, "María López <customer1@example.org>");
  g_assert_cmpstr (csm_recipients_box_get_cc (recipients_of (desk)), ==, "Depot <depot@example.net>");
  csm_ui_activate (GTK_WIDGET (row_with (desk, "Line 20.")), "message.reply-one");
  g_assert_cmpstr (csm_recipients_box_get_cc (recipients_of (desk)), ==, "");
  csm_ui_world_wait_reply (desk, "Words that stay");
  sent = send_reply (desk);
  g_assert_cmpstr (csm_json_get_string (sent, "inReplyTo"), ==, "m01J00000000000000000000920");
  g_assert_cmpuint (json_array_get_length (csm_json_get_array (sent, "cc")), ==, 0);
  /* The next one answers all of the newest again. */
  g_assert_cmpstr (csm_recipients_box_get_cc (recipients_of (desk)), ==, "Depot <depot@example.net>");
}

static void
test_forward (CsmUiDesk     *desk,
              gconstpointer  data)
{
  g_autofree char *when = csm_time_format (csm_time_now ());
  g_autofree char *json = g_strdup_printf ("{'id':'m01J00000000000000000000990','caseId':'c01J00000000000000000000001','conversationId':'v01J00000000000000000000001',"
                                           "'channelId':'h01J00000000000000000000001','direction':'in','at':'%s','subject':'Re: Parcel','from':[{'name':'María López','address':'customer1@example.org'}],"
                                           "'to':[{'name':'','address':'support@example.com'}],'textBody':'The label is torn',"
                                           "'attachments':[{'blobId':'b1','name':'label.pdf','type':'application/pdf','size':1234}]}", when);
  g_autoptr (JsonObject) sent = NULL;
  const char *text;

  csm_ui_put (desk->cache, CSM_TYPE_ID_MESSAGE, json);
  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  csm_ui_activate (GTK_WIDGET (row_with (desk, "The label is torn")), "message.forward");
  g_assert_cmpstr (csm_recipients_box_get_to (recipients_of (desk)), ==, "");
  csm_ui_desk_save_png (desk, "conversation-forward.png");
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find (GTK_WIDGET (recipients_of (desk)), GTK_TYPE_WIDGET, "to_entry")), "depot@example.net");
  sent = send_reply (desk);
  text = csm_json_get_string (sent, "textBody");
  g_assert_cmpstr (csm_json_get_string (sent, "subject"), ==, "Fwd: Re: Parcel");
  g_assert_null (csm_json_get_string (sent, "inReplyTo"));
  g_assert_nonnull (strstr (text, "From: María López <customer1@example.org>"));
  g_assert_true (g_str_has_suffix (text, "The label is torn"));
  g_assert_cmpstr (csm_json_get_string (json_array_get_object_element (csm_json_get_array (sent, "attachments"), 0), "blobId"), ==, "b1");
}

/* --- among colleagues ---------------------------------------------------------------------------------------- */

static char *
note_text (CsmUiDesk *desk)
{
  GtkWidget *box = csm_ui_find_type (desk->window, CSM_TYPE_COMMENT_BOX);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (csm_ui_find_type (box, GTK_TYPE_TEXT_VIEW)));
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
}

static void
test_colleagues (CsmUiDesk     *desk,
                 gconstpointer  data)
{
  GtkWidget *row;
  GtkWidget *form;
  g_autofree char *note = NULL;
  g_autofree char *link = NULL;
  g_autoptr (GPtrArray) ops = NULL;
  JsonObject *task;

  csm_ui_desk_open (desk, 1400, 900);
  csm_ui_desk_open_case (desk, 1);
  row = GTK_WIDGET (row_with (desk, "my parcel has not come"));
  csm_ui_activate (row, "message.quote");
  note = note_text (desk);
  g_assert_cmpstr (note, ==, "> Hello, my parcel has not come.\ncasement:message/m01J00000000000000000000001\n\n");
  csm_ui_activate (row, "message.copy-link");
  link = clipboard_text (desk);
  g_assert_cmpstr (link, ==, "casement:message/m01J00000000000000000000001");
  csm_ui_activate (row, "message.task");
  form = csm_ui_find_type (row, GTK_TYPE_POPOVER);
  while (form != NULL && csm_ui_find_type (form, GTK_TYPE_ENTRY) == NULL)
    form = gtk_widget_get_next_sibling (form);
  g_assert_nonnull (form);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (csm_ui_find_type (form, GTK_TYPE_ENTRY))), ==, "Hello, my parcel has not come.");
  gtk_editable_set_text (GTK_EDITABLE (csm_ui_find_type (form, GTK_TYPE_ENTRY)), "Look for the parcel");
  g_signal_emit_by_name (csm_ui_find_type (form, GTK_TYPE_ENTRY), "activate");
  ops = csm_ui_world_wait_outbox (desk, 1);
  task = ((CsmOperation *) ops->pdata[0])->payload;
  g_assert_cmpstr (csm_json_get_string (task, "title"), ==, "Look for the parcel");
  g_assert_cmpstr (csm_json_get_string (task, "note"), ==, "casement:message/m01J00000000000000000000001");
}

/* --- files --------------------------------------------------------------------------------------------------- */

typedef struct
{
  JsonObject *attachment;
  gboolean    written;
} Taking;

static void
uploaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GError) error = NULL;

  ((Taking *) data)->attachment = csm_account_upload_finish (CSM_ACCOUNT (source), result, &error);
  g_assert_no_error (error);
}

static gboolean
is_uploaded (gpointer data)
{
  return ((Taking *) data)->attachment != NULL;
}

/* A picture that is on this computer, as an attachment named @name: 400 by 200 pixels */
static char *
take_picture (CsmUiDesk  *desk,
              const char *name,
              guint32     color)
{
  g_autofree char *path = g_build_filename (desk->dir, name, NULL);
  g_autoptr (GdkPixbuf) picture = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 400, 200);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  Taking taking = { NULL, FALSE };
  g_autofree char *text = NULL;

  gdk_pixbuf_fill (picture, color);
  g_assert_true (gdk_pixbuf_save (picture, path, "png", NULL, NULL));
  csm_account_upload_async (desk->account, file, NULL, uploaded_cb, &taking);
  csm_ui_wait_until (is_uploaded, &taking, "the file");
  json_object_set_string_member (taking.attachment, "cid", name);
  text = csm_json_write_object (taking.attachment);
  json_object_unref (taking.attachment);
  return g_strdelimit (g_steal_pointer (&text), "\"", '\'');
}

static gboolean
is_previewed (gpointer data)
{
  GtkWidget *preview = csm_ui_find (data, GTK_TYPE_PICTURE, "preview");

  return preview != NULL && gtk_widget_get_visible (preview)
         && gdk_paintable_get_intrinsic_width (gtk_picture_get_paintable (GTK_PICTURE (preview))) == CSM_ATTACHMENT_PREVIEW_WIDTH;
}

static gboolean
is_drawn (gpointer data)
{
  GtkWidget *picture = csm_ui_find_type (csm_ui_find_type (data, CSM_TYPE_BODY_VIEW), GTK_TYPE_PICTURE);

  /* As wide as it is or as there is room, and never flat. */
  return picture != NULL && gtk_widget_get_width (picture) > 200 && gtk_widget_get_width (picture) <= 400
         && ABS (gtk_widget_get_height (picture) * 2 - gtk_widget_get_width (picture)) <= 2;
}

static gboolean
is_saved (gpointer data)
{
  return g_file_test (data, G_FILE_TEST_IS_REGULAR);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (gdk_content_provider_write_mime_type_finish (GDK_CONTENT_PROVIDER (source), result, &error));
  g_assert_no_error (error);
  ((Taking *) data)->written = TRUE;
}

static gboolean
is_written (gpointer data)
{
  return ((Taking *) data)->written;
}

static void
check_drag (CsmUiDesk  *desk,
            JsonObject *attachment)
{
  g_autoptr (GdkContentProvider) provider = csm_attachment_provider_new (desk->account, attachment);
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  Taking taking = { NULL, FALSE };
  g_autofree char *uris = NULL;

  gdk_content_provider_write_mime_type_async (provider, "text/uri-list", stream, G_PRIORITY_DEFAULT, NULL, written_cb, &taking);
  csm_ui_wait_until (is_written, &taking, "what was dropped");
  uris = g_strndup (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (stream)), g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (stream)));
  g_assert_true (g_str_has_prefix (uris, "file:///"));
  g_assert_nonnull (strstr (uris, "one.png"));
}

/* Pictures are seen before they are opened, in the text when asked for, dragged out as files, and all are saved at once. */
static void
test_files (CsmUiDesk     *desk,
            gconstpointer  data)
{
  g_autofree char *one = take_picture (desk, "one.png", 0x3584e4ff);
  g_autofree char *two = take_picture (desk, "two.png", 0x33d17aff);
  g_autofree char *when = csm_time_format (csm_time_now ());
  g_autofree char *json = g_strdup_printf ("{'id':'m01J00000000000000000000990','caseId':'c01J00000000000000000000001','conversationId':'v01J00000000000000000000001',"
                                           "'channelId':'h01J00000000000000000000001','direction':'in','at':'%s','from':[{'name':'María López','address':'customer1@example.org'}],"
                                           "'textBody':'Two photos','body':[{'t':'p','s':[{'x':'Two photos'}]},{'t':'img','cid':'one.png','alt':'The first'},"
                                           "{'t':'q','d':1,'a':'Ana wrote:','c':[{'t':'p','s':[{'x':'Send photos, please'}]}]}],'attachments':[%s,%s]}", when, one, two);
  g_autofree char *first = g_build_filename (desk->dir, "saved", "one.png", NULL);
  g_autofree char *second = g_build_filename (desk->dir, "saved", "two (2).png", NULL);
  g_autofree char *there = g_build_filename (desk->dir, "saved", "two.png", NULL);
  g_autofree char *place = g_path_get_dirname (first);
  g_autoptr (GFile) folder = g_file_new_for_path (place);
  GtkWidget *row;
  GtkWidget *button;
  JsonArray *attachments;

  csm_ui_put (desk->cache, CSM_TYPE_ID_MESSAGE, json);
  csm_ui_desk_open (desk, 900, 800);
  csm_ui_desk_open_case (desk, 1);
  row = GTK_WIDGET (row_with (desk, "Two photos"));
  csm_ui_world_check_names (row);
  csm_ui_wait_until (is_previewed, csm_ui_find_type (row, CSM_TYPE_ATTACHMENT_CHIP), "the preview");
  g_assert_true (gtk_widget_get_visible (csm_ui_find (row, GTK_TYPE_BUTTON, "save_all_button")));
  g_assert_false (is_drawn (row));
  csm_ui_activate (row, "message.load-images");
  csm_ui_wait_until (is_drawn, row, "the image in the text");
  button = gtk_widget_get_ancestor (csm_ui_find_label (row, "Show quoted text"), GTK_TYPE_TOGGLE_BUTTON);
  gtk_test_accessible_assert_state (button, GTK_ACCESSIBLE_STATE_EXPANDED, FALSE);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
  gtk_test_accessible_assert_state (button, GTK_ACCESSIBLE_STATE_EXPANDED, TRUE);
  g_assert_nonnull (csm_ui_find_label (row, "Send photos, please"));
  csm_ui_desk_save_png (desk, "conversation-files.png");
  attachments = csm_json_get_array (csm_message_row_get_record (CSM_MESSAGE_ROW (row)), "attachments");
  check_drag (desk, json_array_get_object_element (attachments, 0));
  g_assert_true (g_file_make_directory (folder, NULL, NULL));
  g_assert_true (g_file_set_contents (there, "mine", -1, NULL));
  csm_attachment_folder_save (desk->workbench, attachments, folder);
  csm_ui_wait_until (is_saved, second, "the second file, beside what was there");
  g_assert_true (is_saved (first));
}

/* --- links, paper, the whole of it --------------------------------------------------------------------------- */

static void
test_link_line (CsmUiDesk     *desk,
                gconstpointer  data)
{
  GtkWidget *line;

  csm_ui_desk_open (desk, 900, 700);
  csm_ui_desk_open_case (desk, 1);
  line = csm_ui_find_type (desk->window, CSM_TYPE_LINK_LINE);
  g_assert_false (gtk_widget_get_visible (line));
  csm_link_line_show (CSM_LINK_LINE (line), "https://parcels.example.net/track?n=1", FALSE);
  g_assert_nonnull (csm_ui_find_label (line, "https://parcels.example.net/track?n=1"));
  g_assert_false (gtk_widget_has_css_class (line, "deceptive"));
  csm_link_line_show (CSM_LINK_LINE (line), "https://evil.example.net/", TRUE);
  g_assert_nonnull (csm_ui_find_label (line, "Goes elsewhere: https://evil.example.net/"));
  csm_ui_desk_save_png (desk, "conversation-link.png");
  csm_link_line_show (CSM_LINK_LINE (line), NULL, FALSE);
  g_assert_false (gtk_widget_get_visible (line));
}

typedef struct
{
  CsmTranscript *transcript;
  gboolean       done;
} Loading;

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  Loading *loading = data;
  g_autoptr (GError) error = NULL;

  loading->transcript = csm_transcript_load_finish (CSM_WORKBENCH (source), result, &error);
  g_assert_no_error (error);
  loading->done = TRUE;
}

static gboolean
is_loaded (gpointer data)
{
  return ((Loading *) data)->done;
}

static CsmTranscript *
transcribe (CsmUiDesk *desk,
            gboolean   with_notes)
{
  Loading loading = { NULL, FALSE };

  csm_transcript_load_async (desk->workbench, with_notes, NULL, loaded_cb, &loading);
  csm_ui_wait_until (is_loaded, &loading, "the transcript");
  return loading.transcript;
}

/* Notes among colleagues are on paper only when somebody asks for them. */
static void
test_print (CsmUiDesk     *desk,
            gconstpointer  data)
{
  g_autoptr (CsmTranscript) plain = NULL;
  g_autoptr (GtkPrintOperation) operation = NULL;
  g_autofree char *path = g_build_filename (desk->dir, "case.pdf", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  CsmTranscript *all;
  guint n_notes = 0;

  put_many (desk);
  csm_ui_desk_open_case (desk, 1);
  plain = transcribe (desk, FALSE);
  all = transcribe (desk, TRUE);
  for (guint i = 0; i < all->parts->len; i++)
    n_notes += ((CsmTranscriptPart *) all->parts->pdata[i])->note;
  for (guint i = 0; i < plain->parts->len; i++)
    g_assert_false (((CsmTranscriptPart *) plain->parts->pdata[i])->note);
  g_assert_cmpuint (n_notes, >, 0);
  g_assert_cmpuint (plain->parts->len, ==, N_LONG + 2);
  text = csm_transcript_write (plain, TRUE);
  g_assert_true (g_str_has_prefix (text, "Late parcel\nMaría López\n"));
  operation = csm_print_operation_new (all);
  gtk_print_operation_set_export_filename (operation, path);
  g_assert_cmpint (gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_EXPORT, NULL, &error), ==, GTK_PRINT_OPERATION_RESULT_APPLY);
  g_assert_no_error (error);
  g_assert_cmpint (gtk_print_operation_get_n_pages_to_print (operation), >, 1);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
  if (g_getenv ("CASEMENT_KEEP_PDF") != NULL)
    {
      g_autoptr (GFile) from = g_file_new_for_path (path);
      g_autoptr (GFile) to = g_file_new_for_path (g_getenv ("CASEMENT_KEEP_PDF"));

      g_file_copy (from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, NULL);
    }
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (AdwApplication) application = csm_ui_test_start (&argc, &argv);

#define ADD(name, func) g_test_add ("/conversation/" name, CsmUiDesk, application, csm_ui_desk_set_up, func, csm_ui_desk_tear_down)
  ADD ("unread", test_unread);
  ADD ("arrival", test_arrival);
  ADD ("keys", test_keys);
  ADD ("answer", test_answer);
  ADD ("forward", test_forward);
  ADD ("colleagues", test_colleagues);
  ADD ("files", test_files);
  ADD ("link-line", test_link_line);
  ADD ("print", test_print);
#undef ADD
  return csm_ui_test_run ();
}
