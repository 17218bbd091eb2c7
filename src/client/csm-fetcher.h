/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-sync.h"
#include "csm-jmap-response.h"

G_BEGIN_DECLS

#define CSM_TYPE_FETCHER (csm_fetcher_get_type ())
G_DECLARE_FINAL_TYPE (CsmFetcher, csm_fetcher, CSM, FETCHER, GObject)

/*
 * Which cases' messages are to be fetched next: what a person waits for, then what the cache wants. It asks nobody itself:
 * the puller takes requests from it, and gives it the answers.
 */
CsmFetcher *csm_fetcher_new         (CsmCache            *cache);
void        csm_fetcher_fill        (CsmFetcher          *self,
                                     CsmWantedCases      *wanted);
gboolean    csm_fetcher_is_empty    (CsmFetcher          *self);
gboolean    csm_fetcher_is_urgent   (CsmFetcher          *self);
JsonObject *csm_fetcher_take        (CsmFetcher          *self,
                                     const char          *account);
GPtrArray  *csm_fetcher_read        (CsmFetcher          *self,
                                     const CsmJmapCall   *call);
void        csm_fetcher_stored      (CsmFetcher          *self,
                                     GPtrArray           *case_ids);
void        csm_fetcher_clear       (CsmFetcher          *self,
                                     const GError        *error);
void        csm_fetcher_want_async  (CsmFetcher          *self,
                                     const char          *case_id,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data);
gboolean    csm_fetcher_want_finish (CsmFetcher          *self,
                                     GAsyncResult        *result,
                                     GError             **error);

G_END_DECLS
