/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* The preferences' list of tags: what they are called, their colours, and how many open cases have them. */
#define CSM_TYPE_TAGS_PAGE (csm_tags_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmTagsPage, csm_tags_page, CSM, TAGS_PAGE, AdwPreferencesPage)

GtkWidget *csm_tags_page_new (CsmWorkbench *workbench);

G_END_DECLS
