/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-db.h"

#include "csm-error.h"
#include "csm-failpoint.h"

#define N_READERS 2
/* A group commit takes what waits, but nobody waits for more than this many others. */
#define GROUP_MAX 64
#define GROUP_TIME_US 5000
/* 16 MB. Pages that change often are copied into the file once for many transactions. */
#define CHECKPOINT_PAGES 4000
/* Without a job for so long a connection keeps no pages: the kernel has them too, once, and gives them up when others need the room. */
#define IDLE_US 1000000

typedef struct
{
  CsmDbMode      mode;
  int            priority;
  guint64        sequence;
  CsmDbFunc      func;
  gpointer       input;
  GDestroyNotify input_free;
  GDestroyNotify result_free;
  GCancellable  *cancellable;
  GTask         *task;      /* asynchronous jobs */
  gboolean      *done;      /* blocking jobs: set under the lock */
  gpointer       result;
  GError        *error;
} Job;

struct _CsmDb
{
  GObject           parent_instance;
  char             *path;
  const CsmDbSetup *setup;
  GMutex            lock;
  GCond             write_wake; /* something to write */
  GCond             read_wake;  /* something to read */
  GCond             done_wake;  /* whoever waits for a job or for the opening */
  GQueue            writes;
  GQueue            reads;
  guint64           sequence;
  CsmDbMode         durable;    /* what the writer's connection is set to; CSM_DB_READ: not yet */
  int               n_wal_pages; /* the writer's: what has been written since the file had it all */
  gboolean          opened;
  gboolean          closing;
  gboolean          readers_gone;
  GError           *open_error;
  GThread          *threads[1 + N_READERS];
};

G_DEFINE_FINAL_TYPE (CsmDb, csm_db, G_TYPE_OBJECT)

static void
job_free (Job *job)
{
  if (job->input_free != NULL)
    job->input_free (job->input);
  g_clear_object (&job->cancellable);
  g_clear_object (&job->task);
  g_free (job);
}

static int
compare_jobs (gconstpointer a,
              gconstpointer b,
              gpointer      data)
{
  const Job *x = a, *y = b;

  if (x->priority != y->priority)
    return x->priority < y->priority ? -1 : 1;
  return x->sequence < y->sequence ? -1 : 1;
}

/* Hands the result over; the caller of a blocking job owns its Job. */
static void
job_finish (CsmDb *self,
            Job   *job)
{
  if (job->done != NULL)
    {
      g_mutex_lock (&self->lock);
      *job->done = TRUE;
      g_cond_broadcast (&self->done_wake);
      g_mutex_unlock (&self->lock);
      return;
    }
  if (job->error != NULL)
    {
      if (job->result != NULL && job->result_free != NULL)
        job->result_free (job->result);
      g_task_return_error (job->task, g_steal_pointer (&job->error));
    }
  else
    {
      g_task_return_pointer (job->task, job->result, job->result_free);
    }
  job_free (job);
}

static void
job_call (Job       *job,
          CsmDbConn *conn)
{
  if (job->error != NULL || g_cancellable_set_error_if_cancelled (job->cancellable, &job->error))
    return;
  csm_db_conn_set_cancellable (conn, job->cancellable);
  job->result = job->func (conn, job->input, job->cancellable, &job->error);
  csm_db_conn_set_cancellable (conn, NULL);
}

static void
run_read (CsmDb     *self,
          CsmDbConn *conn,
          Job       *job)
{
  if (csm_db_conn_run (conn, &job->error, "BEGIN", NULL))
    {
      job_call (job, conn);
      csm_db_conn_run (conn, NULL, "COMMIT", NULL);
    }
  job_finish (self, job);
}

static void
run_in_savepoint (CsmDbConn *conn,
                  Job       *job)
{
  if (!csm_db_conn_run (conn, &job->error, "SAVEPOINT job", NULL))
    return;
  job_call (job, conn);
  if (job->error != NULL)
    csm_db_conn_run (conn, NULL, "ROLLBACK TO job", NULL);
  csm_db_conn_run (conn, job->error == NULL ? &job->error : NULL, "RELEASE job", NULL);
}

static Job *
take_next_of_group (CsmDb     *self,
                    CsmDbMode  mode,
                    guint      taken,
                    gint64     started)
{
  Job *job = NULL;

  if (taken >= GROUP_MAX || g_get_monotonic_time () - started > GROUP_TIME_US)
    return NULL;
  g_mutex_lock (&self->lock);
  job = g_queue_peek_head (&self->writes);
  if (job != NULL && job->mode == mode)
    g_queue_pop_head (&self->writes);
  else
    job = NULL;
  g_mutex_unlock (&self->lock);
  return job;
}

static gboolean
set_durable (CsmDb      *self,
             CsmDbConn  *conn,
             CsmDbMode   mode,
             GError    **error)
{
  if (self->durable == mode)
    return TRUE;
  if (!csm_db_conn_exec (conn, mode == CSM_DB_WRITE_DURABLE ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL", error))
    return FALSE;
  self->durable = mode;
  return TRUE;
}

static int
on_wal (void       *data,
        sqlite3    *db,
        const char *name,
        int         n_pages)
{
  CsmDb *self = data;

  self->n_wal_pages = n_pages;
  return SQLITE_OK;
}

/* Not by SQLite itself, which does it within the commit: nobody waits for this one. */
static void
checkpoint (CsmDb     *self,
            CsmDbConn *conn)
{
  if (self->n_wal_pages < CHECKPOINT_PAGES)
    return;
  self->n_wal_pages = 0;
  sqlite3_wal_checkpoint_v2 (csm_db_conn_get_handle (conn), NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

/* One transaction for all writes that wait: each in a savepoint of its own, one fsync for
 * all. Nobody hears of a result before the commit. */
static void
run_writes (CsmDb     *self,
            CsmDbConn *conn,
            Job       *first)
{
  g_autoptr (GPtrArray) group = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  gint64 started = g_get_monotonic_time ();
  CsmDbMode mode = first->mode;

  if (set_durable (self, conn, mode, &error) &&
      csm_db_conn_run (conn, &error, "BEGIN IMMEDIATE", NULL))
    {
      /* SQLite may end a transaction of itself (lang_transaction.html, "Response To Errors"): what came after would be
       * committed piece by piece, and called a failure. */
      for (Job *job = first; job != NULL; job = csm_db_conn_in_transaction (conn) ? take_next_of_group (self, mode, group->len, started) : NULL)
        {
          g_ptr_array_add (group, job);
          run_in_savepoint (conn, job);
        }
      csm_failpoint ("db-before-commit");
      if (!csm_db_conn_run (conn, &error, "COMMIT", NULL))
        csm_db_conn_run (conn, NULL, "ROLLBACK", NULL);
      csm_failpoint ("db-after-commit");
    }
  else
    {
      g_ptr_array_add (group, first);
    }

  for (guint i = 0; i < group->len; i++)
    {
      Job *job = g_ptr_array_index (group, i);

      if (error != NULL && job->error == NULL)
        job->error = g_error_copy (error);
      job_finish (self, job);
    }
  checkpoint (self, conn);
}

static gboolean
migrate_one (CsmDbConn   *conn,
             const char  *resource,
             int          version,
             GError     **error)
{
  g_autoptr (GBytes) sql = g_resources_lookup_data (resource, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  g_autofree char *pragma = g_strdup_printf ("PRAGMA user_version=%d; COMMIT", version);

  if (sql == NULL || !csm_db_conn_exec (conn, "BEGIN EXCLUSIVE", error))
    return FALSE;
  if (csm_db_conn_exec (conn, g_bytes_get_data (sql, NULL), error))
    {
      csm_failpoint ("db-migrating");
      if (csm_db_conn_exec (conn, pragma, error))
        return TRUE;
    }
  csm_db_conn_exec (conn, "ROLLBACK", NULL);
  return FALSE;
}

static gboolean
migrate (CsmDb      *self,
         CsmDbConn  *conn,
         GError    **error)
{
  g_autofree char *mark = g_strdup_printf ("PRAGMA application_id=%u", self->setup->application_id);
  const char * const *migrations = self->setup->migrations;
  int newest = (int) g_strv_length ((char **) migrations);
  int version = (int) csm_db_conn_get_int (conn, error, -1, "PRAGMA user_version", NULL);
  gint64 application = csm_db_conn_get_int (conn, error, -1, "PRAGMA application_id", NULL);

  if (version < 0 || application < 0)
    return FALSE;
  if (version > 0 && application != self->setup->application_id)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_DATABASE, "%s is not a Casement database", self->path);
      return FALSE;
    }
  if (version > newest)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_DATABASE_NEWER,
                   "%s was written by a newer Casement (version %d, this one knows %d)", self->path, version, newest);
      return FALSE;
    }
  if (version == 0 && !csm_db_conn_exec (conn, mark, error))
    return FALSE;
  for (int i = version; i < newest; i++)
    {
      if (!migrate_one (conn, migrations[i], i + 1, error))
        return FALSE;
    }
  return TRUE;
}

static CsmDbConn *
connect_thread (CsmDb     *self,
                gboolean   read_only,
                GError   **error)
{
  g_autoptr (CsmDbConn) conn = csm_db_conn_open (self->path, read_only, error);

  if (conn == NULL)
    return NULL;
  if (self->setup->connected != NULL && !self->setup->connected (conn, error))
    return NULL;
  if (!read_only && !migrate (self, conn, error))
    return NULL;
  return g_steal_pointer (&conn);
}

/* Waits for a job of @queue; NULL when the database closes and the queue is drained. */
static Job *
wait_for_job (CsmDb     *self,
              GQueue    *queue,
              CsmDbConn *conn)
{
  GCond *wake = queue == &self->reads ? &self->read_wake : &self->write_wake;
  gint64 end = g_get_monotonic_time () + IDLE_US;
  gboolean rests = conn == NULL;
  Job *job;

  g_mutex_lock (&self->lock);
  while ((job = g_queue_pop_head (queue)) == NULL && !(queue == &self->reads ? self->closing : self->readers_gone))
    {
      if (rests)
        {
          g_cond_wait (wake, &self->lock);
        }
      else if (!g_cond_wait_until (wake, &self->lock, end))
        {
          rests = TRUE;
          g_mutex_unlock (&self->lock);
          sqlite3_db_release_memory (csm_db_conn_get_handle (conn));
          g_mutex_lock (&self->lock);
        }
    }
  g_mutex_unlock (&self->lock);
  return job;
}

static void
serve (CsmDb        *self,
       GQueue       *queue,
       CsmDbConn    *conn,
       const GError *broken)
{
  Job *job;

  while ((job = wait_for_job (self, queue, conn)) != NULL)
    {
      if (conn == NULL)
        {
          job->error = g_error_copy (broken);
          job_finish (self, job);
        }
      else if (queue == &self->reads)
        {
          run_read (self, conn, job);
        }
      else
        {
          run_writes (self, conn, job);
        }
    }
}

static gboolean
has_writes (gpointer data)
{
  CsmDb *self = data;
  gboolean waiting;

  g_mutex_lock (&self->lock);
  waiting = !g_queue_is_empty (&self->writes) || self->closing;
  g_mutex_unlock (&self->lock);
  return waiting;
}

static gpointer
writer_thread (gpointer data)
{
  CsmDb *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = connect_thread (self, FALSE, &error);

  g_mutex_lock (&self->lock);
  self->opened = TRUE;
  self->open_error = error != NULL ? g_error_copy (error) : NULL;
  g_cond_broadcast (&self->done_wake);
  g_mutex_unlock (&self->lock);

  if (conn != NULL)
    {
      sqlite3_wal_hook (csm_db_conn_get_handle (conn), on_wal, self);
      csm_db_conn_set_wanted (conn, has_writes, self);
    }
  serve (self, &self->writes, conn, error);
  if (conn != NULL)
    csm_db_conn_exec (conn, "PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)", NULL);
  return NULL;
}

static gpointer
reader_thread (gpointer data)
{
  CsmDb *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CsmDbConn) conn = NULL;

  if (csm_db_wait_open (self, &error))
    conn = connect_thread (self, TRUE, &error);
  serve (self, &self->reads, conn, error);
  return NULL;
}

/**
 * csm_db_new:
 * @path: the file; its folder must exist
 * @setup: (transfer none): what it is; must outlive the database
 *
 * Starts the threads. The writer opens and migrates the file; jobs wait for it, and all
 * fail with its error when it can't.
 *
 * Returns: (transfer full): a database
 */
CsmDb *
csm_db_new (const char       *path,
            const CsmDbSetup *setup)
{
  CsmDb *self = g_object_new (CSM_TYPE_DB, NULL);

  self->path = g_strdup (path);
  self->setup = setup;
  self->threads[0] = g_thread_new ("csm-db-writer", writer_thread, self);
  for (int i = 1; i <= N_READERS; i++)
    self->threads[i] = g_thread_new ("csm-db-reader", reader_thread, self);
  return self;
}

/**
 * csm_db_wait_open:
 * @self: a database
 * @error: `CSM_ERROR_DATABASE`, `CSM_ERROR_DATABASE_NEWER`
 *
 * Blocks until the file is open and migrated. Not for a thread with a window.
 *
 * Returns: whether it is
 */
gboolean
csm_db_wait_open (CsmDb   *self,
                  GError **error)
{
  gboolean ok;

  g_mutex_lock (&self->lock);
  while (!self->opened)
    g_cond_wait (&self->done_wake, &self->lock);
  ok = self->open_error == NULL;
  if (!ok && error != NULL)
    *error = g_error_copy (self->open_error);
  g_mutex_unlock (&self->lock);
  return ok;
}

static void
push_job (CsmDb *self,
          Job   *job)
{
  g_mutex_lock (&self->lock);
  g_assert (!self->closing);
  job->sequence = self->sequence++;
  g_queue_insert_sorted (job->mode == CSM_DB_READ ? &self->reads : &self->writes, job, compare_jobs, NULL);
  g_cond_signal (job->mode == CSM_DB_READ ? &self->read_wake : &self->write_wake);
  g_mutex_unlock (&self->lock);
}

/**
 * csm_db_run_async:
 * @self: a database
 * @mode: which thread and how durable
 * @priority: `G_PRIORITY_DEFAULT` for what a person waits for, a larger number for prefetch
 * @func: the job
 * @input: (nullable): for @func
 * @input_free: (nullable): frees @input
 * @result_free: (nullable): frees a result that nobody takes
 * @cancellable: (nullable): interrupts the job inside SQLite
 * @callback: called in the caller's main context; for a write, after the commit
 * @user_data: for @callback
 */
void
csm_db_run_async (CsmDb               *self,
                  CsmDbMode            mode,
                  int                  priority,
                  CsmDbFunc            func,
                  gpointer             input,
                  GDestroyNotify       input_free,
                  GDestroyNotify       result_free,
                  GCancellable        *cancellable,
                  GAsyncReadyCallback  callback,
                  gpointer             user_data)
{
  Job *job = g_new0 (Job, 1);

  job->mode = mode;
  job->priority = priority;
  job->func = func;
  job->input = input;
  job->input_free = input_free;
  job->result_free = result_free;
  job->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  job->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (job->task, csm_db_run_async);
  g_task_set_priority (job->task, priority);
  /* A committed write is a fact: its result must arrive although somebody cancelled since. */
  g_task_set_check_cancellable (job->task, mode == CSM_DB_READ);
  push_job (self, job);
}

/**
 * csm_db_run_finish:
 * @self: a database
 * @result: what the callback got
 * @error: the job's
 *
 * Returns: (transfer full) (nullable): what the job's function returned
 */
gpointer
csm_db_run_finish (CsmDb         *self,
                   GAsyncResult  *result,
                   GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * csm_db_run:
 * @self: a database
 * @mode: which thread and how durable
 * @func: the job
 * @input: (nullable): for @func; stays the caller's
 * @error: the job's
 *
 * Runs a job and blocks until it is done. For command lines, worker threads and tests.
 *
 * Returns: (nullable): what @func returned; the caller's also when @error is set
 */
gpointer
csm_db_run (CsmDb      *self,
            CsmDbMode   mode,
            CsmDbFunc   func,
            gpointer    input,
            GError    **error)
{
  gboolean done = FALSE;
  Job job = { .mode = mode, .priority = G_PRIORITY_DEFAULT, .func = func, .input = input, .done = &done };

  push_job (self, &job);
  g_mutex_lock (&self->lock);
  while (!done)
    g_cond_wait (&self->done_wake, &self->lock);
  g_mutex_unlock (&self->lock);
  if (job.error != NULL)
    g_propagate_error (error, job.error);
  return job.result;
}

static void
announce (CsmDb    *self,
          gboolean *flag)
{
  g_mutex_lock (&self->lock);
  *flag = TRUE;
  g_cond_broadcast (&self->read_wake);
  g_cond_broadcast (&self->write_wake);
  g_mutex_unlock (&self->lock);
}

/**
 * csm_db_close:
 * @self: a database
 *
 * Runs what waits, then closes the file so that no write-ahead log is left. Blocks; no job
 * may be given afterwards. Disposing does the same, but close where asynchronous jobs ran: one of the database's own
 * threads, which could not wait for itself, may hold the last reference for a moment longer than the job's callback.
 */
void
csm_db_close (CsmDb *self)
{
  /* The readers first: the last connection to close removes the log, and only the writer may. */
  announce (self, &self->closing);
  for (int i = N_READERS; i > 0; i--)
    {
      if (self->threads[i] != NULL)
        g_thread_join (g_steal_pointer (&self->threads[i]));
    }
  announce (self, &self->readers_gone);
  if (self->threads[0] != NULL)
    g_thread_join (g_steal_pointer (&self->threads[0]));
}

static void
csm_db_finalize (GObject *object)
{
  CsmDb *self = CSM_DB (object);

  csm_db_close (self);
  g_clear_error (&self->open_error);
  g_free (self->path);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->write_wake);
  g_cond_clear (&self->read_wake);
  g_cond_clear (&self->done_wake);
  G_OBJECT_CLASS (csm_db_parent_class)->finalize (object);
}

static void
csm_db_class_init (CsmDbClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = csm_db_finalize;
}

static void
csm_db_init (CsmDb *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->write_wake);
  g_cond_init (&self->read_wake);
  g_cond_init (&self->done_wake);
  g_queue_init (&self->writes);
  g_queue_init (&self->reads);
}
