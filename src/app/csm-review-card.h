/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Something that a person has to decide: why, both versions of it or what was written, and what can be done.
 * Signal: "opened" () when its case was opened from it.
 */
#define CSM_TYPE_REVIEW_CARD (csm_review_card_get_type ())
G_DECLARE_FINAL_TYPE (CsmReviewCard, csm_review_card, CSM, REVIEW_CARD, AdwBin)

GtkWidget *csm_review_card_new          (CsmWorkbench  *workbench,
                                         CsmOperation  *op);
void       csm_review_card_set_customer (CsmReviewCard *self,
                                         const char    *customer);
void       csm_review_card_set_newer    (CsmReviewCard *self,
                                         CsmCaseDetail *detail);
gint64     csm_review_card_get_seq      (CsmReviewCard *self);

G_END_DECLS
