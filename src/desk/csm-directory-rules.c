/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rules.h"

#include "csm-address.h"
#include "csm-audit.h"
#include "csm-away.h"
#include "csm-customer-merge.h"
#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-merge.h"
#include "csm-tag-rules.h"
#include "csm-time.h"
#include "csm-validate.h"

#define MAX_PEOPLE 100000

static gboolean
forbidden (GError **error)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "The role does not allow this");
}

/* --- People ------------------------------------------------------------------------------------------------------ */

static gboolean
may_change_person (const CsmPrincipal *who,
                   const char         *person_id,
                   const char         *property)
{
  static const char *const own[] = { "name", "awayFrom", "awayUntil", "standInId", "whenAway", "avatarBlobId", "timeZone", "expertise", "signatures", NULL };
  static const char *const lead[] = { "teamIds", "expertise", "awayFrom", "awayUntil", "standInId", "whenAway", "takesCases", NULL };

  if (csm_role_may (who->role, CSM_ACTION_CHANGE_ROLES))
    return TRUE;
  if (csm_role_may (who->role, CSM_ACTION_CHANGE_PEOPLE) && g_strv_contains (lead, property))
    return TRUE;
  return g_strcmp0 (who->person_id, person_id) == 0 && g_strv_contains (own, property);
}

typedef struct
{
  const char *person_id;
  guint       others;
} CountAdmins;

static gboolean
count_admin (const char *id,
             const char *json,
             gpointer    user_data)
{
  CountAdmins *count = user_data;
  g_autoptr (JsonNode) node = csm_json_parse_trusted (json, -1);
  JsonObject *person = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (g_strcmp0 (id, count->person_id) != 0 && csm_json_get_boolean (person, "active") &&
      g_strcmp0 (csm_json_get_string (person, "role"), "admin") == 0)
    count->others++;
  return TRUE;
}

static gboolean
is_active_admin (JsonObject *person)
{
  return csm_json_get_boolean (person, "active") && g_strcmp0 (csm_json_get_string (person, "role"), "admin") == 0;
}

/* A workspace that nobody may administer could not be mended from inside. */
static gboolean
check_last_admin (CsmTxn      *txn,
                  JsonObject  *before,
                  JsonObject  *after,
                  GError     **error)
{
  CountAdmins count = { csm_json_get_string (before, "id"), 0 };

  if (!is_active_admin (before) || is_active_admin (after))
    return TRUE;
  if (!csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), MAX_PEOPLE, count_admin, &count, error))
    return FALSE;
  return count.others > 0 || csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "The last admin stays one");
}

/* People name their teams and teams their members: whichever side is written, the other follows. */
static gboolean
mirror (CsmTxn      *txn,
        CsmTypeId    other,
        const char  *member,
        const char  *id,
        JsonObject  *before,
        JsonObject  *after,
        GError     **error)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GList) old = before != NULL ? json_object_get_members (before) : NULL;
  g_autoptr (GList) new = after != NULL ? json_object_get_members (after) : NULL;
  GHashTableIter iter;
  gpointer key;

  for (GList *l = old; l != NULL; l = l->next)
    g_hash_table_add (ids, l->data);
  for (GList *l = new; l != NULL; l = l->next)
    g_hash_table_add (ids, l->data);
  g_hash_table_iter_init (&iter, ids);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      gboolean was = before != NULL && json_object_has_member (before, key);
      gboolean is = after != NULL && json_object_has_member (after, key);
      g_autoptr (JsonObject) record = NULL;

      if (was == is)
        continue;
      record = csm_desk_load (txn, other, key, error);
      if (record == NULL)
        return FALSE;
      csm_desk_set_key (record, member, id);
      if (!is)
        json_object_remove_member (csm_json_get_object (record, member), id);
      if (!csm_desk_save (txn, other, record, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_email (CsmTxn      *txn,
             const char  *id,
             JsonObject  *record,
             GError     **error)
{
  const char *email = csm_json_get_string (record, "email");
  g_autofree char *other = NULL;
  GError *local = NULL;

  if (!csm_address_is_valid (email))
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "email");
  other = csm_txn_find_person (txn, email, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  return other == NULL || g_str_equal (other, id) || csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "email");
}

static gboolean
check_avatar (CsmTxn              *txn,
              const CsmPrincipal  *who,
              JsonObject          *record,
              GError             **error)
{
  const char *blob_id = csm_json_get_string (record, "avatarBlobId");
  GError *local = NULL;

  if (blob_id == NULL || csm_txn_may_read_blob (txn, CSM_ACCOUNT_WORKSPACE, blob_id, who->person_id, &local))
    return TRUE;
  if (local == NULL)
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "avatarBlobId");
  g_propagate_error (error, local);
  return FALSE;
}

static gboolean
check_zone (JsonObject  *record,
            GError     **error)
{
  const char *name = csm_json_get_string (record, "timeZone");
  g_autoptr (GTimeZone) zone = name != NULL ? g_time_zone_new_identifier (name) : NULL;

  return name == NULL || zone != NULL || csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "timeZone");
}

/* A guest is one partner's and stays a guest; colleagues don't become guests. */
static gboolean
check_guest (CsmTxn      *txn,
             JsonObject  *person,
             GError     **error)
{
  gboolean is_guest = g_strcmp0 (csm_json_get_string (person, "kind"), "guest") == 0;
  JsonObject *teams = csm_json_get_object (person, "teamIds");
  g_autoptr (GList) ids = is_guest && teams != NULL ? json_object_get_members (teams) : NULL;

  if (is_guest != (g_strcmp0 (csm_json_get_string (person, "role"), "guest") == 0))
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "role");
  for (GList *l = ids; l != NULL; l = l->next)
    {
      g_autoptr (JsonObject) team = csm_desk_load (txn, CSM_TYPE_ID_TEAM, l->data, error);

      if (team == NULL)
        return FALSE;
      if (l->next != NULL || g_strcmp0 (csm_json_get_string (team, "department"), "partner") != 0)
        return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "teamIds");
    }
  return TRUE;
}

static gboolean
create_person (CsmTxn              *txn,
               const CsmPrincipal  *who,
               const char          *id,
               JsonObject          *record,
               GError             **error)
{
  if (!csm_rules_may (who, CSM_ACTION_ADD_PEOPLE, error))
    return FALSE;
  return check_guest (txn, record, error) &&
         check_email (txn, id, record, error) &&
         check_avatar (txn, who, record, error) &&
         check_zone (record, error) &&
         csm_rules_need_keys (txn, CSM_TYPE_ID_TEAM, record, "teamIds", error) &&
         csm_desk_add (txn, CSM_TYPE_ID_PERSON, id, record, error) &&
         mirror (txn, CSM_TYPE_ID_TEAM, "memberIds", id, NULL, csm_json_get_object (record, "teamIds"), error);
}

static gboolean
update_person (CsmTxn              *txn,
               const CsmPrincipal  *who,
               JsonObject          *before,
               JsonObject          *after,
               GError             **error)
{
  g_autoptr (GPtrArray) changed = csm_record_changed (csm_record_type_get (CSM_TYPE_ID_PERSON), before, after);
  const char *id = csm_json_get_string (after, "id");

  for (guint i = 0; i < changed->len; i++)
    {
      const char *name = g_ptr_array_index (changed, i);
      gboolean good = TRUE;

      if (!may_change_person (who, id, name))
        return forbidden (error);
      if (g_str_equal (name, "email"))
        good = check_email (txn, id, after, error);
      else if (g_str_equal (name, "avatarBlobId"))
        good = check_avatar (txn, who, after, error);
      else if (g_str_equal (name, "timeZone"))
        good = check_zone (after, error);
      else if (g_str_equal (name, "teamIds"))
        good = csm_rules_need_keys (txn, CSM_TYPE_ID_TEAM, after, name, error);
      if (!good)
        return FALSE;
    }
  return check_last_admin (txn, before, after, error) &&
         check_guest (txn, after, error) &&
         csm_away_check (txn, before, after, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_PERSON, after, error) &&
         csm_away_settle (txn, id, csm_time_now (), NULL, error) &&
         mirror (txn, CSM_TYPE_ID_TEAM, "memberIds", id, csm_json_get_object (before, "teamIds"), csm_json_get_object (after, "teamIds"), error);
}

/* --- Teams, customers ---------------------------------------------------------------------------------------------- */

/* Guests who join see all that is shared with the partner, and the partner's own they can't be twice. */
static gboolean
check_members (CsmTxn      *txn,
               JsonObject  *before,
               JsonObject  *record,
               GError     **error)
{
  gboolean is_partner = g_strcmp0 (csm_json_get_string (record, "department"), "partner") == 0;
  JsonObject *members = csm_json_get_object (record, "memberIds");
  g_autoptr (GList) ids = members != NULL ? json_object_get_members (members) : NULL;

  for (GList *l = ids; l != NULL; l = l->next)
    {
      g_autoptr (JsonObject) person = csm_json_has_key (before, "memberIds", l->data) ? NULL : csm_desk_load (txn, CSM_TYPE_ID_PERSON, l->data, error);
      JsonObject *teams = csm_json_get_object (person, "teamIds");

      if (csm_json_has_key (before, "memberIds", l->data))
        continue;
      if (person == NULL)
        return FALSE;
      if (g_strcmp0 (csm_json_get_string (person, "kind"), "guest") == 0 && (!is_partner || (teams != NULL && json_object_get_size (teams) > 0)))
        return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "memberIds");
    }
  return TRUE;
}

static gboolean
check_team (CsmTxn      *txn,
            JsonObject  *before,
            JsonObject  *record,
            GError     **error)
{
  gboolean was_partner = g_strcmp0 (csm_json_get_string (before, "department"), "partner") == 0;

  /* What is shared with a partner hangs on it. */
  if (before != NULL && was_partner != (g_strcmp0 (csm_json_get_string (record, "department"), "partner") == 0))
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "department");
  return csm_rules_need_keys (txn, CSM_TYPE_ID_PERSON, record, "memberIds", error) &&
         check_members (txn, before, record, error) &&
         csm_rules_need (txn, CSM_TYPE_ID_TEAM, record, "escalatesTo", error);
}

/* A key says what it is a key to, in one spelling, and nobody has it yet. */
static gboolean
check_identity (CsmTxn      *txn,
                const char  *id,
                const char  *split_from_id,
                const char  *key,
                JsonObject  *identity,
                GError     **error)
{
  const char *kind = csm_json_get_string (identity, "kind");
  const char *address = csm_json_get_string (identity, "address");
  gboolean is_mail = g_strcmp0 (kind, "email") == 0;
  g_autofree char *normal = is_mail ? csm_address_normalise (address) : g_strdup (address);
  g_autofree char *wanted = g_strdup_printf ("%s:%s", kind, normal);
  g_autofree char *owner = NULL;
  GError *local = NULL;

  if (kind == NULL || normal == NULL || !g_str_equal (wanted, key))
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "identities");
  owner = csm_txn_find_customer (txn, kind, normal, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  return owner == NULL || g_str_equal (owner, id) || g_strcmp0 (owner, split_from_id) == 0 ||
         csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "identities");
}

static gboolean
check_customer (CsmTxn      *txn,
                const char  *id,
                JsonObject  *before,
                JsonObject  *record,
                GError     **error)
{
  JsonObject *identities = csm_json_get_object (record, "identities");
  g_autofree char *split_from_id = NULL;
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (!csm_rules_need_keys (txn, CSM_TYPE_ID_TAG, record, "tags", error))
    return FALSE;
  if (before == NULL && csm_json_get_string (record, "mergedIntoId") != NULL)
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "mergedIntoId");
  if (before == NULL && csm_json_get_string (record, "splitFromId") != NULL)
    {
      split_from_id = csm_merge_check (txn, CSM_TYPE_ID_CUSTOMER, id, csm_json_get_string (record, "splitFromId"), error);
      if (split_from_id == NULL)
        return FALSE;
    }
  json_object_iter_init_ordered (&iter, identities);
  while (json_object_iter_next_ordered (&iter, &key, &node))
    {
      if (!csm_json_has_key (before, "identities", key) && !check_identity (txn, id, split_from_id, key, json_node_get_object (node), error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
create (CsmTxn               *txn,
        const CsmPrincipal   *who,
        const CsmRecordType  *type,
        const char           *id,
        JsonObject           *record,
        GError              **error)
{
  if (type->id == CSM_TYPE_ID_PERSON)
    return create_person (txn, who, id, record, error);
  if (type->id == CSM_TYPE_ID_TEAM)
    {
      if (!csm_rules_may (who, CSM_ACTION_WRITE_TEAMS, error))
        return FALSE;
      return check_team (txn, NULL, record, error) &&
             csm_desk_add (txn, type->id, id, record, error) &&
             mirror (txn, CSM_TYPE_ID_PERSON, "teamIds", id, NULL, csm_json_get_object (record, "memberIds"), error);
    }
  if (type->id == CSM_TYPE_ID_CUSTOMER && !check_customer (txn, id, NULL, record, error))
    return FALSE;
  if (type->id == CSM_TYPE_ID_CUSTOMER && csm_json_get_string (record, "splitFromId") != NULL)
    return csm_customer_split_off (txn, who, id, record, error);
  return csm_desk_add (txn, type->id, id, record, error);
}

/**
 * csm_directory_rules_create:
 * @txn: the transaction
 * @who: who writes
 * @type: Person, Team, Tag or Customer
 * @id: the new id
 * @record: the record
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_directory_rules_create (CsmTxn               *txn,
                            const CsmPrincipal   *who,
                            const CsmRecordType  *type,
                            const char           *id,
                            JsonObject           *record,
                            GError              **error)
{
  return create (txn, who, type, id, record, error) && csm_audit_change (txn, who, type, id, NULL, record, error);
}

static gboolean
update (CsmTxn               *txn,
        const CsmPrincipal   *who,
        const CsmRecordType  *type,
        JsonObject           *before,
        JsonObject           *after,
        GError              **error)
{
  const char *id = csm_json_get_string (after, "id");

  if (type->id == CSM_TYPE_ID_PERSON)
    return update_person (txn, who, before, after, error);
  if (type->id == CSM_TYPE_ID_TEAM)
    {
      if (!csm_rules_may (who, CSM_ACTION_WRITE_TEAMS, error))
        return FALSE;
      return check_team (txn, before, after, error) &&
             csm_desk_save (txn, type->id, after, error) &&
             mirror (txn, CSM_TYPE_ID_PERSON, "teamIds", id, csm_json_get_object (before, "memberIds"), csm_json_get_object (after, "memberIds"), error);
    }
  if (type->id == CSM_TYPE_ID_CHANNEL)
    {
      if (!csm_rules_may (who, CSM_ACTION_CHANGE_CHANNELS, error))
        return FALSE;
      if (csm_json_get_string (after, "address") != NULL && !csm_address_is_valid (csm_json_get_string (after, "address")))
        return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "address");
      if (!csm_rules_need (txn, CSM_TYPE_ID_TEAM, after, "teamId", error))
        return FALSE;
    }
  if (type->id == CSM_TYPE_ID_CUSTOMER)
    return check_customer (txn, id, before, after, error) && csm_customer_merge_update (txn, who, before, after, error);
  return csm_desk_save (txn, type->id, after, error);
}

/**
 * csm_directory_rules_update:
 * @txn: the transaction
 * @who: who writes
 * @type: Person, Team, Channel, Tag or Customer
 * @before: the record
 * @after: what a patch made of it
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_directory_rules_update (CsmTxn               *txn,
                            const CsmPrincipal   *who,
                            const CsmRecordType  *type,
                            JsonObject           *before,
                            JsonObject           *after,
                            GError              **error)
{
  return update (txn, who, type, before, after, error) &&
         csm_audit_change (txn, who, type, csm_json_get_string (after, "id"), before, after, error);
}

/**
 * csm_directory_rules_destroy:
 * @txn: the transaction
 * @who: who writes
 * @type: Tag
 * @id: the tag
 * @error: return location
 *
 * The cases that have the tag lose it, with an Event each.
 *
 * Returns: whether it was destroyed
 */
gboolean
csm_directory_rules_destroy (CsmTxn               *txn,
                             const CsmPrincipal   *who,
                             const CsmRecordType  *type,
                             const char           *id,
                             GError              **error)
{
  return csm_tag_destroy (txn, who, id, error);
}
