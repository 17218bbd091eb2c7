/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-schema.h"

/* The server answers "where am I mentioned?" by itself; clients look at their own copy of all comments. */
static gboolean
set_is_indexed (const CsmRecordType *type,
                const CsmProperty   *property)
{
  if (property->kind != CSM_KIND_SET)
    return FALSE;
  return (property->flags & CSM_PROPERTY_INDEXED) != 0 ||
         (type->id == CSM_TYPE_ID_COMMENT && g_str_equal (property->name, "mentions"));
}

static void
sort_properties (CsmTypeSchema *self)
{
  for (guint i = 0; i < self->type->n_properties; i++)
    {
      const CsmProperty *property = &self->type->properties[i];

      if (set_is_indexed (self->type, property))
        g_ptr_array_add (self->sets, (gpointer) property);
      else if (property->flags & CSM_PROPERTY_INDEXED)
        g_ptr_array_add (self->columns, (gpointer) property);
      if ((property->flags & CSM_PROPERTY_SEARCHED) == 0)
        continue;
      g_ptr_array_add (property->kind == CSM_KIND_LIST ? self->names : self->searched, (gpointer) property);
    }
}

static void
write_record_sql (CsmTypeSchema *self)
{
  const char *table = self->type->table;
  g_autoptr (GString) insert = g_string_new (NULL);
  g_autoptr (GString) values = g_string_new ("?,?,?,?,?");
  g_autoptr (GString) update = g_string_new (NULL);
  g_autoptr (GString) update_same = g_string_new (NULL);

  g_string_append_printf (insert, "INSERT INTO %s (rowid, account, id, createdModseq, modseq", table);
  g_string_append_printf (update, "UPDATE %s SET modseq = ?2", table);
  g_string_append (update_same, update->str);
  for (guint i = 0; i < self->columns->len; i++)
    {
      const CsmProperty *property = g_ptr_array_index (self->columns, i);

      g_string_append_printf (insert, ", \"%s\"", property->name);
      g_string_append (values, ",?");
      g_string_append_printf (update, ", \"%s\" = ?%u", property->name, 3 + i);
      if (property->kind != CSM_KIND_ID)
        g_string_append_printf (update_same, ", \"%s\" = ?%u", property->name, 3 + i);
    }
  g_string_append_printf (insert, ", json) VALUES (%s,?)", values->str);
  g_string_append_printf (update, ", json = ?%u WHERE rowid = ?1", 3 + self->columns->len);
  g_string_append_printf (update_same, ", json = ?%u WHERE rowid = ?1", 3 + self->columns->len);

  self->insert = g_strdup (insert->str);
  self->update = g_strdup (update->str);
  self->update_same = g_strdup (update_same->str);
  self->select = g_strdup_printf ("SELECT rowid, createdModseq, modseq, json FROM %s WHERE account = ? AND id = ?", table);
  self->remove = g_strdup_printf ("DELETE FROM %s WHERE rowid = ?", table);
}

static void
write_text_sql (CsmTypeSchema *self)
{
  const char *table = self->type->table;
  g_autoptr (GString) columns = g_string_new ("rowid");
  g_autoptr (GString) values = g_string_new ("?");

  for (guint i = 0; i < self->searched->len; i++)
    {
      const CsmProperty *property = g_ptr_array_index (self->searched, i);

      g_string_append_printf (columns, ", \"%s\"", property->name);
      g_string_append (values, ",?");
    }
  if (self->names->len > 0)
    {
      g_string_append (columns, ", names");
      g_string_append (values, ",?");
    }
  self->index = g_strdup_printf ("INSERT INTO %s_fts (%s) VALUES (%s)", table, columns->str, values->str);
  self->unindex = g_strdup_printf ("INSERT INTO %s_fts (%s_fts, %s) VALUES ('delete', %s)", table, table, columns->str, values->str);
}

/**
 * csm_schema_new:
 *
 * Derives the tables' statements from the record table. The tables themselves are made by
 * the migrations; a test holds both against each other.
 *
 * Returns: (transfer full): never changed afterwards, so that all threads may read it
 */
CsmSchema *
csm_schema_new (void)
{
  CsmSchema *self = g_new0 (CsmSchema, 1);

  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      CsmTypeSchema *schema = &self->types[i];

      schema->type = csm_record_type_get (i);
      schema->columns = g_ptr_array_new ();
      schema->sets = g_ptr_array_new ();
      schema->searched = g_ptr_array_new ();
      schema->names = g_ptr_array_new ();
      sort_properties (schema);
      write_record_sql (schema);
      if (csm_schema_is_searched (schema))
        write_text_sql (schema);
    }
  return self;
}

/**
 * csm_schema_free:
 * @self: (transfer full): a schema
 */
void
csm_schema_free (CsmSchema *self)
{
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      CsmTypeSchema *schema = &self->types[i];

      g_ptr_array_unref (schema->columns);
      g_ptr_array_unref (schema->sets);
      g_ptr_array_unref (schema->searched);
      g_ptr_array_unref (schema->names);
      g_free (schema->insert);
      g_free (schema->update);
      g_free (schema->update_same);
      g_free (schema->select);
      g_free (schema->remove);
      g_free (schema->index);
      g_free (schema->unindex);
    }
  g_free (self);
}

/**
 * csm_schema_has_column:
 * @self: a type's schema
 * @property: (nullable): one of its properties
 *
 * Returns: whether it has a column
 */
gboolean
csm_schema_has_column (const CsmTypeSchema *self,
                       const CsmProperty   *property)
{
  return g_ptr_array_find (self->columns, property, NULL);
}

/**
 * csm_schema_has_set:
 * @self: a type's schema
 * @property: (nullable): one of its properties
 *
 * Returns: whether it is a set with a side table
 */
gboolean
csm_schema_has_set (const CsmTypeSchema *self,
                    const CsmProperty   *property)
{
  return g_ptr_array_find (self->sets, property, NULL);
}

/**
 * csm_schema_is_searched:
 * @self: a type's schema
 *
 * Returns: whether the type has full text
 */
gboolean
csm_schema_is_searched (const CsmTypeSchema *self)
{
  return self->searched->len + self->names->len > 0;
}

/**
 * csm_schema_side_table:
 * @self: a type's schema
 * @set: one of its sets
 *
 * Returns: (transfer full): the name of the table (value, row) that holds the set's members
 */
char *
csm_schema_side_table (const CsmTypeSchema *self,
                       const CsmProperty   *set)
{
  return g_strconcat (self->type->table, "_", set->name, NULL);
}
