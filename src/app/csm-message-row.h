/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-transcript.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* One message of the timeline, or a reply on its way out. It takes the focus itself, and what is in it after that. */
#define CSM_TYPE_MESSAGE_ROW (csm_message_row_get_type ())
G_DECLARE_FINAL_TYPE (CsmMessageRow, csm_message_row, CSM, MESSAGE_ROW, AdwBin)

GtkWidget *csm_message_row_new (CsmWorkbench           *workbench,
                                const CsmTimelineEntry *entry);
JsonObject    *csm_message_row_get_record (CsmMessageRow       *self);
gint64         csm_message_row_get_time   (CsmMessageRow       *self);
CsmTranscript *csm_message_row_transcribe (CsmMessageRow       *self);

G_END_DECLS
