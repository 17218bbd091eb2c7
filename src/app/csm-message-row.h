/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* One message of the timeline, or a reply on its way out. */
#define CSM_TYPE_MESSAGE_ROW (csm_message_row_get_type ())
G_DECLARE_FINAL_TYPE (CsmMessageRow, csm_message_row, CSM, MESSAGE_ROW, AdwBin)

GtkWidget *csm_message_row_new (CsmWorkbench           *workbench,
                                const CsmTimelineEntry *entry);

G_END_DECLS
