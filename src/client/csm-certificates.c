/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-certificates.h"

#include <string.h>

static void
load_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  GTlsDatabase *database = g_tls_backend_get_default_database (g_tls_backend_get_default ());

  /* It keeps them. */
  g_clear_object (&database);
  g_task_return_boolean (task, TRUE);
}

/**
 * csm_certificates_load_async:
 * @url: of a server
 * @cancellable: (nullable): a cancellable
 * @callback: called when it can be connected to
 * @user_data: for @callback
 *
 * Has a thread read the certificates that this computer trusts, where they are needed. GIO reads them with the first connection, which keeps
 * everybody waiting for 10 ms and more.
 */
void
csm_certificates_load_async (const char          *url,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, csm_certificates_load_async);
  if (g_ascii_strncasecmp (url, "https:", strlen ("https:")) == 0)
    g_task_run_in_thread (task, load_thread);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * csm_certificates_load_finish:
 * @result: what the callback got
 * @error: `G_IO_ERROR_CANCELLED`
 *
 * Returns: whether to go on
 */
gboolean
csm_certificates_load_finish (GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
