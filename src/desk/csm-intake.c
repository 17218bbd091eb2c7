/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-intake-private.h"

#include "csm-acknowledge.h"
#include "csm-bounce.h"
#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-history.h"
#include "csm-id.h"
#include "csm-intake-message.h"
#include "csm-json.h"
#include "csm-lane.h"
#include "csm-rule-set.h"
#include "csm-time.h"
#include "csm-txn-merge.h"
#include "csm-undecided.h"

static void
intake_clear (CsmIntake *self)
{
  g_clear_pointer (&self->channel, json_object_unref);
  g_free (self->own_id);
  g_free (self->hash);
  csm_mail_view_clear (&self->view);
  g_free (self->case_lane);
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

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CsmIntake, intake_clear)

/* A mail that we sent comes back when somebody keeps or imports copies: the id is ours and enough. And the same bytes are the same
 * mail, also when this version reads them otherwise than the one before. */
static gboolean
is_copy (CsmIntake   *self,
         const char  *known_id,
         gboolean    *copy,
         GError     **error)
{
  g_autoptr (JsonObject) message = NULL;
  gboolean ours;

  if (known_id == NULL)
    return TRUE;
  message = csm_desk_load (self->txn, CSM_TYPE_ID_MESSAGE, known_id, error);
  if (message == NULL)
    return FALSE;
  ours = csm_json_get_string (message, "submissionId") != NULL || g_strcmp0 (csm_json_get_string (message, "automatic"), "acknowledgement") == 0;
  *copy = (self->parties.outgoing && ours) ||
          (self->incoming->raw_blob_id != NULL && g_strcmp0 (csm_json_get_string (message, "rawBlobId"), self->incoming->raw_blob_id) == 0);
  return TRUE;
}

/* What kind of mail it is, and where a case goes that it opens. */
static gboolean
classify (CsmIntake  *self,
          GError    **error)
{
  CsmRuleSet *rules = csm_rule_set_get (self->txn, error);
  gboolean loop;

  if (rules == NULL || !csm_intake_is_loop (self, &loop, error))
    return FALSE;
  csm_mail_view_init (&self->view, self->mail, self->parties.from, csm_json_get_string (self->channel, "address"));
  self->automatic = csm_lane_automatic (&self->view);
  self->case_lane = g_strdup (csm_rule_set_lane (rules, self->incoming->channel_id, &self->view));
  if (self->parties.outgoing)
    return TRUE;
  if (loop)
    self->aside = CSM_ASIDE_LOOP;
  else if (!self->parties.own && csm_rule_set_blocks (rules, self->incoming->channel_id, self->parties.from) != NULL)
    self->aside = CSM_ASIDE_BLOCKED;
  if (self->parties.forged && self->automatic == NULL && g_strcmp0 (self->case_lane, "spam") != 0)
    {
      g_free (self->case_lane);
      self->case_lane = g_strdup ("checking");
    }
  return TRUE;
}

static gboolean
identify (CsmIntake  *self,
          gboolean  *duplicate,
          GError   **error)
{
  const char *channel_id = self->incoming->channel_id;
  g_autofree char *known = NULL;
  g_autofree char *same = NULL;
  GError *local = NULL;

  self->hash = csm_intake_content_hash (self->incoming);
  self->at = csm_intake_message_time (self->incoming);
  self->rfc_id = csm_json_get_string (self->mail, "messageId");
  if (self->rfc_id == NULL || *self->rfc_id == '\0')
    self->rfc_id = self->own_id = g_strdup_printf ("%s@no-id.invalid", self->hash);

  known = csm_txn_find_mail (self->txn, channel_id, self->rfc_id, NULL, &local);
  if (known != NULL)
    same = csm_txn_find_mail (self->txn, channel_id, self->rfc_id, self->hash, &local);
  *duplicate = same != NULL;
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (*duplicate)
    {
      self->message_id = g_steal_pointer (&same);
      return TRUE;
    }
  self->channel = csm_parties_mailbox (self->txn, channel_id, &self->alone, error);
  if (self->channel == NULL || !csm_parties_find (&self->parties, self->txn, self->incoming, self->channel, error))
    return FALSE;
  /* What was sent among ourselves is no customer's. */
  *duplicate = self->incoming->sent && !self->parties.outgoing;
  return *duplicate || is_copy (self, known, duplicate, error);
}

/* Who didn't get our mail: people have to know, so a case that was put to rest rests no longer. */
static gboolean
note_bounce (CsmIntake  *self,
             GError  **error)
{
  const char *sent_id = csm_json_get_string (self->parent, "id");
  const char *case_id = csm_json_get_string (self->case_, "id");
  g_autoptr (JsonObject) before = NULL;
  g_autofree char *why = NULL;

  if (!csm_bounce_apply (self->txn, self->mail, self->parent, self->at, &why, error))
    return FALSE;
  if (g_strcmp0 (csm_json_get_string (self->parent, "caseId"), case_id) == 0)
    csm_undecided_note_message (self->case_, self->parent);
  /* Nobody waits for what a machine answered. */
  if (why == NULL || csm_json_get_string (self->parent, "automatic") != NULL)
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
add_ancestors (CsmIntake  *self,
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

/* What answers a mail that was brought here goes back with it. */
static gboolean
follow_parent (CsmIntake  *self,
               GError    **error)
{
  return self->parent == NULL || g_strcmp0 (csm_json_get_string (self->parent, "conversationId"), csm_json_get_string (self->conversation, "id")) != 0 ||
         csm_txn_inherit_moves (self->txn, csm_json_get_string (self->parent, "id"), self->message_id, "conversationId", error);
}

static gboolean
write_message (CsmIntake  *self,
               GError  **error)
{
  const char *channel_id = self->incoming->channel_id;

  csm_json_set_string (self->message, "caseId", csm_json_get_string (self->case_, "id"));
  csm_json_set_string (self->message, "conversationId", csm_json_get_string (self->conversation, "id"));
  csm_json_set_string (self->message, "customerId", self->customer_id);
  if (!csm_desk_add (self->txn, CSM_TYPE_ID_MESSAGE, self->message_id, self->message, error) ||
      !csm_txn_add_mail_id (self->txn, channel_id, self->rfc_id, self->hash, self->message_id, error))
    return FALSE;
  return follow_parent (self, error) && add_ancestors (self, self->thread.unknown, error) && add_ancestors (self, self->thread.hints, error);
}

static gboolean
take (CsmIntake  *self,
      gboolean  *duplicate,
      GError   **error)
{
  gboolean opens;

  if (!identify (self, duplicate, error))
    return FALSE;
  if (*duplicate)
    return TRUE;
  if (!classify (self, error) || !csm_intake_find_place (self, error))
    return FALSE;
  self->message = csm_intake_message_new (self, error);
  if (self->message == NULL)
    return FALSE;
  self->message_id = csm_id_new_at ('m', self->at);
  csm_json_set_string (self->message, "id", self->message_id);
  opens = self->case_ == NULL;
  if (!(self->case_ != NULL ? csm_intake_join_case (self, error) : csm_intake_open_case (self, error)))
    return FALSE;
  return write_message (self, error) && (!self->reports || note_bounce (self, error)) && (!opens || csm_acknowledge (self, error));
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
  g_auto (CsmIntake) self = { .txn = txn, .incoming = incoming, .mail = incoming->mail };
  gboolean duplicate = FALSE;

  if (!take (&self, &duplicate, error))
    return FALSE;
  *outcome = duplicate ? CSM_INTAKE_DUPLICATE : CSM_INTAKE_NEW;
  if (message_id != NULL)
    *message_id = g_steal_pointer (&self.message_id);
  return TRUE;
}
