/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-jmap-reference.h"

#include <string.h>

#include "csm-jmap-error.h"
#include "csm-json.h"

/* "~1" is "/", "~0" is "~"; anything else behind a tilde is no JSON Pointer (RFC 6901). */
static char *
unescape (const char *token,
          gsize       length)
{
  g_autoptr (GString) text = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      if (token[i] != '~')
        {
          g_string_append_c (text, token[i]);
          continue;
        }
      i++;
      if (i == length || (token[i] != '0' && token[i] != '1'))
        return NULL;
      g_string_append_c (text, token[i] == '1' ? '/' : '~');
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static JsonNode *
element_at (JsonArray  *array,
            const char *token)
{
  guint64 index;

  if (*token == '\0' || (token[0] == '0' && token[1] != '\0') || strspn (token, "0123456789") != strlen (token))
    return NULL;
  if (!g_ascii_string_to_unsigned (token, 10, 0, G_MAXUINT, &index, NULL) || index >= json_array_get_length (array))
    return NULL;
  return json_array_get_element (array, (guint) index);
}

static JsonNode *
evaluate_each (JsonArray  *array,
               const char *rest)
{
  g_autoptr (JsonArray) results = json_array_new ();
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autoptr (JsonNode) result = csm_jmap_pointer_evaluate (json_array_get_element (array, i), rest);

      if (result == NULL)
        {
          json_node_unref (node);
          return NULL;
        }
      if (!JSON_NODE_HOLDS_ARRAY (result))
        {
          json_array_add_element (results, g_steal_pointer (&result));
          continue;
        }
      for (guint j = 0; j < json_array_get_length (json_node_get_array (result)); j++)
        json_array_add_element (results, csm_json_copy (json_array_get_element (json_node_get_array (result), j)));
    }
  json_node_set_array (node, results);
  return node;
}

/**
 * csm_jmap_pointer_evaluate:
 * @root: a value
 * @path: a JSON Pointer (RFC 6901)
 *
 * RFC 8620, section 3.7: `*` as a whole token goes through the list that it stands at; what comes out of
 * its elements becomes one list, and lists among that are flattened by one level.
 *
 * Returns: (transfer full) (nullable): what @path leads to, or %NULL
 */
JsonNode *
csm_jmap_pointer_evaluate (JsonNode   *root,
                           const char *path)
{
  g_autofree char *token = NULL;
  const char *end;
  JsonNode *below;

  if (*path == '\0')
    return csm_json_copy (root);
  if (*path != '/')
    return NULL;
  path++;
  end = path + strcspn (path, "/");
  if (JSON_NODE_HOLDS_ARRAY (root) && end - path == 1 && *path == '*')
    return evaluate_each (json_node_get_array (root), end);

  token = unescape (path, end - path);
  if (token == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_ARRAY (root))
    below = element_at (json_node_get_array (root), token);
  else if (JSON_NODE_HOLDS_OBJECT (root))
    below = json_object_get_member (json_node_get_object (root), token);
  else
    below = NULL;
  return below != NULL ? csm_jmap_pointer_evaluate (below, end) : NULL;
}

static JsonNode *
resolve (JsonNode         *reference,
         CsmJmapFindFunc   find,
         gpointer          data)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (reference) ? json_node_get_object (reference) : NULL;
  const char *result_of = csm_json_get_string (object, "resultOf");
  const char *name = csm_json_get_string (object, "name");
  const char *path = csm_json_get_string (object, "path");
  const char *answered = NULL;
  JsonNode *answer;

  if (result_of == NULL || name == NULL || path == NULL)
    return NULL;
  answer = find (data, result_of, &answered);
  if (answer == NULL || g_strcmp0 (answered, name) != 0)
    return NULL;
  return csm_jmap_pointer_evaluate (answer, path);
}

static gboolean
has_references (JsonObject *arguments)
{
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init (&iter, arguments);
  while (json_object_iter_next (&iter, &name, NULL))
    {
      if (*name == '#')
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_jmap_resolve_references:
 * @arguments: a call's arguments
 * @find: finds earlier answers
 * @data: for @find
 * @error: `CSM_JMAP_ERROR_INVALID_ARGUMENTS` or `CSM_JMAP_ERROR_INVALID_RESULT_REFERENCE`
 *
 * Replaces `#name` by what it refers to (RFC 8620, section 3.7).
 *
 * Returns: (transfer full): the arguments; @arguments itself when nothing was referred to
 */
JsonObject *
csm_jmap_resolve_references (JsonObject       *arguments,
                             CsmJmapFindFunc   find,
                             gpointer          data,
                             GError          **error)
{
  g_autoptr (JsonObject) resolved = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (!has_references (arguments))
    return json_object_ref (arguments);
  resolved = json_object_new ();
  json_object_iter_init_ordered (&iter, arguments);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    {
      JsonNode *found;

      if (*name != '#')
        {
          json_object_set_member (resolved, name, csm_json_copy (value));
          continue;
        }
      if (json_object_has_member (arguments, name + 1))
        {
          g_set_error (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_INVALID_ARGUMENTS, "both “%s” and “%s” are given", name + 1, name);
          return NULL;
        }
      found = resolve (value, find, data);
      if (found == NULL)
        {
          g_set_error (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_INVALID_RESULT_REFERENCE, "“%s” refers to nothing", name);
          return NULL;
        }
      json_object_set_member (resolved, name + 1, found);
    }
  return g_steal_pointer (&resolved);
}
