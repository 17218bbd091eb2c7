/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-workbench.h"

G_BEGIN_DECLS

#define CSM_ATTACHMENT_PREVIEW_WIDTH 180
#define CSM_ATTACHMENT_PREVIEW_HEIGHT 110

gboolean    csm_attachment_preview_is_possible (JsonObject           *attachment);
void        csm_attachment_preview_load_async  (CsmAccount           *account,
                                                JsonObject           *attachment,
                                                int                   scale,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
GdkTexture *csm_attachment_preview_load_finish (CsmAccount           *account,
                                                GAsyncResult         *result,
                                                GError              **error);
GdkTexture *csm_attachment_preview_scale       (const char           *path,
                                                int                   width,
                                                int                   height,
                                                GError              **error);

G_END_DECLS
