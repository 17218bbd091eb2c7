/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* What stands below the replies of whoever is signed in, for each mailbox. */
#define CSM_TYPE_SIGNATURE_GROUP (csm_signature_group_get_type ())
G_DECLARE_FINAL_TYPE (CsmSignatureGroup, csm_signature_group, CSM, SIGNATURE_GROUP, AdwPreferencesGroup)

void csm_signature_group_set_workbench (CsmSignatureGroup *self,
                                        CsmWorkbench      *workbench);

G_END_DECLS
