/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-channel"
#include "config.h"
#include "csm-smtp-sent.h"

#include <glib/gi18n-lib.h>

#include "csm-failpoint.h"
#include "csm-imap-append.h"
#include "csm-smtp-health.h"

#define PATIENCE_SECONDS 60
/* After a failure: mails that are to leave don't wait for a folder each. */
#define PAUSE_SECONDS 60

struct _CsmSmtpSent
{
  CsmStore        *store;
  char            *channel_id;
  GCancellable    *cancellable;
  CsmImapSettings *settings;   /* of the connection */
  CsmImapClient   *client;     /* while connected */
  gboolean         failing;    /* and the record says so */
  gint64           resume;     /* monotonic, µs */
};

/**
 * csm_smtp_sent_new:
 * @store: the server's store
 * @channel_id: a channel
 * @cancellable: ends all that blocks
 *
 * Returns: (transfer full): what is not connected yet
 */
CsmSmtpSent *
csm_smtp_sent_new (CsmStore      *store,
                   const char    *channel_id,
                   GCancellable  *cancellable)
{
  CsmSmtpSent *self = g_new0 (CsmSmtpSent, 1);

  self->store = g_object_ref (store);
  self->channel_id = g_strdup (channel_id);
  self->cancellable = g_object_ref (cancellable);
  return self;
}

/**
 * csm_smtp_sent_rest:
 * @self: where copies go
 *
 * Ends the connection until there is something to copy.
 */
void
csm_smtp_sent_rest (CsmSmtpSent *self)
{
  if (self->client != NULL && !g_cancellable_is_cancelled (self->cancellable))
    csm_imap_client_leave (self->client);
  g_clear_pointer (&self->client, csm_imap_client_free);
  g_clear_pointer (&self->settings, csm_imap_settings_unref);
}

/**
 * csm_smtp_sent_free:
 * @self: (nullable): where copies went
 */
void
csm_smtp_sent_free (CsmSmtpSent *self)
{
  if (self == NULL)
    return;
  csm_smtp_sent_rest (self);
  g_object_unref (self->store);
  g_free (self->channel_id);
  g_object_unref (self->cancellable);
  g_free (self);
}

static gpointer
load (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  return csm_imap_settings_load (txn, input, error);
}

static gpointer
write_health (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  CsmSmtpSent *self = ((gpointer *) input)[0];

  csm_smtp_health_copy (txn, self->channel_id, ((gpointer *) input)[1], error);
  return NULL;
}

/* @why NULL: all is well. */
static void
report (CsmSmtpSent *self,
        const char  *why)
{
  gpointer input[] = { self, (gpointer) why };
  g_autoptr (GError) error = NULL;

  if (why == NULL && !self->failing)
    return;
  self->failing = why != NULL;
  csm_store_run (self->store, TRUE, write_health, input, &error);
  if (error != NULL)
    g_message ("Can't note how the channel %s is: %s", self->channel_id, error->message);
}

static gboolean
append (CsmSmtpSent      *self,
        CsmImapSettings  *settings,
        int               fd,
        GError          **error)
{
  if (self->client == NULL)
    {
      self->client = csm_imap_client_open (settings, PATIENCE_SECONDS, self->cancellable, error);
      self->settings = csm_imap_settings_ref (settings);
    }
  return self->client != NULL && csm_imap_client_append (self->client, settings->sent_folder, fd, error);
}

/**
 * csm_smtp_sent_copy:
 * @self: where copies go
 * @fd: a mail that the mail server has taken, with lines ended by CRLF
 *
 * A server that puts sent mails there by itself, as some do, needs no folder in the channel's settings.
 *
 * Returns: whether the channel has such a folder
 */
gboolean
csm_smtp_sent_copy (CsmSmtpSent *self,
                    int          fd)
{
  g_autoptr (CsmImapSettings) settings = csm_store_run (self->store, FALSE, load, self->channel_id, NULL);
  gboolean was_connected;
  g_autoptr (GError) error = NULL;

  if (settings == NULL || settings->sent_folder == NULL || *settings->sent_folder == '\0')
    return FALSE;
  if (g_get_monotonic_time () < self->resume)
    return TRUE;
  if (self->settings != NULL && !csm_imap_settings_equal (self->settings, settings))
    csm_smtp_sent_rest (self);
  was_connected = self->client != NULL;
  if (!append (self, settings, fd, &error))
    {
      csm_smtp_sent_rest (self);
      /* Servers end connections now and then; with an answer it would be the same again. */
      if (was_connected && g_error_matches (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_CLOSED))
        {
          g_clear_error (&error);
          append (self, settings, fd, &error);
        }
    }
  csm_failpoint ("send-copied");
  if (error == NULL)
    {
      report (self, NULL);
      return TRUE;
    }
  csm_smtp_sent_rest (self);
  if (g_cancellable_is_cancelled (self->cancellable))
    return TRUE;
  self->resume = g_get_monotonic_time () + PAUSE_SECONDS * G_USEC_PER_SEC;
  g_message ("Channel %s: a mail that was sent could not be put into its folder: %s", self->channel_id, error->message);
  report (self, error->message);
  return TRUE;
}
