/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-message-row-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-attachment-folder.h"
#include "csm-json.h"
#include "csm-lazy-menu.h"
#include "csm-link.h"
#include "csm-merge-dialog.h"
#include "csm-message-task.h"
#include "csm-print.h"
#include "csm-rights.h"

/* What can be done with one message: its menu, which the keyboard opens, too. */

#define QUOTE_LINES 12

static const char *
id_of (CsmMessageRow *self)
{
  return csm_json_get_string (self->entry.record, "id");
}

static void
answer_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  /* What it is called after the point is how the conversation answers it. */
  gtk_widget_activate_action (widget, "conversation.answer", "(ss)", id_of (CSM_MESSAGE_ROW (widget)), name + strlen ("message."));
}

/* Returns: (transfer full): this message alone, in words */
CsmTranscript *
csm_message_row_transcribe (CsmMessageRow *self)
{
  CsmTranscript *transcript = csm_transcript_new (csm_workbench_get_detail (self->workbench));

  csm_transcript_add_message (transcript, csm_workbench_get_directory (self->workbench), self->entry.record, CSM_MESSAGE_TEXT_ALL);
  return transcript;
}

static void
copy_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);
  g_autoptr (CsmTranscript) transcript = csm_message_row_transcribe (self);
  g_autofree char *text = csm_transcript_write (transcript, FALSE);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  csm_workbench_say (self->workbench, _("Message copied"));
}

static void
copy_link_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);
  g_autofree char *link = csm_link_format (CSM_LINK_TO_MESSAGE, id_of (self));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), link);
  csm_workbench_say (self->workbench, _("Link copied"));
}

static void
print_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);

  csm_print_transcript (GTK_WINDOW (gtk_widget_get_root (widget)), self->workbench, csm_message_row_transcribe (self));
}

/* A few lines, and the way to the rest. */
static void
quote_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);
  g_autofree char *text = csm_message_text (self->entry.record, CSM_MESSAGE_TEXT_AUTHORED);
  g_autofree char *quoted = csm_message_text_quote (text, QUOTE_LINES);
  g_autofree char *link = csm_link_format (CSM_LINK_TO_MESSAGE, id_of (self));
  g_autofree char *note = g_strdup_printf ("%s\n%s\n\n", quoted, link);

  gtk_widget_activate_action (widget, "win.quote", "s", note);
}

static void
save_files_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);

  csm_attachment_folder_choose (widget, self->workbench, csm_json_get_array (self->entry.record, "attachments"));
}

static void
task_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);

  csm_message_task_popup (self->menu_button, self->workbench, self->entry.record);
}

/* What this message begins becomes a case of its own. */
static void
split_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CsmMessageRow *self = CSM_MESSAGE_ROW (widget);

  csm_merge_split_off (self->workbench, self->entry.record);
}

static void
popup_menu_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  gtk_menu_button_popup (GTK_MENU_BUTTON (CSM_MESSAGE_ROW (widget)->menu_button));
}

void
csm_message_row_install_menu_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "message.reply", NULL, answer_action);
  gtk_widget_class_install_action (widget_class, "message.reply-one", NULL, answer_action);
  gtk_widget_class_install_action (widget_class, "message.forward", NULL, answer_action);
  gtk_widget_class_install_action (widget_class, "message.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "message.copy-link", NULL, copy_link_action);
  gtk_widget_class_install_action (widget_class, "message.print", NULL, print_action);
  gtk_widget_class_install_action (widget_class, "message.quote", NULL, quote_action);
  gtk_widget_class_install_action (widget_class, "message.save-files", NULL, save_files_action);
  gtk_widget_class_install_action (widget_class, "message.task", NULL, task_action);
  gtk_widget_class_install_action (widget_class, "message.split", NULL, split_action);
  gtk_widget_class_install_action (widget_class, "message.popup-menu", NULL, popup_menu_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "message.popup-menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "message.popup-menu", NULL);
}

/* What is on its way out is no message yet: it can be copied and printed. */
void
csm_message_row_update_menu (CsmMessageRow *self)
{
  static const char *const of_messages[] = { "message.reply", "message.reply-one", "message.forward", "message.quote", "message.task" };
  gboolean is_message = self->entry.kind == CSM_ENTRY_MESSAGE;
  gboolean works = is_message && csm_rights_may (self->workbench, CSM_ACTION_WORK_CASES);

  for (guint i = 0; i < G_N_ELEMENTS (of_messages); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), of_messages[i], works);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.copy-link", is_message);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.split", is_message && csm_rights_may (self->workbench, CSM_ACTION_MERGE_CASES));
  if (!is_message)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.show-original", FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "message.save-original", csm_json_get_string (self->entry.record, "rawBlobId") != NULL);
}

/* --- the keyboard ------------------------------------------------------------------------------------------ */

/* The row itself comes before what is in it. */
gboolean
csm_message_row_move_focus (GtkWidget        *widget,
                            GtkDirectionType  direction)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *child = adw_bin_get_child (ADW_BIN (widget));
  gboolean back = direction == GTK_DIR_TAB_BACKWARD || direction == GTK_DIR_UP || direction == GTK_DIR_LEFT;

  if (focus == widget)
    return !back && gtk_widget_child_focus (child, direction);
  if (focus != NULL && gtk_widget_is_ancestor (focus, widget))
    return gtk_widget_child_focus (child, direction) || (back && gtk_widget_grab_focus (widget));
  return (back && gtk_widget_child_focus (child, direction)) || gtk_widget_grab_focus (widget);
}

/* The focus is the row's own, not that of the first thing in it. */
gboolean
csm_message_row_take_focus (GtkWidget *widget)
{
  gtk_root_set_focus (gtk_widget_get_root (widget), widget);
  return TRUE;
}

/* Returns: the Message, or the Submission that it becomes */
JsonObject *
csm_message_row_get_record (CsmMessageRow *self)
{
  g_return_val_if_fail (CSM_IS_MESSAGE_ROW (self), NULL);
  return self->entry.record;
}

gint64
csm_message_row_get_time (CsmMessageRow *self)
{
  g_return_val_if_fail (CSM_IS_MESSAGE_ROW (self), 0);
  return self->entry.at;
}
