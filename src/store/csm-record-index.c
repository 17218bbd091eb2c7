/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

#include <string.h>

#include "csm-error.h"
#include "csm-json.h"
#include "csm-time.h"

/**
 * csm_record_bind_columns:
 * @schema: a type's schema
 * @record: a record
 * @stmt: its insert or update
 * @first: the first column's parameter
 *
 * Returns: %TRUE
 */
gboolean
csm_record_bind_columns (const CsmTypeSchema *schema,
                         JsonObject          *record,
                         CsmDbStmt           *stmt,
                         int                  first)
{
  for (guint i = 0; i < schema->columns->len; i++)
    {
      const CsmProperty *property = g_ptr_array_index (schema->columns, i);
      int at = first + (int) i;
      gint64 time;

      switch (property->kind)
        {
        case CSM_KIND_DATE:
          time = csm_json_get_time (record, property->name);
          if (time != CSM_TIME_NONE)
            csm_db_stmt_bind_int (stmt, at, time);
          else
            csm_db_stmt_bind_null (stmt, at);
          break;
        case CSM_KIND_BOOL:
          csm_db_stmt_bind_int (stmt, at, csm_json_get_boolean (record, property->name));
          break;
        case CSM_KIND_INT:
          csm_db_stmt_bind_int (stmt, at, csm_json_get_int (record, property->name, 0));
          break;
        default:
          csm_db_stmt_bind_text (stmt, at, csm_json_get_string (record, property->name));
          break;
        }
    }
  return TRUE;
}

/* --- Full text ----------------------------------------------------------------------------------------------- */

static void
collect_strings (JsonNode *node,
                 GString  *text)
{
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        collect_strings (json_array_get_element (array, i), text);
    }
  else if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *value;

      json_object_iter_init_ordered (&iter, json_node_get_object (node));
      while (json_object_iter_next_ordered (&iter, &name, &value))
        collect_strings (value, text);
    }
  else if (csm_json_is_string (node))
    {
      if (text->len > 0)
        g_string_append_c (text, ' ');
      g_string_append (text, json_node_get_string (node));
    }
}

/* SQL: csm_strings (json, …): all strings in JSON texts, for the views that full text is checked against. */
static void
sql_strings (sqlite3_context  *context,
             int               n_values,
             sqlite3_value   **values)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (int i = 0; i < n_values; i++)
    {
      const char *json = (const char *) sqlite3_value_text (values[i]);
      g_autoptr (JsonNode) node = json != NULL ? csm_json_parse_trusted (json, -1) : NULL;

      if (node != NULL)
        collect_strings (node, text);
    }
  sqlite3_result_text (context, text->str, (int) text->len, SQLITE_TRANSIENT);
}

/* Gives a new connection the functions that the schema's views call. */
gboolean
csm_record_register_functions (CsmDbConn  *conn,
                               GError    **error)
{
  int rc = sqlite3_create_function_v2 (csm_db_conn_get_handle (conn), "csm_strings", -1,
                                       SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, sql_strings, NULL, NULL, NULL);

  if (rc == SQLITE_OK)
    return TRUE;
  g_set_error (error, CSM_ERROR, CSM_ERROR_DATABASE, "%s", sqlite3_errstr (rc));
  return FALSE;
}

/* Names and addresses, in the order in which the view of the migration gathers them. */
static char *
names_of (const CsmTypeSchema *schema,
          JsonObject          *record)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < schema->names->len; i++)
    {
      const CsmProperty *property = g_ptr_array_index (schema->names, i);
      JsonNode *node = json_object_get_member (record, property->name);

      if (node != NULL)
        collect_strings (node, text);
    }
  return g_string_free (text, FALSE);
}

static gboolean
write_text (CsmTxn               *txn,
            const CsmTypeSchema  *schema,
            const char           *sql,
            gint64                row,
            JsonObject           *record,
            GError              **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (txn->conn, sql, error);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  csm_db_stmt_bind_int (stmt, 1, row);
  for (guint i = 0; i < schema->searched->len; i++)
    {
      const CsmProperty *property = g_ptr_array_index (schema->searched, i);

      csm_db_stmt_bind_text (stmt, 2 + (int) i, csm_json_get_string (record, property->name));
    }
  if (schema->names->len > 0)
    {
      g_autofree char *names = names_of (schema, record);

      csm_db_stmt_bind_text (stmt, 2 + (int) schema->searched->len, names);
    }
  while (csm_db_stmt_step (stmt, &local))
    ;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
texts_equal (const CsmTypeSchema *schema,
             JsonObject          *a,
             JsonObject          *b)
{
  g_autofree char *x = NULL;
  g_autofree char *y = NULL;

  for (guint i = 0; i < schema->searched->len; i++)
    {
      const CsmProperty *property = g_ptr_array_index (schema->searched, i);

      if (g_strcmp0 (csm_json_get_string (a, property->name), csm_json_get_string (b, property->name)) != 0)
        return FALSE;
    }
  if (schema->names->len == 0)
    return TRUE;
  x = names_of (schema, a);
  y = names_of (schema, b);
  return g_str_equal (x, y);
}

/* --- Sets, identities, blobs: a list of keys each, kept in a side table ---------------------------------------- */

typedef GPtrArray *(*KeysFunc) (const CsmProperty *property, JsonObject *record);

static GPtrArray *
set_keys (const CsmProperty *property,
          JsonObject        *record)
{
  JsonObject *set = csm_json_get_object (record, property->name);
  GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GList) members = set != NULL ? json_object_get_members (set) : NULL;

  for (GList *l = members; l != NULL; l = l->next)
    g_ptr_array_add (keys, g_strdup (l->data));
  return keys;
}

/* "kind:address", in small letters: nobody tells two customers apart by capitals. */
static GPtrArray *
identity_keys (const CsmProperty *property,
               JsonObject        *record)
{
  GPtrArray *keys = set_keys (property, record);

  for (guint i = 0; i < keys->len; i++)
    {
      char *key = g_ptr_array_index (keys, i);

      g_ptr_array_index (keys, i) = g_utf8_strdown (key, -1);
      g_free (key);
    }
  return keys;
}

static void
add_blob (GPtrArray  *blobs,
          const char *blob_id)
{
  if (blob_id != NULL && !g_ptr_array_find_with_equal_func (blobs, blob_id, g_str_equal, NULL))
    g_ptr_array_add (blobs, (gpointer) blob_id);
}

/* What of @record names a blob; borrowed from it. */
static GPtrArray *
blobs_of (const CsmRecordType *type,
          JsonObject          *record)
{
  GPtrArray *blobs = g_ptr_array_new ();
  JsonArray *attachments = csm_json_get_array (record, "attachments");
  JsonObject *files = csm_json_get_object (record, "files");
  g_autoptr (GList) keys = files != NULL ? json_object_get_members (files) : NULL;

  for (guint i = 0; i < type->n_properties; i++)
    {
      if (type->properties[i].kind == CSM_KIND_BLOB)
        add_blob (blobs, csm_json_get_string (record, type->properties[i].name));
    }
  for (guint i = 0; attachments != NULL && i < json_array_get_length (attachments); i++)
    {
      JsonNode *node = json_array_get_element (attachments, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        add_blob (blobs, csm_json_get_string (json_node_get_object (node), "blobId"));
    }
  for (GList *l = keys; l != NULL; l = l->next)
    add_blob (blobs, csm_json_get_string (csm_json_get_object (files, l->data), "blobId"));
  return blobs;
}

static gboolean
same_keys (GPtrArray *a,
           GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      if (!g_str_equal (g_ptr_array_index (a, i), g_ptr_array_index (b, i)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_keys (CsmTxn             *txn,
            const char         *table,
            const char         *column,
            KeysFunc            keys_of,
            const CsmProperty  *property,
            gint64              row,
            JsonObject         *before,
            JsonObject         *after,
            GError            **error)
{
  g_autoptr (GPtrArray) old = before != NULL ? keys_of (property, before) : g_ptr_array_new ();
  g_autoptr (GPtrArray) new = after != NULL ? keys_of (property, after) : g_ptr_array_new ();
  g_autofree char *remove = NULL;
  g_autofree char *add = NULL;

  if (same_keys (old, new))
    return TRUE;
  remove = g_strdup_printf ("DELETE FROM %s WHERE row = ?", table);
  add = g_strdup_printf ("INSERT OR IGNORE INTO %s (%s, row) VALUES (?, ?)", table, column);
  if (old->len > 0 && !csm_db_conn_run (txn->conn, error, remove, "i", row))
    return FALSE;
  for (guint i = 0; i < new->len; i++)
    {
      if (!csm_db_conn_run (txn->conn, error, add, "ti", g_ptr_array_index (new, i), row))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_blobs (CsmTxn               *txn,
             gint64                account,
             const CsmRecordType  *type,
             const char           *id,
             JsonObject           *before,
             JsonObject           *after,
             GError              **error)
{
  g_autoptr (GPtrArray) old = before != NULL ? blobs_of (type, before) : g_ptr_array_new ();
  g_autoptr (GPtrArray) new = after != NULL ? blobs_of (type, after) : g_ptr_array_new ();

  if (same_keys (old, new))
    return TRUE;
  if (old->len > 0 && !csm_db_conn_run (txn->conn, error, "DELETE FROM blob_ref WHERE account = ? AND recordId = ?", "it", account, id))
    return FALSE;
  for (guint i = 0; i < new->len; i++)
    {
      if (!csm_db_conn_run (txn->conn, error, "INSERT INTO blob_ref (blobId, account, recordId) VALUES (?, ?, ?)", "tit",
                            g_ptr_array_index (new, i), account, id))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_side_tables (CsmTxn               *txn,
                   gint64                account,
                   const CsmRecordType  *type,
                   const char           *id,
                   gint64                row,
                   JsonObject           *before,
                   JsonObject           *after,
                   GError              **error)
{
  const CsmTypeSchema *schema = csm_txn_schema (txn, type);

  for (guint i = 0; i < schema->sets->len; i++)
    {
      const CsmProperty *set = g_ptr_array_index (schema->sets, i);
      g_autofree char *table = csm_schema_side_table (schema, set);

      if (!write_keys (txn, table, "value", set_keys, set, row, before, after, error))
        return FALSE;
    }
  if (type->id == CSM_TYPE_ID_CUSTOMER &&
      !write_keys (txn, "identity", "key", identity_keys, csm_record_type_property (type, "identities"), row, before, after, error))
    return FALSE;
  return write_blobs (txn, account, type, id, before, after, error);
}

/**
 * csm_record_index_add:
 * @txn: a write transaction
 * @account: the record's account
 * @type: its type
 * @id: its id
 * @row: its rowid
 * @record: the new record
 * @error: return location
 *
 * Writes what is looked up beside the record's row: side tables, blob references, full text.
 *
 * Returns: whether it worked
 */
gboolean
csm_record_index_add (CsmTxn               *txn,
                      gint64                account,
                      const CsmRecordType  *type,
                      const char           *id,
                      gint64                row,
                      JsonObject           *record,
                      GError              **error)
{
  const CsmTypeSchema *schema = csm_txn_schema (txn, type);

  if (!write_side_tables (txn, account, type, id, row, NULL, record, error))
    return FALSE;
  return !csm_schema_is_searched (schema) || write_text (txn, schema, schema->index, row, record, error);
}

/**
 * csm_record_index_change:
 * @txn: a write transaction
 * @account: the record's account
 * @type: its type
 * @id: its id
 * @row: its rowid
 * @before: the record as it was
 * @after: the record as it is
 * @error: return location
 *
 * Brings what is looked up beside the record's row up to date; what has not changed costs nothing.
 *
 * Returns: whether it worked
 */
gboolean
csm_record_index_change (CsmTxn               *txn,
                         gint64                account,
                         const CsmRecordType  *type,
                         const char           *id,
                         gint64                row,
                         JsonObject           *before,
                         JsonObject           *after,
                         GError              **error)
{
  const CsmTypeSchema *schema = csm_txn_schema (txn, type);

  if (!write_side_tables (txn, account, type, id, row, before, after, error))
    return FALSE;
  if (!csm_schema_is_searched (schema) || texts_equal (schema, before, after))
    return TRUE;
  return write_text (txn, schema, schema->unindex, row, before, error) &&
         write_text (txn, schema, schema->index, row, after, error);
}

/**
 * csm_record_index_remove:
 * @txn: a write transaction
 * @account: the record's account
 * @type: its type
 * @id: its id
 * @row: its rowid
 * @record: the record as it was
 * @error: return location
 *
 * Removes what is looked up beside the record's row.
 *
 * Returns: whether it worked
 */
gboolean
csm_record_index_remove (CsmTxn               *txn,
                         gint64                account,
                         const CsmRecordType  *type,
                         const char           *id,
                         gint64                row,
                         JsonObject           *record,
                         GError              **error)
{
  const CsmTypeSchema *schema = csm_txn_schema (txn, type);

  if (!write_side_tables (txn, account, type, id, row, record, NULL, error))
    return FALSE;
  return !csm_schema_is_searched (schema) || write_text (txn, schema, schema->unindex, row, record, error);
}
