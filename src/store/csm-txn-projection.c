/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

#include "csm-error.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

/* --- Accounts ---------------------------------------------------------------------------------------------------- */

static CsmAccountRow *
read_row (CsmDbStmt *stmt)
{
  CsmAccountRow *row = g_new0 (CsmAccountRow, 1);

  row->account = csm_db_stmt_int (stmt, 0);
  row->id = g_strdup (csm_db_stmt_text (stmt, 1));
  row->name = g_strdup (csm_db_stmt_text (stmt, 2));
  row->partner_id = g_strdup (csm_db_stmt_text (stmt, 3));
  return row;
}

/* NULL without an error: the team has none. */
CsmAccountRow *
csm_txn_find_projection (CsmTxn      *txn,
                         const char  *partner_id,
                         GError     **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, "SELECT account, id, name, partnerId FROM account WHERE partnerId = ?", "t", partner_id);

  return stmt != NULL && csm_db_stmt_step (stmt, error) ? read_row (stmt) : NULL;
}

/**
 * csm_txn_projection_of:
 * @txn: a transaction
 * @partner_id: a team's id
 * @error: return location
 *
 * The account of what a partner's guests see; one that writes makes it when it is missing.
 *
 * Returns: (transfer full) (nullable): the account; %NULL without an error when there is none and @txn only reads
 */
CsmAccountRow *
csm_txn_projection_of (CsmTxn      *txn,
                       const char  *partner_id,
                       GError     **error)
{
  g_autoptr (GError) local = NULL;
  CsmAccountRow *row = csm_txn_find_projection (txn, partner_id, &local);
  g_autofree char *id = NULL;

  if (row == NULL && local == NULL && txn->write)
    {
      id = csm_id_with_letter (partner_id, 'G');
      if (csm_txn_add_account (txn, id, id, NULL, &local) &&
          csm_db_conn_run (txn->conn, &local, "UPDATE account SET partnerId = ? WHERE id = ?", "tt", partner_id, id))
        row = csm_txn_find_projection (txn, partner_id, &local);
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return row;
}

/**
 * csm_txn_projections:
 * @txn: a transaction
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmAccountRow): the accounts of all partners
 */
GPtrArray *
csm_txn_projections (CsmTxn  *txn,
                     GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_account_row_free);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, "SELECT account, id, name, partnerId FROM account WHERE partnerId IS NOT NULL ORDER BY account", NULL);
  g_autoptr (GError) local = NULL;

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    g_ptr_array_add (rows, read_row (stmt));
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return stmt != NULL && local == NULL ? g_steal_pointer (&rows) : NULL;
}

/**
 * csm_txn_is_projection:
 * @txn: a transaction
 * @account: an account
 *
 * Returns: whether it is what a partner's guests see
 */
gboolean
csm_txn_is_projection (CsmTxn *txn,
                       gint64  account)
{
  const CsmAccountInfo *info = csm_txn_account_info (txn, account, NULL);

  return info != NULL && info->id[0] == 'G';
}

/**
 * csm_txn_account_id:
 * @txn: a transaction
 * @account: an account
 * @error: `CSM_ERROR_NOT_FOUND`
 *
 * Returns: (transfer full): its id on the wire
 */
char *
csm_txn_account_id (CsmTxn   *txn,
                    gint64    account,
                    GError  **error)
{
  const CsmAccountInfo *info = csm_txn_account_info (txn, account, error);

  return info != NULL ? g_strdup (info->id) : NULL;
}

/* --- What was written ---------------------------------------------------------------------------------------------- */

static gboolean
is_projected (const CsmRecordType *type)
{
  switch (type->id)
    {
    case CSM_TYPE_ID_PERSON:
    case CSM_TYPE_ID_TEAM:
    case CSM_TYPE_ID_CHANNEL:
    case CSM_TYPE_ID_CUSTOMER:
    case CSM_TYPE_ID_CASE:
    case CSM_TYPE_ID_CONVERSATION:
    case CSM_TYPE_ID_MESSAGE:
    case CSM_TYPE_ID_SHARED_COMMENT:
      return TRUE;
    default:
      return FALSE;
    }
}

static void
add_flags (GHashTable **table,
           const char  *id,
           guint        flags)
{
  guint before;

  if (*table == NULL)
    *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  before = GPOINTER_TO_UINT (g_hash_table_lookup (*table, id));
  if ((before | flags) != before)
    g_hash_table_replace (*table, g_strdup (id), GUINT_TO_POINTER (before | flags));
}

static void
add_dirty (CsmTxn     *self,
           const char *id,
           guint       flags)
{
  if (id != NULL)
    add_flags (&self->dirty, id, flags);
}

static void
add_all (GHashTable **to,
         GHashTable  *from)
{
  GHashTableIter iter;
  gpointer id, flags;

  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &id, &flags))
    add_flags (to, id, GPOINTER_TO_UINT (flags));
}

/* After a part was undone: what was projected in it may have been undone with it. */
void
csm_txn_look_again (CsmTxn *self)
{
  if (self->projected != NULL)
    add_all (&self->dirty, self->projected);
}

static gboolean
is_shared (JsonObject *case_)
{
  JsonObject *partners = csm_json_get_object (case_, "partners");

  return partners != NULL && json_object_get_size (partners) > 0;
}

static gboolean
is_seen_by_others (JsonObject *before,
                   JsonObject *after)
{
  JsonNode *old = before != NULL ? json_object_get_member (before, "partners") : NULL;
  JsonNode *new = after != NULL ? json_object_get_member (after, "partners") : NULL;

  if (!is_shared (before) && !is_shared (after))
    return FALSE;
  return old == NULL || new == NULL || !json_node_equal (old, new) ||
         g_strcmp0 (csm_json_get_string (before, "mergedIntoId"), csm_json_get_string (after, "mergedIntoId")) != 0;
}

/* After each write of a record: what of it projections have to follow. NULL: there was, or is, none. */
void
csm_txn_note_dirty (CsmTxn              *self,
                    gint64               account,
                    const CsmRecordType *type,
                    const char          *id,
                    JsonObject          *before,
                    JsonObject          *after)
{
  gboolean is_whole = FALSE;

  if (account != CSM_ACCOUNT_WORKSPACE || !is_projected (type))
    return;
  if (type->id == CSM_TYPE_ID_CASE)
    {
      self->shares |= is_shared (before) || is_shared (after);
      is_whole = is_seen_by_others (before, after);
    }
  add_dirty (self, id, CSM_DIRTY_WRITTEN | (is_whole ? CSM_DIRTY_WHOLE : 0));
  if (type->id == CSM_TYPE_ID_CONVERSATION || type->id == CSM_TYPE_ID_MESSAGE || type->id == CSM_TYPE_ID_SHARED_COMMENT)
    {
      add_dirty (self, csm_json_get_string (before, "caseId"), CSM_DIRTY_WRITTEN);
      add_dirty (self, csm_json_get_string (after, "caseId"), CSM_DIRTY_WRITTEN);
    }
}

/**
 * csm_txn_take_dirty:
 * @txn: a write transaction
 *
 * Returns: (transfer full): the ids of what was written in the workspace since, and a #CsmDirty each
 */
GHashTable *
csm_txn_take_dirty (CsmTxn *txn)
{
  GHashTable *dirty = g_steal_pointer (&txn->dirty);

  if (dirty == NULL)
    return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  add_all (&txn->projected, dirty);
  return dirty;
}

/**
 * csm_txn_project:
 * @txn: a write transaction
 * @error: return location
 *
 * Brings the accounts of partners up to date. Where nothing was ever shared this costs nothing.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_project (CsmTxn  *txn,
                 GError **error)
{
  g_autoptr (GError) local = NULL;

  if (txn->dirty == NULL)
    return TRUE;
  if (!txn->shares && csm_db_conn_get_int (txn->conn, &local, 0, "SELECT EXISTS (SELECT 1 FROM account WHERE partnerId IS NOT NULL)", NULL) == 0)
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      g_clear_pointer (&txn->dirty, g_hash_table_unref);
      return local == NULL;
    }
  if (txn->projector != NULL)
    return txn->projector (txn, error);
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_FAILED, "this program doesn't know what partners may see");
  return FALSE;
}

/* --- Writing into one ------------------------------------------------------------------------------------------------ */

/* The tombstone makes room; who knew the record before it left is told so by the stay. */
static gboolean
come_back (CsmTxn               *txn,
           gint64                account,
           const CsmRecordType  *type,
           const char           *id,
           GError              **error)
{
  const char letter[] = { type->letter, '\0' };

  return csm_db_conn_run (txn->conn, error,
                          "INSERT INTO stay (account, type, id, createdModseq, modseq, at)"
                          " SELECT account, type, id, createdModseq, modseq, at FROM tombstone WHERE account = ? AND id = ? AND type = ?", "itt",
                          account, id, letter) &&
         csm_db_conn_run (txn->conn, error, "DELETE FROM tombstone WHERE account = ? AND id = ? AND type = ?", "itt", account, id, letter);
}

/**
 * csm_txn_put:
 * @txn: a write transaction
 * @account: the account of a partner
 * @type: a record type
 * @id: its id
 * @record: what it shall be, whole
 * @error: return location
 *
 * Adds or replaces a record; nothing happens when nothing differs. Unlike elsewhere, one that was destroyed may come back.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_put (CsmTxn               *txn,
             gint64                account,
             const CsmRecordType  *type,
             const char           *id,
             JsonObject           *record,
             GError              **error)
{
  g_autoptr (GError) local = NULL;
  gboolean exists, left = FALSE;

  g_return_val_if_fail (account != CSM_ACCOUNT_WORKSPACE, FALSE);

  exists = csm_txn_get_modseq (txn, account, type, id, &local) != 0;
  if (local == NULL && !exists)
    left = csm_txn_was_destroyed (txn, account, type, id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (exists)
    return csm_txn_update (txn, account, type, id, record, error);
  return (!left || come_back (txn, account, type, id, error)) && csm_txn_insert (txn, account, type, id, record, error);
}

/* Those that were in the account at @since and have come back after it. */
GHashTable *
csm_txn_stays (CsmTxn               *self,
               gint64                account,
               const CsmRecordType  *type,
               gint64                since,
               GError              **error)
{
  const char letter[] = { type->letter, '\0' };
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (self->conn, error, "SELECT id FROM stay WHERE account = ?1 AND type = ?2 AND modseq > ?3 AND createdModseq <= ?3", "iti",
                                                  account, letter, since);
  g_autoptr (GError) local = NULL;

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    g_hash_table_add (ids, g_strdup (csm_db_stmt_text (stmt, 0)));
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return stmt != NULL && local == NULL ? g_steal_pointer (&ids) : NULL;
}

/* --- Looking ----------------------------------------------------------------------------------------------------------- */

/**
 * csm_txn_refers:
 * @txn: a transaction
 * @account: an account
 * @type: the type of the records that may name it
 * @property: by this indexed property
 * @id: what may be named
 * @refers: (out): whether one of them does
 * @error: return location
 *
 * Returns: whether it could be looked up
 */
gboolean
csm_txn_refers (CsmTxn               *txn,
                gint64                account,
                const CsmRecordType  *type,
                const char           *property,
                const char           *id,
                gboolean             *refers,
                GError              **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT EXISTS (SELECT 1 FROM %s WHERE account = ? AND \"%s\" = ?)", type->table, property);
  gint64 found = csm_db_conn_get_int (txn->conn, error, -1, sql, "it", account, id);

  *refers = found > 0;
  return found >= 0;
}

/**
 * csm_txn_shared_cases:
 * @txn: a transaction
 * @error: return location
 *
 * Looks at all cases: for checks and repairs.
 *
 * Returns: (transfer full) (element-type utf8): the cases of the workspace that any partner sees
 */
GPtrArray *
csm_txn_shared_cases (CsmTxn  *txn,
                      GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error,
                                                  "SELECT id FROM case_ WHERE account = ? AND json_valid (json)"
                                                  " AND coalesce (json ->> '$.partners', '{}') <> '{}' ORDER BY rowid", "i", CSM_ACCOUNT_WORKSPACE);
  g_autoptr (GError) local = NULL;

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    g_ptr_array_add (ids, g_strdup (csm_db_stmt_text (stmt, 0)));
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return stmt != NULL && local == NULL ? g_steal_pointer (&ids) : NULL;
}

/**
 * csm_case_sum_clear:
 * @sum: a sum
 */
void
csm_case_sum_clear (CsmCaseSum *sum)
{
  g_clear_pointer (&sum->last_id, g_free);
}

/**
 * csm_txn_case_sum:
 * @txn: a transaction
 * @account: an account
 * @case_id: a case
 * @may_have_attachment: whether files are to be looked for
 * @sum: (out): what its messages and shared comments in that account come to
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_case_sum (CsmTxn      *txn,
                  gint64       account,
                  const char  *case_id,
                  gboolean     may_have_attachment,
                  CsmCaseSum  *sum,
                  GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error,
                                                  "SELECT count (*), coalesce (max (modseq), 0), max (at),"
                                                  " (SELECT id FROM message WHERE account = ?1 AND caseId = ?2 ORDER BY at DESC, id DESC LIMIT 1),"
                                                  " ?3 AND EXISTS (SELECT 1 FROM message m, json_each (m.json, '$.attachments') e WHERE m.account = ?1 AND m.caseId = ?2"
                                                  "   AND NOT coalesce (e.value ->> '$.inline', 0)),"
                                                  " (SELECT max (at) FROM shared_comment WHERE account = ?1 AND caseId = ?2)"
                                                  " FROM message WHERE account = ?1 AND caseId = ?2", "iti", account, case_id, (gint64) may_have_attachment);

  *sum = (CsmCaseSum) { .last_at = CSM_TIME_NONE, .commented_at = CSM_TIME_NONE };
  if (stmt == NULL)
    return FALSE;
  if (csm_db_stmt_step (stmt, &local))
    {
      sum->count = csm_db_stmt_int (stmt, 0);
      sum->modseq = csm_db_stmt_int (stmt, 1);
      sum->last_at = csm_db_stmt_is_null (stmt, 2) ? CSM_TIME_NONE : csm_db_stmt_int (stmt, 2);
      sum->last_id = g_strdup (csm_db_stmt_text (stmt, 3));
      sum->has_attachment = csm_db_stmt_int (stmt, 4) != 0;
      sum->commented_at = csm_db_stmt_is_null (stmt, 5) ? CSM_TIME_NONE : csm_db_stmt_int (stmt, 5);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
