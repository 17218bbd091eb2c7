/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-auth.h"
#include "csm-store.h"

G_BEGIN_DECLS

#define CSM_TYPE_PUSH (csm_push_get_type ())
G_DECLARE_FINAL_TYPE (CsmPush, csm_push, CSM, PUSH, GObject)

/* All types: for csm_push_client_set_types(). */
#define CSM_PUSH_ALL_TYPES ((1u << CSM_N_TYPES) - 1)

/* One connection that is told of changes: a WebSocket or an event source. */
typedef struct _CsmPushClient CsmPushClient;

/**
 * CsmPushClientFuncs:
 * @deliver: sends a StateChange object; @push_state is what stands for everything visible then
 * @ready: what the connection knows has been read: whatever is committed from now on is told
 * @revoked: the token is worth nothing any more: close. The client is still there
 */
typedef struct
{
  void (*deliver) (gpointer data, const char *state_change, const char *push_state);
  void (*ready) (gpointer data);
  void (*revoked) (gpointer data);
} CsmPushClientFuncs;

CsmPush       *csm_push_new              (CsmStore                 *store,
                                          CsmAuth                  *auth);
void           csm_push_recheck          (CsmPush                  *self);

CsmPushClient *csm_push_add              (CsmPush                  *self,
                                          const char               *token_hash,
                                          const CsmPushClientFuncs *funcs,
                                          gpointer                  data);
void           csm_push_remove           (CsmPush                  *self,
                                          CsmPushClient            *client);
void           csm_push_client_set_types (CsmPushClient            *client,
                                          guint                     types,
                                          const char               *push_state);
void           csm_push_client_set_busy  (CsmPushClient            *client,
                                          gboolean                  busy);
guint          csm_push_types_by_name    (const char * const       *names);

G_END_DECLS
