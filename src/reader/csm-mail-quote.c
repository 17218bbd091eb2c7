/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-quote.h"

#include "csm-mail-block.h"
#include "csm-mail-quote-words.h"

#include <string.h>

/* What stands below a mark that no person types, or below somebody else's header, is quoted. A rule, a
 * few dashes, or a word like "wrote:" alone is not enough: people type such things above their own text. */

#define MAX_ATTRIBUTION 500
#define MAX_SIGNATURE_LINES 15
#define MAX_SIGNATURE 1500

/* No person's message has more, and moving blocks about would take its time. */
#define MAX_BLOCKS 10000

/* A header is looked for at so many lines that start with From. */
#define MAX_TRIES 100

/* The last @count lines of the first @length bytes of @text, as one. */
static char *
last_lines (const char *text,
            gsize       length,
            guint       count,
            gsize      *offset)
{
  const char *start = text + length;
  char *joined;

  for (guint i = 0; i < count && start > text; i++)
    {
      const char *newline = memrchr (text, '\n', (gsize) (start - text - (i > 0 ? 1 : 0)));

      start = newline != NULL ? newline + 1 : text;
    }
  *offset = (gsize) (start - text);
  joined = g_strndup (start, (gsize) (text + length - start));
  return g_strdelimit (joined, "\n", ' ');
}

/**
 * csm_mail_quote_is_attribution:
 * @text: one line
 * @before_quote: whether marked quoted text follows
 *
 * Returns: whether @text says who wrote what follows, as in "On Monday Ana wrote:"
 */
gboolean
csm_mail_quote_is_attribution (const char *text,
                               gboolean    before_quote)
{
  g_autofree char *line = g_utf8_casefold (text, -1);
  gboolean has_digit = strpbrk (line, "0123456789") != NULL;
  gboolean has_address = strchr (line, '@') != NULL;
  gsize length;

  g_strstrip (line);
  length = strlen (line);
  if (length < 6 || length > MAX_ATTRIBUTION)
    return FALSE;
  if (g_str_has_suffix (line, ":"))
    line[--length] = '\0';
  else if (g_str_has_suffix (line, "："))
    line[length -= 3] = '\0';
  else
    return FALSE;

  if (!csm_mail_quote_has_verb (line))
    /* "2026-03-01 10:00 GMT+01:00 Ana Example <ana@example.com>:" */
    return has_digit && has_address && g_str_has_suffix (line, ">") && g_ascii_isdigit (line[0]);
  if (!before_quote)
    return has_digit && has_address && csm_mail_quote_has_opening (line);
  return (has_digit && (has_address || csm_mail_quote_has_opening (line)))
         || (has_address && length < 200) || length < 80;
}

/* Where the lines that end at @length and introduce a quote start; -1 for nowhere. A client wraps such a
 * line as it wraps all others. */
static gssize
find_opened (const char *text,
             gsize       length,
             gboolean    before_quote)
{
  for (guint count = 1; count <= 4; count++)
    {
      gsize offset;
      g_autofree char *line = last_lines (text, length, count, &offset);
      g_autofree char *folded = g_utf8_casefold (line, -1);
      gboolean opened = csm_mail_quote_has_opening (g_strchug (folded));
      gboolean dated = before_quote && strchr (line, '@') != NULL && strpbrk (line, "0123456789") != NULL;

      if ((opened || dated) && csm_mail_quote_is_attribution (line, before_quote))
        return (gssize) offset;
      if (offset == 0)
        break;
    }
  return -1;
}

/* The same for the end of @block, before quoted text, where a name and a verb will do. */
static gssize
find_attribution (CsmMailBlock *block)
{
  g_autofree char *text = csm_mail_block_dup_text (block);
  gsize length = strlen (text);
  gssize found = find_opened (text, length, TRUE);

  for (guint count = 1; count <= 2 && found < 0; count++)
    {
      gsize offset;
      g_autofree char *line = last_lines (text, length, count, &offset);

      /* When the verb stands alone, who wrote is on the line before. */
      if (csm_mail_quote_is_attribution (line, TRUE) && (strlen (line) > 24 || count == 2 || offset == 0))
        found = (gssize) offset;
    }
  return found;
}

static char *
take_attribution (CsmMailBlock *block,
                  gsize         offset)
{
  g_autoptr(CsmMailBlock) tail = csm_mail_block_split (block, offset);

  csm_mail_block_trim (block);
  return g_strstrip (g_strdelimit (csm_mail_block_dup_text (tail), "\n", ' '));
}

static void
attribute_quotes (GPtrArray *blocks)
{
  for (guint i = 1; i < blocks->len; i++)
    {
      CsmMailBlock *quote = blocks->pdata[i];
      CsmMailBlock *before = blocks->pdata[i - 1];
      gssize offset;

      if (quote->kind != CSM_MAIL_BLOCK_QUOTE || quote->text != NULL || before->kind != CSM_MAIL_BLOCK_PARAGRAPH)
        continue;
      offset = find_attribution (before);
      if (offset < 0)
        continue;
      quote->text = take_attribution (before, (gsize) offset);
      if (before->spans->len == 0)
        g_ptr_array_remove_index (blocks, --i);
    }
}

/* Puts all blocks from @from on into one quote. */
static CsmMailBlock *
wrap_rest (GPtrArray *blocks,
           guint      from)
{
  CsmMailBlock *quote = csm_mail_block_new (CSM_MAIL_BLOCK_QUOTE);

  while (from < blocks->len)
    g_ptr_array_add (quote->children, g_ptr_array_steal_index (blocks, from));
  g_ptr_array_add (blocks, quote);
  return quote;
}

typedef struct
{
  guint block;
  gsize offset;          /* in that block: where the separator starts */
  gboolean forwarded;
} Separator;

static void
read_header_lines (GPtrArray *blocks,
                   guint      from,
                   gsize      offset,
                   guint     *kinds,
                   guint     *end_block,
                   gsize     *end_offset)
{
  guint lines = 0;

  for (guint i = from; i < blocks->len && lines < 10 && i < from + 8; i++)
    {
      CsmMailBlock *block = blocks->pdata[i];
      g_autofree char *text = NULL;
      const char *p;

      if (!csm_mail_block_is_text (block))
        break;
      text = csm_mail_block_dup_text (block);
      for (p = text + (i == from ? offset : 0); *p != '\0' && lines < 10; lines++)
        {
          const char *next = strchrnul (p, '\n');
          guint kind = csm_mail_quote_header_kind (p);

          if (kind == 0 && lines > 0 && *kinds == 0)
            return;
          if (kind != 0)
            {
              *kinds |= kind;
              *end_block = i;
              *end_offset = (gsize) (next - text) + (*next == '\n' ? 1 : 0);
            }
          else if (*kinds != 0 && !g_ascii_isspace (*p) && i != from)
            {
              return;
            }
          p = *next == '\n' ? next + 1 : next;
        }
    }
}

/* Whether a line starts the header of a quoted message: From, and two more of date, recipient, subject. */
static gboolean
is_header_start (GPtrArray *blocks,
                 guint      block,
                 gsize      offset,
                 guint     *end_block,
                 gsize     *end_offset)
{
  guint kinds = 0;

  read_header_lines (blocks, block, offset, &kinds, end_block, end_offset);
  return (kinds & CSM_MAIL_QUOTE_FROM) != 0 && kinds != CSM_MAIL_QUOTE_FROM
         && (kinds & (CSM_MAIL_QUOTE_DATE | CSM_MAIL_QUOTE_SUBJECT)) != 0;
}

static gboolean
find_separator (GPtrArray *blocks,
                Separator *found)
{
  guint tries = 0;

  for (guint i = 0; i < blocks->len; i++)
    {
      CsmMailBlock *block = blocks->pdata[i];
      g_autofree char *text = NULL;

      if (!csm_mail_block_is_text (block))
        continue;
      text = csm_mail_block_dup_text (block);
      for (const char *p = text; *p != '\0';)
        {
          const char *next = strchrnul (p, '\n');
          guint end_block;
          gsize end_offset;
          CsmMailQuoteMark mark = csm_mail_quote_mark (p, (gsize) (next - p));

          if (mark != CSM_MAIL_QUOTE_NO_MARK
              || (csm_mail_quote_header_kind (p) == CSM_MAIL_QUOTE_FROM && ++tries <= MAX_TRIES
                  && is_header_start (blocks, i, (gsize) (p - text), &end_block, &end_offset)))
            {
              *found = (Separator){ i, (gsize) (p - text), mark == CSM_MAIL_QUOTE_FORWARDED };
              return TRUE;
            }
          p = *next == '\n' ? next + 1 : next;
        }
    }
  return FALSE;
}

/* Removes the first @offset bytes of the first block, or all of the first @count blocks. */
static char *
cut_start (GPtrArray *blocks,
           guint      count,
           gsize      offset)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = 0; i < count; i++)
    {
      g_autofree char *piece = csm_mail_block_dup_text (blocks->pdata[0]);

      g_string_append_printf (text, "%s\n", piece);
      g_ptr_array_remove_index (blocks, 0);
    }
  if (offset > 0)
    {
      CsmMailBlock *first = blocks->pdata[0];
      CsmMailBlock *rest = csm_mail_block_split (first, offset);
      g_autofree char *piece = csm_mail_block_dup_text (first);

      g_string_append (text, piece);
      csm_mail_block_trim (rest);
      g_ptr_array_remove_index (blocks, 0);
      if (rest->spans->len > 0)
        g_ptr_array_insert (blocks, 0, rest);
      else
        csm_mail_block_free (rest);
    }
  return g_strndup (g_strstrip (text->str), 2048);
}

/* Takes the separator itself out of the quote that now starts with it. */
static void
name_quote (CsmMailBlock *quote)
{
  GPtrArray *blocks = quote->children;
  g_autofree char *text = csm_mail_block_dup_text (blocks->pdata[0]);
  const char *newline = strchrnul (text, '\n');
  guint end_block = 0;
  gsize end_offset = 0;
  guint start_block = 0;
  gsize start_offset = 0;

  if (csm_mail_quote_mark (text, (gsize) (newline - text)) != CSM_MAIL_QUOTE_NO_MARK)
    {
      end_offset = start_offset = (gsize) (newline - text) + (*newline == '\n' ? 1 : 0);
      if (text[start_offset] == '\0')
        {
          start_block = end_block = 1;
          start_offset = end_offset = 0;
        }
    }
  if (start_block < blocks->len && csm_mail_block_is_text (blocks->pdata[start_block]))
    {
      guint kinds = 0;
      guint to_block = end_block;
      gsize to_offset = end_offset;

      read_header_lines (blocks, start_block, start_offset, &kinds, &to_block, &to_offset);
      if (kinds != 0)
        {
          end_block = to_block;
          end_offset = to_offset;
        }
    }
  if (end_block < blocks->len)
    {
      g_autofree char *last = csm_mail_block_is_text (blocks->pdata[end_block])
                              ? csm_mail_block_dup_text (blocks->pdata[end_block]) : g_strdup ("");

      end_offset = MIN (end_offset, strlen (last));
    }
  quote->text = cut_start (blocks, end_block, end_offset);
}

/* Takes away a rule, drawn or typed, that stood between the reply and what it answers. */
static void
drop_rule_before (GPtrArray *blocks,
                  guint      index)
{
  CsmMailBlock *before = index > 0 ? blocks->pdata[index - 1] : NULL;
  g_autofree char *line = NULL;
  g_autofree char *text = NULL;
  gsize offset;

  if (before != NULL && before->kind == CSM_MAIL_BLOCK_PARAGRAPH)
    {
      text = csm_mail_block_dup_text (before);
      line = last_lines (text, strlen (text), 1, &offset);
      if (strlen (line) >= 5 && line[strspn (line, "-_=* ")] == '\0')
        {
          csm_mail_block_free (csm_mail_block_split (before, offset));
          csm_mail_block_trim (before);
        }
    }
  if (before != NULL
      && (before->kind == CSM_MAIL_BLOCK_RULE
          || (before->kind == CSM_MAIL_BLOCK_PARAGRAPH && before->spans->len == 0)))
    g_ptr_array_remove_index (blocks, index - 1);
}

static void
fold_separator (GPtrArray *blocks)
{
  Separator at;
  CsmMailBlock *block;
  CsmMailBlock *rest;
  CsmMailBlock *quote;
  gboolean nothing_before;

  if (!find_separator (blocks, &at))
    return;
  block = blocks->pdata[at.block];
  if (at.offset > 0)
    {
      rest = csm_mail_block_split (block, at.offset);
      csm_mail_block_trim (block);
      at.block++;
      g_ptr_array_insert (blocks, (int) at.block, rest);
      if (block->spans->len == 0)
        g_ptr_array_remove_index (blocks, --at.block);
    }
  nothing_before = at.block == 0;
  quote = wrap_rest (blocks, at.block);
  name_quote (quote);
  quote->forwarded = at.forwarded || nothing_before;
  drop_rule_before (blocks, at.block);
}

/* Finds a line in @block that names an address and a date, and where it ends. */
static gboolean
find_unmarked (CsmMailBlock *block,
               gsize        *start,
               gsize        *end)
{
  g_autofree char *text = csm_mail_block_dup_text (block);

  for (const char *p = strchr (text, ':'); p != NULL; p = strchr (p + 1, ':'))
    {
      gssize offset;

      if (p[1 + strspn (p + 1, " \t")] != '\n' && p[1 + strspn (p + 1, " \t")] != '\0')
        continue;
      offset = find_opened (text, (gsize) (p + 1 - text), FALSE);
      if (offset < 0)
        continue;
      *start = (gsize) offset;
      *end = (gsize) (p + 1 - text);
      return TRUE;
    }
  return FALSE;
}

static gboolean
has_quote_after (GPtrArray *blocks,
                 guint      from)
{
  for (guint i = from; i < blocks->len; i++)
    if (((CsmMailBlock *) blocks->pdata[i])->kind == CSM_MAIL_BLOCK_QUOTE)
      return TRUE;
  return FALSE;
}

/* An attribution that names an address and a date, with everything below it unmarked. */
static void
fold_unmarked (GPtrArray *blocks)
{
  for (guint i = 0; i < blocks->len; i++)
    {
      CsmMailBlock *block = blocks->pdata[i];
      CsmMailBlock *rest;
      CsmMailBlock *quote;
      gsize start;
      gsize end;

      if (block->kind == CSM_MAIL_BLOCK_QUOTE)
        return;
      if (block->kind != CSM_MAIL_BLOCK_PARAGRAPH || !find_unmarked (block, &start, &end)
          || has_quote_after (blocks, i + 1))
        continue;
      /* With nothing above it, the author's own words must be below. */
      if (i == 0 && start == 0)
        return;

      rest = csm_mail_block_split (block, end);
      csm_mail_block_trim (rest);
      g_ptr_array_insert (blocks, (int) i + 1, rest);
      quote = wrap_rest (blocks, i + 1);
      if (rest->spans->len == 0)
        g_ptr_array_remove_index (quote->children, 0);
      quote->text = take_attribution (block, start);
      if (block->spans->len == 0)
        g_ptr_array_remove_index (blocks, i);
      return;
    }
}

/* Where the line with the mark of a signature starts and ends. */
static gboolean
find_mark (const char *text,
           gsize      *start,
           gsize      *end)
{
  for (const char *p = text; *p != '\0';)
    {
      const char *next = strchrnul (p, '\n');
      gsize length = (gsize) (next - p);

      if ((length == 2 || (length == 3 && p[2] == ' ')) && p[0] == '-' && p[1] == '-')
        {
          *start = (gsize) (p - text);
          *end = (gsize) (next - text) + (*next == '\n' ? 1 : 0);
          return TRUE;
        }
      p = *next == '\n' ? next + 1 : next;
    }
  return FALSE;
}

/* Where the signature ends that starts at @from; 0 when there is a page of text, which is none: such a
 * mark is a customer's own separator. */
static guint
find_signature_end (GPtrArray *blocks,
                    guint      from)
{
  gsize size = 0;
  guint lines = 0;
  guint i;

  for (i = from; i < blocks->len && ((CsmMailBlock *) blocks->pdata[i])->children == NULL; i++)
    {
      g_autofree char *text = csm_mail_block_dup_text (blocks->pdata[i]);

      size += strlen (text);
      lines++;
      for (const char *p = text; *p != '\0'; p++)
        lines += *p == '\n';
      if (size > MAX_SIGNATURE || lines > MAX_SIGNATURE_LINES)
        return 0;
    }
  return i;
}

static void
fold_marked_signature (GPtrArray *blocks,
                       guint      index,
                       gsize      start,
                       gsize      end)
{
  CsmMailBlock *block = blocks->pdata[index];
  CsmMailBlock *signature;
  guint to = find_signature_end (blocks, index);

  if (to == 0)
    return;

  signature = csm_mail_block_new (CSM_MAIL_BLOCK_SIGNATURE);
  {
    CsmMailBlock *tail = csm_mail_block_split (block, end);

    csm_mail_block_free (csm_mail_block_split (block, start));
    csm_mail_block_trim (block);
    csm_mail_block_trim (tail);
    if (tail->spans->len > 0)
      g_ptr_array_add (signature->children, tail);
    else
      csm_mail_block_free (tail);
  }
  for (guint i = index + 1; i < to; i++)
    g_ptr_array_add (signature->children, g_ptr_array_steal_index (blocks, index + 1));
  g_ptr_array_insert (blocks, (int) index + 1, signature);
  if (block->spans->len == 0)
    g_ptr_array_remove_index (blocks, index);
}

static void
fold_signatures (GPtrArray *blocks)
{
  for (guint i = 0; i < blocks->len; i++)
    {
      CsmMailBlock *block = blocks->pdata[i];
      g_autofree char *text = NULL;
      gsize start;
      gsize end;

      if (block->kind != CSM_MAIL_BLOCK_PARAGRAPH)
        continue;
      text = csm_mail_block_dup_text (block);
      if (csm_mail_quote_is_device_line (text))
        {
          CsmMailBlock *signature = csm_mail_block_new (CSM_MAIL_BLOCK_SIGNATURE);

          g_ptr_array_add (signature->children, block);
          blocks->pdata[i] = signature;
        }
      else if (find_mark (text, &start, &end))
        {
          fold_marked_signature (blocks, i, start, end);
        }
    }
}

static void
fold (GPtrArray *blocks,
      guint      depth)
{
  if (blocks->len > MAX_BLOCKS)
    return;
  attribute_quotes (blocks);
  if (depth < CSM_MAIL_BLOCK_MAX_QUOTES)
    {
      fold_unmarked (blocks);
      fold_separator (blocks);
    }
  fold_signatures (blocks);
  for (guint i = 0; i < blocks->len; i++)
    {
      CsmMailBlock *block = blocks->pdata[i];

      if (block->kind == CSM_MAIL_BLOCK_QUOTE && depth < CSM_MAIL_BLOCK_MAX_QUOTES)
        fold (block->children, depth + 1);
    }
}

/**
 * csm_mail_quote_fold:
 * @blocks: (inout): the blocks of a body
 *
 * Finds what the sender's client quoted without marking it line by line, moves attributions into their
 * quotes, and makes signatures blocks of their own. What the author wrote below or between quotes stays
 * where it is.
 */
void
csm_mail_quote_fold (GPtrArray *blocks)
{
  fold (blocks, 0);
}
