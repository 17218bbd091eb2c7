/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-notice-bar.h"

#include <glib/gi18n.h>

#include "csm-status-text.h"

/* At a start there is no connection yet either: that is worth no bar that comes and goes. */
#define PATIENCE_S 3

struct _CsmNoticeBar
{
  AdwBin        parent_instance;
  CsmWorkbench *workbench;
  gboolean      compact;
  guint         patience_id;
  gboolean      patient;     /* has waited long enough for a connection */
  GtkImage     *icon;
  GtkLabel     *title;
  GtkLabel     *subtitle;
  GtkButton    *button;
};

enum { PROP_0, PROP_WORKBENCH, PROP_COMPACT, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmNoticeBar, csm_notice_bar, ADW_TYPE_BIN)

static const char *
name_deed (CsmStatusDeed deed)
{
  switch (deed)
    {
    case CSM_STATUS_SIGN_IN: return _("_Sign In");
    case CSM_STATUS_SHOW_LOST: return _("_Look");
    case CSM_STATUS_SHOW_SPACE: return _("_Room");
    case CSM_STATUS_SHOW_CHANGES:
    default: return _("_Show");
    }
}

static void update (CsmNoticeBar *self);

static gboolean
patience_cb (gpointer data)
{
  CsmNoticeBar *self = data;

  self->patience_id = 0;
  self->patient = TRUE;
  update (self);
  return G_SOURCE_REMOVE;
}

static gboolean
is_worth_saying (CsmNoticeBar *self,
                 gboolean      offline)
{
  if (!offline)
    {
      g_clear_handle_id (&self->patience_id, g_source_remove);
      self->patient = FALSE;
    }
  else if (!self->patient && self->patience_id == 0)
    {
      self->patience_id = g_timeout_add_seconds (PATIENCE_S, patience_cb, self);
    }
  return offline && self->patient;
}

static void
update (CsmNoticeBar *self)
{
  CsmStatus status;
  g_autoptr (CsmStatusText) text = NULL;
  const char *nothing_lost = _("Nothing is lost: you can go on, and it is sent when you are signed in.");
  gboolean urgent;
  gboolean offline;

  if (self->workbench == NULL)
    return;
  status = csm_status_read (csm_workbench_get_account (self->workbench));
  text = csm_status_text_new (&status);
  urgent = text->attention && text->deed != CSM_STATUS_SHOW_CHANGES;
  offline = is_worth_saying (self, status.state == CSM_ACCOUNT_OFFLINE);
  gtk_widget_set_visible (GTK_WIDGET (self), urgent || (self->compact && (text->attention || offline)));
  gtk_image_set_from_icon_name (self->icon, text->icon);
  gtk_label_set_text (self->title, text->title);
  gtk_label_set_text (self->subtitle, text->deed == CSM_STATUS_SIGN_IN ? nothing_lost : text->subtitle != NULL ? text->subtitle : "");
  gtk_widget_set_visible (GTK_WIDGET (self->subtitle), gtk_label_get_text (self->subtitle)[0] != '\0');
  gtk_button_set_label (self->button, name_deed (text->deed));
  gtk_widget_set_visible (GTK_WIDGET (self->button), text->attention || status.waiting > 0);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), csm_status_deed_get_action (text->deed));
  if (text->attention)
    gtk_widget_remove_css_class (GTK_WIDGET (self), "plain");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self), "plain");
}

static void
set_workbench (CsmNoticeBar *self,
               CsmWorkbench *workbench)
{
  if (self->workbench == workbench)
    return;
  if (self->workbench != NULL)
    csm_status_disconnect (csm_workbench_get_account (self->workbench), self);
  g_set_object (&self->workbench, workbench);
  if (workbench != NULL)
    csm_status_connect (csm_workbench_get_account (workbench), G_CALLBACK (update), self);
  update (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_WORKBENCH]);
}

static void
csm_notice_bar_get_property (GObject    *object,
                             guint       id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  CsmNoticeBar *self = CSM_NOTICE_BAR (object);

  switch (id)
    {
    case PROP_WORKBENCH: g_value_set_object (value, self->workbench); break;
    case PROP_COMPACT: g_value_set_boolean (value, self->compact); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_notice_bar_set_property (GObject      *object,
                             guint         id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  CsmNoticeBar *self = CSM_NOTICE_BAR (object);

  switch (id)
    {
    case PROP_WORKBENCH:
      set_workbench (self, g_value_get_object (value));
      break;
    case PROP_COMPACT:
      if (self->compact == g_value_get_boolean (value))
        break;
      self->compact = g_value_get_boolean (value);
      update (self);
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
csm_notice_bar_dispose (GObject *object)
{
  CsmNoticeBar *self = CSM_NOTICE_BAR (object);

  g_clear_handle_id (&self->patience_id, g_source_remove);
  set_workbench (self, NULL);
  /* The bin would unparent once more what the template lets go. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), CSM_TYPE_NOTICE_BAR);
  G_OBJECT_CLASS (csm_notice_bar_parent_class)->dispose (object);
}

static void
csm_notice_bar_class_init (CsmNoticeBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = csm_notice_bar_dispose;
  object_class->get_property = csm_notice_bar_get_property;
  object_class->set_property = csm_notice_bar_set_property;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH, flags);
  props[PROP_COMPACT] = g_param_spec_boolean ("compact", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/casement/Casement/ui/csm-notice-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, CsmNoticeBar, icon);
  gtk_widget_class_bind_template_child (widget_class, CsmNoticeBar, title);
  gtk_widget_class_bind_template_child (widget_class, CsmNoticeBar, subtitle);
  gtk_widget_class_bind_template_child (widget_class, CsmNoticeBar, button);
}

static void
csm_notice_bar_init (CsmNoticeBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
