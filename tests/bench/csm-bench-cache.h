/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-bench-text.h"
#include "csm-cache.h"
#include "csm-cache-sync.h"
#include "csm-db-conn.h"

G_BEGIN_DECLS

#define CSM_BENCH_ME "p01J00000000000000000000001"

/* A cache's functions without callbacks, and a cache as a desk has one after some years. */
void          csm_bench_cache_done     (GObject             *source,
                                        GAsyncResult        *result,
                                        gpointer             slot);
GAsyncResult *csm_bench_cache_wait     (GAsyncResult       **slot);
CsmCache     *csm_bench_cache_open     (const char          *path);
void          csm_bench_cache_apply    (CsmCache            *cache,
                                        CsmSyncPage         *page);
void          csm_bench_cache_fill     (CsmCache            *cache,
                                        guint                n_cases,
                                        guint                n_messages);
gboolean      csm_bench_cache_is_searchable (CsmDbConn      *conn);
void          csm_bench_cache_fill_timed (CsmCache          *cache,
                                        const char          *path,
                                        guint                n_cases,
                                        guint                n_messages,
                                        double              *seconds,
                                        double              *rest);
#define CSM_BENCH_LARGE 5000
void          csm_bench_cache_put_large (CsmCache           *cache,
                                         guint                number);
char         *csm_bench_id             (char                 letter,
                                        guint                number);
JsonObject   *csm_bench_make_case      (CsmBenchText        *text,
                                        guint                number,
                                        guint                n_customers);
JsonObject   *csm_bench_make_message   (CsmBenchText        *text,
                                        guint                number,
                                        guint                n_cases,
                                        guint                n_messages);

G_END_DECLS
