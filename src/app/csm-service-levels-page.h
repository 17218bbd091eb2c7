/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* The preferences' page about what customers are promised, and about the hours in which that is counted. */
#define CSM_TYPE_SERVICE_LEVELS_PAGE (csm_service_levels_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmServiceLevelsPage, csm_service_levels_page, CSM, SERVICE_LEVELS_PAGE, AdwPreferencesPage)

void csm_service_levels_page_set_workbench (CsmServiceLevelsPage *self,
                                            CsmWorkbench         *workbench);

G_END_DECLS
