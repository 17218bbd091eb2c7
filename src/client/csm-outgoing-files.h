/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

#define CSM_TYPE_OUTGOING_FILES (csm_outgoing_files_get_type ())
G_DECLARE_FINAL_TYPE (CsmOutgoingFiles, csm_outgoing_files, CSM, OUTGOING_FILES, GObject)

/* Files that were attached here and wait to be on the server, under what they hold. */
CsmOutgoingFiles *csm_outgoing_files_new           (const char          *directory,
                                                    const char          *kept_directory);
char             *csm_outgoing_files_path          (CsmOutgoingFiles    *self,
                                                    const char          *local_id);
void              csm_outgoing_files_keep_async    (CsmOutgoingFiles    *self,
                                                    GFile               *file,
                                                    guint64              most,
                                                    GCancellable        *cancellable,
                                                    GAsyncReadyCallback  callback,
                                                    gpointer             user_data);
JsonObject       *csm_outgoing_files_keep_finish   (CsmOutgoingFiles    *self,
                                                    GAsyncResult        *result,
                                                    GError             **error);
void              csm_outgoing_files_upload_async  (CsmOutgoingFiles    *self,
                                                    SoupSession         *session,
                                                    SoupMessage         *message,
                                                    const char          *local_id,
                                                    GCancellable        *cancellable,
                                                    GAsyncReadyCallback  callback,
                                                    gpointer             user_data);
char             *csm_outgoing_files_upload_finish (CsmOutgoingFiles    *self,
                                                    GAsyncResult        *result,
                                                    GError             **error);
void              csm_outgoing_files_confirm       (CsmOutgoingFiles    *self,
                                                    const char          *local_id);
void              csm_outgoing_files_sweep         (CsmOutgoingFiles    *self,
                                                    GHashTable          *wanted);

G_END_DECLS
