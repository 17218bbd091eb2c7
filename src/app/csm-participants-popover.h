/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-picker-popover.h"

G_BEGIN_DECLS

/*
 * Which colleagues take part in the open case. Property: "workbench".
 */
#define CSM_TYPE_PARTICIPANTS_POPOVER (csm_participants_popover_get_type ())
G_DECLARE_FINAL_TYPE (CsmParticipantsPopover, csm_participants_popover, CSM, PARTICIPANTS_POPOVER, CsmPickerPopover)

G_END_DECLS
