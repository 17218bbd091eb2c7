/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-private.h"

#include <string.h>

#include "csm-json.h"
#include "csm-time.h"

/* A snooze ends by the server's clock; until its word arrives, by this one's (?1). */
#define AWAKE "(status = 3 AND snoozed_until <= ?1)"
/* Needed word for word, so that SQLite takes the partial index over open cases. */
#define OPEN "status < 4"
#define ACTIVE OPEN " AND (status <> 3 OR " AWAKE ")"
#define INBOX OPEN " AND lane = 0 AND (status < 2 OR " AWAKE ")"
/* Nor what was merged into another case */
#define NO_SPAM " AND lane < 2"
/* A promise whose time runs: by this computer's clock the index has those that are late or due soon side by side. */
#define CLOCK(compare) "clock_at IS NOT NULL AND warn_at <= ?1 AND clock_at " compare " ?1 AND " OPEN NO_SPAM
#define NEWEST " ORDER BY rank DESC"

static const char *
sql_of_view (CsmViewKind kind)
{
  switch (kind)
    {
    case CSM_VIEW_INBOX:
      return "SELECT rowid FROM case_ WHERE " INBOX NEWEST;
    case CSM_VIEW_MINE:
      return "SELECT rowid FROM case_ WHERE " ACTIVE NO_SPAM " AND owner_id = ?2" NEWEST;
    case CSM_VIEW_UNASSIGNED:
      return "SELECT rowid FROM case_ WHERE " INBOX " AND owner_id IS NULL" NEWEST;
    case CSM_VIEW_MENTIONS:
      return "SELECT rowid FROM case_ WHERE mention_at IS NOT NULL ORDER BY mention_at DESC, rowid DESC";
    case CSM_VIEW_WAITING:
      return "SELECT rowid FROM case_ WHERE " OPEN " AND status = 2" NO_SPAM NEWEST;
    case CSM_VIEW_SNOOZED:
      return "SELECT rowid FROM case_ WHERE " OPEN " AND status = 3 AND NOT " AWAKE NO_SPAM NEWEST;
    case CSM_VIEW_RESOLVED:
      return "SELECT rowid FROM case_ WHERE status >= 4" NO_SPAM NEWEST;
    case CSM_VIEW_OTHER_MAIL:
      return "SELECT rowid FROM case_ WHERE lane = 1" NEWEST;
    case CSM_VIEW_SPAM:
      return "SELECT rowid FROM case_ WHERE lane = 2" NEWEST;
    case CSM_VIEW_TEAM:
      return "SELECT rowid FROM case_ WHERE " ACTIVE NO_SPAM " AND team_id = ?2" NEWEST;
    case CSM_VIEW_TAG:
      return "SELECT case_rowid FROM case_tag JOIN case_ ON case_.rowid = case_rowid WHERE tag_id = ?2" NEWEST;
    case CSM_VIEW_LATE:
      return "SELECT rowid FROM case_ WHERE " CLOCK ("<=") " ORDER BY clock_at, rowid";
    case CSM_VIEW_DUE_SOON:
      return "SELECT rowid FROM case_ WHERE " CLOCK (">") " ORDER BY clock_at, rowid";
    case CSM_VIEW_RECENT:
      return "SELECT c.rowid FROM kept AS k JOIN case_ AS c ON c.id = k.case_id WHERE k.viewed_at IS NOT NULL AND merged_into IS NULL ORDER BY k.viewed_at DESC";
    case CSM_VIEW_SEARCH:
    default:
      return NULL;
    }
}

static GArray *
list_view (CsmDbConn          *conn,
           const CsmCaseView  *view,
           gint64              now,
           GError            **error)
{
  g_autoptr (GArray) rowids = NULL;
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *me = NULL;
  const char *key = view->key;

  if (view->kind == CSM_VIEW_MINE)
    key = me = csm_cache_get_meta (conn, "me", NULL);
  rowids = g_array_new (FALSE, FALSE, sizeof (gint64));
  stmt = csm_db_conn_prepare (conn, sql_of_view (view->kind), error);
  if (stmt == NULL)
    return NULL;
  csm_db_stmt_bind_int (stmt, 1, now);
  csm_db_stmt_bind_text (stmt, 2, key);
  while (csm_db_stmt_step (stmt, &local))
    {
      gint64 rowid = csm_db_stmt_int (stmt, 0);

      g_array_append_val (rowids, rowid);
    }
  if (local == NULL)
    return g_steal_pointer (&rowids);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_cache_read_cases:
 * @conn: a connection
 * @view: which cases, in which order
 * @now: µs: when a snooze has ended
 * @more: (out) (optional): with it, of what is searched newest first the first screenful is enough; whether there are more
 * @error: `CSM_ERROR_DATABASE`, `G_IO_ERROR_CANCELLED`
 *
 * Returns: (transfer full) (element-type gint64): ordered rowids
 */
GArray *
csm_cache_read_cases (CsmDbConn          *conn,
                      const CsmCaseView  *view,
                      gint64              now,
                      gboolean           *more,
                      GError            **error)
{
  g_autoptr (GArray) rowids = NULL;

  if (more != NULL)
    *more = FALSE;
  if (view->kind == CSM_VIEW_SEARCH)
    rowids = csm_cache_search_cases (conn, view->key, view->order == CSM_ORDER_NEWEST ? more : NULL, error);
  else
    rowids = list_view (conn, view, now, error);
  if (rowids == NULL || !csm_cache_order_cases (conn, view->order, rowids, error))
    return NULL;
  return g_steal_pointer (&rowids);
}

static char **
keys_of (JsonObject *record,
         const char *member)
{
  JsonObject *set = csm_json_get_object (record, member);
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();
  g_autoptr (GList) members = set != NULL ? json_object_get_members (set) : NULL;

  for (GList *l = members; l != NULL; l = l->next)
    g_ptr_array_add (keys, g_strdup (l->data));
  g_ptr_array_add (keys, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&keys), FALSE);
}

static char *
dup_string (JsonObject *record,
            const char *member)
{
  return g_strdup (csm_json_get_string (record, member));
}

static CsmCaseRow *
make_row (CsmDbStmt *stmt)
{
  g_autoptr (JsonObject) record = csm_cache_parse_record (csm_db_stmt_text (stmt, 1));
  CsmCaseRow *row;

  if (record == NULL)
    return NULL;
  row = g_new0 (CsmCaseRow, 1);
  row->rowid = csm_db_stmt_int (stmt, 0);
  row->id = dup_string (record, "id");
  row->subject = dup_string (record, "subject");
  row->preview = dup_string (record, "preview");
  row->customer_name = g_strdup (csm_db_stmt_text (stmt, 2));
  row->owner_id = dup_string (record, "ownerId");
  row->team_id = dup_string (record, "teamId");
  row->status = dup_string (record, "status");
  row->lane = dup_string (record, "lane");
  row->priority = dup_string (record, "priority");
  row->tag_ids = keys_of (record, "tags");
  row->channel_ids = keys_of (record, "channelIds");
  row->last_activity = csm_json_get_time (record, "lastActivityAt");
  row->due_at = csm_json_get_time (record, "dueAt");
  row->snoozed_until = csm_json_get_time (record, "snoozedUntil");
  row->clock_at = csm_json_get_time (record, "clockAt");
  row->warn_at = csm_json_get_time (record, "warnAt");
  row->clock_kind = dup_string (record, "clockKind");
  row->has_attachment = csm_json_get_boolean (record, "hasAttachment");
  row->unread = csm_db_stmt_int (stmt, 3) != 0;
  row->waits = csm_db_stmt_int (stmt, 4) != 0;
  row->parked = csm_db_stmt_int (stmt, 5) != 0;
  return row;
}

/**
 * csm_cache_read_rows:
 * @conn: a connection
 * @rowids: (element-type gint64): cases
 * @error: `CSM_ERROR_DATABASE`, `G_IO_ERROR_CANCELLED`
 *
 * Returns: (transfer full) (element-type CsmCaseRow): what the list shows of those that exist
 */
GPtrArray *
csm_cache_read_rows (CsmDbConn  *conn,
                     GArray     *rowids,
                     GError    **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_case_row_free);
  g_autoptr (GError) local = NULL;
  /* What one has read, and writes with others, waits without anybody having to know. */
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn,
    "SELECT c.rowid, coalesce (c.view, c.base), u.label, c.unread,"
    " EXISTS (SELECT 1 FROM outbox AS o WHERE o.case_id = c.id AND o.state < 2 AND o.type NOT IN ('Seen', 'Draft')),"
    " EXISTS (SELECT 1 FROM outbox AS o WHERE o.case_id = c.id AND o.state = 2) "
    "FROM case_ AS c LEFT JOIN customer AS u ON u.id = c.customer_id WHERE c.rowid = ?", error);

  if (stmt == NULL)
    return NULL;
  for (guint i = 0; i < rowids->len && local == NULL; i++)
    {
      csm_db_stmt_reset (stmt);
      csm_db_stmt_bind_int (stmt, 1, g_array_index (rowids, gint64, i));
      if (csm_db_stmt_step (stmt, &local))
        {
          CsmCaseRow *row = make_row (stmt);

          if (row != NULL)
            g_ptr_array_add (rows, row);
        }
    }
  if (local == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static void
add_one (GHashTable *counts,
         const char *key)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, key));

  g_hash_table_insert (counts, g_strdup (key), GUINT_TO_POINTER (n + 1));
}

static void
count_case (CsmViewCounts *counts,
            CsmDbStmt     *stmt,
            const char    *me,
            gint64         now,
            GHashTable    *active)
{
  int status = (int) csm_db_stmt_int (stmt, 1), lane = (int) csm_db_stmt_int (stmt, 2);
  const char *owner = csm_db_stmt_text (stmt, 4), *team = csm_db_stmt_text (stmt, 5);

  if (lane == CSM_LANE_MERGED)
    return;
  if (lane == CSM_LANE_OTHER)
    counts->other_mail++;
  if (status == CSM_STATUS_SNOOZED && csm_db_stmt_is_null (stmt, 3) == FALSE && csm_db_stmt_int (stmt, 3) <= now)
    status = CSM_STATUS_OPEN;
  if (status == CSM_STATUS_SNOOZED)
    {
      counts->snoozed += lane != CSM_LANE_SPAM;
      return;
    }
  if (active != NULL)
    g_hash_table_add (active, GSIZE_TO_POINTER ((gsize) csm_db_stmt_int (stmt, 0)));
  if (lane == CSM_LANE_SPAM)
    return;
  if (status == CSM_STATUS_WAITING)
    counts->waiting++;
  if (lane == CSM_LANE_CONVERSATION && status < CSM_STATUS_WAITING)
    {
      counts->inbox++;
      if (owner == NULL)
        counts->unassigned++;
    }
  if (owner != NULL && g_strcmp0 (owner, me) == 0)
    counts->mine++;
  if (team != NULL)
    add_one (counts->teams, team);
}

static gboolean
count_tags (CsmDbConn   *conn,
            GHashTable  *active,
            GHashTable  *tags,
            GError     **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, error, "SELECT tag_id, case_rowid FROM case_tag ORDER BY tag_id", NULL);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  while (csm_db_stmt_step (stmt, &local))
    {
      if (g_hash_table_contains (active, GSIZE_TO_POINTER ((gsize) csm_db_stmt_int (stmt, 1))))
        add_one (tags, csm_db_stmt_text (stmt, 0));
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
count_work (CsmDbConn      *conn,
            CsmViewCounts  *counts,
            const char     *me,
            gint64          now,
            GError        **error)
{
  g_autoptr (GError) local = NULL;

  counts->late = (guint) csm_db_conn_get_int (conn, &local, 0, "SELECT count (*) FROM case_ WHERE " CLOCK ("<="), "i", now);
  if (local == NULL)
    counts->due_soon = (guint) csm_db_conn_get_int (conn, &local, 0, "SELECT count (*) FROM case_ WHERE " CLOCK (">"), "i", now);
  if (local == NULL && me != NULL)
    counts->my_tasks = (guint) csm_db_conn_get_int (conn, &local, 0, "SELECT count (*) FROM task WHERE todo AND assignee_id = ? AND NOT gone", "t", me);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
}

/**
 * csm_cache_read_counts:
 * @conn: a connection
 * @now: µs: when a snooze has ended
 * @error: `CSM_ERROR_DATABASE`, `G_IO_ERROR_CANCELLED`
 *
 * One pass over the index of open cases, and one over the tags.
 *
 * Returns: (transfer full): the counts
 */
CsmViewCounts *
csm_cache_read_counts (CsmDbConn  *conn,
                       gint64      now,
                       GError    **error)
{
  g_autoptr (CsmViewCounts) counts = g_new0 (CsmViewCounts, 1);
  g_autofree char *me = csm_cache_get_meta (conn, "me", NULL);
  gboolean tagged = csm_db_conn_get_int (conn, NULL, 0, "SELECT EXISTS (SELECT 1 FROM case_tag)", NULL) != 0;
  g_autoptr (GHashTable) active = tagged ? g_hash_table_new (NULL, NULL) : NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (conn, "SELECT rowid, status, lane, snoozed_until, owner_id, team_id FROM case_ WHERE " OPEN, error);
  g_autoptr (GError) local = NULL;

  counts->teams = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  counts->tags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (stmt == NULL)
    return NULL;
  while (csm_db_stmt_step (stmt, &local))
    count_case (counts, stmt, me, now, active);
  if (local == NULL && active != NULL)
    count_tags (conn, active, counts->tags, &local);
  if (local == NULL)
    counts->mentions = (guint) csm_db_conn_get_int (conn, &local, 0,
      "SELECT count (*) FROM case_ WHERE mention_at IS NOT NULL AND (seen_up_to IS NULL OR seen_up_to < mention_at)", NULL);
  if (local == NULL)
    count_work (conn, counts, me, now, &local);
  if (local == NULL)
    return g_steal_pointer (&counts);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}
