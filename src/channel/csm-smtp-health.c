/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-smtp-health.h"

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-txn-outgoing.h"

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
 * @next_at: when the next try is, µs, with @why; `CSM_TIME_NONE`: each mail has a time of its own
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
      if (next_at != CSM_TIME_NONE)
        csm_json_set_time (out, "nextAt", next_at);
      else
        json_object_remove_member (out, "nextAt");
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

static guint
count_waiting (CsmTxn     *txn,
               const char *channel_id)
{
  g_autoptr (GArray) rows = csm_txn_outgoing_queue (txn, NULL);
  guint count = 0;

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    count += g_strcmp0 (g_array_index (rows, CsmOutgoingRow, i).channel_id, channel_id) == 0;
  return count;
}

/**
 * csm_smtp_health_note:
 * @txn: a write transaction
 * @channel_id: a channel
 * @why: (nullable): what is wrong; %NULL: a mail has just left
 * @now: the time, µs
 * @error: return location
 *
 * As csm_smtp_health_put(), where nobody remembers what was put: the record changes only when there is news.
 *
 * Returns: whether it worked
 */
gboolean
csm_smtp_health_note (CsmTxn      *txn,
                      const char  *channel_id,
                      const char  *why,
                      gint64       now,
                      GError     **error)
{
  JsonObject *out;
  g_autoptr (JsonObject) channel = load (txn, channel_id, &out, error);
  gboolean known;
  gint64 last;

  if (channel == NULL)
    return FALSE;
  last = csm_json_get_time (out, "lastOut");
  known = g_strcmp0 (csm_json_get_string (out, "state"), why != NULL ? "failing" : "ok") == 0;
  if (known && (why != NULL ? g_strcmp0 (csm_json_get_string (out, "why"), why) == 0
                            : last != CSM_TIME_NONE && last <= now && now - last <= CSM_SMTP_HEALTH_INTERVAL))
    return TRUE;
  return csm_smtp_health_put (txn, channel_id, why, why == NULL ? now : 0, why != NULL ? count_waiting (txn, channel_id) : 0, CSM_TIME_NONE, error);
}

/**
 * csm_smtp_health_copy:
 * @txn: a write transaction
 * @channel_id: a channel
 * @why: (nullable): why a mail that was sent could not be put into the folder of sent mails; %NULL: nothing waits for that
 * @waiting: how many wait for it, with @why
 * @lost: how many more will not be tried again
 * @error: return location
 *
 * Says so as `out.copyWhy`, `out.copies` and `out.copiesLost`; it is no reason why mail does not leave.
 *
 * Returns: whether it worked
 */
gboolean
csm_smtp_health_copy (CsmTxn      *txn,
                      const char  *channel_id,
                      const char  *why,
                      guint        waiting,
                      guint        lost,
                      GError     **error)
{
  JsonObject *out;
  g_autoptr (JsonObject) channel = load (txn, channel_id, &out, error);

  if (channel == NULL)
    return FALSE;
  if (why == NULL && lost == 0 && !json_object_has_member (out, "copyWhy"))
    return TRUE;
  if (why != NULL)
    csm_json_set_string (out, "copyWhy", why);
  else
    json_object_remove_member (out, "copyWhy");
  if (why != NULL && waiting > 0)
    json_object_set_int_member (out, "copies", waiting);
  else
    json_object_remove_member (out, "copies");
  if (lost > 0)
    json_object_set_int_member (out, "copiesLost", csm_json_get_int (out, "copiesLost", 0) + lost);
  return csm_desk_save (txn, CSM_TYPE_ID_CHANNEL, channel, error);
}
