/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Above a reply that somebody shall look at before it is sent: how that stands, and what whoever may say can say.
 *
 * Signal: "answered" (const char *review, const char *note): what the draft's review is to be; @note: NULL: none
 */
#define CSM_TYPE_REVIEW_BAR (csm_review_bar_get_type ())
G_DECLARE_FINAL_TYPE (CsmReviewBar, csm_review_bar, CSM, REVIEW_BAR, AdwBin)

void  csm_review_bar_update    (CsmReviewBar *self,
                                CsmWorkbench *workbench,
                                JsonObject   *draft,
                                JsonObject   *channel);
char *csm_review_bar_why_held  (CsmWorkbench *workbench,
                                JsonObject   *draft,
                                JsonObject   *channel);

G_END_DECLS
