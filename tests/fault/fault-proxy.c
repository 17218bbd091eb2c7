/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "fault-proxy.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "fault-lab.h"
#include "fault-proxy-private.h"

#define MAX_THREADS 400

static void
rule_free (gpointer data)
{
  Rule *rule = data;

  g_free (rule->match);
  g_free (rule);
}

/* --- sockets --------------------------------------------------------------------------------------------------------- */

/* FALSE when there is no network at the moment: then it is closed already. */
static gboolean
hold_socket (FaultProxy *self,
             GSocket    *socket)
{
  int fd = g_socket_get_fd (socket);
  gboolean down;

  /* GLib makes all of them non-blocking, whatever it says. */
  fcntl (fd, F_SETFL, fcntl (fd, F_GETFL) & ~O_NONBLOCK);
  g_mutex_lock (&self->lock);
  down = self->down || self->ending;
  if (!down)
    g_hash_table_add (self->sockets, g_object_ref (socket));
  g_mutex_unlock (&self->lock);
  if (down)
    g_socket_close (socket, NULL);
  return !down;
}

void
fault_proxy_drop (FaultProxy *self,
                  GSocket    *socket)
{
  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->sockets, socket);
  g_mutex_unlock (&self->lock);
  g_socket_close (socket, NULL);
}

/* Whoever reads or writes there comes back at once. The lock is held. */
static void
cut_all (FaultProxy *self)
{
  GHashTableIter iter;
  gpointer socket;

  g_hash_table_iter_init (&iter, self->sockets);
  while (g_hash_table_iter_next (&iter, &socket, NULL))
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

/* (nullable): a connection to the server, which is cut with the others. */
GSocketConnection *
fault_proxy_reach (FaultProxy *self)
{
  g_autoptr (GSocketClient) dialer = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *host = NULL;
  guint16 port;

  g_mutex_lock (&self->lock);
  host = g_strdup (self->host);
  port = self->port;
  g_mutex_unlock (&self->lock);
  if (host != NULL)
    connection = g_socket_client_connect_to_host (dialer, host, port, NULL, NULL);
  if (connection == NULL || !hold_socket (self, g_socket_connection_get_socket (connection)))
    return NULL;
  return g_steal_pointer (&connection);
}

/* The lock is held. */
static void
set_down (FaultProxy *self,
          gboolean    down)
{
  self->down = down;
  if (down)
    cut_all (self);
  g_cond_broadcast (&self->wake);
}

/* --- requests ---------------------------------------------------------------------------------------------------------- */

static GBytes *
exchange (FaultProxy *self,
          FaultText  *request)
{
  g_autoptr (GSocketConnection) connection = fault_proxy_reach (self);
  g_autoptr (GBytes) bytes = fault_text_write_alone (request);
  GSocket *socket;
  GBytes *answer = NULL;
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  if (connection == NULL)
    return NULL;
  socket = g_socket_connection_get_socket (connection);
  if (fault_write (g_socket_get_fd (socket), data, length))
    answer = fault_read_all (g_socket_get_fd (socket));
  fault_proxy_drop (self, socket);
  if (answer != NULL && g_bytes_get_size (answer) == 0)
    g_clear_pointer (&answer, g_bytes_unref);
  return answer;
}

typedef struct
{
  FaultProxy *self;
  FaultText  *request;
} Copy;

static gpointer
exchange_copy (gpointer data)
{
  Copy *copy = data;

  return exchange (copy->self, copy->request);
}

/* The answer of the copy that came later into the thread. */
static GBytes *
exchange_at_once (FaultProxy *self,
                  FaultText  *request)
{
  Copy copy = { self, request };
  GThread *thread = g_thread_new ("copy", exchange_copy, &copy);
  GBytes *first = exchange (self, request);
  GBytes *second = g_thread_join (thread);

  if (second == NULL)
    return first;
  g_clear_pointer (&first, g_bytes_unref);
  return second;
}

/* Until the network is cut, or so long. */
static void
wait_ms (FaultProxy *self,
         guint       ms)
{
  gint64 end = g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND;

  g_mutex_lock (&self->lock);
  while (!self->down && !self->ending && g_cond_wait_until (&self->wake, &self->lock, end))
    ;
  g_mutex_unlock (&self->lock);
}

/* Reads on until the client gives up or the network is cut. */
static void
hang (int fd)
{
  char c;

  while (recv (fd, &c, 1, 0) > 0)
    ;
}

static FaultNet
choose (FaultProxy *self,
        FaultText  *request,
        guint      *number,
        guint      *n_calms)
{
  FaultNet what = FAULT_PASS;
  guint dice;

  *number = 1;
  g_mutex_lock (&self->lock);
  *n_calms = self->n_calms;
  for (guint i = 0; i < self->rules->len && what == FAULT_PASS; i++)
    {
      Rule *rule = g_ptr_array_index (self->rules, i);

      if (rule->times == 0 || !fault_text_has (request, rule->match))
        continue;
      if (rule->skip > 0)
        {
          rule->skip--;
          continue;
        }
      if (rule->times != G_MAXUINT)
        rule->times--;
      what = rule->what;
      *number = rule->number;
    }
  dice = (guint) g_rand_int_range (self->random, 0, 1000);
  for (guint i = 0; i < FAULT_N_NETS && what == FAULT_PASS; i++)
    {
      if (dice < self->chances[i])
        what = (FaultNet) i;
      dice -= MIN (dice, self->chances[i]);
    }
  if (what == FAULT_CUT_ANSWER && *number == 0)
    *number = (guint) g_rand_int_range (self->random, 1, 2000);
  /* That an answer is lost has happened only when there is one. */
  self->counts[what] += what != FAULT_LOSE_ANSWER && what != FAULT_HANG_ANSWER;
  g_mutex_unlock (&self->lock);
  return what;
}

/* (nullable): what nobody asked the server for. */
static GBytes *
make_up (FaultNet what,
         guint    number)
{
  g_autofree char *after = g_strdup_printf ("Retry-After: %u\r\nContent-Type: text/plain\r\n", number);

  switch (what)
    {
    case FAULT_PORTAL_PAGE:
      return fault_answer ("200 OK", "Content-Type: text/html\r\n", "<html><body>Welcome to the Hotel Seeblick. Room number?</body></html>");
    case FAULT_PORTAL_REDIRECT:
      return fault_answer ("302 Found", "Location: http://portal.example.net/\r\nContent-Type: text/html\r\n", "Moved");
    case FAULT_PORTAL_JSON:
      return fault_answer ("200 OK", "Content-Type: application/json\r\n", "{\"methodResponses\":[[\"Tag/ch");
    case FAULT_GARBAGE:
      return g_bytes_new_static ("\x15\x03\x01\x00\x02\x02\x28", 7);
    case FAULT_UNAVAILABLE:
      return fault_answer ("503 Service Unavailable", after, "Later");
    case FAULT_TOO_MANY:
      return fault_answer ("429 Too Many Requests", after, "Slower");
    default:
      return NULL;
    }
}

/* (nullable): what the server says, as often as it is asked. */
static GBytes *
ask (FaultProxy *self,
     FaultText  *request,
     FaultNet    what)
{
  g_autoptr (GBytes) answer = NULL;
  guint limit;

  g_mutex_lock (&self->lock);
  limit = self->limit;
  g_mutex_unlock (&self->lock);
  if (limit > 0)
    {
      answer = fault_limit_refuse (request, limit);
      self->n_refused += answer != NULL;
    }
  if (answer == NULL && what == FAULT_TWICE)
    {
      g_autoptr (GBytes) first = exchange (self, request);
    }
  if (answer == NULL)
    answer = what == FAULT_TWICE_AT_ONCE ? exchange_at_once (self, request) : exchange (self, request);
  if (answer != NULL && limit > 0)
    return fault_limit_answer (answer, limit);
  return g_steal_pointer (&answer);
}

/* The network goes with an answer; but not when somebody has calmed it since the request came. */
static void
go_down (FaultProxy *self,
         guint       n_calms)
{
  g_mutex_lock (&self->lock);
  if (self->n_calms == n_calms)
    set_down (self, TRUE);
  g_mutex_unlock (&self->lock);
}

static void
serve_request (FaultProxy *self,
               int         fd,
               FaultText  *request)
{
  guint number, n_calms;
  FaultNet what = choose (self, request, &number, &n_calms);
  g_autoptr (GBytes) answer = make_up (what, number);
  gsize length;
  const void *data;

  if (what == FAULT_REFUSE)
    return;
  if (what == FAULT_SWALLOW)
    {
      hang (fd);
      return;
    }
  if (what == FAULT_DELAY)
    wait_ms (self, number);
  if (answer == NULL)
    answer = ask (self, request, what);
  if (what == FAULT_LOSE_ANSWER && number > 1)
    go_down (self, n_calms);
  if (what == FAULT_LOSE_ANSWER || what == FAULT_HANG_ANSWER)
    {
      g_mutex_lock (&self->lock);
      self->counts[what]++;
      g_mutex_unlock (&self->lock);
    }
  if (what == FAULT_HANG_ANSWER)
    hang (fd);
  if (answer == NULL || what == FAULT_LOSE_ANSWER || what == FAULT_HANG_ANSWER)
    return;
  data = g_bytes_get_data (answer, &length);
  g_mutex_lock (&self->lock);
  self->n_bytes += length;
  g_mutex_unlock (&self->lock);
  fault_write (fd, data, what == FAULT_CUT_ANSWER ? MIN (length, number) : length);
}

/* --- the service --------------------------------------------------------------------------------------------------------------- */

/* In the main thread, before there is a thread for it. */
static gboolean
on_incoming (FaultProxy *self)
{
  g_mutex_lock (&self->lock);
  self->n_threads++;
  g_mutex_unlock (&self->lock);
  return FALSE;
}

static gboolean
on_run (FaultProxy        *self,
        GSocketConnection *connection)
{
  GSocket *socket = g_socket_connection_get_socket (connection);
  g_autoptr (FaultText) request = NULL;

  if (hold_socket (self, socket))
    {
      int fd = g_socket_get_fd (socket);

      request = fault_text_read (fd);
      if (request != NULL && fault_text_is_upgrade (request))
        fault_tunnel_serve (self, fd, request);
      else if (request != NULL)
        serve_request (self, fd, request);
      fault_proxy_drop (self, socket);
    }
  g_mutex_lock (&self->lock);
  self->n_threads--;
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/* (transfer full): a network that lets everything through, and leads nowhere yet. */
FaultProxy *
fault_proxy_new (guint32 seed)
{
  FaultProxy *self = g_new0 (FaultProxy, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  self->random = g_rand_new_with_seed (seed);
  self->sockets = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->rules = g_ptr_array_new_with_free_func (rule_free);
  self->service = g_threaded_socket_service_new (MAX_THREADS);
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (self->service), MAX_THREADS);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &address, &error);
  g_assert_no_error (error);
  self->url = g_strdup_printf ("http://127.0.0.1:%u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
  g_signal_connect_swapped (self->service, "incoming", G_CALLBACK (on_incoming), self);
  g_signal_connect_swapped (self->service, "run", G_CALLBACK (on_run), self);
  g_socket_service_start (self->service);
  return self;
}

void
fault_proxy_free (FaultProxy *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_mutex_lock (&self->lock);
  self->ending = TRUE;
  cut_all (self);
  g_cond_broadcast (&self->wake);
  while (self->n_threads > 0)
    g_cond_wait (&self->wake, &self->lock);
  g_mutex_unlock (&self->lock);
  g_object_unref (self->service);
  g_hash_table_unref (self->sockets);
  g_ptr_array_unref (self->rules);
  g_rand_free (self->random);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  g_free (self->host);
  g_free (self->url);
  g_free (self);
}

const char *
fault_proxy_get_url (FaultProxy *self)
{
  return self->url;
}

/* Where the server is now; NULL: nowhere. */
void
fault_proxy_set_upstream (FaultProxy *self,
                          const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;

  g_mutex_lock (&self->lock);
  g_free (self->host);
  self->host = uri != NULL ? g_strdup (g_uri_get_host (uri)) : NULL;
  self->port = uri != NULL ? (guint16) g_uri_get_port (uri) : 0;
  g_mutex_unlock (&self->lock);
}

/* Cuts what is open and lets nothing through, until it is up again. */
void
fault_proxy_set_down (FaultProxy *self,
                      gboolean    down)
{
  g_mutex_lock (&self->lock);
  set_down (self, down);
  g_mutex_unlock (&self->lock);
}

/* @times requests that contain @match (NULL: any), after @skip of them. Earlier rules come first. */
void
fault_proxy_add_rule (FaultProxy *self,
                      FaultNet    what,
                      const char *match,
                      guint       skip,
                      guint       times,
                      guint       number)
{
  Rule *rule = g_new0 (Rule, 1);

  rule->what = what;
  rule->match = g_strdup (match);
  rule->skip = skip;
  rule->times = times;
  rule->number = number;
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->rules, rule);
  g_mutex_unlock (&self->lock);
}

/* Of a thousand requests that no rule is for, so many. */
void
fault_proxy_set_chance (FaultProxy *self,
                        FaultNet    what,
                        guint       permille)
{
  g_mutex_lock (&self->lock);
  self->chances[what] = permille;
  g_mutex_unlock (&self->lock);
}

void
fault_proxy_set_push (FaultProxy *self,
                      FaultPush   what)
{
  g_mutex_lock (&self->lock);
  self->push = what;
  g_mutex_unlock (&self->lock);
}

/* Sockets that are open now stay open, but nothing goes through them any more: a router has forgotten them. */
void
fault_proxy_mute_sockets (FaultProxy *self)
{
  g_mutex_lock (&self->lock);
  self->n_mute = self->n_tunnels;
  g_mutex_unlock (&self->lock);
}

/* The server says, and insists, that it takes so many objects in one /set call; 0: what it says itself. */
void
fault_proxy_set_limit (FaultProxy *self,
                       guint       objects_in_set)
{
  g_mutex_lock (&self->lock);
  self->limit = objects_in_set;
  g_mutex_unlock (&self->lock);
}

/* Back to letting everything through. */
void
fault_proxy_calm (FaultProxy *self)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_set_size (self->rules, 0);
  memset (self->chances, 0, sizeof self->chances);
  self->push = FAULT_PUSH_PASS;
  self->limit = 0;
  self->down = FALSE;
  self->n_calms++;
  g_mutex_unlock (&self->lock);
}

gboolean
fault_proxy_is_down (FaultProxy *self)
{
  gboolean down;

  g_mutex_lock (&self->lock);
  down = self->down;
  g_mutex_unlock (&self->lock);
  return down;
}

/* How often it has happened. */
guint
fault_proxy_count (FaultProxy *self,
                   FaultNet    what)
{
  guint count;

  g_mutex_lock (&self->lock);
  count = self->counts[what];
  g_mutex_unlock (&self->lock);
  return count;
}

typedef struct
{
  FaultProxy *self;
  FaultNet    what;
  guint       count;
} Counting;

static gboolean
has_count (gpointer data)
{
  Counting *counting = data;

  return fault_proxy_count (counting->self, counting->what) >= counting->count;
}

/* How much clients were answered. */
guint64
fault_proxy_get_bytes (FaultProxy *self)
{
  guint64 n_bytes;

  g_mutex_lock (&self->lock);
  n_bytes = self->n_bytes;
  g_mutex_unlock (&self->lock);
  return n_bytes;
}

/* How many requests went over the limit. */
guint
fault_proxy_count_refused (FaultProxy *self)
{
  return self->n_refused;
}

/* Whether it has happened so often within @seconds; the main context runs meanwhile. */
gboolean
fault_proxy_wait_count (FaultProxy *self,
                        FaultNet    what,
                        guint       count,
                        guint       seconds)
{
  Counting counting = { self, what, count };

  return fault_wait_until (has_count, &counting, seconds);
}
