/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-part.h"

G_BEGIN_DECLS

/* What was promised in the open case, what became of it, and why. Not there when nothing was. */
#define CSM_TYPE_CLOCK_PANEL (csm_clock_panel_get_type ())
G_DECLARE_FINAL_TYPE (CsmClockPanel, csm_clock_panel, CSM, CLOCK_PANEL, CsmCasePart)

G_END_DECLS
