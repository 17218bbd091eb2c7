/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The server that the app runs for a workspace on this computer: a child `casement-server --data DIR serve --embedded`
 * on a Unix socket in the runtime directory (mode 0600), with a one-time token over a pipe. It ends with the app.
 *
 * Wire: the child inherits fd 3 (write end of a pipe) and writes one line of JSON when it listens:
 * {"socket":"/run/user/…/casement-….sock","token":"…","personId":"p…"}; it ends when fd 4 (read end of a pipe that the app holds) closes.
 */
#define CSM_TYPE_EMBEDDED (csm_embedded_get_type ())
G_DECLARE_FINAL_TYPE (CsmEmbedded, csm_embedded, CSM, EMBEDDED, GObject)

/* @server_program: casement-server. @data_dir: where the workspace is or will be. */
CsmEmbedded *csm_embedded_new           (const char *server_program, const char *data_dir);
gboolean     csm_embedded_has_workspace (CsmEmbedded *self);
/* Makes the workspace when there is none: init, one person, a channel; then fills it. @sample: a folder with workspace.json and mail/, or NULL. @mail: mbox, Maildir or folder, or NULL. */
void         csm_embedded_prepare_async  (CsmEmbedded *self, const char *workspace, const char *person_name, const char *sample, const char *mail, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean     csm_embedded_prepare_finish (CsmEmbedded *self, GAsyncResult *result, GError **error);
void         csm_embedded_start_async    (CsmEmbedded *self, GCancellable *c, GAsyncReadyCallback cb, gpointer data);
gboolean     csm_embedded_start_finish   (CsmEmbedded *self, GAsyncResult *result, GError **error);
GSocketConnectable *csm_embedded_get_remote (CsmEmbedded *self);
const char  *csm_embedded_get_token      (CsmEmbedded *self);
void         csm_embedded_stop           (CsmEmbedded *self);

G_END_DECLS
