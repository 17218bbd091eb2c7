/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-command-lane.h"

#include "csm-desk-records.h"
#include "csm-failpoint.h"
#include "csm-handover.h"
#include "csm-mail-composer.h"
#include "csm-outgoing.h"
#include "csm-smtp-health.h"
#include "csm-time.h"

/* RFC 5321, section 4.5.3.2.6: less makes duplicates (RFC 1047). */
#define DEFAULT_TIMEOUT 600
#define MAX_AT_ONCE 2
/* After a database error. */
#define DEFAULT_PAUSE 30

struct _CsmCommandLane
{
  GObject          parent_instance;
  CsmStore        *store;
  CsmWorkLaneFunc  func;
  gpointer         user_data;
  gboolean         stopped;
  guint            timeout;       /* s, of one hand-over */
  guint            pause;         /* s, after a database error */
  guint            active;
  GHashTable      *in_hand;       /* ids of the messages that are waiting below, being handed over or put off */
  GQueue           ready;         /* their ids */
  GQueue           put_off;       /* ids of those that could not even be begun */
  guint            put_off_id;
  GQueue           unwritten;     /* Job: what became of them could not be noted */
  guint            unwritten_id;
};

G_DEFINE_FINAL_TYPE (CsmCommandLane, csm_command_lane, G_TYPE_OBJECT)

/* One mail on its way; keeps the lane alive. */
typedef struct
{
  CsmCommandLane    *lane;
  char              *id;
  CsmOutgoingMail   *mail;
  CsmOutgoingResult  result;
  char              *why;
} Job;

static void pump (CsmCommandLane *self);

static void
job_free (Job *job)
{
  g_clear_object (&job->lane);
  g_free (job->id);
  csm_outgoing_mail_free (job->mail);
  g_free (job->why);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

static gboolean
put_off_over (gpointer user_data)
{
  CsmCommandLane *self = user_data;
  char *id;

  self->put_off_id = 0;
  while ((id = g_queue_pop_head (&self->put_off)) != NULL)
    {
      g_hash_table_remove (self->in_hand, id);
      g_free (id);
    }
  self->func (self->user_data);
  return G_SOURCE_REMOVE;
}

/* It would fail again at once, and again: a full disk would get a loop for company. */
static void
put_off (Job *job)
{
  CsmCommandLane *self = job->lane;

  self->active--;
  g_queue_push_tail (&self->put_off, g_strdup (job->id));
  if (self->put_off_id == 0 && !self->stopped)
    self->put_off_id = g_timeout_add_seconds (self->pause, put_off_over, self);
  pump (self);
}

static void
done (Job *job)
{
  CsmCommandLane *self = job->lane;

  self->active--;
  g_hash_table_remove (self->in_hand, job->id);
  pump (self);
  if (!self->stopped)
    self->func (self->user_data);
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
  if (error != NULL && !job->lane->stopped && !csm_desk_may_skip (error))
    keep_unwritten (g_steal_pointer (&job));
  else
    done (job);
}

static void
finish (Job *job)
{
  csm_store_run_async (job->lane->store, TRUE, write_result, job, NULL, NULL, NULL, result_written, job);
}

static void
write_again (CsmCommandLane *self)
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
  CsmCommandLane *self = user_data;

  self->unwritten_id = 0;
  write_again (self);
  return G_SOURCE_REMOVE;
}

static void
keep_unwritten (Job *job)
{
  CsmCommandLane *self = job->lane;

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
  int fd = csm_mail_compose_stored (job->mail, CSM_COMPOSER_LF, job->lane->store, &error);

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
  csm_handover_run_async (job->mail, fd, job->lane->timeout, handed_over, job);
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
pump (CsmCommandLane *self)
{
  while (!self->stopped && self->active < MAX_AT_ONCE && !g_queue_is_empty (&self->ready))
    {
      Job *job = g_new0 (Job, 1);

      job->lane = g_object_ref (self);
      job->id = g_queue_pop_head (&self->ready);
      self->active++;
      csm_store_run_async (self->store, TRUE, begin, job, NULL, (GDestroyNotify) csm_outgoing_mail_free, NULL, begun, job);
    }
}

/* --- The lane ------------------------------------------------------------------------------------------------------------------ */

static void
csm_command_lane_finalize (GObject *object)
{
  CsmCommandLane *self = CSM_COMMAND_LANE (object);

  g_clear_handle_id (&self->put_off_id, g_source_remove);
  g_clear_object (&self->store);
  g_clear_pointer (&self->in_hand, g_hash_table_unref);
  g_queue_clear_full (&self->ready, g_free);
  g_queue_clear_full (&self->put_off, g_free);
  G_OBJECT_CLASS (csm_command_lane_parent_class)->finalize (object);
}

static void
csm_command_lane_class_init (CsmCommandLaneClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_command_lane_finalize;
}

static void
csm_command_lane_init (CsmCommandLane *self)
{
  self->timeout = DEFAULT_TIMEOUT;
  self->pause = DEFAULT_PAUSE;
  self->in_hand = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&self->ready);
  g_queue_init (&self->put_off);
  g_queue_init (&self->unwritten);
}

/**
 * csm_command_lane_new:
 * @store: the server's store; of the process that holds csm_store_lock()
 * @func: called when a mail may have to wait once more, until csm_command_lane_stop()
 * @user_data: for @func
 *
 * Returns: (transfer full): a lane
 */
CsmCommandLane *
csm_command_lane_new (CsmStore        *store,
                      CsmWorkLaneFunc  func,
                      gpointer         user_data)
{
  CsmCommandLane *self = g_object_new (CSM_TYPE_COMMAND_LANE, NULL);

  self->store = g_object_ref (store);
  self->func = func;
  self->user_data = user_data;
  return self;
}

/**
 * csm_command_lane_set_timeout:
 * @self: a lane
 * @seconds: how long one command may take
 */
void
csm_command_lane_set_timeout (CsmCommandLane *self,
                              guint           seconds)
{
  self->timeout = seconds;
}

/**
 * csm_command_lane_set_pause:
 * @self: a lane
 * @seconds: how long to wait after a database error
 */
void
csm_command_lane_set_pause (CsmCommandLane *self,
                            guint           seconds)
{
  self->pause = seconds;
}

/**
 * csm_command_lane_push:
 * @self: a lane
 * @message_id: a message that waits
 *
 * Unless the lane has it already.
 */
void
csm_command_lane_push (CsmCommandLane *self,
                       const char     *message_id)
{
  if (!g_hash_table_add (self->in_hand, g_strdup (message_id)))
    return;
  g_queue_push_tail (&self->ready, g_strdup (message_id));
  pump (self);
}

/**
 * csm_command_lane_stop:
 * @self: a lane
 *
 * Starts no more. What is under way goes on, and what became of it is noted at once, if that is possible.
 */
void
csm_command_lane_stop (CsmCommandLane *self)
{
  self->stopped = TRUE;
  g_clear_handle_id (&self->put_off_id, g_source_remove);
  write_again (self);
}

/**
 * csm_command_lane_is_idle:
 * @self: a lane
 *
 * Returns: whether nothing is being handed over
 */
gboolean
csm_command_lane_is_idle (CsmCommandLane *self)
{
  return self->active == 0;
}
