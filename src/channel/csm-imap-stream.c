/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-imap-stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include <glib/gi18n-lib.h>

#include "csm-imap-trouble.h"

#define BUFFER 65536
/* A literal's announced length is believed only as far as its bytes come. */
#define GROWTH (1024 * 1024)
/* When a silent connection is asked whether it lives, s. */
#define KEEP_ALIVE_IDLE 120
#define KEEP_ALIVE_INTERVAL 30
#define KEEP_ALIVE_COUNT 4

G_DEFINE_QUARK (csm-imap-error-quark, csm_imap_error)

struct _CsmImapStream
{
  GSocketConnection  *connection;
  GIOStream          *io;           /* the connection, or TLS over it */
  GSocketConnectable *identity;
  GTlsDatabase       *database;     /* NULL: the system's */
  GCancellable       *cancellable;
  guint               pause;        /* s that may pass without a byte */
  gint64              deadline;     /* monotonic, µs */
  gsize               start;        /* of what is buffered */
  gsize               end;
  char                buffer[BUFFER];
};

/* --- Connecting --------------------------------------------------------------------------------------------------------- */

static void
keep_alive (GSocket *socket)
{
  g_socket_set_keepalive (socket, TRUE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPIDLE, KEEP_ALIVE_IDLE, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPINTVL, KEEP_ALIVE_INTERVAL, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_KEEPCNT, KEEP_ALIVE_COUNT, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
}

static gboolean
is_on_loopback (GSocketConnection *connection)
{
  g_autoptr (GSocketAddress) address = g_socket_connection_get_remote_address (connection, NULL);

  return G_IS_INET_SOCKET_ADDRESS (address) &&
         g_inet_address_get_is_loopback (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

/* A cancelled job says nothing else. */
static gboolean
is_cancelled (const GError  *problem,
              GError       **error)
{
  if (!g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  g_set_error_literal (error, problem->domain, problem->code, problem->message);
  return TRUE;
}

static gboolean
connect_to (CsmImapStream          *self,
            const CsmImapSettings  *settings,
            guint                   patience,
            GError                **error)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) local = NULL;

  g_socket_client_set_timeout (client, patience);
  /* A desktop's settings are not the server's. */
  g_socket_client_set_enable_proxy (client, FALSE);
  self->identity = g_network_address_new (settings->host, settings->port);
  self->connection = g_socket_client_connect (client, self->identity, self->cancellable, &local);
  if (self->connection == NULL)
    {
      if (!is_cancelled (local, error))
        csm_imap_explain_connect (local, settings, error);
      return FALSE;
    }
  self->io = g_object_ref (G_IO_STREAM (self->connection));
  keep_alive (g_socket_connection_get_socket (self->connection));
  if (settings->tls != CSM_IMAP_TLS_NONE || is_on_loopback (self->connection))
    return TRUE;
  g_set_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TLS,
               _("The mail server %s is not on this computer, so the connection to it has to be encrypted."), settings->host);
  return FALSE;
}

static gboolean
load_certificates (CsmImapStream  *self,
                   const char     *file,
                   GError        **error)
{
  g_autofree char *path = g_canonicalize_filename (file, NULL);
  g_autoptr (GError) local = NULL;

  self->database = g_tls_file_database_new (path, &local);
  if (self->database != NULL)
    return TRUE;
  g_set_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TLS, _("The certificates in %s can't be read: %s."), file, local->message);
  return FALSE;
}

/**
 * csm_imap_stream_open:
 * @settings: where to
 * @patience: how long it may take, s
 * @cancellable: ends all that blocks, also later
 * @error: a #CsmImapError, or `G_IO_ERROR_CANCELLED`
 *
 * Returns: (transfer full) (nullable): a connection, encrypted where that is from the first byte
 */
CsmImapStream *
csm_imap_stream_open (const CsmImapSettings  *settings,
                      guint                   patience,
                      GCancellable           *cancellable,
                      GError                **error)
{
  g_autoptr (CsmImapStream) self = g_new0 (CsmImapStream, 1);

  self->cancellable = g_object_ref (cancellable);
  csm_imap_stream_set_patience (self, patience, patience);
  if (settings->ca_file != NULL && !load_certificates (self, settings->ca_file, error))
    return NULL;
  if (!connect_to (self, settings, patience, error) ||
      (settings->tls == CSM_IMAP_TLS_IMPLICIT && !csm_imap_stream_start_tls (self, error)))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * csm_imap_stream_free:
 * @self: (nullable): a connection
 *
 * Closes it.
 */
void
csm_imap_stream_free (CsmImapStream *self)
{
  if (self == NULL)
    return;
  /* Without a good-bye of TLS's, for which a server that is gone would be waited for. */
  if (self->connection != NULL)
    g_socket_close (g_socket_connection_get_socket (self->connection), NULL);
  g_clear_object (&self->io);
  g_clear_object (&self->connection);
  g_clear_object (&self->identity);
  g_clear_object (&self->database);
  g_clear_object (&self->cancellable);
  g_free (self);
}

static gboolean
apply_patience (CsmImapStream  *self,
                GError        **error)
{
  gint64 left = self->deadline - g_get_monotonic_time ();

  if (left <= 0)
    {
      g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TIMED_OUT, _("The mail server took too long to answer."));
      return FALSE;
    }
  g_socket_set_timeout (g_socket_connection_get_socket (self->connection), MIN (self->pause, (guint) (left / G_USEC_PER_SEC) + 1));
  return TRUE;
}

/* Puts what GIO says in a sentence. */
static void
explain (const GError  *problem,
         GError       **error)
{
  if (is_cancelled (problem, error))
    return;
  if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TIMED_OUT, _("The mail server took too long to answer."));
  else
    g_set_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_CLOSED, _("The connection to the mail server broke: %s."), problem->message);
}

typedef struct
{
  GTlsCertificateFlags  flags;
  GTlsCertificate      *certificate;
} Verdict;

static gboolean
note_verdict (GTlsConnection       *tls,
              GTlsCertificate      *certificate,
              GTlsCertificateFlags  flags,
              gpointer              user_data)
{
  Verdict *verdict = user_data;

  verdict->flags = flags;
  g_set_object (&verdict->certificate, certificate);
  return FALSE;
}

/**
 * csm_imap_stream_start_tls:
 * @self: a connection
 * @error: return location
 *
 * Encrypts what follows, with whom the certificate says that it should be. Whatever somebody in between said before, as if it were to
 * come after, is refused.
 *
 * Returns: whether it is safe to go on
 */
gboolean
csm_imap_stream_start_tls (CsmImapStream  *self,
                           GError        **error)
{
  g_autoptr (GIOStream) tls = NULL;
  g_autoptr (GError) local = NULL;
  Verdict verdict = { 0, NULL };
  gulong handler;
  gboolean good;

  if (self->start < self->end)
    {
      g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TLS, _("Somebody interferes with the connection to the mail server."));
      return FALSE;
    }
  if (!apply_patience (self, error))
    return FALSE;
  tls = g_tls_client_connection_new (self->io, self->identity, &local);
  if (tls == NULL)
    {
      explain (local, error);
      return FALSE;
    }
  if (self->database != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (tls), self->database);
  handler = g_signal_connect (tls, "accept-certificate", G_CALLBACK (note_verdict), &verdict);
  good = g_tls_connection_handshake (G_TLS_CONNECTION (tls), self->cancellable, &local);
  g_signal_handler_disconnect (tls, handler);
  if (good)
    g_set_object (&self->io, tls);
  else if (verdict.flags != 0)
    csm_imap_explain_certificate (verdict.flags, verdict.certificate, g_network_address_get_hostname (G_NETWORK_ADDRESS (self->identity)), error);
  else if (!is_cancelled (local, error))
    g_set_error (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_TLS,
                 _("The connection to the mail server can't be encrypted; please check the port, and how it is encrypted: %s"), local->message);
  g_clear_object (&verdict.certificate);
  return good;
}

/* --- Reading and writing -------------------------------------------------------------------------------------------------- */

/**
 * csm_imap_stream_set_patience:
 * @self: a connection
 * @pause: how long it may be silent, s
 * @total: how long what follows may take, s
 *
 * A server that sends a byte now and then is as slow as one that sends none.
 */
void
csm_imap_stream_set_patience (CsmImapStream *self,
                              guint          pause,
                              guint          total)
{
  self->pause = pause;
  self->deadline = g_get_monotonic_time () + total * G_USEC_PER_SEC;
}

/**
 * csm_imap_stream_write:
 * @self: a connection
 * @data: bytes
 * @length: how many
 * @error: return location
 *
 * Returns: whether they are on their way
 */
gboolean
csm_imap_stream_write (CsmImapStream  *self,
                       const char     *data,
                       gsize           length,
                       GError        **error)
{
  g_autoptr (GError) local = NULL;

  if (!apply_patience (self, error))
    return FALSE;
  if (g_output_stream_write_all (g_io_stream_get_output_stream (self->io), data, length, NULL, self->cancellable, &local))
    return TRUE;
  explain (local, error);
  return FALSE;
}

static gboolean
read_some (CsmImapStream  *self,
           char           *to,
           gsize           most,
           gsize          *got,
           GError        **error)
{
  g_autoptr (GError) local = NULL;
  gssize n;

  if (!apply_patience (self, error))
    return FALSE;
  n = g_input_stream_read (g_io_stream_get_input_stream (self->io), to, most, self->cancellable, &local);
  if (n > 0)
    *got = (gsize) n;
  else if (n < 0)
    explain (local, error);
  else
    g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_CLOSED, _("The mail server ended the connection."));
  return n > 0;
}

static gboolean
fill (CsmImapStream  *self,
      GError        **error)
{
  gsize got = 0;

  if (!read_some (self, self->buffer, sizeof self->buffer, &got, error))
    return FALSE;
  self->start = 0;
  self->end = got;
  return TRUE;
}

/* Until the socket may have something, or the time is over, or it is cancelled. */
static void
poll_socket (CsmImapStream *self,
             gint64         until)
{
  GPollFD fds[2] = { { g_socket_get_fd (g_socket_connection_get_socket (self->connection)), G_IO_IN | G_IO_ERR | G_IO_HUP, 0 } };
  gint64 left = (until - g_get_monotonic_time ()) / 1000 + 1;
  gboolean cancels = g_cancellable_make_pollfd (self->cancellable, &fds[1]);

  g_poll (fds, cancels ? 2 : 1, (int) CLAMP (left, 1, G_MAXINT));
  if (cancels)
    g_cancellable_release_fd (self->cancellable);
}

/**
 * csm_imap_stream_wait:
 * @self: a connection
 * @until: at most, monotonic, µs
 * @ready: (out): whether there is something to read
 * @error: return location
 *
 * However long that takes, the connection stays of use.
 *
 * Returns: whether the connection still holds
 */
gboolean
csm_imap_stream_wait (CsmImapStream  *self,
                      gint64          until,
                      gboolean       *ready,
                      GError        **error)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->io));

  *ready = self->start < self->end;
  while (!*ready)
    {
      g_autoptr (GError) local = NULL;
      gssize n = g_pollable_input_stream_read_nonblocking (input, self->buffer, sizeof self->buffer, self->cancellable, &local);

      if (n > 0)
        {
          self->start = 0;
          self->end = (gsize) n;
          *ready = TRUE;
        }
      else if (n == 0)
        {
          g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_CLOSED, _("The mail server ended the connection."));
          return FALSE;
        }
      else if (!g_error_matches (local, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        {
          explain (local, error);
          return FALSE;
        }
      else if (g_get_monotonic_time () >= until)
        {
          return TRUE;
        }
      else
        {
          poll_socket (self, until);
        }
    }
  return TRUE;
}

/**
 * csm_imap_stream_read_line:
 * @self: a connection
 * @line: the line is appended, without its end
 * @most: how long @line may become
 * @error: `CSM_IMAP_ERROR_PROTOCOL` when it gets longer
 *
 * Returns: whether there was one
 */
gboolean
csm_imap_stream_read_line (CsmImapStream  *self,
                           GString        *line,
                           gsize           most,
                           GError        **error)
{
  for (;;)
    {
      const char *from, *end;
      gsize length;

      if (self->start == self->end && !fill (self, error))
        return FALSE;
      from = self->buffer + self->start;
      end = memchr (from, '\n', self->end - self->start);
      length = end != NULL ? (gsize) (end - from) : self->end - self->start;
      if (line->len + length > most)
        {
          g_set_error_literal (error, CSM_IMAP_ERROR, CSM_IMAP_ERROR_PROTOCOL, _("The mail server sends lines that have no end."));
          return FALSE;
        }
      g_string_append_len (line, from, (gssize) length);
      self->start += length + (end != NULL);
      if (end != NULL)
        break;
    }
  if (line->len > 0 && line->str[line->len - 1] == '\r')
    g_string_truncate (line, line->len - 1);
  return TRUE;
}

/**
 * csm_imap_stream_read_bytes:
 * @self: a connection
 * @length: how many; the caller has held it against a limit
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the bytes
 */
GBytes *
csm_imap_stream_read_bytes (CsmImapStream  *self,
                            gsize           length,
                            GError        **error)
{
  g_autofree char *data = NULL;
  gsize size = 0, room = 0;

  while (size < length)
    {
      gsize buffered = MIN (self->end - self->start, length - size), got = buffered;

      if (size + MAX (buffered, 1) > room)
        {
          room = MIN (MAX (room * 2, MAX (size + buffered, GROWTH)), length);
          data = g_realloc (data, room);
        }
      if (buffered > 0)
        {
          memcpy (data + size, self->buffer + self->start, buffered);
          self->start += buffered;
        }
      else if (!read_some (self, data + size, room - size, &got, error))
        {
          return NULL;
        }
      size += got;
    }
  return g_bytes_new_take (g_steal_pointer (&data), length);
}

/**
 * csm_imap_stream_read_spool:
 * @self: a connection
 * @length: how many bytes; the caller has held it against a limit
 * @error: return location; what was not read yet is still to come
 *
 * As csm_imap_stream_read_bytes(), for what has no place in memory.
 *
 * Returns: (transfer full) (nullable): the bytes
 */
CsmSpool *
csm_imap_stream_read_spool (CsmImapStream  *self,
                            gsize           length,
                            GError        **error)
{
  g_autoptr (CsmSpool) spool = csm_spool_new (error);

  while (spool != NULL && csm_spool_get_length (spool) < length)
    {
      gsize wanted = length - csm_spool_get_length (spool), buffered;

      if (self->start == self->end && !fill (self, error))
        return NULL;
      buffered = MIN (self->end - self->start, wanted);
      if (!csm_spool_append (spool, self->buffer + self->start, buffered, error))
        return NULL;
      self->start += buffered;
    }
  return g_steal_pointer (&spool);
}
