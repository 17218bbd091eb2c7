/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-assign-popover.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-picker.h"
#include "csm-triage.h"

struct _CsmAssignPopover
{
  GtkPopover    parent_instance;
  CsmWorkbench *workbench;
  CsmPicker    *picker;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmAssignPopover, csm_assign_popover, GTK_TYPE_POPOVER)

/* Whether they belong to the case's team, and so come before the others. */
static gboolean
is_near (CsmWorkbench *workbench,
         JsonObject   *person)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (workbench);
  const char *team_id = detail != NULL && detail->record != NULL ? csm_json_get_string (detail->record, "teamId") : NULL;

  return team_id != NULL && csm_json_has_key (person, "teamIds", team_id);
}

static void
add_person (CsmAssignPopover *self,
            JsonObject       *person,
            const char       *owner_id)
{
  const char *id = csm_json_get_string (person, "id");
  const char *name = csm_json_get_string (person, "name");
  gboolean me = g_strcmp0 (id, csm_workbench_get_my_id (self->workbench)) == 0;

  csm_picker_add (self->picker, id, name, me ? _("You") : NULL, CSM_PICKER_PERSON, NULL, g_strcmp0 (id, owner_id) == 0);
}

static gboolean
can_own (JsonObject *person)
{
  return g_strcmp0 (csm_json_get_string (person, "kind"), "staff") == 0 && csm_json_get_boolean (person, "active");
}

/* Me, nobody, the case's team, all others. */
static void
fill (CsmAssignPopover *self,
      CsmDirectory     *directory,
      const char       *owner_id)
{
  const char *my_id = csm_workbench_get_my_id (self->workbench);
  JsonObject *me = my_id != NULL ? csm_directory_lookup (directory, my_id) : NULL;

  if (me != NULL)
    add_person (self, me, owner_id);
  csm_picker_add (self->picker, "", _("Nobody"), NULL, CSM_PICKER_PERSON, NULL, owner_id == NULL);
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < directory->people->len; i++)
      {
        JsonObject *person = directory->people->pdata[i];

        if (person != me && can_own (person) && is_near (self->workbench, person) == (round == 0))
          add_person (self, person, owner_id);
      }
}

static void
picked_cb (CsmAssignPopover *self,
           const char       *id)
{
  const char *case_ids[] = { csm_workbench_get_case_id (self->workbench), NULL };

  gtk_popover_popdown (GTK_POPOVER (self));
  csm_triage_assign (self->workbench, case_ids, id[0] != '\0' ? id : NULL);
}

/* What is in it is built when somebody first wants to see it. */
static void
build (CsmAssignPopover *self)
{
  self->picker = CSM_PICKER (csm_picker_new ());
  g_signal_connect_swapped (self->picker, "picked", G_CALLBACK (picked_cb), self);
  gtk_popover_set_child (GTK_POPOVER (self), GTK_WIDGET (self->picker));
}

static void
csm_assign_popover_show (GtkWidget *widget)
{
  CsmAssignPopover *self = CSM_ASSIGN_POPOVER (widget);

  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;

  if (self->picker == NULL)
    build (self);
  csm_picker_clear (self->picker);
  if (directory != NULL && detail != NULL && detail->record != NULL)
    fill (self, directory, csm_json_get_string (detail->record, "ownerId"));
  GTK_WIDGET_CLASS (csm_assign_popover_parent_class)->show (widget);
  csm_picker_start (self->picker, _("Assign to…"));
}

static void
csm_assign_popover_get_property (GObject    *object,
                                 guint       id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_ASSIGN_POPOVER (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_assign_popover_set_property (GObject      *object,
                                 guint         id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  CsmAssignPopover *self = CSM_ASSIGN_POPOVER (object);

  if (id != PROP_WORKBENCH)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&self->workbench, g_value_get_object (value)))
    g_object_notify_by_pspec (object, pspec);
}

static void
csm_assign_popover_dispose (GObject *object)
{
  CsmAssignPopover *self = CSM_ASSIGN_POPOVER (object);

  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_assign_popover_parent_class)->dispose (object);
}

static void
csm_assign_popover_class_init (CsmAssignPopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_assign_popover_dispose;
  object_class->get_property = csm_assign_popover_get_property;
  object_class->set_property = csm_assign_popover_set_property;
  GTK_WIDGET_CLASS (klass)->show = csm_assign_popover_show;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
csm_assign_popover_init (CsmAssignPopover *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "picker");
}

GtkWidget *
csm_assign_popover_new (void)
{
  return g_object_new (CSM_TYPE_ASSIGN_POPOVER, NULL);
}
