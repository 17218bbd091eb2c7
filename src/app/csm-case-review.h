/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * What of the open case needs a person, but for replies, which have it in the timeline. Invisible when nothing does.
 * Property: "workbench".
 */
#define CSM_TYPE_CASE_REVIEW (csm_case_review_get_type ())
G_DECLARE_FINAL_TYPE (CsmCaseReview, csm_case_review, CSM, CASE_REVIEW, AdwBin)

G_END_DECLS
