/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* Who did what with the open case, newest first. Property: "workbench". */
#define CSM_TYPE_CASE_HISTORY (csm_case_history_get_type ())
G_DECLARE_FINAL_TYPE (CsmCaseHistory, csm_case_history, CSM, CASE_HISTORY, AdwBin)

G_END_DECLS
