/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-window-private.h"

#include <glib/gi18n.h>

#include "csm-print.h"
#include "csm-rights.h"
#include "csm-timeline.h"

/* What is done with the messages of the open case. */

static CsmTimeline *
get_timeline (CsmWindow *self)
{
  return csm_conversation_pane_get_timeline (csm_window_get_conversation (self));
}

static gboolean
has_case (CsmWindow *self)
{
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;

  return detail != NULL && detail->record != NULL;
}

static void
print_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (has_case (self))
    csm_print_case (GTK_WINDOW (self), self->workbench, g_str_equal (name, "win.print-notes"));
}

static void
copied_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GdkClipboard) clipboard = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmTranscript) transcript = csm_transcript_load_finish (CSM_WORKBENCH (source), result, &error);
  g_autofree char *text = transcript != NULL ? csm_transcript_write (transcript, TRUE) : NULL;

  if (text == NULL)
    {
      g_warning ("Reading a case to copy it failed: %s", error->message);
      csm_workbench_say (CSM_WORKBENCH (source), _("The conversation could not be copied"));
      return;
    }
  gdk_clipboard_set_text (clipboard, text);
  csm_workbench_say (CSM_WORKBENCH (source), _("Conversation copied"));
}

static void
copy_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (has_case (self))
    csm_transcript_load_async (self->workbench, FALSE, NULL, copied_cb, g_object_ref (gtk_widget_get_clipboard (widget)));
}

static void
unread_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (!has_case (self))
    return;
  if (csm_timeline_has_unread (get_timeline (self)))
    csm_timeline_show_unread (get_timeline (self));
  else
    csm_workbench_say (self->workbench, _("There is nothing new in this case"));
}

static void
step_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (has_case (self))
    csm_timeline_step (get_timeline (self), g_str_equal (name, "win.previous-message"));
}

/* Does something with the message that has the focus, or with the newest. */
static void
message_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);
  g_autofree char *action = g_strconcat ("message.", g_variant_get_string (parameter, NULL), NULL);
  CsmMessageRow *message = has_case (self) ? csm_timeline_get_current (get_timeline (self)) : NULL;

  if (message != NULL)
    gtk_widget_activate_action (GTK_WIDGET (message), action, NULL);
}

/* Puts words, such as a quote, into the note to colleagues. */
static void
quote_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  gtk_widget_activate_action (widget, "win.note", NULL);
  csm_colleague_pane_quote (csm_window_get_colleagues (self), g_variant_get_string (parameter, NULL));
}

void
csm_window_install_conversation_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.print", NULL, print_action);
  gtk_widget_class_install_action (widget_class, "win.print-notes", NULL, print_action);
  gtk_widget_class_install_action (widget_class, "win.copy-conversation", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "win.first-unread", NULL, unread_action);
  gtk_widget_class_install_action (widget_class, "win.next-message", NULL, step_action);
  gtk_widget_class_install_action (widget_class, "win.previous-message", NULL, step_action);
  gtk_widget_class_install_action (widget_class, "win.message", "s", message_action);
  gtk_widget_class_install_action (widget_class, "win.quote", "s", quote_action);
}

/* @detail: (nullable): the open case */
void
csm_window_update_conversation_actions (CsmWindow     *self,
                                        CsmCaseDetail *detail)
{
  static const char *const of_case[] = {
    "win.print", "win.copy-conversation", "win.first-unread", "win.next-message", "win.previous-message", "win.message", "win.quote",
  };
  gboolean any = detail != NULL && detail->record != NULL;

  for (guint i = 0; i < G_N_ELEMENTS (of_case); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), of_case[i], any);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.print-notes", any && detail->comments->len > 0);
}
