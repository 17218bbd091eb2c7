/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-private.h"

#include "csm-json.h"
#include "csm-time.h"

/* What people have to do, over all cases, and what was done in one. */

#define POSITION "json_extract (coalesce (t.view, t.base), '$.position')"
/* Nobody merges so many into each other; a circle would be a server's mistake. */
#define MAX_MERGES 20

static void
pointers_free (gpointer array)
{
  g_ptr_array_unref (array);
}

/**
 * csm_cache_find_survivor:
 * @conn: a connection
 * @case_id: a case
 * @id: (out) (optional) (transfer full): its id
 *
 * Follows a case to the one that it was merged into.
 *
 * Returns: the rowid of the case that lists show; 0: it is not here
 */
gint64
csm_cache_find_survivor (CsmDbConn   *conn,
                         const char  *case_id,
                         char       **id)
{
  g_autofree char *at = g_strdup (case_id);

  for (guint i = 0; at != NULL && i < MAX_MERGES; i++)
    {
      g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, NULL, "SELECT rowid, merged_into FROM case_ WHERE id = ?", "t", at);

      if (stmt == NULL || !csm_db_stmt_step (stmt, NULL))
        return 0;
      if (csm_db_stmt_is_null (stmt, 1))
        {
          if (id != NULL)
            *id = g_steal_pointer (&at);
          return csm_db_stmt_int (stmt, 0);
        }
      g_free (at);
      at = g_strdup (csm_db_stmt_text (stmt, 1));
    }
  return 0;
}

/* --- tasks ------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  char    *assignee_id;
  gboolean open_only;
} Tasks;

static void
tasks_free (gpointer data)
{
  Tasks *tasks = data;

  g_free (tasks->assignee_id);
  g_free (tasks);
}

static CsmTaskRow *
make_task_row (CsmDbStmt *stmt)
{
  JsonObject *task = csm_cache_parse_record (csm_db_stmt_text (stmt, 0));
  CsmTaskRow *row;

  if (task == NULL)
    return NULL;
  row = g_new0 (CsmTaskRow, 1);
  row->task = task;
  row->case_id = g_strdup (csm_db_stmt_text (stmt, 1));
  row->case_subject = g_strdup (csm_db_stmt_text (stmt, 2));
  row->customer_name = g_strdup (csm_db_stmt_text (stmt, 3));
  return row;
}

static gpointer
list_tasks (CsmDbConn     *conn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  Tasks *tasks = input;
  g_autofree char *sql = g_strdup_printf (
    "SELECT coalesce (t.view, t.base), t.case_id, json_extract (coalesce (c.view, c.base), '$.subject'), u.label"
    " FROM task AS t LEFT JOIN case_ AS c ON c.id = t.case_id LEFT JOIN customer AS u ON u.id = c.customer_id"
    " WHERE NOT t.gone%s%s ORDER BY t.due_at IS NULL, t.due_at, t.case_id, " POSITION " IS NULL, " POSITION ", t.id",
    tasks->assignee_id != NULL ? " AND t.assignee_id = ?" : "", tasks->open_only ? " AND todo" : "");
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_task_row_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn, sql, &local);

  if (stmt != NULL && tasks->assignee_id != NULL)
    csm_db_stmt_bind_text (stmt, 1, tasks->assignee_id);
  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      CsmTaskRow *row = make_task_row (stmt);

      if (row != NULL)
        g_ptr_array_add (rows, row);
    }
  if (local == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_cache_list_tasks_async:
 * @self: a cache
 * @assignee_id: (nullable): whose; %NULL: anybody's
 * @open_only: without those that are done or skipped
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_list_tasks_async (CsmCache            *self,
                            const char          *assignee_id,
                            gboolean             open_only,
                            GCancellable        *c,
                            GAsyncReadyCallback  cb,
                            gpointer             data)
{
  Tasks *tasks = g_new0 (Tasks, 1);

  tasks->assignee_id = g_strdup (assignee_id);
  tasks->open_only = open_only;
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, list_tasks, tasks, tasks_free, pointers_free, csm_cache_list_tasks_async, c, cb, data);
}

/**
 * csm_cache_list_tasks_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmTaskRow): tasks by their due date, those without last
 */
GPtrArray *
csm_cache_list_tasks_finish (CsmCache      *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_list_tasks_async, error);
}

/* --- workload ------------------------------------------------------------------------------------------------------------- */

static CsmWorkload *
get_workload (GHashTable *by_person,
              const char *person_id)
{
  CsmWorkload *workload = g_hash_table_lookup (by_person, person_id != NULL ? person_id : "");

  if (workload == NULL)
    {
      workload = g_new0 (CsmWorkload, 1);
      workload->person_id = g_strdup (person_id);
      g_hash_table_insert (by_person, g_strdup (person_id != NULL ? person_id : ""), workload);
    }
  return workload;
}

static int
compare_workloads (gconstpointer a,
                   gconstpointer b)
{
  const CsmWorkload *x = *(const CsmWorkload * const *) a, *y = *(const CsmWorkload * const *) b;

  if ((x->person_id == NULL) != (y->person_id == NULL))
    return x->person_id == NULL ? 1 : -1;
  if (x->open != y->open)
    return x->open > y->open ? -1 : 1;
  return g_strcmp0 (x->person_id, y->person_id);
}

/* Conversations only: what others send of themselves is nobody's work yet. */
#define WORK " FROM case_ WHERE status < 4 AND lane = 0"

static gpointer
load_workload (CsmDbConn     *conn,
               gpointer       input,
               GCancellable  *cancellable,
               GError       **error)
{
  static const char * const sources[] = {
    "SELECT owner_id, count (*)" WORK " AND (status < 2 OR (status = 3 AND snoozed_until <= ?1)) GROUP BY owner_id",
    "SELECT owner_id, count (*)" WORK " AND status = 2 GROUP BY owner_id",
    "SELECT owner_id, count (*) FROM case_ WHERE clock_at IS NOT NULL AND warn_at <= ?1 AND clock_at <= ?1 AND status < 4 AND lane < 2 GROUP BY owner_id",
    "SELECT assignee_id, count (*) FROM task WHERE todo AND NOT gone GROUP BY assignee_id",
  };
  g_autoptr (GHashTable) by_person = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_workload_free);
  gint64 now = csm_time_now ();

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn, sources[i], &local);

      if (stmt != NULL && (i == 0 || i == 2))
        csm_db_stmt_bind_int (stmt, 1, now);
      while (stmt != NULL && csm_db_stmt_step (stmt, &local))
        {
          guint known = g_hash_table_size (by_person);
          CsmWorkload *workload = get_workload (by_person, csm_db_stmt_text (stmt, 0));
          guint *numbers[] = { &workload->open, &workload->waiting, &workload->late, &workload->tasks };

          *numbers[i] = (guint) csm_db_stmt_int (stmt, 1);
          if (g_hash_table_size (by_person) > known)
            g_ptr_array_add (list, workload);
        }
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
    }
  g_ptr_array_sort (list, compare_workloads);
  return g_steal_pointer (&list);
}

/**
 * csm_cache_load_workload_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_load_workload_async (CsmCache            *self,
                               GCancellable        *c,
                               GAsyncReadyCallback  cb,
                               gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, load_workload, NULL, NULL, pointers_free, csm_cache_load_workload_async, c, cb, data);
}

/**
 * csm_cache_load_workload_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmWorkload): everybody who has anything, most open cases first; nobody's last
 */
GPtrArray *
csm_cache_load_workload_finish (CsmCache      *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_workload_async, error);
}

/* --- one case ---------------------------------------------------------------------------------------------------------------- */

static gpointer
read_of_case (CsmDbConn   *conn,
              const char  *sql,
              const char  *case_id,
              GError     **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  return csm_cache_read_records (conn, sql, case_id, records, error) ? g_steal_pointer (&records) : NULL;
}

static gpointer
load_drafts (CsmDbConn     *conn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  return read_of_case (conn, CSM_DRAFTS_OF_CASE, input, error);
}

/**
 * csm_cache_load_drafts_async:
 * @self: a cache
 * @case_id: a case
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Reads the case's shared drafts alone: while a colleague types, nothing else of it has to be read again.
 */
void
csm_cache_load_drafts_async (CsmCache            *self,
                             const char          *case_id,
                             GCancellable        *c,
                             GAsyncReadyCallback  cb,
                             gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_HIGH, load_drafts, g_strdup (case_id), g_free, pointers_free, csm_cache_load_drafts_async, c, cb, data);
}

/**
 * csm_cache_load_drafts_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type JsonObject): its Drafts
 */
GPtrArray *
csm_cache_load_drafts_finish (CsmCache      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_drafts_async, error);
}

static gpointer
load_history (CsmDbConn     *conn,
              gpointer       input,
              GCancellable  *cancellable,
              GError       **error)
{
  /* UNION, not UNION ALL: a circle ends. */
  return read_of_case (conn,
    "WITH RECURSIVE here (id) AS (SELECT ?1 UNION SELECT c.id FROM here JOIN case_ AS c ON c.merged_into = here.id)"
    " SELECT coalesce (y.view, y.base) FROM here JOIN event AS y ON y.case_id = here.id ORDER BY y.at, y.id", input, error);
}

/**
 * csm_cache_load_history_async:
 * @self: a cache
 * @case_id: a case
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_load_history_async (CsmCache            *self,
                              const char          *case_id,
                              GCancellable        *c,
                              GAsyncReadyCallback  cb,
                              gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, load_history, g_strdup (case_id), g_free, pointers_free, csm_cache_load_history_async, c, cb, data);
}

/**
 * csm_cache_load_history_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type JsonObject): all Events of a case that are here, oldest first, with those of the cases that were
 * merged into it
 */
GPtrArray *
csm_cache_load_history_finish (CsmCache      *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_history_async, error);
}
