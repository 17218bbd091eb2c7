/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-picker-popover.h"

G_BEGIN_DECLS

/*
 * Which team the open case belongs to. Property: "workbench".
 */
#define CSM_TYPE_TEAM_POPOVER (csm_team_popover_get_type ())
G_DECLARE_FINAL_TYPE (CsmTeamPopover, csm_team_popover, CSM, TEAM_POPOVER, CsmPickerPopover)

G_END_DECLS
