/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* The preferences' page about where mail goes, and whose mail nobody sees. */
#define CSM_TYPE_RULES_PAGE (csm_rules_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmRulesPage, csm_rules_page, CSM, RULES_PAGE, AdwPreferencesPage)

void csm_rules_page_set_workbench (CsmRulesPage *self,
                                   CsmWorkbench *workbench);

G_END_DECLS
