/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-imap-response.h"

#include <stdio.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "csm-time.h"

/* Nothing that we ask for is answered with more. */
#define MAX_LINE (256 * 1024)
#define MAX_TOKENS 20000

static void
token_clear (CsmImapToken *token)
{
  g_free (token->text);
  g_clear_pointer (&token->bytes, g_bytes_unref);
  g_clear_pointer (&token->spool, csm_spool_unref);
}

/**
 * csm_imap_response_free:
 * @self: (nullable): a response
 */
void
csm_imap_response_free (CsmImapResponse *self)
{
  if (self == NULL)
    return;
  g_free (self->tag);
  g_free (self->status);
  g_free (self->text);
  g_array_unref (self->tokens);
  g_free (self);
}

static gboolean
nonsense (GError **error)
{
  g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_PROTOCOL, _("The mail server's answer makes no sense."));
  return FALSE;
}

static void
add_token (CsmImapResponse   *self,
           CsmImapTokenKind   kind,
           char              *text,
           GBytes            *bytes)
{
  CsmImapToken token = { kind, text, bytes, NULL };

  g_array_append_val (self->tokens, token);
}

/* A quoted string from behind its quotation mark; NULL when it has no end. */
static const char *
take_quoted (CsmImapResponse *self,
             const char      *at)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (; *at != '"'; at++)
    {
      if (*at == '\\')
        at++;
      if (*at == '\0')
        return NULL;
      g_string_append_c (text, *at);
    }
  add_token (self, CSM_IMAP_QUOTED, g_string_free (g_steal_pointer (&text), FALSE), NULL);
  return at + 1;
}

/* An atom; what is in brackets belongs to it: BODY[HEADER.FIELDS (TO)]<0>. */
static const char *
take_atom (CsmImapResponse *self,
           const char      *at)
{
  const char *from = at;
  gboolean inside = FALSE;

  for (; *at != '\0' && (inside || strchr (" ()\"", *at) == NULL); at++)
    inside = *at == '[' || (inside && *at != ']');
  add_token (self, CSM_IMAP_ATOM, g_strndup (from, (gsize) (at - from)), NULL);
  return at;
}

static gboolean
take_words (CsmImapResponse  *self,
            const char       *at,
            GError          **error)
{
  while (at != NULL && *at != '\0')
    {
      if (self->tokens->len >= MAX_TOKENS)
        return nonsense (error);
      if (*at == ' ')
        at++;
      else if (*at == '(' || *at == ')')
        add_token (self, *at++ == '(' ? CSM_IMAP_OPEN : CSM_IMAP_CLOSE, NULL, NULL);
      else if (*at == '"')
        at = take_quoted (self, at + 1);
      else
        at = take_atom (self, at);
    }
  return at != NULL || nonsense (error);
}

/* Whether a literal follows the line; its announcement is cut off. */
static gboolean
announces_literal (GString *line,
                   guint64 *length)
{
  char *brace = line->len > 2 && line->str[line->len - 1] == '}' ? strrchr (line->str, '{') : NULL;
  g_autofree char *digits = NULL;
  gsize n;

  if (brace == NULL)
    return FALSE;
  digits = g_strndup (brace + 1, line->str + line->len - 1 - (brace + 1));
  n = strlen (digits);
  if (n > 0 && digits[n - 1] == '+')
    digits[n - 1] = '\0';
  if (!g_ascii_string_to_unsigned (digits, 10, 0, G_MAXINT64, length, NULL))
    return FALSE;
  if (brace > line->str && brace[-1] == '~')
    brace--;
  g_string_truncate (line, (gsize) (brace - line->str));
  return TRUE;
}

static gboolean
read_data (CsmImapResponse  *self,
           CsmImapStream    *stream,
           GString          *line,
           gsize             max_literal,
           GError          **error)
{
  gsize left = max_literal;
  guint64 length;

  while (announces_literal (line, &length))
    {
      CsmSpool *spool = NULL;
      GBytes *bytes = NULL;

      /* Empty ones are of no length, and there could be as many as one likes. */
      if (self->tokens->len >= MAX_TOKENS)
        return nonsense (error);
      if (length > left)
        {
          g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_PROTOCOL, _("The mail server sends more than was asked for."));
          return FALSE;
        }
      left -= length;
      if (!take_words (self, line->str, error))
        return FALSE;
      if (length > CSM_SPOOL_THRESHOLD)
        spool = csm_imap_stream_read_spool (stream, length, error);
      else
        bytes = csm_imap_stream_read_bytes (stream, length, error);
      if (bytes == NULL && spool == NULL)
        return FALSE;
      add_token (self, CSM_IMAP_LITERAL, NULL, bytes);
      g_array_index (self->tokens, CsmImapToken, self->tokens->len - 1).spool = spool;
      g_string_truncate (line, 0);
      if (!csm_imap_stream_read_line (stream, line, MAX_LINE, error))
        return FALSE;
    }
  return take_words (self, line->str, error);
}

static gboolean
is_status (const char *word,
           gsize       length)
{
  static const char *const names[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (strlen (names[i]) == length && g_ascii_strncasecmp (word, names[i], length) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_imap_response_read:
 * @stream: a connection
 * @max_literal: how many bytes its literals may have
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the next thing that the server says
 */
CsmImapResponse *
csm_imap_response_read (CsmImapStream  *stream,
                        gsize           max_literal,
                        GError        **error)
{
  g_autoptr (CsmImapResponse) self = g_new0 (CsmImapResponse, 1);
  g_autoptr (GString) line = g_string_new (NULL);
  const char *word;
  gsize length;

  self->tokens = g_array_new (FALSE, FALSE, sizeof (CsmImapToken));
  g_array_set_clear_func (self->tokens, (GDestroyNotify) token_clear);
  if (!csm_imap_stream_read_line (stream, line, MAX_LINE, error))
    return NULL;
  if (strlen (line->str) != line->len || line->len == 0)
    {
      nonsense (error);
      return NULL;
    }
  length = strcspn (line->str, " ");
  self->tag = g_strndup (line->str, length);
  g_string_erase (line, 0, (gssize) MIN (length + 1, line->len));
  word = line->str;
  length = strcspn (word, " ");
  if (g_str_equal (self->tag, "+"))
    {
      self->text = g_strdup (word);
    }
  else if (is_status (word, length))
    {
      self->status = g_ascii_strup (word, (gssize) length);
      self->text = g_utf8_make_valid (word + length + (word[length] == ' '), -1);
    }
  else if (!g_str_equal (self->tag, "*"))
    {
      nonsense (error);
      return NULL;
    }
  else if (!read_data (self, stream, line, max_literal, error))
    {
      return NULL;
    }
  return g_steal_pointer (&self);
}

/* --- What it says ----------------------------------------------------------------------------------------------------------- */

/**
 * csm_imap_response_is:
 * @self: a response
 * @index: a token
 * @word: an atom; capitals don't matter
 *
 * Returns: whether it is there
 */
gboolean
csm_imap_response_is (const CsmImapResponse *self,
                      guint                  index,
                      const char            *word)
{
  const CsmImapToken *token = index < self->tokens->len ? &g_array_index (self->tokens, CsmImapToken, index) : NULL;

  return token != NULL && token->kind == CSM_IMAP_ATOM && g_ascii_strcasecmp (token->text, word) == 0;
}

/**
 * csm_imap_response_number:
 * @self: a response
 * @index: a token
 * @most: how much it may be
 * @number: (out): what it is
 *
 * Returns: whether a number is there
 */
gboolean
csm_imap_response_number (const CsmImapResponse *self,
                          guint                  index,
                          guint64                most,
                          guint64               *number)
{
  const CsmImapToken *token = index < self->tokens->len ? &g_array_index (self->tokens, CsmImapToken, index) : NULL;

  return token != NULL && token->kind == CSM_IMAP_ATOM && g_ascii_string_to_unsigned (token->text, 10, 0, most, number, NULL);
}

/**
 * csm_imap_response_code:
 * @self: a response
 * @name: a response code: "UIDNEXT"
 *
 * Returns: (transfer full) (nullable): what comes after its name, "" when nothing does; %NULL when it isn't there
 */
char *
csm_imap_response_code (const CsmImapResponse *self,
                        const char            *name)
{
  gsize length = strlen (name);
  const char *end;

  if (self->status == NULL || self->text[0] != '[' || g_ascii_strncasecmp (self->text + 1, name, length) != 0 ||
      (self->text[1 + length] != ' ' && self->text[1 + length] != ']'))
    return NULL;
  end = strchr (self->text, ']');
  return end != NULL ? g_strstrip (g_strndup (self->text + 1 + length, (gsize) (end - (self->text + 1 + length)))) : NULL;
}

static void
set_attribute (CsmImapMail        *mail,
               const char         *name,
               const CsmImapToken *value)
{
  guint64 number;

  if (g_ascii_strcasecmp (name, "UID") == 0 && value->text != NULL && g_ascii_string_to_unsigned (value->text, 10, 1, G_MAXUINT32, &number, NULL))
    mail->uid = (guint32) number;
  else if (g_ascii_strcasecmp (name, "RFC822.SIZE") == 0 && value->text != NULL &&
           g_ascii_string_to_unsigned (value->text, 10, 0, G_MAXINT64, &number, NULL))
    mail->size = (gint64) number;
  else if (g_ascii_strcasecmp (name, "X-GM-THRID") == 0 && value->text != NULL && g_ascii_string_to_unsigned (value->text, 10, 1, G_MAXUINT64, &number, NULL))
    mail->thread = number;
  else if (g_ascii_strcasecmp (name, "INTERNALDATE") == 0 && value->text != NULL)
    mail->received = csm_imap_parse_time (value->text);
  else if (g_ascii_strncasecmp (name, "BODY[", 5) == 0 && mail->body == NULL && mail->spool == NULL)
    {
      if (value->bytes != NULL)
        mail->body = g_bytes_ref (value->bytes);
      else if (value->spool != NULL)
        mail->spool = csm_spool_ref (value->spool);
      else if (value->kind == CSM_IMAP_QUOTED)
        mail->body = g_bytes_new (value->text, strlen (value->text));
    }
}

/**
 * csm_imap_response_mail:
 * @self: a response
 * @mail: (out caller-allocates): what it says of a mail
 *
 * Returns: whether it is a FETCH response that can be understood
 */
gboolean
csm_imap_response_mail (const CsmImapResponse *self,
                        CsmImapMail           *mail)
{
  guint64 number;
  guint depth = 0;

  *mail = (CsmImapMail) { 0, -1, CSM_TIME_NONE, NULL, NULL };
  if (!csm_imap_response_number (self, 0, G_MAXUINT32, &number) || !csm_imap_response_is (self, 1, "FETCH"))
    return FALSE;
  for (guint i = 2; i < self->tokens->len; i++)
    {
      const CsmImapToken *token = &g_array_index (self->tokens, CsmImapToken, i);

      if (token->kind == CSM_IMAP_OPEN)
        depth++;
      else if (token->kind == CSM_IMAP_CLOSE)
        depth -= depth > 0;
      else if (depth == 1 && token->kind == CSM_IMAP_ATOM && i + 1 < self->tokens->len && token[1].kind < CSM_IMAP_OPEN)
        set_attribute (mail, token->text, &g_array_index (self->tokens, CsmImapToken, ++i));
    }
  return TRUE;
}

/**
 * csm_imap_mail_clear:
 * @mail: what a response said
 */
void
csm_imap_mail_clear (CsmImapMail *mail)
{
  g_clear_pointer (&mail->body, g_bytes_unref);
  g_clear_pointer (&mail->spool, csm_spool_unref);
}

/* --- Dates and names ------------------------------------------------------------------------------------------------------- */

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

/**
 * csm_imap_parse_time:
 * @text: a date-time: "17-Jul-1996 02:44:25 -0700"
 *
 * Returns: the instant, µs, or `CSM_TIME_NONE`
 */
gint64
csm_imap_parse_time (const char *text)
{
  int day, year, hour, minute, second, zone, offset;
  char month[4] = "", sign;
  g_autoptr (GDateTime) time = NULL;

  if (sscanf (text, "%2d-%3[A-Za-z]-%4d %2d:%2d:%2d %c%4d", &day, month, &year, &hour, &minute, &second, &sign, &zone) != 8 ||
      (sign != '+' && sign != '-'))
    return CSM_TIME_NONE;
  offset = (zone / 100 * 60 + zone % 100) * (sign == '-' ? -60 : 60);
  for (int i = 0; i < 12 && time == NULL; i++)
    {
      if (g_ascii_strcasecmp (month, months[i]) == 0)
        time = g_date_time_new_utc (year, i + 1, day, hour, minute, MIN (second, 59));
    }
  return time != NULL ? (g_date_time_to_unix (time) - offset) * CSM_SECOND : CSM_TIME_NONE;
}

/**
 * csm_imap_format_day:
 * @time_us: an instant, µs
 *
 * Returns: (transfer full): its day in UTC, as SEARCH takes it: "17-Jul-1996"
 */
char *
csm_imap_format_day (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (MAX (time_us, 0) / CSM_SECOND);

  return g_strdup_printf ("%d-%s-%04d", g_date_time_get_day_of_month (time), months[g_date_time_get_month (time) - 1], g_date_time_get_year (time));
}

/* What is not ASCII, in the base64 of UTF-16 with a comma for the slash and no padding. */
static void
append_shifted (GString *out,
                GString *pending)
{
  g_autofree char *text = NULL;

  if (pending->len == 0)
    return;
  text = g_base64_encode ((const guchar *) pending->str, pending->len);
  text[strcspn (text, "=")] = '\0';
  g_strdelimit (text, "/", ',');
  g_string_append_printf (out, "&%s-", text);
  g_string_truncate (pending, 0);
}

static void
append_unit (GString *pending,
             guint    unit)
{
  g_string_append_c (pending, (char) (unit >> 8));
  g_string_append_c (pending, (char) (unit & 0xff));
}

/**
 * csm_imap_encode_folder:
 * @name: a folder's name, UTF-8
 *
 * Returns: (transfer full): its name for the server, in quotation marks (RFC 3501, section 5.1.3)
 */
char *
csm_imap_encode_folder (const char *name)
{
  g_autoptr (GString) out = g_string_new ("\"");
  g_autoptr (GString) pending = g_string_new (NULL);

  for (const char *at = name; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c < 0x20 || c > 0x7e)
        {
          if (c >= 0x10000)
            append_unit (pending, 0xd800 + ((c - 0x10000) >> 10));
          append_unit (pending, c >= 0x10000 ? 0xdc00 + ((c - 0x10000) & 0x3ff) : c);
          continue;
        }
      append_shifted (out, pending);
      if (c == '&')
        g_string_append (out, "&-");
      else if (c == '"' || c == '\\')
        g_string_append_printf (out, "\\%c", (char) c);
      else
        g_string_append_c (out, (char) c);
    }
  append_shifted (out, pending);
  g_string_append_c (out, '"');
  return g_string_free (g_steal_pointer (&out), FALSE);
}
