/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * What is around the entry of a search bar: suggestions, colours for filters, and the button that keeps the search. It tells the
 * workbench's CsmSearchContext what is looked for. Property "workbench".
 */
#define CSM_TYPE_SEARCH_BOX (csm_search_box_get_type ())
G_DECLARE_FINAL_TYPE (CsmSearchBox, csm_search_box, CSM, SEARCH_BOX, GtkBox)

GtkWidget *csm_search_box_new (GtkSearchBar *bar,
                               GtkWidget    *entry);

G_END_DECLS
