/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-list-selection.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* Tells the workbench which cases are selected together in its list. */
#define CSM_TYPE_CASE_LIST_CHOSEN (csm_case_list_chosen_get_type ())
G_DECLARE_FINAL_TYPE (CsmCaseListChosen, csm_case_list_chosen, CSM, CASE_LIST_CHOSEN, GObject)

CsmCaseListChosen *csm_case_list_chosen_new    (CsmWorkbench         *workbench);
void               csm_case_list_chosen_update (CsmCaseListChosen    *self,
                                                CsmCaseListModel     *model,
                                                CsmCaseListSelection *selection);
void               csm_case_list_chosen_close  (CsmCaseListChosen    *self);

G_END_DECLS
