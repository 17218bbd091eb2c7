/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-private.h"

#include "csm-time.h"

/*
 * A case is unread when somebody else wrote after its Seen, be it to a partner. What one wrote oneself, and what rules and colleagues do to
 * its properties, is nothing to read. While none of its messages and comments is here yet, its last activity counts; once
 * its messages have been let go, what was known of them still does.
 */
#define OTHERS "author_id IS NOT ?2"
static const char derive_sql[] =
  "SELECT c.rowid, c.rank, c.other_at, c.mention_at, c.seen_up_to, c.unread,"
  " (SELECT at FROM message WHERE case_id = c.id AND " OTHERS " ORDER BY at DESC LIMIT 1),"
  " nullif (max (coalesce ((SELECT at FROM comment WHERE case_id = c.id AND " OTHERS " ORDER BY at DESC LIMIT 1), ?3),"
  "  coalesce ((SELECT at FROM shared_comment WHERE case_id = c.id AND " OTHERS " ORDER BY at DESC LIMIT 1), ?3)), ?3),"
  " EXISTS (SELECT 1 FROM message WHERE case_id = c.id) OR EXISTS (SELECT 1 FROM comment WHERE case_id = c.id)"
  "  OR EXISTS (SELECT 1 FROM shared_comment WHERE case_id = c.id),"
  " nullif (max (coalesce ((SELECT at FROM comment WHERE c.rank > 0 AND case_id = c.id AND mentions_me AND " OTHERS " ORDER BY at DESC LIMIT 1), ?3),"
  "  coalesce ((SELECT max (asked_at) FROM draft_ WHERE c.rank > 0 AND case_id = c.id AND NOT gone), ?3)), ?3),"
  " (SELECT up_to FROM seen WHERE id = 'z' || substr (c.id, 2) AND NOT gone),"
  " c.messages_state IS NOT NULL AND c.held IS NULL "
  "FROM case_ AS c WHERE c.id = ?1";

static gint64
time_column (CsmDbStmt *stmt,
             int        column)
{
  return csm_db_stmt_is_null (stmt, column) ? CSM_TIME_NONE : csm_db_stmt_int (stmt, column);
}

static void
bind_time (CsmDbStmt *stmt,
           int        index,
           gint64     time_us)
{
  if (time_us != CSM_TIME_NONE)
    csm_db_stmt_bind_int (stmt, index, time_us);
  else
    csm_db_stmt_bind_null (stmt, index);
}

static gboolean
derive_case (CsmCacheTxn *txn,
             const char  *id,
             GError     **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, derive_sql, "tti", id, txn->me != NULL ? txn->me : "", CSM_TIME_NONE);
  g_autoptr (CsmDbStmt) update = NULL;
  g_autoptr (GError) local = NULL;
  gint64 rowid, activity, other_at, mention_at, seen_up_to, unread_at;
  gboolean unread, away;

  if (stmt == NULL)
    return FALSE;
  if (!csm_db_stmt_step (stmt, &local))
    goto out;
  rowid = csm_db_stmt_int (stmt, 0);
  activity = csm_db_stmt_int (stmt, 1) / CSM_RANK_UNIT;
  away = csm_db_stmt_int (stmt, 11) != 0;
  other_at = MAX (time_column (stmt, away ? 2 : 6), time_column (stmt, 7));
  mention_at = time_column (stmt, 9);
  seen_up_to = time_column (stmt, 10);
  if (other_at != CSM_TIME_NONE)
    unread_at = MIN (other_at, activity);
  else
    unread_at = csm_db_stmt_int (stmt, 8) != 0 && !away ? CSM_TIME_NONE : activity;
  /* The smallest number stands for "never" on both sides. */
  unread = unread_at != CSM_TIME_NONE && seen_up_to < unread_at;
  if (other_at == time_column (stmt, 2) && mention_at == time_column (stmt, 3) &&
      seen_up_to == time_column (stmt, 4) && unread == (csm_db_stmt_int (stmt, 5) != 0))
    return TRUE;

  update = csm_db_conn_prepare (txn->conn, "UPDATE case_ SET other_at = ?1, mention_at = ?2, seen_up_to = ?3, unread = ?4 WHERE rowid = ?5", error);
  if (update == NULL)
    return FALSE;
  bind_time (update, 1, other_at);
  bind_time (update, 2, mention_at);
  bind_time (update, 3, seen_up_to);
  csm_db_stmt_bind_int (update, 4, unread);
  csm_db_stmt_bind_int (update, 5, rowid);
  csm_db_stmt_step (update, &local);
  csm_cache_txn_changed (txn, CSM_TYPE_ID_CASE, id, id);
out:
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_cache_derive_cases:
 * @txn: the job's
 * @error: `CSM_ERROR_DATABASE`
 *
 * Reckons again what follows from messages, comments and Seen, for the cases that the job touched.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_derive_cases (CsmCacheTxn  *txn,
                        GError      **error)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, txn->stale_cases);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      if (!derive_case (txn, id, error))
        return FALSE;
    }
  g_hash_table_remove_all (txn->stale_cases);
  return TRUE;
}
