/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-account.h"

G_BEGIN_DECLS

void      csm_account_ask_async  (CsmAccount           *self,
                                  const char           *name,
                                  JsonNode             *arguments,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
JsonNode *csm_account_ask_finish (CsmAccount           *self,
                                  GAsyncResult         *result,
                                  GError              **error);

G_END_DECLS
