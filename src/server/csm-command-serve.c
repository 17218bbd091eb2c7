/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-server"
#include "config.h"
#include "csm-command.h"

#include "csm-serve.h"

/**
 * csm_command_serve:
 * @invocation: `serve [--listen HOST:PORT] …`
 * @error: return location
 *
 * Returns: whether it served until it was asked to end
 */
gboolean
csm_command_serve (CsmInvocation  *invocation,
                   GError        **error)
{
  CsmServeOptions options = { 0 };
  g_autofree GOptionEntry *entries = csm_serve_options_entries (&options);
  g_autoptr (CsmStore) store = NULL;
  gboolean ok = csm_command_parse (invocation, entries, 0, 0, error);

  /* Opened and closed for what there is to say when it can't be. */
  if (ok)
    store = csm_command_open (invocation, error);
  ok = store != NULL;
  g_clear_object (&store);
  if (ok)
    {
      options.data_dir = invocation->data_dir;
      options.reader = csm_command_reader ();
      invocation->status = csm_serve_run (&options, error);
      ok = *error == NULL;
    }
  csm_serve_options_clear (&options);
  return ok;
}
