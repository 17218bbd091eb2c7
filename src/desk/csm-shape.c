/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-shape.h"

#include <string.h>

#include "csm-desk-records.h"
#include "csm-json.h"

#define MAX_LINES 100

static gboolean
is_line (const char *text,
         gsize       limit)
{
  return strlen (text) <= limit && strpbrk (text, "\r\n") == NULL;
}

static gboolean
are_lines (JsonArray *list,
           gsize      limit)
{
  if (json_array_get_length (list) > MAX_LINES)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      const char *line = csm_desk_string_at (list, i);

      if (line == NULL || *line == '\0' || !is_line (line, limit))
        return FALSE;
    }
  return TRUE;
}

static gboolean
value_fits (const CsmShapeField *field,
            JsonNode            *value)
{
  GType type = JSON_NODE_HOLDS_VALUE (value) ? json_node_get_value_type (value) : G_TYPE_INVALID;

  switch (field->kind)
    {
    case CSM_SHAPE_LINE:
      return type == G_TYPE_STRING && is_line (json_node_get_string (value), field->limit) && !(field->needed && *json_node_get_string (value) == '\0');
    case CSM_SHAPE_TEXT:
      return type == G_TYPE_STRING && strlen (json_node_get_string (value)) <= field->limit;
    case CSM_SHAPE_BOOL:
      return type == G_TYPE_BOOLEAN;
    case CSM_SHAPE_INT:
      return type == G_TYPE_INT64 && json_node_get_int (value) >= 0 && (guint64) json_node_get_int (value) <= field->limit;
    case CSM_SHAPE_LINES:
      return JSON_NODE_HOLDS_ARRAY (value) && are_lines (json_node_get_array (value), field->limit);
    case CSM_SHAPE_LIST:
      return JSON_NODE_HOLDS_ARRAY (value) && json_array_get_length (json_node_get_array (value)) <= field->limit;
    default:
      return FALSE;
    }
}

/**
 * csm_shape_fits:
 * @object: (nullable): what came from outside
 * @fields: what it may have
 * @n_fields: so many
 *
 * Returns: whether it is an object that has all it needs, and nothing else; null is as good as not there
 */
gboolean
csm_shape_fits (JsonObject          *object,
                const CsmShapeField *fields,
                guint                n_fields)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (object == NULL)
    return FALSE;
  for (guint i = 0; i < n_fields; i++)
    {
      value = json_object_get_member (object, fields[i].name);
      if (value == NULL || JSON_NODE_HOLDS_NULL (value) ? fields[i].needed : !value_fits (&fields[i], value))
        return FALSE;
    }
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, NULL))
    {
      gboolean known = FALSE;

      for (guint i = 0; i < n_fields && !known; i++)
        known = g_str_equal (fields[i].name, name);
      if (!known)
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_shape_is_key:
 * @key: the key of a map, from outside
 *
 * Returns: whether it is one that stands for itself in a patch's path
 */
gboolean
csm_shape_is_key (const char *key)
{
  gsize length = strlen (key);

  if (length == 0 || length > CSM_SHAPE_MAX_KEY)
    return FALSE;
  for (; *key != '\0'; key++)
    {
      if (!g_ascii_isalnum (*key) && strchr ("-_.:", *key) == NULL)
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_shape_fits_map:
 * @map: (nullable): what came from outside
 * @fields: what each of its values may have
 * @n_fields: so many
 *
 * Returns: whether all keys and values are right; %NULL is empty
 */
gboolean
csm_shape_fits_map (JsonObject          *map,
                    const CsmShapeField *fields,
                    guint                n_fields)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  if (map == NULL)
    return TRUE;
  json_object_iter_init_ordered (&iter, map);
  while (json_object_iter_next_ordered (&iter, &key, &value))
    {
      if (!csm_shape_is_key (key) || !JSON_NODE_HOLDS_OBJECT (value) || !csm_shape_fits (json_node_get_object (value), fields, n_fields))
        return FALSE;
    }
  return TRUE;
}

/**
 * csm_shape_fits_list:
 * @list: (nullable): what came from outside
 * @fields: what each of its entries may have
 * @n_fields: so many
 *
 * Returns: whether all entries are right; %NULL is empty
 */
gboolean
csm_shape_fits_list (JsonArray           *list,
                     const CsmShapeField *fields,
                     guint                n_fields)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      if (!csm_shape_fits (csm_desk_object_at (list, i), fields, n_fields))
        return FALSE;
    }
  return TRUE;
}
