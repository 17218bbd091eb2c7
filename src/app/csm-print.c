/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-print.h"

#include <glib/gi18n.h>
#include <math.h>

#include "csm-format.h"
#include "csm-time.h"

/*
 * A transcript on paper: what it is about and the page's number above a line on each page, below it the messages, broken
 * between lines. Sizes are in points.
 */

#define HEAD_HEIGHT 26.0
#define NOTE_INDENT 12.0
#define PART_GAP 14.0
#define BLOCK_GAP 2.0
#define MARGIN 40.0

/* One run of text: it may go over several pages. */
typedef struct
{
  PangoLayout *layout;
  double       gap;    /* above it, but not on top of a page */
  gboolean     head;   /* never the last on a page */
  gboolean     note;
} Block;

/* Some lines of a block, on a page. */
typedef struct
{
  Block *block;
  int    first;
  int    n_lines;
  double y;
} Piece;

typedef struct
{
  CsmTranscript *transcript;
  GPtrArray     *blocks;
  GPtrArray     *pages;   /* GArray of Piece */
  char          *printed; /* when */
} Job;

static void
block_free (gpointer data)
{
  Block *block = data;

  g_object_unref (block->layout);
  g_free (block);
}

static void
job_free (gpointer  data,
          GClosure *closure)
{
  Job *job = data;

  csm_transcript_free (job->transcript);
  g_clear_pointer (&job->blocks, g_ptr_array_unref);
  g_clear_pointer (&job->pages, g_ptr_array_unref);
  g_free (job->printed);
  g_free (job);
}

/* --- setting the text -------------------------------------------------------------------------------------- */

static PangoLayout *
create_layout (GtkPrintContext *context,
               const char      *font,
               double           width)
{
  PangoLayout *layout = gtk_print_context_create_pango_layout (context);
  PangoFontDescription *description = pango_font_description_from_string (font);

  pango_layout_set_font_description (layout, description);
  pango_font_description_free (description);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  return layout;
}

static void
add_block (Job             *job,
           GtkPrintContext *context,
           const char      *font,
           const char      *text,
           double           gap,
           gboolean         head,
           gboolean         note)
{
  Block *block = g_new0 (Block, 1);

  block->layout = create_layout (context, font, gtk_print_context_get_width (context) - (note ? NOTE_INDENT : 0));
  pango_layout_set_text (block->layout, text, -1);
  block->gap = gap;
  block->head = head;
  block->note = note;
  g_ptr_array_add (job->blocks, block);
}

static void
add_part (Job               *job,
          GtkPrintContext   *context,
          CsmTranscriptPart *part)
{
  add_block (job, context, "Sans Bold 10", part->who, PART_GAP, TRUE, part->note);
  add_block (job, context, "Sans 8", part->details, 0, TRUE, part->note);
  add_block (job, context, part->note ? "Sans Italic 9.5" : "Sans 10", part->text, BLOCK_GAP * 2, FALSE, part->note);
  if (part->files != NULL)
    {
      g_autofree char *files = g_strdup_printf (_("Attachments: %s"), part->files);

      add_block (job, context, "Sans 8", files, BLOCK_GAP * 2, FALSE, part->note);
    }
}

/* --- onto pages -------------------------------------------------------------------------------------------- */

static double
line_height (PangoLayout *layout,
             int          line)
{
  PangoRectangle logical;

  pango_layout_line_get_extents (pango_layout_get_line_readonly (layout, line), NULL, &logical);
  return (double) logical.height / PANGO_SCALE;
}

static GArray *
begin_page (Job *job)
{
  GArray *page = g_array_new (FALSE, FALSE, sizeof (Piece));

  g_ptr_array_add (job->pages, page);
  return page;
}

/* Where the text after it would begin too low, a head goes to the next page with it. */
static double
needed_with (Job   *job,
             guint  i)
{
  double height = 0;

  for (; i < job->blocks->len; i++)
    {
      Block *block = job->blocks->pdata[i];

      height += block->gap + line_height (block->layout, 0);
      if (!block->head)
        break;
    }
  return height;
}

static void
break_pages (Job    *job,
             double  height)
{
  GArray *page = begin_page (job);
  double y = HEAD_HEIGHT;

  for (guint i = 0; i < job->blocks->len; i++)
    {
      Block *block = job->blocks->pdata[i];
      int n_lines = pango_layout_get_line_count (block->layout);
      Piece piece = { block, 0, 0, 0 };

      if (page->len > 0 && y + needed_with (job, i) > height)
        {
          page = begin_page (job);
          y = HEAD_HEIGHT;
        }
      y += page->len > 0 ? block->gap : 0;
      piece.y = y;
      for (int line = 0; line < n_lines; line++)
        {
          double lines = line_height (block->layout, line);

          if (y + lines > height && y > HEAD_HEIGHT)
            {
              if (piece.n_lines > 0)
                g_array_append_val (page, piece);
              page = begin_page (job);
              y = HEAD_HEIGHT;
              piece = (Piece) { block, line, 0, y };
            }
          piece.n_lines++;
          y += lines;
        }
      g_array_append_val (page, piece);
    }
}

static void
begin_print_cb (GtkPrintOperation *operation,
                GtkPrintContext   *context,
                Job               *job)
{
  g_clear_pointer (&job->blocks, g_ptr_array_unref);
  g_clear_pointer (&job->pages, g_ptr_array_unref);
  job->blocks = g_ptr_array_new_with_free_func (block_free);
  job->pages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  if (job->transcript->cut)
    add_block (job, context, "Sans 8", _("(Older messages are left out.)"), 0, FALSE, FALSE);
  for (guint i = 0; i < job->transcript->parts->len; i++)
    add_part (job, context, job->transcript->parts->pdata[i]);
  break_pages (job, gtk_print_context_get_height (context));
  gtk_print_operation_set_n_pages (operation, (int) job->pages->len);
}

/* --- drawing ----------------------------------------------------------------------------------------------- */

static void
draw_head (Job             *job,
           GtkPrintContext *context,
           cairo_t         *cairo,
           int              number)
{
  double width = gtk_print_context_get_width (context);
  g_autoptr (PangoLayout) left = create_layout (context, "Sans Bold 9", width * 0.6);
  g_autoptr (PangoLayout) right = create_layout (context, "Sans 8", width * 0.38);
  g_autofree char *title = job->transcript->customer != NULL ? g_strdup_printf ("%s — %s", job->transcript->subject, job->transcript->customer)
                                                               : g_strdup (job->transcript->subject);
  /* Translators: when it was printed, the page's number, and how many there are */
  g_autofree char *place = g_strdup_printf (_("%s · page %d of %u"), job->printed, number + 1, job->pages->len);

  pango_layout_set_ellipsize (left, PANGO_ELLIPSIZE_END);
  pango_layout_set_height (left, -1);
  pango_layout_set_text (left, title, -1);
  pango_layout_set_alignment (right, PANGO_ALIGN_RIGHT);
  pango_layout_set_ellipsize (right, PANGO_ELLIPSIZE_START);
  pango_layout_set_text (right, place, -1);
  cairo_move_to (cairo, 0, 0);
  pango_cairo_show_layout (cairo, left);
  cairo_move_to (cairo, width * 0.62, 1);
  pango_cairo_show_layout (cairo, right);
  cairo_set_line_width (cairo, 0.5);
  cairo_move_to (cairo, 0, 17);
  cairo_line_to (cairo, width, 17);
  cairo_stroke (cairo);
}

static void
draw_piece (Piece   *piece,
            cairo_t *cairo)
{
  double x = piece->block->note ? NOTE_INDENT : 0;
  double y = piece->y;

  for (int i = 0; i < piece->n_lines; i++)
    {
      PangoLayoutLine *line = pango_layout_get_line_readonly (piece->block->layout, piece->first + i);
      PangoRectangle logical;
      /* Of a line that is read from right to left the other end is the margin. */
      int room = pango_layout_get_width (piece->block->layout);
      gboolean rtl = line->resolved_dir == PANGO_DIRECTION_RTL;

      pango_layout_line_get_extents (line, NULL, &logical);
      cairo_move_to (cairo, x + (rtl ? (double) (room - logical.width) / PANGO_SCALE : 0), y - (double) logical.y / PANGO_SCALE);
      pango_cairo_show_layout_line (cairo, line);
      y += (double) logical.height / PANGO_SCALE;
    }
  if (piece->block->note)
    {
      cairo_set_line_width (cairo, 1.5);
      cairo_move_to (cairo, 3, piece->y);
      cairo_line_to (cairo, 3, y);
      cairo_stroke (cairo);
    }
}

static void
draw_page_cb (GtkPrintOperation *operation,
              GtkPrintContext   *context,
              int                number,
              Job               *job)
{
  cairo_t *cairo = gtk_print_context_get_cairo_context (context);
  GArray *page = job->pages->pdata[number];

  cairo_set_source_rgb (cairo, 0, 0, 0);
  draw_head (job, context, cairo, number);
  for (guint i = 0; i < page->len; i++)
    draw_piece (&g_array_index (page, Piece, i), cairo);
}

/* --- printing ---------------------------------------------------------------------------------------------- */

/**
 * csm_print_operation_new:
 * @transcript: (transfer full): what is printed
 *
 * Returns: (transfer full): an operation that was not run yet
 */
GtkPrintOperation *
csm_print_operation_new (CsmTranscript *transcript)
{
  GtkPrintOperation *operation = gtk_print_operation_new ();
  g_autoptr (GtkPageSetup) setup = gtk_page_setup_new ();
  Job *job = g_new0 (Job, 1);

  job->transcript = transcript;
  job->printed = csm_format_when_long (csm_time_now ());
  gtk_page_setup_set_top_margin (setup, MARGIN, GTK_UNIT_POINTS);
  gtk_page_setup_set_bottom_margin (setup, MARGIN, GTK_UNIT_POINTS);
  gtk_page_setup_set_left_margin (setup, MARGIN, GTK_UNIT_POINTS);
  gtk_page_setup_set_right_margin (setup, MARGIN, GTK_UNIT_POINTS);
  gtk_print_operation_set_default_page_setup (operation, setup);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_job_name (operation, transcript->subject);
  gtk_print_operation_set_embed_page_setup (operation, TRUE);
  g_signal_connect_data (operation, "begin-print", G_CALLBACK (begin_print_cb), job, job_free, 0);
  g_signal_connect (operation, "draw-page", G_CALLBACK (draw_page_cb), job);
  return operation;
}

static void
done_cb (GtkPrintOperation       *operation,
         GtkPrintOperationResult  result,
         CsmWorkbench            *workbench)
{
  g_autoptr (GError) error = NULL;

  if (result != GTK_PRINT_OPERATION_RESULT_ERROR)
    return;
  gtk_print_operation_get_error (operation, &error);
  g_warning ("Printing failed: %s", error != NULL ? error->message : "no reason given");
  csm_workbench_say (workbench, _("This could not be printed"));
}

/* Lets the person choose a printer. @transcript: (transfer full) */
void
csm_print_transcript (GtkWindow     *parent,
                      CsmWorkbench  *workbench,
                      CsmTranscript *transcript)
{
  g_autoptr (GtkPrintOperation) operation = csm_print_operation_new (transcript);

  gtk_print_operation_set_allow_async (operation, TRUE);
  g_signal_connect_object (operation, "done", G_CALLBACK (done_cb), workbench, 0);
  gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, parent, NULL);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (GtkWindow) parent = data;
  g_autoptr (GError) error = NULL;
  CsmTranscript *transcript = csm_transcript_load_finish (CSM_WORKBENCH (source), result, &error);

  if (transcript != NULL)
    {
      csm_print_transcript (parent, CSM_WORKBENCH (source), transcript);
      return;
    }
  g_warning ("Reading a case to print it failed: %s", error->message);
  csm_workbench_say (CSM_WORKBENCH (source), _("This could not be printed"));
}

/* All messages of the open case. @with_notes: and what only colleagues may read */
void
csm_print_case (GtkWindow    *parent,
                CsmWorkbench *workbench,
                gboolean      with_notes)
{
  csm_transcript_load_async (workbench, with_notes, NULL, loaded_cb, g_object_ref (parent));
}
