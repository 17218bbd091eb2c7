/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * One task of the open case: ticked off, given to somebody, renamed in place, with its checklist.
 *
 * Signals: "step" (int): it is to go so many places down, or up; "dropped" (CsmTaskLine *, gboolean): that one is to go
 * below this one, or above.
 */
#define CSM_TYPE_TASK_LINE (csm_task_line_get_type ())
G_DECLARE_FINAL_TYPE (CsmTaskLine, csm_task_line, CSM, TASK_LINE, GtkListBoxRow)

GtkWidget  *csm_task_line_new      (CsmWorkbench *workbench);
void        csm_task_line_show     (CsmTaskLine  *self,
                                    JsonObject   *task);
JsonObject *csm_task_line_get_task (CsmTaskLine  *self);

G_END_DECLS
