/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *csm_mail_token_get (const char    *file,
                          const char    *command,
                          GCancellable  *cancellable,
                          GError       **error);

G_END_DECLS
