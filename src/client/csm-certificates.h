/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void     csm_certificates_load_async  (const char           *url,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
gboolean csm_certificates_load_finish (GAsyncResult         *result,
                                       GError              **error);

G_END_DECLS
