/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-subpage.h"

#include <glib/gi18n.h>

struct _CsmSubpage
{
  AdwBin          parent_instance;
  AdwWindowTitle *title;
  GtkWidget      *back;
};

G_DEFINE_FINAL_TYPE (CsmSubpage, csm_subpage, ADW_TYPE_BIN)

#define OPEN "csm-subpage"

static void
back_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  csm_subpage_close (widget);
}

/* The focus would stay on the row behind. */
static void
csm_subpage_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (csm_subpage_parent_class)->map (widget);
  gtk_widget_grab_focus (CSM_SUBPAGE (widget)->back);
}

static void
csm_subpage_class_init (CsmSubpageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->map = csm_subpage_map;
  gtk_widget_class_install_action (widget_class, "subpage.back", NULL, back_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "subpage.back", NULL);
}

static void
csm_subpage_init (CsmSubpage *self)
{
}

/* Returns: (transfer floating): a page with @content on it */
GtkWidget *
csm_subpage_new (const char *title,
                 GtkWidget  *content)
{
  CsmSubpage *self = g_object_new (CSM_TYPE_SUBPAGE, NULL);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->title = ADW_WINDOW_TITLE (adw_window_title_new (title, NULL));
  self->back = gtk_button_new_from_icon_name ("go-previous-symbolic");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->back), "subpage.back");
  gtk_widget_set_tooltip_text (self->back, _("Back"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->back), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Back"), -1);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), self->back);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), GTK_WIDGET (self->title));
  gtk_widget_set_vexpand (content, TRUE);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), content);
  adw_bin_set_child (ADW_BIN (self), box);
  return GTK_WIDGET (self);
}

void
csm_subpage_set_title (CsmSubpage *self,
                       const char *title)
{
  g_return_if_fail (CSM_IS_SUBPAGE (self));
  adw_window_title_set_title (self->title, title);
}

static void
unrooted_cb (GtkWidget  *subpage,
             GParamSpec *pspec,
             gpointer    window)
{
  if (gtk_widget_get_root (subpage) == NULL)
    g_object_set_data (window, OPEN, NULL);
}

/* Opens @subpage in the preferences window that @from is in; one at a time, since the window loses its way with a second one over the first. */
void
csm_subpage_present (GtkWidget *from,
                     GtkWidget *subpage)
{
  GtkWidget *window = gtk_widget_get_ancestor (from, ADW_TYPE_PREFERENCES_WINDOW);

  if (window == NULL || g_object_get_data (G_OBJECT (window), OPEN) != NULL)
    {
      g_object_ref_sink (subpage);
      g_object_unref (subpage);
      return;
    }
  g_object_set_data (G_OBJECT (window), OPEN, subpage);
  g_signal_connect_object (subpage, "notify::root", G_CALLBACK (unrooted_cb), window, 0);
  adw_preferences_window_present_subpage (ADW_PREFERENCES_WINDOW (window), subpage);
}

/* Goes back from the page that @widget is on. */
void
csm_subpage_close (GtkWidget *widget)
{
  GtkWidget *window = gtk_widget_get_ancestor (widget, ADW_TYPE_PREFERENCES_WINDOW);

  if (window != NULL)
    adw_preferences_window_close_subpage (ADW_PREFERENCES_WINDOW (window));
}
