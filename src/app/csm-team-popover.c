/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-team-popover.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-triage.h"

struct _CsmTeamPopover
{
  CsmPickerPopover parent_instance;
};

G_DEFINE_FINAL_TYPE (CsmTeamPopover, csm_team_popover, CSM_TYPE_PICKER_POPOVER)

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
fill (CsmPicker    *picker,
      CsmWorkbench *workbench,
      JsonObject   *record)
{
  CsmDirectory *directory = csm_workbench_get_directory (workbench);
  const char *team_id = csm_json_get_string (record, "teamId");

  for (guint i = 0; i < directory->teams->len; i++)
    {
      JsonObject *team = directory->teams->pdata[i];
      const char *id = csm_json_get_string (team, "id");
      const char *name = csm_json_get_string (team, "name");
      const char *department = department_name (csm_json_get_string (team, "department"));

      /* A team that is called as its department needs no second line. */
      csm_picker_add (picker, id, name, g_strcmp0 (name, department) != 0 ? department : NULL,
                      CSM_PICKER_PLAIN, NULL, g_strcmp0 (id, team_id) == 0);
    }
  csm_picker_add (picker, "", _("No team"), NULL, CSM_PICKER_PLAIN, NULL, team_id == NULL);
}

static void
picked (CsmWorkbench *workbench,
        const char   *id,
        gboolean      on)
{
  g_auto (GStrv) case_ids = csm_workbench_dup_chosen (workbench);

  csm_triage_move (workbench, (const char * const *) case_ids, id[0] != '\0' ? id : NULL);
}

static void
csm_team_popover_class_init (CsmTeamPopoverClass *klass)
{
  CsmPickerPopoverClass *popover_class = CSM_PICKER_POPOVER_CLASS (klass);

  popover_class->prompt = N_("Move to team…");
  popover_class->fill = fill;
  popover_class->picked = picked;
}

static void
csm_team_popover_init (CsmTeamPopover *self)
{
}
