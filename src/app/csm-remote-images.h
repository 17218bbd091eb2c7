/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

/* Images of a message that lie on the web. They are fetched by the server, when a person asks for them, or
 * has asked for those of known senders. */
GPtrArray  *csm_remote_images_find        (JsonObject           *message);
gboolean    csm_remote_images_are_wanted  (CsmWorkbench         *workbench,
                                           JsonObject           *message);
gboolean    csm_remote_images_are_unwanted (CsmWorkbench        *workbench);
void        csm_remote_images_load_async  (CsmWorkbench         *workbench,
                                           JsonObject           *message,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
GHashTable *csm_remote_images_load_finish (CsmWorkbench         *workbench,
                                           GAsyncResult         *result,
                                           GError              **error);

G_END_DECLS
