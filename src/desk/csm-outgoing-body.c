/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-outgoing-body.h"

#include "csm-json.h"
#include "csm-markup.h"

/* A text with more in it is shown as it was written: a record has a largest size. */
#define SPANS_MAX 4000

typedef struct
{
  const char *text;
  GArray     *lines;
  JsonArray  *spans;   /* of the block under way; NULL: none */
  GString    *said;    /* what becomes its next span */
  guint       n_spans;
  guint       strong;
  guint       emphasis;
  char       *link;    /* NULL: outside of links */
} Page;

static const CsmMarkupLine *
nth (Page *page,
     guint i)
{
  return &g_array_index (page->lines, CsmMarkupLine, i);
}

static void
end_span (Page *page)
{
  JsonObject *span;

  if (page->said->len == 0)
    return;
  span = json_object_new ();
  csm_json_set_string (span, "x", page->said->str);
  if (page->strong > 0)
    json_object_set_boolean_member (span, "b", TRUE);
  if (page->emphasis > 0)
    json_object_set_boolean_member (span, "i", TRUE);
  if (page->link != NULL)
    csm_json_set_string (span, "u", page->link);
  json_array_add_object_element (page->spans, span);
  page->n_spans++;
  g_string_truncate (page->said, 0);
}

static void
end_block (Page *page)
{
  end_span (page);
  page->spans = NULL;
}

static void
words_cb (CsmMarkupKind  kind,
          gboolean       enters,
          const char    *text,
          gsize          length,
          gpointer       data)
{
  Page *page = data;

  if (kind == CSM_MARKUP_TEXT)
    {
      g_string_append_len (page->said, text, (gssize) length);
      return;
    }
  end_span (page);
  if (kind == CSM_MARKUP_STRONG)
    page->strong += enters ? 1 : -1;
  else if (kind == CSM_MARKUP_EMPHASIS)
    page->emphasis += enters ? 1 : -1;
  else if (kind == CSM_MARKUP_LINK)
    {
      g_free (page->link);
      page->link = enters ? g_strndup (text, length) : NULL;
    }
}

/* A line of the block under way, or of a new one of @kind. */
static void
add_line (Page                *page,
          JsonArray           *blocks,
          const char          *kind,
          const CsmMarkupLine *line)
{
  JsonObject *block;

  if (page->spans != NULL)
    g_string_append_c (page->said, '\n');
  else
    {
      page->spans = json_array_new ();
      block = json_object_new ();
      csm_json_set_string (block, "t", kind);
      if (line->kind == CSM_MARKUP_LINE_ITEM)
        json_object_set_int_member (block, "l", line->depth);
      if (line->kind == CSM_MARKUP_LINE_ITEM && line->ordered)
        json_object_set_int_member (block, "o", line->number);
      json_object_set_array_member (block, "s", page->spans);
      json_array_add_object_element (blocks, block);
    }
  csm_markup_walk (page->text + line->text, line->end - line->text, words_cb, page);
}

/* Returns the line behind it. */
static guint
add_code (Page      *page,
          JsonArray *blocks,
          guint      i)
{
  g_autoptr (GString) code = g_string_new (NULL);
  JsonObject *block = json_object_new ();

  for (; i < page->lines->len && nth (page, i)->kind == CSM_MARKUP_LINE_CODE; i++)
    {
      const CsmMarkupLine *line = nth (page, i);

      if (code->len > 0)
        g_string_append_c (code, '\n');
      g_string_append_len (code, page->text + line->text, (gssize) (line->end - line->text));
    }
  csm_json_set_string (block, "t", "pre");
  csm_json_set_string (block, "x", code->str);
  json_array_add_object_element (blocks, block);
  return i;
}

static JsonArray *make_blocks (Page *page, guint *at, guint quotes);

static void
add_quote (Page      *page,
           JsonArray *blocks,
           guint     *at,
           guint      quotes)
{
  JsonObject *block = json_object_new ();

  csm_json_set_string (block, "t", "q");
  json_object_set_int_member (block, "d", quotes + 1);
  json_object_set_array_member (block, "c", make_blocks (page, at, quotes + 1));
  json_array_add_object_element (blocks, block);
}

/* The lines from @at that are quoted at least so often. */
static JsonArray *
make_blocks (Page  *page,
             guint *at,
             guint  quotes)
{
  JsonArray *blocks = json_array_new ();

  end_block (page);
  while (*at < page->lines->len && nth (page, *at)->quotes >= quotes)
    {
      const CsmMarkupLine *line = nth (page, *at);

      if (line->quotes > quotes)
        {
          add_quote (page, blocks, at, quotes);
          continue;
        }
      if (line->kind == CSM_MARKUP_LINE_CODE)
        {
          end_block (page);
          *at = add_code (page, blocks, *at);
          continue;
        }
      if (line->kind == CSM_MARKUP_LINE_BLANK || line->kind == CSM_MARKUP_LINE_FENCE || line->kind == CSM_MARKUP_LINE_ITEM ||
          (*at > 0 && nth (page, *at - 1)->depth > 0 && line->depth == 0))
        end_block (page);
      if (line->kind == CSM_MARKUP_LINE_ITEM)
        add_line (page, blocks, "li", line);
      else if (line->kind != CSM_MARKUP_LINE_BLANK && line->kind != CSM_MARKUP_LINE_FENCE)
        add_line (page, blocks, "p", line);
      ++*at;
    }
  end_block (page);
  return blocks;
}

/**
 * csm_outgoing_body:
 * @text: what a person typed, with lines ended by LF
 *
 * What the mail's reader sees, as the blocks of a Message's `body`.
 *
 * Returns: (transfer full): the blocks
 */
JsonArray *
csm_outgoing_body (const char *text)
{
  Page page = { .text = text, .lines = csm_markup_lines (text, CSM_MARKUP_MAIL), .said = g_string_new (NULL) };
  guint at = 0;
  JsonArray *blocks = make_blocks (&page, &at, 0);

  g_array_unref (page.lines);
  g_string_free (page.said, TRUE);
  if (page.n_spans > SPANS_MAX)
    {
      JsonObject *block = json_object_new ();

      json_array_unref (blocks);
      blocks = json_array_new ();
      csm_json_set_string (block, "t", "pre");
      csm_json_set_string (block, "x", text);
      json_array_add_object_element (blocks, block);
    }
  return blocks;
}
