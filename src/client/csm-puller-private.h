/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-fetcher.h"
#include "csm-puller.h"

G_BEGIN_DECLS

/* What comes of the first screenful's messages. */
typedef enum
{
  CSM_FIRST_DONE,
  CSM_FIRST_ASK,   /* the cache is to be asked which */
  CSM_FIRST_FETCH,
} CsmFirst;

struct _CsmPuller
{
  GObject        parent_instance;
  CsmConnection *connection;
  CsmCache      *cache;
  CsmTurn       *turn;
  GCancellable  *cancellable;
  char          *states[CSM_N_TYPES];
  gboolean       complete[CSM_N_TYPES];
  guint          dirty;
  guint          told;        /* told to have changed since the request that is under way was sent */
  gboolean       running;     /* has the turn, or waits for it */
  gboolean       has_turn;
  gboolean       fetching;
  guint          applying;
  guint          n_restarts;
  gint64         first_restart;

  gboolean       newest;      /* the newest cases are to be fetched first */
  CsmFirst       first;       /* and their messages, before all other headers */
  guint          n_newest;    /* how many */
  gboolean       first_sync;
  CsmFetcher    *fetcher;
  gboolean       wanted;      /* the cache may want messages */
  guint          n_headers;   /* requests for headers since the last one for messages */
  gint64         total;       /* cases of a first sync; 0: none under way */
  gint64         stored;
  gint64         total_wanted; /* of these, cases whose messages are wanted; 0: not known yet */
  gint64         stored_wanted;
};

/* One request. */
typedef struct
{
  CsmPuller    *self;
  GCancellable *run;
  GArray       *types; /* of each call */
} CsmPulling;

/* One page on its way into the cache. */
typedef struct
{
  CsmPuller    *self;
  GCancellable *run;
  guint         n_cases;   /* headers that move the progress on */
  gboolean      may_want;  /* cases' messages may be wanted afterwards */
  GPtrArray    *case_ids;  /* cases whose messages are in to their end, or NULL */
} CsmStoring;

CsmPulling      *csm_pulling_new           (CsmPuller     *self);
void             csm_pulling_free          (CsmPulling    *pulling);
CsmJmapResponse *csm_pulling_finish        (CsmPulling    *pulling,
                                            GAsyncResult  *result,
                                            GError       **error);
CsmStoring      *csm_storing_new           (CsmPuller     *self);
void             csm_storing_free          (CsmStoring    *storing);
void             csm_storing_end           (CsmStoring    *storing,
                                            GError        *error);
void             csm_puller_store_page     (CsmPuller     *self,
                                            CsmSyncPage   *page);
void             csm_puller_fail           (CsmPuller     *self,
                                            GError        *error);
void             csm_puller_go             (CsmPuller     *self);
void             csm_puller_step           (CsmPuller     *self);

void             csm_puller_restart        (CsmPuller     *self,
                                            CsmTypeId      type);

/* csm-puller-contents.c */
void             csm_puller_fetch_newest   (CsmPuller     *self);
void             csm_puller_fetch_contents (CsmPuller     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmPulling, csm_pulling_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmStoring, csm_storing_free)

G_END_DECLS
