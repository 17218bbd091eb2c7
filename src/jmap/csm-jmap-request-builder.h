/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _CsmJmapRequestBuilder CsmJmapRequestBuilder;

CsmJmapRequestBuilder *csm_jmap_request_builder_new    (void);
void                   csm_jmap_request_builder_free   (CsmJmapRequestBuilder *self);
char                  *csm_jmap_request_builder_add    (CsmJmapRequestBuilder *self,
                                                        const char            *method,
                                                        JsonObject            *arguments);
void                   csm_jmap_request_builder_refer  (JsonObject            *arguments,
                                                        const char            *argument,
                                                        const char            *call_id,
                                                        const char            *method,
                                                        const char            *path);
void                   csm_jmap_request_builder_set_outside (CsmJmapRequestBuilder *self,
                                                        gboolean               outside);
guint                  csm_jmap_request_builder_length (CsmJmapRequestBuilder *self);
char                  *csm_jmap_request_builder_write  (CsmJmapRequestBuilder *self,
                                                        const char            *socket_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmJmapRequestBuilder, csm_jmap_request_builder_free)

G_END_DECLS
