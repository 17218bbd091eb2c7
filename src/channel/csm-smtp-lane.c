/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-smtp-lane.h"

#include <unistd.h>

#include "csm-desk-records.h"
#include "csm-failpoint.h"
#include "csm-mail-composer.h"
#include "csm-smtp-health.h"
#include "csm-smtp-sent.h"
#include "csm-time.h"

#define PAUSE_MS (10 * 1000)
#define LONGEST_PAUSE_MS (10 * 60 * 1000)
/* Who tries a wrong password too often is locked out. */
#define SIGN_IN_PAUSE_MS (60 * 1000)
#define LINGER_MS (10 * 1000)
#define RETRY_MS (30 * 1000)
#define COPY_PAUSE_MS (60 * 1000)
/* To look at the age of all that waits takes a while. */
#define SWEEP_INTERVAL G_GINT64_CONSTANT (3600000000)

const CsmSmtpPace csm_smtp_default_pace = { { 5 * 60 * 1000, 10 * 60 * 1000 }, PAUSE_MS, LINGER_MS, RETRY_MS, COPY_PAUSE_MS };

struct _CsmSmtpLane
{
  CsmWorkLane      lane;
  CsmStore        *store;
  char            *channel_id;
  CsmSmtpPace      pace;

  /* under the lock */
  GQueue           queue;      /* ids */
  GHashTable      *in_hand;    /* ids of those in the queue, and of the one that is being sent */
  CsmSmtpSettings *settings;
  gboolean         changed;    /* the settings are new, or somebody asked for a try at once */
  gboolean         is_busy;    /* a mail is being sent */
  gboolean         is_resting; /* nothing is sent for a while, whatever waits */

  /* the thread's own */
  CsmSmtpSession  *session;
  CsmSmtpSent     *sent;
  guint            pause;      /* ms; 0: all is well */
  gint64           resume;     /* monotonic, µs; when a pause is over */
  gboolean         is_failing; /* and the record says so */
  gboolean         makes_copies; /* in the folder of sent mails */
  gint64           last_told;  /* when the record was told that a mail left, µs */
  gint64           last_sweep; /* monotonic, µs; when it was seen to what has waited too long; 0: never */
};

/* One mail. */
typedef struct
{
  CsmSmtpLane       *lane;
  const char        *id;
  CsmOutgoingMail   *mail;
  CsmOutgoingResult  result;
  char              *why;
  GPtrArray         *answers;
  gint64             not_before;
  gint64             last_out;  /* to be told of; 0: not now */
  gboolean           copies;    /* the folder of sent mails is to get it, if the channel has one … */
  gboolean           copies_now; /* … and that is tried next */
  const char        *trouble;   /* likewise; NULL: all is well */
} Job;

static void
job_clear (Job *job)
{
  csm_outgoing_mail_free (job->mail);
  g_free (job->why);
  g_clear_pointer (&job->answers, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, job_clear)

/* --- The queue ------------------------------------------------------------------------------------------------------------------ */

static void
end_pause (CsmSmtpLane *self)
{
  self->pause = 0;
  self->resume = 0;
}

/* FALSE: somebody wants it to end, or to go on at once. */
static gboolean
rest (CsmSmtpLane *self,
      gint64       until)
{
  return !csm_work_lane_is_over (&self->lane) && !self->changed && g_get_monotonic_time () < until &&
         g_cond_wait_until (&self->lane.cond, &self->lane.lock, until);
}

/* Takes the next id; NULL: it is over. */
static char *
next (CsmSmtpLane *self)
{
  char *id = NULL;

  g_mutex_lock (&self->lane.lock);
  while (id == NULL && !csm_work_lane_is_over (&self->lane))
    {
      gint64 now = g_get_monotonic_time ();

      if (self->changed)
        {
          self->changed = FALSE;
          end_pause (self);
          csm_smtp_sent_hurry (self->sent);
          g_clear_pointer (&self->session, csm_smtp_session_free);
        }
      self->is_resting = now < self->resume;
      if (self->is_resting)
        {
          rest (self, self->resume);
          continue;
        }
      id = g_queue_pop_head (&self->queue);
      if (id != NULL)
        break;
      if (self->session == NULL)
        {
          g_cond_wait (&self->lane.cond, &self->lane.lock);
          continue;
        }
      while (g_queue_is_empty (&self->queue) && rest (self, now + (gint64) self->pace.linger * 1000))
        ;
      if (g_queue_is_empty (&self->queue) && !self->changed)
        {
          g_mutex_unlock (&self->lane.lock);
          g_clear_pointer (&self->session, csm_smtp_session_free);
          csm_smtp_sent_rest (self->sent);
          g_mutex_lock (&self->lane.lock);
        }
    }
  self->is_busy = id != NULL;
  g_mutex_unlock (&self->lane.lock);
  return id;
}

static guint
count_waiting (CsmSmtpLane *self)
{
  guint count;

  g_mutex_lock (&self->lane.lock);
  count = g_queue_get_length (&self->queue);
  g_mutex_unlock (&self->lane.lock);
  return count;
}

/* @waits: it is to be tried again. To look at all that waits takes time, so that is done when there is something to see. */
static void
put_down (CsmSmtpLane *self,
          char        *id,
          gboolean     waits,
          gboolean     goes_on)
{
  g_mutex_lock (&self->lane.lock);
  g_hash_table_remove (self->in_hand, id);
  self->is_busy = goes_on;
  self->is_resting = !goes_on && g_get_monotonic_time () < self->resume;
  if (waits)
    csm_work_lane_tell (&self->lane);
  g_mutex_unlock (&self->lane.lock);
  g_free (id);
}

/* --- One mail ---------------------------------------------------------------------------------------------------------------------- */

static gpointer
begin (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  return csm_outgoing_begin (txn, ((Job *) input)->id, csm_time_now (), error);
}

/* Only one mail is tried before each pause, so that most would be given up days too late. */
static gboolean
sweep (CsmSmtpLane  *self,
       CsmTxn       *txn,
       const char   *why,
       GError      **error)
{
  gint64 now = g_get_monotonic_time ();
  gboolean all;

  if (self->last_sweep != 0 && now - self->last_sweep < SWEEP_INTERVAL)
    return TRUE;
  if (!csm_outgoing_expire (txn, self->channel_id, why, csm_time_now (), &all, error))
    return FALSE;
  if (all)
    self->last_sweep = now;
  return TRUE;
}

static gpointer
write_result (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  Job *job = input;
  CsmSmtpLane *self = job->lane;

  csm_failpoint ("send-result");
  job->copies_now = FALSE;
  if (csm_outgoing_settle (txn, job->id, job->result, job->why, job->answers, job->not_before, csm_time_now (), error) &&
      (!job->copies || csm_smtp_sent_expect (self->sent, txn, job->id, &job->copies_now, error)) &&
      (job->trouble != NULL || job->last_out != 0) && (job->trouble == NULL || sweep (self, txn, job->trouble, error)))
    csm_smtp_health_put (txn, self->channel_id, job->trouble, job->last_out, job->trouble != NULL ? count_waiting (self) + 1 : 0, job->not_before, error);
  return NULL;
}

/* As long as it takes: a mail of which nobody can note that it left must not leave once more. */
static void
finish (Job *job)
{
  CsmSmtpLane *self = job->lane;

  for (;;)
    {
      g_autoptr (GError) error = NULL;
      gboolean over;

      csm_store_run (self->store, TRUE, write_result, job, &error);
      if (error == NULL)
        return;
      g_warning ("Can't note what became of a mail: %s", error->message);
      if (csm_desk_may_skip (error))
        return;
      g_mutex_lock (&self->lane.lock);
      g_cond_wait_until (&self->lane.cond, &self->lane.lock, g_get_monotonic_time () + (gint64) self->pace.retry * 1000);
      over = csm_work_lane_is_over (&self->lane);
      g_mutex_unlock (&self->lane.lock);
      if (!over)
        continue;
      csm_store_run (self->store, TRUE, write_result, job, NULL);
      return;
    }
}

static void
plan_pause (CsmSmtpLane  *self,
            Job          *job,
            const GError *trouble)
{
  guint first = g_error_matches (trouble, CSM_SMTP_ERROR, CSM_SMTP_ERROR_SIGN_IN) ? MAX (self->pace.pause, SIGN_IN_PAUSE_MS) : self->pace.pause;
  gboolean changed;
  guint wait;

  g_mutex_lock (&self->lane.lock);
  changed = self->changed;
  g_mutex_unlock (&self->lane.lock);
  /* What failed were the old settings. */
  job->not_before = csm_time_now ();
  if (changed)
    return;
  self->pause = MIN (MAX (self->pause * 2, first), LONGEST_PAUSE_MS);
  wait = self->pause / 2 + (guint) g_random_int_range (0, (gint32) MAX (self->pause / 2, 1));
  self->resume = g_get_monotonic_time () + (gint64) wait * 1000;
  job->not_before += (gint64) wait * 1000;
}

static void
send_bytes (Job *job,
            int  fd)
{
  CsmSmtpLane *self = job->lane;
  g_autoptr (GError) trouble = NULL;
  gint64 now;

  if (self->session == NULL)
    {
      g_mutex_lock (&self->lane.lock);
      self->session = csm_smtp_session_new (self->settings, &self->pace.patience, self->lane.cancellable);
      g_mutex_unlock (&self->lane.lock);
    }
  csm_failpoint ("send-handed-over");
  job->result = csm_smtp_session_send (self->session, job->mail->sender, (const char *const *) job->mail->recipients, fd, job->answers, &job->why, &trouble);
  csm_failpoint ("send-accepted");
  now = csm_time_now ();
  if (job->result != CSM_OUTGOING_WAIT)
    {
      /* Told of the first one after trouble, and then now and then: each changes the channel's record. */
      if (self->is_failing || now - self->last_told > CSM_SMTP_HEALTH_INTERVAL)
        self->last_told = job->last_out = now;
      self->is_failing = FALSE;
      end_pause (self);
      return;
    }
  if (g_error_matches (trouble, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      job->not_before = now;
      return;
    }
  plan_pause (self, job, trouble);
  /* No warning: it is the mail server that something is wrong with, and it is tried again. */
  g_message ("Channel %s: %s", self->channel_id, trouble->message);
  self->is_failing = TRUE;
  g_free (job->why);
  job->trouble = job->why = g_strdup (trouble->message);
}

/* Tries once: the mail, for the folder of sent mails, or -1 when there is nothing to put there. */
static int
deliver (Job *job)
{
  CsmSmtpLane *self = job->lane;
  g_autoptr (GError) error = NULL;
  int fd;

  /* The channel has another way out since: it is looked at anew. */
  if (job->mail->command != NULL)
    {
      job->result = CSM_OUTGOING_WAIT;
      job->not_before = csm_time_now ();
      return -1;
    }
  fd = csm_mail_compose_stored (job->mail, CSM_COMPOSER_CRLF, self->store, &error);
  if (fd < 0)
    {
      job->result = CSM_OUTGOING_FAILED;
      job->why = g_strdup (error->message);
      g_clear_pointer (&job->answers, g_ptr_array_unref);
      return -1;
    }
  send_bytes (job, fd);
  /* When the rest of the recipients get it later, it is there already. */
  if (job->result == CSM_OUTGOING_ACCEPTED && !job->mail->is_repeat)
    return fd;
  close (fd);
  return -1;
}

static CsmOutgoingMail *
begin_one (CsmSmtpLane *self,
           const char  *id)
{
  Job job = { .lane = self, .id = id };
  g_autoptr (GError) error = NULL;
  CsmOutgoingMail *mail = csm_store_run (self->store, TRUE, begin, &job, &error);

  if (error == NULL)
    return mail;
  g_warning ("Can't hand over a mail: %s", error->message);
  self->resume = g_get_monotonic_time () + (gint64) self->pace.retry * 1000;
  return NULL;
}

/* What can be sent right after the mail that is being sent; NULL: nothing, or not right now. */
static char *
take_following (CsmSmtpLane *self,
                const Job   *job)
{
  char *id = NULL;

  /* While a copy is made, nothing may look as if it were under way. */
  if (job->result != CSM_OUTGOING_ACCEPTED || self->makes_copies)
    return NULL;
  g_mutex_lock (&self->lane.lock);
  if (!self->changed && !csm_work_lane_is_over (&self->lane))
    id = g_queue_pop_head (&self->queue);
  g_mutex_unlock (&self->lane.lock);
  return id;
}

typedef struct
{
  Job        *job;
  const char *following;
} Step;

static gpointer
write_and_begin (CsmTxn        *txn,
                 gpointer       input,
                 GCancellable  *cancellable,
                 GError       **error)
{
  Step *step = input;
  g_autoptr (GError) local = NULL;

  write_result (txn, step->job, cancellable, &local);
  if (local == NULL)
    return csm_outgoing_begin (txn, step->following, csm_time_now (), error);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* The end of one and the beginning of the next cost one visit to the disk. */
static CsmOutgoingMail *
finish_and_begin (Job        *job,
                  const char *following)
{
  Step step = { job, following };
  g_autoptr (GError) error = NULL;
  CsmOutgoingMail *mail;

  if (following == NULL)
    {
      finish (job);
      return NULL;
    }
  mail = csm_store_run (job->lane->store, TRUE, write_and_begin, &step, &error);
  if (error == NULL)
    return mail;
  finish (job);
  return begin_one (job->lane, following);
}

/* Whether nobody is left who gets it later. */
static gboolean
is_all_settled (const Job *job)
{
  for (guint i = 0; i < job->answers->len; i++)
    {
      const CsmOutgoingAnswer *answer = g_ptr_array_index (job->answers, i);

      if (answer->result == CSM_OUTGOING_RETRY)
        return FALSE;
    }
  return TRUE;
}

/* One mail, and those that follow it at once. */
static void
send_row (CsmSmtpLane *self,
          char        *id)
{
  CsmOutgoingMail *mail = begin_one (self, id);

  while (id != NULL)
    {
      g_autofree char *following = NULL;
      gboolean waits = mail == NULL;

      if (mail != NULL)
        {
          g_auto (Job) job = { .lane = self, .id = id, .mail = mail, .answers = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_outgoing_answer_free) };
          int fd = deliver (&job);

          job.copies = fd >= 0;
          waits = job.result == CSM_OUTGOING_RETRY || job.result == CSM_OUTGOING_WAIT || job.answers == NULL || !is_all_settled (&job);
          following = take_following (self, &job);
          mail = finish_and_begin (&job, following);
          self->makes_copies = job.copies_now;
          if (job.copies_now)
            waits |= csm_smtp_sent_copy (self->sent, job.mail, fd, FALSE) != CSM_SENT_DONE;
          if (fd >= 0)
            close (fd);
        }
      put_down (self, id, waits, following != NULL);
      id = g_steal_pointer (&following);
    }
}

static gpointer
run (gpointer data)
{
  CsmSmtpLane *self = data;
  char *id;

  self->sent = csm_smtp_sent_new (self->store, self->channel_id, self->pace.copy, self->lane.cancellable);
  while ((id = next (self)) != NULL)
    send_row (self, id);
  g_clear_pointer (&self->session, csm_smtp_session_free);
  g_clear_pointer (&self->sent, csm_smtp_sent_free);
  return NULL;
}

/* --- The lane ------------------------------------------------------------------------------------------------------------------------ */

/**
 * csm_smtp_lane_new:
 * @store: the server's store; of the process that holds csm_store_lock()
 * @channel_id: a channel
 * @settings: where its mail goes
 * @pace: how it is sent
 * @func: called in the thread-default main context when some of its mails wait once more
 * @user_data: for @func
 *
 * Returns: (transfer full): a lane
 */
CsmSmtpLane *
csm_smtp_lane_new (CsmStore           *store,
                   const char         *channel_id,
                   CsmSmtpSettings    *settings,
                   const CsmSmtpPace  *pace,
                   CsmWorkLaneFunc     func,
                   gpointer            user_data)
{
  CsmSmtpLane *self = g_new0 (CsmSmtpLane, 1);

  self->store = g_object_ref (store);
  self->channel_id = g_strdup (channel_id);
  self->settings = csm_smtp_settings_ref (settings);
  self->pace = *pace;
  csm_work_lane_init (&self->lane, func, user_data);
  self->in_hand = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&self->queue);
  csm_work_lane_start (&self->lane, "csm-smtp", run);
  return self;
}

/**
 * csm_smtp_lane_cancel:
 * @self: a lane
 *
 * Has it end soon, without waiting for that. What the mail server has whole and did not say a word about is unknown then.
 */
void
csm_smtp_lane_cancel (CsmSmtpLane *self)
{
  csm_work_lane_cancel (&self->lane);
}

/**
 * csm_smtp_lane_free:
 * @self: (nullable): a lane
 *
 * Ends it; waits for the mail that is just being sent, but not for long.
 */
void
csm_smtp_lane_free (CsmSmtpLane *self)
{
  if (self == NULL)
    return;
  csm_work_lane_clear (&self->lane);
  g_object_unref (self->store);
  g_free (self->channel_id);
  csm_smtp_settings_unref (self->settings);
  g_hash_table_unref (self->in_hand);
  g_queue_clear_full (&self->queue, g_free);
  g_free (self);
}

/**
 * csm_smtp_lane_set_settings:
 * @self: a lane
 * @settings: where its mail goes from now on
 *
 * New ones are tried at once.
 *
 * Returns: whether they are others than before
 */
gboolean
csm_smtp_lane_set_settings (CsmSmtpLane     *self,
                            CsmSmtpSettings *settings)
{
  gboolean changed;

  g_mutex_lock (&self->lane.lock);
  changed = !csm_mail_server_equal (self->settings, settings);
  if (changed)
    {
      csm_smtp_settings_unref (self->settings);
      self->settings = csm_smtp_settings_ref (settings);
      self->changed = TRUE;
      g_cond_signal (&self->lane.cond);
    }
  g_mutex_unlock (&self->lane.lock);
  return changed;
}

/**
 * csm_smtp_lane_push:
 * @self: a lane
 * @message_id: a message that waits
 *
 * Unless the lane has it already.
 */
void
csm_smtp_lane_push (CsmSmtpLane *self,
                    const char  *message_id)
{
  g_mutex_lock (&self->lane.lock);
  if (g_hash_table_add (self->in_hand, g_strdup (message_id)))
    {
      g_queue_push_tail (&self->queue, g_strdup (message_id));
      g_cond_signal (&self->lane.cond);
    }
  g_mutex_unlock (&self->lane.lock);
}

/**
 * csm_smtp_lane_hurry:
 * @self: a lane
 *
 * Ends a pause, if there is one.
 */
void
csm_smtp_lane_hurry (CsmSmtpLane *self)
{
  g_mutex_lock (&self->lane.lock);
  self->changed = TRUE;
  g_cond_signal (&self->lane.cond);
  g_mutex_unlock (&self->lane.lock);
}

/**
 * csm_smtp_lane_is_idle:
 * @self: a lane
 *
 * Returns: whether nothing is being sent
 */
gboolean
csm_smtp_lane_is_idle (CsmSmtpLane *self)
{
  gboolean idle;

  g_mutex_lock (&self->lane.lock);
  idle = !self->is_busy && (self->is_resting || g_queue_is_empty (&self->queue));
  g_mutex_unlock (&self->lane.lock);
  return idle;
}
