/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache.h"
#include "csm-cache-sync.h"

/* A cache in a folder of its own, and its functions without callbacks. */
typedef struct
{
  CsmCache *cache;
  char     *dir;
  char     *path;
} CacheTest;

#define CACHE_TEST_ME "p01J00000000000000000000001"
#define CACHE_TEST_ANA "p01J00000000000000000000002"

void           cache_test_set_up      (CacheTest      *test);
void           cache_test_tear_down   (CacheTest      *test);
void           cache_test_reopen      (CacheTest      *test);
char          *cache_test_id          (char            letter,
                                       guint           number);
char          *cache_test_time        (gint64          seconds);
JsonObject    *cache_test_json        (const char     *text);
void           cache_test_on_done     (GObject        *source,
                                       GAsyncResult   *result,
                                       gpointer        data);
GAsyncResult  *cache_test_wait        (GAsyncResult  **slot);
void           cache_test_put         (CacheTest      *test,
                                       CsmTypeId       type,
                                       JsonObject     *record);
void           cache_test_destroy     (CacheTest      *test,
                                       CsmTypeId       type,
                                       const char     *id);
gboolean       cache_test_apply       (CacheTest      *test,
                                       CsmSyncPage    *page,
                                       GError        **error);
JsonObject    *cache_test_get         (CacheTest      *test,
                                       CsmTypeId       type,
                                       const char     *id);
GArray        *cache_test_list        (CacheTest      *test,
                                       CsmViewKind     kind,
                                       const char     *key);
CsmViewCounts *cache_test_counts      (CacheTest      *test);
GPtrArray     *cache_test_rows        (CacheTest      *test,
                                       GArray         *rowids);
/* The ids of the cases that a view shows, divided by spaces */
char          *cache_test_ids         (CacheTest      *test,
                                       CsmViewKind     kind,
                                       const char     *key);
CsmCaseDetail *cache_test_case        (CacheTest      *test,
                                       const char     *case_id,
                                       gint64          before,
                                       guint           limit);
gint64         cache_test_perform     (CacheTest      *test,
                                       CsmIntent      *intent);
gint64         cache_test_update      (CacheTest      *test,
                                       CsmTypeId       type,
                                       const char     *id,
                                       const char     *patch);
gboolean       cache_test_undo        (CacheTest      *test,
                                       gint64          group);
GPtrArray     *cache_test_outbox      (CacheTest      *test);
CsmOpBatch    *cache_test_take        (CacheTest      *test,
                                       guint           limit,
                                       gint64          now);
void           cache_test_finish      (CacheTest      *test,
                                       CsmOpResult    *result);
guint          cache_test_build_search (CacheTest     *test);
