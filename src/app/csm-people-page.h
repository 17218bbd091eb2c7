/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mailbox-asker.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* The preferences' list of everybody who works here, who was invited, and who has left. */
#define CSM_TYPE_PEOPLE_PAGE (csm_people_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmPeoplePage, csm_people_page, CSM, PEOPLE_PAGE, AdwPreferencesPage)

GtkWidget *csm_people_page_new (CsmWorkbench    *workbench,
                                CsmMailboxAsker *asker);

G_END_DECLS
