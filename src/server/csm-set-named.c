/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-set.h"

#include <string.h>

#include "csm-id.h"
#include "csm-json.h"
#include "csm-validate.h"

static gboolean
names_records (const CsmProperty *property)
{
  return property != NULL && (property->kind == CSM_KIND_ID || (property->kind == CSM_KIND_SET && property->detail != NULL));
}

/**
 * csm_set_find_created:
 * @self: a /set
 * @key: an id, or `#` and a creation id
 *
 * RFC 8620, section 5.3: one map for the whole request, whatever the types.
 *
 * Returns: (transfer none) (nullable): the id; %NULL when nothing was created by that name
 */
const char *
csm_set_find_created (CsmSet     *self,
                      const char *key)
{
  return *key == '#' ? csm_json_get_string (self->call->context->created_ids, key + 1) : key;
}

static gboolean
waits_for (const char *name,
           GHashTable *waiting)
{
  return name != NULL && g_hash_table_contains (waiting, *name == '#' ? name + 1 : name);
}

/**
 * csm_set_is_waiting:
 * @self: a /set
 * @record: a record that is to be created
 * @waiting: (element-type utf8): the creation ids of those that have not been created yet
 *
 * Within a call creates come before their uses, in whatever order they stand.
 *
 * Returns: whether @record names one of @waiting
 */
gboolean
csm_set_is_waiting (CsmSet     *self,
                    JsonObject *record,
                    GHashTable *waiting)
{
  const CsmRecordType *type = self->call->type;

  for (guint i = 0; i < type->n_properties; i++)
    {
      const CsmProperty *property = &type->properties[i];
      JsonObject *set;
      JsonObjectIter iter;
      const char *key;

      if (!names_records (property) || !json_object_has_member (record, property->name))
        continue;
      if (waits_for (csm_json_get_string (record, property->name), waiting))
        return TRUE;
      set = csm_json_get_object (record, property->name);
      if (set == NULL)
        continue;
      json_object_iter_init (&iter, set);
      while (json_object_iter_next (&iter, &key, NULL))
        {
          if (waits_for (key, waiting))
            return TRUE;
        }
    }
  return FALSE;
}

static JsonNode *
resolve_set (CsmSet     *self,
             JsonObject *set,
             gboolean   *found)
{
  g_autoptr (JsonObject) resolved = json_object_new ();
  JsonNode *node;
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  *found = TRUE;
  json_object_iter_init_ordered (&iter, set);
  while (json_object_iter_next_ordered (&iter, &key, &value))
    {
      const char *id = csm_set_find_created (self, key);

      if (id == NULL)
        *found = FALSE;
      else
        json_object_set_member (resolved, id, csm_json_copy (value));
    }
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (node, resolved);
  return node;
}

/* `value` with creation ids replaced; NULL: one of them is unknown. */
static JsonNode *
resolve_value (CsmSet   *self,
               JsonNode *value)
{
  if (csm_json_is_string (value))
    {
      const char *id = csm_set_find_created (self, json_node_get_string (value));

      return id != NULL ? json_node_init_string (json_node_alloc (), id) : NULL;
    }
  if (JSON_NODE_HOLDS_OBJECT (value))
    {
      gboolean found;
      g_autoptr (JsonNode) node = resolve_set (self, json_node_get_object (value), &found);

      return found ? g_steal_pointer (&node) : NULL;
    }
  return csm_json_copy (value);
}

/* The first token of a patch's key names the property; a creation id may be the second one. */
static char *
resolve_key (CsmSet             *self,
             const char         *key,
             const CsmProperty **property)
{
  const char *slash = strchr (key, '/');
  g_autofree char *name = slash != NULL ? g_strndup (key, slash - key) : g_strdup (key);
  const char *id;

  *property = csm_record_type_property (self->call->type, name);
  if (slash == NULL || slash[1] != '#' || !names_records (*property))
    return g_strdup (key);
  id = csm_set_find_created (self, slash + 1);
  return id != NULL ? g_strconcat (name, "/", id, NULL) : NULL;
}

/**
 * csm_set_resolve:
 * @self: a /set
 * @given: a record, or a patch
 * @bad: (element-type utf8): gets the names of the properties that name an unknown creation id
 *
 * Replaces `#creationId` where ids of records stand, and nowhere else: text may begin with a hash.
 *
 * Returns: (transfer full): the record or patch
 */
JsonObject *
csm_set_resolve (CsmSet     *self,
                 JsonObject *given,
                 GPtrArray  *bad)
{
  JsonObject *resolved = json_object_new ();
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, given);
  while (json_object_iter_next_ordered (&iter, &key, &value))
    {
      const CsmProperty *property;
      g_autofree char *new_key = resolve_key (self, key, &property);
      JsonNode *new_value = names_records (property) && strchr (key, '/') == NULL ? resolve_value (self, value) : csm_json_copy (value);

      if (new_key != NULL && new_value != NULL)
        {
          json_object_set_member (resolved, new_key, new_value);
          continue;
        }
      g_clear_pointer (&new_value, json_node_unref);
      g_ptr_array_add (bad, (char *) property->name);
    }
  return resolved;
}

static gboolean
record_exists (CsmSet      *self,
               const char  *id,
               GError     **error)
{
  const CsmRecordType *type = csm_record_type_of_id (id);
  gint64 account = type != NULL && (type->flags & CSM_RECORD_PERSONAL) ? self->call->account : self->call->context->workspace->account;

  return type != NULL && csm_txn_get_modseq (self->call->context->txn, account, type, id, error) != 0;
}

static gboolean
may_name_blob (CsmSet      *self,
               const char  *blob_id,
               GError     **error)
{
  CsmMethodContext *context = self->call->context;

  return csm_txn_may_read_blob (context->txn, self->call->account, blob_id, context->who->person_id, error);
}

/* Everything in the list that says it is a blob must be one that the person may read: knowing a hash gives no right to it. */
static gboolean
check_list (CsmSet     *self,
            JsonArray  *list,
            GError    **error)
{
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      JsonNode *blob = JSON_NODE_HOLDS_OBJECT (node) ? json_object_get_member (json_node_get_object (node), "blobId") : NULL;

      if (blob == NULL)
        continue;
      if (!csm_json_is_string (blob) || !may_name_blob (self, json_node_get_string (blob), error))
        return FALSE;
    }
  return TRUE;
}

/* What can't be changed was written by somebody who may have been away when what it names was destroyed. */
static gboolean
may_name (CsmSet             *self,
          const CsmProperty  *property,
          const char         *id,
          GError            **error)
{
  const CsmRecordType *type = csm_record_type_of_id (id);
  g_autoptr (GError) local = NULL;

  if (record_exists (self, id, &local))
    return TRUE;
  if (local == NULL && type != NULL && (property->flags & CSM_PROPERTY_IMMUTABLE) && (type->flags & CSM_RECORD_DESTROY) && (type->flags & CSM_RECORD_PERSONAL) == 0)
    return csm_txn_was_destroyed (self->call->context->txn, CSM_ACCOUNT_WORKSPACE, type, id, error);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
check_set (CsmSet             *self,
           const CsmProperty  *property,
           JsonObject         *before,
           JsonObject         *after,
           GError            **error)
{
  JsonObjectIter iter;
  const char *key;

  json_object_iter_init (&iter, after);
  while (json_object_iter_next (&iter, &key, NULL))
    {
      if ((before == NULL || !json_object_has_member (before, key)) && !may_name (self, property, key, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_property (CsmSet             *self,
                const CsmProperty  *property,
                JsonObject         *before,
                JsonObject         *after,
                GError            **error)
{
  const char *text = csm_json_get_string (after, property->name);
  JsonObject *set = csm_json_get_object (after, property->name);
  JsonArray *list = csm_json_get_array (after, property->name);

  if (property->kind == CSM_KIND_BLOB && text != NULL)
    return may_name_blob (self, text, error);
  if (property->kind == CSM_KIND_LIST && list != NULL)
    return check_list (self, list, error);
  if (!names_records (property))
    return TRUE;
  if (text != NULL)
    return may_name (self, property, text, error);
  return set == NULL || check_set (self, property, csm_json_get_object (before, property->name), set, error);
}

/**
 * csm_set_check_named:
 * @self: a /set
 * @before: (nullable): the record as it is
 * @after: the record as it shall be, valid
 * @bad: (element-type utf8): gets the names of the properties that name a record that doesn't exist or a blob that the
 *   person may not read
 * @error: return location
 *
 * Looks at what changes only.
 *
 * Returns: whether it worked
 */
gboolean
csm_set_check_named (CsmSet      *self,
                     JsonObject  *before,
                     JsonObject  *after,
                     GPtrArray   *bad,
                     GError     **error)
{
  const CsmRecordType *type = self->call->type;

  for (guint i = 0; i < type->n_properties; i++)
    {
      const CsmProperty *property = &type->properties[i];
      JsonNode *value = json_object_get_member (after, property->name);
      g_autoptr (GError) local = NULL;

      if (value == NULL)
        continue;
      if (before != NULL && json_object_has_member (before, property->name) &&
          json_node_equal (value, json_object_get_member (before, property->name)))
        continue;
      if (check_property (self, property, before, after, &local))
        continue;
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      g_ptr_array_add (bad, (char *) property->name);
    }
  return TRUE;
}
