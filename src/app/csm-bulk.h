/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-bulk.h"
#include "csm-workbench.h"

G_BEGIN_DECLS

/* What is done with many cases at once. */
typedef enum
{
  CSM_BULK_ASSIGN,    /* `value`: a person; NULL: nobody */
  CSM_BULK_MOVE,      /* a team; NULL: none */
  CSM_BULK_TAG,       /* a tag */
  CSM_BULK_UNTAG,
  CSM_BULK_STATUS,    /* open, waiting, resolved */
  CSM_BULK_SNOOZE,    /* `until` */
  CSM_BULK_PRIORITY,
  CSM_BULK_LANE,
  CSM_BULK_INBOX,     /* belongs there, and is open */
  CSM_BULK_SPAM,
  CSM_BULK_NOT_SPAM,
  CSM_BULK_BLOCK,
  CSM_BULK_READ,
  CSM_BULK_UNREAD,
} CsmBulkKind;

gboolean csm_bulk_concerns (CsmBulkKind          kind,
                            const char          *value,
                            gint64               until,
                            const CsmCaseState  *state);
char    *csm_bulk_say      (CsmWorkbench        *workbench,
                            CsmBulkKind          kind,
                            const char          *value,
                            gint64               until,
                            guint                n);
JsonObject *csm_bulk_common (GPtrArray          *states);
void     csm_bulk_perform  (CsmWorkbench        *workbench,
                            const char * const  *case_ids,
                            CsmBulkKind          kind,
                            const char          *value,
                            gint64               until);

G_END_DECLS
