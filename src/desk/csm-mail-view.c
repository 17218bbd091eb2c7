/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mail-view.h"

#include <string.h>

#include "csm-json.h"

/* Rules look for words in the beginning of a text. */
#define MAX_TEXT 65536

/* RFC 2369, section 3.4: where one posts to the list. Who lets a mailbox be filled by a list of the same name, as with shared addresses of
 * Google and Microsoft, gets all that people write through it. */
static gboolean
is_posted_to (JsonObject *headers,
              const char *mailbox)
{
  const char *place = csm_json_get_string (headers, "listPost");
  gsize length = mailbox != NULL ? strlen (mailbox) : 0;

  while (place != NULL && length > 0 && (place = strstr (place, "mailto:")) != NULL)
    {
      place += strlen ("mailto:");
      if (g_ascii_strncasecmp (place, mailbox, length) == 0 && (place[length] == '\0' || strchr (">?, ", place[length]) != NULL))
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_mail_view_init:
 * @self: what is to be filled
 * @mail: what casement-reader says
 * @from: (nullable): the writer's normalised address
 * @mailbox: (nullable): the address of the mailbox that it came to
 */
void
csm_mail_view_init (CsmMailView *self,
                    JsonObject  *mail,
                    const char  *from,
                    const char  *mailbox)
{
  memset (self, 0, sizeof *self);
  self->mail = mail;
  self->headers = csm_json_get_object (mail, "headers");
  self->report = csm_json_get_string (csm_json_get_object (mail, "report"), "kind");
  self->from = from;
  self->submitted = csm_mail_view_auto_submitted (csm_json_get_string (self->headers, "autoSubmitted"));
  self->own_list = is_posted_to (self->headers, mailbox);
}

/**
 * csm_mail_view_clear:
 * @self: what is to be emptied
 */
void
csm_mail_view_clear (CsmMailView *self)
{
  g_clear_pointer (&self->submitted, g_free);
  g_clear_pointer (&self->subject, g_free);
  g_clear_pointer (&self->text, g_free);
}

/**
 * csm_mail_view_auto_submitted:
 * @field: (nullable): the value of an Auto-Submitted field
 *
 * RFC 3834, section 5: parameters and comments don't count, nor does case.
 *
 * Returns: (transfer full) (nullable): its keyword in lower case, %NULL for "no" and for none
 */
char *
csm_mail_view_auto_submitted (const char *field)
{
  g_autofree char *word = NULL;

  if (field == NULL)
    return NULL;
  while (*field == ' ' || *field == '\t')
    field++;
  /* A comment may stand in front, too. */
  while (*field == '(')
    {
      const char *end = strchr (field, ')');

      if (end == NULL)
        break;
      field = end + 1 + strspn (end + 1, " \t");
    }
  word = g_ascii_strdown (field, strcspn (field, " \t;("));
  return *word != '\0' && strcmp (word, "no") != 0 ? g_steal_pointer (&word) : NULL;
}

/**
 * csm_mail_view_fold:
 * @text: (nullable): some text
 *
 * Returns: (transfer full): the text as rules compare it, "" of none
 */
char *
csm_mail_view_fold (const char *text)
{
  return text != NULL && g_utf8_validate (text, -1, NULL) ? g_utf8_casefold (text, -1) : g_strdup ("");
}

/**
 * csm_mail_view_subject:
 * @self: a mail
 *
 * Returns: (transfer none): the folded subject
 */
const char *
csm_mail_view_subject (CsmMailView *self)
{
  if (self->subject == NULL)
    self->subject = csm_mail_view_fold (csm_json_get_string (self->mail, "subject"));
  return self->subject;
}

/**
 * csm_mail_view_text:
 * @self: a mail
 *
 * Returns: (transfer none): the beginning of what the writer wrote, folded
 */
const char *
csm_mail_view_text (CsmMailView *self)
{
  const char *text = csm_json_get_string (self->mail, "authoredText");
  g_autofree char *beginning = NULL;

  if (self->text != NULL)
    return self->text;
  if (text == NULL || *text == '\0')
    text = csm_json_get_string (self->mail, "textBody");
  if (text != NULL && strlen (text) > MAX_TEXT)
    {
      const char *end = g_utf8_find_prev_char (text, text + MAX_TEXT);

      text = beginning = g_strndup (text, end != NULL ? end - text : 0);
    }
  self->text = csm_mail_view_fold (text);
  return self->text;
}

/**
 * csm_mail_view_has_header:
 * @self: a mail
 * @member: the reader's name of a header
 *
 * Returns: whether the mail has it
 */
gboolean
csm_mail_view_has_header (const CsmMailView *self,
                          const char        *member)
{
  return csm_json_get_string (self->headers, member) != NULL;
}

/**
 * csm_mail_view_header_is:
 * @self: a mail
 * @member: the reader's name of a header
 * @words: (array zero-terminated=1): in lower case
 *
 * Returns: whether the header's value is one of @words
 */
gboolean
csm_mail_view_header_is (const CsmMailView *self,
                         const char        *member,
                         const char *const *words)
{
  const char *value = csm_json_get_string (self->headers, member);
  g_autofree char *clean = NULL;

  if (value == NULL)
    return FALSE;
  clean = g_ascii_strdown (value, -1);
  return g_strv_contains (words, g_strstrip (clean));
}

/**
 * csm_mail_view_header_begins:
 * @self: a mail
 * @member: the reader's name of a header
 * @words: (array zero-terminated=1): in lower case
 *
 * Returns: whether the header's value begins with one of @words, and no letter follows it
 */
gboolean
csm_mail_view_header_begins (const CsmMailView *self,
                             const char        *member,
                             const char *const *words)
{
  const char *value = csm_json_get_string (self->headers, member);

  if (value == NULL)
    return FALSE;
  value += strspn (value, " \t");
  for (guint i = 0; words[i] != NULL; i++)
    {
      gsize length = strlen (words[i]);

      if (g_ascii_strncasecmp (value, words[i], length) == 0 && !g_ascii_isalnum (value[length]))
        return TRUE;
    }
  return FALSE;
}

/* Whether @word stands at @at in a local part of @length, with no letter or digit behind it. */
static gboolean
stands_at (const char *local,
           gsize       length,
           gsize       at,
           const char *word)
{
  gsize size = strlen (word);

  return at + size <= length && strncmp (local + at, word, size) == 0 && !g_ascii_isalnum (local[at + size]);
}

/**
 * csm_mail_view_local_part_begins:
 * @self: a mail
 * @words: (array zero-terminated=1): in lower case
 *
 * Returns: whether the writer's address begins with one of @words, and no letter follows it
 */
gboolean
csm_mail_view_local_part_begins (const CsmMailView *self,
                                 const char *const *words)
{
  gsize length = self->from != NULL ? strcspn (self->from, "@") : 0;

  for (guint i = 0; length > 0 && words[i] != NULL; i++)
    {
      if (stands_at (self->from, length, 0, words[i]))
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_mail_view_local_part_has:
 * @self: a mail
 * @words: (array zero-terminated=1): in lower case
 *
 * Returns: whether one of @words stands by itself before the @ of the writer's address
 */
gboolean
csm_mail_view_local_part_has (const CsmMailView *self,
                              const char *const *words)
{
  gsize length = self->from != NULL ? strcspn (self->from, "@") : 0;

  for (gsize at = 0; at < length; at++)
    {
      if (at > 0 && g_ascii_isalnum (self->from[at - 1]))
        continue;
      for (guint i = 0; words[i] != NULL; i++)
        {
          if (stands_at (self->from, length, at, words[i]))
            return TRUE;
        }
    }
  return FALSE;
}

/**
 * csm_mail_view_refers:
 * @self: a mail
 *
 * Returns: whether it names another mail that it answers or follows
 */
gboolean
csm_mail_view_refers (const CsmMailView *self)
{
  static const char *const fields[] = { "inReplyTo", "references" };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      JsonArray *ids = csm_json_get_array (self->mail, fields[i]);

      if (ids != NULL && json_array_get_length (ids) > 0)
        return TRUE;
    }
  return FALSE;
}
