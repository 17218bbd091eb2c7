/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-markdown.h"

#include <cmark.h>
#include <pango/pango.h>
#include <string.h>

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
  GPtrArray  *blocks;
  GPtrArray  *people;
  const char *my_id;
  GString    *markup;       /* of the block under way */
  char       *marker;       /* of the list item that has no paragraph yet */
  guint       depth;
  guint       n_quotes;
  guint       link_level;
  guint       anchor_level; /* the link that became an anchor; anchors can't be nested */
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

static gboolean
url_is_safe (const char *url)
{
  g_autofree char *scheme = g_uri_parse_scheme (url);

  return g_strcmp0 (scheme, "https") == 0 || g_strcmp0 (scheme, "http") == 0 || g_strcmp0 (scheme, "mailto") == 0;
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

/* An address that somebody just wrote: its bytes without the sentence's punctuation, or 0. */
static gsize
bare_url_length (const char *text)
{
  gsize length;

  if (!g_str_has_prefix (text, "https://") && !g_str_has_prefix (text, "http://"))
    return 0;
  length = strcspn (text, " \t\n<>\"");
  while (length > 0 && strchr (".,;:!?)'", text[length - 1]) != NULL)
    length--;
  return length > strlen ("https://") ? length : 0;
}

/* Text without mentions. */
static void
add_plain (Walk       *walk,
           const char *text,
           gsize       length)
{
  g_autofree char *copy = g_strndup (text, length);
  const char *from = copy;

  for (const char *at = strstr (copy, "http"); at != NULL && walk->anchor_level == 0;)
    {
      gsize url = bare_url_length (at);

      if (url > 0)
        {
          add_escaped (walk->markup, from, at - from);
          open_anchor (walk->markup, at, url);
          add_escaped (walk->markup, at, url);
          g_string_append (walk->markup, "</a>");
          from = at + url;
        }
      at = strstr (at + MAX (url, 1), "http");
    }
  add_escaped (walk->markup, from, strlen (from));
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

  add_plain (text->walk, text->text + text->done, start - text->done);
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
  add_plain (walk, literal + text.done, strlen (literal + text.done));
}

static void
walk_link (Walk       *walk,
           const char *url,
           gboolean    entering)
{
  if (entering)
    {
      walk->link_level++;
      if (walk->anchor_level == 0 && url != NULL && url_is_safe (url))
        {
          open_anchor (walk->markup, url, strlen (url));
          walk->anchor_level = walk->link_level;
        }
      return;
    }
  if (walk->anchor_level == walk->link_level)
    {
      g_string_append (walk->markup, "</a>");
      walk->anchor_level = 0;
    }
  walk->link_level--;
}

/* Returns whether the node was a part of a line. */
static gboolean
walk_inline (Walk       *walk,
             cmark_node *node,
             gboolean    entering)
{
  switch (cmark_node_get_type (node))
    {
    case CMARK_NODE_TEXT:
      add_text (walk, cmark_node_get_literal (node));
      return TRUE;
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
      g_string_append_c (walk->markup, '\n');
      return TRUE;
    case CMARK_NODE_CODE:
      g_string_append (walk->markup, CODE_OPEN);
      add_escaped (walk->markup, cmark_node_get_literal (node), strlen (cmark_node_get_literal (node)));
      g_string_append (walk->markup, "</span>");
      return TRUE;
    case CMARK_NODE_HTML_INLINE:
      add_escaped (walk->markup, cmark_node_get_literal (node), strlen (cmark_node_get_literal (node)));
      return TRUE;
    case CMARK_NODE_EMPH:
      g_string_append (walk->markup, entering ? "<i>" : "</i>");
      return TRUE;
    case CMARK_NODE_STRONG:
      g_string_append (walk->markup, entering ? "<b>" : "</b>");
      return TRUE;
    case CMARK_NODE_LINK:
    case CMARK_NODE_IMAGE:
      walk_link (walk, cmark_node_get_url (node), entering);
      return TRUE;
    default:
      return FALSE;
    }
}

static char *
item_marker (cmark_node *item)
{
  cmark_node *list = cmark_node_parent (item);
  int number;

  if (cmark_node_get_list_type (list) != CMARK_ORDERED_LIST)
    return g_strdup ("•");
  number = cmark_node_get_list_start (list);
  for (cmark_node *at = cmark_node_previous (item); at != NULL; at = cmark_node_previous (at))
    number++;
  return g_strdup_printf ("%d.", number);
}

static char *
escaped_block (const char *literal)
{
  g_autofree char *text = g_strchomp (g_strdup (literal != NULL ? literal : ""));

  return g_markup_escape_text (text, -1);
}

static void
end_text_block (Walk            *walk,
                CsmMarkdownKind  kind)
{
  char *markup = g_string_free (walk->markup, FALSE);

  walk->markup = g_string_new (NULL);
  if (kind == CSM_MARKDOWN_PARAGRAPH && walk->n_quotes > 0)
    kind = CSM_MARKDOWN_QUOTE;
  else if (kind == CSM_MARKDOWN_PARAGRAPH && walk->marker != NULL)
    kind = CSM_MARKDOWN_ITEM;
  add_block (walk, kind, markup);
}

static void
walk_block (Walk       *walk,
            cmark_node *node,
            gboolean    entering)
{
  switch (cmark_node_get_type (node))
    {
    case CMARK_NODE_PARAGRAPH:
      if (!entering)
        end_text_block (walk, CSM_MARKDOWN_PARAGRAPH);
      break;
    case CMARK_NODE_HEADING:
      if (!entering)
        end_text_block (walk, CSM_MARKDOWN_HEADING);
      break;
    case CMARK_NODE_CODE_BLOCK:
      add_block (walk, CSM_MARKDOWN_CODE, escaped_block (cmark_node_get_literal (node)));
      break;
    case CMARK_NODE_HTML_BLOCK:
      add_block (walk, CSM_MARKDOWN_PARAGRAPH, escaped_block (cmark_node_get_literal (node)));
      break;
    case CMARK_NODE_THEMATIC_BREAK:
      add_block (walk, CSM_MARKDOWN_RULE, g_strdup (""));
      break;
    case CMARK_NODE_LIST:
      walk->depth += entering ? 1 : -1;
      break;
    case CMARK_NODE_ITEM:
      g_clear_pointer (&walk->marker, g_free);
      if (entering)
        walk->marker = item_marker (node);
      break;
    case CMARK_NODE_BLOCK_QUOTE:
      walk->depth += entering ? 1 : -1;
      walk->n_quotes += entering ? 1 : -1;
      break;
    default:
      break;
    }
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
 * The small Markdown of comments: paragraphs, emphasis, links, lists, quotes, headings, code. A line's end stays one, as
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
  cmark_node *root = cmark_parse_document (text, strlen (text), CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
  cmark_iter *iter;
  cmark_event_type event;

  cmark_consolidate_text_nodes (root);
  iter = cmark_iter_new (root);
  walk.blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) block_free);
  walk.markup = g_string_new (NULL);
  while ((event = cmark_iter_next (iter)) != CMARK_EVENT_DONE && walk.blocks->len <= BLOCKS_MAX)
    if (!walk_inline (&walk, cmark_iter_get_node (iter), event == CMARK_EVENT_ENTER))
      walk_block (&walk, cmark_iter_get_node (iter), event == CMARK_EVENT_ENTER);
  cmark_iter_free (iter);
  cmark_node_free (root);
  if (walk.blocks->len == 0 || walk.blocks->len > BLOCKS_MAX || !all_parse (walk.blocks))
    as_written (&walk, text);
  g_string_free (walk.markup, TRUE);
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
