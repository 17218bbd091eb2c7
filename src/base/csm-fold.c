/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-fold.h"

#include <string.h>

/* The folded byte of each ASCII letter and digit; 0 separates words. */
static const char ascii_token[128] = {
  ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9',
  ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i',
  ['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r',
  ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z',
  ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f', ['g'] = 'g', ['h'] = 'h', ['i'] = 'i',
  ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r',
  ['s'] = 's', ['t'] = 't', ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z',
};

typedef struct
{
  gunichar first;
  gunichar last;
} Range;

/* Letters of these are cut into pairs: Chinese, Japanese and Korean as asked for by the design; Thai, Lao, Burmese
 * and Khmer because they write no spaces either, so that a whole sentence would be one word. */
static const Range run_ranges[] = {
  { 0x0E00, 0x0EFF }, { 0x1000, 0x109F }, { 0x1100, 0x11FF }, { 0x1780, 0x17FF }, { 0x3005, 0x3007 }, { 0x3021, 0x303C },
  { 0x3041, 0x318F }, { 0x31A0, 0x31BF }, { 0x31F0, 0x31FF }, { 0x3400, 0x4DBF }, { 0x4E00, 0x9FFF }, { 0xA960, 0xA97F },
  { 0xAC00, 0xD7FF }, { 0xF900, 0xFAFF }, { 0xFF66, 0xFFDC }, { 0x1AFF0, 0x1B16F }, { 0x20000, 0x3FFFD },
};

/* In the scripts of India and South-East Asia a combining mark is a vowel: without it, unrelated words become one. */
static const Range vowel_mark_ranges[] = {
  { 0x0900, 0x1AAF }, { 0x1B00, 0x1CFF }, { 0xA800, 0xABFF }, { 0x11000, 0x11FFF },
};

typedef enum
{
  CLASS_SEPARATOR,
  CLASS_WORD,
  CLASS_RUN,
  CLASS_MARK,     /* continues what stands before it */
  CLASS_IGNORED,  /* soft hyphens, joiners: neither part of a word nor its end */
} Class;

/* g_unichar_fully_decompose's longest result, U+FDFA */
#define MAX_FOLDED 18

typedef struct
{
  char    *bytes;
  gsize    length;
  gsize    room;
  gunichar last;
  gsize    last_at;
  char    *heap;
  char     stack[256];
} Buffer;

typedef struct
{
  const guint8 *text;
  const guint8 *at;
  const guint8 *end;
  CsmTokenFunc  func;
  gpointer      data;
  Buffer        buffer;
} Cutter;

static gboolean
in_ranges (gunichar     c,
           const Range *ranges,
           guint        n_ranges)
{
  for (guint i = 0; i < n_ranges && c >= ranges[i].first; i++)
    {
      if (c <= ranges[i].last)
        return TRUE;
    }
  return FALSE;
}

static Class
classify (gunichar c)
{
  if ((c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7A3))
    return CLASS_RUN;
  switch (g_unichar_type (c))
    {
    case G_UNICODE_OTHER_LETTER:
    case G_UNICODE_MODIFIER_LETTER:
    case G_UNICODE_LETTER_NUMBER:
      return in_ranges (c, run_ranges, G_N_ELEMENTS (run_ranges)) ? CLASS_RUN : CLASS_WORD;
    case G_UNICODE_LOWERCASE_LETTER:
    case G_UNICODE_UPPERCASE_LETTER:
    case G_UNICODE_TITLECASE_LETTER:
    case G_UNICODE_DECIMAL_NUMBER:
    case G_UNICODE_OTHER_NUMBER:
    case G_UNICODE_PRIVATE_USE:
      return CLASS_WORD;
    case G_UNICODE_NON_SPACING_MARK:
    case G_UNICODE_SPACING_MARK:
    case G_UNICODE_ENCLOSING_MARK:
      return CLASS_MARK;
    case G_UNICODE_FORMAT:
      /* ZERO WIDTH SPACE is a place where words end. */
      return c == 0x200B ? CLASS_SEPARATOR : CLASS_IGNORED;
    default:
      return CLASS_SEPARATOR;
    }
}

/* Strict (Unicode 15, table 3-7). A byte that begins no character reads as U+FFFD, which separates words. */
static inline gsize
decode (const guint8 *at,
        const guint8 *end,
        gunichar     *c)
{
  gsize left = end - at;

  *c = 0xFFFD;
  if (at[0] < 0x80)
    {
      *c = at[0];
      return 1;
    }
  if (left < 2 || (at[1] & 0xC0) != 0x80)
    return 1;
  if (at[0] >= 0xC2 && at[0] <= 0xDF)
    {
      *c = (gunichar) (at[0] & 0x1F) << 6 | (at[1] & 0x3F);
      return 2;
    }
  if (left < 3 || (at[2] & 0xC0) != 0x80)
    return 1;
  if ((at[0] & 0xF0) == 0xE0)
    {
      gunichar found = (gunichar) (at[0] & 0x0F) << 12 | (gunichar) (at[1] & 0x3F) << 6 | (at[2] & 0x3F);

      if (found < 0x800 || (found >= 0xD800 && found <= 0xDFFF))
        return 1;
      *c = found;
      return 3;
    }
  if (left >= 4 && (at[3] & 0xC0) == 0x80 && (at[0] & 0xF8) == 0xF0)
    {
      gunichar found = (gunichar) (at[0] & 0x07) << 18 | (gunichar) (at[1] & 0x3F) << 12 | (gunichar) (at[2] & 0x3F) << 6 | (at[3] & 0x3F);

      if (found < 0x10000 || found > 0x10FFFF)
        return 1;
      *c = found;
      return 4;
    }
  return 1;
}

static gboolean
is_voicing (gunichar c)
{
  return c == 0x3099 || c == 0x309A;
}

/* The vowel or the final consonant of a Hangul syllable */
static gboolean
is_jamo_tail (gunichar c)
{
  return (c >= 0x1160 && c <= 0x11FF) || (c >= 0xD7B0 && c <= 0xD7FF);
}

static guint
fold_part (gunichar  c,
           gunichar *out)
{
  if (c < 0x80)
    {
      out[0] = g_ascii_tolower ((char) c);
      return 1;
    }
  if (g_unichar_ismark (c))
    {
      if (!is_voicing (c) && !in_ranges (c, vowel_mark_ranges, G_N_ELEMENTS (vowel_mark_ranges)))
        return 0;
      out[0] = c;
      return 1;
    }
  /* By way of the capital: several small letters share one (final sigma, old Cyrillic forms). So does the dotless i:
   * "Diyarbakır" is found by "DIYARBAKIR". */
  c = g_unichar_tolower (g_unichar_toupper (c));
  if (c == 0x00DF)
    {
      out[0] = out[1] = 's';
      return 2;
    }
  out[0] = c;
  return 1;
}

/* One character to none or many. Hangul syllables and voiced kana stay whole: their parts are no diacritics (ha, ba
 * and pa are three letters), and a syllable in three parts would make the pairs three times as long. */
static guint
fold_char (gunichar c,
           gunichar out[2 * MAX_FOLDED])
{
  gunichar parts[MAX_FOLDED];
  gsize n_parts;
  guint n = 0;

  if ((c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FA))
    {
      out[0] = c;
      return 1;
    }
  n_parts = g_unichar_fully_decompose (c, TRUE, parts, MAX_FOLDED);
  for (gsize i = 0; i < n_parts; i++)
    n += fold_part (parts[i], out + n);
  return n;
}

static void
buffer_init (Buffer *self)
{
  self->bytes = self->stack;
  self->room = sizeof self->stack;
  self->length = 0;
  self->last = 0;
  self->heap = NULL;
}

static void
buffer_grow (Buffer *self)
{
  char *heap = g_malloc (self->room * 2);

  memcpy (heap, self->bytes, self->length);
  g_free (self->heap);
  self->bytes = self->heap = heap;
  self->room *= 2;
}

static inline void
buffer_add_byte (Buffer *self,
                 char    byte)
{
  if (G_UNLIKELY (self->length == self->room))
    buffer_grow (self);
  self->bytes[self->length++] = byte;
}

static void
buffer_add (Buffer  *self,
            gunichar c)
{
  if (is_jamo_tail (c) || is_voicing (c))
    {
      gunichar whole;

      if (self->length > 0 && self->last != 0 && g_unichar_compose (self->last, c, &whole))
        {
          self->length = self->last_at;
          c = whole;
        }
      else if (is_voicing (c))
        {
          return;
        }
    }
  if (self->room - self->length < 6)
    buffer_grow (self);
  self->last = c;
  self->last_at = self->length;
  self->length += g_unichar_to_utf8 (c, self->bytes + self->length);
}

/* Drops the first @n bytes. */
static void
buffer_shift (Buffer *self,
              gsize   n)
{
  self->length -= n;
  memmove (self->bytes, self->bytes + n, self->length);
  self->last_at -= n;
}

/* What decomposes can leave signs that are no part of a word: ⑴ is "(1)". */
static void
add_token_chars (Buffer         *buffer,
                 const gunichar *folded,
                 guint           n_folded)
{
  /* The usual case: a letter became a letter. What leaves one sign alone leaves a space. */
  if (n_folded == 1 && folded[0] >= 0x80)
    {
      buffer_add (buffer, folded[0]);
      return;
    }
  for (guint i = 0; i < n_folded; i++)
    {
      Class class = folded[i] < 0x80 ? (ascii_token[folded[i]] != 0 ? CLASS_WORD : CLASS_SEPARATOR) : classify (folded[i]);

      if (class == CLASS_WORD || class == CLASS_RUN || class == CLASS_MARK)
        buffer_add (buffer, folded[i]);
    }
}

static gboolean
emit (Cutter       *self,
      CsmTokenKind  kind,
      gsize         from,
      const guint8 *start,
      const guint8 *end)
{
  CsmToken token = {
    .kind = kind,
    .text = self->buffer.bytes + from,
    .length = self->buffer.length - from,
    .start = start - self->text,
    .end = end - self->text,
  };

  return token.length == 0 || self->func (&token, self->data);
}

static gboolean
cut_word (Cutter *self)
{
  const guint8 *start = self->at, *end = self->at;
  gunichar folded[2 * MAX_FOLDED];

  self->buffer.length = 0;
  self->buffer.last = 0;
  while (self->at < self->end)
    {
      gunichar c;
      gsize n;
      Class class;

      if (*self->at < 0x80)
        {
          char byte = ascii_token[*self->at];

          if (byte == 0)
            break;
          buffer_add_byte (&self->buffer, byte);
          self->buffer.last = 0;
          end = ++self->at;
          continue;
        }
      n = decode (self->at, self->end, &c);
      class = classify (c);
      if (class == CLASS_SEPARATOR || class == CLASS_RUN)
        break;
      self->at += n;
      if (class == CLASS_IGNORED)
        continue;
      add_token_chars (&self->buffer, folded, fold_char (c, folded));
      end = self->at;
    }
  return emit (self, CSM_TOKEN_WORD, 0, start, end);
}

/* A unit is a letter with the marks that follow it. The buffer holds the last two. */
static gboolean
cut_run (Cutter *self)
{
  const guint8 *first = self->at, *second = self->at, *end = self->at;
  gunichar folded[2 * MAX_FOLDED];
  gsize split = 0;
  guint n_units = 0;

  self->buffer.length = 0;
  self->buffer.last = 0;
  while (self->at < self->end)
    {
      gunichar c;
      gsize n = decode (self->at, self->end, &c);
      Class class = c < 0x80 ? CLASS_SEPARATOR : classify (c);
      guint n_folded;

      if (class == CLASS_SEPARATOR || class == CLASS_WORD)
        break;
      self->at += n;
      if (class == CLASS_IGNORED)
        continue;
      n_folded = fold_char (c, folded);
      if (class == CLASS_RUN && n_folded > 0 && (n_units == 0 || !(is_jamo_tail (folded[0]) || g_unichar_ismark (folded[0]))))
        {
          if (n_units >= 2)
            {
              if (!emit (self, CSM_TOKEN_PAIR, 0, first, end))
                return FALSE;
              buffer_shift (&self->buffer, split);
              first = second;
            }
          split = self->buffer.length;
          second = self->at - n;
          /* No composing across units. */
          self->buffer.last = 0;
          n_units++;
        }
      add_token_chars (&self->buffer, folded, n_folded);
      end = self->at;
    }
  if (n_units < 2)
    return emit (self, CSM_TOKEN_SINGLE, 0, first, end);
  return emit (self, CSM_TOKEN_PAIR, 0, first, end) && emit (self, CSM_TOKEN_TAIL, split, second, end);
}

/**
 * csm_fold_tokens:
 * @text: any bytes
 * @length: how many
 * @func: called for each token, in order
 * @data: for @func
 *
 * Cuts text into what the search index holds. Letters, numbers and private-use characters make words, as with
 * SQLite's unicode61; marks continue one; each token is folded like csm_fold(). Runs in scripts without spaces become
 * overlapping pairs of characters. Bytes that aren't UTF-8 separate. Any thread.
 *
 * What is cut depends on GLib's Unicode version for characters that were unassigned before it.
 */
void
csm_fold_tokens (const char   *text,
                 gsize         length,
                 CsmTokenFunc  func,
                 gpointer      data)
{
  Cutter cutter;
  gboolean more = TRUE;

  g_return_if_fail (text != NULL || length == 0);
  g_return_if_fail (func != NULL);

  cutter.text = cutter.at = (const guint8 *) text;
  cutter.end = cutter.at + length;
  cutter.func = func;
  cutter.data = data;
  buffer_init (&cutter.buffer);
  while (more && cutter.at < cutter.end)
    {
      gunichar c;
      gsize n;

      if (*cutter.at < 0x80)
        {
          if (ascii_token[*cutter.at] == 0)
            cutter.at++;
          else
            more = cut_word (&cutter);
          continue;
        }
      n = decode (cutter.at, cutter.end, &c);
      switch (classify (c))
        {
        case CLASS_WORD:
          more = cut_word (&cutter);
          break;
        case CLASS_RUN:
          more = cut_run (&cutter);
          break;
        case CLASS_SEPARATOR:
        case CLASS_MARK:
        case CLASS_IGNORED:
        default:
          cutter.at += n;
          break;
        }
    }
  g_free (cutter.buffer.heap);
}

/**
 * csm_fold:
 * @text: (nullable): any bytes
 * @length: how many, or -1 when @text is terminated
 *
 * Makes text comparable: compatibility decomposition (NFKD), combining marks stripped, case folded, ß to ss, dotless
 * i to i. Hangul and kana stay composed, the vowel marks of Indic and South-East Asian scripts stay. Bytes that
 * aren't UTF-8, and NUL, become U+FFFD. Folding twice is folding once. Any thread.
 *
 * Returns: (transfer full): the folded text in valid UTF-8
 */
char *
csm_fold (const char *text,
          gssize      length)
{
  const guint8 *at = (const guint8 *) text, *end;
  gunichar folded[2 * MAX_FOLDED];
  Buffer buffer;

  if (text == NULL)
    return g_strdup ("");
  end = at + (length < 0 ? strlen (text) : (gsize) length);
  buffer_init (&buffer);
  while (at < end)
    {
      gunichar c;
      guint n_folded;

      if (*at < 0x80 && *at != 0)
        {
          buffer_add_byte (&buffer, g_ascii_tolower ((char) *at++));
          buffer.last = 0;
          continue;
        }
      at += decode (at, end, &c);
      n_folded = fold_char (c != 0 ? c : 0xFFFD, folded);
      for (guint i = 0; i < n_folded; i++)
        buffer_add (&buffer, folded[i]);
    }
  buffer_add_byte (&buffer, '\0');
  return buffer.heap != NULL ? buffer.heap : g_strdup (buffer.bytes);
}
