/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-window-private.h"

#include "csm-lost-dialog.h"
#include "csm-outbox-page.h"
#include "csm-prepare-dialog.h"

/* What the window shows of work without a connection. */

#define REVIEW "review"
/* How many lost things the person was told of */
#define LOST_NOTE "lost-told"

/* Whether a page is there instead of the panes. */
gboolean
csm_window_shows_review (CsmWindow *self)
{
  return csm_window_shows_tasks (self) || g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (self->stack)), REVIEW) == 0;
}

/* Back to the panes. Returns: whether the page was shown */
gboolean
csm_window_leave_review (CsmWindow *self)
{
  if (!csm_window_shows_review (self))
    return FALSE;
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "shell");
  return TRUE;
}

static void
close_cb (CsmWindow *self)
{
  csm_window_leave_review (self);
}

static void
show_outbox_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench == NULL)
    return;
  if (self->review == NULL)
    {
      self->review = csm_outbox_page_new ();
      gtk_stack_add_named (GTK_STACK (self->stack), self->review, REVIEW);
      g_signal_connect_object (self->review, "close", G_CALLBACK (close_cb), self, G_CONNECT_SWAPPED);
    }
  g_object_set (self->review, "workbench", self->workbench, NULL);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->review);
  csm_outbox_page_start (CSM_OUTBOX_PAGE (self->review));
}

static void
prepare_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);
  GtkWindow *dialog;

  if (self->workbench == NULL)
    return;
  dialog = csm_prepare_dialog_new (GTK_WINDOW (self), self->workbench);
  gtk_window_present (dialog);
  csm_prepare_dialog_start (CSM_PREPARE_DIALOG (dialog));
}

static void
show_room_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  gtk_widget_activate_action (widget, "app.preferences-page", "s", "offline");
}

/* --- after a restore --------------------------------------------------------------------------------------- */

static void
show_lost_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  CsmWindow *self = CSM_WINDOW (widget);

  if (self->workbench == NULL)
    return;
  if (self->lost == NULL)
    {
      self->lost = GTK_WIDGET (csm_lost_dialog_new (GTK_WINDOW (self), self->workbench));
      g_object_add_weak_pointer (G_OBJECT (self->lost), (gpointer *) &self->lost);
    }
  gtk_window_present (GTK_WINDOW (self->lost));
}

static void
noted_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (CsmWindow) self = data;

  if (self->workbench != NULL && csm_workbench_get_cache (self->workbench) == CSM_CACHE (source))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-lost", NULL);
}

static void
lost_note_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      data)
{
  g_autoptr (CsmWindow) self = data;
  g_autofree char *note = csm_cache_load_note_finish (CSM_CACHE (source), result, NULL);
  g_autofree char *count = NULL;

  if (self->workbench == NULL || csm_workbench_get_cache (self->workbench) != CSM_CACHE (source) || self->lost_known == 0
      || (note != NULL && g_ascii_strtoull (note, NULL, 10) >= self->lost_known))
    return;
  count = g_strdup_printf ("%u", self->lost_known);
  /* Noted before it is shown: who closes it at once is not asked again. */
  csm_cache_save_note_async (CSM_CACHE (source), LOST_NOTE, count, NULL, noted_cb, g_object_ref (self));
}

/* By itself once, also over restarts, until more is lost; who puts it off finds it in the status line and the notice bar. */
static void
lost_cb (CsmWindow *self)
{
  CsmCache *cache;
  guint before = self->lost_known;
  guint n = 0;

  if (self->workbench == NULL)
    return;
  cache = csm_workbench_get_cache (self->workbench);
  g_object_get (csm_workbench_get_account (self->workbench), "n-lost", &n, NULL);
  self->lost_known = n;
  if (n > before)
    csm_cache_load_note_async (cache, LOST_NOTE, NULL, lost_note_cb, g_object_ref (self));
  else if (n < before && n == 0)
    csm_cache_save_note_async (cache, LOST_NOTE, NULL, NULL, NULL, NULL);
}

/* The account that is shown from now on is another one, or none. */
void
csm_window_update_offline (CsmWindow *self)
{
  if (self->lost != NULL)
    gtk_window_destroy (GTK_WINDOW (self->lost));
  self->lost_known = 0;
  if (self->workbench != NULL)
    {
      g_signal_connect_object (csm_workbench_get_account (self->workbench), "notify::n-lost", G_CALLBACK (lost_cb), self, G_CONNECT_SWAPPED);
      lost_cb (self);
    }
  csm_window_update_case (self);
  if (self->review == NULL && self->tasks == NULL)
    return;
  csm_window_leave_review (self);
  if (self->review == NULL)
    return;
  g_object_set (self->review, "workbench", self->workbench, NULL);
}

/* Lets go of what csm_window_update_offline() connected to. */
void
csm_window_disconnect_offline (CsmWindow *self)
{
  if (self->workbench != NULL)
    g_signal_handlers_disconnect_by_data (csm_workbench_get_account (self->workbench), self);
}

void
csm_window_install_offline_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.show-outbox", NULL, show_outbox_action);
  gtk_widget_class_install_action (widget_class, "win.prepare-offline", NULL, prepare_action);
  gtk_widget_class_install_action (widget_class, "win.show-room", NULL, show_room_action);
  gtk_widget_class_install_action (widget_class, "win.show-lost", NULL, show_lost_action);
}
