/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-http-private.h"

#include <string.h>

#include "csm-frame-guard.h"
#include "csm-jmap-error.h"
#include "csm-jmap-limits.h"
#include "csm-json.h"

/* In so many times the server's patience (15 s): how often the other end is asked whether it is there, when it is held for gone, and what a
 * message may take however short it is. */
#define PING 2
#define SILENT 8
#define MESSAGE 4
#define SMALL_MESSAGE 65536
/* What may wait for a slow reader before something more is to be sent. */
#define MOST_WAITING (32 * 1024 * 1024)
/* With so much waiting nobody is told who is where: by the time it is read, they are somewhere else. */
#define MOST_WAITING_LIVE 65536

/* One WebSocket (RFC 8887), perhaps with who is where beside it. Belongs to itself until the connection is closed. */
struct _CsmSocket
{
  gatomicrefcount          ref_count;
  CsmHttpServer           *server;
  SoupWebsocketConnection *connection;
  CsmFrameGuard           *guard;
  CsmCaller               *caller;
  CsmGuest                *guest;
  CsmPushClient           *client;
  CsmLiveClient           *live;        /* NULL: it speaks plain JMAP */
  gboolean                 enabling;    /* push, and the first look at the states is not done */
  GQueue                   held;        /* GBytes: messages that came meanwhile */
  guint64                  sent;        /* bytes, at most; see csm_frame_guard_get_written() */
  gint64                   heard_at;
  guint                    silence_id;
  gboolean                 closed;
};

static void
socket_unref (CsmSocket *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_queue_clear_full (&self->held, (GDestroyNotify) g_bytes_unref);
  g_clear_object (&self->connection);
  g_clear_object (&self->guard);
  g_clear_pointer (&self->caller, csm_caller_free);
  g_clear_pointer (&self->guest, csm_guest_unref);
  g_object_unref (self->server);
  g_free (self);
}

static CsmSocket *
socket_ref (CsmSocket *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsmSocket, socket_unref)

static void
close_with (CsmSocket  *self,
            gushort     code,
            const char *why)
{
  if (!self->closed && soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->connection, code, why);
}

/**
 * csm_socket_close:
 * @self: a socket
 *
 * The server ends: nobody is waited for.
 */
void
csm_socket_close (CsmSocket *self)
{
  g_ptr_array_remove_fast (self->server->sockets, self);
  close_with (self, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
}

static void
hang_up (gpointer data)
{
  g_io_stream_close_async (G_IO_STREAM (((CsmSocket *) data)->guard), G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

static guint64
get_waiting (CsmSocket *self)
{
  guint64 written = csm_frame_guard_get_written (self->guard);

  return self->sent > written ? self->sent - written : 0;
}

static void
queue_text (CsmSocket *self,
            GBytes    *text)
{
  if (self->closed || soup_websocket_connection_get_state (self->connection) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  if (get_waiting (self) > MOST_WAITING)
    {
      g_info ("a connection does not read: closed");
      hang_up (self);
      return;
    }
  self->sent += g_bytes_get_size (text);
  soup_websocket_connection_send_message (self->connection, SOUP_WEBSOCKET_DATA_TEXT, text);
}

static void
send_error (CsmSocket    *self,
            const GError *error,
            const char   *request_id)
{
  g_autoptr (JsonObject) problem = csm_jmap_error_to_problem (error);
  g_autoptr (GBytes) body = NULL;
  char *text;

  if (csm_jmap_error_status (error) == 500)
    g_warning ("a request failed: %s", error->message);
  json_object_set_string_member (problem, "@type", "RequestError");
  csm_json_set_string (problem, "requestId", request_id);
  text = csm_json_write_object (problem);
  body = g_bytes_new_take (text, strlen (text));
  queue_text (self, body);
  if (csm_jmap_error_is_refusal (error))
    close_with (self, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "not signed in");
}

/* --- Push ------------------------------------------------------------------------------------------------------------- */

static void
deliver (gpointer    data,
         const char *state_change,
         const char *push_state)
{
  CsmSocket *self = data;
  g_autoptr (GBytes) body = g_bytes_new (state_change, strlen (state_change));

  queue_text (self, body);
}

static void
revoked (gpointer data)
{
  close_with (data, SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "not signed in");
}

static void handle (CsmSocket *self, GBytes *text);

/* What came meanwhile is answered now. */
static void
ready (gpointer data)
{
  g_autoptr (CsmSocket) self = socket_ref (data);

  self->enabling = FALSE;
  while (!self->enabling && !self->closed && !g_queue_is_empty (&self->held))
    {
      g_autoptr (GBytes) text = g_queue_pop_head (&self->held);

      handle (self, text);
    }
}

static const CsmPushClientFuncs funcs = { deliver, ready, revoked };

static void
enable_push (CsmSocket  *self,
             JsonObject *message)
{
  JsonArray *types = csm_json_get_array (message, "dataTypes");
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (guint i = 0; types != NULL && i < json_array_get_length (types); i++)
    {
      if (csm_json_is_string (json_array_get_element (types, i)))
        g_strv_builder_add (names, json_array_get_string_element (types, i));
    }
  list = types != NULL ? g_strv_builder_end (names) : NULL;
  self->enabling = csm_push_types_by_name ((const char * const *) list) != 0;
  csm_push_client_set_types (self->client, csm_push_types_by_name ((const char * const *) list), csm_json_get_string (message, "pushState"));
}

/* --- Who is where ------------------------------------------------------------------------------------------------------ */

static gboolean
deliver_live (gpointer    data,
              const char *message)
{
  CsmSocket *self = data;
  g_autoptr (GBytes) body = g_bytes_new (message, strlen (message));

  if (get_waiting (self) > MOST_WAITING_LIVE)
    return FALSE;
  queue_text (self, body);
  return TRUE;
}

static void
take_live (CsmSocket  *self,
           GBytes     *text,
           JsonObject *message)
{
  g_autoptr (GError) error = NULL;

  if (g_bytes_get_size (text) > CSM_LIVE_MAX_MESSAGE)
    g_set_error_literal (&error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_LIMIT, "maxSizeLive");
  else
    csm_live_client_take (self->live, message, &error);
  if (error != NULL)
    send_error (self, error, csm_json_get_string (message, "id"));
}

/* --- Requests ---------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmSocket *socket;
  char      *request_id; /* NULL: none, or not known yet */
} Running;

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Running *running = user_data;
  g_autoptr (CsmSocket) self = running->socket;
  g_autofree char *request_id = running->request_id;
  g_autofree char *parsed_id = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) response = csm_api_run_finish (result, &parsed_id, &error);

  g_free (running);
  csm_gate_leave (self->server->requests, self->caller->token_hash);
  if (response != NULL)
    queue_text (self, response);
  else
    send_error (self, error, request_id != NULL ? request_id : parsed_id);
}

static void
run_request (CsmSocket  *self,
             GBytes     *text,
             const char *request_id)
{
  Running *running;

  if (!csm_gate_enter (self->server->requests, self->caller->token_hash))
    {
      g_autoptr (GError) error = g_error_new_literal (CSM_JMAP_ERROR, CSM_JMAP_ERROR_LIMIT, "maxConcurrentRequests");

      send_error (self, error, request_id);
      return;
    }
  running = g_new0 (Running, 1);
  running->socket = socket_ref (self);
  running->request_id = g_strdup (request_id);
  csm_api_run_async (self->server->store, self->server->auth, self->caller, text, TRUE, NULL, answered_cb, running);
}

static void
handle (CsmSocket *self,
        GBytes    *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) message = NULL;
  const char *kind;

  /* Only a Request is long; it is parsed on a thread. */
  if (g_bytes_get_size (text) > SMALL_MESSAGE)
    {
      run_request (self, text, NULL);
      return;
    }
  message = csm_json_parse_object (g_bytes_get_data (text, NULL), (gssize) g_bytes_get_size (text), &error);
  kind = csm_json_get_string (message, "@type");
  if (g_strcmp0 (kind, "Request") == 0)
    run_request (self, text, csm_json_get_string (message, "id"));
  else if (g_strcmp0 (kind, "WebSocketPushEnable") == 0)
    enable_push (self, message);
  else if (g_strcmp0 (kind, "WebSocketPushDisable") == 0)
    csm_push_client_set_types (self->client, 0, NULL);
  else if (self->live != NULL && g_strcmp0 (kind, "Live") == 0)
    take_live (self, text, message);
  else
    {
      g_autoptr (GError) wrong = NULL;

      if (message == NULL)
        wrong = g_error_new_literal (CSM_JMAP_ERROR, CSM_JMAP_ERROR_NOT_JSON, error->message);
      else
        wrong = g_error_new_literal (CSM_JMAP_ERROR, CSM_JMAP_ERROR_NOT_REQUEST, "“@type” is none that a client sends");
      send_error (self, wrong, csm_json_get_string (message, "id"));
    }
}

static void
message_cb (SoupWebsocketConnection *connection,
            int                      type,
            GBytes                  *text,
            CsmSocket               *self)
{
  self->heard_at = g_get_monotonic_time ();
  if (type != SOUP_WEBSOCKET_DATA_TEXT)
    close_with (self, SOUP_WEBSOCKET_CLOSE_UNSUPPORTED_DATA, "text only");
  else if (!self->enabling)
    handle (self, text);
  else if (g_queue_get_length (&self->held) < CSM_JMAP_MAX_CONCURRENT_REQUESTS)
    g_queue_push_tail (&self->held, g_bytes_ref (text));
  else
    {
      g_autoptr (GError) error = g_error_new_literal (CSM_JMAP_ERROR, CSM_JMAP_ERROR_LIMIT, "maxConcurrentRequests");

      send_error (self, error, NULL);
    }
}

/* --- The connection ------------------------------------------------------------------------------------------------------ */

static void
pong_cb (SoupWebsocketConnection *connection,
         GBytes                  *text,
         CsmSocket               *self)
{
  self->heard_at = g_get_monotonic_time ();
}

static void
exceeded_cb (CsmFrameGuard *guard,
             CsmSocket     *self)
{
  close_with (self, SOUP_WEBSOCKET_CLOSE_TOO_BIG, NULL);
}

static gboolean
silence_cb (gpointer user_data)
{
  CsmSocket *self = user_data;
  gint64 patience = self->server->patience * G_USEC_PER_SEC;

  if (g_get_monotonic_time () - self->heard_at > SILENT * patience || csm_frame_guard_is_slow (self->guard, MESSAGE * patience))
    hang_up (self);
  return G_SOURCE_CONTINUE;
}

static void
closed_cb (SoupWebsocketConnection *connection,
           CsmSocket               *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  g_clear_handle_id (&self->silence_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (connection, self);
  g_signal_handlers_disconnect_by_data (self->guard, self);
  csm_push_remove (self->server->push, self->client);
  if (self->live != NULL)
    csm_live_hub_remove (self->server->live, self->live);
  g_ptr_array_remove_fast (self->server->sockets, self);
  csm_guest_begin (self->guest, CSM_GUEST_STREAM, NULL, NULL, NULL);
  csm_gate_leave (self->server->streams, self->caller->token_hash);
  socket_unref (self);
}

static void
upgraded_cb (SoupServerMessage *msg,
             CsmExchange       *exchange)
{
  CsmSocket *self = g_new0 (CsmSocket, 1);
  const char *protocol = soup_message_headers_get_one (soup_server_message_get_response_headers (msg), "Sec-WebSocket-Protocol");
  g_autoptr (GIOStream) stream = NULL;

  g_atomic_ref_count_init (&self->ref_count);
  self->server = g_object_ref (exchange->server);
  self->caller = csm_caller_copy (exchange->caller);
  self->guest = csm_guest_ref (exchange->guest);
  /* Its place among the streams is the socket's now; and what is taken from libsoup counts as lost to a request. */
  exchange->gate = NULL;
  csm_exchange_end (exchange);
  stream = soup_server_message_steal_connection (msg);
  self->guard = csm_frame_guard_new (stream, CSM_JMAP_MAX_SIZE_REQUEST);
  self->connection = soup_websocket_connection_new (G_IO_STREAM (self->guard), soup_server_message_get_uri (msg), SOUP_WEBSOCKET_CONNECTION_SERVER,
                                                    NULL, protocol, NULL);
  soup_websocket_connection_set_max_incoming_payload_size (self->connection, CSM_JMAP_MAX_SIZE_REQUEST);
  soup_websocket_connection_set_keepalive_interval (self->connection, PING * self->server->patience);
  self->heard_at = g_get_monotonic_time ();
  self->silence_id = g_timeout_add_seconds (PING * self->server->patience, silence_cb, self);
  self->client = csm_push_add (self->server->push, self->caller->token_hash, &funcs, self);
  if (g_strcmp0 (protocol, CSM_JMAP_SUBPROTOCOL_LIVE) == 0)
    self->live = csm_live_hub_add (self->server->live, self->caller->token_hash, deliver_live, self);
  g_ptr_array_add (self->server->sockets, self);
  g_signal_connect (self->guard, "exceeded", G_CALLBACK (exceeded_cb), self);
  g_signal_connect (self->connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (self->connection, "pong", G_CALLBACK (pong_cb), self);
  g_signal_connect (self->connection, "closed", G_CALLBACK (closed_cb), self);
  csm_guest_begin (self->guest, CSM_GUEST_STREAM, hang_up, self, NULL);
}

static void
unref_exchange (gpointer  data,
                GClosure *closure)
{
  csm_exchange_unref (data);
}

/* libsoup would let those through that name no subprotocol; without extensions nothing is compressed. */
static void
authorized (CsmExchange *exchange)
{
  char *protocols[] = { (char *) CSM_JMAP_SUBPROTOCOL_LIVE, (char *) CSM_JMAP_SUBPROTOCOL, NULL };
  g_autoptr (GPtrArray) extensions = g_ptr_array_new ();
  GList *accepted = NULL;

  if (!csm_exchange_enter (exchange, exchange->server->streams, "maxConcurrentRequests"))
    return;
  if (soup_websocket_server_process_handshake (exchange->msg, NULL, protocols, extensions, &accepted))
    g_signal_connect_data (exchange->msg, "wrote-informational", G_CALLBACK (upgraded_cb), csm_exchange_ref (exchange), unref_exchange, 0);
  exchange->replied = TRUE;
  csm_exchange_resume (exchange);
}

/**
 * csm_http_socket:
 * @exchange: a WebSocket's upgrade
 *
 * RFC 8887. The token is looked at before anything is upgraded.
 */
void
csm_http_socket (CsmExchange *exchange)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (exchange->msg);

  if (!soup_message_headers_header_contains (headers, "Upgrade", "websocket"))
    {
      csm_exchange_reply_status (exchange, 400, "This is a WebSocket.");
      return;
    }
  if (!soup_message_headers_header_contains (headers, "Sec-WebSocket-Protocol", CSM_JMAP_SUBPROTOCOL) &&
      !soup_message_headers_header_contains (headers, "Sec-WebSocket-Protocol", CSM_JMAP_SUBPROTOCOL_LIVE))
    {
      csm_exchange_reply_status (exchange, 400, "The subprotocol has to be “jmap”.");
      return;
    }
  csm_exchange_authorize (exchange, authorized);
}
