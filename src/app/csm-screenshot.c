/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-screenshot.h"

/* Frames in which nothing more is loaded, so that what slides in has arrived. */
#define QUIET_FRAMES 45
/* A picture of what there is, when it never comes to rest. */
#define PATIENCE_US (120 * G_USEC_PER_SEC)

typedef struct
{
  CsmWindow *window;
  char      *path;
  guint      quiet;
  gint64     deadline;
  GCallback  done;
  gpointer   user_data;
} Shot;

/**
 * csm_screenshot_save:
 * @window: a window that is shown
 * @path: the PNG file
 * @error: return location
 *
 * Draws the window as it is now into a file. Main thread.
 *
 * Returns: whether it was written
 */
gboolean
csm_screenshot_save (GtkWidget   *window,
                     const char  *path,
                     GError     **error)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *folder = g_path_get_dirname (path);
  int width = gtk_widget_get_width (window);
  int height = gtk_widget_get_height (window);
  GskRenderNode *node;

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_to_node (snapshot);
  if (node == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The window has nothing to draw yet");
      return FALSE;
    }
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  gsk_render_node_unref (node);
  g_mkdir_with_parents (folder, 0755);
  if (gdk_texture_save_to_png (texture, path))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s can't be written", path);
  return FALSE;
}

static void
shot_free (Shot *shot)
{
  g_object_unref (shot->window);
  g_free (shot->path);
  g_free (shot);
}

/* After the frame: while it is being made the window has no picture of itself. */
static gboolean
take_cb (gpointer data)
{
  Shot *shot = data;
  g_autoptr (GError) error = NULL;

  if (!csm_screenshot_save (GTK_WIDGET (shot->window), shot->path, &error))
    g_warning ("The picture was not made: %s", error->message);
  ((void (*) (gpointer)) shot->done) (shot->user_data);
  shot_free (shot);
  return G_SOURCE_REMOVE;
}

/* What is still on its way from the server belongs in the picture; where there is no server nothing is awaited. */
static gboolean
is_settled (CsmWindow *window)
{
  CsmWorkbench *workbench = csm_window_get_workbench (window);
  CsmAccountState state;

  if (!csm_window_is_settled (window))
    return FALSE;
  if (workbench == NULL)
    return TRUE;
  state = csm_account_get_state (csm_workbench_get_account (workbench));
  return state != CSM_ACCOUNT_CONNECTING && state != CSM_ACCOUNT_SYNCING;
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       data)
{
  Shot *shot = data;
  gboolean settled = is_settled (shot->window);
  CsmWorkbench *workbench = csm_window_get_workbench (shot->window);

  if (settled && workbench != NULL && csm_workbench_get_case_id (workbench) == NULL)
    {
      csm_case_list_pane_move (csm_window_get_list (shot->window), 1);
      settled = csm_workbench_get_case_id (workbench) == NULL;
    }
  shot->quiet = settled ? shot->quiet + 1 : 0;
  if (shot->quiet >= QUIET_FRAMES || g_get_monotonic_time () > shot->deadline)
    {
      g_idle_add_full (G_PRIORITY_LOW, take_cb, shot, NULL);
      return G_SOURCE_REMOVE;
    }
  /* Something must change for there to be a next frame. */
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

/**
 * csm_screenshot_when_ready:
 * @window: the window
 * @path: the PNG file
 * @done: (scope async): called with @user_data afterwards
 * @user_data: for @done
 *
 * Waits until the list is painted and a case is open, opening the first one when none is, and takes a picture.
 */
void
csm_screenshot_when_ready (CsmWindow  *window,
                           const char *path,
                           GCallback   done,
                           gpointer    user_data)
{
  Shot *shot = g_new0 (Shot, 1);

  shot->window = g_object_ref (window);
  shot->path = g_strdup (path);
  shot->deadline = g_get_monotonic_time () + PATIENCE_US;
  shot->done = done;
  shot->user_data = user_data;
  gtk_widget_add_tick_callback (GTK_WIDGET (window), tick_cb, shot, NULL);
}
