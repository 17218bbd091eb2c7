/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-follower.h"

#include "csm-failpoint.h"
#include "csm-jmap-error.h"
#include "csm-json.h"

#define KEEPALIVE_SECONDS 25
/* So many pings may be without an answer when the next one is due: a server that went silent is noticed within a minute. */
#define SILENT_PINGS 1
/* A StateChange is small; more is no server of ours. */
#define MAX_MESSAGE (1024 * 1024)

struct _CsmFollower
{
  GObject                  parent_instance;
  CsmConnection           *connection;
  SoupWebsocketConnection *socket;
  GCancellable            *cancellable;
  GTask                   *starting; /* until push is on */
  guint                    watch_id;
  guint                    unheard;  /* pings that were due since the server said anything */
  gboolean                 is_live;  /* push is on, and the server tells who is where */
};

enum { SIGNAL_STATE_CHANGE, SIGNAL_CLOSED, SIGNAL_LIVE, SIGNAL_LIVE_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmFollower, csm_follower, G_TYPE_OBJECT)

static void
csm_follower_dispose (GObject *object)
{
  CsmFollower *self = CSM_FOLLOWER (object);

  csm_follower_stop (self);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (csm_follower_parent_class)->dispose (object);
}

static void
csm_follower_class_init (CsmFollowerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_follower_dispose;

  signals[SIGNAL_STATE_CHANGE] = g_signal_new ("state-change", CSM_TYPE_FOLLOWER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", CSM_TYPE_FOLLOWER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[SIGNAL_LIVE] = g_signal_new ("live", CSM_TYPE_FOLLOWER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_LIVE_CHANGED] = g_signal_new ("live-changed", CSM_TYPE_FOLLOWER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_follower_init (CsmFollower *self)
{
}

/**
 * csm_follower_new:
 * @connection: the way to the server
 *
 * Returns: (transfer full): a follower that does not listen yet
 */
CsmFollower *
csm_follower_new (CsmConnection *connection)
{
  CsmFollower *self = g_object_new (CSM_TYPE_FOLLOWER, NULL);

  self->connection = g_object_ref (connection);
  return self;
}

static void
set_live (CsmFollower *self,
          gboolean     is_live)
{
  if (self->is_live == is_live)
    return;
  self->is_live = is_live;
  g_signal_emit (self, signals[SIGNAL_LIVE_CHANGED], 0);
}

static void
fail_start (CsmFollower *self,
            GError      *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->starting);

  if (task != NULL)
    g_task_return_error (task, error);
  else
    g_error_free (error);
}

static void
on_pong (SoupWebsocketConnection *socket,
         GBytes                  *message,
         CsmFollower             *self)
{
  self->unheard = 0;
}

/* A socket whose other end is gone looks like one on which nothing happens, for as long as TCP likes to try. */
static gboolean
on_watch (gpointer data)
{
  CsmFollower *self = data;
  g_autoptr (CsmFollower) alive = NULL;

  if (++self->unheard <= SILENT_PINGS)
    return G_SOURCE_CONTINUE;
  g_info ("the server has gone silent");
  self->watch_id = 0;
  alive = g_object_ref (self);
  if (self->starting != NULL)
    fail_start (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "the server has gone silent"));
  else
    g_signal_emit (self, signals[SIGNAL_CLOSED], 0, FALSE);
  csm_follower_stop (self);
  return G_SOURCE_REMOVE;
}

static void
on_message (SoupWebsocketConnection *socket,
            SoupWebsocketDataType    type,
            GBytes                  *message,
            CsmFollower             *self)
{
  gsize length;
  const char *text = g_bytes_get_data (message, &length);
  g_autoptr (JsonObject) object = type == SOUP_WEBSOCKET_DATA_TEXT ? csm_json_parse_object (text, (gssize) length, NULL) : NULL;
  const char *kind = csm_json_get_string (object, "@type");

  self->unheard = 0;
  if (g_strcmp0 (kind, "StateChange") == 0)
    {
      JsonObject *changed = csm_json_get_object (object, "changed");

      if (changed != NULL)
        g_signal_emit (self, signals[SIGNAL_STATE_CHANGE], 0, changed);
    }
  else if (g_strcmp0 (kind, "Response") == 0 && self->starting != NULL)
    {
      /* The echo: what was sent before it has been worked on, so push is on. */
      g_autoptr (GTask) task = g_steal_pointer (&self->starting);

      csm_failpoint ("push-on");
      g_task_return_boolean (task, TRUE);
      /* Guests are not shown where people are, nor asked where they are themselves. */
      if (self->socket != NULL)
        set_live (self, g_strcmp0 (soup_websocket_connection_get_protocol (socket), CSM_JMAP_SUBPROTOCOL_LIVE) == 0 &&
                        csm_connection_get_session (self->connection)->internal);
    }
  else if (g_strcmp0 (kind, "RequestError") == 0 && self->starting != NULL)
    {
      fail_start (self, csm_jmap_problem_to_error (object));
      csm_follower_stop (self);
    }
  else if (g_strcmp0 (kind, "Live") == 0 && self->is_live)
    g_signal_emit (self, signals[SIGNAL_LIVE], 0, object);
}

static void
on_closed (SoupWebsocketConnection *socket,
           CsmFollower             *self)
{
  gboolean signed_out = soup_websocket_connection_get_close_code (socket) == SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION;
  gboolean was_starting = self->starting != NULL;
  g_autoptr (CsmFollower) alive = g_object_ref (self);

  g_clear_handle_id (&self->watch_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (socket, self);
  g_clear_object (&self->socket);
  set_live (self, FALSE);
  if (was_starting)
    fail_start (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "the socket was closed"));
  else
    g_signal_emit (self, signals[SIGNAL_CLOSED], 0, signed_out);
}

static void
enable_push (CsmFollower *self)
{
  g_autoptr (CsmJmapRequestBuilder) request = csm_jmap_request_builder_new ();
  g_autofree char *echo = NULL;

  soup_websocket_connection_send_text (self->socket, "{\"@type\":\"WebSocketPushEnable\",\"dataTypes\":null}");
  g_free (csm_jmap_request_builder_add (request, "Core/echo", json_object_new ()));
  csm_jmap_request_builder_set_outside (request, !csm_connection_get_session (self->connection)->internal);
  echo = csm_jmap_request_builder_write (request, "echo");
  soup_websocket_connection_send_text (self->socket, echo);
}

static gboolean
speaks_jmap (SoupWebsocketConnection *socket)
{
  const char *protocol = soup_websocket_connection_get_protocol (socket);

  return g_strcmp0 (protocol, CSM_JMAP_SUBPROTOCOL_LIVE) == 0 || g_strcmp0 (protocol, CSM_JMAP_SUBPROTOCOL) == 0;
}

static void
on_connected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (CsmFollower) self = user_data;
  GError *error = NULL;
  guint keepalive = csm_fault_number ("keepalive", KEEPALIVE_SECONDS);
  g_autoptr (SoupWebsocketConnection) socket = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (socket == NULL)
    {
      fail_start (self, error);
      return;
    }
  if (self->starting == NULL || !speaks_jmap (socket))
    {
      soup_websocket_connection_close (socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
      fail_start (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "the server speaks no JMAP over WebSocket"));
      return;
    }
  self->socket = g_steal_pointer (&socket);
  soup_websocket_connection_set_keepalive_interval (self->socket, keepalive);
  self->unheard = 0;
  self->watch_id = g_timeout_add_seconds (keepalive, on_watch, self);
  soup_websocket_connection_set_max_incoming_payload_size (self->socket, MAX_MESSAGE);
  g_signal_connect (self->socket, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->socket, "pong", G_CALLBACK (on_pong), self);
  g_signal_connect (self->socket, "closed", G_CALLBACK (on_closed), self);
  enable_push (self);
}

/**
 * csm_follower_start_async:
 * @self: a follower
 * @callback: called when push is on: what changes from then on is told
 * @user_data: for @callback
 */
void
csm_follower_start_async (CsmFollower         *self,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  char *protocols[] = { (char *) CSM_JMAP_SUBPROTOCOL_LIVE, (char *) CSM_JMAP_SUBPROTOCOL, NULL };
  const CsmRemoteSession *session = csm_connection_get_session (self->connection);
  SoupSession *soup = csm_connection_get_soup (self->connection);
  g_autoptr (SoupMessage) message = csm_connection_new_message (self->connection, "GET", session->socket_url);

  csm_follower_stop (self);
  self->cancellable = g_cancellable_new ();
  self->starting = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->starting, csm_follower_start_async);
  if (message == NULL)
    {
      fail_start (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the server's socket has no address"));
      return;
    }
  /* Through compression a message larger than any limit fits into a small frame. */
  soup_message_disable_feature (message, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  soup_session_websocket_connect_async (soup, message, NULL, protocols, G_PRIORITY_DEFAULT, self->cancellable, on_connected, g_object_ref (self));
}

/**
 * csm_follower_start_finish:
 * @self: a follower
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it listens
 */
gboolean
csm_follower_start_finish (CsmFollower   *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * csm_follower_stop:
 * @self: a follower
 *
 * Closes the socket; "closed" is not emitted.
 */
void
csm_follower_stop (CsmFollower *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->watch_id, g_source_remove);
  if (self->socket != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->socket, self);
      if (soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (self->socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
      g_clear_object (&self->socket);
    }
  set_live (self, FALSE);
  if (self->starting != NULL)
    fail_start (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped"));
}

/**
 * csm_follower_is_live:
 * @self: a follower
 *
 * Returns: whether the server on the other end tells who is where
 */
gboolean
csm_follower_is_live (CsmFollower *self)
{
  return self->is_live;
}

/**
 * csm_follower_send_live:
 * @self: a follower
 * @message: a Live message, but for its type
 *
 * Does nothing unless csm_follower_is_live().
 */
void
csm_follower_send_live (CsmFollower *self,
                        JsonObject  *message)
{
  g_autofree char *text = NULL;

  if (!self->is_live || self->socket == NULL || soup_websocket_connection_get_state (self->socket) != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  json_object_set_string_member (message, "@type", "Live");
  text = csm_json_write_object (message);
  soup_websocket_connection_send_text (self->socket, text);
}
