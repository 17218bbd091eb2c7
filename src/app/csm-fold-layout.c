/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-fold-layout.h"

#define SPACING 12
#define SPACING_BELOW 6

struct _CsmFoldLayout
{
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (CsmFoldLayout, csm_fold_layout, GTK_TYPE_LAYOUT_MANAGER)

typedef struct
{
  int minimum;
  int natural;
} Extent;

static Extent
measure (GtkWidget      *widget,
         GtkOrientation  orientation,
         int             for_size)
{
  Extent extent = { 0, 0 };

  if (gtk_widget_should_layout (widget))
    gtk_widget_measure (widget, orientation, for_size, &extent.minimum, &extent.natural, NULL, NULL);
  return extent;
}

/* Returns: how wide the control is beside the words; 0: it stands below them */
static int
beside (GtkWidget *words,
        GtkWidget *control,
        int        width)
{
  int natural = measure (control, GTK_ORIENTATION_HORIZONTAL, -1).natural;
  Extent said = measure (words, GTK_ORIENTATION_HORIZONTAL, -1);
  int rest = width - SPACING - natural;

  /* Words may take two lines, but no column of syllables. */
  return rest >= said.minimum && rest >= MIN (said.natural, width / 2) ? natural : 0;
}

static GtkSizeRequestMode
csm_fold_layout_get_request_mode (GtkLayoutManager *manager,
                                  GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
csm_fold_layout_measure (GtkLayoutManager *manager,
                         GtkWidget        *widget,
                         GtkOrientation    orientation,
                         int               for_size,
                         int              *minimum,
                         int              *natural,
                         int              *minimum_baseline,
                         int              *natural_baseline)
{
  GtkWidget *words = gtk_widget_get_first_child (widget);
  GtkWidget *control = gtk_widget_get_last_child (widget);
  Extent across[2] = { measure (words, GTK_ORIENTATION_HORIZONTAL, -1), measure (control, GTK_ORIENTATION_HORIZONTAL, -1) };
  int width = for_size >= 0 ? for_size : across[0].natural + SPACING + across[1].natural;
  int room;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (across[0].minimum, across[1].minimum);
      *natural = across[0].natural + SPACING + across[1].natural;
      return;
    }
  room = beside (words, control, width);
  if (room > 0)
    *minimum = MAX (measure (words, orientation, width - SPACING - room).minimum, measure (control, orientation, room).minimum);
  else
    *minimum = measure (words, orientation, width).minimum + SPACING_BELOW + measure (control, orientation, width).minimum;
  *natural = *minimum;
}

static void
place (GtkWidget *widget,
       int        x,
       int        y,
       int        width,
       int        height)
{
  const GtkAllocation allocation = { x, y, width, height };

  if (gtk_widget_should_layout (widget))
    gtk_widget_size_allocate (widget, &allocation, -1);
}

static void
csm_fold_layout_allocate (GtkLayoutManager *manager,
                          GtkWidget        *widget,
                          int               width,
                          int               height,
                          int               baseline)
{
  GtkWidget *words = gtk_widget_get_first_child (widget);
  GtkWidget *control = gtk_widget_get_last_child (widget);
  gboolean reversed = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int room = beside (words, control, width);

  if (room > 0)
    {
      place (words, reversed ? room + SPACING : 0, 0, width - SPACING - room, height);
      place (control, reversed ? 0 : width - room, 0, room, height);
    }
  else
    {
      int top = measure (words, GTK_ORIENTATION_VERTICAL, width).minimum;
      Extent control_width = measure (control, GTK_ORIENTATION_HORIZONTAL, -1);
      int across = MIN (control_width.natural, MAX (width, control_width.minimum));

      place (words, 0, 0, width, top);
      place (control, reversed ? width - across : 0, top + SPACING_BELOW, across, height - top - SPACING_BELOW);
    }
}

static void
csm_fold_layout_class_init (CsmFoldLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->get_request_mode = csm_fold_layout_get_request_mode;
  layout_class->measure = csm_fold_layout_measure;
  layout_class->allocate = csm_fold_layout_allocate;
}

static void
csm_fold_layout_init (CsmFoldLayout *self)
{
}

/**
 * csm_fold_layout_box_new:
 * @words: what is said; it wraps
 * @control: what is done about it
 *
 * Returns: (transfer floating): both, in a row of a list
 */
GtkWidget *
csm_fold_layout_box_new (GtkWidget *words,
                         GtkWidget *control)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_box_append (GTK_BOX (box), words);
  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), control);
  gtk_widget_set_layout_manager (box, g_object_new (CSM_TYPE_FOLD_LAYOUT, NULL));
  gtk_widget_add_css_class (box, "fold-row");
  return box;
}
