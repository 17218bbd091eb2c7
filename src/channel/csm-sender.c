/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-sender.h"

#include <gmime/gmime.h>

#include "csm-command-lane.h"
#include "csm-copy-lane.h"
#include "csm-outgoing.h"
#include "csm-sender-plan.h"
#include "csm-time.h"
#include "csm-txn-copies.h"
#include "csm-txn-outgoing.h"

#define STOP_WAIT_SECONDS 5
/* After a database error. */
#define DEFAULT_PAUSE 30

struct _CsmSender
{
  GObject         parent_instance;
  CsmStore       *store;
  gulong          changed_id;
  guint           timer_id;
  gboolean        started;
  gboolean        recovered;   /* what the last server left has been looked at */
  gboolean        looking;     /* a look at the store is under way … */
  gboolean        look_again;  /* … and something changed since */
  guint           pause;       /* s, after a database error */
  CsmCommandLane *commands;    /* of the channels without SMTP */
  GHashTable     *lanes;       /* channel id → CsmSmtpLane */
  GHashTable     *copies;      /* channel id → CsmCopyLane */
  CsmSmtpPace     pace;        /* of those made from now on */
  GHashTable     *wishes;      /* channel id → when somebody last wanted that its mail is tried at once, as text */
};

G_DEFINE_FINAL_TYPE (CsmSender, csm_sender, G_TYPE_OBJECT)

static void look (CsmSender *self);
static void start_recovery (CsmSender *self);

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
            csm_command_lane_push (self->commands, row->message_id);
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

/* --- The object -------------------------------------------------------------------------------------------------------------- */

static void
csm_sender_finalize (GObject *object)
{
  CsmSender *self = CSM_SENDER (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_signal_handler (&self->changed_id, self->store);
  csm_command_lane_stop (self->commands);
  g_clear_object (&self->commands);
  g_clear_pointer (&self->lanes, g_hash_table_unref);
  g_clear_pointer (&self->copies, g_hash_table_unref);
  g_clear_pointer (&self->wishes, g_hash_table_unref);
  g_clear_object (&self->store);
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
  self->pause = DEFAULT_PAUSE;
  self->lanes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) csm_smtp_lane_free);
  self->copies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) csm_copy_lane_free);
  self->pace = csm_smtp_default_pace;
  self->wishes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
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
  self->commands = csm_command_lane_new (store, lane_moved, self);
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
  csm_command_lane_set_timeout (self->commands, seconds);
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
  csm_command_lane_set_pause (self->commands, seconds);
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
  return csm_command_lane_is_idle (self->commands) && !self->looking;
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
  g_clear_signal_handler (&self->changed_id, self->store);
  csm_command_lane_stop (self->commands);
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
