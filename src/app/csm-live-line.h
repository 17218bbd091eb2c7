/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Who else is in the open case at this moment, in one line; takes no room when nobody is. Properties: "workbench"; "notes"
 * (boolean, construct only): only those who write to their colleagues.
 */
#define CSM_TYPE_LIVE_LINE (csm_live_line_get_type ())
G_DECLARE_FINAL_TYPE (CsmLiveLine, csm_live_line, CSM, LIVE_LINE, GtkWidget)

G_END_DECLS
