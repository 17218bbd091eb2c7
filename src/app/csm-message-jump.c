/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-message-jump.h"

static void
jump (GtkWidget    *from,
      CsmWorkbench *workbench,
      const char   *case_id,
      const char   *action,
      const char   *id)
{
  GtkRoot *root = gtk_widget_get_root (from);
  /* What asks may go together with the case that it stands in. */
  g_autoptr (GtkWidget) window = root != NULL ? g_object_ref (GTK_WIDGET (root)) : NULL;
  g_autofree char *target = g_strdup (id);

  csm_workbench_show_case (workbench, case_id);
  if (window != NULL)
    gtk_widget_activate_action (window, action, "s", target);
}

/**
 * csm_message_jump:
 * @from: a widget of the window, or the window
 * @workbench: the window's
 * @case_id: the message's case
 * @message_id: a message
 *
 * Opens the case, and brings the message into view.
 */
void
csm_message_jump (GtkWidget    *from,
                  CsmWorkbench *workbench,
                  const char   *case_id,
                  const char   *message_id)
{
  jump (from, workbench, case_id, "win.show-message", message_id);
}

/* The same for a note to colleagues. */
void
csm_note_jump (GtkWidget    *from,
               CsmWorkbench *workbench,
               const char   *case_id,
               const char   *note_id)
{
  jump (from, workbench, case_id, "win.show-note", note_id);
}
