/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-sheet.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* One person who is two customers: what would move is shown first. */
#define CSM_TYPE_MERGE_CUSTOMERS (csm_merge_customers_get_type ())
G_DECLARE_FINAL_TYPE (CsmMergeCustomers, csm_merge_customers, CSM, MERGE_CUSTOMERS, AdwBin)

CsmSheet *csm_merge_customers_present   (GtkWidget         *from,
                                         CsmWorkbench      *workbench);
void      csm_merge_customers_choose    (CsmMergeCustomers *self,
                                         const char        *case_id);
void      csm_merge_customers_show_plan (CsmMergeCustomers *self,
                                         JsonObject        *plan);
void      csm_merge_customers_split_off (CsmWorkbench      *workbench,
                                         JsonObject        *customer,
                                         const char        *key);

G_END_DECLS
