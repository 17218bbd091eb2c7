/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-validate.h"

#include <string.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"

static gboolean
string_is_valid (const CsmProperty *property,
                 const char        *text)
{
  if (strlen (text) > property->limit)
    return FALSE;
  if (property->kind == CSM_KIND_STRING && strpbrk (text, "\r\n") != NULL)
    return FALSE;
  return TRUE;
}

static gboolean
enum_has (const char *values,
          const char *value)
{
  gsize length = strlen (value);

  for (const char *at = values; at != NULL; at = strchr (at, ' '))
    {
      at += *at == ' ';
      if (strncmp (at, value, length) == 0 && (at[length] == ' ' || at[length] == '\0'))
        return length > 0;
    }
  return FALSE;
}

static gboolean
set_is_valid (const CsmProperty *property,
              JsonObject        *set)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  if (json_object_get_size (set) > property->limit)
    return FALSE;
  json_object_iter_init_ordered (&iter, set);
  while (json_object_iter_next_ordered (&iter, &key, &value))
    {
      if (*key == '\0' || strlen (key) > 255 || !csm_json_get_boolean (set, key))
        return FALSE;
      if (property->detail != NULL && !csm_id_is_valid (key, property->detail[0]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
map_is_valid (const CsmProperty *property,
              JsonObject        *map)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  if (json_object_get_size (map) > property->limit)
    return FALSE;
  json_object_iter_init_ordered (&iter, map);
  while (json_object_iter_next_ordered (&iter, &key, &value))
    {
      if (*key == '\0' || !JSON_NODE_HOLDS_OBJECT (value))
        return FALSE;
    }
  return TRUE;
}

static gboolean
number_is_valid (const CsmProperty *property,
                 JsonNode          *value)
{
  gint64 number;

  if (json_node_get_value_type (value) != G_TYPE_INT64)
    return FALSE;
  number = json_node_get_int (value);
  return number >= 0 && number < (G_GINT64_CONSTANT (1) << 53) && (property->limit == 0 || (gsize) number <= property->limit);
}

/* A sha-256 in hex behind the letter B. */
static gboolean
blob_id_is_valid (const char *text)
{
  return strlen (text) == 65 && text[0] == 'B' && strspn (text + 1, "0123456789abcdef") == 64;
}

static gboolean
text_kind_is_valid (const CsmProperty *property,
                    const char        *text)
{
  switch (property->kind)
    {
    case CSM_KIND_STRING:
    case CSM_KIND_TEXT:
      return string_is_valid (property, text);
    case CSM_KIND_ID:
      return csm_id_is_valid (text, property->detail != NULL ? property->detail[0] : 0);
    case CSM_KIND_DATE:
      return g_str_has_suffix (text, "Z") && csm_time_parse (text) != CSM_TIME_NONE;
    case CSM_KIND_ENUM:
      return enum_has (property->detail, text);
    case CSM_KIND_BLOB:
      return blob_id_is_valid (text);
    default:
      return FALSE;
    }
}

/**
 * csm_value_is_valid:
 * @property: a property
 * @value: (nullable): what it would hold
 *
 * Returns: whether it may; null stands for "none" where the property has such a value
 */
gboolean
csm_value_is_valid (const CsmProperty *property,
                    JsonNode          *value)
{
  if (value == NULL || JSON_NODE_HOLDS_NULL (value))
    return (property->flags & CSM_PROPERTY_REQUIRED) == 0 &&
           property->kind != CSM_KIND_BOOL && property->kind != CSM_KIND_SET &&
           property->kind != CSM_KIND_MAP && property->kind != CSM_KIND_LIST &&
           (property->kind != CSM_KIND_ENUM || property->fallback == NULL);

  switch (property->kind)
    {
    case CSM_KIND_BOOL:
      return JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_BOOLEAN;
    case CSM_KIND_INT:
      return JSON_NODE_HOLDS_VALUE (value) && number_is_valid (property, value);
    case CSM_KIND_SET:
      return JSON_NODE_HOLDS_OBJECT (value) && set_is_valid (property, json_node_get_object (value));
    case CSM_KIND_MAP:
      return JSON_NODE_HOLDS_OBJECT (value) && map_is_valid (property, json_node_get_object (value));
    case CSM_KIND_OBJECT:
      return JSON_NODE_HOLDS_OBJECT (value);
    case CSM_KIND_LIST:
      return JSON_NODE_HOLDS_ARRAY (value) &&
             (property->limit == 0 || json_array_get_length (json_node_get_array (value)) <= property->limit);
    default:
      return csm_json_is_string (value) && text_kind_is_valid (property, json_node_get_string (value));
    }
}

/**
 * csm_validate_create:
 * @type: a type
 * @given: what a client wants to create, before defaults
 *
 * RFC 8620, section 5.3: server-set properties must be left out, unknown ones are refused,
 * and all bad properties are told at once.
 *
 * Returns: (transfer full) (nullable) (element-type utf8): the names of the bad properties (borrowed
 *   from @given or the record table), or %NULL when there are none
 */
GPtrArray *
csm_validate_create (const CsmRecordType *type,
                     JsonObject          *given)
{
  g_autoptr (GPtrArray) bad = g_ptr_array_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, given);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      const CsmProperty *property = csm_record_type_property (type, name);

      if (property == NULL || (property->flags & CSM_PROPERTY_SERVER_SET) || !csm_value_is_valid (property, value))
        g_ptr_array_add (bad, (char *) name);
    }
  for (guint i = 0; i < type->n_properties; i++)
    {
      if ((type->properties[i].flags & CSM_PROPERTY_REQUIRED) && !json_object_has_member (given, type->properties[i].name))
        g_ptr_array_add (bad, (char *) type->properties[i].name);
    }
  return bad->len > 0 ? g_steal_pointer (&bad) : NULL;
}

static gboolean
members_equal (JsonObject *a,
               JsonObject *b,
               const char *name)
{
  JsonNode *x = json_object_get_member (a, name), *y = json_object_get_member (b, name);

  if (x == NULL || y == NULL)
    return x == y;
  return json_node_equal (x, y);
}

/**
 * csm_validate_update:
 * @type: a type
 * @before: the record
 * @after: what a patch made of it
 *
 * RFC 8620, section 5.3: a server-set or immutable property may be named only with the value it has.
 *
 * Returns: (transfer full) (nullable) (element-type utf8): the names of the bad properties, borrowed
 *   from @after or the record table, or %NULL
 */
GPtrArray *
csm_validate_update (const CsmRecordType *type,
                     JsonObject          *before,
                     JsonObject          *after)
{
  g_autoptr (GPtrArray) bad = g_ptr_array_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, after);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      const CsmProperty *property = csm_record_type_property (type, name);

      if (members_equal (before, after, name))
        continue;
      if (property == NULL || (property->flags & (CSM_PROPERTY_SERVER_SET | CSM_PROPERTY_IMMUTABLE)) ||
          !csm_value_is_valid (property, value))
        g_ptr_array_add (bad, (char *) name);
    }
  return bad->len > 0 ? g_steal_pointer (&bad) : NULL;
}

/**
 * csm_record_changed:
 * @type: a type
 * @before: a record
 * @after: the same record later
 *
 * Returns: (transfer full) (element-type utf8): the names, from the record table, of the properties that differ
 */
GPtrArray *
csm_record_changed (const CsmRecordType *type,
                    JsonObject          *before,
                    JsonObject          *after)
{
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < type->n_properties; i++)
    {
      if (!members_equal (before, after, type->properties[i].name))
        g_ptr_array_add (names, (char *) type->properties[i].name);
    }
  return names;
}
