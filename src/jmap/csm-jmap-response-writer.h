/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct _CsmJmapResponseWriter CsmJmapResponseWriter;

CsmJmapResponseWriter *csm_jmap_response_writer_new       (const char            *request_id,
                                                           gboolean               socket);
void                   csm_jmap_response_writer_free      (CsmJmapResponseWriter *self);
GString               *csm_jmap_response_writer_begin     (CsmJmapResponseWriter *self,
                                                           const char            *name,
                                                           const char            *call_id);
void                   csm_jmap_response_writer_end       (CsmJmapResponseWriter *self);
void                   csm_jmap_response_writer_cancel    (CsmJmapResponseWriter *self);
void                   csm_jmap_response_writer_add       (CsmJmapResponseWriter *self,
                                                           const char            *name,
                                                           JsonObject            *arguments,
                                                           const char            *call_id);
void                   csm_jmap_response_writer_add_error (CsmJmapResponseWriter *self,
                                                           const char            *type,
                                                           const char            *description,
                                                           const char            *call_id);
gsize                  csm_jmap_response_writer_get_size  (CsmJmapResponseWriter *self);
JsonNode              *csm_jmap_response_writer_find      (CsmJmapResponseWriter *self,
                                                           const char            *call_id,
                                                           const char           **name);
GString               *csm_jmap_response_writer_finish    (CsmJmapResponseWriter *self,
                                                           JsonObject            *created_ids,
                                                           const char            *session_state);
void                   csm_jmap_write_string              (GString               *text,
                                                           const char            *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmJmapResponseWriter, csm_jmap_response_writer_free)

G_END_DECLS
