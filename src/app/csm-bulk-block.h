/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-bulk.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

JsonObject *csm_bulk_block_find (CsmWorkbench *workbench,
                                 const char   *address);
char       *csm_bulk_block_rule (CsmIntent    *intent,
                                 const char   *address);
void        csm_bulk_block_keep (CsmWorkbench *workbench,
                                 GPtrArray    *states);
guint       csm_bulk_block_add  (CsmWorkbench *workbench,
                                 CsmIntent    *intent,
                                 GPtrArray    *states);
void        csm_bulk_block_lift (CsmWorkbench *workbench,
                                 CsmIntent    *intent,
                                 GPtrArray    *states);

G_END_DECLS
