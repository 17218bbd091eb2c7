/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-http-server.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "csm-http-private.h"
#include "csm-jmap-error.h"
#include "csm-jmap-limits.h"
#include "csm-time.h"

/* Guessing: five tries, then 1, 2, 4 … seconds, for one account never more than a minute: its owner has to get in. */
#define FREE_TRIES 5
#define LONGEST_ACCOUNT_WAIT (60 * CSM_SECOND)
/* A shop sits behind one address. */
#define FREE_ADDRESS_TRIES 20
#define LONGEST_ADDRESS_WAIT (15 * 60 * CSM_SECOND)
#define THROTTLE_CAPACITY 10000

/* One device needs one of them, perhaps two while it changes networks. */
#define MOST_STREAMS 64
/* Each takes a thread while it lasts. */
#define MOST_ASKS 4

/* What is no upload and no request of JMAP's has no body worth reading. */
#define SMALL_BODY 65536

typedef struct
{
  const char      *method;
  const char      *path;
  guint            parts;   /* of the path, behind `path` */
  gboolean         open;    /* to everybody */
  CsmExchangeFunc  func;
} Route;

static const Route routes[] = {
  { "GET", "/.well-known/jmap", 0, FALSE, csm_http_session },
  { "GET", "/jmap/session", 0, FALSE, csm_http_session },
  { "POST", "/jmap/api", 0, FALSE, csm_http_api },
  { "POST", "/jmap/upload", 1, FALSE, csm_http_upload },
  { "GET", "/jmap/download", 3, FALSE, csm_http_download },
  { "GET", "/jmap/eventsource", 0, FALSE, csm_http_events },
  { "GET", "/jmap/ws", 0, FALSE, csm_http_socket },
  { "POST", "/jmap/ask", 2, FALSE, csm_http_ask },
  { "POST", "/auth/sign-in", 0, TRUE, csm_http_sign_in },
  { "POST", "/auth/join", 0, TRUE, csm_http_join },
  { "POST", "/auth/sign-out", 0, FALSE, csm_http_sign_out },
};

G_DEFINE_FINAL_TYPE (CsmHttpServer, csm_http_server, G_TYPE_OBJECT)

/* The parts behind the route's path, decoded one by one: a name may have slashes in it. NULL: it is another path. */
static char **
match (const Route *route,
       const char  *path)
{
  gsize length = strlen (route->path);
  g_auto (GStrv) parts = NULL;

  if (!g_str_has_prefix (path, route->path) || (path[length] != '\0' && path[length] != '/'))
    return NULL;
  parts = g_strsplit (path[length] == '/' ? path + length + 1 : "", "/", -1);
  if (g_strv_length (parts) != route->parts || (route->parts == 0 && path[length] != '\0'))
    return NULL;
  for (guint i = 0; parts[i] != NULL; i++)
    {
      char *decoded = g_uri_unescape_string (parts[i], NULL);

      if (decoded == NULL || !g_utf8_validate (decoded, -1, NULL))
        {
          g_free (decoded);
          return NULL;
        }
      g_free (parts[i]);
      parts[i] = decoded;
    }
  return g_steal_pointer (&parts);
}

static void
run_route (CsmExchange *exchange,
           const Route *route)
{
  g_autoptr (GError) error = NULL;

  if (route->open || exchange->caller != NULL)
    {
      route->func (exchange);
      return;
    }
  error = g_error_new_literal (CSM_JMAP_ERROR, CSM_JMAP_ERROR_UNAUTHORIZED, "not signed in");
  csm_exchange_reply_error (exchange, error);
}

static void
early_cb (SoupServer        *soup,
          SoupServerMessage *msg,
          const char        *path,
          GHashTable        *query,
          gpointer           user_data)
{
  g_autoptr (CsmExchange) exchange = csm_exchange_new (user_data, msg, query);
  const char *allowed = NULL;

  soup_message_body_set_accumulate (soup_server_message_get_request_body (msg), FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      g_auto (GStrv) parts = match (&routes[i], path);

      if (parts == NULL)
        continue;
      allowed = routes[i].method;
      if (!g_str_equal (soup_server_message_get_method (msg), allowed))
        continue;
      exchange->path = g_steal_pointer (&parts);
      run_route (exchange, &routes[i]);
      if (exchange->ready == NULL)
        csm_exchange_collect (exchange, SMALL_BODY, "maxSizeRequest", NULL);
      return;
    }
  if (allowed != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (msg), "Allow", allowed);
  csm_exchange_reply_status (exchange, allowed != NULL ? 405 : 404, allowed != NULL ? "It can't be done that way." : "There is nothing here.");
  csm_exchange_collect (exchange, SMALL_BODY, "maxSizeRequest", NULL);
}

static void
came_in (GIOStream      *stream,
         GSocketAddress *local,
         GSocketAddress *remote,
         gpointer        data)
{
  soup_server_accept_iostream (((CsmHttpServer *) data)->soup, stream, local, remote, NULL);
}

/*
 * libsoup 3.2 closes each connection after one answer when it listens nowhere itself. It gets one end of a pair of sockets: nobody
 * can connect to that, and nothing ever comes from the other end.
 */
static gboolean
pretend_to_listen (CsmHttpServer  *self,
                   GError        **error)
{
  g_autoptr (GSocket) socket = NULL;
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return FALSE;
    }
  self->silent_end = ends[1];
  socket = g_socket_new_from_fd (ends[0], error);
  return socket != NULL && soup_server_listen_socket (self->soup, socket, 0, error);
}

static void
csm_http_server_dispose (GObject *object)
{
  CsmHttpServer *self = CSM_HTTP_SERVER (object);

  csm_http_server_stop (self);
  g_clear_object (&self->soup);
  g_clear_object (&self->push);
  g_clear_object (&self->live);
  g_clear_object (&self->store);
  g_clear_object (&self->certificate);
  G_OBJECT_CLASS (csm_http_server_parent_class)->dispose (object);
}

static void
csm_http_server_finalize (GObject *object)
{
  CsmHttpServer *self = CSM_HTTP_SERVER (object);

  g_clear_pointer (&self->auth, csm_auth_unref);
  g_clear_pointer (&self->requests, csm_gate_free);
  g_clear_pointer (&self->uploads, csm_gate_free);
  g_clear_pointer (&self->streams, csm_gate_free);
  g_clear_pointer (&self->asks, csm_gate_free);
  g_clear_pointer (&self->asking, g_ptr_array_unref);
  g_clear_pointer (&self->account_throttle, csm_throttle_free);
  g_clear_pointer (&self->address_throttle, csm_throttle_free);
  g_clear_pointer (&self->sockets, g_ptr_array_unref);
  g_free (self->public_url);
  G_OBJECT_CLASS (csm_http_server_parent_class)->finalize (object);
}

static void
csm_http_server_class_init (CsmHttpServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = csm_http_server_dispose;
  object_class->finalize = csm_http_server_finalize;
}

static void
csm_http_server_init (CsmHttpServer *self)
{
  self->requests = csm_gate_new (CSM_JMAP_MAX_CONCURRENT_REQUESTS);
  self->uploads = csm_gate_new (CSM_JMAP_MAX_CONCURRENT_UPLOAD);
  self->streams = csm_gate_new (MOST_STREAMS);
  self->account_throttle = csm_throttle_new (FREE_TRIES, LONGEST_ACCOUNT_WAIT, THROTTLE_CAPACITY);
  self->address_throttle = csm_throttle_new (FREE_ADDRESS_TRIES, LONGEST_ADDRESS_WAIT, THROTTLE_CAPACITY);
  self->asks = csm_gate_new (MOST_ASKS);
  self->asking = g_ptr_array_new_with_free_func (g_object_unref);
  self->sockets = g_ptr_array_new ();
  self->silent_end = -1;
}

/**
 * csm_http_server_new:
 * @store: the store; its signals come in this main context
 * @auth: who tokens stand for
 * @public_url: (nullable): what people's URLs begin with, behind a proxy for example; %NULL: what they asked for
 * @certificate: (nullable): for https; %NULL speaks http
 * @patience: how long a connection may take to say who it is, s
 *
 * Returns: (transfer full): a server that listens nowhere yet
 */
CsmHttpServer *
csm_http_server_new (CsmStore        *store,
                     CsmAuth         *auth,
                     const char      *public_url,
                     GTlsCertificate *certificate,
                     guint            patience)
{
  CsmHttpServer *self = g_object_new (CSM_TYPE_HTTP_SERVER, NULL);

  self->store = g_object_ref (store);
  self->auth = csm_auth_ref (auth);
  self->public_url = g_strdup (public_url);
  if (self->public_url != NULL && g_str_has_suffix (self->public_url, "/"))
    self->public_url[strlen (self->public_url) - 1] = '\0';
  self->certificate = certificate != NULL ? g_object_ref (certificate) : NULL;
  self->push = csm_push_new (store, auth);
  self->live = csm_live_hub_new (store, auth, patience);
  self->soup = soup_server_new ("server-header", "Casement", "raw-paths", TRUE, NULL);
  self->patience = patience;
  self->gatekeeper = csm_gatekeeper_new (certificate, patience, came_in, self);
  soup_server_add_early_handler (self->soup, NULL, early_cb, self, NULL);
  return self;
}

/**
 * csm_http_server_listen:
 * @self: a server
 * @address: where; a Unix socket too
 * @error: return location
 *
 * Returns: whether it listens
 */
gboolean
csm_http_server_listen (CsmHttpServer   *self,
                        GSocketAddress  *address,
                        GError         **error)
{
  return pretend_to_listen (self, error) && csm_gatekeeper_listen (self->gatekeeper, address, error);
}

/**
 * csm_http_server_get_url:
 * @self: a server that listens on a network address
 *
 * Returns: (transfer full) (nullable): its URL, without a slash at the end
 */
char *
csm_http_server_get_url (CsmHttpServer *self)
{
  return csm_gatekeeper_get_url (self->gatekeeper);
}

/**
 * csm_http_server_stop:
 * @self: a server
 *
 * Closes all connections. Waits for the threads that are at somebody's question, which give it up.
 */
void
csm_http_server_stop (CsmHttpServer *self)
{
  g_clear_pointer (&self->gatekeeper, csm_gatekeeper_free);
  while (self->sockets->len > 0)
    csm_socket_close (g_ptr_array_index (self->sockets, self->sockets->len - 1));
  if (self->soup != NULL)
    soup_server_disconnect (self->soup);
  for (guint i = 0; i < self->asking->len; i++)
    g_cancellable_cancel (g_ptr_array_index (self->asking, i));
  while (self->asking->len > 0)
    g_main_context_iteration (NULL, TRUE);
  if (self->silent_end >= 0)
    close (self->silent_end);
  self->silent_end = -1;
}
