/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-set.h"

#include <string.h>

#include "csm-jmap-limits.h"
#include "csm-json.h"

static gboolean
read_map (CsmMethodCall  *call,
          const char     *name,
          JsonObject    **map)
{
  JsonNode *node = json_object_get_member (call->arguments, name);

  *map = csm_json_get_object (call->arguments, name);
  if (*map != NULL || node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "“%s” is not a map", name);
  return FALSE;
}

static gboolean
read_destroy (CsmMethodCall  *call,
              JsonArray     **ids)
{
  JsonNode *node = json_object_get_member (call->arguments, "destroy");
  gboolean right;

  *ids = csm_json_get_array (call->arguments, "destroy");
  right = *ids != NULL || node == NULL || JSON_NODE_HOLDS_NULL (node);
  for (guint i = 0; *ids != NULL && right && i < json_array_get_length (*ids); i++)
    right = csm_json_is_string (json_array_get_element (*ids, i));
  if (!right)
    csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "“destroy” is not a list of ids");
  return right;
}

/* The maps that are ours: ids of operations, and modseqs. */
static gboolean
check_extensions (CsmSet *self)
{
  JsonObjectIter iter;
  JsonNode *value;
  gboolean right = TRUE;

  if (self->operation_ids != NULL)
    {
      json_object_iter_init (&iter, self->operation_ids);
      while (right && json_object_iter_next (&iter, NULL, &value))
        right = csm_json_is_string (value) && *json_node_get_string (value) != '\0' && strlen (json_node_get_string (value)) <= 255;
    }
  if (self->modseqs != NULL && right)
    {
      json_object_iter_init (&iter, self->modseqs);
      while (right && json_object_iter_next (&iter, NULL, &value))
        right = JSON_NODE_HOLDS_VALUE (value) && json_node_get_value_type (value) == G_TYPE_INT64;
    }
  if (!right)
    csm_method_refuse (self->call, CSM_JMAP_INVALID_ARGUMENTS, "“operationIds” or “ifRecordModseq” holds a wrong value");
  return right;
}

static gboolean
read_arguments (CsmSet      *self,
                const char **if_in_state)
{
  static const char * const known[] = { "ifInState", "create", "update", "destroy", "operationIds", "ifRecordModseq", NULL };
  CsmMethodCall *call = self->call;
  JsonNode *state = json_object_get_member (call->arguments, "ifInState");
  guint count;

  if (!csm_method_check (call, known) || !read_map (call, "create", &self->create) || !read_map (call, "update", &self->update) ||
      !read_destroy (call, &self->destroy) || !read_map (call, "operationIds", &self->operation_ids) ||
      !read_map (call, "ifRecordModseq", &self->modseqs) || !check_extensions (self))
    return FALSE;
  *if_in_state = csm_json_get_string (call->arguments, "ifInState");
  if (*if_in_state == NULL && state != NULL && !JSON_NODE_HOLDS_NULL (state))
    {
      csm_method_refuse (call, CSM_JMAP_INVALID_ARGUMENTS, "“ifInState” is not a state");
      return FALSE;
    }
  count = (self->create != NULL ? json_object_get_size (self->create) : 0) + (self->update != NULL ? json_object_get_size (self->update) : 0) +
          (self->destroy != NULL ? json_array_get_length (self->destroy) : 0);
  if (count > CSM_JMAP_MAX_OBJECTS_IN_SET)
    {
      csm_method_refuse (call, CSM_JMAP_REQUEST_TOO_LARGE, NULL);
      return FALSE;
    }
  return TRUE;
}

static gboolean
apply_all (CsmSet  *self,
           GError **error)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *patch;

  if (self->create != NULL && !csm_set_create_all (self, error))
    return FALSE;
  if (self->update != NULL)
    {
      json_object_iter_init_ordered (&iter, self->update);
      while (json_object_iter_next_ordered (&iter, &key, &patch))
        {
          if (!csm_set_update_one (self, key, patch, error))
            return FALSE;
        }
    }
  for (guint i = 0; self->destroy != NULL && i < json_array_get_length (self->destroy); i++)
    {
      if (!csm_set_destroy_one (self, json_array_get_string_element (self->destroy, i), error))
        return FALSE;
    }
  return TRUE;
}

static void
take_map (JsonObject *answer,
          const char *name,
          JsonObject *map)
{
  if (json_object_get_size (map) > 0)
    json_object_set_object_member (answer, name, json_object_ref (map));
  else
    json_object_set_null_member (answer, name);
}

static void
write_answer (CsmSet     *self,
              const char *old_state,
              const char *new_state)
{
  g_autoptr (JsonObject) answer = json_object_new ();

  json_object_set_string_member (answer, "accountId", self->call->account_id);
  json_object_set_string_member (answer, "oldState", old_state);
  json_object_set_string_member (answer, "newState", new_state);
  take_map (answer, "created", self->created);
  take_map (answer, "updated", self->updated);
  if (json_array_get_length (self->destroyed) > 0)
    json_object_set_array_member (answer, "destroyed", json_array_ref (self->destroyed));
  else
    json_object_set_null_member (answer, "destroyed");
  take_map (answer, "notCreated", self->not_created);
  take_map (answer, "notUpdated", self->not_updated);
  take_map (answer, "notDestroyed", self->not_destroyed);
  csm_jmap_response_writer_add (self->call->context->writer, self->call->name, answer, self->call->call_id);
}

/**
 * csm_method_set:
 * @call: a call
 * @error: when the server failed
 *
 * Foo/set (RFC 8620, section 5.3), with adopted ids, `operationIds` and `ifRecordModseq`.
 *
 * Returns: whether the call was answered
 */
gboolean
csm_method_set (CsmMethodCall  *call,
                GError        **error)
{
  g_autoptr (JsonObject) created = json_object_new ();
  g_autoptr (JsonObject) updated = json_object_new ();
  g_autoptr (JsonArray) destroyed = json_array_new ();
  g_autoptr (JsonObject) not_created = json_object_new ();
  g_autoptr (JsonObject) not_updated = json_object_new ();
  g_autoptr (JsonObject) not_destroyed = json_object_new ();
  CsmSet self = { .call = call, .created = created, .updated = updated, .destroyed = destroyed,
                  .not_created = not_created, .not_updated = not_updated, .not_destroyed = not_destroyed };
  g_autofree char *old_state = NULL;
  g_autofree char *new_state = NULL;
  const char *if_in_state;

  if (!read_arguments (&self, &if_in_state))
    return TRUE;
  old_state = csm_txn_state (call->context->txn, call->account, call->type, error);
  if (old_state == NULL)
    return FALSE;
  if (if_in_state != NULL && !g_str_equal (if_in_state, old_state))
    return csm_method_refuse (call, CSM_JMAP_STATE_MISMATCH, NULL);
  if (!apply_all (&self, error))
    return FALSE;
  new_state = csm_txn_state (call->context->txn, call->account, call->type, error);
  if (new_state == NULL)
    return FALSE;
  write_answer (&self, old_state, new_state);
  return TRUE;
}
