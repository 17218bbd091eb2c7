/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-sender.h"

#include <gmime/gmime.h>

#include "csm-copy-lane.h"
#include "csm-desk-records.h"
#include "csm-failpoint.h"
#include "csm-handover.h"
#include "csm-mail-composer.h"
#include "csm-outgoing.h"
#include "csm-sender-plan.h"
#include "csm-smtp-health.h"
#include "csm-time.h"
#include "csm-txn-copies.h"
#include "csm-txn-outgoing.h"

/* RFC 5321, section 4.5.3.2.6: less makes duplicates (RFC 1047). */
#define DEFAULT_TIMEOUT 600
#define MAX_AT_ONCE 2
#define STOP_WAIT_SECONDS 5
/* After a database error. */
#define DEFAULT_PAUSE 30

struct _CsmSender
{
  GObject     parent_instance;
  CsmStore   *store;
  gulong      changed_id;
  guint       timer_id;
  guint       timeout;     /* s, of one hand-over */
  gboolean    started;
  gboolean    recovered;   /* what the last server left has been looked at */
  gboolean    looking;     /* a look at the store is under way … */
  gboolean    look_again;  /* … and something changed since */
  GHashTable *in_hand;     /* ids of the messages that are waiting below, being handed over or put off */
  GQueue      ready;       /* their ids */
  GQueue      put_off;     /* ids of those that could not even be begun */
  guint       put_off_id;
  GQueue      unwritten;   /* Job: what became of them could not be noted */
  guint       unwritten_id;
  guint       pause;       /* s, after a database error */
  guint       active;
  GHashTable *lanes;       /* channel id → CsmSmtpLane */
  GHashTable *copies;      /* channel id → CsmCopyLane */
  CsmSmtpPace pace;        /* of those made from now on */
  GHashTable *wishes;      /* channel id → when somebody last wanted that its mail is tried at once, as text */
};

G_DEFINE_FINAL_TYPE (CsmSender, csm_sender, G_TYPE_OBJECT)

/* One mail on its way; keeps the sender alive. */
typedef struct
{
  CsmSender         *sender;
  char              *id;
  CsmOutgoingMail   *mail;
  CsmOutgoingResult  result;
  char              *why;
} Job;

static void look (CsmSender *self);
static void start_recovery (CsmSender *self);
static void pump (CsmSender *self);

static void
job_free (Job *job)
{
  g_clear_object (&job->sender);
  g_free (job->id);
  csm_outgoing_mail_free (job->mail);
  g_free (job->why);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

/* --- Looking for work -------------------------------------------------------------------------------------------------- */

static gint64
earlier (gint64 a,
         gint64 b)
{
  return a == CSM_TIME_NONE || (b != CSM_TIME_NONE && b < a) ? b : a;
}

static gpointer
make_plan (CsmTxn        *txn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  return csm_sender_plan_make (txn, error);
}

static gpointer
recover (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  gint64 now = csm_time_now ();

  if (csm_outgoing_recover (txn, now, error))
    csm_txn_copy_restart (txn, now, error);
  return NULL;
}

static gboolean
timer_fired (gpointer user_data)
{
  CsmSender *self = user_data;

  self->timer_id = 0;
  if (self->recovered)
    look (self);
  else
    start_recovery (self);
  return G_SOURCE_REMOVE;
}

static void
set_timer (CsmSender *self,
           gint64     next)
{
  gint64 wait;

  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (!self->started || next == CSM_TIME_NONE)
    return;
  /* A little late rather than a little early, which would only look in vain; the wall clock may be set, so never for long. */
  wait = CLAMP ((next - csm_time_now ()) / 1000 + 5, 5, 3600 * 1000);
  self->timer_id = g_timeout_add ((guint) wait, timer_fired, self);
}

static void
lane_moved (gpointer user_data)
{
  look (user_data);
}

static CsmSmtpLane *
get_lane (CsmSender       *self,
          const char      *channel_id,
          CsmSmtpSettings *settings)
{
  CsmSmtpLane *lane = g_hash_table_lookup (self->lanes, channel_id);

  if (lane == NULL)
    {
      lane = csm_smtp_lane_new (self->store, channel_id, settings, &self->pace, lane_moved, self);
      g_hash_table_insert (self->lanes, g_strdup (channel_id), lane);
    }
  return lane;
}

static void
put_in_hand (CsmSender *self,
             const char *id)
{
  if (g_hash_table_contains (self->in_hand, id))
    return;
  g_hash_table_add (self->in_hand, g_strdup (id));
  g_queue_push_tail (&self->ready, g_strdup (id));
}

typedef struct
{
  CsmSender *sender;
  char      *channel_id;
} Haste;

static gpointer
try_now (CsmTxn        *txn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  const char *channel_id = ((Haste *) input)->channel_id;

  gint64 now = csm_time_now ();

  return csm_outgoing_try_now (txn, channel_id, now, error) && csm_txn_copy_hurry (txn, channel_id, now, error) ? csm_smtp_settings_load (txn, channel_id, error) : NULL;
}

static void
tried_now (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Haste *haste = user_data;
  g_autoptr (CsmSender) self = haste->sender;
  g_autofree char *channel_id = haste->channel_id;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmSmtpSettings) settings = csm_store_run_finish (CSM_STORE (source), result, &error);
  CsmSmtpLane *lane = g_hash_table_lookup (self->lanes, channel_id);

  g_free (haste);
  if (error != NULL)
    g_warning ("Can't look for mail to send: %s", error->message);
  if (lane != NULL && settings != NULL)
    csm_smtp_lane_set_settings (lane, settings);
  if (lane != NULL)
    csm_smtp_lane_hurry (lane);
  look (self);
}

/* Somebody who looks at a mailbox wants to know now. */
static void
grant_wishes (CsmSender     *self,
              CsmSenderPlan *plan)
{
  GHashTableIter iter;
  gpointer channel_id, at;

  g_hash_table_iter_init (&iter, plan->wishes);
  while (g_hash_table_iter_next (&iter, &channel_id, &at))
    {
      const char *known = g_hash_table_lookup (self->wishes, channel_id);

      if (known != NULL && !g_str_equal (known, at))
        csm_sender_retry (self, channel_id);
      g_hash_table_replace (self->wishes, g_strdup (channel_id), g_strdup (at));
    }
}

static void
wake_copies (CsmSender     *self,
             CsmSenderPlan *plan)
{
  for (guint i = 0; i < plan->copies->len; i++)
    {
      const CsmCopyRow *row = &g_array_index (plan->copies, CsmCopyRow, i);
      CsmCopyLane *lane = g_hash_table_lookup (self->copies, row->channel_id);

      if (row->not_before > plan->now)
        {
          plan->next = earlier (plan->next, row->not_before);
          continue;
        }
      if (lane == NULL)
        {
          lane = csm_copy_lane_new (self->store, row->channel_id, &self->pace, lane_moved, self);
          g_hash_table_insert (self->copies, g_strdup (row->channel_id), lane);
        }
      csm_copy_lane_wake (lane);
    }
}

static void
apply_plan (CsmSender     *self,
            CsmSenderPlan *plan)
{
  GHashTableIter iter;
  gpointer channel_id, settings, lane;

  g_hash_table_iter_init (&iter, plan->settings);
  while (g_hash_table_iter_next (&iter, &channel_id, &settings))
    {
      lane = g_hash_table_lookup (self->lanes, channel_id);
      if (lane != NULL && settings != NULL && csm_smtp_lane_set_settings (lane, settings))
        csm_sender_retry (self, channel_id);
    }
  grant_wishes (self, plan);
  wake_copies (self, plan);
  for (guint i = 0; i < plan->rows->len; i++)
    {
      const CsmOutgoingRow *row = &g_array_index (plan->rows, CsmOutgoingRow, i);

      if (row->not_before > plan->now)
        {
          plan->next = earlier (plan->next, row->not_before);
          break;
        }
      settings = NULL;
      if (row->channel_id == NULL || g_hash_table_lookup_extended (plan->settings, row->channel_id, NULL, &settings))
        {
          if (settings != NULL)
            csm_smtp_lane_push (get_lane (self, row->channel_id, settings), row->message_id);
          else
            put_in_hand (self, row->message_id);
        }
    }
}

static void
plan_made (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (CsmSender) self = user_data;
  g_autoptr (GError) error = NULL;
  CsmSenderPlan *plan = csm_store_run_finish (CSM_STORE (source), result, &error);

  self->looking = FALSE;
  if (plan == NULL)
    {
      g_warning ("Can't look for mail to send: %s", error->message);
      set_timer (self, csm_time_now () + self->pause * CSM_SECOND);
      return;
    }
  if (self->started)
    {
      apply_plan (self, plan);
      set_timer (self, plan->next);
    }
  csm_sender_plan_free (plan);
  pump (self);
  if (self->look_again)
    look (self);
}

static void
look (CsmSender *self)
{
  if (!self->started || !self->recovered)
    return;
  self->look_again = self->looking;
  if (self->looking)
    return;
  self->looking = TRUE;
  csm_store_run_async (self->store, TRUE, make_plan, NULL, NULL, (GDestroyNotify) csm_sender_plan_free, NULL, plan_made, g_object_ref (self));
}

static void
recovered (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (CsmSender) self = user_data;
  g_autoptr (GError) error = NULL;

  csm_store_run_finish (CSM_STORE (source), result, &error);
  self->looking = FALSE;
  if (error != NULL)
    {
      /* Without this nothing may be sent: it is what tells a mail that was sent from one that was not. */
      g_warning ("Can't see what was being sent when the server stopped: %s", error->message);
      set_timer (self, csm_time_now () + self->pause * CSM_SECOND);
      return;
    }
  self->recovered = TRUE;
  look (self);
}

static void
start_recovery (CsmSender *self)
{
  self->looking = TRUE;
  csm_store_run_async (self->store, TRUE, recover, NULL, NULL, NULL, NULL, recovered, g_object_ref (self));
}

static void
store_changed (CsmSender *self,
               gint64     account,
               guint      types)
{
  /* A decision about a mail is a submission's; a mailbox's settings come with its channel. */
  if (account == CSM_ACCOUNT_WORKSPACE && (types & (1u << CSM_TYPE_ID_SUBMISSION | 1u << CSM_TYPE_ID_CHANNEL)))
    look (self);
}

/* --- One mail ------------------------------------------------------------------------------------------------------------ */

static gboolean
put_off_over (gpointer user_data)
{
  CsmSender *self = user_data;
  char *id;

  self->put_off_id = 0;
  while ((id = g_queue_pop_head (&self->put_off)) != NULL)
    {
      g_hash_table_remove (self->in_hand, id);
      g_free (id);
    }
  look (self);
  return G_SOURCE_REMOVE;
}

/* It would fail again at once, and again: a full disk would get a loop for company. */
static void
put_off (Job *job)
{
  CsmSender *self = job->sender;

  self->active--;
  g_queue_push_tail (&self->put_off, g_strdup (job->id));
  if (self->put_off_id == 0 && self->started)
    self->put_off_id = g_timeout_add_seconds (self->pause, put_off_over, self);
  pump (self);
}

static void
done (Job *job)
{
  CsmSender *self = job->sender;

  self->active--;
  g_hash_table_remove (self->in_hand, job->id);
  pump (self);
  look (self);
}

/* That a recipient is refused says nothing of the command. A record that can't be read is no reason to forget what became of the mail. */
static void
note_health (CsmTxn  *txn,
             Job     *job,
             GError **error)
{
  gboolean fails = job->result == CSM_OUTGOING_RETRY || job->result == CSM_OUTGOING_UNKNOWN;
  g_autoptr (GError) local = NULL;

  if (job->result != CSM_OUTGOING_ACCEPTED && !fails)
    return;
  if (!csm_smtp_health_note (txn, job->mail->channel_id, fails ? job->why : NULL, csm_time_now (), &local) && !csm_desk_may_skip (local))
    g_propagate_error (error, g_steal_pointer (&local));
}

static gpointer
write_result (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  Job *job = input;

  csm_failpoint ("send-result");
  if (csm_outgoing_finish (txn, job->id, job->result, job->why, csm_time_now (), error))
    note_health (txn, job, error);
  return NULL;
}

static void keep_unwritten (Job *job);

static void
result_written (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (Job) job = user_data;
  g_autoptr (GError) error = NULL;

  csm_store_run_finish (CSM_STORE (source), result, &error);
  if (error != NULL)
    g_warning ("Can't note what became of a mail: %s", error->message);
  /* It counts as under way until then: what can't be noted should not become more. */
  if (error != NULL && job->sender->started && !csm_desk_may_skip (error))
    keep_unwritten (g_steal_pointer (&job));
  else
    done (job);
}

static void
finish (Job *job)
{
  csm_store_run_async (job->sender->store, TRUE, write_result, job, NULL, NULL, NULL, result_written, job);
}

static void
write_again (CsmSender *self)
{
  GQueue jobs = self->unwritten;

  g_clear_handle_id (&self->unwritten_id, g_source_remove);
  g_queue_init (&self->unwritten);
  while (!g_queue_is_empty (&jobs))
    finish (g_queue_pop_head (&jobs));
}

static gboolean
pause_over (gpointer user_data)
{
  CsmSender *self = user_data;

  self->unwritten_id = 0;
  write_again (self);
  return G_SOURCE_REMOVE;
}

static void
keep_unwritten (Job *job)
{
  CsmSender *self = job->sender;

  g_queue_push_tail (&self->unwritten, job);
  if (self->unwritten_id == 0)
    self->unwritten_id = g_timeout_add_seconds (self->pause, pause_over, self);
}

static void
handed_over (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Job *job = user_data;

  job->result = csm_handover_run_finish (result, &job->why);
  csm_failpoint ("send-accepted");
  finish (job);
}

static void
compose (GTask        *task,
         gpointer      source,
         gpointer      task_data,
         GCancellable *cancellable)
{
  Job *job = task_data;
  GError *error = NULL;
  int fd = csm_mail_compose_stored (job->mail, CSM_COMPOSER_LF, job->sender->store, &error);

  if (fd >= 0)
    g_task_return_int (task, fd);
  else
    g_task_return_error (task, error);
}

static void
composed (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Job *job = user_data;
  g_autoptr (GError) error = NULL;
  int fd = (int) g_task_propagate_int (G_TASK (result), &error);

  if (error != NULL)
    {
      job->result = CSM_OUTGOING_FAILED;
      job->why = g_strdup (error->message);
      finish (job);
      return;
    }
  csm_failpoint ("send-handed-over");
  csm_handover_run_async (job->mail, fd, job->sender->timeout, handed_over, job);
}

static gpointer
begin (CsmTxn        *txn,
       gpointer       input,
       GCancellable  *cancellable,
       GError       **error)
{
  return csm_outgoing_begin (txn, ((Job *) input)->id, csm_time_now (), error);
}

static void
begun (GObject      *source,
       GAsyncResult *result,
       gpointer      user_data)
{
  g_autoptr (Job) job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = NULL;

  job->mail = csm_store_run_finish (CSM_STORE (source), result, &error);
  if (job->mail == NULL)
    {
      if (error == NULL)
        {
          done (job);
          return;
        }
      g_warning ("Can't hand over a mail: %s", error->message);
      put_off (job);
      return;
    }
  /* The channel's way out is another one since: it is looked at anew. */
  if (job->mail->command == NULL)
    {
      job->result = CSM_OUTGOING_WAIT;
      finish (job);
      return;
    }
  task = g_task_new (NULL, NULL, composed, job);
  g_task_set_task_data (task, g_steal_pointer (&job), NULL);
  g_task_run_in_thread (task, compose);
}

static void
pump (CsmSender *self)
{
  while (self->started && self->active < MAX_AT_ONCE && !g_queue_is_empty (&self->ready))
    {
      Job *job = g_new0 (Job, 1);

      job->sender = g_object_ref (self);
      job->id = g_queue_pop_head (&self->ready);
      self->active++;
      csm_store_run_async (self->store, TRUE, begin, job, NULL, (GDestroyNotify) csm_outgoing_mail_free, NULL, begun, job);
    }
}

/* --- The object -------------------------------------------------------------------------------------------------------------- */

static void
csm_sender_finalize (GObject *object)
{
  CsmSender *self = CSM_SENDER (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_handle_id (&self->put_off_id, g_source_remove);
  g_clear_signal_handler (&self->changed_id, self->store);
  g_clear_pointer (&self->lanes, g_hash_table_unref);
  g_clear_pointer (&self->copies, g_hash_table_unref);
  g_clear_pointer (&self->wishes, g_hash_table_unref);
  g_clear_object (&self->store);
  g_clear_pointer (&self->in_hand, g_hash_table_unref);
  g_queue_clear_full (&self->ready, g_free);
  g_queue_clear_full (&self->put_off, g_free);
  G_OBJECT_CLASS (csm_sender_parent_class)->finalize (object);
}

static void
csm_sender_class_init (CsmSenderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_sender_finalize;
}

static void
csm_sender_init (CsmSender *self)
{
  /* Not thread-safe, so here rather than at the first mail. */
  g_mime_init ();
  self->timeout = DEFAULT_TIMEOUT;
  self->pause = DEFAULT_PAUSE;
  self->in_hand = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->lanes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) csm_smtp_lane_free);
  self->copies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) csm_copy_lane_free);
  self->pace = csm_smtp_default_pace;
  self->wishes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_queue_init (&self->ready);
  g_queue_init (&self->put_off);
  g_queue_init (&self->unwritten);
}

/**
 * csm_sender_new:
 * @store: the server's store
 *
 * Main thread. One process at a time may send from a store: the one that holds csm_store_lock().
 *
 * Returns: (transfer full): a sender that does nothing yet
 */
CsmSender *
csm_sender_new (CsmStore *store)
{
  CsmSender *self = g_object_new (CSM_TYPE_SENDER, NULL);

  self->store = g_object_ref (store);
  return self;
}

/**
 * csm_sender_set_timeout:
 * @self: a sender
 * @seconds: how long one command may take
 */
void
csm_sender_set_timeout (CsmSender *self,
                        guint      seconds)
{
  self->timeout = seconds;
}

/**
 * csm_sender_set_pause:
 * @self: a sender
 * @seconds: how long to wait after a database error
 */
void
csm_sender_set_pause (CsmSender *self,
                      guint      seconds)
{
  self->pause = seconds;
}

/**
 * csm_sender_set_pace:
 * @self: a sender that has not been started
 * @pace: how mail is sent by SMTP
 */
void
csm_sender_set_pace (CsmSender         *self,
                     const CsmSmtpPace *pace)
{
  self->pace = *pace;
}

/**
 * csm_sender_retry:
 * @self: a sender
 * @channel_id: a channel
 *
 * What waits there to be sent is tried at once.
 */
void
csm_sender_retry (CsmSender  *self,
                  const char *channel_id)
{
  Haste *haste = g_new0 (Haste, 1);

  haste->sender = g_object_ref (self);
  haste->channel_id = g_strdup (channel_id);
  csm_store_run_async (self->store, TRUE, try_now, haste, NULL, (GDestroyNotify) csm_smtp_settings_unref, NULL, tried_now, haste);
}

/**
 * csm_sender_start:
 * @self: a sender
 *
 * What was being handed over when the last server ended becomes unknown; then sends, until csm_sender_stop().
 */
void
csm_sender_start (CsmSender *self)
{
  g_return_if_fail (!self->started);

  self->started = TRUE;
  self->changed_id = g_signal_connect_swapped (self->store, "changed", G_CALLBACK (store_changed), self);
  start_recovery (self);
}

/**
 * csm_sender_is_idle:
 * @self: a sender
 *
 * Returns: whether nothing is being handed over
 */
gboolean
csm_sender_is_idle (CsmSender *self)
{
  GHashTableIter iter;
  gpointer lane;

  g_hash_table_iter_init (&iter, self->lanes);
  while (g_hash_table_iter_next (&iter, NULL, &lane))
    {
      if (!csm_smtp_lane_is_idle (lane))
        return FALSE;
    }
  g_hash_table_iter_init (&iter, self->copies);
  while (g_hash_table_iter_next (&iter, NULL, &lane))
    {
      if (!csm_copy_lane_is_idle (lane))
        return FALSE;
    }
  return self->active == 0 && !self->looking;
}

static gboolean
stop_waiting (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/**
 * csm_sender_stop:
 * @self: a sender
 *
 * Starts no more, and waits some seconds for what is under way. What is still running then goes on without us and is
 * unknown after the next start.
 */
void
csm_sender_stop (CsmSender *self)
{
  gboolean over = FALSE;
  GHashTableIter iter;
  gpointer lane;
  guint id;

  self->started = FALSE;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_handle_id (&self->put_off_id, g_source_remove);
  g_clear_signal_handler (&self->changed_id, self->store);
  write_again (self);
  /* All are told before any is waited for. */
  g_hash_table_iter_init (&iter, self->lanes);
  while (g_hash_table_iter_next (&iter, NULL, &lane))
    csm_smtp_lane_cancel (lane);
  g_hash_table_iter_init (&iter, self->copies);
  while (g_hash_table_iter_next (&iter, NULL, &lane))
    csm_copy_lane_cancel (lane);
  g_hash_table_remove_all (self->lanes);
  g_hash_table_remove_all (self->copies);
  id = g_timeout_add_seconds (STOP_WAIT_SECONDS, stop_waiting, &over);
  while (!over && !csm_sender_is_idle (self))
    g_main_context_iteration (NULL, TRUE);
  if (!over)
    g_source_remove (id);
}
