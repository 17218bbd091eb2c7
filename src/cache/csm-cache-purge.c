/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
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

static gboolean
purge_all (CsmCacheTxn  *txn,
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
  gboolean more;

  /* Not only out of sight: a deleted row's bytes would stay in the file until something else is written there. */
  if (!csm_db_conn_exec (txn->conn, "PRAGMA secure_delete = ON", error) || !csm_cache_drop_old_text (txn->conn, G_MAXINT64, &more, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      if (!csm_db_conn_run (txn->conn, error, statements[i], NULL))
        return FALSE;
    }
  /* Rows that stay are told to full text below; until then it must not be asked what it holds of them. */
  for (guint i = 0; i < CSM_N_SEARCHES; i++)
    {
      if (!csm_cache_search_empty (txn, (CsmSearch) i, error))
        return FALSE;
    }
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      if (!purge_type (txn, (CsmTypeId) i, error))
        return FALSE;
    }
  for (guint i = 0; i < CSM_N_SEARCHES; i++)
    {
      if (!csm_cache_search_rebuild (txn, (CsmSearch) i, error))
        return FALSE;
    }
  txn->changes->all = TRUE;
  txn->outbox_changed = TRUE;
  return TRUE;
}

static gpointer
purge (CsmCacheTxn  *txn,
       gpointer      input,
       GError      **error)
{
  return purge_all (txn, error) ? GINT_TO_POINTER (TRUE) : NULL;
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
  /* Behind the pages that were fetched before: what they bring would stay. */
  csm_cache_run_write (self, CSM_DB_WRITE_DURABLE, G_PRIORITY_LOW, purge, NULL, NULL, NULL, csm_cache_purge_async, c, cb, data);
}

/**
 * csm_cache_purge_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_purge_finish (CsmCache      *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_purge_async, error) != NULL;
}

/* --- another account -------------------------------------------------------------------------------------------------------- */

typedef struct
{
  char *me;
  char *accounts[CSM_N_TYPES];
} Accounts;

static void
accounts_free (gpointer data)
{
  Accounts *accounts = data;

  g_free (accounts->me);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    g_free (accounts->accounts[i]);
  g_free (accounts);
}

/* Whether anything here came from an account that is not the type's any more. */
static gboolean
is_left (CsmDbConn       *conn,
         const Accounts  *accounts,
         gboolean        *left,
         GError         **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, "SELECT type, account FROM cursor", NULL);

  *left = FALSE;
  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      const CsmRecordType *type = csm_record_type_by_name (csm_db_stmt_text (stmt, 0));

      *left |= type != NULL && g_strcmp0 (accounts->accounts[type->id], csm_db_stmt_text (stmt, 1)) != 0;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gpointer
leave_accounts (CsmCacheTxn  *txn,
                gpointer      input,
                GError      **error)
{
  const Accounts *accounts = input;
  gboolean guest = accounts->accounts[CSM_TYPE_ID_COMMENT] == NULL, left;

  if ((txn->me != NULL && g_strcmp0 (txn->me, accounts->me) != 0) || !is_left (txn->conn, accounts, &left, error) || (left && !purge_all (txn, error)))
    return NULL;
  if (guest != txn->guest &&
      !(guest ? csm_cache_set_meta (txn->conn, "guest", "1", error) : csm_db_conn_run (txn->conn, error, "DELETE FROM meta WHERE key = 'guest'", NULL)))
    return NULL;
  return left ? GINT_TO_POINTER (TRUE) : NULL;
}

/**
 * csm_cache_leave_accounts_async:
 * @self: a cache
 * @me: who is signed in
 * @accounts: which account has the records of each type now; %NULL where none has
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Before csm_cache_open_session_async(): when what is here came from another account, it goes as with csm_cache_purge_async(). Where the
 * account lacks what is for colleagues only, it is a partner's: what is not shared any more leaves no byte.
 */
void
csm_cache_leave_accounts_async (CsmCache            *self,
                                const char          *me,
                                const char * const   accounts[CSM_N_TYPES],
                                GCancellable        *c,
                                GAsyncReadyCallback  cb,
                                gpointer             data)
{
  Accounts *copy = g_new0 (Accounts, 1);

  copy->me = g_strdup (me);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    copy->accounts[i] = g_strdup (accounts[i]);
  csm_cache_run_write (self, CSM_DB_WRITE_DURABLE, G_PRIORITY_LOW, leave_accounts, copy, accounts_free, NULL, csm_cache_leave_accounts_async, c, cb, data);
}

/**
 * csm_cache_leave_accounts_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether anything went; never what is somebody else's
 */
gboolean
csm_cache_leave_accounts_finish (CsmCache      *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_leave_accounts_async, error) != NULL;
}
