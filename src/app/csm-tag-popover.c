/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"

#include "csm-tag-popover.h"

#include <glib/gi18n.h>

#include "csm-json.h"
#include "csm-triage.h"

struct _CsmTagPopover
{
  CsmPickerPopover parent_instance;
};

G_DEFINE_FINAL_TYPE (CsmTagPopover, csm_tag_popover, CSM_TYPE_PICKER_POPOVER)

static void
fill (CsmPicker    *picker,
      CsmWorkbench *workbench,
      JsonObject   *record)
{
  CsmDirectory *directory = csm_workbench_get_directory (workbench);

  for (guint i = 0; i < directory->tags->len; i++)
    {
      JsonObject *tag = directory->tags->pdata[i];
      const char *id = csm_json_get_string (tag, "id");

      csm_picker_add (picker, id, csm_json_get_string (tag, "name"), NULL, CSM_PICKER_COLOR,
                      csm_json_get_string (tag, "color"), csm_json_has_key (record, "tags", id));
    }
  csm_picker_set_new_label (picker, _("New tag “%s”"));
}

static void
picked (CsmWorkbench *workbench,
        const char   *id,
        gboolean      on)
{
  g_auto (GStrv) case_ids = csm_workbench_dup_chosen (workbench);

  csm_triage_set_tag (workbench, (const char * const *) case_ids, id, on);
}

/* New tags take turns with the colours. */
static void
add_new (CsmWorkbench *workbench,
         const char   *name)
{
  static const char *const colors[] = { "blue", "green", "yellow", "orange", "red", "purple", "brown", "gray" };
  g_auto (GStrv) case_ids = csm_workbench_dup_chosen (workbench);
  guint n_tags = csm_workbench_get_directory (workbench)->tags->len;

  csm_triage_new_tag (workbench, (const char * const *) case_ids, name, colors[n_tags % G_N_ELEMENTS (colors)]);
}

static void
csm_tag_popover_class_init (CsmTagPopoverClass *klass)
{
  CsmPickerPopoverClass *popover_class = CSM_PICKER_POPOVER_CLASS (klass);

  popover_class->prompt = N_("Tag…");
  popover_class->set = "tags";
  popover_class->fill = fill;
  popover_class->picked = picked;
  popover_class->add_new = add_new;
}

static void
csm_tag_popover_init (CsmTagPopover *self)
{
}
