/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-status-line.h"

#include "csm-case-news.h"
#include "csm-status-text.h"

struct _CsmStatusLine
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  GtkWidget    *button;
  GtkWidget    *stack;
  GtkWidget    *icon;
  GtkWidget    *spinner;
  GtkWidget    *title;
  GtkWidget    *subtitle;
  GtkWidget    *progress;
  CsmStatusDeed deed;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmStatusLine, csm_status_line, ADW_TYPE_BIN)

/* What was just done comes first: it is what the line is read again for. */
static char *
say_with_news (CsmStatusLine *self,
               const char    *everything)
{
  CsmCaseNews *news = csm_case_news_of (self->workbench);
  const char *parts[] = { csm_case_news_get_said (news), csm_case_news_get_text (news) };
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i] != NULL)
      g_string_append_printf (all, "%s\n", parts[i]);
  g_string_append (all, everything);
  return g_string_free (all, FALSE);
}

static char *
say_everything (const CsmStatusText *text,
                const char          *problem)
{
  g_autoptr (GString) all = g_string_new (text->title);

  if (text->subtitle != NULL)
    g_string_append_printf (all, "\n%s", text->subtitle);
  if (problem != NULL && problem[0] != '\0')
    g_string_append_printf (all, "\n%s", problem);
  return g_string_free (g_steal_pointer (&all), FALSE);
}

static void
update (CsmStatusLine *self)
{
  CsmAccount *account = csm_workbench_get_account (self->workbench);
  CsmStatus status = csm_status_read (account);
  g_autoptr (CsmStatusText) text = csm_status_text_new (&status);
  g_autofree char *problem = NULL;
  g_autofree char *everything = NULL;
  g_autofree char *spoken = NULL;

  g_object_get (account, "problem", &problem, NULL);
  everything = say_everything (text, problem);
  spoken = say_with_news (self, everything);
  self->deed = text->deed;
  gtk_label_set_text (GTK_LABEL (self->title), text->title);
  gtk_label_set_text (GTK_LABEL (self->subtitle), text->subtitle != NULL ? text->subtitle : "");
  gtk_widget_set_visible (self->subtitle, text->subtitle != NULL);
  gtk_widget_set_tooltip_text (self->button, everything);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), text->icon);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), text->busy ? self->spinner : self->icon);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), text->busy);
  gtk_widget_set_visible (self->progress, status.state == CSM_ACCOUNT_SYNCING && status.progress < 1);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), CLAMP (status.progress, 0, 1));
  if (text->attention)
    gtk_widget_add_css_class (GTK_WIDGET (self), "attention");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "attention");
}

static void
clicked_cb (CsmStatusLine *self)
{
  CsmAccount *account = csm_workbench_get_account (self->workbench);

  if (csm_account_get_state (account) == CSM_ACCOUNT_OFFLINE)
    csm_account_retry_now (account);
  gtk_widget_activate_action (GTK_WIDGET (self), csm_status_deed_get_action (self->deed), NULL);
}

static void
set_workbench (CsmStatusLine *self,
               CsmWorkbench  *workbench)
{
  if (self->workbench == workbench)
    return;
  if (self->workbench != NULL)
    {
      csm_status_disconnect (csm_workbench_get_account (self->workbench), self);
      g_signal_handlers_disconnect_by_data (csm_case_news_of (self->workbench), self);
    }
  g_set_object (&self->workbench, workbench);
  if (workbench != NULL)
    {
      csm_status_connect (csm_workbench_get_account (workbench), G_CALLBACK (update), self);
      g_signal_connect_object (csm_case_news_of (workbench), "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      update (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

static void
csm_status_line_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_STATUS_LINE (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_status_line_set_property (GObject      *object,
                              guint         id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  if (id == PROP_WORKBENCH)
    set_workbench (CSM_STATUS_LINE (object), g_value_get_object (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_status_line_dispose (GObject *object)
{
  CsmStatusLine *self = CSM_STATUS_LINE (object);

  set_workbench (self, NULL);
  /* The bin would unparent once more what the template lets go. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_STATUS_LINE);
  G_OBJECT_CLASS (csm_status_line_parent_class)->dispose (object);
}

static void
csm_status_line_class_init (CsmStatusLineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = csm_status_line_dispose;
  object_class->get_property = csm_status_line_get_property;
  object_class->set_property = csm_status_line_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_STATUS);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-status-line.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmStatusLine, button);
  gtk_widget_class_bind_template_child (widget_class, CsmStatusLine, stack);
  gtk_widget_class_bind_template_child (widget_class, CsmStatusLine, icon);
  gtk_widget_class_bind_template_child (widget_class, CsmStatusLine, spinner);
  gtk_widget_class_bind_template_child (widget_class, CsmStatusLine, title);
  gtk_widget_class_bind_template_child (widget_class, CsmStatusLine, subtitle);
  gtk_widget_class_bind_template_child (widget_class, CsmStatusLine, progress);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
}

static void
csm_status_line_init (CsmStatusLine *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

