/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

#include "csm-json.h"

/* The most ids of one answer. */
#define MOST 1000
#define MOST_SORTS 8

typedef struct
{
  char    *key;        /* SQL: what is compared */
  gboolean is_number;
  gboolean descending;
} SortKey;

static void
sort_key_free (SortKey *key)
{
  g_free (key->key);
  g_free (key);
}

/**
 * csm_query_result_free:
 * @result: (transfer full): a result
 */
void
csm_query_result_free (CsmQueryResult *result)
{
  g_ptr_array_unref (result->ids);
  g_free (result);
}

/* Values of an enum come in the order of the record table: low, normal, high, urgent. */
static char *
enum_key (const CsmProperty *property)
{
  g_auto (GStrv) values = g_strsplit (property->detail, " ", -1);
  g_autoptr (GString) sql = g_string_new (NULL);

  g_string_append_printf (sql, "CASE r.\"%s\"", property->name);
  for (guint i = 0; values[i] != NULL; i++)
    g_string_append_printf (sql, " WHEN '%s' THEN %u", values[i], i);
  g_string_append (sql, " END");
  return g_string_free (g_steal_pointer (&sql), FALSE);
}

static gboolean
unsupported_sort (const CsmRecordType  *type,
                  const char           *name,
                  GError              **error)
{
  g_set_error (error, CSM_STORE_ERROR, CSM_STORE_ERROR_UNSUPPORTED_SORT, "%s can't be sorted by “%s”", type->name, name);
  return FALSE;
}

static gboolean
add_comparator (const CsmTypeSchema  *schema,
                JsonObject           *comparator,
                GPtrArray            *keys,
                GError              **error)
{
  const char *name = csm_json_get_string (comparator, "property");
  const char *collation = csm_json_get_string (comparator, "collation");
  const CsmProperty *property = csm_record_type_property (schema->type, name);
  SortKey *key;

  if (name == NULL)
    {
      g_set_error_literal (error, CSM_STORE_ERROR, CSM_STORE_ERROR_INVALID_ARGUMENT, "a comparator names no property");
      return FALSE;
    }
  if (collation != NULL && !g_str_equal (collation, "i;ascii-casemap") && !g_str_equal (collation, "i;octet"))
    return unsupported_sort (schema->type, collation, error);
  if (!g_str_equal (name, "id") && !csm_schema_has_column (schema, property))
    return unsupported_sort (schema->type, name, error);

  key = g_new0 (SortKey, 1);
  key->descending = json_object_has_member (comparator, "isAscending") && !csm_json_get_boolean (comparator, "isAscending");
  key->is_number = property != NULL && (property->kind == CSM_KIND_ENUM || property->kind == CSM_KIND_DATE ||
                                        property->kind == CSM_KIND_INT || property->kind == CSM_KIND_BOOL);
  if (property != NULL && property->kind == CSM_KIND_ENUM)
    key->key = enum_key (property);
  else if (property != NULL && property->kind == CSM_KIND_STRING)
    key->key = g_strdup_printf ("r.\"%s\" COLLATE %s", name, g_strcmp0 (collation, "i;octet") == 0 ? "BINARY" : "NOCASE");
  else
    key->key = g_strdup_printf ("r.\"%s\"", name);
  g_ptr_array_add (keys, key);
  return TRUE;
}

/* The id comes last, so that the order is total; in the direction of what is before it, so that one index serves both. */
static GPtrArray *
sort_keys (const CsmTypeSchema  *schema,
           JsonArray            *sort,
           GError              **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func ((GDestroyNotify) sort_key_free);
  guint n = sort != NULL ? json_array_get_length (sort) : 0;
  SortKey *last;

  if (n > MOST_SORTS)
    {
      g_set_error (error, CSM_STORE_ERROR, CSM_STORE_ERROR_UNSUPPORTED_SORT, "there may be %d comparators at most", MOST_SORTS);
      return NULL;
    }
  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (sort, i);

      if (!JSON_NODE_HOLDS_OBJECT (node))
        {
          g_set_error_literal (error, CSM_STORE_ERROR, CSM_STORE_ERROR_INVALID_ARGUMENT, "a comparator is not an object");
          return NULL;
        }
      if (!add_comparator (schema, json_node_get_object (node), keys, error))
        return NULL;
    }
  last = g_new0 (SortKey, 1);
  last->key = g_strdup ("r.id");
  last->descending = keys->len > 0 && ((SortKey *) g_ptr_array_index (keys, keys->len - 1))->descending;
  g_ptr_array_add (keys, last);
  return g_steal_pointer (&keys);
}

static void
append_order (GString   *sql,
              GPtrArray *keys)
{
  for (guint i = 0; i < keys->len; i++)
    {
      SortKey *key = g_ptr_array_index (keys, i);

      g_string_append_printf (sql, "%s%s %s", i == 0 ? " ORDER BY " : ", ", key->key, key->descending ? "DESC" : "ASC");
    }
}

static gint64
count (CsmTxn               *txn,
       const CsmTypeSchema  *schema,
       CsmSqlWhere          *where,
       GError              **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count (*) FROM %s r WHERE %s", schema->type->table, where->sql->str);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_prepare (txn->conn, sql, error);

  if (stmt == NULL)
    return -1;
  csm_sql_where_bind (where, stmt);
  return csm_db_stmt_step (stmt, error) ? csm_db_stmt_int (stmt, 0) : -1;
}

/* What the anchor's row compares by; FALSE without an error when it is not among the results. */
static gboolean
load_anchor (CsmTxn               *txn,
             const CsmTypeSchema  *schema,
             CsmSqlWhere          *where,
             GPtrArray            *keys,
             const char           *anchor,
             CsmSqlWhere          *values,
             GError              **error)
{
  g_autoptr (GString) sql = g_string_new ("SELECT ");
  g_autoptr (CsmDbStmt) stmt = NULL;

  for (guint i = 0; i < keys->len; i++)
    g_string_append_printf (sql, "%s%s", i == 0 ? "" : ", ", ((SortKey *) g_ptr_array_index (keys, i))->key);
  g_string_append_printf (sql, " FROM %s r WHERE %s AND r.id = ?", schema->type->table, where->sql->str);
  stmt = csm_db_conn_prepare (txn->conn, sql->str, error);
  if (stmt == NULL)
    return FALSE;
  csm_sql_where_bind (where, stmt);
  csm_db_stmt_bind_text (stmt, 1 + (int) where->values->len, anchor);
  if (!csm_db_stmt_step (stmt, error))
    return FALSE;
  for (guint i = 0; i < keys->len; i++)
    {
      if (((SortKey *) g_ptr_array_index (keys, i))->is_number && !csm_db_stmt_is_null (stmt, (int) i))
        csm_sql_where_add_int (values, csm_db_stmt_int (stmt, (int) i));
      else
        csm_sql_where_add_text (values, csm_db_stmt_text (stmt, (int) i));
    }
  return TRUE;
}

static void
add_value (CsmSqlWhere       *where,
           const CsmSqlValue *value)
{
  if (value->text == NULL && !value->is_null)
    csm_sql_where_add_int (where, value->number);
  else
    csm_sql_where_add_text (where, value->text);
}

/* Demands what sorts before the anchor. SQLite sorts NULL first. */
static void
append_before (CsmSqlWhere *where,
               GPtrArray   *keys,
               CsmSqlWhere *anchor)
{
  g_string_append (where->sql, " AND (0");
  for (guint i = 0; i < keys->len; i++)
    {
      SortKey *key = g_ptr_array_index (keys, i);
      CsmSqlValue *value = g_ptr_array_index (anchor->values, i);

      if (value->is_null && !key->descending)
        continue;
      g_string_append (where->sql, " OR (");
      for (guint j = 0; j < i; j++)
        {
          g_string_append_printf (where->sql, "%s IS ? AND ", ((SortKey *) g_ptr_array_index (keys, j))->key);
          add_value (where, g_ptr_array_index (anchor->values, j));
        }
      if (value->is_null)
        {
          g_string_append_printf (where->sql, "%s IS NOT NULL)", key->key);
          continue;
        }
      if (key->descending)
        g_string_append_printf (where->sql, "%s > ?)", key->key);
      else
        g_string_append_printf (where->sql, "(%s IS NULL OR %s < ?))", key->key, key->key);
      add_value (where, value);
    }
  g_string_append_c (where->sql, ')');
}

static CsmSqlWhere *
new_where (const CsmTypeSchema  *schema,
           gint64                account,
           const CsmQuery       *query,
           GError              **error)
{
  g_autoptr (CsmSqlWhere) where = csm_sql_where_new ();

  return csm_query_filter (schema, account, query->filter, where, error) ? g_steal_pointer (&where) : NULL;
}

/* Where the anchor stands among the results; -1 on error. */
static gint64
anchor_position (CsmTxn               *txn,
                 const CsmTypeSchema  *schema,
                 gint64                account,
                 const CsmQuery       *query,
                 GPtrArray            *keys,
                 GError              **error)
{
  g_autoptr (CsmSqlWhere) where = new_where (schema, account, query, error);
  g_autoptr (CsmSqlWhere) values = csm_sql_where_new ();
  g_autoptr (GError) local = NULL;

  if (where == NULL)
    return -1;
  if (!load_anchor (txn, schema, where, keys, query->anchor, values, &local))
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      else
        g_set_error_literal (error, CSM_STORE_ERROR, CSM_STORE_ERROR_ANCHOR_NOT_FOUND, "the anchor is not among the results");
      return -1;
    }
  append_before (where, keys, values);
  return count (txn, schema, where, error);
}

static gboolean
find_position (CsmTxn               *txn,
               const CsmTypeSchema  *schema,
               gint64                account,
               const CsmQuery       *query,
               GPtrArray            *keys,
               CsmSqlWhere          *where,
               CsmQueryResult       *result,
               GError              **error)
{
  gint64 total = -1, anchored = 0;

  if (query->calculate_total || (query->anchor == NULL && query->position < 0))
    {
      total = count (txn, schema, where, error);
      if (total < 0)
        return FALSE;
    }
  result->total = query->calculate_total ? total : -1;
  result->position = query->position >= 0 ? query->position : MAX (0, total + query->position);
  if (query->anchor != NULL)
    {
      anchored = anchor_position (txn, schema, account, query, keys, error);
      result->position = MAX (0, anchored + CLAMP (query->anchor_offset, -G_MAXINT32, G_MAXINT32));
    }
  return anchored >= 0;
}

static gboolean
collect (CsmTxn               *txn,
         const CsmTypeSchema  *schema,
         GPtrArray            *keys,
         CsmSqlWhere          *where,
         gint64                limit,
         CsmQueryResult       *result,
         GError              **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;

  g_string_append_printf (sql, "SELECT r.id FROM %s r WHERE %s", schema->type->table, where->sql->str);
  append_order (sql, keys);
  g_string_append (sql, " LIMIT ? OFFSET ?");
  stmt = csm_db_conn_prepare (txn->conn, sql->str, error);
  if (stmt == NULL)
    return FALSE;
  csm_sql_where_bind (where, stmt);
  csm_db_stmt_bind_int (stmt, 1 + (int) where->values->len, limit);
  csm_db_stmt_bind_int (stmt, 2 + (int) where->values->len, result->position);
  while (csm_db_stmt_step (stmt, &local))
    g_ptr_array_add (result->ids, g_strdup (csm_db_stmt_text (stmt, 0)));
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_txn_query:
 * @txn: a transaction
 * @account: an account
 * @type: a record type
 * @query: what is asked for (RFC 8620, section 5.5)
 * @error: any `CSM_STORE_ERROR`
 *
 * Filters: each indexed property by equality (null: has none), `tag`, `mentions`, `text`, `before` and `after`; sorts by indexed
 * properties, an enum's values in the order of the record table. Reads indexes and columns only, never a record's JSON.
 *
 * Returns: (transfer full): at most 1000 ids; `limit` says so when more were wanted
 */
CsmQueryResult *
csm_txn_query (CsmTxn               *txn,
               gint64                account,
               const CsmRecordType  *type,
               const CsmQuery       *query,
               GError              **error)
{
  const CsmTypeSchema *schema = csm_txn_schema (txn, type);
  g_autoptr (CsmSqlWhere) where = new_where (schema, account, query, error);
  g_autoptr (GPtrArray) keys = where != NULL ? sort_keys (schema, query->sort, error) : NULL;
  g_autoptr (CsmQueryResult) result = NULL;
  gint64 limit = query->limit >= 0 && query->limit <= MOST ? query->limit : MOST;

  if (keys == NULL)
    return NULL;
  result = g_new0 (CsmQueryResult, 1);
  result->ids = g_ptr_array_new_with_free_func (g_free);
  result->limit = query->limit == limit ? 0 : limit;
  if (!find_position (txn, schema, account, query, keys, where, result, error) ||
      !collect (txn, schema, keys, where, limit, result, error))
    return NULL;
  return g_steal_pointer (&result);
}
