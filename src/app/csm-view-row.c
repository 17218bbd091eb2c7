/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-view-row.h"

#include <glib/gi18n.h>

#include "csm-search-counts.h"
#include "csm-view-text.h"

struct _CsmViewRow
{
  GtkListBoxRow  parent_instance;
  CsmCaseView   *view;
  guint          shown_count;
  GtkWidget     *icon;
  GtkWidget     *title;
  GtkWidget     *count;
};

G_DEFINE_FINAL_TYPE (CsmViewRow, csm_view_row, GTK_TYPE_LIST_BOX_ROW)

static void
csm_view_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), CSM_TYPE_VIEW_ROW);
  G_OBJECT_CLASS (csm_view_row_parent_class)->dispose (object);
}

static void
csm_view_row_finalize (GObject *object)
{
  g_clear_pointer (&CSM_VIEW_ROW (object)->view, csm_case_view_free);
  G_OBJECT_CLASS (csm_view_row_parent_class)->finalize (object);
}

static void
csm_view_row_class_init (CsmViewRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_view_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = csm_view_row_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-view-row.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmViewRow, icon);
  gtk_widget_class_bind_template_child (widget_class, CsmViewRow, title);
  gtk_widget_class_bind_template_child (widget_class, CsmViewRow, count);
}

static void
csm_view_row_init (CsmViewRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
csm_view_row_new (const CsmCaseView *view)
{
  CsmViewRow *self = g_object_new (CSM_TYPE_VIEW_ROW, NULL);

  self->view = csm_case_view_copy (view);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), csm_view_get_icon (view));
  return GTK_WIDGET (self);
}

const CsmCaseView *
csm_view_row_get_view (CsmViewRow *self)
{
  return self->view;
}

/* Of a search so many are counted, and not more. */
static gboolean
are_more (CsmViewRow *self)
{
  return self->view->kind == CSM_VIEW_SEARCH && self->shown_count >= CSM_SEARCH_COUNTS_MOST;
}

static void
update_accessible (CsmViewRow *self)
{
  g_autofree char *words = NULL;
  const char *title = gtk_label_get_text (GTK_LABEL (self->title));
  guint most = CSM_SEARCH_COUNTS_MOST - 1;

  if (are_more (self))
    words = g_strdup_printf (ngettext ("%s, more than %u case", "%s, more than %u cases", most), title, most);
  else if (self->shown_count > 0)
    words = g_strdup_printf (ngettext ("%s, %u case", "%s, %u cases", self->shown_count), title, self->shown_count);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words != NULL ? words : title, -1);
}

void
csm_view_row_set_title (CsmViewRow *self,
                        const char *title)
{
  gtk_label_set_text (GTK_LABEL (self->title), title);
  update_accessible (self);
}

/* Draws the icon in a tag's colour; the name beside it says the same. */
void
csm_view_row_set_color (CsmViewRow *self,
                        const char *color)
{
  const char *classes[] = { "tag-icon", color != NULL ? color : "blue", NULL };

  gtk_widget_set_css_classes (self->icon, classes);
}

/* What can be done with it, behind a button at its end. */
void
csm_view_row_set_menu (CsmViewRow *self,
                       GMenuModel *menu)
{
  GtkWidget *button = gtk_menu_button_new ();
  g_autofree char *name = g_strdup_printf (_("Change “%s”"), gtk_label_get_text (GTK_LABEL (self->title)));

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), menu);
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "view-menu");
  gtk_box_append (GTK_BOX (gtk_widget_get_parent (self->count)), button);
}

void
csm_view_row_set_count (CsmViewRow *self,
                        guint       count)
{
  g_autofree char *text = NULL;

  self->shown_count = count;
  if (are_more (self))
    text = g_strdup_printf ("%u+", CSM_SEARCH_COUNTS_MOST - 1);
  else
    text = count > 0 ? g_strdup_printf ("%u", count) : g_strdup ("");
  gtk_label_set_text (GTK_LABEL (self->count), text);
  update_accessible (self);
}
