/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gdk/gdk.h>

#include "csm-account.h"

G_BEGIN_DECLS

/* Pictures that the server keeps, as they are drawn in messages. */
GPtrArray  *csm_blob_images_new         (void);
void        csm_blob_images_add         (GPtrArray            *wanted,
                                         const char           *key,
                                         const char           *blob_id,
                                         const char           *type,
                                         const char           *name);
void        csm_blob_images_load_async  (CsmAccount           *account,
                                         GPtrArray            *wanted,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
GHashTable *csm_blob_images_load_finish (CsmAccount           *account,
                                         GAsyncResult         *result,
                                         GError              **error);
GdkTexture *csm_blob_images_decode      (const char           *path,
                                         GError              **error);

G_END_DECLS
