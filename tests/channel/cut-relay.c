/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "cut-relay.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHUNK 16384

/* What a side said last, in case the word comes in two pieces. */
typedef struct
{
  char  text[2 * CHUNK];
  gsize length;
} Tail;

static gboolean
says (Tail       *tail,
      const char *bytes,
      gsize       length,
      const char *word)
{
  gsize keep = MIN (tail->length, strlen (word));

  memmove (tail->text, tail->text + tail->length - keep, keep);
  memcpy (tail->text + keep, bytes, length);
  tail->length = keep + length;
  return memmem (tail->text, tail->length, word, strlen (word)) != NULL;
}

static gboolean
write_all (int         fd,
           const char *bytes,
           gsize       length)
{
  for (gsize at = 0; at < length;)
    {
      gssize n = send (fd, bytes + at, length - at, MSG_NOSIGNAL);

      if (n <= 0)
        return FALSE;
      at += (gsize) n;
    }
  return TRUE;
}

static gboolean
take_mode (CutRelay     *self,
           CutRelayMode  mode)
{
  if (!g_atomic_int_compare_and_exchange (&self->mode, mode, CUT_RELAY_PASS))
    return FALSE;
  g_atomic_int_inc (&self->n_cuts);
  return TRUE;
}

static void
pass_on (CutRelay *self,
         int       client,
         int       server)
{
  g_autofree Tail *asked = g_new0 (Tail, 1);
  g_autofree Tail *answered = g_new0 (Tail, 1);
  char buffer[CHUNK];
  gboolean word_was_said = FALSE, is_deaf = FALSE;

  for (;;)
    {
      struct pollfd ends[] = { { client, POLLIN, 0 }, { server, POLLIN, 0 } };
      gssize n;

      if (poll (ends, 2, -1) < 0)
        return;
      if (ends[0].revents != 0)
        {
          n = read (client, buffer, sizeof buffer);
          if (n <= 0)
            return;
          word_was_said |= says (asked, buffer, (gsize) n, self->word);
          if ((word_was_said && take_mode (self, CUT_RELAY_AT_COMMAND)) || !write_all (server, buffer, (gsize) n))
            return;
        }
      if (ends[1].revents != 0)
        {
          n = read (server, buffer, sizeof buffer);
          if (n <= 0)
            return;
          if (word_was_said && says (answered, buffer, (gsize) n, self->answer))
            {
              if (take_mode (self, CUT_RELAY_AT_ANSWER))
                return;
              is_deaf |= take_mode (self, CUT_RELAY_SWALLOW);
            }
          if (!is_deaf && !write_all (client, buffer, (gsize) n))
            return;
        }
    }
}

static gboolean
serve (GThreadedSocketService *service,
       GSocketConnection      *connection,
       GObject                *source,
       gpointer                user_data)
{
  CutRelay *self = user_data;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) upstream = NULL;

  g_socket_client_set_enable_proxy (client, FALSE);
  if (g_atomic_int_get (&self->mode) != CUT_RELAY_REFUSE)
    upstream = g_socket_client_connect_to_host (client, "127.0.0.1", self->upstream, NULL, NULL);
  if (upstream != NULL)
    pass_on (self, g_socket_get_fd (g_socket_connection_get_socket (connection)), g_socket_get_fd (g_socket_connection_get_socket (upstream)));
  return TRUE;
}

void
cut_relay_start (CutRelay   *self,
                 guint16     upstream,
                 const char *word,
                 const char *answer)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  GError *error = NULL;

  self->upstream = upstream;
  self->word = word;
  self->answer = answer;
  self->service = g_threaded_socket_service_new (16);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (self->service, "run", G_CALLBACK (serve), self);
}

void
cut_relay_stop (CutRelay *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
}
