/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-channel"
#include "config.h"
#include "csm-sender-plan.h"

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-outgoing.h"
#include "csm-time.h"
#include "csm-txn-outgoing.h"

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
static void
load_settings (CsmTxn        *txn,
               CsmSenderPlan *plan)
{
  for (guint i = 0; i < plan->rows->len; i++)
    {
      const char *channel_id = g_array_index (plan->rows, CsmOutgoingRow, i).channel_id;
      g_autoptr (GError) error = NULL;
      CsmSmtpSettings *settings;

      if (channel_id == NULL || g_hash_table_contains (plan->settings, channel_id))
        continue;
      settings = csm_smtp_settings_load (txn, channel_id, &error);
      if (error != NULL)
        g_message ("The mail of the channel %s can't be sent: %s", channel_id, error->message);
      else
        g_hash_table_insert (plan->settings, g_strdup (channel_id), settings);
      load_wish (txn, plan, channel_id);
    }
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
    plan->rows = csm_txn_outgoing_queue (txn, error);
  if (plan->rows == NULL)
    return NULL;
  load_settings (txn, plan);
  return g_steal_pointer (&plan);
}
