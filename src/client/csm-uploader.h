/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-cache-sync.h"
#include "csm-connection.h"
#include "csm-outgoing-files.h"

G_BEGIN_DECLS

#define CSM_TYPE_UPLOADER (csm_uploader_get_type ())
G_DECLARE_FINAL_TYPE (CsmUploader, csm_uploader, CSM, UPLOADER, GObject)

/*
 * Brings files to the server before what names them goes. Not in turn with the rest: a large file keeps nothing else from going.
 *
 * Signal "uploaded" (): the cache knows what the server calls a file, or that it can't have it.
 * Signal "failed" (): one could not be uploaded now.
 */
CsmUploader *csm_uploader_new     (CsmConnection    *connection,
                                   CsmCache         *cache,
                                   CsmOutgoingFiles *files);
void         csm_uploader_upload  (CsmUploader      *self,
                                   const char       *local_id,
                                   GCancellable     *cancellable);
void         csm_uploader_confirm (CsmUploader      *self,
                                   GPtrArray        *local_ids);

G_END_DECLS
