/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-message-jump.h"

#include "csm-json.h"
#include "csm-message-row.h"

/* What is older than what is shown is asked for so often. */
#define OLDER_EVERY 30
/* Rows are built a frame each; a case that takes longer than this opens where it opens. */
#define FRAMES_MAX 240

typedef struct
{
  CsmWorkbench *workbench;
  char         *case_id;
  char         *message_id;
  guint         frames;
} Jump;

static void
jump_free (gpointer data)
{
  Jump *jump = data;

  g_object_unref (jump->workbench);
  g_free (jump->case_id);
  g_free (jump->message_id);
  g_free (jump);
}

static GtkWidget *
find_row (GtkWidget  *root,
          const char *message_id)
{
  GtkWidget *found = NULL;

  if (CSM_IS_MESSAGE_ROW (root))
    return g_strcmp0 (csm_json_get_string (csm_message_row_get_record (CSM_MESSAGE_ROW (root)), "id"), message_id) == 0 ? root : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_row (child, message_id);
  return found;
}

/* The keyboard goes to the message, and the view with it. */
static gboolean
frame_cb (GtkWidget     *window,
          GdkFrameClock *clock,
          gpointer       data)
{
  Jump *jump = data;
  GtkWidget *row = find_row (window, jump->message_id);

  if (row != NULL && gtk_widget_get_mapped (row) && gtk_widget_get_height (row) > 0)
    {
      if (!gtk_widget_grab_focus (row))
        gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD);
      return G_SOURCE_REMOVE;
    }
  if (g_strcmp0 (csm_workbench_get_case_id (jump->workbench), jump->case_id) != 0)
    return G_SOURCE_REMOVE;
  if (jump->frames % OLDER_EVERY == OLDER_EVERY - 1)
    csm_workbench_load_older (jump->workbench);
  return ++jump->frames < FRAMES_MAX ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/**
 * csm_message_jump:
 * @from: a widget of the window
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
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (from));
  Jump *jump = g_new0 (Jump, 1);

  jump->workbench = g_object_ref (workbench);
  jump->case_id = g_strdup (case_id);
  jump->message_id = g_strdup (message_id);
  csm_workbench_show_case (workbench, jump->case_id);
  if (window != NULL)
    gtk_widget_add_tick_callback (window, frame_cb, jump, jump_free);
  else
    jump_free (jump);
}
