/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-application-private.h"

#include <glib/gi18n.h>

#include "csm-answer-window.h"

/* One a case: what is said last takes the place of what was said before. */
static char *
notification_id (const char *case_id)
{
  return g_strconcat ("case-", case_id, NULL);
}

/* Without a session bus there is nobody to tell, and GLib 2.74 would not notice before it is too late. */
static gboolean
can_notify (CsmApplication *self)
{
  return g_application_get_dbus_connection (G_APPLICATION (self)) != NULL;
}

static void
noticed_cb (CsmApplication *self,
            const char     *case_id,
            const char     *title,
            const char     *body,
            gboolean        answerable)
{
  g_autoptr (GNotification) notification = g_notification_new (title);
  g_autofree char *id = notification_id (case_id);

  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.open-case", "s", case_id);
  g_notification_add_button_with_target (notification, _("Open"), "app.open-case", "s", case_id);
  if (answerable)
    g_notification_add_button_with_target (notification, _("Answer"), "app.answer", "s", case_id);
  if (can_notify (self))
    g_application_send_notification (G_APPLICATION (self), id, notification);
}

static void
seen_cb (CsmApplication *self,
         const char     *case_id)
{
  g_autofree char *id = notification_id (case_id);

  if (can_notify (self))
    g_application_withdraw_notification (G_APPLICATION (self), id);
}

void
csm_application_open_case (CsmApplication *self,
                           const char     *case_id)
{
  g_application_activate (G_APPLICATION (self));
  if (self->workbench != NULL)
    {
      csm_workbench_show_case (self->workbench, case_id);
      return;
    }
  g_free (self->to_open);
  self->to_open = g_strdup (case_id);
}

/* Where the case is open already, its own box is the place to answer in. */
void
csm_application_answer_case (CsmApplication *self,
                             const char     *case_id)
{
  GtkWidget *window;

  if (self->workbench == NULL)
    {
      g_free (self->to_answer);
      self->to_answer = g_strdup (case_id);
      return;
    }
  seen_cb (self, case_id);
  if (self->window != NULL && g_strcmp0 (csm_workbench_get_case_id (self->workbench), case_id) == 0)
    {
      g_application_activate (G_APPLICATION (self));
      gtk_widget_activate_action (GTK_WIDGET (self->window), "win.note", NULL);
      return;
    }
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (CSM_IS_ANSWER_WINDOW (l->data) && g_strcmp0 (csm_answer_window_get_case_id (l->data), case_id) == 0)
      {
        gtk_window_present (l->data);
        return;
      }
  window = csm_answer_window_new (GTK_APPLICATION (self), csm_workbench_get_account (self->workbench), self->settings, case_id);
  g_signal_connect_object (window, "open-case", G_CALLBACK (csm_application_open_case), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
  /* Without the inbox nobody else would connect. */
  if (self->window == NULL && self->starter != NULL)
    csm_starter_connect (self->starter);
}

static void
watch (CsmApplication *self)
{
  g_autofree char *to_open = g_steal_pointer (&self->to_open);
  g_autofree char *to_answer = g_steal_pointer (&self->to_answer);

  self->notifier = csm_notifier_new (self->workbench);
  csm_notifier_set_window (self->notifier, GTK_WINDOW (self->window));
  g_signal_connect_object (self->notifier, "noticed", G_CALLBACK (noticed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->notifier, "seen", G_CALLBACK (seen_cb), self, G_CONNECT_SWAPPED);
  if (to_open != NULL)
    csm_application_open_case (self, to_open);
  if (to_answer != NULL)
    csm_application_answer_case (self, to_answer);
}

static void
unwatch (CsmApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  if (self->notifier != NULL)
    csm_notifier_stop (self->notifier);
  g_clear_object (&self->notifier);
  while (windows != NULL)
    {
      GtkWindow *window = windows->data;

      windows = windows->next;
      if (CSM_IS_ANSWER_WINDOW (window))
        gtk_window_destroy (window);
    }
}
