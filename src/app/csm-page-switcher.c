/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-page-switcher.h"

/* What is written out, where there is room for it. */
enum { ALL_NAMES, ONE_NAME, NO_NAMES, N_ROWS };

struct _CsmPageSwitcher
{
  AdwBin             parent_instance;
  AdwViewStack      *stack;
  GtkSelectionModel *pages;
  GtkWidget         *squeezer;
  GtkWidget         *rows[N_ROWS];
  GPtrArray         *buttons[N_ROWS]; /* GtkToggleButton: of the page at the same index */
  GPtrArray         *labels;          /* of the row with one name */
  GtkLabel          *title;           /* instead of a single choice */
  gboolean           setting;         /* not by a person */
};

enum { PROP_0, PROP_STACK, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmPageSwitcher, csm_page_switcher, ADW_TYPE_BIN)

static void
update (CsmPageSwitcher *self)
{
  const char *name = NULL;
  guint n_visible = 0;

  self->setting = TRUE;
  for (guint i = 0; i < self->labels->len; i++)
    {
      g_autoptr (AdwViewStackPage) page = g_list_model_get_item (G_LIST_MODEL (self->pages), i);
      gboolean visible = adw_view_stack_page_get_visible (page);
      gboolean selected = gtk_selection_model_is_selected (self->pages, i);

      n_visible += visible;
      for (guint row = 0; row < N_ROWS; row++)
        {
          gtk_widget_set_visible (self->buttons[row]->pdata[i], visible);
          gtk_toggle_button_set_active (self->buttons[row]->pdata[i], selected);
        }
      gtk_widget_set_visible (self->labels->pdata[i], selected);
      if (selected)
        name = adw_view_stack_page_get_title (page);
    }
  self->setting = FALSE;
  gtk_widget_set_visible (self->squeezer, n_visible > 1);
  gtk_widget_set_visible (GTK_WIDGET (self->title), n_visible == 1);
  gtk_label_set_text (self->title, name != NULL ? name : "");
}

static void
toggled_cb (CsmPageSwitcher *self,
            GtkToggleButton *button)
{
  guint index = G_MAXUINT;

  if (self->setting)
    return;
  for (guint row = 0; row < N_ROWS && index == G_MAXUINT; row++)
    if (!g_ptr_array_find (self->buttons[row], button, &index))
      index = G_MAXUINT;
  /* The one that is shown stays so. */
  if (index != G_MAXUINT && gtk_toggle_button_get_active (button))
    gtk_selection_model_select_item (self->pages, index, TRUE);
  update (self);
}

static void
add_button (CsmPageSwitcher  *self,
            guint             row,
            AdwViewStackPage *page)
{
  const char *name = adw_view_stack_page_get_title (page);
  GtkWidget *button = g_object_new (GTK_TYPE_TOGGLE_BUTTON, "accessible-role", GTK_ACCESSIBLE_ROLE_TAB, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (adw_view_stack_page_get_icon_name (page)));
  if (row != NO_NAMES)
    {
      GtkWidget *label = gtk_label_new (name);

      gtk_box_append (GTK_BOX (box), label);
      if (row == ONE_NAME)
        g_ptr_array_add (self->labels, label);
    }
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (button, "toggled", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->buttons[row], button);
  gtk_box_append (GTK_BOX (self->rows[row]), button);
}

static void
rebuild (CsmPageSwitcher *self)
{
  for (guint row = 0; row < N_ROWS; row++)
    {
      for (guint i = 0; i < self->buttons[row]->len; i++)
        gtk_box_remove (GTK_BOX (self->rows[row]), self->buttons[row]->pdata[i]);
      g_ptr_array_set_size (self->buttons[row], 0);
    }
  g_ptr_array_set_size (self->labels, 0);
  for (guint i = 0; self->pages != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->pages)); i++)
    {
      g_autoptr (AdwViewStackPage) page = g_list_model_get_item (G_LIST_MODEL (self->pages), i);

      g_signal_handlers_disconnect_by_func (page, update, self);
      g_signal_connect_object (page, "notify::visible", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      for (guint row = 0; row < N_ROWS; row++)
        add_button (self, row, page);
    }
  update (self);
}

static void
leave_stack (CsmPageSwitcher *self)
{
  if (self->pages != NULL)
    {
      for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->pages)); i++)
        {
          g_autoptr (AdwViewStackPage) page = g_list_model_get_item (G_LIST_MODEL (self->pages), i);

          g_signal_handlers_disconnect_by_func (page, update, self);
        }
      g_signal_handlers_disconnect_by_data (self->pages, self);
    }
  g_clear_object (&self->pages);
  g_clear_object (&self->stack);
}

static void
csm_page_switcher_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  if (id == PROP_STACK)
    g_value_set_object (value, CSM_PAGE_SWITCHER (object)->stack);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_page_switcher_set_property (GObject      *object,
                                guint         id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  CsmPageSwitcher *self = CSM_PAGE_SWITCHER (object);

  if (id != PROP_STACK)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
    }
  leave_stack (self);
  self->stack = g_value_dup_object (value);
  if (self->stack != NULL)
    {
      self->pages = adw_view_stack_get_pages (self->stack);
      g_signal_connect_object (self->pages, "items-changed", G_CALLBACK (rebuild), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->pages, "selection-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    }
  rebuild (self);
}

static void
csm_page_switcher_dispose (GObject *object)
{
  leave_stack (CSM_PAGE_SWITCHER (object));
  G_OBJECT_CLASS (csm_page_switcher_parent_class)->dispose (object);
}

static void
csm_page_switcher_finalize (GObject *object)
{
  CsmPageSwitcher *self = CSM_PAGE_SWITCHER (object);

  for (guint row = 0; row < N_ROWS; row++)
    g_ptr_array_unref (self->buttons[row]);
  g_ptr_array_unref (self->labels);
  G_OBJECT_CLASS (csm_page_switcher_parent_class)->finalize (object);
}

static void
csm_page_switcher_class_init (CsmPageSwitcherClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_page_switcher_dispose;
  object_class->finalize = csm_page_switcher_finalize;
  object_class->get_property = csm_page_switcher_get_property;
  object_class->set_property = csm_page_switcher_set_property;
  props[PROP_STACK] = g_param_spec_object ("stack", NULL, NULL, ADW_TYPE_VIEW_STACK, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
csm_page_switcher_init (CsmPageSwitcher *self)
{
  GtkWidget *both = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->squeezer = adw_squeezer_new ();
  self->labels = g_ptr_array_new ();
  self->title = GTK_LABEL (gtk_label_new (NULL));
  adw_squeezer_set_homogeneous (ADW_SQUEEZER (self->squeezer), FALSE);
  for (guint row = 0; row < N_ROWS; row++)
    {
      self->buttons[row] = g_ptr_array_new ();
      self->rows[row] = g_object_new (GTK_TYPE_BOX, "spacing", 3, "halign", GTK_ALIGN_CENTER, "accessible-role", GTK_ACCESSIBLE_ROLE_TAB_LIST, NULL);
      gtk_widget_add_css_class (self->rows[row], "page-switcher");
      adw_squeezer_add (ADW_SQUEEZER (self->squeezer), self->rows[row]);
    }
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "title");
  gtk_label_set_ellipsize (self->title, PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (both), self->squeezer);
  gtk_box_append (GTK_BOX (both), GTK_WIDGET (self->title));
  gtk_widget_set_hexpand (self->squeezer, TRUE);
  gtk_widget_set_valign (both, GTK_ALIGN_CENTER);
  adw_bin_set_child (ADW_BIN (self), both);
}
