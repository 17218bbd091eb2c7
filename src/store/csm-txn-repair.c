/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

#include "csm-json.h"

/* --- Blob references, both ways -------------------------------------------------------------------------------------------- */

/* SQL of what the records of a type name: account, id, blobId. NULL: nothing. */
static char *
make_named (const CsmRecordType *type)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  const char *divider = "";

  for (guint i = 0; i < type->n_properties; i++)
    {
      const CsmProperty *property = &type->properties[i];

      if (property->kind == CSM_KIND_BLOB)
        g_string_append_printf (sql, "%sSELECT account, id, json ->> '$.%s' AS blob FROM good", divider, property->name);
      else if (g_str_equal (property->name, "attachments") || g_str_equal (property->name, "files"))
        g_string_append_printf (sql, "%sSELECT g.account, g.id, e.value ->> '$.blobId' AS blob FROM good g, json_each (g.json, '$.%s') e"
                                " WHERE e.type = 'object'", divider, property->name);
      else
        continue;
      divider = " UNION ";
    }
  return sql->len > 0 ? g_string_free (g_steal_pointer (&sql), FALSE) : NULL;
}

static gboolean
add_rows (CsmTxn      *txn,
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
    g_ptr_array_add (findings, g_strdup_printf ("%s: %s", what, csm_db_stmt_text (stmt, 0)));
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
check_blob_refs (CsmTxn               *txn,
                 const CsmRecordType  *type,
                 GPtrArray            *findings,
                 GError              **error)
{
  g_autofree char *named = make_named (type);
  g_autofree char *sql = NULL;

  if (named == NULL)
    named = g_strdup ("SELECT account, id, NULL AS blob FROM good WHERE 0");
  sql = g_strdup_printf ("WITH good AS MATERIALIZED (SELECT account, id, json FROM %s WHERE json_valid (json)),"
                         " named AS MATERIALIZED (SELECT * FROM (%s) WHERE blob IS NOT NULL),"
                         " noted AS (SELECT account, recordId, blobId FROM blob_ref WHERE recordId GLOB '%c*')"
                         " SELECT DISTINCT id FROM (SELECT * FROM (SELECT * FROM named EXCEPT SELECT * FROM noted)"
                         " UNION ALL SELECT * FROM (SELECT * FROM noted EXCEPT SELECT * FROM named))",
                         type->table, named, type->letter);
  return add_rows (txn, findings, "the index of blobs differs from the record", sql, error);
}

static gboolean
check_identities (CsmTxn     *txn,
                  GPtrArray  *findings,
                  GError    **error)
{
  /* SQLite folds ASCII only, the index all letters: addresses that neither changes are enough to find a lost one. */
  return add_rows (txn, findings, "an identity of the customer is not indexed",
                   "SELECT DISTINCT c.id FROM customer c, json_each (iif (json_valid (c.json), c.json, '{}'), '$.identities') e"
                   " WHERE e.key = lower (e.key) AND e.key NOT GLOB '*[^ -~]*'"
                   " AND NOT EXISTS (SELECT 1 FROM identity i WHERE i.key = e.key AND i.row = c.rowid)", error) &&
         add_rows (txn, findings, "the index of identities names a customer that does not exist",
                   "SELECT DISTINCT 'row ' || row FROM identity WHERE row NOT IN (SELECT rowid FROM customer)", error);
}

/**
 * csm_txn_check_references:
 * @txn: a transaction
 * @findings: (element-type utf8): gets a line for each finding, without customers' text
 * @error: return location
 *
 * What csm_txn_check() does not look at: which record names which blob, in both directions, and each customer's identities.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_check_references (CsmTxn     *txn,
                          GPtrArray  *findings,
                          GError    **error)
{
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      if (!check_blob_refs (txn, csm_record_type_get (i), findings, error))
        return FALSE;
    }
  return check_identities (txn, findings, error);
}

/* --- Repair ---------------------------------------------------------------------------------------------------------------- */

static GArray *
list_rows (CsmTxn      *txn,
           const char  *table,
           GError     **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT rowid FROM %s", table);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (txn->conn, sql, error);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return NULL;
  while (csm_db_stmt_step (stmt, &local))
    {
      gint64 row = csm_db_stmt_int (stmt, 0);

      g_array_append_val (rows, row);
    }
  if (local == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* Whether the columns that are foreign keys agree with the record. What names a record that does not exist could not be written again. */
static gboolean
names_agree (CsmTxn               *txn,
             const CsmTypeSchema  *schema,
             gint64                row,
             JsonObject           *record)
{
  for (guint i = 0; i < schema->columns->len; i++)
    {
      const CsmProperty *property = g_ptr_array_index (schema->columns, i);
      g_autofree char *sql = NULL;
      g_autofree char *name = NULL;

      if (property->kind != CSM_KIND_ID)
        continue;
      sql = g_strdup_printf ("SELECT \"%s\" FROM %s WHERE rowid = ?", property->name, schema->type->table);
      name = csm_db_conn_get_text (txn->conn, NULL, sql, "i", row);
      if (g_strcmp0 (name, csm_json_get_string (record, property->name)) != 0)
        return FALSE;
    }
  return TRUE;
}

/* The columns, again from the record; its number stays. */
static gboolean
write_columns (CsmTxn               *txn,
               const CsmTypeSchema  *schema,
               gint64                row,
               gint64                modseq,
               const char           *json,
               JsonObject           *record,
               GError              **error)
{
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (txn->conn, names_agree (txn, schema, row, record) ? schema->update_same : schema->update, error);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  csm_db_stmt_bind_int (stmt, 1, row);
  csm_db_stmt_bind_int (stmt, 2, modseq);
  csm_record_bind_columns (schema, record, stmt, 3);
  csm_db_stmt_bind_text (stmt, 3 + (int) schema->columns->len, json);
  csm_db_stmt_step (stmt, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* One that can't be read is left alone: nothing leads to it then, and `check` goes on naming it. */
static gboolean
rewrite_row (CsmTxn               *txn,
             const CsmTypeSchema  *schema,
             gint64                row,
             GError              **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT account, id, modseq, json FROM %s WHERE rowid = ?", schema->type->table);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, sql, "i", row);
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *id = NULL;
  g_autofree char *json = NULL;
  gint64 account, modseq;

  if (stmt == NULL || !csm_db_stmt_step (stmt, error))
    return FALSE;
  account = csm_db_stmt_int (stmt, 0);
  id = g_strdup (csm_db_stmt_text (stmt, 1));
  modseq = csm_db_stmt_int (stmt, 2);
  json = g_strdup (csm_db_stmt_text (stmt, 3));
  csm_db_stmt_release (g_steal_pointer (&stmt));
  node = csm_json_parse_trusted (json, -1);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;
  return write_columns (txn, schema, row, modseq, json, json_node_get_object (node), error) &&
         csm_record_index_add (txn, account, schema->type, id, row, json_node_get_object (node), error);
}

static gboolean
empty_indexes (CsmTxn               *txn,
               const CsmTypeSchema  *schema,
               GError              **error)
{
  const char *table = schema->type->table;

  if (csm_schema_is_searched (schema))
    {
      g_autofree char *sql = g_strdup_printf ("INSERT INTO %s_fts (%s_fts) VALUES ('delete-all')", table, table);

      if (!csm_db_conn_run (txn->conn, error, sql, NULL))
        return FALSE;
    }
  for (guint i = 0; i < schema->sets->len; i++)
    {
      g_autofree char *side = csm_schema_side_table (schema, g_ptr_array_index (schema->sets, i));
      g_autofree char *sql = g_strdup_printf ("DELETE FROM %s", side);

      if (!csm_db_conn_run (txn->conn, error, sql, NULL))
        return FALSE;
    }
  return schema->type->id != CSM_TYPE_ID_CUSTOMER || csm_db_conn_run (txn->conn, error, "DELETE FROM identity", NULL);
}

static gboolean
rewrite_type (CsmTxn               *txn,
              const CsmTypeSchema  *schema,
              GError              **error)
{
  g_autoptr (GArray) rows = empty_indexes (txn, schema, error) ? list_rows (txn, schema->type->table, error) : NULL;

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      if (!rewrite_row (txn, schema, g_array_index (rows, gint64, i), error))
        return FALSE;
    }
  return rows != NULL;
}

/* The counter is beyond every number that was given out; each type knows its newest. */
static gboolean
raise_counters (CsmTxn  *txn,
                GError **error)
{
  g_autoptr (GString) all = g_string_new ("SELECT account, type, modseq FROM tombstone");
  g_autofree char *accounts = NULL;
  g_autofree char *types = NULL;

  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      const CsmRecordType *type = csm_record_type_get (i);

      g_string_append_printf (all, " UNION ALL SELECT account, '%c', modseq FROM %s", type->letter, type->table);
    }
  accounts = g_strdup_printf ("UPDATE account SET modseq = max (modseq, (SELECT coalesce (max (e.modseq), 0) FROM (%s) e WHERE e.account = account.account))",
                              all->str);
  types = g_strdup_printf ("INSERT OR REPLACE INTO type_state (account, type, modseq) SELECT account, type, max (modseq) FROM (%s) GROUP BY account, type",
                           all->str);
  return csm_db_conn_run (txn->conn, error, accounts, NULL) && csm_db_conn_run (txn->conn, error, types, NULL);
}

typedef struct
{
  gint64 row;
  gint64 account;
} Numbered;

/* (element-type Numbered): the records of @type that share a number with one of a type before it. */
static GArray *
list_doubled (CsmTxn               *txn,
              const CsmRecordType  *type,
              GError              **error)
{
  g_autoptr (GString) others = g_string_new ("SELECT account, modseq FROM tombstone");
  g_autoptr (GArray) doubled = g_array_new (FALSE, FALSE, sizeof (Numbered));
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autofree char *find = NULL;
  g_autoptr (GError) local = NULL;

  for (guint i = 0; i < type->id; i++)
    g_string_append_printf (others, " UNION ALL SELECT account, modseq FROM %s", csm_record_type_get (i)->table);
  find = g_strdup_printf ("SELECT rowid, account FROM %s WHERE (account, modseq) IN (%s)", type->table, others->str);
  stmt = csm_db_conn_prepare (txn->conn, find, &local);
  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      Numbered one = { csm_db_stmt_int (stmt, 0), csm_db_stmt_int (stmt, 1) };

      g_array_append_val (doubled, one);
    }
  if (local == NULL)
    return g_steal_pointer (&doubled);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* Of two records with one number the second gets a new one: beyond all that were given out, so that it meets no other. */
static gboolean
renumber (CsmTxn               *txn,
          const CsmRecordType  *type,
          GError              **error)
{
  g_autofree char *change = g_strdup_printf ("UPDATE %s SET modseq = ? WHERE rowid = ?", type->table);
  g_autoptr (GArray) doubled = list_doubled (txn, type, error);

  for (guint i = 0; doubled != NULL && i < doubled->len; i++)
    {
      const Numbered *one = &g_array_index (doubled, Numbered, i);
      gint64 modseq = csm_txn_next_modseq (txn, one->account, type, error);

      if (modseq == 0 || !csm_db_conn_run (txn->conn, error, change, "ii", modseq, one->row))
        return FALSE;
    }
  return doubled != NULL;
}

/**
 * csm_txn_repair:
 * @txn: a write transaction; nobody serves meanwhile
 * @error: return location
 *
 * Makes everything anew that follows from the records: columns, sets, identities, full text, blob references, the change counter. A new epoch
 * begins, so that clients fetch anew what they may have been told wrongly. What can't be made anew (a damaged record, a lost blob) stays as it is.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_repair (CsmTxn  *txn,
                GError **error)
{
  if (!csm_db_conn_run (txn->conn, error, "DELETE FROM blob_ref", NULL))
    return FALSE;
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      if (!rewrite_type (txn, &txn->schema->types[i], error))
        return FALSE;
    }
  if (!raise_counters (txn, error))
    return FALSE;
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      if (!renumber (txn, csm_record_type_get (i), error))
        return FALSE;
    }
  return raise_counters (txn, error) && csm_txn_renew_epoch (txn, error);
}
