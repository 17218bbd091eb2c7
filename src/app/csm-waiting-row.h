/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* One thing that waits and needs nobody: what it is, since when; it can be edited or taken back. Signal: "opened" (). */
#define CSM_TYPE_WAITING_ROW (csm_waiting_row_get_type ())
G_DECLARE_FINAL_TYPE (CsmWaitingRow, csm_waiting_row, CSM, WAITING_ROW, GtkListBoxRow)

GtkWidget *csm_waiting_row_new (CsmWorkbench *workbench,
                                CsmOperation *op);

G_END_DECLS
