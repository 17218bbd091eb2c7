/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-customer-merge.h"

#include <string.h>

#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-history.h"
#include "csm-json.h"
#include "csm-merge.h"
#include "csm-move.h"
#include "csm-role.h"
#include "csm-rules.h"
#include "csm-time.h"
#include "csm-validate.h"

/* What people choose between when two customers are one. */
static const char *const compared[] = { "name", "organisation", "language", "timezone", "tags", "attributes", "note", "serviceLevelId" };

static gboolean
invalid (GError     **error,
         const char  *property)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

static gboolean
may_merge (const CsmPrincipal  *who,
           GError             **error)
{
  return csm_rules_may (who, CSM_ACTION_MERGE_CUSTOMERS, error);
}

/* Cases say who they are for, and their history when that changes. */
static gboolean
move_case (CsmTxn      *txn,
           const char  *person_id,
           const char  *case_id,
           const char  *to_id,
           GError     **error)
{
  g_autoptr (JsonObject) before = csm_desk_load (txn, CSM_TYPE_ID_CASE, case_id, error);
  g_autoptr (JsonObject) after = NULL;

  if (before == NULL)
    return FALSE;
  after = csm_json_copy_object (before);
  csm_json_set_string (after, "customerId", to_id);
  csm_case_touch_messages (after);
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, after, error) &&
         csm_history_add_changes (txn, person_id, before, after, NULL, error);
}

static gboolean
move_thing (CsmTxn      *txn,
            const char  *person_id,
            const char  *id,
            const char  *to_id,
            GError     **error)
{
  return *id == 'c' ? move_case (txn, person_id, id, to_id, error)
                    : csm_move_record (txn, CSM_TYPE_ID_CONVERSATION, id, "customerId", to_id, error);
}

static void
set_identity (JsonObject *customer,
              const char *key,
              JsonNode   *value)
{
  JsonObject *old = csm_json_get_object (customer, "identities");
  JsonObject *identities = old != NULL ? csm_json_copy_object (old) : json_object_new ();

  if (value != NULL)
    json_object_set_member (identities, key, csm_json_copy (value));
  else
    json_object_remove_member (identities, key);
  json_object_set_object_member (customer, "identities", identities);
}

/* --- Into one ------------------------------------------------------------------------------------------------------------------ */

/* What is left with the one who went: who did it, when, and which addresses they had. */
static void
note_merge (JsonObject          *after,
            const CsmPrincipal  *who)
{
  JsonObject *merged = json_object_new ();
  JsonObject *identities = csm_json_get_object (after, "identities");

  csm_json_set_string (merged, "by", who->person_id);
  csm_json_set_time (merged, "at", csm_time_now ());
  json_object_set_object_member (merged, "identities", identities != NULL ? csm_json_copy_object (identities) : json_object_new ());
  json_object_set_object_member (after, "merged", merged);
}

static gboolean
join_identities (CsmTxn              *txn,
                 const CsmPrincipal  *who,
                 JsonObject          *after,
                 const char          *into_id,
                 GError             **error)
{
  const char *id = csm_json_get_string (after, "id");
  JsonObject *identities = csm_json_get_object (after, "identities");
  g_autoptr (JsonObject) into = csm_desk_load (txn, CSM_TYPE_ID_CUSTOMER, into_id, error);
  g_autoptr (GList) keys = identities != NULL ? json_object_get_members (identities) : NULL;
  JsonObject *there;

  if (into == NULL)
    return FALSE;
  for (GList *l = keys; l != NULL; l = l->next)
    {
      set_identity (into, l->data, json_object_get_member (identities, l->data));
      if (!csm_txn_note_move (txn, l->data, "customerId", id, into_id, error))
        return FALSE;
    }
  there = csm_json_get_object (into, "identities");
  if (there != NULL && json_object_get_size (there) > csm_record_type_property (csm_record_type_get (CSM_TYPE_ID_CUSTOMER), "identities")->limit)
    return invalid (error, "mergedIntoId");
  note_merge (after, who);
  json_object_set_object_member (after, "identities", json_object_new ());
  return csm_desk_save (txn, CSM_TYPE_ID_CUSTOMER, after, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_CUSTOMER, into, error);
}

static gboolean
merge (CsmTxn              *txn,
       const CsmPrincipal  *who,
       JsonObject          *after,
       GError             **error)
{
  static const CsmTypeId types[] = { CSM_TYPE_ID_CASE, CSM_TYPE_ID_CONVERSATION };
  const char *id = csm_json_get_string (after, "id");
  g_autofree char *into_id = csm_merge_check (txn, CSM_TYPE_ID_CUSTOMER, id, csm_json_get_string (after, "mergedIntoId"), error);

  if (into_id == NULL)
    return FALSE;
  csm_json_set_string (after, "mergedIntoId", into_id);
  if (!join_identities (txn, who, after, into_id, error))
    return FALSE;
  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    {
      g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (types[t]), "customerId", id, error);

      for (guint i = 0; ids != NULL && i < ids->len; i++)
        {
          if (!csm_txn_note_move (txn, g_ptr_array_index (ids, i), "customerId", id, into_id, error) ||
              !move_thing (txn, who->person_id, g_ptr_array_index (ids, i), into_id, error))
            return FALSE;
        }
      if (ids == NULL)
        return FALSE;
    }
  return TRUE;
}

/* --- Apart --------------------------------------------------------------------------------------------------------------------- */

static char *
owner_of (CsmTxn      *txn,
          const char  *key,
          GError     **error)
{
  g_auto (GStrv) parts = g_strsplit (key, ":", 2);

  return parts[0] != NULL && parts[1] != NULL ? csm_txn_find_customer (txn, parts[0], parts[1], error) : NULL;
}

static gboolean
bring_identity (CsmTxn         *txn,
                const CsmMove  *move,
                JsonObject     *after,
                GError        **error)
{
  GError *local = NULL;
  g_autofree char *owner = owner_of (txn, move->record_id, &local);
  g_autoptr (JsonObject) from = NULL;
  JsonNode *value;
  gboolean back;

  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (!csm_move_take_back (txn, move, owner, &back, error))
    return FALSE;
  if (!back || owner == NULL)
    return TRUE;
  from = csm_desk_load (txn, CSM_TYPE_ID_CUSTOMER, owner, error);
  if (from == NULL)
    return FALSE;
  value = json_object_get_member (csm_json_get_object (from, "identities"), move->record_id);
  if (value == NULL)
    return TRUE;
  set_identity (after, move->record_id, value);
  set_identity (from, move->record_id, NULL);
  return csm_desk_save (txn, CSM_TYPE_ID_CUSTOMER, from, error);
}

static gboolean
bring_thing (CsmTxn         *txn,
             const char     *person_id,
             const CsmMove  *move,
             const char     *to_id,
             GError        **error)
{
  CsmTypeId type = *move->record_id == 'c' ? CSM_TYPE_ID_CASE : CSM_TYPE_ID_CONVERSATION;
  g_autoptr (JsonObject) record = csm_desk_load (txn, type, move->record_id, error);
  gboolean back;

  if (record == NULL || !csm_move_take_back (txn, move, csm_json_get_string (record, "customerId"), &back, error))
    return FALSE;
  return !back || move_thing (txn, person_id, move->record_id, to_id, error);
}

static gboolean
unmerge (CsmTxn              *txn,
         const CsmPrincipal  *who,
         JsonObject          *after,
         GError             **error)
{
  const char *id = csm_json_get_string (after, "id");
  g_autoptr (GArray) moves = csm_txn_moves_from (txn, id, "customerId", error);

  json_object_set_null_member (after, "mergedIntoId");
  json_object_set_null_member (after, "merged");
  for (guint i = 0; moves != NULL && i < moves->len; i++)
    {
      const CsmMove *move = &g_array_index (moves, CsmMove, i);
      gboolean is_identity = strchr (move->record_id, ':') != NULL;

      if (!(is_identity ? bring_identity (txn, move, after, error) : bring_thing (txn, who->person_id, move, id, error)))
        return FALSE;
    }
  return moves != NULL && csm_desk_save (txn, CSM_TYPE_ID_CUSTOMER, after, error);
}

/**
 * csm_customer_merge_update:
 * @txn: the transaction
 * @who: who changes it
 * @before: a customer
 * @after: what a patch made of it
 * @error: return location
 *
 * Writes a customer, merged into another one or taken out again if the patch says so, and then nothing else.
 *
 * Returns: whether all was written
 */
gboolean
csm_customer_merge_update (CsmTxn              *txn,
                           const CsmPrincipal  *who,
                           JsonObject          *before,
                           JsonObject          *after,
                           GError             **error)
{
  g_autoptr (GPtrArray) changed = csm_record_changed (csm_record_type_get (CSM_TYPE_ID_CUSTOMER), before, after);
  const char *from = csm_json_get_string (before, "mergedIntoId");
  g_autofree char *to = g_strdup (csm_json_get_string (after, "mergedIntoId"));

  if (g_strcmp0 (from, to) == 0)
    {
      /* Its addresses are the other one's. */
      if (from != NULL && g_ptr_array_find_with_equal_func (changed, "identities", g_str_equal, NULL))
        return invalid (error, "identities");
      return csm_desk_save (txn, CSM_TYPE_ID_CUSTOMER, after, error);
    }
  if (!may_merge (who, error))
    return FALSE;
  if (changed->len != 1)
    return invalid (error, "mergedIntoId");
  if (from != NULL && !unmerge (txn, who, after, error))
    return FALSE;
  if (to == NULL)
    return TRUE;
  csm_json_set_string (after, "mergedIntoId", to);
  return merge (txn, who, after, error);
}

/* --- Some addresses are somebody else's ------------------------------------------------------------------------------------------ */

static gboolean
has_address (JsonObject *identities,
             JsonArray  *list)
{
  for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
    {
      const char *address = csm_json_get_string (csm_desk_object_at (list, i), "address");
      g_autofree char *lower = address != NULL ? g_utf8_strdown (address, -1) : NULL;
      g_autofree char *key = lower != NULL ? g_strconcat ("email:", lower, NULL) : NULL;

      if (key != NULL && json_object_has_member (identities, key))
        return TRUE;
    }
  return FALSE;
}

/* Who wrote first; whom we wrote to, when nobody answered. */
static gboolean
is_with (CsmTxn      *txn,
         const char  *conversation_id,
         JsonObject  *identities,
         gboolean    *is,
         GError     **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_MESSAGE), "conversationId", conversation_id, error);
  gboolean written_to = FALSE;

  *is = FALSE;
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      g_autoptr (JsonObject) message = csm_desk_load (txn, CSM_TYPE_ID_MESSAGE, g_ptr_array_index (ids, i), error);

      if (message == NULL)
        return FALSE;
      if (g_strcmp0 (csm_json_get_string (message, "direction"), "in") == 0)
        {
          *is = has_address (identities, csm_json_get_array (message, "from"));
          return TRUE;
        }
      written_to |= has_address (identities, csm_json_get_array (message, "to"));
    }
  *is = written_to;
  return ids != NULL;
}

/* Cases in which nothing is left of the other one's. */
static gboolean
move_cases (CsmTxn      *txn,
            const char  *person_id,
            GHashTable  *cases,
            const char  *from_id,
            const char  *to_id,
            GError     **error)
{
  GHashTableIter iter;
  gpointer case_id;

  g_hash_table_iter_init (&iter, cases);
  while (g_hash_table_iter_next (&iter, &case_id, NULL))
    {
      g_autoptr (JsonObject) case_ = csm_desk_load (txn, CSM_TYPE_ID_CASE, case_id, error);
      g_autoptr (GPtrArray) ids = NULL;
      gboolean left = FALSE;

      if (case_ == NULL)
        return FALSE;
      ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CONVERSATION), "caseId", case_id, error);
      for (guint i = 0; ids != NULL && i < ids->len && !left; i++)
        {
          g_autoptr (JsonObject) conversation = csm_desk_load (txn, CSM_TYPE_ID_CONVERSATION, g_ptr_array_index (ids, i), error);

          if (conversation == NULL)
            return FALSE;
          left = g_strcmp0 (csm_json_get_string (conversation, "customerId"), from_id) == 0;
        }
      if (ids == NULL)
        return FALSE;
      if (!left && g_strcmp0 (csm_json_get_string (case_, "customerId"), from_id) == 0 && !move_case (txn, person_id, case_id, to_id, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
move_conversations (CsmTxn      *txn,
                    const char  *person_id,
                    const char  *from_id,
                    const char  *to_id,
                    JsonObject  *identities,
                    GError     **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CONVERSATION), "customerId", from_id, error);
  g_autoptr (GHashTable) cases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      g_autoptr (JsonObject) conversation = NULL;
      gboolean is;

      if (!is_with (txn, g_ptr_array_index (ids, i), identities, &is, error))
        return FALSE;
      if (!is)
        continue;
      conversation = csm_desk_load (txn, CSM_TYPE_ID_CONVERSATION, g_ptr_array_index (ids, i), error);
      if (conversation == NULL)
        return FALSE;
      g_hash_table_add (cases, g_strdup (csm_json_get_string (conversation, "caseId")));
      csm_json_set_string (conversation, "customerId", to_id);
      if (!csm_desk_save (txn, CSM_TYPE_ID_CONVERSATION, conversation, error))
        return FALSE;
    }
  return ids != NULL && move_cases (txn, person_id, cases, from_id, to_id, error);
}

/**
 * csm_customer_split_off:
 * @txn: the transaction
 * @who: who does it
 * @id: the id of a new customer
 * @record: the customer, with `splitFromId` and some of that one's addresses
 * @error: return location
 *
 * Makes some of a customer's addresses another customer's, with the conversations that were led with them. Merging the new one into
 * the old one takes it back.
 *
 * Returns: whether all was written
 */
gboolean
csm_customer_split_off (CsmTxn              *txn,
                        const CsmPrincipal  *who,
                        const char          *id,
                        JsonObject          *record,
                        GError             **error)
{
  /* The record gets another one on the way. */
  g_autoptr (JsonObject) given = json_object_ref (csm_json_get_object (record, "identities"));
  g_autoptr (GList) keys = json_object_get_members (given);
  g_autofree char *from_id = NULL;
  g_autoptr (JsonObject) from = NULL;
  gboolean some = FALSE;

  if (!may_merge (who, error))
    return FALSE;
  from_id = csm_merge_check (txn, CSM_TYPE_ID_CUSTOMER, id, csm_json_get_string (record, "splitFromId"), error);
  from = from_id != NULL ? csm_desk_load (txn, CSM_TYPE_ID_CUSTOMER, from_id, error) : NULL;
  if (from == NULL)
    return FALSE;
  for (GList *l = keys; l != NULL; l = l->next)
    {
      JsonNode *value = json_object_get_member (csm_json_get_object (from, "identities"), l->data);

      if (value == NULL)
        continue;
      set_identity (record, l->data, value);
      set_identity (from, l->data, NULL);
      some = TRUE;
    }
  if (!some)
    return invalid (error, "identities");
  return csm_desk_save (txn, CSM_TYPE_ID_CUSTOMER, from, error) &&
         csm_desk_add (txn, CSM_TYPE_ID_CUSTOMER, id, record, error) &&
         move_conversations (txn, who->person_id, from_id, id, csm_json_get_object (record, "identities"), error);
}

/**
 * csm_customer_follow:
 * @txn: the transaction
 * @address: (nullable): the normalised address of who a mail is from or to
 * @case_id: the case that it opened
 * @conversation_id: its conversation
 * @error: return location
 *
 * What comes from an address that a merge brought to its customer goes back with it.
 *
 * Returns: whether it worked
 */
gboolean
csm_customer_follow (CsmTxn      *txn,
                     const char  *address,
                     const char  *case_id,
                     const char  *conversation_id,
                     GError     **error)
{
  g_autofree char *key = NULL;

  if (address == NULL)
    return TRUE;
  key = g_strconcat ("email:", address, NULL);
  return csm_txn_inherit_moves (txn, key, case_id, "customerId", error) &&
         csm_txn_inherit_moves (txn, key, conversation_id, "customerId", error);
}

/* --- What would happen ------------------------------------------------------------------------------------------------------------- */

static gboolean
is_empty (JsonNode *node)
{
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_object_get_size (json_node_get_object (node)) == 0;
  return csm_json_is_string (node) && *json_node_get_string (node) == '\0';
}

static JsonArray *
list_differences (JsonObject *customer,
                  JsonObject *into)
{
  JsonArray *differ = json_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (compared); i++)
    {
      JsonNode *value = json_object_get_member (customer, compared[i]), *other = json_object_get_member (into, compared[i]);
      JsonObject *pair;

      if (is_empty (value) || (!is_empty (other) && json_node_equal (value, other)))
        continue;
      pair = json_object_new ();
      csm_json_set_string (pair, "property", compared[i]);
      json_object_set_member (pair, "value", csm_json_copy (value));
      json_object_set_member (pair, "intoValue", other != NULL ? csm_json_copy (other) : json_node_new (JSON_NODE_NULL));
      json_array_add_object_element (differ, pair);
    }
  return differ;
}

static gboolean
count_type (CsmTxn      *txn,
            CsmTypeId    type,
            const char  *customer_id,
            JsonObject  *plan,
            const char  *member,
            GError     **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), "customerId", customer_id, error);

  if (ids == NULL)
    return FALSE;
  json_object_set_int_member (plan, member, ids->len);
  return TRUE;
}

/**
 * csm_customer_merge_plan:
 * @txn: a transaction
 * @id: a customer
 * @into_id: another one
 * @error: `CSM_DESK_ERROR_NOT_FOUND`, `CSM_DESK_ERROR_INVALID_PROPERTIES` when it would go round in a circle
 *
 * What merging the one into the other would move, and what the other one says otherwise: those values stay as they are.
 *
 * Returns: (transfer full): `{id, intoId, cases, conversations, identities, differ: [{property, value, intoValue}]}`
 */
JsonObject *
csm_customer_merge_plan (CsmTxn      *txn,
                         const char  *id,
                         const char  *into_id,
                         GError     **error)
{
  g_autoptr (JsonObject) customer = csm_desk_load (txn, CSM_TYPE_ID_CUSTOMER, id, error);
  g_autofree char *survivor = customer != NULL ? csm_merge_check (txn, CSM_TYPE_ID_CUSTOMER, id, into_id, error) : NULL;
  g_autoptr (JsonObject) into = survivor != NULL ? csm_desk_load (txn, CSM_TYPE_ID_CUSTOMER, survivor, error) : NULL;
  g_autoptr (JsonObject) plan = json_object_new ();
  JsonObject *identities = csm_json_get_object (customer, "identities");

  if (into == NULL)
    return NULL;
  csm_json_set_string (plan, "id", id);
  csm_json_set_string (plan, "intoId", survivor);
  json_object_set_int_member (plan, "identities", identities != NULL ? json_object_get_size (identities) : 0);
  json_object_set_array_member (plan, "differ", list_differences (customer, into));
  if (!count_type (txn, CSM_TYPE_ID_CASE, id, plan, "cases", error) || !count_type (txn, CSM_TYPE_ID_CONVERSATION, id, plan, "conversations", error))
    return NULL;
  return g_steal_pointer (&plan);
}
