/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-list-model.h"
#include "csm-conversation-pane.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * The list of cases of the workbench's view, or of a search over all local cases.
 * Properties: "workbench"; "views-visible" (the button that opens the drawer of views), "show-end-title-buttons",
 * "show-start-title-buttons"; "alone" (no conversation is beside).
 * Signals: "activated": a person chose a row, also the one that is selected already; "painted": the first rows of another
 * list are on the screen, or that takes unusually long.
 */
#define CSM_TYPE_CASE_LIST_PANE (csm_case_list_pane_get_type ())
G_DECLARE_FINAL_TYPE (CsmCaseListPane, csm_case_list_pane, CSM, CASE_LIST_PANE, AdwBin)

void              csm_case_list_pane_search    (CsmCaseListPane *self);
void              csm_case_list_pane_search_for (CsmCaseListPane *self,
                                                 const char      *text);
gboolean          csm_case_list_pane_stop      (CsmCaseListPane *self);
void              csm_case_list_pane_move      (CsmCaseListPane *self,
                                                int              by);
void              csm_case_list_pane_extend    (CsmCaseListPane *self,
                                                int              by);
void              csm_case_list_pane_toggle    (CsmCaseListPane *self);
void              csm_case_list_pane_select_all (CsmCaseListPane *self);
gboolean          csm_case_list_pane_leave     (CsmCaseListPane *self);
void              csm_case_list_pane_pass      (CsmCaseListPane *self);
void              csm_case_list_pane_popup     (CsmCaseListPane *self,
                                                CsmConversationPopover which);
void              csm_case_list_pane_focus     (CsmCaseListPane *self);
CsmCaseListModel *csm_case_list_pane_get_model (CsmCaseListPane *self);
gboolean          csm_case_list_pane_is_filled (CsmCaseListPane *self);

G_END_DECLS
