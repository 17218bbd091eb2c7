/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include <adwaita.h>

/*
 * What every start is measured against: an empty window of libadwaita. Says "mark first-frame" when that is painted. "--again": all of it
 * is painted once more, and again: what is kept for that, between the program and the display, is as much for a window with something in it.
 */

#define PAINT_MS 50
#define N_PAINTS 20

static gboolean again;

static void
painted_cb (GdkFrameClock *clock,
            gpointer       data)
{
  static gboolean said;

  if (!said)
    g_printerr ("mark first-frame 0\n");
  said = TRUE;
}

static void
realized_cb (GtkWidget *window,
             gpointer   data)
{
  GdkFrameClock *clock = gdk_surface_get_frame_clock (gtk_native_get_surface (GTK_NATIVE (window)));

  g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), NULL);
}

static gboolean
paint_cb (gpointer window)
{
  static guint n;

  gtk_widget_set_opacity (window, ++n % 2 == 0 ? 1 : 0.98);
  return n < N_PAINTS ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
activate_cb (GtkApplication *application,
             gpointer        data)
{
  GtkWidget *window = adw_application_window_new (application);

  gtk_window_set_default_size (GTK_WINDOW (window), 1400, 860);
  g_signal_connect (window, "realize", G_CALLBACK (realized_cb), NULL);
  gtk_window_present (GTK_WINDOW (window));
  if (again)
    g_timeout_add (PAINT_MS, paint_cb, window);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (AdwApplication) application = adw_application_new ("org.casement.BenchWindow", G_APPLICATION_NON_UNIQUE);

  again = argc == 2 && g_str_equal (argv[1], "--again");
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), NULL);
  return g_application_run (G_APPLICATION (application), 1, argv);
}
