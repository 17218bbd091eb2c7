/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-message-task.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-link.h"
#include "csm-message-text.h"
#include "csm-position.h"

/* A task that a message is the reason for: its first words are proposed as a title, and the way back to it goes along. */

#define TITLE_CHARS 80

typedef struct
{
  CsmWorkbench *workbench;
  GtkWidget    *popover;  /* borrowed: it has the form */
  GtkWidget    *entry;
  char         *case_id;
  char         *link;
} Form;

static void
form_free (gpointer  data,
           GClosure *closure)
{
  Form *form = data;

  g_object_unref (form->workbench);
  g_free (form->case_id);
  g_free (form->link);
  g_free (form);
}

/* Returns: (nullable): where the open case's last task stands */
static const char *
last_position (CsmWorkbench *workbench)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  const char *last = NULL;

  for (guint i = 0; detail != NULL && i < detail->tasks->len; i++)
    {
      const char *position = csm_json_get_string (detail->tasks->pdata[i], "position");

      if (position != NULL && g_strcmp0 (last, position) < 0)
        last = position;
    }
  return last;
}

static void
add_cb (GtkWidget *source,
        Form      *form)
{
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (form->entry))));
  g_autofree char *position = csm_position_between (last_position (form->workbench), NULL);
  g_autofree char *id = NULL;
  CsmIntent *intent;
  JsonObject *task;

  if (title[0] == '\0')
    return;
  task = json_object_new ();
  json_object_set_string_member (task, "caseId", form->case_id);
  json_object_set_string_member (task, "title", title);
  json_object_set_string_member (task, "note", form->link);
  json_object_set_string_member (task, "position", position);
  intent = csm_intent_new (_("Add a task"));
  id = csm_intent_create (intent, CSM_TYPE_ID_TASK, task);
  csm_workbench_perform (form->workbench, intent, _("Task added"));
  gtk_popover_popdown (GTK_POPOVER (form->popover));
}

static gboolean
remove_cb (gpointer data)
{
  gtk_widget_unparent (data);
  return G_SOURCE_REMOVE;
}

/* Its own buttons are still at work. */
static void
closed_cb (GtkWidget *popover)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, remove_cb, g_object_ref (popover), g_object_unref);
}

/**
 * csm_message_task_popup:
 * @at: a menu button, beside which it opens
 * @workbench: the window's workbench
 * @message: a Message of the open case
 *
 * Asks what is to be done, with a proposal.
 *
 * Returns: (transfer none): the popover
 */
GtkWidget *
csm_message_task_popup (GtkWidget    *at,
                        CsmWorkbench *workbench,
                        JsonObject   *message)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *add = gtk_button_new_with_mnemonic (_("_Add Task"));
  g_autofree char *title = csm_message_text_summary (message, TITLE_CHARS);
  Form *form = g_new0 (Form, 1);

  form->workbench = g_object_ref (workbench);
  form->popover = popover;
  form->entry = gtk_entry_new ();
  form->case_id = g_strdup (csm_json_get_string (message, "caseId"));
  form->link = csm_link_format (CSM_LINK_TO_MESSAGE, csm_json_get_string (message, "id"));
  gtk_editable_set_text (GTK_EDITABLE (form->entry), title);
  gtk_editable_set_width_chars (GTK_EDITABLE (form->entry), 24);
  gtk_widget_set_hexpand (form->entry, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (form->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What is to be done"), -1);
  gtk_widget_add_css_class (add, "suggested-action");
  gtk_box_append (GTK_BOX (box), form->entry);
  gtk_box_append (GTK_BOX (box), add);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  gtk_popover_set_position (GTK_POPOVER (popover), GTK_POS_BOTTOM);
  gtk_widget_set_parent (popover, gtk_widget_get_parent (at));
  g_signal_connect_data (form->entry, "activate", G_CALLBACK (add_cb), form, form_free, 0);
  g_signal_connect (add, "clicked", G_CALLBACK (add_cb), form);
  g_signal_connect (popover, "closed", G_CALLBACK (closed_cb), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
  gtk_widget_grab_focus (form->entry);
  return popover;
}
