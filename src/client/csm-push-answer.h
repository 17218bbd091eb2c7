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

/* What a request may hold. */
typedef struct
{
  guint   objects;  /* in one call */
  guint   calls;
  guint64 size;     /* bytes */
} CsmPushLimits;

/* What the answers tell beside what became of each operation. */
typedef struct
{
  gboolean resync;   /* what is here may differ from the server in a way that no push tells */
  gboolean refresh;  /* the Session may be another one */
  guint    too_many; /* so many operations in one call were too many; 0: none were */
} CsmPushNews;

GPtrArray   *csm_push_calls_build     (GPtrArray             *ops,
                                       const CsmPushLimits   *limits,
                                       const char            *workspace_account,
                                       const char            *personal_account,
                                       CsmJmapRequestBuilder *request,
                                       GPtrArray             *results);
void         csm_push_calls_answer    (GPtrArray             *calls,
                                       CsmJmapResponse       *response,
                                       GPtrArray             *results,
                                       CsmPushNews           *news);
CsmOpResult *csm_push_result_of_error (CsmOperation          *op,
                                       const char            *type,
                                       const char            *description);
CsmOpResult *csm_push_result_unsent   (CsmOperation          *op);
gint64       csm_push_back_off        (int                    tries);

G_END_DECLS
