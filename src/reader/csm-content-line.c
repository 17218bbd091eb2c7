/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-content-line.h"

#include "csm-mail-charset.h"

#include <string.h>

#define MAX_LINE (64 * 1024)

static gboolean
is_quoted_printable (const char *head)
{
  const char *colon = strchr (head, ':');
  const char *word = strcasestr (head, "QUOTED-PRINTABLE");

  return word != NULL && colon != NULL && word < colon;
}

/* Without looking at all that follows. */
static const char *
line_end (const char *p)
{
  while (*p != '\0' && *p != '\n')
    p++;
  return p;
}

/* Joins a line with those that continue it (RFC 5545, section 3.1); vCard 2.1 does so with a "=" at the end, too. */
static GString *
take_line (const char **text)
{
  GString *line = g_string_new (NULL);
  const char *p = *text;
  gboolean coded = FALSE;

  while (*p != '\0')
    {
      const char *end = line_end (p);
      gsize length = MIN ((gsize) (end - p), MAX_LINE - MIN (line->len, MAX_LINE));
      gboolean soft;

      if (p == *text)
        {
          g_autofree char *first = g_strndup (p, length);

          coded = is_quoted_printable (first);
        }
      g_string_append_len (line, p, (gssize) length);
      p = *end == '\n' ? end + 1 : end;
      soft = coded && line->len > 0 && line->str[line->len - 1] == '=';
      if (soft)
        g_string_truncate (line, line->len - 1);
      if (*p == ' ' || *p == '\t')
        p++;
      else if (!soft)
        break;
    }
  *text = p;
  return line;
}

/* The colon that ends the name and parameters; one in quotes is none. */
static char *
find_colon (char *line)
{
  gboolean quoted = FALSE;

  for (char *p = line; *p != '\0'; p++)
    if (*p == '"')
      quoted = !quoted;
    else if (*p == ':' && !quoted)
      return p;
  return strchr (line, ':');
}

/**
 * csm_content_line_next:
 * @self: (out caller-allocates): zeroed, or what was read before
 * @text: (inout): what is left, valid and clean, with \n line ends
 *
 * Returns: whether there was another line
 */
gboolean
csm_content_line_next (CsmContentLine  *self,
                       const char     **text)
{
  csm_content_line_clear (self);
  while (**text != '\0')
    {
      g_autoptr(GString) line = take_line (text);
      char *colon = find_colon (line->str);
      char *semicolon;
      const char *dot;

      if (colon == NULL)
        continue;
      *colon = '\0';
      semicolon = strchr (line->str, ';');
      if (semicolon != NULL)
        *semicolon = '\0';
      dot = strrchr (line->str, '.');
      self->name = g_ascii_strup (dot != NULL ? dot + 1 : line->str, -1);
      g_strstrip (self->name);
      self->parameters = semicolon != NULL ? g_strdup (semicolon + 1) : NULL;
      self->value = g_strdup (colon + 1);
      return TRUE;
    }
  return FALSE;
}

void
csm_content_line_clear (CsmContentLine *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->parameters, g_free);
  g_clear_pointer (&self->value, g_free);
}

/* Whether this is, say, BEGIN:VEVENT. */
gboolean
csm_content_line_is (CsmContentLine *self,
                     const char     *name,
                     const char     *value)
{
  g_autofree char *stripped = g_strstrip (g_strdup (self->value));

  return strcmp (self->name, name) == 0 && g_ascii_strcasecmp (stripped, value) == 0;
}

/**
 * csm_content_line_dup_parameter:
 * @self: a line
 * @name: of a parameter, in upper case
 *
 * Returns: (transfer full) (nullable): its value without quotes
 */
char *
csm_content_line_dup_parameter (CsmContentLine *self,
                                const char     *name)
{
  gsize length = strlen (name);
  const char *p = self->parameters;

  while (p != NULL && *p != '\0')
    {
      const char *end = p;
      gboolean quoted = FALSE;

      for (; *end != '\0' && (*end != ';' || quoted); end++)
        if (*end == '"')
          quoted = !quoted;
      if (g_ascii_strncasecmp (p, name, length) == 0 && p[length] == '=')
        {
          const char *value = p + length + 1;
          gboolean in_quotes = end - value >= 2 && *value == '"' && end[-1] == '"';

          return in_quotes ? g_strndup (value + 1, (gsize) (end - value - 2)) : g_strndup (value, (gsize) (end - value));
        }
      p = *end == ';' ? end + 1 : end;
    }
  return NULL;
}

static char *
decode_quoted_printable (CsmContentLine *self)
{
  g_autofree char *charset = csm_content_line_dup_parameter (self, "CHARSET");
  g_autoptr(GString) bytes = g_string_new (NULL);

  for (const char *p = self->value; *p != '\0'; p++)
    if (*p == '=' && g_ascii_isxdigit (p[1]) && g_ascii_isxdigit (p[2]))
      {
        g_string_append_c (bytes, (char) (g_ascii_xdigit_value (p[1]) << 4 | g_ascii_xdigit_value (p[2])));
        p += 2;
      }
    else
      {
        g_string_append_c (bytes, *p);
      }
  return csm_mail_charset_decode (bytes->str, bytes->len, charset);
}

/**
 * csm_content_line_dup_text:
 * @self: a line
 * @limit: the most bytes wanted
 *
 * Returns: (transfer full): the value as text, on one line
 */
char *
csm_content_line_dup_text (CsmContentLine *self,
                           gsize           limit)
{
  g_autofree char *decoded = self->parameters != NULL && strcasestr (self->parameters, "QUOTED-PRINTABLE") != NULL
                             ? decode_quoted_printable (self) : NULL;
  g_autoptr(GString) text = g_string_new (NULL);
  char *clean;

  for (const char *p = decoded != NULL ? decoded : self->value; *p != '\0'; p++)
    if (*p == '\\' && p[1] != '\0')
      {
        p++;
        g_string_append_c (text, *p == 'n' || *p == 'N' ? ' ' : *p);
      }
    else
      {
        g_string_append_c (text, *p);
      }
  clean = csm_mail_charset_clean (text->str, CSM_MAIL_CLEAN_LINE, limit);
  return g_strstrip (clean);
}
