/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-account.h"

G_BEGIN_DECLS

void   csm_account_search_async  (CsmAccount           *self,
                                  const char           *text,
                                  guint                 limit,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
char **csm_account_search_finish (CsmAccount           *self,
                                  GAsyncResult         *result,
                                  GError              **error);

G_END_DECLS
