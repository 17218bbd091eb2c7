/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-text.h"

#include "csm-mail-block.h"

#include <string.h>

#define MAX_LINK 2048

typedef struct
{
  guint depth;
  GString *text;
} Line;

static void
line_free (Line *line)
{
  g_string_free (line->text, TRUE);
  g_free (line);
}

/* Quote marks, with the single spaces that many clients put between them. */
static const char *
skip_marks (const char *p,
            gboolean    flowed,
            guint      *depth)
{
  *depth = 0;
  for (;;)
    {
      if (*p == '>')
        p++;
      else if (!flowed && *depth > 0 && p[0] == ' ' && p[1] == '>')
        p += 2;
      else
        break;
      *depth += 1;
    }
  return p;
}

static void
add_line (GPtrArray         *lines,
          const char        *p,
          gsize              length,
          CsmMailTextFormat  format,
          gboolean          *soft)
{
  gboolean flowed = format != CSM_MAIL_TEXT_FIXED;
  Line *last = lines->len > 0 ? lines->pdata[lines->len - 1] : NULL;
  g_autofree char *copy = g_strndup (p, length);
  const char *text;
  guint depth;
  gboolean ends_soft;

  text = skip_marks (copy, flowed, &depth);
  /* What mbox files do to a line that starts with From. */
  if (depth == 1 && !flowed && g_str_has_prefix (text, "From ") && (last == NULL || last->depth == 0))
    depth = 0;
  if (*text == ' ' && (flowed || depth > 0))
    text++;

  /* RFC 3676, section 4.3: the mark of a signature is not a soft line end. */
  ends_soft = flowed && g_str_has_suffix (text, " ") && strcmp (text, "-- ") != 0;
  if (*soft && last != NULL && last->depth == depth && strcmp (text, "-- ") != 0)
    {
      if (format == CSM_MAIL_TEXT_FLOWED_DELSP && last->text->len > 0)
        g_string_truncate (last->text, last->text->len - 1);
      g_string_append (last->text, text);
    }
  else
    {
      last = g_new (Line, 1);
      last->depth = depth;
      last->text = g_string_new (text);
      g_ptr_array_add (lines, last);
    }
  *soft = ends_soft;
}

static GPtrArray *
split_lines (const char        *text,
             CsmMailTextFormat  format)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func ((GDestroyNotify) line_free);
  const char *end = text + strlen (text);
  gboolean soft = FALSE;

  while (text < end)
    {
      const char *newline = memchr (text, '\n', (gsize) (end - text));
      const char *stop = newline != NULL ? newline : end;

      add_line (lines, text, (gsize) (stop - text), format, &soft);
      text = stop + 1;
    }
  return lines;
}

static gsize
link_length (const char *p)
{
  gsize scheme = 0;
  gsize length;

  if (g_ascii_strncasecmp (p, "https://", 8) == 0)
    scheme = 8;
  else if (g_ascii_strncasecmp (p, "http://", 7) == 0)
    scheme = 7;
  else if (g_ascii_strncasecmp (p, "www.", 4) == 0)
    scheme = 4;
  if (scheme == 0)
    return 0;

  for (length = scheme; (guchar) p[length] > 32 && strchr ("<>\"\\^`{|}", p[length]) == NULL; length++)
    if (length > MAX_LINK)
      return 0;
  while (length > scheme && strchr (".,;:!?'*_~", p[length - 1]) != NULL)
    length--;
  if (length > scheme && p[length - 1] == ')' && memchr (p, '(', length) == NULL)
    length--;
  return length > scheme ? length : 0;
}

static void
add_linked (CsmMailBlock *block,
            const char   *text)
{
  const char *run = text;

  for (const char *p = text; *p != '\0'; p++)
    {
      gsize length = 0;

      if ((*p == 'h' || *p == 'w' || *p == 'H' || *p == 'W') && (p == text || !g_ascii_isalnum (p[-1])))
        length = link_length (p);
      if (length > 0)
        {
          CsmMailSpan *span = g_new0 (CsmMailSpan, 1);

          if (p > run)
            csm_mail_block_add_text (block, run, p - run);
          span->text = g_strndup (p, length);
          span->link = g_strconcat (g_ascii_strncasecmp (p, "www.", 4) == 0 ? "http://" : "", span->text, NULL);
          csm_mail_block_add_span (block, span);
          run = p + length;
          p = run - 1;
        }
    }
  if (*run != '\0')
    csm_mail_block_add_text (block, run, -1);
}

static void
add_paragraph (GPtrArray *blocks,
               GString   *text)
{
  const char *p = text->str;
  gsize left = text->len;

  while (left > 0)
    {
      CsmMailBlock *block = csm_mail_block_new (CSM_MAIL_BLOCK_PARAGRAPH);
      gsize size = left;

      if (size > CSM_MAIL_BLOCK_MAX_TEXT)
        {
          const char *cut = memrchr (p, '\n', CSM_MAIL_BLOCK_MAX_TEXT);

          if (cut == NULL || cut == p)
            cut = g_utf8_find_prev_char (p, p + CSM_MAIL_BLOCK_MAX_TEXT);
          size = (gsize) (cut - p);
        }
      {
        g_autofree char *piece = g_strndup (p, size);

        add_linked (block, piece);
      }
      csm_mail_block_trim (block);
      if (block->spans->len > 0)
        g_ptr_array_add (blocks, block);
      else
        csm_mail_block_free (block);
      p += size;
      left -= size;
    }
  g_string_truncate (text, 0);
}

static gboolean
is_blank (const char *text)
{
  return text[strspn (text, " \t")] == '\0';
}

/* Where the run of lines that are quoted deeper than @depth ends. Empty lines between two quoted ones
 * belong to the quote. */
static guint
quoted_run (GPtrArray *lines,
            guint      from,
            guint      to,
            guint      depth)
{
  guint end = from;

  for (guint i = from; i < to; i++)
    {
      Line *line = lines->pdata[i];

      if (line->depth > depth)
        end = i + 1;
      else if (line->depth < depth || !is_blank (line->text->str))
        break;
    }
  return end;
}

static void
add_lines (GPtrArray *blocks,
           GPtrArray *lines,
           guint      from,
           guint      to,
           guint      depth)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (guint i = from; i < to; i++)
    {
      Line *line = lines->pdata[i];

      if (line->depth > depth && depth < CSM_MAIL_BLOCK_MAX_QUOTES)
        {
          CsmMailBlock *quote = csm_mail_block_new (CSM_MAIL_BLOCK_QUOTE);
          guint end = quoted_run (lines, i, to, depth);

          add_paragraph (blocks, text);
          add_lines (quote->children, lines, i, end, depth + 1);
          if (quote->children->len > 0)
            g_ptr_array_add (blocks, quote);
          else
            csm_mail_block_free (quote);
          i = end - 1;
        }
      else if (is_blank (line->text->str))
        {
          add_paragraph (blocks, text);
        }
      else
        {
          if (text->len > 0)
            g_string_append_c (text, '\n');
          g_string_append_len (text, line->text->str, (gssize) line->text->len);
        }
    }
  add_paragraph (blocks, text);
}

/**
 * csm_mail_text_to_blocks:
 * @text: plain text, valid and clean, with \n line ends
 * @format: how its lines are to be understood
 *
 * Makes paragraphs, with a link on each web address, and quotes from lines that start with `>`.
 *
 * Returns: (transfer full): the blocks
 */
GPtrArray *
csm_mail_text_to_blocks (const char        *text,
                         CsmMailTextFormat  format)
{
  GPtrArray *blocks = csm_mail_blocks_new ();
  g_autoptr(GPtrArray) lines = split_lines (text, format);

  add_lines (blocks, lines, 0, lines->len, 0);
  return blocks;
}
