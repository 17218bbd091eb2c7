/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-rtf.h"

#include "csm-mail-charset.h"

#include <string.h>

#define MAX_GROUPS 256
#define MAX_FONTS 512
#define MAX_OUT (2 * 1024 * 1024)
#define MAX_WORD 32
/* Each time that the charset changes costs a converter. */
#define MAX_CONVERSIONS 20000

/* What applies until the closing brace. */
typedef struct
{
  guint skipped : 1;        /* a destination that is no text */
  guint tag : 1;            /* HTML that was wrapped up (MS-OXRTFEX, section 2.1.3.1.4) */
  guint hidden : 1;         /* RTF that only stands for such HTML */
  guint fonts : 1;          /* the table of fonts */
  guint starred : 1;        /* ignored unless its first word is known */
  guint replacements;       /* how many characters after one in Unicode stand for it */
  guint code_page;
} Group;

typedef struct
{
  const char *at;
  const char *end;
  GString *out;
  GString *pending;         /* bytes in a code page */
  guint pending_page;
  guint conversions;
  gboolean pending_is_plain; /* nothing but ASCII */
  Group groups[MAX_GROUPS];
  guint depth;              /* of the current group */
  guint too_deep;           /* groups beyond that */
  guint default_page;
  guint font_pages[MAX_FONTS];
  guint font;               /* that the table of fonts is at */
  guint to_skip;            /* replacements for a character in Unicode */
  gunichar high;            /* the first half of a surrogate pair */
  gboolean is_html;
} Rtf;

static Group *
group (Rtf *self)
{
  return &self->groups[self->depth];
}

static gboolean
is_shown (Rtf *self)
{
  Group *now = group (self);

  return now->tag || (!now->skipped && !now->fonts && !now->hidden && self->too_deep == 0);
}

static void
flush (Rtf *self)
{
  if (self->pending->len == 0)
    return;
  if (self->pending_is_plain)
    {
      g_string_append_len (self->out, self->pending->str, (gssize) self->pending->len);
    }
  else if (self->conversions++ < MAX_CONVERSIONS)
    {
      g_autofree char *text = csm_mail_charset_decode (self->pending->str, self->pending->len,
                                                       csm_mail_charset_of_code_page (self->pending_page));

      g_string_append (self->out, text);
    }
  g_string_truncate (self->pending, 0);
  self->pending_is_plain = TRUE;
}

static void
put_byte (Rtf  *self,
          char  byte)
{
  if (self->to_skip > 0)
    {
      self->to_skip--;
      return;
    }
  if (!is_shown (self) || byte == '\0')
    return;
  if (self->pending_page != group (self)->code_page)
    {
      flush (self);
      self->pending_page = group (self)->code_page;
    }
  g_string_append_c (self->pending, byte);
  if ((guchar) byte >= 0x80)
    self->pending_is_plain = FALSE;
}

static void
put_text (Rtf        *self,
          const char *text)
{
  if (self->to_skip > 0)
    {
      self->to_skip--;
      return;
    }
  if (!is_shown (self))
    return;
  flush (self);
  g_string_append (self->out, text);
}

static void
put_unicode (Rtf *self,
             int  number)
{
  gunichar c = (gunichar) (number < 0 ? number + 0x10000 : number) & 0xffff;

  self->to_skip = 0;
  if (is_shown (self))
    {
      flush (self);
      if (c >= 0xdc00 && c <= 0xdfff && self->high != 0)
        g_string_append_unichar (self->out, 0x10000 + ((self->high - 0xd800) << 10) + (c - 0xdc00));
      else if (c >= 0x20 && (c < 0xd800 || c > 0xdfff))
        g_string_append_unichar (self->out, c);
    }
  self->high = c >= 0xd800 && c <= 0xdbff ? c : 0;
  self->to_skip = group (self)->replacements;
}

static guint
page_of_charset (guint charset)
{
  static const struct
  {
    guint charset;
    guint page;
  } charsets[] = {
    { 77, 10000 }, { 128, 932 },  { 129, 949 },  { 134, 936 },  { 136, 950 },  { 161, 1253 }, { 162, 1254 },
    { 163, 1258 }, { 177, 1255 }, { 178, 1256 }, { 186, 1257 }, { 204, 1251 }, { 222, 874 },  { 238, 1250 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (charsets); i++)
    if (charsets[i].charset == charset)
      return charsets[i].page;
  return 0;
}

static void
set_font (Rtf *self,
          int  font)
{
  Group *now = group (self);

  if (now->fonts)
    self->font = font >= 0 && font < MAX_FONTS ? (guint) font : MAX_FONTS;
  else
    now->code_page = font >= 0 && font < MAX_FONTS && self->font_pages[font] != 0 ? self->font_pages[font] : self->default_page;
}

/* Words that stand for text. */
static gboolean
do_character (Rtf        *self,
              const char *word)
{
  static const struct
  {
    const char *word;
    const char *text;
  } characters[] = {
    { "par", "\n" },       { "line", "\n" },      { "tab", "\t" },       { "cell", "\t" },      { "row", "\n" },
    { "sect", "\n" },      { "page", "\n" },      { "lquote", "‘" },     { "rquote", "’" },     { "ldblquote", "“" },
    { "rdblquote", "”" },  { "bullet", "•" },     { "endash", "–" },     { "emdash", "—" },     { "enspace", " " },
    { "emspace", " " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (characters); i++)
    if (strcmp (characters[i].word, word) == 0)
      {
        put_text (self, characters[i].text);
        return TRUE;
      }
  return FALSE;
}

/* Words that begin something that is no text of the message. */
static gboolean
is_other_destination (const char *word)
{
  static const char *const words[] = {
    "colortbl", "stylesheet", "info", "pict", "object", "header", "headerl", "headerr", "headerf", "footer", "footerl",
    "footerr", "footerf", "fldinst", "mhtmltag", "themedata", "datastore", "latentstyles", "listtable", "listoverridetable",
    "rsidtbl", "generator", "xmlnstbl", "filetbl", "revtbl", "footnote", "annotation", "nonshppict", NULL,
  };

  return g_strv_contains (words, word);
}

static void
do_word (Rtf        *self,
         const char *word,
         gboolean    has_number,
         int         number)
{
  Group *now = group (self);
  gboolean starred = now->starred;

  now->starred = FALSE;
  if (strcmp (word, "u") == 0 && has_number)
    {
      put_unicode (self, number);
      return;
    }
  if (do_character (self, word))
    return;
  if (strcmp (word, "htmltag") == 0)
    now->tag = self->is_html;
  else if (strcmp (word, "htmlrtf") == 0)
    now->hidden = self->is_html && !(has_number && number == 0);
  else if (strcmp (word, "fonttbl") == 0)
    now->fonts = TRUE;
  else if (strcmp (word, "fromhtml") == 0)
    self->is_html = TRUE;
  else if (strcmp (word, "ansicpg") == 0)
    self->default_page = now->code_page = number > 0 ? (guint) number : 1252;
  else if (strcmp (word, "f") == 0 && has_number)
    set_font (self, number);
  else if (strcmp (word, "fcharset") == 0 && now->fonts && self->font < MAX_FONTS)
    self->font_pages[self->font] = page_of_charset ((guint) number);
  else if (strcmp (word, "plain") == 0)
    now->code_page = self->default_page;
  else if (strcmp (word, "uc") == 0)
    now->replacements = (guint) CLAMP (number, 0, 16);
  else if (strcmp (word, "bin") == 0 && number > 0)
    self->at += MIN (number, self->end - self->at);
  else if (starred || is_other_destination (word))
    now->skipped = TRUE;
}

static void
take_word (Rtf *self)
{
  char word[MAX_WORD + 1];
  gsize length = 0;
  gboolean negative = FALSE;
  gboolean has_number = FALSE;
  gint64 number = 0;

  for (; self->at < self->end && g_ascii_isalpha (*self->at); self->at++)
    if (length < MAX_WORD)
      word[length++] = *self->at;
  word[length] = '\0';
  if (self->end - self->at > 1 && *self->at == '-' && g_ascii_isdigit (self->at[1]))
    {
      negative = TRUE;
      self->at++;
    }
  for (; self->at < self->end && g_ascii_isdigit (*self->at); self->at++)
    {
      has_number = TRUE;
      number = MIN (number * 10 + (*self->at - '0'), G_MAXINT);
    }
  if (self->at < self->end && *self->at == ' ')
    self->at++;
  do_word (self, word, has_number, (int) (negative ? -number : number));
}

/* What follows a backslash. */
static void
take_control (Rtf *self)
{
  char c;

  if (self->at >= self->end)
    return;
  if (g_ascii_isalpha (*self->at))
    {
      take_word (self);
      return;
    }
  c = *self->at++;
  if (c == '\'' && self->end - self->at >= 2 && g_ascii_isxdigit (self->at[0]) && g_ascii_isxdigit (self->at[1]))
    {
      put_byte (self, (char) (g_ascii_xdigit_value (self->at[0]) << 4 | g_ascii_xdigit_value (self->at[1])));
      self->at += 2;
    }
  else if (c == '*')
    group (self)->starred = TRUE;
  else if (c == '~')
    put_text (self, self->is_html ? "&nbsp;" : "\302\240");
  else if (c == '_')
    put_text (self, "-");
  else if (c == '\n' || c == '\r')
    put_text (self, "\n");
  else if (c == '\\' || c == '{' || c == '}')
    put_byte (self, c);
}

static void
open_group (Rtf *self)
{
  self->to_skip = 0;
  if (self->depth + 1 >= MAX_GROUPS)
    {
      self->too_deep++;
      return;
    }
  self->groups[self->depth + 1] = self->groups[self->depth];
  self->depth++;
  group (self)->starred = FALSE;
}

static void
close_group (Rtf *self)
{
  self->to_skip = 0;
  if (self->too_deep > 0)
    self->too_deep--;
  else if (self->depth > 0)
    self->depth--;
}

/**
 * csm_rtf_to_text:
 * @rtf: (array length=length): rich text
 * @length: its length in bytes
 * @is_html: (out): whether the result is HTML
 *
 * Takes out of RTF the HTML that was wrapped up in it (MS-OXRTFEX), or else its text.
 *
 * Returns: (transfer full): at most about 2 MB
 */
char *
csm_rtf_to_text (const char *rtf,
                 gsize       length,
                 gboolean   *is_html)
{
  g_autofree Rtf *self = g_new0 (Rtf, 1);

  self->at = rtf;
  self->end = rtf + length;
  self->out = g_string_new (NULL);
  self->pending = g_string_new (NULL);
  self->pending_is_plain = TRUE;
  self->default_page = 1252;
  self->groups[0].code_page = 1252;
  self->groups[0].replacements = 1;
  while (self->at < self->end && self->out->len + self->pending->len < MAX_OUT)
    {
      char c = *self->at++;

      if (c == '\\')
        take_control (self);
      else if (c == '{')
        open_group (self);
      else if (c == '}')
        close_group (self);
      else if (c != '\r' && c != '\n')
        put_byte (self, c);
    }
  flush (self);
  g_string_free (self->pending, TRUE);
  *is_html = self->is_html;
  return g_string_free (self->out, FALSE);
}
