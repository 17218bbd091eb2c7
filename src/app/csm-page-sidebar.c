/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-page-sidebar.h"

#include <glib/gi18n.h>

#define LIST_WIDTH 210

struct _CsmPageSidebar
{
  AdwBin                 parent_instance;
  AdwLeaflet            *leaflet;
  GtkWidget             *side;
  AdwHeaderBar          *side_header;
  GtkListBox            *list;
  GtkWidget             *content;   /* all that the library puts into the window */
  GtkSelectionModel     *pages;
  AdwHeaderBar          *header;    /* the library's, as the next */
  AdwViewSwitcherTitle  *title;
  GtkWidget             *back;
  gboolean               setting;   /* not by a person */
};

G_DEFINE_FINAL_TYPE (CsmPageSidebar, csm_page_sidebar, ADW_TYPE_BIN)

static GtkWidget *
find_type (GtkWidget *widget,
           GType      type)
{
  GtkWidget *found = NULL;

  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL; child = gtk_widget_get_next_sibling (child))
    found = find_type (child, type);
  return found;
}

/* --- what is shown --------------------------------------------------------------------------------------------- */

static void
show_content (CsmPageSidebar *self)
{
  adw_leaflet_set_visible_child (self->leaflet, self->content);
}

static void
selected_cb (CsmPageSidebar *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->pages)); i++)
    {
      g_autoptr (AdwViewStackPage) page = g_list_model_get_item (G_LIST_MODEL (self->pages), i);

      if (!gtk_selection_model_is_selected (self->pages, i))
        continue;
      self->setting = TRUE;
      gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, (int) i));
      self->setting = FALSE;
      adw_view_switcher_title_set_title (self->title, adw_view_stack_page_get_title (page));
    }
}

/* Somebody wants this one; only the first one that is there shows itself. */
static void
changed_cb (CsmPageSidebar *self)
{
  gboolean first = gtk_list_box_get_selected_row (self->list) == NULL;

  selected_cb (self);
  if (!first)
    show_content (self);
}

/* Beside the list a page is shown as soon as its name is chosen. */
static void
row_selected_cb (CsmPageSidebar *self,
                 GtkListBoxRow  *row)
{
  if (!self->setting && row != NULL && !adw_leaflet_get_folded (self->leaflet))
    gtk_selection_model_select_item (self->pages, (guint) gtk_list_box_row_get_index (row), TRUE);
}

static void
row_activated_cb (CsmPageSidebar *self,
                  GtkListBoxRow  *row)
{
  gtk_selection_model_select_item (self->pages, (guint) gtk_list_box_row_get_index (row), TRUE);
  show_content (self);
  if (adw_leaflet_get_folded (self->leaflet))
    gtk_widget_grab_focus (self->back);
}

/* The window's own buttons belong to whatever stands at its edges. */
static void
folded_cb (CsmPageSidebar *self)
{
  gboolean folded = adw_leaflet_get_folded (self->leaflet);

  adw_header_bar_set_show_end_title_buttons (self->side_header, folded);
  adw_header_bar_set_show_start_title_buttons (self->header, folded);
  gtk_widget_set_visible (self->back, folded);
}

static void
back_cb (CsmPageSidebar *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  adw_leaflet_set_visible_child (self->leaflet, self->side);
  gtk_widget_grab_focus (row != NULL ? GTK_WIDGET (row) : GTK_WIDGET (self->list));
}

/* --- making it ------------------------------------------------------------------------------------------------- */

static GtkWidget *
create_row (gpointer item,
            gpointer data)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name (adw_view_stack_page_get_icon_name (item));
  GtkWidget *name = gtk_label_new (adw_view_stack_page_get_title (item));

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_wrap (GTK_LABEL (name), TRUE);
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), name);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_bind_property (item, "visible", row, "visible", G_BINDING_SYNC_CREATE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, gtk_label_get_text (GTK_LABEL (name)), -1);
  return row;
}

static void
csm_page_sidebar_dispose (GObject *object)
{
  CsmPageSidebar *self = CSM_PAGE_SIDEBAR (object);

  if (self->pages != NULL)
    g_signal_handlers_disconnect_by_data (self->pages, self);
  g_clear_object (&self->pages);
  G_OBJECT_CLASS (csm_page_sidebar_parent_class)->dispose (object);
}

static void
csm_page_sidebar_class_init (CsmPageSidebarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_page_sidebar_dispose;
}

static void
csm_page_sidebar_init (CsmPageSidebar *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->leaflet = ADW_LEAFLET (adw_leaflet_new ());
  self->side = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->side_header = ADW_HEADER_BAR (adw_header_bar_new ());
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "navigation-sidebar");
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_BROWSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Pages"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), GTK_WIDGET (self->list));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_widget_set_size_request (self->side, LIST_WIDTH, -1);
  gtk_box_append (GTK_BOX (self->side), GTK_WIDGET (self->side_header));
  gtk_box_append (GTK_BOX (self->side), scrolled);
  adw_leaflet_append (self->leaflet, self->side);
  adw_leaflet_page_set_navigatable (adw_leaflet_append (self->leaflet, gtk_separator_new (GTK_ORIENTATION_VERTICAL)), FALSE);
  adw_leaflet_set_can_navigate_back (self->leaflet, TRUE);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->leaflet));
}

/* The library's switchers of pages go; there is no other way to them than to look for them. */
static gboolean
take_over (CsmPageSidebar *self)
{
  GtkWidget *bar = find_type (self->content, ADW_TYPE_VIEW_SWITCHER_BAR);
  GtkWidget *stack = find_type (self->content, ADW_TYPE_VIEW_STACK);

  self->header = ADW_HEADER_BAR (find_type (self->content, ADW_TYPE_HEADER_BAR));
  self->title = ADW_VIEW_SWITCHER_TITLE (find_type (self->content, ADW_TYPE_VIEW_SWITCHER_TITLE));
  if (bar == NULL || stack == NULL || self->header == NULL || self->title == NULL)
    return FALSE;
  gtk_widget_set_visible (bar, FALSE);
  adw_view_switcher_title_set_view_switcher_enabled (self->title, FALSE);
  self->pages = adw_view_stack_get_pages (ADW_VIEW_STACK (stack));
  return TRUE;
}

/**
 * csm_page_sidebar_attach:
 * @window: with all of its pages
 *
 * Puts the list of its pages beside them. Where the library makes its windows otherwise, the window stays as it is.
 */
void
csm_page_sidebar_attach (AdwPreferencesWindow *window)
{
  g_autoptr (CsmPageSidebar) self = g_object_ref_sink (g_object_new (CSM_TYPE_PAGE_SIDEBAR, NULL));
  g_autoptr (GtkWidget) content = NULL;

  g_return_if_fail (ADW_IS_PREFERENCES_WINDOW (window));
  self->content = adw_window_get_content (ADW_WINDOW (window));
  if (self->content == NULL || !take_over (self))
    return;
  content = g_object_ref (self->content);
  adw_window_set_content (ADW_WINDOW (window), NULL);
  gtk_widget_set_hexpand (content, TRUE);
  adw_leaflet_append (self->leaflet, content);
  adw_window_set_content (ADW_WINDOW (window), GTK_WIDGET (self));
  self->back = gtk_button_new_from_icon_name ("go-previous-symbolic");
  gtk_widget_set_tooltip_text (self->back, _("Back"));
  g_signal_connect_object (self->back, "clicked", G_CALLBACK (back_cb), self, G_CONNECT_SWAPPED);
  adw_header_bar_pack_start (self->header, self->back);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (self->pages), create_row, NULL, NULL);
  g_signal_connect_object (self->pages, "selection-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "row-selected", G_CALLBACK (row_selected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->leaflet, "notify::folded", G_CALLBACK (folded_cb), self, G_CONNECT_SWAPPED);
  selected_cb (self);
  folded_cb (self);
}
