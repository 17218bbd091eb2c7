/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-channel"
#include "config.h"
#include "csm-mail-html.h"

#include <stdlib.h>
#include <string.h>

/* What is being written. */
typedef struct
{
  GString    *html;
  guint       depth;        /* of quotes */
  const char *list;         /* the element of the list that is open, or NULL */
  gboolean    in_paragraph;
} Page;

/* --- Words ---------------------------------------------------------------------------------------------------------------- */

static gsize
link_length (const char *text)
{
  gsize length = 0;

  if (!g_str_has_prefix (text, "https://") && !g_str_has_prefix (text, "http://"))
    return 0;
  while ((guchar) text[length] > ' ' && strchr ("<>\"", text[length]) == NULL)
    length++;
  while (length > 8 && strchr (".,;:!?)'", text[length - 1]) != NULL)
    length--;
  return length > 8 ? length : 0;
}

static void
append_escaped (GString    *html,
                const char *text,
                gsize       length)
{
  g_autofree char *escaped = g_markup_escape_text (text, length);

  g_string_append (html, escaped);
}

static void
append_line (GString    *html,
             const char *line)
{
  const char *start = line;

  for (const char *c = line; *c != '\0';)
    {
      gsize length = c == line || !g_ascii_isalnum (c[-1]) ? link_length (c) : 0;

      if (length == 0)
        {
          c++;
          continue;
        }
      append_escaped (html, start, c - start);
      g_string_append (html, "<a href=\"");
      append_escaped (html, c, length);
      g_string_append (html, "\">");
      append_escaped (html, c, length);
      g_string_append (html, "</a>");
      c += length;
      start = c;
    }
  append_escaped (html, start, strlen (start));
}

/* --- Lines ----------------------------------------------------------------------------------------------------------------- */

static guint
quote_depth (const char **line)
{
  guint depth = 0;

  while (**line == '>')
    {
      depth++;
      *line += 1 + ((*line)[1] == ' ');
    }
  return depth;
}

/* What a line of a list begins with: 0 for none; @list: the element that fits. */
static gsize
marker_length (const char  *line,
               const char **list)
{
  gsize digits = 0;

  if ((line[0] == '-' || line[0] == '*') && line[1] == ' ' && line[2] != '\0')
    {
      *list = "ul";
      return 2;
    }
  while (digits < 3 && g_ascii_isdigit (line[digits]))
    digits++;
  if (digits == 0 || (line[digits] != '.' && line[digits] != ')') || line[digits + 1] != ' ' || line[digits + 2] == '\0')
    return 0;
  *list = "ol";
  return digits + 2;
}

/* How many lines in a row are a list: a single one is perhaps a dash before a name. */
static guint
count_items (char       **at,
             guint        depth,
             const char  *list)
{
  guint count = 0;

  for (; *at != NULL; at++)
    {
      const char *line = *at;
      const char *other = NULL;

      if (quote_depth (&line) != depth || marker_length (line, &other) == 0 || !g_str_equal (other, list))
        break;
      count++;
    }
  return count;
}

static void
end_block (Page *page)
{
  if (page->in_paragraph)
    g_string_append (page->html, "</p>\n");
  if (page->list != NULL)
    g_string_append_printf (page->html, "</%s>\n", page->list);
  page->in_paragraph = FALSE;
  page->list = NULL;
}

static void
set_depth (Page  *page,
           guint  depth)
{
  if (page->depth != depth)
    end_block (page);
  for (; page->depth < depth; page->depth++)
    g_string_append (page->html, "<blockquote type=\"cite\">\n");
  for (; page->depth > depth; page->depth--)
    g_string_append (page->html, "</blockquote>\n");
}

/* FALSE: the line belongs to no list. */
static gboolean
append_item (Page       *page,
             char      **at,
             const char *line)
{
  const char *list = NULL;
  gsize length = marker_length (line, &list);

  if (length == 0)
    return FALSE;
  if (page->list == NULL || !g_str_equal (page->list, list))
    {
      if (count_items (at, page->depth, list) < 2)
        return FALSE;
      end_block (page);
      page->list = list;
      if (g_ascii_isdigit (*line) && strtoul (line, NULL, 10) != 1)
        g_string_append_printf (page->html, "<ol start=\"%lu\">\n", strtoul (line, NULL, 10));
      else
        g_string_append_printf (page->html, "<%s>\n", list);
    }
  g_string_append (page->html, "<li>");
  append_line (page->html, line + length);
  g_string_append (page->html, "</li>\n");
  return TRUE;
}

static void
append_text (Page       *page,
             const char *line)
{
  if (page->list != NULL)
    end_block (page);
  g_string_append (page->html, page->in_paragraph ? "<br>\n" : "<p>");
  page->in_paragraph = TRUE;
  /* Otherwise blanks at the beginning are lost, as in a piece of a program. */
  for (; *line == ' '; line++)
    g_string_append (page->html, "&nbsp;");
  append_line (page->html, line);
}

/**
 * csm_mail_html:
 * @text: what a person typed, with lines ended by LF
 *
 * Paragraphs where blank lines are, quotes where lines begin with ">", lists, and links: as the person saw it, nothing more.
 *
 * Returns: (transfer full): a small HTML document
 */
char *
csm_mail_html (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  Page page = { g_string_new ("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n") };

  for (char **at = lines; *at != NULL; at++)
    {
      const char *line = *at;

      set_depth (&page, quote_depth (&line));
      if (*line == '\0')
        end_block (&page);
      else if (!append_item (&page, at, line))
        append_text (&page, line);
    }
  set_depth (&page, 0);
  end_block (&page);
  g_string_append (page.html, "</body></html>\n");
  return g_string_free (page.html, FALSE);
}
