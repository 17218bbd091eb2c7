/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Asks the server for what a search doesn't find here, once somebody has stopped typing, and puts it at the end of the list.
 * Without a connection nothing is asked, and nothing is said. Property with notify: "busy": the server is being asked.
 */
#define CSM_TYPE_SEARCH_ELSEWHERE (csm_search_elsewhere_get_type ())
G_DECLARE_FINAL_TYPE (CsmSearchElsewhere, csm_search_elsewhere, CSM, SEARCH_ELSEWHERE, GObject)

CsmSearchElsewhere *csm_search_elsewhere_new       (CsmWorkbench       *workbench);
void                csm_search_elsewhere_set_model (CsmSearchElsewhere *self,
                                                    CsmCaseListModel   *model);

G_END_DECLS
