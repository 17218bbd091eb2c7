/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-recipients.h"

#include <string.h>

#include "csm-json.h"

static gboolean
same_address (const char *a,
              const char *b)
{
  return a != NULL && b != NULL && g_ascii_strcasecmp (a, b) == 0;
}

static gboolean
has_address (JsonArray  *list,
             const char *address)
{
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (same_address (csm_json_get_string (json_array_get_object_element (list, i), "address"), address))
      return TRUE;
  return FALSE;
}

/* Whether mail to @address comes to @own: with @plus also what somebody put behind a "+" (RFC 5233). */
static gboolean
reaches (const char *own,
         const char *address,
         gboolean    plus)
{
  const char *at = strrchr (address, '@');
  const char *detail = strchr (address, '+');
  g_autofree char *plain = NULL;

  if (same_address (own, address))
    return TRUE;
  if (!plus || at == NULL || detail == NULL || detail == address || detail > at)
    return FALSE;
  plain = g_strdup_printf ("%.*s%s", (int) (detail - address), address, at);
  return same_address (own, plain);
}

/**
 * csm_recipients_is_ours:
 * @directory: (nullable): knows our own addresses
 * @address: an address
 *
 * The company's mailboxes and the person: answering all must not answer ourselves.
 *
 * Returns: whether it is one of them
 */
gboolean
csm_recipients_is_ours (CsmDirectory *directory,
                        const char   *address)
{
  JsonObject *me;

  if (directory == NULL)
    return FALSE;
  me = directory->my_id != NULL ? csm_directory_lookup (directory, directory->my_id) : NULL;
  if (me != NULL && same_address (csm_json_get_string (me, "email"), address))
    return TRUE;
  for (guint i = 0; i < directory->channels->len; i++)
    {
      JsonObject *channel = directory->channels->pdata[i];

      if (reaches (csm_json_get_string (channel, "address"), address, csm_json_get_boolean (channel, "plusAddressing")))
        return TRUE;
    }
  return FALSE;
}

static void
add (JsonArray    *list,
     JsonArray    *not_in,
     JsonArray    *from,
     CsmDirectory *directory)
{
  for (guint i = 0; from != NULL && i < json_array_get_length (from); i++)
    {
      JsonNode *node = json_array_get_element (from, i);
      JsonObject *mailbox = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *address = mailbox != NULL ? csm_json_get_string (mailbox, "address") : NULL;

      if (address == NULL || strchr (address, '@') == NULL || csm_recipients_is_ours (directory, address) || has_address (list, address)
          || (not_in != NULL && has_address (not_in, address)))
        continue;
      json_array_add_object_element (list, csm_json_copy_object (mailbox));
    }
}

/* The message that a reply answers: the customer's newest, else the newest. */
static JsonObject *
find_message (CsmCaseDetail *detail,
              const char    *conversation_id)
{
  JsonObject *newest = NULL;

  for (guint i = detail->timeline->len; i-- > 0;)
    {
      CsmTimelineEntry *entry = detail->timeline->pdata[i];

      if (entry->kind != CSM_ENTRY_MESSAGE
          || (conversation_id != NULL && g_strcmp0 (csm_json_get_string (entry->record, "conversationId"), conversation_id) != 0))
        continue;
      if (g_strcmp0 (csm_json_get_string (entry->record, "direction"), "in") == 0
          && csm_json_get_string (entry->record, "automatic") == NULL)
        return entry->record;
      if (newest == NULL)
        newest = entry->record;
    }
  return newest;
}

static char *
reply_subject (const char *subject)
{
  if (subject == NULL || subject[0] == '\0')
    return g_strdup ("");
  if (g_ascii_strncasecmp (subject, "re:", 3) == 0 || g_ascii_strncasecmp (subject, "aw:", 3) == 0)
    return g_strdup (subject);
  return g_strconcat ("Re: ", subject, NULL);
}

static void
fill_from_conversation (CsmRecipients *self,
                        JsonObject    *conversation)
{
  self->conversation_id = g_strdup (csm_json_get_string (conversation, "id"));
  self->channel_id = g_strdup (csm_json_get_string (conversation, "channelId"));
  self->subject = g_strdup (csm_json_get_string (conversation, "subject"));
}

static void
fill_from_message (CsmRecipients *self,
                   JsonObject    *message,
                   CsmDirectory  *directory)
{
  JsonArray *reply_to = csm_json_get_array (message, "replyTo");
  JsonArray *from = csm_json_get_array (message, "from");

  if (g_strcmp0 (csm_json_get_string (message, "direction"), "out") == 0)
    {
      add (self->to, NULL, csm_json_get_array (message, "to"), directory);
    }
  else
    {
      if (reply_to != NULL)
        add (self->to, NULL, reply_to, directory);
      if (json_array_get_length (self->to) == 0)
        add (self->to, NULL, from, directory);
      add (self->cc, self->to, csm_json_get_array (message, "to"), directory);
    }
  add (self->cc, self->to, csm_json_get_array (message, "cc"), directory);
  self->conversation_id = g_strdup (csm_json_get_string (message, "conversationId"));
  self->channel_id = g_strdup (csm_json_get_string (message, "channelId"));
  self->in_reply_to = g_strdup (csm_json_get_string (message, "id"));
  self->subject = reply_subject (csm_json_get_string (message, "subject"));
}

/**
 * csm_recipients_new_for:
 * @message: a Message
 * @directory: (nullable): knows our own addresses
 * @all: everybody who got it; else its sender alone, or to whom it went
 *
 * Returns: (transfer full): who is answered when this message is
 */
CsmRecipients *
csm_recipients_new_for (JsonObject   *message,
                        CsmDirectory *directory,
                        gboolean      all)
{
  CsmRecipients *self = g_new0 (CsmRecipients, 1);

  self->to = json_array_new ();
  self->cc = json_array_new ();
  fill_from_message (self, message, directory);
  if (!all)
    {
      json_array_unref (self->cc);
      self->cc = json_array_new ();
    }
  return self;
}

/**
 * csm_recipients_new_forward:
 * @message: a Message
 *
 * Returns: (transfer full): what of a reply stays when @message is passed on: nobody gets it yet
 */
CsmRecipients *
csm_recipients_new_forward (JsonObject *message)
{
  CsmRecipients *self = g_new0 (CsmRecipients, 1);
  const char *subject = csm_json_get_string (message, "subject");

  self->to = json_array_new ();
  self->cc = json_array_new ();
  self->conversation_id = g_strdup (csm_json_get_string (message, "conversationId"));
  self->channel_id = g_strdup (csm_json_get_string (message, "channelId"));
  if (subject != NULL && (g_ascii_strncasecmp (subject, "fwd:", 4) == 0 || g_ascii_strncasecmp (subject, "fw:", 3) == 0))
    self->subject = g_strdup (subject);
  else
    self->subject = g_strconcat ("Fwd: ", subject, NULL);
  return self;
}

static JsonObject *
find_conversation (CsmCaseDetail *detail,
                   const char    *conversation_id)
{
  for (guint i = detail->conversations->len; i-- > 0;)
    if (conversation_id == NULL || g_strcmp0 (csm_json_get_string (detail->conversations->pdata[i], "id"), conversation_id) == 0)
      return detail->conversations->pdata[i];
  return NULL;
}

/**
 * csm_recipients_new:
 * @detail: the open case
 * @directory: (nullable): knows our own addresses
 * @conversation_id: (nullable): in which to answer; %NULL: in that of the newest message
 *
 * Answers all of the customer's newest message, but ourselves.
 *
 * Returns: (transfer full) (nullable): %NULL when the case has no conversation to answer in
 */
CsmRecipients *
csm_recipients_new (CsmCaseDetail *detail,
                    CsmDirectory  *directory,
                    const char    *conversation_id)
{
  g_autoptr (CsmRecipients) self = g_new0 (CsmRecipients, 1);
  JsonObject *message = find_message (detail, conversation_id);
  JsonObject *conversation = message == NULL ? find_conversation (detail, conversation_id) : NULL;

  self->to = json_array_new ();
  self->cc = json_array_new ();
  if (message != NULL)
    fill_from_message (self, message, directory);
  else if (conversation != NULL)
    fill_from_conversation (self, conversation);
  return self->conversation_id != NULL ? g_steal_pointer (&self) : NULL;
}

void
csm_recipients_free (CsmRecipients *self)
{
  if (self == NULL)
    return;
  g_free (self->conversation_id);
  g_free (self->channel_id);
  g_free (self->in_reply_to);
  g_free (self->subject);
  g_clear_pointer (&self->to, json_array_unref);
  g_clear_pointer (&self->cc, json_array_unref);
  g_free (self);
}
