/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-sheet.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* Giving the open case to a person or a team, with a note and what is still open, as one thing that is undone as one. */
#define CSM_TYPE_HAND_OVER (csm_hand_over_get_type ())
G_DECLARE_FINAL_TYPE (CsmHandOver, csm_hand_over, CSM, HAND_OVER, AdwBin)

CsmSheet *csm_hand_over_present (GtkWidget    *from,
                                 CsmWorkbench *workbench);
void      csm_hand_over_choose  (CsmHandOver  *self,
                                 const char   *id);

G_END_DECLS
