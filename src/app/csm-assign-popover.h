/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-picker-popover.h"

G_BEGIN_DECLS

/*
 * Who owns the open case. Property: "workbench".
 */
#define CSM_TYPE_ASSIGN_POPOVER (csm_assign_popover_get_type ())
G_DECLARE_FINAL_TYPE (CsmAssignPopover, csm_assign_popover, CSM, ASSIGN_POPOVER, CsmPickerPopover)

G_END_DECLS
