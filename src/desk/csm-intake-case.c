/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-intake-private.h"

#include "csm-assign.h"
#include "csm-away.h"
#include "csm-case-flow.h"
#include "csm-customer-merge.h"
#include "csm-desk-records.h"
#include "csm-history.h"
#include "csm-id.h"
#include "csm-intake-message.h"
#include "csm-json.h"
#include "csm-time.h"

typedef struct
{
  CsmIntake  *intake;
  GError  *error;
} Elsewhere;

static gboolean
look_in_channel (const char *id,
                 const char *json,
                 gpointer    user_data)
{
  Elsewhere *elsewhere = user_data;
  CsmIntake *self = elsewhere->intake;
  g_autofree char *message_id = NULL;
  g_autoptr (JsonObject) message = NULL;

  if (g_strcmp0 (id, self->incoming->channel_id) == 0)
    return TRUE;
  message_id = csm_txn_find_mail (self->txn, id, self->rfc_id, NULL, &elsewhere->error);
  if (message_id == NULL)
    return elsewhere->error == NULL;
  message = csm_desk_load (self->txn, CSM_TYPE_ID_MESSAGE, message_id, &elsewhere->error);
  if (message != NULL)
    self->related_id = g_strdup (csm_json_get_string (message, "caseId"));
  return FALSE;
}

/* The same mail in two mailboxes: two messages, and their cases know of each other. */
static gboolean
find_same_elsewhere (CsmIntake  *self,
                     GError  **error)
{
  Elsewhere elsewhere = { self, NULL };

  if (self->related_id != NULL || self->own_id != NULL || self->alone)
    return TRUE;
  if (!csm_txn_each (self->txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CHANNEL), 100, look_in_channel, &elsewhere, error))
    return FALSE;
  if (elsewhere.error == NULL)
    return TRUE;
  g_propagate_error (error, elsewhere.error);
  return FALSE;
}

static gboolean
link_related (CsmIntake  *self,
              GError  **error)
{
  const char *case_id = csm_json_get_string (self->case_, "id");
  g_autoptr (JsonObject) related = NULL;
  g_autoptr (JsonObject) before = NULL;
  JsonObject *known;

  if (self->related_id == NULL)
    return TRUE;
  related = csm_desk_load (self->txn, CSM_TYPE_ID_CASE, self->related_id, error);
  if (related == NULL)
    return FALSE;
  before = csm_json_copy_object (related);
  csm_desk_set_key (self->case_, "relatedCaseIds", self->related_id);
  /* The new case says where it came from in any case; the other one is bounded as every record is. */
  known = csm_json_get_object (related, "relatedCaseIds");
  if (known == NULL || json_object_get_size (known) < csm_record_type_property (csm_record_type_get (CSM_TYPE_ID_CASE), "relatedCaseIds")->limit)
    csm_desk_set_key (related, "relatedCaseIds", case_id);
  if (!self->incoming->history)
    csm_case_touch_messages (related);
  return csm_desk_save (self->txn, CSM_TYPE_ID_CASE, related, error) &&
         (self->incoming->history || csm_history_add_changes (self->txn, NULL, before, related, self->message_id, error));
}

/* Opens a case and a conversation for the mail. */
gboolean
csm_intake_open_case (CsmIntake  *self,
                      GError    **error)
{
  g_autofree char *case_id = csm_id_new ('c');
  g_autofree char *conversation_id = csm_id_new ('v');
  g_autofree char *subject = csm_intake_base_subject (csm_json_get_string (self->message, "subject"));

  if (self->aside == CSM_ASIDE_NOT && !find_same_elsewhere (self, error))
    return FALSE;
  self->case_ = json_object_new ();
  csm_json_set_string (self->case_, "id", case_id);
  csm_json_set_string (self->case_, "subject", *subject != '\0' ? subject : csm_json_get_string (self->message, "preview"));
  csm_json_set_string (self->case_, "status", self->aside != CSM_ASIDE_NOT ? "closed" : self->parties.outgoing ? "waiting" : "new");
  csm_json_set_string (self->case_, "lane", self->case_lane);
  csm_json_set_string (self->case_, "customerId", self->customer_id);
  csm_json_set_string (self->case_, "teamId", csm_json_get_string (self->channel, "teamId"));
  csm_record_fill_defaults (csm_record_type_get (CSM_TYPE_ID_CASE), self->case_);

  self->conversation = json_object_new ();
  csm_json_set_string (self->conversation, "id", conversation_id);
  csm_json_set_string (self->conversation, "caseId", case_id);
  csm_json_set_string (self->conversation, "customerId", self->customer_id);
  csm_json_set_string (self->conversation, "channelId", self->incoming->channel_id);
  csm_json_set_string (self->conversation, "subject", csm_json_get_string (self->message, "subject"));
  csm_case_note_message (self->case_, self->message);
  return link_related (self, error) &&
         (self->incoming->history || self->parties.outgoing || csm_assign_fair (self->txn, self->case_, error)) &&
         csm_desk_add (self->txn, CSM_TYPE_ID_CASE, case_id, self->case_, error) &&
         csm_desk_add (self->txn, CSM_TYPE_ID_CONVERSATION, conversation_id, self->conversation, error) &&
         csm_customer_follow (self->txn, self->parties.address, case_id, conversation_id, error) &&
         (self->aside == CSM_ASIDE_NOT ||
          csm_txn_put_aside (self->txn, self->incoming->channel_id, self->customer_id, self->case_lane, conversation_id, error));
}

/* What the case's status becomes by this mail, or NULL when it stays. */
static const char *
next_status (CsmIntake *self)
{
  const char *status = csm_json_get_string (self->case_, "status");
  gint64 last = csm_json_get_time (self->case_, "lastMessageAt");
  gboolean waits = g_strcmp0 (status, "waiting") == 0;
  gboolean is_open = g_strcmp0 (status, "open") == 0 || g_strcmp0 (status, "new") == 0;

  /* An old mail that comes late says nothing about now. */
  if (self->incoming->history && last != CSM_TIME_NONE && self->at < last)
    return NULL;
  if (g_strcmp0 (self->automatic, "reply") == 0 || g_strcmp0 (self->automatic, "bounce") == 0)
    return NULL;
  if (self->parties.outgoing)
    return is_open ? "waiting" : NULL;
  if (waits || (!self->incoming->history && (g_strcmp0 (status, "snoozed") == 0 || g_strcmp0 (status, "resolved") == 0)))
    return "open";
  return NULL;
}

/* Whether a case is in a lane of what machines write. */
gboolean
csm_intake_is_machine_lane (const char *lane)
{
  static const char *const lanes[] = { "notification", "newsletter", "fileShare", "account", "digest", "automatic", "bounce", NULL };

  return g_strv_contains (lanes, lane);
}

/* What the case becomes when somebody has to know of the mail. */
static void
move_case (CsmIntake *self)
{
  const char *lane = csm_json_get_string (self->case_, "lane");
  const char *status = next_status (self);

  if (status != NULL)
    csm_case_flow_set_status (self->case_, status, csm_time_now ());
  if (self->automatic == NULL && (csm_intake_is_machine_lane (lane) || (self->parties.outgoing && (g_strcmp0 (lane, "checking") == 0 || g_strcmp0 (lane, "spam") == 0))))
    csm_json_set_string (self->case_, "lane", "conversation");
  csm_case_note_message (self->case_, self->message);
}

/* Two machines that answer each other would go on for ever: people are told once, and the mail is kept. */
static gboolean
break_storm (CsmIntake  *self,
             GError    **error)
{
  const char *case_id = csm_json_get_string (self->case_, "id");

  csm_case_note_aside (self->case_, self->message);
  if (g_strcmp0 (csm_json_get_string (self->case_, "lane"), "automatic") == 0)
    return TRUE;
  csm_json_set_string (self->case_, "lane", "automatic");
  return csm_history_add_text (self->txn, case_id, NULL, "loopBroken", NULL, NULL, NULL, self->message_id, error);
}

/* Puts the mail into the case that was found for it. */
gboolean
csm_intake_join_case (CsmIntake  *self,
                      GError    **error)
{
  g_autoptr (JsonObject) before = self->incoming->history ? NULL : csm_json_copy_object (self->case_);

  if (self->aside == CSM_ASIDE_NOT && !csm_intake_is_storm (self, &self->storms, error))
    return FALSE;
  if (self->aside != CSM_ASIDE_NOT)
    csm_case_note_aside (self->case_, self->message);
  else if (!self->storms)
    move_case (self);
  else if (!break_storm (self, error))
    return FALSE;
  if (before != NULL && !csm_history_add_changes (self->txn, self->parties.author_id, before, self->case_, self->message_id, error))
    return FALSE;
  if (before != NULL && g_strcmp0 (csm_json_get_string (before, "status"), csm_json_get_string (self->case_, "status")) != 0 &&
      !csm_away_pass_on (self->txn, self->case_, csm_time_now (), error))
    return FALSE;
  return csm_desk_save (self->txn, CSM_TYPE_ID_CASE, self->case_, error);
}
