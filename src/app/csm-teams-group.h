/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* The preferences' list of teams, with partners after them. */
#define CSM_TYPE_TEAMS_GROUP (csm_teams_group_get_type ())
G_DECLARE_FINAL_TYPE (CsmTeamsGroup, csm_teams_group, CSM, TEAMS_GROUP, AdwPreferencesGroup)

GtkWidget *csm_teams_group_new (CsmWorkbench *workbench);

G_END_DECLS
