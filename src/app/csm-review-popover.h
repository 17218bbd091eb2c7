/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Asks who shall look at a reply before it is sent, and what at.
 *
 * Signal: "asked" (const char *id, const char *note): of a person or a team; @note may be empty.
 */
#define CSM_TYPE_REVIEW_POPOVER (csm_review_popover_get_type ())
G_DECLARE_FINAL_TYPE (CsmReviewPopover, csm_review_popover, CSM, REVIEW_POPOVER, GtkPopover)

GtkWidget *csm_review_popover_new  (void);
void       csm_review_popover_fill (CsmReviewPopover *self,
                                    CsmWorkbench     *workbench,
                                    const char       *team_id);

G_END_DECLS
