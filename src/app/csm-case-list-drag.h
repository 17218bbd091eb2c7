/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* The cases that are being dragged. */
typedef struct
{
  char **case_ids;
} CsmDraggedCases;

#define CSM_TYPE_DRAGGED_CASES (csm_dragged_cases_get_type ())
GType csm_dragged_cases_get_type (void);

/* Returns: (transfer full) (nullable): the cases that go along from this place of the list; NULL: nothing does */
typedef char **(*CsmDragFunc) (gpointer  data,
                               double    x,
                               double    y);

void     csm_case_list_drag_add    (GtkWidget          *list,
                                    CsmDragFunc         func,
                                    gpointer            data);
gboolean csm_case_drop_takes       (CsmWorkbench       *workbench,
                                    const CsmCaseView  *view);
gboolean csm_case_drop_on_view     (CsmWorkbench       *workbench,
                                    const CsmCaseView  *view,
                                    const char * const *case_ids,
                                    GtkWidget          *place);
void     csm_case_drop_ask_when    (CsmWorkbench       *workbench,
                                    const char * const *case_ids,
                                    GtkWidget          *place);
void     csm_case_drop_add_views   (GtkListBox         *list);
void     csm_case_drop_add_person  (GtkWidget          *widget,
                                    CsmWorkbench       *workbench,
                                    const char         *person_id);

G_END_DECLS
