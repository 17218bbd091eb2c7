/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-connection.h"

G_BEGIN_DECLS

#define CSM_TYPE_FOLLOWER (csm_follower_get_type ())
G_DECLARE_FINAL_TYPE (CsmFollower, csm_follower, CSM, FOLLOWER, GObject)

/*
 * Hears over a WebSocket (RFC 8887) that something changed. What is heard is only a hint: /changes says what.
 *
 * Signal "state-change" (JsonObject *changed): account id → type → state (RFC 8620, section 7.1).
 * Signal "closed" (gboolean signed_out): the socket is gone, or could not be opened.
 * Signal "live" (JsonObject *message): who is where; only while csm_follower_is_live().
 * Signal "live-changed" (): csm_follower_is_live() says something else.
 */
CsmFollower *csm_follower_new          (CsmConnection        *connection);
void         csm_follower_start_async  (CsmFollower          *self,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);
gboolean     csm_follower_start_finish (CsmFollower          *self,
                                        GAsyncResult         *result,
                                        GError              **error);
void         csm_follower_stop         (CsmFollower          *self);
gboolean     csm_follower_is_live      (CsmFollower          *self);
void         csm_follower_send_live    (CsmFollower          *self,
                                        JsonObject           *message);

G_END_DECLS
