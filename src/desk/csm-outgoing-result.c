/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-outgoing-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-desk.h"
#include "csm-history.h"
#include "csm-intake-message.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-txn-outgoing.h"
#include "csm-undecided.h"

#define MAX_WHY 500
/* RFC 5321, section 4.5.4.1: four to five days. */
#define GIVE_UP_AFTER (5 * 24 * 3600 * CSM_SECOND)
/* So that nobody else waits long for the database. */
#define EXPIRE_AT_ONCE 500

/* Minutes between tries; the last one goes on. So much of it, a part of a hundred, may come on top: not all at once. */
static const guint back_off[] = { 1, 2, 5, 15, 30, 60, 120, 240 };
#define JITTER_PERCENT 20

/* --- Answers ---------------------------------------------------------------------------------------------------------------- */

/**
 * csm_outgoing_answer_new:
 * @address: a recipient
 *
 * Returns: (transfer full): an answer that says nothing yet
 */
CsmOutgoingAnswer *
csm_outgoing_answer_new (const char *address)
{
  CsmOutgoingAnswer *self = g_new0 (CsmOutgoingAnswer, 1);

  self->address = g_strdup (address);
  self->result = CSM_OUTGOING_WAIT;
  return self;
}

/**
 * csm_outgoing_answer_free:
 * @self: an answer
 */
void
csm_outgoing_answer_free (CsmOutgoingAnswer *self)
{
  g_free (self->address);
  g_free (self->status);
  g_free (self->why);
  g_free (self);
}

/**
 * csm_outgoing_answer_set:
 * @self: an answer
 * @result: what became of the mail
 * @status: (nullable): its enhanced status code
 * @why: (nullable): what the server said
 */
void
csm_outgoing_answer_set (CsmOutgoingAnswer *self,
                         CsmOutgoingResult  result,
                         const char        *status,
                         const char        *why)
{
  self->result = result;
  g_free (self->status);
  self->status = g_strdup (status);
  g_free (self->why);
  self->why = g_strdup (why);
}

/* --- The record ---------------------------------------------------------------------------------------------------------------- */

static JsonObject *
copy_delivery (JsonObject *message)
{
  JsonObject *old = csm_json_get_object (message, "delivery");

  return old != NULL ? csm_json_copy_object (old) : json_object_new ();
}

static void
set_delivery (JsonObject *message,
              const char *state,
              const char *why,
              int         tries,
              gint64      not_before,
              gint64      now)
{
  JsonObject *delivery = copy_delivery (message);
  g_autofree char *line = why != NULL ? csm_intake_one_line (why, MAX_WHY) : NULL;

  csm_json_set_string (delivery, "state", state);
  csm_json_set_string (delivery, "why", line);
  csm_json_set_time (delivery, "at", now);
  json_object_set_int_member (delivery, "tries", tries);
  if (strcmp (state, "queued") == 0 && not_before > now)
    csm_json_set_time (delivery, "nextAt", not_before);
  else
    json_object_remove_member (delivery, "nextAt");
  json_object_set_object_member (message, "delivery", delivery);
}

/* Whoever is asked once more may answer once more. */
static gboolean
forget_decision (CsmTxn      *txn,
                 JsonObject  *message,
                 GError     **error)
{
  const char *id = csm_json_get_string (message, "submissionId");
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) submission = id != NULL ? csm_desk_peek (txn, CSM_TYPE_ID_SUBMISSION, id, &local) : NULL;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (submission == NULL || csm_json_get_string (submission, "decision") == NULL)
    return TRUE;
  csm_json_set_string (submission, "decision", NULL);
  csm_json_set_string (submission, "decidedOn", NULL);
  return csm_desk_save (txn, CSM_TYPE_ID_SUBMISSION, submission, error);
}

/**
 * csm_outgoing_write_state:
 * @txn: an open transaction for writing
 * @message: an outgoing message, whose `delivery` changes
 * @state: its new state
 * @why: (nullable): a line for people
 * @tries: how often it was tried
 * @not_before: when it may be tried again, µs
 * @now: the time, µs
 * @error: return location
 *
 * Writes a message's state, and the sign of it on the case by which clients see that messages changed.
 *
 * Returns: whether it was written
 */
gboolean
csm_outgoing_write_state (CsmTxn      *txn,
                          JsonObject  *message,
                          const char  *state,
                          const char  *why,
                          int          tries,
                          gint64       not_before,
                          gint64       now,
                          GError     **error)
{
  g_autoptr (JsonObject) before = csm_desk_load (txn, CSM_TYPE_ID_CASE, csm_json_get_string (message, "caseId"), error);
  g_autoptr (JsonObject) after = before != NULL ? csm_json_copy_object (before) : NULL;
  const char *id = csm_json_get_string (message, "id");
  gboolean failed = strcmp (state, "failed") == 0, is_unknown = strcmp (state, "unknown") == 0;
  /* Nobody waits for what a machine answered. */
  gboolean lost = (failed || is_unknown) && csm_json_get_string (message, "automatic") == NULL;

  if (after == NULL)
    return FALSE;
  set_delivery (message, state, why, tries, not_before, now);
  csm_case_touch_messages (after);
  csm_undecided_note_message (after, message);
  /* The customer has perhaps got nothing. */
  if (lost)
    csm_case_flow_wake (after, now);
  if (lost && !csm_history_add_text (txn, csm_json_get_string (after, "id"), NULL, failed ? "deliveryFailed" : "deliveryUnknown", NULL, NULL, why, id, error))
    return FALSE;
  return csm_desk_save (txn, CSM_TYPE_ID_MESSAGE, message, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_CASE, after, error) &&
         csm_history_add_changes (txn, NULL, before, after, id, error) &&
         csm_txn_outgoing_put (txn, id, state, tries, not_before, error) &&
         (!is_unknown || forget_decision (txn, message, error));
}

/* --- What became of it ------------------------------------------------------------------------------------------------------------ */

static const char *
state_of (CsmOutgoingResult result)
{
  switch (result)
    {
    case CSM_OUTGOING_ACCEPTED:
      return "accepted";
    case CSM_OUTGOING_FAILED:
      return "failed";
    case CSM_OUTGOING_RETRY:
      return "delayed";
    case CSM_OUTGOING_UNKNOWN:
    case CSM_OUTGOING_WAIT:
    default:
      return NULL;
    }
}

static void
note_answer (JsonObject              *recipients,
             const CsmOutgoingAnswer *answer,
             gint64                   now)
{
  g_autofree char *line = answer->why != NULL ? csm_intake_one_line (answer->why, MAX_WHY) : NULL;
  JsonObject *one;

  if (state_of (answer->result) == NULL)
    return;
  one = json_object_new ();
  csm_json_set_string (one, "state", state_of (answer->result));
  csm_json_set_string (one, "status", answer->status);
  csm_json_set_string (one, "why", line);
  csm_json_set_time (one, "at", now);
  csm_json_set_string (one, "from", "smtp");
  json_object_set_object_member (recipients, answer->address, one);
}

/* Whose state it is, "address: why" of the first of them. */
static guint
count_recipients (JsonObject  *recipients,
                  const char  *state,
                  char       **first)
{
  JsonObjectIter iter;
  const char *address;
  JsonNode *node;
  guint count = 0;

  json_object_iter_init_ordered (&iter, recipients);
  while (json_object_iter_next_ordered (&iter, &address, &node))
    {
      JsonObject *one = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *why;

      if (one == NULL || g_strcmp0 (csm_json_get_string (one, "state"), state) != 0)
        continue;
      why = csm_json_get_string (one, "why");
      if (count++ == 0)
        *first = g_strdup_printf ("%s: %s", address, why != NULL ? why : _("undeliverable"));
    }
  return count;
}

static char *
name_recipients (JsonObject *recipients,
                 const char *state,
                 guint      *count)
{
  g_autofree char *first = NULL;

  *count = count_recipients (recipients, state, &first);
  /* Translators: who could not be reached and why, and how many others could not */
  return *count > 1 ? g_strdup_printf (ngettext ("%s (and %u other)", "%s (and %u others)", *count - 1), first, *count - 1) : g_steal_pointer (&first);
}

/* Those who wait have waited long enough. */
static void
give_up_recipients (JsonObject *recipients)
{
  JsonObjectIter iter;
  const char *address;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, recipients);
  while (json_object_iter_next_ordered (&iter, &address, &node))
    {
      JsonObject *one = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (one != NULL && g_strcmp0 (csm_json_get_string (one, "state"), "delayed") == 0)
        csm_json_set_string (one, "state", "failed");
    }
}

/* How often it was tried; FALSE: that can't be known. */
static gboolean
get_tries (CsmTxn      *txn,
           const char  *message_id,
           int         *tries,
           GError     **error)
{
  GError *local = NULL;

  *tries = csm_txn_outgoing_tries (txn, message_id, &local);
  if (local != NULL)
    g_propagate_error (error, local);
  return local == NULL;
}

/* When it was sent, or sent once more by somebody's decision. */
static gint64
get_birth (JsonObject *message)
{
  JsonObject *delivery = csm_json_get_object (message, "delivery");
  gint64 again = delivery != NULL ? csm_json_get_time (delivery, "again") : CSM_TIME_NONE;

  return again != CSM_TIME_NONE ? again : csm_json_get_time (message, "at");
}

static gint64
next_try (int    tries,
          gint64 now)
{
  gint64 wait = back_off[CLAMP (tries, 1, (int) G_N_ELEMENTS (back_off)) - 1] * 60 * CSM_SECOND;

  return now + wait + wait / 100 * g_random_int_range (0, JITTER_PERCENT);
}

/* What each recipient's answer comes to, all together. */
static CsmOutgoingResult
sum_up (JsonObject         *recipients,
        CsmOutgoingResult   result,
        char              **why)
{
  guint failed, delayed;
  g_autofree char *who_failed = name_recipients (recipients, "failed", &failed);
  g_autofree char *who_waits = name_recipients (recipients, "delayed", &delayed);

  if (failed == 0 && delayed == 0)
    return result;
  g_free (*why);
  *why = delayed > 0 ? g_steal_pointer (&who_waits) : g_steal_pointer (&who_failed);
  return delayed > 0 ? CSM_OUTGOING_RETRY : CSM_OUTGOING_FAILED;
}

/**
 * csm_outgoing_settle:
 * @txn: an open transaction for writing
 * @message_id: a message that was handed over
 * @result: how that ended
 * @why: (nullable): what the mail server said
 * @answers: (nullable) (element-type CsmOutgoingAnswer): what it said of each recipient
 * @not_before: with `CSM_OUTGOING_WAIT`, when it may be tried again, µs
 * @now: the time, µs
 * @error: return location
 *
 * Notes what became of a mail. Those who were refused for now get it later, longer each time, for at most five days; nobody gets it twice.
 * It has failed when one recipient will never get it.
 *
 * Returns: whether it was written
 */
gboolean
csm_outgoing_settle (CsmTxn             *txn,
                     const char         *message_id,
                     CsmOutgoingResult   result,
                     const char         *why,
                     GPtrArray          *answers,
                     gint64              not_before,
                     gint64              now,
                     GError            **error)
{
  static const char *const states[] = { "accepted", "failed", "queued", "unknown", "queued" };
  g_autoptr (JsonObject) message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, message_id, error);
  g_autofree char *line = g_strdup (why);
  JsonObject *delivery, *recipients;
  int tries;

  if (message == NULL || !get_tries (txn, message_id, &tries, error))
    return FALSE;
  delivery = copy_delivery (message);
  json_object_set_object_member (message, "delivery", delivery);
  recipients = csm_json_get_object (delivery, "recipients");
  recipients = recipients != NULL ? csm_json_copy_object (recipients) : json_object_new ();
  for (guint i = 0; answers != NULL && i < answers->len; i++)
    note_answer (recipients, g_ptr_array_index (answers, i), now);
  if (json_object_get_size (recipients) > 0)
    json_object_set_object_member (delivery, "recipients", json_object_ref (recipients));
  if (result == CSM_OUTGOING_ACCEPTED || ((result == CSM_OUTGOING_FAILED || result == CSM_OUTGOING_RETRY) && answers != NULL))
    result = sum_up (recipients, result, &line);
  if (result == CSM_OUTGOING_RETRY)
    not_before = next_try (tries, now);
  else if (result == CSM_OUTGOING_WAIT)
    tries = MAX (tries - 1, 0);
  else
    not_before = now;
  if ((result == CSM_OUTGOING_RETRY || result == CSM_OUTGOING_WAIT) && not_before > get_birth (message) + GIVE_UP_AFTER)
    {
      give_up_recipients (recipients);
      result = CSM_OUTGOING_FAILED;
    }
  json_object_unref (recipients);
  return csm_outgoing_write_state (txn, message, states[result], result == CSM_OUTGOING_ACCEPTED ? NULL : line, tries, not_before, now, error);
}

/**
 * csm_outgoing_finish:
 * @txn: an open transaction for writing
 * @message_id: a message that was handed over
 * @result: how that ended
 * @why: (nullable): what the command said
 * @now: the time, µs
 * @error: return location
 *
 * As csm_outgoing_settle(), where nothing is known of single recipients.
 *
 * Returns: whether it was written
 */
gboolean
csm_outgoing_finish (CsmTxn             *txn,
                     const char         *message_id,
                     CsmOutgoingResult   result,
                     const char         *why,
                     gint64              now,
                     GError            **error)
{
  return csm_outgoing_settle (txn, message_id, result, why, NULL, now, now, error);
}

/* FALSE without an error: it has not waited too long, or can't be read. */
static gboolean
is_too_old (CsmTxn      *txn,
            const char  *message_id,
            gint64       now,
            GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, message_id, &local);

  if (message != NULL)
    return now > get_birth (message) + GIVE_UP_AFTER;
  if (!csm_desk_may_skip (local))
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_outgoing_expire:
 * @txn: an open transaction for writing
 * @channel_id: a channel whose mail can't leave
 * @why: what is wrong with its way out
 * @now: the time, µs
 * @all: (out): whether there is nothing more that is too old
 * @error: return location
 *
 * What has waited five days has failed. Call when the way out has just been tried in vain: a clock that was wrong for a while, or a server
 * that was off for a week, is no reason by itself.
 *
 * Returns: whether that worked
 */
gboolean
csm_outgoing_expire (CsmTxn      *txn,
                     const char  *channel_id,
                     const char  *why,
                     gint64       now,
                     gboolean    *all,
                     GError     **error)
{
  g_autoptr (GArray) rows = csm_txn_outgoing_queue (txn, error);
  guint count = 0;

  for (guint i = 0; rows != NULL && i < rows->len && count < EXPIRE_AT_ONCE; i++)
    {
      const CsmOutgoingRow *row = &g_array_index (rows, CsmOutgoingRow, i);
      g_autoptr (GError) local = NULL;

      if (g_strcmp0 (row->channel_id, channel_id) != 0)
        continue;
      if (is_too_old (txn, row->message_id, now, &local))
        {
          count++;
          csm_outgoing_settle (txn, row->message_id, CSM_OUTGOING_WAIT, why, NULL, now, now, &local);
        }
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  *all = count < EXPIRE_AT_ONCE;
  return rows != NULL;
}

/* --- What people say of it ------------------------------------------------------------------------------------------------------------ */

static void
set_again (JsonObject *message,
           gint64      now)
{
  JsonObject *delivery = copy_delivery (message);

  csm_json_set_time (delivery, "again", now);
  json_object_set_object_member (message, "delivery", delivery);
}

/**
 * csm_outgoing_decide:
 * @txn: an open transaction for writing
 * @message_id: a message of which nobody knows whether it arrived
 * @decision: "arrived", or "again": it is sent anew, with the same Message-ID, to all who have not certainly got it
 * @person_id: who says so
 * @now: the time, µs
 * @error: `CSM_DESK_ERROR_TOO_LATE` when it is not unknown any more
 *
 * Returns: whether it was written
 */
gboolean
csm_outgoing_decide (CsmTxn      *txn,
                     const char  *message_id,
                     const char  *decision,
                     const char  *person_id,
                     gint64       now,
                     GError     **error)
{
  g_autoptr (JsonObject) message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, message_id, error);
  gboolean again = strcmp (decision, "again") == 0;

  if (message == NULL)
    return FALSE;
  if (g_strcmp0 (csm_json_get_string (csm_json_get_object (message, "delivery"), "state"), "unknown") != 0)
    {
      g_set_error_literal (error, CSM_DESK_ERROR, CSM_DESK_ERROR_TOO_LATE, "What became of it is known");
      return FALSE;
    }
  if (again)
    set_again (message, now);
  return csm_history_add_text (txn, csm_json_get_string (message, "caseId"), person_id, again ? "deliveryAgain" : "deliveryArrived", NULL, NULL, NULL,
                               message_id, error) &&
         csm_outgoing_write_state (txn, message, again ? "queued" : "accepted", NULL, 0, now, now, error);
}
