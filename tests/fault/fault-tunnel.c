/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-proxy-private.h"

#include <poll.h>
#include <sys/socket.h>

/* How long a word of a change waits for the next one to overtake it */
#define SWAP_MS 300

typedef struct
{
  FaultProxy *self;
  int         client;
  int         server;
  GByteArray *unread;   /* from the server, not yet a whole frame */
  gboolean    framed;   /* the answer to the upgrade is through */
  GBytes     *held;     /* a word of a change that the next one is to overtake */
  GPtrArray  *late;     /* GBytes: words of changes that come when others have long said so */
  guint       number;
} Tunnel;

static gboolean
send_frame (Tunnel *tunnel,
            GBytes *frame)
{
  gsize length;
  const void *data = g_bytes_get_data (frame, &length);

  return fault_write (tunnel->client, data, length);
}

static gboolean
release_held (Tunnel *tunnel)
{
  g_autoptr (GBytes) held = g_steal_pointer (&tunnel->held);

  return held == NULL || send_frame (tunnel, held);
}

static gboolean
release_late (Tunnel *tunnel)
{
  gboolean late, ok = TRUE;

  g_mutex_lock (&tunnel->self->lock);
  late = tunnel->self->push == FAULT_PUSH_LATE;
  g_mutex_unlock (&tunnel->self->lock);
  for (guint i = 0; !late && ok && i < tunnel->late->len; i++)
    ok = send_frame (tunnel, g_ptr_array_index (tunnel->late, i));
  if (!late)
    g_ptr_array_set_size (tunnel->late, 0);
  return ok;
}

static gboolean
is_mute (Tunnel *tunnel)
{
  gboolean mute;

  g_mutex_lock (&tunnel->self->lock);
  mute = tunnel->number <= tunnel->self->n_mute;
  g_mutex_unlock (&tunnel->self->lock);
  return mute;
}

static gboolean
pass_change (Tunnel *tunnel,
             GBytes *frame)
{
  FaultPush what;

  g_mutex_lock (&tunnel->self->lock);
  what = tunnel->self->push;
  if (what == FAULT_PUSH_MIX)
    what = (FaultPush) g_rand_int_range (tunnel->self->random, FAULT_PUSH_PASS, FAULT_PUSH_MIX);
  g_mutex_unlock (&tunnel->self->lock);
  switch (what)
    {
    case FAULT_PUSH_LOSE:
      return TRUE;
    case FAULT_PUSH_TWICE:
      return send_frame (tunnel, frame) && send_frame (tunnel, frame);
    case FAULT_PUSH_SWAP:
      if (tunnel->held == NULL)
        {
          tunnel->held = g_bytes_ref (frame);
          return TRUE;
        }
      return send_frame (tunnel, frame) && release_held (tunnel);
    case FAULT_PUSH_LATE:
      g_ptr_array_add (tunnel->late, g_bytes_ref (frame));
      return TRUE;
    case FAULT_PUSH_PASS:
    case FAULT_PUSH_MIX:
    default:
      return send_frame (tunnel, frame);
    }
}

static gboolean
pass_server (Tunnel *tunnel)
{
  guint8 buffer[65536];
  gssize n = recv (tunnel->server, buffer, sizeof buffer, 0);
  gboolean ok = n > 0;

  if (!ok || is_mute (tunnel))
    return ok;
  g_byte_array_append (tunnel->unread, buffer, (guint) n);
  if (!tunnel->framed)
    {
      const char *end = g_strstr_len ((char *) tunnel->unread->data, tunnel->unread->len, "\r\n\r\n");
      guint length = end != NULL ? (guint) (end + 4 - (char *) tunnel->unread->data) : 0;

      if (end == NULL)
        return TRUE;
      ok = fault_write (tunnel->client, tunnel->unread->data, length);
      g_byte_array_remove_range (tunnel->unread, 0, length);
      tunnel->framed = TRUE;
    }
  while (ok)
    {
      gboolean is_change;
      g_autoptr (GBytes) frame = fault_take_frame (tunnel->unread, &is_change);

      if (frame == NULL)
        break;
      ok = is_change ? pass_change (tunnel, frame) : send_frame (tunnel, frame);
    }
  return ok;
}

static gboolean
pass_client (Tunnel *tunnel)
{
  guint8 buffer[65536];
  gssize n = recv (tunnel->client, buffer, sizeof buffer, 0);

  return n > 0 && (is_mute (tunnel) || fault_write (tunnel->server, buffer, (gsize) n));
}

/* Carries a WebSocket until an end is closed. */
void
fault_tunnel_serve (FaultProxy *self,
                    int         fd,
                    FaultText  *request)
{
  g_autoptr (GSocketConnection) connection = fault_proxy_reach (self);
  Tunnel tunnel = { .self = self, .client = fd };
  struct pollfd fds[2];

  if (connection == NULL)
    return;
  tunnel.server = g_socket_get_fd (g_socket_connection_get_socket (connection));
  tunnel.unread = g_byte_array_new ();
  tunnel.late = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_mutex_lock (&self->lock);
  tunnel.number = ++self->n_tunnels;
  g_mutex_unlock (&self->lock);
  fds[0] = (struct pollfd) { .fd = tunnel.client, .events = POLLIN };
  fds[1] = (struct pollfd) { .fd = tunnel.server, .events = POLLIN };
  for (gboolean ok = fault_write (tunnel.server, request->head->str, request->head->len); ok;)
    {
      int n = poll (fds, 2, tunnel.held != NULL || tunnel.late->len > 0 ? SWAP_MS : -1);

      if (n == 0)
        ok = release_held (&tunnel) && release_late (&tunnel);
      if (n > 0 && fds[0].revents != 0)
        ok = pass_client (&tunnel);
      if (ok && n > 0 && fds[1].revents != 0)
        ok = pass_server (&tunnel);
    }
  fault_proxy_drop (self, g_socket_connection_get_socket (connection));
  g_byte_array_unref (tunnel.unread);
  g_ptr_array_unref (tunnel.late);
  g_clear_pointer (&tunnel.held, g_bytes_unref);
}
