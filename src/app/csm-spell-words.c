/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-spell-words.h"

#include <string.h>

#include "csm-markup.h"

#define MAX_WORD 80
/* From here on scripts that dictionaries of words don't know. */
#define FIRST_OTHER 0x0e00

typedef struct
{
  CsmSpellWordFunc func;
  gpointer         data;
} Finding;

static gboolean
is_apostrophe (gunichar c)
{
  return c == '\'' || c == 0x2019;
}

/* Acronyms, and what is no word at all, are left alone. */
static gboolean
is_checked (const char *word,
            gsize       length)
{
  gboolean lower = FALSE;

  if (length > MAX_WORD || g_utf8_strlen (word, (gssize) length) < 2)
    return FALSE;
  for (const char *at = word; at < word + length; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c >= FIRST_OTHER && !is_apostrophe (c))
        return FALSE;
      lower = lower || g_unichar_islower (c);
    }
  return lower;
}

/* What stands between blanks is an address, code, a number or a blank of a text, or words. */
static void
take_token (Finding    *finding,
            const char *token,
            gsize       length,
            int         offset)
{
  g_autofree char *text = g_strndup (token, length);
  const char *word = NULL;
  int word_offset = 0;

  if (strpbrk (text, "@/\\`{}<>_0123456789#") != NULL || strstr (text, "www.") != NULL)
    return;
  for (const char *at = text; ; at = g_utf8_next_char (at), offset++)
    {
      gunichar c = g_utf8_get_char (at);
      gboolean inside = g_unichar_isalpha (c) || g_unichar_ismark (c)
                        || (word != NULL && is_apostrophe (c) && g_unichar_isalpha (g_utf8_get_char (g_utf8_next_char (at))));

      if (inside && word == NULL)
        {
          word = at;
          word_offset = offset;
        }
      if (!inside && word != NULL)
        {
          if (is_checked (word, (gsize) (at - word)))
            finding->func (word, (gsize) (at - word), word_offset, finding->data);
          word = NULL;
        }
      if (c == 0)
        return;
    }
}

static void
take_line (Finding             *finding,
           const char          *text,
           const CsmMarkupLine *line,
           int                  offset)
{
  const char *at = text + line->text, *end = text + line->end;

  offset += (int) g_utf8_strlen (text + line->start, (gssize) (line->text - line->start));
  while (at < end)
    {
      gsize length = strcspn (at, " \t\n");

      length = MIN (length, (gsize) (end - at));
      take_token (finding, at, length, offset);
      offset += (int) g_utf8_strlen (at, (gssize) length) + 1;
      at += length + 1;
    }
}

/**
 * csm_spell_words_find:
 * @text: what somebody writes, in UTF-8
 * @func: called for each word, from the first to the last
 * @data: for @func
 *
 * Finds what a dictionary can judge: no quotes, no code, no addresses, no numbers and no acronyms.
 */
void
csm_spell_words_find (const char       *text,
                      CsmSpellWordFunc  func,
                      gpointer          data)
{
  g_autoptr (GArray) lines = csm_markup_lines (text, CSM_MARKUP_MAIL);
  Finding finding = { func, data };
  int offset = 0;

  for (guint i = 0; i < lines->len; i++)
    {
      const CsmMarkupLine *line = &g_array_index (lines, CsmMarkupLine, i);

      if (line->quotes == 0 && line->kind != CSM_MARKUP_LINE_CODE && line->kind != CSM_MARKUP_LINE_FENCE)
        take_line (&finding, text, line, offset);
      offset += (int) g_utf8_strlen (text + line->start, (gssize) (line->end - line->start)) + 1;
    }
}
