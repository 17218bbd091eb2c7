/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* What can be said about, and done with, a reply on its way out. */
gint64 csm_sending_undo_until (const CsmTimelineEntry *entry);
char  *csm_sending_describe   (CsmWorkbench           *workbench,
                               const CsmTimelineEntry *entry);
char  *csm_sending_problem    (CsmWorkbench           *workbench,
                               const CsmTimelineEntry *entry);
char  *csm_sending_delivery   (JsonObject             *message,
                               const char            **icon);
void   csm_sending_undo       (CsmWorkbench           *workbench,
                               const char             *submission_id);

G_END_DECLS
