/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-app"
#include "config.h"

#include "csm-participants-popover.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-picker.h"

struct _CsmParticipantsPopover
{
  GtkPopover    parent_instance;
  CsmWorkbench *workbench;
  CsmPicker    *picker;
};

enum { PROP_0, PROP_WORKBENCH, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (CsmParticipantsPopover, csm_participants_popover, GTK_TYPE_POPOVER)

static gboolean
takes_part (CsmParticipantsPopover *self,
            const char             *person_id)
{
  CsmCaseDetail *detail = csm_workbench_get_detail (self->workbench);

  return detail != NULL && detail->record != NULL && csm_json_has_key (detail->record, "participantIds", person_id);
}

static void
fill (CsmParticipantsPopover *self,
      CsmDirectory           *directory)
{
  for (guint i = 0; i < directory->people->len; i++)
    {
      JsonObject *person = directory->people->pdata[i];
      const char *id = csm_json_get_string (person, "id");

      if (g_strcmp0 (csm_json_get_string (person, "kind"), "bot") != 0 && csm_json_get_boolean (person, "active"))
        csm_picker_add (self->picker, id, csm_json_get_string (person, "name"), NULL, CSM_PICKER_PERSON, NULL,
                        takes_part (self, id));
    }
}

static void
picked_cb (CsmParticipantsPopover *self,
           const char             *id)
{
  CsmIntent *intent = csm_intent_new (_("Participants"));
  JsonObject *patch = json_object_new ();
  g_autofree char *member = g_strconcat ("participantIds/", id, NULL);
  const char *name = csm_workbench_get_name (self->workbench, id);
  gboolean on = !takes_part (self, id);
  g_autofree char *said = NULL;

  if (on)
    json_object_set_boolean_member (patch, member, TRUE);
  else
    json_object_set_null_member (patch, member);
  csm_intent_update (intent, CSM_TYPE_ID_CASE, csm_workbench_get_case_id (self->workbench), patch);
  csm_picker_set_checked (self->picker, id, on);
  said = g_strdup_printf (on ? _("%s takes part now") : _("%s takes no part any more"), name);
  csm_workbench_perform (self->workbench, intent, said);
}

/* What is in it is built when somebody first wants to see it. */
static void
build (CsmParticipantsPopover *self)
{
  self->picker = CSM_PICKER (csm_picker_new ());
  g_signal_connect_swapped (self->picker, "picked", G_CALLBACK (picked_cb), self);
  gtk_popover_set_child (GTK_POPOVER (self), GTK_WIDGET (self->picker));
}

static void
csm_participants_popover_show (GtkWidget *widget)
{
  CsmParticipantsPopover *self = CSM_PARTICIPANTS_POPOVER (widget);

  CsmDirectory *directory = self->workbench != NULL ? csm_workbench_get_directory (self->workbench) : NULL;
  CsmCaseDetail *detail = self->workbench != NULL ? csm_workbench_get_detail (self->workbench) : NULL;

  if (self->picker == NULL)
    build (self);
  csm_picker_clear (self->picker);
  if (directory != NULL && detail != NULL && detail->record != NULL)
    fill (self, directory);
  GTK_WIDGET_CLASS (csm_participants_popover_parent_class)->show (widget);
  csm_picker_start (self->picker, _("Bring in…"));
}

static void
csm_participants_popover_get_property (GObject    *object,
                                       guint       id,
                                       GValue     *value,
                                       GParamSpec *pspec)
{
  if (id == PROP_WORKBENCH)
    g_value_set_object (value, CSM_PARTICIPANTS_POPOVER (object)->workbench);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_participants_popover_set_property (GObject      *object,
                                       guint         id,
                                       const GValue *value,
                                       GParamSpec   *pspec)
{
  CsmParticipantsPopover *self = CSM_PARTICIPANTS_POPOVER (object);

  if (id != PROP_WORKBENCH)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else if (g_set_object (&self->workbench, g_value_get_object (value)))
    g_object_notify_by_pspec (object, pspec);
}

static void
csm_participants_popover_dispose (GObject *object)
{
  CsmParticipantsPopover *self = CSM_PARTICIPANTS_POPOVER (object);

  g_clear_object (&self->workbench);
  G_OBJECT_CLASS (csm_participants_popover_parent_class)->dispose (object);
}

static void
csm_participants_popover_class_init (CsmParticipantsPopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_participants_popover_dispose;
  object_class->get_property = csm_participants_popover_get_property;
  object_class->set_property = csm_participants_popover_set_property;
  GTK_WIDGET_CLASS (klass)->show = csm_participants_popover_show;
  props[PROP_WORKBENCH] = g_param_spec_object ("workbench", NULL, NULL, CSM_TYPE_WORKBENCH,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
csm_participants_popover_init (CsmParticipantsPopover *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "picker");
}

GtkWidget *
csm_participants_popover_new (void)
{
  return g_object_new (CSM_TYPE_PARTICIPANTS_POPOVER, NULL);
}
