/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-command.h"

#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "csm-serve.h"
#include "csm-store-files.h"

static gpointer
begin_copy (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  csm_txn_begin_copy (txn, 0, error);
  return NULL;
}

/* A computer that was set back with its file of marks knows nothing of it: an admin has to say so, before anything is sent. */
static gboolean
take_for_copy (CsmInvocation  *invocation,
               CsmStore       *store,
               GError        **error)
{
  int serving = csm_store_take_lock (invocation->data_dir, error);

  if (serving < 0)
    return FALSE;
  csm_store_run (store, TRUE, begin_copy, NULL, error);
  close (serving);
  if (*error != NULL)
    return FALSE;
  g_message ("the data is taken for an older copy: what waited to be sent waits for people, and everybody fetches anew");
  return TRUE;
}

/**
 * csm_command_serve:
 * @invocation: `serve [--listen HOST:PORT] [--restored] …`
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
  ok = store != NULL && (!options.restored || take_for_copy (invocation, store, error));
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
