/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-guest-connection.h"

#include "csm-guest-private.h"

/*
 * A connection as libsoup gets it. libsoup 3.2 forgets one that ends between two requests, with its descriptor and all that it holds: the end
 * is kept from it, and the connection taken away instead.
 */
struct _CsmGuestConnection
{
  CsmShellStream parent_instance;
};

#define CSM_TYPE_GUEST_INPUT (csm_guest_input_get_type ())
G_DECLARE_FINAL_TYPE (CsmGuestInput, csm_guest_input, CSM, GUEST_INPUT, GFilterInputStream)

struct _CsmGuestInput
{
  GFilterInputStream  parent_instance;
  CsmGuest           *guest;
};

static void csm_guest_input_pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE (CsmGuestConnection, csm_guest_connection, CSM_TYPE_SHELL_STREAM)
G_DEFINE_FINAL_TYPE_WITH_CODE (CsmGuestInput, csm_guest_input, G_TYPE_FILTER_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, csm_guest_input_pollable_init))

/* --- Input ------------------------------------------------------------------------------------------------------------------ */

static GPollableInputStream *
base_input (GPollableInputStream *stream)
{
  return G_POLLABLE_INPUT_STREAM (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream)));
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
  csm_shell_input_pollable_init (iface);
  iface->read_nonblocking = csm_guest_input_read_nonblocking;
}

/* --- The stream --------------------------------------------------------------------------------------------------------------- */

static void
csm_guest_connection_class_init (CsmGuestConnectionClass *klass)
{
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
  CsmGuestInput *input = g_object_new (CSM_TYPE_GUEST_INPUT, "base-stream", g_io_stream_get_input_stream (base), "close-base-stream", FALSE, NULL);

  input->guest = csm_guest_ref (guest);
  csm_shell_stream_wrap (CSM_SHELL_STREAM (self), base, G_INPUT_STREAM (input), g_object_ref (g_io_stream_get_output_stream (base)));
  return G_IO_STREAM (self);
}
