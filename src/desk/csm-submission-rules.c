/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rules.h"

#include "csm-address.h"
#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-draft-review.h"
#include "csm-draft-send.h"
#include "csm-history.h"
#include "csm-json.h"
#include "csm-outgoing.h"
#include "csm-patch.h"
#include "csm-submission-later.h"
#include "csm-time.h"
#include "csm-undecided.h"
#include "csm-validate.h"

/* A mail that was received so long before it was added came out of an archive. */
#define ARCHIVED_AFTER (24 * 3600 * CSM_SECOND)

static gboolean
invalid (GError     **error,
         const char  *property)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

/* --- Where it goes ------------------------------------------------------------------------------------------------- */

static gboolean
check_recipients (JsonObject  *record,
                  GError     **error)
{
  static const char *const fields[] = { "to", "cc", "bcc" };
  guint count = 0;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      guint bad;
      JsonArray *tidy = csm_address_list_tidy (csm_json_get_array (record, fields[i]), &bad);

      count += json_array_get_length (tidy);
      json_object_set_array_member (record, fields[i], tidy);
      if (bad > 0)
        return invalid (error, fields[i]);
    }
  return count > 0 || invalid (error, "to");
}

static gboolean
check_way_out (CsmTxn      *txn,
               JsonObject  *record,
               JsonObject  *conversation,
               GError     **error)
{
  const char *channel_id = csm_json_get_string (conversation, "channelId");
  g_autoptr (JsonObject) channel = csm_desk_load (txn, CSM_TYPE_ID_CHANNEL, channel_id, error);
  g_autofree char *command = NULL;
  gboolean has_way;

  if (channel == NULL || !csm_outgoing_has_way (txn, channel_id, &command, &has_way, error))
    return FALSE;
  if (!has_way || !csm_json_get_boolean (channel, "enabled") || !csm_address_is_valid (csm_json_get_string (channel, "address")))
    return csm_rules_refuse (error, CSM_DESK_ERROR_CANNOT_SEND, "The channel has no way out");
  /* Such a command reads the header, and hidden recipients must not stand there. */
  if (command != NULL && csm_outgoing_reads_header (command) && json_array_get_length (csm_json_get_array (record, "bcc")) > 0)
    return invalid (error, "bcc");
  return TRUE;
}

/* Nothing leaves such a channel without a word of the team that was asked for it. */
static gboolean
check_review (CsmTxn              *txn,
              const CsmPrincipal  *who,
              JsonObject          *record,
              JsonObject          *conversation,
              GError             **error)
{
  g_autoptr (JsonObject) channel = csm_desk_load (txn, CSM_TYPE_ID_CHANNEL, csm_json_get_string (conversation, "channelId"), error);
  const char *team_id = channel != NULL ? csm_json_get_string (channel, "reviewTeamId") : NULL;
  gboolean allows;

  if (channel == NULL)
    return FALSE;
  if (team_id == NULL)
    return TRUE;
  if (!csm_draft_review_allows (txn, who, record, team_id, &allows, error))
    return FALSE;
  return allows || csm_rules_refuse (error, CSM_DESK_ERROR_NEEDS_REVIEW, team_id);
}

static gboolean
check_message (CsmTxn      *txn,
               JsonObject  *record,
               const char  *property,
               gint64      *at,
               GError     **error)
{
  const char *id = csm_json_get_string (record, property);
  g_autoptr (JsonObject) message = NULL;
  GError *local = NULL;

  *at = CSM_TIME_NONE;
  if (id == NULL)
    return TRUE;
  message = csm_desk_peek (txn, CSM_TYPE_ID_MESSAGE, id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (message == NULL)
    return invalid (error, property);
  if (g_strcmp0 (csm_json_get_string (message, "caseId"), csm_json_get_string (record, "caseId")) != 0)
    {
      /* The conversation was moved, and what its writer had seen last stayed behind: they look again, and decide. */
      if (!g_str_equal (property, "basedOn"))
        return invalid (error, property);
      return csm_json_get_boolean (record, "confirmed") || csm_rules_refuse (error, CSM_DESK_ERROR_CASE_MOVED, id);
    }
  *at = csm_json_get_time (message, "at");
  return TRUE;
}

/* --- Whether the world moved on ------------------------------------------------------------------------------------- */

/* Of what was added since. What a machine answered is nothing to read before one sends, and neither is what an archive brings that is
 * older than what the person saw. */
static gboolean
is_news (JsonObject *message,
         const char *author_id,
         gint64      based_at)
{
  const char *automatic = csm_json_get_string (message, "automatic");
  gint64 at = csm_json_get_time (message, "at");

  if (g_strcmp0 (csm_json_get_string (message, "authorId"), author_id) == 0 ||
      g_strcmp0 (automatic, "reply") == 0 || g_strcmp0 (automatic, "bounce") == 0 || g_strcmp0 (automatic, "acknowledgement") == 0)
    return FALSE;
  return based_at == CSM_TIME_NONE || at > based_at || csm_json_get_time (message, "created") - at < ARCHIVED_AFTER;
}

/**
 * csm_submission_find_news:
 * @txn: the transaction
 * @author_id: who sends
 * @submission: what
 * @since: (nullable): the Message up to which its author has seen the case
 * @based_at: when that was received, µs, or `CSM_TIME_NONE`
 * @news: (out) (nullable) (transfer full): a Message that its author is to see first
 * @error: return location
 *
 * By the order in which they were added: of two mails that came at once the one that was received first may be added last,
 * and the server's clock may be set back.
 *
 * Returns: whether that is known
 */
gboolean
csm_submission_find_news (CsmTxn      *txn,
                          const char  *author_id,
                          JsonObject  *submission,
                          const char  *since,
                          gint64       based_at,
                          char       **news,
                          GError     **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_ids_since (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "caseId",
                                                 csm_json_get_string (submission, "caseId"), since, error);

  *news = NULL;
  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len && *news == NULL; i++)
    {
      g_autoptr (JsonObject) message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (ids, i), error);

      if (message == NULL)
        return FALSE;
      if (is_news (message, author_id, based_at))
        *news = g_strdup (csm_json_get_string (message, "id"));
    }
  return TRUE;
}

static gboolean
check_messages (CsmTxn              *txn,
                const CsmPrincipal  *who,
                JsonObject          *record,
                gint64               based_at,
                GError             **error)
{
  g_autofree char *news = NULL;

  if (!csm_submission_find_news (txn, who->person_id, record, csm_json_get_string (record, "basedOn"), based_at, &news, error))
    return FALSE;
  return news == NULL || csm_rules_refuse (error, CSM_DESK_ERROR_CASE_MOVED, news);
}

static gboolean
is_in_the_way (CsmTxn              *txn,
               const CsmPrincipal  *who,
               JsonObject          *record,
               JsonObject          *other,
               gboolean            *is,
               GError             **error)
{
  const char *message_id = csm_json_get_string (other, "messageId");

  *is = FALSE;
  if (g_strcmp0 (csm_json_get_string (other, "authorId"), who->person_id) != 0)
    {
      /* What is to leave much later is asked about before it does. */
      *is = g_strcmp0 (csm_json_get_string (other, "undoStatus"), "pending") == 0 && !csm_submission_is_later (other, csm_time_now ());
      return TRUE;
    }
  if (message_id != NULL && g_strcmp0 (csm_json_get_string (record, "basedOn"), message_id) == 0)
    return TRUE;
  return csm_draft_was_sent (txn, record, other, is, error);
}

/* A colleague's reply that waits for its undo window is an answer, too, and so is the same draft sent from another window. */
static gboolean
check_pending (CsmTxn              *txn,
               const CsmPrincipal  *who,
               JsonObject          *record,
               GError             **error)
{
  const char *case_id = csm_json_get_string (record, "caseId");
  g_autoptr (GPtrArray) ids = NULL;

  ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_SUBMISSION), "caseId", case_id, error);
  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (JsonObject) other = csm_desk_load (txn, CSM_TYPE_ID_SUBMISSION, g_ptr_array_index (ids, i), error);
      gboolean is;

      if (other == NULL || !is_in_the_way (txn, who, record, other, &is, error))
        return FALSE;
      if (is)
        return csm_rules_refuse (error, CSM_DESK_ERROR_CASE_MOVED, csm_json_get_string (other, "id"));
    }
  return TRUE;
}

/* --- What it does to the case ----------------------------------------------------------------------------------------- */

static JsonObject *
patch_with_status (JsonObject *record,
                   JsonObject *case_)
{
  JsonObject *given = csm_json_get_object (record, "casePatch");
  JsonObject *patch = given != NULL ? csm_json_copy_object (given) : json_object_new ();
  const char *status = csm_json_get_string (case_, "status");

  if (!json_object_has_member (patch, "status") && (g_strcmp0 (status, "new") == 0 || g_strcmp0 (status, "open") == 0))
    csm_json_set_string (patch, "status", "waiting");
  return patch;
}

/* What was there and what came, so that Undo can tell what somebody changed since. */
static JsonObject *
note_replaced (JsonObject *before,
               JsonObject *after)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CASE);
  g_autoptr (GPtrArray) changed = csm_record_changed (type, before, after);
  JsonObject *replaced = json_object_new ();

  for (guint i = 0; i < changed->len; i++)
    {
      const char *name = g_ptr_array_index (changed, i);
      JsonObject *pair;

      if (csm_record_type_property (type, name)->flags & CSM_PROPERTY_SERVER_SET)
        continue;
      pair = json_object_new ();
      json_object_set_member (pair, "before", csm_json_copy (json_object_get_member (before, name)));
      json_object_set_member (pair, "after", csm_json_copy (json_object_get_member (after, name)));
      json_object_set_object_member (replaced, name, pair);
    }
  return replaced;
}

static gboolean
patch_case (CsmTxn              *txn,
            const CsmPrincipal  *who,
            const char          *id,
            JsonObject          *record,
            GError             **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CASE);
  g_autoptr (JsonObject) before = csm_desk_load (txn, CSM_TYPE_ID_CASE, csm_json_get_string (record, "caseId"), error);
  g_autoptr (JsonObject) patch = before != NULL ? patch_with_status (record, before) : NULL;
  g_autoptr (JsonObject) after = NULL;
  g_autoptr (GPtrArray) bad = NULL;
  g_autoptr (GError) local = NULL;

  if (before == NULL)
    return FALSE;
  after = csm_patch_apply (type, before, patch, NULL);
  bad = after != NULL ? csm_validate_update (type, before, after) : NULL;
  if (after == NULL || bad != NULL)
    return invalid (error, "casePatch");
  csm_case_touch_messages (after);
  if (!csm_case_rules_update (txn, who, before, after, id, &local))
    {
      if (g_error_matches (local, CSM_DESK_ERROR, CSM_DESK_ERROR_INVALID_PROPERTIES))
        return invalid (error, "casePatch");
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  json_object_set_object_member (record, "casePatchBefore", note_replaced (before, after));
  return TRUE;
}

/**
 * csm_submission_rules_create:
 * @txn: the transaction
 * @who: who sends
 * @id: its id: sent once, whatever happens
 * @record: the Submission
 * @error: also `CSM_DESK_ERROR_CASE_MOVED`, `CSM_DESK_ERROR_CANNOT_SEND`, `CSM_DESK_ERROR_NEEDS_REVIEW`
 *
 * Takes what a person sends; the case, and the draft that it was written in, change with it, in the same transaction.
 *
 * Returns: whether it was written
 */
gboolean
csm_submission_rules_create (CsmTxn              *txn,
                             const CsmPrincipal  *who,
                             const char          *id,
                             JsonObject          *record,
                             GError             **error)
{
  g_autoptr (JsonObject) conversation = NULL;
  gboolean confirmed = csm_json_get_boolean (record, "confirmed");
  gint64 based_at, answered_at;

  if (g_strcmp0 (csm_json_get_string (record, "undoStatus"), "pending") != 0)
    return invalid (error, "undoStatus");
  conversation = csm_desk_load (txn, CSM_TYPE_ID_CONVERSATION, csm_json_get_string (record, "conversationId"), error);
  if (conversation == NULL)
    return FALSE;
  if (g_strcmp0 (csm_json_get_string (conversation, "caseId"), csm_json_get_string (record, "caseId")) != 0)
    return invalid (error, "conversationId");
  if (!check_recipients (record, error) || !check_way_out (txn, record, conversation, error) ||
      !check_review (txn, who, record, conversation, error) ||
      !csm_rules_need_blobs (txn, who, record, error) ||
      !check_message (txn, record, "inReplyTo", &answered_at, error) ||
      !check_message (txn, record, "basedOn", &based_at, error))
    return FALSE;
  if (!confirmed && (!check_messages (txn, who, record, based_at, error) || !check_pending (txn, who, record, error)))
    return FALSE;

  csm_json_set_string (record, "authorId", who->person_id);
  return csm_submission_plan (txn, record, csm_time_now (), error) &&
         patch_case (txn, who, id, record, error) &&
         csm_draft_take (txn, who, record, error) &&
         csm_desk_add (txn, CSM_TYPE_ID_SUBMISSION, id, record, error);
}

/* Gives back what the send had changed, but for what somebody has changed since. */
static gboolean
restore_case (CsmTxn              *txn,
              const CsmPrincipal  *who,
              JsonObject          *submission,
              GError             **error)
{
  JsonObject *replaced = csm_json_get_object (submission, "casePatchBefore");
  g_autoptr (JsonObject) before = csm_desk_load (txn, CSM_TYPE_ID_CASE, csm_json_get_string (submission, "caseId"), error);
  g_autoptr (JsonObject) after = before != NULL ? csm_json_copy_object (before) : NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (after == NULL)
    return FALSE;
  csm_case_touch_messages (after);
  csm_undecided_note_submission (after, submission);
  if (replaced != NULL)
    json_object_iter_init_ordered (&iter, replaced);
  while (replaced != NULL && json_object_iter_next_ordered (&iter, &name, &node))
    {
      JsonObject *pair = json_node_get_object (node);

      if (json_node_equal (json_object_get_member (before, name), json_object_get_member (pair, "after")))
        json_object_set_member (after, name, csm_json_copy (json_object_get_member (pair, "before")));
    }
  if (g_strcmp0 (csm_json_get_string (before, "status"), csm_json_get_string (after, "status")) != 0)
    {
      g_autofree char *status = g_strdup (csm_json_get_string (after, "status"));

      csm_case_flow_set_status (after, status, csm_time_now ());
    }
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, after, error) &&
         csm_history_add_changes (txn, who->person_id, before, after, csm_json_get_string (submission, "id"), error);
}

/* Somebody else may have had it sent once more since: what is unknown now is another delivery. */
static gboolean
is_still_seen (CsmTxn      *txn,
               JsonObject  *submission,
               const char  *message_id,
               GError     **error)
{
  gint64 seen = csm_json_get_time (submission, "decidedOn");
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) message = seen != CSM_TIME_NONE ? csm_desk_peek (txn, CSM_TYPE_ID_MESSAGE, message_id, &local) : NULL;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return message == NULL || csm_json_get_time (csm_json_get_object (message, "delivery"), "at") == seen ||
         csm_rules_refuse (error, CSM_DESK_ERROR_TOO_LATE, "It was sent once more since");
}

/* What became of the mail nobody knows; whoever may send may say so, and what they say is done. */
static gboolean
decide (CsmTxn              *txn,
        const CsmPrincipal  *who,
        JsonObject          *after,
        GError             **error)
{
  const char *decision = csm_json_get_string (after, "decision");
  const char *message_id = csm_json_get_string (after, "messageId");

  if (decision == NULL)
    return invalid (error, "decision");
  if (message_id == NULL)
    return csm_rules_refuse (error, CSM_DESK_ERROR_TOO_LATE, "Nothing was sent yet");
  if (!is_still_seen (txn, after, message_id, error))
    return FALSE;
  return csm_desk_save (txn, CSM_TYPE_ID_SUBMISSION, after, error) &&
         csm_outgoing_decide (txn, message_id, decision, who->person_id, csm_time_now (), error);
}

/**
 * csm_submission_rules_update:
 * @txn: the transaction
 * @who: who does that
 * @before: the Submission
 * @after: what a patch made of it
 * @error: also `CSM_DESK_ERROR_TOO_LATE`
 *
 * Undo, and another time, by its author or a lead, until the mail is made; and whether it arrived, once nobody knows.
 *
 * Returns: whether it was written
 */
gboolean
csm_submission_rules_update (CsmTxn              *txn,
                             const CsmPrincipal  *who,
                             JsonObject          *before,
                             JsonObject          *after,
                             GError             **error)
{
  const char *from = csm_json_get_string (before, "undoStatus");
  const char *to = csm_json_get_string (after, "undoStatus");

  if (g_strcmp0 (csm_json_get_string (before, "decision"), csm_json_get_string (after, "decision")) != 0)
    return g_strcmp0 (from, to) == 0 ? decide (txn, who, after, error) : invalid (error, "undoStatus");
  if (g_strcmp0 (to, "canceled") != 0 && (csm_json_get_time (before, "sendAt") != csm_json_get_time (after, "sendAt") ||
                                          (g_strcmp0 (from, "held") == 0 && g_strcmp0 (to, "pending") == 0)))
    return g_strcmp0 (to, from) == 0 || g_strcmp0 (to, "pending") == 0 ? csm_submission_plan_again (txn, who, before, after, error) : invalid (error, "undoStatus");
  if (g_strcmp0 (from, to) == 0)
    return TRUE;
  if (g_strcmp0 (csm_json_get_string (before, "authorId"), who->person_id) != 0 && !csm_role_may (who->role, CSM_ACTION_DECIDE_SENDS_OF_OTHERS))
    return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "Only its author may take it back");
  if (g_strcmp0 (to, "canceled") != 0)
    return invalid (error, "undoStatus");
  if (g_strcmp0 (from, "pending") != 0 && g_strcmp0 (from, "held") != 0)
    return csm_rules_refuse (error, CSM_DESK_ERROR_TOO_LATE, "It was handed over already");
  json_object_set_null_member (after, "held");
  return restore_case (txn, who, after, error) && csm_draft_put_back (txn, after, error) && csm_desk_save (txn, CSM_TYPE_ID_SUBMISSION, after, error);
}
