/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-pane-bin.h"

#define HANDLE_WIDTH 9
#define KEY_STEP 20

struct _CsmPaneBin
{
  GtkWidget    parent_instance;
  GtkWidget   *child;  /* NULL until it is built */
  GtkWidget   *handle;
  GtkPackType  edge;
  int          wanted; /* what the person dragged it to */
  int          least;
  int          most;
  gboolean     rigid;
};

enum { DRAGGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmPaneBin, csm_pane_bin, GTK_TYPE_WIDGET)

static void
csm_pane_bin_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  CsmPaneBin *self = CSM_PANE_BIN (widget);

  *minimum = *natural = 0;
  if (self->child != NULL)
    gtk_widget_measure (self->child, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation != GTK_ORIENTATION_HORIZONTAL)
    return;
  *natural = MAX (*minimum, CLAMP (self->wanted, self->least, self->most));
  /* A flap gives its pane no more than it must. */
  if (self->rigid)
    *minimum = *natural;
}

static void
csm_pane_bin_size_allocate (GtkWidget *widget,
                            int        width,
                            int        height,
                            int        baseline)
{
  CsmPaneBin *self = CSM_PANE_BIN (widget);
  gboolean right = (self->edge == GTK_PACK_END) == (gtk_widget_get_direction (widget) != GTK_TEXT_DIR_RTL);
  GtkAllocation handle = { right ? width - HANDLE_WIDTH : 0, 0, HANDLE_WIDTH, height };
  int ignored;

  if (self->child != NULL)
    gtk_widget_allocate (self->child, width, height, baseline, NULL);
  gtk_widget_measure (self->handle, GTK_ORIENTATION_HORIZONTAL, -1, &ignored, &ignored, NULL, NULL);
  gtk_widget_size_allocate (self->handle, &handle, -1);
}

static void
drag_to (CsmPaneBin *self,
         double      width)
{
  csm_pane_bin_set_width (self, CLAMP ((int) width, self->least, self->most));
}

/* The handle moves with the edge, so the offset is in a moving frame: reckoned in the bin's parent instead. */
static void
drag_update_cb (CsmPaneBin     *self,
                double          offset_x,
                double          offset_y,
                GtkGestureDrag *gesture)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (self));
  gboolean right = (self->edge == GTK_PACK_END) == (gtk_widget_get_direction (GTK_WIDGET (self)) != GTK_TEXT_DIR_RTL);
  double start_x;
  double start_y;
  double x;
  double y;
  graphene_rect_t bounds;

  if (parent == NULL || !gtk_gesture_drag_get_start_point (gesture, &start_x, &start_y)
      || !gtk_widget_translate_coordinates (self->handle, parent, start_x + offset_x, start_y + offset_y, &x, &y)
      || !gtk_widget_compute_bounds (GTK_WIDGET (self), parent, &bounds))
    return;
  if (right)
    drag_to (self, x - bounds.origin.x);
  else
    drag_to (self, bounds.origin.x + bounds.size.width - x);
}

static void
drag_end_cb (CsmPaneBin *self)
{
  g_signal_emit (self, signals[DRAGGED], 0);
}

static gboolean
key_cb (CsmPaneBin      *self,
        guint            keyval,
        guint            keycode,
        GdkModifierType  state)
{
  int step = self->edge == GTK_PACK_END ? KEY_STEP : -KEY_STEP;

  if (keyval == GDK_KEY_Left)
    drag_to (self, self->wanted - step);
  else if (keyval == GDK_KEY_Right)
    drag_to (self, self->wanted + step);
  else
    return FALSE;
  g_signal_emit (self, signals[DRAGGED], 0);
  return TRUE;
}

static void
csm_pane_bin_dispose (GObject *object)
{
  CsmPaneBin *self = CSM_PANE_BIN (object);

  g_clear_pointer (&self->child, gtk_widget_unparent);
  g_clear_pointer (&self->handle, gtk_widget_unparent);
  G_OBJECT_CLASS (csm_pane_bin_parent_class)->dispose (object);
}

static void
csm_pane_bin_class_init (CsmPaneBinClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_pane_bin_dispose;
  widget_class->measure = csm_pane_bin_measure;
  widget_class->size_allocate = csm_pane_bin_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "panebin");
  signals[DRAGGED] = g_signal_new ("dragged", CSM_TYPE_PANE_BIN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_pane_bin_init (CsmPaneBin *self)
{
  self->wanted = 300;
  self->least = 0;
  self->most = G_MAXINT;
}

static GtkWidget *
create_handle (CsmPaneBin *self,
               const char *label)
{
  GtkWidget *handle = g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_SEPARATOR, "focusable", TRUE,
                                    "css-name", "panehandle", NULL);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_set_cursor_from_name (handle, "col-resize");
  gtk_accessible_update_property (GTK_ACCESSIBLE (handle), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (drag, "drag-update", G_CALLBACK (drag_update_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (drag, "drag-end", G_CALLBACK (drag_end_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (handle, GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (handle, keys);
  return handle;
}

/**
 * csm_pane_bin_new:
 * @edge: which side is dragged
 * @label: the handle's name for a screen reader
 *
 * Returns: (transfer floating): the bin, which keeps the pane's place free until there is one
 */
GtkWidget *
csm_pane_bin_new (GtkPackType  edge,
                  const char  *label)
{
  CsmPaneBin *self = g_object_new (CSM_TYPE_PANE_BIN, NULL);

  self->edge = edge;
  self->handle = create_handle (self, label);
  gtk_widget_set_parent (self->handle, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

/* Puts the pane there, below the handle. Once. */
void
csm_pane_bin_set_child (CsmPaneBin *self,
                        GtkWidget  *child)
{
  g_return_if_fail (CSM_IS_PANE_BIN (self) && self->child == NULL);
  self->child = child;
  gtk_widget_insert_before (child, GTK_WIDGET (self), self->handle);
}

/* What the person wants, which may be more than there is room for. */
int
csm_pane_bin_get_width (CsmPaneBin *self)
{
  return self->wanted;
}

void
csm_pane_bin_set_width (CsmPaneBin *self,
                        int         width)
{
  if (self->wanted == width)
    return;
  self->wanted = width;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* Between which widths, in pixels, it is shown. */
void
csm_pane_bin_set_bounds (CsmPaneBin *self,
                         int         least,
                         int         most)
{
  most = MAX (least, most);
  if (self->least == least && self->most == most)
    return;
  self->least = least;
  self->most = most;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* Whether its width is just what was dragged; else it takes what it gets. */
void
csm_pane_bin_set_rigid (CsmPaneBin *self,
                        gboolean    rigid)
{
  self->rigid = rigid;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
csm_pane_bin_set_resizable (CsmPaneBin *self,
                            gboolean    resizable)
{
  gtk_widget_set_visible (self->handle, resizable);
}
