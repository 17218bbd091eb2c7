/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-acknowledge.h"

#include <string.h>

#include "csm-address.h"
#include "csm-desk-records.h"
#include "csm-intake-message.h"
#include "csm-json.h"
#include "csm-lane.h"
#include "csm-language.h"
#include "csm-outgoing.h"
#include "csm-outgoing-message.h"
#include "csm-reply-token.h"
#include "csm-time.h"

/* Somebody who writes more often in a day knows that mail arrives. */
#define MAX_PER_DAY 3
/* So many for everybody together: more is somebody who writes under many names. */
#define MAX_PER_HOUR 600
#define EVERYBODY ""
#define HOUR (3600 * CSM_SECOND)
#define DAY (24 * HOUR)
/* Whoever wrote longer ago, while no server ran or before it was set back to an older state, has heard of it or given up. */
#define MAX_AGE DAY
#define MAX_NAME 60
#define MAX_SUBJECT 120
/* The end of a case's id: enough to find it by, short enough to be read out. */
#define NUMBER_LENGTH 8

/* RFC 3834, section 2: who sends to many, or to somebody else, is not answered by a machine. */
static gboolean
names_channel (CsmIntake *self)
{
  static const char *const fields[] = { "to", "cc" };
  g_autofree char *own = csm_address_normalise (csm_json_get_string (self->channel, "address"));

  for (guint f = 0; own != NULL && f < G_N_ELEMENTS (fields); f++)
    {
      JsonArray *list = csm_json_get_array (self->mail, fields[f]);

      for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
        {
          JsonNode *node = json_array_get_element (list, i);
          g_autofree char *address = JSON_NODE_HOLDS_OBJECT (node) ? csm_address_normalise (csm_json_get_string (json_node_get_object (node), "address")) : NULL;
          g_autofree char *token = address != NULL ? csm_reply_token_strip (address) : NULL;
          g_autofree char *plain = address != NULL ? csm_address_without_tag (address) : NULL;

          if (g_strcmp0 (address, own) == 0 || g_strcmp0 (token, own) == 0 || g_strcmp0 (plain, own) == 0)
            return TRUE;
        }
    }
  return FALSE;
}

/* What the header says against it, beside what makes the mail a machine's (RFC 3834, section 2; MS-OXCMAIL, section 2.1.3.2.19). */
static gboolean
forbids_answers (CsmIntake *self)
{
  const char *suppress = csm_json_get_string (self->view.headers, "xAutoResponseSuppress");

  return (suppress != NULL && g_ascii_strcasecmp (suppress, "none") != 0) || csm_mail_view_has_header (&self->view, "xLoop") ||
         csm_mail_view_has_header (&self->view, "xCasementLoop") || csm_lane_came_by_list (&self->view) || csm_mail_view_has_header (&self->view, "listUnsubscribePost") ||
         csm_json_get_string (csm_json_get_object (self->mail, "report"), "kind") != NULL || csm_json_get_object (self->mail, "calendar") != NULL;
}

/* RFC 3834, section 4: who is told is the envelope's sender, when the last server noted it. NULL: nobody. */
static char *
find_address (CsmIntake  *self,
              GError    **error)
{
  const char *path = csm_json_get_string (self->view.headers, "returnPath");
  g_autofree char *address = csm_address_normalise (path != NULL ? path : self->parties.from);
  g_auto (CsmMailView) envelope = { NULL };
  g_autoptr (JsonObject) nothing = json_object_new ();
  gboolean own;

  if (address == NULL || !csm_address_is_valid (address) || !csm_parties_is_own (self->txn, address, &own, NULL, error) || own)
    return NULL;
  csm_mail_view_init (&envelope, nothing, address, NULL);
  return csm_lane_automatic (&envelope) == NULL ? g_steal_pointer (&address) : NULL;
}

static gboolean
may_answer (CsmIntake *self)
{
  JsonObject *settings = csm_json_get_object (self->channel, "acknowledgement");

  return csm_json_get_boolean (settings, "enabled") && csm_json_get_boolean (self->channel, "enabled") && csm_json_get_boolean (self->mail, "ok") &&
         !self->incoming->history && self->incoming->received > csm_time_now () - MAX_AGE && !self->parties.outgoing && !self->parties.own && self->aside == CSM_ASIDE_NOT && self->automatic == NULL &&
         self->parties.from != NULL &&
         g_strcmp0 (self->case_lane, "conversation") == 0 &&
         g_strcmp0 (csm_json_get_string (csm_json_get_object (self->message, "trust"), "verdict"), "failed") != 0 &&
         !forbids_answers (self) && names_channel (self);
}

static const char *
choose_text (CsmIntake  *self,
             JsonObject *customer)
{
  JsonObject *settings = csm_json_get_object (self->channel, "acknowledgement");
  JsonObject *texts = csm_json_get_object (settings, "texts");
  const char *text = csm_json_get_string (self->mail, "authoredText");
  const char *const wanted[] = {
    csm_json_get_string (customer, "language"),
    csm_json_get_string (self->view.headers, "contentLanguage"),
    csm_language_of_text (text != NULL && *text != '\0' ? text : csm_json_get_string (self->mail, "textBody")),
    csm_json_get_string (settings, "language"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      g_autofree char *tag = csm_language_choose (texts, wanted[i]);
      const char *found = tag != NULL ? csm_json_get_string (texts, tag) : NULL;

      if (found != NULL && *found != '\0')
        return found;
    }
  return NULL;
}

/* Whether mail programs would make a link of @word. */
static gboolean
is_link (const char *word)
{
  const char *dot = strchr (word, '.');

  for (; dot != NULL; dot = strchr (dot + 1, '.'))
    {
      if (dot > word && !g_ascii_ispunct (dot[-1]) && g_unichar_isalpha (g_utf8_get_char (dot + 1)) && g_unichar_isalpha (g_utf8_get_char (g_utf8_next_char (dot + 1))))
        return TRUE;
    }
  return strstr (word, "//") != NULL || strchr (word, '@') != NULL;
}

/* What a stranger wrote goes to an address that the stranger gave: words, and nothing to follow. */
static char *
harmless (const char *text,
          guint       length)
{
  g_autofree char *line = csm_intake_one_line (text, length);
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  g_autoptr (GStrvBuilder) kept = g_strv_builder_new ();
  g_auto (GStrv) rest = NULL;

  for (char **word = words; *word != NULL; word++)
    {
      if (!is_link (*word))
        g_strv_builder_add (kept, *word);
    }
  rest = g_strv_builder_end (kept);
  return g_strjoinv (" ", rest);
}

/* What we know of the customer may be no business of whoever is at another address than the mail is from. */
static char *
name_for (CsmIntake  *self,
          const char *address,
          JsonObject *customer)
{
  const char *known = g_strcmp0 (address, self->parties.from) == 0 ? csm_json_get_string (customer, "name") : self->parties.name;
  g_autofree char *line = csm_intake_one_line (known, MAX_NAME);
  g_autofree char *name = harmless (line, MAX_NAME);

  return strcmp (name, line) == 0 ? g_steal_pointer (&name) : g_strdup ("");
}

static char *
fill_in (CsmIntake  *self,
         const char *name,
         const char *subject,
         const char *text)
{
  const char *case_id = csm_json_get_string (self->case_, "id");
  g_autoptr (GString) out = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c++)
    {
      if (g_str_has_prefix (c, "{name}"))
        g_string_append (out, name), c += strlen ("{name}") - 1;
      else if (g_str_has_prefix (c, "{subject}"))
        g_string_append (out, subject), c += strlen ("{subject}") - 1;
      else if (g_str_has_prefix (c, "{number}"))
        g_string_append (out, case_id + strlen (case_id) - NUMBER_LENGTH), c += strlen ("{number}") - 1;
      else
        g_string_append_c (out, *c);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* An address may be another one for each mail, and is somebody's who has one of them only. */
static char *
without_tag (const char *address)
{
  char *plain = csm_address_without_tag (address);

  return plain != NULL ? plain : g_strdup (address);
}

static gboolean
count (CsmIntake   *self,
       const char  *address,
       gint64       since,
       gint64       most,
       gboolean    *enough,
       GError     **error)
{
  g_autofree char *plain = without_tag (address);
  gint64 n;

  if (*enough)
    return TRUE;
  if (!csm_txn_count_acknowledged (self->txn, plain, since, &n, error))
    return FALSE;
  *enough = n >= most;
  return TRUE;
}

/* Of two machines that answer each other, one may write from a new envelope address each time. */
static gboolean
was_told_enough (CsmIntake   *self,
                 const char  *address,
                 gint64       now,
                 gboolean    *enough,
                 GError     **error)
{
  *enough = FALSE;
  return count (self, address, now - DAY, MAX_PER_DAY, enough, error) &&
         count (self, self->parties.from, now - DAY, MAX_PER_DAY, enough, error) &&
         count (self, EVERYBODY, now - HOUR, MAX_PER_HOUR, enough, error);
}

static gboolean
note_told (CsmIntake   *self,
           const char  *address,
           gint64       now,
           GError     **error)
{
  g_autofree char *told = without_tag (address);
  g_autofree char *writer = without_tag (self->parties.from);

  return csm_txn_note_acknowledged (self->txn, told, now, now - DAY, error) && csm_txn_note_acknowledged (self->txn, writer, now, now - DAY, error) &&
         csm_txn_note_acknowledged (self->txn, EVERYBODY, now, now - DAY, error);
}

static gboolean
send (CsmIntake   *self,
      const char  *address,
      JsonObject  *customer,
      const char  *text,
      gint64       now,
      GError     **error)
{
  const char *given = csm_json_get_string (self->case_, "subject");
  g_autofree char *name = name_for (self, address, customer);
  g_autofree char *subject = harmless (given, MAX_SUBJECT);
  g_autofree char *words = fill_in (self, name, subject, text);
  g_autofree char *title = g_strconcat ("Re: ", subject, NULL);
  g_autoptr (JsonObject) message = csm_outgoing_message_automatic (self->txn, self->message, title, words, now, error);
  JsonObject *entry;
  JsonArray *to;

  if (message == NULL)
    return FALSE;
  entry = json_object_new ();
  csm_json_set_string (entry, "address", address);
  to = json_array_new ();
  json_array_add_object_element (to, entry);
  json_object_set_array_member (message, "to", to);
  /* Who sends looks when a submission changed; this mail has none. */
  return csm_outgoing_queue (self->txn, message, now, error) &&
         note_told (self, address, now, error) &&
         csm_txn_touch (self->txn, csm_record_type_get (CSM_TYPE_ID_SUBMISSION), error);
}

/**
 * csm_acknowledge:
 * @self: a mail that opened a case, and has been written
 * @error: return location
 *
 * Tells the writer that the mail has come, if the channel wants that and a machine may answer (RFC 3834). It changes nothing of the
 * case: nobody has answered.
 *
 * Returns: whether that worked, also when nobody was told
 */
gboolean
csm_acknowledge (CsmIntake  *self,
                 GError    **error)
{
  g_autoptr (JsonObject) customer = NULL;
  g_autofree char *address = NULL;
  g_autofree char *command = NULL;
  GError *local = NULL;
  gint64 now = csm_time_now ();
  gboolean has_way = FALSE, enough = FALSE;
  const char *text;

  if (!may_answer (self))
    return TRUE;
  address = find_address (self, &local);
  if (local == NULL && address != NULL)
    was_told_enough (self, address, now, &enough, &local);
  if (local == NULL && address != NULL && !enough)
    csm_outgoing_has_way (self->txn, self->incoming->channel_id, &command, &has_way, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (address == NULL || enough || !has_way)
    return TRUE;
  customer = csm_desk_load (self->txn, CSM_TYPE_ID_CUSTOMER, self->customer_id, error);
  if (customer == NULL)
    return FALSE;
  text = choose_text (self, customer);
  return text == NULL || send (self, address, customer, text, now, error);
}
