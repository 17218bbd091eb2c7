/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-action-fold.h"

#include <adwaita.h>

static void
below_clicked_cb (GtkButton *button)
{
  g_signal_emit_by_name (button, "clicked");
}

/* The button's parent finds no room for it. */
static void
fold (GtkWidget *below,
      GtkWidget *button)
{
  gtk_widget_set_visible (below, gtk_widget_get_visible (button) && adw_squeezer_get_visible_child (ADW_SQUEEZER (gtk_widget_get_parent (button))) == NULL);
}

static void
fold_cb (GtkWidget   *below,
         GParamSpec  *pspec,
         AdwSqueezer *squeezer)
{
  fold (below, gtk_widget_get_first_child (GTK_WIDGET (squeezer)));
}

static void
visible_cb (GtkWidget  *below,
            GParamSpec *pspec,
            GtkWidget  *button)
{
  fold (below, button);
}

/**
 * csm_action_fold:
 * @button: the one thing to do in a window, in its header bar, which is in a box
 *
 * Where the header has no room for the button, one like it stands below all else.
 */
void
csm_action_fold (GtkWidget *button)
{
  static const char *const same[] = { "label", "use-underline", "sensitive", "tooltip-text" };
  GtkWidget *header = gtk_widget_get_ancestor (button, ADW_TYPE_HEADER_BAR);
  GtkWidget *box = header != NULL ? gtk_widget_get_parent (header) : NULL;
  GtkWidget *place = gtk_widget_get_parent (button);
  GtkWidget *before = gtk_widget_get_prev_sibling (button);
  GtkWidget *squeezer = adw_squeezer_new ();
  GtkWidget *below = gtk_button_new ();

  g_return_if_fail (GTK_IS_BUTTON (button) && GTK_IS_BOX (box) && GTK_IS_BOX (place));
  g_object_ref (button);
  gtk_box_remove (GTK_BOX (place), button);
  adw_squeezer_set_allow_none (ADW_SQUEEZER (squeezer), TRUE);
  adw_squeezer_add (ADW_SQUEEZER (squeezer), button);
  gtk_box_insert_child_after (GTK_BOX (place), squeezer, before);
  for (guint i = 0; i < G_N_ELEMENTS (same); i++)
    g_object_bind_property (button, same[i], below, same[i], G_BINDING_SYNC_CREATE);
  gtk_widget_add_css_class (below, "suggested-action");
  gtk_widget_add_css_class (below, "action-below");
  gtk_widget_set_visible (below, FALSE);
  g_signal_connect_object (below, "clicked", G_CALLBACK (below_clicked_cb), button, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), below);
  g_signal_connect_object (squeezer, "notify::visible-child", G_CALLBACK (fold_cb), below, G_CONNECT_SWAPPED);
  g_signal_connect_object (button, "notify::visible", G_CALLBACK (visible_cb), below, G_CONNECT_SWAPPED);
  g_object_unref (button);
}
