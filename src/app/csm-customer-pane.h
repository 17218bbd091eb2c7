/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * Who the customer of the open case is, and their other cases. Property: "workbench".
 */
#define CSM_TYPE_CUSTOMER_PANE (csm_customer_pane_get_type ())
G_DECLARE_FINAL_TYPE (CsmCustomerPane, csm_customer_pane, CSM, CUSTOMER_PANE, AdwBin)

G_END_DECLS
