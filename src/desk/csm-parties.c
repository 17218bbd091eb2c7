/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-parties.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "csm-address.h"
#include "csm-bounce.h"
#include "csm-desk-records.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-reply-token.h"
#include "csm-trust.h"

#define MAX_NAME 200
#define MAX_MAILBOXES 10000

/**
 * csm_parties_clear:
 * @self: what is to be emptied
 */
void
csm_parties_clear (CsmParties *self)
{
  g_clear_pointer (&self->from, g_free);
  g_clear_pointer (&self->author_id, g_free);
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->name, g_free);
}

static JsonObject *
nth (JsonObject *mail,
     const char *member,
     guint       n)
{
  JsonArray *list = csm_json_get_array (mail, member);
  JsonNode *node = list != NULL && n < json_array_get_length (list) ? json_array_get_element (list, n) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* --- Our own addresses ---------------------------------------------------------------------------------------------------- */

/* The channels as they are now: there are few, and each mail asks several times. */
typedef struct
{
  GHashTable *records;    /* id → JsonObject */
  GHashTable *addresses;  /* normalised */
} Mailboxes;

static void
mailboxes_free (Mailboxes *self)
{
  g_hash_table_unref (self->records);
  g_hash_table_unref (self->addresses);
  g_free (self);
}

static gboolean
add_mailbox (const char *id,
             const char *json,
             gpointer    user_data)
{
  Mailboxes *self = user_data;
  g_autoptr (JsonNode) node = csm_json_parse_trusted (json, -1);
  JsonObject *record = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  g_autofree char *address = csm_address_normalise (csm_json_get_string (record, "address"));

  if (record != NULL)
    g_hash_table_insert (self->records, g_strdup (id), json_object_ref (record));
  if (address != NULL)
    g_hash_table_add (self->addresses, g_steal_pointer (&address));
  return TRUE;
}

static Mailboxes *
get_mailboxes (CsmTxn  *txn,
               GError **error)
{
  static const char name[] = "mailboxes";
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CHANNEL);
  Mailboxes *self = csm_txn_get_kept (txn, type, name);

  if (self != NULL)
    return self;
  self = g_new0 (Mailboxes, 1);
  self->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) json_object_unref);
  self->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, type, MAX_MAILBOXES, add_mailbox, self, error))
    {
      mailboxes_free (self);
      return NULL;
    }
  csm_txn_keep (txn, type, name, self, (GDestroyNotify) mailboxes_free);
  return self;
}

/**
 * csm_parties_mailbox:
 * @txn: the transaction
 * @channel_id: a channel
 * @alone: (out): whether there is no other
 * @error: also `CSM_DESK_ERROR_NOT_FOUND`
 *
 * Returns: (transfer full): its record, which is not to be changed
 */
JsonObject *
csm_parties_mailbox (CsmTxn      *txn,
                     const char  *channel_id,
                     gboolean    *alone,
                     GError     **error)
{
  Mailboxes *mailboxes = get_mailboxes (txn, error);
  JsonObject *record = mailboxes != NULL ? g_hash_table_lookup (mailboxes->records, channel_id) : NULL;

  if (mailboxes == NULL)
    return NULL;
  *alone = g_hash_table_size (mailboxes->records) == 1;
  return record != NULL ? json_object_ref (record) : csm_desk_load (txn, CSM_TYPE_ID_CHANNEL, channel_id, error);
}

/* A partner's guests can sign in, but what they mail comes from outside. (transfer full) */
static char *
find_colleague (CsmTxn      *txn,
                const char  *address,
                GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *id = csm_txn_find_person (txn, address, &local);
  g_autoptr (JsonObject) person = id != NULL ? csm_desk_try (txn, CSM_TYPE_ID_PERSON, id, &local) : NULL;

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  /* One who can't be read is as good as a colleague: what they mail has to come in all the same. */
  return g_strcmp0 (csm_json_get_string (person, "kind"), "guest") != 0 ? g_steal_pointer (&id) : NULL;
}

/**
 * csm_parties_is_own:
 * @txn: the transaction
 * @address: a normalised address
 * @own: (out): whether it is a channel's or a colleague's
 * @person_id: (out) (optional) (nullable): the colleague
 * @error: return location
 *
 * Returns: whether it could be looked up
 */
gboolean
csm_parties_is_own (CsmTxn      *txn,
                    const char  *address,
                    gboolean    *own,
                    char       **person_id,
                    GError     **error)
{
  g_autofree char *without_token = csm_reply_token_strip (address);
  g_autofree char *plain = without_token != NULL ? g_steal_pointer (&without_token) : csm_address_without_tag (address);
  Mailboxes *mailboxes = get_mailboxes (txn, error);
  g_autofree char *person = NULL;
  GError *local = NULL;

  *own = FALSE;
  if (mailboxes == NULL)
    return FALSE;
  person = find_colleague (txn, address, &local);
  if (person == NULL && local == NULL && plain != NULL)
    person = find_colleague (txn, plain, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  *own = person != NULL || g_hash_table_contains (mailboxes->addresses, address) || (plain != NULL && g_hash_table_contains (mailboxes->addresses, plain));
  if (person_id != NULL)
    *person_id = g_steal_pointer (&person);
  return TRUE;
}

/* Whether all of it can be shown as it is. */
static gboolean
is_plain (JsonArray *list,
          guint      max)
{
  if (json_array_get_length (list) > max)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonObject *entry = csm_desk_object_at (list, i);
      const char *address = csm_json_get_string (entry, "address");
      g_autofree char *without = address != NULL && strchr (address, '+') != NULL ? csm_reply_token_strip (address) : NULL;

      if (entry == NULL || without != NULL)
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_parties_list:
 * @txn: the transaction
 * @list: (nullable): a list of {name, address}
 * @max: the most entries
 * @error: return location
 *
 * A token that we put into one of our addresses is for us alone: whoever is shown the address sees it without. Tokens in
 * other people's addresses are theirs.
 *
 * Returns: (transfer full): the list as people may see it
 */
JsonArray *
csm_parties_list (CsmTxn     *txn,
                  JsonArray  *list,
                  guint       max,
                  GError    **error)
{
  guint length = list != NULL ? MIN (json_array_get_length (list), max) : 0;
  g_autoptr (JsonArray) out = NULL;

  if (list != NULL && is_plain (list, max))
    return json_array_ref (list);
  out = json_array_new ();
  for (guint i = 0; i < length; i++)
    {
      JsonObject *entry = csm_desk_object_at (list, i);
      const char *address = csm_json_get_string (entry, "address");
      g_autofree char *plain = address != NULL ? csm_reply_token_strip (address) : NULL;
      g_autofree char *normal = csm_address_normalise (plain);
      gboolean own = FALSE;

      if (normal != NULL && !csm_parties_is_own (txn, normal, &own, NULL, error))
        return NULL;
      if (own)
        {
          JsonObject *shown = csm_json_copy_object (entry);

          csm_json_set_string (shown, "address", plain);
          json_array_add_object_element (out, shown);
        }
      else if (entry != NULL)
        {
          json_array_add_element (out, csm_json_copy (json_array_get_element (list, i)));
        }
    }
  return g_steal_pointer (&out);
}

/* The first recipient outside is the customer of a mail that staff wrote. Nobody at @domain is outside. */
static gboolean
find_recipient (CsmParties  *self,
                CsmTxn      *txn,
                JsonObject  *mail,
                const char  *domain,
                GError     **error)
{
  static const char *const fields[] = { "to", "cc", "bcc" };

  for (guint f = 0; f < G_N_ELEMENTS (fields); f++)
    {
      JsonObject *entry;

      for (guint i = 0; (entry = nth (mail, fields[f], i)) != NULL; i++)
        {
          g_autofree char *address = csm_address_normalise (csm_json_get_string (entry, "address"));
          gboolean own;

          if (address == NULL || g_strcmp0 (csm_address_domain (address), domain) == 0)
            continue;
          if (!csm_parties_is_own (txn, address, &own, NULL, error))
            return FALSE;
          if (own)
            continue;
          self->address = g_steal_pointer (&address);
          self->name = g_strdup (csm_json_get_string (entry, "name"));
          return TRUE;
        }
    }
  return TRUE;
}

/* What was sent among ourselves is not what somebody asks of us, either. */
static void
find_anybody (CsmParties *self,
              JsonObject *mail)
{
  static const char *const fields[] = { "to", "cc", "bcc" };

  for (guint f = 0; f < G_N_ELEMENTS (fields) && self->address == NULL; f++)
    {
      JsonObject *entry = nth (mail, fields[f], 0);

      self->address = entry != NULL ? csm_address_normalise (csm_json_get_string (entry, "address")) : NULL;
      self->name = self->address != NULL ? g_strdup (csm_json_get_string (entry, "name")) : NULL;
    }
}

/* RFC 5322, section 3.6.2: several authors have a sender, who then speaks for them only when no author has an address. */
static JsonObject *
writer_of (JsonObject  *mail,
           char       **address)
{
  static const char *const fields[] = { "from", "sender" };

  for (guint f = 0; f < G_N_ELEMENTS (fields); f++)
    {
      JsonObject *entry;

      for (guint i = 0; (entry = nth (mail, fields[f], i)) != NULL; i++)
        {
          *address = csm_address_normalise (csm_json_get_string (entry, "address"));
          if (*address != NULL)
            return entry;
        }
    }
  return NULL;
}

static gboolean
is_reply_elsewhere (CsmParties *self,
                    JsonObject *mail)
{
  JsonObject *entry = nth (mail, "replyTo", 0);
  g_autofree char *address = entry != NULL ? csm_address_normalise (csm_json_get_string (entry, "address")) : NULL;

  return address != NULL && g_strcmp0 (address, self->from) != 0;
}

/* Where addresses are everybody's, a domain says nothing about who is a colleague. */
static gboolean
is_public_domain (const char *domain)
{
  static const char *const domains[] = {
    "163.com", "aol.com", "free.fr", "gmail.com", "gmx.at", "gmx.ch", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com", "laposte.net",
    "libero.it", "live.com", "mail.ru", "mailbox.org", "me.com", "msn.com", "orange.fr", "outlook.com", "posteo.de", "proton.me", "protonmail.com", "qq.com",
    "t-online.de", "web.de", "yahoo.com", "yandex.ru", NULL,
  };

  return g_strv_contains (domains, domain) || g_str_has_prefix (domain, "yahoo.") || g_str_has_prefix (domain, "hotmail.");
}

/* An archive holds mail of colleagues who have left, or were never added: whoever wrote from the mailbox's own domain to
 * somebody outside it. Of new mail that would be too easy to forge. */
static gboolean
find_former_colleague (CsmParties         *self,
                       CsmTxn             *txn,
                       const CsmIncoming  *incoming,
                       JsonObject         *channel,
                       GError            **error)
{
  g_autofree char *address = NULL;
  const char *domain;

  if (!incoming->history)
    return TRUE;
  address = csm_address_normalise (csm_json_get_string (channel, "address"));
  domain = address != NULL ? csm_address_domain (address) : "";
  if (*domain == '\0' || is_public_domain (domain) || g_strcmp0 (csm_address_domain (self->from), domain) != 0)
    return TRUE;
  return find_recipient (self, txn, incoming->mail, domain, error);
}

/**
 * csm_parties_find:
 * @self: (out caller-allocates): zero-initialised
 * @txn: the transaction
 * @incoming: the mail
 * @channel: the mailbox that it came to
 * @error: return location
 *
 * Who wrote to whom. Reply-To never decides who somebody is. A mail among our own addresses, as web
 * forms send them, counts as coming in; one from the folder of what was sent never does, whatever address it was written with.
 *
 * Returns: whether all addresses could be looked up
 */
gboolean
csm_parties_find (CsmParties         *self,
                  CsmTxn             *txn,
                  const CsmIncoming  *incoming,
                  JsonObject         *channel,
                  GError            **error)
{
  JsonObject *mail = incoming->mail;
  JsonObject *writer = writer_of (mail, &self->from);
  const char *name = csm_json_get_string (writer, "name");
  gboolean own = FALSE;

  if (writer == NULL)
    return TRUE;
  self->deceptive = csm_address_name_deceives (name, self->from);
  self->reply_differs = is_reply_elsewhere (self, mail);
  if (!csm_parties_is_own (txn, self->from, &own, &self->author_id, error))
    return FALSE;
  self->own = own || incoming->sent;
  /* What lies among the sent mails was put there by one of us. */
  self->forged = own && !incoming->sent && csm_trust_is_forged (mail, channel, self->from);
  if (self->own && !self->forged && !find_recipient (self, txn, mail, NULL, error))
    return FALSE;
  if (incoming->sent && self->address == NULL)
    find_anybody (self, mail);
  if (!self->own && !find_former_colleague (self, txn, incoming, channel, error))
    return FALSE;
  self->outgoing = self->address != NULL;
  if (self->outgoing)
    return TRUE;
  g_clear_pointer (&self->author_id, g_free);
  self->address = g_strdup (self->from);
  self->name = self->deceptive ? NULL : g_strdup (name);
  return TRUE;
}

static char *
tidy_name (const char *name)
{
  g_autofree char *copy = NULL;
  char *text;

  if (name == NULL || !g_utf8_validate (name, -1, NULL))
    return NULL;
  copy = g_utf8_strlen (name, -1) > MAX_NAME ? g_utf8_substring (name, 0, MAX_NAME) : g_strdup (name);
  g_strdelimit (copy, "\r\n\t\"", ' ');
  text = g_strstrip (copy);
  if ((*text == '\'' || *text == '<') && text[1] != '\0')
    {
      gsize length = strlen (text);

      if (text[length - 1] == (*text == '<' ? '>' : '\''))
        text[length - 1] = '\0', text++;
    }
  return *text != '\0' ? g_strdup (text) : NULL;
}

/* What a mail tells about a customer who is known: a name, and whoever writes from an address has it, whatever was said of it. */
static gboolean
learn (CsmTxn      *txn,
       const char  *id,
       const char  *address,
       const char  *name,
       gboolean     writes,
       GError     **error)
{
  g_autoptr (JsonObject) customer = NULL;
  g_autofree char *key = g_strconcat ("email:", address, NULL);
  gboolean named = name != NULL && g_ascii_strcasecmp (name, address) != 0;
  gboolean unreachable;
  const char *old;

  if (!named && !writes)
    return TRUE;
  customer = csm_desk_load (txn, CSM_TYPE_ID_CUSTOMER, id, error);
  if (customer == NULL)
    return FALSE;
  unreachable = csm_json_get_object (csm_json_get_object (csm_json_get_object (customer, "identities"), key), "undeliverable") != NULL;
  old = csm_json_get_string (customer, "name");
  if (named && (old == NULL || *old == '\0' || g_ascii_strcasecmp (old, address) == 0))
    {
      csm_json_set_string (customer, "name", name);
      if (!csm_desk_save (txn, CSM_TYPE_ID_CUSTOMER, customer, error))
        return FALSE;
    }
  return !writes || !unreachable || csm_bounce_mark_customer (txn, id, address, NULL, 0, error);
}

/**
 * csm_parties_customer:
 * @txn: the transaction
 * @channel_id: the channel
 * @address: (nullable): a normalised address; %NULL is everybody whose mail to this channel names no sender
 * @name: (nullable): a display name
 * @writes: whether the customer wrote the mail
 * @error: return location
 *
 * Finds or makes the customer.
 *
 * Returns: (transfer full): the customer's id
 */
char *
csm_parties_customer (CsmTxn      *txn,
                      const char  *channel_id,
                      const char  *address,
                      const char  *name,
                      gboolean     writes,
                      GError     **error)
{
  const char *kind = address != NULL ? "email" : "unknown";
  g_autofree char *key_part = address != NULL ? g_strdup (address) : g_ascii_strdown (channel_id, -1);
  g_autofree char *tidy = address != NULL ? tidy_name (name) : NULL;
  g_autofree char *key = g_strdup_printf ("%s:%s", kind, key_part);
  g_autofree char *id = NULL;
  g_autoptr (JsonObject) customer = NULL;
  JsonObject *identities, *identity;
  GError *local = NULL;

  id = csm_txn_find_customer (txn, kind, key_part, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return NULL;
    }
  if (id != NULL)
    return address == NULL || learn (txn, id, address, tidy, writes, error) ? g_steal_pointer (&id) : NULL;

  id = csm_id_new ('u');
  customer = json_object_new ();
  csm_json_set_string (customer, "name", tidy != NULL ? tidy : address != NULL ? address : _("Unknown sender"));
  identity = json_object_new ();
  csm_json_set_string (identity, "kind", kind);
  csm_json_set_string (identity, "address", address);
  identities = json_object_new ();
  json_object_set_object_member (identities, key, identity);
  json_object_set_object_member (customer, "identities", identities);
  if (!csm_desk_add (txn, CSM_TYPE_ID_CUSTOMER, id, customer, error))
    return NULL;
  return g_steal_pointer (&id);
}
