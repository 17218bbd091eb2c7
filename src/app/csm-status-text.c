/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-status-text.h"

#include <glib/gi18n.h>

#include "csm-format.h"

/* Returns: what @account and its cache say now */
CsmStatus
csm_status_read (CsmAccount *account)
{
  CsmStatus status = { .state = csm_account_get_state (account), .full = csm_cache_get_full (csm_account_get_cache (account)) };

  g_object_get (account,
                "waiting", &status.waiting,
                "parked", &status.parked,
                "n-lost", &status.lost,
                "n-unsure", &status.unsure,
                "progress", &status.progress,
                "offline-since", &status.offline_since,
                NULL);
  return status;
}

/* Calls @update (@object) whenever csm_status_read() may say something else, as long as @object lives. */
void
csm_status_connect (CsmAccount *account,
                    GCallback   update,
                    gpointer    object)
{
  static const char *const watched[] = {
    "notify::state", "notify::waiting", "notify::parked", "notify::progress", "notify::problem", "notify::offline-since",
    "notify::n-lost", "notify::n-unsure",
  };

  for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_object (account, watched[i], update, object, G_CONNECT_SWAPPED);
  g_signal_connect_object (csm_account_get_cache (account), "notify::full", update, object, G_CONNECT_SWAPPED);
}

void
csm_status_disconnect (CsmAccount *account,
                       gpointer    object)
{
  g_signal_handlers_disconnect_by_data (account, object);
  g_signal_handlers_disconnect_by_data (csm_account_get_cache (account), object);
}

/* Returns: the action that does it */
const char *
csm_status_deed_get_action (CsmStatusDeed deed)
{
  static const char *const actions[] = {
    [CSM_STATUS_SHOW_CHANGES] = "win.show-outbox",
    [CSM_STATUS_SIGN_IN] = "win.sign-in",
    [CSM_STATUS_SHOW_LOST] = "win.show-lost",
    [CSM_STATUS_SHOW_SPACE] = "win.show-room",
  };

  g_return_val_if_fail (deed < G_N_ELEMENTS (actions), NULL);
  return actions[deed];
}

static char *
say_connection (const CsmStatus *status)
{
  g_autofree char *when = NULL;

  switch (status->state)
    {
    case CSM_ACCOUNT_SIGNED_OUT:
      return g_strdup (_("Signed out"));
    case CSM_ACCOUNT_CONNECTING:
      return g_strdup (_("Connecting…"));
    case CSM_ACCOUNT_SYNCING:
      if (status->progress < 1)
        return g_strdup_printf (_("Syncing, %d %%"), (int) (status->progress * 100));
      return g_strdup (_("Syncing…"));
    case CSM_ACCOUNT_SYNCED:
      return g_strdup (_("All synced"));
    case CSM_ACCOUNT_OFFLINE:
    default:
      if (status->offline_since <= 0)
        return g_strdup (_("Offline"));
      when = csm_format_clock (status->offline_since);
      return g_strdup_printf (_("Offline since %s"), when);
    }
}

static char *
say_parked (guint n)
{
  return g_strdup_printf (ngettext ("%u change needs you", "%u changes need you", n), n);
}

static char *
say_unsure (guint n)
{
  return g_strdup_printf (ngettext ("%u reply needs a decision", "%u replies need a decision", n), n);
}

static char *
say_waiting (guint n)
{
  return g_strdup_printf (ngettext ("%u change waits", "%u changes wait", n), n);
}

/* What goes by itself, without what needs a person. */
static guint
count_going (const CsmStatus *status)
{
  return status->waiting > status->parked ? status->waiting - status->parked : 0;
}

static void
add (CsmStatusText *self,
     char          *part)
{
  g_autofree char *owned = part;
  g_autofree char *before = g_steal_pointer (&self->subtitle);

  /* Translators: two things about the state of the connection: "Offline since 10:42 · 3 changes wait" */
  self->subtitle = before != NULL ? g_strdup_printf (_("%s · %s"), before, owned) : g_steal_pointer (&owned);
}

/* What is the matter, when something is. */
static gboolean
say_problem (CsmStatusText   *self,
             const CsmStatus *status)
{
  self->attention = TRUE;
  self->icon = "dialog-warning-symbolic";
  if (status->full)
    {
      self->title = g_strdup (_("The disk is full"));
      self->subtitle = g_strdup (_("What you do now can’t be kept"));
      self->deed = CSM_STATUS_SHOW_SPACE;
      return TRUE;
    }
  if (status->state == CSM_ACCOUNT_SIGNED_OUT)
    {
      self->title = g_strdup (_("Sign in to go on"));
      self->icon = "dialog-password-symbolic";
      self->deed = CSM_STATUS_SIGN_IN;
      return TRUE;
    }
  if (status->lost > 0)
    {
      self->title = g_strdup (_("The server was restored"));
      self->subtitle = g_strdup_printf (ngettext ("%u thing is only here now", "%u things are only here now", status->lost), status->lost);
      self->deed = CSM_STATUS_SHOW_LOST;
      return TRUE;
    }
  if (status->parked > 0)
    {
      self->title = say_parked (status->parked);
      return TRUE;
    }
  if (status->unsure > 0)
    {
      self->title = say_unsure (status->unsure);
      return TRUE;
    }
  self->attention = FALSE;
  return FALSE;
}

/**
 * csm_status_text_new:
 * @status: what the account says
 *
 * Returns: (transfer full): what people are told
 */
CsmStatusText *
csm_status_text_new (const CsmStatus *status)
{
  CsmStatusText *self = g_new0 (CsmStatusText, 1);
  gboolean online = status->state == CSM_ACCOUNT_SYNCED || status->state == CSM_ACCOUNT_SYNCING;
  gboolean problem = say_problem (self, status);
  guint going = count_going (status);

  self->busy = !problem && (status->state == CSM_ACCOUNT_CONNECTING || status->state == CSM_ACCOUNT_SYNCING);
  if (!problem)
    {
      self->icon = status->state == CSM_ACCOUNT_OFFLINE ? "network-offline-symbolic"
                   : going > 0 ? "csm-waits-symbolic" : "object-select-symbolic";
      if (status->state == CSM_ACCOUNT_SYNCED && going > 0)
        self->title = g_strdup_printf (ngettext ("Sending %u change…", "Sending %u changes…", going), going);
      else
        self->title = say_connection (status);
    }
  else if (status->state != CSM_ACCOUNT_SIGNED_OUT && (!online || status->progress < 1))
    {
      add (self, say_connection (status));
    }
  if (status->parked > 0 && (status->full || status->state == CSM_ACCOUNT_SIGNED_OUT || status->lost > 0))
    add (self, say_parked (status->parked));
  if (status->unsure > 0 && (status->full || status->state == CSM_ACCOUNT_SIGNED_OUT || status->lost > 0 || status->parked > 0))
    add (self, say_unsure (status->unsure));
  if (going > 0 && !(status->state == CSM_ACCOUNT_SYNCED && !problem))
    add (self, say_waiting (going));
  return self;
}

void
csm_status_text_free (CsmStatusText *self)
{
  if (self == NULL)
    return;
  g_free (self->title);
  g_free (self->subtitle);
  g_free (self);
}
