/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-sheet.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* One person who is two customers: what would move is shown first. */
#define CSM_TYPE_CUSTOMER_MERGE (csm_customer_merge_get_type ())
G_DECLARE_FINAL_TYPE (CsmCustomerMerge, csm_customer_merge, CSM, CUSTOMER_MERGE, AdwBin)

CsmSheet *csm_customer_merge_present   (GtkWidget        *from,
                                        CsmWorkbench     *workbench);
void      csm_customer_merge_choose    (CsmCustomerMerge *self,
                                        const char       *case_id);
void      csm_customer_merge_show_plan (CsmCustomerMerge *self,
                                        JsonObject       *plan);
void      csm_customer_merge_split_off (CsmWorkbench     *workbench,
                                        JsonObject       *customer,
                                        const char       *key);

G_END_DECLS
