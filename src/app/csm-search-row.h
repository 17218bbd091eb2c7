/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

void csm_search_row_watch (GtkWidget        *row,
                           CsmWorkbench     *workbench,
                           GCallback         refresh);
void csm_search_row_mark  (CsmWorkbench     *workbench,
                           const CsmCaseRow *row,
                           GtkWidget        *name,
                           GtkWidget        *subject,
                           GtkWidget        *preview);

G_END_DECLS
