/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * The views with their counts, the teams, the tags, and the status line. Properties: "workbench",
 * "show-start-title-buttons", "show-end-title-buttons". Signal "chosen": a person chose a view.
 */
#define CSM_TYPE_VIEWS_PANE (csm_views_pane_get_type ())
G_DECLARE_FINAL_TYPE (CsmViewsPane, csm_views_pane, CSM, VIEWS_PANE, AdwBin)

void csm_views_pane_choose (CsmViewsPane *self,
                            guint         position);
void csm_views_pane_focus  (CsmViewsPane *self);

G_END_DECLS
