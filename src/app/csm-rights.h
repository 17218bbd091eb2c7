/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-role.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

gboolean    csm_rights_is_guest (CsmWorkbench *workbench);
gboolean    csm_rights_may     (CsmWorkbench *workbench,
                                CsmAction     action);
const char *csm_rights_why_not (CsmWorkbench *workbench,
                                CsmAction     action);
gboolean    csm_rights_apply   (CsmWorkbench *workbench,
                                CsmAction     action,
                                GtkWidget    *widget);

G_END_DECLS
