/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-preparer.h"

#include <glib/gi18n-lib.h>

#include "csm-account-private.h"
#include "csm-cache-sync.h"

struct _CsmPreparer
{
  GObject             parent_instance;
  CsmAccount         *account;
  CsmCache           *cache;
  GTask              *task;
  GCancellable       *cancellable;
  gulong              stored_id;
  gulong              finished_id;
  gulong              failed_id;
  CsmPrepareProgress  progress;
  gpointer            progress_data;
  GPtrArray          *files;   /* CsmWantedFile */
  guint               next;    /* of these */
  guint               done;
  guint               n_wanted;
  guint64             room;    /* bytes that files may take; G_MAXUINT64: any */
  CsmPreparation      result;
};

G_DEFINE_FINAL_TYPE (CsmPreparer, csm_preparer, G_TYPE_OBJECT)

static void fetch_next (CsmPreparer *self);

static void
disconnect (CsmPreparer *self)
{
  CsmPuller *puller = csm_account_get_puller (self->account);

  g_clear_signal_handler (&self->stored_id, puller);
  g_clear_signal_handler (&self->finished_id, puller);
  g_clear_signal_handler (&self->failed_id, self->account);
}

static void
csm_preparer_dispose (GObject *object)
{
  CsmPreparer *self = CSM_PREPARER (object);

  if (self->account != NULL)
    disconnect (self);
  g_clear_object (&self->account);
  g_clear_object (&self->cache);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  G_OBJECT_CLASS (csm_preparer_parent_class)->dispose (object);
}

static void
csm_preparer_class_init (CsmPreparerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_preparer_dispose;
}

static void
csm_preparer_init (CsmPreparer *self)
{
}

/**
 * csm_preparer_new:
 * @account: whose cases and files
 *
 * Returns: (transfer full): a preparer, for one run
 */
CsmPreparer *
csm_preparer_new (CsmAccount *account)
{
  CsmPreparer *self = g_object_new (CSM_TYPE_PREPARER, NULL);

  self->account = g_object_ref (account);
  self->cache = g_object_ref (csm_account_get_cache (account));
  return self;
}

static void
tell (CsmPreparer *self)
{
  guint total = self->n_wanted + (self->files != NULL ? self->files->len : 0);

  if (self->progress != NULL)
    self->progress (MIN (self->done, total), total, self->progress_data);
}

/* Takes @error. */
static void
end (CsmPreparer *self,
     GError      *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  disconnect (self);
  if (task == NULL)
    g_clear_error (&error);
  else if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* Whether it was stopped; then it has ended. */
static gboolean
is_over (CsmPreparer *self)
{
  GError *error = NULL;

  if (self->task == NULL)
    return TRUE;
  if (!g_cancellable_set_error_if_cancelled (self->cancellable, &error))
    return FALSE;
  end (self, error);
  return TRUE;
}

/* --- the report ---------------------------------------------------------------------------------------------------------------- */

static void
on_measured (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (CsmPreparer) self = user_data;
  GError *error = NULL;
  CsmCacheSize size;

  if (csm_cache_measure_finish (self->cache, result, &size, &error))
    self->result.n_cases = size.n_resident_cases;
  end (self, error);
}

static void
on_left (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (CsmPreparer) self = user_data;
  g_autoptr (CsmWantedCases) wanted = csm_cache_load_wanted_finish (self->cache, result, NULL);

  if (is_over (self))
    return;
  if (wanted != NULL)
    self->result.n_missing += wanted->n_left;
  csm_cache_measure_async (self->cache, NULL, on_measured, g_object_ref (self));
}

/* --- files ----------------------------------------------------------------------------------------------------------------------- */

static void
on_file (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (CsmPreparer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = csm_account_fetch_blob_finish (self->account, result, &error);
  CsmWantedFile *file = g_ptr_array_index (self->files, self->next - 1);

  if (is_over (self))
    return;
  if (path != NULL)
    {
      self->result.n_files++;
      self->result.bytes += (guint64) MAX (file->size, 0);
    }
  else
    {
      g_debug ("a file is missing: %s", error->message);
      self->result.n_missing++;
    }
  self->done++;
  tell (self);
  fetch_next (self);
}

static void
fetch_next (CsmPreparer *self)
{
  while (self->next < self->files->len)
    {
      CsmWantedFile *file = g_ptr_array_index (self->files, self->next++);

      if ((guint64) MAX (file->size, 0) <= self->room)
        {
          if (self->room != G_MAXUINT64)
            self->room -= (guint64) MAX (file->size, 0);
          csm_account_fetch_blob_async (self->account, file->blob_id, file->type, file->name, self->cancellable, on_file, g_object_ref (self));
          return;
        }
      self->result.n_missing++;
      self->done++;
    }
  tell (self);
  csm_cache_load_wanted_async (self->cache, 1, TRUE, NULL, on_left, g_object_ref (self));
}

static void
on_files (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (CsmPreparer) self = user_data;
  GError *error = NULL;
  GPtrArray *files = csm_cache_load_wanted_files_finish (self->cache, result, &error);

  if (is_over (self))
    {
      g_clear_pointer (&files, g_ptr_array_unref);
      g_clear_error (&error);
      return;
    }
  if (files == NULL)
    {
      end (self, error);
      return;
    }
  self->files = files;
  self->done = self->n_wanted;
  tell (self);
  fetch_next (self);
}

static void
on_room (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (CsmPreparer) self = user_data;
  guint64 budget = csm_cache_get_budget (self->cache);
  CsmCacheSize size = { 0 };

  if (is_over (self))
    return;
  self->room = G_MAXUINT64;
  if (csm_cache_measure_finish (self->cache, result, &size, NULL) && budget > 0)
    self->room = budget > size.bytes ? budget - size.bytes : 0;
  csm_cache_load_wanted_files_async (self->cache, NULL, on_files, g_object_ref (self));
}

/* --- messages -------------------------------------------------------------------------------------------------------------------- */

static void
on_stored (CsmPreparer *self,
           guint        n_cases)
{
  self->done = MIN (self->done + n_cases, self->n_wanted);
  tell (self);
}

static void
on_finished (CsmPreparer *self)
{
  disconnect (self);
  if (!is_over (self))
    csm_cache_measure_async (self->cache, NULL, on_room, g_object_ref (self));
}

static void
on_state (CsmPreparer *self)
{
  CsmAccountState state = csm_account_get_state (self->account);

  if (state != CSM_ACCOUNT_SYNCED && state != CSM_ACCOUNT_SYNCING)
    end (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, _("The connection to the server was lost")));
}

static void
on_wanted (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (CsmPreparer) self = user_data;
  CsmPuller *puller = csm_account_get_puller (self->account);
  g_autoptr (CsmWantedCases) wanted = csm_cache_load_wanted_finish (self->cache, result, NULL);

  if (is_over (self))
    return;
  self->n_wanted = wanted != NULL ? wanted->n_left : 0;
  tell (self);
  self->stored_id = g_signal_connect_object (puller, "stored", G_CALLBACK (on_stored), self, G_CONNECT_SWAPPED);
  self->finished_id = g_signal_connect_object (puller, "finished", G_CALLBACK (on_finished), self, G_CONNECT_SWAPPED);
  self->failed_id = g_signal_connect_object (self->account, "notify::state", G_CALLBACK (on_state), self, G_CONNECT_SWAPPED);
  csm_puller_pull (puller, CSM_ALL_TYPES);
}

/**
 * csm_preparer_run_async:
 * @self: a preparer that did not run yet
 * @cancellable: (nullable): stops it
 * @progress: (nullable): called with what is done
 * @progress_data: for @progress
 * @callback: gets the result
 * @user_data: for @callback
 *
 * What can't be had is counted as missing; only a lost connection is an error. Main thread.
 */
void
csm_preparer_run_async (CsmPreparer         *self,
                        GCancellable        *cancellable,
                        CsmPrepareProgress   progress,
                        gpointer             progress_data,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  self->task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->task, csm_preparer_run_async);
  g_set_object (&self->cancellable, cancellable);
  self->progress = progress;
  self->progress_data = progress_data;
  csm_cache_load_wanted_async (self->cache, 1, TRUE, NULL, on_wanted, g_object_ref (self));
}

/**
 * csm_preparer_run_finish:
 * @self: a preparer
 * @result: what the callback got
 * @preparation: (out caller-allocates): what is here now
 * @error: return location
 *
 * Returns: whether it went through; what is missing is no error
 */
gboolean
csm_preparer_run_finish (CsmPreparer     *self,
                         GAsyncResult    *result,
                         CsmPreparation  *preparation,
                         GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  *preparation = self->result;
  return g_task_propagate_boolean (G_TASK (result), error);
}
