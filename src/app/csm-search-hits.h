/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Above a timeline: how often it has what is looked for, and the way from one to the next. It marks them in the messages' texts.
 * Property "workbench".
 */
#define CSM_TYPE_SEARCH_HITS (csm_search_hits_get_type ())
G_DECLARE_FINAL_TYPE (CsmSearchHits, csm_search_hits, CSM, SEARCH_HITS, AdwBin)

GtkWidget *csm_search_hits_attach (GtkWidget     *timeline);
guint      csm_search_hits_count  (CsmSearchHits *self);

G_END_DECLS
