/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-authentication.h"

#include "csm-mail-header.h"

#include <string.h>

#define MAX_FIELDS 10
#define MAX_METHODS 30
#define MAX_DEPTH 20
#define MAX_WORD 255

/* Takes the comments out, and the spaces around "=", so that only words are left. */
static char *
simplify (const char *value)
{
  GString *out = g_string_new (NULL);
  gboolean quoted = FALSE;
  guint depth = 0;

  for (const char *p = value; *p != '\0'; p++)
    {
      gboolean escaped = *p == '\\' && p[1] != '\0' && (quoted || depth > 0);

      if (escaped)
        p++;
      else if (*p == '"' && depth == 0)
        quoted = !quoted;
      else if (*p == '(' && !quoted && depth < MAX_DEPTH)
        depth++;
      if (depth > 0)
        {
          if (*p == ')' && !escaped && --depth == 0)
            g_string_append_c (out, ' ');
          continue;
        }
      if (*p == '=' && !quoted)
        while (out->len > 0 && out->str[out->len - 1] == ' ')
          g_string_truncate (out, out->len - 1);
      if (*p == ' ' && !quoted && (out->len == 0 || out->str[out->len - 1] == ' ' || out->str[out->len - 1] == '='))
        continue;
      g_string_append_c (out, *p);
    }
  return g_string_free (out, FALSE);
}

/* Splits at @separator where it is not in quotes. */
static GPtrArray *
split (const char *text,
       char        separator)
{
  GPtrArray *pieces = g_ptr_array_new_with_free_func (g_free);
  gboolean quoted = FALSE;
  const char *start = text;

  for (const char *p = text;; p++)
    {
      if (*p == '"')
        quoted = !quoted;
      if (*p == '\0' || (*p == separator && !quoted))
        {
          char *piece = g_strstrip (g_strndup (start, (gsize) (p - start)));

          if (piece[0] != '\0')
            g_ptr_array_add (pieces, piece);
          else
            g_free (piece);
          start = p + 1;
        }
      if (*p == '\0' || pieces->len > MAX_METHODS)
        return pieces;
    }
}

/* What follows the "=" of @word, without quotes. */
static char *
dup_value (const char *word)
{
  const char *value = strchr (word, '=') + 1;
  gsize length = MIN (strlen (value), MAX_WORD);

  if (length >= 2 && value[0] == '"' && value[length - 1] == '"')
    return g_strndup (value + 1, length - 2);
  return g_strndup (value, length);
}

/* Which property says what domain a method has checked; the first that is there. */
static const struct
{
  const char *method;
  const char *properties[5];
} checked[] = {
  { "dkim", { "header.d", "header.i", "header.from" } },
  { "spf", { "smtp.mailfrom", "smtp.mail", "envelope-from", "smtp.helo", "smtp.ehlo" } },
  { "dmarc", { "header.from" } },
};

static const char *
find_word (GPtrArray  *words,
           const char *property)
{
  gsize length = strlen (property);

  for (guint i = 1; i < words->len; i++)
    {
      const char *word = words->pdata[i];

      if (g_ascii_strncasecmp (word, property, length) == 0 && word[length] == '=')
        return word;
    }
  return NULL;
}

static const char *
find_property (GPtrArray  *words,
               const char *method)
{
  for (guint i = 0; i < G_N_ELEMENTS (checked); i++)
    if (strcmp (checked[i].method, method) == 0)
      for (guint j = 0; j < G_N_ELEMENTS (checked[i].properties) && checked[i].properties[j] != NULL; j++)
        {
          const char *word = find_word (words, checked[i].properties[j]);

          if (word != NULL)
            return word;
        }
  for (guint i = 1; i < words->len; i++)
    if (strchr (words->pdata[i], '.') != NULL && strchr (words->pdata[i], '=') > strchr (words->pdata[i], '.'))
      return words->pdata[i];
  return NULL;
}

static void
write_method (const char    *text,
              CsmJsonWriter *writer)
{
  g_autoptr(GPtrArray) words = split (text, ' ');
  const char *first = words->len > 0 ? words->pdata[0] : "";
  const char *equals = strchr (first, '=');
  const char *property;
  g_autofree char *method = NULL;
  g_autofree char *result = NULL;

  /* "none" alone says that nothing was checked. */
  if (equals == NULL || equals == first)
    return;
  method = g_ascii_strdown (first, (gssize) MIN (equals - first, MAX_WORD));
  method[strcspn (method, "/")] = '\0';
  {
    g_autofree char *value = dup_value (first);

    result = g_ascii_strdown (value, -1);
  }
  property = find_property (words, method);
  csm_json_writer_begin_object (writer, NULL);
  csm_json_writer_string (writer, "method", method);
  csm_json_writer_string (writer, "result", result);
  if (property != NULL)
    {
      g_autofree char *value = dup_value (property);
      g_autofree char *name = g_ascii_strdown (property, (gssize) MIN (strchr (property, '=') - property, MAX_WORD));
      const char *at = strrchr (value, '@');
      g_autofree char *domain = g_ascii_strdown (at != NULL ? at + 1 : value, -1);

      csm_json_writer_string (writer, "domain", domain[0] != '\0' ? domain : NULL);
      csm_json_writer_string (writer, "property", name);
    }
  else
    {
      csm_json_writer_string (writer, "domain", NULL);
      csm_json_writer_string (writer, "property", NULL);
    }
  csm_json_writer_end_object (writer);
}

static void
write_field (const char    *value,
             gboolean       above_received,
             CsmJsonWriter *writer)
{
  g_autofree char *simple = simplify (value);
  g_autoptr(GPtrArray) pieces = split (simple, ';');
  const char *first = pieces->len > 0 ? pieces->pdata[0] : "";
  /* Some servers leave their name out. */
  gboolean has_server = first[0] != '\0' && strchr (first, '=') == NULL;
  g_autofree char *server = has_server ? g_ascii_strdown (first, (gssize) MIN (strcspn (first, " "), MAX_WORD)) : NULL;

  csm_json_writer_begin_object (writer, NULL);
  csm_json_writer_string (writer, "server", server);
  csm_json_writer_bool (writer, "aboveReceived", above_received);
  csm_json_writer_begin_array (writer, "methods");
  for (guint i = has_server ? 1 : 0; i < pieces->len && i < MAX_METHODS; i++)
    write_method (pieces->pdata[i], writer);
  csm_json_writer_end_array (writer);
  csm_json_writer_end_object (writer);
}

/**
 * csm_mail_authentication_write:
 * @message: a parsed message
 * @options: from csm_mail_header_options_new()
 * @writer: inside the answer's object
 *
 * Writes what servers on the way say to have checked (RFC 8601). What stands above the first Received was put there by
 * the last of them.
 */
void
csm_mail_authentication_write (GMimeMessage       *message,
                               GMimeParserOptions *options,
                               CsmJsonWriter      *writer)
{
  GMimeHeaderList *headers = g_mime_object_get_header_list (GMIME_OBJECT (message));
  int count = g_mime_header_list_get_count (headers);
  gboolean above = TRUE;
  guint fields = 0;

  csm_json_writer_begin_array (writer, "authentication");
  for (int i = 0; i < count && fields < MAX_FIELDS; i++)
    {
      GMimeHeader *header = g_mime_header_list_get_header_at (headers, i);
      const char *name = g_mime_header_get_name (header);

      if (g_ascii_strcasecmp (name, "Received") == 0)
        {
          above = FALSE;
        }
      else if (g_ascii_strcasecmp (name, "Authentication-Results") == 0)
        {
          g_autofree char *value = csm_mail_header_dup_value (header, options);

          if (value != NULL)
            write_field (value, above, writer);
          fields++;
        }
    }
  csm_json_writer_end_array (writer);
}
