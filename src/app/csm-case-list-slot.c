/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-list-slot.h"

#include <glib/gi18n.h>

#include "csm-case-list-row.h"

/* Between the lines, and above and below them. */
#define ROW_SPARE 22
#define COMPACT_SPARE 12

struct _CsmCaseListSlot
{
  GtkWidget     parent_instance;
  CsmWorkbench *workbench;
  GtkListItem  *list_item;   /* borrowed: it owns this; NULL when that ends */
  CsmCaseItem  *item;
  GtkWidget    *row;         /* NULL until it is built */
  GtkWidget    *heading;     /* above the row; NULL: none */
  guint         font_serial; /* of the font that the height was reckoned with */
  int           height;
  gboolean      compact;     /* two lines instead of three */
  gboolean      check_shown;
  gboolean      check_on;
  GtkWidget    *beneath;     /* what is seen while the row is moved aside; NULL until it is */
  double        shift;
};

G_DEFINE_FINAL_TYPE (CsmCaseListSlot, csm_case_list_slot, GTK_TYPE_WIDGET)

/* Three lines, or two, of the list's own font, whatever letters they hold: those of other scripts are taller. */
static int
row_height (CsmCaseListSlot *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));

  if (self->font_serial != pango_context_get_serial (context))
    {
      PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
      int line = pango_font_metrics_get_ascent (metrics) + pango_font_metrics_get_descent (metrics);

      pango_font_metrics_unref (metrics);
      self->font_serial = pango_context_get_serial (context);
      self->height = (self->compact ? 2 : 3) * MAX (PANGO_PIXELS_CEIL (line), 20) + (self->compact ? COMPACT_SPARE : ROW_SPARE);
    }
  return self->height;
}

static int
heading_height (CsmCaseListSlot *self)
{
  int height = 0;

  if (self->heading != NULL)
    gtk_widget_measure (self->heading, GTK_ORIENTATION_VERTICAL, -1, &height, NULL, NULL, NULL);
  return height;
}

static void
csm_case_list_slot_measure (GtkWidget      *widget,
                            GtkOrientation  orientation,
                            int             for_size,
                            int            *minimum,
                            int            *natural,
                            int            *minimum_baseline,
                            int            *natural_baseline)
{
  CsmCaseListSlot *self = CSM_CASE_LIST_SLOT (widget);

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = row_height (self) + heading_height (self);
  else if (self->row != NULL)
    gtk_widget_measure (self->row, orientation, -1, minimum, natural, NULL, NULL);
}

static void
csm_case_list_slot_size_allocate (GtkWidget *widget,
                                  int        width,
                                  int        height,
                                  int        baseline)
{
  CsmCaseListSlot *self = CSM_CASE_LIST_SLOT (widget);
  int top = heading_height (self);
  int least_width;
  int ignored;

  if (self->heading != NULL)
    {
      gtk_widget_measure (self->heading, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, &ignored, NULL, NULL);
      gtk_widget_size_allocate (self->heading, &(GtkAllocation) { 0, 0, MAX (width, least_width), top }, -1);
    }
  if (self->row == NULL)
    return;
  height -= top;
  if (self->beneath != NULL && gtk_widget_get_visible (self->beneath))
    {
      gtk_widget_measure (self->beneath, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, &ignored, NULL, NULL);
      gtk_widget_size_allocate (self->beneath, &(GtkAllocation) { 0, top, MAX (width, least_width), height }, -1);
    }
  gtk_widget_measure (self->row, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, &ignored, NULL, NULL);
  gtk_widget_size_allocate (self->row, &(GtkAllocation) { (int) self->shift, top, MAX (width, least_width), height }, -1);
}

/* What a screen reader says of the row; the list's own widget around this one carries it. */
static void
describe (CsmCaseListSlot *self)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  const CsmCaseRow *row = self->item != NULL ? csm_case_item_get_row (self->item) : NULL;
  g_autofree char *words = NULL;

  if (parent == NULL || row == NULL)
    return;
  words = csm_case_list_row_describe (self->workbench, row);
  if (self->check_shown && self->check_on)
    {
      g_autofree char *plain = g_steal_pointer (&words);

      /* Translators: a case in the list, and that it is one of those that are selected together */
      words = g_strdup_printf (_("%s, selected"), plain);
    }
  if (self->heading != NULL)
    {
      g_autofree char *plain = g_steal_pointer (&words);

      /* A screen reader goes from row to row. */
      words = g_strdup_printf ("%s: %s", gtk_label_get_text (GTK_LABEL (self->heading)), plain);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (parent), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
}

static void
csm_case_list_slot_dispose (GObject *object)
{
  CsmCaseListSlot *self = CSM_CASE_LIST_SLOT (object);

  csm_case_list_slot_clear (self);
  g_clear_pointer (&self->heading, gtk_widget_unparent);
  g_clear_pointer (&self->beneath, gtk_widget_unparent);
  g_clear_pointer (&self->row, gtk_widget_unparent);
  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_case_list_slot_parent_class)->dispose (object);
}

static void
csm_case_list_slot_class_init (CsmCaseListSlotClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_case_list_slot_dispose;
  widget_class->measure = csm_case_list_slot_measure;
  widget_class->size_allocate = csm_case_list_slot_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "slot");
}

static void
csm_case_list_slot_init (CsmCaseListSlot *self)
{
}

/**
 * csm_case_list_slot_new:
 * @workbench: the window's workbench
 * @list_item: what it is the child of
 *
 * Returns: (transfer floating): a place without a row
 */
GtkWidget *
csm_case_list_slot_new (CsmWorkbench *workbench,
                        GtkListItem  *list_item)
{
  CsmCaseListSlot *self = g_object_new (CSM_TYPE_CASE_LIST_SLOT, NULL);

  self->workbench = g_object_ref (workbench);
  self->compact = csm_case_list_row_is_compact (workbench);
  self->list_item = list_item;
  return GTK_WIDGET (self);
}

/* Lets go of the item and the list, before they end. */
void
csm_case_list_slot_clear (CsmCaseListSlot *self)
{
  self->list_item = NULL;
  csm_case_list_slot_set_item (self, NULL);
}

/**
 * csm_case_list_slot_set_item:
 * @self: a slot
 * @item: (nullable): what it shows
 *
 * Costs nothing when it shows @item already: GTK binds all its rows again at each change of the list.
 */
void
csm_case_list_slot_set_item (CsmCaseListSlot *self,
                             CsmCaseItem     *item)
{
  if (self->item == item)
    return;
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (self->row != NULL)
    csm_case_list_row_set_item (CSM_CASE_LIST_ROW (self->row), item);
  if (item == NULL)
    return;
  g_signal_connect_swapped (item, "changed", G_CALLBACK (describe), self);
  describe (self);
}

/* Returns: (nullable): what it shows */
CsmCaseItem *
csm_case_list_slot_get_item (CsmCaseListSlot *self)
{
  return self->item;
}

/* Returns: which row of the list it is; GTK_INVALID_LIST_POSITION: none */
guint
csm_case_list_slot_get_position (CsmCaseListSlot *self)
{
  return self->list_item != NULL ? gtk_list_item_get_position (self->list_item) : GTK_INVALID_LIST_POSITION;
}

/* It comes near what is seen. */
void
csm_case_list_slot_build (CsmCaseListSlot *self)
{
  if (self->row != NULL)
    return;
  self->row = csm_case_list_row_new ();
  csm_case_list_row_set_workbench (CSM_CASE_LIST_ROW (self->row), self->workbench);
  csm_case_list_row_set_item (CSM_CASE_LIST_ROW (self->row), self->item);
  csm_case_list_row_set_check (CSM_CASE_LIST_ROW (self->row), self->check_shown, self->check_on);
  gtk_widget_set_parent (self->row, GTK_WIDGET (self));
}

/**
 * csm_case_list_slot_set_heading:
 * @self: a slot
 * @words: (nullable): what stands above the row: it is the first one of its kind
 */
void
csm_case_list_slot_set_heading (CsmCaseListSlot *self,
                                const char      *words)
{
  if ((words != NULL) == (self->heading != NULL))
    return;
  g_clear_pointer (&self->heading, gtk_widget_unparent);
  if (words != NULL)
    {
      self->heading = gtk_label_new (words);
      gtk_label_set_xalign (GTK_LABEL (self->heading), 0);
      gtk_label_set_ellipsize (GTK_LABEL (self->heading), PANGO_ELLIPSIZE_END);
      gtk_widget_add_css_class (self->heading, "list-heading");
      gtk_widget_insert_after (self->heading, GTK_WIDGET (self), NULL);
    }
  gtk_widget_queue_resize (GTK_WIDGET (self));
  describe (self);
}

gboolean
csm_case_list_slot_has_heading (CsmCaseListSlot *self)
{
  return self->heading != NULL;
}

/* Several are being selected, this one among them or not. */
void
csm_case_list_slot_set_check (CsmCaseListSlot *self,
                              gboolean         shown,
                              gboolean         on)
{
  if (self->check_shown == shown && self->check_on == on)
    return;
  self->check_shown = shown;
  self->check_on = on;
  if (self->row != NULL)
    csm_case_list_row_set_check (CSM_CASE_LIST_ROW (self->row), shown, on);
  describe (self);
}

/* Moves the row aside; 0: back to its place. */
void
csm_case_list_slot_set_shift (CsmCaseListSlot *self,
                              double           shift)
{
  if (self->row == NULL)
    return;
  self->shift = shift;
  gtk_widget_set_overflow (GTK_WIDGET (self), shift != 0 ? GTK_OVERFLOW_HIDDEN : GTK_OVERFLOW_VISIBLE);
  if (shift != 0)
    gtk_widget_add_css_class (self->row, "shifted");
  else
    gtk_widget_remove_css_class (self->row, "shifted");
  if (self->beneath != NULL)
    gtk_widget_set_visible (self->beneath, shift != 0);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/**
 * csm_case_list_slot_set_beneath:
 * @self: a slot
 * @icon: what will happen, as a picture
 * @words: and in words
 * @class: its style
 * @left: on which side that is seen
 *
 * What is seen in the place that the row leaves.
 */
void
csm_case_list_slot_set_beneath (CsmCaseListSlot *self,
                                const char      *icon,
                                const char      *words,
                                const char      *class,
                                gboolean         left)
{
  const char *classes[] = { "beneath", class, NULL };
  GtkWidget *content;

  if (self->beneath == NULL)
    {
      content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
      gtk_box_append (GTK_BOX (content), gtk_image_new ());
      gtk_box_append (GTK_BOX (content), gtk_label_new (NULL));
      self->beneath = adw_bin_new ();
      adw_bin_set_child (ADW_BIN (self->beneath), content);
      gtk_widget_insert_after (self->beneath, GTK_WIDGET (self), NULL);
    }
  content = adw_bin_get_child (ADW_BIN (self->beneath));
  gtk_widget_set_css_classes (self->beneath, classes);
  gtk_image_set_from_icon_name (GTK_IMAGE (gtk_widget_get_first_child (content)), icon);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (content)), words);
  /* The sides of the screen, whichever way the script goes: the row moves with the finger. */
  gtk_widget_set_halign (content, left == (gtk_widget_get_direction (content) != GTK_TEXT_DIR_RTL) ? GTK_ALIGN_START : GTK_ALIGN_END);
}

/* Names in the directory changed. */
void
csm_case_list_slot_refresh (CsmCaseListSlot *self)
{
  if (self->row != NULL)
    csm_case_list_row_refresh (CSM_CASE_LIST_ROW (self->row));
  describe (self);
}
