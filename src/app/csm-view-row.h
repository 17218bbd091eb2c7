/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

#define CSM_TYPE_VIEW_ROW (csm_view_row_get_type ())
G_DECLARE_FINAL_TYPE (CsmViewRow, csm_view_row, CSM, VIEW_ROW, GtkListBoxRow)

GtkWidget         *csm_view_row_new       (const CsmCaseView *view);
const CsmCaseView *csm_view_row_get_view  (CsmViewRow        *self);
void               csm_view_row_set_title (CsmViewRow        *self,
                                           const char        *title);
void               csm_view_row_set_color (CsmViewRow        *self,
                                           const char        *color);
void               csm_view_row_set_menu  (CsmViewRow        *self,
                                           GMenuModel        *menu);
void               csm_view_row_set_count (CsmViewRow        *self,
                                           guint              count);

G_END_DECLS
