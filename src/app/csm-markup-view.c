/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-markup-view.h"

#include <adwaita.h>
#include <string.h>

/* A longer text is shown as it is: nobody wrote it by hand. */
#define STYLED_MAX (128 * 1024)
#define STEP 18
#define LISTS_MAX 6

typedef struct
{
  GtkTextView    *view;      /* borrowed: this is its own */
  GtkTextBuffer  *buffer;    /* borrowed from it */
  CsmMarkupFlags  flags;
  GtkTextTag     *kinds[CSM_MARKUP_LINK + 1];
  GtkTextTag     *mark;      /* what stands for something else */
  GtkTextTag     *quote;
  GtkTextTag     *lists[LISTS_MAX];
  gboolean        styled;
  guint           style_id;
} View;

/* --- how it looks ------------------------------------------------------------------------------------------- */

static void
set_colors (View *self)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self->view));
  GdkRGBA accent = { 0.2f, 0.5f, 0.9f, 1 };
  GdkRGBA dim;

  gtk_style_context_lookup_color (context, "accent_color", &accent);
  gtk_style_context_get_color (context, &dim);
  dim.alpha *= 0.45f;
  g_object_set (self->kinds[CSM_MARKUP_LINK], "foreground-rgba", &accent, NULL);
  g_object_set (self->mark, "foreground-rgba", &dim, NULL);
  dim.alpha /= 0.45f / 0.7f;
  g_object_set (self->quote, "foreground-rgba", &dim, NULL);
}

static void
create_tags (View *self)
{
  static const GdkRGBA shade = { 0.5f, 0.5f, 0.5f, 0.18f };
  int margin = gtk_text_view_get_left_margin (self->view);

  self->quote = gtk_text_buffer_create_tag (self->buffer, NULL, "left-margin", margin + STEP / 2, NULL);
  for (guint i = 0; i < LISTS_MAX; i++)
    self->lists[i] = gtk_text_buffer_create_tag (self->buffer, NULL, "left-margin", margin + STEP * ((int) i + 1), "indent", -STEP + 4, NULL);
  self->kinds[CSM_MARKUP_STRONG] = gtk_text_buffer_create_tag (self->buffer, NULL, "weight", PANGO_WEIGHT_BOLD, NULL);
  self->kinds[CSM_MARKUP_EMPHASIS] = gtk_text_buffer_create_tag (self->buffer, NULL, "style", PANGO_STYLE_ITALIC, NULL);
  self->kinds[CSM_MARKUP_CODE] = gtk_text_buffer_create_tag (self->buffer, NULL, "family", "monospace", "background-rgba", &shade, NULL);
  self->kinds[CSM_MARKUP_LINK] = gtk_text_buffer_create_tag (self->buffer, NULL, "underline", PANGO_UNDERLINE_SINGLE, NULL);
  self->mark = gtk_text_buffer_create_tag (self->buffer, NULL, NULL);
  set_colors (self);
}

static void
apply (View       *self,
       GtkTextTag *tag,
       int         line,
       gsize       start,
       gsize       end)
{
  GtkTextIter from;
  GtkTextIter to;

  if (end <= start)
    return;
  gtk_text_buffer_get_iter_at_line_index (self->buffer, &from, line, (int) start);
  gtk_text_buffer_get_iter_at_line_index (self->buffer, &to, line, (int) end);
  gtk_text_buffer_apply_tag (self->buffer, tag, &from, &to);
  self->styled = TRUE;
}

static void
style_words (View                *self,
             const char          *text,
             int                  number,
             const CsmMarkupLine *line)
{
  g_autoptr (GArray) spans = csm_markup_spans (text + line->text, line->end - line->text);
  gsize shift = line->text - line->start;

  for (guint i = 0; i < spans->len; i++)
    {
      CsmMarkupSpan *span = &g_array_index (spans, CsmMarkupSpan, i);

      apply (self, self->kinds[span->kind], number, shift + span->inner, shift + span->inner_end);
      apply (self, self->mark, number, shift + span->start, shift + span->inner);
      apply (self, self->mark, number, shift + span->inner_end, shift + span->end);
    }
}

static void
style_line (View                *self,
            const char          *text,
            int                  number,
            const CsmMarkupLine *line)
{
  gsize length = line->end - line->start;

  if (line->quotes > 0)
    apply (self, self->quote, number, 0, length);
  if (line->depth > 0)
    apply (self, self->lists[MIN (line->depth, LISTS_MAX) - 1], number, 0, length);
  if (line->kind == CSM_MARKUP_LINE_CODE)
    apply (self, self->kinds[CSM_MARKUP_CODE], number, line->text - line->start, length);
  else if (line->kind == CSM_MARKUP_LINE_FENCE)
    apply (self, self->mark, number, 0, length);
  else
    style_words (self, text, number, line);
}

static void
clear_styles (View        *self,
              GtkTextIter *start,
              GtkTextIter *end)
{
  if (!self->styled)
    return;
  for (guint i = CSM_MARKUP_STRONG; i < G_N_ELEMENTS (self->kinds); i++)
    gtk_text_buffer_remove_tag (self->buffer, self->kinds[i], start, end);
  for (guint i = 0; i < LISTS_MAX; i++)
    gtk_text_buffer_remove_tag (self->buffer, self->lists[i], start, end);
  gtk_text_buffer_remove_tag (self->buffer, self->mark, start, end);
  gtk_text_buffer_remove_tag (self->buffer, self->quote, start, end);
  self->styled = FALSE;
}

static gboolean
style_cb (gpointer data)
{
  View *self = data;
  GtkTextIter start;
  GtkTextIter end;
  g_autofree char *text = NULL;
  g_autoptr (GArray) lines = NULL;

  self->style_id = 0;
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  clear_styles (self, &start, &end);
  if (gtk_text_buffer_get_char_count (self->buffer) > STYLED_MAX)
    return G_SOURCE_REMOVE;
  text = gtk_text_buffer_get_slice (self->buffer, &start, &end, TRUE);
  lines = csm_markup_lines (text, self->flags);
  /* Where the buffer counts lines otherwise, by an end of a line of other systems, nothing can be told. */
  if ((int) lines->len == gtk_text_buffer_get_line_count (self->buffer))
    for (guint i = 0; i < lines->len; i++)
      style_line (self, text, (int) i, &g_array_index (lines, CsmMarkupLine, i));
  return G_SOURCE_REMOVE;
}

/* Before the next frame, so that nobody sees it come. */
static void
changed_cb (View *self)
{
  if (self->style_id == 0)
    self->style_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, style_cb, self, NULL);
}

static void
view_free (gpointer data)
{
  View *self = data;

  g_clear_handle_id (&self->style_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (adw_style_manager_get_default (), self);
  g_signal_handlers_disconnect_by_data (self->buffer, self);
  g_object_unref (self->buffer);
  g_free (self);
}

/**
 * csm_markup_view_attach:
 * @view: where markup is written; it keeps its buffer from now on
 * @flags: what the markup may hold
 *
 * Shows it while it is written. Undo knows nothing of that.
 */
void
csm_markup_view_attach (GtkTextView    *view,
                        CsmMarkupFlags  flags)
{
  View *self = g_new0 (View, 1);

  self->view = view;
  self->buffer = g_object_ref (gtk_text_view_get_buffer (view));
  self->flags = flags;
  create_tags (self);
  g_signal_connect_swapped (self->buffer, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (set_colors), self);
  g_signal_connect_swapped (adw_style_manager_get_default (), "notify::high-contrast", G_CALLBACK (set_colors), self);
  g_signal_connect_data (view, "map", G_CALLBACK (set_colors), self, NULL, G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (view), "csm-markup-view", self, view_free);
  changed_cb (self);
}

/* --- putting it in ------------------------------------------------------------------------------------------ */

static char *
dup_line (GtkTextBuffer *buffer,
          int            number)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_iter_at_line (buffer, &start, number);
  end = start;
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  return gtk_text_buffer_get_slice (buffer, &start, &end, TRUE);
}

/* Bytes of "> " and of a list's mark. */
static gsize
margin_length (const char *line,
               gsize      *quotes)
{
  gboolean ordered;
  guint number;
  gsize length = 0;

  while (line[length] == '>')
    length += line[length + 1] == ' ' ? 2 : 1;
  *quotes = length;
  return length + csm_markup_item_mark (line + length, strlen (line + length), &ordered, &number);
}

static void
insert_at (GtkTextBuffer *buffer,
           int            line,
           gsize          index,
           const char    *text)
{
  GtkTextIter at;

  gtk_text_buffer_get_iter_at_line_index (buffer, &at, line, (int) index);
  gtk_text_buffer_insert_interactive (buffer, &at, text, -1, TRUE);
}

static void
delete_at (GtkTextBuffer *buffer,
           int            line,
           gsize          start,
           gsize          end)
{
  GtkTextIter from;
  GtkTextIter to;

  gtk_text_buffer_get_iter_at_line_index (buffer, &from, line, (int) start);
  gtk_text_buffer_get_iter_at_line_index (buffer, &to, line, (int) end);
  gtk_text_buffer_delete_interactive (buffer, &from, &to, TRUE);
}

/* The span of @kind that holds [@start, @end) of the line, and its place in the line. */
static gboolean
find_span (const char    *line,
           CsmMarkupKind  kind,
           gsize          start,
           gsize          end,
           CsmMarkupSpan *found)
{
  gsize quotes;
  gsize shift = margin_length (line, &quotes);
  g_autoptr (GArray) spans = csm_markup_spans (line + shift, strlen (line + shift));

  for (guint i = 0; i < spans->len; i++)
    {
      CsmMarkupSpan span = g_array_index (spans, CsmMarkupSpan, i);

      span.start += shift;
      span.inner += shift;
      span.inner_end += shift;
      span.end += shift;
      span.url += shift;
      span.url_end += shift;
      if (span.kind == kind && span.start <= start && end <= span.end)
        {
          *found = span;
          return TRUE;
        }
    }
  return FALSE;
}

static void
toggle_part (GtkTextBuffer *buffer,
             int            number,
             gsize          start,
             gsize          end,
             CsmMarkupKind  kind)
{
  static const char *const marks[] = { [CSM_MARKUP_STRONG] = "*", [CSM_MARKUP_EMPHASIS] = "_", [CSM_MARKUP_CODE] = "`" };
  g_autofree char *line = dup_line (buffer, number);
  CsmMarkupSpan span;

  if (find_span (line, kind, start, end, &span))
    {
      delete_at (buffer, number, span.inner_end, span.end);
      delete_at (buffer, number, span.start, span.inner);
      return;
    }
  while (end > start && line[end - 1] == ' ')
    end--;
  while (start < end && line[start] == ' ')
    start++;
  insert_at (buffer, number, end, marks[kind]);
  insert_at (buffer, number, start, marks[kind]);
}

/* What is selected, or the word at the cursor. FALSE: there is neither. */
static gboolean
get_part (GtkTextBuffer *buffer,
          GtkTextIter   *start,
          GtkTextIter   *end)
{
  if (gtk_text_buffer_get_selection_bounds (buffer, start, end))
    return TRUE;
  if (!gtk_text_iter_inside_word (start) && !gtk_text_iter_ends_word (start))
    return FALSE;
  if (!gtk_text_iter_starts_word (start))
    gtk_text_iter_backward_word_start (start);
  *end = *start;
  gtk_text_iter_forward_word_end (end);
  return TRUE;
}

/* Marks for what is typed next; the cursor between them. */
static void
open_pair (GtkTextBuffer *buffer,
           CsmMarkupKind  kind)
{
  GtkTextIter at;

  gtk_text_buffer_insert_interactive_at_cursor (buffer, kind == CSM_MARKUP_STRONG ? "**" : kind == CSM_MARKUP_CODE ? "``" : "__", -1, TRUE);
  gtk_text_buffer_get_iter_at_mark (buffer, &at, gtk_text_buffer_get_insert (buffer));
  gtk_text_iter_backward_char (&at);
  gtk_text_buffer_place_cursor (buffer, &at);
}

/**
 * csm_markup_view_toggle:
 * @view: where somebody writes
 * @kind: strong, emphasis or code
 *
 * Makes what is selected, or the word at the cursor, stand out, or takes that back. One undo.
 */
void
csm_markup_view_toggle (GtkTextView   *view,
                        CsmMarkupKind  kind)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start;
  GtkTextIter end;
  int first;
  int last;
  gsize from;
  gsize to;

  gtk_text_buffer_begin_user_action (buffer);
  if (!get_part (buffer, &start, &end))
    open_pair (buffer, kind);
  else
    {
      first = gtk_text_iter_get_line (&start);
      last = gtk_text_iter_get_line (&end);
      from = (gsize) gtk_text_iter_get_line_index (&start);
      to = (gsize) gtk_text_iter_get_line_index (&end);
      /* Marks hold within a line only. */
      for (int line = first; line <= last; line++)
        {
          g_autofree char *text = dup_line (buffer, line);
          gsize quotes;
          gsize margin = margin_length (text, &quotes);
          gsize part_start = MAX (line == first ? from : 0, margin);
          gsize part_end = line == last ? to : strlen (text);

          if (part_end > part_start)
            toggle_part (buffer, line, part_start, part_end, kind);
        }
    }
  gtk_text_buffer_end_user_action (buffer);
  gtk_widget_grab_focus (GTK_WIDGET (view));
}

static char *
make_margin (CsmMarkupMargin margin,
             guint           number)
{
  if (margin == CSM_MARKUP_NUMBERS)
    return g_strdup_printf ("%u. ", number);
  return g_strdup (margin == CSM_MARKUP_BULLETS ? "- " : "> ");
}

static gboolean
has_margin (const char      *line,
            CsmMarkupMargin  margin)
{
  gsize quotes;
  gsize length = margin_length (line, &quotes);

  if (margin == CSM_MARKUP_QUOTES)
    return quotes > 0;
  if (length == quotes)
    return FALSE;
  return (margin == CSM_MARKUP_NUMBERS) == (strpbrk (line + quotes, "0123456789") != NULL &&
                                            g_ascii_isdigit (line[quotes + strspn (line + quotes, " ")]));
}

/**
 * csm_markup_view_indent:
 * @view: where somebody writes
 * @margin: a list or a quote
 *
 * Makes it of the lines that are selected, or of the cursor's; when they are it already, takes that back. One undo.
 */
void
csm_markup_view_indent (GtkTextView     *view,
                        CsmMarkupMargin  margin)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start;
  GtkTextIter end;
  guint number = 0;
  gboolean all = TRUE;
  int first;
  int last;

  gtk_text_buffer_get_selection_bounds (buffer, &start, &end);
  first = gtk_text_iter_get_line (&start);
  last = gtk_text_iter_get_line (&end);
  for (int line = first; line <= last; line++)
    {
      g_autofree char *text = dup_line (buffer, line);

      all = all && has_margin (text, margin);
    }
  gtk_text_buffer_begin_user_action (buffer);
  for (int line = first; line <= last; line++)
    {
      g_autofree char *text = dup_line (buffer, line);
      g_autofree char *mark = NULL;
      gsize quotes;
      gsize length = margin_length (text, &quotes);

      if (last > first && text[0] == '\0')
        continue;
      if (margin == CSM_MARKUP_QUOTES && all)
        delete_at (buffer, line, 0, text[1] == ' ' ? 2 : 1);
      else if (margin == CSM_MARKUP_QUOTES)
        insert_at (buffer, line, 0, "> ");
      else
        {
          mark = make_margin (margin, ++number);
          delete_at (buffer, line, quotes, length);
          if (!all)
            insert_at (buffer, line, quotes, mark);
        }
    }
  gtk_text_buffer_end_user_action (buffer);
  gtk_widget_grab_focus (GTK_WIDGET (view));
}

/* --- links -------------------------------------------------------------------------------------------------- */

/* Puts the link at the cursor under the selection. */
static gboolean
select_link (GtkTextBuffer  *buffer,
             char          **text,
             char          **url)
{
  GtkTextIter start;
  GtkTextIter end;
  g_autofree char *line = NULL;
  CsmMarkupSpan span;
  int number;

  gtk_text_buffer_get_selection_bounds (buffer, &start, &end);
  number = gtk_text_iter_get_line (&start);
  if (gtk_text_iter_get_line (&end) != number)
    return FALSE;
  line = dup_line (buffer, number);
  if (!find_span (line, CSM_MARKUP_LINK, (gsize) gtk_text_iter_get_line_index (&start), (gsize) gtk_text_iter_get_line_index (&end), &span))
    return FALSE;
  gtk_text_buffer_get_iter_at_line_index (buffer, &start, number, (int) span.start);
  gtk_text_buffer_get_iter_at_line_index (buffer, &end, number, (int) span.end);
  gtk_text_buffer_select_range (buffer, &start, &end);
  *text = g_strndup (line + span.inner, span.inner_end - span.inner);
  *url = g_strndup (line + span.url, span.url_end - span.url);
  return TRUE;
}

/**
 * csm_markup_view_linked:
 * @view: where somebody writes
 * @url: (out) (transfer full) (nullable): the address of the link that the cursor is in
 *
 * Selects what csm_markup_view_link() replaces.
 *
 * Returns: (transfer full): its text
 */
char *
csm_markup_view_linked (GtkTextView  *view,
                        char        **url)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start;
  GtkTextIter end;
  char *text = NULL;

  *url = NULL;
  if (select_link (buffer, &text, url))
    return text;
  if (!get_part (buffer, &start, &end))
    return g_strdup ("");
  gtk_text_buffer_select_range (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  return g_strdelimit (text, "\n[]", ' ');
}

/**
 * csm_markup_view_link:
 * @view: where somebody writes
 * @text: what stands there
 * @url: (nullable): where it leads; %NULL: nowhere any more
 *
 * Puts it in place of what is selected. One undo.
 */
void
csm_markup_view_link (GtkTextView *view,
                      const char  *text,
                      const char  *url)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  g_autofree char *whole = NULL;

  if (url == NULL)
    whole = g_strdup (text);
  else if (text[0] == '\0' || g_str_equal (text, url))
    whole = g_strdup (url);
  else
    whole = g_strdup_printf ("[%s](%s)", text, url);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete_selection (buffer, TRUE, TRUE);
  gtk_text_buffer_insert_interactive_at_cursor (buffer, whole, -1, TRUE);
  gtk_text_buffer_end_user_action (buffer);
  gtk_widget_grab_focus (GTK_WIDGET (view));
}

/* --- keys --------------------------------------------------------------------------------------------------- */

/* What the line after @line begins with. */
static char *
next_margin (const char *line,
             gsize       quotes,
             gsize       length)
{
  g_autofree char *quote = g_strndup (line, quotes);
  g_autofree char *mark = g_strndup (line + quotes, length - quotes);
  gboolean ordered = FALSE;
  guint number = 0;

  if (csm_markup_item_mark (line + quotes, strlen (line + quotes), &ordered, &number) == 0 || !ordered)
    return g_strconcat (quote, mark, NULL);
  return g_strdup_printf ("%s%*s%u%c ", quote, (int) strspn (mark, " "), "", number + 1, mark[strlen (mark) - 2]);
}

/**
 * csm_markup_view_return:
 * @view: where Enter was pressed
 *
 * A list or a quote goes on in the next line, and ends where nothing was written in it.
 *
 * Returns: whether that was done, and Enter with it
 */
gboolean
csm_markup_view_return (GtkTextView *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  g_autofree char *line = NULL;
  g_autofree char *margin = NULL;
  GtkTextIter at;
  gsize quotes;
  gsize length;
  int number;

  if (gtk_text_buffer_get_has_selection (buffer))
    return FALSE;
  gtk_text_buffer_get_iter_at_mark (buffer, &at, gtk_text_buffer_get_insert (buffer));
  number = gtk_text_iter_get_line (&at);
  line = dup_line (buffer, number);
  length = margin_length (line, &quotes);
  if (length == 0 || (gsize) gtk_text_iter_get_line_index (&at) < length)
    return FALSE;
  gtk_text_buffer_begin_user_action (buffer);
  if (line[length] == '\0')
    delete_at (buffer, number, length > quotes ? quotes : 0, length);
  else
    {
      margin = next_margin (line, quotes, length);
      gtk_text_buffer_insert_interactive_at_cursor (buffer, "\n", 1, TRUE);
      gtk_text_buffer_insert_interactive_at_cursor (buffer, margin, -1, TRUE);
    }
  gtk_text_buffer_end_user_action (buffer);
  gtk_text_view_scroll_mark_onscreen (view, gtk_text_buffer_get_insert (buffer));
  return TRUE;
}
