/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-case-part.h"

G_BEGIN_DECLS

/* Who was merged into the open case's customer, and can be taken out again; or whom they were merged into themselves. */
#define CSM_TYPE_CUSTOMER_MERGES (csm_customer_merges_get_type ())
G_DECLARE_FINAL_TYPE (CsmCustomerMerges, csm_customer_merges, CSM, CUSTOMER_MERGES, CsmCasePart)

G_END_DECLS
