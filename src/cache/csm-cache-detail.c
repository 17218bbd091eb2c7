/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-here-private.h"

#include "csm-json.h"
#include "csm-time.h"

#define MAX_OTHER_CASES 20

/* The oldest operation that waits for a record; a parked one first. Its group where it may have arrived, and what is wrong come last. */
#define WAITING_OF(id) \
  "(SELECT state || ' ' || seq || ' ' || iif (sends > 0, grp, 0) || ' ' || coalesce (error, '') FROM outbox WHERE record_id = " id " ORDER BY state DESC, seq LIMIT 1)"

static void
entry_free (CsmTimelineEntry *entry)
{
  json_object_unref (entry->record);
  g_free (entry->problem);
  g_free (entry);
}

/* Columns: at, the record, WAITING_OF */
static void
add_entry (GPtrArray    *entries,
           CsmEntryKind  kind,
           CsmDbStmt    *stmt)
{
  JsonObject *record = csm_cache_parse_record (csm_db_stmt_text (stmt, 1));
  const char *waiting = csm_db_stmt_text (stmt, 2);
  CsmTimelineEntry *entry;

  if (record == NULL)
    return;
  entry = g_new0 (CsmTimelineEntry, 1);
  entry->kind = kind;
  entry->at = csm_db_stmt_int (stmt, 0);
  entry->record = record;
  if (waiting != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (waiting, " ", 4);
      gboolean parked = g_ascii_strtoll (parts[0], NULL, 10) == CSM_OP_PARKED;

      entry->waits = TRUE;
      entry->op_seq = g_ascii_strtoll (parts[1], NULL, 10);
      if (parked)
        {
          entry->doubtful = g_ascii_strtoll (parts[2], NULL, 10);
          entry->problem = g_strdup (*parts[3] != '\0' ? parts[3] : "serverFail");
        }
    }
  g_ptr_array_add (entries, entry);
}

static gboolean
collect_entries (CsmDbConn    *conn,
                 const char   *sql,
                 CsmEntryKind  kind,
                 const char   *case_id,
                 gint64        before,
                 gint64        limit,
                 GPtrArray    *entries,
                 GError      **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, sql, "tii", case_id, before, limit);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    add_entry (entries, kind, stmt);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b)
{
  const CsmTimelineEntry *x = *(const CsmTimelineEntry * const *) a, *y = *(const CsmTimelineEntry * const *) b;

  if (x->at != y->at)
    return x->at < y->at ? -1 : 1;
  return g_strcmp0 (csm_json_get_string (x->record, "id"), csm_json_get_string (y->record, "id"));
}

/* Of each kind @limit entries before ?2, or, where @within, all of that instant. */
static gboolean
collect_timeline (CsmDbConn   *conn,
                  const char  *case_id,
                  gint64       end,
                  gint64       limit,
                  gboolean     within,
                  GPtrArray   *all,
                  GError     **error)
{
  const char *compare = within ? "=" : "<";
  g_autofree char *messages = g_strdup_printf (
    "SELECT at, coalesce (view, " CSM_MESSAGE_BASE "), NULL FROM message WHERE case_id = ?1 AND at %s ?2 ORDER BY at DESC LIMIT ?3", compare);
  g_autofree char *submissions = g_strdup_printf (
    "SELECT s.at, coalesce (s.view, s.base), " WAITING_OF ("s.id") " FROM submission AS s"
    " WHERE s.case_id = ?1 AND s.at %s ?2 AND NOT s.canceled"
    " AND NOT EXISTS (SELECT 1 FROM message AS m WHERE m.submission_id = s.id) ORDER BY s.at DESC LIMIT ?3", compare);
  g_autofree char *events = g_strdup_printf (
    "SELECT at, coalesce (view, base), NULL FROM event WHERE case_id = ?1 AND at %s ?2 ORDER BY at DESC LIMIT ?3", compare);

  return collect_entries (conn, messages, CSM_ENTRY_MESSAGE, case_id, end, limit, all, error) &&
         collect_entries (conn, submissions, CSM_ENTRY_SUBMISSION, case_id, end, limit, all, error) &&
         collect_entries (conn, events, CSM_ENTRY_EVENT, case_id, end, limit, all, error);
}

/* A page ends between two instants, never within one: the next page begins before the oldest instant of this one. */
static gboolean
read_timeline (CsmDbConn      *conn,
               CsmCaseDetail  *detail,
               const char     *case_id,
               gint64          before,
               guint           limit,
               GError        **error)
{
  GPtrArray *all = detail->timeline;
  CsmTimelineEntry *oldest;
  gint64 at;
  guint n;

  if (!collect_timeline (conn, case_id, before != CSM_TIME_NONE ? before : G_MAXINT64, (gint64) limit + 1, FALSE, all, error))
    return FALSE;
  g_ptr_array_sort (all, compare_entries);
  detail->has_older = all->len > limit;
  if (!detail->has_older || limit == 0)
    return TRUE;
  oldest = g_ptr_array_index (all, all->len - limit);
  at = oldest->at;
  n = all->len - limit;
  while (n < all->len && ((CsmTimelineEntry *) g_ptr_array_index (all, n))->at == at)
    n++;
  g_ptr_array_remove_range (all, 0, n);
  if (!collect_timeline (conn, case_id, at, -1, TRUE, all, error))
    return FALSE;
  g_ptr_array_sort (all, compare_entries);
  detail->has_older = csm_db_conn_get_int (conn, error, 0,
    "SELECT EXISTS (SELECT 1 FROM message WHERE case_id = ?1 AND at < ?2) OR EXISTS (SELECT 1 FROM event WHERE case_id = ?1 AND at < ?2)"
    " OR EXISTS (SELECT 1 FROM submission AS s WHERE s.case_id = ?1 AND s.at < ?2 AND NOT s.canceled"
    " AND NOT EXISTS (SELECT 1 FROM message AS m WHERE m.submission_id = s.id))", "ti", case_id, at) != 0;
  return TRUE;
}

/**
 * csm_cache_read_records:
 * @conn: a connection
 * @sql: what gives the records' JSON for a case
 * @case_id: the case
 * @records: (element-type JsonObject): where they are added
 * @error: `CSM_ERROR_DATABASE`, `G_IO_ERROR_CANCELLED`
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_read_records (CsmDbConn   *conn,
                        const char  *sql,
                        const char  *case_id,
                        GPtrArray   *records,
                        GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, sql, "t", case_id);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      JsonObject *record = csm_cache_parse_record (csm_db_stmt_text (stmt, 0));

      if (record != NULL)
        g_ptr_array_add (records, record);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
read_case_rows (CsmDbConn  *conn,
                const char *sql,
                const char *key,
                const char *case_id,
                GPtrArray  *rows,
                GError    **error)
{
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, sql, "tti", key, case_id, (gint64) MAX_OTHER_CASES);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      gint64 rowid = csm_db_stmt_int (stmt, 0);

      g_array_append_val (rowids, rowid);
    }
  if (local == NULL)
    found = csm_cache_read_rows (conn, rowids, &local);
  if (found != NULL)
    {
      g_ptr_array_extend_and_steal (rows, g_steal_pointer (&found));
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
read_customer (CsmDbConn      *conn,
               CsmCaseDetail  *detail,
               const char     *case_id,
               GError        **error)
{
  const char *customer_id = csm_json_get_string (detail->record, "customerId");

  if (customer_id == NULL)
    return TRUE;
  detail->customer = csm_cache_get_view (conn, CSM_TYPE_ID_CUSTOMER, customer_id, error);
  return read_case_rows (conn, "SELECT rowid FROM case_ WHERE customer_id = ?1 AND id <> ?2 AND rank > 0 ORDER BY rank DESC LIMIT ?3",
                         customer_id, case_id, detail->other_cases, error);
}

/* What colleagues do in the case, and with which other cases it has to do. */
static gboolean
read_work (CsmDbConn      *conn,
           CsmCaseDetail  *detail,
           const char     *case_id,
           GError        **error)
{
  JsonObject *related = csm_json_get_object (detail->record, "relatedCaseIds");
  g_autoptr (GList) ids = related != NULL ? json_object_get_members (related) : NULL;
  g_autoptr (GArray) rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GPtrArray) rows = NULL;
  gint64 own = csm_db_conn_get_int (conn, NULL, 0, "SELECT rowid FROM case_ WHERE id = ?", "t", case_id);

  g_hash_table_add (known, g_memdup2 (&own, sizeof own));
  for (GList *l = ids; l != NULL; l = l->next)
    {
      gint64 rowid = csm_cache_find_survivor (conn, l->data, NULL);

      if (rowid != 0 && g_hash_table_add (known, g_memdup2 (&rowid, sizeof rowid)))
        g_array_append_val (rowids, rowid);
    }
  rows = csm_cache_read_rows (conn, rowids, error);
  if (rows == NULL)
    return FALSE;
  g_ptr_array_extend_and_steal (detail->related, g_steal_pointer (&rows));
  return read_case_rows (conn, "SELECT rowid FROM case_ WHERE merged_into = ?1 AND id <> ?2 ORDER BY id LIMIT ?3", case_id, case_id, detail->merged, error) &&
         csm_cache_read_records (conn, "SELECT coalesce (view, base) FROM task WHERE case_id = ? AND NOT gone"
           " ORDER BY json_extract (coalesce (view, base), '$.position') IS NULL, json_extract (coalesce (view, base), '$.position'), id", case_id, detail->tasks, error) &&
         csm_cache_read_records (conn, CSM_DRAFTS_OF_CASE, case_id, detail->drafts, error) &&
         collect_entries (conn,
           "SELECT q.at, coalesce (q.view, q.base), " WAITING_OF ("q.id") " FROM shared_comment AS q"
           " WHERE q.case_id = ?1 AND q.at < ?2 AND NOT q.gone ORDER BY q.at LIMIT ?3",
           CSM_ENTRY_MESSAGE, case_id, G_MAXINT64, G_GINT64_CONSTANT (-1), detail->shared_comments, error);
}

static JsonObject *
read_parts (CsmDbConn  *conn,
            const char *draft_id)
{
  g_autofree char *parts = csm_db_conn_get_text (conn, NULL, "SELECT parts FROM draft WHERE case_id = ?", "t", draft_id);

  return csm_cache_parse_record (parts);
}

/**
 * csm_cache_read_case:
 * @conn: a connection
 * @case_id: a case
 * @before: µs: the timeline ends before this; `CSM_TIME_NONE` for the newest
 * @limit: entries of the timeline
 * @error: `CSM_ERROR_DATABASE`, `G_IO_ERROR_CANCELLED`
 *
 * Returns: (transfer full): what the panes of a case show, of one instant
 */
CsmCaseDetail *
csm_cache_read_case (CsmDbConn   *conn,
                     const char  *case_id,
                     gint64       before,
                     guint        limit,
                     GError     **error)
{
  g_autoptr (CsmCaseDetail) detail = g_new0 (CsmCaseDetail, 1);
  g_autofree char *twin_id = g_strdup (case_id);
  g_autoptr (GError) local = NULL;

  if (*twin_id != '\0')
    *twin_id = 'z';
  detail->conversations = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  detail->timeline = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  detail->comments = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  detail->other_cases = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_case_row_free);
  detail->tasks = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  detail->drafts = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  detail->shared_comments = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  detail->merged = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_case_row_free);
  detail->related = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_case_row_free);
  detail->record = csm_cache_get_view (conn, CSM_TYPE_ID_CASE, case_id, &local);
  if (local != NULL ||
      !read_timeline (conn, detail, case_id, before, limit, &local) ||
      !csm_cache_read_records (conn, "SELECT coalesce (view, base) FROM conversation WHERE case_id = ? ORDER BY id", case_id, detail->conversations, &local) ||
      !collect_entries (conn,
        "SELECT n.at, coalesce (n.view, n.base), " WAITING_OF ("n.id") " FROM comment AS n"
        " WHERE n.case_id = ?1 AND n.at < ?2 AND NOT n.gone ORDER BY n.at LIMIT ?3",
        CSM_ENTRY_MESSAGE, case_id, G_MAXINT64, G_GINT64_CONSTANT (-1), detail->comments, &local) ||
      !read_customer (conn, detail, case_id, &local) ||
      !read_work (conn, detail, case_id, &local) ||
      !csm_cache_read_here (conn, case_id, detail, &local))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  detail->seen_up_to = csm_db_conn_get_int (conn, NULL, CSM_TIME_NONE, "SELECT up_to FROM seen WHERE id = ? AND NOT gone", "t", twin_id);
  detail->draft = csm_db_conn_get_text (conn, NULL, "SELECT text FROM draft WHERE case_id = ?", "t", case_id);
  detail->draft_parts = read_parts (conn, case_id);
  if (*twin_id != '\0')
    *twin_id = 'n';
  detail->note_parts = read_parts (conn, twin_id);
  detail->note_draft = csm_db_conn_get_text (conn, NULL, "SELECT text FROM draft WHERE case_id = ?", "t", twin_id);
  detail->newest_message_id = csm_db_conn_get_text (conn, NULL, "SELECT id FROM message WHERE case_id = ? ORDER BY at DESC, id DESC LIMIT 1", "t", case_id);
  /* What the header tells is all that could be seen of it. */
  if (detail->newest_message_id == NULL && !detail->resident && detail->record != NULL)
    detail->newest_message_id = g_strdup (csm_json_get_string (detail->record, "lastMessageId"));
  return g_steal_pointer (&detail);
}

