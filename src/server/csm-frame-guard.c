/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-frame-guard.h"

/* What is read of a peer that is over the limit before others get their turn. */
#define DISCARD_BLOCK 65536
/* What is read of a peer in one turn of the main loop: libsoup would go on as long as something comes. */
#define TURN_BYTES (256 * 1024)
/* The longest header of a frame, without the mask: 2 bytes, and 8 of length. */
#define LONGEST_HEADER 10
#define MASK_LENGTH 4
/* RFC 6455, section 5.5; libsoup keeps a longer one until all of it has come, and some kinds even then. */
#define LONGEST_CONTROL 125
/* libsoup answers each ping, and keeps the answers for who does not read: nobody needs so many (in a minute). */
#define MOST_PINGS 600
#define PING_WINDOW (60 * G_USEC_PER_SEC)
/* A message that comes slower than that (bytes/s) after the grace is no slow line. */
#define SLOWEST_MESSAGE 1024

/*
 * Stands between libsoup's WebSocketConnection and the connection. libsoup 3.2 bounds a frame, but joins any number of
 * fragments into one message: 61 fragments of 900 kB were buffered under a limit of 1 MB. The guard
 * follows the frames' headers (RFC 6455, section 5.2) and adds up the fragments of a message.
 */
struct _CsmFrameGuard
{
  CsmShellStream parent_instance;

  guint64        limit;
  guint64        written;
  gboolean       exceeded;
  gint64         turn;         /* when the main loop's turn began */
  gsize          turn_bytes;   /* what was read in it */

  guint8         header[LONGEST_HEADER];
  guint          header_length;
  guint64        left;         /* of the frame, with the mask */
  gboolean       is_last;      /* the frame ends a message */
  guint64        message;      /* bytes of the message so far */
  gint64         message_at;   /* when it began; 0: none is on its way */
  guint64        message_got;  /* what of it, and of what was sent between its fragments, is here */
  guint          pings;        /* since … */
  gint64         pings_at;
};

#define CSM_TYPE_GUARD_INPUT (csm_guard_input_get_type ())
G_DECLARE_FINAL_TYPE (CsmGuardInput, csm_guard_input, CSM, GUARD_INPUT, GFilterInputStream)
#define CSM_TYPE_GUARD_OUTPUT (csm_guard_output_get_type ())
G_DECLARE_FINAL_TYPE (CsmGuardOutput, csm_guard_output, CSM, GUARD_OUTPUT, GFilterOutputStream)

struct _CsmGuardInput
{
  GFilterInputStream  parent_instance;
  CsmFrameGuard      *guard; /* which owns this */
};

struct _CsmGuardOutput
{
  GFilterOutputStream  parent_instance;
  CsmFrameGuard       *guard;
};

static void csm_guard_input_pollable_init (GPollableInputStreamInterface *iface);
static void csm_guard_output_pollable_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE (CsmFrameGuard, csm_frame_guard, CSM_TYPE_SHELL_STREAM)
G_DEFINE_FINAL_TYPE_WITH_CODE (CsmGuardInput, csm_guard_input, G_TYPE_FILTER_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, csm_guard_input_pollable_init))
G_DEFINE_FINAL_TYPE_WITH_CODE (CsmGuardOutput, csm_guard_output, G_TYPE_FILTER_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM, csm_guard_output_pollable_init))

static guint signal_exceeded;

/* --- Frames ---------------------------------------------------------------------------------------------------- */

static guint
header_size (CsmFrameGuard *self)
{
  if (self->header_length < 2)
    return 2;
  switch (self->header[1] & 0x7f)
    {
    case 126:
      return 4;
    case 127:
      return 10;
    default:
      return 2;
    }
}

static guint64
payload_size (CsmFrameGuard *self)
{
  guint length = self->header[1] & 0x7f;
  guint bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
  guint64 size = 0;

  if (bytes == 0)
    return length;
  for (guint i = 0; i < bytes; i++)
    size = (size << 8) | self->header[2 + i];
  return size;
}

static gboolean
count_ping (CsmFrameGuard *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->pings == 0 || now - self->pings_at > PING_WINDOW)
    {
      self->pings = 0;
      self->pings_at = now;
    }
  return ++self->pings <= MOST_PINGS;
}

/* FALSE: the message is too long. That is seen before libsoup knows the length: it would hang up without a word. */
static gboolean
begin_frame (CsmFrameGuard *self)
{
  guint opcode = self->header[0] & 0x0f;
  gboolean is_last = (self->header[0] & 0x80) != 0;
  guint64 payload = payload_size (self);

  self->header_length = 0;
  if (payload > self->limit || (opcode >= 8 && payload > LONGEST_CONTROL))
    return FALSE;
  self->left = payload + (self->header[1] & 0x80 ? MASK_LENGTH : 0);
  self->is_last = FALSE;
  if (opcode >= 8)
    return opcode != 9 || count_ping (self);
  if (self->message_at == 0)
    {
      self->message_at = g_get_monotonic_time ();
      self->message_got = 0;
    }
  if (opcode != 0)
    self->message = 0;
  self->message += payload;
  if (self->message > self->limit)
    return FALSE;
  self->is_last = is_last;
  if (is_last)
    self->message = 0;
  return TRUE;
}

/* How many of the bytes may go on. */
static gsize
follow (CsmFrameGuard *self,
        const guint8  *bytes,
        gsize          count)
{
  gsize at = 0;

  while (at < count)
    {
      if (self->left > 0)
        {
          gsize step = (gsize) MIN (self->left, count - at);

          self->left -= step;
          at += step;
          self->message_got += step;
          if (self->left == 0 && self->is_last)
            self->message_at = 0;
          continue;
        }
      self->header[self->header_length++] = bytes[at++];
      if (self->header_length == header_size (self) && !begin_frame (self))
        {
          self->exceeded = TRUE;
          return at - 1;
        }
    }
  return count;
}

static gboolean
tell_exceeded (gpointer data)
{
  g_signal_emit (data, signal_exceeded, 0);
  return G_SOURCE_REMOVE;
}

/* --- Input ----------------------------------------------------------------------------------------------------- */

static GPollableInputStream *
base_input (GPollableInputStream *stream)
{
  return G_POLLABLE_INPUT_STREAM (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream)));
}

/* FALSE: it is the others' turn. What is left makes the stream readable again at once. */
static gboolean
may_go_on (CsmFrameGuard *guard)
{
  GSource *source = g_main_current_source ();

  if (source == NULL)
    return TRUE;
  if (g_source_get_time (source) != guard->turn)
    {
      guard->turn = g_source_get_time (source);
      guard->turn_bytes = 0;
    }
  return guard->turn_bytes < TURN_BYTES;
}

static gssize
csm_guard_input_read_nonblocking (GPollableInputStream  *stream,
                                  void                  *buffer,
                                  gsize                  count,
                                  GError               **error)
{
  CsmFrameGuard *guard = CSM_GUARD_INPUT (stream)->guard;
  gssize got;
  gsize good;

  if (!may_go_on (guard))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "others have their turn");
      return -1;
    }
  if (guard->exceeded)
    {
      guint8 block[DISCARD_BLOCK];

      got = g_pollable_input_stream_read_nonblocking (base_input (stream), block, sizeof block, NULL, error);
      if (got <= 0)
        return got;
    }
  else
    {
      got = g_pollable_input_stream_read_nonblocking (base_input (stream), buffer, count, NULL, error);
      if (got <= 0)
        return got;
      guard->turn_bytes += (gsize) got;
      good = follow (guard, buffer, (gsize) got);
      if (guard->exceeded)
        g_idle_add_full (G_PRIORITY_DEFAULT, tell_exceeded, g_object_ref (guard), g_object_unref);
      if (good > 0)
        return (gssize) good;
    }
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "what is over the limit is thrown away");
  return -1;
}

static void
csm_guard_input_class_init (CsmGuardInputClass *klass)
{
}

static void
csm_guard_input_init (CsmGuardInput *self)
{
}

static void
csm_guard_input_pollable_init (GPollableInputStreamInterface *iface)
{
  csm_shell_input_pollable_init (iface);
  iface->read_nonblocking = csm_guard_input_read_nonblocking;
}

/* --- Output ---------------------------------------------------------------------------------------------------- */

static GPollableOutputStream *
base_output (GPollableOutputStream *stream)
{
  return G_POLLABLE_OUTPUT_STREAM (g_filter_output_stream_get_base_stream (G_FILTER_OUTPUT_STREAM (stream)));
}

static gssize
csm_guard_output_write_nonblocking (GPollableOutputStream  *stream,
                                    const void             *buffer,
                                    gsize                   count,
                                    GError                **error)
{
  gssize written = g_pollable_output_stream_write_nonblocking (base_output (stream), buffer, count, NULL, error);

  if (written > 0)
    CSM_GUARD_OUTPUT (stream)->guard->written += (guint64) written;
  return written;
}

static void
csm_guard_output_class_init (CsmGuardOutputClass *klass)
{
}

static void
csm_guard_output_init (CsmGuardOutput *self)
{
}

static void
csm_guard_output_pollable_init (GPollableOutputStreamInterface *iface)
{
  csm_shell_output_pollable_init (iface);
  iface->write_nonblocking = csm_guard_output_write_nonblocking;
}

/* --- The guard -------------------------------------------------------------------------------------------------- */

static void
csm_frame_guard_class_init (CsmFrameGuardClass *klass)
{
  signal_exceeded = g_signal_new ("exceeded", CSM_TYPE_FRAME_GUARD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_frame_guard_init (CsmFrameGuard *self)
{
}

/**
 * csm_frame_guard_new:
 * @base: a connection after the upgrade, with pollable streams
 * @limit: the most bytes of one message
 *
 * Returns: (transfer full): a stream for soup_websocket_connection_new()
 */
CsmFrameGuard *
csm_frame_guard_new (GIOStream *base,
                     guint64    limit)
{
  CsmFrameGuard *self = g_object_new (CSM_TYPE_FRAME_GUARD, NULL);
  CsmGuardInput *input;
  CsmGuardOutput *output;

  self->limit = limit;
  input = g_object_new (CSM_TYPE_GUARD_INPUT, "base-stream", g_io_stream_get_input_stream (base), "close-base-stream", FALSE, NULL);
  input->guard = self;
  output = g_object_new (CSM_TYPE_GUARD_OUTPUT, "base-stream", g_io_stream_get_output_stream (base), "close-base-stream", FALSE, NULL);
  output->guard = self;
  csm_shell_stream_wrap (CSM_SHELL_STREAM (self), base, G_INPUT_STREAM (input), G_OUTPUT_STREAM (output));
  return self;
}

/**
 * csm_frame_guard_get_written:
 * @self: a guard
 *
 * Returns: how many bytes the peer's socket has taken
 */
guint64
csm_frame_guard_get_written (CsmFrameGuard *self)
{
  return self->written;
}

/**
 * csm_frame_guard_is_slow:
 * @self: a guard
 * @grace: how long any message may take, µs
 *
 * Returns: whether a message has been on its way for longer than its length explains
 */
gboolean
csm_frame_guard_is_slow (CsmFrameGuard *self,
                         gint64         grace)
{
  gint64 time = self->message_at != 0 ? g_get_monotonic_time () - self->message_at - grace : 0;

  return time > 0 && self->message_got < (guint64) time * SLOWEST_MESSAGE / G_USEC_PER_SEC;
}
