/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-smtp-sent.h"

#include "csm-desk-records.h"
#include "csm-failpoint.h"
#include "csm-imap-append.h"
#include "csm-smtp-health.h"
#include "csm-time.h"
#include "csm-txn-copies.h"

#define PATIENCE_SECONDS 60
#define LONGEST_PAUSE_MS (4 * 60 * 60 * 1000)
/* As long as a mail waits to leave. */
#define GIVE_UP_AFTER (5 * 24 * 3600 * CSM_SECOND)

struct _CsmSmtpSent
{
  CsmStore        *store;
  char            *channel_id;
  guint            pause;      /* ms, the first */
  GCancellable    *cancellable;
  CsmImapSettings *settings;   /* of the connection */
  CsmImapClient   *client;     /* while connected */
  gint64           resume;     /* µs: mails that are to leave don't wait for a folder each */
};

/**
 * csm_smtp_sent_new:
 * @store: the server's store
 * @channel_id: a channel
 * @pause: how long to wait after a first failure, ms
 * @cancellable: ends all that blocks
 *
 * Returns: (transfer full): what is not connected yet
 */
CsmSmtpSent *
csm_smtp_sent_new (CsmStore      *store,
                   const char    *channel_id,
                   guint          pause,
                   GCancellable  *cancellable)
{
  CsmSmtpSent *self = g_new0 (CsmSmtpSent, 1);

  self->store = g_object_ref (store);
  self->channel_id = g_strdup (channel_id);
  self->pause = pause;
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

/**
 * csm_smtp_sent_hurry:
 * @self: where copies go
 *
 * Ends a pause: somebody says that the mail server is well again.
 */
void
csm_smtp_sent_hurry (CsmSmtpSent *self)
{
  self->resume = 0;
}

static gboolean
has_folder (const CsmImapSettings *settings)
{
  return settings != NULL && settings->sent_folder != NULL && *settings->sent_folder != '\0';
}

/**
 * csm_smtp_sent_expect:
 * @self: where copies go
 * @txn: the transaction in which the mail server is noted to have a mail
 * @message_id: that mail
 * @wanted: (out): whether csm_smtp_sent_copy() is to be called now
 * @error: return location
 *
 * Remembers that there is a copy to be made. A server that puts sent mails into its folder by itself, as some do, needs no folder in the
 * channel's settings. After a failure copies wait, without a try each.
 *
 * Returns: whether it worked
 */
gboolean
csm_smtp_sent_expect (CsmSmtpSent  *self,
                      CsmTxn       *txn,
                      const char   *message_id,
                      gboolean     *wanted,
                      GError      **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmImapSettings) settings = csm_imap_settings_load (txn, self->channel_id, &local);
  gint64 now = csm_time_now ();
  CsmCopyRow row = { (char *) message_id, self->channel_id, 0, CSM_COPY_IN_HAND, now };

  /* Settings that can't be read are told of by those who read the mailbox. */
  *wanted = local == NULL && has_folder (settings);
  if (!*wanted)
    return TRUE;
  if (self->resume > now)
    row.not_before = self->resume;
  *wanted = row.not_before == CSM_COPY_IN_HAND;
  return csm_txn_copy_put (txn, &row, error);
}

/* --- What became of it ------------------------------------------------------------------------------------------------------------ */

typedef struct
{
  CsmSmtpSent *sent;
  const char  *message_id;
  const char  *why;       /* NULL: it is there, or won't be */
  gboolean     is_broken; /* it would be the same with any other */
} Note;

static gpointer
write_done (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  const Note *note = input;
  const char *channel_id = note->sent->channel_id;
  g_autoptr (GError) local = NULL;

  if (csm_txn_copy_forget (txn, note->message_id, &local) && csm_txn_copy_count (txn, channel_id, &local) == 0 && local == NULL)
    csm_smtp_health_copy (txn, channel_id, NULL, 0, 0, &local);
  /* A channel that can't be read is no reason to copy once more. */
  if (local != NULL && !csm_desk_may_skip (local))
    g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gint64
next_try (CsmSmtpSent *self,
          guint        tries,
          gint64       now)
{
  guint64 wait = (guint64) self->pause << MIN (tries, 20);

  return now + (gint64) MIN (wait, LONGEST_PAUSE_MS) * 1000;
}

static gboolean
write_failure (const Note  *note,
               CsmTxn      *txn,
               GError     **error)
{
  CsmSmtpSent *self = note->sent;
  gint64 now = csm_time_now ();
  g_auto (CsmCopyRow) row = { 0 };
  guint lost = 0, waiting;
  g_autoptr (GError) local = NULL;

  if (!csm_txn_copy_get (txn, note->message_id, &row, error))
    return FALSE;
  if (row.message_id != NULL && now > row.since + GIVE_UP_AFTER)
    {
      lost = 1;
      if (!csm_txn_copy_forget (txn, row.message_id, error))
        return FALSE;
    }
  else if (row.message_id != NULL)
    {
      row.not_before = next_try (self, row.tries, now);
      row.tries++;
      if (!csm_txn_copy_put (txn, &row, error))
        return FALSE;
    }
  if (note->is_broken)
    self->resume = next_try (self, row.tries > 0 ? row.tries - 1 : 0, now);
  if (note->is_broken && !csm_txn_copy_postpone (txn, self->channel_id, self->resume, error))
    return FALSE;
  waiting = csm_txn_copy_count (txn, self->channel_id, &local);
  if (local == NULL)
    csm_smtp_health_copy (txn, self->channel_id, note->why, waiting, lost, &local);
  if (local == NULL || csm_desk_may_skip (local))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gpointer
write_note (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  if (((Note *) input)->why == NULL)
    return write_done (txn, input, cancellable, error);
  write_failure (input, txn, error);
  return NULL;
}

static CsmSentOutcome
conclude (CsmSmtpSent *self,
          const char  *message_id,
          const char  *why,
          gboolean     is_broken)
{
  Note note = { self, message_id, why, is_broken };
  g_autoptr (GError) error = NULL;

  csm_store_run (self->store, TRUE, write_note, &note, &error);
  if (error != NULL)
    {
      g_message ("Can't note what became of a copy in the channel %s: %s", self->channel_id, error->message);
      return CSM_SENT_BROKEN;
    }
  if (why == NULL)
    return CSM_SENT_DONE;
  return is_broken ? CSM_SENT_BROKEN : CSM_SENT_LATER;
}

/* --- Copying ------------------------------------------------------------------------------------------------------------------------- */

static gpointer
load (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  return csm_imap_settings_load (txn, input, error);
}

static gboolean
open_mailbox (CsmSmtpSent      *self,
              CsmImapSettings  *settings,
              GError          **error)
{
  if (self->settings != NULL && !csm_imap_settings_equal (self->settings, settings))
    csm_smtp_sent_rest (self);
  if (self->client != NULL)
    return TRUE;
  self->client = csm_imap_client_open (settings, PATIENCE_SECONDS, self->cancellable, error);
  if (self->client != NULL)
    self->settings = csm_imap_settings_ref (settings);
  return self->client != NULL;
}

static gboolean
append (CsmSmtpSent            *self,
        CsmImapSettings        *settings,
        const CsmOutgoingMail  *mail,
        int                     fd,
        gboolean                may_be_there,
        GError                **error)
{
  gboolean there = FALSE;

  if (!open_mailbox (self, settings, error) ||
      (may_be_there && !csm_imap_client_has_mail (self->client, settings->sent_folder, mail->rfc_id, mail->date, &there, error)))
    return FALSE;
  return there || csm_imap_client_append (self->client, settings->sent_folder, fd, error);
}

/**
 * csm_smtp_sent_copy:
 * @self: where copies go
 * @mail: a mail that the mail server has taken, and csm_smtp_sent_expect() was told of
 * @fd: the same, with lines ended by CRLF
 * @may_be_there: whether it was tried before, in which case nobody knows whether that worked
 *
 * Notes what became of it.
 *
 * Returns: what became of it
 */
CsmSentOutcome
csm_smtp_sent_copy (CsmSmtpSent            *self,
                    const CsmOutgoingMail  *mail,
                    int                     fd,
                    gboolean                may_be_there)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmImapSettings) settings = csm_store_run (self->store, FALSE, load, self->channel_id, &error);
  gboolean was_connected = self->client != NULL;

  if (error == NULL && !has_folder (settings))
    return conclude (self, mail->message_id, NULL, FALSE);
  if (error == NULL && !append (self, settings, mail, fd, may_be_there, &error) && was_connected &&
      g_error_matches (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_CLOSED))
    {
      /* Servers end connections now and then. It may have taken the mail before. */
      g_clear_error (&error);
      csm_smtp_sent_rest (self);
      append (self, settings, mail, fd, TRUE, &error);
    }
  csm_failpoint ("send-copied");
  if (error == NULL)
    return conclude (self, mail->message_id, NULL, FALSE);
  if (!g_error_matches (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_REFUSED))
    csm_smtp_sent_rest (self);
  /* It stays as it is for the next start. */
  if (g_cancellable_is_cancelled (self->cancellable))
    return CSM_SENT_BROKEN;
  g_message ("Channel %s: a mail that was sent could not be put into its folder: %s", self->channel_id, error->message);
  return conclude (self, mail->message_id, error->message, !g_error_matches (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_REFUSED));
}
