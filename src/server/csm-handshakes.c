/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-handshakes.h"

#include <sys/socket.h>

/* Each takes one of GTask's ten threads until it is over, and passwords, uploads and requests want some of these, too. */
#define MOST_AT_ONCE 7
/* A whole office behind one address is one party: it may take most places, but for what others need to come in. */
#define MOST_OF_PARTY 5
/* A handshake that has begun gets such a part of the patience. */
#define PART 3

/* RFC 8446, section 5.1: type, version and length of a record. */
#define HEADER 5
#define TYPE_HANDSHAKE 22
#define LONGEST_RECORD 16384

typedef enum
{
  PHASE_HELLO,   /* the client's first record is coming */
  PHASE_READY,   /* it is here, and waits for its turn */
  PHASE_ACTIVE,
} Phase;

typedef struct
{
  CsmHandshakes     *owner;
  GSocketConnection *connection;
  char              *party;
  gpointer           data;
  GDestroyNotify     data_free;
  Phase              phase;
  int                wanted;   /* bytes */
  GSource           *source;
  guint              limit_id;
} Handshake;

struct _CsmHandshakes
{
  GTlsCertificate  *certificate;
  guint             patience;   /* s */
  CsmHandshakeFunc  func;
  GQueue            all;        /* Handshake, oldest first */
  Handshake        *active[MOST_AT_ONCE];
};

static void pump (CsmHandshakes *self);

/* --- One ------------------------------------------------------------------------------------------------------------------ */

static void
stop_watching (Handshake *one)
{
  if (one->source != NULL)
    g_source_destroy (one->source);
  g_clear_pointer (&one->source, g_source_unref);
  g_clear_handle_id (&one->limit_id, g_source_remove);
}

static void
handshake_free (Handshake *one)
{
  stop_watching (one);
  if (one->data_free != NULL)
    one->data_free (one->data);
  g_object_unref (one->connection);
  g_free (one->party);
  g_free (one);
}

/* Without @tls: it has failed. */
static void
end (Handshake *one,
     GIOStream *tls)
{
  CsmHandshakes *self = one->owner;

  g_queue_remove (&self->all, one);
  for (guint i = 0; i < MOST_AT_ONCE; i++)
    {
      if (self->active[i] == one)
        self->active[i] = NULL;
    }
  if (tls != NULL)
    self->func (tls, one->data);
  pump (self);
  handshake_free (one);
}

static gboolean
over_cb (gpointer user_data)
{
  Handshake *one = user_data;

  one->limit_id = 0;
  /* The thread that is at it hears of that. */
  if (one->phase == PHASE_ACTIVE)
    g_socket_shutdown (g_socket_connection_get_socket (one->connection), TRUE, TRUE, NULL);
  else
    end (one, NULL);
  return G_SOURCE_REMOVE;
}

static void
shaken_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  gboolean worked = g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, NULL);

  end (user_data, worked ? G_IO_STREAM (source) : NULL);
}

static void
begin (Handshake *one)
{
  static const char * const protocols[] = { "http/1.1", "http/1.0", NULL };
  g_autoptr (GIOStream) tls = g_tls_server_connection_new (G_IO_STREAM (one->connection), one->owner->certificate, NULL);

  stop_watching (one);
  if (tls == NULL)
    {
      end (one, NULL);
      return;
    }
  one->phase = PHASE_ACTIVE;
  one->limit_id = g_timeout_add_seconds (MAX (1, one->owner->patience / PART), over_cb, one);
  g_object_set (tls, "require-close-notify", FALSE, "advertised-protocols", protocols, NULL);
  g_tls_connection_handshake_async (G_TLS_CONNECTION (tls), G_PRIORITY_DEFAULT, NULL, shaken_cb, one);
}

/* --- Turns ---------------------------------------------------------------------------------------------------------------- */

static guint
count_active (CsmHandshakes *self,
              const char    *party)
{
  guint count = 0;

  for (guint i = 0; i < MOST_AT_ONCE; i++)
    count += self->active[i] != NULL && g_str_equal (self->active[i]->party, party);
  return count;
}

/* The eldest of the party that has the fewest under way: who has many waits for who has none. */
static Handshake *
find_next (CsmHandshakes *self)
{
  Handshake *next = NULL;
  guint fewest = MOST_OF_PARTY;

  for (GList *l = self->all.head; l != NULL && fewest > 0; l = l->next)
    {
      Handshake *one = l->data;
      guint count = one->phase == PHASE_READY ? count_active (self, one->party) : MOST_OF_PARTY;

      if (count >= fewest)
        continue;
      next = one;
      fewest = count;
    }
  return next;
}

static void
pump (CsmHandshakes *self)
{
  Handshake *next;

  for (guint i = 0; i < MOST_AT_ONCE; i++)
    {
      if (self->active[i] != NULL)
        continue;
      next = find_next (self);
      if (next == NULL)
        return;
      self->active[i] = next;
      begin (next);
    }
}

/* --- The first record ------------------------------------------------------------------------------------------------------- */

static void
set_wanted (Handshake *one,
            int        wanted)
{
  one->wanted = wanted;
  /* The socket is readable when there is so much. */
  g_socket_set_option (g_socket_connection_get_socket (one->connection), SOL_SOCKET, SO_RCVLOWAT, wanted, NULL);
}

/* What is no hello, or ends before its time, is left to the handshake, which refuses it. */
static gboolean
is_hello_here (Handshake *one)
{
  GSocket *socket = g_socket_connection_get_socket (one->connection);
  gssize available = g_socket_get_available_bytes (socket);
  guint8 head[HEADER];
  int length;

  if (available < one->wanted || one->wanted > HEADER)
    return TRUE;
  if (recv (g_socket_get_fd (socket), head, HEADER, MSG_PEEK | MSG_DONTWAIT) != HEADER)
    return TRUE;
  length = head[3] << 8 | head[4];
  if (head[0] != TYPE_HANDSHAKE || length > LONGEST_RECORD || length == 0 || available >= HEADER + length)
    return TRUE;
  set_wanted (one, HEADER + length);
  return FALSE;
}

static gboolean
gone_cb (GSocket      *socket,
         GIOCondition  condition,
         gpointer      user_data)
{
  end (user_data, NULL);
  return G_SOURCE_REMOVE;
}

static void
watch (Handshake         *one,
       GIOCondition       condition,
       GSocketSourceFunc  func)
{
  one->source = g_socket_create_source (g_socket_connection_get_socket (one->connection), condition, NULL);
  g_source_set_callback (one->source, G_SOURCE_FUNC (func), one, NULL);
  g_source_attach (one->source, g_main_context_get_thread_default ());
}

static gboolean
readable_cb (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  Handshake *one = user_data;

  if (!is_hello_here (one))
    return G_SOURCE_CONTINUE;
  stop_watching (one);
  set_wanted (one, 1);
  one->phase = PHASE_READY;
  watch (one, G_IO_HUP | G_IO_ERR, gone_cb);
  pump (one->owner);
  return G_SOURCE_REMOVE;
}

/* --- All -------------------------------------------------------------------------------------------------------------------- */

/**
 * csm_handshakes_new:
 * @certificate: the server's
 * @patience: how long the other end may take for its first record, s; the rest gets a third of it
 * @func: called for each that worked
 *
 * Returns: (transfer full): none yet
 */
CsmHandshakes *
csm_handshakes_new (GTlsCertificate  *certificate,
                    guint             patience,
                    CsmHandshakeFunc  func)
{
  CsmHandshakes *self = g_new0 (CsmHandshakes, 1);

  self->certificate = g_object_ref (certificate);
  self->patience = patience;
  self->func = func;
  g_queue_init (&self->all);
  return self;
}

/**
 * csm_handshakes_free:
 * @self: (transfer full): handshakes
 *
 * Ends those that are under way, and waits for the threads that are at it.
 */
void
csm_handshakes_free (CsmHandshakes *self)
{
  for (GList *l = self->all.head, *next; l != NULL; l = next)
    {
      Handshake *one = l->data;

      next = l->next;
      if (one->phase == PHASE_ACTIVE)
        {
          g_socket_shutdown (g_socket_connection_get_socket (one->connection), TRUE, TRUE, NULL);
          continue;
        }
      g_queue_delete_link (&self->all, l);
      handshake_free (one);
    }
  while (self->all.length > 0)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (self->certificate);
  g_free (self);
}

/**
 * csm_handshakes_add:
 * @self: handshakes
 * @connection: a connection that just came in
 * @party: where from; one party gets few turns at a time
 * @data: for the function
 * @data_free: (nullable): frees @data when the handshake has ended, one way or the other
 *
 * Begins a handshake when the other end has said its first word, and it is its turn. A connection with which that does not work is let go.
 */
void
csm_handshakes_add (CsmHandshakes     *self,
                    GSocketConnection *connection,
                    const char        *party,
                    gpointer           data,
                    GDestroyNotify     data_free)
{
  Handshake *one = g_new0 (Handshake, 1);

  one->owner = self;
  one->connection = g_object_ref (connection);
  one->party = g_strdup (party);
  one->data = data;
  one->data_free = data_free;
  g_queue_push_tail (&self->all, one);
  set_wanted (one, HEADER);
  one->limit_id = g_timeout_add_seconds (self->patience, over_cb, one);
  watch (one, G_IO_IN, readable_cb);
}
