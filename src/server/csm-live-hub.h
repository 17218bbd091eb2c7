/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-auth.h"
#include "csm-store.h"

G_BEGIN_DECLS

/*
 * Who is in which case at this moment. In memory only: nothing of it is written, counted or kept, and it is gone when nobody
 * says it again. Only colleagues tell and are told; guests are as if they weren't there. Main thread.
 */
#define CSM_TYPE_LIVE_HUB (csm_live_hub_get_type ())
G_DECLARE_FINAL_TYPE (CsmLiveHub, csm_live_hub, CSM, LIVE_HUB, GObject)

/* The longest Live message that is read */
#define CSM_LIVE_MAX_MESSAGE 16384

/* One connection that tells where its person is, and wants to know who else is there. */
typedef struct _CsmLiveClient CsmLiveClient;

/**
 * CsmLiveDeliver:
 * @data: what the connection was added with
 * @message: a Live message
 *
 * Returns: whether it was sent; not when the other end still has something to read: then it is told later how things are by then
 */
typedef gboolean (*CsmLiveDeliver) (gpointer    data,
                                    const char *message);

CsmLiveHub    *csm_live_hub_new     (CsmStore       *store,
                                     CsmAuth        *auth,
                                     guint           patience);
CsmLiveClient *csm_live_hub_add     (CsmLiveHub     *self,
                                     const char     *token_hash,
                                     CsmLiveDeliver  deliver,
                                     gpointer        data);
void           csm_live_hub_remove  (CsmLiveHub     *self,
                                     CsmLiveClient  *client);
gboolean       csm_live_client_take (CsmLiveClient  *client,
                                     JsonObject     *message,
                                     GError        **error);

G_END_DECLS
