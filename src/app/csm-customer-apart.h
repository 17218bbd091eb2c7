/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-sheet.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* A customer who was merged into another one stands alone again: what would go back is shown first. */
#define CSM_TYPE_CUSTOMER_APART (csm_customer_apart_get_type ())
G_DECLARE_FINAL_TYPE (CsmCustomerApart, csm_customer_apart, CSM, CUSTOMER_APART, AdwBin)

CsmSheet *csm_customer_apart_present   (GtkWidget        *from,
                                        CsmWorkbench     *workbench,
                                        JsonObject       *customer);
void      csm_customer_apart_show_plan (CsmCustomerApart *self,
                                        JsonObject       *plan);

G_END_DECLS
