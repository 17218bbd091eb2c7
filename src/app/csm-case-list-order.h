/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-types.h"

G_BEGIN_DECLS

const char   *csm_case_list_order_name     (CsmCaseOrder       order);
CsmCaseOrder  csm_case_list_order_of_name  (const char        *name);
CsmCaseOrder  csm_case_list_order_load     (GSettings         *settings,
                                            const CsmCaseView *view);
void          csm_case_list_order_save     (GSettings         *settings,
                                            const CsmCaseView *view,
                                            CsmCaseOrder       order);

G_END_DECLS
