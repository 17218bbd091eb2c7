/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-case-list-drag.h"

#include <glib/gi18n.h>

/* Rows of the list are taken elsewhere; where they may be dropped is csm-case-drop.c's. */

static CsmDraggedCases *
dragged_copy (CsmDraggedCases *cases)
{
  CsmDraggedCases *copy = g_new0 (CsmDraggedCases, 1);

  copy->case_ids = g_strdupv (cases->case_ids);
  return copy;
}

static void
dragged_free (CsmDraggedCases *cases)
{
  g_strfreev (cases->case_ids);
  g_free (cases);
}

G_DEFINE_BOXED_TYPE (CsmDraggedCases, csm_dragged_cases, dragged_copy, dragged_free)

typedef struct
{
  CsmDragFunc func;
  gpointer    data;
  guint       n;    /* of the drag that is under way */
} Drag;

static GdkContentProvider *
prepare_cb (GtkDragSource *source,
            double         x,
            double         y,
            Drag          *drag)
{
  GdkDevice *device = gtk_event_controller_get_current_event_device (GTK_EVENT_CONTROLLER (source));
  CsmDraggedCases cases = { NULL };
  GdkContentProvider *provider;

  /* A finger scrolls, swipes and picks. */
  if (device != NULL && gdk_device_get_source (device) == GDK_SOURCE_TOUCHSCREEN)
    return NULL;
  cases.case_ids = drag->func (drag->data, x, y);
  if (cases.case_ids == NULL)
    return NULL;
  drag->n = g_strv_length (cases.case_ids);
  provider = gdk_content_provider_new_typed (CSM_TYPE_DRAGGED_CASES, &cases);
  g_strfreev (cases.case_ids);
  return provider;
}

static GtkWidget *
create_card (guint n)
{
  g_autofree char *words = g_strdup_printf (ngettext ("%u case", "%u cases", n), n);
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_box_append (GTK_BOX (card), gtk_image_new_from_icon_name ("csm-inbox-symbolic"));
  gtk_box_append (GTK_BOX (card), gtk_label_new (words));
  gtk_widget_add_css_class (card, "dragged-cases");
  if (n > 1)
    gtk_widget_add_css_class (card, "several");
  return card;
}

static void
drag_begin_cb (GtkDragSource *source,
               GdkDrag       *gdk_drag,
               Drag          *drag)
{
  gtk_drag_icon_set_child (GTK_DRAG_ICON (gtk_drag_icon_get_for_drag (gdk_drag)), create_card (drag->n));
  gdk_drag_set_hotspot (gdk_drag, -8, -8);
}

static void
drag_free (gpointer  data,
           GClosure *closure)
{
  g_free (data);
}

/**
 * csm_case_list_drag_add:
 * @list: the list
 * @func: which cases go along from a place of it
 * @data: for @func; @list's life
 *
 * Lets people drag cases out of the list, with the pointer.
 */
void
csm_case_list_drag_add (GtkWidget   *list,
                        CsmDragFunc  func,
                        gpointer     data)
{
  GtkDragSource *source = gtk_drag_source_new ();
  Drag *drag = g_new0 (Drag, 1);

  drag->func = func;
  drag->data = data;
  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_data (source, "prepare", G_CALLBACK (prepare_cb), drag, drag_free, 0);
  g_signal_connect (source, "drag-begin", G_CALLBACK (drag_begin_cb), drag);
  gtk_widget_add_controller (list, GTK_EVENT_CONTROLLER (source));
}
