/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-draft-editor.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* Beside the reply: a line in a colour of their own by the paragraphs that colleagues wrote, with their names. */
#define CSM_TYPE_DRAFT_GUTTER (csm_draft_gutter_get_type ())
G_DECLARE_FINAL_TYPE (CsmDraftGutter, csm_draft_gutter, CSM, DRAFT_GUTTER, GtkWidget)

GtkWidget *csm_draft_gutter_new    (GtkTextView    *view,
                                    CsmDraftEditor *editor);
void       csm_draft_gutter_update (CsmDraftGutter *self,
                                    CsmWorkbench   *workbench);

G_END_DECLS
