/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* In bytes. The most is what a person may be made to wait for, not a limit of the hash. */
#define CSM_PASSWORD_SHORTEST 8
#define CSM_PASSWORD_LONGEST 1024

gboolean csm_password_check_new     (const char           *password,
                                     GError              **error);
char    *csm_password_hash          (const char           *password,
                                     GError              **error);
gboolean csm_password_verify        (const char           *hash,
                                     const char           *password);
void     csm_password_verify_async  (const char           *hash,
                                     const char           *password,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
gboolean csm_password_verify_finish (GAsyncResult         *result,
                                     GError              **error);

G_END_DECLS
