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
 * Signal "finished": everything that was asked for is in the cache.
 * Signal "failed" (GError *): it stopped; csm_puller_pull() goes on where the cache stands.
 * Signal "progress" (double): 0–1, during a first sync.
 */
CsmPuller *csm_puller_new   (CsmConnection  *connection,
                             CsmCache       *cache,
                             CsmTurn        *turn);
void       csm_puller_begin (CsmPuller      *self,
                             CsmSyncState   *state);
void       csm_puller_pull  (CsmPuller      *self,
                             guint           types);
guint      csm_puller_compare (CsmPuller    *self,
                             JsonObject     *changed);
void       csm_puller_stop  (CsmPuller      *self);

G_END_DECLS
