/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* One line of the case's history between its messages. */
GtkWidget *csm_event_row_new (CsmWorkbench           *workbench,
                              const CsmTimelineEntry *entry);

G_END_DECLS
