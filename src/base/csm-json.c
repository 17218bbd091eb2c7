/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-json.h"

#include <string.h>

#include "csm-error.h"
#include "csm-json-scan.h"
#include "csm-time.h"

/**
 * csm_json_parse:
 * @text: JSON from outside
 * @length: its length in bytes, or -1
 * @error: `CSM_ERROR_INVALID`
 *
 * Reads I-JSON (RFC 7493). json-glib accepts duplicate names and overflows its stack at
 * 100,000 nested arrays, so the text is scanned for both, and for UTF-8, first.
 *
 * Returns: (transfer full): the value
 */
JsonNode *
csm_json_parse (const char  *text,
                gssize       length,
                GError     **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) local = NULL;

  if (length < 0)
    length = strlen (text);
  if (!csm_json_scan (text, length, CSM_JSON_MAX_DEPTH, error))
    return NULL;

  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, text, length, &local) || json_parser_get_root (parser) == NULL)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, "not JSON: %s", local != NULL ? local->message : "empty");
      return NULL;
    }
  return json_parser_steal_root (parser);
}

/**
 * csm_json_parse_object:
 * @text: JSON from outside
 * @length: its length in bytes, or -1
 * @error: `CSM_ERROR_INVALID`
 *
 * Returns: (transfer full): the object that @text is
 */
JsonObject *
csm_json_parse_object (const char  *text,
                       gssize       length,
                       GError     **error)
{
  g_autoptr (JsonNode) node = csm_json_parse (text, length, error);

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, "not a JSON object");
      return NULL;
    }
  return json_node_dup_object (node);
}

/**
 * csm_json_parse_trusted:
 * @text: JSON that we wrote ourselves
 * @length: its length in bytes, or -1
 *
 * Returns: (transfer full) (nullable): the value, or %NULL when the text is damaged
 */
JsonNode *
csm_json_parse_trusted (const char *text,
                        gssize      length)
{
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (text == NULL || !json_parser_load_from_data (parser, text, length, NULL))
    return NULL;
  return json_parser_steal_root (parser);
}

/**
 * csm_json_write:
 * @node: a value
 *
 * Returns: (transfer full): its compact text
 */
char *
csm_json_write (JsonNode *node)
{
  return json_to_string (node, FALSE);
}

/**
 * csm_json_write_object:
 * @object: an object
 *
 * Returns: (transfer full): its compact text
 */
char *
csm_json_write_object (JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, object);
  return json_to_string (node, FALSE);
}

/**
 * csm_json_copy:
 * @node: a value
 *
 * What json-glib copies shares what is below, and that is counted without atomics: it may not be in two threads, not even
 * to be read. This shares nothing.
 *
 * Returns: (transfer full): a deep copy
 */
JsonNode *
csm_json_copy (JsonNode *node)
{
  JsonNode *copy;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      copy = json_node_new (JSON_NODE_OBJECT);
      json_node_take_object (copy, csm_json_copy_object (json_node_get_object (node)));
      return copy;
    }
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      copy = json_node_new (JSON_NODE_ARRAY);
      json_node_take_array (copy, csm_json_copy_array (json_node_get_array (node)));
      return copy;
    }
  if (csm_json_is_string (node))
    return json_node_init_string (json_node_alloc (), json_node_get_string (node));
  copy = json_node_new (JSON_NODE_TYPE (node));
  if (JSON_NODE_HOLDS_VALUE (node))
    {
      g_auto (GValue) value = G_VALUE_INIT;

      json_node_get_value (node, &value);
      json_node_set_value (copy, &value);
    }
  return copy;
}

/**
 * csm_json_copy_object:
 * @object: an object
 *
 * As csm_json_copy().
 *
 * Returns: (transfer full): a deep copy
 */
JsonObject *
csm_json_copy_object (JsonObject *object)
{
  JsonObject *copy = json_object_new ();
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    json_object_set_member (copy, name, csm_json_copy (node));
  return copy;
}

/**
 * csm_json_copy_array:
 * @array: an array
 *
 * As csm_json_copy().
 *
 * Returns: (transfer full): a deep copy
 */
JsonArray *
csm_json_copy_array (JsonArray *array)
{
  guint n = json_array_get_length (array);
  JsonArray *copy = json_array_sized_new (n);

  for (guint i = 0; i < n; i++)
    json_array_add_element (copy, csm_json_copy (json_array_get_element (array, i)));
  return copy;
}

/**
 * csm_json_take:
 * @object: (nullable): an object
 * @member: a name
 *
 * Takes a member out: for what goes on to another thread while @object does not.
 *
 * Returns: (transfer full) (nullable): the value, or %NULL where there is none
 */
JsonNode *
csm_json_take (JsonObject *object,
               const char *member)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  if (node == NULL)
    return NULL;
  json_node_ref (node);
  json_object_remove_member (object, member);
  return node;
}

static JsonNode *
member_of_type (JsonObject   *object,
                const char   *member,
                JsonNodeType  type)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return node != NULL && JSON_NODE_TYPE (node) == type ? node : NULL;
}

/**
 * csm_json_is_string:
 * @node: (nullable): a value
 *
 * Returns: whether it is a string
 */
gboolean
csm_json_is_string (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

/**
 * csm_json_get_string:
 * @object: (nullable): an object
 * @member: a name
 *
 * Returns: (nullable): the string, or %NULL where there is none
 */
const char *
csm_json_get_string (JsonObject *object,
                     const char *member)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return csm_json_is_string (node) ? json_node_get_string (node) : NULL;
}

/**
 * csm_json_get_object:
 * @object: (nullable): an object
 * @member: a name
 *
 * Returns: (transfer none) (nullable): the object there
 */
JsonObject *
csm_json_get_object (JsonObject *object,
                     const char *member)
{
  JsonNode *node = member_of_type (object, member, JSON_NODE_OBJECT);

  return node != NULL ? json_node_get_object (node) : NULL;
}

/**
 * csm_json_get_array:
 * @object: (nullable): an object
 * @member: a name
 *
 * Returns: (transfer none) (nullable): the array there
 */
JsonArray *
csm_json_get_array (JsonObject *object,
                    const char *member)
{
  JsonNode *node = member_of_type (object, member, JSON_NODE_ARRAY);

  return node != NULL ? json_node_get_array (node) : NULL;
}

/**
 * csm_json_get_boolean:
 * @object: (nullable): an object
 * @member: a name
 *
 * Returns: whether `true` is there
 */
gboolean
csm_json_get_boolean (JsonObject *object,
                      const char *member)
{
  JsonNode *node = member_of_type (object, member, JSON_NODE_VALUE);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN && json_node_get_boolean (node);
}

/**
 * csm_json_get_int:
 * @object: (nullable): an object
 * @member: a name
 * @fallback: what to return where there is no integer
 *
 * Returns: the integer
 */
gint64
csm_json_get_int (JsonObject *object,
                  const char *member,
                  gint64      fallback)
{
  JsonNode *node = member_of_type (object, member, JSON_NODE_VALUE);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : fallback;
}

/**
 * csm_json_get_time:
 * @object: (nullable): an object
 * @member: a name
 *
 * Returns: the instant there in µs, or `CSM_TIME_NONE`
 */
gint64
csm_json_get_time (JsonObject *object,
                   const char *member)
{
  return csm_time_parse (csm_json_get_string (object, member));
}

/**
 * csm_json_has_key:
 * @object: (nullable): an object
 * @member: the name of a set (a map from key to true)
 * @key: a key
 *
 * Returns: whether the set has @key
 */
gboolean
csm_json_has_key (JsonObject *object,
                  const char *member,
                  const char *key)
{
  JsonObject *set = csm_json_get_object (object, member);

  return set != NULL && json_object_has_member (set, key);
}

/**
 * csm_json_set_string:
 * @object: an object
 * @member: a name
 * @value: (nullable): a string; %NULL writes null
 *
 * json-glib writes "" for %NULL; the wire wants null.
 */
void
csm_json_set_string (JsonObject *object,
                     const char *member,
                     const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, member, value);
  else
    json_object_set_null_member (object, member);
}

/**
 * csm_json_set_time:
 * @object: an object
 * @member: a name
 * @time_us: an instant in µs, or `CSM_TIME_NONE` for null
 */
void
csm_json_set_time (JsonObject *object,
                   const char *member,
                   gint64      time_us)
{
  g_autofree char *text = time_us != CSM_TIME_NONE ? csm_time_format (time_us) : NULL;

  csm_json_set_string (object, member, text);
}
