/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-auth.h"
#include "csm-store.h"

G_BEGIN_DECLS

/*
 * The server's side of what the app starts for a workspace on this computer: a Unix socket in the runtime directory, a token
 * that lives in memory, and two pipes. What it listens on and the token go out on fd 3 as one line of JSON; when fd 4 closes,
 * the app is gone.
 */
typedef struct _CsmEmbedding CsmEmbedding;

CsmEmbedding   *csm_embedding_new         (CsmStore        *store,
                                           CsmAuth         *auth,
                                           GError         **error);
void            csm_embedding_free        (CsmEmbedding    *self);
GSocketAddress *csm_embedding_get_address (CsmEmbedding    *self);
gboolean        csm_embedding_tell        (CsmEmbedding    *self,
                                           void           (*gone) (gpointer data),
                                           gpointer         data,
                                           GError         **error);

G_END_DECLS
