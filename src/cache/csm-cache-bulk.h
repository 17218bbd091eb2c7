/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache.h"

G_BEGIN_DECLS

/* What has to be known of a case to do something with many of them at once. */
typedef struct
{
  char   *id;
  char   *status;
  char   *lane;
  char   *owner_id;
  char   *team_id;
  char   *priority;
  char  **tag_ids;
  gint64  snoozed_until;  /* µs; CSM_TIME_NONE: it isn't */
  gint64  newest;         /* µs: who has seen as much has read it */
  gboolean unread;
  char   *sender;         /* who wrote last from outside; NULL: not known here, or not asked for */
} CsmCaseState;
void csm_case_state_free (CsmCaseState *state);

/* (element-type utf8) the ids of the cases in @rowids (element-type gint64), in their order; NULL in the place of one that is gone */
void       csm_cache_load_ids_async      (CsmCache *self, GArray *rowids, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray *csm_cache_load_ids_finish     (CsmCache *self, GAsyncResult *result, GError **error);
/* (element-type CsmCaseState) of those that are here, in the order of @case_ids. @senders: also who wrote */
void       csm_cache_load_states_async   (CsmCache *self, const char * const *case_ids, gboolean senders, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
GPtrArray *csm_cache_load_states_finish  (CsmCache *self, GAsyncResult *result, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmCaseState, csm_case_state_free)

G_END_DECLS
