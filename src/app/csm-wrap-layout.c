/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-wrap-layout.h"

#define SPACING 6

struct _CsmWrapLayout
{
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (CsmWrapLayout, csm_wrap_layout, GTK_TYPE_LAYOUT_MANAGER)

static GtkSizeRequestMode
csm_wrap_layout_get_request_mode (GtkLayoutManager *manager,
                                  GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* Lays out within @width and allocates when asked to. Returns the height. */
static int
flow (GtkWidget *widget,
      int        width,
      gboolean   allocate)
{
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int x = 0;
  int y = 0;
  int line = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkAllocation place;
      int minimum;
      int natural;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
      place.width = MAX (minimum, MIN (natural, width));
      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, place.width, NULL, &place.height, NULL, NULL);
      if (x > 0 && x + place.width > width)
        {
          x = 0;
          y += line + SPACING;
          line = 0;
        }
      place.x = rtl ? width - x - place.width : x;
      place.y = y;
      if (allocate)
        gtk_widget_size_allocate (child, &place, -1);
      line = MAX (line, place.height);
      x += place.width + SPACING;
    }
  return y + line;
}

static void
csm_wrap_layout_measure (GtkLayoutManager *manager,
                         GtkWidget        *widget,
                         GtkOrientation    orientation,
                         int               for_size,
                         int              *minimum,
                         int              *natural,
                         int              *minimum_baseline,
                         int              *natural_baseline)
{
  int widest = 0;
  int whole = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum;
      int child_natural;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural, NULL, NULL);
      widest = MAX (widest, child_minimum);
      whole += child_natural + (whole > 0 ? SPACING : 0);
    }
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = widest;
      *natural = MAX (widest, whole);
    }
  else
    {
      *minimum = *natural = flow (widget, for_size >= 0 ? MAX (for_size, widest) : MAX (widest, whole), FALSE);
    }
}

static void
csm_wrap_layout_allocate (GtkLayoutManager *manager,
                          GtkWidget        *widget,
                          int               width,
                          int               height,
                          int               baseline)
{
  flow (widget, width, TRUE);
}

static void
csm_wrap_layout_class_init (CsmWrapLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->get_request_mode = csm_wrap_layout_get_request_mode;
  layout_class->measure = csm_wrap_layout_measure;
  layout_class->allocate = csm_wrap_layout_allocate;
}

static void
csm_wrap_layout_init (CsmWrapLayout *self)
{
}

GtkLayoutManager *
csm_wrap_layout_new (void)
{
  return g_object_new (CSM_TYPE_WRAP_LAYOUT, NULL);
}
