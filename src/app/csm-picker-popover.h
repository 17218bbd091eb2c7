/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-picker.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * What is picked for the open case, from a list that can be searched. Nothing is built before somebody first wants to
 * see it. Property: "workbench".
 */
#define CSM_TYPE_PICKER_POPOVER (csm_picker_popover_get_type ())
G_DECLARE_DERIVABLE_TYPE (CsmPickerPopover, csm_picker_popover, CSM, PICKER_POPOVER, GtkPopover)

struct _CsmPickerPopoverClass
{
  GtkPopoverClass parent_class;

  /* What the search entry says as long as nothing is in it, untranslated */
  const char *prompt;
  /* The property of the case that holds the picked as keys: several are set before it is closed. Or NULL: one is picked */
  const char *set;
  /* Adds everything there is. @record: the Case */
  void (*fill)    (CsmPicker    *picker,
                   CsmWorkbench *workbench,
                   JsonObject   *record);
  /* @on: FALSE: @id was set before, and no more */
  void (*picked)  (CsmWorkbench *workbench,
                   const char   *id,
                   gboolean      on);
  /* A new one is asked for; only where fill() calls csm_picker_set_new_label() */
  void (*add_new) (CsmWorkbench *workbench,
                   const char   *name);
};

G_END_DECLS
