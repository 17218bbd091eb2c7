/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-http-private.h"

#include <string.h>

#include "csm-failpoint.h"
#include "csm-jmap-error.h"
#include "csm-jmap-limits.h"

/* A body of this size may be read of anybody who shows a token; before a longer one the token is looked up. */
#define SMALL_BODY 65536

static void
session_ready (CsmExchange *self)
{
  char *text = csm_session_write (self->session);
  g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));

  csm_exchange_reply (self, 200, "application/json", body);
}

/**
 * csm_http_session:
 * @exchange: a GET of the Session
 *
 * RFC 8620, section 2.
 */
void
csm_http_session (CsmExchange *exchange)
{
  csm_exchange_authorize (exchange, session_ready);
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (CsmExchange) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) response = csm_api_run_finish (result, NULL, &error);

  csm_failpoint ("answer-ready");
  if (response != NULL && !self->over)
    csm_guest_trust (self->guest);
  if (response != NULL)
    csm_exchange_reply (self, 200, "application/json", response);
  else
    csm_exchange_reply_error (self, error);
}

static void
run (CsmExchange *self)
{
  g_autoptr (GBytes) request = g_byte_array_free_to_bytes (g_steal_pointer (&self->body));

  if (csm_exchange_enter (self, self->server->requests, "maxConcurrentRequests"))
    csm_api_run_async (self->server->store, self->server->auth, self->caller, request, FALSE, NULL, answered_cb, csm_exchange_ref (self));
}

static gboolean
is_json (CsmExchange *self)
{
  const char *type = soup_message_headers_get_content_type (soup_server_message_get_request_headers (self->msg), NULL);

  return type != NULL && g_ascii_strcasecmp (type, "application/json") == 0;
}

static void
api_authorized (CsmExchange *self)
{
  csm_exchange_resume (self);
}

/**
 * csm_http_api:
 * @exchange: a POST of a Request
 *
 * RFC 8620, section 3.
 */
void
csm_http_api (CsmExchange *exchange)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (exchange->msg);
  gboolean is_small = soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
                      soup_message_headers_get_content_length (headers) <= SMALL_BODY;

  csm_exchange_collect (exchange, CSM_JMAP_MAX_SIZE_REQUEST, "maxSizeRequest", run);
  if (exchange->replied)
    return;
  if (!is_json (exchange))
    {
      g_autoptr (GError) error = g_error_new_literal (CSM_JMAP_ERROR, CSM_JMAP_ERROR_NOT_JSON, "the content type is not application/json");

      csm_exchange_reply_error (exchange, error);
    }
  else if (!is_small)
    csm_exchange_authorize (exchange, api_authorized);
}
