/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-lmtp-server.h"

#include "csm-lmtp-session.h"

/* Mail servers use a handful of connections at a time. */
#define MOST_SESSIONS 20
/* How long one may say nothing, s (RFC 5321, section 4.5.3.2.7). */
#define PATIENCE 300

struct _CsmLmtpServer
{
  GObject         parent_instance;
  CsmStore       *store;
  char           *reader_program;
  GSocketService *service;
  GCancellable   *cancellable;
  GMutex          mutex;
  GCond           ended;
  guint           n_sessions;   /* under the mutex */
};

G_DEFINE_FINAL_TYPE (CsmLmtpServer, csm_lmtp_server, G_TYPE_OBJECT)

static void
count (CsmLmtpServer *self,
       int            change)
{
  g_mutex_lock (&self->mutex);
  self->n_sessions = (guint) ((int) self->n_sessions + change);
  g_cond_signal (&self->ended);
  g_mutex_unlock (&self->mutex);
}

/* In a thread of its own. */
static gboolean
serve (GThreadedSocketService *service,
       GSocketConnection      *connection,
       GObject                *source,
       gpointer                user_data)
{
  CsmLmtpServer *self = user_data;

  count (self, 1);
  g_socket_set_timeout (g_socket_connection_get_socket (connection), PATIENCE);
  csm_lmtp_session_run (G_IO_STREAM (connection), self->store, self->reader_program, self->cancellable);
  count (self, -1);
  return TRUE;
}

static void
csm_lmtp_server_finalize (GObject *object)
{
  CsmLmtpServer *self = CSM_LMTP_SERVER (object);

  csm_lmtp_server_stop (self);
  g_clear_object (&self->store);
  g_clear_object (&self->cancellable);
  g_free (self->reader_program);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->ended);
  G_OBJECT_CLASS (csm_lmtp_server_parent_class)->finalize (object);
}

static void
csm_lmtp_server_class_init (CsmLmtpServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_lmtp_server_finalize;
}

static void
csm_lmtp_server_init (CsmLmtpServer *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->ended);
  self->cancellable = g_cancellable_new ();
  self->service = g_threaded_socket_service_new (MOST_SESSIONS);
  g_signal_connect_object (self->service, "run", G_CALLBACK (serve), self, 0);
}

/**
 * csm_lmtp_server_new:
 * @store: where mail goes
 * @reader_program: casement-reader
 *
 * Returns: (transfer full): a server that listens nowhere yet
 */
CsmLmtpServer *
csm_lmtp_server_new (CsmStore   *store,
                     const char *reader_program)
{
  CsmLmtpServer *self = g_object_new (CSM_TYPE_LMTP_SERVER, NULL);

  self->store = g_object_ref (store);
  self->reader_program = g_strdup (reader_program);
  return self;
}

/**
 * csm_lmtp_server_listen:
 * @self: a server
 * @address: where: whoever can connect there can bring mail
 * @error: return location
 *
 * Connections are accepted by the thread's main context, and have a thread each.
 *
 * Returns: (transfer full) (nullable): where it listens
 */
GSocketAddress *
csm_lmtp_server_listen (CsmLmtpServer   *self,
                        GSocketAddress  *address,
                        GError         **error)
{
  GSocketAddress *bound = NULL;

  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, &bound, error))
    return NULL;
  return bound;
}

/**
 * csm_lmtp_server_stop:
 * @self: a server
 *
 * Ends all connections. Waits for mail that is just being taken in: the mail server brings what it got no answer for again.
 */
void
csm_lmtp_server_stop (CsmLmtpServer *self)
{
  if (self->service == NULL)
    return;
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_cancellable_cancel (self->cancellable);
  g_mutex_lock (&self->mutex);
  while (self->n_sessions > 0)
    g_cond_wait (&self->ended, &self->mutex);
  g_mutex_unlock (&self->mutex);
  g_clear_object (&self->service);
}
