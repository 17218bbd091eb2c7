/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-picker-popover.h"

G_BEGIN_DECLS

/*
 * The tags of the open case. Property: "workbench".
 */
#define CSM_TYPE_TAG_POPOVER (csm_tag_popover_get_type ())
G_DECLARE_FINAL_TYPE (CsmTagPopover, csm_tag_popover, CSM, TAG_POPOVER, CsmPickerPopover)

G_END_DECLS
