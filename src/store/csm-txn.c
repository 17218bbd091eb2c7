/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

#include <string.h>

#include "csm-error.h"
#include "csm-id.h"
#include "csm-time.h"

/* Bytes of the MAC that go into a state: guessing one wins nothing but an answer to "what changed?". */
#define MAC_LENGTH 10

G_DEFINE_QUARK (csm-store-error-quark, csm_store_error)

static void
account_info_free (CsmAccountInfo *info)
{
  g_free (info->id);
  g_free (info);
}

/* Begins and ends one job's view; the database class opens and commits the transaction itself. */
void
csm_txn_init (CsmTxn          *self,
              CsmDbConn       *conn,
              const CsmSchema *schema,
              const guint8    *key,
              const char      *blob_dir,
              gboolean         write)
{
  self->conn = conn;
  self->schema = schema;
  self->key = key;
  self->blob_dir = blob_dir;
  self->write = write;
  self->touched = g_array_new (FALSE, TRUE, sizeof (CsmTouched));
  self->savepoints = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  self->restored = g_array_new (FALSE, TRUE, sizeof (CsmRestored));
  self->used_tokens = g_ptr_array_new_with_free_func (g_free);
  self->accounts = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) account_info_free);
  self->kept = NULL;
  self->projector = NULL;
  self->dirty = NULL;
  self->projected = NULL;
  self->store = NULL;
  self->shares = FALSE;
}

/**
 * csm_txn_store:
 * @txn: a transaction
 *
 * Returns: (transfer none): the store that it belongs to, for what happens after it
 */
CsmStore *
csm_txn_store (CsmTxn *txn)
{
  return txn->store;
}

void
csm_txn_clear (CsmTxn *self)
{
  g_clear_pointer (&self->touched, g_array_unref);
  g_clear_pointer (&self->savepoints, g_ptr_array_unref);
  g_clear_pointer (&self->restored, g_array_unref);
  g_clear_pointer (&self->used_tokens, g_ptr_array_unref);
  g_clear_pointer (&self->accounts, g_hash_table_unref);
  g_clear_pointer (&self->kept, g_hash_table_unref);
  g_clear_pointer (&self->dirty, g_hash_table_unref);
  g_clear_pointer (&self->projected, g_hash_table_unref);
}

const CsmTypeSchema *
csm_txn_schema (CsmTxn              *self,
                const CsmRecordType *type)
{
  return &self->schema->types[type->id];
}

/* SQLite looks at deferred foreign keys when it commits, and then the whole group of jobs would fail for one of them. */
gboolean
csm_txn_settle (CsmTxn  *self,
                GError **error)
{
  int unresolved = 0, highest = 0;

  if (sqlite3_db_status (csm_db_conn_get_handle (self->conn), SQLITE_DBSTATUS_DEFERRED_FKS, &unresolved, &highest, 0) == SQLITE_OK &&
      unresolved == 0)
    return TRUE;
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_CONSTRAINT, "a record names another that does not exist");
  return FALSE;
}

/**
 * csm_txn_savepoint:
 * @txn: a write transaction
 * @error: return location
 *
 * Opens a part that csm_txn_release() keeps or undoes by itself; parts nest.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_savepoint (CsmTxn  *txn,
                   GError **error)
{
  /* Outside of a transaction a savepoint is one, and its release a commit. */
  if (!csm_db_conn_in_transaction (txn->conn))
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_DATABASE, "the transaction has ended before its time");
      return FALSE;
    }
  if (!csm_db_conn_run (txn->conn, error, "SAVEPOINT part", NULL))
    return FALSE;
  g_ptr_array_add (txn->savepoints, g_array_copy (txn->touched));
  return TRUE;
}

/**
 * csm_txn_release:
 * @txn: a write transaction
 * @keep: whether to keep what was done since csm_txn_savepoint()
 * @error: `CSM_ERROR_CONSTRAINT` when a record of the part names another that does not exist: then the part is undone
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_release (CsmTxn    *txn,
                 gboolean   keep,
                 GError   **error)
{
  gboolean settled = !keep || csm_txn_settle (txn, error);
  g_autoptr (GArray) before = NULL;

  g_return_val_if_fail (txn->savepoints->len > 0, FALSE);
  before = g_ptr_array_steal_index (txn->savepoints, txn->savepoints->len - 1);
  if (!keep || !settled)
    {
      /* The numbers of what is undone come again. */
      g_clear_pointer (&txn->kept, g_hash_table_unref);
      g_array_unref (txn->touched);
      txn->touched = g_steal_pointer (&before);
      csm_txn_look_again (txn);
      if (!csm_db_conn_run (txn->conn, settled ? error : NULL, "ROLLBACK TO part", NULL))
        return FALSE;
    }
  return csm_db_conn_run (txn->conn, settled ? error : NULL, "RELEASE part", NULL) && settled;
}

/* --- Accounts -------------------------------------------------------------------------------------------------- */

/**
 * csm_account_row_free:
 * @row: (transfer full): a row
 */
void
csm_account_row_free (CsmAccountRow *row)
{
  g_free (row->id);
  g_free (row->name);
  g_free (row->person_id);
  g_free (row->partner_id);
  g_free (row);
}

static CsmAccountRow *
take_account (CsmDbStmt  *stmt,
              GError    **error)
{
  CsmAccountRow *row;

  if (!csm_db_stmt_step (stmt, error))
    return NULL;
  row = g_new0 (CsmAccountRow, 1);
  row->account = csm_db_stmt_int (stmt, 0);
  row->id = g_strdup (csm_db_stmt_text (stmt, 1));
  row->name = g_strdup (csm_db_stmt_text (stmt, 2));
  row->person_id = g_strdup (csm_db_stmt_text (stmt, 3));
  return row;
}

/* Starts an account; its epoch is the time, so that two restores of one backup never share it. */
gboolean
csm_txn_add_account (CsmTxn      *self,
                     const char  *id,
                     const char  *name,
                     const char  *person_id,
                     GError     **error)
{
  return csm_db_conn_run (self->conn, error, "INSERT INTO account (id, name, personId, epoch) VALUES (?, ?, ?, ?)", "ttti",
                          id, name, person_id, csm_time_now () / CSM_SECOND);
}

/**
 * csm_txn_account_of:
 * @txn: a transaction
 * @person_id: (nullable): a person's id, or %NULL for the workspace
 * @error: `CSM_ERROR_NOT_FOUND` when the account does not exist and the transaction only reads
 *
 * A person's own account is made when it is missing; inserting a Person makes it too.
 *
 * Returns: (transfer full): the account
 */
CsmAccountRow *
csm_txn_account_of (CsmTxn      *txn,
                    const char  *person_id,
                    GError     **error)
{
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;
  CsmAccountRow *row;

  if (person_id == NULL)
    stmt = csm_db_conn_query (txn->conn, error, "SELECT account, id, name, personId FROM account WHERE account = 1", NULL);
  else
    stmt = csm_db_conn_query (txn->conn, error, "SELECT account, id, name, personId FROM account WHERE personId = ?", "t", person_id);
  if (stmt == NULL)
    return NULL;
  row = take_account (stmt, &local);
  if (row != NULL)
    return row;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (txn->write && csm_id_is_valid (person_id, 'p'))
    {
      g_autofree char *id = csm_id_with_letter (person_id, 'P');

      if (!csm_txn_add_account (txn, id, id, person_id, error))
        return NULL;
      csm_db_stmt_reset (stmt);
      row = take_account (stmt, &local);
      if (row != NULL)
        return row;
    }
  g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, "there is no account of %s", person_id != NULL ? person_id : "the workspace");
  return NULL;
}

const CsmAccountInfo *
csm_txn_account_info (CsmTxn  *self,
                      gint64   account,
                      GError **error)
{
  CsmAccountInfo *info = g_hash_table_lookup (self->accounts, &account);
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  if (info != NULL)
    return info;
  stmt = csm_db_conn_query (self->conn, error, "SELECT id, epoch FROM account WHERE account = ?", "i", account);
  if (stmt == NULL)
    return NULL;
  if (!csm_db_stmt_step (stmt, &local))
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      else
        g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, "there is no account %" G_GINT64_FORMAT, account);
      return NULL;
    }
  info = g_new0 (CsmAccountInfo, 1);
  info->account = account;
  info->id = g_strdup (csm_db_stmt_text (stmt, 0));
  info->epoch = csm_db_stmt_int (stmt, 1);
  g_hash_table_insert (self->accounts, &info->account, info);
  return info;
}

/* --- The change counter ------------------------------------------------------------------------------------------ */

static void
touch (CsmTxn              *self,
       gint64               account,
       const CsmRecordType *type,
       gint64               modseq)
{
  CsmTouched *touched = NULL;

  for (guint i = 0; i < self->touched->len && touched == NULL; i++)
    {
      touched = &g_array_index (self->touched, CsmTouched, i);
      if (touched->account != account)
        touched = NULL;
    }
  if (touched == NULL)
    {
      CsmTouched new = { .account = account };

      g_array_append_val (self->touched, new);
      touched = &g_array_index (self->touched, CsmTouched, self->touched->len - 1);
    }
  touched->types |= 1u << type->id;
  touched->modseqs[type->id] = modseq;
}

/* Takes a number for one record's change: two never share one, so that every page of /changes ends at an exact state. */
gint64
csm_txn_next_modseq (CsmTxn               *self,
                     gint64                account,
                     const CsmRecordType  *type,
                     GError              **error)
{
  const char letter[] = { type->letter, '\0' };
  gint64 modseq = 0;

  /* Not RETURNING, nor OR REPLACE: such statements open a savepoint of their own, at which full text writes itself out. */
  if (csm_db_conn_run (self->conn, error, "UPDATE account SET modseq = modseq + 1 WHERE account = ?", "i", account))
    modseq = csm_db_conn_get_int (self->conn, error, 0, "SELECT modseq FROM account WHERE account = ?", "i", account);
  if (modseq == 0)
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, "there is no account %" G_GINT64_FORMAT, account);
      return 0;
    }
  if (!csm_db_conn_run (self->conn, error, "UPDATE type_state SET modseq = ? WHERE account = ? AND type = ?", "iit", modseq, account, letter))
    return 0;
  if (csm_db_conn_changes (self->conn) == 0 &&
      !csm_db_conn_run (self->conn, error, "INSERT INTO type_state (account, type, modseq) VALUES (?, ?, ?)", "iti", account, letter, modseq))
    return 0;
  touch (self, account, type, modseq);
  return modseq;
}

/**
 * csm_txn_touch:
 * @txn: a write transaction
 * @type: a type of the workspace's records
 * @error: return location
 *
 * Has whoever watches the type look again, in every process, though no record of it changed.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_touch (CsmTxn               *txn,
               const CsmRecordType  *type,
               GError              **error)
{
  return csm_txn_next_modseq (txn, CSM_ACCOUNT_WORKSPACE, type, error) != 0;
}

/* The newest change of a type; 0 when it never had one. */
gint64
csm_txn_type_modseq (CsmTxn               *self,
                     gint64                account,
                     const CsmRecordType  *type,
                     GError              **error)
{
  const char letter[] = { type->letter, '\0' };

  return csm_db_conn_get_int (self->conn, error, 0, "SELECT modseq FROM type_state WHERE account = ? AND type = ?", "it", account, letter);
}

/* --- States -------------------------------------------------------------------------------------------------------- */

static char *
make_mac (CsmTxn     *self,
          const char *account_id,
          gint64      epoch,
          gint64      modseq)
{
  g_autofree char *text = g_strdup_printf ("state\n%s\n%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT, account_id, epoch, modseq);
  g_autofree char *mac = g_compute_hmac_for_string (G_CHECKSUM_SHA256, self->key, CSM_STORE_KEY_LENGTH, text, -1);

  return g_strndup (mac, 2 * MAC_LENGTH);
}

/**
 * csm_txn_format_state:
 * @txn: a transaction
 * @account: an account
 * @modseq: a number of its change counter
 *
 * Returns: (transfer full) (nullable): the state string; %NULL when the account can't be read
 */
char *
csm_txn_format_state (CsmTxn *txn,
                      gint64  account,
                      gint64  modseq)
{
  const CsmAccountInfo *info = csm_txn_account_info (txn, account, NULL);
  g_autofree char *mac = NULL;

  if (info == NULL)
    return NULL;
  mac = make_mac (txn, info->id, info->epoch, modseq);
  return g_strdup_printf ("v1.%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT ".%s", info->epoch, modseq, mac);
}

/**
 * csm_txn_state:
 * @txn: a transaction
 * @account: an account
 * @type: a record type
 * @error: return location
 *
 * RFC 8620, section 5.1: it covers all records of the type, changes when one of them does, and stays when another type's does.
 *
 * Returns: (transfer full): the type's state string
 */
char *
csm_txn_state (CsmTxn               *txn,
               gint64                account,
               const CsmRecordType  *type,
               GError              **error)
{
  g_autoptr (GError) local = NULL;
  gint64 modseq = csm_txn_type_modseq (txn, account, type, &local);

  if (local != NULL || csm_txn_account_info (txn, account, &local) == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return csm_txn_format_state (txn, account, modseq);
}

static gboolean
parse_number (const char *text,
              gint64     *number)
{
  return g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, number, NULL);
}

static gboolean
macs_equal (const char *a,
            const char *b)
{
  guint difference = strlen (a) != strlen (b);

  for (gsize i = 0; difference == 0 && i < strlen (a); i++)
    difference |= (guint) (a[i] ^ b[i]);
  return difference == 0;
}

/* An authentic state that our counter has not reached: we gave it out, and then an older copy of the database took our place. */
static void
note_restored (CsmTxn *self,
               gint64  account,
               gint64  epoch,
               gint64  modseq)
{
  CsmRestored restored = { account, epoch, modseq };

  g_warning ("a client knows a later state of account %" G_GINT64_FORMAT ": this database is an older copy", account);
  g_array_append_val (self->restored, restored);
}

/**
 * csm_txn_parse_state:
 * @txn: a transaction
 * @account: the account that it should be of
 * @type: the type whose changes are wanted
 * @state: what a client sent
 * @modseq: (out): the number of the change counter in it
 * @error: return location
 *
 * A state with a right MAC that lies in the future proves that the database was restored from a backup: the store then
 * starts a new epoch by itself, after this transaction.
 *
 * Returns: %FALSE without an error when changes can't be calculated from @state: not ours, of another epoch, from the
 *   future, or so old that tombstones have been dropped since
 */
gboolean
csm_txn_parse_state (CsmTxn               *txn,
                     gint64                account,
                     const CsmRecordType  *type,
                     const char           *state,
                     gint64               *modseq,
                     GError              **error)
{
  const CsmAccountInfo *info = csm_txn_account_info (txn, account, error);
  g_auto (GStrv) parts = g_strsplit (state, ".", 5);
  g_autofree char *mac = NULL;
  g_autoptr (GError) local = NULL;
  gint64 epoch, newest, low_water;

  if (info == NULL)
    return FALSE;
  if (g_strv_length (parts) != 4 || !g_str_equal (parts[0], "v1") || !parse_number (parts[1], &epoch) || !parse_number (parts[2], modseq))
    return FALSE;
  mac = make_mac (txn, info->id, epoch, *modseq);
  if (!macs_equal (mac, parts[3]))
    return FALSE;

  newest = csm_db_conn_get_int (txn->conn, &local, 0, "SELECT modseq FROM account WHERE account = ?", "i", account);
  low_water = csm_db_conn_get_int (txn->conn, local == NULL ? &local : NULL, 0, "SELECT lowWater FROM account WHERE account = ?", "i", account);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (epoch > info->epoch || (epoch == info->epoch && *modseq > newest))
    note_restored (txn, account, epoch, *modseq);
  if (epoch != info->epoch || *modseq > newest)
    return FALSE;
  if (*modseq >= low_water)
    return TRUE;
  newest = csm_txn_type_modseq (txn, account, type, &local);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return local == NULL && newest == *modseq;
}
