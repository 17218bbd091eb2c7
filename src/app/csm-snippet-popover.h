/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Offers texts to put into the reply: first what fits to what the customer wrote.
 *
 * Signals: "picked" (const char *id): of a Snippet or an Article; "save" (const char *title): what is selected shall become a
 * snippet; "article" (): one shall be written from this case.
 */
#define CSM_TYPE_SNIPPET_POPOVER (csm_snippet_popover_get_type ())
G_DECLARE_FINAL_TYPE (CsmSnippetPopover, csm_snippet_popover, CSM, SNIPPET_POPOVER, GtkPopover)

void csm_snippet_popover_set (CsmSnippetPopover *self,
                              CsmWorkbench      *workbench,
                              gboolean           can_save);

G_END_DECLS
