/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-json-scan.h"

#include <string.h>

#include "csm-error.h"

typedef struct
{
  const char *at;
  const char *end;
  guint       depth;
  guint       max_depth;
  const char *wrong;
} Scan;

static gboolean scan_value (Scan *scan);

static gboolean
fail (Scan       *scan,
      const char *wrong)
{
  if (scan->wrong == NULL)
    scan->wrong = wrong;
  return FALSE;
}

static void
skip_space (Scan *scan)
{
  while (scan->at < scan->end && memchr (" \t\r\n", *scan->at, 4) != NULL)
    scan->at++;
}

static gboolean
accept (Scan *scan,
        char  wanted)
{
  skip_space (scan);
  if (scan->at >= scan->end || *scan->at != wanted)
    return FALSE;
  scan->at++;
  return TRUE;
}

static gboolean
scan_hex4 (Scan    *scan,
           guint16 *unit)
{
  *unit = 0;
  if (scan->end - scan->at < 4)
    return fail (scan, "a cut escape");
  for (int i = 0; i < 4; i++, scan->at++)
    {
      int digit = g_ascii_xdigit_value (*scan->at);

      if (digit < 0)
        return fail (scan, "a bad escape");
      *unit = (guint16) (*unit << 4 | digit);
    }
  return TRUE;
}

static gboolean
scan_unicode_escape (Scan    *scan,
                     GString *name)
{
  guint16 high, low;
  gunichar c;

  if (!scan_hex4 (scan, &high))
    return FALSE;
  c = high;
  if (high >= 0xDC00 && high <= 0xDFFF)
    return fail (scan, "a lone surrogate");
  if (high >= 0xD800 && high <= 0xDBFF)
    {
      if (scan->end - scan->at < 2 || scan->at[0] != '\\' || scan->at[1] != 'u')
        return fail (scan, "a lone surrogate");
      scan->at += 2;
      if (!scan_hex4 (scan, &low))
        return FALSE;
      if (low < 0xDC00 || low > 0xDFFF)
        return fail (scan, "a lone surrogate");
      c = 0x10000 + ((gunichar) (high - 0xD800) << 10) + (low - 0xDC00);
    }
  /* SQLite and C strings end at NUL: text that carries one would be cut without a word. */
  if (c == 0)
    return fail (scan, "a NUL character");
  if (name != NULL)
    g_string_append_unichar (name, c);
  return TRUE;
}

static gboolean
scan_escape (Scan    *scan,
             GString *name)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  const char *found;
  char letter;

  if (scan->at >= scan->end)
    return fail (scan, "a cut string");
  letter = *scan->at++;
  if (letter == 'u')
    return scan_unicode_escape (scan, name);
  found = memchr (from, letter, sizeof from - 1);
  if (found == NULL)
    return fail (scan, "a bad escape");
  if (name != NULL)
    g_string_append_c (name, to[found - from]);
  return TRUE;
}

/* After the opening quote. @name takes the unescaped text of a member's name. */
static gboolean
scan_string (Scan    *scan,
             GString *name)
{
  while (scan->at < scan->end)
    {
      guchar c = (guchar) *scan->at++;

      if (c == '"')
        return TRUE;
      if (c < 0x20)
        return fail (scan, "a control character in a string");
      if (c == '\\')
        {
          if (!scan_escape (scan, name))
            return FALSE;
        }
      else if (name != NULL)
        {
          g_string_append_c (name, (char) c);
        }
    }
  return fail (scan, "a cut string");
}

static gboolean
scan_digits (Scan *scan)
{
  const char *start = scan->at;

  while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    scan->at++;
  return scan->at > start || fail (scan, "a bad number");
}

static gboolean
scan_number (Scan *scan)
{
  if (*scan->at == '-')
    scan->at++;
  if (scan->at < scan->end && *scan->at == '0')
    scan->at++;
  else if (!scan_digits (scan))
    return FALSE;
  if (scan->at < scan->end && *scan->at == '.')
    {
      scan->at++;
      if (!scan_digits (scan))
        return FALSE;
    }
  if (scan->at < scan->end && (*scan->at == 'e' || *scan->at == 'E'))
    {
      scan->at++;
      if (scan->at < scan->end && (*scan->at == '+' || *scan->at == '-'))
        scan->at++;
      if (!scan_digits (scan))
        return FALSE;
    }
  return TRUE;
}

static gboolean
scan_word (Scan       *scan,
           const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (scan->end - scan->at) < length || memcmp (scan->at, word, length) != 0)
    return fail (scan, "an unknown word");
  scan->at += length;
  return TRUE;
}

static gboolean
scan_members (Scan *scan)
{
  g_autoptr (GHashTable) names = NULL;

  if (accept (scan, '}'))
    return TRUE;
  names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  do
    {
      g_autoptr (GString) name = g_string_new (NULL);

      if (!accept (scan, '"'))
        return fail (scan, "a member without a name");
      if (!scan_string (scan, name))
        return FALSE;
      if (!g_hash_table_add (names, g_string_free (g_steal_pointer (&name), FALSE)))
        return fail (scan, "a duplicate member name");
      if (!accept (scan, ':'))
        return fail (scan, "a member without a value");
      if (!scan_value (scan))
        return FALSE;
    }
  while (accept (scan, ','));
  return accept (scan, '}') || fail (scan, "an open object");
}

static gboolean
scan_elements (Scan *scan)
{
  if (accept (scan, ']'))
    return TRUE;
  do
    {
      if (!scan_value (scan))
        return FALSE;
    }
  while (accept (scan, ','));
  return accept (scan, ']') || fail (scan, "an open array");
}

static gboolean
scan_value (Scan *scan)
{
  gboolean ok;

  skip_space (scan);
  if (scan->at >= scan->end)
    return fail (scan, "the end where a value should be");
  switch (*scan->at)
    {
    case '{':
    case '[':
      if (++scan->depth > scan->max_depth)
        return fail (scan, "too many levels");
      ok = *scan->at++ == '{' ? scan_members (scan) : scan_elements (scan);
      scan->depth--;
      return ok;
    case '"':
      scan->at++;
      return scan_string (scan, NULL);
    case 't':
      return scan_word (scan, "true");
    case 'f':
      return scan_word (scan, "false");
    case 'n':
      return scan_word (scan, "null");
    default:
      if (*scan->at == '-' || g_ascii_isdigit (*scan->at))
        return scan_number (scan);
      return fail (scan, "an unknown character");
    }
}

/**
 * csm_json_scan:
 * @text: bytes from outside
 * @length: how many
 * @max_depth: how many arrays and objects may stand in one another
 * @error: `CSM_ERROR_INVALID`
 *
 * Checks that @text is strict JSON (RFC 8259) in valid UTF-8 with neither duplicate member
 * names nor lone surrogates (I-JSON, RFC 7493), nor deeper than @max_depth, and without
 * NUL characters. What passes is safe for json-glib.
 *
 * Returns: whether it is
 */
gboolean
csm_json_scan (const char  *text,
               gsize        length,
               guint        max_depth,
               GError     **error)
{
  Scan scan = { .at = text, .end = text + length, .max_depth = max_depth };

  if (!g_utf8_validate_len (text, length, NULL))
    fail (&scan, "invalid UTF-8");
  else if (scan_value (&scan))
    {
      skip_space (&scan);
      if (scan.at != scan.end)
        fail (&scan, "text behind the value");
    }
  if (scan.wrong == NULL)
    return TRUE;
  g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, "not I-JSON: %s at byte %" G_GSIZE_FORMAT, scan.wrong, (gsize) (scan.at - text));
  return FALSE;
}
