/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Offers below a search entry what may be typed next. The entry keeps the focus and hands its keys over: Down and Up choose, Enter
 * takes what is chosen, Tab the first one, Escape closes.
 */
#define CSM_TYPE_SEARCH_COMPLETION (csm_search_completion_get_type ())
G_DECLARE_FINAL_TYPE (CsmSearchCompletion, csm_search_completion, CSM, SEARCH_COMPLETION, GtkPopover)

GtkWidget *csm_search_completion_new           (GtkEditable         *entry);
void       csm_search_completion_set_workbench (CsmSearchCompletion *self,
                                                CsmWorkbench        *workbench);
void       csm_search_completion_update        (CsmSearchCompletion *self);
gboolean   csm_search_completion_key           (CsmSearchCompletion *self,
                                                guint                keyval);
guint      csm_search_completion_count         (CsmSearchCompletion *self);

G_END_DECLS
