/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-http-private.h"

#include <string.h>

#include "csm-jmap-error.h"
#include "csm-json.h"

/* What is read of a body before others get their turn. */
#define TURN_BYTES (256 * 1024)

/* Between two requests nothing but the last one knows its connection. */
static void
leave_cb (gpointer data)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (data);

  if (stream != NULL)
    g_io_stream_close_async (stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

/* libsoup has closed the connection, and must not be asked for it any more. */
static void
disconnected_cb (SoupServerMessage *msg,
                 CsmGuest          *guest)
{
  csm_guest_forget (guest);
}

static void
unref_guest (gpointer  data,
             GClosure *closure)
{
  csm_guest_unref (data);
}

static void
finished_cb (SoupServerMessage *msg,
             CsmExchange       *self)
{
  g_autoptr (CsmGuest) guest = csm_guest_ref (self->guest);

  csm_exchange_end (self);
  soup_message_body_truncate (soup_server_message_get_response_body (msg));
  csm_guest_begin (guest, CSM_GUEST_HEAD, leave_cb, g_object_ref (msg), g_object_unref);
  g_signal_connect_data (msg, "disconnected", G_CALLBACK (disconnected_cb), csm_guest_ref (guest), unref_guest, 0);
}

/* libsoup has closed the connection of a request that was not answered, and tells nothing else of that. */
static void
lost_cb (SoupServerMessage *msg,
         CsmExchange       *self)
{
  csm_exchange_end (self);
}

static void
cut_off_cb (gpointer data)
{
  csm_exchange_cut_off (data);
}

static void
unref_closure (gpointer  data,
               GClosure *closure)
{
  csm_exchange_unref (data);
}

/* What URLs begin with. The Host header is the caller's word: only a host and a port may be in it. */
static char *
make_base_url (CsmHttpServer     *server,
               SoupServerMessage *msg)
{
  GUri *uri = soup_server_message_get_uri (msg);
  const char *host = g_uri_get_host (uri);
  int port = g_uri_get_port (uri);
  gboolean is_v6 = strchr (host, ':') != NULL;
  const char *scheme = server->certificate != NULL ? "https" : "http";
  g_autofree char *name = NULL;

  if (server->public_url != NULL)
    return g_strdup (server->public_url);
  if (strspn (host, is_v6 ? "0123456789abcdefABCDEF:." : "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-") != strlen (host))
    return NULL;
  name = is_v6 ? g_strdup_printf ("[%s]", host) : g_strdup (host);
  /* libsoup does not know of the TLS, which is the gatekeeper's; hence its idea of the usual port is another one, too. */
  if (port <= 0 || port == (server->certificate != NULL ? 443 : 80))
    return g_strdup_printf ("%s://%s", scheme, name);
  return g_strdup_printf ("%s://%s:%d", scheme, name, port);
}

static CsmCaller *
make_caller (SoupServerMessage *msg,
             const char        *base_url)
{
  const char *header = soup_message_headers_get_one (soup_server_message_get_request_headers (msg), "Authorization");
  g_autofree char *token = NULL;
  g_autofree char *token_hash = NULL;

  if (header == NULL || base_url == NULL || g_ascii_strncasecmp (header, "Bearer ", 7) != 0)
    return NULL;
  token = g_strstrip (g_strdup (header + 7));
  token_hash = csm_auth_hash_token (token);
  return csm_caller_new (token_hash, base_url);
}

/**
 * csm_exchange_new:
 * @server: the server
 * @msg: a request whose headers are there
 * @query: (nullable): the query part of its URL
 *
 * Lives until the request is answered or the connection is gone, and as long as somebody has a reference.
 *
 * Returns: (transfer full): an exchange
 */
CsmExchange *
csm_exchange_new (CsmHttpServer     *server,
                  SoupServerMessage *msg,
                  GHashTable        *query)
{
  CsmExchange *self = g_new0 (CsmExchange, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->server = g_object_ref (server);
  self->msg = g_object_ref (msg);
  self->guest = csm_guest_ref (csm_guest_find (soup_server_message_get_remote_address (msg)));
  csm_guest_begin (self->guest, CSM_GUEST_BODY, cut_off_cb, self, NULL);
  self->query = query != NULL ? g_hash_table_ref (query) : NULL;
  self->base_url = make_base_url (server, msg);
  self->caller = make_caller (msg, self->base_url);
  g_signal_connect_data (msg, "finished", G_CALLBACK (finished_cb), csm_exchange_ref (self), unref_closure, 0);
  g_signal_connect_data (msg, "disconnected", G_CALLBACK (lost_cb), csm_exchange_ref (self), unref_closure, 0);
  return self;
}

/**
 * csm_exchange_ref:
 * @self: an exchange
 *
 * Returns: (transfer full): @self
 */
CsmExchange *
csm_exchange_ref (CsmExchange *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
close_thread (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  g_task_return_boolean (task, g_output_stream_close (source, NULL, NULL));
}

/* A file without a name goes with that, which takes a while when it is a large one. */
static void
close_elsewhere (GOutputStream *file)
{
  g_autoptr (GOutputStream) owned = file;
  g_autoptr (GTask) task = g_task_new (owned, NULL, NULL, NULL);

  g_task_run_in_thread (task, close_thread);
}

/**
 * csm_exchange_unref:
 * @self: (transfer full): an exchange
 */
void
csm_exchange_unref (CsmExchange *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->guest, csm_guest_unref);
  if (self->file != NULL)
    close_elsewhere (g_steal_pointer (&self->file));
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_clear_pointer (&self->session, csm_session_free);
  g_clear_pointer (&self->caller, csm_caller_free);
  g_clear_pointer (&self->query, g_hash_table_unref);
  g_strfreev (self->path);
  g_free (self->base_url);
  g_object_unref (self->msg);
  g_object_unref (self->server);
  g_free (self);
}

/**
 * csm_exchange_end:
 * @self: an exchange
 *
 * The request is answered, or nobody listens any more, or the connection has become something else.
 */
void
csm_exchange_end (CsmExchange *self)
{
  self->over = TRUE;
  /* The next request, unless the connection has become something else. */
  if (self->guest != NULL)
    csm_guest_begin (self->guest, CSM_GUEST_HEAD, NULL, NULL, NULL);
  g_clear_pointer (&self->guest, csm_guest_unref);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  if (self->gate != NULL)
    csm_gate_leave (g_steal_pointer (&self->gate), self->caller->token_hash);
  /* The handlers keep the exchange, and the exchange the message. */
  csm_exchange_ref (self);
  g_signal_handlers_disconnect_by_data (self->msg, self);
  csm_exchange_unref (self);
}

/**
 * csm_exchange_cut_off:
 * @self: an exchange
 *
 * Closes the connection in the middle of whatever goes on.
 */
void
csm_exchange_cut_off (CsmExchange *self)
{
  g_autoptr (GIOStream) stream = NULL;

  if (self->over)
    return;
  csm_exchange_ref (self);
  csm_exchange_end (self);
  stream = soup_server_message_steal_connection (self->msg);
  g_io_stream_close_async (stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  csm_exchange_unref (self);
}

/**
 * csm_exchange_pause:
 * @self: an exchange
 *
 * Makes libsoup wait, until a reply or csm_exchange_resume().
 */
void
csm_exchange_pause (CsmExchange *self)
{
  if (self->over || self->paused)
    return;
  self->paused = TRUE;
  csm_guest_set_busy (self->guest, TRUE);
  soup_server_message_pause (self->msg);
}

/**
 * csm_exchange_resume:
 * @self: an exchange
 *
 * Lets libsoup go on.
 */
void
csm_exchange_resume (CsmExchange *self)
{
  if (self->over || !self->paused)
    return;
  self->paused = FALSE;
  csm_guest_set_busy (self->guest, FALSE);
  soup_server_message_unpause (self->msg);
}

/**
 * csm_exchange_enter:
 * @self: an exchange with a caller
 * @gate: how many of its kind there may be
 * @limit_name: what JMAP calls that
 *
 * Returns: whether there was room; the exchange leaves by itself when it ends. Otherwise it has been refused
 */
gboolean
csm_exchange_enter (CsmExchange *self,
                    CsmGate     *gate,
                    const char  *limit_name)
{
  if (csm_gate_enter (gate, self->caller->token_hash))
    {
      self->gate = gate;
      return TRUE;
    }
  csm_exchange_reply_limit (self, limit_name);
  return FALSE;
}

/* --- Replies ------------------------------------------------------------------------------------------------------- */

/**
 * csm_exchange_reply:
 * @self: an exchange
 * @status: the HTTP status
 * @type: (nullable): the body's type
 * @body: (nullable): the body
 *
 * Answers, unless that has been done or nobody listens any more.
 */
void
csm_exchange_reply (CsmExchange *self,
                    guint        status,
                    const char  *type,
                    GBytes      *body)
{
  SoupMessageHeaders *headers;

  if (self->over || self->replied)
    return;
  headers = soup_server_message_get_response_headers (self->msg);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  if (soup_message_headers_get_one (headers, "Cache-Control") == NULL)
    soup_message_headers_replace (headers, "Cache-Control", "no-cache, no-store, must-revalidate");
  if (body != NULL)
    {
      soup_message_headers_set_content_type (headers, type, NULL);
      soup_message_body_append_bytes (soup_server_message_get_response_body (self->msg), body);
    }
  soup_message_body_complete (soup_server_message_get_response_body (self->msg));
  self->replied = TRUE;
  soup_server_message_set_status (self->msg, status, NULL);
  /* libsoup hears somebody out before it answers. */
  if (self->complete)
    csm_guest_begin (self->guest, CSM_GUEST_ANSWER, cut_off_cb, self, NULL);
  csm_exchange_resume (self);
}

/**
 * csm_exchange_reply_json:
 * @self: an exchange
 * @status: the HTTP status
 * @object: the body
 *
 * Answers with JSON.
 */
void
csm_exchange_reply_json (CsmExchange *self,
                         guint        status,
                         JsonObject  *object)
{
  char *text = csm_json_write_object (object);
  g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));

  csm_exchange_reply (self, status, status < 400 ? "application/json" : "application/problem+json", body);
}

/**
 * csm_exchange_reply_status:
 * @self: an exchange
 * @status: the HTTP status, 4xx
 * @detail: why
 *
 * Answers with a problem that has no type of its own.
 */
void
csm_exchange_reply_status (CsmExchange *self,
                           guint        status,
                           const char  *detail)
{
  g_autoptr (JsonObject) problem = json_object_new ();

  json_object_set_string_member (problem, "type", "about:blank");
  json_object_set_int_member (problem, "status", status);
  json_object_set_string_member (problem, "detail", detail);
  csm_exchange_reply_json (self, status, problem);
}

/**
 * csm_exchange_reply_error:
 * @self: an exchange
 * @error: what went wrong; logged when it is the server's fault, and then not told
 *
 * Answers with a problem (RFC 8620, section 3.6.1).
 */
void
csm_exchange_reply_error (CsmExchange  *self,
                          const GError *error)
{
  g_autoptr (JsonObject) problem = csm_jmap_error_to_problem (error);
  guint status = csm_jmap_error_status (error);

  if (status == 500)
    g_warning ("a request failed: %s", error->message);
  if (status == 401 && !self->over)
    soup_message_headers_replace (soup_server_message_get_response_headers (self->msg), "WWW-Authenticate", "Bearer realm=\"casement\"");
  csm_exchange_reply_json (self, status, problem);
}

/**
 * csm_exchange_reply_limit:
 * @self: an exchange
 * @limit_name: what JMAP calls the limit
 *
 * Refuses what is over a limit.
 */
void
csm_exchange_reply_limit (CsmExchange *self,
                          const char  *limit_name)
{
  g_autoptr (GError) error = g_error_new_literal (CSM_JMAP_ERROR, CSM_JMAP_ERROR_LIMIT, limit_name);

  if (!self->over && g_str_has_prefix (limit_name, "maxConcurrent"))
    soup_message_headers_replace (soup_server_message_get_response_headers (self->msg), "Retry-After", "1");
  csm_exchange_reply_error (self, error);
}

/* --- Who asks -------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmExchange     *exchange;
  CsmExchangeFunc  ready;
} Authorizing;

static gpointer
load_session (CsmTxn        *txn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  CsmExchange *self = ((Authorizing *) input)->exchange;
  g_autoptr (CsmPrincipal) who = csm_auth_find (self->server->auth, txn, self->caller->token_hash, error);

  return who != NULL ? csm_session_load (txn, who, self->caller->base_url, error) : NULL;
}

static void
authorized_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  Authorizing *authorizing = user_data;
  g_autoptr (CsmExchange) self = authorizing->exchange;
  CsmExchangeFunc ready = authorizing->ready;
  g_autoptr (GError) error = NULL;

  g_free (authorizing);
  self->session = csm_store_run_finish (CSM_STORE (source), result, &error);
  if (self->session == NULL)
    csm_exchange_reply_error (self, error);
  else if (!self->over)
    {
      csm_guest_trust (self->guest);
      ready (self);
    }
}

/**
 * csm_exchange_authorize:
 * @self: an exchange with a caller
 * @ready: called, with the exchange paused, when the token is good; it has `session` then
 *
 * Looks up who asks before anything of the body is read.
 */
void
csm_exchange_authorize (CsmExchange     *self,
                        CsmExchangeFunc  ready)
{
  Authorizing *authorizing = g_new0 (Authorizing, 1);

  authorizing->exchange = csm_exchange_ref (self);
  authorizing->ready = ready;
  csm_exchange_pause (self);
  csm_store_run_async (self->server->store, FALSE, load_session, authorizing, NULL, (GDestroyNotify) csm_session_free, NULL,
                       authorized_cb, authorizing);
}

/**
 * csm_exchange_find_account:
 * @self: an exchange with a session
 * @account_id: an account's id, from the caller
 *
 * Returns: (transfer none) (nullable): the account, if the caller may see it
 */
const CsmAccountRow *
csm_exchange_find_account (CsmExchange *self,
                           const char  *account_id)
{
  if (g_strcmp0 (account_id, self->session->workspace->id) == 0)
    return self->session->workspace;
  if (g_strcmp0 (account_id, self->session->personal->id) == 0)
    return self->session->personal;
  return NULL;
}

/* --- The body --------------------------------------------------------------------------------------------------------- */

static gboolean
go_on_cb (gpointer user_data)
{
  csm_exchange_resume (user_data);
  return G_SOURCE_REMOVE;
}

/* libsoup reads as long as something comes; others want their turn too. */
static void
take_turns (CsmExchange *self)
{
  if (self->over || self->received - self->turn_at < TURN_BYTES)
    return;
  self->turn_at = self->received;
  csm_exchange_pause (self);
  g_idle_add_full (G_PRIORITY_DEFAULT, go_on_cb, csm_exchange_ref (self), (GDestroyNotify) csm_exchange_unref);
}

static void
write_thread (GTask        *task,
              gpointer      source,
              gpointer      task_data,
              GCancellable *cancellable)
{
  gsize size;
  const void *data = g_bytes_get_data (task_data, &size);
  GError *error = NULL;

  if (g_output_stream_write_all (source, data, size, NULL, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (CsmExchange) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    csm_exchange_reply_error (self, error);
  else if (!self->complete)
    csm_exchange_resume (self);
  else if (!self->over)
    self->ready (self);
}

/* Writes what has come to the file, while libsoup waits: a disk that is busy takes its time. */
static void
write_body (CsmExchange *self)
{
  g_autoptr (GTask) task = g_task_new (self->file, NULL, written_cb, csm_exchange_ref (self));

  csm_exchange_pause (self);
  g_task_set_task_data (task, g_byte_array_free_to_bytes (self->body), (GDestroyNotify) g_bytes_unref);
  self->body = g_byte_array_new ();
  g_task_run_in_thread (task, write_thread);
}

static void
got_chunk_cb (SoupServerMessage *msg,
              GBytes            *chunk,
              CsmExchange       *self)
{
  gsize size;
  const void *data = g_bytes_get_data (chunk, &size);

  self->received += (goffset) size;
  /* An answer to somebody who goes on sending is lost; so the rest is read and dropped, within reason. */
  if (self->received > 2 * self->limit)
    csm_exchange_cut_off (self);
  else if (self->replied)
    take_turns (self);
  else if (self->received > self->limit)
    {
      g_clear_pointer (&self->body, g_byte_array_unref);
      csm_exchange_reply_limit (self, self->limit_name);
    }
  else
    {
      g_byte_array_append (self->body, data, (guint) size);
      if (self->file == NULL)
        take_turns (self);
      else if (self->body->len >= TURN_BYTES)
        write_body (self);
    }
}

static void
got_body_cb (SoupServerMessage *msg,
             CsmExchange       *self)
{
  self->complete = TRUE;
  if (self->replied && !self->over && csm_guest_get_phase (self->guest) == CSM_GUEST_BODY)
    csm_guest_begin (self->guest, CSM_GUEST_ANSWER, cut_off_cb, self, NULL);
  if (self->replied || self->over || self->ready == NULL)
    return;
  csm_exchange_pause (self);
  if (self->file != NULL)
    write_body (self);
  else
    self->ready (self);
}

/**
 * csm_exchange_collect:
 * @self: an exchange
 * @limit: the most bytes
 * @limit_name: what JMAP calls that
 * @ready: (nullable): called, with the exchange paused, when all of it is there
 *
 * Reads the body and looks at the limit while doing so: libsoup would buffer anything. To be called before the body begins. It is kept in
 * `body`, unless `file` is set before it begins.
 */
void
csm_exchange_collect (CsmExchange     *self,
                      goffset          limit,
                      const char      *limit_name,
                      CsmExchangeFunc  ready)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (self->msg);

  self->limit = limit;
  self->limit_name = limit_name;
  self->body = g_byte_array_new ();
  self->ready = ready;
  g_signal_connect_data (self->msg, "got-chunk", G_CALLBACK (got_chunk_cb), csm_exchange_ref (self), unref_closure, 0);
  g_signal_connect_data (self->msg, "got-body", G_CALLBACK (got_body_cb), csm_exchange_ref (self), unref_closure, 0);
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
      soup_message_headers_get_content_length (headers) > limit)
    csm_exchange_reply_limit (self, limit_name);
}
