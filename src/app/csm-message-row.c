/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-message-row-private.h"

#include <glib/gi18n.h>

#include "csm-attachment-chip.h"
#include "csm-body-view.h"
#include "csm-delivery-words.h"
#include "csm-format.h"
#include "csm-json.h"
#include "csm-later-line.h"
#include "csm-lazy-menu.h"
#include "csm-sending.h"
#include "csm-time.h"
#include "csm-wrap-layout.h"

G_DEFINE_FINAL_TYPE (CsmMessageRow, csm_message_row, ADW_TYPE_BIN)

/* --- who and when ------------------------------------------------------------------------------------------ */

static gboolean
is_outgoing (CsmMessageRow *self)
{
  return self->entry.kind == CSM_ENTRY_SUBMISSION
         || g_strcmp0 (csm_json_get_string (self->entry.record, "direction"), "out") == 0;
}

static char *
describe_author (CsmMessageRow *self)
{
  JsonObject *record = self->entry.record;
  const char *author_id = csm_json_get_string (record, "authorId");
  const char *name;
  g_autofree char *from = NULL;

  if (self->entry.kind == CSM_ENTRY_SUBMISSION && author_id == NULL)
    author_id = csm_workbench_get_my_id (self->workbench);
  name = is_outgoing (self) ? csm_workbench_get_name (self->workbench, author_id) : NULL;
  if (name != NULL)
    return g_strdup (name);
  from = csm_message_text_people (csm_json_get_array (record, "from"), FALSE);
  return g_strdup (from[0] != '\0' ? from : _("Unknown sender"));
}

static char *
describe_via (CsmMessageRow *self)
{
  const char *channel = csm_workbench_get_name (self->workbench, csm_json_get_string (self->entry.record, "channelId"));
  g_autofree char *to = csm_message_text_people (csm_json_get_array (self->entry.record, "to"), FALSE);
  const char *automatic = csm_json_get_string (self->entry.record, "automatic");

  if (automatic != NULL)
    return g_strdup (_("Automatic message"));
  if (is_outgoing (self) && to[0] != '\0')
    /* Translators: to whom a reply goes */
    return g_strdup_printf (_("to %s"), to);
  if (channel != NULL)
    /* Translators: by which channel a message came */
    return g_strdup_printf (_("via %s"), channel);
  return g_strdup ("");
}

static void
append_detail (GString    *markup,
               const char *title,
               const char *text)
{
  g_autofree char *escaped = NULL;

  if (text == NULL || text[0] == '\0')
    return;
  escaped = g_markup_escape_text (text, -1);
  g_string_append_printf (markup, "%s<b>%s</b>  %s", markup->len > 0 ? "\n" : "", title, escaped);
}

static void
show_details (CsmMessageRow *self)
{
  JsonObject *record = self->entry.record;
  g_autoptr (GString) markup = g_string_new (NULL);
  g_autofree char *from = csm_message_text_people (csm_json_get_array (record, "from"), TRUE);
  g_autofree char *to = csm_message_text_people (csm_json_get_array (record, "to"), TRUE);
  g_autofree char *cc = csm_message_text_people (csm_json_get_array (record, "cc"), TRUE);
  g_autofree char *when = csm_format_when_long (self->entry.at);

  append_detail (markup, _("From"), from);
  append_detail (markup, _("To"), to);
  append_detail (markup, _("Cc"), cc);
  append_detail (markup, _("Subject"), csm_json_get_string (record, "subject"));
  append_detail (markup, _("Date"), when);
  append_detail (markup, _("Channel"), csm_workbench_get_name (self->workbench, csm_json_get_string (record, "channelId")));
  gtk_label_set_markup (GTK_LABEL (self->details), markup->str);
}

static void
show_head (CsmMessageRow *self)
{
  g_autofree char *author = describe_author (self);
  g_autofree char *via = describe_via (self);
  g_autofree char *when = csm_format_clock (self->entry.at);
  g_autofree char *when_long = csm_format_when_long (self->entry.at);
  g_autofree char *label = NULL;

  adw_avatar_set_text (ADW_AVATAR (self->avatar), author);
  gtk_label_set_text (GTK_LABEL (self->author), author);
  gtk_label_set_text (GTK_LABEL (self->via), via);
  gtk_widget_set_visible (self->via, via[0] != '\0');
  gtk_label_set_text (GTK_LABEL (self->when), when);
  gtk_widget_set_tooltip_text (self->when, when_long);
  gtk_widget_add_css_class (GTK_WIDGET (self), is_outgoing (self) ? "outgoing" : "incoming");
  label = g_strdup_printf ("%s, %s, %s", author, via, when_long);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* --- attachments ------------------------------------------------------------------------------------------- */

static void
show_attachments (CsmMessageRow *self)
{
  JsonArray *list = csm_json_get_array (self->entry.record, "attachments");
  guint n = 0;

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      GtkWidget *chip;

      if (!JSON_NODE_HOLDS_OBJECT (node) || csm_json_get_string (json_node_get_object (node), "blobId") == NULL)
        continue;
      chip = csm_attachment_chip_new (self->workbench, json_node_get_object (node));
      gtk_box_append (GTK_BOX (self->attachments), chip);
      n++;
    }
  gtk_widget_set_visible (self->attachments, n > 0);
  gtk_widget_set_visible (self->save_all_button, n > 1);
}

static void
open_attachment_cb (CsmMessageRow *self,
                    const char    *cid)
{
  for (GtkWidget *child = gtk_widget_get_first_child (self->attachments); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (g_strcmp0 (csm_attachment_chip_get_cid (CSM_ATTACHMENT_CHIP (child)), cid) == 0)
      csm_attachment_chip_open (CSM_ATTACHMENT_CHIP (child));
}

/* --- the way out ------------------------------------------------------------------------------------------- */

static void
show_state (CsmMessageRow *self)
{
  const char *icon = "csm-waits-symbolic";
  g_autofree char *text = NULL;
  gboolean undo = FALSE;

  if (self->entry.kind == CSM_ENTRY_SUBMISSION && self->entry.problem == NULL)
    {
      text = csm_sending_describe (self->workbench, &self->entry);
      undo = csm_sending_undo_until (&self->entry) > csm_time_now () || self->entry.op_seq != 0;
      undo = undo && text != NULL && g_strcmp0 (csm_json_get_string (self->entry.record, "undoStatus"), "pending") == 0;
    }
  else if (self->entry.kind == CSM_ENTRY_MESSAGE && is_outgoing (self))
    {
      text = csm_delivery_state (self->entry.record, &icon);
    }
  gtk_label_set_text (GTK_LABEL (self->state_label), text != NULL ? text : "");
  gtk_image_set_from_icon_name (GTK_IMAGE (self->state_icon), icon);
  gtk_widget_set_visible (self->state, text != NULL);
  gtk_widget_set_visible (self->undo_button, undo);
  gtk_widget_add_css_class (self->state_label, g_str_equal (icon, "dialog-warning-symbolic") ? "error" : "dim-label");
  gtk_widget_add_css_class (self->state_icon, g_str_equal (icon, "dialog-warning-symbolic") ? "error" : "dim-label");
}

static gboolean
tick_cb (gpointer data)
{
  CsmMessageRow *self = data;

  show_state (self);
  if (csm_sending_undo_until (&self->entry) > csm_time_now () - CSM_SECOND)
    return G_SOURCE_CONTINUE;
  self->tick_id = 0;
  return G_SOURCE_REMOVE;
}

static void
show_problem (CsmMessageRow *self)
{
  g_autofree char *text = csm_sending_problem (self->workbench, &self->entry);
  gboolean confirm = g_strcmp0 (self->entry.problem, "caseMoved") == 0 || g_strcmp0 (self->entry.problem, "stale") == 0;

  gtk_widget_set_visible (self->problem, text != NULL);
  gtk_widget_set_visible (self->send_anyway_button, confirm);
  gtk_widget_set_visible (self->retry_button, !confirm);
  if (text == NULL)
    return;
  gtk_label_set_text (GTK_LABEL (self->problem_label), text);
  gtk_widget_add_css_class (GTK_WIDGET (self), "parked");
}

static void
show (CsmMessageRow *self)
{
  JsonObject *record = self->entry.record;
  gboolean is_message = self->entry.kind == CSM_ENTRY_MESSAGE;

  show_head (self);
  show_details (self);
  show_attachments (self);
  if (is_message)
    csm_body_view_set_message (CSM_BODY_VIEW (self->body), record);
  else
    csm_body_view_set_text (CSM_BODY_VIEW (self->body), csm_json_get_string (record, "textBody"));
  gtk_widget_set_visible (self->cut, csm_json_get_boolean (record, "bodyIsCut"));
  if (is_message)
    csm_message_row_show_mail (self);
  show_problem (self);
  show_state (self);
  csm_message_row_update_menu (self);
  if (!is_message && self->entry.problem == NULL && csm_later_is (record))
    {
      gtk_box_append (GTK_BOX (self->below), csm_later_line_new (self->workbench, record, self->entry.op_seq));
      gtk_widget_set_visible (self->below, TRUE);
    }
  else if (!is_message && csm_sending_undo_until (&self->entry) > csm_time_now ())
    self->tick_id = g_timeout_add (500, tick_cb, self);
}

/* --- actions ----------------------------------------------------------------------------------------------- */

/* What a message came in is an attachment like any other; the chip knows how to save one. */
void
csm_message_row_save_blob (CsmMessageRow *self,
                           const char    *blob_id,
                           const char    *type,
                           const char    *name)
{
  g_autoptr (JsonObject) file = json_object_new ();
  GtkWidget *chip;

  json_object_set_string_member (file, "blobId", blob_id);
  json_object_set_string_member (file, "type", type);
  json_object_set_string_member (file, "name", name);
  chip = csm_attachment_chip_new (self->workbench, file);
  gtk_widget_set_visible (chip, FALSE);
  gtk_box_append (GTK_BOX (self->card), chip);
  csm_attachment_chip_save (CSM_ATTACHMENT_CHIP (chip));
}

static void
save_original_action (GtkWidget  *widget,
                      const char *name,
                      GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);

  csm_message_row_save_blob (self, csm_json_get_string (self->entry.record, "rawBlobId"), "message/rfc822", "message.eml");
}

static void
undo_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);

  csm_sending_undo (self->workbench, csm_json_get_string (self->entry.record, "id"));
}

static void
send_anyway_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);

  csm_workbench_resolve_op (self->workbench, self->entry.op_seq, CSM_OP_RETRY_CONFIRMED);
}

static void
retry_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);

  csm_workbench_resolve_op (self->workbench, self->entry.op_seq, CSM_OP_RETRY);
}

static void
edit_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  undo_action (widget, name, parameter);
}

static void
discard_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);

  csm_sending_discard (self->workbench, &self->entry);
}

/* --- GObject ----------------------------------------------------------------------------------------------- */

static void
csm_message_row_dispose (GObject *object)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  /* The bin would unparent once more what the template lets go. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_MESSAGE_ROW);
  G_OBJECT_CLASS (csm_message_row_parent_class)->dispose (object);
}

static void
csm_message_row_finalize (GObject *object)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (object);

  g_clear_object (&self->workbench);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->entry.record, json_object_unref);
  g_free (self->entry.problem);
  G_OBJECT_CLASS (csm_message_row_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-message-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, card);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, avatar);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, author);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, via);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, when);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, details_button);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, message_menu);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, details);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, marks);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, above);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, body);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, cut);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, attachments);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, save_all_button);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, below);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, problem);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, problem_label);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, send_anyway_button);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, state);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, state_icon);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, state_label);
  gtk_widget_class_bind_template_child (widget_class, CsmMessageRow, undo_button);
  gtk_widget_class_bind_template_callback (widget_class, open_attachment_cb);
}

static void
csm_message_row_class_init (CsmMessageRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_message_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_message_row_finalize;
  g_type_ensure (CSM_TYPE_BODY_VIEW);
  g_type_ensure (CSM_TYPE_WRAP_LAYOUT);
  bind_template (widget_class);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  widget_class->focus = csm_message_row_move_focus;
  widget_class->grab_focus = csm_message_row_take_focus;
  gtk_widget_class_install_action (widget_class, "message.save-original", NULL, save_original_action);
  gtk_widget_class_install_action (widget_class, "message.undo", NULL, undo_action);
  gtk_widget_class_install_action (widget_class, "message.send-anyway", NULL, send_anyway_action);
  gtk_widget_class_install_action (widget_class, "message.retry", NULL, retry_action);
  gtk_widget_class_install_action (widget_class, "message.edit", NULL, edit_action);
  gtk_widget_class_install_action (widget_class, "message.discard", NULL, discard_action);
  csm_message_row_install_mail_actions (widget_class);
  csm_message_row_install_menu_actions (widget_class);
}

static void
csm_message_row_init (CsmMessageRow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  csm_lazy_menu_attach (GTK_MENU_BUTTON (self->menu_button), self->message_menu);
}

/**
 * csm_message_row_new:
 * @workbench: the window's workbench
 * @entry: a Message or Submission of the timeline; copied
 *
 * Returns: (transfer floating): the row
 */
GtkWidget *
csm_message_row_new (CsmWorkbench           *workbench,
                     const CsmTimelineEntry *entry)
{
  CsmMessageRow *self = g_object_new (CSM_TYPE_MESSAGE_ROW, NULL);

  self->workbench = g_object_ref (workbench);
  self->entry = *entry;
  self->entry.record = json_object_ref (entry->record);
  self->entry.problem = g_strdup (entry->problem);
  show (self);
  return GTK_WIDGET (self);
}
