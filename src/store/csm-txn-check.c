/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

#include "csm-blob-store.h"
#include "csm-json.h"
#include "csm-time.h"

static void
find (GPtrArray  *findings,
      const char *format,
      ...) G_GNUC_PRINTF (2, 3);

static void
find (GPtrArray  *findings,
      const char *format,
      ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (findings, g_strdup_vprintf (format, args));
  va_end (args);
}

/* Each row of @sql is one finding: @what and the row's first column. */
static gboolean
find_rows (CsmTxn      *txn,
           GPtrArray   *findings,
           const char  *what,
           const char  *sql,
           GError     **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (txn->conn, sql, error);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  while (csm_db_stmt_step (stmt, &local))
    find (findings, "%s: %s", what, csm_db_stmt_text (stmt, 0));
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
check_database (CsmTxn     *txn,
                GPtrArray  *findings,
                GError    **error)
{
  return find_rows (txn, findings, "database", "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'", error) &&
         find_rows (txn, findings, "names a record that does not exist",
                    "SELECT \"table\" || ' row ' || rowid || ' (' || parent || ')' FROM pragma_foreign_key_check", error);
}

static gboolean
column_agrees (const CsmProperty *property,
               JsonObject        *record,
               CsmDbStmt         *stmt,
               int                column)
{
  gint64 number;

  switch (property->kind)
    {
    case CSM_KIND_DATE:
      number = csm_json_get_time (record, property->name);
      if (number == CSM_TIME_NONE || csm_db_stmt_is_null (stmt, column))
        return number == CSM_TIME_NONE && csm_db_stmt_is_null (stmt, column);
      return number == csm_db_stmt_int (stmt, column);
    case CSM_KIND_BOOL:
      return csm_json_get_boolean (record, property->name) == (csm_db_stmt_int (stmt, column) != 0);
    case CSM_KIND_INT:
      return csm_json_get_int (record, property->name, 0) == csm_db_stmt_int (stmt, column);
    default:
      return g_strcmp0 (csm_json_get_string (record, property->name), csm_db_stmt_text (stmt, column)) == 0;
    }
}

static void
check_row (const CsmTypeSchema *schema,
           CsmDbStmt           *stmt,
           GPtrArray           *findings)
{
  const char *id = csm_db_stmt_text (stmt, 0);
  g_autoptr (JsonNode) node = csm_json_parse_trusted (csm_db_stmt_text (stmt, 1), -1);
  JsonObject *record;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    {
      find (findings, "%s %s is damaged", schema->type->name, id);
      return;
    }
  record = json_node_get_object (node);
  if (g_strcmp0 (csm_json_get_string (record, "id"), id) != 0)
    find (findings, "%s %s has another id inside", schema->type->name, id);
  for (guint i = 0; i < schema->columns->len; i++)
    {
      const CsmProperty *property = g_ptr_array_index (schema->columns, i);

      if (!column_agrees (property, record, stmt, 2 + (int) i))
        find (findings, "%s %s: the index of “%s” differs from the record", schema->type->name, id, property->name);
    }
}

static gboolean
check_rows (CsmTxn               *txn,
            const CsmTypeSchema  *schema,
            GPtrArray            *findings,
            GError              **error)
{
  g_autoptr (GString) sql = g_string_new ("SELECT id, json");
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  for (guint i = 0; i < schema->columns->len; i++)
    g_string_append_printf (sql, ", \"%s\"", ((const CsmProperty *) g_ptr_array_index (schema->columns, i))->name);
  g_string_append_printf (sql, " FROM %s", schema->type->table);
  stmt = csm_db_conn_prepare (txn->conn, sql->str, error);
  if (stmt == NULL)
    return FALSE;
  while (csm_db_stmt_step (stmt, &local))
    check_row (schema, stmt, findings);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
check_side_table (CsmTxn      *txn,
                  const char  *table,
                  const char  *side,
                  const char  *column,
                  const char  *property,
                  const char  *key,
                  GPtrArray   *findings,
                  GError     **error)
{
  g_autofree char *what = g_strdup_printf ("the index of “%s” differs from the record", property);
  /* A damaged record is found by itself; json_each() would end the whole check with an error. */
  g_autofree char *sql = g_strdup_printf ("WITH good AS MATERIALIZED (SELECT rowid AS row, id, json FROM %s WHERE json_valid (json)),"
                                          " wanted AS MATERIALIZED (SELECT row, %s AS key FROM good, json_each (good.json, '$.%s'))"
                                          " SELECT id FROM good WHERE row IN"
                                          " (SELECT row FROM (SELECT row, key FROM wanted EXCEPT SELECT row, %s FROM %s)"
                                          " UNION SELECT row FROM (SELECT row, %s FROM %s EXCEPT SELECT row, key FROM wanted))"
                                          " UNION ALL SELECT 'row ' || row FROM %s WHERE row NOT IN (SELECT rowid FROM %s)",
                                          table, key, property, column, side, column, side, side, table);

  return find_rows (txn, findings, what, sql, error);
}

/* In a read transaction SQLite can't be asked for this: the question is an INSERT. */
static gboolean
check_text (CsmTxn               *txn,
            const CsmTypeSchema  *schema,
            GPtrArray            *findings,
            GError              **error)
{
  g_autofree char *sql = NULL;
  g_autoptr (GError) local = NULL;

  if (!txn->write || !csm_schema_is_searched (schema))
    return TRUE;
  sql = g_strdup_printf ("INSERT INTO %s_fts (%s_fts, rank) VALUES ('integrity-check', 1)", schema->type->table, schema->type->table);
  if (!csm_db_conn_run (txn->conn, &local, sql, NULL))
    find (findings, "the full text of %s is damaged: %s", schema->type->name, local->message);
  return TRUE;
}

static gboolean
check_type (CsmTxn               *txn,
            const CsmTypeSchema  *schema,
            GPtrArray            *findings,
            GError              **error)
{
  if (!check_rows (txn, schema, findings, error) || !check_text (txn, schema, findings, error))
    return FALSE;
  for (guint i = 0; i < schema->sets->len; i++)
    {
      const CsmProperty *set = g_ptr_array_index (schema->sets, i);
      g_autofree char *side = csm_schema_side_table (schema, set);

      if (!check_side_table (txn, schema->type->table, side, "value", set->name, "key", findings, error))
        return FALSE;
    }
  if (schema->type->id == CSM_TYPE_ID_CUSTOMER)
    {
      /* SQLite folds ASCII only; the index folds all letters: hold only those keys against it that both fold alike. */
      return find_rows (txn, findings, "no identity of the customer is indexed",
                        "SELECT id FROM customer c WHERE json_valid (json) AND EXISTS (SELECT 1 FROM json_each (c.json, '$.identities'))"
                        " AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.row = c.rowid)", error);
    }
  return TRUE;
}

/* One number of the change counter for one change, none of them beyond the counter. */
static gboolean
check_counters (CsmTxn     *txn,
                GPtrArray  *findings,
                GError    **error)
{
  g_autoptr (GString) all = g_string_new ("SELECT account, type, modseq FROM tombstone");
  g_autofree char *twice = NULL;
  g_autofree char *beyond = NULL;

  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      const CsmRecordType *type = csm_record_type_get (i);

      g_string_append_printf (all, " UNION ALL SELECT account, '%c', modseq FROM %s", type->letter, type->table);
    }
  twice = g_strdup_printf ("SELECT account || '/' || modseq FROM (%s) GROUP BY account, modseq HAVING count (*) > 1", all->str);
  beyond = g_strdup_printf ("SELECT e.account || '/' || e.type || '/' || max (e.modseq) FROM (%s) e"
                            " LEFT JOIN type_state s ON s.account = e.account AND s.type = e.type LEFT JOIN account a ON a.account = e.account"
                            " GROUP BY e.account, e.type HAVING s.modseq IS NULL OR s.modseq > a.modseq OR max (e.modseq) > s.modseq"
                            " OR (max (e.modseq) < s.modseq AND s.modseq > a.lowWater)", all->str);
  return find_rows (txn, findings, "a number of the change counter was used twice", twice, error) &&
         find_rows (txn, findings, "the change counter differs from the records", beyond, error);
}

/* What is in a conversation is in its case. */
static gboolean
check_places (CsmTxn     *txn,
              GPtrArray  *findings,
              GError    **error)
{
  static const CsmTypeId types[] = { CSM_TYPE_ID_MESSAGE, CSM_TYPE_ID_SUBMISSION, CSM_TYPE_ID_DRAFT };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      const CsmRecordType *type = csm_record_type_get (types[i]);
      g_autofree char *sql = g_strdup_printf ("SELECT r.id FROM %s r JOIN conversation v ON v.account = r.account AND v.id = r.conversationId"
                                              " WHERE r.caseId IS NOT v.caseId", type->table);

      if (!find_rows (txn, findings, "is not in the case of its conversation", sql, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_blobs (CsmTxn     *txn,
             GPtrArray  *findings,
             GError    **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (txn->conn, "SELECT DISTINCT blobId FROM blob_ref UNION SELECT blobId FROM quarantine", error);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  while (csm_db_stmt_step (stmt, &local))
    {
      g_autofree char *path = csm_blob_file (txn->blob_dir, csm_db_stmt_text (stmt, 0));

      if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
        find (findings, "the blob %s is missing", csm_db_stmt_text (stmt, 0));
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_txn_check:
 * @txn: a transaction; in one that writes full text is looked at too
 * @error: return location
 *
 * Holds the database against itself: its pages, what records name, each column against its record, the change counter, full text,
 * and whether each blob's file is there.
 *
 * Returns: (transfer full) (element-type utf8): a line for each finding, without customers' text; none: all is well
 */
GPtrArray *
csm_txn_check (CsmTxn  *txn,
               GError **error)
{
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);

  if (!check_database (txn, findings, error))
    return NULL;
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      if (!check_type (txn, &txn->schema->types[i], findings, error))
        return NULL;
    }
  if (!check_counters (txn, findings, error) || !check_places (txn, findings, error) || !check_blobs (txn, findings, error))
    return NULL;
  return g_steal_pointer (&findings);
}
