/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

#include "csm-json.h"
#include "csm-time.h"
#include "csm-tokenizer.h"

/* SQLite's limit is an expression depth of 1000. */
#define MOST_CONDITIONS 250

typedef struct
{
  const CsmTypeSchema *schema;
  gint64               account;
  CsmSqlWhere         *where;
  guint                conditions;
} Filter;

static gboolean write_filter (Filter    *filter,
                              JsonNode  *node,
                              GError   **error);

static void
value_clear (CsmSqlValue *value)
{
  g_free (value->text);
  g_free (value);
}

CsmSqlWhere *
csm_sql_where_new (void)
{
  CsmSqlWhere *self = g_new0 (CsmSqlWhere, 1);

  self->sql = g_string_new (NULL);
  self->values = g_ptr_array_new_with_free_func ((GDestroyNotify) value_clear);
  return self;
}

void
csm_sql_where_free (CsmSqlWhere *self)
{
  g_string_free (self->sql, TRUE);
  g_ptr_array_unref (self->values);
  g_free (self);
}

/* Values are bound in the order in which they are added: each `?` of the text must be followed by its own. */
void
csm_sql_where_add_text (CsmSqlWhere *self,
                        const char  *text)
{
  CsmSqlValue *value = g_new0 (CsmSqlValue, 1);

  value->text = g_strdup (text);
  value->is_null = text == NULL;
  g_ptr_array_add (self->values, value);
}

void
csm_sql_where_add_int (CsmSqlWhere *self,
                       gint64       number)
{
  CsmSqlValue *value = g_new0 (CsmSqlValue, 1);

  value->number = number;
  g_ptr_array_add (self->values, value);
}

void
csm_sql_where_bind (CsmSqlWhere *self,
                    CsmDbStmt   *stmt)
{
  for (guint i = 0; i < self->values->len; i++)
    {
      CsmSqlValue *value = g_ptr_array_index (self->values, i);

      if (value->is_null)
        csm_db_stmt_bind_null (stmt, 1 + (int) i);
      else if (value->text != NULL)
        csm_db_stmt_bind_text (stmt, 1 + (int) i, value->text);
      else
        csm_db_stmt_bind_int (stmt, 1 + (int) i, value->number);
    }
}

static gboolean
refuse_value (const char  *name,
              GError     **error)
{
  g_set_error (error, CSM_STORE_ERROR, CSM_STORE_ERROR_INVALID_ARGUMENT, "the filter's “%s” has a value that can't be", name);
  return FALSE;
}

static gboolean
write_null (Filter     *filter,
            const char *column)
{
  g_string_append_printf (filter->where->sql, "r.\"%s\" IS NULL", column);
  return TRUE;
}

/* IS instead of =, so that NOT of it is true where the column has nothing. */
static gboolean
write_equality (Filter             *filter,
                const CsmProperty  *property,
                JsonNode           *value,
                GError            **error)
{
  gint64 time;

  if (JSON_NODE_HOLDS_NULL (value))
    return write_null (filter, property->name);
  if (!JSON_NODE_HOLDS_VALUE (value))
    return refuse_value (property->name, error);
  switch (property->kind)
    {
    case CSM_KIND_BOOL:
      if (json_node_get_value_type (value) != G_TYPE_BOOLEAN)
        return refuse_value (property->name, error);
      csm_sql_where_add_int (filter->where, json_node_get_boolean (value));
      break;
    case CSM_KIND_INT:
      if (json_node_get_value_type (value) != G_TYPE_INT64)
        return refuse_value (property->name, error);
      csm_sql_where_add_int (filter->where, json_node_get_int (value));
      break;
    case CSM_KIND_DATE:
      time = csm_json_is_string (value) ? csm_time_parse (json_node_get_string (value)) : CSM_TIME_NONE;
      if (time == CSM_TIME_NONE)
        return refuse_value (property->name, error);
      csm_sql_where_add_int (filter->where, time);
      break;
    default:
      if (!csm_json_is_string (value))
        return refuse_value (property->name, error);
      csm_sql_where_add_text (filter->where, json_node_get_string (value));
      break;
    }
  g_string_append_printf (filter->where->sql, "r.\"%s\" IS ?", property->name);
  return TRUE;
}

static gboolean
write_member (Filter             *filter,
              const CsmProperty  *set,
              const char         *name,
              JsonNode           *value,
              GError            **error)
{
  g_autofree char *table = NULL;

  if (!csm_json_is_string (value))
    return refuse_value (name, error);
  table = csm_schema_side_table (filter->schema, set);
  g_string_append_printf (filter->where->sql, "r.rowid IN (SELECT row FROM %s WHERE value = ?)", table);
  csm_sql_where_add_text (filter->where, json_node_get_string (value));
  return TRUE;
}

/* The instant that "before" and "after" are about, as RFC 8621's receivedAt is. */
static const char *
main_time (const CsmTypeSchema *schema)
{
  static const char * const names[] = { "lastActivityAt", "at", "upTo" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (csm_schema_has_column (schema, csm_record_type_property (schema->type, names[i])))
        return names[i];
    }
  return NULL;
}

static gboolean
write_bound (Filter      *filter,
             const char  *name,
             JsonNode    *value,
             GError     **error)
{
  gint64 time = csm_json_is_string (value) ? csm_time_parse (json_node_get_string (value)) : CSM_TIME_NONE;

  if (time == CSM_TIME_NONE)
    return refuse_value (name, error);
  g_string_append_printf (filter->where->sql, "coalesce (r.\"%s\" %s ?, 0)", main_time (filter->schema),
                          g_str_equal (name, "before") ? "<" : ">=");
  csm_sql_where_add_int (filter->where, time);
  return TRUE;
}

/* A case is found by its own subject, by its messages and by its comments; anything else by its own text. */
static gboolean
write_text (Filter    *filter,
            JsonNode  *value,
            GError   **error)
{
  const CsmRecordType *type = filter->schema->type;
  g_autofree char *match = NULL;

  if (!csm_json_is_string (value))
    return refuse_value ("text", error);
  match = csm_tokenizer_query (json_node_get_string (value));
  if (match == NULL)
    {
      g_string_append (filter->where->sql, "0");
      return TRUE;
    }
  g_string_append_printf (filter->where->sql, "(r.rowid IN (SELECT rowid FROM %s_fts WHERE %s_fts MATCH ?)", type->table, type->table);
  csm_sql_where_add_text (filter->where, match);
  if (type->id == CSM_TYPE_ID_CASE)
    {
      static const char * const below[] = { "message", "comment" };

      for (guint i = 0; i < G_N_ELEMENTS (below); i++)
        {
          g_string_append_printf (filter->where->sql,
                                  " OR r.id IN (SELECT b.caseId FROM %s_fts CROSS JOIN %s b ON b.rowid = %s_fts.rowid"
                                  " WHERE %s_fts MATCH ? AND b.account = ? AND b.caseId IS NOT NULL)",
                                  below[i], below[i], below[i], below[i]);
          csm_sql_where_add_text (filter->where, match);
          csm_sql_where_add_int (filter->where, filter->account);
        }
    }
  g_string_append_c (filter->where->sql, ')');
  return TRUE;
}

static gboolean
write_member_of_condition (Filter      *filter,
                           const char  *name,
                           JsonNode    *value,
                           GError     **error)
{
  const CsmTypeSchema *schema = filter->schema;
  const CsmProperty *property = csm_record_type_property (schema->type, g_str_equal (name, "tag") ? "tags" : name);

  if (csm_schema_has_set (schema, property))
    return write_member (filter, property, name, value, error);
  if (csm_schema_has_column (schema, property))
    return write_equality (filter, property, value, error);
  if (g_str_equal (name, "text") && csm_schema_is_searched (schema))
    return write_text (filter, value, error);
  if ((g_str_equal (name, "before") || g_str_equal (name, "after")) && main_time (schema) != NULL)
    return write_bound (filter, name, value, error);
  g_set_error (error, CSM_STORE_ERROR, CSM_STORE_ERROR_UNSUPPORTED_FILTER, "%s can't be filtered by “%s”", schema->type->name, name);
  return FALSE;
}

static gboolean
write_condition (Filter      *filter,
                 JsonObject  *condition,
                 GError     **error)
{
  JsonObjectIter iter;
  const char *name, *divider = "(";
  JsonNode *value;

  if (json_object_get_size (condition) == 0)
    {
      g_string_append_c (filter->where->sql, '1');
      return TRUE;
    }
  json_object_iter_init_ordered (&iter, condition);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      g_string_append (filter->where->sql, divider);
      divider = " AND ";
      if (!write_member_of_condition (filter, name, value, error))
        return FALSE;
    }
  g_string_append_c (filter->where->sql, ')');
  return TRUE;
}

static gboolean
write_operator (Filter      *filter,
                JsonObject  *object,
                GError     **error)
{
  const char *operator = csm_json_get_string (object, "operator");
  JsonArray *conditions = csm_json_get_array (object, "conditions");
  gboolean all = g_strcmp0 (operator, "AND") == 0, none = g_strcmp0 (operator, "NOT") == 0;

  if (conditions == NULL || json_object_get_size (object) != 2 || (!all && !none && g_strcmp0 (operator, "OR") != 0))
    {
      g_set_error_literal (error, CSM_STORE_ERROR, CSM_STORE_ERROR_INVALID_ARGUMENT, "the filter has an operator that is not well formed");
      return FALSE;
    }
  if (json_array_get_length (conditions) == 0)
    {
      g_string_append_c (filter->where->sql, all || none ? '1' : '0');
      return TRUE;
    }
  g_string_append (filter->where->sql, none ? "NOT (" : "(");
  for (guint i = 0; i < json_array_get_length (conditions); i++)
    {
      if (i > 0)
        g_string_append (filter->where->sql, all ? " AND " : " OR ");
      if (!write_filter (filter, json_array_get_element (conditions, i), error))
        return FALSE;
    }
  g_string_append_c (filter->where->sql, ')');
  return TRUE;
}

static gboolean
write_filter (Filter    *filter,
              JsonNode  *node,
              GError   **error)
{
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, CSM_STORE_ERROR, CSM_STORE_ERROR_INVALID_ARGUMENT, "the filter is not an object");
      return FALSE;
    }
  object = json_node_get_object (node);
  filter->conditions += MAX (json_object_get_size (object), 1);
  if (filter->conditions > MOST_CONDITIONS)
    {
      g_set_error (error, CSM_STORE_ERROR, CSM_STORE_ERROR_UNSUPPORTED_FILTER, "a filter may have %d conditions at most", MOST_CONDITIONS);
      return FALSE;
    }
  if (json_object_has_member (object, "operator"))
    return write_operator (filter, object, error);
  return write_condition (filter, object, error);
}

/* Appends what @filter (nullable) demands of the table "r" to @where (RFC 8620, section 5.5). */
gboolean
csm_query_filter (const CsmTypeSchema  *schema,
                  gint64                account,
                  JsonNode             *node,
                  CsmSqlWhere          *where,
                  GError              **error)
{
  Filter filter = { schema, account, where, 0 };

  g_string_append (where->sql, "r.account = ?");
  csm_sql_where_add_int (where, account);
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  g_string_append (where->sql, " AND ");
  return write_filter (&filter, node, error);
}
