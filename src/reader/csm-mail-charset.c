/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-mail-charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

/* What senders call a charset, and what it has to be read as: the names are those of the WHATWG's
 * encoding standard wherever a plain name is commonly used for its superset. */
static const struct
{
  const char *name;
  const char *read_as;
} aliases[] = {
  { "us-ascii", "WINDOWS-1252" },
  { "ascii", "WINDOWS-1252" },
  { "ansi_x3.4-1968", "WINDOWS-1252" },
  { "iso-8859-1", "WINDOWS-1252" },
  { "iso8859-1", "WINDOWS-1252" },
  { "latin1", "WINDOWS-1252" },
  { "iso-8859-9", "WINDOWS-1254" },
  { "iso-8859-8-i", "ISO-8859-8" },
  { "gb2312", "GB18030" },
  { "gbk", "GB18030" },
  { "cp936", "GB18030" },
  { "x-gbk", "GB18030" },
  { "ks_c_5601-1987", "UHC" },
  { "euc-kr", "UHC" },
  { "shift_jis", "CP932" },
  { "shift-jis", "CP932" },
  { "x-sjis", "CP932" },
  { "big5", "BIG5-HKSCS" },
  { "x-mac-roman", "MACINTOSH" },
  { "unicode-1-1-utf-7", "UTF-7" },
};

static const char *const usual[] = {
  "WINDOWS-1250", "WINDOWS-1251", "WINDOWS-1252", "WINDOWS-1253", "WINDOWS-1254", "WINDOWS-1255", "WINDOWS-1256",
  "WINDOWS-1257", "WINDOWS-1258", "WINDOWS-874", "ISO-8859-1", "ISO-8859-2", "ISO-8859-3", "ISO-8859-4", "ISO-8859-5",
  "ISO-8859-6", "ISO-8859-7", "ISO-8859-8", "ISO-8859-9", "ISO-8859-10", "ISO-8859-13", "ISO-8859-14", "ISO-8859-15",
  "ISO-8859-16", "KOI8-R", "KOI8-U", "MACINTOSH", "CP437", "CP850", "CP852", "CP866", "TIS-620", "GB18030", "GBK",
  "GB2312", "HZ", "ISO-2022-CN", "BIG5", "BIG5-HKSCS", "EUC-TW", "EUC-KR", "UHC", "ISO-2022-KR", "EUC-JP", "SHIFT_JIS",
  "CP932", "ISO-2022-JP", "ISO-2022-JP-2", "UTF-7", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "US-ASCII", "UTF-8",
};

static void
close_converter (gpointer converter)
{
  iconv_close (converter);
}

/**
 * csm_mail_charset_warm_up:
 *
 * Opens the converters of the charsets that mail is written in, since in the sandbox there are no files
 * to load them from. Called once, before the sandbox closes.
 *
 * Returns: (transfer full): the converters, to be kept: the C library unloads one with its last user
 */
GPtrArray *
csm_mail_charset_warm_up (void)
{
  GPtrArray *converters = g_ptr_array_new_with_free_func (close_converter);

  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    {
      iconv_t to = iconv_open ("UTF-8", usual[i]);
      iconv_t from = iconv_open (usual[i], "UTF-8");

      if (to != (iconv_t) -1)
        g_ptr_array_add (converters, to);
      if (from != (iconv_t) -1)
        g_ptr_array_add (converters, from);
    }
  return converters;
}

static const char *
read_as (const char *charset)
{
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (g_ascii_strcasecmp (charset, aliases[i].name) == 0)
      return aliases[i].read_as;
  return charset;
}

/**
 * csm_mail_charset_of_code_page:
 * @code_page: what Windows calls a charset
 *
 * Returns: its name, of an unknown one that of western Europe
 */
const char *
csm_mail_charset_of_code_page (guint code_page)
{
  static const struct
  {
    guint code_page;
    const char *name;
  } pages[] = {
    { 437, "CP437" },          { 850, "CP850" },          { 852, "CP852" },          { 866, "CP866" },
    { 874, "WINDOWS-874" },    { 932, "CP932" },          { 936, "GB18030" },        { 949, "UHC" },
    { 950, "BIG5-HKSCS" },     { 1250, "WINDOWS-1250" },  { 1251, "WINDOWS-1251" },  { 1252, "WINDOWS-1252" },
    { 1253, "WINDOWS-1253" },  { 1254, "WINDOWS-1254" },  { 1255, "WINDOWS-1255" },  { 1256, "WINDOWS-1256" },
    { 1257, "WINDOWS-1257" },  { 1258, "WINDOWS-1258" },  { 10000, "MACINTOSH" },    { 20866, "KOI8-R" },
    { 20932, "EUC-JP" },       { 21866, "KOI8-U" },       { 28592, "ISO-8859-2" },   { 28595, "ISO-8859-5" },
    { 28605, "ISO-8859-15" },  { 50220, "ISO-2022-JP" },  { 50221, "ISO-2022-JP" },  { 51949, "EUC-KR" },
    { 54936, "GB18030" },      { 65000, "UTF-7" },        { 65001, "UTF-8" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (pages[i].code_page == code_page)
      return pages[i].name;
  return "WINDOWS-1252";
}

/* Converts all of it; each byte that makes no sense becomes U+FFFD. NULL when there is no converter. */
static char *
convert (const char *bytes,
         gsize       length,
         const char *charset)
{
  iconv_t converter = iconv_open ("UTF-8", charset);
  GString *out;
  char buffer[4096];
  char *in = (char *) bytes;
  gsize in_left = length;
  gboolean ended = FALSE;

  if (converter == (iconv_t) -1)
    return NULL;

  out = g_string_sized_new (length + length / 4);
  while (!ended)
    {
      char *to = buffer;
      gsize to_left = sizeof buffer;
      gboolean flushing = in_left == 0;
      gsize done = iconv (converter, flushing ? NULL : &in, flushing ? NULL : &in_left, &to, &to_left);
      int failure = errno;

      for (char *p = buffer; p < to; p++)
        if (*p != '\0')
          g_string_append_c (out, *p);
      if (done != (gsize) -1)
        {
          ended = flushing;
        }
      else if (failure != E2BIG)
        {
          g_string_append (out, "\357\277\275");
          ended = flushing;
          if (in_left > 0)
            {
              in++;
              in_left--;
            }
        }
    }
  iconv_close (converter);
  return g_string_free (out, FALSE);
}

/* Bytes 0x80–0x9f are C1 controls in Latin-1, but nobody sends those: five of them are undefined in
 * windows-1252 too. */
static char *
convert_western (const char *bytes,
                 gsize       length)
{
  char *text = convert (bytes, length, "WINDOWS-1252");

  return text != NULL ? text : g_utf8_make_valid (bytes, (gssize) length);
}

static gboolean
mostly_utf8 (const char *bytes,
             gsize       length)
{
  gsize good = 0;
  gsize bad = 0;

  for (const char *p = bytes, *end = bytes + length; p < end;)
    {
      gunichar c = g_utf8_get_char_validated (p, end - p);

      if (c == (gunichar) -1 || c == (gunichar) -2)
        {
          bad++;
          p++;
        }
      else
        {
          good += c >= 0x80;
          p = g_utf8_next_char (p);
        }
    }
  return good > bad * 2;
}

static char *
make_valid (const char *bytes,
            gsize       length)
{
  /* g_utf8_make_valid() keeps NUL bytes as replacement characters, which is what is wanted. */
  return g_utf8_make_valid (bytes, (gssize) length);
}

/**
 * csm_mail_charset_decode:
 * @bytes: (array length=length): what was sent
 * @length: its length in bytes
 * @charset: (nullable): the charset it claims to be in
 *
 * Turns @bytes into valid UTF-8 whatever they are. Text that claims nothing, or something unknown or
 * wrong, is read as UTF-8 when it is that, and as windows-1252 otherwise.
 *
 * Returns: (transfer full): the text
 */
char *
csm_mail_charset_decode (const char *bytes,
                         gsize       length,
                         const char *charset)
{
  gboolean is_utf8;
  char *text;

  if (length == 0)
    return g_strdup ("");
  if (length >= 3 && memcmp (bytes, "\357\273\277", 3) == 0)
    {
      bytes += 3;
      length -= 3;
      charset = "utf-8";
    }

  is_utf8 = charset == NULL || charset[0] == '\0' || g_ascii_strcasecmp (charset, "utf-8") == 0
            || g_ascii_strcasecmp (charset, "utf8") == 0 || g_ascii_strcasecmp (read_as (charset), "WINDOWS-1252") == 0;
  if (is_utf8)
    {
      if (g_utf8_validate_len (bytes, length, NULL))
        return g_strndup (bytes, length);
      return mostly_utf8 (bytes, length) ? make_valid (bytes, length) : convert_western (bytes, length);
    }

  text = convert (bytes, length, read_as (charset));
  if (text == NULL)
    return csm_mail_charset_decode (bytes, length, NULL);
  if (!g_utf8_validate (text, -1, NULL))
    {
      char *valid = g_utf8_make_valid (text, -1);

      g_free (text);
      return valid;
    }
  return text;
}

/* Characters that turn the direction of what follows: in a name or a subject they can only mislead. */
static gboolean
is_bidi_control (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static void
append_char (GString      *out,
             const char   *p,
             gunichar      c,
             CsmMailClean  how)
{
  if (how == CSM_MAIL_CLEAN_LINE)
    {
      /* Unfolding takes out the line end and leaves the space after it (RFC 5322, section 2.2.3). */
      if ((c == '\r' || c == '\n') && (p[1] == ' ' || p[1] == '\t' || p[1] == '\n'))
        return;
      if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029)
        {
          if (out->len > 0 && out->str[out->len - 1] != ' ')
            g_string_append_c (out, ' ');
        }
      else if (!is_bidi_control (c))
        {
          g_string_append_len (out, p, g_utf8_next_char (p) - p);
        }
    }
  else if (c == '\r')
    {
      if (p[1] != '\n')
        g_string_append_c (out, '\n');
    }
  else if (c == '\n' || c == '\t' || (c >= 0x20 && !(c >= 0x7f && c < 0xa0)))
    {
      g_string_append_len (out, p, g_utf8_next_char (p) - p);
    }
}

/**
 * csm_mail_charset_clean:
 * @text: any string
 * @how: what kind of text it is to be
 * @limit: its greatest length in bytes
 *
 * Removes what must not reach a screen: control characters, broken UTF-8 and, in a line, characters
 * that turn the direction.
 *
 * Returns: (transfer full): the clean text
 */
char *
csm_mail_charset_clean (const char   *text,
                        CsmMailClean  how,
                        gsize         limit)
{
  g_autofree char *valid = g_utf8_validate (text, -1, NULL) ? NULL : g_utf8_make_valid (text, -1);
  const char *p = valid != NULL ? valid : text;
  GString *out = g_string_sized_new (MIN (strlen (p), limit) + 1);

  while (*p != '\0' && out->len < limit)
    {
      const char *run = p;

      while ((guchar) *p >= 0x20 && (guchar) *p < 0x7f && out->len + (gsize) (p - run) < limit)
        p++;
      g_string_append_len (out, run, p - run);
      if (*p == '\0' || out->len >= limit)
        break;
      append_char (out, p, g_utf8_get_char (p), how);
      p = g_utf8_next_char (p);
    }
  if (how == CSM_MAIL_CLEAN_LINE)
    while (out->len > 0 && out->str[out->len - 1] == ' ')
      g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}
