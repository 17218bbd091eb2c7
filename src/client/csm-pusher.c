/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-pusher.h"

#include "csm-error.h"
#include "csm-failpoint.h"
#include "csm-jmap-error.h"
#include "csm-push-answer.h"
#include "csm-uploader.h"
#include "csm-time.h"

#define BATCH 50
#define MIN_TIMER_MS 50
/* Answers that can't be written now are tried again after so long, and what can't be uploaded or taken. */
#define AGAIN_US (2 * CSM_SECOND)
#define LATER_US (30 * CSM_SECOND)

struct _CsmPusher
{
  GObject        parent_instance;
  CsmConnection *connection;
  CsmCache      *cache;
  CsmUploader   *uploader;
  CsmTurn       *turn;
  GCancellable  *cancellable;
  gboolean       started;
  gboolean       allow_old;
  gboolean       busy;      /* one round is under way */
  gboolean       dirty;     /* somebody kicked meanwhile */
  gboolean       waits;     /* for the turn */
  gboolean       has_turn;
  guint          batch;     /* halved when the server finds a request too large; grows again with each that it takes */
  guint          objects;   /* so many in one call at most; 0: what the Session says */
  guint          said;      /* what that was */
  guint          timer_id;
  gint64         timer_due;
  guint          again_id;
  gulong         outbox_handler;
  gulong         session_handler;
};

enum { SIGNAL_FAILED, SIGNAL_RESYNC, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmPusher, csm_pusher, G_TYPE_OBJECT)

static void
csm_pusher_dispose (GObject *object)
{
  CsmPusher *self = CSM_PUSHER (object);

  csm_pusher_stop (self);
  g_clear_handle_id (&self->again_id, g_source_remove);
  g_clear_signal_handler (&self->outbox_handler, self->cache);
  g_clear_signal_handler (&self->session_handler, self->connection);
  g_clear_object (&self->uploader);
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

static void arm_timer (CsmPusher *self, gint64 due);

static void
on_upload_failed (CsmPusher *self)
{
  if (self->started)
    arm_timer (self, csm_time_now () + LATER_US);
}

static void
on_session_changed (CsmPusher *self)
{
  const CsmRemoteSession *session = csm_connection_get_session (self->connection);

  /* A server that says one thing and does another is believed in what it does. */
  if (session->max_objects_in_set != self->said)
    self->objects = 0;
  csm_pusher_kick (self);
}

/**
 * csm_pusher_new:
 * @connection: the way to the server
 * @cache: what has the outbox
 * @files: what is to be uploaded
 * @turn: shared with what fetches
 *
 * Returns: (transfer full): a pusher that does not send yet
 */
CsmPusher *
csm_pusher_new (CsmConnection *connection,
                CsmCache      *cache,
                CsmBlobFiles  *files,
                CsmTurn       *turn)
{
  CsmPusher *self = g_object_new (CSM_TYPE_PUSHER, NULL);

  self->connection = g_object_ref (connection);
  self->cache = g_object_ref (cache);
  self->uploader = csm_uploader_new (connection, cache, csm_blob_files_get_outgoing (files));
  g_signal_connect_object (self->uploader, "uploaded", G_CALLBACK (csm_pusher_kick), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->uploader, "failed", G_CALLBACK (on_upload_failed), self, G_CONNECT_SWAPPED);
  self->turn = csm_turn_ref (turn);
  self->cancellable = g_cancellable_new ();
  self->session_handler = g_signal_connect_swapped (connection, "session-changed", G_CALLBACK (on_session_changed), self);
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
  GPtrArray    *results;  /* CsmOpResult: what becomes of each */
} Round;

static void
round_free (Round *round)
{
  g_object_unref (round->self);
  g_object_unref (round->run);
  g_clear_pointer (&round->calls, g_ptr_array_unref);
  g_clear_pointer (&round->results, g_ptr_array_unref);
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
  self->timer_due = 0;
  csm_pusher_kick (self);
  return G_SOURCE_REMOVE;
}

static void
arm_timer (CsmPusher *self,
           gint64     due)
{
  gint64 ms = (due - csm_time_now ()) / 1000;

  if (self->timer_id != 0 && self->timer_due <= due)
    return;
  g_clear_handle_id (&self->timer_id, g_source_remove);
  self->timer_due = due;
  self->timer_id = g_timeout_add ((guint) CLAMP (ms, MIN_TIMER_MS, 3600 * 1000), on_timer, self);
}

/* --- what becomes of them ---------------------------------------------------------------------------------------------- */

static void finish_round (Round *round);

static gboolean
on_again (gpointer data)
{
  Round *round = data;

  round->self->again_id = 0;
  finish_round (round);
  return G_SOURCE_REMOVE;
}

static void
on_finished (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (Round) round = user_data;
  CsmPusher *self = round->self;
  g_autoptr (GError) error = NULL;

  csm_failpoint ("ops-kept");
  if (!csm_cache_finish_ops_finish (CSM_CACHE (source), result, &error) && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    {
      /* What the server answered is not to be lost because the disk is full: nothing else goes until it is written. */
      g_message ("answers of the server can't be written now: %s", error->message);
      give_turn (self);
      if (self->again_id == 0)
        {
          self->again_id = g_timeout_add_full (G_PRIORITY_DEFAULT, AGAIN_US / 1000, on_again, round, NULL);
          g_steal_pointer (&round);
        }
      return;
    }
  /* Whatever comes behind in the same lanes can go now. */
  self->dirty = TRUE;
  end_round (self);
  if (error == NULL && round->batch->sent_files->len > 0)
    csm_uploader_confirm (self->uploader, round->batch->sent_files);
}

static void
finish_round (Round *round)
{
  csm_cache_finish_ops_async (round->self->cache, g_ptr_array_ref (round->results), NULL, on_finished, round);
}

static void
add_to_all (Round      *round,
            CsmOpResult *(*make) (CsmOperation *op))
{
  for (guint i = 0; i < round->calls->len; i++)
    {
      CsmPushCall *call = g_ptr_array_index (round->calls, i);

      for (guint j = 0; j < call->ops->len; j++)
        g_ptr_array_add (round->results, make (g_ptr_array_index (call->ops, j)));
    }
}

static CsmOpResult *
make_later (CsmOperation *op)
{
  /* It may have arrived. The same operation goes again with the next connection. */
  return csm_op_result_new (op->seq, CSM_OUTCOME_RETRY);
}

static CsmOpResult *
make_too_large (CsmOperation *op)
{
  return csm_push_result_of_error (op, CSM_JMAP_TOO_LARGE, NULL);
}

static CsmOpResult *
make_invalid (CsmOperation *op)
{
  return csm_push_result_of_error (op, CSM_JMAP_INVALID_ARGUMENTS, NULL);
}

static CsmOpResult *
make_failed (CsmOperation *op)
{
  return csm_push_result_of_error (op, CSM_JMAP_SERVER_FAIL, NULL);
}

static CsmOpResult *
make_limited (CsmOperation *op)
{
  return csm_push_result_of_error (op, "limit", NULL);
}

static guint
count_sent (Round *round)
{
  guint n = 0;

  for (guint i = 0; i < round->calls->len; i++)
    n += ((CsmPushCall *) g_ptr_array_index (round->calls, i))->ops->len;
  return n;
}

/* The server read the request, or tried to, and did none of it. The one that it can't stand is found by halving. */
static void
refuse_round (Round        *round,
              const GError *error)
{
  CsmPusher *self = round->self;
  guint sent = count_sent (round);
  gboolean concurrent = error->code == CSM_JMAP_ERROR_LIMIT && g_str_has_prefix (error->message, "maxConcurrent");
  gboolean limit = error->code == CSM_JMAP_ERROR_LIMIT;
  gboolean malformed = error->code == CSM_JMAP_ERROR_NOT_JSON || error->code == CSM_JMAP_ERROR_NOT_REQUEST;

  if (concurrent)
    {
      add_to_all (round, make_limited);
    }
  else if ((limit || malformed) && sent > 1)
    {
      self->batch = MAX (1, sent / 2);
      add_to_all (round, csm_push_result_unsent);
    }
  else
    {
      add_to_all (round, limit ? make_too_large : malformed ? make_invalid : make_failed);
    }
  if (limit)
    csm_connection_refresh (self->connection);
}

/* The whole request came to nothing. */
static void
fail_round (Round  *round,
            GError *error)
{
  CsmPusher *self = round->self;
  CsmFailure failure = csm_failure_of_error (error);
  gboolean pause = failure == CSM_FAILURE_OFFLINE || failure == CSM_FAILURE_SIGNED_OUT || failure == CSM_FAILURE_GONE ||
                   g_error_matches (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_UNKNOWN_CAPABILITY);

  if (failure == CSM_FAILURE_REFUSED && !pause)
    refuse_round (round, error);
  else
    add_to_all (round, failure == CSM_FAILURE_OFFLINE || failure == CSM_FAILURE_NONE ? make_later : csm_push_result_unsent);
  finish_round (round);
  if (!pause)
    return;
  self->started = FALSE;
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

static void
take_news (CsmPusher         *self,
           const CsmPushNews *news)
{
  if (news->too_many > 1)
    self->objects = news->too_many / 2;
  else
    self->batch = MIN (BATCH, self->batch * 2);
  if (news->refresh)
    csm_connection_refresh (self->connection);
}

static void
on_answer (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Round *round = user_data;
  g_autoptr (CsmPusher) self = g_object_ref (round->self);
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmJmapResponse) response = csm_connection_call_finish (CSM_CONNECTION (source), result, &error);
  CsmPushNews news;

  csm_failpoint ("ops-answered");
  if (response == NULL)
    {
      fail_round (round, error);
      return;
    }
  csm_push_calls_answer (round->calls, response, round->results, &news);
  take_news (self, &news);
  finish_round (round);
  if (news.resync)
    g_signal_emit (self, signals[SIGNAL_RESYNC], 0);
}

/* --- sending ------------------------------------------------------------------------------------------------------------ */

static void
send_round (Round *round)
{
  CsmPusher *self = round->self;
  const CsmRemoteSession *session = csm_connection_get_session (self->connection);
  CsmPushLimits limits = { session->max_objects_in_set, session->max_calls_in_request, session->max_size_request };
  g_autoptr (CsmJmapRequestBuilder) request = csm_jmap_request_builder_new ();

  self->said = session->max_objects_in_set;
  if (self->objects > 0)
    limits.objects = MIN (limits.objects, self->objects);
  round->results = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_op_result_free);
  /* Stopped meanwhile: what certainly did not leave can still be edited and undone here. */
  if (g_cancellable_is_cancelled (round->run))
    {
      for (guint i = 0; i < round->batch->ops->len; i++)
        g_ptr_array_add (round->results, csm_push_result_unsent (g_ptr_array_index (round->batch->ops, i)));
      finish_round (round);
      return;
    }
  round->calls = csm_push_calls_build (round->batch->ops, &limits, session->workspace_account, session->personal_account, request, round->results);
  if (round->calls->len == 0)
    {
      finish_round (round);
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
      self->dirty = FALSE;
      end_round (self);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
        return;
      /* On a full disk it could not be noted that something left. */
      g_message ("nothing can be sent now: %s", error->message);
      arm_timer (self, csm_time_now () + LATER_US);
      return;
    }
  if (round->batch->next_due != CSM_TIME_NONE)
    arm_timer (self, round->batch->next_due);
  for (guint i = 0; self->started && i < round->batch->missing_files->len; i++)
    csm_uploader_upload (self->uploader, g_ptr_array_index (round->batch->missing_files, i), self->cancellable);
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

  self->waits = FALSE;
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
  self->waits = TRUE;
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
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  self->started = TRUE;
  /* Files of what was thrown away go, too. */
  if (allow_old && !self->allow_old)
    csm_uploader_confirm (self->uploader, none);
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
  self->timer_due = 0;
  if (self->cancellable == NULL)
    return;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  if (self->waits)
    {
      csm_turn_forget (self->turn, self);
      self->busy = self->waits = FALSE;
    }
}
