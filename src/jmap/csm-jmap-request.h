/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * CsmJmapCall:
 * @name: the method's name; in a response it may be `error`
 * @arguments: its arguments
 * @call_id: what the client calls it by
 *
 * An Invocation (RFC 8620, section 3.2).
 */
typedef struct
{
  char       *name;
  JsonObject *arguments;
  char       *call_id;
} CsmJmapCall;

/**
 * CsmJmapRequest:
 * @using: the capabilities
 * @calls: (element-type CsmJmapCall): the method calls in their order
 * @created_ids: (nullable): creation ids and the records' ids
 * @id: (nullable): the request's id on a WebSocket (RFC 8887, section 4.3.2)
 */
typedef struct
{
  char      **using;
  GPtrArray  *calls;
  JsonObject *created_ids;
  char       *id;
} CsmJmapRequest;

CsmJmapCall    *csm_jmap_call_new            (const char      *name,
                                              JsonObject      *arguments,
                                              const char      *call_id);
CsmJmapCall    *csm_jmap_call_parse          (JsonNode        *invocation);
void            csm_jmap_call_free           (CsmJmapCall     *call);

CsmJmapRequest *csm_jmap_request_parse       (const char      *text,
                                              gsize            length,
                                              GError         **error);
CsmJmapRequest *csm_jmap_request_from_object (JsonObject      *object,
                                              GError         **error);
void            csm_jmap_request_free        (CsmJmapRequest  *request);
gboolean        csm_jmap_request_uses        (CsmJmapRequest  *request,
                                              const char      *capability);
gboolean        csm_jmap_request_writes      (CsmJmapRequest  *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmJmapCall, csm_jmap_call_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmJmapRequest, csm_jmap_request_free)

G_END_DECLS
