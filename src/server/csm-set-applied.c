/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-set.h"

#include "csm-json.h"

/**
 * csm_set_find_applied:
 * @self: a /set
 * @key: a record's id or creation id
 * @result: (out) (transfer full) (nullable): what its operation came to when it was applied before: an object with one
 *   member, called `created`, `updated` or `destroyed`; %NULL when it was not
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_set_find_applied (CsmSet      *self,
                      const char  *key,
                      JsonObject **result,
                      GError     **error)
{
  const CsmPrincipal *who = self->call->context->who;
  const char *operation_id = csm_json_get_string (self->operation_ids, key);
  g_autoptr (GError) local = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) node = NULL;

  *result = NULL;
  if (operation_id == NULL)
    return TRUE;
  text = csm_txn_applied_op (self->call->context->txn, who->person_id, who->device_id, operation_id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  node = text != NULL ? csm_json_parse_trusted (text, -1) : NULL;
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    *result = json_node_dup_object (node);
  return TRUE;
}

/**
 * csm_set_store_applied:
 * @self: a /set
 * @key: a record's id or creation id
 * @kind: `created`, `updated` or `destroyed`
 * @value: what is answered
 * @error: return location
 *
 * Keeps the answer with the change itself, when the client gave its operation an id.
 *
 * Returns: whether it worked
 */
gboolean
csm_set_store_applied (CsmSet      *self,
                       const char  *key,
                       const char  *kind,
                       JsonNode    *value,
                       GError     **error)
{
  const CsmPrincipal *who = self->call->context->who;
  const char *operation_id = csm_json_get_string (self->operation_ids, key);
  g_autoptr (JsonObject) result = NULL;
  g_autofree char *text = NULL;

  if (operation_id == NULL)
    return TRUE;
  result = json_object_new ();
  json_object_set_member (result, kind, csm_json_copy (value));
  text = csm_json_write_object (result);
  return csm_txn_store_op (self->call->context->txn, who->person_id, who->device_id, operation_id, text, error);
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return g_strcmp0 (a, b);
}

static void
feed (GChecksum *checksum,
      JsonNode  *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);
      g_autoptr (GList) names = g_list_sort (json_object_get_members (object), compare_names);

      g_checksum_update (checksum, (const guchar *) "{", 1);
      for (GList *l = names; l != NULL; l = l->next)
        {
          g_checksum_update (checksum, l->data, -1);
          g_checksum_update (checksum, (const guchar *) "\0:", 2);
          feed (checksum, json_object_get_member (object, l->data));
        }
      g_checksum_update (checksum, (const guchar *) "}", 1);
    }
  else
    {
      g_autofree char *text = csm_json_write (node);

      g_checksum_update (checksum, (const guchar *) text, -1);
      g_checksum_update (checksum, (const guchar *) ",", 1);
    }
}

/**
 * csm_set_hash:
 * @given: what a client wants to create
 *
 * Returns: (transfer full): a SHA-256 in hex that doesn't depend on the order of its properties
 */
char *
csm_set_hash (JsonObject *given)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, given);
  feed (checksum, node);
  return g_strdup (g_checksum_get_string (checksum));
}
