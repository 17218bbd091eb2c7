/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-contrast.h"

#include <adwaita.h>

/* The library has more contrast for what is its own only; style.css has the rest of it, for windows of this class. */
#define CONTRAST "contrast"

static void
mark_windows (GListModel *windows,
              guint       from,
              guint       n)
{
  gboolean high = adw_style_manager_get_high_contrast (adw_style_manager_get_default ());

  for (guint i = from; i < from + n; i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (high)
        gtk_widget_add_css_class (window, CONTRAST);
      else
        gtk_widget_remove_css_class (window, CONTRAST);
    }
}

static void
windows_cb (GListModel *windows,
            guint       position,
            guint       removed,
            guint       added)
{
  mark_windows (windows, position, added);
}

static void
contrast_cb (GListModel *windows)
{
  mark_windows (windows, 0, g_list_model_get_n_items (windows));
}

/**
 * csm_contrast_watch:
 *
 * From now on every window, and with it what is over it, has strong edges where people want them. Once in a process, on the main
 * thread after GTK was initialized.
 */
void
csm_contrast_watch (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  g_signal_connect (windows, "items-changed", G_CALLBACK (windows_cb), NULL);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::high-contrast", G_CALLBACK (contrast_cb), windows, G_CONNECT_SWAPPED);
  contrast_cb (windows);
}
