/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-draft-gutter.h"

#include <glib/gi18n.h>

#include "csm-format.h"
#include "csm-time.h"

#define WIDTH 8
#define LINE 3
#define TAG_CLASH "csm-clash"

struct _CsmDraftGutter
{
  GtkWidget       parent_instance;
  GtkTextView    *view;       /* unowned: it is around this */
  CsmDraftEditor *editor;
  CsmWorkbench   *workbench;  /* or NULL */
};

G_DEFINE_FINAL_TYPE (CsmDraftGutter, csm_draft_gutter, GTK_TYPE_WIDGET)

/* Of the GNOME palette's third shades: to be seen on light and dark ground. */
static const char * const colours[] = { "#33d17a", "#ff7800", "#9141ac", "#c09050", "#2190a4", "#e01b74" };

static gboolean
is_mine (CsmDraftGutter *self,
         const char     *person_id)
{
  return person_id == NULL || (self->workbench != NULL && g_strcmp0 (person_id, csm_workbench_get_my_id (self->workbench)) == 0);
}

static void
get_bounds (CsmDraftGutter *self,
            CsmDraftText   *text,
            guint           index,
            GtkTextIter    *start,
            GtkTextIter    *end)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  guint offset = csm_draft_text_offset_of (text, index);

  gtk_text_buffer_get_iter_at_offset (buffer, start, (int) offset);
  gtk_text_buffer_get_iter_at_offset (buffer, end, (int) (offset + (guint) g_utf8_strlen (csm_draft_text_get (text, index)->text, -1)));
}

static void
csm_draft_gutter_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  CsmDraftGutter *self = CSM_DRAFT_GUTTER (widget);
  CsmDraftText *text = csm_draft_editor_get_text (self->editor);

  for (guint i = 0; text != NULL && i < csm_draft_text_get_length (text); i++)
    {
      CsmDraftParagraph *paragraph = csm_draft_text_get (text, i);
      GtkTextIter start, end;
      GdkRGBA colour;
      int top, bottom, height;

      if (is_mine (self, paragraph->by))
        continue;
      get_bounds (self, text, i, &start, &end);
      gtk_text_view_get_line_yrange (self->view, &start, &top, &height);
      gtk_text_view_get_line_yrange (self->view, &end, &bottom, &height);
      bottom += height;
      gtk_text_view_buffer_to_window_coords (self->view, GTK_TEXT_WINDOW_LEFT, 0, top, NULL, &top);
      gtk_text_view_buffer_to_window_coords (self->view, GTK_TEXT_WINDOW_LEFT, 0, bottom, NULL, &bottom);
      gdk_rgba_parse (&colour, colours[g_str_hash (paragraph->by) % G_N_ELEMENTS (colours)]);
      gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT (WIDTH - LINE, (float) top, LINE, (float) (bottom - top)));
    }
}

static void
csm_draft_gutter_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : 0;
}

/* Who wrote what one points at. */
static gboolean
query_tooltip_cb (CsmDraftGutter *self,
                  int             x,
                  int             y,
                  gboolean        keyboard,
                  GtkTooltip     *tooltip)
{
  CsmDraftText *text = csm_draft_editor_get_text (self->editor);
  GtkTextIter at;
  int offset;

  if (text == NULL || self->workbench == NULL)
    return FALSE;
  gtk_text_view_window_to_buffer_coords (self->view, GTK_TEXT_WINDOW_WIDGET, x, y, &x, &y);
  gtk_text_view_get_iter_at_location (self->view, &at, x, y);
  offset = gtk_text_iter_get_offset (&at);
  for (guint i = csm_draft_text_get_length (text); i-- > 0;)
    {
      CsmDraftParagraph *paragraph = csm_draft_text_get (text, i);
      const char *name = csm_workbench_get_name (self->workbench, paragraph->by);
      g_autofree char *when = NULL;
      g_autofree char *words = NULL;

      if (offset < (int) csm_draft_text_offset_of (text, i))
        continue;
      if (is_mine (self, paragraph->by) || name == NULL)
        return FALSE;
      when = paragraph->at != CSM_TIME_NONE ? csm_format_when (paragraph->at) : NULL;
      words = when != NULL ? g_strdup_printf ("%s · %s", name, when) : g_strdup (name);
      gtk_tooltip_set_text (tooltip, words);
      return TRUE;
    }
  return FALSE;
}

static void
scrolled_cb (CsmDraftGutter *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
csm_draft_gutter_dispose (GObject *object)
{
  CsmDraftGutter *self = CSM_DRAFT_GUTTER (object);

  g_clear_object (&self->editor);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_draft_gutter_parent_class)->dispose (object);
}

static void
csm_draft_gutter_class_init (CsmDraftGutterClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_draft_gutter_dispose;
  widget_class->snapshot = csm_draft_gutter_snapshot;
  widget_class->measure = csm_draft_gutter_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
csm_draft_gutter_init (CsmDraftGutter *self)
{
}

/**
 * csm_draft_gutter_new:
 * @view: shows the text
 * @editor: shares it
 *
 * Returns: (transfer floating): a gutter for @view, which says as well who wrote what is pointed at
 */
GtkWidget *
csm_draft_gutter_new (GtkTextView    *view,
                      CsmDraftEditor *editor)
{
  CsmDraftGutter *self = g_object_new (CSM_TYPE_DRAFT_GUTTER, NULL);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GdkRGBA colour = { 0.21f, 0.52f, 0.89f, 0.22f };

  self->view = view;
  self->editor = g_object_ref (editor);
  gtk_text_buffer_create_tag (buffer, TAG_CLASH, "background-rgba", &colour, NULL);
  gtk_widget_set_has_tooltip (GTK_WIDGET (view), TRUE);
  g_signal_connect_object (view, "query-tooltip", G_CALLBACK (query_tooltip_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view)), "value-changed", G_CALLBACK (scrolled_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (scrolled_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/* What a screen reader says of who wrote what. */
static void
describe (CsmDraftGutter *self,
          CsmDraftText   *text)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; text != NULL && i < csm_draft_text_get_length (text); i++)
    {
      CsmDraftParagraph *paragraph = csm_draft_text_get (text, i);
      const char *name = self->workbench != NULL ? csm_workbench_get_name (self->workbench, paragraph->by) : NULL;
      g_autofree char *one = NULL;

      if (is_mine (self, paragraph->by) || name == NULL)
        continue;
      /* Translators: a paragraph's number, and who wrote it */
      one = g_strdup_printf (_("Paragraph %u is by %s."), i + 1, name);
      g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", one);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words->str, -1);
}

/* Somebody wrote something, or there are two versions of it. */
void
csm_draft_gutter_update (CsmDraftGutter *self,
                         CsmWorkbench   *workbench)
{
  CsmDraftText *text = csm_draft_editor_get_text (self->editor);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start, end;

  g_return_if_fail (CSM_IS_DRAFT_GUTTER (self));
  g_set_object (&self->workbench, workbench);
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_remove_tag_by_name (buffer, TAG_CLASH, &start, &end);
  for (guint i = 0; text != NULL && i < csm_draft_text_get_length (text); i++)
    {
      if (csm_draft_text_get (text, i)->versions->len == 0)
        continue;
      get_bounds (self, text, i, &start, &end);
      gtk_text_buffer_apply_tag_by_name (buffer, TAG_CLASH, &start, &end);
    }
  describe (self, text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
