/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Who is in the cases of a list: says which rows are on the screen, and shows a row again when others than before are in its case.
 */
#define CSM_TYPE_LIVE_LIST (csm_live_list_get_type ())
G_DECLARE_FINAL_TYPE (CsmLiveList, csm_live_list, CSM, LIVE_LIST, GObject)

CsmLiveList *csm_live_list_new    (CsmWorkbench *workbench,
                                   GtkWidget    *list);
void         csm_live_list_close  (CsmLiveList  *self);
void         csm_live_list_update (CsmLiveList  *self);

/* The mark of a row. */
const char  *csm_live_list_icon   (CsmWorkbench *workbench,
                                   const char   *case_id);

G_END_DECLS
