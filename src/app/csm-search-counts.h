/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* As many cases of a search are counted at most: nobody needs to know more of a longer list. */
#define CSM_SEARCH_COUNTS_MOST 100

/*
 * How many cases the searches that are kept find. They are counted one after another behind everything else, while somebody can
 * see them, and again some time after something changed: the longer it takes, the later.
 *
 * Signal "changed" (): some count is another one.
 */
#define CSM_TYPE_SEARCH_COUNTS (csm_search_counts_get_type ())
G_DECLARE_FINAL_TYPE (CsmSearchCounts, csm_search_counts, CSM, SEARCH_COUNTS, GObject)

CsmSearchCounts *csm_search_counts_new       (CsmWorkbench    *workbench);
void             csm_search_counts_close     (CsmSearchCounts *self);
void             csm_search_counts_set_shown (CsmSearchCounts *self,
                                              gboolean         shown);
guint            csm_search_counts_get       (CsmSearchCounts *self,
                                              const char      *search);

G_END_DECLS
