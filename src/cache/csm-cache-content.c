/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-here-private.h"
#include "csm-cache-outbox.h"

#include "csm-id.h"
#include "csm-json.h"

/* A case's messages, submissions and history: they come case by case, and go so. */

static const CsmTypeId types[] = { CSM_TYPE_ID_MESSAGE, CSM_TYPE_ID_SUBMISSION, CSM_TYPE_ID_EVENT };

/**
 * csm_case_content_new:
 * @case_id: a case
 *
 * Returns: (transfer full): what a server says of one case's messages, nothing yet
 */
CsmCaseContent *
csm_case_content_new (const char *case_id)
{
  CsmCaseContent *self = g_new0 (CsmCaseContent, 1);

  self->case_id = g_strdup (case_id);
  return self;
}

/**
 * csm_case_content_add:
 * @content: what the server says of a case
 * @type: a type
 * @record: (transfer full): a record of it
 */
void
csm_case_content_add (CsmCaseContent *content,
                      CsmTypeId       type,
                      JsonObject     *record)
{
  if (content->records[type] == NULL)
    content->records[type] = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_ptr_array_add (content->records[type], record);
}

/**
 * csm_case_content_free:
 * @content: what the server says of a case
 */
void
csm_case_content_free (CsmCaseContent *content)
{
  if (content == NULL)
    return;
  for (guint i = 0; i < CSM_N_TYPES; i++)
    g_clear_pointer (&content->records[i], g_ptr_array_unref);
  g_free (content->case_id);
  g_free (content->old_state);
  g_free (content->new_state);
  g_free (content->messages_state);
  g_free (content);
}

/* How far a case is known. */
typedef struct
{
  gint64 rowid;
  char  *state;
  gint64 stamp;
  gint64 sweep;
} Known;

static void
known_clear (Known *known)
{
  g_free (known->state);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Known, known_clear)

/* FALSE without @error: the case is unknown here. */
static gboolean
load_known (CsmDbConn   *conn,
            const char  *case_id,
            Known       *known,
            GError     **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, error,
    "SELECT c.rowid, t.state, t.stamp, t.sweep FROM case_ AS c LEFT JOIN content AS t ON t.case_rowid = c.rowid WHERE c.id = ?", "t", case_id);

  *known = (Known) { 0 };
  if (stmt == NULL || !csm_db_stmt_step (stmt, error))
    return FALSE;
  known->rowid = csm_db_stmt_int (stmt, 0);
  known->state = g_strdup (csm_db_stmt_text (stmt, 1));
  known->stamp = csm_db_stmt_is_null (stmt, 2) ? 0 : csm_db_stmt_int (stmt, 2);
  known->sweep = csm_db_stmt_is_null (stmt, 3) ? 0 : csm_db_stmt_int (stmt, 3);
  return TRUE;
}

static gboolean
save_known (CsmDbConn    *conn,
            const Known  *known,
            const char   *state,
            GError      **error)
{
  return csm_db_conn_run (conn, error, "INSERT INTO content (case_rowid, state, stamp, sweep) VALUES (?1, ?2, ?3, ?4)"
                          " ON CONFLICT (case_rowid) DO UPDATE SET state = ?2, stamp = ?3, sweep = ?4",
                          "itii", known->rowid, state, known->stamp, known->sweep);
}

static gboolean
put_records (CsmCacheTxn     *txn,
             CsmCaseContent  *content,
             CsmTypeId        type,
             gint64           stamp,
             GError         **error)
{
  GPtrArray *records = content->records[type];

  for (guint i = 0; records != NULL && i < records->len; i++)
    {
      JsonObject *record = g_ptr_array_index (records, i);
      const char *id = csm_json_get_string (record, "id");

      if (csm_id_is_valid (id, csm_record_type_get (type)->letter) && !csm_cache_put_base (txn, type, id, record, stamp, error))
        return FALSE;
    }
  return TRUE;
}

static GPtrArray *
list_ids (CsmDbConn   *conn,
          CsmTypeId    type,
          const char  *case_id,
          gint64       stamp,
          GError     **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM %s WHERE case_id = ?1 AND base IS NOT NULL AND stamp <> ?2", csm_record_type_get (type)->table);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, sql, "ti", case_id, stamp);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    g_ptr_array_add (ids, g_strdup (csm_db_stmt_text (stmt, 0)));
  if (local == NULL)
    return g_steal_pointer (&ids);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* What the server gave of a case goes, but for rows of @stamp. What waits here stays. */
static gboolean
remove_others (CsmCacheTxn  *txn,
               const char   *case_id,
               gint64        stamp,
               gboolean      rescue,
               GError      **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GPtrArray) ids = list_ids (txn->conn, types[i], case_id, stamp, error);

      if (ids == NULL)
        return FALSE;
      for (guint j = 0; j < ids->len; j++)
        {
          const char *id = g_ptr_array_index (ids, j);

          if ((rescue && !csm_cache_keep_lost (txn, types[i], id, error)) || !csm_cache_put_base (txn, types[i], id, NULL, 0, error))
            return FALSE;
        }
    }
  return TRUE;
}

/* Whether as much is here as on the server. What was destroyed there, or went to another case, is told by nothing else. */
static gboolean
is_complete (CsmDbConn       *conn,
             CsmCaseContent  *content,
             gboolean        *complete,
             GError         **error)
{
  gint64 n = csm_db_conn_get_int (conn, error, -1,
    "SELECT (SELECT count (*) FROM message WHERE case_id = ?1) + (SELECT count (*) FROM event WHERE case_id = ?1)"
    " + (SELECT count (*) FROM submission WHERE case_id = ?1 AND base IS NOT NULL)", "t", content->case_id);

  *complete = n == content->total;
  return n >= 0;
}

static gboolean
finish_case (CsmCacheTxn     *txn,
             CsmCaseContent  *content,
             Known           *known,
             GError         **error)
{
  gboolean complete = TRUE;

  if (known->sweep != 0)
    {
      if (!remove_others (txn, content->case_id, known->stamp, known->sweep == 2, error))
        return FALSE;
      known->sweep = 0;
    }
  else if (!is_complete (txn->conn, content, &complete, error))
    {
      return FALSE;
    }
  if (!complete)
    g_debug ("%s holds more here than on the server", content->case_id);
  if (!save_known (txn->conn, known, complete ? content->new_state : NULL, error))
    return FALSE;
  csm_cache_txn_changed (txn, CSM_TYPE_ID_CASE, content->case_id, content->case_id);
  csm_cache_txn_touch_case (txn, content->case_id);
  /* What was merged into it can be fetched now. */
  txn->wanted |= csm_db_conn_get_int (txn->conn, NULL, 0, "SELECT EXISTS (SELECT 1 FROM case_ WHERE merged_into = ?1 AND messages_state IS NOT held"
                                      " AND messages_state IS NOT skipped)", "t", content->case_id) != 0;
  if (complete)
    return csm_db_conn_run (txn->conn, error, "UPDATE case_ SET held = ?, skipped = NULL WHERE rowid = ?", "ti", content->messages_state, known->rowid);
  /* All of it once more: no server says "incomplete". */
  return csm_db_conn_run (txn->conn, error, "UPDATE case_ SET held = 'incomplete', skipped = NULL WHERE rowid = ?", "i", known->rowid);
}

static gboolean
apply_one (CsmCacheTxn     *txn,
           CsmCaseContent  *content,
           GError         **error)
{
  g_auto (Known) known = { 0 };
  g_autoptr (GError) local = NULL;

  if (content->missing)
    return csm_db_conn_run (txn->conn, error, "UPDATE case_ SET skipped = messages_state WHERE id = ?", "t", content->case_id);
  if (!put_records (txn, content, CSM_TYPE_ID_CASE, csm_db_conn_get_int (txn->conn, NULL, 0, "SELECT stamp FROM cursor WHERE type = 'Case'", NULL), error))
    return FALSE;
  if (content->modseq > 0 && !csm_cache_set_guard (txn, content->case_id, content->modseq, error))
    return FALSE;
  if (!load_known (txn->conn, content->case_id, &known, &local))
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      return local == NULL && (error == NULL || *error == NULL);
    }
  /* It was asked before something else came in: it is asked again. */
  if (g_strcmp0 (known.state, content->old_state) != 0)
    return TRUE;
  if (content->whole)
    {
      known.stamp++;
      known.sweep = content->old_state != NULL && !csm_cache_same_history (content->old_state, content->new_state) ? 2 : 1;
    }
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (!put_records (txn, content, types[i], known.stamp, error))
        return FALSE;
    }
  return content->has_more ? save_known (txn->conn, &known, content->new_state, error) : finish_case (txn, content, &known, error);
}

/**
 * csm_cache_apply_contents:
 * @txn: the job's
 * @contents: (element-type CsmCaseContent): what the server said
 * @error: `CSM_ERROR_DATABASE` and its kin
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_apply_contents (CsmCacheTxn  *txn,
                          GPtrArray    *contents,
                          GError      **error)
{
  for (guint i = 0; i < contents->len; i++)
    {
      if (!apply_one (txn, g_ptr_array_index (contents, i), error))
        return FALSE;
    }
  return TRUE;
}

static gpointer
apply_contents (CsmCacheTxn  *txn,
                gpointer      input,
                GError      **error)
{
  txn->ahead = input;
  return csm_cache_apply_contents (txn, csm_ahead_work_wait (input), error) ? GINT_TO_POINTER (TRUE) : NULL;
}

static void
add_records (CsmAheadWork   *work,
             CsmCaseContent *content)
{
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      GPtrArray *records = content->records[i];

      for (guint j = 0; records != NULL && j < records->len; j++)
        csm_ahead_work_add (work, g_ptr_array_index (records, j), i == CSM_TYPE_ID_MESSAGE);
    }
}

/**
 * csm_cache_apply_contents_async:
 * @self: a cache
 * @contents: (transfer full) (element-type CsmCaseContent): what the server says of cases
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * A page of Case/content, in one transaction.
 */
void
csm_cache_apply_contents_async (CsmCache            *self,
                                GPtrArray           *contents,
                                GCancellable        *c,
                                GAsyncReadyCallback  cb,
                                gpointer             data)
{
  CsmAheadWork *work = csm_ahead_work_new (csm_cache_get_ahead (self), contents, (GDestroyNotify) g_ptr_array_unref);

  for (guint i = 0; i < contents->len; i++)
    add_records (work, g_ptr_array_index (contents, i));
  csm_ahead_work_start (work);
  /* As pages are: what was fetched later must not be stored earlier. */
  csm_cache_run_write (self, CSM_DB_WRITE, G_PRIORITY_DEFAULT_IDLE, apply_contents, work, csm_ahead_work_finish, NULL,
                       csm_cache_apply_contents_async, c, cb, data);
}

/**
 * csm_cache_apply_contents_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_apply_contents_finish (CsmCache      *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_apply_contents_async, error) != NULL;
}

/**
 * csm_cache_drop_content:
 * @txn: the job's
 * @case_rowid: a case
 * @case_id: its id
 * @rescue: whether to remember it as lost
 * @error: `CSM_ERROR_DATABASE` and its kin
 *
 * Removes a case's messages, submissions and history from this computer.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_drop_content (CsmCacheTxn  *txn,
                        gint64        case_rowid,
                        const char   *case_id,
                        gboolean      rescue,
                        GError      **error)
{
  return remove_others (txn, case_id, -1, rescue, error) &&
         csm_db_conn_run (txn->conn, error, "DELETE FROM content WHERE case_rowid = ?", "i", case_rowid) &&
         csm_db_conn_run (txn->conn, error, "UPDATE case_ SET held = NULL, skipped = messages_state WHERE rowid = ?", "i", case_rowid);
}
