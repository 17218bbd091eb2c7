/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-outgoing.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "csm-case-flow.h"
#include "csm-clocks.h"
#include "csm-desk.h"
#include "csm-desk-records.h"
#include "csm-failpoint.h"
#include "csm-json.h"
#include "csm-outgoing-message.h"
#include "csm-outgoing-private.h"
#include "csm-rules.h"
#include "csm-submission-later.h"
#include "csm-time.h"
#include "csm-txn-outgoing.h"

/* A try is not early that comes so little before its time, µs: clocks are set. */
#define EARLY (30 * CSM_SECOND)

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
 * csm_outgoing_has_way:
 * @txn: the transaction
 * @channel_id: a channel
 * @command: (out) (transfer full) (nullable): its command, if its mail leaves by one and not by SMTP
 * @has_way: (out): whether its mail can leave at all
 * @error: return location
 *
 * Returns: whether that is known
 */
gboolean
csm_outgoing_has_way (CsmTxn      *txn,
                      const char  *channel_id,
                      char       **command,
                      gboolean    *has_way,
                      GError     **error)
{
  g_autofree char *key = g_strconcat ("smtp:", channel_id, NULL);
  g_autofree char *server = NULL;
  g_autoptr (GError) local = NULL;

  *command = NULL;
  server = csm_txn_setting (txn, key, &local);
  if (local == NULL && (server == NULL || *server == '\0'))
    *command = csm_outgoing_command (txn, channel_id, &local);
  *has_way = *command != NULL || (server != NULL && *server != '\0');
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
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

/**
 * csm_outgoing_queue:
 * @txn: an open transaction for writing
 * @message: an outgoing Message that is not written yet, with its `id` and a case
 * @now: the time, µs
 * @error: return location
 *
 * Writes it, and has it sent.
 *
 * Returns: whether it was written
 */
gboolean
csm_outgoing_queue (CsmTxn      *txn,
                    JsonObject  *message,
                    gint64       now,
                    GError     **error)
{
  g_autoptr (JsonObject) case_ = csm_desk_load (txn, CSM_TYPE_ID_CASE, csm_json_get_string (message, "caseId"), error);
  const char *id = csm_json_get_string (message, "id");

  if (case_ == NULL)
    return FALSE;
  csm_case_note_message (case_, message);
  return csm_desk_add (txn, CSM_TYPE_ID_MESSAGE, id, message, error) &&
         csm_txn_add_mail_id (txn, csm_json_get_string (message, "channelId"), csm_json_get_string (message, "messageId"), "sent", id, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_CASE, case_, error) &&
         csm_txn_outgoing_put (txn, id, "queued", 0, now, error);
}

static gboolean
make_message (CsmTxn      *txn,
              const char  *submission_id,
              gint64       now,
              GError     **error)
{
  g_autoptr (JsonObject) submission = csm_desk_load (txn, CSM_TYPE_ID_SUBMISSION, submission_id, error);
  g_autoptr (JsonObject) message = NULL;
  gboolean is_held;

  if (submission == NULL || !csm_submission_hold (txn, submission, now, &is_held, error))
    return FALSE;
  if (is_held)
    return TRUE;
  message = csm_outgoing_message_new (txn, submission, now, error);
  if (message == NULL)
    return FALSE;
  csm_json_set_string (submission, "messageId", csm_json_get_string (message, "id"));
  csm_json_set_string (submission, "undoStatus", "final");
  json_object_set_null_member (submission, "draftBefore");
  return csm_outgoing_queue (txn, message, now, error) &&
         csm_clocks_note_sent (txn, submission, now, error) &&
         csm_text_rules_count (txn, submission, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_SUBMISSION, submission, error);
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
  g_autoptr (CsmOutgoingMail) mail = NULL;
  gboolean is_early;
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
  /* Whoever asks may have looked at the queue before the last try ended. */
  if (!csm_txn_outgoing_is_early (txn, message_id, now + EARLY, &is_early, error) || is_early)
    return NULL;
  mail = csm_outgoing_mail_new (txn, message, &local);
  tries = local == NULL ? csm_txn_outgoing_tries (txn, message_id, &local) : 0;
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return NULL;
    }
  if (mail == NULL)
    {
      csm_outgoing_write_state (txn, message, "failed", _("The channel has no way out"), tries, now, now, error);
      return NULL;
    }
  if (!csm_outgoing_write_state (txn, message, "handedOver", NULL, tries + 1, now, now, error))
    return NULL;
  csm_failpoint ("send-begin");
  return g_steal_pointer (&mail);
}
