/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* What a person decides of an operation that waits. Each can be undone, and no word of anybody's is lost. */
void csm_decide_hold        (GtkWidget          *widget);
void csm_decide_retry       (CsmWorkbench       *workbench,
                             const CsmOperation *op);
void csm_decide_send_anyway (CsmWorkbench       *workbench,
                             const CsmOperation *op);
void csm_decide_keep_mine   (CsmWorkbench       *workbench,
                             const CsmOperation *op);
void csm_decide_keep_theirs (CsmWorkbench       *workbench,
                             const CsmOperation *op);
void csm_decide_edit        (CsmWorkbench       *workbench,
                             const CsmOperation *op);
void csm_decide_drop        (CsmWorkbench       *workbench,
                             const CsmOperation *op);

G_END_DECLS
