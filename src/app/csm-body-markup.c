/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-body-markup.h"

#include <string.h>

#include "csm-json.h"

/* Between how many characters a mail program may have broken its lines. */
#define LEAST_WRAP 45
#define MOST_WRAP 84

/* The reader lets only these through; what draws them asks again. */
gboolean
csm_body_link_is_safe (const char *uri)
{
  g_autofree char *scheme = g_uri_parse_scheme (uri);
  static const char *const safe[] = { "http", "https", "mailto", "tel", NULL };

  return scheme != NULL && g_strv_contains (safe, scheme);
}

static void
append_escaped (GString    *markup,
                const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (markup, escaped);
}

static void
append_link (GString    *markup,
             const char *uri,
             const char *text)
{
  g_autofree char *href = g_markup_escape_text (uri, -1);
  g_autofree char *shown = g_markup_escape_text (text, -1);
  /* GtkLabel takes what is left of it for markup once more, and would show nothing for an address with an "&". */
  g_autofree char *title = g_markup_escape_text (href, -1);

  g_string_append_printf (markup, "<a href=\"%s\" title=\"%s\">%s</a>", href, title, shown);
}

/* --- lines that were broken for a terminal ----------------------------------------------------------------- */

static gboolean
starts_item (const char *line)
{
  return line[0] == '-' || line[0] == '*' || line[0] == '>' || line[0] == '|' || line[0] == ' ' || line[0] == '\t'
         || g_str_has_prefix (line, "•") || (g_ascii_isdigit (line[0]) && strpbrk (line, ".)") == line + strspn (line, "0123456789"));
}

/*
 * Mail of plain text is broken at some 72 characters; in a pane of another width such lines make a comb. A break is
 * taken for one of these, and undone, when the next line's first word would not have fitted any more.
 */
static char *
unwrap (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *joined = g_string_new (NULL);
  glong widest = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    widest = MAX (widest, g_utf8_strlen (lines[i], -1));
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *next = lines[i + 1];
      glong first_word = next != NULL ? g_utf8_strlen (next, (gssize) strcspn (next, " ")) : 0;
      gboolean broken = next != NULL && next[0] != '\0' && widest >= LEAST_WRAP && widest <= MOST_WRAP
                        && strchr (lines[i], ' ') != NULL && !starts_item (next)
                        && g_utf8_strlen (lines[i], -1) + 1 + first_word > widest;

      g_string_append (joined, lines[i]);
      if (next != NULL)
        g_string_append_c (joined, broken ? ' ' : '\n');
    }
  return g_string_free (joined, FALSE);
}

/**
 * csm_body_append_spans:
 * @markup: where to
 * @spans: (nullable): the spans of a block
 * @deceptive: (nullable) (element-type utf8): set that gets the links whose text looks like another address
 *
 * Appends Pango markup. All text is escaped.
 */
void
csm_body_append_spans (GString    *markup,
                       JsonArray  *spans,
                       GHashTable *deceptive)
{
  for (guint i = 0; spans != NULL && i < json_array_get_length (spans); i++)
    {
      JsonNode *node = json_array_get_element (spans, i);
      JsonObject *span = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *raw = span != NULL ? csm_json_get_string (span, "x") : NULL;
      const char *uri = span != NULL ? csm_json_get_string (span, "u") : NULL;
      g_autofree char *text = raw != NULL ? unwrap (raw) : NULL;

      if (text == NULL)
        continue;
      if (csm_json_get_boolean (span, "b"))
        g_string_append (markup, "<b>");
      if (csm_json_get_boolean (span, "i"))
        g_string_append (markup, "<i>");
      if (uri != NULL && csm_body_link_is_safe (uri))
        {
          append_link (markup, uri, text);
          if (csm_json_get_boolean (span, "m") && deceptive != NULL)
            g_hash_table_add (deceptive, g_strdup (uri));
        }
      else
        {
          append_escaped (markup, text);
        }
      if (csm_json_get_boolean (span, "i"))
        g_string_append (markup, "</i>");
      if (csm_json_get_boolean (span, "b"))
        g_string_append (markup, "</b>");
    }
}

/* Appends plain text as markup, with its web addresses as links. */
void
csm_body_append_text (GString    *markup,
                      const char *text)
{
  const char *rest = text;

  for (const char *at = strstr (rest, "http"); at != NULL; at = strstr (at, "http"))
    {
      gsize length = strcspn (at, " \t\n<>\"");
      g_autofree char *before = NULL;
      g_autofree char *uri = NULL;

      while (length > 0 && strchr (".,;:!?)", at[length - 1]) != NULL)
        length--;
      uri = g_strndup (at, length);
      if (!g_str_has_prefix (uri, "http://") && !g_str_has_prefix (uri, "https://"))
        {
          at += 4;
          continue;
        }
      before = g_strndup (rest, (gsize) (at - rest));
      append_escaped (markup, before);
      append_link (markup, uri, uri);
      at += length;
      rest = at;
    }
  append_escaped (markup, rest);
}

static void
flush (JsonArray  *blocks,
       GString    *text,
       gboolean    quoted)
{
  JsonObject *block;
  JsonObject *span;
  JsonArray *spans;

  while (text->len > 0 && text->str[text->len - 1] == '\n')
    g_string_truncate (text, text->len - 1);
  if (text->len == 0)
    return;
  block = json_object_new ();
  span = json_object_new ();
  spans = json_array_new ();
  json_object_set_string_member (span, "x", text->str);
  json_array_add_object_element (spans, span);
  json_object_set_string_member (block, "t", "p");
  json_object_set_array_member (block, "s", spans);
  if (quoted)
    {
      JsonObject *quote = json_object_new ();
      JsonArray *inside = json_array_new ();

      json_array_add_object_element (inside, block);
      json_object_set_string_member (quote, "t", "q");
      json_object_set_int_member (quote, "d", 1);
      json_object_set_array_member (quote, "c", inside);
      block = quote;
    }
  json_array_add_object_element (blocks, block);
  g_string_truncate (text, 0);
}

/* Returns: (transfer full): blocks for a message that has only plain text; lines with `>` become quotes */
JsonArray *
csm_body_blocks_from_text (const char *text)
{
  JsonArray *blocks = json_array_new ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) run = g_string_new (NULL);
  gboolean quoted = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      gboolean is_quote = lines[i][0] == '>';
      const char *line = is_quote ? lines[i] + (lines[i][1] == ' ' ? 2 : 1) : lines[i];

      if (is_quote != quoted)
        flush (blocks, run, quoted);
      quoted = is_quote;
      g_string_append (run, line);
      g_string_append_c (run, '\n');
    }
  flush (blocks, run, quoted);
  return blocks;
}

/**
 * csm_body_count_unfolded:
 * @blocks: the blocks of a body
 *
 * What follows the last word of the author's own is folded: quotes that answer something, and what stands between
 * and after them. What was passed on is the message itself and is not folded.
 *
 * Returns: how many blocks from the first are shown at once
 */
guint
csm_body_count_unfolded (JsonArray *blocks)
{
  guint n = json_array_get_length (blocks);
  guint first_folded = n;

  for (guint i = n; i-- > 0;)
    {
      JsonNode *node = json_array_get_element (blocks, i);
      JsonObject *block = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *kind = block != NULL ? csm_json_get_string (block, "t") : NULL;

      if (g_strcmp0 (kind, "q") == 0 && !csm_json_get_boolean (block, "f"))
        first_folded = i;
      else if (g_strcmp0 (kind, "sig") != 0 && g_strcmp0 (kind, "hr") != 0)
        break;
    }
  /* A mail that is all quote would show nothing. */
  return first_folded == 0 ? n : first_folded;
}
