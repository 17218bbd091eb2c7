/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-case-flow.h"

#include <string.h>

#include "csm-clock-facts.h"
#include "csm-desk-records.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

/* What a person may make of a case. "new" is there for Undo; "closed" is the server's, and ends only by reopening. */
static const struct
{
  const char *from;
  const char *to;
} moves[] = {
  { "new", "open waiting snoozed resolved" },
  { "open", "new waiting snoozed resolved" },
  { "waiting", "new open snoozed resolved" },
  { "snoozed", "new open waiting resolved" },
  { "resolved", "new open waiting snoozed" },
  { "closed", "open" },
};

/**
 * csm_case_flow_allows:
 * @from: a status
 * @to: another one
 *
 * Returns: whether a person may move a case from @from to @to
 */
gboolean
csm_case_flow_allows (const char *from,
                      const char *to)
{
  for (guint i = 0; i < G_N_ELEMENTS (moves); i++)
    {
      g_auto (GStrv) words = NULL;

      if (strcmp (moves[i].from, from) != 0)
        continue;
      words = g_strsplit (moves[i].to, " ", -1);
      return g_strv_contains ((const char *const *) words, to);
    }
  return FALSE;
}

/**
 * csm_case_flow_set_status:
 * @record: a case
 * @status: its status from now on
 * @now: the time, µs
 *
 * Sets the status and what hangs on it: `resolvedAt`, and an end of `snoozedUntil`.
 */
void
csm_case_flow_set_status (JsonObject *record,
                          const char *status,
                          gint64      now)
{
  if (strcmp (status, "snoozed") != 0)
    json_object_set_null_member (record, "snoozedUntil");
  if (strcmp (status, "resolved") == 0)
    csm_json_set_time (record, "resolvedAt", now);
  else if (strcmp (status, "closed") != 0)
    json_object_set_null_member (record, "resolvedAt");
  /* Last: @status may be the record's own. */
  csm_json_set_string (record, "status", status);
}

/**
 * csm_case_flow_wake:
 * @record: a case
 * @now: the time, µs
 *
 * Makes a case that waits, sleeps or is resolved somebody's work again.
 *
 * Returns: whether it was one
 */
gboolean
csm_case_flow_wake (JsonObject *record,
                    gint64      now)
{
  static const char *const resting[] = { "waiting", "snoozed", "resolved", NULL };
  const char *status = csm_json_get_string (record, "status");

  if (status == NULL || !g_strv_contains (resting, status))
    return FALSE;
  csm_case_flow_set_status (record, "open", now);
  return TRUE;
}

/**
 * csm_case_note_activity:
 * @record: a case
 * @at: when something happened in it, µs
 */
void
csm_case_note_activity (JsonObject *record,
                        gint64      at)
{
  gint64 last = csm_json_get_time (record, "lastActivityAt");

  if (last == CSM_TIME_NONE || at > last)
    csm_json_set_time (record, "lastActivityAt", at);
}

/**
 * csm_case_touch_messages:
 * @record: a case
 *
 * Says that a message of the case changed: clients compare `messagesState` for equality only.
 */
void
csm_case_touch_messages (JsonObject *record)
{
  g_autofree char *state = csm_id_new ('m');

  csm_json_set_string (record, "messagesState", state + 1);
}

static gboolean
has_file (JsonObject *message)
{
  JsonArray *attachments = csm_json_get_array (message, "attachments");

  for (guint i = 0; attachments != NULL && i < json_array_get_length (attachments); i++)
    {
      if (!csm_json_get_boolean (csm_desk_object_at (attachments, i), "inline"))
        return TRUE;
    }
  return FALSE;
}

/* An answer that a machine gave in a conversation moves nothing and hides nothing. */
static gboolean
is_aside (JsonObject *record,
          JsonObject *message)
{
  const char *automatic = csm_json_get_string (message, "automatic");

  return csm_json_get_string (record, "lastMessageId") != NULL &&
         (g_strcmp0 (automatic, "reply") == 0 || g_strcmp0 (automatic, "bounce") == 0 || g_strcmp0 (automatic, "acknowledgement") == 0);
}

/**
 * csm_case_note_aside:
 * @record: a case
 * @message: a message that it gets, with its `id`
 *
 * Keeps what a case says about its messages, of one that nobody is to be bothered with.
 */
void
csm_case_note_aside (JsonObject *record,
                     JsonObject *message)
{
  const char *channel_id = csm_json_get_string (message, "channelId");

  csm_case_touch_messages (record);
  json_object_set_int_member (record, "messageCount", csm_json_get_int (record, "messageCount", 0) + 1);
  if (!csm_json_has_key (record, "channelIds", channel_id))
    csm_desk_set_key (record, "channelIds", channel_id);
  if (has_file (message))
    json_object_set_boolean_member (record, "hasAttachment", TRUE);
}

/**
 * csm_case_note_message:
 * @record: a case
 * @message: a message that it gets, with its `id`
 *
 * Keeps what a case says about its messages.
 */
void
csm_case_note_message (JsonObject *record,
                       JsonObject *message)
{
  gint64 at = csm_json_get_time (message, "at");
  gint64 last = csm_json_get_time (record, "lastMessageAt");

  csm_case_note_aside (record, message);
  if (is_aside (record, message))
    return;
  csm_clock_news_add (record, message);
  csm_case_note_activity (record, at);
  if (last != CSM_TIME_NONE && at < last)
    return;
  csm_json_set_time (record, "lastMessageAt", at);
  csm_json_set_string (record, "lastMessageId", csm_json_get_string (message, "id"));
  csm_json_set_string (record, "preview", csm_json_get_string (message, "preview"));
}

/**
 * csm_case_bring_in:
 * @record: a case, to be changed
 * @person_id: who takes part from now on
 *
 * A case has room for so many. When it is full nobody else takes part, and what the person was brought in for, such as a mention or a
 * task, is done and reaches them all the same.
 */
void
csm_case_bring_in (JsonObject *record,
                   const char *person_id)
{
  guint limit = csm_record_type_property (csm_record_type_get (CSM_TYPE_ID_CASE), "participantIds")->limit;
  JsonObject *there = csm_json_get_object (record, "participantIds");

  if (there == NULL || json_object_get_size (there) < limit)
    csm_desk_set_key (record, "participantIds", person_id);
}
