/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-markdown.h"

#include <pango/pango.h>
#include <string.h>

#include "csm-markup.h"
#include "csm-mention.h"

/* Deeper nesting is drawn at this depth, and a text of more blocks as it was written. */
#define DEPTH_MAX 6
#define BLOCKS_MAX 200
/* Translucent, so that the text's own colour stands out on light and dark. */
#define MENTION_OPEN "<span weight=\"600\" background=\"#3584e4\" bgalpha=\"18%\">"
#define MENTION_ME_OPEN "<span weight=\"600\" background=\"#e5a50a\" bgalpha=\"35%\">"
#define CODE_OPEN "<span font_family=\"monospace\" size=\"95%\" background=\"#808080\" bgalpha=\"18%\">"

typedef struct
{
  GPtrArray        *blocks;
  GPtrArray        *people;
  const char       *my_id;
  GString          *markup;  /* of the block under way; NULL: none */
  CsmMarkdownKind   kind;
  char             *marker;
  guint             depth;
} Walk;

static void
block_free (CsmMarkdownBlock *block)
{
  g_free (block->marker);
  g_free (block->markup);
  g_free (block);
}

static void
add_block (Walk            *walk,
           CsmMarkdownKind  kind,
           char            *markup)
{
  CsmMarkdownBlock *block = g_new0 (CsmMarkdownBlock, 1);

  block->kind = kind;
  block->depth = MIN (walk->depth, DEPTH_MAX);
  block->marker = g_steal_pointer (&walk->marker);
  block->markup = markup;
  g_ptr_array_add (walk->blocks, block);
}

static void
add_escaped (GString    *markup,
             const char *text,
             gsize       length)
{
  g_autofree char *escaped = g_markup_escape_text (text, (gssize) length);

  g_string_append (markup, escaped);
}

static void
open_anchor (GString    *markup,
             const char *url,
             gsize       length)
{
  g_autofree char *copy = g_strndup (url, length);
  g_autofree char *escaped = g_markup_escape_text (copy, -1);

  g_string_append_printf (markup, "<a href=\"%s\">", escaped);
}

typedef struct
{
  Walk       *walk;
  const char *text;
  gsize       done;
} Text;

static void
mention_cb (gsize       start,
            gsize       end,
            const char *person_id,
            gpointer    data)
{
  Text *text = data;
  gboolean me = g_strcmp0 (person_id, text->walk->my_id) == 0;

  add_escaped (text->walk->markup, text->text + text->done, start - text->done);
  g_string_append (text->walk->markup, me ? MENTION_ME_OPEN : MENTION_OPEN);
  add_escaped (text->walk->markup, text->text + start, end - start);
  g_string_append (text->walk->markup, "</span>");
  text->done = end;
}

static void
add_text (Walk       *walk,
          const char *literal)
{
  Text text = { walk, literal, 0 };

  csm_mention_scan (literal, walk->people, mention_cb, &text);
  add_escaped (walk->markup, literal + text.done, strlen (literal + text.done));
}

static void
words_cb (CsmMarkupKind  kind,
          gboolean       enters,
          const char    *text,
          gsize          length,
          gpointer       data)
{
  static const struct { const char *open; const char *close; } marks[] = {
    [CSM_MARKUP_STRONG] = { "<b>", "</b>" },
    [CSM_MARKUP_EMPHASIS] = { "<i>", "</i>" },
    [CSM_MARKUP_CODE] = { CODE_OPEN, "</span>" },
    [CSM_MARKUP_LINK] = { NULL, "</a>" },
  };
  Walk *walk = data;

  if (kind == CSM_MARKUP_TEXT)
    {
      g_autofree char *copy = g_strndup (text, length);

      add_text (walk, copy);
    }
  else if (kind == CSM_MARKUP_LINK && enters)
    open_anchor (walk->markup, text, length);
  else
    g_string_append (walk->markup, enters ? marks[kind].open : marks[kind].close);
}

static void
end_block (Walk *walk)
{
  if (walk->markup != NULL)
    add_block (walk, walk->kind, g_string_free (g_steal_pointer (&walk->markup), FALSE));
}

static char *
item_marker (const CsmMarkupLine *line)
{
  return line->ordered ? g_strdup_printf ("%u.", line->number) : g_strdup ("•");
}

static CsmMarkdownKind
kind_of (const CsmMarkupLine *line)
{
  switch (line->kind)
    {
    case CSM_MARKUP_LINE_CODE:
      return CSM_MARKDOWN_CODE;
    case CSM_MARKUP_LINE_HEADING:
      return CSM_MARKDOWN_HEADING;
    case CSM_MARKUP_LINE_RULE:
      return CSM_MARKDOWN_RULE;
    case CSM_MARKUP_LINE_ITEM:
    case CSM_MARKUP_LINE_MORE:
      return CSM_MARKDOWN_ITEM;
    case CSM_MARKUP_LINE_BLANK:
    case CSM_MARKUP_LINE_PARAGRAPH:
    case CSM_MARKUP_LINE_FENCE:
    default:
      return line->quotes > 0 ? CSM_MARKDOWN_QUOTE : CSM_MARKDOWN_PARAGRAPH;
    }
}

static void
walk_line (Walk                *walk,
           const char          *text,
           const CsmMarkupLine *line)
{
  CsmMarkdownKind kind = kind_of (line);
  guint depth = line->quotes + line->depth;

  if (line->kind == CSM_MARKUP_LINE_BLANK || line->kind == CSM_MARKUP_LINE_FENCE)
    {
      end_block (walk);
      return;
    }
  if (walk->markup != NULL && (kind != walk->kind || depth != walk->depth || line->kind == CSM_MARKUP_LINE_ITEM ||
                               kind == CSM_MARKDOWN_HEADING || kind == CSM_MARKDOWN_RULE))
    end_block (walk);
  if (walk->markup != NULL)
    g_string_append_c (walk->markup, '\n');
  else
    {
      walk->markup = g_string_new (NULL);
      walk->kind = kind;
      walk->depth = depth;
      walk->marker = line->kind == CSM_MARKUP_LINE_ITEM ? item_marker (line) : NULL;
    }
  if (kind == CSM_MARKDOWN_CODE)
    add_escaped (walk->markup, text + line->text, line->end - line->text);
  else if (kind != CSM_MARKDOWN_RULE)
    csm_markup_walk (text + line->text, line->end - line->text, words_cb, walk);
}

/* What Pango would refuse after all is shown as it was written. */
static gboolean
all_parse (GPtrArray *blocks)
{
  for (guint i = 0; i < blocks->len; i++)
    {
      CsmMarkdownBlock *block = blocks->pdata[i];
      g_autoptr (GString) without = g_string_new (block->markup);

      g_string_replace (without, "<a href=", "<span fallback=\"true\" lang=", 0);
      g_string_replace (without, "</a>", "</span>", 0);
      if (!pango_parse_markup (without->str, -1, 0, NULL, NULL, NULL, NULL))
        return FALSE;
    }
  return TRUE;
}

static char *
escaped_block (const char *literal)
{
  g_autofree char *text = g_strchomp (g_strdup (literal));

  return g_markup_escape_text (text, -1);
}

static void
as_written (Walk       *walk,
            const char *text)
{
  g_clear_pointer (&walk->marker, g_free);
  walk->depth = 0;
  g_ptr_array_set_size (walk->blocks, 0);
  add_block (walk, CSM_MARKDOWN_PARAGRAPH, escaped_block (text));
}

/**
 * csm_markdown_parse:
 * @text: a comment's body, valid UTF-8
 * @people: (nullable) (element-type JsonObject): whose mentions stand out
 * @my_id: (nullable): who reads
 *
 * The light markup of notes: paragraphs, what is strong, links, lists, quotes, headings, code. A line's end stays one, as
 * in a chat. HTML and links to anything but http, https and mailto are shown as text.
 *
 * Returns: (transfer container) (element-type CsmMarkdownBlock): the blocks, at least one
 */
GPtrArray *
csm_markdown_parse (const char *text,
                    GPtrArray  *people,
                    const char *my_id)
{
  Walk walk = { .people = people, .my_id = my_id };
  g_autoptr (GArray) lines = csm_markup_lines (text, CSM_MARKUP_NOTE);

  walk.blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) block_free);
  for (guint i = 0; i < lines->len && walk.blocks->len <= BLOCKS_MAX; i++)
    walk_line (&walk, text, &g_array_index (lines, CsmMarkupLine, i));
  end_block (&walk);
  if (walk.blocks->len == 0 || walk.blocks->len > BLOCKS_MAX || !all_parse (walk.blocks))
    as_written (&walk, text);
  g_free (walk.marker);
  return walk.blocks;
}

static char *
without_markup (const char *markup)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean inside = FALSE;
  g_autofree char *plain = NULL;

  for (const char *at = markup; *at != '\0'; at++)
    {
      if (*at == '<' || *at == '>')
        inside = *at == '<';
      else if (!inside)
        g_string_append_c (text, *at == '\n' ? ' ' : *at);
    }
  return pango_parse_markup (text->str, -1, 0, NULL, &plain, NULL, NULL) ? g_steal_pointer (&plain) : g_strdup (text->str);
}

/**
 * csm_markdown_plain:
 * @text: a comment's body
 *
 * Returns: (transfer full): its words on one line
 */
char *
csm_markdown_plain (const char *text)
{
  g_autoptr (GPtrArray) blocks = csm_markdown_parse (text, NULL, NULL);
  GString *plain = g_string_new (NULL);

  for (guint i = 0; i < blocks->len; i++)
    {
      CsmMarkdownBlock *block = blocks->pdata[i];
      g_autofree char *words = without_markup (block->markup);

      if (plain->len > 0 && words[0] != '\0')
        g_string_append_c (plain, ' ');
      g_string_append (plain, words);
    }
  return g_string_free (plain, FALSE);
}
