/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mailbox-watch.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "csm-mailbox-private.h"
#include "csm-time.h"

/* Servers forget who idles for half an hour (RFC 2177). */
#define IDLE_MS (28 * 60 * 1000)
#define POLL_MS (60 * 1000)
#define PATIENCE_SECONDS 60
#define PAUSE_MS 1000
#define LONGEST_PAUSE_MS (5 * 60 * 1000)
/* Who tries a wrong password too often is locked out. */
#define SIGN_IN_FACTOR 60

const CsmMailboxPace csm_mailbox_default_pace = { PATIENCE_SECONDS, IDLE_MS, POLL_MS, PAUSE_MS };

/* --- What people are told ------------------------------------------------------------------------------------------------------ */

typedef struct
{
  CsmMailboxWatch *watch;
  const char      *why;
} Report;

static gpointer
write_report (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  Report *report = input;

  csm_mailbox_put_health (txn, report->watch->channel_id, report->watch->folder, report->why, 0, error);
  return NULL;
}

/* In the channel's record; @why NULL: all is well. */
static void
report (CsmMailboxWatch *self,
        const char      *why)
{
  Report input = { self, why };
  g_autoptr (GError) error = NULL;

  csm_store_run (self->store, TRUE, write_report, &input, &error);
  if (error != NULL)
    g_message ("Can't note how the channel %s is: %s", self->channel_id, error->message);
}

static void
report_problem (CsmMailboxWatch *self,
                const GError    *problem)
{
  g_autofree char *why = problem->domain == CSM_IMAP_ERROR ? g_strdup (problem->message)
                                                           : g_strdup_printf (_("New mail can't be stored: %s."), problem->message);

  /* No warning: it is the mail server that something is wrong with, and it is tried again. */
  g_message ("Channel %s: %s", self->channel_id, why);
  report (self, why);
}

/* --- The thread ------------------------------------------------------------------------------------------------------------------ */

/* FALSE: it is over. @woken: (optional): whether somebody wants the next try now. */
static gboolean
rest (CsmMailboxWatch *self,
      guint            milliseconds,
      gboolean        *woken)
{
  GPollFD polls[2] = { { 0 }, { self->wake_fd, G_IO_IN, 0 } };
  guint64 times;

  if (g_cancellable_make_pollfd (self->cancellable, &polls[0]))
    {
      g_poll (polls, G_N_ELEMENTS (polls), (gint) MIN (milliseconds, G_MAXINT));
      g_cancellable_release_fd (self->cancellable);
    }
  if (read (self->wake_fd, &times, sizeof times) == sizeof times && woken != NULL)
    *woken = TRUE;
  return !g_cancellable_is_cancelled (self->cancellable);
}

static guint
time_to_wait (CsmMailboxWatch *self,
              guint            most)
{
  gint64 next = csm_mailbox_next_try (self), left;

  if (next == CSM_TIME_NONE)
    return most;
  left = (next - csm_time_now ()) / 1000 + 1;
  return (guint) CLAMP (left, 1, (gint64) most);
}

static gboolean
wait_for_mail (CsmMailboxWatch  *self,
               guint             arrivals,
               GError          **error)
{
  if (csm_imap_client_has (self->client, "IDLE"))
    {
      guint wait = time_to_wait (self, self->pace.idle);

      return csm_imap_client_idle (self->client, arrivals, wait, error);
    }
  if (csm_imap_client_get_folder (self->client)->arrivals != arrivals)
    return TRUE;
  return rest (self, time_to_wait (self, self->pace.poll), NULL) && csm_imap_client_look (self->client, error);
}

/* One connection, until it breaks. @well: set when nothing was missing. */
static void
follow (CsmMailboxWatch  *self,
        gboolean         *well,
        GError          **error)
{
  const char *remark = NULL;

  self->remark = NULL;
  self->client = csm_imap_client_open (self->settings, self->pace.patience, self->cancellable, error);
  if (self->client == NULL || !csm_mailbox_load (self, error) || !csm_mailbox_open (self, error) ||
      !csm_mailbox_begin (self, error))
    return;
  for (gboolean fresh = TRUE; !g_cancellable_is_cancelled (self->cancellable); fresh = FALSE)
    {
      guint arrivals = csm_imap_client_get_folder (self->client)->arrivals;

      if (!csm_mailbox_catch_up (self, fresh, error) || !csm_mailbox_try_again (self, error))
        return;
      if (!*well || remark != self->remark)
        report (self, self->remark);
      *well = TRUE;
      remark = self->remark;
      /* A process less while there is nothing to do. */
      g_clear_object (&self->reader);
      if (!wait_for_mail (self, arrivals, error))
        return;
    }
}

static guint
next_pause (guint         pause,
            const GError *problem,
            guint         first)
{
  /* Asking at once again is what servers that have had enough want least. */
  if (g_error_matches (problem, CSM_IMAP_ERROR, CSM_IMAP_ERROR_SIGN_IN) || g_error_matches (problem, CSM_IMAP_ERROR, CSM_IMAP_ERROR_BUSY))
    return MIN (MAX (pause * 2, first * SIGN_IN_FACTOR), LONGEST_PAUSE_MS);
  return MIN (MAX (pause * 2, first), LONGEST_PAUSE_MS);
}

/* One connection after the other. FALSE: it is over. */
static gboolean
try_once (CsmMailboxWatch *self,
          guint           *pause)
{
  g_autoptr (GError) error = NULL;
  gboolean well = FALSE, woken = FALSE, goes_on;

  follow (self, &well, &error);
  if (g_cancellable_is_cancelled (self->cancellable) && self->client != NULL)
    csm_imap_client_leave (self->client);
  g_clear_pointer (&self->client, csm_imap_client_free);
  g_clear_object (&self->reader);
  if (g_cancellable_is_cancelled (self->cancellable))
    return FALSE;
  *pause = next_pause (well ? 0 : *pause, error, self->pace.pause);
  /* Servers end connections now and then; that is news only when the next one fails. */
  if (!well)
    report_problem (self, error);
  goes_on = rest (self, *pause / 2 + (guint) g_random_int_range (0, (gint32) MAX (*pause, 1)), &woken);
  if (woken)
    *pause = 0;
  return goes_on;
}

static gpointer
watch (gpointer data)
{
  CsmMailboxWatch *self = data;
  guint pause = 0;

  while (try_once (self, &pause))
    continue;
  return NULL;
}

/**
 * csm_mailbox_watch_new:
 * @store: the server's store; of the process that holds csm_store_lock()
 * @channel_id: a channel
 * @folder: a folder on its mail server
 * @settings: how to get there
 * @reader_program: casement-reader
 * @pace: how to watch it
 *
 * Begins at once, in a thread of its own.
 *
 * Returns: (transfer full): a watch
 */
CsmMailboxWatch *
csm_mailbox_watch_new (CsmStore              *store,
                       const char            *channel_id,
                       const char            *folder,
                       CsmImapSettings       *settings,
                       const char            *reader_program,
                       const CsmMailboxPace  *pace)
{
  CsmMailboxWatch *self = g_new0 (CsmMailboxWatch, 1);

  self->store = g_object_ref (store);
  self->channel_id = g_strdup (channel_id);
  self->folder = g_strdup (folder);
  self->settings = csm_imap_settings_ref (settings);
  self->reader_program = g_strdup (reader_program);
  self->pace = *pace;
  self->is_sent = g_strcmp0 (folder, settings->sent_folder) == 0;
  self->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  self->cancellable = g_cancellable_new ();
  self->thread = g_thread_new ("csm-mailbox", watch, self);
  return self;
}

/**
 * csm_mailbox_watch_cancel:
 * @self: a watch
 *
 * Has it end soon, without waiting for that.
 */
void
csm_mailbox_watch_cancel (CsmMailboxWatch *self)
{
  g_cancellable_cancel (self->cancellable);
}

/**
 * csm_mailbox_watch_retry:
 * @self: a watch
 *
 * Has it try at once what it would try later.
 */
void
csm_mailbox_watch_retry (CsmMailboxWatch *self)
{
  const guint64 once = 1;

  if (write (self->wake_fd, &once, sizeof once) != sizeof once)
    g_debug ("a mailbox was woken already");
}

/**
 * csm_mailbox_watch_free:
 * @self: (nullable): a watch
 *
 * Ends it; waits for the mail that is just being taken in.
 */
void
csm_mailbox_watch_free (CsmMailboxWatch *self)
{
  if (self == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->thread);
  close (self->wake_fd);
  g_object_unref (self->store);
  g_free (self->channel_id);
  g_free (self->folder);
  csm_imap_settings_unref (self->settings);
  g_free (self->reader_program);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->postponed, g_array_unref);
  g_free (self);
}
