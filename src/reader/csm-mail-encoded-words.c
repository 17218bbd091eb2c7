/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-encoded-words.h"

#include <string.h>

#define MAX_CHARSET 40
#define MAX_PAYLOAD 4096
#define MAX_SPACE 80

/* Fills up what joining saves. No base64 digit, so that decoders skip it. */
#define FILLER '!'

/* An encoded word of RFC 2047 in base64. */
typedef struct
{
  char *start;
  char *payload;
  char *end;          /* behind the final "?=" */
} Word;

static gboolean
is_payload (char c)
{
  return g_ascii_isalnum (c) || c == '+' || c == '/' || c == '=' || c == FILLER;
}

/* The word that starts at @p. */
static gboolean
parse_word (char       *p,
            const char *end,
            Word       *word)
{
  char *q = p + 2;

  if (end - p < 8 || p[0] != '=' || p[1] != '?')
    return FALSE;
  while (q < end && q - p < MAX_CHARSET && *q > ' ' && *q != '?')
    q++;
  if (end - q < 4 || q[0] != '?' || (q[1] != 'B' && q[1] != 'b') || q[2] != '?')
    return FALSE;
  word->start = p;
  word->payload = q + 3;
  for (q = word->payload; q < end && q - word->payload < MAX_PAYLOAD && is_payload (*q);)
    q++;
  if (end - q < 2 || q[0] != '?' || q[1] != '=')
    return FALSE;
  word->end = q + 2;
  return TRUE;
}

/* The word whose payload ends before @p. */
static gboolean
parse_word_before (const char *raw,
                   char       *p,
                   const char *end,
                   Word       *word)
{
  char *q = p;

  while (q > raw && p - q < MAX_PAYLOAD && is_payload (q[-1]))
    q--;
  if (q - raw < 5 || q[-1] != '?' || q[-3] != '?')
    return FALSE;
  p = q - 3;
  for (q = p; q - raw > 2 && p - q < MAX_CHARSET && q[-1] > ' ' && q[-1] != '?';)
    q--;
  return q - raw >= 2 && parse_word (q - 2, end, word);
}

/* The white space between two words of one field, %NULL when there is none or the field ends. */
static char *
skip_space (char       *p,
            const char *end)
{
  char *q = p;

  while (q < end && q - p < MAX_SPACE && g_ascii_isspace (*q))
    {
      if (*q == '\n' && (q + 1 >= end || (q[1] != ' ' && q[1] != '\t')))
        return NULL;
      q++;
    }
  return q > p ? q : NULL;
}

static void
append_decoded (GByteArray *bytes,
                const Word *word)
{
  g_autofree char *text = g_strndup (word->payload, (gsize) (word->end - 2 - word->payload));
  gsize length;
  g_autofree guchar *decoded = g_base64_decode (text, &length);

  g_byte_array_append (bytes, decoded, (guint) length);
}

static void
join (const Word *first,
      const Word *second)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  g_autofree char *encoded = NULL;
  gsize room = (gsize) (second->end - 2 - first->payload);
  gsize length;

  append_decoded (bytes, first);
  append_decoded (bytes, second);
  encoded = g_base64_encode (bytes->data, bytes->len);
  length = strlen (encoded);
  g_return_if_fail (length <= room);
  memset (first->payload, FILLER, room - length);
  memcpy (first->payload + (room - length), encoded, length);
}

/**
 * csm_mail_encoded_words_join:
 * @raw: (inout) (array length=length): a message
 * @length: its length in bytes
 *
 * Makes one of two neighbouring words in base64 where the first ends with padding: GMime before 3.2.14
 * decodes them as one text and stops at the padding (https://github.com/jstedfast/gmime/issues/133), so
 * that the end of a subject, name or file name is lost. Nothing moves: what is saved is filled up.
 */
void
csm_mail_encoded_words_join (char  *raw,
                             gsize  length)
{
  const char *end = raw + length;
  char *p = raw;

  while ((p = memmem (p, (gsize) (end - p), "=?=", 3)) != NULL)
    {
      Word first;
      Word second;
      char *next = skip_space (p + 3, end);

      if (next != NULL && parse_word_before (raw, p + 1, end, &first) && first.end == p + 3
          && parse_word (next, end, &second)
          && first.payload - first.start == second.payload - second.start
          && g_ascii_strncasecmp (first.start, second.start, (gsize) (first.payload - first.start)) == 0)
        {
          join (&first, &second);
          p = first.payload;
        }
      else
        {
          p += 3;
        }
    }
}
