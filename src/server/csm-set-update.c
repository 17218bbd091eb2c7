/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-set.h"

#include "csm-desk.h"
#include "csm-json.h"
#include "csm-patch.h"
#include "csm-validate.h"

static gboolean
refuse (JsonObject *where,
        const char *key,
        JsonObject *set_error)
{
  json_object_set_object_member (where, key, set_error);
  return TRUE;
}

/**
 * csm_set_may_write:
 * @self: a /set
 * @flag: `CSM_RECORD_CREATE`, `_UPDATE` or `_DESTROY`
 *
 * Returns: whether anybody of the caller's role may do that to records of the type; each record has rules of its own
 */
gboolean
csm_set_may_write (CsmSet  *self,
                   guint    flag)
{
  const CsmRecordType *type = self->call->type;

  return (type->flags & flag) && csm_desk_may_write (self->call->context->who, type);
}

static gboolean
will_be_destroyed (CsmSet     *self,
                   const char *id)
{
  for (guint i = 0; self->destroy != NULL && i < json_array_get_length (self->destroy); i++)
    {
      if (g_strcmp0 (csm_set_find_created (self, json_array_get_string_element (self->destroy, i)), id) == 0)
        return TRUE;
    }
  return FALSE;
}

/* The record, if it is there and what the client thinks it is; NULL without an error: refused. */
static JsonObject *
load (CsmSet      *self,
      const char  *key,
      const char  *id,
      JsonObject  *where,
      GError     **error)
{
  CsmMethodCall *call = self->call;
  CsmTxn *txn = call->context->txn;
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) record = id != NULL ? csm_txn_get (txn, call->account, call->type, id, &local) : NULL;
  gint64 wanted = self->modseqs != NULL ? csm_json_get_int (self->modseqs, key, -1) : -1;
  gint64 modseq;

  if (record == NULL && local == NULL)
    {
      refuse (where, key, csm_set_error (CSM_JMAP_NOT_FOUND, NULL));
      return NULL;
    }
  if (local == NULL && wanted >= 0)
    {
      modseq = csm_txn_get_modseq (txn, call->account, call->type, id, &local);
      if (local == NULL && modseq != wanted)
        {
          JsonObject *set_error = csm_set_error (CSM_JMAP_RECORD_MISMATCH, NULL);

          json_object_set_int_member (set_error, "modseq", modseq);
          json_object_set_object_member (set_error, "record", g_steal_pointer (&record));
          refuse (where, key, set_error);
          return NULL;
        }
    }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  return g_steal_pointer (&record);
}

/* What @after is, once the patch is applied and found right; NULL without an error: refused. */
static JsonObject *
make_after (CsmSet      *self,
            const char  *key,
            JsonObject  *before,
            JsonObject  *patch,
            GError     **error)
{
  g_autoptr (GPtrArray) bad = g_ptr_array_new ();
  g_autoptr (GPtrArray) invalid = NULL;
  g_autoptr (JsonObject) resolved = csm_set_resolve (self, patch, bad);
  g_autoptr (JsonObject) after = NULL;
  g_autoptr (GError) local = NULL;

  if (bad->len == 0)
    {
      after = csm_patch_apply (self->call->type, before, resolved, &local);
      if (after == NULL)
        {
          refuse (self->not_updated, key, csm_set_error (CSM_JMAP_INVALID_PATCH, local->message));
          return NULL;
        }
      invalid = csm_validate_update (self->call->type, before, after);
      if (invalid == NULL && !csm_set_check_named (self, before, after, bad, error))
        return NULL;
    }
  if (invalid != NULL || bad->len > 0)
    {
      refuse (self->not_updated, key, csm_set_error_names (invalid != NULL ? invalid : bad));
      return NULL;
    }
  return g_steal_pointer (&after);
}

/* RFC 8620, section 5.3: null, or the properties that changed beyond what was asked for. */
static JsonNode *
make_answer (CsmSet      *self,
             const char  *id,
             JsonObject  *asked,
             GError     **error)
{
  CsmMethodCall *call = self->call;
  g_autoptr (JsonObject) final = csm_txn_get (call->context->txn, call->account, call->type, id, error);
  g_autoptr (GPtrArray) changed = NULL;
  g_autoptr (JsonObject) told = NULL;
  JsonNode *node;

  if (final == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_SERVER, "an updated %s is not there", call->type->name);
      return NULL;
    }
  changed = csm_record_changed (call->type, asked, final);
  if (changed->len == 0)
    return json_node_new (JSON_NODE_NULL);
  told = json_object_new ();
  for (guint i = 0; i < changed->len; i++)
    {
      const char *name = g_ptr_array_index (changed, i);
      JsonNode *value = json_object_get_member (final, name);

      json_object_set_member (told, name, value != NULL ? csm_json_copy (value) : json_node_new (JSON_NODE_NULL));
    }
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (node, told);
  return node;
}

static gboolean
apply (CsmSet      *self,
       const char  *key,
       const char  *id,
       JsonObject  *before,
       JsonObject  *after,
       GError     **error)
{
  CsmMethodCall *call = self->call;
  CsmTxn *txn = call->context->txn;
  g_autoptr (JsonObject) asked = csm_json_copy_object (after);
  g_autoptr (JsonNode) told = NULL;
  g_autoptr (GError) local = NULL;
  JsonObject *set_error;

  if (!csm_txn_savepoint (txn, error))
    return FALSE;
  if (csm_desk_update (txn, call->context->who, call->account, call->type, id, before, after, &local) &&
      (told = make_answer (self, id, asked, &local)) != NULL && csm_set_store_applied (self, key, "updated", told, &local))
    {
      if (csm_txn_release (txn, TRUE, &local))
        {
          json_object_set_member (self->updated, id, g_steal_pointer (&told));
          return TRUE;
        }
    }
  else if (!csm_txn_release (txn, FALSE, error))
    return FALSE;
  set_error = csm_set_error_convert (self, asked, id, local);
  if (set_error != NULL)
    return refuse (self->not_updated, key, set_error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* @done: the operation was applied before, or its id was used for something else. */
static gboolean
replay (CsmSet      *self,
        const char  *key,
        const char  *id,
        const char  *kind,
        JsonObject  *where,
        gboolean    *done,
        GError     **error)
{
  g_autoptr (JsonObject) applied = NULL;
  JsonNode *told;

  *done = FALSE;
  if (!csm_set_find_applied (self, key, &applied, error))
    return FALSE;
  if (applied == NULL)
    return TRUE;
  *done = TRUE;
  told = json_object_get_member (applied, kind);
  if (told == NULL || id == NULL)
    refuse (where, key, csm_set_error (CSM_JMAP_FORBIDDEN, "the operation's id was used for something else"));
  else if (where == self->not_destroyed)
    json_array_add_string_element (self->destroyed, id);
  else
    json_object_set_member (self->updated, id, csm_json_copy (told));
  return TRUE;
}

/**
 * csm_set_update_one:
 * @self: a /set
 * @key: a record's id, or `#` and a creation id
 * @patch: what to change
 * @error: when the server failed
 *
 * Returns: whether it worked
 */
gboolean
csm_set_update_one (CsmSet      *self,
                    const char  *key,
                    JsonNode    *patch,
                    GError     **error)
{
  const char *id = csm_set_find_created (self, key);
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) before = NULL;
  g_autoptr (JsonObject) after = NULL;
  gboolean done;

  if (!replay (self, key, id, "updated", self->not_updated, &done, error))
    return FALSE;
  if (done)
    return TRUE;
  if (!csm_set_may_write (self, CSM_RECORD_UPDATE))
    return refuse (self->not_updated, key, csm_set_error (CSM_JMAP_FORBIDDEN, NULL));
  if (!JSON_NODE_HOLDS_OBJECT (patch))
    return refuse (self->not_updated, key, csm_set_error (CSM_JMAP_INVALID_PATCH, "it is not an object"));
  if (will_be_destroyed (self, id))
    return refuse (self->not_updated, key, csm_set_error (CSM_JMAP_WILL_DESTROY, NULL));
  before = load (self, key, id, self->not_updated, &local);
  if (before != NULL)
    after = make_after (self, key, before, json_node_get_object (patch), &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return after == NULL || apply (self, key, id, before, after, error);
}

static gboolean
apply_destroy (CsmSet      *self,
               const char  *key,
               const char  *id,
               GError     **error)
{
  CsmMethodCall *call = self->call;
  CsmTxn *txn = call->context->txn;
  g_autoptr (JsonNode) told = json_node_init_string (json_node_alloc (), id);
  g_autoptr (GError) local = NULL;
  JsonObject *set_error;

  if (!csm_txn_savepoint (txn, error))
    return FALSE;
  if (csm_desk_destroy (txn, call->context->who, call->account, call->type, id, &local) &&
      csm_set_store_applied (self, key, "destroyed", told, &local))
    {
      if (csm_txn_release (txn, TRUE, &local))
        {
          json_array_add_string_element (self->destroyed, id);
          return TRUE;
        }
    }
  else if (!csm_txn_release (txn, FALSE, error))
    return FALSE;
  set_error = csm_set_error_convert (self, NULL, id, local);
  if (set_error != NULL)
    return refuse (self->not_destroyed, key, set_error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_set_destroy_one:
 * @self: a /set
 * @key: a record's id, or `#` and a creation id
 * @error: when the server failed
 *
 * Returns: whether it worked
 */
gboolean
csm_set_destroy_one (CsmSet      *self,
                     const char  *key,
                     GError     **error)
{
  const char *id = csm_set_find_created (self, key);
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) record = NULL;
  gboolean done;

  for (guint i = 0; i < json_array_get_length (self->destroyed); i++)
    {
      if (g_strcmp0 (json_array_get_string_element (self->destroyed, i), id) == 0)
        return TRUE;
    }
  if (!replay (self, key, id, "destroyed", self->not_destroyed, &done, error))
    return FALSE;
  if (done)
    return TRUE;
  if (!csm_set_may_write (self, CSM_RECORD_DESTROY))
    return refuse (self->not_destroyed, key, csm_set_error (CSM_JMAP_FORBIDDEN, NULL));
  record = load (self, key, id, self->not_destroyed, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return record == NULL || apply_destroy (self, key, id, error);
}
