/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-news-line.h"

#include "csm-case-news.h"

struct _CsmNewsLine
{
  GtkWidget     parent_instance;
  CsmWorkbench *workbench;
  GtkWidget    *label;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmNewsLine, csm_news_line, GTK_TYPE_WIDGET)

static void
show (CsmNewsLine *self)
{
  const char *text = self->workbench != NULL ? csm_case_news_get_text (csm_case_news_of (self->workbench)) : NULL;

  gtk_label_set_text (GTK_LABEL (self->label), text != NULL ? text : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text != NULL ? text : "", -1);
  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL);
}

static void
set_workbench (CsmNewsLine  *self,
               CsmWorkbench *workbench)
{
  if (self->workbench == workbench)
    return;
  if (self->workbench != NULL)
    g_signal_handlers_disconnect_by_data (csm_case_news_of (self->workbench), self);
  g_set_object (&self->workbench, workbench);
  if (workbench != NULL)
    g_signal_connect_object (csm_case_news_of (workbench), "notify::text", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

static void
csm_news_line_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_NEWS_LINE (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_news_line_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  if (id == PROP_WORKBENCH)
    set_workbench (CSM_NEWS_LINE (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_news_line_dispose (GObject *object)
{
  CsmNewsLine *self = CSM_NEWS_LINE (object);

  if (self->label != NULL)
    set_workbench (self, NULL);
  g_clear_pointer (&self->label, gtk_widget_unparent);
  G_OBJECT_CLASS (csm_news_line_parent_class)->dispose (object);
}

static void
csm_news_line_class_init (CsmNewsLineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_news_line_dispose;
  object_class->get_property = csm_news_line_get_property;
  object_class->set_property = csm_news_line_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_css_name (widget_class, "news");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
}

static void
csm_news_line_init (CsmNewsLine *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  /* Reached by the keyboard, so that it can be read to somebody who doesn't see it. */
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  self->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (self->label), 2);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->label, "caption");
  gtk_widget_add_css_class (self->label, "dim-label");
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}
