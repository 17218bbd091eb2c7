/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* Images that came with a message and have their place in its text. They are shown when a person asks for them. */
GPtrArray  *csm_inline_images_find        (JsonObject           *message);
char       *csm_inline_images_key         (const char           *cid);
void        csm_inline_images_load_async  (CsmWorkbench         *workbench,
                                           JsonObject           *message,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
GHashTable *csm_inline_images_load_finish (CsmWorkbench         *workbench,
                                           GAsyncResult         *result,
                                           GError              **error);

G_END_DECLS
