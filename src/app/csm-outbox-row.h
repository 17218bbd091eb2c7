/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/*
 * One operation that waits, with what can be done about it. Signal: "opened" ().
 */
#define CSM_TYPE_OUTBOX_ROW (csm_outbox_row_get_type ())
G_DECLARE_FINAL_TYPE (CsmOutboxRow, csm_outbox_row, CSM, OUTBOX_ROW, GtkListBoxRow)

GtkWidget  *csm_outbox_row_new     (CsmWorkbench       *workbench,
                                    const CsmOperation *op);
char       *csm_outbox_row_explain (const char         *error,
                                    const char         *description);

G_END_DECLS
