/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-outgoing.h"
#include "csm-store.h"

G_BEGIN_DECLS

/**
 * CsmComposerBlobFunc:
 * @blob_id: an attachment's blob
 * @user_data: what was given with the function
 * @error: return location
 *
 * Returns: a file descriptor to read it from, which the caller closes, or -1
 */
typedef int (*CsmComposerBlobFunc) (const char *blob_id, gpointer user_data, GError **error);

/**
 * CsmComposerLines:
 * @CSM_COMPOSER_LF: lines end as programs like sendmail take them
 * @CSM_COMPOSER_CRLF: lines end as mail servers take them
 *
 * How lines end.
 */
typedef enum
{
  CSM_COMPOSER_LF,
  CSM_COMPOSER_CRLF,
} CsmComposerLines;

int csm_mail_compose (const CsmOutgoingMail  *mail,
                      CsmComposerLines        lines,
                      CsmComposerBlobFunc     blob,
                      gpointer                user_data,
                      GError                **error);
int csm_mail_compose_stored (const CsmOutgoingMail  *mail,
                             CsmComposerLines        lines,
                             CsmStore               *store,
                             GError                **error);

G_END_DECLS
