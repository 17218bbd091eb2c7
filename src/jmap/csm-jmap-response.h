/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include "csm-jmap-request.h"

G_BEGIN_DECLS

/**
 * CsmJmapResponse:
 * @calls: (element-type CsmJmapCall): the method responses
 * @created_ids: (nullable): what `createdIds` held
 * @session_state: the Session's state: when it differs from the one fetched last, fetch the Session again
 * @request_id: (nullable): which request on a WebSocket it answers
 *
 * What a client got.
 */
typedef struct
{
  GPtrArray  *calls;
  JsonObject *created_ids;
  char       *session_state;
  char       *request_id;
} CsmJmapResponse;

CsmJmapResponse   *csm_jmap_response_parse       (const char       *text,
                                                  gsize             length,
                                                  GError          **error);
CsmJmapResponse   *csm_jmap_response_from_object (JsonObject       *object,
                                                  GError          **error);
void               csm_jmap_response_free        (CsmJmapResponse  *response);
const CsmJmapCall *csm_jmap_response_find        (CsmJmapResponse  *response,
                                                  const char       *call_id);
const char        *csm_jmap_call_error_type      (const CsmJmapCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmJmapResponse, csm_jmap_response_free)

G_END_DECLS
