/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-private.h"
#include "csm-search-query.h"

G_BEGIN_DECLS

/* Cases by one way: SQL that gives rowid and rank, with the match (?1) and the most hits (?2). */
typedef struct
{
  char    *sql;     /* NULL: not asked */
  char    *match;   /* or NULL */
  gboolean people;  /* it gives the message's people, too: {from, to, cc} */
} CsmCacheFilterSource;

typedef enum
{
  CSM_CACHE_FILTER_MESSAGES,
  CSM_CACHE_FILTER_COMMENTS,
  CSM_CACHE_FILTER_CASES,
  CSM_CACHE_FILTER_PEOPLE,   /* messages of those who are named by from: and to: */
  CSM_N_CACHE_FILTER_SOURCES,
} CsmCacheFilterSourceId;

/* What a search with filters asks the database. */
typedef struct
{
  CsmCacheFilterSource  sources[CSM_N_CACHE_FILTER_SOURCES];
  const CsmSearchQuery *query; /* must outlive it */
} CsmCacheFilter;

CsmCacheFilter *csm_cache_filter_new     (CsmDbConn            *conn,
                                          const CsmSearchQuery *query,
                                          const char           *match,
                                          GError              **error);
void            csm_cache_filter_free    (CsmCacheFilter       *self);
gboolean        csm_cache_filter_accepts (const CsmCacheFilter *self,
                                          const char           *people);
gboolean        csm_cache_filter_keep    (CsmDbConn            *conn,
                                          const CsmSearchQuery *query,
                                          GArray               *rowids,
                                          GError              **error);
gboolean        csm_cache_put_elsewhere  (CsmDbConn            *conn,
                                          const CsmCaseView    *view,
                                          GArray               *elsewhere,
                                          GArray               *rowids,
                                          GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmCacheFilter, csm_cache_filter_free)

G_END_DECLS
