/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-types.h"

G_BEGIN_DECLS

/*
 * One case in a list. The same object for the same case while anybody holds it; its content comes later and may
 * change: "changed" says so.
 */
#define CSM_TYPE_CASE_ITEM (csm_case_item_get_type ())
G_DECLARE_FINAL_TYPE (CsmCaseItem, csm_case_item, CSM, CASE_ITEM, GObject)

CsmCaseItem      *csm_case_item_new       (gint64       rowid);
gint64            csm_case_item_get_rowid (CsmCaseItem *self);
const char       *csm_case_item_get_id    (CsmCaseItem *self);
const CsmCaseRow *csm_case_item_get_row   (CsmCaseItem *self);
void              csm_case_item_take_row  (CsmCaseItem *self,
                                           CsmCaseRow  *row);

G_END_DECLS
