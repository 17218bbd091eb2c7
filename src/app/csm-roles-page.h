/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* The preferences' page about who may do what: the table by which the server decides. */
#define CSM_TYPE_ROLES_PAGE (csm_roles_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmRolesPage, csm_roles_page, CSM, ROLES_PAGE, AdwPreferencesPage)

void csm_roles_page_set_workbench (CsmRolesPage *self,
                                   CsmWorkbench *workbench);

G_END_DECLS
