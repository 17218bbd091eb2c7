/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

#include "csm-outgoing-files.h"

G_BEGIN_DECLS

#define CSM_TYPE_BLOB_FILES (csm_blob_files_get_type ())
G_DECLARE_FINAL_TYPE (CsmBlobFiles, csm_blob_files, CSM, BLOB_FILES, GObject)

CsmBlobFiles *csm_blob_files_new           (const char          *directory);
void          csm_blob_files_fetch_async   (CsmBlobFiles        *self,
                                            SoupSession         *session,
                                            SoupMessage         *message,
                                            const char          *blob_id,
                                            const char          *name,
                                            GCancellable        *cancellable,
                                            GAsyncReadyCallback  callback,
                                            gpointer             user_data);
char         *csm_blob_files_fetch_finish  (CsmBlobFiles        *self,
                                            GAsyncResult        *result,
                                            GError             **error);
CsmOutgoingFiles *csm_blob_files_get_outgoing (CsmBlobFiles     *self);

G_END_DECLS
