/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

JsonObject *csm_trust_of_mail    (JsonObject *mail,
                                  JsonObject *channel,
                                  const char *from);
gboolean    csm_trust_is_forged  (JsonObject *mail,
                                  JsonObject *channel,
                                  const char *from);
gboolean    csm_trust_looks_like (const char *domain,
                                  const char *other);

G_END_DECLS
