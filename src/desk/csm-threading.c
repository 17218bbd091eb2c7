/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-threading.h"

#include "csm-address.h"
#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-merge.h"
#include "csm-parties.h"
#include "csm-reply-token.h"
#include "csm-txn-merge.h"

/* References are looked at from their end; what lies further back than this decides nothing. */
#define MAX_REFERENCES 300
/* So many of them are remembered for siblings. */
#define MAX_REMEMBERED 20
/* Whoever wrote or was written to in the newest so many messages of a case is known there. */
#define MAX_LOOKED_AT 200
/* Recipients among whom an address with a token is looked for. */
#define MAX_RECIPIENTS 50
/* What all mails of an Outlook conversation have in common: the time and an id (MS-OXOMSG, section 2.2.1.3). */
#define OUTLOOK_ROOT 22
/* A mail of ours to more people than this is a mailing, and answers to it have nothing to do with one another. */
#define MAX_CONVERSATION 9

/**
 * csm_thread_clear:
 * @self: what is to be emptied
 */
void
csm_thread_clear (CsmThread *self)
{
  g_clear_pointer (&self->parent_id, g_free);
  g_clear_pointer (&self->named_id, g_free);
  g_clear_pointer (&self->unknown, g_ptr_array_unref);
  g_clear_pointer (&self->hints, g_ptr_array_unref);
}

/* In-Reply-To, then References from last to first, each id once. */
static GPtrArray *
referred_ids (JsonObject *mail,
              const char *rfc_id)
{
  JsonArray *parents = csm_json_get_array (mail, "inReplyTo");
  JsonArray *references = csm_json_get_array (mail, "references");
  guint n_parents = parents != NULL ? json_array_get_length (parents) : 0;
  guint n_references = references != NULL ? json_array_get_length (references) : 0;
  GPtrArray *ids = g_ptr_array_new ();
  g_autoptr (GHashTable) met = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < n_parents + n_references && ids->len < MAX_REFERENCES; i++)
    {
      JsonNode *node = i < n_parents ? json_array_get_element (parents, i)
                                     : json_array_get_element (references, n_references - 1 - (i - n_parents));
      const char *id = csm_json_is_string (node) ? json_node_get_string (node) : NULL;

      if (id != NULL && *id != '\0' && g_strcmp0 (id, rfc_id) != 0 && g_hash_table_add (met, (gpointer) id))
        g_ptr_array_add (ids, (gpointer) id);
    }
  return ids;
}

/* One that was merged into another has its messages there; what answers it is to come back with them. */
static char *
newest_message (CsmTxn      *txn,
                const char  *conversation_id,
                GError     **error)
{
  GError *local = NULL;
  g_autofree char *moved = csm_txn_last_moved_message (txn, conversation_id, &local);
  g_autofree char *survivor = moved == NULL && local == NULL ? csm_merge_survivor (txn, CSM_TYPE_ID_CONVERSATION, conversation_id, &local) : NULL;
  g_autoptr (GPtrArray) ids = NULL;

  if (survivor != NULL)
    ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "conversationId", survivor, &local);
  if (local != NULL)
    g_propagate_error (error, local);
  else if (moved != NULL)
    return g_steal_pointer (&moved);
  else if (ids->len > 0)
    return g_strdup (g_ptr_array_index (ids, ids->len - 1));
  return NULL;
}

/* The newest message of the conversation that a token names, when the conversation is one of this mailbox. Programs that answer by
 * themselves write to the envelope's sender (RFC 3834, section 4), which names the message. */
static gboolean
follow_token (CsmThread   *self,
              CsmTxn      *txn,
              const char  *channel_id,
              const char  *address,
              GError     **error)
{
  g_autofree char *id = NULL;
  g_autoptr (JsonObject) named = NULL;
  gboolean is_message = FALSE;
  GError *local = NULL;
  char kind;

  if (csm_reply_token_read (txn, address, &kind, &id, &local))
    {
      is_message = kind == *CSM_REPLY_TOKEN_BOUNCE;
      named = csm_desk_peek (txn, is_message ? CSM_TYPE_ID_MESSAGE : CSM_TYPE_ID_CONVERSATION, id, &local);
    }
  if (local == NULL && named != NULL && g_strcmp0 (csm_json_get_string (named, "channelId"), channel_id) != 0)
    g_clear_pointer (&named, json_object_unref);
  if (local == NULL && named != NULL && !is_message)
    self->parent_id = newest_message (txn, id, &local);
  else if (local == NULL && named != NULL)
    self->parent_id = g_steal_pointer (&id);
  if (local == NULL && named != NULL && !is_message)
    self->named_id = g_steal_pointer (&id);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

static gboolean
find_by_token (CsmThread   *self,
               CsmTxn      *txn,
               const char  *channel_id,
               JsonObject  *mail,
               GError     **error)
{
  static const char *const envelope[] = { "deliveredTo", "xOriginalTo" };
  static const char *const fields[] = { "to", "cc", "bcc" };
  JsonObject *headers = csm_json_get_object (mail, "headers");

  for (guint i = 0; i < G_N_ELEMENTS (envelope) && self->parent_id == NULL; i++)
    {
      g_autofree char *address = csm_address_normalise (csm_json_get_string (headers, envelope[i]));

      if (!follow_token (self, txn, channel_id, address, error))
        return FALSE;
    }
  for (guint f = 0; f < G_N_ELEMENTS (fields) && self->parent_id == NULL; f++)
    {
      JsonArray *list = csm_json_get_array (mail, fields[f]);
      guint length = list != NULL ? json_array_get_length (list) : 0;

      for (guint i = 0; i < MIN (length, MAX_RECIPIENTS) && self->parent_id == NULL; i++)
        {
          JsonNode *node = json_array_get_element (list, i);

          if (JSON_NODE_HOLDS_OBJECT (node) &&
              !follow_token (self, txn, channel_id, csm_json_get_string (json_node_get_object (node), "address"), error))
            return FALSE;
        }
    }
  return TRUE;
}

/* An address that was given before a conversation was split names what is left of it; the mail that is answered says more. */
static gboolean
follow_split (CsmThread   *self,
              CsmTxn      *txn,
              const char  *channel_id,
              GPtrArray   *ids,
              GError     **error)
{
  g_autofree char *found = NULL;
  g_autoptr (JsonObject) message = NULL;
  GError *local = NULL;
  gboolean descends = FALSE;

  if (self->named_id == NULL)
    return TRUE;
  for (guint i = 0; i < ids->len && found == NULL && local == NULL; i++)
    found = csm_txn_find_mail (txn, channel_id, g_ptr_array_index (ids, i), NULL, &local);
  if (found != NULL && local == NULL)
    message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, found, &local);
  if (message != NULL)
    csm_merge_descends (txn, csm_json_get_string (message, "conversationId"), self->named_id, &descends, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (descends)
    {
      g_free (self->parent_id);
      self->parent_id = g_steal_pointer (&found);
    }
  return TRUE;
}

/* What mail programs and servers say about conversations: kept beside the ids that mails refer to. */
static void
add_hints (CsmThread  *self,
           JsonObject *mail,
           const char *provider_thread)
{
  const char *text = csm_json_get_string (csm_json_get_object (mail, "headers"), "threadIndex");
  gsize length = 0;
  g_autofree guchar *index = text != NULL ? g_base64_decode (text, &length) : NULL;

  if (length >= OUTLOOK_ROOT)
    {
      g_autofree char *root = g_base64_encode (index, OUTLOOK_ROOT);

      g_ptr_array_add (self->hints, g_strconcat ("thread-index:", root, NULL));
    }
  if (provider_thread != NULL)
    g_ptr_array_add (self->hints, g_strconcat ("provider-thread:", provider_thread, NULL));
}

static gboolean
find_sibling (CsmThread   *self,
              CsmTxn      *txn,
              const char  *channel_id,
              GPtrArray   *ids,
              const char  *rfc_id,
              GError     **error)
{
  GError *local = NULL;

  /* A mail that others answered before it came itself is more than a sibling. */
  self->parent_id = csm_txn_find_ancestor (txn, channel_id, rfc_id, &local);
  for (guint i = 0; i < ids->len && self->parent_id == NULL && local == NULL; i++)
    {
      self->parent_id = csm_txn_find_ancestor (txn, channel_id, g_ptr_array_index (ids, i), &local);
      self->is_sibling = self->parent_id != NULL;
    }
  for (guint i = 0; i < self->hints->len && self->parent_id == NULL && local == NULL; i++)
    {
      self->parent_id = csm_txn_find_ancestor (txn, channel_id, g_ptr_array_index (self->hints, i), &local);
      self->is_sibling = self->parent_id != NULL;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/**
 * csm_thread_find:
 * @self: (out caller-allocates): zero-initialised
 * @txn: the transaction
 * @channel_id: the mailbox: nothing outside it is looked at
 * @mail: what casement-reader says
 * @rfc_id: the mail's own Message-ID
 * @provider_thread: (nullable): what the mail server calls the conversation
 * @error: return location
 *
 * Finds the message that the mail answers: by the token in an address that it came to, by In-Reply-To, References from
 * last to first, then any message that shares an ancestor (RFC 5322, section 3.6.4), then by what mail programs
 * say. Subjects and texts are never looked at.
 *
 * Returns: whether it could be looked up
 */
gboolean
csm_thread_find (CsmThread   *self,
                 CsmTxn      *txn,
                 const char  *channel_id,
                 JsonObject  *mail,
                 const char  *rfc_id,
                 const char  *provider_thread,
                 GError     **error)
{
  g_autoptr (GPtrArray) ids = referred_ids (mail, rfc_id);

  self->unknown = g_ptr_array_new_with_free_func (g_free);
  self->hints = g_ptr_array_new_with_free_func (g_free);
  add_hints (self, mail, provider_thread);
  if (!find_by_token (self, txn, channel_id, mail, error) || !follow_split (self, txn, channel_id, ids, error))
    return FALSE;
  if (self->parent_id != NULL)
    return TRUE;
  for (guint i = 0; i < ids->len; i++)
    {
      GError *local = NULL;

      self->parent_id = csm_txn_find_mail (txn, channel_id, g_ptr_array_index (ids, i), NULL, &local);
      if (local != NULL)
        {
          g_propagate_error (error, local);
          return FALSE;
        }
      if (self->parent_id != NULL)
        return TRUE;
      if (self->unknown->len < MAX_REMEMBERED || i + 1 == ids->len)
        g_ptr_array_add (self->unknown, g_strdup (g_ptr_array_index (ids, i)));
    }
  return find_sibling (self, txn, channel_id, ids, rfc_id, error);
}

static gboolean
names (JsonObject *message,
       const char *address)
{
  static const char *const fields[] = { "from", "to", "cc", "replyTo" };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      if (csm_address_list_has (csm_json_get_array (message, fields[i]), address))
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_thread_knows:
 * @txn: the transaction
 * @parent: a message
 * @address: (nullable): a normalised address
 * @known: (out): whether it stands in @parent or in another message of its case
 * @error: return location
 *
 * Returns: whether it could be looked up
 */
gboolean
csm_thread_knows (CsmTxn      *txn,
                  JsonObject  *parent,
                  const char  *address,
                  gboolean    *known,
                  GError     **error)
{
  g_autoptr (GPtrArray) ids = NULL;

  *known = address != NULL && names (parent, address);
  if (*known || address == NULL)
    return TRUE;
  ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "caseId",
                           csm_json_get_string (parent, "caseId"), error);
  if (ids == NULL)
    return FALSE;
  for (guint i = 0; i < ids->len && i < MAX_LOOKED_AT && !*known; i++)
    {
      g_autoptr (JsonObject) message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (ids, ids->len - 1 - i), error);

      if (message == NULL)
        return FALSE;
      *known = names (message, address);
    }
  return TRUE;
}

/* A mail from the channel to itself is what remains of one to hidden recipients. */
static gboolean
is_from_us (CsmTxn      *txn,
            JsonObject  *message,
            gboolean    *own,
            GError     **error)
{
  JsonArray *from = csm_json_get_array (message, "from");
  g_autofree char *writer = NULL;

  *own = FALSE;
  if (from == NULL || json_array_get_length (from) == 0)
    return TRUE;
  writer = csm_address_normalise (csm_json_get_string (csm_desk_object_at (from, 0), "address"));
  return writer == NULL || csm_parties_is_own (txn, writer, own, NULL, error);
}

/**
 * csm_thread_is_bulk:
 * @txn: the transaction
 * @parent: a message
 * @bulk: (out): whether staff sent it to many, or to nobody who is named
 * @error: return location
 *
 * Returns: whether it could be looked up
 */
gboolean
csm_thread_is_bulk (CsmTxn      *txn,
                    JsonObject  *parent,
                    gboolean    *bulk,
                    GError     **error)
{
  static const char *const fields[] = { "to", "cc" };
  const char *automatic = csm_json_get_string (parent, "automatic");
  guint outside = 0;

  *bulk = FALSE;
  if (g_strcmp0 (csm_json_get_string (parent, "direction"), "out") != 0)
    return is_from_us (txn, parent, bulk, error);
  for (guint f = 0; f < G_N_ELEMENTS (fields); f++)
    {
      JsonArray *list = csm_json_get_array (parent, fields[f]);

      for (guint i = 0; list != NULL && i < json_array_get_length (list) && outside <= MAX_CONVERSATION; i++)
        {
          g_autofree char *address = csm_address_normalise (csm_json_get_string (csm_desk_object_at (list, i), "address"));
          gboolean own = TRUE;

          if (address != NULL && !csm_parties_is_own (txn, address, &own, NULL, error))
            return FALSE;
          outside += !own;
        }
    }
  *bulk = outside == 0 || outside > MAX_CONVERSATION || g_strcmp0 (automatic, "newsletter") == 0 || g_strcmp0 (automatic, "notification") == 0;
  return TRUE;
}
