/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Goal, status, owner and the rest of the open case, to be read and changed, and its history. Property: "workbench".
 */
#define CSM_TYPE_CASE_PROPERTIES (csm_case_properties_get_type ())
G_DECLARE_FINAL_TYPE (CsmCaseProperties, csm_case_properties, CSM, CASE_PROPERTIES, AdwBin)

G_END_DECLS
