/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-part.h"

G_BEGIN_DECLS

/* Which service level the open case's customer was promised by name. Not there when none is for chosen customers. */
#define CSM_TYPE_SERVICE_LEVEL_CHOICE (csm_service_level_choice_get_type ())
G_DECLARE_FINAL_TYPE (CsmServiceLevelChoice, csm_service_level_choice, CSM, SERVICE_LEVEL_CHOICE, CsmCasePart)

G_END_DECLS
