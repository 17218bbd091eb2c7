/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-here-private.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#include "csm-time.h"

/* Which cases' messages are wanted on this computer, and what one of them has here. */

#define DAY (24 * 3600 * CSM_SECOND)
#define RECENT (90 * DAY)
#define VIEWED (7 * DAY)
/* With the budget nearly used up only what is going on now is fetched, or old cases would push out each other. */
#define NEARLY_FULL(budget) ((budget) / 100 * 85)
#define GOING_ON (7 * DAY)
/* So often it is written down that somebody still looks at a case. */
#define NOTE_EVERY 3600

/* Needed word for word, so that SQLite takes the partial indexes. */
#define STALE "messages_state IS NOT held AND messages_state IS NOT skipped"

/**
 * csm_wanted_case_free:
 * @wanted: a case
 */
void
csm_wanted_case_free (CsmWantedCase *wanted)
{
  if (wanted == NULL)
    return;
  g_free (wanted->id);
  g_free (wanted->state);
  g_free (wanted->messages_state);
  g_free (wanted);
}

/**
 * csm_wanted_cases_free:
 * @wanted: cases
 */
void
csm_wanted_cases_free (CsmWantedCases *wanted)
{
  if (wanted == NULL)
    return;
  g_ptr_array_unref (wanted->cases);
  g_free (wanted);
}

/**
 * csm_cache_here_new:
 * @path: the database
 *
 * Returns: (transfer full): what the main thread knows of what is wanted here
 */
CsmCacheHere *
csm_cache_here_new (const char *path)
{
  CsmCacheHere *self = g_new0 (CsmCacheHere, 1);

  self->path = g_strdup (path);
  return self;
}

/**
 * csm_cache_here_free:
 * @here: what is wanted here
 */
void
csm_cache_here_free (CsmCacheHere *here)
{
  g_free (here->path);
  g_free (here->open_case);
  g_clear_pointer (&here->room, csm_cache_room_free);
  g_free (here);
}

/* --- how much there is ------------------------------------------------------------------------------------------------ */

static guint64
size_of_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint64 size = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      /* The same file stands below under its own name, too: a link. */
      g_autofree char *data = g_build_filename (path, name, "data", NULL);
      GStatBuf info;

      if (g_stat (data, &info) == 0)
        size += (guint64) info.st_size;
    }
  return size;
}

/**
 * csm_cache_file_size:
 * @conn: a connection
 *
 * Returns: bytes that the cache's file has in use
 */
guint64
csm_cache_file_size (CsmDbConn *conn)
{
  gint64 pages = csm_db_conn_get_int (conn, NULL, 0, "SELECT page_count - freelist_count FROM pragma_page_count, pragma_freelist_count", NULL);
  gint64 page_size = csm_db_conn_get_int (conn, NULL, 0, "SELECT page_size FROM pragma_page_size", NULL);

  return (guint64) (MAX (pages, 0) * page_size);
}

/**
 * csm_cache_size:
 * @conn: a connection
 * @path: the cache's file
 * @attachment_bytes: (out): how much of it is attachments
 *
 * Returns: bytes that the account has on this computer
 */
guint64
csm_cache_size (CsmDbConn  *conn,
                const char *path,
                guint64    *attachment_bytes)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *blobs = g_build_filename (folder, "blobs", NULL);

  *attachment_bytes = size_of_folder (blobs);
  return csm_cache_file_size (conn) + *attachment_bytes;
}

typedef struct
{
  char    *path;
  char    *case_id;
  guint64  budget;
  guint    limit;
  gboolean flag;
} Ask;

static Ask *
ask_new (CsmCache   *self,
         const char *case_id,
         guint       limit,
         gboolean    flag)
{
  CsmCacheHere *here = csm_cache_get_here (self);
  Ask *ask = g_new0 (Ask, 1);

  ask->path = g_strdup (here->path);
  ask->budget = here->budget;
  ask->case_id = g_strdup (case_id);
  ask->limit = limit;
  ask->flag = flag;
  return ask;
}

static void
ask_free (gpointer data)
{
  Ask *ask = data;

  g_free (ask->path);
  g_free (ask->case_id);
  g_free (ask);
}

static gpointer
measure (CsmDbConn     *conn,
         gpointer       input,
         GCancellable  *cancellable,
         GError       **error)
{
  CsmCacheSize *size = g_new0 (CsmCacheSize, 1);

  size->bytes = csm_cache_size (conn, ((Ask *) input)->path, &size->attachment_bytes);
  size->n_cases = (guint) csm_db_conn_get_int (conn, error, 0, "SELECT count (*) FROM case_", NULL);
  size->n_resident_cases = size->n_cases -
    (guint) csm_db_conn_get_int (conn, NULL, 0, "SELECT count (*) FROM case_ WHERE messages_state IS NOT NULL AND held IS NULL", NULL);
  size->n_messages = (guint) csm_db_conn_get_int (conn, NULL, 0, "SELECT count (*) FROM message", NULL);
  return size;
}

/**
 * csm_cache_measure_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_measure_async (CsmCache            *self,
                         GCancellable        *c,
                         GAsyncReadyCallback  cb,
                         gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT_IDLE, measure, ask_new (self, NULL, 0, FALSE), ask_free, g_free, csm_cache_measure_async, c, cb, data);
}

/**
 * csm_cache_measure_finish:
 * @self: a cache
 * @result: what the callback got
 * @size: (out caller-allocates): how much is here, in bytes
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_measure_finish (CsmCache      *self,
                          GAsyncResult  *result,
                          CsmCacheSize  *size,
                          GError       **error)
{
  g_autofree CsmCacheSize *found = csm_cache_run_finish (self, result, csm_cache_measure_async, error);

  if (found == NULL)
    return FALSE;
  *size = *found;
  return TRUE;
}

/**
 * csm_cache_set_budget:
 * @self: a cache
 * @bytes: how much may be kept, attachments included; 0: everything
 *
 * Main thread.
 */
void
csm_cache_set_budget (CsmCache *self,
                      guint64   bytes)
{
  csm_cache_get_here (self)->budget = bytes;
}

/**
 * csm_cache_get_budget:
 * @self: a cache
 *
 * Returns: how many bytes may be kept; 0: all
 */
guint64
csm_cache_get_budget (CsmCache *self)
{
  return csm_cache_get_here (self)->budget;
}

/* --- which are wanted --------------------------------------------------------------------------------------------------- */

static gboolean
collect (CsmDbStmt  *stmt,
         GPtrArray  *cases,
         GHashTable *known,
         GError    **error)
{
  g_autoptr (GError) local = NULL;

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      CsmWantedCase *wanted;
      const char *id = csm_db_stmt_text (stmt, 0);

      if (known != NULL && !g_hash_table_add (known, g_strdup (id)))
        continue;
      wanted = g_new0 (CsmWantedCase, 1);
      wanted->id = g_strdup (id);
      wanted->messages_state = g_strdup (csm_db_stmt_text (stmt, 1));
      wanted->state = g_strdup (csm_db_stmt_text (stmt, 2));
      g_ptr_array_add (cases, wanted);
    }
  if (local == NULL)
    return stmt != NULL;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

#define WANTED "SELECT c.id, c.messages_state, t.state FROM "
#define CONTENT " LEFT JOIN content AS t ON t.case_rowid = c.rowid "

/* Those that a person keeps here, or works in. */
static gboolean
collect_kept (CsmDbConn  *conn,
              gint64      now,
              gint64      limit,
              GPtrArray  *cases,
              GHashTable *known,
              GError    **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, error,
    WANTED "(" CSM_CACHE_HARD_REASONS " UNION SELECT case_id FROM kept WHERE viewed_at >= ?1) AS k JOIN case_ AS c ON c.id = k.case_id" CONTENT
    "WHERE " STALE " ORDER BY c.rank DESC LIMIT ?2", "ii", now - VIEWED, limit);

  return collect (stmt, cases, known, error);
}

/* Those that were active lately. */
static gboolean
collect_recent (CsmDbConn  *conn,
                gint64      since,
                gint64      limit,
                GPtrArray  *cases,
                GHashTable *known,
                GError    **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, error,
    WANTED "case_ AS c INDEXED BY case_stale" CONTENT "WHERE " STALE " AND c.rank >= ?1 ORDER BY c.rank DESC LIMIT ?2",
    "ii", MAX (since, 0) * CSM_RANK_UNIT, limit);

  return collect (stmt, cases, known, error);
}

/* Those that are open or mine, however old. */
static gboolean
collect_open (CsmDbConn  *conn,
              gint64      before,
              gint64      limit,
              GPtrArray  *cases,
              GHashTable *known,
              GError    **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, error,
    WANTED "case_ AS c INDEXED BY case_stale_open" CONTENT "WHERE " STALE " AND (status < 4 OR mine) AND c.rank < ?1 ORDER BY c.rank DESC LIMIT ?2",
    "ii", MAX (before, 0) * CSM_RANK_UNIT, limit);

  return collect (stmt, cases, known, error);
}

/* The history of what was merged belongs to that of the case that it went to: where that one is here, it is wanted, too. A merged
 * case has rank 0, and none of the other reasons. */
static gboolean
collect_merged (CsmDbConn  *conn,
                gint64      limit,
                GPtrArray  *cases,
                GHashTable *known,
                GError    **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, error,
    WANTED "case_ AS c INDEXED BY case_merged" CONTENT "WHERE c.merged_into IS NOT NULL AND " STALE
    " AND EXISTS (SELECT 1 FROM case_ AS s WHERE s.id = c.merged_into AND s.held IS NOT NULL) ORDER BY c.id DESC LIMIT ?1", "i", limit);

  return collect (stmt, cases, known, error);
}

/* Beyond the budget, what is here is still kept up to date. */
static gboolean
collect_held (CsmDbConn  *conn,
              gint64      limit,
              GPtrArray  *cases,
              GHashTable *known,
              GError    **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, error,
    WANTED "case_ AS c INDEXED BY case_stale" CONTENT "WHERE " STALE " AND held IS NOT NULL ORDER BY c.rank DESC LIMIT ?1", "i", limit);

  return collect (stmt, cases, known, error);
}

/**
 * csm_cache_read_wanted:
 * @conn: a connection
 * @limit: how many at most
 * @budget: bytes that may be used; 0: any
 * @size: bytes that are
 * @now: µs
 * @count: whether to say how many there are in all
 * @error: `CSM_ERROR_DATABASE`
 *
 * Returns: (transfer full): cases whose messages are to be fetched
 */
CsmWantedCases *
csm_cache_read_wanted (CsmDbConn  *conn,
                       guint       limit,
                       guint64     budget,
                       guint64     size,
                       gint64      now,
                       gboolean    count,
                       GError    **error)
{
  g_autoptr (CsmWantedCases) wanted = g_new0 (CsmWantedCases, 1);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean room = budget == 0 || size < NEARLY_FULL (budget), some = budget == 0 || size < budget;
  gint64 recent = now - (room ? RECENT : GOING_ON);
  GPtrArray *cases = wanted->cases = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_wanted_case_free);

  if (!collect_kept (conn, now, limit, cases, known, error))
    return NULL;
  if (some && cases->len < limit && !collect_recent (conn, recent, limit - cases->len, cases, known, error))
    return NULL;
  if (room && cases->len < limit && !collect_open (conn, recent, limit - cases->len, cases, known, error))
    return NULL;
  if (some && cases->len < limit && !collect_merged (conn, limit - cases->len, cases, known, error))
    return NULL;
  if (!room && cases->len < limit && !collect_held (conn, limit - cases->len, cases, known, error))
    return NULL;
  wanted->n_left = cases->len;
  if (count && cases->len == limit)
    wanted->n_left = (guint) csm_db_conn_get_int (conn, error, 0,
      "SELECT (SELECT count (*) FROM case_ INDEXED BY case_stale WHERE " STALE " AND rank >= ?1)"
      " + (SELECT count (*) FROM case_ INDEXED BY case_stale_open WHERE " STALE " AND (status < 4 OR mine) AND rank < ?1)",
      "i", MAX (recent, 0) * CSM_RANK_UNIT);
  return g_steal_pointer (&wanted);
}

static gpointer
load_wanted (CsmDbConn     *conn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  Ask *ask = input;
  guint64 attachments, size = ask->budget > 0 ? csm_cache_size (conn, ask->path, &attachments) : 0;

  return csm_cache_read_wanted (conn, ask->limit, ask->budget, size, csm_time_now (), ask->flag, error);
}

/**
 * csm_cache_load_wanted_async:
 * @self: a cache
 * @limit: how many at most
 * @count: tell how many there are in all
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Cases whose messages are wanted, and not here as they are on the server.
 */
void
csm_cache_load_wanted_async (CsmCache            *self,
                             guint                limit,
                             gboolean             count,
                             GCancellable        *c,
                             GAsyncReadyCallback  cb,
                             gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, load_wanted, ask_new (self, NULL, limit, count), ask_free, (GDestroyNotify) csm_wanted_cases_free,
                      csm_cache_load_wanted_async, c, cb, data);
}

/**
 * csm_cache_load_wanted_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full): those in which something waits first, then the newest activity
 */
CsmWantedCases *
csm_cache_load_wanted_finish (CsmCache      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_wanted_async, error);
}

static gpointer
load_wanted_case (CsmDbConn     *conn,
                  gpointer       input,
                  GCancellable  *cancellable,
                  GError       **error)
{
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_wanted_case_free);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, error, WANTED "case_ AS c" CONTENT "WHERE c.id = ?", "t", ((Ask *) input)->case_id);

  return collect (stmt, cases, NULL, error) && cases->len > 0 ? g_ptr_array_steal_index (cases, 0) : NULL;
}

/**
 * csm_cache_load_wanted_case_async:
 * @self: a cache
 * @case_id: a case
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * One case, wanted or not.
 */
void
csm_cache_load_wanted_case_async (CsmCache            *self,
                                  const char          *case_id,
                                  GCancellable        *c,
                                  GAsyncReadyCallback  cb,
                                  gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_HIGH, load_wanted_case, ask_new (self, case_id, 0, FALSE), ask_free, (GDestroyNotify) csm_wanted_case_free,
                      csm_cache_load_wanted_case_async, c, cb, data);
}

/**
 * csm_cache_load_wanted_case_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what to fetch of it; %NULL without @error: unknown here
 */
CsmWantedCase *
csm_cache_load_wanted_case_finish (CsmCache      *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_wanted_case_async, error);
}

/* --- one case ------------------------------------------------------------------------------------------------------------- */

/**
 * csm_cache_read_here:
 * @conn: a connection
 * @case_id: a case
 * @detail: what is told of it: `pinned`, `resident` and `behind` are set
 * @error: `CSM_ERROR_DATABASE`
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_read_here (CsmDbConn      *conn,
                     const char     *case_id,
                     CsmCaseDetail  *detail,
                     GError        **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local,
    "SELECT messages_state IS NULL OR held IS NOT NULL, messages_state IS NOT held,"
    " EXISTS (SELECT 1 FROM kept WHERE case_id = ?1 AND pinned) FROM case_ WHERE id = ?1", "t", case_id);

  detail->resident = TRUE;
  if (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      detail->resident = csm_db_stmt_int (stmt, 0) != 0;
      detail->behind = detail->resident && csm_db_stmt_int (stmt, 1) != 0;
      detail->pinned = csm_db_stmt_int (stmt, 2) != 0;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_cache_want_again:
 * @txn: the job's
 * @case_id: a case in which somebody has something to do now, or its twin of another type
 * @error: `CSM_ERROR_DATABASE`
 *
 * What was let go of it is fetched by itself again.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_want_again (CsmCacheTxn  *txn,
                      const char   *case_id,
                      GError      **error)
{
  if (!csm_db_conn_run (txn->conn, error, "UPDATE case_ SET skipped = NULL WHERE id = 'c' || substr (?, 2) AND skipped IS NOT NULL", "t", case_id))
    return FALSE;
  txn->wanted |= csm_db_conn_changes (txn->conn) > 0;
  return TRUE;
}

static gpointer
pin_case (CsmCacheTxn  *txn,
          gpointer      input,
          GError      **error)
{
  Ask *ask = input;

  if (!csm_db_conn_run (txn->conn, error,
                        "INSERT INTO kept (case_id, pinned) VALUES (?1, ?2) ON CONFLICT (case_id) DO UPDATE SET pinned = ?2",
                        "ti", ask->case_id, (gint64) ask->flag) ||
      (ask->flag && !csm_cache_want_again (txn, ask->case_id, error)))
    return NULL;
  txn->wanted |= ask->flag;
  csm_cache_txn_changed (txn, CSM_TYPE_ID_CASE, ask->case_id, ask->case_id);
  return GINT_TO_POINTER (TRUE);
}

/**
 * csm_cache_pin_case_async:
 * @self: a cache
 * @case_id: a case
 * @pinned: whether its messages stay on this computer, whatever the budget
 * @c: (nullable): a cancellable
 * @cb: called when it is durable
 * @data: for @cb
 */
void
csm_cache_pin_case_async (CsmCache            *self,
                          const char          *case_id,
                          gboolean             pinned,
                          GCancellable        *c,
                          GAsyncReadyCallback  cb,
                          gpointer             data)
{
  csm_cache_run_write (self, CSM_DB_WRITE_DURABLE, G_PRIORITY_HIGH, pin_case, ask_new (self, case_id, 0, pinned), ask_free, NULL,
                       csm_cache_pin_case_async, c, cb, data);
}

/**
 * csm_cache_pin_case_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_pin_case_finish (CsmCache      *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_pin_case_async, error) != NULL;
}

static gpointer
write_viewed (CsmCacheTxn  *txn,
              gpointer      input,
              GError      **error)
{
  gint64 now = csm_time_now ();

  /* The history of what was merged into it is part of its own. */
  if (!csm_db_conn_run (txn->conn, error,
                        "INSERT INTO kept (case_id, viewed_at) SELECT ?1, ?2 UNION ALL SELECT id, ?2 FROM case_ WHERE merged_into = ?1"
                        " ON CONFLICT (case_id) DO UPDATE SET viewed_at = ?2",
                        "ti", ((Ask *) input)->case_id, now) ||
      !csm_db_conn_run (txn->conn, error, "DELETE FROM kept WHERE NOT pinned AND viewed_at < ?", "i", now - RECENT))
    return NULL;
  return GINT_TO_POINTER (TRUE);
}

/**
 * csm_cache_note_viewed:
 * @self: a cache
 * @case_id: what is on the screen now
 *
 * Main thread.
 */
void
csm_cache_note_viewed (CsmCache   *self,
                       const char *case_id)
{
  CsmCacheHere *here = csm_cache_get_here (self);
  gint64 now = g_get_monotonic_time () / G_USEC_PER_SEC;

  if (g_strcmp0 (here->open_case, case_id) == 0 && now - here->noted_at < NOTE_EVERY)
    return;
  g_free (here->open_case);
  here->open_case = g_strdup (case_id);
  here->noted_at = now;
  csm_cache_run_write (self, CSM_DB_WRITE, G_PRIORITY_LOW, write_viewed, ask_new (self, case_id, 0, FALSE), ask_free, NULL, csm_cache_note_viewed, NULL, NULL, NULL);
}
