/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-set.h"

#include "csm-desk.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-validate.h"

/* One creation on its way. */
typedef struct
{
  const char *key;
  JsonObject *given;    /* as the client wrote it */
  char       *id;
  char       *hash;
  JsonObject *record;   /* with creation ids resolved */
  gboolean    adopted;
  gboolean    joins;    /* what is there already */
} Creation;

static void
creation_clear (Creation *creation)
{
  g_free (creation->id);
  g_free (creation->hash);
  g_clear_pointer (&creation->record, json_object_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Creation, creation_clear)

static gboolean
refuse (CsmSet     *self,
        const char *key,
        JsonObject *set_error)
{
  json_object_set_object_member (self->not_created, key, set_error);
  return TRUE;
}

static void
answer (CsmSet     *self,
        const char *key,
        JsonNode   *value)
{
  json_object_set_member (self->created, key, csm_json_copy (value));
  json_object_set_string_member (self->call->context->created_ids, key, json_object_get_string_member (json_node_get_object (value), "id"));
}

/* Ids are unique in an account; a person's Seen has the ULID of the case, and so has a colleague's. */
static char *
creation_name (CsmSet     *self,
               const char *id)
{
  if (self->call->account == CSM_ACCOUNT_WORKSPACE)
    return g_strdup (id);
  return g_strdup_printf ("%s/%s", self->call->account_id, id);
}

static char *
replay_name (CsmSet     *self,
             const char *id)
{
  g_autofree char *name = creation_name (self, id);

  return g_strconcat ("creation/", name, NULL);
}

/* The same again is answered as the first time, and nothing is resurrected. @done: the creation needs no more. */
static gboolean
find_earlier (CsmSet    *self,
              Creation  *creation,
              gboolean  *done,
              GError   **error)
{
  CsmMethodCall *call = self->call;
  CsmTxn *txn = call->context->txn;
  const char *person_id = call->context->who->person_id;
  g_autofree char *name = creation_name (self, creation->id);
  g_autofree char *replay = replay_name (self, creation->id);
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) local = NULL;
  JsonObject *set_error;

  *done = TRUE;
  if (csm_txn_was_destroyed (txn, call->account, call->type, creation->id, &local))
    return refuse (self, creation->key, csm_set_error (CSM_JMAP_ALREADY_DESTROYED, NULL));
  if (local == NULL && csm_txn_get_modseq (txn, call->account, call->type, creation->id, &local) == 0 && local == NULL)
    {
      *done = FALSE;
      return TRUE;
    }
  if (local == NULL && csm_txn_creation_matches (txn, name, person_id, creation->hash, &local) && local == NULL)
    text = csm_txn_applied_op (txn, person_id, "", replay, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  node = text != NULL ? csm_json_parse_trusted (text, -1) : NULL;
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    {
      answer (self, creation->key, node);
      return TRUE;
    }
  /* Everybody who begins to write to a conversation makes the same draft. */
  if (call->type->id == CSM_TYPE_ID_DRAFT)
    {
      creation->joins = TRUE;
      *done = FALSE;
      return TRUE;
    }
  set_error = csm_set_error (CSM_JMAP_ALREADY_EXISTS, NULL);
  json_object_set_string_member (set_error, "existingId", creation->id);
  return refuse (self, creation->key, set_error);
}

/* RFC 8620, section 5.3: all properties that the client did not send, defaults among them, and the id. */
static JsonNode *
make_answer (CsmSet      *self,
             Creation    *creation,
             GError     **error)
{
  CsmMethodCall *call = self->call;
  g_autoptr (JsonObject) final = csm_txn_get (call->context->txn, call->account, call->type, creation->id, error);
  g_autoptr (JsonObject) told = json_object_new ();
  JsonNode *node;

  if (final == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error (error, CSM_JMAP_ERROR, CSM_JMAP_ERROR_SERVER, "a new %s is not there", call->type->name);
      return NULL;
    }
  json_object_set_string_member (told, "id", creation->id);
  for (guint i = 0; i < call->type->n_properties; i++)
    {
      const char *name = call->type->properties[i].name;
      JsonNode *value = json_object_get_member (final, name), *given = json_object_get_member (creation->given, name);

      if (value != NULL && (given == NULL || !json_node_equal (value, given)))
        json_object_set_member (told, name, csm_json_copy (value));
    }
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (node, told);
  return node;
}

static gboolean
store_replay (CsmSet    *self,
              Creation  *creation,
              JsonNode  *told,
              GError   **error)
{
  CsmTxn *txn = self->call->context->txn;
  const char *person_id = self->call->context->who->person_id;
  g_autofree char *name = creation_name (self, creation->id);
  g_autofree char *replay = replay_name (self, creation->id);
  g_autofree char *text = csm_json_write (told);

  if (creation->adopted && !creation->joins &&
      (!csm_txn_store_creation (txn, name, person_id, creation->hash, error) ||
       !csm_txn_store_op (txn, person_id, "", replay, text, error)))
    return FALSE;
  return csm_set_store_applied (self, creation->key, "created", told, error);
}

static gboolean
apply (CsmSet    *self,
       Creation  *creation,
       GError   **error)
{
  CsmMethodCall *call = self->call;
  CsmTxn *txn = call->context->txn;
  g_autoptr (JsonObject) record = csm_json_copy_object (creation->record);
  g_autoptr (JsonNode) told = NULL;
  g_autoptr (GError) local = NULL;
  JsonObject *set_error;

  csm_record_fill_defaults (call->type, record);
  if (!csm_txn_savepoint (txn, error))
    return FALSE;
  if (csm_desk_create (txn, call->context->who, call->account, call->type, creation->id, record, &local) &&
      (told = make_answer (self, creation, &local)) != NULL && store_replay (self, creation, told, &local))
    {
      if (csm_txn_release (txn, TRUE, &local))
        {
          answer (self, creation->key, told);
          return TRUE;
        }
    }
  else if (!csm_txn_release (txn, FALSE, error))
    return FALSE;
  set_error = csm_set_error_convert (self, record, creation->id, local);
  if (set_error != NULL)
    return refuse (self, creation->key, set_error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
choose_id (CsmSet   *self,
           Creation *creation)
{
  const char letter = self->call->type->letter;
  const char *case_id = csm_json_get_string (creation->record, "caseId");

  creation->adopted = csm_id_is_valid (creation->key, letter);
  if (creation->adopted)
    creation->id = g_strdup (creation->key);
  else if (self->call->type->id == CSM_TYPE_ID_SEEN && csm_id_is_valid (case_id, 'c'))
    creation->id = csm_id_with_letter (case_id, letter);
  else
    creation->id = csm_id_new (letter);
}

static gboolean
check (CsmSet    *self,
       Creation  *creation,
       GPtrArray *bad,
       GError   **error)
{
  g_autoptr (GPtrArray) invalid = csm_validate_create (self->call->type, creation->record);

  for (guint i = 0; invalid != NULL && i < invalid->len; i++)
    {
      if (!g_ptr_array_find_with_equal_func (bad, g_ptr_array_index (invalid, i), g_str_equal, NULL))
        g_ptr_array_add (bad, g_ptr_array_index (invalid, i));
    }
  return bad->len > 0 || csm_set_check_named (self, NULL, creation->record, bad, error);
}

static gboolean
is_gone (CsmSet    *self,
         JsonNode  *told,
         gboolean  *gone,
         GError   **error)
{
  CsmMethodCall *call = self->call;
  const char *id = JSON_NODE_HOLDS_OBJECT (told) ? csm_json_get_string (json_node_get_object (told), "id") : NULL;
  g_autoptr (GError) local = NULL;

  *gone = id != NULL && csm_txn_was_destroyed (call->context->txn, call->account, call->type, id, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
create_one (CsmSet      *self,
            const char  *key,
            GError     **error)
{
  g_auto (Creation) creation = { .key = key, .given = csm_json_get_object (self->create, key) };
  g_autoptr (JsonObject) applied = NULL;
  g_autoptr (GPtrArray) bad = g_ptr_array_new ();
  JsonNode *told;
  gboolean gone = FALSE, done;

  if (!csm_set_find_applied (self, key, &applied, error))
    return FALSE;
  told = applied != NULL ? json_object_get_member (applied, "created") : NULL;
  /* Who asks again has been told that it went, if ever they saw it: the old answer would bring it back to them. */
  if (told != NULL && !is_gone (self, told, &gone, error))
    return FALSE;
  if (gone)
    return refuse (self, key, csm_set_error (CSM_JMAP_ALREADY_DESTROYED, NULL));
  if (told != NULL && JSON_NODE_HOLDS_OBJECT (told))
    {
      answer (self, key, told);
      return TRUE;
    }
  if (applied != NULL || !csm_set_may_write (self, CSM_RECORD_CREATE))
    return refuse (self, key, csm_set_error (CSM_JMAP_FORBIDDEN, applied != NULL ? "the operation's id was used for something else" : NULL));
  if (creation.given == NULL)
    return refuse (self, key, csm_set_error_names (bad));

  creation.record = csm_set_resolve (self, creation.given, bad);
  creation.hash = csm_set_hash (creation.given);
  choose_id (self, &creation);
  if (!find_earlier (self, &creation, &done, error))
    return FALSE;
  if (done)
    return TRUE;
  if (!check (self, &creation, bad, error))
    return FALSE;
  return bad->len > 0 ? refuse (self, key, csm_set_error_names (bad)) : apply (self, &creation, error);
}

/**
 * csm_set_create_all:
 * @self: a /set
 * @error: when the server failed
 *
 * Creates in an order in which what is named comes first; what goes round in a circle fails.
 *
 * Returns: whether it worked
 */
gboolean
csm_set_create_all (CsmSet  *self,
                    GError **error)
{
  g_autoptr (GList) keys = json_object_get_members (self->create);
  g_autoptr (GHashTable) waiting = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean force = FALSE;

  for (GList *l = keys; l != NULL; l = l->next)
    g_hash_table_add (waiting, l->data);
  while (g_hash_table_size (waiting) > 0)
    {
      guint before = g_hash_table_size (waiting);

      for (GList *l = keys; l != NULL; l = l->next)
        {
          JsonObject *given = csm_json_get_object (self->create, l->data);

          if (!g_hash_table_contains (waiting, l->data) || (!force && given != NULL && csm_set_is_waiting (self, given, waiting)))
            continue;
          g_hash_table_remove (waiting, l->data);
          if (!create_one (self, l->data, error))
            return FALSE;
        }
      force = g_hash_table_size (waiting) == before;
    }
  return TRUE;
}
