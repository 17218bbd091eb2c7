/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-gatekeeper.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "csm-guest-private.h"
#include "csm-guest-connection.h"
#include "csm-handshakes.h"
#include "csm-throttle.h"

/* Connections on which nobody has signed in yet: of one party (an office may sit behind one address), and in all. When there are more, those that
 * have waited longest go. */
#define MOST_WAITING_BY_ADDRESS 256
#define MOST_WAITING 1024
/* Descriptors that the rest of the server wants. */
#define SPARE_DESCRIPTORS 128
/* What is let in before others get their turn. */
#define TURN 64
/* On a Unix socket there is only one person's app, which needs no hurry. */
#define LOCAL_SWEEP_SECONDS 30
/* When there are no descriptors left. */
#define PAUSE_MS 200

/* The kernel's own patience: with an end that is gone, or does not take what is sent. */
#define KEEPALIVE_IDLE 60
#define KEEPALIVE_INTERVAL 15
#define KEEPALIVE_COUNT 4

struct _CsmGatekeeper
{
  CsmHandshakes     *handshakes;  /* NULL: no TLS */
  gint64             patience;    /* µs */
  CsmGatekeeperFunc  func;
  gpointer           data;
  GSocket           *socket;
  GSource           *source;
  guint              pause_id;
  guint              sweep_id;
  gint64             swept_at;
  guint              most;        /* connections */
  GHashTable        *guests;      /* set of CsmGuest */
  GQueue             waiting;     /* CsmGuest that nobody has signed in on, oldest first */
  GHashTable        *by_address;  /* how many of these each party has */
};

/* --- Counting ------------------------------------------------------------------------------------------------------------- */

static guint
count_of (CsmGatekeeper *self,
          const char    *address)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->by_address, address));
}

static void
set_count (CsmGatekeeper *self,
           const char    *address,
           guint          count)
{
  if (count == 0)
    g_hash_table_remove (self->by_address, address);
  else
    g_hash_table_replace (self->by_address, g_strdup (address), GUINT_TO_POINTER (count));
}

static void
stop_waiting (CsmGatekeeper *self,
              CsmGuest      *guest)
{
  if (guest->address != NULL && g_queue_remove (&self->waiting, guest))
    set_count (self, guest->address, count_of (self, guest->address) - 1);
}

/**
 * csm_gatekeeper_trust:
 * @self: a gatekeeper
 * @guest: a connection
 *
 * Somebody signed in has spoken on the connection: it does not count as waiting any more. For the guest alone.
 */
void
csm_gatekeeper_trust (CsmGatekeeper *self,
                      CsmGuest      *guest)
{
  stop_waiting (self, guest);
}

/* The connection is gone, or about to be. */
static void
forget (CsmGatekeeper *self,
        CsmGuest      *guest)
{
  if (!g_hash_table_remove (self->guests, guest))
    return;
  stop_waiting (self, guest);
  guest->keeper = NULL;
  if (g_hash_table_size (self->guests) == 0)
    g_clear_handle_id (&self->sweep_id, g_source_remove);
}

static void
gone_cb (gpointer  data,
         GObject  *connection)
{
  CsmGuest *guest = data;

  guest->socket = NULL;
  csm_guest_forget (guest);
  if (guest->keeper != NULL)
    forget (guest->keeper, guest);
  csm_guest_unref (guest);
}

static void
dismiss (CsmGatekeeper *self,
         CsmGuest      *guest)
{
  g_autoptr (CsmGuest) kept = csm_guest_ref (guest);

  /* It does not count any more, whenever its connection is freed. */
  forget (self, guest);
  csm_guest_dismiss (kept);
}

static CsmGuest *
find_eldest_in (CsmGatekeeper *self,
                const char    *address,
                CsmGuestPhase  phase)
{
  for (GList *l = self->waiting.head; l != NULL; l = l->next)
    {
      CsmGuest *guest = l->data;

      if (guest->phase == phase && (address == NULL || g_str_equal (guest->address, address)))
        return guest;
    }
  return NULL;
}

/* The one that has waited longest, best without a request under way; NULL @address: of all. */
static CsmGuest *
find_eldest (CsmGatekeeper *self,
             const char    *address)
{
  CsmGuest *eldest = find_eldest_in (self, address, CSM_GUEST_HEAD);

  return eldest != NULL ? eldest : find_eldest_in (self, address, CSM_GUEST_BODY);
}

static void
make_room (CsmGatekeeper *self,
           const char    *address)
{
  CsmGuest *eldest = NULL;

  if (count_of (self, address) >= MOST_WAITING_BY_ADDRESS)
    eldest = find_eldest (self, address);
  else if (self->waiting.length >= MOST_WAITING || g_hash_table_size (self->guests) >= self->most)
    eldest = find_eldest (self, NULL);
  if (eldest != NULL)
    dismiss (self, eldest);
}

/* --- Time ------------------------------------------------------------------------------------------------------------------- */

static gboolean
sweep_cb (gpointer user_data)
{
  CsmGatekeeper *self = user_data;
  g_autoptr (GPtrArray) slow = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_guest_unref);
  gint64 now = g_get_monotonic_time (), passed = now - self->swept_at;
  GHashTableIter iter;
  gpointer guest;

  self->swept_at = now;
  g_hash_table_iter_init (&iter, self->guests);
  while (g_hash_table_iter_next (&iter, &guest, NULL))
    {
      if (csm_guest_is_slow (guest, now, passed, self->patience))
        g_ptr_array_add (slow, csm_guest_ref (guest));
    }
  for (guint i = 0; i < slow->len; i++)
    {
      g_info ("a connection takes too long: closed");
      dismiss (self, g_ptr_array_index (slow, i));
    }
  return self->sweep_id != 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* --- Letting in --------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmGuest       *guest;
  GSocketAddress *local;
  GSocketAddress *remote;
} Arrival;

static void
arrival_free (gpointer data)
{
  Arrival *arrival = data;

  csm_guest_unref (arrival->guest);
  g_object_unref (arrival->local);
  g_object_unref (arrival->remote);
  g_free (arrival);
}

static void
hand_over (CsmGatekeeper  *self,
           CsmGuest       *guest,
           GIOStream      *base,
           GSocketAddress *local,
           GSocketAddress *remote)
{
  g_autoptr (GIOStream) stream = csm_guest_connection_new (base, guest);

  self->func (stream, local, remote, self->data);
}

static void
shaken_cb (GIOStream *tls,
           gpointer   user_data)
{
  Arrival *arrival = user_data;

  if (arrival->guest->keeper != NULL)
    hand_over (arrival->guest->keeper, arrival->guest, tls, arrival->local, arrival->remote);
}

static void
set_options (CsmGatekeeper *self,
             GSocket       *socket)
{
  int stall = (int) (4 * self->patience / 1000);

  g_socket_set_keepalive (socket, TRUE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_COUNT, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_USER_TIMEOUT, stall, NULL);
}

static CsmGuest *
add_guest (CsmGatekeeper     *self,
           GSocket           *socket,
           GSocketConnection *connection,
           GSocketAddress    *remote,
           const char        *address)
{
  CsmGuest *guest = csm_guest_new (self, socket, remote, address);

  g_object_weak_ref (G_OBJECT (connection), gone_cb, guest);
  g_hash_table_add (self->guests, guest);
  if (self->sweep_id == 0)
    {
      self->swept_at = g_get_monotonic_time ();
      self->sweep_id = g_timeout_add_seconds (guest->address != NULL ? 1 : LOCAL_SWEEP_SECONDS, sweep_cb, self);
    }
  if (guest->address == NULL)
    return guest;
  g_queue_push_tail (&self->waiting, guest);
  set_count (self, guest->address, count_of (self, guest->address) + 1);
  return guest;
}

static void
let_in (CsmGatekeeper *self,
        GSocket       *socket)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_get_remote_address (socket, NULL);
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *address = NULL;
  Arrival *arrival;
  CsmGuest *guest;

  /* It has hung up already. */
  if (local == NULL || remote == NULL)
    return;
  if (G_IS_INET_SOCKET_ADDRESS (remote))
    {
      g_autofree char *host = g_inet_address_to_string (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote)));

      address = csm_throttle_key_of_address (host);
      make_room (self, address);
      set_options (self, socket);
    }
  if (g_hash_table_size (self->guests) >= self->most)
    {
      g_info ("there are too many connections: one is refused");
      return;
    }
  connection = g_socket_connection_factory_create_connection (socket);
  guest = add_guest (self, socket, connection, remote, address);
  if (self->handshakes == NULL || address == NULL)
    {
      hand_over (self, guest, G_IO_STREAM (connection), local, remote);
      return;
    }
  arrival = g_new0 (Arrival, 1);
  arrival->guest = csm_guest_ref (guest);
  arrival->local = g_steal_pointer (&local);
  arrival->remote = g_steal_pointer (&remote);
  csm_handshakes_add (self->handshakes, connection, address, arrival, arrival_free);
}

static void watch (CsmGatekeeper *self);

static gboolean
pause_over_cb (gpointer user_data)
{
  CsmGatekeeper *self = user_data;

  self->pause_id = 0;
  watch (self);
  return G_SOURCE_REMOVE;
}

static gboolean
accept_cb (GSocket      *socket,
           GIOCondition  condition,
           gpointer      user_data)
{
  CsmGatekeeper *self = user_data;

  for (guint i = 0; i < TURN; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocket) one = g_socket_accept (socket, NULL, &error);
      CsmGuest *eldest;

      if (one != NULL)
        {
          let_in (self, one);
          continue;
        }
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED))
        return G_SOURCE_CONTINUE;
      g_message ("a connection can't be let in: %s", error->message);
      eldest = find_eldest (self, NULL);
      if (eldest != NULL)
        dismiss (self, eldest);
      self->pause_id = g_timeout_add (PAUSE_MS, pause_over_cb, self);
      g_clear_pointer (&self->source, g_source_unref);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

static void
watch (CsmGatekeeper *self)
{
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (accept_cb), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

/* As many descriptors as the system lets us have. */
static guint
get_most (void)
{
  struct rlimit limit = { 0 };

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return MOST_WAITING;
  if (limit.rlim_cur < limit.rlim_max)
    {
      limit.rlim_cur = MIN (limit.rlim_max, 65536);
      if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
        getrlimit (RLIMIT_NOFILE, &limit);
    }
  return (guint) CLAMP (limit.rlim_cur, 2 * SPARE_DESCRIPTORS, 65536) - SPARE_DESCRIPTORS;
}

/**
 * csm_gatekeeper_new:
 * @certificate: (nullable): for TLS, which a Unix socket does without
 * @patience: how long a connection may take to say who it is, s
 * @func: called for each that is let in
 * @data: for @func
 *
 * Returns: (transfer full): one that listens nowhere yet
 */
CsmGatekeeper *
csm_gatekeeper_new (GTlsCertificate   *certificate,
                    guint              patience,
                    CsmGatekeeperFunc  func,
                    gpointer           data)
{
  CsmGatekeeper *self = g_new0 (CsmGatekeeper, 1);

  self->handshakes = certificate != NULL ? csm_handshakes_new (certificate, patience, shaken_cb) : NULL;
  self->patience = patience * G_USEC_PER_SEC;
  self->func = func;
  self->data = data;
  self->most = get_most ();
  self->guests = g_hash_table_new (NULL, NULL);
  self->by_address = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&self->waiting);
  return self;
}

/**
 * csm_gatekeeper_free:
 * @self: (transfer full): a gatekeeper
 *
 * Listens no more. Whoever is in stays.
 */
void
csm_gatekeeper_free (CsmGatekeeper *self)
{
  GHashTableIter iter;
  gpointer guest;

  g_hash_table_iter_init (&iter, self->guests);
  while (g_hash_table_iter_next (&iter, &guest, NULL))
    ((CsmGuest *) guest)->keeper = NULL;
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_clear_handle_id (&self->pause_id, g_source_remove);
  g_clear_handle_id (&self->sweep_id, g_source_remove);
  if (self->socket != NULL)
    g_socket_close (self->socket, NULL);
  g_clear_object (&self->socket);
  g_clear_pointer (&self->handshakes, csm_handshakes_free);
  g_queue_clear (&self->waiting);
  g_hash_table_unref (self->guests);
  g_hash_table_unref (self->by_address);
  g_free (self);
}

/**
 * csm_gatekeeper_listen:
 * @self: a gatekeeper that does not listen yet
 * @address: where; a Unix socket too
 * @error: return location
 *
 * Returns: whether it listens
 */
gboolean
csm_gatekeeper_listen (CsmGatekeeper   *self,
                       GSocketAddress  *address,
                       GError         **error)
{
  GSocketFamily family = g_socket_address_get_family (address);
  g_autoptr (GSocket) socket = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);

  if (socket == NULL)
    return FALSE;
  if (family == G_SOCKET_FAMILY_IPV6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, TRUE, NULL);
  /* When a whole office comes back at once, GSocket's ten waiting ones would not do. */
  g_socket_set_listen_backlog (socket, SOMAXCONN);
  g_socket_set_blocking (socket, FALSE);
  if (!g_socket_bind (socket, address, TRUE, error) || !g_socket_listen (socket, error))
    return FALSE;
  self->socket = g_steal_pointer (&socket);
  watch (self);
  return TRUE;
}

/**
 * csm_gatekeeper_get_url:
 * @self: a gatekeeper that listens
 *
 * Returns: (transfer full) (nullable): the URL of its network address, without a slash at the end; a Unix socket has none
 */
char *
csm_gatekeeper_get_url (CsmGatekeeper *self)
{
  g_autoptr (GSocketAddress) address = self->socket != NULL ? g_socket_get_local_address (self->socket, NULL) : NULL;
  g_autofree char *host = NULL;
  GInetAddress *inet;

  if (address == NULL || !G_IS_INET_SOCKET_ADDRESS (address))
    return NULL;
  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
  host = g_inet_address_to_string (inet);
  return g_strdup_printf (g_inet_address_get_family (inet) == G_SOCKET_FAMILY_IPV6 ? "%s://[%s]:%u" : "%s://%s:%u",
                          self->handshakes != NULL ? "https" : "http", host,
                          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
}
