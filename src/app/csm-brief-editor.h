/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-sheet.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* Where people write a case's brief, or check what was assembled from the case. */
#define CSM_TYPE_BRIEF_EDITOR (csm_brief_editor_get_type ())
G_DECLARE_FINAL_TYPE (CsmBriefEditor, csm_brief_editor, CSM, BRIEF_EDITOR, AdwBin)

CsmSheet *csm_brief_editor_present (GtkWidget      *from,
                                    CsmWorkbench   *workbench,
                                    gboolean        assemble);
void      csm_brief_editor_fill    (CsmBriefEditor *self);

G_END_DECLS
