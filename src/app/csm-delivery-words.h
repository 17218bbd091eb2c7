/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What became of a message that was sent, in words for people. */
char      *csm_delivery_state      (JsonObject  *message,
                                    const char **icon);
GPtrArray *csm_delivery_recipients (JsonObject  *message);
gboolean   csm_delivery_is_unknown (JsonObject  *message);

G_END_DECLS
