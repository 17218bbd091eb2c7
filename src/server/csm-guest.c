/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-guest-private.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#define KEY "csm-guest"

/* In so many times the patience: a signed-in device may hold its connection in reserve; what it is told has to move on. */
#define IDLE 20
#define ANSWER_GRACE 2
#define STALL 4
/* A body, and an answer, that comes or goes slower than that (bytes/s) after the grace is no slow line. */
#define SLOWEST_BODY 1024
#define SLOWEST_ANSWER 4096

/* What the kernel knows of the connection; FALSE: it is none of TCP's. */
static gboolean
get_info (CsmGuest        *self,
          struct tcp_info *info)
{
  socklen_t length = sizeof *info;

  memset (info, 0, sizeof *info);
  return self->socket != NULL && self->address != NULL &&
         getsockopt (g_socket_get_fd (self->socket), IPPROTO_TCP, TCP_INFO, info, &length) == 0;
}

/**
 * csm_guest_new:
 * @keeper: who watches it
 * @socket: its socket; belongs to the connection
 * @remote: where it comes from: what it is found by later
 * @address: (nullable): the party of the network that this is; %NULL: a Unix socket
 *
 * Returns: (transfer full): a connection, which csm_guest_forget() lets go
 */
CsmGuest *
csm_guest_new (CsmGatekeeper  *keeper,
               GSocket        *socket,
               GSocketAddress *remote,
               const char     *address)
{
  CsmGuest *self = g_new0 (CsmGuest, 1);

  self->ref_count = 1;
  self->keeper = keeper;
  self->socket = socket;
  self->address = g_strdup (address);
  g_object_set_data (G_OBJECT (remote), KEY, self);
  csm_guest_begin (self, CSM_GUEST_HEAD, NULL, NULL, NULL);
  return self;
}

/**
 * csm_guest_forget:
 * @self: a connection
 *
 * There is nothing to leave any more.
 */
void
csm_guest_forget (CsmGuest *self)
{
  GDestroyNotify data_free = g_steal_pointer (&self->leave_free);
  gpointer data = g_steal_pointer (&self->leave_data);

  self->leave = NULL;
  if (data_free != NULL)
    data_free (data);
}

/**
 * csm_guest_find:
 * @remote: the address that #CsmGatekeeperFunc was called with
 *
 * Returns: (transfer none): the connection, which is still there
 */
CsmGuest *
csm_guest_find (GSocketAddress *remote)
{
  return g_object_get_data (G_OBJECT (remote), KEY);
}

/**
 * csm_guest_ref:
 * @self: a connection
 *
 * Returns: (transfer full): @self
 */
CsmGuest *
csm_guest_ref (CsmGuest *self)
{
  self->ref_count++;
  return self;
}

/**
 * csm_guest_unref:
 * @self: (transfer full): a connection
 */
void
csm_guest_unref (CsmGuest *self)
{
  if (--self->ref_count > 0)
    return;
  csm_guest_forget (self);
  g_free (self->address);
  g_free (self);
}

/**
 * csm_guest_trust:
 * @self: a connection
 *
 * Somebody signed in has spoken on it: it may stay without saying anything for a while.
 */
void
csm_guest_trust (CsmGuest *self)
{
  if (!self->trusted && self->keeper != NULL)
    csm_gatekeeper_trust (self->keeper, self);
  self->trusted = TRUE;
}

/**
 * csm_guest_begin:
 * @self: a connection
 * @phase: what begins
 * @leave: (nullable): called with @data to end what goes on, when the connection is to be closed
 * @data: for @leave
 * @data_free: (nullable): for @data, when something else begins or the connection is gone
 *
 * Its time for that starts now.
 */
void
csm_guest_begin (CsmGuest       *self,
                 CsmGuestPhase   phase,
                 GDestroyNotify  leave,
                 gpointer        data,
                 GDestroyNotify  data_free)
{
  struct tcp_info info;

  csm_guest_forget (self);
  self->phase = phase;
  self->leave = leave;
  self->leave_data = data;
  self->leave_free = data_free;
  self->busy = FALSE;
  self->has_begun = FALSE;
  self->since = self->moved_at = g_get_monotonic_time ();
  self->head_at = 0;
  if (!get_info (self, &info))
    return;
  self->received = info.tcpi_bytes_received;
  self->acked = self->last_acked = info.tcpi_bytes_acked;
}

/**
 * csm_guest_get_phase:
 * @self: a connection
 *
 * Returns: what began last
 */
CsmGuestPhase
csm_guest_get_phase (CsmGuest *self)
{
  return self->phase;
}

/**
 * csm_guest_set_busy:
 * @self: a connection
 * @busy: whether it is we who keep it waiting
 *
 * Meanwhile its time stands still.
 */
void
csm_guest_set_busy (CsmGuest *self,
                    gboolean  busy)
{
  self->busy = busy;
}

static gboolean
is_slow_head (CsmGuest              *self,
              const struct tcp_info *info,
              gint64                 now,
              gint64                 patience)
{
  if (!self->trusted)
    return now - self->since > patience;
  if (info->tcpi_bytes_received == self->received)
    return now - self->since > IDLE * patience;
  if (self->head_at == 0)
    self->head_at = now;
  return now - self->head_at > patience;
}

static gboolean
is_below (guint64 bytes,
          gint64  time,
          guint64 rate)
{
  return time > 0 && bytes < (guint64) time * rate / G_USEC_PER_SEC;
}

static gboolean
is_stalled (CsmGuest              *self,
            const struct tcp_info *info,
            gint64                 now,
            gint64                 patience)
{
  if (info->tcpi_bytes_acked != self->last_acked || (info->tcpi_unacked == 0 && info->tcpi_notsent_bytes == 0))
    {
      self->last_acked = info->tcpi_bytes_acked;
      self->moved_at = now;
    }
  return now - self->moved_at > STALL * patience;
}

/* libsoup does not look at a connection on which we may say something at any time. */
static gboolean
is_gone (CsmGuest *self)
{
  struct pollfd look = { self->socket != NULL ? g_socket_get_fd (self->socket) : -1, POLLRDHUP, 0 };

  if (look.fd < 0 || poll (&look, 1, 0) <= 0)
    return FALSE;
  if (look.revents & (POLLHUP | POLLERR))
    return TRUE;
  return self->phase == CSM_GUEST_STREAM && g_socket_get_available_bytes (self->socket) <= 0;
}

/**
 * csm_guest_is_slow:
 * @self: a connection
 * @now: monotonic, µs
 * @passed: since the last look, µs
 * @patience: how long it may take for nothing, µs
 *
 * What it has sent and we have not read is our delay, not its.
 *
 * Returns: whether it has had its time, or is gone
 */
gboolean
csm_guest_is_slow (CsmGuest *self,
                   gint64    now,
                   gint64    passed,
                   gint64    patience)
{
  struct tcp_info info;
  gboolean ours;

  if (is_gone (self))
    return TRUE;
  if (!get_info (self, &info))
    return FALSE;
  ours = self->busy || (self->phase == CSM_GUEST_ANSWER ? info.tcpi_unacked == 0 && info.tcpi_notsent_bytes == 0
                                                        : g_socket_get_available_bytes (self->socket) > 0);
  if (ours && self->phase != CSM_GUEST_STREAM)
    {
      self->since += passed;
      self->moved_at = now;
      if (self->head_at != 0)
        self->head_at += passed;
      return FALSE;
    }
  switch (self->phase)
    {
    case CSM_GUEST_BODY:
      return is_below (info.tcpi_bytes_received - self->received, now - self->since - patience, SLOWEST_BODY);
    case CSM_GUEST_ANSWER:
      return is_stalled (self, &info, now, patience) ||
             is_below (info.tcpi_bytes_acked - self->acked, now - self->since - ANSWER_GRACE * patience, SLOWEST_ANSWER);
    case CSM_GUEST_STREAM:
      return is_stalled (self, &info, now, patience);
    case CSM_GUEST_HEAD:
    default:
      return is_slow_head (self, &info, now, patience);
    }
}

/**
 * csm_guest_dismiss:
 * @self: a connection
 *
 * Closes the connection without a word, and without keeping in the kernel what it does not take.
 */
void
csm_guest_dismiss (CsmGuest *self)
{
  const struct linger at_once = { 1, 0 };
  g_autoptr (CsmGuest) guest = csm_guest_ref (self);
  g_autoptr (GSocket) socket = self->socket != NULL ? g_object_ref (self->socket) : NULL;
  GDestroyNotify leave = g_steal_pointer (&self->leave);

  if (socket == NULL)
    return;
  if (setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) != 0)
    g_debug ("a connection will linger");
  /* Whoever reads or writes it hears of that; who does neither has to be told. */
  g_socket_shutdown (socket, TRUE, TRUE, NULL);
  if (leave != NULL)
    leave (self->leave_data);
}
