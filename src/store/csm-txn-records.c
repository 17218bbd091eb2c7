/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

#include "csm-error.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-validate.h"

/* Room for this many messages of one microsecond before the next one's is used. */
#define ROWS_PER_MICROSECOND 4096

typedef struct
{
  gint64 row;
  gint64 created_modseq;
  gint64 modseq;
  char  *json;
} Row;

static void
row_clear (Row *row)
{
  g_free (row->json);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Row, row_clear)

/* FALSE without an error: there is none. */
static gboolean
load (CsmTxn               *txn,
      gint64                account,
      const CsmRecordType  *type,
      const char           *id,
      Row                  *row,
      GError              **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, csm_txn_schema (txn, type)->select, "it", account, id);

  if (stmt == NULL || !csm_db_stmt_step (stmt, error))
    return FALSE;
  row->row = csm_db_stmt_int (stmt, 0);
  row->created_modseq = csm_db_stmt_int (stmt, 1);
  row->modseq = csm_db_stmt_int (stmt, 2);
  row->json = g_strdup (csm_db_stmt_text (stmt, 3));
  return TRUE;
}

static gboolean
load_existing (CsmTxn               *txn,
               gint64                account,
               const CsmRecordType  *type,
               const char           *id,
               Row                  *row,
               GError              **error)
{
  g_autoptr (GError) local = NULL;

  if (load (txn, account, type, id, row, &local))
    return TRUE;
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, "there is no %s %s", type->name, id);
  return FALSE;
}

static JsonObject *
parse (const CsmRecordType  *type,
       const char           *id,
       const char           *json,
       GError              **error)
{
  g_autoptr (JsonNode) node = csm_json_parse_trusted (json, -1);

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return json_node_dup_object (node);
  g_set_error (error, CSM_STORE_ERROR, CSM_STORE_ERROR_DAMAGED, "the %s %s is damaged", type->name, id);
  return NULL;
}

/**
 * csm_txn_get_text:
 * @txn: a transaction
 * @account: an account
 * @type: a record type
 * @id: a record's id
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the record's JSON text; %NULL without an error when there is none
 */
char *
csm_txn_get_text (CsmTxn               *txn,
                  gint64                account,
                  const CsmRecordType  *type,
                  const char           *id,
                  GError              **error)
{
  g_auto (Row) row = { 0 };

  return load (txn, account, type, id, &row, error) ? g_steal_pointer (&row.json) : NULL;
}

/**
 * csm_txn_get:
 * @txn: a transaction
 * @account: an account
 * @type: a record type
 * @id: a record's id
 * @error: also `CSM_STORE_ERROR_DAMAGED`
 *
 * Returns: (transfer full) (nullable): the record, with its `id`; %NULL without an error when there is none
 */
JsonObject *
csm_txn_get (CsmTxn               *txn,
             gint64                account,
             const CsmRecordType  *type,
             const char           *id,
             GError              **error)
{
  g_auto (Row) row = { 0 };

  return load (txn, account, type, id, &row, error) ? parse (type, id, row.json, error) : NULL;
}

/**
 * csm_txn_get_modseq:
 * @txn: a transaction
 * @account: an account
 * @type: a record type
 * @id: a record's id
 * @error: return location
 *
 * Returns: the number of the record's last change; 0 when there is none
 */
gint64
csm_txn_get_modseq (CsmTxn               *txn,
                    gint64                account,
                    const CsmRecordType  *type,
                    const char           *id,
                    GError              **error)
{
  g_auto (Row) row = { 0 };

  return load (txn, account, type, id, &row, error) ? row.modseq : 0;
}

/**
 * csm_txn_was_destroyed:
 * @txn: a transaction
 * @account: an account
 * @type: a record type
 * @id: an id
 * @error: return location
 *
 * Returns: whether there was a record of that id; its id is never used again
 */
gboolean
csm_txn_was_destroyed (CsmTxn               *txn,
                       gint64                account,
                       const CsmRecordType  *type,
                       const char           *id,
                       GError              **error)
{
  return csm_db_conn_get_int (txn->conn, error, 0, "SELECT 1 FROM tombstone WHERE account = ? AND id = ?", "it", account, id) != 0;
}

/**
 * csm_txn_each:
 * @txn: a transaction
 * @account: an account
 * @type: a record type
 * @limit: the most records that are wanted
 * @func: called with each record's JSON text, until it returns %FALSE
 * @user_data: for @func
 * @error: return location
 *
 * Calls @func for all records of a type, in no order, but for at most @limit + 1, so that the caller can tell too many.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_each (CsmTxn               *txn,
              gint64                account,
              const CsmRecordType  *type,
              guint                 limit,
              CsmRecordFunc         func,
              gpointer              user_data,
              GError              **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id, json FROM %s WHERE account = ? ORDER BY rowid LIMIT ?", type->table);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, sql, "ii", account, (gint64) limit + 1);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  while (csm_db_stmt_step (stmt, &local))
    {
      if (!func (csm_db_stmt_text (stmt, 0), csm_db_stmt_text (stmt, 1), user_data))
        break;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The first free rowid of the message's receipt time; 0 on error. Time stops in 2041, when 63 bits are full. */
static gint64
message_row (CsmTxn      *txn,
             JsonObject  *record,
             GError     **error)
{
  gint64 at = csm_json_get_time (record, "at");
  gint64 base = CLAMP (at, 1, G_MAXINT64 / ROWS_PER_MICROSECOND - 1) * ROWS_PER_MICROSECOND;

  for (;;)
    {
      g_autoptr (GError) local = NULL;
      gint64 last = csm_db_conn_get_int (txn->conn, &local, 0, "SELECT max (rowid) FROM message WHERE rowid >= ?1 AND rowid < ?1 + 4096", "i", base);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return 0;
        }
      if (last == 0)
        return base;
      if (last + 1 < base + ROWS_PER_MICROSECOND)
        return last + 1;
      base += ROWS_PER_MICROSECOND;
    }
}

static gboolean
insert_row (CsmTxn               *txn,
            gint64                account,
            const CsmRecordType  *type,
            const char           *id,
            gint64                modseq,
            JsonObject           *record,
            gint64               *row,
            GError              **error)
{
  const CsmTypeSchema *schema = csm_txn_schema (txn, type);
  g_autofree char *json = csm_json_write_object (record);
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  *row = type->id == CSM_TYPE_ID_MESSAGE ? message_row (txn, record, error) : 0;
  if (type->id == CSM_TYPE_ID_MESSAGE && *row == 0)
    return FALSE;
  stmt = csm_db_conn_prepare (txn->conn, schema->insert, error);
  if (stmt == NULL)
    return FALSE;
  if (*row != 0)
    csm_db_stmt_bind_int (stmt, 1, *row);
  else
    csm_db_stmt_bind_null (stmt, 1);
  csm_db_stmt_bind_int (stmt, 2, account);
  csm_db_stmt_bind_text (stmt, 3, id);
  csm_db_stmt_bind_int (stmt, 4, modseq);
  csm_db_stmt_bind_int (stmt, 5, modseq);
  csm_record_bind_columns (schema, record, stmt, 6);
  csm_db_stmt_bind_text (stmt, 6 + (int) schema->columns->len, json);
  csm_db_stmt_step (stmt, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  *row = csm_db_conn_last_rowid (txn->conn);
  return TRUE;
}

static gboolean
is_free (CsmTxn               *txn,
         gint64                account,
         const CsmRecordType  *type,
         const char           *id,
         GError              **error)
{
  g_autoptr (GError) local = NULL;
  gboolean taken = csm_txn_get_modseq (txn, account, type, id, &local) != 0 ||
                   (local == NULL && csm_txn_was_destroyed (txn, account, type, id, &local));

  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (taken)
    g_set_error (error, CSM_ERROR, CSM_ERROR_EXISTS, "there is or was a %s %s", type->name, id);
  else
    return TRUE;
  return FALSE;
}

/* @id may be the record's own string, which must stay alive. */
static void
set_id (JsonObject *record,
        const char *id)
{
  if (g_strcmp0 (csm_json_get_string (record, "id"), id) != 0)
    json_object_set_string_member (record, "id", id);
}

/**
 * csm_txn_insert:
 * @txn: a write transaction
 * @account: an account
 * @type: a record type
 * @id: its id, of the type's letter
 * @record: the record; gets `id`, `updated`, missing defaults, and `created` unless it has one
 * @error: `CSM_ERROR_EXISTS` when there is or was a record of that id
 *
 * Adds a record and takes the next number of the change counter. A Person gets an account of their own. That the records
 * it names exist is looked at when its part or the transaction ends: `CSM_ERROR_CONSTRAINT` then.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_insert (CsmTxn               *txn,
                gint64                account,
                const CsmRecordType  *type,
                const char           *id,
                JsonObject           *record,
                GError              **error)
{
  gint64 now = csm_time_now (), modseq, row;

  g_return_val_if_fail (txn->write, FALSE);
  g_return_val_if_fail (csm_id_is_valid (id, type->letter), FALSE);

  if (!is_free (txn, account, type, id, error))
    return FALSE;
  set_id (record, id);
  if (csm_json_get_time (record, "created") == CSM_TIME_NONE)
    csm_json_set_time (record, "created", now);
  csm_json_set_time (record, "updated", now);
  csm_record_fill_defaults (type, record);

  modseq = csm_txn_next_modseq (txn, account, type, error);
  if (modseq == 0 || !insert_row (txn, account, type, id, modseq, record, &row, error) ||
      !csm_record_index_add (txn, account, type, id, row, record, error))
    return FALSE;
  csm_txn_note_dirty (txn, account, type, id, NULL, record);
  if (type->id == CSM_TYPE_ID_PERSON && account == CSM_ACCOUNT_WORKSPACE)
    {
      g_autoptr (CsmAccountRow) own = csm_txn_account_of (txn, id, error);

      return own != NULL;
    }
  return TRUE;
}

static gboolean
differs (const CsmRecordType *type,
         JsonObject          *before,
         JsonObject          *after)
{
  g_autoptr (GPtrArray) changed = csm_record_changed (type, before, after);

  for (guint i = 0; i < changed->len; i++)
    {
      if (!g_str_equal (g_ptr_array_index (changed, i), "updated"))
        return TRUE;
    }
  return FALSE;
}

static gboolean
names_same (const CsmTypeSchema *schema,
            JsonObject          *before,
            JsonObject          *after)
{
  for (guint i = 0; i < schema->columns->len; i++)
    {
      const CsmProperty *property = g_ptr_array_index (schema->columns, i);

      if (property->kind == CSM_KIND_ID &&
          g_strcmp0 (csm_json_get_string (before, property->name), csm_json_get_string (after, property->name)) != 0)
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_txn_update:
 * @txn: a write transaction
 * @account: an account
 * @type: a record type
 * @id: its id
 * @record: what it shall be, whole; gets `id` and `updated`
 * @error: `CSM_ERROR_NOT_FOUND`
 *
 * Replaces a record and takes the next number of the change counter; when nothing differs it does neither.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_update (CsmTxn               *txn,
                gint64                account,
                const CsmRecordType  *type,
                const char           *id,
                JsonObject           *record,
                GError              **error)
{
  const CsmTypeSchema *schema = csm_txn_schema (txn, type);
  g_autoptr (JsonObject) before = NULL;
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *json = NULL;
  g_auto (Row) row = { 0 };
  gint64 modseq;

  g_return_val_if_fail (txn->write, FALSE);

  if (!load_existing (txn, account, type, id, &row, error))
    return FALSE;
  before = parse (type, id, row.json, error);
  if (before == NULL)
    return FALSE;
  set_id (record, id);
  csm_record_fill_defaults (type, record);
  if (!differs (type, before, record))
    {
      csm_json_set_string (record, "updated", csm_json_get_string (before, "updated"));
      return TRUE;
    }
  csm_json_set_time (record, "updated", csm_time_now ());

  modseq = csm_txn_next_modseq (txn, account, type, error);
  if (modseq != 0)
    stmt = csm_db_conn_prepare (txn->conn, names_same (schema, before, record) ? schema->update_same : schema->update, error);
  if (stmt == NULL)
    return FALSE;
  json = csm_json_write_object (record);
  csm_db_stmt_bind_int (stmt, 1, row.row);
  csm_db_stmt_bind_int (stmt, 2, modseq);
  csm_record_bind_columns (schema, record, stmt, 3);
  csm_db_stmt_bind_text (stmt, 3 + (int) schema->columns->len, json);
  csm_db_stmt_step (stmt, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  csm_txn_note_dirty (txn, account, type, id, before, record);
  return csm_record_index_change (txn, account, type, id, row.row, before, record, error);
}

/**
 * csm_txn_destroy:
 * @txn: a write transaction
 * @account: an account
 * @type: a record type
 * @id: its id
 * @error: `CSM_ERROR_NOT_FOUND`
 *
 * Removes a record, leaves a tombstone and takes the next number of the change counter.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_destroy (CsmTxn               *txn,
                 gint64                account,
                 const CsmRecordType  *type,
                 const char           *id,
                 GError              **error)
{
  const char letter[] = { type->letter, '\0' };
  g_autoptr (JsonObject) before = NULL;
  g_auto (Row) row = { 0 };
  gint64 modseq;

  g_return_val_if_fail (txn->write, FALSE);

  if (!load_existing (txn, account, type, id, &row, error))
    return FALSE;
  before = parse (type, id, row.json, error);
  if (before == NULL || !csm_record_index_remove (txn, account, type, id, row.row, before, error))
    return FALSE;
  csm_txn_note_dirty (txn, account, type, id, before, NULL);
  if (!csm_db_conn_run (txn->conn, error, csm_txn_schema (txn, type)->remove, "i", row.row))
    return FALSE;
  modseq = csm_txn_next_modseq (txn, account, type, error);
  if (modseq == 0)
    return FALSE;
  return csm_db_conn_run (txn->conn, error,
                          "INSERT INTO tombstone (account, type, id, createdModseq, modseq, at) VALUES (?, ?, ?, ?, ?, ?)", "ittiii",
                          account, letter, id, row.created_modseq, modseq, csm_time_now ());
}
