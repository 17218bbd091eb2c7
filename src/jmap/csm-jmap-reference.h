/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * CsmJmapFindFunc:
 * @data: what was given with the function
 * @call_id: a call's id
 * @name: (out) (transfer none): the name of the first answer to it
 *
 * Returns: (transfer none) (nullable): that answer's arguments
 */
typedef JsonNode * (*CsmJmapFindFunc) (gpointer data, const char *call_id, const char **name);

JsonNode   *csm_jmap_pointer_evaluate   (JsonNode         *root,
                                         const char       *path);
JsonObject *csm_jmap_resolve_references (JsonObject       *arguments,
                                         CsmJmapFindFunc   find,
                                         gpointer          data,
                                         GError          **error);

G_END_DECLS
