/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-sheet.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* Everything that ever happened in a case and in those merged into it: filtered, and written to a file. */
#define CSM_TYPE_HISTORY_VIEW (csm_history_view_get_type ())
G_DECLARE_FINAL_TYPE (CsmHistoryView, csm_history_view, CSM, HISTORY_VIEW, AdwBin)

CsmSheet *csm_history_view_present  (GtkWidget      *from,
                                     CsmWorkbench   *workbench);
char     *csm_history_view_dup_text (CsmHistoryView *self);

G_END_DECLS
