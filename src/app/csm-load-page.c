/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-load-page.h"

#include <glib/gi18n.h>

/* Before that a spinner would only flicker. */
#define PATIENCE_MS 400

struct _CsmLoadPage
{
  AdwBin      parent_instance;
  GtkWidget  *stack;
  GtkSpinner *spinner;
  GtkWidget  *problem;
  guint       patience_id;
  gboolean    failed;
};

enum { AGAIN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmLoadPage, csm_load_page, ADW_TYPE_BIN)

static void
patience_cb (gpointer data)
{
  CsmLoadPage *self = data;

  self->patience_id = 0;
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), TRUE);
  gtk_spinner_start (self->spinner);
}

static void
stop (CsmLoadPage *self)
{
  g_clear_handle_id (&self->patience_id, g_source_remove);
  gtk_spinner_stop (self->spinner);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), FALSE);
}

static void
start (CsmLoadPage *self)
{
  stop (self);
  if (!self->failed && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->patience_id = g_timeout_add_once (PATIENCE_MS, patience_cb, self);
}

static void
csm_load_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (csm_load_page_parent_class)->map (widget);
  start (CSM_LOAD_PAGE (widget));
}

static void
csm_load_page_unmap (GtkWidget *widget)
{
  stop (CSM_LOAD_PAGE (widget));
  GTK_WIDGET_CLASS (csm_load_page_parent_class)->unmap (widget);
}

static void
again_cb (CsmLoadPage *self)
{
  csm_load_page_set_failed (self, FALSE);
  g_signal_emit (self, signals[AGAIN], 0);
}

static void
csm_load_page_dispose (GObject *object)
{
  g_clear_handle_id (&CSM_LOAD_PAGE (object)->patience_id, g_source_remove);
  G_OBJECT_CLASS (csm_load_page_parent_class)->dispose (object);
}

static void
csm_load_page_class_init (CsmLoadPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = csm_load_page_dispose;
  widget_class->map = csm_load_page_map;
  widget_class->unmap = csm_load_page_unmap;
  signals[AGAIN] = g_signal_new ("again", CSM_TYPE_LOAD_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_load_page_init (CsmLoadPage *self)
{
  self->stack = gtk_stack_new ();
  self->spinner = GTK_SPINNER (g_object_new (GTK_TYPE_SPINNER, "halign", GTK_ALIGN_CENTER, "valign", GTK_ALIGN_CENTER, "width-request", 32,
                                             "height-request", 32, "visible", FALSE, NULL));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->spinner), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Being read"), -1);
  gtk_stack_add_named (GTK_STACK (self->stack), GTK_WIDGET (self->spinner), "busy");
  adw_bin_set_child (ADW_BIN (self), self->stack);
}

static GtkWidget *
create_problem (CsmLoadPage *self)
{
  GtkWidget *page = adw_status_page_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Try Again"));

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "dialog-warning-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _("This Can’t Be Read"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page), _("What is kept on this computer could not be read just now. Nothing is lost by trying again."));
  gtk_widget_add_css_class (page, "compact");
  gtk_widget_add_css_class (button, "pill");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", G_CALLBACK (again_cb), self, G_CONNECT_SWAPPED);
  adw_status_page_set_child (ADW_STATUS_PAGE (page), button);
  return page;
}

/* Says that it can't be read, or that it is being read. */
void
csm_load_page_set_failed (CsmLoadPage *self,
                          gboolean     failed)
{
  g_return_if_fail (CSM_IS_LOAD_PAGE (self));
  self->failed = failed;
  if (failed && self->problem == NULL)
    {
      self->problem = create_problem (self);
      gtk_stack_add_named (GTK_STACK (self->stack), self->problem, "failed");
    }
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), failed ? "failed" : "busy");
  start (self);
}

/* Whether the spinner is to be seen. */
gboolean
csm_load_page_is_busy (CsmLoadPage *self)
{
  g_return_val_if_fail (CSM_IS_LOAD_PAGE (self), FALSE);
  return gtk_widget_get_visible (GTK_WIDGET (self->spinner));
}
