/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-here-private.h"

#include "csm-cache-full.h"
#include "csm-cache-resources.h"
#include "csm-error.h"
#include "csm-failpoint.h"
#include "csm-tokenizer.h"

#define APPLICATION_ID 0x43534d43 /* "CSMC" */
/* How much of the file a reader keeps for itself, in KiB: the kernel keeps the rest, once, and gives it up when others need it. */
#define READER_CACHE "500"

struct _CsmCache
{
  GObject  parent_instance;
  CsmDb   *db;
  CsmCacheHere *here;
  CsmCacheFull *full;
  CsmAhead *ahead;
  guint    full_id;
  gboolean closed;
};

/* How often to look whether a full disk has room again */
#define FULL_SECONDS 30

enum { PROP_0, PROP_FULL, N_PROPS };
static GParamSpec *props[N_PROPS];


enum { SIGNAL_CHANGED, SIGNAL_OUTBOX_CHANGED, SIGNAL_WANTED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CsmCache, csm_cache, G_TYPE_OBJECT)

static gboolean
on_connected (CsmDbConn  *conn,
              GError    **error)
{
  /* The content views of full text call json_extract(), which SQLite 3.40 counts as unsafe in a schema. */
  sqlite3_db_config (csm_db_conn_get_handle (conn), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, NULL);
  if (csm_db_conn_get_int (conn, NULL, 0, "PRAGMA query_only", NULL) != 0 && !csm_db_conn_exec (conn, "PRAGMA cache_size=-" READER_CACHE, error))
    return FALSE;
  return csm_cache_pack_register (conn, error) && csm_tokenizer_register (csm_db_conn_get_handle (conn), error);
}

static const char * const migrations[] = {
  "/org/casement/Casement/cache/001.sql",
  "/org/casement/Casement/cache/002.sql",
  "/org/casement/Casement/cache/003.sql",
  "/org/casement/Casement/cache/004.sql",
  "/org/casement/Casement/cache/005.sql",
  "/org/casement/Casement/cache/006.sql",
  "/org/casement/Casement/cache/007.sql",
  "/org/casement/Casement/cache/008.sql",
  "/org/casement/Casement/cache/009.sql",
  "/org/casement/Casement/cache/010.sql",
  "/org/casement/Casement/cache/011.sql",
  "/org/casement/Casement/cache/012.sql",
  "/org/casement/Casement/cache/013.sql",
  NULL,
};
const CsmDbSetup csm_cache_setup = { APPLICATION_ID, migrations, on_connected };

/* --- running jobs ------------------------------------------------------------------------------------------------- */

typedef struct
{
  CsmCacheWriteFunc func;
  gpointer          input;
  GDestroyNotify    input_free;
  GDestroyNotify    result_free;
} Write;

typedef struct
{
  GDestroyNotify result_free;
  Write         *durable;   /* what a person did: tried once more when there was no room */
  int            priority;
  gboolean       again;
} TaskData;

static void
write_free (gpointer data)
{
  Write *write = data;

  if (write->input_free != NULL)
    write->input_free (write->input);
  g_free (write);
}

static void
task_data_free (gpointer data)
{
  TaskData *task_data = data;

  g_clear_pointer (&task_data->durable, write_free);
  g_free (task_data);
}

static GTask *
new_task (CsmCache            *self,
          GDestroyNotify       result_free,
          gpointer             tag,
          GCancellable        *cancellable,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  TaskData *data = g_new0 (TaskData, 1);

  data->result_free = result_free;
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, data, task_data_free);
  g_task_set_check_cancellable (task, FALSE);
  return task;
}

static gboolean
refuse_closed (CsmCache *self,
               GTask    *task,
               gpointer  input,
               GDestroyNotify input_free)
{
  if (!self->closed)
    return FALSE;
  if (input_free != NULL)
    input_free (input);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the cache is closed");
  return TRUE;
}

/* --- a full disk ---------------------------------------------------------------------------------------------------- */

static void csm_cache_show_full (CsmCache *self);

static void
on_looked (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (CsmCache) self = user_data;

  csm_cache_show_full (self);
}

static void
look_for_room (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  g_task_return_boolean (task, csm_cache_full_regain (data));
}

static void
start_looking (CsmCache *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_looked, g_object_ref (self));

  g_task_set_task_data (task, csm_cache_full_ref (self->full), (GDestroyNotify) csm_cache_full_unref);
  g_task_run_in_thread (task, look_for_room);
}

static gboolean
on_full_timeout (gpointer data)
{
  start_looking (data);
  return G_SOURCE_CONTINUE;
}

/* Tells when it became full, or has room again. */
static void
csm_cache_show_full (CsmCache *self)
{
  gboolean full = csm_cache_full_is (self->full);

  if (full == (self->full_id != 0) || self->closed)
    return;
  if (full)
    self->full_id = g_timeout_add_seconds (FULL_SECONDS, on_full_timeout, self);
  else
    g_clear_handle_id (&self->full_id, g_source_remove);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FULL]);
}

/**
 * csm_cache_get_full:
 * @self: a cache
 *
 * Returns: whether the disk is full: what a person does now can't be kept
 */
gboolean
csm_cache_get_full (CsmCache *self)
{
  return self->full_id != 0;
}

/**
 * csm_cache_get_room:
 * @self: a cache
 *
 * Returns: (transfer none): the room that is held back
 */
CsmCacheFull *
csm_cache_get_room (CsmCache *self)
{
  return self->full;
}

/**
 * csm_cache_get_ahead:
 * @self: a cache
 *
 * Returns: (transfer none): what works ahead of the writer
 */
CsmAhead *
csm_cache_get_ahead (CsmCache *self)
{
  return self->ahead;
}

/**
 * csm_cache_hold_back:
 * @self: a cache
 * @bytes: how much
 *
 * Holds room back on the disk for the last things that a person does when it gets full.
 */
void
csm_cache_hold_back (CsmCache *self,
                     guint64   bytes)
{
  csm_cache_full_set_size (self->full, bytes);
  start_looking (self);
}

static void
on_read (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TaskData *data = g_task_get_task_data (task);
  GError *error = NULL;
  gpointer value = csm_db_run_finish (CSM_DB (source), result, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, value, data->result_free);
}

/**
 * csm_cache_run_read:
 * @self: a cache
 * @priority: a smaller number overtakes
 * @func: the job
 * @input: (nullable): for @func
 * @input_free: (nullable): frees @input
 * @result_free: (nullable): frees a result that nobody takes
 * @tag: the public function
 * @cancellable: (nullable): interrupts it inside SQLite
 * @callback: gets the cache and the result
 * @user_data: for @callback
 */
void
csm_cache_run_read (CsmCache            *self,
                    int                  priority,
                    CsmDbFunc            func,
                    gpointer             input,
                    GDestroyNotify       input_free,
                    GDestroyNotify       result_free,
                    gpointer             tag,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  g_autoptr (GTask) task = new_task (self, result_free, tag, cancellable, callback, user_data);

  if (refuse_closed (self, task, input, input_free))
    return;
  csm_db_run_async (self->db, CSM_DB_READ, priority, func, input, input_free, result_free, cancellable, on_read, g_steal_pointer (&task));
}

typedef struct
{
  gpointer      value;
  GDestroyNotify value_free;
  CsmChangeSet *changes;
  gboolean      outbox_changed;
  gboolean      wanted;
} Outcome;

static void
outcome_free (gpointer data)
{
  Outcome *outcome = data;

  if (outcome->value != NULL && outcome->value_free != NULL)
    outcome->value_free (outcome->value);
  csm_change_set_free (outcome->changes);
  g_free (outcome);
}

static gpointer
run_write (CsmDbConn     *conn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  Write *write = input;
  CsmCacheTxn txn;
  Outcome *outcome = NULL;
  g_autoptr (GError) local = NULL;
  gpointer value = NULL;

  if (csm_cache_txn_begin (&txn, conn, &local))
    value = write->func (&txn, write->input, &local);
  if (local == NULL && csm_cache_txn_finish (&txn, &local))
    {
      csm_cache_note_news (&txn);
      outcome = g_new0 (Outcome, 1);
      outcome->value = value;
      outcome->value_free = write->result_free;
      outcome->changes = g_steal_pointer (&txn.changes);
      outcome->outbox_changed = txn.outbox_changed;
      outcome->wanted = txn.wanted;
    }
  csm_cache_txn_clear (&txn);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  if (outcome == NULL && value != NULL && write->result_free != NULL)
    write->result_free (value);
  return outcome;
}

static gboolean
is_empty (CsmChangeSet *set)
{
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      if (set->ids[i] != NULL)
        return FALSE;
    }
  return !set->all;
}

static void on_written (GObject *source, GAsyncResult *result, gpointer user_data);

static void
run_durable (CsmCache *self,
             GTask    *task)
{
  TaskData *data = g_task_get_task_data (task);

  csm_db_run_async (self->db, CSM_DB_WRITE_DURABLE, data->priority, run_write, data->durable, NULL, outcome_free, g_task_get_cancellable (task),
                    on_written, task);
}

/* Takes @task when it goes on with it. What a person did gets the room that was held back for it. */
static gboolean
try_again (CsmCache     *self,
           GTask        *task,
           const GError *error)
{
  TaskData *data = g_task_get_task_data (task);

  if (!g_error_matches (error, CSM_ERROR, CSM_ERROR_DISK_FULL))
    return FALSE;
  if (data->durable != NULL && !data->again && !self->closed && csm_cache_full_release (self->full))
    {
      data->again = TRUE;
      run_durable (self, task);
      return TRUE;
    }
  csm_cache_full_note (self->full);
  return FALSE;
}

static void
on_written (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  CsmCache *self = g_task_get_source_object (task);
  TaskData *data = g_task_get_task_data (task);
  GError *error = NULL;
  Outcome *outcome = csm_db_run_finish (CSM_DB (source), result, &error);
  gpointer value;

  if (error != NULL && try_again (self, task, error))
    {
      g_clear_error (&error);
      g_steal_pointer (&task);
      return;
    }
  csm_cache_show_full (self);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  csm_failpoint ("write-told");
  value = g_steal_pointer (&outcome->value);
  if (!is_empty (outcome->changes))
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0, outcome->changes);
  if (outcome->outbox_changed)
    g_signal_emit (self, signals[SIGNAL_OUTBOX_CHANGED], 0);
  if (outcome->wanted)
    g_signal_emit (self, signals[SIGNAL_WANTED], 0);
  outcome_free (outcome);
  g_task_return_pointer (task, value, data->result_free);
}

/**
 * csm_cache_run_write:
 * @self: a cache
 * @mode: how durable
 * @priority: a smaller number overtakes
 * @func: the job
 * @input: (nullable): for @func
 * @input_free: (nullable): frees @input
 * @result_free: (nullable): frees a result that nobody takes
 * @tag: the public function
 * @cancellable: (nullable): looked at before it begins
 * @callback: gets the cache and the result, after the commit and the signals
 * @user_data: for @callback
 */
void
csm_cache_run_write (CsmCache            *self,
                     CsmDbMode            mode,
                     int                  priority,
                     CsmCacheWriteFunc    func,
                     gpointer             input,
                     GDestroyNotify       input_free,
                     GDestroyNotify       result_free,
                     gpointer             tag,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr (GTask) task = new_task (self, result_free, tag, cancellable, callback, user_data);
  Write *write;

  if (refuse_closed (self, task, input, input_free))
    return;
  write = g_new0 (Write, 1);
  write->func = func;
  write->input = input;
  write->input_free = input_free;
  write->result_free = result_free;
  if (mode == CSM_DB_WRITE_DURABLE)
    {
      TaskData *data = g_task_get_task_data (task);

      data->durable = write;
      data->priority = priority;
      run_durable (self, g_steal_pointer (&task));
      return;
    }
  csm_db_run_async (self->db, mode, priority, run_write, write, write_free, outcome_free, cancellable, on_written, g_steal_pointer (&task));
}

/**
 * csm_cache_run_finish:
 * @self: a cache
 * @result: what the callback got
 * @tag: the public function
 * @error: the job's, or `G_IO_ERROR_CLOSED`
 *
 * Returns: (transfer full) (nullable): the job's result
 */
gpointer
csm_cache_run_finish (CsmCache      *self,
                      GAsyncResult  *result,
                      gpointer       tag,
                      GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, tag), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- the object ------------------------------------------------------------------------------------------------------ */

static void
csm_cache_dispose (GObject *object)
{
  CsmCache *self = CSM_CACHE (object);

  csm_cache_close (self);
  g_clear_object (&self->db);
  g_clear_pointer (&self->ahead, csm_ahead_free);
  g_clear_pointer (&self->here, csm_cache_here_free);
  g_clear_pointer (&self->full, csm_cache_full_unref);
  G_OBJECT_CLASS (csm_cache_parent_class)->dispose (object);
}

static void
csm_cache_get_property (GObject    *object,
                        guint       id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  if (id == PROP_FULL)
    g_value_set_boolean (value, csm_cache_get_full (CSM_CACHE (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
csm_cache_class_init (CsmCacheClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = csm_cache_dispose;
  G_OBJECT_CLASS (klass)->get_property = csm_cache_get_property;

  props[PROP_FULL] = g_param_spec_boolean ("full", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", CSM_TYPE_CACHE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_OUTBOX_CHANGED] = g_signal_new ("outbox-changed", CSM_TYPE_CACHE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_WANTED] = g_signal_new ("wanted", CSM_TYPE_CACHE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
csm_cache_init (CsmCache *self)
{
}

/**
 * csm_cache_new:
 * @path: the file; its folder must exist
 *
 * Starts the threads that open it. When it can't be opened, every job fails with the reason.
 *
 * Returns: (transfer full): a cache
 */
CsmCache *
csm_cache_new (const char *path)
{
  CsmCache *self = g_object_new (CSM_TYPE_CACHE, NULL);

  /* Makes the linker keep the migrations, which register themselves. */
  csm_cache_get_resource ();
  self->here = csm_cache_here_new (path);
  self->full = csm_cache_full_new (path);
  self->ahead = csm_ahead_new ();
  self->db = csm_db_new (path, &csm_cache_setup);
  return self;
}

/**
 * csm_cache_close:
 * @self: a cache
 *
 * Writes what waits to be written and closes the file. Blocks shortly. Jobs given afterwards fail with
 * `G_IO_ERROR_CLOSED`.
 */
void
csm_cache_close (CsmCache *self)
{
  g_return_if_fail (CSM_IS_CACHE (self));

  if (self->closed)
    return;
  self->closed = TRUE;
  g_clear_handle_id (&self->full_id, g_source_remove);
  if (self->db != NULL)
    csm_db_close (self->db);
}

/**
 * csm_cache_get_here:
 * @self: a cache
 *
 * Returns: (transfer none): what the main thread knows of what is wanted here
 */
CsmCacheHere *
csm_cache_get_here (CsmCache *self)
{
  return self->here;
}
