/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-part.h"

G_BEGIN_DECLS

/* What somebody who comes new to the case has to know, so that nobody asks the customer twice. */
#define CSM_TYPE_CASE_BRIEF (csm_case_brief_get_type ())
G_DECLARE_FINAL_TYPE (CsmCaseBrief, csm_case_brief, CSM, CASE_BRIEF, CsmCasePart)

G_END_DECLS
