/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The line above a signature, by which every mail program tells it from the text (RFC 3676, 4.3) */
#define CSM_SIGNATURE_SEPARATOR "-- "

char *csm_signature_for  (JsonObject *channel,
                          JsonObject *person,
                          const char *team);
char *csm_signature_fill (const char *text,
                          JsonObject *channel,
                          JsonObject *person,
                          const char *team);

G_END_DECLS
