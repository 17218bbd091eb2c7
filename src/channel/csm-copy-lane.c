/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-copy-lane.h"

#include <unistd.h>

#include "csm-mail-composer.h"
#include "csm-smtp-sent.h"
#include "csm-time.h"
#include "csm-txn-copies.h"

struct _CsmCopyLane
{
  CsmWorkLane      lane;
  CsmStore        *store;
  char            *channel_id;
  guint            retry;       /* ms, after a database error */
  CsmSmtpSent     *sent;        /* the thread's own */

  /* under the lock */
  gboolean         is_due;      /* there may be something to do */
  gboolean         is_busy;
};

/* --- One copy --------------------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char      *channel_id;
  char            *message_id; /* NULL: there is nothing to do */
  CsmOutgoingMail *mail;
} Job;

static void
job_clear (Job *job)
{
  g_free (job->message_id);
  csm_outgoing_mail_free (job->mail);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_clear)

/* Whose mail is not to be had any more, because a customer was erased, needs no copy. */
static gpointer
take (CsmTxn        *txn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  Job *job = input;
  g_autoptr (GError) local = NULL;

  for (;;)
    {
      g_auto (CsmCopyRow) row = { 0 };

      g_clear_pointer (&job->message_id, g_free);
      g_clear_pointer (&job->mail, csm_outgoing_mail_free);
      if (!csm_txn_copy_next (txn, job->channel_id, csm_time_now (), &row, error) || row.message_id == NULL)
        return NULL;
      job->message_id = g_steal_pointer (&row.message_id);
      job->mail = csm_outgoing_again (txn, job->message_id, &local);
      if (local == NULL && job->mail == NULL && csm_txn_copy_forget (txn, job->message_id, &local))
        continue;
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
}

static gpointer
forget (CsmTxn        *txn,
        gpointer       input,
        GCancellable  *cancellable,
        GError       **error)
{
  csm_txn_copy_forget (txn, input, error);
  return NULL;
}

/* FALSE: nothing more for now. */
static gboolean
copy_one (CsmCopyLane  *self,
          GError      **error)
{
  g_auto (Job) job = { .channel_id = self->channel_id };
  g_autoptr (GError) local = NULL;
  CsmSentOutcome outcome;
  int fd;

  csm_store_run (self->store, TRUE, take, &job, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (job.mail == NULL)
    return FALSE;
  fd = csm_mail_compose_stored (job.mail, CSM_COMPOSER_CRLF, self->store, &local);
  if (fd < 0)
    {
      g_message ("Channel %s: no copy of a mail that was sent can be made: %s", self->channel_id, local->message);
      csm_store_run (self->store, TRUE, forget, job.message_id, error);
      return error == NULL || *error == NULL;
    }
  outcome = csm_smtp_sent_copy (self->sent, job.mail, fd, TRUE);
  close (fd);
  return outcome != CSM_SENT_BROKEN;
}

static gboolean
wait_until_due (CsmCopyLane *self)
{
  gboolean over;

  g_mutex_lock (&self->lane.lock);
  while (!self->is_due && !csm_work_lane_is_over (&self->lane))
    g_cond_wait (&self->lane.cond, &self->lane.lock);
  self->is_due = FALSE;
  over = csm_work_lane_is_over (&self->lane);
  self->is_busy = !over;
  g_mutex_unlock (&self->lane.lock);
  return !over;
}

static gpointer
run (gpointer data)
{
  CsmCopyLane *self = data;

  while (wait_until_due (self))
    {
      g_autoptr (GError) error = NULL;

      while (!csm_work_lane_is_over (&self->lane) && copy_one (self, &error))
        ;
      csm_smtp_sent_rest (self->sent);
      g_mutex_lock (&self->lane.lock);
      if (error != NULL)
        {
          gint64 end = g_get_monotonic_time () + (gint64) self->retry * 1000;

          g_warning ("Can't look for copies to make: %s", error->message);
          while (!csm_work_lane_is_over (&self->lane) && g_cond_wait_until (&self->lane.cond, &self->lane.lock, end))
            ;
        }
      self->is_busy = FALSE;
      csm_work_lane_tell (&self->lane);
      g_mutex_unlock (&self->lane.lock);
    }
  return NULL;
}

/* --- The lane -------------------------------------------------------------------------------------------------------------------------------- */

/**
 * csm_copy_lane_new:
 * @store: the server's store; of the process that holds csm_store_lock()
 * @channel_id: a channel
 * @pace: how its mail is sent
 * @func: called in the thread-default main context when all was tried that could be
 * @user_data: for @func
 *
 * Returns: (transfer full): a lane that waits for csm_copy_lane_wake()
 */
CsmCopyLane *
csm_copy_lane_new (CsmStore           *store,
                   const char         *channel_id,
                   const CsmSmtpPace  *pace,
                   CsmWorkLaneFunc     func,
                   gpointer            user_data)
{
  CsmCopyLane *self = g_new0 (CsmCopyLane, 1);

  self->store = g_object_ref (store);
  self->channel_id = g_strdup (channel_id);
  self->retry = pace->retry;
  csm_work_lane_init (&self->lane, func, user_data);
  self->sent = csm_smtp_sent_new (store, channel_id, pace->copy, self->lane.cancellable);
  csm_work_lane_start (&self->lane, "csm-copy", run);
  return self;
}

/**
 * csm_copy_lane_cancel:
 * @self: a lane
 *
 * Has it end soon, without waiting for that.
 */
void
csm_copy_lane_cancel (CsmCopyLane *self)
{
  csm_work_lane_cancel (&self->lane);
}

/**
 * csm_copy_lane_free:
 * @self: (nullable): a lane
 *
 * Ends it. What it is at is tried again after the next start.
 */
void
csm_copy_lane_free (CsmCopyLane *self)
{
  if (self == NULL)
    return;
  csm_work_lane_clear (&self->lane);
  csm_smtp_sent_free (self->sent);
  g_object_unref (self->store);
  g_free (self->channel_id);
  g_free (self);
}

/**
 * csm_copy_lane_wake:
 * @self: a lane
 *
 * Some of its copies may be tried now.
 */
void
csm_copy_lane_wake (CsmCopyLane *self)
{
  g_mutex_lock (&self->lane.lock);
  self->is_due = TRUE;
  g_cond_signal (&self->lane.cond);
  g_mutex_unlock (&self->lane.lock);
}

/**
 * csm_copy_lane_is_idle:
 * @self: a lane
 *
 * Returns: whether nothing is being copied
 */
gboolean
csm_copy_lane_is_idle (CsmCopyLane *self)
{
  gboolean idle;

  g_mutex_lock (&self->lane.lock);
  idle = !self->is_busy && !self->is_due;
  g_mutex_unlock (&self->lane.lock);
  return idle;
}
