/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-desk"
#include "config.h"
#include "csm-intake.h"

#include "csm-bounce.h"
#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-history.h"
#include "csm-id.h"
#include "csm-intake-message.h"
#include "csm-json.h"
#include "csm-threading.h"
#include "csm-time.h"

/* After so many strangers answered one mail it is clear that it was a mailing. */
#define MAX_STRANGERS 3

/* One mail on its way in, and what has been found out about it. */
typedef struct
{
  CsmTxn            *txn;
  const CsmIncoming *incoming;
  JsonObject        *mail;         /* borrowed */
  const char        *rfc_id;       /* Message-ID, or `own_id` */
  char              *own_id;
  char              *hash;
  gint64             at;
  const CsmLane     *lane;
  CsmParties         parties;
  CsmThread          thread;
  char              *customer_id;
  JsonObject        *parent;       /* the message that it answers, or reports about */
  gboolean           reports;      /* the parent is a mail of ours that was not delivered */
  JsonObject        *case_;        /* NULL: it opens one */
  JsonObject        *conversation;
  const char        *case_lane;    /* of the case that it opens */
  char              *related_id;   /* a case to link the new one with */
  JsonObject        *message;
  char              *message_id;
} Intake;

static void
intake_clear (Intake *self)
{
  g_free (self->own_id);
  g_free (self->hash);
  csm_parties_clear (&self->parties);
  csm_thread_clear (&self->thread);
  g_free (self->customer_id);
  g_clear_pointer (&self->parent, json_object_unref);
  g_clear_pointer (&self->case_, json_object_unref);
  g_clear_pointer (&self->conversation, json_object_unref);
  g_free (self->related_id);
  g_clear_pointer (&self->message, json_object_unref);
  g_free (self->message_id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Intake, intake_clear)

/* A mail that we sent comes back when somebody keeps or imports copies: the id is ours and enough. */
static gboolean
is_own_copy (Intake      *self,
             gboolean    *copy,
             GError     **error)
{
  g_autofree char *id = NULL;
  g_autoptr (JsonObject) message = NULL;
  GError *local = NULL;

  *copy = FALSE;
  if (!self->parties.outgoing)
    return TRUE;
  id = csm_txn_find_mail (self->txn, self->incoming->channel_id, self->rfc_id, NULL, &local);
  if (id != NULL)
    message = csm_desk_load (self->txn, CSM_TYPE_ID_MESSAGE, id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  *copy = message != NULL && csm_json_get_string (message, "submissionId") != NULL;
  return TRUE;
}

static gboolean
identify (Intake    *self,
          gboolean  *duplicate,
          GError   **error)
{
  const char *channel_id = self->incoming->channel_id;
  g_autofree char *known = NULL;
  GError *local = NULL;

  self->hash = csm_intake_content_hash (self->incoming);
  self->at = csm_intake_message_time (self->incoming);
  self->rfc_id = csm_json_get_string (self->mail, "messageId");
  if (self->rfc_id == NULL || *self->rfc_id == '\0')
    self->rfc_id = self->own_id = g_strdup_printf ("%s@no-id.invalid", self->hash);

  known = csm_txn_find_mail (self->txn, channel_id, self->rfc_id, self->hash, &local);
  *duplicate = known != NULL;
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (*duplicate)
    {
      self->message_id = g_steal_pointer (&known);
      return TRUE;
    }
  if (!csm_parties_find (&self->parties, self->txn, self->incoming, error) || !is_own_copy (self, duplicate, error))
    return FALSE;
  self->lane = csm_lane_of_mail (self->mail, self->parties.from);
  self->case_lane = self->lane->lane;
  if (self->parties.forged && self->lane->automatic == NULL)
    self->case_lane = "checking";
  return TRUE;
}

/* Answers to a mailing of ours have nothing to do with one another. */
static gboolean
answers_mailing (Intake    *self,
                 gboolean  *mailing,
                 GError   **error)
{
  JsonObject *related = csm_json_get_object (self->case_, "relatedCaseIds");

  if (!csm_thread_is_bulk (self->txn, self->parent, mailing, error))
    return FALSE;
  if (g_strcmp0 (csm_json_get_string (self->parent, "direction"), "out") == 0 && related != NULL)
    *mailing |= json_object_get_size (related) >= MAX_STRANGERS;
  return TRUE;
}

/* Leaves the thread: the mail opens a case of its own. */
static void
stand_alone (Intake     *self,
             const char *lane,
             gboolean    related)
{
  if (related)
    self->related_id = g_strdup (csm_json_get_string (self->case_, "id"));
  if (lane != NULL && g_strcmp0 (self->case_lane, "conversation") == 0)
    self->case_lane = lane;
  g_clear_pointer (&self->case_, json_object_unref);
  g_clear_pointer (&self->conversation, json_object_unref);
}

/* Whether the writer may join the case that the mail refers to. */
static gboolean
admit (Intake   *self,
       GError  **error)
{
  gboolean is_customer = g_strcmp0 (csm_json_get_string (self->conversation, "customerId"), self->customer_id) == 0 ||
                         g_strcmp0 (csm_json_get_string (self->case_, "customerId"), self->customer_id) == 0;
  gboolean mailing = FALSE, known = FALSE;

  if (self->thread.is_sibling && self->parties.outgoing && !is_customer)
    stand_alone (self, NULL, FALSE);
  if (is_customer || self->parties.outgoing)
    return TRUE;
  if (!self->thread.is_sibling && !answers_mailing (self, &mailing, error))
    return FALSE;
  if (!mailing && !self->parties.forged && !csm_thread_knows (self->txn, self->parent, self->parties.from, &known, error))
    return FALSE;
  if (known)
    return TRUE;
  if (mailing || self->thread.is_sibling)
    stand_alone (self, NULL, FALSE);
  else
    stand_alone (self, "checking", TRUE);
  return TRUE;
}

static gboolean
load_place (Intake   *self,
            GError  **error)
{
  self->conversation = csm_desk_load (self->txn, CSM_TYPE_ID_CONVERSATION, csm_json_get_string (self->parent, "conversationId"), error);
  if (self->conversation == NULL)
    return FALSE;
  /* Not the message's caseId: conversations move when cases are merged. */
  self->case_ = csm_desk_load (self->txn, CSM_TYPE_ID_CASE, csm_json_get_string (self->conversation, "caseId"), error);
  return self->case_ != NULL;
}

/* A machine's answer that belongs nowhere makes no customer out of a mailer-daemon; everything else is somebody's. */
static gboolean
find_customer (Intake   *self,
               GError  **error)
{
  self->customer_id = csm_parties_customer (self->txn, self->incoming->channel_id, self->parties.address, self->parties.name, error);
  return self->customer_id != NULL;
}

static gboolean
find_place (Intake   *self,
            GError  **error)
{
  if (g_strcmp0 (self->lane->automatic, "bounce") == 0)
    {
      if (!csm_bounce_find (self->txn, self->incoming->channel_id, self->mail, &self->parent, error))
        return FALSE;
      self->reports = self->parent != NULL;
      if (self->reports)
        return load_place (self, error);
      return find_customer (self, error);
    }
  if (!find_customer (self, error))
    return FALSE;
  if (!csm_thread_find (&self->thread, self->txn, self->incoming->channel_id, self->mail, self->rfc_id,
                        self->incoming->provider_thread, error))
    return FALSE;
  if (self->thread.parent_id == NULL)
    return TRUE;
  self->parent = csm_desk_load (self->txn, CSM_TYPE_ID_MESSAGE, self->thread.parent_id, error);
  if (self->parent == NULL || !load_place (self, error) || !admit (self, error))
    return FALSE;

  /* A customer's message to a closed case is a new case, linked to it. */
  if (self->case_ != NULL && !self->parties.outgoing && !self->incoming->history &&
      g_strcmp0 (self->lane->automatic, "reply") != 0 && g_strcmp0 (csm_json_get_string (self->case_, "status"), "closed") == 0)
    stand_alone (self, NULL, TRUE);
  return TRUE;
}

typedef struct
{
  Intake  *intake;
  GError  *error;
} Elsewhere;

static gboolean
look_in_channel (const char *id,
                 const char *json,
                 gpointer    user_data)
{
  Elsewhere *elsewhere = user_data;
  Intake *self = elsewhere->intake;
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
find_same_elsewhere (Intake   *self,
                     GError  **error)
{
  Elsewhere elsewhere = { self, NULL };

  if (self->related_id != NULL || self->own_id != NULL)
    return TRUE;
  if (!csm_txn_each (self->txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CHANNEL), 100, look_in_channel, &elsewhere, error))
    return FALSE;
  if (elsewhere.error == NULL)
    return TRUE;
  g_propagate_error (error, elsewhere.error);
  return FALSE;
}

static gboolean
link_related (Intake   *self,
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

static gboolean
open_case (Intake   *self,
           GError  **error)
{
  g_autofree char *case_id = csm_id_new ('c');
  g_autofree char *conversation_id = csm_id_new ('v');
  g_autofree char *subject = csm_intake_base_subject (csm_json_get_string (self->message, "subject"));
  g_autoptr (JsonObject) channel = csm_desk_load (self->txn, CSM_TYPE_ID_CHANNEL, self->incoming->channel_id, error);

  if (channel == NULL || !find_same_elsewhere (self, error))
    return FALSE;
  self->case_ = json_object_new ();
  csm_json_set_string (self->case_, "id", case_id);
  csm_json_set_string (self->case_, "subject", *subject != '\0' ? subject : csm_json_get_string (self->message, "preview"));
  csm_json_set_string (self->case_, "status", self->parties.outgoing ? "waiting" : "new");
  csm_json_set_string (self->case_, "lane", self->case_lane);
  csm_json_set_string (self->case_, "customerId", self->customer_id);
  csm_json_set_string (self->case_, "teamId", csm_json_get_string (channel, "teamId"));
  csm_record_fill_defaults (csm_record_type_get (CSM_TYPE_ID_CASE), self->case_);

  self->conversation = json_object_new ();
  csm_json_set_string (self->conversation, "id", conversation_id);
  csm_json_set_string (self->conversation, "caseId", case_id);
  csm_json_set_string (self->conversation, "customerId", self->customer_id);
  csm_json_set_string (self->conversation, "channelId", self->incoming->channel_id);
  csm_json_set_string (self->conversation, "subject", csm_json_get_string (self->message, "subject"));
  csm_case_note_message (self->case_, self->message);
  return link_related (self, error) &&
         csm_desk_add (self->txn, CSM_TYPE_ID_CASE, case_id, self->case_, error) &&
         csm_desk_add (self->txn, CSM_TYPE_ID_CONVERSATION, conversation_id, self->conversation, error);
}

/* What the case's status becomes by this mail, or NULL when it stays. */
static const char *
next_status (Intake *self)
{
  const char *status = csm_json_get_string (self->case_, "status");
  gint64 last = csm_json_get_time (self->case_, "lastMessageAt");
  gboolean waits = g_strcmp0 (status, "waiting") == 0;
  gboolean is_open = g_strcmp0 (status, "open") == 0 || g_strcmp0 (status, "new") == 0;

  /* An old mail that comes late says nothing about now. */
  if (self->incoming->history && last != CSM_TIME_NONE && self->at < last)
    return NULL;
  if (g_strcmp0 (self->lane->automatic, "reply") == 0 || g_strcmp0 (self->lane->automatic, "bounce") == 0)
    return NULL;
  if (self->parties.outgoing)
    return is_open ? "waiting" : NULL;
  if (waits || (!self->incoming->history && (g_strcmp0 (status, "snoozed") == 0 || g_strcmp0 (status, "resolved") == 0)))
    return "open";
  return NULL;
}

static gboolean
is_machine_lane (const char *lane)
{
  return g_strcmp0 (lane, "notification") == 0 || g_strcmp0 (lane, "newsletter") == 0 ||
         g_strcmp0 (lane, "automatic") == 0 || g_strcmp0 (lane, "bounce") == 0;
}

static gboolean
join_case (Intake   *self,
           GError  **error)
{
  g_autoptr (JsonObject) before = self->incoming->history ? NULL : csm_json_copy_object (self->case_);
  const char *status = next_status (self);
  const char *lane = csm_json_get_string (self->case_, "lane");

  if (status != NULL)
    csm_case_flow_set_status (self->case_, status, csm_time_now ());
  if (self->lane->automatic == NULL && (is_machine_lane (lane) || (self->parties.outgoing && g_strcmp0 (lane, "checking") == 0)))
    csm_json_set_string (self->case_, "lane", "conversation");
  csm_case_note_message (self->case_, self->message);
  if (before != NULL && !csm_history_add_changes (self->txn, self->parties.author_id, before, self->case_, self->message_id, error))
    return FALSE;
  return csm_desk_save (self->txn, CSM_TYPE_ID_CASE, self->case_, error);
}

/* Who didn't get our mail: people have to know, so a case that was put to rest rests no longer. */
static gboolean
note_bounce (Intake   *self,
             GError  **error)
{
  const char *sent_id = csm_json_get_string (self->parent, "id");
  const char *case_id = csm_json_get_string (self->case_, "id");
  g_autoptr (JsonObject) before = NULL;
  g_autofree char *why = NULL;

  if (!csm_bounce_apply (self->txn, self->mail, self->parent, self->at, &why, error))
    return FALSE;
  if (why == NULL)
    return TRUE;
  if (!csm_history_add_text (self->txn, case_id, NULL, "deliveryFailed", NULL, NULL, why, sent_id, error))
    return FALSE;
  before = csm_json_copy_object (self->case_);
  if (self->incoming->history || !csm_case_flow_wake (self->case_, csm_time_now ()))
    return TRUE;
  return csm_desk_save (self->txn, CSM_TYPE_ID_CASE, self->case_, error) &&
         csm_history_add_changes (self->txn, NULL, before, self->case_, sent_id, error);
}

static gboolean
add_ancestors (Intake     *self,
               GPtrArray  *ids,
               GError    **error)
{
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      if (!csm_txn_add_ancestor (self->txn, self->incoming->channel_id, g_ptr_array_index (ids, i), self->message_id, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_message (Intake   *self,
               GError  **error)
{
  const char *channel_id = self->incoming->channel_id;

  csm_json_set_string (self->message, "caseId", csm_json_get_string (self->case_, "id"));
  csm_json_set_string (self->message, "conversationId", csm_json_get_string (self->conversation, "id"));
  csm_json_set_string (self->message, "customerId", self->customer_id);
  if (!csm_desk_add (self->txn, CSM_TYPE_ID_MESSAGE, self->message_id, self->message, error) ||
      !csm_txn_add_mail_id (self->txn, channel_id, self->rfc_id, self->hash, self->message_id, error))
    return FALSE;
  return add_ancestors (self, self->thread.unknown, error) && add_ancestors (self, self->thread.hints, error);
}

static gboolean
take (Intake    *self,
      gboolean  *duplicate,
      GError   **error)
{
  if (!identify (self, duplicate, error))
    return FALSE;
  if (*duplicate)
    return TRUE;
  if (!find_place (self, error))
    return FALSE;
  self->message = csm_intake_message_new (self->txn, self->incoming, &self->parties, self->lane, self->at, error);
  if (self->message == NULL)
    return FALSE;
  self->message_id = csm_id_new_at ('m', self->at);
  csm_json_set_string (self->message, "id", self->message_id);
  if (!(self->case_ != NULL ? join_case (self, error) : open_case (self, error)))
    return FALSE;
  return write_message (self, error) && (!self->reports || note_bounce (self, error));
}

/**
 * csm_intake:
 * @txn: an open transaction for writing
 * @incoming: the mail
 * @outcome: (out): whether it was new
 * @message_id: (out) (optional) (transfer full) (nullable): the message record
 * @error: return location
 *
 * Finds customer, conversation and case, or opens them, and writes the message.
 *
 * Returns: whether it was taken in; otherwise the transaction must be rolled back
 */
gboolean
csm_intake (CsmTxn             *txn,
            const CsmIncoming  *incoming,
            CsmIntakeOutcome   *outcome,
            char              **message_id,
            GError            **error)
{
  g_auto (Intake) self = { .txn = txn, .incoming = incoming, .mail = incoming->mail };
  gboolean duplicate = FALSE;

  if (!take (&self, &duplicate, error))
    return FALSE;
  *outcome = duplicate ? CSM_INTAKE_DUPLICATE : CSM_INTAKE_NEW;
  if (message_id != NULL)
    *message_id = g_steal_pointer (&self.message_id);
  return TRUE;
}
