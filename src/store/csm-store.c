/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-store-private.h"

#include <unistd.h>

#include "csm-error.h"
#include "csm-id.h"
#include "csm-store-files.h"
#include "csm-store-resources.h"
#include "csm-tokenizer.h"

/* "Csmt" */
#define APPLICATION_ID 0x43736d74

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmStore, csm_store, G_TYPE_OBJECT)

/* SQLite 3.40 holds its JSON functions for unsafe in the views that full text reads; nobody but us writes this schema. */
static gboolean
connected (CsmDbConn  *conn,
           GError    **error)
{
  sqlite3_db_config (csm_db_conn_get_handle (conn), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, NULL);
  return csm_tokenizer_register (csm_db_conn_get_handle (conn), error) &&
         csm_record_register_functions (conn, error) &&
         csm_db_conn_exec (conn, "PRAGMA foreign_keys = ON; PRAGMA secure_delete = FAST; PRAGMA cache_size = -32000", error);
}

static const char * const migrations[] = {
  "/org/casement/store/migrations/001.sql",
  "/org/casement/store/migrations/002.sql",
  "/org/casement/store/migrations/003.sql",
  "/org/casement/store/migrations/004.sql",
  "/org/casement/store/migrations/005.sql",
  "/org/casement/store/migrations/006.sql",
  "/org/casement/store/migrations/007.sql",
  "/org/casement/store/migrations/008.sql",
  "/org/casement/store/migrations/009.sql",
  NULL,
};

/* The version that databases have when they are opened. */
guint
csm_store_schema_version (void)
{
  return G_N_ELEMENTS (migrations) - 1;
}

static const CsmDbSetup setup = { APPLICATION_ID, migrations, connected };

/* --- Jobs -------------------------------------------------------------------------------------------------------- */

/* What a transaction found out that has to be written, although it may only have read. */
typedef struct
{
  GArray    *restored;
  GPtrArray *used_tokens;
} Aftermath;

typedef struct
{
  CsmStore      *store; /* borrowed: the GTask or the blocked caller holds it */
  gboolean       write;
  CsmStoreFunc   func;
  gpointer       input;
  GDestroyNotify input_free;
  GDestroyNotify result_free;
  GArray        *touched;
  Aftermath     *aftermath;
} Job;

static void
aftermath_free (Aftermath *self)
{
  g_array_unref (self->restored);
  g_ptr_array_unref (self->used_tokens);
  g_free (self);
}

static void
job_clear (Job *job)
{
  if (job->input_free != NULL)
    job->input_free (job->input);
  g_clear_pointer (&job->touched, g_array_unref);
  g_clear_pointer (&job->aftermath, aftermath_free);
}

static void
job_free (Job *job)
{
  job_clear (job);
  g_free (job);
}

/* On a database thread. */
static gpointer
run_job (CsmDbConn     *conn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  Job *job = input;
  GError *local = NULL;
  CsmTxn txn;
  gpointer result;

  csm_txn_init (&txn, conn, job->store->schema, job->store->key, job->store->blob_dir, job->write);
  txn.projector = job->store->projector;
  txn.store = job->store;
  result = job->func (&txn, job->input, cancellable, &local);
  if (local == NULL && job->write && csm_txn_project (&txn, &local))
    csm_txn_settle (&txn, &local);
  if (local == NULL && txn.touched->len > 0)
    job->touched = g_array_ref (txn.touched);
  if (txn.restored->len > 0 || txn.used_tokens->len > 0)
    {
      job->aftermath = g_new0 (Aftermath, 1);
      job->aftermath->restored = g_array_ref (txn.restored);
      job->aftermath->used_tokens = g_ptr_array_ref (txn.used_tokens);
    }
  csm_txn_clear (&txn);
  if (local != NULL)
    g_propagate_error (error, local);
  return result;
}

static gpointer
write_aftermath (CsmTxn        *txn,
                 gpointer       input,
                 GCancellable  *cancellable,
                 GError       **error)
{
  Aftermath *aftermath = input;

  for (guint i = 0; i < aftermath->restored->len; i++)
    {
      if (!csm_txn_start_epoch (txn, &g_array_index (aftermath->restored, CsmRestored, i), error))
        return NULL;
    }
  for (guint i = 0; i < aftermath->used_tokens->len; i++)
    {
      if (!csm_txn_note_token (txn, g_ptr_array_index (aftermath->used_tokens, i), error))
        return NULL;
    }
  return NULL;
}

void
csm_store_emit_changed (CsmStore *self,
                        gint64    account,
                        guint     types)
{
  g_signal_emit (self, signals[CHANGED], 0, account, types);
}

/* A process that does not serve tells the one that does. */
static void
wake_server (CsmStore *self)
{
  if (g_atomic_int_get (&self->lock_fd) < 0)
    csm_store_touch_wake (self->directory);
}

/**
 * csm_store_run:
 * @self: a store
 * @write: whether @func writes; what it wrote is on the disk when this returns
 * @func: the transaction's work, called on a database thread
 * @input: (nullable): for @func; stays the caller's
 * @error: what @func set, or the commit's
 *
 * Runs one transaction and blocks until it is done. For command lines, worker threads and tests.
 *
 * Returns: (nullable): what @func returned; the caller's also when @error is set
 */
gpointer
csm_store_run (CsmStore      *self,
               gboolean       write,
               CsmStoreFunc   func,
               gpointer       input,
               GError       **error)
{
  Job job = { .store = self, .write = write, .func = func, .input = input };
  g_autoptr (GError) local = NULL;
  gpointer result = csm_db_run (self->db, write ? CSM_DB_WRITE_DURABLE : CSM_DB_READ, run_job, &job, &local);

  if (local == NULL && job.touched != NULL)
    {
      csm_store_raise_marks (self, job.touched, TRUE);
      csm_store_tell_later (self, job.touched);
      wake_server (self);
    }
  if (job.aftermath != NULL)
    csm_store_run (self, TRUE, write_aftermath, job.aftermath, NULL);
  job_clear (&job);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return result;
}

/* A result that has to wait: what it says is only true when something else has been written. */
typedef struct
{
  gpointer value;
  GError  *error;
} Late;

static void
return_value (GTask    *task,
              gpointer  value,
              GError   *error)
{
  Job *job = g_task_get_task_data (task);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, value, job->result_free);
}

static void
on_epoch (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree Late *late = g_object_steal_data (G_OBJECT (task), "late");
  g_autoptr (GError) error = NULL;

  csm_store_run_finish (CSM_STORE (object), result, &error);
  if (error != NULL)
    g_warning ("no new epoch could be begun: %s", error->message);
  return_value (task, late->value, late->error);
}

static void
run_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  CsmStore *self = g_task_get_source_object (task);
  Job *job = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gpointer value = csm_db_run_finish (CSM_DB (object), result, &error);

  if (error == NULL && job->touched != NULL)
    {
      csm_store_raise_marks (self, job->touched, FALSE);
      if (g_main_context_is_owner (self->context))
        csm_store_tell (self, job->touched);
      else
        csm_store_tell_later (self, job->touched);
      wake_server (self);
    }
  if (job->aftermath != NULL && job->aftermath->restored->len > 0)
    {
      Late *late = g_new0 (Late, 1);

      /* Whoever is told that changes can't be calculated begins anew: in the new epoch, or they could not tell why. */
      late->value = value;
      late->error = g_steal_pointer (&error);
      g_object_set_data (G_OBJECT (task), "late", late);
      csm_store_run_async (self, TRUE, write_aftermath, g_steal_pointer (&job->aftermath), (GDestroyNotify) aftermath_free, NULL, NULL,
                           on_epoch, g_steal_pointer (&task));
      return;
    }
  if (job->aftermath != NULL)
    csm_store_run_async (self, TRUE, write_aftermath, g_steal_pointer (&job->aftermath), (GDestroyNotify) aftermath_free, NULL, NULL, NULL, NULL);
  return_value (task, value, g_steal_pointer (&error));
}

/**
 * csm_store_run_async:
 * @self: a store
 * @write: whether @func writes; what it wrote is on the disk when @callback is called
 * @func: the transaction's work, called on a database thread
 * @input: (nullable): for @func
 * @input_free: (nullable): frees @input, in the caller's main context
 * @result_free: (nullable): frees a result that nobody takes
 * @cancellable: (nullable): interrupts the work
 * @callback: (nullable): called in the caller's main context; "changed" has been emitted when that is the store's
 * @user_data: for @callback
 *
 * Runs one transaction without waiting for it.
 */
void
csm_store_run_async (CsmStore            *self,
                     gboolean             write,
                     CsmStoreFunc         func,
                     gpointer             input,
                     GDestroyNotify       input_free,
                     GDestroyNotify       result_free,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->store = self;
  job->write = write;
  job->func = func;
  job->input = input;
  job->input_free = input_free;
  job->result_free = result_free;
  g_task_set_source_tag (task, csm_store_run_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  csm_db_run_async (self->db, write ? CSM_DB_WRITE_DURABLE : CSM_DB_READ, G_PRIORITY_DEFAULT, run_job, job, NULL, result_free,
                    cancellable, run_cb, task);
}

/**
 * csm_store_run_finish:
 * @self: a store
 * @result: what the callback got
 * @error: the job's
 *
 * Returns: (transfer full) (nullable): what the function returned
 */
gpointer
csm_store_run_finish (CsmStore      *self,
                      GAsyncResult  *result,
                      GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Opening ------------------------------------------------------------------------------------------------------- */

static CsmDb *
open_database (const char  *directory,
               GError     **error)
{
  g_autofree char *path = g_build_filename (directory, CSM_STORE_DATABASE, NULL);
  g_autoptr (CsmDb) db = NULL;
  static gsize registered;

  /* The linker drops a constructor that nothing refers to. */
  if (g_once_init_enter (&registered))
    {
      csm_store_register_resource ();
      g_once_init_leave (&registered, 1);
    }
  db = csm_db_new (path, &setup);
  return csm_db_wait_open (db, error) ? g_steal_pointer (&db) : NULL;
}

static gpointer
add_workspace (CsmDbConn     *conn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  g_autofree char *id = csm_id_new ('W');
  CsmTxn txn;

  csm_txn_init (&txn, conn, NULL, NULL, NULL, TRUE);
  if (csm_db_conn_get_int (conn, error, 0, "SELECT count (*) FROM account", NULL) > 0)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_EXISTS, "there is a workspace already");
  else if (*error == NULL)
    csm_txn_add_account (&txn, id, input, NULL, error);
  csm_txn_clear (&txn);
  return NULL;
}

/**
 * csm_store_create:
 * @data_dir: the data directory; made with mode 0700 when missing
 * @workspace_name: what people call the workspace
 * @error: `CSM_ERROR_EXISTS` when there is a workspace already
 *
 * Makes a data directory with its database, secret key and folder of blobs. Blocks.
 *
 * Returns: whether it worked
 */
gboolean
csm_store_create (const char  *data_dir,
                  const char  *workspace_name,
                  GError     **error)
{
  g_autoptr (CsmDb) db = NULL;
  g_autoptr (GError) local = NULL;

  if (!csm_store_make_files (data_dir, error))
    return FALSE;
  db = open_database (data_dir, error);
  if (db == NULL)
    return FALSE;
  csm_db_run (db, CSM_DB_WRITE_DURABLE, add_workspace, (gpointer) workspace_name, &local);
  csm_db_close (db);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gpointer
find_workspace (CsmTxn        *txn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  g_autoptr (CsmAccountRow) row = csm_txn_account_of (txn, NULL, error);

  return row != NULL ? g_steal_pointer (&row->id) : NULL;
}

/**
 * csm_store_open:
 * @data_dir: a data directory
 * @error: `CSM_ERROR_NOT_FOUND` when it holds no workspace, `CSM_ERROR_DATABASE_NEWER`
 *
 * Opens a workspace and migrates its database. Blocks. Several processes may have one open. "changed" is emitted in the
 * caller's main context.
 *
 * Returns: (transfer full): the store
 */
CsmStore *
csm_store_open (const char  *data_dir,
                GError     **error)
{
  g_autoptr (CsmStore) self = g_object_new (CSM_TYPE_STORE, NULL);
  g_autofree char *path = g_build_filename (data_dir, CSM_STORE_DATABASE, NULL);
  g_autofree char *workspace_id = NULL;

  self->directory = g_strdup (data_dir);
  self->blob_dir = g_build_filename (data_dir, CSM_STORE_BLOBS, NULL);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, "there is no workspace in %s", data_dir);
      return NULL;
    }
  if (!csm_store_read_key (data_dir, self->key, error))
    return NULL;
  self->db = open_database (data_dir, error);
  workspace_id = self->db != NULL ? csm_store_run (self, FALSE, find_workspace, NULL, error) : NULL;
  if (workspace_id == NULL || !csm_store_open_marks (self, workspace_id, error) || !csm_store_start_watch (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * csm_store_lock:
 * @self: a store
 * @error: `CSM_ERROR_DATABASE_BUSY` when another process serves this directory
 *
 * Takes what the serving process holds until it ends.
 *
 * Returns: whether it worked
 */
gboolean
csm_store_lock (CsmStore  *self,
                GError   **error)
{
  int fd;

  if (self->lock_fd >= 0)
    return TRUE;
  fd = csm_store_take_lock (self->directory, error);
  g_atomic_int_set (&self->lock_fd, fd);
  return fd >= 0;
}

/**
 * csm_store_get_directory:
 * @self: a store
 *
 * Returns: (transfer none): its data directory
 */
const char *
csm_store_get_directory (CsmStore *self)
{
  return self->directory;
}

/**
 * csm_store_set_projector:
 * @self: a store that nothing was run in yet
 * @projector: what follows each write into the accounts of partners
 *
 * Where there are such accounts, a store without a projector can't write what is shared with them.
 */
void
csm_store_set_projector (CsmStore     *self,
                         CsmProjector  projector)
{
  self->projector = projector;
}

/**
 * csm_store_wake_others:
 * @self: a store
 *
 * Lets a serving process look for what has changed. A commit in a process that does not serve does so by itself.
 */
void
csm_store_wake_others (CsmStore *self)
{
  csm_store_touch_wake (self->directory);
}

/* --- The class --------------------------------------------------------------------------------------------------------- */

static void
csm_store_finalize (GObject *object)
{
  CsmStore *self = CSM_STORE (object);

  if (self->monitor != NULL)
    g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);
  if (self->db != NULL)
    csm_db_close (self->db);
  g_clear_object (&self->db);
  g_clear_pointer (&self->high_water, csm_high_water_free);
  csm_schema_free (self->schema);
  g_hash_table_unref (self->known);
  g_main_context_unref (self->context);
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_free (self->directory);
  g_free (self->blob_dir);
  G_OBJECT_CLASS (csm_store_parent_class)->finalize (object);
}

static void
csm_store_class_init (CsmStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_store_finalize;

  /**
   * CsmStore::changed:
   * @self: a store
   * @account: an account's rowid
   * @types: the types, as 1 << #CsmTypeId
   *
   * After a commit, of this process or another, in the main context where the store was opened: records of these types changed.
   */
  signals[CHANGED] = g_signal_new ("changed", CSM_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_UINT);
}

static void
csm_store_init (CsmStore *self)
{
  self->schema = csm_schema_new ();
  self->known = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->context = g_main_context_ref_thread_default ();
  self->lock_fd = -1;
  csm_store_set_retention (self, CSM_STORE_RETENTION_DAYS);
}
