/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-test-socket.h"

#include "csm-json.h"

static void
message_cb (SoupWebsocketConnection *connection,
            int                      type,
            GBytes                  *text,
            CsmTestSocket           *self)
{
  JsonObject *message = csm_json_parse_object (g_bytes_get_data (text, NULL), (gssize) g_bytes_get_size (text), NULL);

  g_assert_cmpint (type, ==, SOUP_WEBSOCKET_DATA_TEXT);
  g_assert_nonnull (message);
  g_queue_push_tail (&self->messages, message);
  self->arrived = TRUE;
}

static void
closed_cb (SoupWebsocketConnection *connection,
           CsmTestSocket           *self)
{
  self->closed = TRUE;
}

static void
connected_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  CsmTestSocket *self = user_data;

  self->connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, NULL);
  self->done = TRUE;
  if (self->connection == NULL)
    return;
  soup_websocket_connection_set_max_incoming_payload_size (self->connection, 50000000);
  g_signal_connect (self->connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (self->connection, "closed", G_CALLBACK (closed_cb), self);
}

CsmTestSocket *
csm_test_socket_new (CsmTestClient      *client,
                     const char * const *protocols,
                     guint              *status)
{
  g_autoptr (SoupMessage) msg = csm_test_client_message (client, "GET", "/jmap/ws");
  CsmTestSocket *self = g_new0 (CsmTestSocket, 1);

  g_queue_init (&self->messages);
  soup_session_websocket_connect_async (client->session, msg, NULL, (char **) protocols, G_PRIORITY_DEFAULT, NULL, connected_cb, self);
  csm_test_wait (&self->done);
  if (status != NULL)
    *status = soup_message_get_status (msg);
  return self;
}

void
csm_test_socket_free (CsmTestSocket *self)
{
  if (self->connection != NULL && !self->closed)
    {
      soup_websocket_connection_close (self->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
      csm_test_wait (&self->closed);
    }
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  g_queue_clear_full (&self->messages, (GDestroyNotify) json_object_unref);
  g_free (self);
}

void
csm_test_socket_send (CsmTestSocket *self,
                      const char    *format,
                      ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdelimit (g_strdup_vprintf (format, args), "'", '"');
  va_end (args);
  soup_websocket_connection_send_text (self->connection, text);
}

JsonObject *
csm_test_socket_receive (CsmTestSocket *self)
{
  while (g_queue_is_empty (&self->messages))
    {
      self->arrived = FALSE;
      csm_test_wait (&self->arrived);
    }
  return g_queue_pop_head (&self->messages);
}

JsonObject *
csm_test_socket_expect (CsmTestSocket *self,
                        const char    *type)
{
  for (;;)
    {
      g_autoptr (JsonObject) message = csm_test_socket_receive (self);

      if (g_strcmp0 (csm_json_get_string (message, "@type"), type) == 0)
        return g_steal_pointer (&message);
    }
}
