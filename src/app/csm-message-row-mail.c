/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-message-row-private.h"

#include <glib/gi18n.h>

#include "csm-account-ask.h"
#include "csm-body-view.h"
#include "csm-delivery-words.h"
#include "csm-format.h"
#include "csm-inline-images.h"
#include "csm-json.h"
#include "csm-mail-cards.h"
#include "csm-mail-words.h"
#include "csm-note-line.h"
#include "csm-original.h"
#include "csm-remote-images.h"
#include "csm-time.h"
#include "csm-triage.h"
#include "csm-trust-mark.h"
#include "csm-unknown-line.h"

/* What a message row shows of a mail besides its text. Most mails have none of it: it is built where there is some. */

static GtkWidget *
add (GtkWidget *box,
     GtkWidget *child)
{
  gtk_box_append (GTK_BOX (box), child);
  gtk_widget_set_visible (box, TRUE);
  return child;
}

static GtkWidget *
add_line (GtkWidget  *box,
          const char *icon,
          const char *text,
          gboolean    warning)
{
  return add (box, csm_note_line_new (icon, text, warning));
}

static const char *
lane_of_case (CsmMessageRow *self)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);

  return detail != NULL && detail->record != NULL ? csm_json_get_string (detail->record, "lane") : NULL;
}

/* --- images in the text ------------------------------------------------------------------------------------ */

static void
add_textures (CsmMessageRow *self,
              GHashTable    *textures)
{
  csm_body_view_add_images (CSM_BODY_VIEW (self->body), textures);
  csm_body_view_set_message (CSM_BODY_VIEW (self->body), self->entry.record);
}

static void
images_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (CsmMessageRow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) textures = csm_remote_images_load_finish (CSM_WORKBENCH (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->images_line == NULL)
    return;
  if (textures == NULL)
    {
      csm_note_line_set_text (CSM_NOTE_LINE (self->images_line), error->message);
      gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.load-images", TRUE);
      return;
    }
  if (g_hash_table_size (textures) == 0)
    {
      csm_note_line_set_text (CSM_NOTE_LINE (self->images_line), _("None of the images could be loaded; they may be gone from the web"));
      gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.load-images", TRUE);
      return;
    }
  gtk_widget_set_visible (self->images_line, FALSE);
  add_textures (self, textures);
}

static void
inline_images_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      data)
{
  g_autoptr (CsmMessageRow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) textures = csm_inline_images_load_finish (CSM_WORKBENCH (source), result, &error);

  if (textures == NULL || self->images_line == NULL)
    return;
  if (g_hash_table_size (textures) > 0)
    add_textures (self, textures);
  /* Of those on the web it is told by itself. */
  if (self->n_remote > 0)
    return;
  if (g_hash_table_size (textures) > 0)
    gtk_widget_set_visible (self->images_line, FALSE);
  else
    csm_note_line_set_text (CSM_NOTE_LINE (self->images_line), _("The images are not on this computer, and the server can’t be reached"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.load-images", TRUE);
}

static void
load_images (CsmMessageRow *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.load-images", FALSE);
  csm_note_line_set_text (CSM_NOTE_LINE (self->images_line), _("Loading images…"));
  csm_inline_images_load_async (self->workbench, self->entry.record, self->cancellable, inline_images_cb, g_object_ref (self));
  if (self->n_remote > 0)
    csm_remote_images_load_async (self->workbench, self->entry.record, self->cancellable, images_cb, g_object_ref (self));
}

static void
load_images_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  load_images (CSM_MESSAGE_ROW (widget));
}

static void
show_images (CsmMessageRow *self)
{
  g_autoptr (GPtrArray) urls = csm_remote_images_find (self->entry.record);
  g_autoptr (GPtrArray) files = csm_inline_images_find (self->entry.record);

  self->n_remote = csm_remote_images_are_unwanted (self->workbench) ? 0 : urls->len;
  if (self->n_remote == 0 && files->len == 0)
    return;
  if (self->n_remote == 0)
    {
      self->images_line = add_line (self->above, "image-x-generic-symbolic", _("Images are not shown"), FALSE);
      csm_note_line_add_button (CSM_NOTE_LINE (self->images_line), _("_Show Images"), "message.load-images");
      return;
    }
  self->images_line = add_line (self->above, "image-x-generic-symbolic", _("Images are not loaded"), FALSE);
  csm_note_line_add_button (CSM_NOTE_LINE (self->images_line), _("_Load Images"), "message.load-images");
  gtk_widget_set_tooltip_text (self->images_line, _("They lie on the web. The server fetches them, so that nobody learns where you are; that somebody read this is seen."));
  if (csm_remote_images_are_wanted (self->workbench, self->entry.record))
    load_images (self);
}

/* --- invitations and cards --------------------------------------------------------------------------------- */

/* Returns: (nullable): the file that an invitation came in */
static JsonObject *
calendar_file (JsonObject *message)
{
  JsonArray *list = csm_json_get_array (message, "attachments");

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      JsonObject *file = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *type = file != NULL ? csm_json_get_string (file, "type") : NULL;

      if (type != NULL && (g_ascii_strcasecmp (type, "text/calendar") == 0 || g_ascii_strcasecmp (type, "application/ics") == 0)
          && csm_json_get_string (file, "blobId") != NULL)
        return file;
    }
  return NULL;
}

static void
save_event_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);
  JsonObject *file = calendar_file (self->entry.record);
  const char *title = csm_json_get_string (file, "name");

  csm_message_row_save_blob (self, csm_json_get_string (file, "blobId"), "text/calendar",
                             title != NULL && g_str_has_suffix (title, ".ics") ? title : "invite.ics");
}

static void
copy_text_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), g_variant_get_string (parameter, NULL));
  csm_workbench_say (CSM_MESSAGE_ROW (widget)->workbench, _("Copied"));
}

static void
show_cards (CsmMessageRow *self)
{
  JsonObject *calendar = csm_json_get_object (self->entry.record, "calendar");
  JsonArray *contacts = csm_json_get_array (self->entry.record, "contacts");

  if (calendar != NULL)
    add (self->above, csm_mail_cards_new_event (calendar, calendar_file (self->entry.record) != NULL ? "message.save-event" : NULL));
  if (contacts != NULL && json_array_get_length (contacts) > 0)
    add (self->below, csm_mail_cards_new_contacts (contacts, "message.copy-text"));
}

/* --- automatic mail ---------------------------------------------------------------------------------------- */

static void
snooze_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);
  const char *case_ids[] = { csm_json_get_string (self->entry.record, "caseId"), NULL };

  csm_triage_snooze (self->workbench, case_ids, self->back_at);
}

/* What a program wrote need not be read: one line says what it is. */
static void
show_text_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);

  gtk_widget_set_visible (self->body, !gtk_widget_get_visible (self->body));
}

static void
show_automatic (CsmMessageRow *self)
{
  const char *automatic = csm_json_get_string (self->entry.record, "automatic");
  g_autoptr (GTimeZone) zone = csm_account_get_time_zone (csm_workbench_get_account (self->workbench));
  g_autofree char *away = csm_mail_away (self->entry.record, zone, csm_time_now (), &self->back_at);
  GtkWidget *line = NULL;

  if (away != NULL)
    line = add_line (self->above, "csm-away-symbolic", away, FALSE);
  else if (g_strcmp0 (automatic, "bounce") == 0)
    line = add_line (self->above, "mail-mark-junk-symbolic", _("A mail server says that a message did not arrive. Whom it did not reach, and why, stands below the message."), FALSE);
  if (line == NULL)
    return;
  if (self->back_at != CSM_TIME_NONE && away != NULL)
    csm_note_line_add_button (CSM_NOTE_LINE (line), _("_Snooze Until They Are Back"), "message.snooze");
  csm_note_line_add_button (CSM_NOTE_LINE (line), _("Show _Text"), "message.show-text");
  gtk_widget_set_visible (self->body, FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "automatic");
}

/* --- lists ------------------------------------------------------------------------------------------------- */

static void
launched_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr (GError) error = NULL;

  if (!g_app_info_launch_default_for_uri_finish (result, &error))
    g_warning ("Opening a list's page failed: %s", error->message);
}

static void
unsubscribed_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  g_autoptr (CsmMessageRow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = csm_account_ask_finish (CSM_ACCOUNT (source), result, &error);
  JsonObject *object = answer != NULL ? json_node_get_object (answer) : NULL;
  const char *url = object != NULL ? csm_json_get_string (object, "url") : NULL;

  /* Also when somebody has gone on to another case. */
  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.unsubscribe", TRUE);
  if (object == NULL)
    csm_workbench_say (self->workbench, error->message);
  else if (csm_json_get_boolean (object, "done"))
    csm_workbench_say (self->workbench, _("The list was asked to send nothing more"));
  else if (url != NULL && g_str_has_prefix (url, "https://"))
    g_app_info_launch_default_for_uri_async (url, NULL, NULL, launched_cb, NULL);
  else
    csm_workbench_say (self->workbench, _("The list could not be asked. Try again later, or block the sender."));
}

static void
unsubscribe (CsmMessageRow *self)
{
  g_autoptr (JsonNode) question = json_node_new (JSON_NODE_OBJECT);
  JsonObject *arguments = json_object_new ();

  json_object_set_string_member (arguments, "id", csm_json_get_string (self->entry.record, "id"));
  json_node_take_object (question, arguments);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.unsubscribe", FALSE);
  csm_account_ask_async (csm_workbench_get_account (self->workbench), "message/unsubscribe", question, NULL,
                         unsubscribed_cb, g_object_ref (self));
}

static void
response_cb (CsmMessageRow *self,
             const char    *response)
{
  if (g_str_equal (response, "unsubscribe"))
    unsubscribe (self);
}

static void
unsubscribe_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);
  g_autofree char *host = csm_mail_list_host (self->entry.record);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)), _("Unsubscribe?"), NULL);

  if (csm_mail_list_needs_page (self->entry.record))
    adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog), _("A page of %s opens in your browser, where it can be done."), host != NULL ? host : "?");
  else
    adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog), _("The server asks %s to send nothing more to this mailbox."), host != NULL ? host : "?");
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "unsubscribe", _("_Unsubscribe"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "unsubscribe");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
show_list (CsmMessageRow *self)
{
  JsonObject *list = csm_json_get_object (self->entry.record, "unsubscribe");
  gint64 done = list != NULL ? csm_json_get_time (list, "doneAt") : CSM_TIME_NONE;
  GtkWidget *line;

  if (done != CSM_TIME_NONE)
    {
      const char *who = csm_workbench_get_name (self->workbench, csm_json_get_string (list, "doneBy"));
      g_autofree char *when = csm_format_when_long (done);
      g_autofree char *text = who != NULL ? g_strdup_printf (_("%s unsubscribed on %s"), who, when) : g_strdup_printf (_("Unsubscribed on %s"), when);

      add_line (self->above, "object-select-symbolic", text, FALSE);
    }
  else if (csm_mail_can_unsubscribe (self->entry.record, lane_of_case (self)))
    {
      line = add_line (self->above, "mail-unread-symbolic", _("This comes from a mailing list"), FALSE);
      csm_note_line_add_button (CSM_NOTE_LINE (line), _("_Unsubscribe…"), "message.unsubscribe");
    }
}

/* --- what became of it ------------------------------------------------------------------------------------- */

static void
show_delivery (CsmMessageRow *self)
{
  g_autoptr (GPtrArray) texts = csm_delivery_recipients (self->entry.record);

  for (guint i = 0; i < texts->len; i++)
    add_line (self->below, "dialog-warning-symbolic", texts->pdata[i], TRUE);
  if (csm_delivery_is_unknown (self->entry.record) && csm_json_get_string (self->entry.record, "submissionId") != NULL)
    add (self->below, csm_unknown_line_new (self->workbench, self->entry.record));
}

static void
show_original_action (GtkWidget  *widget,
                      const char *name,
                      GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);

  csm_original_show (self->workbench, self->entry.record);
}

/* --- all of it --------------------------------------------------------------------------------------------- */

/* Once: a row is made anew when its message changes. */
void
csm_message_row_show_mail (CsmMessageRow *self)
{
  g_autofree char *warnings = csm_mail_warnings (self->entry.record);
  GtkWidget *mark = csm_trust_mark_new (self->entry.record);

  self->back_at = CSM_TIME_NONE;
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.show-original", csm_original_is_available (self->entry.record));
  if (mark != NULL)
    gtk_box_append (GTK_BOX (self->marks), mark);
  if (warnings != NULL)
    add_line (self->above, "dialog-warning-symbolic", warnings, TRUE);
  if (csm_mail_is_signed (self->entry.record))
    add_line (self->above, "dialog-information-symbolic", _("Signed; the signature is not checked here"), FALSE);
  if (g_strcmp0 (csm_json_get_string (self->entry.record, "direction"), "out") == 0)
    {
      show_delivery (self);
      return;
    }
  show_automatic (self);
  show_list (self);
  show_cards (self);
  show_images (self);
}

void
csm_message_row_install_mail_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "message.load-images", NULL, load_images_action);
  gtk_widget_class_install_action (widget_class, "message.save-event", NULL, save_event_action);
  gtk_widget_class_install_action (widget_class, "message.copy-text", "s", copy_text_action);
  gtk_widget_class_install_action (widget_class, "message.snooze", NULL, snooze_action);
  gtk_widget_class_install_action (widget_class, "message.show-original", NULL, show_original_action);
  gtk_widget_class_install_action (widget_class, "message.show-text", NULL, show_text_action);
  gtk_widget_class_install_action (widget_class, "message.unsubscribe", NULL, unsubscribe_action);
}
