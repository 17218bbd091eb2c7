/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * What one window looks for: one for each workbench. The list says what is typed; rows, the timeline and the notes to colleagues mark it.
 *
 * Property "typed" (string or NULL). Signals: "passages": more is known of what was found in listed cases;
 * "step" (int): the next hit in the open case, or the one before.
 */
#define CSM_TYPE_SEARCH_CONTEXT (csm_search_context_get_type ())
G_DECLARE_FINAL_TYPE (CsmSearchContext, csm_search_context, CSM, SEARCH_CONTEXT, GObject)

CsmSearchContext   *csm_search_context_of          (CsmWorkbench     *workbench);
const char         *csm_search_context_get_typed   (CsmSearchContext *self);
void                csm_search_context_set_typed   (CsmSearchContext *self,
                                                    const char       *typed);
const char         *csm_search_context_get_passage (CsmSearchContext *self,
                                                    gint64            rowid);
const char * const *csm_search_context_get_recent  (CsmSearchContext *self);
void                csm_search_context_remember    (CsmSearchContext *self);
GtkWidget          *csm_search_context_get_notes   (CsmSearchContext *self);
void                csm_search_context_set_notes   (CsmSearchContext *self,
                                                    GtkWidget        *notes);
void                csm_search_context_step        (CsmSearchContext *self,
                                                    int               by);

G_END_DECLS
