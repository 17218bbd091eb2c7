/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-client"
#include "config.h"
#include "csm-pusher.h"

#include "csm-failpoint.h"
#include "csm-jmap-error.h"
#include "csm-push-answer.h"
#include "csm-time.h"

#define BATCH 50
#define MIN_TIMER_MS 50

struct _CsmPusher
{
  GObject        parent_instance;
  CsmConnection *connection;
  CsmCache      *cache;
  CsmTurn       *turn;
  GCancellable  *cancellable;
  gboolean       started;
  gboolean       allow_old;
  gboolean       busy;      /* one round is under way */
  gboolean       dirty;     /* somebody kicked meanwhile */
  gboolean       has_turn;
  guint          batch;     /* halved when the server finds a request too large */
  guint          timer_id;
  gulong         outbox_handler;
};

enum { SIGNAL_FAILED, SIGNAL_RESYNC, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmPusher, csm_pusher, G_TYPE_OBJECT)

static void
csm_pusher_dispose (GObject *object)
{
  CsmPusher *self = CSM_PUSHER (object);

  csm_pusher_stop (self);
  g_clear_signal_handler (&self->outbox_handler, self->cache);
  g_clear_object (&self->connection);
  g_clear_object (&self->cache);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->turn, csm_turn_unref);
  G_OBJECT_CLASS (csm_pusher_parent_class)->dispose (object);
}

static void
csm_pusher_class_init (CsmPusherClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_pusher_dispose;

  signals[SIGNAL_FAILED] = g_signal_new ("failed", CSM_TYPE_PUSHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_RESYNC] = g_signal_new ("resync", CSM_TYPE_PUSHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_pusher_init (CsmPusher *self)
{
  self->batch = BATCH;
}

CsmPusher *
csm_pusher_new (CsmConnection *connection,
                CsmCache      *cache,
                CsmTurn       *turn)
{
  CsmPusher *self = g_object_new (CSM_TYPE_PUSHER, NULL);

  self->connection = g_object_ref (connection);
  self->cache = g_object_ref (cache);
  self->turn = csm_turn_ref (turn);
  self->cancellable = g_cancellable_new ();
  self->outbox_handler = g_signal_connect_swapped (cache, "outbox-changed", G_CALLBACK (csm_pusher_kick), self);
  return self;
}

/* One round: its operations stay `sending` until their answer, or the lack of one, is in the outbox. */
typedef struct
{
  CsmPusher    *self;
  GCancellable *run;
  CsmOpBatch   *batch;
  GPtrArray    *calls;
} Round;

static void
round_free (Round *round)
{
  g_object_unref (round->self);
  g_object_unref (round->run);
  g_clear_pointer (&round->calls, g_ptr_array_unref);
  g_clear_pointer (&round->batch, csm_op_batch_free);
  g_free (round);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Round, round_free)

static void
give_turn (CsmPusher *self)
{
  if (!self->has_turn)
    return;
  self->has_turn = FALSE;
  csm_turn_give (self->turn);
}

static void
end_round (CsmPusher *self)
{
  give_turn (self);
  self->busy = FALSE;
  if (self->dirty)
    csm_pusher_kick (self);
}

static gboolean
on_timer (gpointer data)
{
  CsmPusher *self = data;

  self->timer_id = 0;
  csm_pusher_kick (self);
  return G_SOURCE_REMOVE;
}

static void
arm_timer (CsmPusher *self,
           gint64     due)
{
  gint64 ms = (due - csm_time_now ()) / 1000;

  g_clear_handle_id (&self->timer_id, g_source_remove);
  self->timer_id = g_timeout_add ((guint) CLAMP (ms, MIN_TIMER_MS, 3600 * 1000), on_timer, self);
}

static void
on_finished (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Round) round = user_data;
  g_autoptr (GError) error = NULL;

  if (!csm_cache_finish_ops_finish (CSM_CACHE (source), result, &error) && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    g_warning ("answers of the server could not be written: %s", error->message);
  csm_failpoint ("ops-kept");
  /* Whatever comes behind in the same lanes can go now. */
  round->self->dirty = TRUE;
  end_round (round->self);
}

static void
finish_round (Round     *round,
              GPtrArray *results)
{
  csm_cache_finish_ops_async (round->self->cache, results, NULL, on_finished, round);
}

/* The whole request came to nothing. */
static void
fail_round (Round  *round,
            GError *error)
{
  CsmPusher *self = round->self;
  CsmFailure failure = csm_failure_of_error (error);
  gboolean too_large = g_error_matches (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_LIMIT);
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_op_result_free);
  gint64 retry_at = csm_connection_get_retry_at (self->connection);

  for (guint i = 0; i < round->batch->ops->len; i++)
    {
      CsmOperation *op = g_ptr_array_index (round->batch->ops, i);
      CsmOpResult *result;

      if (failure == CSM_FAILURE_REFUSED)
        {
          result = csm_push_result_of_error (op, too_large ? "limit" : CSM_JMAP_SERVER_FAIL, error->message);
        }
      else
        {
          /* It may have arrived. The same operation goes again with the next connection. */
          result = csm_op_result_new (op->seq, CSM_OUTCOME_RETRY);
          result->not_before = retry_at;
        }
      g_ptr_array_add (results, result);
    }
  if (too_large)
    self->batch = MAX (1, self->batch / 2);
  if (failure == CSM_FAILURE_OFFLINE || failure == CSM_FAILURE_SIGNED_OUT)
    {
      self->started = FALSE;
      g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
    }
  finish_round (round, results);
}

static void
on_answer (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Round) round = user_data;
  CsmPusher *self = round->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmJmapResponse) response = csm_connection_call_finish (CSM_CONNECTION (source), result, &error);
  GPtrArray *results;
  gboolean resync;

  if (response == NULL)
    {
      fail_round (g_steal_pointer (&round), error);
      return;
    }
  csm_failpoint ("ops-answered");
  results = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_op_result_free);
  csm_push_calls_answer (round->calls, response, results, &resync);
  finish_round (g_steal_pointer (&round), results);
  if (resync)
    g_signal_emit (self, signals[SIGNAL_RESYNC], 0);
}

/* What this version can't read would block its lane for ever, or worse, be sent as something else. */
static GPtrArray *
split_unreadable (Round     *round,
                  GPtrArray *results)
{
  GPtrArray *readable = g_ptr_array_new ();

  for (guint i = 0; i < round->batch->ops->len; i++)
    {
      CsmOperation *op = g_ptr_array_index (round->batch->ops, i);

      if (op->type < CSM_N_TYPES && op->payload != NULL)
        g_ptr_array_add (readable, op);
      else
        g_ptr_array_add (results, csm_push_result_of_error (op, CSM_JMAP_INVALID_ARGUMENTS, NULL));
    }
  return readable;
}

static void
send_round (Round *round)
{
  CsmPusher *self = round->self;
  const CsmRemoteSession *session = csm_connection_get_session (self->connection);
  g_autoptr (CsmJmapRequestBuilder) request = csm_jmap_request_builder_new ();
  g_autoptr (GPtrArray) unreadable = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_op_result_free);
  g_autoptr (GPtrArray) ops = split_unreadable (round, unreadable);

  if (unreadable->len > 0)
    csm_cache_finish_ops_async (self->cache, g_steal_pointer (&unreadable), NULL, NULL, NULL);
  round->calls = csm_push_calls_build (ops, session->workspace_account, session->personal_account, request);
  if (round->calls->len == 0)
    {
      end_round (self);
      round_free (round);
      return;
    }
  csm_failpoint ("ops-ready");
  csm_connection_call_async (self->connection, request, round->run, on_answer, round);
  csm_failpoint ("ops-asked");
}

static void
on_taken (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Round) round = user_data;
  CsmPusher *self = round->self;
  g_autoptr (GError) error = NULL;

  round->batch = csm_cache_take_ops_finish (CSM_CACHE (source), result, &error);
  if (round->batch == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
        g_warning ("the outbox can't be read: %s", error->message);
      self->dirty = FALSE;
      end_round (self);
      return;
    }
  if (round->batch->next_due != CSM_TIME_NONE)
    arm_timer (self, round->batch->next_due);
  if (round->batch->ops->len == 0)
    end_round (self);
  else
    send_round (g_steal_pointer (&round));
}

static void
on_turn (gpointer data)
{
  CsmPusher *self = data;
  Round *round;

  self->has_turn = TRUE;
  if (!self->started)
    {
      end_round (self);
      return;
    }
  self->dirty = FALSE;
  round = g_new0 (Round, 1);
  round->self = g_object_ref (self);
  round->run = g_object_ref (self->cancellable);
  csm_cache_take_ops_async (self->cache, self->batch, csm_time_now (), self->allow_old, NULL, on_taken, round);
}

/**
 * csm_pusher_kick:
 * @self: a pusher
 *
 * Something may be there to send. Cheap, and may be called from anywhere at any time.
 */
void
csm_pusher_kick (CsmPusher *self)
{
  if (!self->started)
    return;
  if (self->busy)
    {
      self->dirty = TRUE;
      return;
    }
  self->busy = TRUE;
  csm_turn_take (self->turn, on_turn, self);
}

/**
 * csm_pusher_start:
 * @self: a pusher
 * @allow_old: also what was queued more than a day ago: after a long absence only when the world is known again
 *
 * The connection is open. May be called again when more is allowed.
 */
void
csm_pusher_start (CsmPusher *self,
                  gboolean   allow_old)
{
  self->started = TRUE;
  self->allow_old = allow_old;
  self->batch = BATCH;
  csm_pusher_kick (self);
}

/**
 * csm_pusher_stop:
 * @self: a pusher
 *
 * Sends nothing more. What is under way is cut off, and goes again next time.
 */
void
csm_pusher_stop (CsmPusher *self)
{
  self->started = FALSE;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (self->cancellable == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  if (self->busy && !self->has_turn)
    {
      csm_turn_forget (self->turn, self);
      self->busy = FALSE;
    }
}
