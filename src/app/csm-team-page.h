/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* One team: its name, who is in it, and where its cases go. */
#define CSM_TYPE_TEAM_PAGE (csm_team_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmTeamPage, csm_team_page, CSM, TEAM_PAGE, AdwBin)

GtkWidget *csm_team_page_new (CsmWorkbench *workbench,
                              const char   *team_id);

G_END_DECLS
