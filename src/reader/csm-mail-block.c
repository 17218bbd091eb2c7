/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-block.h"

#include <string.h>

/* textBody is for search, preview and quoting. */
#define MAX_TEXT (1024 * 1024)

CsmMailBlock *
csm_mail_block_new (CsmMailBlockKind kind)
{
  CsmMailBlock *self = g_new0 (CsmMailBlock, 1);

  self->kind = kind;
  self->ordinal = -1;
  if (kind == CSM_MAIL_BLOCK_QUOTE || kind == CSM_MAIL_BLOCK_SIGNATURE)
    self->children = csm_mail_blocks_new ();
  else if (kind == CSM_MAIL_BLOCK_TABLE)
    self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  else if (csm_mail_block_is_text (self))
    self->spans = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_mail_span_free);
  return self;
}

void
csm_mail_block_free (CsmMailBlock *self)
{
  g_clear_pointer (&self->spans, g_ptr_array_unref);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self->text);
  g_free (self->cid);
  g_free (self->alt);
  g_free (self->source);
  g_free (self->link);
  g_free (self);
}

void
csm_mail_span_free (CsmMailSpan *span)
{
  g_free (span->text);
  g_free (span->link);
  g_free (span);
}

GPtrArray *
csm_mail_blocks_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) csm_mail_block_free);
}

/* Whether the block consists of spans. */
gboolean
csm_mail_block_is_text (CsmMailBlock *self)
{
  return self->kind == CSM_MAIL_BLOCK_PARAGRAPH || self->kind == CSM_MAIL_BLOCK_HEADING || self->kind == CSM_MAIL_BLOCK_ITEM;
}

/**
 * csm_mail_block_add_span:
 * @self: a paragraph, heading or item
 * @span: (transfer full): what to add
 *
 * Adds @span, or joins it to the last one when both look the same.
 */
void
csm_mail_block_add_span (CsmMailBlock *self,
                         CsmMailSpan  *span)
{
  CsmMailSpan *last = self->spans->len > 0 ? self->spans->pdata[self->spans->len - 1] : NULL;

  if (last != NULL && last->bold == span->bold && last->italic == span->italic
      && last->mismatch == span->mismatch && g_strcmp0 (last->link, span->link) == 0
      && strlen (last->text) + strlen (span->text) <= CSM_MAIL_BLOCK_MAX_TEXT)
    {
      char *joined = g_strconcat (last->text, span->text, NULL);

      g_free (last->text);
      last->text = joined;
      csm_mail_span_free (span);
      return;
    }
  g_ptr_array_add (self->spans, span);
}

/* Adds plain text, with @length -1 up to its end. */
void
csm_mail_block_add_text (CsmMailBlock *self,
                         const char   *text,
                         gssize        length)
{
  CsmMailSpan *span = g_new0 (CsmMailSpan, 1);

  span->text = length < 0 ? g_strdup (text) : g_strndup (text, (gsize) length);
  csm_mail_block_add_span (self, span);
}

/**
 * csm_mail_block_dup_text:
 * @self: a paragraph, heading or item
 *
 * Returns: (transfer full): the text of all spans
 */
char *
csm_mail_block_dup_text (CsmMailBlock *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; self->spans != NULL && i < self->spans->len; i++)
    g_string_append (text, ((CsmMailSpan *) self->spans->pdata[i])->text);
  return g_string_free (text, FALSE);
}

/**
 * csm_mail_block_split:
 * @self: a paragraph, heading or item
 * @offset: a byte offset in the text of csm_mail_block_dup_text(), at a character's start
 *
 * Returns: (transfer full): a new block of the same kind with everything from @offset on
 */
CsmMailBlock *
csm_mail_block_split (CsmMailBlock *self,
                      gsize         offset)
{
  CsmMailBlock *rest = csm_mail_block_new (self->kind);
  gsize at = 0;
  guint i = 0;

  rest->level = self->level;
  for (; i < self->spans->len; i++)
    {
      CsmMailSpan *span = self->spans->pdata[i];
      gsize length = strlen (span->text);

      if (at + length > offset)
        {
          CsmMailSpan *tail = g_new0 (CsmMailSpan, 1);

          *tail = *span;
          tail->text = g_strdup (span->text + (offset - at));
          tail->link = g_strdup (span->link);
          g_ptr_array_add (rest->spans, tail);
          span->text[offset - at] = '\0';
          i++;
          break;
        }
      at += length;
    }
  while (i < self->spans->len)
    g_ptr_array_add (rest->spans, g_ptr_array_steal_index (self->spans, i));
  return rest;
}

/* Removes white space at both ends. */
void
csm_mail_block_trim (CsmMailBlock *self)
{
  while (self->spans->len > 0)
    {
      CsmMailSpan *span = self->spans->pdata[self->spans->len - 1];

      g_strchomp (span->text);
      if (span->text[0] != '\0')
        break;
      g_ptr_array_set_size (self->spans, (int) self->spans->len - 1);
    }
  while (self->spans->len > 0)
    {
      CsmMailSpan *span = self->spans->pdata[0];
      /* Spaces that indent the first line carry meaning in plain text; empty lines do not. */
      char *p = span->text;

      for (char *q = p; *q == ' ' || *q == '\n' || *q == '\t'; q++)
        if (*q == '\n')
          p = q + 1;
      memmove (span->text, p, strlen (p) + 1);
      if (span->text[strspn (span->text, " \t")] != '\0')
        break;
      g_ptr_array_remove_index (self->spans, 0);
    }
}

static void
append_prefixed (GString    *out,
                 const char *prefix,
                 const char *text)
{
  while (*text != '\0')
    {
      const char *end = strchrnul (text, '\n');

      g_string_append (out, prefix);
      g_string_append_len (out, text, end - text);
      g_string_append_c (out, '\n');
      text = *end == '\n' ? end + 1 : end;
    }
}

static void blocks_to_text (GPtrArray *blocks, GString *out);

static void
append_children (GString      *out,
                 const char   *prefix,
                 CsmMailBlock *block)
{
  g_autoptr(GString) inner = g_string_new (NULL);

  blocks_to_text (block->children, inner);
  append_prefixed (out, prefix, inner->str);
}

static void
block_to_text (CsmMailBlock *block,
               GString      *out)
{
  g_autofree char *text = csm_mail_block_is_text (block) ? csm_mail_block_dup_text (block) : NULL;

  switch (block->kind)
    {
    case CSM_MAIL_BLOCK_PARAGRAPH:
    case CSM_MAIL_BLOCK_HEADING:
      append_prefixed (out, "", text);
      break;
    case CSM_MAIL_BLOCK_ITEM:
      g_string_append_printf (out, "%*s", (int) (MAX (block->level, 1) - 1) * 2, "");
      if (block->ordinal >= 0)
        g_string_append_printf (out, "%d. ", block->ordinal);
      else
        g_string_append (out, "• ");
      append_prefixed (out, "", text);
      break;
    case CSM_MAIL_BLOCK_QUOTE:
      if (block->text != NULL)
        append_prefixed (out, "", block->text);
      append_children (out, "> ", block);
      break;
    case CSM_MAIL_BLOCK_SIGNATURE:
      g_string_append (out, "-- \n");
      append_children (out, "", block);
      break;
    case CSM_MAIL_BLOCK_PRE:
      append_prefixed (out, "", block->text);
      break;
    case CSM_MAIL_BLOCK_RULE:
      g_string_append (out, "———\n");
      break;
    case CSM_MAIL_BLOCK_IMAGE:
      if (block->alt != NULL && block->alt[0] != '\0')
        g_string_append_printf (out, "[%s]\n", block->alt);
      break;
    case CSM_MAIL_BLOCK_TABLE:
      for (guint i = 0; i < block->rows->len; i++)
        {
          GPtrArray *row = block->rows->pdata[i];

          for (guint j = 0; j < row->len; j++)
            g_string_append_printf (out, "%s%s", j > 0 ? "\t" : "", (char *) row->pdata[j]);
          g_string_append_c (out, '\n');
        }
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
blocks_to_text (GPtrArray *blocks,
                GString   *out)
{
  for (guint i = 0; i < blocks->len && out->len < MAX_TEXT; i++)
    {
      CsmMailBlock *block = blocks->pdata[i];
      CsmMailBlock *last = i > 0 ? blocks->pdata[i - 1] : NULL;

      if (last != NULL && out->len > 0
          && !(block->kind == CSM_MAIL_BLOCK_ITEM && last->kind == CSM_MAIL_BLOCK_ITEM))
        g_string_append_c (out, '\n');
      block_to_text (block, out);
    }
}

/* What of @blocks the author of the message wrote. */
static GPtrArray *
get_authored (GPtrArray *blocks)
{
  GPtrArray *authored = g_ptr_array_new ();

  for (guint i = 0; i < blocks->len; i++)
    {
      CsmMailBlock *block = blocks->pdata[i];

      if (block->kind != CSM_MAIL_BLOCK_QUOTE && block->kind != CSM_MAIL_BLOCK_SIGNATURE
          && block->kind != CSM_MAIL_BLOCK_RULE && block->kind != CSM_MAIL_BLOCK_IMAGE)
        g_ptr_array_add (authored, block);
    }
  return authored;
}

static void
cut_text (GString *text)
{
  if (text->len > MAX_TEXT)
    {
      const char *end = g_utf8_find_prev_char (text->str, text->str + MAX_TEXT + 1);

      g_string_truncate (text, (gsize) (end - text->str));
    }
  while (text->len > 0 && g_ascii_isspace (text->str[text->len - 1]))
    g_string_truncate (text, text->len - 1);
}

/**
 * csm_mail_blocks_to_text:
 * @blocks: the blocks of a body
 *
 * Writes @blocks as plain text with `>` before quoted lines, at most 1 MB.
 *
 * Returns: (transfer full): the text
 */
char *
csm_mail_blocks_to_text (GPtrArray *blocks)
{
  GString *out = g_string_new (NULL);

  blocks_to_text (blocks, out);
  cut_text (out);
  return g_string_free (out, FALSE);
}

/**
 * csm_mail_blocks_to_authored:
 * @blocks: the blocks of a body
 *
 * Writes what the author of the message wrote, without quotes and signature. Of a message that only
 * passes another one on, that one's text.
 *
 * Returns: (transfer full): the text, perhaps empty
 */
char *
csm_mail_blocks_to_authored (GPtrArray *blocks)
{
  GString *out = g_string_new (NULL);
  g_autoptr(GPtrArray) authored = get_authored (blocks);

  blocks_to_text (authored, out);
  for (guint i = 0; i < blocks->len && authored->len == 0 && out->len < MAX_TEXT; i++)
    {
      CsmMailBlock *block = blocks->pdata[i];

      if (block->kind == CSM_MAIL_BLOCK_QUOTE && block->forwarded)
        blocks_to_text (block->children, out);
    }
  cut_text (out);
  return g_string_free (out, FALSE);
}

static void
write_spans (CsmMailBlock  *block,
             CsmJsonWriter *writer)
{
  csm_json_writer_begin_array (writer, "s");
  for (guint i = 0; i < block->spans->len; i++)
    {
      CsmMailSpan *span = block->spans->pdata[i];

      csm_json_writer_begin_object (writer, NULL);
      csm_json_writer_string (writer, "x", span->text);
      if (span->bold)
        csm_json_writer_bool (writer, "b", TRUE);
      if (span->italic)
        csm_json_writer_bool (writer, "i", TRUE);
      if (span->link != NULL)
        csm_json_writer_string (writer, "u", span->link);
      if (span->mismatch)
        csm_json_writer_bool (writer, "m", TRUE);
      csm_json_writer_end_object (writer);
    }
  csm_json_writer_end_array (writer);
}

static void
write_image (CsmMailBlock  *block,
             CsmJsonWriter *writer)
{
  if (block->cid != NULL)
    csm_json_writer_string (writer, "cid", block->cid);
  csm_json_writer_string (writer, "alt", block->alt != NULL ? block->alt : "");
  csm_json_writer_bool (writer, "remote", block->remote);
  if (block->source != NULL)
    csm_json_writer_string (writer, "src", block->source);
  if (block->link != NULL)
    csm_json_writer_string (writer, "u", block->link);
}

static void
write_rows (CsmMailBlock  *block,
            CsmJsonWriter *writer)
{
  csm_json_writer_begin_array (writer, "r");
  for (guint i = 0; i < block->rows->len; i++)
    {
      GPtrArray *row = block->rows->pdata[i];

      csm_json_writer_begin_array (writer, NULL);
      for (guint j = 0; j < row->len; j++)
        csm_json_writer_string (writer, NULL, row->pdata[j]);
      csm_json_writer_end_array (writer);
    }
  csm_json_writer_end_array (writer);
}

static gboolean write_blocks (GPtrArray *blocks, CsmJsonWriter *writer, const char *name, gsize end, guint quotes);

static gboolean
write_block (CsmMailBlock  *block,
             CsmJsonWriter *writer,
             gsize          end,
             guint          quotes)
{
  static const char *const names[] = { "p", "h", "li", "q", "pre", "hr", "img", "table", "sig" };
  gboolean whole = TRUE;

  csm_json_writer_begin_object (writer, NULL);
  csm_json_writer_string (writer, "t", names[block->kind]);
  if (block->kind == CSM_MAIL_BLOCK_HEADING || block->kind == CSM_MAIL_BLOCK_ITEM)
    csm_json_writer_int (writer, "l", block->level);
  if (block->kind == CSM_MAIL_BLOCK_ITEM && block->ordinal >= 0)
    csm_json_writer_int (writer, "o", block->ordinal);
  if (block->kind == CSM_MAIL_BLOCK_QUOTE)
    {
      csm_json_writer_int (writer, "d", quotes + 1);
      if (block->text != NULL)
        csm_json_writer_string (writer, "a", block->text);
      if (block->forwarded)
        csm_json_writer_bool (writer, "f", TRUE);
    }
  if (block->spans != NULL)
    write_spans (block, writer);
  if (block->kind == CSM_MAIL_BLOCK_PRE)
    csm_json_writer_string (writer, "x", block->text);
  if (block->kind == CSM_MAIL_BLOCK_IMAGE)
    write_image (block, writer);
  if (block->rows != NULL)
    write_rows (block, writer);
  if (block->children != NULL)
    whole = write_blocks (block->children, writer, "c", end, quotes + (block->kind == CSM_MAIL_BLOCK_QUOTE));
  csm_json_writer_end_object (writer);
  return whole;
}

static gboolean
write_blocks (GPtrArray     *blocks,
              CsmJsonWriter *writer,
              const char    *name,
              gsize          end,
              guint          quotes)
{
  gboolean whole = TRUE;

  csm_json_writer_begin_array (writer, name);
  for (guint i = 0; i < blocks->len && whole; i++)
    {
      gsize before = csm_json_writer_get_length (writer);

      whole = write_block (blocks->pdata[i], writer, end, quotes);
      /* A quote cuts its own end, and then needs a few bytes more for its brackets. */
      if (((CsmMailBlock *) blocks->pdata[i])->children == NULL && csm_json_writer_get_length (writer) > end)
        {
          csm_json_writer_cut (writer, before);
          whole = FALSE;
        }
    }
  csm_json_writer_end_array (writer);
  return whole;
}

/**
 * csm_mail_blocks_write:
 * @blocks: the blocks of a body
 * @writer: where to
 * @name: the member's name
 * @budget: how many bytes they may take
 *
 * Writes @blocks as documented in README.md; those that do not fit are left out from the end.
 *
 * Returns: whether all of them were written
 */
gboolean
csm_mail_blocks_write (GPtrArray     *blocks,
                       CsmJsonWriter *writer,
                       const char    *name,
                       gsize          budget)
{
  /* For the brackets that close what is open, and for attributions. */
  gsize slack = MIN (16 * 1024, budget);

  return write_blocks (blocks, writer, name, csm_json_writer_get_length (writer) + budget - slack, 0);
}
