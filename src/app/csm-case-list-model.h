/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache.h"
#include "csm-case-item.h"

G_BEGIN_DECLS

/*
 * The cases of one view as a list model that is cheap at any length: ordered ids in memory, items made when the
 * list asks, filled in batches. A change becomes a few edits, never a reset. For another view make another model.
 *
 * Signals: "ready" once, when the ids and the first screenful are known (the model may be empty); "filled" after rows were read;
 * "divided" when csm_case_list_model_get_n_found() says another number.
 */
#define CSM_TYPE_CASE_LIST_MODEL (csm_case_list_model_get_type ())
G_DECLARE_FINAL_TYPE (CsmCaseListModel, csm_case_list_model, CSM, CASE_LIST_MODEL, GObject)

CsmCaseListModel *csm_case_list_model_new            (CsmCache          *cache,
                                                      const CsmCaseView *view);
void              csm_case_list_model_close          (CsmCaseListModel  *self);
const CsmCaseView *csm_case_list_model_get_view      (CsmCaseListModel  *self);
void              csm_case_list_model_grow           (CsmCaseListModel  *self);
gboolean          csm_case_list_model_is_ready       (CsmCaseListModel  *self);
guint             csm_case_list_model_get_n_cases    (CsmCaseListModel  *self);
void              csm_case_list_model_append         (CsmCaseListModel  *self,
                                                      GArray            *rowids);
guint             csm_case_list_model_get_n_found    (CsmCaseListModel  *self);
GArray           *csm_case_list_model_get_rowids     (CsmCaseListModel  *self);
gboolean          csm_case_list_model_get_rowid      (CsmCaseListModel  *self,
                                                      guint              position,
                                                      gint64            *rowid);
gint64            csm_case_list_model_get_case_rowid (CsmCaseListModel  *self,
                                                      const char        *case_id);
const char       *csm_case_list_model_get_case_id    (CsmCaseListModel  *self,
                                                      gint64             rowid);
gboolean          csm_case_list_model_find           (CsmCaseListModel  *self,
                                                      gint64             rowid,
                                                      guint             *position);

G_END_DECLS
