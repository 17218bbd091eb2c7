/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-desk"
#include "config.h"
#include "csm-outgoing.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "csm-case-flow.h"
#include "csm-desk.h"
#include "csm-desk-records.h"
#include "csm-failpoint.h"
#include "csm-history.h"
#include "csm-intake-message.h"
#include "csm-json.h"
#include "csm-outgoing-message.h"
#include "csm-time.h"

#define MAX_WHY 500
/* RFC 5321, section 4.5.4.1: four to five days. */
#define GIVE_UP_AFTER (5 * 24 * 3600 * CSM_SECOND)

/* Minutes between tries; the last one goes on. */
static const guint back_off[] = { 1, 2, 5, 15, 30, 60, 120, 240 };

/**
 * csm_outgoing_mail_free:
 * @self: (nullable): a mail
 */
void
csm_outgoing_mail_free (CsmOutgoingMail *self)
{
  if (self == NULL)
    return;
  g_free (self->message_id);
  g_free (self->command);
  g_strfreev (self->recipients);
  g_free (self->from_name);
  g_free (self->from_address);
  g_clear_pointer (&self->to, json_array_unref);
  g_clear_pointer (&self->cc, json_array_unref);
  g_free (self->subject);
  g_free (self->rfc_id);
  g_free (self->in_reply_to);
  g_strfreev (self->references);
  g_free (self->text);
  g_clear_pointer (&self->attachments, json_array_unref);
  g_free (self);
}

/**
 * csm_outgoing_command:
 * @txn: the transaction
 * @channel_id: a channel
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the channel's command, or %NULL without an error when it has no way out
 */
char *
csm_outgoing_command (CsmTxn      *txn,
                      const char  *channel_id,
                      GError     **error)
{
  g_autofree char *key = g_strconcat ("sendmail:", channel_id, NULL);
  g_autofree char *command = csm_txn_setting (txn, key, error);

  return command != NULL && *g_strstrip (command) != '\0' ? g_steal_pointer (&command) : NULL;
}

/**
 * csm_outgoing_reads_header:
 * @command: a channel's command
 *
 * Returns: whether it takes the recipients from the header (`-t`), so that it can't reach hidden ones
 */
gboolean
csm_outgoing_reads_header (const char *command)
{
  static const char *const options[] = { "-t", "-ti", "-it", "-oit", "--read-recipients", NULL };
  g_auto (GStrv) argv = NULL;

  if (!g_shell_parse_argv (command, NULL, &argv, NULL))
    return FALSE;
  for (char **arg = argv + 1; *arg != NULL; arg++)
    {
      if (g_strv_contains (options, *arg))
        return TRUE;
    }
  return FALSE;
}

static gboolean
make_message (CsmTxn      *txn,
              const char  *submission_id,
              gint64       now,
              GError     **error)
{
  g_autoptr (JsonObject) submission = csm_desk_load (txn, CSM_TYPE_ID_SUBMISSION, submission_id, error);
  g_autoptr (JsonObject) message = submission != NULL ? csm_outgoing_message_new (txn, submission, now, error) : NULL;
  g_autoptr (JsonObject) case_ = message != NULL ? csm_desk_load (txn, CSM_TYPE_ID_CASE, csm_json_get_string (message, "caseId"), error) : NULL;
  const char *id;

  if (case_ == NULL)
    return FALSE;
  id = csm_json_get_string (message, "id");
  csm_case_note_message (case_, message);
  csm_json_set_string (submission, "messageId", id);
  csm_json_set_string (submission, "undoStatus", "final");
  return csm_desk_add (txn, CSM_TYPE_ID_MESSAGE, id, message, error) &&
         csm_txn_add_mail_id (txn, csm_json_get_string (message, "channelId"), csm_json_get_string (message, "messageId"), "sent", id, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_SUBMISSION, submission, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_CASE, case_, error) &&
         csm_txn_outgoing_put (txn, id, "queued", 0, now, error);
}

/* One that can't be made stays pending and holds up no other. */
static gboolean
make_or_skip (CsmTxn      *txn,
              const char  *submission_id,
              gint64       now,
              GError     **error)
{
  g_autoptr (GError) local = NULL;
  gboolean made;

  if (!csm_txn_savepoint (txn, error))
    return FALSE;
  made = make_message (txn, submission_id, now, &local);
  if (!csm_txn_release (txn, made, error))
    return FALSE;
  if (made)
    return TRUE;
  if (!csm_desk_may_skip (local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_warning ("A message can't be made of %s: %s", submission_id, local->message);
  return TRUE;
}

/* Makes messages of the submissions whose time to undo ends until @until. */
static gboolean
take (CsmTxn  *txn,
      gint64   until,
      gint64   now,
      gint64  *next,
      GError **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_due_submissions (txn, until, next, error);

  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      if (!make_or_skip (txn, g_ptr_array_index (ids, i), now, error))
        return FALSE;
      csm_failpoint ("send-made");
    }
  return TRUE;
}

/**
 * csm_outgoing_take_due:
 * @txn: an open transaction for writing
 * @now: the time, µs
 * @next: (out): when the next undo window ends, or `CSM_TIME_NONE`
 * @error: return location
 *
 * Makes messages of the submissions that nobody can undo any more.
 *
 * Returns: whether that worked
 */
gboolean
csm_outgoing_take_due (CsmTxn  *txn,
                       gint64   now,
                       gint64  *next,
                       GError **error)
{
  return take (txn, now, now, next, error);
}

/**
 * csm_outgoing_take_all:
 * @txn: an open transaction for writing
 * @now: the time, µs
 * @error: return location
 *
 * Makes messages of all submissions, whether or not somebody may still undo them.
 *
 * Returns: whether that worked
 */
gboolean
csm_outgoing_take_all (CsmTxn  *txn,
                       gint64   now,
                       GError **error)
{
  return take (txn, G_MAXINT64, now, NULL, error);
}

/**
 * csm_outgoing_waiting:
 * @txn: a transaction
 * @now: the time, µs
 * @next: (out): when the next one may be tried again, or `CSM_TIME_NONE`
 * @error: return location
 *
 * Returns: (transfer full) (element-type utf8): the messages that may be handed over now
 */
GPtrArray *
csm_outgoing_waiting (CsmTxn  *txn,
                      gint64   now,
                      gint64  *next,
                      GError **error)
{
  *next = CSM_TIME_NONE;
  return csm_txn_outgoing_list (txn, "queued", now, next, error);
}

static void
set_delivery (JsonObject *message,
              const char *state,
              const char *why,
              int         tries,
              gint64      now)
{
  JsonObject *old = csm_json_get_object (message, "delivery");
  JsonObject *delivery = old != NULL ? csm_json_copy_object (old) : json_object_new ();
  g_autofree char *line = why != NULL ? csm_intake_one_line (why, MAX_WHY) : NULL;

  csm_json_set_string (delivery, "state", state);
  csm_json_set_string (delivery, "why", line);
  csm_json_set_time (delivery, "at", now);
  json_object_set_int_member (delivery, "tries", tries);
  json_object_set_object_member (message, "delivery", delivery);
}

/* A message's state, and the sign of it on the case by which clients see that messages changed. */
static gboolean
write_state (CsmTxn      *txn,
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
  gboolean lost = strcmp (state, "failed") == 0 || strcmp (state, "unknown") == 0;

  if (after == NULL)
    return FALSE;
  set_delivery (message, state, why, tries, now);
  csm_case_touch_messages (after);
  /* The customer has perhaps got nothing. */
  if (lost)
    csm_case_flow_wake (after, now);
  if (lost && !csm_history_add_text (txn, csm_json_get_string (after, "id"), NULL, strcmp (state, "failed") == 0 ? "deliveryFailed" : "deliveryUnknown",
                                     NULL, NULL, why, id, error))
    return FALSE;
  return csm_desk_save (txn, CSM_TYPE_ID_MESSAGE, message, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_CASE, after, error) &&
         csm_history_add_changes (txn, NULL, before, after, id, error) &&
         csm_txn_outgoing_put (txn, id, state, tries, not_before, error);
}

static void
add_recipients (GStrvBuilder *builder,
                JsonArray    *list)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      const char *address = csm_json_get_string (json_array_get_object_element (list, i), "address");

      if (address != NULL)
        g_strv_builder_add (builder, address);
    }
}

static char **
dup_strings (JsonArray *list)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    g_strv_builder_add (builder, json_array_get_string_element (list, i));
  return g_strv_builder_end (builder);
}

static JsonArray *
ref_list (JsonObject *record,
          const char *member)
{
  JsonArray *list = csm_json_get_array (record, member);

  return list != NULL ? json_array_ref (list) : json_array_new ();
}

static CsmOutgoingMail *
mail_new (JsonObject *message,
          JsonObject *submission,
          const char *command)
{
  CsmOutgoingMail *self = g_new0 (CsmOutgoingMail, 1);
  JsonObject *from = json_array_get_object_element (csm_json_get_array (message, "from"), 0);
  JsonArray *parents = csm_json_get_array (message, "inReplyTo");
  g_autoptr (GStrvBuilder) recipients = g_strv_builder_new ();

  add_recipients (recipients, csm_json_get_array (message, "to"));
  add_recipients (recipients, csm_json_get_array (message, "cc"));
  add_recipients (recipients, csm_json_get_array (submission, "bcc"));
  self->message_id = g_strdup (csm_json_get_string (message, "id"));
  self->command = g_strdup (command);
  self->recipients = g_strv_builder_end (recipients);
  self->from_name = g_strdup (csm_json_get_string (from, "name"));
  self->from_address = g_strdup (csm_json_get_string (from, "address"));
  self->to = ref_list (message, "to");
  self->cc = ref_list (message, "cc");
  self->subject = g_strdup (csm_json_get_string (message, "subject"));
  self->rfc_id = g_strdup (csm_json_get_string (message, "messageId"));
  if (parents != NULL && json_array_get_length (parents) > 0)
    self->in_reply_to = g_strdup (json_array_get_string_element (parents, 0));
  self->references = dup_strings (csm_json_get_array (message, "references"));
  self->date = csm_json_get_time (message, "sentAt");
  self->text = g_strdup (csm_json_get_string (message, "textBody"));
  self->attachments = ref_list (message, "attachments");
  return self;
}

static const char *
delivery_state (JsonObject *message)
{
  return csm_json_get_string (csm_json_get_object (message, "delivery"), "state");
}

/* What can't be read can't be sent, now or later. */
static void
set_aside (CsmTxn      *txn,
           const char  *message_id,
           gint64       now,
           GError      *why,
           GError     **error)
{
  if (!csm_desk_may_skip (why))
    {
      g_propagate_error (error, why);
      return;
    }
  g_warning ("The mail %s waits to be sent and can't be read: %s", message_id, why->message);
  g_error_free (why);
  csm_txn_outgoing_put (txn, message_id, "unknown", 0, now, error);
}

/**
 * csm_outgoing_begin:
 * @txn: an open transaction for writing
 * @message_id: a message that waits
 * @now: the time, µs
 * @error: return location
 *
 * Notes that the mail is being handed over. Commit before the command gets a byte: what happens to a mail in this
 * state nobody knows after a crash, and it is not sent again by itself.
 *
 * Returns: (transfer full) (nullable): the mail; %NULL without an error when there is nothing to hand over
 */
CsmOutgoingMail *
csm_outgoing_begin (CsmTxn      *txn,
                    const char  *message_id,
                    gint64       now,
                    GError     **error)
{
  GError *local = NULL;
  g_autoptr (JsonObject) message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, message_id, &local);
  g_autoptr (JsonObject) submission = NULL;
  g_autofree char *command = NULL;
  int tries;

  if (message == NULL)
    {
      set_aside (txn, message_id, now, local, error);
      return NULL;
    }
  if (g_strcmp0 (delivery_state (message), "queued") != 0)
    {
      /* The record is what people see: the queue follows it, or this would be looked at for ever. */
      csm_txn_outgoing_put (txn, message_id, delivery_state (message) != NULL ? delivery_state (message) : "unknown", 0, now, error);
      return NULL;
    }
  submission = csm_desk_load (txn, CSM_TYPE_ID_SUBMISSION, csm_json_get_string (message, "submissionId"), &local);
  if (local == NULL)
    command = csm_outgoing_command (txn, csm_json_get_string (message, "channelId"), &local);
  tries = local == NULL ? csm_txn_outgoing_tries (txn, message_id, &local) : 0;
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return NULL;
    }
  if (command == NULL)
    {
      write_state (txn, message, "failed", _("The channel has no way out"), tries, now, now, error);
      return NULL;
    }
  if (!write_state (txn, message, "handedOver", NULL, tries + 1, now, now, error))
    return NULL;
  csm_failpoint ("send-begin");
  return mail_new (message, submission, command);
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
 * Notes what became of a mail. One that was refused for now waits, longer each time, for at most five days.
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
  static const char *const states[] = { "accepted", "failed", "queued", "unknown" };
  g_autoptr (JsonObject) message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, message_id, error);
  GError *local = NULL;
  gint64 not_before = now;
  int tries;

  if (message == NULL)
    return FALSE;
  tries = csm_txn_outgoing_tries (txn, message_id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (result == CSM_OUTGOING_RETRY)
    {
      not_before = now + back_off[CLAMP (tries, 1, (int) G_N_ELEMENTS (back_off)) - 1] * 60 * CSM_SECOND;
      if (not_before > csm_json_get_time (message, "at") + GIVE_UP_AFTER)
        result = CSM_OUTGOING_FAILED;
    }
  return write_state (txn, message, states[result], result == CSM_OUTGOING_ACCEPTED ? NULL : why, tries, not_before, now, error);
}
