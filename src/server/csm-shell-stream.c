/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-shell-stream.h"

typedef struct
{
  GIOStream     *base;
  GInputStream  *input;
  GOutputStream *output;
} CsmShellStreamPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (CsmShellStream, csm_shell_stream, G_TYPE_IO_STREAM)

static CsmShellStreamPrivate *
private_of (gpointer stream)
{
  return csm_shell_stream_get_instance_private (CSM_SHELL_STREAM (stream));
}

static GIOStream *
base_of (GIOStream *stream)
{
  return private_of (stream)->base;
}

/* --- Input ----------------------------------------------------------------------------------------------------- */

static GPollableInputStream *
base_input (GPollableInputStream *stream)
{
  return G_POLLABLE_INPUT_STREAM (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream)));
}

static gboolean
shell_input_can_poll (GPollableInputStream *stream)
{
  return g_pollable_input_stream_can_poll (base_input (stream));
}

static gboolean
shell_input_is_readable (GPollableInputStream *stream)
{
  return g_pollable_input_stream_is_readable (base_input (stream));
}

static GSource *
shell_input_create_source (GPollableInputStream *stream,
                           GCancellable         *cancellable)
{
  g_autoptr (GSource) base = g_pollable_input_stream_create_source (base_input (stream), cancellable);

  return g_pollable_source_new_full (stream, base, cancellable);
}

/**
 * csm_shell_input_pollable_init:
 * @iface: of a filter around a pollable stream, which reads by itself
 *
 * Asks what is inside of it.
 */
void
csm_shell_input_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->can_poll = shell_input_can_poll;
  iface->is_readable = shell_input_is_readable;
  iface->create_source = shell_input_create_source;
}

/* --- Output ---------------------------------------------------------------------------------------------------- */

static GPollableOutputStream *
base_output (GPollableOutputStream *stream)
{
  return G_POLLABLE_OUTPUT_STREAM (g_filter_output_stream_get_base_stream (G_FILTER_OUTPUT_STREAM (stream)));
}

static gboolean
shell_output_can_poll (GPollableOutputStream *stream)
{
  return g_pollable_output_stream_can_poll (base_output (stream));
}

static gboolean
shell_output_is_writable (GPollableOutputStream *stream)
{
  return g_pollable_output_stream_is_writable (base_output (stream));
}

static GSource *
shell_output_create_source (GPollableOutputStream *stream,
                            GCancellable          *cancellable)
{
  g_autoptr (GSource) base = g_pollable_output_stream_create_source (base_output (stream), cancellable);

  return g_pollable_source_new_full (stream, base, cancellable);
}

/**
 * csm_shell_output_pollable_init:
 * @iface: of a filter around a pollable stream, which writes by itself
 *
 * Asks what is inside of it.
 */
void
csm_shell_output_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->can_poll = shell_output_can_poll;
  iface->is_writable = shell_output_is_writable;
  iface->create_source = shell_output_create_source;
}

/* --- The stream -------------------------------------------------------------------------------------------------- */

static GInputStream *
csm_shell_stream_get_input_stream (GIOStream *stream)
{
  return private_of (stream)->input;
}

static GOutputStream *
csm_shell_stream_get_output_stream (GIOStream *stream)
{
  return private_of (stream)->output;
}

static gboolean
csm_shell_stream_close (GIOStream     *stream,
                        GCancellable  *cancellable,
                        GError       **error)
{
  return g_io_stream_close (base_of (stream), cancellable, error);
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
csm_shell_stream_close_async (GIOStream           *stream,
                              int                  priority,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task = g_task_new (stream, cancellable, callback, user_data);

  g_task_set_source_tag (task, csm_shell_stream_close_async);
  g_io_stream_close_async (base_of (stream), priority, cancellable, closed_cb, task);
}

static gboolean
csm_shell_stream_close_finish (GIOStream     *stream,
                               GAsyncResult  *result,
                               GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
csm_shell_stream_finalize (GObject *object)
{
  CsmShellStreamPrivate *private = private_of (object);

  g_clear_object (&private->input);
  g_clear_object (&private->output);
  g_clear_object (&private->base);
  G_OBJECT_CLASS (csm_shell_stream_parent_class)->finalize (object);
}

static void
csm_shell_stream_class_init (CsmShellStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = csm_shell_stream_finalize;
  stream_class->get_input_stream = csm_shell_stream_get_input_stream;
  stream_class->get_output_stream = csm_shell_stream_get_output_stream;
  stream_class->close_fn = csm_shell_stream_close;
  stream_class->close_async = csm_shell_stream_close_async;
  stream_class->close_finish = csm_shell_stream_close_finish;
}

static void
csm_shell_stream_init (CsmShellStream *self)
{
}

/**
 * csm_shell_stream_wrap:
 * @self: a new stream
 * @base: what it is around
 * @input: (transfer full): what is read from
 * @output: (transfer full): what is written to
 */
void
csm_shell_stream_wrap (CsmShellStream *self,
                       GIOStream      *base,
                       GInputStream   *input,
                       GOutputStream  *output)
{
  CsmShellStreamPrivate *private = private_of (self);

  private->base = g_object_ref (base);
  private->input = input;
  private->output = output;
}
