/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-db-conn.h"

#include "csm-error.h"

/* How many virtual-machine steps pass between two looks at the cancellable: ~0.1 ms. */
#define PROGRESS_STEPS 10000

/* Idle statements that are kept: clients may ask for any number of different filters. */
#define MOST_IDLE 256

struct _CsmDbConn
{
  sqlite3      *db;
  GHashTable   *statements; /* the idle ones, by their SQL */
  GCancellable *cancellable;
  CsmDbWantedFunc wanted;
  gpointer      wanted_data;
};

struct _CsmDbStmt
{
  CsmDbConn    *conn;
  sqlite3_stmt *stmt;
  char         *sql;
  guint         hash;       /* of `sql`, which is long and looked up often */
};

static void
stmt_free (CsmDbStmt *self)
{
  sqlite3_finalize (self->stmt);
  g_free (self->sql);
  g_free (self);
}

static guint
stmt_hash (gconstpointer stmt)
{
  return ((const CsmDbStmt *) stmt)->hash;
}

static gboolean
stmt_equal (gconstpointer a,
            gconstpointer b)
{
  return g_str_equal (((const CsmDbStmt *) a)->sql, ((const CsmDbStmt *) b)->sql);
}

/* What could not be written is not kept, whatever the reason: a disk that fails is as good as full. */
static gboolean
is_failed_write (int rc)
{
  switch (rc)
    {
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
    case SQLITE_IOERR_TRUNCATE:
    case SQLITE_IOERR_SHMSIZE:
    case SQLITE_IOERR_SHMOPEN:
    case SQLITE_IOERR_SHMMAP:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
report (CsmDbConn  *self,
        int         rc,
        GError    **error)
{
  CsmError code = CSM_ERROR_DATABASE;

  switch (rc & 0xff)
    {
    case SQLITE_INTERRUPT:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "the query was cancelled");
      return FALSE;
    case SQLITE_FULL:
      code = CSM_ERROR_DISK_FULL;
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      code = CSM_ERROR_DATABASE_BUSY;
      break;
    case SQLITE_CONSTRAINT:
      code = CSM_ERROR_CONSTRAINT;
      break;
    case SQLITE_IOERR:
      code = is_failed_write (rc) ? CSM_ERROR_DISK_FULL : CSM_ERROR_DATABASE;
      break;
    default:
      break;
    }
  g_set_error (error, CSM_ERROR, code, "%s", self->db != NULL ? sqlite3_errmsg (self->db) : sqlite3_errstr (rc));
  return FALSE;
}

static int
on_progress (gpointer data)
{
  CsmDbConn *self = data;

  return self->cancellable != NULL && g_cancellable_is_cancelled (self->cancellable);
}

/**
 * csm_db_conn_open:
 * @path: the file, or ":memory:"
 * @read_only: whether nothing will be written through it
 * @error: `CSM_ERROR_DATABASE`
 *
 * Opens one connection in WAL mode, for use by one thread at a time.
 *
 * Returns: (transfer full): the connection
 */
CsmDbConn *
csm_db_conn_open (const char  *path,
                  gboolean     read_only,
                  GError     **error)
{
  g_autoptr (CsmDbConn) self = g_new0 (CsmDbConn, 1);
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (read_only ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  int rc;

  self->statements = g_hash_table_new_full (stmt_hash, stmt_equal, (GDestroyNotify) stmt_free, NULL);
  rc = sqlite3_open_v2 (path, &self->db, flags, NULL);
  if (rc != SQLITE_OK)
    {
      report (self, rc, error);
      return NULL;
    }
  sqlite3_busy_timeout (self->db, 10000);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_progress_handler (self->db, PROGRESS_STEPS, on_progress, self);
  if (!csm_db_conn_exec (self, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000", error))
    return NULL;
  /* Not for a writer: a statement inside a savepoint then walks the whole journal in memory, which makes large transactions quadratic. */
  if (read_only && !csm_db_conn_exec (self, "PRAGMA temp_store=MEMORY; PRAGMA query_only=ON", error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * csm_db_conn_free:
 * @self: (transfer full): a connection
 *
 * Closes it. All of its statements must have been released.
 */
void
csm_db_conn_free (CsmDbConn *self)
{
  g_hash_table_unref (self->statements);
  if (self->db != NULL && sqlite3_close (self->db) != SQLITE_OK)
    g_critical ("a statement outlives its connection: %s", sqlite3_errmsg (self->db));
  g_free (self);
}

/**
 * csm_db_conn_get_handle:
 * @self: a connection
 *
 * Returns: (transfer none): SQLite's handle, to register functions and tokenizers
 */
sqlite3 *
csm_db_conn_get_handle (CsmDbConn *self)
{
  return self->db;
}

/**
 * csm_db_conn_in_transaction:
 * @self: a connection
 *
 * Returns: whether a transaction is open; after a grave error SQLite may have ended it
 */
gboolean
csm_db_conn_in_transaction (CsmDbConn *self)
{
  return !sqlite3_get_autocommit (self->db);
}

/**
 * csm_db_conn_set_cancellable:
 * @self: a connection
 * @cancellable: (nullable): looked at while statements run; must outlive its use
 */
void
csm_db_conn_set_cancellable (CsmDbConn    *self,
                             GCancellable *cancellable)
{
  self->cancellable = cancellable;
}

/**
 * csm_db_conn_set_wanted:
 * @self: a connection
 * @func: (nullable): tells whether others wait for the connection; called on its thread
 * @data: for @func
 */
void
csm_db_conn_set_wanted (CsmDbConn       *self,
                        CsmDbWantedFunc  func,
                        gpointer         data)
{
  self->wanted = func;
  self->wanted_data = data;
}

/**
 * csm_db_conn_is_wanted:
 * @self: a connection
 *
 * For jobs that can end at any time and go on in another one.
 *
 * Returns: whether another job waits for this connection
 */
gboolean
csm_db_conn_is_wanted (CsmDbConn *self)
{
  return self->wanted != NULL && self->wanted (self->wanted_data);
}

/**
 * csm_db_conn_exec:
 * @self: a connection
 * @sql: one or more statements without parameters
 * @error: `CSM_ERROR_DATABASE` and its kin
 *
 * Returns: whether all ran
 */
gboolean
csm_db_conn_exec (CsmDbConn   *self,
                  const char  *sql,
                  GError     **error)
{
  int rc = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  return rc == SQLITE_OK || report (self, rc, error);
}

/**
 * csm_db_conn_prepare:
 * @self: a connection
 * @sql: one statement
 * @error: `CSM_ERROR_DATABASE`
 *
 * Returns: (transfer full): the compiled statement, from the connection's cache when it is idle there
 */
CsmDbStmt *
csm_db_conn_prepare (CsmDbConn   *self,
                     const char  *sql,
                     GError     **error)
{
  const CsmDbStmt wanted = { .sql = (char *) sql, .hash = g_str_hash (sql) };
  g_autoptr (CsmDbStmt) stmt = NULL;
  gpointer cached;
  int rc;

  if (g_hash_table_steal_extended (self->statements, &wanted, &cached, NULL))
    return cached;

  stmt = g_new0 (CsmDbStmt, 1);
  stmt->conn = self;
  stmt->sql = g_strdup (sql);
  stmt->hash = wanted.hash;
  rc = sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt->stmt, NULL);
  if (rc != SQLITE_OK)
    {
      report (self, rc, error);
      stmt_free (g_steal_pointer (&stmt));
      return NULL;
    }
  return g_steal_pointer (&stmt);
}

/**
 * csm_db_stmt_release:
 * @self: (transfer full): a statement
 *
 * Resets it and gives it back to its connection's cache.
 */
void
csm_db_stmt_release (CsmDbStmt *self)
{
  sqlite3_reset (self->stmt);
  sqlite3_clear_bindings (self->stmt);
  if (g_hash_table_contains (self->conn->statements, self) || g_hash_table_size (self->conn->statements) >= MOST_IDLE)
    stmt_free (self);
  else
    g_hash_table_add (self->conn->statements, self);
}

/**
 * csm_db_stmt_reset:
 * @self: a statement
 *
 * Makes it ready to run again; its bindings stay.
 */
void
csm_db_stmt_reset (CsmDbStmt *self)
{
  sqlite3_reset (self->stmt);
}

/**
 * csm_db_stmt_bind_text:
 * @self: a statement
 * @index: the parameter, from 1
 * @text: (nullable): copied
 */
void
csm_db_stmt_bind_text (CsmDbStmt  *self,
                       int         index,
                       const char *text)
{
  sqlite3_bind_text (self->stmt, index, text, -1, SQLITE_TRANSIENT);
}

/**
 * csm_db_stmt_bind_blob:
 * @self: a statement
 * @index: the parameter, from 1
 * @bytes: must stay until the statement is released
 */
void
csm_db_stmt_bind_blob (CsmDbStmt *self,
                       int        index,
                       GBytes    *bytes)
{
  gsize n_bytes;
  gconstpointer data = g_bytes_get_data (bytes, &n_bytes);

  sqlite3_bind_blob64 (self->stmt, index, data, n_bytes, SQLITE_STATIC);
}

/**
 * csm_db_stmt_bind_int:
 * @self: a statement
 * @index: the parameter, from 1
 * @value: a number
 */
void
csm_db_stmt_bind_int (CsmDbStmt *self,
                      int        index,
                      gint64     value)
{
  sqlite3_bind_int64 (self->stmt, index, value);
}

/**
 * csm_db_stmt_bind_null:
 * @self: a statement
 * @index: the parameter, from 1
 */
void
csm_db_stmt_bind_null (CsmDbStmt *self,
                       int        index)
{
  sqlite3_bind_null (self->stmt, index);
}

/* "t" text or NULL, "i" gint64, "n" NULL (takes no argument). */
static void
bind_all (CsmDbStmt  *stmt,
          const char *format,
          va_list     args)
{
  for (int i = 0; format != NULL && format[i] != '\0'; i++)
    {
      switch (format[i])
        {
        case 't':
          csm_db_stmt_bind_text (stmt, i + 1, va_arg (args, const char *));
          break;
        case 'i':
          csm_db_stmt_bind_int (stmt, i + 1, va_arg (args, gint64));
          break;
        case 'n':
          csm_db_stmt_bind_null (stmt, i + 1);
          break;
        default:
          g_assert_not_reached ();
        }
    }
}

static CsmDbStmt *
query_valist (CsmDbConn   *self,
              GError     **error,
              const char  *sql,
              const char  *format,
              va_list      args)
{
  CsmDbStmt *stmt = csm_db_conn_prepare (self, sql, error);

  if (stmt != NULL)
    bind_all (stmt, format, args);
  return stmt;
}

/**
 * csm_db_conn_query:
 * @self: a connection
 * @error: `CSM_ERROR_DATABASE`
 * @sql: one statement
 * @format: (nullable): a letter per parameter: `t` text (nullable), `i` gint64, `n` NULL without argument
 * @...: the parameters; integers must be gint64
 *
 * Returns: (transfer full): the statement, ready to be stepped
 */
CsmDbStmt *
csm_db_conn_query (CsmDbConn   *self,
                   GError     **error,
                   const char  *sql,
                   const char  *format,
                   ...)
{
  CsmDbStmt *stmt;
  va_list args;

  va_start (args, format);
  stmt = query_valist (self, error, sql, format, args);
  va_end (args);
  return stmt;
}

/**
 * csm_db_conn_run:
 * @self: a connection
 * @error: `CSM_ERROR_DATABASE` and its kin
 * @sql: one statement whose rows nobody wants
 * @format: (nullable): as for csm_db_conn_query()
 * @...: the parameters
 *
 * Returns: whether it ran
 */
gboolean
csm_db_conn_run (CsmDbConn   *self,
                 GError     **error,
                 const char  *sql,
                 const char  *format,
                 ...)
{
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;
  va_list args;

  va_start (args, format);
  stmt = query_valist (self, error, sql, format, args);
  va_end (args);
  if (stmt == NULL)
    return FALSE;
  while (csm_db_stmt_step (stmt, &local))
    ;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_db_conn_get_int:
 * @self: a connection
 * @error: `CSM_ERROR_DATABASE`
 * @fallback: what to return where there is no row, its value is NULL, or on error
 * @sql: one statement
 * @format: (nullable): as for csm_db_conn_query()
 * @...: the parameters
 *
 * Returns: the first column of the first row
 */
gint64
csm_db_conn_get_int (CsmDbConn   *self,
                     GError     **error,
                     gint64       fallback,
                     const char  *sql,
                     const char  *format,
                     ...)
{
  g_autoptr (CsmDbStmt) stmt = NULL;
  va_list args;

  va_start (args, format);
  stmt = query_valist (self, error, sql, format, args);
  va_end (args);
  if (stmt == NULL || !csm_db_stmt_step (stmt, error) || csm_db_stmt_is_null (stmt, 0))
    return fallback;
  return csm_db_stmt_int (stmt, 0);
}

/**
 * csm_db_conn_get_text:
 * @self: a connection
 * @error: `CSM_ERROR_DATABASE`
 * @sql: one statement
 * @format: (nullable): as for csm_db_conn_query()
 * @...: the parameters
 *
 * Returns: (transfer full) (nullable): the first column of the first row; %NULL where there is none, and on error
 */
char *
csm_db_conn_get_text (CsmDbConn   *self,
                      GError     **error,
                      const char  *sql,
                      const char  *format,
                      ...)
{
  g_autoptr (CsmDbStmt) stmt = NULL;
  va_list args;

  va_start (args, format);
  stmt = query_valist (self, error, sql, format, args);
  va_end (args);
  if (stmt == NULL || !csm_db_stmt_step (stmt, error))
    return NULL;
  return g_strdup (csm_db_stmt_text (stmt, 0));
}

/**
 * csm_db_conn_last_rowid:
 * @self: a connection
 *
 * Returns: the rowid of the last insert
 */
gint64
csm_db_conn_last_rowid (CsmDbConn *self)
{
  return sqlite3_last_insert_rowid (self->db);
}

/**
 * csm_db_conn_changes:
 * @self: a connection
 *
 * Returns: how many rows the last statement changed
 */
int
csm_db_conn_changes (CsmDbConn *self)
{
  return sqlite3_changes (self->db);
}

/**
 * csm_db_stmt_step:
 * @self: a statement
 * @error: `CSM_ERROR_DATABASE` and its kin, or `G_IO_ERROR_CANCELLED`
 *
 * Returns: %TRUE when there is a row; %FALSE at the end and, with @error set, on failure
 */
gboolean
csm_db_stmt_step (CsmDbStmt  *self,
                  GError    **error)
{
  int rc = sqlite3_step (self->stmt);

  if (rc == SQLITE_ROW)
    return TRUE;
  if (rc != SQLITE_DONE)
    report (self->conn, rc, error);
  return FALSE;
}

/**
 * csm_db_stmt_text:
 * @self: a statement with a row
 * @column: from 0
 *
 * Returns: (transfer none) (nullable): the text, until the next step
 */
const char *
csm_db_stmt_text (CsmDbStmt *self,
                  int        column)
{
  return (const char *) sqlite3_column_text (self->stmt, column);
}

/**
 * csm_db_stmt_int:
 * @self: a statement with a row
 * @column: from 0
 *
 * Returns: the number; 0 for NULL
 */
gint64
csm_db_stmt_int (CsmDbStmt *self,
                 int        column)
{
  return sqlite3_column_int64 (self->stmt, column);
}

/**
 * csm_db_stmt_is_null:
 * @self: a statement with a row
 * @column: from 0
 *
 * Returns: whether the value is NULL
 */
gboolean
csm_db_stmt_is_null (CsmDbStmt *self,
                     int        column)
{
  return sqlite3_column_type (self->stmt, column) == SQLITE_NULL;
}
