/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-snooze-popover.h"

#include "csm-json.h"
#include "csm-time.h"
#include "csm-triage.h"
#include "csm-when-picker.h"

struct _CsmSnoozePopover
{
  GtkPopover     parent_instance;
  CsmWorkbench  *workbench;
  CsmWhenPicker *picker;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmSnoozePopover, csm_snooze_popover, GTK_TYPE_POPOVER)

static void
picked_cb (CsmSnoozePopover *self,
           gint64            until)
{
  g_auto (GStrv) case_ids = csm_workbench_dup_chosen (self->workbench);

  gtk_popover_popdown (GTK_POPOVER (self));
  csm_triage_snooze (self->workbench, (const char * const *) case_ids, until);
  /* Who puts a case off is done with it for now. */
  gtk_widget_activate_action (GTK_WIDGET (self), "win.go-on", NULL);
}

static void
cleared_cb (CsmSnoozePopover *self)
{
  g_auto (GStrv) case_ids = csm_workbench_dup_chosen (self->workbench);

  gtk_popover_popdown (GTK_POPOVER (self));
  csm_triage_set_status (self->workbench, (const char * const *) case_ids, "open");
}

/* What is in it is built when somebody first wants to see it. */
static void
build (CsmSnoozePopover *self)
{
  self->picker = CSM_WHEN_PICKER (csm_when_picker_new (CSM_WHEN_FOR_SNOOZE));
  g_signal_connect_swapped (self->picker, "picked", G_CALLBACK (picked_cb), self);
  g_signal_connect_swapped (self->picker, "cleared", G_CALLBACK (cleared_cb), self);
  gtk_popover_set_child (GTK_POPOVER (self), GTK_WIDGET (self->picker));
}

static void
csm_snooze_popover_show (GtkWidget *widget)
{
  CsmSnoozePopover *self = CSM_SNOOZE_POPOVER (widget);
  gboolean alone = self->workbench != NULL && csm_workbench_get_n_selected (self->workbench) == 0;
  CsmCaseDetail *detail = alone ? csm_workbench_get_detail (self->workbench) : NULL;
  JsonObject *record = detail != NULL ? detail->record : NULL;
  CsmAccount *account = self->workbench != NULL ? csm_workbench_get_account (self->workbench) : NULL;
  g_autoptr (GTimeZone) zone = account != NULL ? csm_account_get_time_zone (account) : NULL;
  gboolean snoozed = record != NULL && g_strcmp0 (csm_json_get_string (record, "status"), "snoozed") == 0;

  if (self->picker == NULL)
    build (self);
  GTK_WIDGET_CLASS (csm_snooze_popover_parent_class)->show (widget);
  csm_when_picker_start (self->picker, snoozed ? csm_json_get_time (record, "snoozedUntil") : CSM_TIME_NONE, snoozed, zone);
}

static void
csm_snooze_popover_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_SNOOZE_POPOVER (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_snooze_popover_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  CsmSnoozePopover *self = CSM_SNOOZE_POPOVER (object);

  if (id != PROP_WORKBENCH)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&self->workbench, g_value_get_object (value)))
    g_object_notify_by_pspec (object, pspec);
}

static void
csm_snooze_popover_dispose (GObject *object)
{
  CsmSnoozePopover *self = CSM_SNOOZE_POPOVER (object);

  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_snooze_popover_parent_class)->dispose (object);
}

static void
csm_snooze_popover_class_init (CsmSnoozePopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_snooze_popover_dispose;
  object_class->get_property = csm_snooze_popover_get_property;
  object_class->set_property = csm_snooze_popover_set_property;
  GTK_WIDGET_CLASS (klass)->show = csm_snooze_popover_show;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
csm_snooze_popover_init (CsmSnoozePopover *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "picker");
}

GtkWidget *
csm_snooze_popover_new (void)
{
  return g_object_new (CSM_TYPE_SNOOZE_POPOVER, NULL);
}
