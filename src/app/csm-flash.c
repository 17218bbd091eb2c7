/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-flash.h"

/* As long as the animation in style.css, and a little */
#define FLASH_MS 1600
#define FLASHING "csm-flashing"

static void
stop (gpointer widget)
{
  gtk_widget_remove_css_class (widget, "flashed");
  g_object_set_data (widget, FLASHING, NULL);
}

static void
forget (gpointer id)
{
  g_source_remove (GPOINTER_TO_UINT (id));
}

static void
over_cb (gpointer widget)
{
  g_object_steal_data (widget, FLASHING);
  stop (widget);
}

/**
 * csm_flash:
 * @widget: what somebody looks for
 *
 * Lights it up for a moment. Where things shall not move it is lit for the same time, and then not any more.
 */
void
csm_flash (GtkWidget *widget)
{
  guint id;

  g_return_if_fail (GTK_IS_WIDGET (widget));
  /* The same again begins anew. */
  stop (widget);
  gtk_widget_add_css_class (widget, "flashed");
  id = g_timeout_add_once (FLASH_MS, over_cb, widget);
  g_object_set_data_full (G_OBJECT (widget), FLASHING, GUINT_TO_POINTER (id), forget);
}
