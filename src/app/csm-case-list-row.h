/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-item.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* One row of the case list. */
#define CSM_TYPE_CASE_LIST_ROW (csm_case_list_row_get_type ())
G_DECLARE_FINAL_TYPE (CsmCaseListRow, csm_case_list_row, CSM, CASE_LIST_ROW, GtkWidget)

GtkWidget   *csm_case_list_row_new           (void);
gboolean     csm_case_list_row_is_compact    (CsmWorkbench   *workbench);
void         csm_case_list_row_set_workbench (CsmCaseListRow *self,
                                              CsmWorkbench   *workbench);
void         csm_case_list_row_set_item      (CsmCaseListRow *self,
                                              CsmCaseItem    *item);
void         csm_case_list_row_refresh       (CsmCaseListRow *self);
void         csm_case_list_row_set_check     (CsmCaseListRow *self,
                                              gboolean        shown,
                                              gboolean        on);
char        *csm_case_list_row_describe      (CsmWorkbench     *workbench,
                                              const CsmCaseRow *row);

G_END_DECLS
