/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-team-popover.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-picker.h"
#include "csm-triage.h"

struct _CsmTeamPopover
{
  GtkPopover    parent_instance;
  CsmWorkbench *workbench;
  CsmPicker    *picker;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmTeamPopover, csm_team_popover, GTK_TYPE_POPOVER)

static const char *
department_name (const char *department)
{
  if (g_strcmp0 (department, "service") == 0)
    return _("Service");
  if (g_strcmp0 (department, "marketing") == 0)
    return _("Marketing");
  if (g_strcmp0 (department, "product") == 0)
    return _("Product");
  if (g_strcmp0 (department, "sales") == 0)
    return _("Sales");
  return NULL;
}

static void
fill (CsmTeamPopover *self,
      CsmDirectory   *directory,
      const char     *team_id)
{
  for (guint i = 0; i < directory->teams->len; i++)
    {
      JsonObject *team = directory->teams->pdata[i];
      const char *id = csm_json_get_string (team, "id");
      const char *name = csm_json_get_string (team, "name");
      const char *department = department_name (csm_json_get_string (team, "department"));

      /* A team that is called as its department needs no second line. */
      csm_picker_add (self->picker, id, name, g_strcmp0 (name, department) != 0 ? department : NULL,
                      CSM_PICKER_PLAIN, NULL, g_strcmp0 (id, team_id) == 0);
    }
  csm_picker_add (self->picker, "", _("No team"), NULL, CSM_PICKER_PLAIN, NULL, team_id == NULL);
}

static void
picked_cb (CsmTeamPopover *self,
           const char     *id)
{
  const char *case_ids[] = { csm_workbench_get_case_id (self->workbench), NULL };

  gtk_popover_popdown (GTK_POPOVER (self));
  csm_triage_move (self->workbench, case_ids, id[0] != '\0' ? id : NULL);
}

/* What is in it is built when somebody first wants to see it. */
static void
build (CsmTeamPopover *self)
{
  self->picker = CSM_PICKER (csm_picker_new ());
  g_signal_connect_swapped (self->picker, "picked", G_CALLBACK (picked_cb), self);
  gtk_popover_set_child (GTK_POPOVER (self), GTK_WIDGET (self->picker));
}

static void
csm_team_popover_show (GtkWidget *widget)
{
  CsmTeamPopover *self = CSM_TEAM_POPOVER (widget);

  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;

  if (self->picker == NULL)
    build (self);
  csm_picker_clear (self->picker);
  if (directory != NULL && detail != NULL && detail->record != NULL)
    fill (self, directory, csm_json_get_string (detail->record, "teamId"));
  GTK_WIDGET_CLASS (csm_team_popover_parent_class)->show (widget);
  csm_picker_start (self->picker, _("Move to team…"));
}

static void
csm_team_popover_get_property (GObject    *object,
                               guint       id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_TEAM_POPOVER (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_team_popover_set_property (GObject      *object,
                               guint         id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  CsmTeamPopover *self = CSM_TEAM_POPOVER (object);

  if (id != PROP_WORKBENCH)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&self->workbench, g_value_get_object (value)))
    g_object_notify_by_pspec (object, pspec);
}

static void
csm_team_popover_dispose (GObject *object)
{
  CsmTeamPopover *self = CSM_TEAM_POPOVER (object);

  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_team_popover_parent_class)->dispose (object);
}

static void
csm_team_popover_class_init (CsmTeamPopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_team_popover_dispose;
  object_class->get_property = csm_team_popover_get_property;
  object_class->set_property = csm_team_popover_set_property;
  GTK_WIDGET_CLASS (klass)->show = csm_team_popover_show;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
csm_team_popover_init (CsmTeamPopover *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "picker");
}

GtkWidget *
csm_team_popover_new (void)
{
  return g_object_new (CSM_TYPE_TEAM_POPOVER, NULL);
}
