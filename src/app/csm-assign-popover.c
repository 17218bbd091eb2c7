/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-assign-popover.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-person.h"
#include "csm-triage.h"

struct _CsmAssignPopover
{
  CsmPickerPopover parent_instance;
};

G_DEFINE_FINAL_TYPE (CsmAssignPopover, csm_assign_popover, CSM_TYPE_PICKER_POPOVER)

/* Whether they belong to the case's team, and so come before the others. */
static gboolean
is_near (JsonObject *record,
         JsonObject *person)
{
  const char *team_id = csm_json_get_string (record, "teamId");

  return team_id != NULL && csm_json_has_key (person, "teamIds", team_id);
}

static void
add_person (CsmPicker    *picker,
            CsmWorkbench *workbench,
            JsonObject   *person,
            const char   *owner_id)
{
  const char *id = csm_json_get_string (person, "id");
  const char *name = csm_json_get_string (person, "name");
  gboolean me = g_strcmp0 (id, csm_workbench_get_my_id (workbench)) == 0;

  csm_picker_add (picker, id, name, me ? _("You") : NULL, CSM_PICKER_PERSON, NULL, g_strcmp0 (id, owner_id) == 0);
}

/* Me, nobody, the case's team, all others. */
static void
fill (CsmPicker    *picker,
      CsmWorkbench *workbench,
      JsonObject   *record)
{
  CsmDirectory *directory = csm_workbench_get_directory (workbench);
  const char *owner_id = csm_json_get_string (record, "ownerId");
  const char *my_id = csm_workbench_get_my_id (workbench);
  JsonObject *me = my_id != NULL ? csm_directory_lookup (directory, my_id) : NULL;

  if (me != NULL)
    add_person (picker, workbench, me, owner_id);
  csm_picker_add (picker, "", _("Nobody"), NULL, CSM_PICKER_PERSON, NULL, owner_id == NULL);
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < directory->people->len; i++)
      {
        JsonObject *person = directory->people->pdata[i];

        if (person != me && csm_person_is_staff (person) && is_near (record, person) == (round == 0))
          add_person (picker, workbench, person, owner_id);
      }
}

static void
picked (CsmWorkbench *workbench,
        const char   *id,
        gboolean      on)
{
  g_auto (GStrv) case_ids = csm_workbench_dup_chosen (workbench);

  csm_triage_assign (workbench, (const char * const *) case_ids, id[0] != '\0' ? id : NULL);
}

static void
csm_assign_popover_class_init (CsmAssignPopoverClass *klass)
{
  CsmPickerPopoverClass *popover_class = CSM_PICKER_POPOVER_CLASS (klass);

  popover_class->prompt = N_("Assign to…");
  popover_class->fill = fill;
  popover_class->picked = picked;
}

static void
csm_assign_popover_init (CsmAssignPopover *self)
{
}
