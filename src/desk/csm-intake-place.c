/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-intake-private.h"

#include "csm-bounce.h"
#include "csm-desk-records.h"
#include "csm-json.h"

/* After so many strangers answered one mail it is clear that it was a mailing. */
#define MAX_STRANGERS 3

/* Answers to a mailing of ours have nothing to do with one another. */
static gboolean
answers_mailing (CsmIntake  *self,
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
stand_alone (CsmIntake  *self,
             const char *lane,
             gboolean    related)
{
  if (related)
    self->related_id = g_strdup (csm_json_get_string (self->case_, "id"));
  if (lane != NULL && g_strcmp0 (self->case_lane, "conversation") == 0)
    {
      g_free (self->case_lane);
      self->case_lane = g_strdup (lane);
    }
  g_clear_pointer (&self->case_, json_object_unref);
  g_clear_pointer (&self->conversation, json_object_unref);
}

/* Whether the writer may join the case that the mail refers to. */
static gboolean
admit (CsmIntake  *self,
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
load_place (CsmIntake  *self,
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
find_customer (CsmIntake  *self,
               GError  **error)
{
  self->customer_id = csm_parties_customer (self->txn, self->incoming->channel_id, self->parties.address, self->parties.name,
                                            !self->parties.outgoing, error);
  return self->customer_id != NULL;
}

/* The one case that keeps what the sender writes to the mailbox, unless a person has made something else of it. */
static gboolean
find_aside (CsmIntake  *self,
            GError    **error)
{
  const char *lane = self->aside == CSM_ASIDE_BLOCKED ? "spam" : "automatic";
  g_autofree char *id = NULL;
  GError *local = NULL;

  g_free (self->case_lane);
  self->case_lane = g_strdup (lane);
  id = csm_txn_find_aside (self->txn, self->incoming->channel_id, self->customer_id, lane, &local);
  if (id != NULL)
    self->conversation = csm_desk_peek (self->txn, CSM_TYPE_ID_CONVERSATION, id, &local);
  if (self->conversation != NULL)
    self->case_ = csm_desk_peek (self->txn, CSM_TYPE_ID_CASE, csm_json_get_string (self->conversation, "caseId"), &local);
  if (self->case_ == NULL || g_strcmp0 (csm_json_get_string (self->case_, "lane"), lane) != 0 ||
      g_strcmp0 (csm_json_get_string (self->case_, "status"), "closed") != 0)
    {
      g_clear_pointer (&self->case_, json_object_unref);
      g_clear_pointer (&self->conversation, json_object_unref);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/* Finds the case and the conversation that the mail belongs to; none, when it opens them. */
gboolean
csm_intake_find_place (CsmIntake  *self,
                       GError    **error)
{
  if (g_strcmp0 (self->automatic, "bounce") == 0)
    {
      if (!csm_bounce_find (self->txn, self->incoming->channel_id, self->mail, &self->parent, error))
        return FALSE;
      self->reports = self->parent != NULL;
      if (self->reports)
        {
          /* Who blocked a mail server still wants to know what did not arrive. */
          self->aside = CSM_ASIDE_NOT;
          return load_place (self, error);
        }
    }
  if (!find_customer (self, error))
    return FALSE;
  if (self->aside != CSM_ASIDE_NOT)
    return find_aside (self, error);
  if (g_strcmp0 (self->automatic, "bounce") == 0)
    return TRUE;
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
      g_strcmp0 (self->automatic, "reply") != 0 && g_strcmp0 (csm_json_get_string (self->case_, "status"), "closed") == 0)
    stand_alone (self, NULL, TRUE);
  return TRUE;
}
