/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-intake-message.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "csm-address.h"
#include "csm-desk-records.h"
#include "csm-intake-private.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-trust.h"

#define MAX_LINE 1000
#define MAX_SUBJECT 250
#define MAX_PREVIEW 200
#define MAX_PEOPLE 1000
#define MAX_WARNINGS 15
#define MAX_WORD 50
#define MAX_CARDS 100
/* Mail is older than this in no mailbox, and a clock may be wrong by no more than that. */
#define OLDEST_DATE (G_GINT64_CONSTANT (631152000) * CSM_SECOND)
#define MAX_AHEAD (24 * 3600 * CSM_SECOND)

/**
 * csm_intake_one_line:
 * @text: (nullable): many lines
 * @length: the most characters
 *
 * Returns: (transfer full): the beginning of @text on one line
 */
char *
csm_intake_one_line (const char *text,
                     guint       length)
{
  GString *line = g_string_sized_new (length + 8);
  gboolean space = FALSE;
  guint count = 0;

  for (const char *c = text != NULL ? text : ""; *c != '\0' && count < length; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (g_unichar_isspace (letter) || g_unichar_iscntrl (letter))
        {
          space = line->len > 0;
          continue;
        }
      if (space && ++count < length)
        g_string_append_c (line, ' ');
      space = FALSE;
      if (count < length)
        g_string_append_unichar (line, letter);
      count++;
    }
  return g_string_free (line, FALSE);
}

/**
 * csm_intake_base_subject:
 * @subject: (nullable): a subject
 *
 * What a case is called: the subject without "Re:" and what Outlook says for it in other languages. Never used to
 * decide where a mail belongs.
 *
 * Returns: (transfer full): the subject
 */
char *
csm_intake_base_subject (const char *subject)
{
  static const char *const prefixes[] = { "re", "aw", "sv", "antw", "rv", "odp", "回复", "答复", "ref" };
  g_autofree char *line = csm_intake_one_line (subject, MAX_SUBJECT);
  const char *rest = line;
  gboolean found = TRUE;

  while (found)
    {
      const char *colon = strchr (rest, ':');
      g_autofree char *word = NULL;

      found = FALSE;
      if (colon == NULL)
        colon = strstr (rest, "：");
      if (colon == NULL || colon - rest > 12)
        break;
      word = g_utf8_strdown (rest, colon - rest);
      word[strcspn (word, "[ ")] = '\0';
      for (guint i = 0; i < G_N_ELEMENTS (prefixes) && !found; i++)
        found = strcmp (word, prefixes[i]) == 0;
      if (found)
        {
          rest = g_utf8_next_char (colon);
          while (*rest == ' ')
            rest++;
        }
    }
  return g_strdup (rest);
}

static JsonArray *
strings (JsonObject *mail,
         const char *member)
{
  JsonArray *list = csm_json_get_array (mail, member);
  guint length = list != NULL ? json_array_get_length (list) : 0;
  JsonArray *out = json_array_new ();

  for (guint i = 0; length <= MAX_PEOPLE && i < length; i++)
    {
      if (csm_desk_string_at (list, i) != NULL)
        json_array_add_string_element (out, csm_desk_string_at (list, i));
    }
  return out;
}

static const char *
blob_of_part (const CsmIncoming *incoming,
              gint64             part)
{
  JsonArray *parts = csm_json_get_array (incoming->mail, "parts");

  if (incoming->blob_ids == NULL || part < 0 || parts == NULL || part >= (gint64) json_array_get_length (parts))
    return NULL;
  return incoming->blob_ids[part];
}

static JsonArray *
attachments (const CsmIncoming *incoming)
{
  JsonArray *given = csm_json_get_array (incoming->mail, "attachments");
  JsonArray *list = json_array_new ();

  for (guint i = 0; given != NULL && i < MIN (json_array_get_length (given), MAX_PEOPLE); i++)
    {
      JsonObject *from = csm_desk_object_at (given, i);
      const char *blob_id = blob_of_part (incoming, csm_json_get_int (from, "part", -1));
      JsonObject *attachment;

      if (blob_id == NULL)
        continue;
      attachment = json_object_new ();
      csm_json_set_string (attachment, "blobId", blob_id);
      csm_json_set_string (attachment, "name", csm_json_get_string (from, "name"));
      csm_json_set_string (attachment, "type", csm_json_get_string (from, "type"));
      json_object_set_int_member (attachment, "size", csm_json_get_int (from, "size", 0));
      json_object_set_boolean_member (attachment, "inline", csm_json_get_boolean (from, "inline"));
      csm_json_set_string (attachment, "cid", csm_json_get_string (from, "cid"));
      json_array_add_object_element (list, attachment);
    }
  return list;
}

/* Whether a link's text shows another address than it leads to; the reader marks such spans. */
static gboolean
has_mismatch (JsonArray *blocks,
              guint      depth)
{
  for (guint i = 0; blocks != NULL && depth < 20 && i < json_array_get_length (blocks); i++)
    {
      JsonNode *node = json_array_get_element (blocks, i);
      JsonObject *block = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      JsonArray *spans = csm_json_get_array (block, "s");

      for (guint j = 0; spans != NULL && j < json_array_get_length (spans); j++)
        {
          JsonNode *span = json_array_get_element (spans, j);

          if (JSON_NODE_HOLDS_OBJECT (span) && csm_json_get_boolean (json_node_get_object (span), "m"))
            return TRUE;
        }
      if (has_mismatch (csm_json_get_array (block, "c"), depth + 1))
        return TRUE;
    }
  return FALSE;
}

/* What the reader found, in one word each. */
static void
add_readers_warnings (JsonObject *set,
                      JsonArray  *words,
                      gboolean    outgoing)
{
  for (guint i = 0; i < MIN (json_array_get_length (words), MAX_WARNINGS); i++)
    {
      JsonNode *node = json_array_get_element (words, i);
      const char *word = csm_json_is_string (node) ? json_node_get_string (node) : NULL;

      if (word != NULL && *word != '\0' && strlen (word) <= MAX_WORD && !(outgoing && strcmp (word, "replyToDiffers") == 0))
        json_object_set_boolean_member (set, word, TRUE);
    }
}

/* Whether the writer's domain may be taken for ours, or for that of the person who is being answered. */
static gboolean
is_lookalike (CsmIntake *self)
{
  const char *domain = self->parties.from != NULL && !self->parties.own ? csm_address_domain (self->parties.from) : "";
  const char *ours = csm_json_get_string (self->channel, "address");
  JsonArray *people = csm_json_get_array (self->parent, "from");

  if (*domain == '\0')
    return FALSE;
  if (ours != NULL && csm_trust_looks_like (domain, csm_address_domain (ours)))
    return TRUE;
  for (guint i = 0; people != NULL && i < MIN (json_array_get_length (people), MAX_WARNINGS); i++)
    {
      const char *address = csm_json_get_string (csm_desk_object_at (people, i), "address");

      if (address != NULL && csm_trust_looks_like (domain, csm_address_domain (address)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_defect (JsonObject *mail,
            const char *name)
{
  JsonArray *defects = csm_json_get_array (mail, "defects");

  for (guint i = 0; defects != NULL && i < json_array_get_length (defects); i++)
    {
      if (g_strcmp0 (csm_desk_string_at (defects, i), name) == 0)
        return TRUE;
    }
  return FALSE;
}

static JsonObject *
warnings (CsmIntake *self)
{
  const CsmParties *parties = &self->parties;
  JsonArray *words = csm_json_get_array (self->mail, "warnings");
  JsonObject *set = json_object_new ();

  if (words != NULL)
    add_readers_warnings (set, words, parties->outgoing);
  else if (parties->reply_differs && !parties->outgoing)
    json_object_set_boolean_member (set, "replyToDiffers", TRUE);
  if (parties->forged)
    json_object_set_boolean_member (set, "deceptiveName", TRUE);
  else if (parties->deceptive)
    json_object_set_boolean_member (set, words != NULL ? "nameHidesAddress" : "deceptiveName", TRUE);
  if (words == NULL && has_mismatch (csm_json_get_array (self->mail, "body"), 0))
    json_object_set_boolean_member (set, "linkMismatch", TRUE);
  if (is_lookalike (self))
    json_object_set_boolean_member (set, "lookalike", TRUE);
  /* Nothing is claimed of a signature that nobody has checked. */
  if (has_defect (self->mail, "signature-unchecked"))
    json_object_set_boolean_member (set, "signatureUnchecked", TRUE);
  if (has_defect (self->mail, "encrypted"))
    json_object_set_boolean_member (set, "encrypted", TRUE);
  return set;
}

static void
copy_text (JsonObject *to,
           JsonObject *from,
           const char *member)
{
  g_autofree char *line = csm_json_get_string (from, member) != NULL ? csm_intake_one_line (csm_json_get_string (from, member), MAX_LINE / 4) : NULL;

  csm_json_set_string (to, member, line);
}

/* An invitation without its text, which is attached anyway. */
static JsonObject *
calendar (JsonObject *given)
{
  static const char *const texts[] = { "method", "summary", "start", "end", "location", "organizer", "organizerName", "uid", "status" };
  JsonObject *out = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    copy_text (out, given, texts[i]);
  json_object_set_boolean_member (out, "allDay", csm_json_get_boolean (given, "allDay"));
  json_object_set_boolean_member (out, "recurs", csm_json_get_boolean (given, "recurs"));
  json_object_set_int_member (out, "attendees", csm_json_get_int (given, "attendees", 0));
  return out;
}

static JsonArray *
contacts (JsonArray *given)
{
  JsonArray *out = json_array_new ();

  for (guint i = 0; i < MIN (json_array_get_length (given), MAX_CARDS); i++)
    {
      if (csm_desk_object_at (given, i) != NULL)
        json_array_add_element (out, csm_json_copy (json_array_get_element (given, i)));
    }
  return out;
}

static JsonObject *
unsubscribe (JsonObject *given)
{
  JsonObject *out = json_object_new ();

  json_object_set_boolean_member (out, "oneClick", csm_json_get_boolean (given, "oneClick"));
  csm_json_set_string (out, "url", csm_json_get_string (given, "url"));
  csm_json_set_string (out, "mailto", csm_json_get_string (given, "mailto"));
  return out;
}

/* Days are the reader's; an instant is what a record holds: the day's beginning in UTC. */
static char *
away_until (JsonObject *mail)
{
  const char *day = csm_json_get_string (mail, "awayUntil");
  g_autofree char *instant = day != NULL && strlen (day) == 10 ? g_strconcat (day, "T00:00:00Z", NULL) : g_strdup (day);

  return instant != NULL && csm_time_parse (instant) != CSM_TIME_NONE ? g_steal_pointer (&instant) : NULL;
}

/* What the reader found in the mail beside its text. */
static void
fill_findings (JsonObject *message,
               CsmIntake  *self)
{
  JsonObject *given = csm_json_get_object (self->mail, "calendar");
  JsonObject *list = csm_json_get_object (self->mail, "unsubscribe");
  JsonObject *trust = self->parties.outgoing ? NULL : csm_trust_of_mail (self->mail, self->channel, self->parties.from);
  JsonArray *cards = csm_json_get_array (self->mail, "contacts");
  g_autofree char *away = g_strcmp0 (self->automatic, "reply") == 0 ? away_until (self->mail) : NULL;

  if (given != NULL)
    json_object_set_object_member (message, "calendar", calendar (given));
  if (list != NULL && !self->parties.outgoing)
    json_object_set_object_member (message, "unsubscribe", unsubscribe (list));
  if (trust != NULL)
    json_object_set_object_member (message, "trust", trust);
  if (cards != NULL && json_array_get_length (cards) > 0)
    json_object_set_array_member (message, "contacts", contacts (cards));
  csm_json_set_string (message, "awayUntil", away);
}

static void
set_line (JsonObject *message,
          const char *member,
          const char *value)
{
  g_autofree char *line = value != NULL ? csm_intake_one_line (value, MAX_LINE / 4) : NULL;

  /* Most lines fit as they are. */
  if (value != NULL && strlen (value) < MAX_LINE && strpbrk (value, "\r\n") == NULL)
    csm_json_set_string (message, member, value);
  else
    csm_json_set_string (message, member, line);
}

static void
fill_body (JsonObject        *message,
           const CsmIncoming *incoming)
{
  JsonObject *mail = incoming->mail;
  const char *text = csm_json_get_string (mail, "textBody");
  const char *authored = csm_json_get_string (mail, "authoredText");
  JsonArray *body = csm_json_get_array (mail, "body");
  const char *html = blob_of_part (incoming, csm_json_get_int (mail, "safeHtml", -1));
  g_autofree char *preview = csm_intake_one_line (authored != NULL && *authored != '\0' ? authored : text, MAX_PREVIEW);

  csm_json_set_string (message, "preview", preview);
  csm_json_set_string (message, "textBody", text != NULL ? text : "");
  json_object_set_array_member (message, "body", body != NULL ? json_array_ref (body) : json_array_new ());
  json_object_set_boolean_member (message, "bodyIsCut", has_defect (mail, "body-truncated"));
  csm_json_set_string (message, "htmlBlobId", html != NULL ? html : blob_of_part (incoming, csm_json_get_int (mail, "htmlPart", -1)));
  json_object_set_array_member (message, "attachments", attachments (incoming));
}

/* Never dropped; the original is there to be looked at. */
static void
fill_unreadable (JsonObject        *message,
                 const CsmIncoming *incoming)
{
  JsonArray *list = json_array_new ();
  JsonObject *attachment = json_object_new ();
  JsonObject *set = json_object_new ();
  const char *text = _("This mail could not be read. The original is attached.");

  csm_json_set_string (attachment, "blobId", incoming->raw_blob_id);
  csm_json_set_string (attachment, "name", "original.eml");
  csm_json_set_string (attachment, "type", "message/rfc822");
  json_object_set_int_member (attachment, "size", csm_json_get_int (incoming->mail, "size", 0));
  json_object_set_boolean_member (attachment, "inline", FALSE);
  json_array_add_object_element (list, attachment);
  json_object_set_boolean_member (set, "unreadable", TRUE);

  csm_json_set_string (message, "subject", _("A mail that could not be read"));
  csm_json_set_string (message, "preview", text);
  csm_json_set_string (message, "textBody", text);
  json_object_set_array_member (message, "attachments", list);
  json_object_set_object_member (message, "warnings", set);
}

static gboolean
fill_people (JsonObject  *message,
             CsmTxn      *txn,
             JsonObject  *mail,
             GError     **error)
{
  static const char *const lists[] = { "from", "replyTo", "to", "cc" };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      guint max = (guint) csm_record_type_property (csm_record_type_get (CSM_TYPE_ID_MESSAGE), lists[i])->limit;
      JsonArray *list = csm_parties_list (txn, csm_json_get_array (mail, lists[i]), max, error);

      if (list == NULL)
        return FALSE;
      json_object_set_array_member (message, lists[i], list);
    }
  return TRUE;
}

/**
 * csm_intake_message_new:
 * @self: a mail on its way in
 * @error: return location
 *
 * Returns: (transfer full): the Message that the mail becomes, without the records that it belongs to
 */
JsonObject *
csm_intake_message_new (CsmIntake  *self,
                        GError    **error)
{
  const CsmIncoming *incoming = self->incoming;
  JsonObject *mail = incoming->mail;
  g_autoptr (JsonObject) message = json_object_new ();

  csm_json_set_string (message, "channelId", incoming->channel_id);
  csm_json_set_string (message, "direction", self->parties.outgoing ? "out" : "in");
  csm_json_set_string (message, "authorId", self->parties.author_id);
  csm_json_set_time (message, "at", self->at);
  csm_json_set_string (message, "rawBlobId", incoming->raw_blob_id);
  if (!fill_people (message, self->txn, mail, error))
    return NULL;
  if (!csm_json_get_boolean (mail, "ok"))
    {
      fill_unreadable (message, incoming);
      return g_steal_pointer (&message);
    }
  csm_json_set_string (message, "sentAt", csm_json_get_time (mail, "date") != CSM_TIME_NONE ? csm_json_get_string (mail, "date") : NULL);
  set_line (message, "subject", csm_json_get_string (mail, "subject"));
  fill_body (message, incoming);
  set_line (message, "messageId", csm_json_get_string (mail, "messageId"));
  json_object_set_array_member (message, "inReplyTo", strings (mail, "inReplyTo"));
  json_object_set_array_member (message, "references", strings (mail, "references"));
  csm_json_set_string (message, "automatic", self->automatic);
  json_object_set_object_member (message, "warnings", warnings (self));
  fill_findings (message, self);
  return g_steal_pointer (&message);
}

static void
hash_string (GChecksum  *sum,
             const char *text)
{
  if (text != NULL)
    g_checksum_update (sum, (const guchar *) text, strlen (text));
  g_checksum_update (sum, (const guchar *) "", 1);
}

/**
 * csm_intake_content_hash:
 * @incoming: a mail on its way in
 *
 * Two copies of a mail differ in what servers put on top; this covers what the writer made.
 *
 * Returns: (transfer full): 32 hex digits
 */
char *
csm_intake_content_hash (const CsmIncoming *incoming)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  JsonObject *mail = incoming->mail;
  JsonArray *parts = csm_json_get_array (mail, "parts");
  JsonArray *from = csm_json_get_array (mail, "from");

  if (!csm_json_get_boolean (mail, "ok"))
    {
      hash_string (sum, incoming->raw_blob_id);
    }
  else
    {
      for (guint i = 0; from != NULL && i < json_array_get_length (from); i++)
        hash_string (sum, csm_json_get_string (csm_desk_object_at (from, i), "address"));
      hash_string (sum, csm_json_get_string (mail, "dateRaw"));
      hash_string (sum, csm_json_get_string (mail, "subject"));
      hash_string (sum, csm_json_get_string (mail, "textBody"));
    }
  for (guint i = 0; parts != NULL && i < json_array_get_length (parts); i++)
    {
      JsonObject *part = csm_desk_object_at (parts, i);
      g_autofree char *size = g_strdup_printf ("%" G_GINT64_FORMAT, csm_json_get_int (part, "size", 0));

      /* The writer did not make it, and another version of the reader may make it otherwise. */
      if (csm_json_get_boolean (part, "made"))
        continue;
      hash_string (sum, csm_json_get_string (part, "type"));
      hash_string (sum, size);
    }
  return g_strndup (g_checksum_get_string (sum), 32);
}

/**
 * csm_intake_message_time:
 * @incoming: a mail on its way in
 *
 * Receipt orders messages. Of an archive nobody knows the receipt; there the claimed date serves, when it can be true.
 *
 * Returns: an instant, µs
 */
gint64
csm_intake_message_time (const CsmIncoming *incoming)
{
  gint64 date = incoming->history ? csm_json_get_time (incoming->mail, "date") : CSM_TIME_NONE;

  if (date == CSM_TIME_NONE || date < OLDEST_DATE || date > csm_time_now () + MAX_AHEAD)
    return incoming->received;
  return date;
}
