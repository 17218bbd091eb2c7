/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A connection around another one, which it closes with itself. */
#define CSM_TYPE_SHELL_STREAM (csm_shell_stream_get_type ())
G_DECLARE_DERIVABLE_TYPE (CsmShellStream, csm_shell_stream, CSM, SHELL_STREAM, GIOStream)

struct _CsmShellStreamClass
{
  GIOStreamClass parent_class;
};

void csm_shell_stream_wrap          (CsmShellStream                 *self,
                                     GIOStream                      *base,
                                     GInputStream                   *input,
                                     GOutputStream                  *output);
void csm_shell_input_pollable_init  (GPollableInputStreamInterface  *iface);
void csm_shell_output_pollable_init (GPollableOutputStreamInterface *iface);

G_END_DECLS
