/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-outbox.h"

#include <string.h>

#include "csm-json.h"

static gboolean
is_below (const char *key,
          const char *parent)
{
  gsize length = strlen (parent);

  return strncmp (key, parent, length) == 0 && key[length] == '/';
}

/* The key of @patch that @key reaches into, or NULL. */
static const char *
find_parent (JsonObject *patch,
             const char *key)
{
  JsonObjectIter iter;
  const char *name;

  json_object_iter_init (&iter, patch);
  while (json_object_iter_next (&iter, &name, NULL))
    {
      if (is_below (key, name))
        return name;
    }
  return NULL;
}

static gboolean
set_inside (JsonObject *patch,
            const char *parent,
            const char *key,
            JsonNode   *value)
{
  JsonObject *inside = csm_json_get_object (patch, parent);
  g_autoptr (GString) token = g_string_new (key + strlen (parent) + 1);

  if (inside == NULL || strchr (token->str, '/') != NULL)
    return FALSE;
  g_string_replace (token, "~1", "/", 0);
  g_string_replace (token, "~0", "~", 0);
  if (JSON_NODE_HOLDS_NULL (value))
    json_object_remove_member (inside, token->str);
  else
    json_object_set_member (inside, token->str, csm_json_copy (value));
  return TRUE;
}

#define PARAGRAPHS "paragraphs/"
#define ENVELOPE "envelope/"
#define FILES "files/"

/* What stands in a draft is written over only by who has seen it: of two edits of a paragraph, or of a recipient's line, that is what the
 * first one saw. */
static void
keep_rev (JsonObject *merged,
          const char *key,
          JsonNode   *first,
          JsonNode   *second)
{
  JsonObject *both;

  if ((!g_str_has_prefix (key, PARAGRAPHS) && !g_str_has_prefix (key, ENVELOPE)) || first == NULL || !JSON_NODE_HOLDS_OBJECT (first) || !JSON_NODE_HOLDS_OBJECT (second) ||
      !json_object_has_member (json_node_get_object (first), "rev"))
    return;
  both = csm_json_copy_object (json_node_get_object (second));
  json_object_set_int_member (both, "rev", csm_json_get_int (json_node_get_object (first), "rev", 0));
  json_object_set_object_member (merged, key, both);
}

/**
 * csm_cache_is_writing:
 * @patch: what is to change
 *
 * Returns: whether it writes in a draft, and does nothing else
 */
gboolean
csm_cache_is_writing (JsonObject *patch)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init (&iter, patch);
  while (json_object_iter_next (&iter, &name, &value))
    {
      /* What goes out with a reply stays behind it, and what was written before it, before. No text waits for a file. */
      if ((!g_str_has_prefix (name, PARAGRAPHS) && !g_str_has_prefix (name, ENVELOPE)) || (JSON_NODE_HOLDS_OBJECT (value) && csm_json_get_boolean (json_node_get_object (value), "sent")))
        return FALSE;
    }
  return json_object_get_size (patch) > 0;
}

/**
 * csm_cache_is_leaving:
 * @patch: what is to change
 *
 * Returns: whether it takes something out of a draft because it goes out with a reply
 */
gboolean
csm_cache_is_leaving (JsonObject *patch)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init (&iter, patch);
  while (json_object_iter_next (&iter, &name, &value))
    {
      if ((g_str_has_prefix (name, PARAGRAPHS) || g_str_has_prefix (name, ENVELOPE) || g_str_has_prefix (name, FILES)) && JSON_NODE_HOLDS_OBJECT (value) && csm_json_get_boolean (json_node_get_object (value), "sent"))
        return TRUE;
    }
  return FALSE;
}

/**
 * csm_cache_merge_patch:
 * @first: a PatchObject
 * @second: a later one on the same record
 *
 * Returns: (transfer full) (nullable): a patch that does what both do one after the other; %NULL when no patch can
 */
JsonObject *
csm_cache_merge_patch (JsonObject *first,
                       JsonObject *second)
{
  g_autoptr (JsonObject) merged = csm_json_copy_object (first);
  g_autoptr (GList) keys = json_object_get_members (second);

  for (GList *l = keys; l != NULL; l = l->next)
    {
      const char *key = l->data;
      JsonNode *value = json_object_get_member (second, key);
      const char *parent = find_parent (merged, key);
      g_autoptr (GList) names = NULL;

      if (parent != NULL)
        {
          if (!set_inside (merged, parent, key, value))
            return NULL;
          continue;
        }
      names = json_object_get_members (merged);
      for (GList *n = names; n != NULL; n = n->next)
        {
          if (is_below (n->data, key))
            json_object_remove_member (merged, n->data);
        }
      json_object_set_member (merged, key, csm_json_copy (value));
      keep_rev (merged, key, json_object_get_member (first, key), value);
    }
  /* What json-glib copies shares what is below. */
  return csm_json_copy_object (merged);
}

/**
 * csm_cache_join_payloads:
 * @conn: a connection
 * @op: an operation
 * @sql: what gives, for its number, the payloads of the operations behind it that go or stand with it, in their order
 * @error: `CSM_ERROR_DATABASE`
 *
 * Makes @op's payload do what all of them do. What no patch can do with the others is left out.
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_join_payloads (CsmDbConn     *conn,
                         CsmOperation  *op,
                         const char    *sql,
                         GError       **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, sql, "i", op->seq);

  while (stmt != NULL && op->payload != NULL && csm_db_stmt_step (stmt, &local))
    {
      g_autoptr (JsonObject) next = csm_cache_parse_record (csm_db_stmt_text (stmt, 0));
      JsonObject *joined = next != NULL ? csm_cache_merge_patch (op->payload, next) : NULL;

      if (joined == NULL)
        continue;
      json_object_unref (op->payload);
      op->payload = joined;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
