/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-list-pane.h"

G_BEGIN_DECLS

void csm_case_list_swipe_add   (CsmCaseListPane *pane);
void csm_case_list_swipe_begin (CsmCaseListPane *pane,
                                guint            position);
void csm_case_list_swipe_move  (CsmCaseListPane *pane,
                                double           by);
void csm_case_list_swipe_end   (CsmCaseListPane *pane);

G_END_DECLS
