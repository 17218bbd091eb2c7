/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-markup.h"

#include <string.h>

/* Deeper lists and quotes are at this depth. */
#define DEPTH_MAX 6
#define QUOTES_MAX 20
/* A list's next item is looked for among so many lines. */
#define AHEAD 20
/* So many digits stand before an item; more are a year. */
#define DIGITS_MAX 3

typedef struct
{
  const char     *text;
  GArray         *lines;
  CsmMarkupFlags  flags;
  gsize           indents[DEPTH_MAX];  /* of the lists that are open */
  gboolean        ordered;             /* the outermost one */
  guint           depth;
  guint           code_end;            /* the fence that ends the code under way; 0: none */
  guint           no_fence;            /* no fence is ended before this line */
} Reader;

static CsmMarkupLine *
nth (Reader *self,
     guint   i)
{
  return &g_array_index (self->lines, CsmMarkupLine, i);
}

static gsize
indent_of (Reader              *self,
           const CsmMarkupLine *line)
{
  gsize indent = 0;

  while (line->text + indent < line->end && self->text[line->text + indent] == ' ')
    indent++;
  return indent;
}

/* The lines and what they quote. */
static void
split (Reader *self)
{
  for (const char *at = self->text;;)
    {
      gsize length = strcspn (at, "\n");
      CsmMarkupLine line = { CSM_MARKUP_LINE_PARAGRAPH };

      line.start = at - self->text;
      line.text = line.start;
      line.end = line.start + length;
      while (line.text < line.end && self->text[line.text] == '>')
        {
          line.quotes = MIN (line.quotes + 1, QUOTES_MAX);
          line.text++;
          if (line.text < line.end && self->text[line.text] == ' ')
            line.text++;
        }
      g_array_append_val (self->lines, line);
      if (at[length] == '\0')
        break;
      at += length + 1;
    }
}

static gboolean
is_blank (Reader              *self,
          const CsmMarkupLine *line)
{
  gsize at = line->text;

  while (at < line->end && g_ascii_isspace (self->text[at]))
    at++;
  return at == line->end;
}

static gboolean
is_fence (Reader              *self,
          const CsmMarkupLine *line,
          gboolean             ends)
{
  const char *at = self->text + line->text;
  gsize length = line->end - line->text;

  if (length < 3 || strncmp (at, "```", 3) != 0)
    return FALSE;
  if (ends)
    return strspn (at, "` \t\r") >= length;
  return memchr (at + 3, '`', length - 3) == NULL;
}

/* Code ends where a fence says so, or there is none: three backticks alone are three backticks. */
static gboolean
begins_code (Reader *self,
             guint   i)
{
  guint quotes = nth (self, i)->quotes;
  guint end = i + 1;

  if (i < self->no_fence || !is_fence (self, nth (self, i), FALSE))
    return FALSE;
  for (; end < self->lines->len && nth (self, end)->quotes == quotes; end++)
    if (is_fence (self, nth (self, end), TRUE))
      {
        self->code_end = end;
        return TRUE;
      }
  self->no_fence = end;
  return FALSE;
}

/**
 * csm_markup_item_mark:
 * @line: (array length=length): a line without the quotes it begins with
 * @length: bytes
 * @ordered: (out): whether the item has a number
 * @number: (out): which
 *
 * Returns: the bytes of "- ", "* " or "2. " with the blanks before it; 0: the line is no item. There need be nothing behind.
 */
gsize
csm_markup_item_mark (const char *line,
                      gsize       length,
                      gboolean   *ordered,
                      guint      *number)
{
  gsize start = 0;
  gsize digits = 0;

  *number = 0;
  while (start < length && line[start] == ' ')
    start++;
  if (start + 1 < length && (line[start] == '-' || line[start] == '*') && line[start + 1] == ' ')
    {
      *ordered = FALSE;
      return start + 2;
    }
  for (; digits < DIGITS_MAX && start + digits < length && g_ascii_isdigit (line[start + digits]); digits++)
    *number = *number * 10 + (guint) (line[start + digits] - '0');
  *ordered = TRUE;
  if (digits == 0 || start + digits + 1 >= length || line[start + digits + 1] != ' ' ||
      (line[start + digits] != '.' && line[start + digits] != ')'))
    return 0;
  return start + digits + 2;
}

/* An item has something to say. */
static gsize
item_mark (Reader              *self,
           const CsmMarkupLine *line,
           gboolean            *ordered,
           guint               *number)
{
  gsize mark = csm_markup_item_mark (self->text + line->text, line->end - line->text, ordered, number);

  return line->text + mark < line->end ? mark : 0;
}

/* A single line is perhaps a dash before a name, or a date: in a mail a list has two items. */
static gboolean
is_list (Reader   *self,
         guint     i,
         gboolean  ordered)
{
  const CsmMarkupLine *first = nth (self, i);
  gsize indent = indent_of (self, first);

  if (self->flags & CSM_MARKUP_NOTE)
    return TRUE;
  for (guint at = i + 1; at < self->lines->len && at <= i + AHEAD; at++)
    {
      const CsmMarkupLine *line = nth (self, at);
      gboolean other;
      guint number;

      if (line->quotes != first->quotes || is_blank (self, line))
        return FALSE;
      if (item_mark (self, line, &other, &number) != 0)
        return other == ordered || indent_of (self, line) > indent + 1;
      if (indent_of (self, line) < indent + 2)
        return FALSE;
    }
  return FALSE;
}

static gboolean
take_item (Reader *self,
           guint   i)
{
  CsmMarkupLine *line = nth (self, i);
  gsize indent = indent_of (self, line);
  gboolean ordered;
  guint number;
  gsize mark = item_mark (self, line, &ordered, &number);
  guint depth = self->depth;

  if (mark == 0)
    return FALSE;
  while (depth > 1 && indent < self->indents[depth - 1])
    depth--;
  if (depth > 0 && depth < DEPTH_MAX && indent > self->indents[depth - 1] + 1)
    depth++;
  else if (depth == 0 || (depth == 1 && ordered != self->ordered))
    {
      if (!is_list (self, i, ordered))
        return FALSE;
      depth = 1;
      self->ordered = ordered;
    }
  if (depth > self->depth || depth == 1)
    self->indents[depth - 1] = indent;
  self->depth = depth;
  line->kind = CSM_MARKUP_LINE_ITEM;
  line->depth = depth;
  line->ordered = ordered;
  line->number = number;
  line->text += mark;
  return TRUE;
}

static gboolean
take_note (Reader        *self,
           CsmMarkupLine *line)
{
  const char *at = self->text + line->text;
  gsize length = line->end - line->text;
  gsize level = 0;

  while (level < length && at[level] == '#')
    level++;
  if (level > 0 && level <= 6 && level < length && at[level] == ' ')
    {
      line->kind = CSM_MARKUP_LINE_HEADING;
      line->text += level + 1;
      return TRUE;
    }
  if (length >= 3 && (strspn (at, "-") >= length || strspn (at, "*") >= length || strspn (at, "_") >= length))
    {
      line->kind = CSM_MARKUP_LINE_RULE;
      return TRUE;
    }
  return FALSE;
}

static void
take_line (Reader *self,
           guint   i)
{
  CsmMarkupLine *line = nth (self, i);

  if (self->code_end != 0)
    {
      line->kind = i == self->code_end ? CSM_MARKUP_LINE_FENCE : CSM_MARKUP_LINE_CODE;
      self->code_end = i == self->code_end ? 0 : self->code_end;
      return;
    }
  if (i > 0 && line->quotes != nth (self, i - 1)->quotes)
    self->depth = 0;
  if (begins_code (self, i))
    line->kind = CSM_MARKUP_LINE_FENCE;
  else if (is_blank (self, line))
    line->kind = CSM_MARKUP_LINE_BLANK;
  else if ((self->flags & CSM_MARKUP_NOTE) != 0 && take_note (self, line))
    self->depth = 0;
  else if (take_item (self, i))
    return;
  else if (self->depth > 0 && indent_of (self, line) >= 2)
    {
      line->kind = CSM_MARKUP_LINE_MORE;
      line->depth = self->depth;
      line->text += indent_of (self, line);
      return;
    }
  self->depth = 0;
}

/**
 * csm_markup_lines:
 * @text: what somebody wrote, with lines ended by LF
 * @flags: where
 *
 * Returns: (transfer full) (element-type CsmMarkupLine): what each line of @text is
 */
GArray *
csm_markup_lines (const char     *text,
                  CsmMarkupFlags  flags)
{
  Reader self = { text, g_array_new (FALSE, TRUE, sizeof (CsmMarkupLine)), flags };

  split (&self);
  for (guint i = 0; i < self.lines->len; i++)
    take_line (&self, i);
  return self.lines;
}

/* --- without marks ------------------------------------------------------------------------------------------ */

typedef struct
{
  GString *out;
  gsize    link;  /* where the text of a link begins */
} Plain;

static void
plain_cb (CsmMarkupKind  kind,
          gboolean       enters,
          const char    *text,
          gsize          length,
          gpointer       data)
{
  Plain *plain = data;

  switch (kind)
    {
    case CSM_MARKUP_TEXT:
      g_string_append_len (plain->out, text, (gssize) length);
      break;
    case CSM_MARKUP_STRONG:
      g_string_append_c (plain->out, '*');
      break;
    case CSM_MARKUP_EMPHASIS:
      g_string_append_c (plain->out, '_');
      break;
    case CSM_MARKUP_LINK:
      if (enters)
        plain->link = plain->out->len;
      else if (strncmp (plain->out->str + plain->link, text, length) != 0 || plain->out->len - plain->link != length)
        {
          g_string_append (plain->out, " <");
          g_string_append_len (plain->out, text, (gssize) length);
          g_string_append_c (plain->out, '>');
        }
      break;
    case CSM_MARKUP_CODE:
    default:
      break;
    }
}

/**
 * csm_markup_plain:
 * @text: a mail's text
 *
 * For who reads mail without HTML: what is usual there stays, such as *strong* and lists, and the address of a link stands
 * behind its text.
 *
 * Returns: (transfer full): the text
 */
char *
csm_markup_plain (const char *text)
{
  g_autoptr (GArray) lines = csm_markup_lines (text, CSM_MARKUP_MAIL);
  Plain plain = { g_string_new (NULL), 0 };
  gboolean first = TRUE;

  for (guint i = 0; i < lines->len; i++)
    {
      const CsmMarkupLine *line = &g_array_index (lines, CsmMarkupLine, i);

      if (line->kind == CSM_MARKUP_LINE_FENCE)
        continue;
      if (!first)
        g_string_append_c (plain.out, '\n');
      first = FALSE;
      g_string_append_len (plain.out, text + line->start, (gssize) (line->text - line->start));
      if (line->kind == CSM_MARKUP_LINE_CODE)
        g_string_append_len (plain.out, text + line->text, (gssize) (line->end - line->text));
      else
        csm_markup_walk (text + line->text, line->end - line->text, plain_cb, &plain);
    }
  return g_string_free (plain.out, FALSE);
}
