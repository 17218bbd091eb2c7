/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-account-private.h"

#include "csm-time.h"

/* What an account remembers when the app has ended. */

/* When the server was heard last is written down so often, for when the app has no time to. */
#define NOTE_EVERY (60 * CSM_SECOND)
#define NOTE_HEARD "heard"
#define NOTE_ZONE "time-zone"

/**
 * csm_account_note_heard:
 * @self: an account
 * @at_once: write it down in any case
 *
 * The server was heard. Since when one is offline is known after a restart, too, so that is written down, but not each time.
 */
void
csm_account_note_heard (CsmAccount *self,
                        gboolean    at_once)
{
  gint64 now = csm_time_now ();
  g_autofree char *text = NULL;

  if (!at_once && now - self->heard_at < NOTE_EVERY && now >= self->heard_at)
    return;
  self->heard_at = now;
  text = g_strdup_printf ("%" G_GINT64_FORMAT, now);
  csm_cache_save_note_async (self->cache, NOTE_HEARD, text, NULL, NULL, NULL);
}

/**
 * csm_account_note_zone:
 * @self: an account
 * @zone: (nullable): a name of the TZ database; %NULL: the server did not say
 *
 * Keeps the workspace's time zone for when there is no network.
 */
void
csm_account_note_zone (CsmAccount *self,
                       const char *zone)
{
  if (zone == NULL || g_strcmp0 (zone, self->time_zone) == 0)
    return;
  g_free (self->time_zone);
  self->time_zone = g_strdup (zone);
  csm_cache_save_note_async (self->cache, NOTE_ZONE, zone, NULL, NULL, NULL);
}

static void
on_heard_loaded (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (CsmAccount) self = user_data;
  g_autofree char *text = csm_cache_load_note_finish (CSM_CACHE (source), result, NULL);
  gint64 heard = text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;

  self->heard_known = TRUE;
  if (heard == 0 && self->state == CSM_ACCOUNT_OFFLINE)
    heard = csm_time_now ();
  if (heard > 0 && self->running && self->state != CSM_ACCOUNT_SYNCED)
    csm_account_set_offline_since (self, heard);
}

static void
on_zone_loaded (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (CsmAccount) self = user_data;
  g_autofree char *zone = csm_cache_load_note_finish (CSM_CACHE (source), result, NULL);

  /* The server may have been faster. */
  if (self->time_zone == NULL)
    self->time_zone = g_steal_pointer (&zone);
}

/**
 * csm_account_get_time_zone:
 * @self: an account
 *
 * In which the person's mornings and evenings are: their own, if they have said which, or the workspace's.
 *
 * Returns: (transfer full): a time zone
 */
GTimeZone *
csm_account_get_time_zone (CsmAccount *self)
{
  GTimeZone *zone = self->own_zone != NULL ? g_time_zone_new_identifier (self->own_zone) : NULL;

  return zone != NULL ? zone : csm_account_get_workspace_zone (self);
}

/**
 * csm_account_set_own_zone:
 * @self: an account
 * @name: (nullable): a name of the TZ database; %NULL: the workspace's
 */
void
csm_account_set_own_zone (CsmAccount *self,
                          const char *name)
{
  if (g_strcmp0 (name, self->own_zone) == 0)
    return;
  g_free (self->own_zone);
  self->own_zone = g_strdup (name);
}

/**
 * csm_account_get_workspace_zone:
 * @self: an account
 *
 * Those who have no server yet reckon by this computer's clock.
 *
 * Returns: (transfer full): a time zone
 */
GTimeZone *
csm_account_get_workspace_zone (CsmAccount *self)
{
  GTimeZone *zone = self->time_zone != NULL ? g_time_zone_new_identifier (self->time_zone) : NULL;

  return zone != NULL ? zone : g_time_zone_new_local ();
}

/**
 * csm_account_load_notes:
 * @self: an account
 *
 * Reads what was written down before the last end of the app.
 */
void
csm_account_load_notes (CsmAccount *self)
{
  csm_cache_load_note_async (self->cache, NOTE_HEARD, NULL, on_heard_loaded, g_object_ref (self));
  csm_cache_load_note_async (self->cache, NOTE_ZONE, NULL, on_zone_loaded, g_object_ref (self));
}
