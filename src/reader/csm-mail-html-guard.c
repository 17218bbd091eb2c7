/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-html-guard.h"

#include <string.h>

/* The HTML parser's time grows with the square of the nesting and of the attributes of one tag
 * (100,000 nested elements: 49 s; 50,000 attributes: 19 s), so what exceeds these is not given to it. */
#define MAX_DEPTH 512
#define MAX_ATTRIBUTES 256
#define MAX_FORMATTING 2000

/* Elements that never hold others, or that end by themselves when the next one starts. */
static const char *const flat[] = {
  "br", "hr", "img", "meta", "link", "input", "base", "area", "col", "wbr", "p", "li", "td", "th", "tr", "tbody",
  "thead", "tfoot", "dt", "dd", "option", "source", "param", "embed", "html", "head", "body",
};

/* Elements that are opened again in every block while they are not closed. */
static const char *const formatting[] = {
  "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
};

static gboolean
is_one_of (const char        *name,
           gsize              length,
           const char *const *names,
           gsize              n_names)
{
  for (gsize i = 0; i < n_names; i++)
    if (strlen (names[i]) == length && g_ascii_strncasecmp (name, names[i], length) == 0)
      return TRUE;
  return FALSE;
}

static gsize
name_length (const char *p,
             const char *end)
{
  const char *q = p;

  while (q < end && !g_ascii_isspace (*q) && *q != '>' && *q != '/')
    q++;
  return (gsize) (q - p);
}

/* The end of the tag whose name ended at @p, and how many attributes it has at most. */
static const char *
skip_tag (const char *p,
          const char *end,
          guint      *attributes)
{
  gboolean in_name = FALSE;

  *attributes = 0;
  while (p < end && *p != '>')
    {
      if (*p == '=')
        {
          for (p++; p < end && g_ascii_isspace (*p); p++)
            continue;
          if (p < end && (*p == '"' || *p == '\''))
            {
              const char *quote = memchr (p + 1, *p, (gsize) (end - p - 1));

              p = quote != NULL ? quote : end - 1;
            }
          in_name = FALSE;
        }
      else if (g_ascii_isspace (*p) || *p == '/')
        {
          in_name = FALSE;
        }
      else if (!in_name)
        {
          in_name = TRUE;
          *attributes += 1;
        }
      if (p < end)
        p++;
    }
  return p < end ? p + 1 : end;
}

static const char *
skip_comment (const char *p,
              const char *end)
{
  const char *close = g_strstr_len (p, end - p, "-->");

  return close != NULL ? close + 3 : end;
}

/**
 * csm_mail_html_is_safe:
 * @html: (array length=length): a document
 * @length: its length in bytes
 *
 * Returns: whether it can be parsed in reasonable time
 */
gboolean
csm_mail_html_is_safe (const char *html,
                       gsize       length)
{
  const char *end = html + length;
  int depth = 0;
  int open_formatting = 0;
  int most_formatting = 0;
  guint blocks = 0;

  for (const char *p = html; (p = memchr (p, '<', (gsize) (end - p))) != NULL;)
    {
      gboolean closes = ++p < end && *p == '/';
      const char *name = closes ? p + 1 : p;
      gsize size;
      guint attributes;
      int step = closes ? -1 : 1;

      if (end - p >= 3 && strncmp (p, "!--", 3) == 0)
        {
          p = skip_comment (p, end);
          continue;
        }
      if (name >= end || !g_ascii_isalpha (*name))
        continue;
      size = name_length (name, end);
      p = skip_tag (name + size, end, &attributes);
      if (attributes > MAX_ATTRIBUTES)
        return FALSE;
      if (is_one_of (name, size, formatting, G_N_ELEMENTS (formatting)))
        {
          open_formatting = MAX (open_formatting + step, 0);
          most_formatting = MAX (most_formatting, open_formatting);
        }
      else if (!closes)
        {
          blocks++;
        }
      if (is_one_of (name, size, flat, G_N_ELEMENTS (flat)))
        continue;
      depth = MAX (depth + step, 0);
      if (depth > MAX_DEPTH)
        return FALSE;
    }
  return (gint64) most_formatting * blocks <= 100 * MAX_FORMATTING;
}

static const struct
{
  const char *name;
  const char *text;
} entities[] = {
  { "amp", "&" }, { "lt", "<" }, { "gt", ">" }, { "quot", "\"" }, { "apos", "'" }, { "nbsp", " " }, { "auml", "ä" },
  { "ouml", "ö" }, { "uuml", "ü" }, { "Auml", "Ä" }, { "Ouml", "Ö" }, { "Uuml", "Ü" }, { "szlig", "ß" },
  { "eacute", "é" }, { "egrave", "è" }, { "ecirc", "ê" }, { "agrave", "à" }, { "aacute", "á" }, { "acirc", "â" },
  { "ccedil", "ç" }, { "iacute", "í" }, { "oacute", "ó" }, { "uacute", "ú" }, { "ntilde", "ñ" }, { "ocirc", "ô" },
  { "euro", "€" }, { "ndash", "–" }, { "mdash", "—" }, { "hellip", "…" }, { "lsquo", "‘" }, { "rsquo", "’" },
  { "ldquo", "“" }, { "rdquo", "”" }, { "bdquo", "„" }, { "laquo", "«" }, { "raquo", "»" }, { "copy", "©" },
};

/* Appends what the reference at @p stands for and returns the end of it. */
static const char *
append_entity (GString    *out,
               const char *p,
               const char *end)
{
  const char *semicolon = memchr (p, ';', (gsize) MIN (end - p, 12));

  if (semicolon != NULL && p[1] == '#')
    {
      gboolean hex = p[2] == 'x' || p[2] == 'X';
      guint64 code = g_ascii_strtoull (p + (hex ? 3 : 2), NULL, hex ? 16 : 10);

      if (code >= 0x20 && code < 0x110000 && g_unichar_validate ((gunichar) code))
        g_string_append_unichar (out, (gunichar) code);
      return semicolon + 1;
    }
  for (guint i = 0; semicolon != NULL && i < G_N_ELEMENTS (entities); i++)
    if (strlen (entities[i].name) == (gsize) (semicolon - p - 1)
        && strncmp (entities[i].name, p + 1, (gsize) (semicolon - p - 1)) == 0)
      {
        g_string_append (out, entities[i].text);
        return semicolon + 1;
      }
  g_string_append_c (out, '&');
  return p + 1;
}

static void
break_line (GString *out)
{
  if (out->len > 0 && !(out->len > 1 && out->str[out->len - 1] == '\n' && out->str[out->len - 2] == '\n'))
    g_string_append_c (out, '\n');
}

/* The end of the element of which nothing is shown. */
static const char *
skip_hidden (const char *p,
             const char *end,
             const char *name,
             gsize       size)
{
  while ((p = memchr (p, '<', (gsize) (end - p))) != NULL)
    {
      p++;
      if (end - p > (gssize) size + 1 && *p == '/' && g_ascii_strncasecmp (p + 1, name, size) == 0)
        {
          p = memchr (p, '>', (gsize) (end - p));
          return p != NULL ? p + 1 : end;
        }
    }
  return end;
}

static const char *
strip_tag (GString    *out,
           const char *p,
           const char *end)
{
  static const char *const hidden[] = { "script", "style", "title", "noscript", "template", "svg", "math" };
  static const char *const breaking[] = { "p", "br", "div", "tr", "li", "ul", "ol", "h1", "h2", "h3", "h4", "hr",
                                          "table", "blockquote", "pre", "body" };
  gboolean closes = p[1] == '/';
  const char *name = p + (closes ? 2 : 1);
  guint attributes;
  gsize size;

  if (end - p >= 4 && strncmp (p, "<!--", 4) == 0)
    return skip_comment (p, end);
  if (name >= end || (!g_ascii_isalpha (*name) && *name != '!' && *name != '?'))
    {
      g_string_append_c (out, '<');
      return p + 1;
    }
  size = name_length (name, end);
  p = skip_tag (name + size, end, &attributes);
  if (!closes && is_one_of (name, size, hidden, G_N_ELEMENTS (hidden)))
    return skip_hidden (p, end, name, size);
  if (is_one_of (name, size, breaking, G_N_ELEMENTS (breaking)))
    break_line (out);
  return p;
}

/**
 * csm_mail_html_strip:
 * @html: (array length=length): a document in valid UTF-8
 * @length: its length in bytes
 *
 * Reads the text out of a document without parsing it, in one pass.
 *
 * Returns: (transfer full): plain text
 */
char *
csm_mail_html_strip (const char *html,
                     gsize       length)
{
  GString *out = g_string_sized_new (length / 2 + 1);
  const char *end = html + length;

  for (const char *p = html; p < end;)
    {
      if (*p == '<')
        {
          p = strip_tag (out, p, end);
        }
      else if (*p == '&')
        {
          p = append_entity (out, p, end);
        }
      else if (g_ascii_isspace (*p))
        {
          if (out->len > 0 && !g_ascii_isspace (out->str[out->len - 1]))
            g_string_append_c (out, ' ');
          p++;
        }
      else
        {
          g_string_append_c (out, *p++);
        }
    }
  return g_string_free (out, FALSE);
}
