/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-sync.h"
#include "csm-connection.h"

G_BEGIN_DECLS

/* What the puller asks, and what an answer becomes for the cache. */
CsmSyncPage *csm_pull_page_of_changes (CsmConnection         *connection,
                                       CsmTypeId              type,
                                       const CsmJmapCall     *call);
CsmSyncPage *csm_pull_page_of_list    (CsmConnection         *connection,
                                       CsmTypeId              type,
                                       CsmJmapResponse       *response,
                                       const char            *call_id);
void         csm_pull_ask_changes     (CsmConnection         *connection,
                                       CsmJmapRequestBuilder *request,
                                       CsmTypeId              type,
                                       const char            *since);
void         csm_pull_ask_newest      (CsmConnection         *connection,
                                       CsmJmapRequestBuilder *request,
                                       guint                  limit);
/* The calls of csm_pull_ask_newest() in an answer */
#define CSM_PULL_NEWEST_QUERY "0"
#define CSM_PULL_NEWEST_CASES "1"
#define CSM_PULL_NEWEST_CUSTOMERS "2"

G_END_DECLS
