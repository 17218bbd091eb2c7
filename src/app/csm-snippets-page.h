/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* The preferences' page about the texts that are used again: snippets and articles. */
#define CSM_TYPE_SNIPPETS_PAGE (csm_snippets_page_get_type ())
G_DECLARE_FINAL_TYPE (CsmSnippetsPage, csm_snippets_page, CSM, SNIPPETS_PAGE, AdwPreferencesPage)

void csm_snippets_page_set_workbench (CsmSnippetsPage *self,
                                      CsmWorkbench    *workbench);

G_END_DECLS
