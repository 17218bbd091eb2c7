/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-html.h"

#include "csm-mail-block.h"
#include "csm-mail-html-style.h"
#include "csm-mail-safe-html.h"

#include <string.h>

#define MAX_RECURSION 5000
#define MAX_TABLE_ROWS 200
#define MAX_TABLE_COLUMNS 12
#define MAX_CELL 200
#define MAX_ALT 500

/* What applies to everything inside an element. */
typedef struct
{
  guint bold : 1;
  guint italic : 1;
  guint mismatch : 1;
  guint keeps_lines : 1;
  guint heading;
  guint lists;              /* how many lists deep */
  guint quotes;
  guint recursion;
  const char *link;
} Format;

typedef struct
{
  GPtrArray *blocks;        /* of the innermost quote or signature */
  CsmMailBlock *open;       /* the last of them while text is added to it, else NULL */
  GString *run;             /* text of the span being collected */
  gsize open_length;        /* of the text in the open block */
  Format run_format;
  guint breaks;             /* line ends due before the next text; two make a paragraph */
  gboolean space;           /* a space is due before the next word */
  gboolean blank;           /* a line holds nothing but a space that may not be collapsed */
  gboolean wrote;           /* text came since the last block boundary */
  CsmMailBlock *item;       /* a list item that has no text yet */
  char *attribution;        /* who wrote the quote that comes next */
} Builder;

static void walk_children (Builder *self, const GumboNode *node, Format format);

static void
end_run (Builder *self)
{
  CsmMailSpan *span;

  if (self->run->len == 0)
    return;
  g_assert (self->open != NULL);
  span = g_new0 (CsmMailSpan, 1);
  span->text = g_strndup (self->run->str, self->run->len);
  span->bold = self->run_format.bold;
  span->italic = self->run_format.italic;
  span->link = g_strdup (self->run_format.link);
  span->mismatch = self->run_format.mismatch;
  csm_mail_block_add_span (self->open, span);
  g_string_truncate (self->run, 0);
}

static void
end_block (Builder *self)
{
  end_run (self);
  if (self->open != NULL)
    {
      csm_mail_block_trim (self->open);
      if (self->open->spans->len == 0)
        g_ptr_array_remove (self->blocks, self->open);
    }
  self->open = NULL;
  self->open_length = 0;
  self->breaks = 0;
  self->space = FALSE;
}

/* Puts an attribution that no quote followed back into the text. */
static void
put_attribution_back (Builder *self)
{
  CsmMailBlock *block;

  if (self->attribution == NULL)
    return;
  end_block (self);
  block = csm_mail_block_new (CSM_MAIL_BLOCK_PARAGRAPH);
  csm_mail_block_add_text (block, self->attribution, -1);
  g_ptr_array_add (self->blocks, block);
  g_clear_pointer (&self->attribution, g_free);
}

static void
add_block (Builder      *self,
           CsmMailBlock *block)
{
  put_attribution_back (self);
  end_block (self);
  g_ptr_array_add (self->blocks, block);
}

static void
begin_block (Builder      *self,
             const Format *format)
{
  CsmMailBlock *block;

  put_attribution_back (self);
  end_block (self);
  if (self->item != NULL)
    {
      block = g_steal_pointer (&self->item);
    }
  else if (format->heading > 0)
    {
      block = csm_mail_block_new (CSM_MAIL_BLOCK_HEADING);
      block->level = format->heading;
    }
  else
    {
      block = csm_mail_block_new (CSM_MAIL_BLOCK_PARAGRAPH);
    }
  g_ptr_array_add (self->blocks, block);
  self->open = block;
}

/* Makes sure that there is a place for text that looks like @format. */
static void
prepare (Builder      *self,
         const Format *format)
{
  if (self->open == NULL || self->breaks >= 2 || self->item != NULL || self->attribution != NULL
      || self->open_length > CSM_MAIL_BLOCK_MAX_TEXT
      || (format->heading > 0) != (self->open->kind == CSM_MAIL_BLOCK_HEADING))
    {
      begin_block (self, format);
    }
  else if (self->run_format.bold != format->bold || self->run_format.italic != format->italic
           || self->run_format.mismatch != format->mismatch || self->run_format.link != format->link)
    {
      end_run (self);
    }
  if (self->breaks == 1)
    {
      g_string_append_c (self->run, '\n');
      self->space = FALSE;
    }
  self->breaks = 0;
  self->run_format = *format;
}

static void
line_break (Builder *self)
{
  self->breaks++;
  self->space = FALSE;
}

static void
boundary (Builder *self,
          guint    breaks)
{
  if (self->blank && !self->wrote)
    breaks = 2;
  self->breaks = MAX (self->breaks, breaks);
  self->space = FALSE;
  self->blank = FALSE;
  self->wrote = FALSE;
}

/* Characters that senders use to pad a preview, and that show nothing. */
static gboolean
is_filler (gunichar c)
{
  return c == 0x200b || c == 0xfeff || c == 0x034f || c == 0x00ad || c == 0x2060 || c == 0x180e
         || (c < 0x20 && c != '\n' && c != '\t' && c != '\r') || (c >= 0x7f && c < 0xa0);
}

/* A space between two spans goes to the plainer one: a link neither starts nor ends with it. */
static guint
weight (const Format *format)
{
  return (format->link != NULL) * 4u + format->bold + format->italic;
}

static void
add_text (Builder      *self,
          const char   *text,
          const Format *format)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (is_filler (c))
        continue;
      if (c == '\n' && format->keeps_lines)
        {
          line_break (self);
        }
      else if (c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' || c == 0xa0)
        {
          self->space = TRUE;
          self->blank = self->blank || c == 0xa0;
        }
      else
        {
          gboolean space = self->space && self->open != NULL && self->breaks == 0 && self->item == NULL;

          gboolean before = weight (&self->run_format) < weight (format);

          space = space && self->open_length > 0;
          if (space && before)
            g_string_append_c (self->run, ' ');
          prepare (self, format);
          if (space && !before)
            g_string_append_c (self->run, ' ');
          g_string_append_len (self->run, p, g_utf8_next_char (p) - p);
          self->open_length += 1;
          self->space = FALSE;
          self->wrote = TRUE;
        }
    }
}

/* Walks into a quote or signature with blocks of its own. */
static void
walk_container (Builder         *self,
                const GumboNode *node,
                CsmMailBlock    *container,
                Format           format)
{
  GPtrArray *outer = self->blocks;

  end_block (self);
  g_clear_pointer (&self->item, csm_mail_block_free);
  self->blocks = container->children;
  format.heading = 0;
  format.lists = 0;
  walk_children (self, node, format);
  put_attribution_back (self);
  end_block (self);
  g_clear_pointer (&self->item, csm_mail_block_free);
  self->blocks = outer;
  if (container->children->len > 0)
    g_ptr_array_add (outer, container);
  else
    csm_mail_block_free (container);
  boundary (self, 2);
}

static void
walk_quote (Builder         *self,
            const GumboNode *node,
            Format           format)
{
  CsmMailBlock *quote;

  if (format.quotes >= CSM_MAIL_BLOCK_MAX_QUOTES)
    {
      boundary (self, 2);
      walk_children (self, node, format);
      boundary (self, 2);
      return;
    }
  quote = csm_mail_block_new (CSM_MAIL_BLOCK_QUOTE);
  quote->text = g_steal_pointer (&self->attribution);
  format.quotes++;
  walk_container (self, node, quote, format);
}

static guint
pixels (const GumboElement *element,
        const char         *name)
{
  const char *value = csm_mail_html_attribute (element, name);

  return value != NULL && g_ascii_isdigit (value[0]) ? (guint) g_ascii_strtoull (value, NULL, 10) : 100;
}

static void
walk_image (Builder         *self,
            const GumboNode *node,
            Format           format)
{
  const GumboElement *element = &node->v.element;
  const char *source = csm_mail_html_attribute (element, "src");
  const char *alt = csm_mail_html_attribute (element, "alt");
  CsmMailBlock *block;

  /* One pixel, to see who reads. */
  if (pixels (element, "width") <= 2 || pixels (element, "height") <= 2)
    return;
  /* Mail clients send emoji as pictures. */
  if (alt != NULL && alt[0] != '\0' && (guchar) alt[0] >= 0x80 && strlen (alt) <= 16)
    {
      add_text (self, alt, &format);
      return;
    }
  block = csm_mail_block_new (CSM_MAIL_BLOCK_IMAGE);
  block->alt = g_strndup (alt != NULL ? alt : "", MAX_ALT);
  if (source != NULL && g_ascii_strncasecmp (source, "cid:", 4) == 0)
    block->cid = g_uri_unescape_string (source + 4, NULL);
  else if (source != NULL && g_ascii_strncasecmp (source, "http", 4) == 0)
    block->source = csm_mail_html_dup_link (source);
  block->remote = block->source != NULL;
  block->link = g_strdup (format.link);
  if (block->cid == NULL && block->source == NULL && block->alt[0] == '\0')
    {
      csm_mail_block_free (block);
      return;
    }
  add_block (self, block);
}

static void
walk_list (Builder         *self,
           const GumboNode *node,
           Format           format)
{
  const GumboVector *children = &node->v.element.children;
  gboolean numbered = node->v.element.tag == GUMBO_TAG_OL;
  const char *start = csm_mail_html_attribute (&node->v.element, "start");
  int ordinal = start != NULL ? (int) CLAMP (g_ascii_strtoll (start, NULL, 10), 0, 1000000) : 1;

  format.lists = MIN (format.lists + 1, 8);
  format.heading = 0;
  boundary (self, 2);
  for (guint i = 0; i < children->length; i++)
    {
      const GumboNode *child = children->data[i];

      if (child->type == GUMBO_NODE_ELEMENT && child->v.element.tag == GUMBO_TAG_LI)
        {
          g_clear_pointer (&self->item, csm_mail_block_free);
          self->item = csm_mail_block_new (CSM_MAIL_BLOCK_ITEM);
          self->item->level = format.lists;
          if (numbered)
            self->item->ordinal = ordinal++;
          walk_children (self, child, format);
          boundary (self, 2);
        }
      else if (child->type == GUMBO_NODE_ELEMENT
               && (child->v.element.tag == GUMBO_TAG_UL || child->v.element.tag == GUMBO_TAG_OL))
        {
          walk_list (self, child, format);
        }
    }
  g_clear_pointer (&self->item, csm_mail_block_free);
  boundary (self, 2);
}

static gboolean
add_cell (GPtrArray       *row,
          const GumboNode *cell)
{
  g_autofree char *text = csm_mail_html_dup_text (cell, MAX_CELL + 1);

  if (strlen (text) > MAX_CELL || row->len >= MAX_TABLE_COLUMNS)
    return FALSE;
  g_ptr_array_add (row, g_utf8_make_valid (text, -1));
  return TRUE;
}

/* Reads rows of short cells. FALSE when the table turns out to be there for the layout. */
static gboolean
read_rows (const GumboNode *node,
           GPtrArray       *rows,
           GPtrArray       *row,
           guint            level)
{
  const GumboVector *children = &node->v.element.children;

  if (level > 12)
    return FALSE;
  for (guint i = 0; i < children->length; i++)
    {
      const GumboNode *child = children->data[i];
      GPtrArray *inside = row;
      gboolean is_cell;

      if (child->type != GUMBO_NODE_ELEMENT)
        continue;
      is_cell = child->v.element.tag == GUMBO_TAG_TD || child->v.element.tag == GUMBO_TAG_TH;
      switch ((int) child->v.element.tag)
        {
        case GUMBO_TAG_TABLE:
        case GUMBO_TAG_IMG:
        case GUMBO_TAG_UL:
        case GUMBO_TAG_OL:
        case GUMBO_TAG_BLOCKQUOTE:
        case GUMBO_TAG_A:
        case GUMBO_TAG_H1:
        case GUMBO_TAG_H2:
        case GUMBO_TAG_H3:
        case GUMBO_TAG_HR:
          return FALSE;
        case GUMBO_TAG_TR:
          if (rows->len >= MAX_TABLE_ROWS)
            return FALSE;
          inside = g_ptr_array_new_with_free_func (g_free);
          g_ptr_array_add (rows, inside);
          break;
        default:
          break;
        }
      if (is_cell && (row == NULL || !add_cell (row, child)))
        return FALSE;
      if (!read_rows (child, rows, is_cell ? NULL : inside, level + 1))
        return FALSE;
    }
  return TRUE;
}

static gboolean
walk_data_table (Builder         *self,
                 const GumboNode *node)
{
  g_autoptr(CsmMailBlock) table = csm_mail_block_new (CSM_MAIL_BLOCK_TABLE);
  guint wide = 0;

  if (!read_rows (node, table->rows, NULL, 0))
    return FALSE;
  for (guint i = 0; i < table->rows->len; i++)
    wide += ((GPtrArray *) table->rows->pdata[i])->len >= 2;
  if (wide < 2 || wide * 2 < table->rows->len)
    return FALSE;
  add_block (self, g_steal_pointer (&table));
  boundary (self, 2);
  return TRUE;
}

static void
append_pre (const GumboNode *node,
            GString         *text,
            guint            level)
{
  const GumboVector *children;

  if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_CDATA || node->type == GUMBO_NODE_WHITESPACE)
    g_string_append (text, node->v.text.text);
  if (node->type != GUMBO_NODE_ELEMENT || csm_mail_html_is_dropped (node->v.element.tag) || level > MAX_RECURSION)
    return;
  if (node->v.element.tag == GUMBO_TAG_BR)
    g_string_append_c (text, '\n');
  children = &node->v.element.children;
  for (guint i = 0; i < children->length; i++)
    append_pre (children->data[i], text, level + 1);
}

static void
walk_pre (Builder         *self,
          const GumboNode *node,
          Format           format)
{
  g_autoptr(GString) text = NULL;
  const char *p;

  /* Plain text that a client wrapped up is no code listing. */
  if (csm_mail_html_attribute (&node->v.element, "wrap") != NULL
      || csm_mail_html_has_class (&node->v.element, "moz-quote-pre") || csm_mail_html_has_class (&node->v.element, "moz-signature"))
    {
      format.keeps_lines = TRUE;
      boundary (self, 2);
      walk_children (self, node, format);
      boundary (self, 2);
      return;
    }
  text = g_string_new (NULL);
  append_pre (node, text, 0);
  p = g_strchomp (text->str);
  while (*p != '\0')
    {
      gsize length = strlen (p);
      CsmMailBlock *block;

      if (length > CSM_MAIL_BLOCK_MAX_TEXT)
        length = (gsize) (g_utf8_find_prev_char (p, p + CSM_MAIL_BLOCK_MAX_TEXT) - p);
      block = csm_mail_block_new (CSM_MAIL_BLOCK_PRE);
      block->text = g_strndup (p, length);
      add_block (self, block);
      p += length;
    }
  boundary (self, 2);
}

/* A client's own "On Monday Ana wrote:" needs no knowledge of its language. */
static gboolean
take_attribution (Builder         *self,
                  const GumboNode *node)
{
  g_autofree char *text = NULL;

  if (!csm_mail_html_has_class (&node->v.element, "gmail_attr")
      && !csm_mail_html_has_class (&node->v.element, "moz-cite-prefix"))
    return FALSE;
  text = csm_mail_html_dup_text (node, 1000);
  /* "----- Forwarded message -----" and the header below it. */
  if (strstr (text, "---") != NULL || text[0] == '\0' || strlen (text) > 800)
    return FALSE;
  put_attribution_back (self);
  self->attribution = g_utf8_make_valid (text, -1);
  return TRUE;
}

static void
walk_link (Builder         *self,
           const GumboNode *node,
           Format           format)
{
  g_autofree char *link = csm_mail_html_dup_link (csm_mail_html_attribute (&node->v.element, "href"));
  g_autofree char *text = link != NULL ? csm_mail_html_dup_text (node, 300) : NULL;

  format.link = link;
  format.mismatch = link != NULL && csm_mail_html_is_mismatch (text, link);
  walk_children (self, node, format);
  /* The run must not outlive the link it points to. */
  end_run (self);
  self->run_format.link = NULL;
}

static void
walk_block (Builder         *self,
            const GumboNode *node,
            Format           format,
            gboolean         tight)
{
  GumboTag tag = node->v.element.tag;
  guint breaks = tag == GUMBO_TAG_P && !tight ? 2 : 1;

  if (tag == GUMBO_TAG_TABLE && walk_data_table (self, node))
    return;
  boundary (self, breaks);
  walk_children (self, node, format);
  boundary (self, breaks);
}

static void
walk_heading (Builder         *self,
              const GumboNode *node,
              Format           format)
{
  format.heading = 1 + (guint) (node->v.element.tag - GUMBO_TAG_H1);
  boundary (self, 2);
  walk_children (self, node, format);
  boundary (self, 2);
}

static void
apply_tag (GumboTag                tag,
           const CsmMailHtmlStyle *style,
           Format                 *format)
{
  if (tag == GUMBO_TAG_B || tag == GUMBO_TAG_STRONG || tag == GUMBO_TAG_TH || style->bold)
    format->bold = TRUE;
  if (style->plain_weight)
    format->bold = FALSE;
  if (tag == GUMBO_TAG_I || tag == GUMBO_TAG_EM || tag == GUMBO_TAG_CITE || style->italic)
    format->italic = TRUE;
  if (style->keeps_lines)
    format->keeps_lines = TRUE;
}

static gboolean
is_quote (const GumboElement     *element,
          const CsmMailHtmlStyle *style)
{
  const char *type = csm_mail_html_attribute (element, "type");

  if (csm_mail_html_has_class (element, "yahoo_quoted"))
    return TRUE;
  return element->tag == GUMBO_TAG_BLOCKQUOTE
         && (!style->indents_only || (type != NULL && g_ascii_strcasecmp (type, "cite") == 0)
             || csm_mail_html_has_class (element, "gmail_quote"));
}

static void
walk_element (Builder         *self,
              const GumboNode *node,
              Format           format)
{
  const GumboElement *element = &node->v.element;
  CsmMailHtmlStyle style;

  if (csm_mail_html_is_dropped (element->tag))
    return;
  style = csm_mail_html_read_style (element);
  if (style.hidden)
    return;
  apply_tag (element->tag, &style, &format);

  if (is_quote (element, &style))
    walk_quote (self, node, format);
  else if (csm_mail_html_is_signature (node))
    walk_container (self, node, csm_mail_block_new (CSM_MAIL_BLOCK_SIGNATURE), format);
  else if (take_attribution (self, node))
    boundary (self, 2);
  else if (element->tag == GUMBO_TAG_BR)
    line_break (self);
  else if (element->tag == GUMBO_TAG_A)
    walk_link (self, node, format);
  else if (element->tag == GUMBO_TAG_IMG)
    walk_image (self, node, format);
  else if (element->tag == GUMBO_TAG_PRE)
    walk_pre (self, node, format);
  else if (element->tag == GUMBO_TAG_HR)
    add_block (self, csm_mail_block_new (CSM_MAIL_BLOCK_RULE));
  else if (element->tag == GUMBO_TAG_UL || element->tag == GUMBO_TAG_OL)
    walk_list (self, node, format);
  else if (element->tag >= GUMBO_TAG_H1 && element->tag <= GUMBO_TAG_H6)
    walk_heading (self, node, format);
  else if (element->tag == GUMBO_TAG_BLOCKQUOTE || csm_mail_html_is_block (element->tag))
    walk_block (self, node, format, style.tight);
  else
    walk_children (self, node, format);
}

static void
walk_children (Builder         *self,
               const GumboNode *node,
               Format           format)
{
  const GumboVector *children = &node->v.element.children;

  if (++format.recursion > MAX_RECURSION)
    return;
  for (guint i = 0; i < children->length; i++)
    {
      const GumboNode *child = children->data[i];

      if (child->type == GUMBO_NODE_ELEMENT)
        walk_element (self, child, format);
      else if (child->type == GUMBO_NODE_TEXT || child->type == GUMBO_NODE_CDATA
               || child->type == GUMBO_NODE_WHITESPACE)
        add_text (self, child->v.text.text, &format);
    }
}

/**
 * csm_mail_html_to_blocks:
 * @html: (array length=length): a document in valid UTF-8 that csm_mail_html_is_safe() accepts
 * @length: its length in bytes
 * @safe: (nullable): receives the same as HTML that is safe to show
 *
 * Reads what a person would see. Only what the walk knows comes out: scripts, styles, forms, frames and
 * embedded objects do not exist here, and links lead to web pages, addresses and telephones only.
 *
 * Returns: (transfer full): the blocks
 */
GPtrArray *
csm_mail_html_to_blocks (const char *html,
                         gsize       length,
                         GString    *safe)
{
  GumboOptions options = kGumboDefaultOptions;
  GumboOutput *output;
  Builder builder = { 0 };
  GPtrArray *blocks = csm_mail_blocks_new ();

  options.max_errors = 0;
  output = gumbo_parse_with_options (&options, html, length);
  builder.blocks = blocks;
  builder.run = g_string_new (NULL);
  walk_children (&builder, output->root, (Format){ 0 });
  put_attribution_back (&builder);
  end_block (&builder);
  g_clear_pointer (&builder.item, csm_mail_block_free);
  g_string_free (builder.run, TRUE);
  if (safe != NULL)
    csm_mail_safe_html_append (output->root, safe);
  gumbo_destroy_output (&options, output);
  return blocks;
}
