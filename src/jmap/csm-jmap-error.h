/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define CSM_JMAP_CAPABILITY_CORE "urn:ietf:params:jmap:core"
#define CSM_JMAP_CAPABILITY_WEBSOCKET "urn:ietf:params:jmap:websocket"
#define CSM_JMAP_SUBPROTOCOL "jmap"
/* The same and, beside it, who is where */
#define CSM_JMAP_SUBPROTOCOL_LIVE "casement.live.v1"

/* Method-level errors (RFC 8620, sections 3.6.2 and 5). */
#define CSM_JMAP_SERVER_UNAVAILABLE "serverUnavailable"
#define CSM_JMAP_SERVER_FAIL "serverFail"
#define CSM_JMAP_SERVER_PARTIAL_FAIL "serverPartialFail"
#define CSM_JMAP_UNKNOWN_METHOD "unknownMethod"
#define CSM_JMAP_INVALID_ARGUMENTS "invalidArguments"
#define CSM_JMAP_INVALID_RESULT_REFERENCE "invalidResultReference"
#define CSM_JMAP_FORBIDDEN "forbidden"
#define CSM_JMAP_ACCOUNT_NOT_FOUND "accountNotFound"
#define CSM_JMAP_ACCOUNT_NOT_SUPPORTED "accountNotSupportedByMethod"
#define CSM_JMAP_ACCOUNT_READ_ONLY "accountReadOnly"
#define CSM_JMAP_REQUEST_TOO_LARGE "requestTooLarge"
#define CSM_JMAP_CANNOT_CALCULATE_CHANGES "cannotCalculateChanges"
#define CSM_JMAP_STATE_MISMATCH "stateMismatch"
#define CSM_JMAP_ANCHOR_NOT_FOUND "anchorNotFound"
#define CSM_JMAP_UNSUPPORTED_SORT "unsupportedSort"
#define CSM_JMAP_UNSUPPORTED_FILTER "unsupportedFilter"

/* SetErrors (RFC 8620, section 5.3), and those of our own: see PROTOCOL.md. */
#define CSM_JMAP_OVER_QUOTA "overQuota"
#define CSM_JMAP_TOO_LARGE "tooLarge"
#define CSM_JMAP_NOT_FOUND "notFound"
#define CSM_JMAP_INVALID_PATCH "invalidPatch"
#define CSM_JMAP_WILL_DESTROY "willDestroy"
#define CSM_JMAP_INVALID_PROPERTIES "invalidProperties"
#define CSM_JMAP_ALREADY_EXISTS "alreadyExists"
#define CSM_JMAP_ALREADY_DESTROYED "alreadyDestroyed"
#define CSM_JMAP_RECORD_MISMATCH "recordMismatch"
#define CSM_JMAP_CASE_MOVED "caseMoved"
#define CSM_JMAP_NEEDS_REVIEW "needsReview"
#define CSM_JMAP_TOO_LATE "tooLate"
#define CSM_JMAP_CANNOT_SEND "cannotSend"

#define CSM_JMAP_ERROR (csm_jmap_error_quark ())

/**
 * CsmJmapError:
 * @CSM_JMAP_ERROR_NOT_JSON: the request is not I-JSON
 * @CSM_JMAP_ERROR_NOT_REQUEST: it is not a Request object
 * @CSM_JMAP_ERROR_LIMIT: it is over a limit; the message is the limit's name
 * @CSM_JMAP_ERROR_UNKNOWN_CAPABILITY: `using` names what the server lacks; the message is that
 * @CSM_JMAP_ERROR_UNAUTHORIZED: nobody, or a revoked token (HTTP 401, no JMAP type)
 * @CSM_JMAP_ERROR_INVALID_ARGUMENTS: of one method call
 * @CSM_JMAP_ERROR_INVALID_RESULT_REFERENCE: of one method call
 * @CSM_JMAP_ERROR_SERVER: any other problem that a server told
 * @CSM_JMAP_ERROR_GONE: the account is not there any more, or the person may not use it (HTTP 403 with a type of our own)
 *
 * The first four end a whole request (RFC 8620, section 3.6.1).
 */
typedef enum
{
  CSM_JMAP_ERROR_NOT_JSON,
  CSM_JMAP_ERROR_NOT_REQUEST,
  CSM_JMAP_ERROR_LIMIT,
  CSM_JMAP_ERROR_UNKNOWN_CAPABILITY,
  CSM_JMAP_ERROR_UNAUTHORIZED,
  CSM_JMAP_ERROR_INVALID_ARGUMENTS,
  CSM_JMAP_ERROR_INVALID_RESULT_REFERENCE,
  CSM_JMAP_ERROR_SERVER,
  CSM_JMAP_ERROR_GONE,
} CsmJmapError;

GQuark      csm_jmap_error_quark      (void);
guint       csm_jmap_error_status     (const GError *error);
JsonObject *csm_jmap_error_to_problem (const GError *error);
GError     *csm_jmap_problem_to_error (JsonObject   *problem);
gboolean    csm_jmap_error_is_refusal (const GError *error);

G_END_DECLS
