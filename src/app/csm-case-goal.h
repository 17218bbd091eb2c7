/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-part.h"

G_BEGIN_DECLS

/* What the customer wants to get done, and whether they got it. */
#define CSM_TYPE_CASE_GOAL (csm_case_goal_get_type ())
G_DECLARE_FINAL_TYPE (CsmCaseGoal, csm_case_goal, CSM, CASE_GOAL, CsmCasePart)

G_END_DECLS
