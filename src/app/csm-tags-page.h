/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-mailbox-asker.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* The preferences' list of tags: what they are called, their colours, and how many open cases have them. */
#define CSM_TYPE_TAGS_PAGE (csm_tags_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmTagsPage, csm_tags_page, CSM, TAGS_PAGE, AdwPreferencesPage)

GtkWidget *csm_tags_page_new       (CsmWorkbench    *workbench);
void       csm_tags_page_set_asker (CsmTagsPage     *self,
                                    CsmMailboxAsker *asker);

G_END_DECLS
