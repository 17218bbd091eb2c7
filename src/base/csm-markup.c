/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-markup.h"

#include <string.h>

/*
 * The light markup of replies and notes. People write much that only looks like it: 5*3*2, snake_case, footnotes*, paths.
 * So marks count only around whole words, within one line, and everything else stays as it was written. There is no way
 * to write what would be wrong: each text is a text.
 */

/* An address is not longer. */
#define URL_MAX 2000

/* --- where marks may stand ---------------------------------------------------------------------------------- */

static gunichar
char_before (const char *line,
             gsize       at)
{
  return at > 0 ? g_utf8_get_char (g_utf8_prev_char (line + at)) : ' ';
}

static gunichar
char_at (const char *line,
         gsize       length,
         gsize       at)
{
  return at < length ? g_utf8_get_char (line + at) : ' ';
}

/* Between words, as far as marks are concerned: not in a path, an address or a formula. */
static gboolean
is_between (gunichar c)
{
  if (g_unichar_isspace (c) || g_unichar_iswide (c))
    return TRUE;
  return g_unichar_ispunct (c) && (c > 127 || strchr ("@/\\=#$%&+<~^|", (int) c) == NULL);
}

/* What is strong begins and ends with something to say, or with another mark. */
static gboolean
is_said (gunichar    c,
         const char *also)
{
  if (g_unichar_isspace (c) || c == 0)
    return FALSE;
  if (!g_unichar_ispunct (c) || g_unichar_type (c) == G_UNICODE_OTHER_SYMBOL)
    return TRUE;
  return g_utf8_strchr (also, -1, c) != NULL;
}

static gboolean
may_open (const char *line,
          gsize       length,
          gsize       start,
          gsize       end)
{
  return is_between (char_before (line, start)) && is_said (char_at (line, length, end), "*_`\"'([{«‹“‘„‚@#$€£¿¡");
}

static gboolean
may_close (const char *line,
           gsize       length,
           gsize       start,
           gsize       end)
{
  return is_between (char_at (line, length, end)) && is_said (char_before (line, start), "*_`\"')]}»›”’“.,!?;:…%€£$/");
}

static void
add_span (GArray        *spans,
          CsmMarkupKind  kind,
          gsize          start,
          gsize          inner,
          gsize          inner_end,
          gsize          end)
{
  CsmMarkupSpan span = { kind, start, inner, inner_end, end, inner, inner_end };

  g_array_append_val (spans, span);
}

/* --- code and links ----------------------------------------------------------------------------------------- */

/**
 * csm_markup_url_is_safe:
 * @url: (array length=length): an address
 * @length: bytes
 *
 * Returns: whether it may become a link: a page or a mail address, nothing that a program runs
 */
gboolean
csm_markup_url_is_safe (const char *url,
                        gsize       length)
{
  static const char *const schemes[] = { "https://", "http://", "mailto:" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      gsize size = strlen (schemes[i]);

      if (length > size && g_ascii_strncasecmp (url, schemes[i], size) == 0)
        return TRUE;
    }
  return FALSE;
}

/* An address that somebody just wrote: where it ends without the sentence's punctuation, or 0. */
static gsize
bare_url_end (const char *line,
              gsize       length,
              gsize       at)
{
  gsize end = at;
  gsize scheme;

  if (length - at > 8 && strncmp (line + at, "https://", 8) == 0)
    scheme = 8;
  else if (length - at > 7 && strncmp (line + at, "http://", 7) == 0)
    scheme = 7;
  else
    return 0;
  if (at > 0 && g_ascii_isalnum (line[at - 1]))
    return 0;
  while (end < length && (guchar) line[end] > ' ' && strchr ("<>\"`", line[end]) == NULL)
    end++;
  while (end > at + scheme && strchr (".,;:!?)'*_]", line[end - 1]) != NULL)
    end--;
  return end > at + scheme ? end : 0;
}

/* Behind "](": where the address ends, or 0. */
static gsize
given_url_end (const char *line,
               gsize       length,
               gsize       at)
{
  guint open = 0;

  for (gsize i = at; i < length && i - at <= URL_MAX; i++)
    {
      if ((guchar) line[i] <= ' ' || strchr ("<>\"[]", line[i]) != NULL)
        return 0;
      if (line[i] == '(')
        open++;
      else if (line[i] == ')' && open == 0)
        return csm_markup_url_is_safe (line + at, i - at) ? i : 0;
      else if (line[i] == ')')
        open--;
    }
  return 0;
}

static gsize
take_code (GArray     *spans,
           const char *line,
           gsize       length,
           gsize       at)
{
  const char *next = memchr (line + at + 1, '`', length - at - 1);
  gsize end = next != NULL ? (gsize) (next - line) : 0;

  if (end <= at + 1 || !is_between (char_before (line, at)) || g_unichar_isspace (char_at (line, length, at + 1)) ||
      !is_between (char_at (line, length, end + 1)) || g_unichar_isspace (char_before (line, end)))
    return 0;
  add_span (spans, CSM_MARKUP_CODE, at, at + 1, end, end + 1);
  return end + 1;
}

static gsize
take_link (GArray     *spans,
           const char *line,
           gsize       length,
           gsize       open,
           gsize       at)
{
  gsize end;

  if (at + 2 >= length || line[at + 1] != '(' || at == open + 1)
    return 0;
  end = given_url_end (line, length, at + 2);
  if (end == 0)
    return 0;
  /* Addresses and code in a link's text are its text. */
  while (spans->len > 0 && g_array_index (spans, CsmMarkupSpan, spans->len - 1).start > open)
    g_array_set_size (spans, spans->len - 1);
  add_span (spans, CSM_MARKUP_LINK, open, open + 1, at, end + 1);
  g_array_index (spans, CsmMarkupSpan, spans->len - 1).url = at + 2;
  g_array_index (spans, CsmMarkupSpan, spans->len - 1).url_end = end;
  return end + 1;
}

/* What has no marks in it, from the left: code, links, addresses. */
static GArray *
find_solid (const char *line,
            gsize       length)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (CsmMarkupSpan));
  gssize open = -1;

  for (gsize at = 0; at < length;)
    {
      gsize end = 0;

      if (line[at] == '`')
        end = take_code (spans, line, length, at);
      else if (line[at] == '[')
        open = (gssize) at;
      else if (line[at] == ']' && open >= 0)
        {
          end = take_link (spans, line, length, (gsize) open, at);
          open = -1;
        }
      else if (line[at] == 'h' && (end = bare_url_end (line, length, at)) != 0)
        {
          /* "[https://…](https://…)": the first one ends before the bracket. */
          const char *bracket = open >= 0 ? memchr (line + at, ']', end - at) : NULL;

          if (bracket != NULL && bracket + 1 < line + length && bracket[1] == '(')
            end = bracket - line;
          if (csm_markup_url_is_safe (line + at, end - at))
            add_span (spans, CSM_MARKUP_LINK, at, at, end, end);
        }
      at = end != 0 ? end : at + 1;
    }
  return spans;
}

/* --- strong and emphasis ------------------------------------------------------------------------------------ */

typedef struct
{
  char  mark;
  gsize size;
  gsize at;
} Open;

/* At most one of each kind is open: the last one. */
typedef struct
{
  Open  items[3];
  guint length;
} Opens;

static gboolean
find_open (Opens *opens,
           char   mark,
           gsize  size,
           guint *found)
{
  for (guint i = 0; i < opens->length; i++)
    if (opens->items[i].mark == mark && opens->items[i].size == size)
      {
        *found = i;
        return TRUE;
      }
  return FALSE;
}

static void
push_open (Opens *opens,
           char   mark,
           gsize  size,
           gsize  at)
{
  guint found;

  if (find_open (opens, mark, size, &found))
    {
      opens->length--;
      memmove (opens->items + found, opens->items + found + 1, (opens->length - found) * sizeof (Open));
    }
  opens->items[opens->length++] = (Open) { mark, size, at };
}

static void
take_mark (GArray     *spans,
           Opens      *opens,
           const char *line,
           gsize       length,
           gsize       at,
           gsize       size)
{
  guint found;

  if (may_close (line, length, at, at + size) && find_open (opens, line[at], size, &found) &&
      opens->items[found].at + size + strspn (line + opens->items[found].at + size, "*_") < at)
    {
      gsize start = opens->items[found].at;

      add_span (spans, line[at] == '*' ? CSM_MARKUP_STRONG : CSM_MARKUP_EMPHASIS, start, start + size, at, at + size);
      opens->length = found;
    }
  else if (may_open (line, length, at, at + size))
    push_open (opens, line[at], size, at);
}

/* Of one level: what a link says is another. */
static void
find_marks (GArray              *spans,
            const char          *line,
            gsize                from,
            gsize                to,
            const CsmMarkupSpan *solid,
            guint                n_solid)
{
  Opens opens = { .length = 0 };
  guint next = 0;

  for (gsize at = from; at < to;)
    {
      gsize size = 1;

      while (next < n_solid && solid[next].start < at)
        next++;
      if (next < n_solid && solid[next].start == at)
        {
          at = solid[next].end;
          continue;
        }
      while ((line[at] == '*' || line[at] == '_') && at + size < to && line[at + size] == line[at])
        size++;
      if ((line[at] == '*' && size <= 2) || (line[at] == '_' && size == 1))
        take_mark (spans, &opens, line, to, at, size);
      at += size;
    }
}

static int
compare_spans (gconstpointer a,
               gconstpointer b)
{
  const CsmMarkupSpan *one = a;
  const CsmMarkupSpan *other = b;

  if (one->start != other->start)
    return one->start < other->start ? -1 : 1;
  return one->end > other->end ? -1 : one->end < other->end;
}

/**
 * csm_markup_spans:
 * @line: (array length=length): one line, valid UTF-8, without the marks it begins with
 * @length: bytes
 *
 * Takes time in proportion to @length, whatever is in it.
 *
 * Returns: (transfer full) (element-type CsmMarkupSpan): what stands out in it, by where it begins, outer ones first
 */
GArray *
csm_markup_spans (const char *line,
                  gsize       length)
{
  GArray *spans = find_solid (line, length);
  g_autofree CsmMarkupSpan *solid = g_memdup2 (spans->data, spans->len * sizeof (CsmMarkupSpan));
  guint n_solid = spans->len;

  find_marks (spans, line, 0, length, solid, n_solid);
  for (guint i = 0; i < n_solid; i++)
    if (solid[i].kind == CSM_MARKUP_LINK && solid[i].inner != solid[i].url)
      find_marks (spans, line, solid[i].inner, solid[i].inner_end, NULL, 0);
  g_array_sort (spans, compare_spans);
  return spans;
}

/* --- walking ------------------------------------------------------------------------------------------------ */

static void
say (const char    *line,
     gsize          from,
     gsize          to,
     CsmMarkupFunc  func,
     gpointer       data)
{
  if (to > from)
    func (CSM_MARKUP_TEXT, TRUE, line + from, to - from, data);
}

/**
 * csm_markup_walk:
 * @line: (array length=length): one line, as for csm_markup_spans()
 * @length: bytes
 * @func: (scope call): called for what begins, for text without marks, and for what ends, in the order of the line
 * @data: for @func
 */
void
csm_markup_walk (const char    *line,
                 gsize          length,
                 CsmMarkupFunc  func,
                 gpointer       data)
{
  g_autoptr (GArray) spans = csm_markup_spans (line, length);
  const CsmMarkupSpan *stack[8];
  guint depth = 0;
  guint next = 0;
  gsize at = 0;

  while (next < spans->len || depth > 0)
    {
      const CsmMarkupSpan *span = next < spans->len ? &g_array_index (spans, CsmMarkupSpan, next) : NULL;

      if (depth > 0 && (span == NULL || span->start >= stack[depth - 1]->inner_end))
        {
          span = stack[--depth];
          say (line, at, span->inner_end, func, data);
          func (span->kind, FALSE, line + span->url, span->url_end - span->url, data);
          at = span->end;
          continue;
        }
      next++;
      if (depth == G_N_ELEMENTS (stack))
        continue;
      say (line, at, span->start, func, data);
      func (span->kind, TRUE, line + span->url, span->url_end - span->url, data);
      at = span->inner;
      stack[depth++] = span;
    }
  say (line, at, length, func, data);
}
