/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-application-private.h"

#include <glib/gi18n.h>

#include "csm-answer-window.h"
#include "csm-id.h"
#include "csm-rights.h"
#include "csm-time.h"
#include "csm-triage.h"
#include "csm-when.h"

/* What was done in a notification without a window has so long to reach the server. */
#define LINGER_SECONDS 30

/* --- what is shown ----------------------------------------------------------------------------------------- */

/* Without a session bus there is nobody to tell, and GLib 2.74 would not notice before it is too late. */
static gboolean
can_notify (CsmApplication *self)
{
  return g_application_get_dbus_connection (G_APPLICATION (self)) != NULL;
}

static void
show_cb (CsmApplication *self,
         const char     *id,
         GNotification  *notification)
{
  if (can_notify (self))
    g_application_send_notification (G_APPLICATION (self), id, notification);
}

static void
withdraw_cb (CsmApplication *self,
             const char     *id)
{
  if (can_notify (self))
    g_application_withdraw_notification (G_APPLICATION (self), id);
}

/* --- what was clicked -------------------------------------------------------------------------------------- */

typedef struct
{
  CsmDeed  deed;
  char    *case_id;
} Entry;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->case_id);
  g_free (entry);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Entry, entry_free)

static gboolean
linger_cb (gpointer data)
{
  g_application_release (data);
  return G_SOURCE_REMOVE;
}

/* Without a window the app stays for so long, and stays connected. */
void
csm_application_linger (CsmApplication *self,
                        guint           seconds)
{
  if (self->window != NULL)
    return;
  g_application_hold (G_APPLICATION (self));
  g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, seconds, linger_cb, g_object_ref (self), g_object_unref);
  if (self->starter != NULL)
    csm_starter_connect (self->starter);
}

void
csm_application_open_case (CsmApplication *self,
                           const char     *case_id)
{
  CsmLink *link;

  if (!csm_id_is_valid (case_id, 'c'))
    return;
  link = g_new0 (CsmLink, 1);
  link->kind = CSM_LINK_TO_CASE;
  link->target = g_strdup (case_id);
  g_application_activate (G_APPLICATION (self));
  csm_application_follow_link (self, link);
}

static GtkWindow *
find_answer_window (CsmApplication *self,
                    const char     *case_id)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (CSM_IS_ANSWER_WINDOW (l->data) && g_strcmp0 (csm_answer_window_get_case_id (l->data), case_id) == 0)
      return l->data;
  return NULL;
}

/* Where the case is open already, its own box is the place to answer in. */
static void
answer (CsmApplication *self,
        const char     *case_id)
{
  GtkWindow *window = find_answer_window (self, case_id);

  if (self->window != NULL && g_strcmp0 (csm_workbench_get_case_id (self->workbench), case_id) == 0)
    {
      g_application_activate (G_APPLICATION (self));
      gtk_widget_activate_action (GTK_WIDGET (self->window), "win.note", NULL);
      return;
    }
  if (window == NULL)
    {
      window = GTK_WINDOW (csm_answer_window_new (GTK_APPLICATION (self), csm_workbench_get_account (self->workbench), self->settings, case_id));
      g_signal_connect_object (window, "open-case", G_CALLBACK (csm_application_open_case), self, G_CONNECT_SWAPPED);
    }
  gtk_window_present (window);
  /* Without the inbox nobody else would connect. */
  if (self->window == NULL && self->starter != NULL)
    csm_starter_connect (self->starter);
}

/* The reply box is there as soon as the case was read. */
static void
reply_cb (CsmApplication *self)
{
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;

  if (detail == NULL || self->window == NULL)
    return;
  g_signal_handlers_disconnect_by_func (self->workbench, reply_cb, self);
  gtk_widget_activate_action (GTK_WIDGET (self->window), "win.reply", NULL);
}

static void
reply (CsmApplication *self,
       const char     *case_id)
{
  g_application_activate (G_APPLICATION (self));
  csm_workbench_show_case (self->workbench, case_id);
  g_signal_handlers_disconnect_by_func (self->workbench, reply_cb, self);
  g_signal_connect_object (self->workbench, "notify::detail", G_CALLBACK (reply_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  reply_cb (self);
}

static void
snooze (CsmApplication *self,
        const char     *case_id)
{
  const char *case_ids[] = { case_id, NULL };
  g_autoptr (GTimeZone) zone = csm_account_get_time_zone (csm_workbench_get_account (self->workbench));
  g_autoptr (GDateTime) now = g_date_time_new_now (zone);

  csm_triage_snooze (self->workbench, case_ids, csm_when_reckon (CSM_WHEN_TOMORROW, CSM_WHEN_FOR_SNOOZE, now));
}

static void
assign_me (CsmApplication *self,
           const char     *case_id)
{
  const char *case_ids[] = { case_id, NULL };
  const char *me = csm_workbench_get_my_id (self->workbench);

  if (me != NULL)
    csm_triage_assign (self->workbench, case_ids, me);
}

static void
do_now (CsmApplication *self,
        Entry          *entry)
{
  csm_notices_withdraw (self->notices, entry->case_id);
  if (entry->deed == CSM_DEED_ANSWER)
    answer (self, entry->case_id);
  else if (!csm_rights_may (self->workbench, CSM_ACTION_WORK_CASES))
    csm_application_open_case (self, entry->case_id);
  else if (entry->deed == CSM_DEED_REPLY)
    reply (self, entry->case_id);
  else if (entry->deed == CSM_DEED_ASSIGN_ME)
    assign_me (self, entry->case_id);
  else
    snooze (self, entry->case_id);
}

/* Who one is, and what one may do, is known with the directory; a note may be begun before. */
static void
do_all (CsmApplication *self)
{
  Entry *first;

  while (self->workbench != NULL && (first = g_queue_peek_head (&self->deeds)) != NULL)
    {
      g_autoptr (Entry) entry = NULL;

      if (first->deed != CSM_DEED_ANSWER && csm_workbench_get_directory (self->workbench) == NULL)
        return;
      entry = g_queue_pop_head (&self->deeds);
      do_now (self, entry);
    }
}

/**
 * csm_application_do:
 * @self: the application
 * @deed: what was clicked in a notification
 * @case_id: of which case; from outside
 *
 * Does it as soon as there is an account, which may be at once. It needs no window.
 */
void
csm_application_do (CsmApplication *self,
                    CsmDeed         deed,
                    const char     *case_id)
{
  Entry *entry;

  if (!csm_id_is_valid (case_id, 'c'))
    return;
  entry = g_new0 (Entry, 1);
  entry->deed = deed;
  entry->case_id = g_strdup (case_id);
  g_queue_push_tail (&self->deeds, entry);
  csm_application_linger (self, LINGER_SECONDS);
  do_all (self);
}

/* --- an account comes and goes ----------------------------------------------------------------------------- */

void
csm_application_watch (CsmApplication *self)
{
  self->notifier = csm_notifier_new (self->workbench);
  csm_notifier_set_window (self->notifier, GTK_WINDOW (self->window));
  self->notices = csm_notices_new (self->workbench, self->notifier);
  g_signal_connect_object (self->notices, "show", G_CALLBACK (show_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->notices, "withdraw", G_CALLBACK (withdraw_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workbench, "notify::directory", G_CALLBACK (do_all), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->workbench, "notify::case-id", G_CALLBACK (csm_application_drop_link), self, G_CONNECT_SWAPPED);
  csm_answer_window_watch (GTK_APPLICATION (self), self->workbench);
  csm_background_set_useful (self->background, TRUE);
  if (self->provider != NULL)
    csm_search_provider_set_account (self->provider, csm_workbench_get_account (self->workbench));
  csm_application_resume_link (self);
  do_all (self);
}

void
csm_application_unwatch (CsmApplication *self)
{
  GList *windows = gtk_application_get_windows (GTK_APPLICATION (self));

  csm_application_leave_link (self);
  if (self->workbench != NULL)
    g_signal_handlers_disconnect_by_data (self->workbench, self);
  if (self->background != NULL)
    csm_background_set_useful (self->background, FALSE);
  if (self->provider != NULL)
    csm_search_provider_set_account (self->provider, NULL);
  if (self->notices != NULL)
    csm_notices_stop (self->notices);
  g_clear_object (&self->notices);
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

/* What was asked for and can't be done any more. */
void
csm_application_forget_deeds (CsmApplication *self)
{
  g_queue_clear_full (&self->deeds, entry_free);
}
