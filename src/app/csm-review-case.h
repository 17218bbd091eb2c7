/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* What waits, or needs a person, in one case; its head opens the case. Signal: "opened" (). */
#define CSM_TYPE_REVIEW_CASE (csm_review_case_get_type ())
G_DECLARE_FINAL_TYPE (CsmReviewCase, csm_review_case, CSM, REVIEW_CASE, AdwBin)

GtkWidget *csm_review_case_new (CsmWorkbench *workbench,
                                const char   *case_id,
                                GPtrArray    *ops);
void       csm_review_case_add_reply (CsmReviewCase *self,
                                      JsonObject    *message);

G_END_DECLS
