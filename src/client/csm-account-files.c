/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-client"
#include "config.h"
#include "csm-account-private.h"

#include <glib/gi18n-lib.h>

/* The files of an account: attachments that come and go. */

/* RFC 6570, level 1: what the Session's addresses are made of. */
static char *
expand (const char *address,
        const char *account,
        const char *blob_id,
        const char *type,
        const char *name)
{
  const char *variables[][2] = { { "{accountId}", account }, { "{blobId}", blob_id }, { "{type}", type }, { "{name}", name } };
  g_autoptr (GString) url = g_string_new (address);

  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      g_autofree char *escaped = g_uri_escape_string (variables[i][1] != NULL ? variables[i][1] : "", NULL, FALSE);

      g_string_replace (url, variables[i][0], escaped, 0);
    }
  return g_string_free (g_steal_pointer (&url), FALSE);
}

static void
on_fetched (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *path = csm_blob_files_fetch_finish (CSM_BLOB_FILES (source), result, &error);

  if (path != NULL)
    g_task_return_pointer (task, path, g_free);
  else
    g_task_return_error (task, error);
}

void
csm_account_fetch_blob_async (CsmAccount          *self,
                              const char          *blob_id,
                              const char          *type,
                              const char          *name,
                              GCancellable        *c,
                              GAsyncReadyCallback  cb,
                              gpointer             data)
{
  const CsmRemoteSession *session = csm_connection_get_session (csm_account_get_connection (self));
  GTask *task = g_task_new (self, c, cb, data);
  g_autoptr (SoupMessage) message = NULL;

  g_task_set_source_tag (task, csm_account_fetch_blob_async);
  if (session != NULL)
    {
      g_autofree char *url = expand (session->download_url, session->workspace_account, blob_id, type, name != NULL && *name != '\0' ? name : "file");

      message = csm_connection_new_message (csm_account_get_connection (self), "GET", url);
    }
  csm_blob_files_fetch_async (csm_account_get_blob_files (self), csm_connection_get_soup (csm_account_get_connection (self)), message, blob_id, name, c, on_fetched, task);
}

char *
csm_account_fetch_blob_finish (CsmAccount    *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_uploaded (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  JsonObject *attachment = csm_blob_files_upload_finish (CSM_BLOB_FILES (source), result, &error);

  if (attachment != NULL)
    g_task_return_pointer (task, attachment, (GDestroyNotify) json_object_unref);
  else
    g_task_return_error (task, error);
}

void
csm_account_upload_async (CsmAccount          *self,
                          GFile               *file,
                          GCancellable        *c,
                          GAsyncReadyCallback  cb,
                          gpointer             data)
{
  const CsmRemoteSession *session = csm_connection_get_session (csm_account_get_connection (self));
  GTask *task = g_task_new (self, c, cb, data);
  g_autoptr (SoupMessage) message = NULL;

  g_task_set_source_tag (task, csm_account_upload_async);
  if (session != NULL)
    {
      g_autofree char *url = expand (session->upload_url, session->workspace_account, NULL, NULL, NULL);

      message = csm_connection_new_message (csm_account_get_connection (self), "POST", url);
    }
  if (message == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "%s", _("Files can be attached when the server can be reached"));
      g_object_unref (task);
      return;
    }
  csm_blob_files_upload_async (csm_account_get_blob_files (self), csm_connection_get_soup (csm_account_get_connection (self)), message, file, c, on_uploaded, task);
}

JsonObject *
csm_account_upload_finish (CsmAccount    *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
