/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Whatever can be done, by a few letters of its name: actions with their keys, views, tags, people, and cases. It belongs to
 * a window, over whose top it opens.
 */
#define CSM_TYPE_COMMAND_PALETTE (csm_command_palette_get_type ())
G_DECLARE_FINAL_TYPE (CsmCommandPalette, csm_command_palette, CSM, COMMAND_PALETTE, GtkPopover)

CsmCommandPalette *csm_command_palette_new  (GtkWidget         *window);
void               csm_command_palette_open (CsmCommandPalette *self,
                                             CsmWorkbench      *workbench);

G_END_DECLS
