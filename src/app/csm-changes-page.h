/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mailbox-asker.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* Who changed people, teams, channels and tags, the newest first: the server knows, and tells admins. */
#define CSM_TYPE_CHANGES_PAGE (csm_changes_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmChangesPage, csm_changes_page, CSM, CHANGES_PAGE, AdwPreferencesPage)

GtkWidget *csm_changes_page_new (CsmWorkbench    *workbench,
                                 CsmMailboxAsker *asker);

G_END_DECLS
