/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * The right pane: discussion, case and customer, with a header bar of its own.
 *
 * Properties: "workbench" (CsmWorkbench or NULL), "show-end-title-buttons" (boolean), "close-visible" (boolean): a
 * button that hides the pane, for when it lies over the conversation.
 */
#define CSM_TYPE_COLLEAGUE_PANE (csm_colleague_pane_get_type ())
G_DECLARE_FINAL_TYPE (CsmColleaguePane, csm_colleague_pane, CSM, COLLEAGUE_PANE, AdwBin)

GtkWidget *csm_colleague_pane_new       (void);
void       csm_colleague_pane_show_page (CsmColleaguePane *self,
                                         const char       *page);
void       csm_colleague_pane_focus     (CsmColleaguePane *self);
void       csm_colleague_pane_focus_box (CsmColleaguePane *self);
void       csm_colleague_pane_flush     (CsmColleaguePane *self);
void       csm_colleague_pane_mention   (CsmColleaguePane *self,
                                         const char       *name);
void       csm_colleague_pane_quote     (CsmColleaguePane *self,
                                         const char       *text);
void       csm_colleague_pane_show_note (CsmColleaguePane *self,
                                         const char       *note_id);

G_END_DECLS
