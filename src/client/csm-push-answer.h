/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-sync.h"
#include "csm-jmap-request-builder.h"
#include "csm-jmap-response.h"

G_BEGIN_DECLS

/* One /set call and the operations in it. */
typedef struct
{
  CsmTypeId   type;
  char       *call_id;
  GPtrArray  *ops; /* CsmOperation, borrowed */
} CsmPushCall;

GPtrArray *csm_push_calls_build   (GPtrArray             *ops,
                                   const char            *workspace_account,
                                   const char            *personal_account,
                                   CsmJmapRequestBuilder *request);
void       csm_push_calls_answer  (GPtrArray             *calls,
                                   CsmJmapResponse       *response,
                                   GPtrArray             *results,
                                   gboolean              *resync);
CsmOpResult *csm_push_result_of_error (CsmOperation      *op,
                                   const char            *type,
                                   const char            *description);
gint64     csm_push_back_off      (int                    tries);

G_END_DECLS
