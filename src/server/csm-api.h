/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-auth.h"
#include "csm-store.h"

G_BEGIN_DECLS

/**
 * CsmCaller:
 * @token_hash: the hash of the token that a request came with
 * @base_url: what this server's URLs begin with for the caller
 *
 * Who asks, as far as one knows without the database.
 */
typedef struct
{
  char *token_hash;
  char *base_url;
} CsmCaller;

CsmCaller *csm_caller_new        (const char           *token_hash,
                                  const char           *base_url);
CsmCaller *csm_caller_copy       (const CsmCaller      *caller);
void       csm_caller_free       (CsmCaller            *caller);

void       csm_api_run_async     (CsmStore             *store,
                                  CsmAuth              *auth,
                                  const CsmCaller      *caller,
                                  GBytes               *request,
                                  gboolean              socket,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
GBytes    *csm_api_run_finish    (GAsyncResult         *result,
                                  char                **request_id,
                                  GError              **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmCaller, csm_caller_free)

G_END_DECLS
