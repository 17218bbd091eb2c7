/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gtk/gtk.h>

#include "csm-case-list-model.h"

G_BEGIN_DECLS

/*
 * What is selected in the list of cases, kept by case: a row that moves stays selected, and one that leaves the list is
 * selected no more. Normally that is the one case that is open. Several are selected from the second one on, or when
 * somebody wants to pick, until a person chooses one alone, leaves, or none of them is in the list any more.
 *
 * Signals: "chosen" (guint position): a person chose this one alone; "several-changed": csm_case_list_selection_is_several()
 * or which they are. It may come more often than something changed.
 */
#define CSM_TYPE_CASE_LIST_SELECTION (csm_case_list_selection_get_type ())
G_DECLARE_FINAL_TYPE (CsmCaseListSelection, csm_case_list_selection, CSM, CASE_LIST_SELECTION, GObject)

CsmCaseListSelection *csm_case_list_selection_new         (void);
void                  csm_case_list_selection_set_model   (CsmCaseListSelection *self,
                                                           CsmCaseListModel     *model);
void                  csm_case_list_selection_show_case   (CsmCaseListSelection *self,
                                                           const char           *case_id);
guint                 csm_case_list_selection_get_open    (CsmCaseListSelection *self);
gboolean              csm_case_list_selection_is_several  (CsmCaseListSelection *self);
gboolean              csm_case_list_selection_is_picking  (CsmCaseListSelection *self);
guint                 csm_case_list_selection_count       (CsmCaseListSelection *self);
GArray               *csm_case_list_selection_dup_rowids  (CsmCaseListSelection *self);
void                  csm_case_list_selection_start       (CsmCaseListSelection *self);
void                  csm_case_list_selection_toggle      (CsmCaseListSelection *self,
                                                           guint                 position);
gboolean              csm_case_list_selection_leave       (CsmCaseListSelection *self);
guint                 csm_case_list_selection_next        (CsmCaseListSelection *self);

G_END_DECLS
