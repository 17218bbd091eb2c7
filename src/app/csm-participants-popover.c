/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-participants-popover.h"

#include <glib/gi18n.h>

#include "csm-json.h"

struct _CsmParticipantsPopover
{
  CsmPickerPopover parent_instance;
};

G_DEFINE_FINAL_TYPE (CsmParticipantsPopover, csm_participants_popover, CSM_TYPE_PICKER_POPOVER)

static void
fill (CsmPicker    *picker,
      CsmWorkbench *workbench,
      JsonObject   *record)
{
  CsmDirectory *directory = csm_workbench_get_directory (workbench);

  for (guint i = 0; i < directory->people->len; i++)
    {
      JsonObject *person = directory->people->pdata[i];
      const char *id = csm_json_get_string (person, "id");

      if (g_strcmp0 (csm_json_get_string (person, "kind"), "bot") != 0 && csm_json_get_boolean (person, "active"))
        csm_picker_add (picker, id, csm_json_get_string (person, "name"), NULL, CSM_PICKER_PERSON, NULL,
                        csm_json_has_key (record, "participantIds", id));
    }
}

static void
picked (CsmWorkbench *workbench,
        const char   *id,
        gboolean      on)
{
  CsmIntent *intent = csm_intent_new (_("Participants"));
  JsonObject *patch = json_object_new ();
  g_autofree char *member = g_strconcat ("participantIds/", id, NULL);
  const char *name = csm_workbench_get_name (workbench, id);
  g_autofree char *said = NULL;

  if (on)
    json_object_set_boolean_member (patch, member, TRUE);
  else
    json_object_set_null_member (patch, member);
  csm_intent_update (intent, CSM_TYPE_ID_CASE, csm_workbench_get_case_id (workbench), patch);
  said = g_strdup_printf (on ? _("%s takes part now") : _("%s takes no part any more"), name);
  csm_workbench_perform (workbench, intent, said);
}

static void
csm_participants_popover_class_init (CsmParticipantsPopoverClass *klass)
{
  CsmPickerPopoverClass *popover_class = CSM_PICKER_POPOVER_CLASS (klass);

  popover_class->prompt = N_("Bring in…");
  popover_class->set = "participantIds";
  popover_class->fill = fill;
  popover_class->picked = picked;
}

static void
csm_participants_popover_init (CsmParticipantsPopover *self)
{
}
