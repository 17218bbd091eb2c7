/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* The preferences' page of what was kept from finished cases: how often each was used, and what came of it. */
#define CSM_TYPE_TEMPLATES_PAGE (csm_templates_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmTemplatesPage, csm_templates_page, CSM, TEMPLATES_PAGE, AdwPreferencesPage)

GtkWidget *csm_templates_page_new (CsmWorkbench *workbench);

G_END_DECLS
