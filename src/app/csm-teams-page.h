/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* The preferences' list of teams, and of partners. */
#define CSM_TYPE_TEAMS_PAGE (csm_teams_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmTeamsPage, csm_teams_page, CSM, TEAMS_PAGE, AdwPreferencesPage)

GtkWidget *csm_teams_page_new (CsmWorkbench *workbench);

G_END_DECLS
