/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-account-private.h"

#include <glib/gi18n-lib.h>

#include "csm-cache-sync.h"
#include "csm-preparer.h"

/* What an account has on this computer, and what it fetches when somebody asks. */

static gboolean
is_connected (CsmAccount *self)
{
  CsmAccountState state = csm_account_get_state (self);

  return state == CSM_ACCOUNT_SYNCED || state == CSM_ACCOUNT_SYNCING;
}

/* --- one case -------------------------------------------------------------------------------------------------------------- */

static void
on_case (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  CsmAccount *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (csm_puller_fetch_case_finish (csm_account_get_puller (self), result, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED))
    {
      g_clear_error (&error);
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, _("The connection to the server was lost"));
    }
  g_task_return_error (task, error);
}

/**
 * csm_account_fetch_case_async:
 * @self: an account
 * @case_id: a case
 * @c: (nullable): a cancellable
 * @cb: called when its messages are in the cache
 * @data: for @cb
 */
void
csm_account_fetch_case_async (CsmAccount          *self,
                              const char          *case_id,
                              GCancellable        *c,
                              GAsyncReadyCallback  cb,
                              gpointer             data)
{
  g_autoptr (GTask) task = g_task_new (self, c, cb, data);

  g_task_set_source_tag (task, csm_account_fetch_case_async);
  if (!is_connected (self))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "%s", _("The messages of this case are not on this computer: they need the network"));
      return;
    }
  csm_puller_fetch_case_async (csm_account_get_puller (self), case_id, c, on_case, g_steal_pointer (&task));
}

/**
 * csm_account_fetch_case_finish:
 * @self: an account
 * @result: what the callback got
 * @error: `G_IO_ERROR_NOT_CONNECTED` with a sentence for people: it needs the network
 *
 * Returns: whether the messages of the case are in the cache
 */
gboolean
csm_account_fetch_case_finish (CsmAccount    *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- before a trip ----------------------------------------------------------------------------------------------------------- */

static void
on_prepared (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  CsmPreparation preparation;

  if (csm_preparer_run_finish (CSM_PREPARER (source), result, &preparation, &error))
    g_task_return_pointer (task, g_memdup2 (&preparation, sizeof preparation), g_free);
  else
    g_task_return_error (task, error);
}

/**
 * csm_account_prepare_offline_async:
 * @self: an account
 * @c: (nullable): stops it; what has been fetched stays
 * @progress: (nullable) (scope notified): called with what is done, and of how much
 * @progress_data: for @progress
 * @cb: called when there is nothing more to fetch
 * @data: for @cb
 */
void
csm_account_prepare_offline_async (CsmAccount          *self,
                                   GCancellable        *c,
                                   CsmPrepareProgress   progress,
                                   gpointer             progress_data,
                                   GAsyncReadyCallback  cb,
                                   gpointer             data)
{
  g_autoptr (GTask) task = g_task_new (self, c, cb, data);
  g_autoptr (CsmPreparer) preparer = NULL;

  g_task_set_source_tag (task, csm_account_prepare_offline_async);
  if (!is_connected (self))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "%s", _("The server can't be reached"));
      return;
    }
  preparer = csm_preparer_new (self);
  csm_preparer_run_async (preparer, c, progress, progress_data, on_prepared, g_steal_pointer (&task));
}

/**
 * csm_account_prepare_offline_finish:
 * @self: an account
 * @result: what the callback got
 * @preparation: (out caller-allocates): what is here now
 * @error: `G_IO_ERROR_NOT_CONNECTED`, `G_IO_ERROR_CANCELLED`, …, with a sentence for people
 *
 * Returns: whether it went through; what is missing is no error
 */
gboolean
csm_account_prepare_offline_finish (CsmAccount      *self,
                                    GAsyncResult    *result,
                                    CsmPreparation  *preparation,
                                    GError         **error)
{
  g_autofree CsmPreparation *found = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  found = g_task_propagate_pointer (G_TASK (result), error);
  if (found == NULL)
    return FALSE;
  *preparation = *found;
  return TRUE;
}

/* --- after a restored backup ----------------------------------------------------------------------------------------------------- */

static void
on_listed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GPtrArray *list = csm_cache_list_lost_finish (CSM_CACHE (source), result, &error);

  if (list != NULL)
    g_task_return_pointer (task, list, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

/**
 * csm_account_list_lost_async:
 * @self: an account
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * What vanished when the server was restored from a backup, and is still here.
 */
void
csm_account_list_lost_async (CsmAccount          *self,
                             GCancellable        *c,
                             GAsyncReadyCallback  cb,
                             gpointer             data)
{
  GTask *task = g_task_new (self, c, cb, data);

  g_task_set_source_tag (task, csm_account_list_lost_async);
  csm_cache_list_lost_async (csm_account_get_cache (self), c, on_listed, task);
}

/**
 * csm_account_list_lost_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmLostRecord): the newest first
 */
GPtrArray *
csm_account_list_lost_finish (CsmAccount    *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
return_boolean (GTask    *task,
                gboolean  worked,
                GError   *error)
{
  if (worked)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}

static void
on_restored (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  GError *error = NULL;
  gboolean worked = csm_cache_restore_lost_finish (CSM_CACHE (source), result, &error);

  return_boolean (user_data, worked, error);
}

/**
 * csm_account_restore_lost_async:
 * @self: an account
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Makes what can be made again, as operations with the same ids; the rest stays in the list.
 */
void
csm_account_restore_lost_async (CsmAccount          *self,
                                GCancellable        *c,
                                GAsyncReadyCallback  cb,
                                gpointer             data)
{
  GTask *task = g_task_new (self, c, cb, data);

  g_task_set_source_tag (task, csm_account_restore_lost_async);
  csm_cache_restore_lost_async (csm_account_get_cache (self), _("Restore"), c, on_restored, task);
}

/**
 * csm_account_restore_lost_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_account_restore_lost_finish (CsmAccount    *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_discarded (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  GError *error = NULL;
  gboolean worked = csm_cache_discard_lost_finish (CSM_CACHE (source), result, &error);

  return_boolean (user_data, worked, error);
}

/**
 * csm_account_discard_lost_async:
 * @self: an account
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Forgets all that vanished.
 */
void
csm_account_discard_lost_async (CsmAccount          *self,
                                GCancellable        *c,
                                GAsyncReadyCallback  cb,
                                gpointer             data)
{
  GTask *task = g_task_new (self, c, cb, data);

  g_task_set_source_tag (task, csm_account_discard_lost_async);
  csm_cache_discard_lost_async (csm_account_get_cache (self), c, on_discarded, task);
}

/**
 * csm_account_discard_lost_finish:
 * @self: an account
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_account_discard_lost_finish (CsmAccount    *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
