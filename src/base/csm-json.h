/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define CSM_JSON_MAX_DEPTH 64

JsonNode   *csm_json_parse        (const char  *text,
                                   gssize       length,
                                   GError     **error);
JsonObject *csm_json_parse_object (const char  *text,
                                   gssize       length,
                                   GError     **error);
JsonNode   *csm_json_parse_trusted (const char *text,
                                    gssize      length);
char       *csm_json_write        (JsonNode    *node);
char       *csm_json_write_object (JsonObject  *object);
JsonNode   *csm_json_copy         (JsonNode    *node);
JsonObject *csm_json_copy_object  (JsonObject  *object);
JsonArray  *csm_json_copy_array   (JsonArray   *array);
JsonNode   *csm_json_take         (JsonObject  *object,
                                   const char  *member);

const char *csm_json_get_string   (JsonObject  *object,
                                   const char  *member);
JsonObject *csm_json_get_object   (JsonObject  *object,
                                   const char  *member);
JsonArray  *csm_json_get_array    (JsonObject  *object,
                                   const char  *member);
gboolean    csm_json_get_boolean  (JsonObject  *object,
                                   const char  *member);
gint64      csm_json_get_int      (JsonObject  *object,
                                   const char  *member,
                                   gint64       fallback);
gint64      csm_json_get_time     (JsonObject  *object,
                                   const char  *member);
gboolean    csm_json_has_key      (JsonObject  *object,
                                   const char  *member,
                                   const char  *key);
void        csm_json_set_string   (JsonObject  *object,
                                   const char  *member,
                                   const char  *value);
void        csm_json_set_time     (JsonObject  *object,
                                   const char  *member,
                                   gint64       time_us);
gboolean    csm_json_is_string    (JsonNode    *node);

G_END_DECLS
