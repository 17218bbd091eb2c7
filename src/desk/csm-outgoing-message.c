/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-outgoing-message.h"

#include <string.h>

#include "csm-address.h"
#include "csm-desk-records.h"
#include "csm-id.h"
#include "csm-intake-message.h"
#include "csm-json.h"
#include "csm-outgoing-body.h"
#include "csm-time.h"
#include "csm-txn-merge.h"

#define MAX_PREVIEW 200
/* Some relays refuse header blocks over 4,096 characters. */
#define MAX_REFERENCES_LENGTH 2000

static void
copy_member (JsonObject *to,
             JsonObject *from,
             const char *member)
{
  JsonNode *node = json_object_get_member (from, member);

  if (node != NULL)
    json_object_set_member (to, member, csm_json_copy (node));
}

/* The mail that is answered: the one that the person chose, or the newest of the conversation. */
static JsonObject *
find_parent (CsmTxn      *txn,
             JsonObject  *submission,
             gboolean    *failed,
             GError     **error)
{
  const char *chosen = csm_json_get_string (submission, "inReplyTo");
  g_autoptr (GPtrArray) ids = NULL;
  JsonObject *parent = NULL;

  *failed = TRUE;
  if (chosen == NULL)
    {
      ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "conversationId",
                               csm_json_get_string (submission, "conversationId"), error);
      if (ids == NULL)
        return NULL;
      if (ids->len > 0)
        chosen = g_ptr_array_index (ids, ids->len - 1);
    }
  if (chosen != NULL)
    {
      parent = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, chosen, error);
      if (parent == NULL)
        return NULL;
    }
  *failed = FALSE;
  return parent;
}

static void
add_strings (GPtrArray *list,
             JsonArray *from)
{
  for (guint i = 0; from != NULL && i < json_array_get_length (from); i++)
    {
      JsonNode *node = json_array_get_element (from, i);

      if (csm_json_is_string (node))
        g_ptr_array_add (list, (gpointer) json_node_get_string (node));
    }
}

/* RFC 5322, section 3.6.4: the parent's References, else its In-Reply-To if that is one id, and the parent's id. */
static JsonArray *
make_references (JsonObject *parent)
{
  JsonArray *references = csm_json_get_array (parent, "references");
  JsonArray *parents = csm_json_get_array (parent, "inReplyTo");
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  JsonArray *out = json_array_new ();
  gsize length = 0;

  add_strings (ids, references);
  if (ids->len == 0 && parents != NULL && json_array_get_length (parents) == 1)
    add_strings (ids, parents);
  g_ptr_array_add (ids, (gpointer) csm_json_get_string (parent, "messageId"));
  for (guint i = 0; i < ids->len; i++)
    length += strlen (g_ptr_array_index (ids, i)) + 3;
  /* What is trimmed lies between the first, which names the thread, and the last ones. */
  while (length > MAX_REFERENCES_LENGTH && ids->len > 2)
    {
      length -= strlen (g_ptr_array_index (ids, 1)) + 3;
      g_ptr_array_remove_index (ids, 1);
    }
  for (guint i = 0; i < ids->len; i++)
    json_array_add_string_element (out, g_ptr_array_index (ids, i));
  return out;
}

static void
set_thread (JsonObject *message,
            JsonObject *parent)
{
  const char *id = csm_json_get_string (parent, "messageId");
  JsonArray *in_reply_to;

  if (id == NULL || *id == '\0')
    return;
  in_reply_to = json_array_new ();
  json_array_add_string_element (in_reply_to, id);
  json_object_set_array_member (message, "inReplyTo", in_reply_to);
  json_object_set_array_member (message, "references", make_references (parent));
}

/* At most one "Re: " (RFC 5322, section 3.6.5). */
static void
set_subject (JsonObject *message,
             const char *given,
             JsonObject *conversation,
             JsonObject *parent)
{
  const char *subject = given != NULL && *given != '\0' ? given
                        : parent != NULL ? csm_json_get_string (parent, "subject") : csm_json_get_string (conversation, "subject");
  g_autofree char *base = csm_intake_base_subject (subject);
  g_autofree char *line = NULL;
  gboolean answers = parent != NULL && (given == NULL || *given == '\0' || !g_str_has_prefix (given, base));

  line = answers ? g_strconcat ("Re: ", base, NULL) : g_strdup (base);
  csm_json_set_string (message, "subject", line);
}

static JsonArray *
make_from (JsonObject *person,
           JsonObject *channel)
{
  const char *name = person != NULL ? csm_json_get_string (person, "name") : NULL;
  const char *channel_name = csm_json_get_string (channel, "name");
  g_autofree char *whole = name != NULL ? g_strdup_printf ("%s via %s", name, channel_name) : g_strdup (channel_name);
  JsonArray *from = json_array_new ();
  JsonObject *entry = json_object_new ();

  csm_json_set_string (entry, "name", whole);
  csm_json_set_string (entry, "address", csm_json_get_string (channel, "address"));
  json_array_add_object_element (from, entry);
  return from;
}

static void
fill (JsonObject *message,
      const char *text,
      JsonObject *conversation,
      JsonObject *channel,
      gint64      now)
{
  g_autofree char *preview = csm_intake_one_line (text, MAX_PREVIEW);
  g_autofree char *id = csm_id_new_at ('m', now);
  g_autofree char *local = g_ascii_strdown (id + 1, -1);
  g_autofree char *rfc_id = g_strdup_printf ("%s@%s", local, csm_address_domain (csm_json_get_string (channel, "address")));
  JsonObject *delivery = json_object_new ();

  csm_json_set_string (message, "id", id);
  csm_json_set_string (message, "conversationId", csm_json_get_string (conversation, "id"));
  csm_json_set_string (message, "caseId", csm_json_get_string (conversation, "caseId"));
  csm_json_set_string (message, "channelId", csm_json_get_string (channel, "id"));
  csm_json_set_string (message, "customerId", csm_json_get_string (conversation, "customerId"));
  csm_json_set_string (message, "direction", "out");
  csm_json_set_time (message, "at", now);
  csm_json_set_time (message, "sentAt", now - now % CSM_SECOND);
  csm_json_set_string (message, "messageId", rfc_id);
  csm_json_set_string (message, "textBody", text);
  csm_json_set_string (message, "preview", preview);
  json_object_set_array_member (message, "body", csm_outgoing_body (text));
  csm_json_set_string (delivery, "state", "queued");
  csm_json_set_time (delivery, "at", now);
  json_object_set_object_member (message, "delivery", delivery);
}

/* What answers a mail that was brought here, or was written in a conversation that is in this one now, goes back with it. */
static gboolean
follow (CsmTxn      *txn,
        JsonObject  *message,
        JsonObject  *submission,
        JsonObject  *parent,
        GError     **error)
{
  const char *id = csm_json_get_string (message, "id"), *submission_id = csm_json_get_string (submission, "id");
  g_autoptr (GArray) own = csm_txn_moves_of (txn, submission_id, "conversationId", error);

  if (own == NULL)
    return FALSE;
  if (own->len > 0)
    return csm_txn_inherit_moves (txn, submission_id, id, "conversationId", error);
  return parent == NULL || g_strcmp0 (csm_json_get_string (parent, "conversationId"), csm_json_get_string (message, "conversationId")) != 0 ||
         csm_txn_inherit_moves (txn, csm_json_get_string (parent, "id"), id, "conversationId", error);
}

/**
 * csm_outgoing_message_new:
 * @txn: the transaction
 * @submission: what a person sent
 * @now: the time, µs
 * @error: return location
 *
 * Makes the Message of a Submission, with everything that the mail will say, and a Message-ID that all tries share.
 * Hidden recipients stay in the Submission.
 *
 * Returns: (transfer full): the message, with its `id`, not written yet
 */
JsonObject *
csm_outgoing_message_new (CsmTxn      *txn,
                          JsonObject  *submission,
                          gint64       now,
                          GError     **error)
{
  g_autoptr (JsonObject) conversation = csm_desk_load (txn, CSM_TYPE_ID_CONVERSATION, csm_json_get_string (submission, "conversationId"), error);
  g_autoptr (JsonObject) message = json_object_new ();
  g_autoptr (JsonObject) channel = NULL;
  g_autoptr (JsonObject) person = NULL;
  g_autoptr (JsonObject) parent = NULL;
  gboolean failed;

  if (conversation == NULL)
    return NULL;
  channel = csm_desk_load (txn, CSM_TYPE_ID_CHANNEL, csm_json_get_string (conversation, "channelId"), error);
  person = channel != NULL ? csm_desk_load (txn, CSM_TYPE_ID_PERSON, csm_json_get_string (submission, "authorId"), error) : NULL;
  if (person == NULL)
    return NULL;
  parent = find_parent (txn, submission, &failed, error);
  if (failed)
    return NULL;
  fill (message, csm_json_get_string (submission, "textBody"), conversation, channel, now);
  csm_json_set_string (message, "submissionId", csm_json_get_string (submission, "id"));
  csm_json_set_string (message, "authorId", csm_json_get_string (submission, "authorId"));
  copy_member (message, submission, "to");
  copy_member (message, submission, "cc");
  copy_member (message, submission, "attachments");
  json_object_set_array_member (message, "from", make_from (person, channel));
  set_subject (message, csm_json_get_string (submission, "subject"), conversation, parent);
  if (parent != NULL)
    set_thread (message, parent);
  return follow (txn, message, submission, parent, error) ? g_steal_pointer (&message) : NULL;
}

/* Where the person who wrote it wants answers; one address, or it could make many of one. */
static JsonArray *
make_to (JsonObject *parent)
{
  JsonArray *list = csm_json_get_array (parent, "replyTo");
  JsonArray *to = json_array_new ();

  if (list == NULL || json_array_get_length (list) == 0)
    list = csm_json_get_array (parent, "from");
  if (list != NULL && json_array_get_length (list) > 0)
    json_array_add_element (to, csm_json_copy (json_array_get_element (list, 0)));
  return to;
}

/**
 * csm_outgoing_message_automatic:
 * @txn: the transaction
 * @parent: the Message that is answered
 * @subject: (nullable): %NULL: as the parent's
 * @text: what it says
 * @now: the time, µs
 * @error: return location
 *
 * Makes the Message of an answer that no person wrote. It leaves marked as such, and nobody is told when it can't be delivered
 * (RFC 3834, section 3). Whether one may be sent, and to whom, is the caller's to know; the `to` may be changed.
 *
 * Returns: (transfer full): the message, with its `id`, for csm_outgoing_queue()
 */
JsonObject *
csm_outgoing_message_automatic (CsmTxn      *txn,
                                JsonObject  *parent,
                                const char  *subject,
                                const char  *text,
                                gint64       now,
                                GError     **error)
{
  g_autoptr (JsonObject) conversation = csm_desk_load (txn, CSM_TYPE_ID_CONVERSATION, csm_json_get_string (parent, "conversationId"), error);
  g_autoptr (JsonObject) channel = NULL;
  JsonObject *message;

  if (conversation == NULL)
    return NULL;
  channel = csm_desk_load (txn, CSM_TYPE_ID_CHANNEL, csm_json_get_string (conversation, "channelId"), error);
  if (channel == NULL)
    return NULL;
  message = json_object_new ();
  fill (message, text, conversation, channel, now);
  csm_json_set_string (message, "automatic", "acknowledgement");
  json_object_set_array_member (message, "from", make_from (NULL, channel));
  json_object_set_array_member (message, "to", make_to (parent));
  set_subject (message, subject, conversation, parent);
  set_thread (message, parent);
  return message;
}
