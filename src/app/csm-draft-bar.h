/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-draft-editor.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* Above a reply that several people write: who does, what they wrote when, and what there are two versions of. */
#define CSM_TYPE_DRAFT_BAR (csm_draft_bar_get_type ())
G_DECLARE_FINAL_TYPE (CsmDraftBar, csm_draft_bar, CSM, DRAFT_BAR, AdwBin)

void csm_draft_bar_update (CsmDraftBar    *self,
                           CsmWorkbench   *workbench,
                           CsmDraftEditor *editor);

G_END_DECLS
