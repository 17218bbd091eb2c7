/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-message-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "csm-body-markup.h"
#include "csm-format.h"
#include "csm-json.h"

/* The reader nests no deeper. */
#define MAX_DEPTH 24

static void append_blocks (GString *text, JsonArray *blocks, guint end, CsmMessageTextParts parts, guint depth);

static void
append_spans (GString   *text,
              JsonArray *spans)
{
  for (guint i = 0; spans != NULL && i < json_array_get_length (spans); i++)
    {
      JsonNode *node = json_array_get_element (spans, i);
      JsonObject *span = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *words = span != NULL ? csm_json_get_string (span, "x") : NULL;
      const char *uri = span != NULL ? csm_json_get_string (span, "u") : NULL;

      if (words == NULL)
        continue;
      g_string_append (text, words);
      /* On paper a link leads nowhere unless one can read where. */
      if (uri != NULL && csm_body_link_is_safe (uri) && strstr (uri, words) == NULL)
        g_string_append_printf (text, " <%s>", uri);
    }
}

static void
append_table (GString   *text,
              JsonArray *rows)
{
  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonNode *row = json_array_get_element (rows, i);
      JsonArray *cells = JSON_NODE_HOLDS_ARRAY (row) ? json_node_get_array (row) : NULL;

      for (guint j = 0; cells != NULL && j < json_array_get_length (cells); j++)
        {
          JsonNode *cell = json_array_get_element (cells, j);

          g_string_append_printf (text, "%s%s", j > 0 ? "\t" : "", csm_json_is_string (cell) ? json_node_get_string (cell) : "");
        }
      g_string_append_c (text, '\n');
    }
}

static void
append_item (GString    *text,
             JsonObject *block)
{
  gint64 ordinal = csm_json_get_int (block, "o", -1);
  gint64 depth = CLAMP (csm_json_get_int (block, "l", 1), 1, 8);

  g_string_append_printf (text, "%*s", (int) (depth - 1) * 2, "");
  if (ordinal >= 0)
    g_string_append_printf (text, "%" G_GINT64_FORMAT ". ", ordinal);
  else
    g_string_append (text, "• ");
  append_spans (text, csm_json_get_array (block, "s"));
  g_string_append_c (text, '\n');
}

static void
append_inside (GString             *text,
               JsonObject          *block,
               CsmMessageTextParts  parts,
               guint                depth)
{
  JsonArray *inside = csm_json_get_array (block, "c");

  if (inside != NULL && depth < MAX_DEPTH)
    append_blocks (text, inside, json_array_get_length (inside), parts, depth + 1);
}

static void
append_quote (GString             *text,
              JsonObject          *block,
              CsmMessageTextParts  parts,
              guint                depth)
{
  const char *attribution = csm_json_get_string (block, "a");
  g_autoptr (GString) inside = g_string_new (NULL);
  g_autofree char *quoted = NULL;

  append_inside (inside, block, parts, depth);
  quoted = csm_message_text_quote (g_strstrip (inside->str), 0);
  if (attribution != NULL)
    g_string_append_printf (text, "%s\n", attribution);
  g_string_append_printf (text, "%s\n", quoted);
}

/* Paragraphs are set apart by an empty line, items of a list are not. */
static void
part_from (GString  *text,
           gboolean  was_item,
           gboolean  is_item)
{
  while (text->len > 0 && text->str[text->len - 1] == '\n')
    g_string_truncate (text, text->len - 1);
  if (text->len > 0)
    g_string_append (text, was_item && is_item ? "\n" : "\n\n");
}

static void
append_block (GString             *text,
              JsonObject          *block,
              const char          *kind,
              CsmMessageTextParts  parts,
              guint                depth)
{
  const char *words = csm_json_get_string (block, g_str_equal (kind, "img") ? "alt" : "x");

  if (g_str_equal (kind, "p") || g_str_equal (kind, "h"))
    append_spans (text, csm_json_get_array (block, "s"));
  else if (g_str_equal (kind, "li"))
    append_item (text, block);
  else if (g_str_equal (kind, "pre"))
    g_string_append (text, words != NULL ? words : "");
  else if (g_str_equal (kind, "table"))
    append_table (text, csm_json_get_array (block, "r"));
  else if (g_str_equal (kind, "q"))
    append_quote (text, block, parts, depth);
  else if (g_str_equal (kind, "hr"))
    g_string_append (text, "———");
  else if (g_str_equal (kind, "img"))
    g_string_append_printf (text, "[%s]", words != NULL && words[0] != '\0' ? words : _("Image"));
  else if (g_str_equal (kind, "sig") && parts != CSM_MESSAGE_TEXT_AUTHORED)
    append_inside (text, block, parts, depth);
}

static void
append_blocks (GString             *text,
               JsonArray           *blocks,
               guint                end,
               CsmMessageTextParts  parts,
               guint                depth)
{
  gboolean was_item = FALSE;

  for (guint i = 0; i < end; i++)
    {
      JsonNode *node = json_array_get_element (blocks, i);
      JsonObject *block = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *kind = block != NULL ? csm_json_get_string (block, "t") : NULL;
      gboolean is_item = g_strcmp0 (kind, "li") == 0;

      if (kind == NULL || (g_str_equal (kind, "sig") && parts == CSM_MESSAGE_TEXT_AUTHORED))
        continue;
      part_from (text, was_item, is_item);
      append_block (text, block, kind, parts, depth);
      was_item = is_item;
    }
}

/**
 * csm_message_text:
 * @message: a Message, or a Submission
 * @parts: what of it
 *
 * Returns: (transfer full): what it says, as plain text
 */
char *
csm_message_text (JsonObject          *message,
                  CsmMessageTextParts  parts)
{
  JsonArray *blocks = csm_json_get_array (message, "body");
  const char *plain = csm_json_get_string (message, "textBody");
  g_autoptr (JsonArray) made = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (parts == CSM_MESSAGE_TEXT_ALL && plain != NULL && plain[0] != '\0')
    return g_strchomp (g_strdup (plain));
  if (blocks == NULL || json_array_get_length (blocks) == 0)
    blocks = made = csm_body_blocks_from_text (plain != NULL ? plain : "");
  append_blocks (text, blocks, parts == CSM_MESSAGE_TEXT_ALL ? json_array_get_length (blocks) : csm_body_count_unfolded (blocks), parts, 0);
  return g_strdup (g_strstrip (text->str));
}

/**
 * csm_message_text_quote:
 * @text: what is quoted
 * @max_lines: after how many lines "…" stands for the rest; 0: never
 *
 * Returns: (transfer full): @text with `> ` before each line
 */
char *
csm_message_text_quote (const char *text,
                        guint       max_lines)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *quoted = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (max_lines > 0 && i == max_lines)
        {
          g_string_append (quoted, "\n> …");
          break;
        }
      g_string_append_printf (quoted, "%s>%s%s", i > 0 ? "\n" : "", lines[i][0] == '\0' || lines[i][0] == '>' ? "" : " ", lines[i]);
    }
  return g_string_free (quoted, FALSE);
}

/* @mailboxes: (nullable): [{name, address}]; @full: with the addresses. Returns: (transfer full): who that is; may be "" */
char *
csm_message_text_people (JsonArray *mailboxes,
                         gboolean   full)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; mailboxes != NULL && i < json_array_get_length (mailboxes); i++)
    {
      JsonNode *node = json_array_get_element (mailboxes, i);
      JsonObject *mailbox = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *name = mailbox != NULL ? csm_json_get_string (mailbox, "name") : NULL;
      const char *address = mailbox != NULL ? csm_json_get_string (mailbox, "address") : NULL;
      g_autofree char *shown = NULL;

      if (full || name == NULL || name[0] == '\0')
        shown = csm_format_mailbox (full ? name : NULL, address);
      else
        shown = g_strdup (name);
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", shown);
    }
  return g_string_free (text, FALSE);
}

/**
 * csm_message_text_summary:
 * @message: a Message
 * @max_chars: how long at most
 *
 * Returns: (transfer full): one line that says what it is about: its first words, or else its subject
 */
char *
csm_message_text_summary (JsonObject *message,
                          guint       max_chars)
{
  g_autofree char *text = csm_message_text (message, CSM_MESSAGE_TEXT_AUTHORED);
  const char *subject = csm_json_get_string (message, "subject");
  g_autofree char *line = NULL;
  const char *from;
  const char *cut;

  g_strdelimit (text, "\n\t", ' ');
  from = g_strstrip (text)[0] != '\0' || subject == NULL ? text : subject;
  if (g_utf8_strlen (from, -1) <= (glong) max_chars)
    return g_strdup (from);
  line = g_utf8_substring (from, 0, max_chars);
  cut = strrchr (line, ' ');
  if (cut != NULL && cut > line + strlen (line) / 2)
    return g_strdup_printf ("%.*s…", (int) (cut - line), line);
  return g_strdup_printf ("%s…", line);
}
