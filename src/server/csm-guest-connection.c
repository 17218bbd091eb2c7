/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-server"
#include "config.h"
#include "csm-guest-connection.h"

#include "csm-guest-private.h"

/*
 * A connection as libsoup gets it. libsoup 3.2 forgets one that ends between two requests, with its descriptor and all that it holds: the end
 * is kept from it, and the connection taken away instead.
 */
struct _CsmGuestConnection
{
  GIOStream     parent_instance;
  GIOStream    *base;
  GInputStream *input;
};

#define CSM_TYPE_GUEST_INPUT (csm_guest_input_get_type ())
G_DECLARE_FINAL_TYPE (CsmGuestInput, csm_guest_input, CSM, GUEST_INPUT, GFilterInputStream)

struct _CsmGuestInput
{
  GFilterInputStream  parent_instance;
  CsmGuest           *guest;
};

static void csm_guest_input_pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE (CsmGuestConnection, csm_guest_connection, G_TYPE_IO_STREAM)
G_DEFINE_FINAL_TYPE_WITH_CODE (CsmGuestInput, csm_guest_input, G_TYPE_FILTER_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, csm_guest_input_pollable_init))

/* --- Input ------------------------------------------------------------------------------------------------------------------ */

static GPollableInputStream *
base_input (GPollableInputStream *stream)
{
  return G_POLLABLE_INPUT_STREAM (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream)));
}

static gboolean
csm_guest_input_can_poll (GPollableInputStream *stream)
{
  return g_pollable_input_stream_can_poll (base_input (stream));
}

static gboolean
csm_guest_input_is_readable (GPollableInputStream *stream)
{
  return g_pollable_input_stream_is_readable (base_input (stream));
}

static GSource *
csm_guest_input_create_source (GPollableInputStream *stream,
                               GCancellable         *cancellable)
{
  g_autoptr (GSource) base = g_pollable_input_stream_create_source (base_input (stream), cancellable);

  return g_pollable_source_new_full (stream, base, cancellable);
}

static gboolean
dismiss_cb (gpointer user_data)
{
  CsmGuest *guest = user_data;

  if (guest->phase == CSM_GUEST_HEAD && guest->leave != NULL)
    csm_guest_dismiss (guest);
  return G_SOURCE_REMOVE;
}

static gssize
csm_guest_input_read_nonblocking (GPollableInputStream  *stream,
                                  void                  *buffer,
                                  gsize                  count,
                                  GError               **error)
{
  CsmGuest *guest = CSM_GUEST_INPUT (stream)->guest;
  g_autoptr (GError) local = NULL;
  gssize got = g_pollable_input_stream_read_nonblocking (base_input (stream), buffer, count, NULL, &local);

  if (got > 0)
    guest->has_begun = TRUE;
  else if (!g_error_matches (local, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK) && guest->phase == CSM_GUEST_HEAD && guest->leave != NULL && !guest->has_begun)
    {
      g_idle_add_full (G_PRIORITY_DEFAULT, dismiss_cb, csm_guest_ref (guest), (GDestroyNotify) csm_guest_unref);
      g_clear_error (&local);
      g_set_error_literal (&local, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "the connection is being taken away");
      got = -1;
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return got;
}

static void
csm_guest_input_finalize (GObject *object)
{
  csm_guest_unref (CSM_GUEST_INPUT (object)->guest);
  G_OBJECT_CLASS (csm_guest_input_parent_class)->finalize (object);
}

static void
csm_guest_input_class_init (CsmGuestInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_guest_input_finalize;
}

static void
csm_guest_input_init (CsmGuestInput *self)
{
}

static void
csm_guest_input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->can_poll = csm_guest_input_can_poll;
  iface->is_readable = csm_guest_input_is_readable;
  iface->create_source = csm_guest_input_create_source;
  iface->read_nonblocking = csm_guest_input_read_nonblocking;
}

/* --- The stream --------------------------------------------------------------------------------------------------------------- */

static GInputStream *
csm_guest_connection_get_input_stream (GIOStream *stream)
{
  return CSM_GUEST_CONNECTION (stream)->input;
}

static GOutputStream *
csm_guest_connection_get_output_stream (GIOStream *stream)
{
  return g_io_stream_get_output_stream (CSM_GUEST_CONNECTION (stream)->base);
}

static gboolean
csm_guest_connection_close (GIOStream     *stream,
                            GCancellable  *cancellable,
                            GError       **error)
{
  return g_io_stream_close (CSM_GUEST_CONNECTION (stream)->base, cancellable, error);
}

static void
closed_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_io_stream_close_finish (G_IO_STREAM (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
csm_guest_connection_close_async (GIOStream           *stream,
                                  int                  priority,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  GTask *task = g_task_new (stream, cancellable, callback, user_data);

  g_task_set_source_tag (task, csm_guest_connection_close_async);
  g_io_stream_close_async (CSM_GUEST_CONNECTION (stream)->base, priority, cancellable, closed_cb, task);
}

static gboolean
csm_guest_connection_close_finish (GIOStream     *stream,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
csm_guest_connection_finalize (GObject *object)
{
  CsmGuestConnection *self = CSM_GUEST_CONNECTION (object);

  g_clear_object (&self->input);
  g_clear_object (&self->base);
  G_OBJECT_CLASS (csm_guest_connection_parent_class)->finalize (object);
}

static void
csm_guest_connection_class_init (CsmGuestConnectionClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = csm_guest_connection_finalize;
  stream_class->get_input_stream = csm_guest_connection_get_input_stream;
  stream_class->get_output_stream = csm_guest_connection_get_output_stream;
  stream_class->close_fn = csm_guest_connection_close;
  stream_class->close_async = csm_guest_connection_close_async;
  stream_class->close_finish = csm_guest_connection_close_finish;
}

static void
csm_guest_connection_init (CsmGuestConnection *self)
{
}

/**
 * csm_guest_connection_new:
 * @base: a connection, after the TLS handshake if there is one
 * @guest: what the gatekeeper knows of it
 *
 * Returns: (transfer full): a stream for soup_server_accept_iostream()
 */
GIOStream *
csm_guest_connection_new (GIOStream *base,
                          CsmGuest  *guest)
{
  CsmGuestConnection *self = g_object_new (CSM_TYPE_GUEST_CONNECTION, NULL);

  self->base = g_object_ref (base);
  self->input = g_object_new (CSM_TYPE_GUEST_INPUT, "base-stream", g_io_stream_get_input_stream (base), "close-base-stream", FALSE, NULL);
  CSM_GUEST_INPUT (self->input)->guest = csm_guest_ref (guest);
  return G_IO_STREAM (self);
}
