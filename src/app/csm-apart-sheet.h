/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-sheet.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* A customer who was merged into another one stands alone again: what would go back is shown first. */
#define CSM_TYPE_APART_SHEET (csm_apart_sheet_get_type ())
G_DECLARE_FINAL_TYPE (CsmApartSheet, csm_apart_sheet, CSM, APART_SHEET, AdwBin)

CsmSheet *csm_apart_sheet_present   (GtkWidget     *from,
                                     CsmWorkbench  *workbench,
                                     JsonObject    *customer);
void      csm_apart_sheet_show_plan (CsmApartSheet *self,
                                     JsonObject    *plan);

G_END_DECLS
