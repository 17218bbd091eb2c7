/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-sender-plan.h"

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-outgoing.h"
#include "csm-smtp-health.h"
#include "csm-time.h"
#include "csm-txn-copies.h"
#include "csm-txn-outgoing.h"

/* When settings that can't be read are looked at again, µs. */
#define LOOK_AGAIN (10 * 60 * CSM_SECOND)

/**
 * csm_sender_plan_free:
 * @self: (nullable): a plan
 */
void
csm_sender_plan_free (CsmSenderPlan *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->rows, g_array_unref);
  g_clear_pointer (&self->copies, g_array_unref);
  g_hash_table_unref (self->settings);
  g_hash_table_unref (self->wishes);
  g_free (self);
}

static void
unref_settings (gpointer settings)
{
  if (settings != NULL)
    csm_smtp_settings_unref (settings);
}

/* Mail that can't be sent for a reason of ours is not kept for ever either, and people should know why. */
static gboolean
note_trouble (CsmTxn         *txn,
              CsmSenderPlan  *plan,
              const char     *channel_id,
              const char     *why,
              GError        **error)
{
  gboolean all;

  g_message ("The mail of the channel %s can't be sent: %s", channel_id, why);
  if (plan->next == CSM_TIME_NONE || plan->next > plan->now + LOOK_AGAIN)
    plan->next = plan->now + LOOK_AGAIN;
  return csm_outgoing_expire (txn, channel_id, why, plan->now, &all, error) && csm_smtp_health_note (txn, channel_id, why, plan->now, error);
}

static void
load_wish (CsmTxn        *txn,
           CsmSenderPlan *plan,
           const char    *channel_id)
{
  g_autoptr (JsonObject) channel = csm_desk_peek (txn, CSM_TYPE_ID_CHANNEL, channel_id, NULL);
  JsonObject *health = channel != NULL ? csm_json_get_object (channel, "health") : NULL;
  const char *at = health != NULL ? csm_json_get_string (health, "retry") : NULL;

  g_hash_table_insert (plan->wishes, g_strdup (channel_id), g_strdup (at != NULL ? at : ""));
}

/* Channels whose settings can't be read are left out: their mail waits. */
static gboolean
load_settings (CsmTxn         *txn,
               CsmSenderPlan  *plan,
               GError        **error)
{
  g_autoptr (GHashTable) bad = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < plan->rows->len; i++)
    {
      const char *channel_id = g_array_index (plan->rows, CsmOutgoingRow, i).channel_id;
      g_autoptr (GError) local = NULL;
      CsmSmtpSettings *settings;

      if (channel_id == NULL || g_hash_table_contains (plan->settings, channel_id) || g_hash_table_contains (bad, channel_id))
        continue;
      settings = csm_smtp_settings_load (txn, channel_id, &local);
      if (local == NULL)
        g_hash_table_insert (plan->settings, g_strdup (channel_id), settings);
      else if (g_hash_table_add (bad, (gpointer) channel_id) && !note_trouble (txn, plan, channel_id, local->message, error))
        return FALSE;
      load_wish (txn, plan, channel_id);
    }
  for (guint i = 0; i < plan->copies->len; i++)
    {
      const char *channel_id = g_array_index (plan->copies, CsmCopyRow, i).channel_id;

      if (!g_hash_table_contains (plan->wishes, channel_id))
        load_wish (txn, plan, channel_id);
    }
  return TRUE;
}

/* All that waits. */
static GArray *
load_rows (CsmTxn         *txn,
           CsmSenderPlan  *plan,
           GError        **error)
{
  g_autoptr (GArray) rows = csm_txn_outgoing_queue (txn, error);
  gboolean changed;

  if (rows == NULL || !csm_outgoing_catch_up (txn, rows, &changed, plan->now, error))
    return NULL;
  return changed ? csm_txn_outgoing_queue (txn, error) : g_steal_pointer (&rows);
}

/**
 * csm_sender_plan_make:
 * @txn: an open transaction for writing
 * @error: return location
 *
 * Makes messages of what nobody can undo any more, and looks at all that waits.
 *
 * Returns: (transfer full): what there is to send
 */
CsmSenderPlan *
csm_sender_plan_make (CsmTxn  *txn,
                      GError **error)
{
  g_autoptr (CsmSenderPlan) plan = g_new0 (CsmSenderPlan, 1);

  plan->now = csm_time_now ();
  plan->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_settings);
  plan->wishes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (csm_outgoing_take_due (txn, plan->now, &plan->next, error))
    plan->rows = load_rows (txn, plan, error);
  if (plan->rows != NULL)
    plan->copies = csm_txn_copy_channels (txn, error);
  if (plan->copies == NULL || !load_settings (txn, plan, error))
    return NULL;
  return g_steal_pointer (&plan);
}
