/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-mail-html.h"

#include <string.h>

#include "csm-markup.h"

#define DEPTH_MAX 8

/* What is being written. */
typedef struct
{
  const char *text;
  GString    *html;
  guint       quotes;           /* that are open */
  const char *lists[DEPTH_MAX]; /* the elements of the lists that are open; each has an item open */
  guint       depth;
  gboolean    in_paragraph;
  gboolean    in_code;
} Page;

/* --- Words ---------------------------------------------------------------------------------------------------------------- */

static void
append_escaped (GString    *html,
                const char *text,
                gsize       length)
{
  g_autofree char *escaped = g_markup_escape_text (text, (gssize) length);

  g_string_append (html, escaped);
}

static void
words_cb (CsmMarkupKind  kind,
          gboolean       enters,
          const char    *text,
          gsize          length,
          gpointer       data)
{
  static const char *const names[] = { NULL, "strong", "em", "code", "a" };
  GString *html = data;

  if (kind == CSM_MARKUP_TEXT)
    append_escaped (html, text, length);
  else if (kind == CSM_MARKUP_LINK && enters)
    {
      g_string_append (html, "<a href=\"");
      append_escaped (html, text, length);
      g_string_append (html, "\">");
    }
  else
    g_string_append_printf (html, enters ? "<%s>" : "</%s>", names[kind]);
}

static void
append_line (Page                *page,
             const CsmMarkupLine *line)
{
  gsize at = line->text;

  /* Otherwise blanks at the beginning are lost, as in a piece of a program. */
  for (; at < line->end && page->text[at] == ' '; at++)
    g_string_append (page->html, "&nbsp;");
  csm_markup_walk (page->text + at, line->end - at, words_cb, page->html);
}

/* --- Lines ----------------------------------------------------------------------------------------------------------------- */

static void
end_lists (Page  *page,
           guint  depth)
{
  for (; page->depth > depth; page->depth--)
    g_string_append_printf (page->html, "</li>\n</%s>\n", page->lists[page->depth - 1]);
}

static void
end_block (Page *page)
{
  if (page->in_paragraph)
    g_string_append (page->html, "</p>\n");
  if (page->in_code)
    g_string_append (page->html, "</pre>\n");
  page->in_paragraph = FALSE;
  page->in_code = FALSE;
  end_lists (page, 0);
}

static void
set_quotes (Page  *page,
            guint  quotes)
{
  if (page->quotes != quotes)
    end_block (page);
  for (; page->quotes < quotes; page->quotes++)
    g_string_append (page->html, "<blockquote type=\"cite\">\n");
  for (; page->quotes > quotes; page->quotes--)
    g_string_append (page->html, "</blockquote>\n");
}

static void
begin_list (Page                *page,
            const CsmMarkupLine *line)
{
  const char *list = line->ordered ? "ol" : "ul";

  if (page->depth == 0)
    end_block (page);
  else
    g_string_append_c (page->html, '\n');
  if (line->ordered && line->number != 1)
    g_string_append_printf (page->html, "<ol start=\"%u\">\n", line->number);
  else
    g_string_append_printf (page->html, "<%s>\n", list);
  page->lists[page->depth++] = list;
}

static void
append_item (Page                *page,
             const CsmMarkupLine *line)
{
  guint depth = MIN (line->depth, DEPTH_MAX);

  end_lists (page, depth);
  if (page->depth == depth && !g_str_equal (page->lists[depth - 1], line->ordered ? "ol" : "ul"))
    end_lists (page, depth - 1);
  if (page->depth < depth)
    begin_list (page, line);
  else
    g_string_append (page->html, "</li>\n");
  g_string_append (page->html, "<li>");
  append_line (page, line);
}

static void
append_code (Page                *page,
             const CsmMarkupLine *line)
{
  if (!page->in_code)
    {
      end_block (page);
      g_string_append (page->html, "<pre>");
      page->in_code = TRUE;
    }
  append_escaped (page->html, page->text + line->text, line->end - line->text);
  g_string_append_c (page->html, '\n');
}

static void
append_text (Page                *page,
             const CsmMarkupLine *line)
{
  if (!page->in_paragraph)
    end_block (page);
  g_string_append (page->html, page->in_paragraph ? "<br>\n" : "<p>");
  page->in_paragraph = TRUE;
  append_line (page, line);
}

/**
 * csm_mail_html:
 * @text: what a person typed, with lines ended by LF
 *
 * Paragraphs where blank lines are, quotes where lines begin with ">", lists, what is strong, and links: as the person saw
 * it, nothing more. Nothing of @text becomes HTML but by the light markup.
 *
 * Returns: (transfer full): a small HTML document
 */
char *
csm_mail_html (const char *text)
{
  g_autoptr (GArray) lines = csm_markup_lines (text, CSM_MARKUP_MAIL);
  Page page = { .text = text, .html = g_string_new ("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n") };

  for (guint i = 0; i < lines->len; i++)
    {
      const CsmMarkupLine *line = &g_array_index (lines, CsmMarkupLine, i);

      set_quotes (&page, line->quotes);
      switch (line->kind)
        {
        case CSM_MARKUP_LINE_BLANK:
        case CSM_MARKUP_LINE_FENCE:
          end_block (&page);
          break;
        case CSM_MARKUP_LINE_ITEM:
          append_item (&page, line);
          break;
        case CSM_MARKUP_LINE_MORE:
          g_string_append (page.html, "<br>\n");
          append_line (&page, line);
          break;
        case CSM_MARKUP_LINE_CODE:
          append_code (&page, line);
          break;
        case CSM_MARKUP_LINE_PARAGRAPH:
        case CSM_MARKUP_LINE_HEADING:
        case CSM_MARKUP_LINE_RULE:
        default:
          append_text (&page, line);
          break;
        }
    }
  set_quotes (&page, 0);
  end_block (&page);
  g_string_append (page.html, "</body></html>\n");
  return g_string_free (page.html, FALSE);
}
