/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

gboolean    csm_token_issuer_is_url (const char          *url);
JsonObject *csm_token_issuer_ask    (const char          *url,
                                     const char *const   *fields,
                                     GCancellable        *cancellable,
                                     GError             **error);

G_END_DECLS
