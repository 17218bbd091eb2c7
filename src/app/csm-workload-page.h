/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* The preferences' page of the team: how much everybody has to do, who is away, and who gets new cases. */
#define CSM_TYPE_WORKLOAD_PAGE (csm_workload_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmWorkloadPage, csm_workload_page, CSM, WORKLOAD_PAGE, AdwPreferencesPage)

GtkWidget *csm_workload_page_new (CsmWorkbench *workbench);

G_END_DECLS
