/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-store-private.h"

#include "csm-time.h"

/* --- In a transaction ------------------------------------------------------------------------------------------------------ */

/* Clients are told of everything: a number of 0 stands for a new epoch. */
static void
touch_all (CsmTxn *txn,
           gint64  account)
{
  CsmTouched touched = { .account = account, .types = (1u << CSM_N_TYPES) - 1 };

  g_array_append_val (txn->touched, touched);
}

/* The whole database is a copy, so all of its accounts begin anew: no state of an old epoch is valid any more, and clients fetch again
 * while they keep what they have written. Epochs are times, so that two restores of one backup never share one. */
static gboolean
start_epochs (CsmTxn  *txn,
              gint64   least,
              GError **error)
{
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  g_array_set_size (txn->touched, 0);
  stmt = csm_db_conn_prepare (txn->conn, "SELECT account FROM account", error);
  if (stmt == NULL)
    return FALSE;
  while (csm_db_stmt_step (stmt, &local))
    touch_all (txn, csm_db_stmt_int (stmt, 0));
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return csm_db_conn_run (txn->conn, error, "UPDATE account SET epoch = (SELECT max (?1, ?2, max (epoch) + 1) FROM account)", "ii",
                          csm_time_now () / CSM_SECOND, least);
}

/**
 * csm_txn_start_epoch:
 * @self: a write transaction
 * @restored: what proves that the database is an older copy
 * @error: return location
 *
 * Starts a new epoch, unless that has been done since.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_start_epoch (CsmTxn             *self,
                     const CsmRestored  *restored,
                     GError            **error)
{
  g_autoptr (GError) local = NULL;
  gboolean is_older = csm_db_conn_get_int (self->conn, &local, 0,
                                           "SELECT 1 FROM account WHERE account = ?1 AND (epoch < ?2 OR (epoch = ?2 AND modseq < ?3))", "iii",
                                           restored->account, restored->epoch, restored->modseq) != 0;

  if (local == NULL && is_older)
    return start_epochs (self, restored->epoch + 1, error);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return *error == NULL;
}

/**
 * csm_txn_renew_epoch:
 * @txn: a write transaction
 * @error: return location
 *
 * Starts a new epoch in all accounts.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_renew_epoch (CsmTxn  *txn,
                     GError **error)
{
  return start_epochs (txn, 0, error);
}

/**
 * csm_txn_begin_copy:
 * @txn: a write transaction
 * @least: the new epoch is this at least
 * @error: return location
 *
 * For a database that is known to be a copy, before it is used: starts a new epoch, and notes that what waits in it may have been sent.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_begin_copy (CsmTxn  *txn,
                    gint64   least,
                    GError **error)
{
  return csm_txn_set_setting (txn, CSM_SETTING_COPY, "yes", error) && start_epochs (txn, least, error);
}

/* --- Marks ------------------------------------------------------------------------------------------------------------------ */

static gpointer
read_marks (CsmDbConn     *conn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (CsmMark));
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, error, "SELECT account, epoch, modseq FROM account", NULL);
  g_autoptr (GError) local = NULL;

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      CsmMark mark = { csm_db_stmt_int (stmt, 0), csm_db_stmt_int (stmt, 1), csm_db_stmt_int (stmt, 2) };

      g_array_append_val (marks, mark);
    }
  if (local == NULL && stmt != NULL)
    return g_steal_pointer (&marks);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* Whether the database has not come as far as a mark says, or does not even have its account; the newest epoch of the marks. */
static gboolean
is_behind (GArray *database,
           GArray *marks,
           gint64 *epoch)
{
  gboolean behind = FALSE;

  *epoch = 0;
  for (guint i = 0; i < marks->len; i++)
    {
      const CsmMark *mark = &g_array_index (marks, CsmMark, i);
      const CsmMark *real = NULL;

      for (guint j = 0; j < database->len && real == NULL; j++)
        {
          real = &g_array_index (database, CsmMark, j);
          if (real->account != mark->account)
            real = NULL;
        }
      behind = behind || real == NULL || real->epoch < mark->epoch || (real->epoch == mark->epoch && real->modseq < mark->modseq);
      *epoch = MAX (*epoch, mark->epoch);
    }
  return behind;
}

static gpointer
renew_if_behind (CsmTxn        *txn,
                 gpointer       input,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_autoptr (GArray) database = read_marks (txn->conn, NULL, cancellable, error);
  gint64 epoch;

  if (database == NULL || !is_behind (database, input, &epoch))
    return NULL;
  if (!csm_txn_begin_copy (txn, epoch + 1, error))
    return NULL;
  return GINT_TO_POINTER (TRUE);
}

static gboolean
meet_marks (CsmStore  *self,
            GArray    *marks,
            GError   **error)
{
  g_autoptr (GArray) database = csm_db_run (self->db, CSM_DB_READ, read_marks, NULL, error);
  g_autoptr (GError) local = NULL;
  gboolean renewed = FALSE;
  gint64 epoch;

  if (database == NULL)
    return FALSE;
  if (is_behind (database, marks, &epoch))
    {
      renewed = GPOINTER_TO_INT (csm_store_run (self, TRUE, renew_if_behind, marks, &local));
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  if (renewed)
    g_message ("this database is an older copy of the one that was here last: a new epoch begins, and everybody fetches anew");
  /* In a new epoch the marks have been set with its commit. */
  else
    csm_high_water_set (self->high_water, database, FALSE);
  return TRUE;
}

/**
 * csm_store_open_marks:
 * @self: a store whose database is open
 * @workspace_id: the workspace account's id
 * @error: return location
 *
 * Holds the database against the marks beside it. One that has not come as far as they say was put there from a copy: then a new epoch
 * begins.
 *
 * Returns: whether it worked
 */
gboolean
csm_store_open_marks (CsmStore    *self,
                      const char  *workspace_id,
                      GError     **error)
{
  g_autoptr (GArray) marks = NULL;

  /* The marks first: what another process commits meanwhile then is ahead of them, not behind. */
  self->high_water = csm_high_water_open (self->directory, workspace_id);
  marks = csm_high_water_list (self->high_water);
  return meet_marks (self, marks, error);
}

static void
marks_read (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (CsmStore) self = user_data;
  g_autoptr (GArray) marks = csm_db_run_finish (CSM_DB (source), result, NULL);

  if (marks != NULL)
    csm_high_water_set (self->high_water, marks, TRUE);
}

static gint64
newest_of (const CsmTouched *touched)
{
  gint64 newest = 0;

  for (guint i = 0; i < CSM_N_TYPES; i++)
    newest = MAX (newest, touched->modseqs[i]);
  return newest;
}

/**
 * csm_store_raise_marks:
 * @self: a store
 * @touched: (element-type CsmTouched): what was committed
 * @block: whether the caller may wait for the database
 *
 * Notes how far the accounts have come, or that they have begun a new epoch.
 */
void
csm_store_raise_marks (CsmStore *self,
                       GArray   *touched,
                       gboolean  block)
{
  gboolean renewed = FALSE;

  if (self->high_water == NULL)
    return;
  for (guint i = 0; i < touched->len; i++)
    {
      const CsmTouched *one = &g_array_index (touched, CsmTouched, i);
      gint64 newest = newest_of (one);

      renewed = renewed || newest == 0;
      if (newest != 0)
        csm_high_water_raise (self->high_water, one->account, newest);
    }
  if (renewed && block)
    {
      g_autoptr (GArray) marks = csm_db_run (self->db, CSM_DB_READ, read_marks, NULL, NULL);

      if (marks != NULL)
        csm_high_water_set (self->high_water, marks, TRUE);
    }
  else if (renewed)
    {
      csm_db_run_async (self->db, CSM_DB_READ, G_PRIORITY_DEFAULT, read_marks, NULL, NULL, (GDestroyNotify) g_array_unref, NULL,
                        marks_read, g_object_ref (self));
    }
}
