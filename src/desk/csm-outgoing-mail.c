/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-outgoing-private.h"

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-reply-token.h"
#include "csm-time.h"

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
  g_free (self->channel_id);
  g_free (self->command);
  g_free (self->sender);
  g_strfreev (self->recipients);
  g_free (self->from_name);
  g_free (self->from_address);
  g_free (self->reply_to);
  g_clear_pointer (&self->to, json_array_unref);
  g_clear_pointer (&self->cc, json_array_unref);
  g_free (self->subject);
  g_free (self->rfc_id);
  g_free (self->in_reply_to);
  g_strfreev (self->references);
  g_free (self->text);
  g_clear_pointer (&self->attachments, json_array_unref);
  g_free (self->parent_blob);
  g_free (self);
}

static const char *
state_of (JsonObject *message,
          const char *address)
{
  JsonObject *recipients = csm_json_get_object (csm_json_get_object (message, "delivery"), "recipients");
  JsonObject *one = recipients != NULL ? csm_json_get_object (recipients, address) : NULL;

  return one != NULL ? csm_json_get_string (one, "state") : NULL;
}

/* Who has it, or will never get it, is not tried again. */
static void
add_recipients (CsmOutgoingMail *self,
                GStrvBuilder    *builder,
                GHashTable      *known,
                JsonObject      *message,
                JsonArray       *list)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      const char *address = csm_json_get_string (json_array_get_object_element (list, i), "address");

      const char *state = address != NULL ? state_of (message, address) : NULL;

      self->is_repeat |= g_strcmp0 (state, "accepted") == 0;
      if (address != NULL && g_strcmp0 (state, "accepted") != 0 && g_strcmp0 (state, "failed") != 0 && g_hash_table_add (known, (gpointer) address))
        g_strv_builder_add (builder, address);
    }
}

static char **
list_recipients (CsmOutgoingMail *self,
                 JsonObject      *message,
                 JsonObject      *submission)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  add_recipients (self, builder, known, message, csm_json_get_array (message, "to"));
  add_recipients (self, builder, known, message, csm_json_get_array (message, "cc"));
  if (submission != NULL)
    add_recipients (self, builder, known, message, csm_json_get_array (submission, "bcc"));
  return g_strv_builder_end (builder);
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

static void
copy_words (CsmOutgoingMail *self,
            JsonObject      *message)
{
  JsonObject *from = json_array_get_object_element (csm_json_get_array (message, "from"), 0);
  JsonArray *parents = csm_json_get_array (message, "inReplyTo");

  self->message_id = g_strdup (csm_json_get_string (message, "id"));
  self->channel_id = g_strdup (csm_json_get_string (message, "channelId"));
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
  self->is_automatic = g_strcmp0 (csm_json_get_string (message, "automatic"), "acknowledgement") == 0;
}

/* Who may be told what, and where: nobody is told of an automatic mail that can't be delivered (RFC 3834, section 3.3). */
static gboolean
set_ways_back (CsmOutgoingMail  *self,
               CsmTxn           *txn,
               JsonObject       *message,
               GError          **error)
{
  g_autoptr (JsonObject) channel = csm_desk_load (txn, CSM_TYPE_ID_CHANNEL, self->channel_id, error);
  g_autoptr (GError) local = NULL;

  if (channel == NULL)
    return FALSE;
  if (csm_json_get_boolean (channel, "plusAddressing"))
    {
      self->reply_to = csm_reply_token_address (txn, self->from_address, CSM_REPLY_TOKEN_CONVERSATION, csm_json_get_string (message, "conversationId"), &local);
      if (local == NULL && !self->is_automatic)
        self->sender = csm_reply_token_address (txn, self->from_address, CSM_REPLY_TOKEN_BOUNCE, self->message_id, &local);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  if (self->sender == NULL)
    self->sender = g_strdup (self->is_automatic ? "" : self->from_address);
  return TRUE;
}

/* For what helps Outlook alone nothing is held up. */
static void
find_parent (CsmOutgoingMail *self,
             CsmTxn          *txn)
{
  g_autofree char *id = NULL;
  g_autoptr (JsonObject) parent = NULL;

  if (self->in_reply_to != NULL)
    id = csm_txn_find_mail (txn, self->channel_id, self->in_reply_to, NULL, NULL);
  if (id != NULL)
    parent = csm_desk_peek (txn, CSM_TYPE_ID_MESSAGE, id, NULL);
  if (parent != NULL && g_strcmp0 (csm_json_get_string (parent, "direction"), "in") == 0)
    self->parent_blob = g_strdup (csm_json_get_string (parent, "rawBlobId"));
}

/**
 * csm_outgoing_mail_new:
 * @txn: a transaction
 * @message: an outgoing Message
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the mail; %NULL without an error when its channel has no way out
 */
CsmOutgoingMail *
csm_outgoing_mail_new (CsmTxn      *txn,
                       JsonObject  *message,
                       GError     **error)
{
  g_autoptr (CsmOutgoingMail) self = g_new0 (CsmOutgoingMail, 1);
  const char *submission_id = csm_json_get_string (message, "submissionId");
  g_autoptr (JsonObject) submission = submission_id != NULL ? csm_desk_load (txn, CSM_TYPE_ID_SUBMISSION, submission_id, error) : NULL;
  gboolean has_way;

  if (submission_id != NULL && submission == NULL)
    return NULL;
  copy_words (self, message);
  self->recipients = list_recipients (self, message, submission);
  if (!csm_outgoing_has_way (txn, self->channel_id, &self->command, &has_way, error) || !has_way || !set_ways_back (self, txn, message, error))
    return NULL;
  find_parent (self, txn);
  return g_steal_pointer (&self);
}

/**
 * csm_outgoing_again:
 * @txn: a transaction
 * @message_id: a message that was sent
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the mail as it was, to be kept somewhere; %NULL without an error when it is not to be had any more
 */
CsmOutgoingMail *
csm_outgoing_again (CsmTxn      *txn,
                    const char  *message_id,
                    GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, message_id, &local);
  CsmOutgoingMail *mail = message != NULL ? csm_outgoing_mail_new (txn, message, &local) : NULL;

  if (local != NULL && !csm_desk_may_skip (local))
    g_propagate_error (error, g_steal_pointer (&local));
  return mail;
}
