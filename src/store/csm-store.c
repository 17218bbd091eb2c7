/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-store"
#include "config.h"
#include "csm-store.h"

#include <string.h>
#include <unistd.h>

#include "csm-blob-store.h"
#include "csm-db.h"
#include "csm-error.h"
#include "csm-id.h"
#include "csm-store-files.h"
#include "csm-store-resources.h"
#include "csm-tokenizer.h"
#include "csm-txn-private.h"

/* "Csmt" */
#define APPLICATION_ID 0x43736d74

/* At most this long behind another process's writes. */
#define WAKE_DELAY_MS 50

typedef struct
{
  gint64 account;
  gint64 modseqs[CSM_N_TYPES];
} Known;

struct _CsmStore
{
  GObject       parent_instance;
  char         *directory;
  char         *blob_dir;
  guint8        key[CSM_STORE_KEY_LENGTH];
  CsmSchema    *schema;
  CsmDb        *db;
  GMainContext *context;
  GFileMonitor *monitor;
  GHashTable   *known;   /* account → Known: what "changed" has told; only in the context */
  int           lock_fd;
  gboolean      is_looking;
  gboolean      must_look_again;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmStore, csm_store, G_TYPE_OBJECT)

static gboolean
connected (CsmDbConn  *conn,
           GError    **error)
{
  return csm_tokenizer_register (csm_db_conn_get_handle (conn), error) &&
         csm_db_conn_exec (conn, "PRAGMA foreign_keys = ON; PRAGMA secure_delete = FAST", error);
}

static const char * const migrations[] = {
  "/org/casement/store/migrations/001.sql",
  NULL,
};

static const CsmDbSetup setup = { APPLICATION_ID, migrations, connected };

/* --- "changed" ------------------------------------------------------------------------------------------------- */

static Known *
known_of (CsmStore *self,
          gint64    account)
{
  Known *known = g_hash_table_lookup (self->known, &account);

  if (known == NULL)
    {
      known = g_new0 (Known, 1);
      known->account = account;
      g_hash_table_insert (self->known, &known->account, known);
    }
  return known;
}

/* In the store's context. A wake and our own commit may both tell of a change; one signal is enough. A number of 0 stands
 * for a new epoch. */
static void
tell (CsmStore *self,
      GArray   *touched)
{
  for (guint i = 0; i < touched->len; i++)
    {
      const CsmTouched *one = &g_array_index (touched, CsmTouched, i);
      Known *known = known_of (self, one->account);
      guint types = 0;

      for (guint type = 0; type < CSM_N_TYPES; type++)
        {
          if ((one->types & (1u << type)) == 0 || (one->modseqs[type] != 0 && one->modseqs[type] <= known->modseqs[type]))
            continue;
          known->modseqs[type] = MAX (known->modseqs[type], one->modseqs[type]);
          types |= 1u << type;
        }
      if (types != 0)
        g_signal_emit (self, signals[CHANGED], 0, one->account, types);
    }
}

typedef struct
{
  GWeakRef store;
  GArray  *touched;
} Tell;

static void
tell_free (Tell *data)
{
  g_weak_ref_clear (&data->store);
  g_array_unref (data->touched);
  g_free (data);
}

static gboolean
tell_cb (gpointer user_data)
{
  Tell *data = user_data;
  g_autoptr (CsmStore) self = g_weak_ref_get (&data->store);

  if (self != NULL)
    tell (self, data->touched);
  return G_SOURCE_REMOVE;
}

/* Any thread. The store may be gone when the context runs next: a command line never runs it at all. */
static void
tell_later (CsmStore *self,
            GArray   *touched)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Tell *data = g_new0 (Tell, 1);

  g_weak_ref_init (&data->store, self);
  data->touched = g_array_ref (touched);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, tell_cb, data, (GDestroyNotify) tell_free);
  g_source_attach (source, self->context);
}

/* What the database's change counters stand at: as if one transaction had touched all types that have changed ever. */
static gpointer
read_counters (CsmDbConn     *conn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  g_autoptr (GArray) touched = g_array_new (FALSE, TRUE, sizeof (CsmTouched));
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, error, "SELECT account, type, modseq FROM type_state ORDER BY account", NULL);
  g_autoptr (GError) local = NULL;

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      CsmTouched *last = touched->len > 0 ? &g_array_index (touched, CsmTouched, touched->len - 1) : NULL;
      const char *letter = csm_db_stmt_text (stmt, 1);

      if (last == NULL || last->account != csm_db_stmt_int (stmt, 0))
        {
          CsmTouched new = { .account = csm_db_stmt_int (stmt, 0) };

          g_array_append_val (touched, new);
          last = &g_array_index (touched, CsmTouched, touched->len - 1);
        }
      for (guint i = 0; i < CSM_N_TYPES; i++)
        {
          if (csm_record_type_get (i)->letter != letter[0])
            continue;
          last->types |= 1u << i;
          last->modseqs[i] = csm_db_stmt_int (stmt, 2);
        }
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return g_steal_pointer (&touched);
}

static void look (CsmStore *self);

static void
look_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  GWeakRef *store = user_data;
  g_autoptr (CsmStore) self = g_weak_ref_get (store);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) touched = csm_db_run_finish (CSM_DB (object), result, &error);

  g_weak_ref_clear (store);
  g_free (store);
  if (self == NULL)
    return;
  self->is_looking = FALSE;
  if (error != NULL)
    g_warning ("can't look for another process's changes: %s", error->message);
  else
    tell (self, touched);
  if (self->must_look_again)
    look (self);
}

static void
look (CsmStore *self)
{
  GWeakRef *store;

  self->must_look_again = self->is_looking;
  if (self->is_looking)
    return;
  self->is_looking = TRUE;
  /* Nobody waits for this: it must not keep the database open. */
  store = g_new0 (GWeakRef, 1);
  g_weak_ref_init (store, self);
  csm_db_run_async (self->db, CSM_DB_READ, G_PRIORITY_DEFAULT, read_counters, NULL, NULL, (GDestroyNotify) g_array_unref,
                    NULL, look_cb, store);
}

static void
wake_cb (GFileMonitor      *monitor,
         GFile             *file,
         GFile             *other,
         GFileMonitorEvent  event,
         CsmStore          *self)
{
  look (self);
}

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
  result = job->func (&txn, job->input, cancellable, &local);
  if (local == NULL && job->write)
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
      tell_later (self, job.touched);
      wake_server (self);
    }
  if (job.aftermath != NULL)
    csm_store_run (self, TRUE, write_aftermath, job.aftermath, NULL);
  job_clear (&job);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return result;
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
      if (g_main_context_is_owner (self->context))
        tell (self, job->touched);
      else
        tell_later (self, job->touched);
      wake_server (self);
    }
  if (job->aftermath != NULL)
    csm_store_run_async (self, TRUE, write_aftermath, g_steal_pointer (&job->aftermath), (GDestroyNotify) aftermath_free, NULL, NULL, NULL, NULL);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, value, job->result_free);
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

static gboolean
load_counters (CsmStore  *self,
               GError   **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GArray) touched = csm_db_run (self->db, CSM_DB_READ, read_counters, NULL, &local);

  if (local == NULL)
    {
      for (guint i = 0; i < touched->len; i++)
        {
          const CsmTouched *one = &g_array_index (touched, CsmTouched, i);

          memcpy (known_of (self, one->account)->modseqs, one->modseqs, sizeof one->modseqs);
        }
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gpointer
has_workspace (CsmTxn        *txn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  g_autoptr (CsmAccountRow) row = csm_txn_account_of (txn, NULL, error);

  return GINT_TO_POINTER (row != NULL);
}

static void
watch (CsmStore *self)
{
  g_autofree char *path = g_build_filename (self->directory, CSM_STORE_WAKE, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, &error);
  if (self->monitor == NULL)
    {
      g_warning ("other processes' changes will not be seen: %s", error->message);
      return;
    }
  g_file_monitor_set_rate_limit (self->monitor, WAKE_DELAY_MS);
  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (wake_cb), self, 0);
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
  if (self->db == NULL || !csm_store_run (self, FALSE, has_workspace, NULL, error) || !load_counters (self, error))
    return NULL;
  watch (self);
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

/* --- Blobs ----------------------------------------------------------------------------------------------------------- */

/**
 * csm_store_put_blob:
 * @self: a store
 * @data: bytes
 * @error: `CSM_ERROR_DISK_FULL`, `CSM_ERROR_FAILED`
 *
 * Stores a blob under its hash; it is on the disk when this returns. Only then may a record name it. Any thread; blocks.
 *
 * Returns: (transfer full): its blobId
 */
char *
csm_store_put_blob (CsmStore  *self,
                    GBytes    *data,
                    GError   **error)
{
  return csm_blob_write (self->blob_dir, data, TRUE, error);
}

/**
 * csm_store_put_blob_unsynced:
 * @self: a store
 * @data: bytes
 * @error: `CSM_ERROR_DISK_FULL`, `CSM_ERROR_FAILED`
 *
 * As csm_store_put_blob(), but csm_store_sync_blobs() must follow before a record that names the blob is committed: one for a
 * whole batch of an import. Any thread; blocks.
 *
 * Returns: (transfer full): its blobId
 */
char *
csm_store_put_blob_unsynced (CsmStore  *self,
                             GBytes    *data,
                             GError   **error)
{
  return csm_blob_write (self->blob_dir, data, FALSE, error);
}

/**
 * csm_store_sync_blobs:
 * @self: a store
 * @error: `CSM_ERROR_FAILED`
 *
 * Writes all blobs to the disk. Any thread; blocks.
 *
 * Returns: whether it worked
 */
gboolean
csm_store_sync_blobs (CsmStore  *self,
                      GError   **error)
{
  return csm_blob_sync_all (self->blob_dir, error);
}

/**
 * csm_store_blob_path:
 * @self: a store
 * @blob_id: what may be a blobId
 *
 * Returns: (transfer full) (nullable): the blob's file, there or not; %NULL when @blob_id isn't a blobId
 */
char *
csm_store_blob_path (CsmStore   *self,
                     const char *blob_id)
{
  return csm_blob_file (self->blob_dir, blob_id);
}

/**
 * csm_store_get_blob:
 * @self: a store
 * @blob_id: a blobId
 * @error: `CSM_ERROR_NOT_FOUND`
 *
 * Any thread; maps the file, so that its pages are read when they are used.
 *
 * Returns: (transfer full): the blob
 */
GBytes *
csm_store_get_blob (CsmStore    *self,
                    const char  *blob_id,
                    GError     **error)
{
  return csm_blob_read (self->blob_dir, blob_id, error);
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
}
