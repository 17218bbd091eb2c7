/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-blob-files.h"
#include "csm-cache-sync.h"
#include "csm-connection.h"
#include "csm-turn.h"

G_BEGIN_DECLS

#define CSM_TYPE_PUSHER (csm_pusher_get_type ())
G_DECLARE_FINAL_TYPE (CsmPusher, csm_pusher, CSM, PUSHER, GObject)

/*
 * Sends the outbox. One pump, kicked by anything; a timer is armed while an operation waits for its time.
 *
 * Signal "failed" (GError *): nothing can be sent now; csm_pusher_start() goes on.
 * Signal "resync" (): what is here may differ from the server in a way that no push tells.
 */
CsmPusher *csm_pusher_new   (CsmConnection *connection,
                             CsmCache      *cache,
                             CsmBlobFiles  *files,
                             CsmTurn       *turn);
void       csm_pusher_start (CsmPusher     *self,
                             gboolean       allow_old);
void       csm_pusher_stop  (CsmPusher     *self);
void       csm_pusher_kick  (CsmPusher     *self);

G_END_DECLS
