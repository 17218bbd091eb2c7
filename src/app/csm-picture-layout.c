/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-picture-layout.h"

/* A picture that may shrink has no least height of its own: where everything is scrolled it would get none. */

struct _CsmPictureLayout
{
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (CsmPictureLayout, csm_picture_layout, GTK_TYPE_LAYOUT_MANAGER)

static GtkSizeRequestMode
csm_picture_layout_get_request_mode (GtkLayoutManager *manager,
                                     GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
csm_picture_layout_measure (GtkLayoutManager *manager,
                            GtkWidget        *widget,
                            GtkOrientation    orientation,
                            int               for_size,
                            int              *minimum,
                            int              *natural,
                            int              *minimum_baseline,
                            int              *natural_baseline)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);
  GdkPaintable *paintable = GTK_IS_PICTURE (child) ? gtk_picture_get_paintable (GTK_PICTURE (child)) : NULL;
  int width = paintable != NULL ? gdk_paintable_get_intrinsic_width (paintable) : 0;
  int height = paintable != NULL ? gdk_paintable_get_intrinsic_height (paintable) : 0;

  *minimum = *natural = 0;
  if (width <= 0 || height <= 0)
    return;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = width;
  else
    *minimum = *natural = for_size < 0 || for_size >= width ? height : (int) (((gint64) height * for_size + width - 1) / width);
}

static void
csm_picture_layout_allocate (GtkLayoutManager *manager,
                             GtkWidget        *widget,
                             int               width,
                             int               height,
                             int               baseline)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  if (child != NULL && gtk_widget_should_layout (child))
    gtk_widget_allocate (child, width, height, baseline, NULL);
}

static void
csm_picture_layout_class_init (CsmPictureLayoutClass *klass)
{
  GtkLayoutManagerClass *manager_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  manager_class->get_request_mode = csm_picture_layout_get_request_mode;
  manager_class->measure = csm_picture_layout_measure;
  manager_class->allocate = csm_picture_layout_allocate;
}

static void
csm_picture_layout_init (CsmPictureLayout *self)
{
}
