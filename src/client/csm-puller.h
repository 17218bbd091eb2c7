/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-sync.h"
#include "csm-connection.h"
#include "csm-turn.h"

G_BEGIN_DECLS

#define CSM_TYPE_PULLER (csm_puller_get_type ())
G_DECLARE_FINAL_TYPE (CsmPuller, csm_puller, CSM, PULLER, GObject)

#define CSM_ALL_TYPES ((1u << CSM_N_TYPES) - 1)

/*
 * Brings what changed on the server into the cache, by state only.
 *
 * Signal "newest": the cases with the newest activity are in the cache, if they were to come first.
 * Signal "finished": everything that was asked for, or is wanted, is in the cache.
 * Signal "stored" (guint): the messages of so many more cases are in the cache.
 * Signal "gone": the account is not there any more.
 * Signal "failed" (GError *): it stopped; csm_puller_pull() goes on where the cache stands.
 * Signal "progress" (double): 0–1, during a first sync.
 */
CsmPuller *csm_puller_new   (CsmConnection  *connection,
                             CsmCache       *cache,
                             CsmTurn        *turn);
void       csm_puller_begin (CsmPuller      *self,
                             CsmSyncState   *state,
                             gint64          away);
gboolean   csm_puller_is_behind (CsmPuller  *self);
void       csm_puller_pull  (CsmPuller      *self,
                             guint           types);
guint      csm_puller_compare (CsmPuller    *self,
                             JsonObject     *changed);
void       csm_puller_fetch_case_async (CsmPuller *self,
                             const char     *case_id,
                             GCancellable   *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer        user_data);
gboolean   csm_puller_fetch_case_finish (CsmPuller *self,
                             GAsyncResult   *result,
                             GError        **error);
void       csm_puller_stop  (CsmPuller      *self);

G_END_DECLS
