/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-outgoing.h"

G_BEGIN_DECLS

/**
 * CsmComposerBlobFunc:
 * @blob_id: an attachment's blob
 * @user_data: what was given with the function
 * @error: return location
 *
 * Returns: (transfer full): its bytes
 */
typedef GBytes *(*CsmComposerBlobFunc) (const char *blob_id, gpointer user_data, GError **error);

GBytes *csm_mail_compose (const CsmOutgoingMail  *mail,
                          CsmComposerBlobFunc     blob,
                          gpointer                user_data,
                          GError                **error);

G_END_DECLS
