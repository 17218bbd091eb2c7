/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-search-private.h"

#include "csm-time.h"

/* The numbers of messages, and what has other ones from version 0.1.0 (004.sql). */

/* A step of rowids. A day has room for ten thousand messages; with more, some come to stand some hours later than they are. */
#define STEP_SECONDS 8
#define YEAR_2000 G_GINT64_CONSTANT (946684800)
/* Later instants are all the newest. */
#define MOST_STEPS (G_GINT64_CONSTANT (1) << 33)
/* A number was microseconds since 1970 × 4096. None of now is as large. */
#define FIRST_OLD (G_GINT64_CONSTANT (1) << 41)
#define WINDOW 16
#define TRIES 2

/* The last of the rows without which FTS5 doesn't open a table, and so doesn't drop it either */
#define FTS5_HEAD G_GINT64_CONSTANT (10)
/* Rows between two looks at the clock */
#define STEP G_GINT64_CONSTANT (16)

/**
 * csm_cache_message_rowid:
 * @conn: a connection
 * @at: µs: when it was received, or `CSM_TIME_NONE`
 * @id: a message's id
 * @error: `CSM_ERROR_DATABASE`
 *
 * The first number that is free of one that follows from the instant and of pseudo-random ones behind it, in a window that
 * doubles: of many messages of one second none looks at all the others.
 *
 * Returns: a rowid that no message has; 1 or more
 */
gint64
csm_cache_message_rowid (CsmDbConn   *conn,
                         gint64       at,
                         const char  *id,
                         GError     **error)
{
  gint64 first = CLAMP (at / CSM_SECOND - YEAR_2000, STEP_SECONDS, MOST_STEPS * STEP_SECONDS) / STEP_SECONDS, rowid = first;
  guint64 chance = g_str_hash (id);

  for (guint try = 0; csm_db_conn_get_int (conn, error, 0, "SELECT 1 FROM message WHERE rowid = ?", "i", rowid) != 0; try++)
    {
      guint64 window = (guint64) WINDOW << MIN (try / TRIES, 36);

      /* Knuth's MMIX generator; its high bits are the good ones. */
      chance = chance * G_GUINT64_CONSTANT (6364136223846793005) + G_GUINT64_CONSTANT (1442695040888963407);
      rowid = first + (gint64) ((chance >> 20) % window);
    }
  return rowid;
}

static gboolean
bring_one (CsmDbConn  *conn,
           CsmDbStmt  *row,
           GError    **error)
{
  gint64 at = csm_db_stmt_is_null (row, 2) ? CSM_TIME_NONE : csm_db_stmt_int (row, 2);
  g_autoptr (GError) local = NULL;
  gint64 rowid = csm_cache_message_rowid (conn, at, csm_db_stmt_text (row, 1), &local);

  if (local == NULL)
    csm_db_conn_run (conn, &local,
      "UPDATE message SET rowid = ?1, packed = coalesce (packed, csm_pack (base)), base = CASE WHEN base IS NOT NULL THEN '' END WHERE rowid = ?2",
      "ii", rowid, csm_db_stmt_int (row, 0));
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_cache_bring_over:
 * @conn: the writer's connection
 * @end: when to stop, in monotonic µs
 * @more: (out): whether something is left to do
 * @error: `CSM_ERROR_DATABASE` and its kin
 *
 * Gives messages with numbers of 0.1.0 those of now, and packs them. None is in an index meanwhile. What is done stays done,
 * whenever the app ends.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_bring_over (CsmDbConn  *conn,
                      gint64      end,
                      gboolean   *more,
                      GError    **error)
{
  g_autoptr (GError) local = NULL;

  do
    {
      /* From a table of its own: what is updated comes to stand where it would be read again. */
      g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local,
        "SELECT * FROM (SELECT rowid, id, at FROM message WHERE rowid >= ?1 ORDER BY rowid LIMIT ?2) ORDER BY +rowid", "ii", FIRST_OLD, STEP);

      *more = FALSE;
      while (local == NULL && stmt != NULL && csm_db_stmt_step (stmt, &local))
        *more = bring_one (conn, stmt, &local);
    }
  while (local == NULL && *more && g_get_monotonic_time () < end);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_cache_drop_old_text:
 * @conn: the writer's connection
 * @end: when to stop, in monotonic µs
 * @more: (out): whether something is left to do
 * @error: `CSM_ERROR_DATABASE` and its kin
 *
 * Removes the index of 0.1.0: gigabytes at once would hold the writer for seconds.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_drop_old_text (CsmDbConn  *conn,
                         gint64      end,
                         gboolean   *more,
                         GError    **error)
{
  sqlite3 *db = csm_db_conn_get_handle (conn);
  gboolean ok = TRUE;

  *more = csm_db_conn_get_int (conn, error, 0, "SELECT count (*) FROM sqlite_schema WHERE name = 'message_text_old'", NULL) != 0;
  if (!*more)
    return TRUE;
  /* FTS5's own tables are kept from everybody but it. */
  sqlite3_db_config (db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
  do
    {
      ok = csm_db_conn_run (conn, error,
             "DELETE FROM message_text_old_data WHERE id IN (SELECT id FROM message_text_old_data WHERE id > ? ORDER BY id DESC LIMIT ?)",
             "ii", FTS5_HEAD, STEP);
      *more = ok && csm_db_conn_changes (conn) > 0;
    }
  while (*more && g_get_monotonic_time () < end);
  sqlite3_db_config (db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  return ok && (*more || csm_db_conn_exec (conn, "DROP TABLE message_text_old", error));
}
