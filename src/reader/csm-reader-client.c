/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */

#include "config.h"

#include "csm-reader-client.h"

#include "csm-reader-answer.h"
#include "csm-reader-frame.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_TIMEOUT 5000

/* Under load a child that has had no processor time is not to blame: the clock on the wall counts
 * after so many times the timeout only. */
#define PATIENCE 6

#define BUFFER (256 * 1024)
#define PIECE (64 * 1024)

typedef struct
{
  GBytes *raw;              /* NULL when it is in a file */
  int fd;                   /* that file, or -1 */
  goffset offset;
  gsize size;
  gboolean careful;         /* the second try, after a crash or a timeout */
  gsize sent;               /* of the frame, its head included */
} Request;

struct _CsmReaderClient
{
  GObject parent_instance;

  char *program;
  guint timeout;            /* ms */
  GPid pid;                 /* 0 while there is no child */
  int fd;                   /* our end of its standard input and output */
  gboolean is_deaf;         /* the child takes no more, but may have answered */
  GQueue requests;          /* Request, the oldest first */
  CsmReaderAnswer incoming;
  guchar *buffer;           /* what was read and not looked at yet */
  gsize buffer_start;
  gsize buffer_end;
  char *piece;              /* of a request in a file; NULL while there was none */
};

G_DEFINE_FINAL_TYPE (CsmReaderClient, csm_reader_client, G_TYPE_OBJECT)

G_DEFINE_QUARK (csm-reader-error-quark, csm_reader_error)

static void
request_free (Request *request)
{
  g_clear_pointer (&request->raw, g_bytes_unref);
  if (request->fd >= 0)
    close (request->fd);
  g_free (request);
}

/* Ends the child, if there is one; everything that waits will be sent again. */
static void
stop (CsmReaderClient *self)
{
  if (self->pid != 0)
    {
      kill (self->pid, SIGKILL);
      while (waitpid (self->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
      self->pid = 0;
    }
  if (self->fd >= 0)
    {
      close (self->fd);
      self->fd = -1;
    }
  csm_reader_answer_clear (&self->incoming);
  self->buffer_start = self->buffer_end = 0;
  self->is_deaf = FALSE;
  for (GList *l = self->requests.head; l != NULL; l = l->next)
    ((Request *) l->data)->sent = 0;
}

/* The server's own environment may hold secrets that a stranger's mail must not come near. */
static char **
child_environment (void)
{
  static const char *const names[] = { "PATH", "LC_ALL", "LANG", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS",
                                       "LSAN_OPTIONS", "G_DEBUG", "GCONV_PATH" };
  char **environment = g_new0 (char *, 1);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_getenv (names[i]) != NULL)
      environment = g_environ_setenv (environment, names[i], g_getenv (names[i]), TRUE);
  return environment;
}

static gboolean
start (CsmReaderClient  *self,
       GError          **error)
{
  char *argv[] = { self->program, NULL };
  g_auto(GStrv) environment = NULL;
  g_autoptr(GError) spawn_error = NULL;
  int ends[2];
  gboolean spawned;

  if (self->pid != 0)
    return TRUE;
  /* A socket rather than two pipes: writing to one whose child died raises no signal. */
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    {
      g_set_error (error, CSM_READER_ERROR, CSM_READER_ERROR_SPAWN, "%s", g_strerror (errno));
      return FALSE;
    }
  environment = child_environment ();
  spawned = g_spawn_async_with_fds (NULL, argv, environment, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &self->pid,
                                    ends[1], ends[1], -1, &spawn_error);
  close (ends[1]);
  if (!spawned)
    {
      close (ends[0]);
      self->pid = 0;
      g_set_error (error, CSM_READER_ERROR, CSM_READER_ERROR_SPAWN, "%s", spawn_error->message);
      return FALSE;
    }
  self->fd = ends[0];
  fcntl (self->fd, F_SETFL, fcntl (self->fd, F_GETFL) | O_NONBLOCK);
  return TRUE;
}

/* What of @request is to be sent from @done on. A piece of a file is read anew when not all of it is taken. */
static const char *
get_piece (CsmReaderClient *self,
           Request         *request,
           gsize            done,
           gsize           *length)
{
  gssize n;

  *length = request->size - done;
  if (request->raw != NULL)
    return (const char *) g_bytes_get_data (request->raw, NULL) + done;
  if (self->piece == NULL)
    self->piece = g_malloc (PIECE);
  n = pread (request->fd, self->piece, MIN (*length, PIECE), request->offset + (goffset) done);
  *length = n > 0 ? (gsize) n : 0;
  return self->piece;
}

/* Sends as much as the child takes. FALSE when it takes no more. */
static gboolean
send_some (CsmReaderClient *self,
           Request         *request)
{
  guint32 head = GUINT32_TO_BE ((guint32) request->size | (request->careful ? CSM_READER_FRAME_CAREFUL : 0));

  while (request->sent < sizeof head + request->size)
    {
      gboolean in_head = request->sent < sizeof head;
      gsize left = sizeof head - request->sent;
      const char *from = in_head ? (const char *) &head + request->sent : get_piece (self, request, request->sent - sizeof head, &left);
      gssize n = left > 0 ? send (self->fd, from, left, MSG_NOSIGNAL | (in_head && request->size > 0 ? MSG_MORE : 0)) : -1;

      if (left == 0)
        return FALSE;
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK;
      request->sent += (gsize) n;
    }
  return TRUE;
}

static gboolean
is_sent (Request *request)
{
  return request->sent == sizeof (guint32) + request->size;
}

/* A child that died of a later message may have answered earlier ones: what it takes no more ends nothing, only the end
 * of its answers does. */
static void
send_waiting (CsmReaderClient *self)
{
  for (GList *l = self->requests.head; l != NULL && !self->is_deaf; l = l->next)
    {
      if (is_sent (l->data))
        continue;
      self->is_deaf = !send_some (self, l->data);
      if (!is_sent (l->data))
        break;
    }
}

static gboolean
has_unsent (CsmReaderClient *self)
{
  return !self->is_deaf && self->requests.tail != NULL && !is_sent (self->requests.tail->data);
}

/* Takes from the buffer what belongs to the current answer. */
static gboolean
take_frames (CsmReaderClient  *self,
             GError          **error)
{
  gsize taken;
  gboolean good = csm_reader_answer_take (&self->incoming, self->buffer + self->buffer_start, self->buffer_end - self->buffer_start, &taken, error);

  self->buffer_start += taken;
  return good;
}

static void
set_crashed (GError **error)
{
  g_set_error_literal (error, CSM_READER_ERROR, CSM_READER_ERROR_CRASHED, "The mail reader ended while reading a message");
}

/* Reads once without waiting. */
static gboolean
receive (CsmReaderClient  *self,
         GError          **error)
{
  gssize n;

  self->buffer_start = self->buffer_end = 0;
  n = recv (self->fd, self->buffer, BUFFER, 0);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return TRUE;
  if (n <= 0)
    {
      set_crashed (error);
      return FALSE;
    }
  self->buffer_end = (gsize) n;
  return take_frames (self, error);
}

/* Processor time the child has used so far, in ms; -1 when that can't be told. */
static gint64
child_time (CsmReaderClient *self)
{
  clockid_t clock;
  struct timespec used;

  if (clock_getcpuclockid (self->pid, &clock) != 0 || clock_gettime (clock, &used) != 0)
    return -1;
  return (gint64) used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

typedef struct
{
  gint64 started;           /* ms, monotonic */
  gint64 child_started;     /* ms of the child's processor time */
} Watch;

/* How long to wait before looking again, 0 when the time is up. */
static int
time_left (CsmReaderClient *self,
           Watch           *watch)
{
  gint64 waited = g_get_monotonic_time () / 1000 - watch->started;
  gint64 used = child_time (self);
  gint64 limit = self->timeout;

  if (used >= 0 && watch->child_started >= 0)
    {
      gint64 by_child = limit - (used - watch->child_started);

      return (int) MAX (MIN (by_child, limit * PATIENCE - waited), 0);
    }
  return (int) MAX (limit - waited, 0);
}

/* Works on both directions until the oldest request is answered. */
static gboolean
pump (CsmReaderClient  *self,
      GCancellable     *cancellable,
      GError          **error)
{
  Watch watch = { g_get_monotonic_time () / 1000, child_time (self) };
  GPollFD cancel = { -1, 0, 0 };
  gboolean has_cancel = cancellable != NULL && g_cancellable_make_pollfd (cancellable, &cancel);
  gboolean ok = take_frames (self, error);

  while (ok && !csm_reader_answer_is_complete (&self->incoming))
    {
      struct pollfd fds[2] = { { self->fd, POLLIN, 0 }, { cancel.fd, POLLIN, 0 } };
      int left = time_left (self, &watch);

      if (has_unsent (self))
        fds[0].events |= POLLOUT;
      if (left == 0)
        {
          g_set_error_literal (error, CSM_READER_ERROR, CSM_READER_ERROR_TIMED_OUT, "Reading a message took too long");
          ok = FALSE;
        }
      else if (poll (fds, has_cancel ? 2 : 1, left) < 0 && errno != EINTR)
        {
          g_set_error (error, CSM_READER_ERROR, CSM_READER_ERROR_CRASHED, "%s", g_strerror (errno));
          ok = FALSE;
        }
      else if (g_cancellable_set_error_if_cancelled (cancellable, error))
        {
          ok = FALSE;
        }
      else
        {
          if ((fds[0].revents & POLLOUT) != 0)
            send_waiting (self);
          if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
            ok = receive (self, error);
        }
    }
  if (has_cancel)
    g_cancellable_release_fd (cancellable);
  return ok;
}

static CsmParsedMail *
try_head (CsmReaderClient  *self,
          GCancellable     *cancellable,
          GError          **error)
{
  CsmParsedMail *mail;

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !start (self, error))
    return NULL;
  send_waiting (self);
  if (!pump (self, cancellable, error))
    return NULL;
  mail = g_steal_pointer (&self->incoming.mail);
  csm_reader_answer_clear (&self->incoming);
  return mail;
}

static void
csm_reader_client_finalize (GObject *object)
{
  CsmReaderClient *self = CSM_READER_CLIENT (object);

  stop (self);
  g_queue_clear_full (&self->requests, (GDestroyNotify) request_free);
  g_free (self->program);
  g_free (self->buffer);
  g_free (self->piece);

  G_OBJECT_CLASS (csm_reader_client_parent_class)->finalize (object);
}

static void
csm_reader_client_class_init (CsmReaderClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = csm_reader_client_finalize;
}

static void
csm_reader_client_init (CsmReaderClient *self)
{
  self->fd = -1;
  csm_reader_answer_init (&self->incoming);
  self->timeout = DEFAULT_TIMEOUT;
  self->buffer = g_malloc (BUFFER);
  g_queue_init (&self->requests);
}

/**
 * csm_reader_client_new:
 * @program: the path of `casement-reader`
 *
 * Makes a client; the program is started with the first message. All functions block, so that they are
 * called on a worker thread; one client may be used by one thread at a time.
 *
 * Returns: (transfer full): a client
 */
CsmReaderClient *
csm_reader_client_new (const char *program)
{
  CsmReaderClient *self;

  g_return_val_if_fail (program != NULL, NULL);

  self = g_object_new (CSM_TYPE_READER_CLIENT, NULL);
  self->program = g_strdup (program);
  return self;
}

/**
 * csm_reader_client_set_timeout:
 * @self: a client
 * @milliseconds: how much processor time one message may take, 5,000 unless set
 *
 * Sets the watchdog. Six times as long on the clock ends a message, too.
 */
void
csm_reader_client_set_timeout (CsmReaderClient *self,
                               guint            milliseconds)
{
  g_return_if_fail (CSM_IS_READER_CLIENT (self));

  self->timeout = milliseconds;
}

static gboolean
submit (CsmReaderClient  *self,
        Request          *request,
        GError          **error)
{
  gboolean good = request->size <= CSM_READER_FRAME_MAX_REQUEST;

  if (!good)
    g_set_error_literal (error, CSM_READER_ERROR, CSM_READER_ERROR_TOO_LARGE, "The message is larger than 64 MB");
  if (!good || !start (self, error))
    {
      request_free (request);
      return FALSE;
    }
  g_queue_push_tail (&self->requests, request);
  /* That the child is gone shows when collecting. */
  send_waiting (self);
  return TRUE;
}

/**
 * csm_reader_client_submit:
 * @self: a client
 * @raw: a message
 * @error: return location
 *
 * Puts a message in the queue, and sends of the queue what can be sent without waiting, so that the
 * reader works while the caller does something else. Each one is then collected, in the same order.
 *
 * Returns: whether it was queued: %CSM_READER_ERROR_TOO_LARGE or %CSM_READER_ERROR_SPAWN otherwise
 */
gboolean
csm_reader_client_submit (CsmReaderClient  *self,
                          GBytes           *raw,
                          GError          **error)
{
  Request *request;

  g_return_val_if_fail (CSM_IS_READER_CLIENT (self), FALSE);
  g_return_val_if_fail (raw != NULL, FALSE);

  request = g_new0 (Request, 1);
  request->fd = -1;
  request->raw = g_bytes_ref (raw);
  request->size = g_bytes_get_size (raw);
  return submit (self, request, error);
}

/**
 * csm_reader_client_submit_file:
 * @self: a client
 * @fd: a file that can be read anywhere; it is duplicated
 * @offset: where in it the message begins
 * @length: its length in bytes
 * @error: return location
 *
 * As csm_reader_client_submit(), for a message that has no place in memory.
 *
 * Returns: whether it was queued
 */
gboolean
csm_reader_client_submit_file (CsmReaderClient  *self,
                               int               fd,
                               goffset           offset,
                               gsize             length,
                               GError          **error)
{
  Request *request;

  g_return_val_if_fail (CSM_IS_READER_CLIENT (self), FALSE);
  g_return_val_if_fail (fd >= 0, FALSE);

  request = g_new0 (Request, 1);
  request->fd = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  request->offset = offset;
  request->size = length;
  if (request->fd >= 0)
    return submit (self, request, error);
  g_set_error (error, CSM_READER_ERROR, CSM_READER_ERROR_SPAWN, "%s", g_strerror (errno));
  request_free (request);
  return FALSE;
}

/**
 * csm_reader_client_collect:
 * @self: a client with messages pending
 * @out: (out) (transfer full) (optional): the oldest of them, read
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Waits for the oldest message. When the reader dies over it, or takes too long, it is tried once more
 * without parsing HTML; then it is given up and the others go on with a new child.
 *
 * Returns: whether it was read; it is not pending any more in either case
 */
gboolean
csm_reader_client_collect (CsmReaderClient  *self,
                           CsmParsedMail   **out,
                           GCancellable     *cancellable,
                           GError          **error)
{
  g_autoptr(GError) failure = NULL;
  g_autoptr(CsmParsedMail) mail = NULL;
  Request *head;

  g_return_val_if_fail (CSM_IS_READER_CLIENT (self), FALSE);
  g_return_val_if_fail (!g_queue_is_empty (&self->requests), FALSE);

  head = g_queue_peek_head (&self->requests);
  mail = try_head (self, cancellable, &failure);
  if (mail == NULL)
    stop (self);
  if (mail == NULL
      && (g_error_matches (failure, CSM_READER_ERROR, CSM_READER_ERROR_CRASHED)
          || g_error_matches (failure, CSM_READER_ERROR, CSM_READER_ERROR_TIMED_OUT)))
    {
      g_clear_error (&failure);
      head->careful = TRUE;
      mail = try_head (self, cancellable, &failure);
      if (mail == NULL)
        stop (self);
    }
  request_free (g_queue_pop_head (&self->requests));
  if (mail == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (out != NULL)
    *out = g_steal_pointer (&mail);
  return TRUE;
}

/**
 * csm_reader_client_get_pending:
 * @self: a client
 *
 * Returns: how many messages were submitted and not collected
 */
guint
csm_reader_client_get_pending (CsmReaderClient *self)
{
  g_return_val_if_fail (CSM_IS_READER_CLIENT (self), 0);

  return g_queue_get_length (&self->requests);
}

/**
 * csm_reader_client_read:
 * @self: a client with nothing pending
 * @raw: a message
 * @out: (out) (transfer full) (optional): the message, read
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * Reads one message and waits for it. %CSM_READER_ERROR_CRASHED and %CSM_READER_ERROR_TIMED_OUT mean
 * this message alone: the next one gets a new child.
 *
 * Returns: whether there is an answer; csm_parsed_mail_is_ok() tells whether it was a message
 */
gboolean
csm_reader_client_read (CsmReaderClient  *self,
                        GBytes           *raw,
                        CsmParsedMail   **out,
                        GCancellable     *cancellable,
                        GError          **error)
{
  g_return_val_if_fail (CSM_IS_READER_CLIENT (self), FALSE);
  g_return_val_if_fail (g_queue_is_empty (&self->requests), FALSE);

  return csm_reader_client_submit (self, raw, error) && csm_reader_client_collect (self, out, cancellable, error);
}

/**
 * csm_reader_client_read_file:
 * @self: a client with nothing pending
 * @fd: a file that can be read anywhere
 * @offset: where in it the message begins
 * @length: its length in bytes
 * @out: (out) (transfer full) (optional): the message, read
 * @cancellable: (nullable): a cancellable
 * @error: return location
 *
 * As csm_reader_client_read(), for a message that has no place in memory.
 *
 * Returns: whether there is an answer
 */
gboolean
csm_reader_client_read_file (CsmReaderClient  *self,
                             int               fd,
                             goffset           offset,
                             gsize             length,
                             CsmParsedMail   **out,
                             GCancellable     *cancellable,
                             GError          **error)
{
  g_return_val_if_fail (CSM_IS_READER_CLIENT (self), FALSE);
  g_return_val_if_fail (g_queue_is_empty (&self->requests), FALSE);

  return csm_reader_client_submit_file (self, fd, offset, length, error) && csm_reader_client_collect (self, out, cancellable, error);
}
