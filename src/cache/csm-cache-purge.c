/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-cache"
#include "config.h"
#include "csm-cache-here-private.h"
#include "csm-cache-search-private.h"

/* The account is closed to the person who used it here: what it showed goes, what they wrote stays. */

static gboolean
purge_type (CsmCacheTxn  *txn,
            CsmTypeId     type,
            GError      **error)
{
  const char *table = csm_record_type_get (type)->table;
  g_autofree char *bulk = g_strdup_printf ("DELETE FROM %s WHERE id NOT IN (SELECT record_id FROM outbox)", table);
  g_autofree char *rest = g_strdup_printf ("SELECT id FROM %s WHERE base IS NOT NULL", table);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = NULL;

  if (!csm_db_conn_run (txn->conn, error, bulk, NULL))
    return FALSE;
  stmt = csm_db_conn_query (txn->conn, &local, rest, NULL);
  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    g_ptr_array_add (ids, g_strdup (csm_db_stmt_text (stmt, 0)));
  for (guint i = 0; i < ids->len && local == NULL; i++)
    csm_cache_put_base (txn, type, g_ptr_array_index (ids, i), NULL, 0, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gpointer
purge (CsmCacheTxn  *txn,
       gpointer      input,
       GError      **error)
{
  static const char * const statements[] = {
    "UPDATE outbox SET state = 2, error = 'accountNotFound' WHERE state < 2 OR error IS NULL",
    "DELETE FROM done",
    "DELETE FROM case_tag",
    "DELETE FROM content",
    "DELETE FROM kept",
    "DELETE FROM lost",
    "DELETE FROM guard",
    "DELETE FROM outgoing", /* their files stay, and are uploaded again */
    "DELETE FROM message_hit",
    "DELETE FROM cursor",
    "DELETE FROM meta WHERE key IN ('started', 'newest', 'workspace-name')",
  };
  static const char * const indexes[] = { "message_text", "comment_text", "case_text" };
  gboolean more;

  /* Not only out of sight: a deleted row's bytes would stay in the file until something else is written there. */
  if (!csm_db_conn_exec (txn->conn, "PRAGMA secure_delete = ON", error) || !csm_cache_drop_old_text (txn->conn, G_MAXINT64, &more, error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      if (!csm_db_conn_run (txn->conn, error, statements[i], NULL))
        return NULL;
    }
  /* Rows that stay are told to full text below; until then it must not be asked what it holds of them. */
  for (guint i = 0; i < G_N_ELEMENTS (indexes); i++)
    {
      g_autofree char *empty = g_strdup_printf ("INSERT INTO %s (%s) VALUES ('delete-all')", indexes[i], indexes[i]);

      txn->reaches[i] = (CsmSearchReach) { G_MAXINT64, G_MAXINT64, G_MAXINT64 };
      if (!csm_db_conn_run (txn->conn, error, empty, NULL))
        return NULL;
    }
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      if (!purge_type (txn, (CsmTypeId) i, error))
        return NULL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (indexes); i++)
    {
      g_autofree char *build = g_strdup_printf ("INSERT INTO %s (%s) VALUES ('rebuild')", indexes[i], indexes[i]);

      if (!csm_db_conn_run (txn->conn, error, build, NULL))
        return NULL;
    }
  if (!csm_db_conn_run (txn->conn, error,
        "INSERT INTO message_hit SELECT m.rowid, coalesce (c.rowid, 0) FROM message AS m LEFT JOIN case_ AS c ON c.id = m.case_id", NULL) ||
      !csm_db_conn_run (txn->conn, error, "UPDATE search_floor SET floor = ?, hole = 0, hole_end = 0", "i", G_MININT64))
    return NULL;
  txn->changes->all = TRUE;
  txn->outbox_changed = TRUE;
  return GINT_TO_POINTER (TRUE);
}

/**
 * csm_cache_purge_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Removes every record that came from the server, its full text with it. Operations are parked with `accountNotFound`; what they
 * made is still shown, and drafts stay: both are the person's own.
 */
void
csm_cache_purge_async (CsmCache            *self,
                       GCancellable        *c,
                       GAsyncReadyCallback  cb,
                       gpointer             data)
{
  csm_cache_run_write (self, CSM_DB_WRITE_DURABLE, G_PRIORITY_DEFAULT, purge, NULL, NULL, NULL, csm_cache_purge_async, c, cb, data);
}

gboolean
csm_cache_purge_finish (CsmCache      *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_purge_async, error) != NULL;
}
