/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-channel"
#include "config.h"
#include "csm-smtp-health.h"

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-time.h"

/* The channel, with a copy of what it says of its way out that may be changed. */
static JsonObject *
load (CsmTxn      *txn,
      const char  *channel_id,
      JsonObject **out,
      GError     **error)
{
  JsonObject *channel = csm_desk_load (txn, CSM_TYPE_ID_CHANNEL, channel_id, error);
  JsonObject *health;

  if (channel == NULL)
    return NULL;
  health = csm_json_get_object (channel, "health");
  health = health != NULL ? csm_json_copy_object (health) : json_object_new ();
  *out = csm_json_get_object (health, "out");
  *out = *out != NULL ? csm_json_copy_object (*out) : json_object_new ();
  json_object_set_object_member (health, "out", *out);
  json_object_set_object_member (channel, "health", health);
  return channel;
}

/**
 * csm_smtp_health_put:
 * @txn: a write transaction
 * @channel_id: a channel
 * @why: (nullable): what is wrong, in a sentence; %NULL: all is well
 * @last_out: when the last mail left, µs; 0: as before
 * @waiting: how many mails wait, with @why
 * @next_at: when the next try is, µs, with @why
 * @error: return location
 *
 * Says in the channel's record how its mail gets out: `out: {state, since, why, lastOut, waiting, nextAt}`.
 *
 * Returns: whether it worked
 */
gboolean
csm_smtp_health_put (CsmTxn      *txn,
                     const char  *channel_id,
                     const char  *why,
                     gint64       last_out,
                     guint        waiting,
                     gint64       next_at,
                     GError     **error)
{
  JsonObject *out;
  g_autoptr (JsonObject) channel = load (txn, channel_id, &out, error);
  const char *state = why != NULL ? "failing" : "ok";

  if (channel == NULL)
    return FALSE;
  if (g_strcmp0 (csm_json_get_string (out, "state"), state) != 0)
    csm_json_set_time (out, "since", csm_time_now ());
  csm_json_set_string (out, "state", state);
  if (last_out != 0)
    csm_json_set_time (out, "lastOut", last_out);
  if (why != NULL)
    {
      csm_json_set_string (out, "why", why);
      csm_json_set_time (out, "nextAt", next_at);
      json_object_set_int_member (out, "waiting", waiting);
    }
  else
    {
      json_object_remove_member (out, "why");
      json_object_remove_member (out, "nextAt");
      json_object_remove_member (out, "waiting");
    }
  return csm_desk_save (txn, CSM_TYPE_ID_CHANNEL, channel, error);
}

/**
 * csm_smtp_health_copy:
 * @txn: a write transaction
 * @channel_id: a channel
 * @why: (nullable): why a mail that was sent could not be put into the folder of sent mails; %NULL: it could
 * @error: return location
 *
 * Says so as `out.copyWhy`; it is no reason why mail does not leave.
 *
 * Returns: whether it worked
 */
gboolean
csm_smtp_health_copy (CsmTxn      *txn,
                      const char  *channel_id,
                      const char  *why,
                      GError     **error)
{
  JsonObject *out;
  g_autoptr (JsonObject) channel = load (txn, channel_id, &out, error);

  if (channel == NULL)
    return FALSE;
  if (why != NULL)
    csm_json_set_string (out, "copyWhy", why);
  else
    json_object_remove_member (out, "copyWhy");
  return csm_desk_save (txn, CSM_TYPE_ID_CHANNEL, channel, error);
}
