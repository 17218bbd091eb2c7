/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-part.h"

G_BEGIN_DECLS

/* How much of a promised time is left in the open case, and why it was promised. Only there while one runs. */
#define CSM_TYPE_CLOCK_CHIP (csm_clock_chip_get_type ())
G_DECLARE_FINAL_TYPE (CsmClockChip, csm_clock_chip, CSM, CLOCK_CHIP, CsmCasePart)

G_END_DECLS
