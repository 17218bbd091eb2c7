/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-audit.h"

#include <string.h>

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-validate.h"

/* A signature or an acknowledgement may be a page: that it was changed is enough. */
#define LONGEST_VALUE 200
#define MOST_KEYS 50

/* What is told of each type. Times away, pictures and the like are people's own. */
static const char *const of_people[] = { "name", "email", "role", "active", "teamIds", NULL };
static const char *const of_teams[] = { "name", "department", "memberIds", "assignment", "escalatesTo", NULL };
static const char *const of_channels[] = { "name", "address", "enabled", "teamId", "reviewTeamId", "acknowledgement", "plusAddressing", NULL };
static const char *const of_tags[] = { "name", "color", NULL };

static const char *const *
told_of (const CsmRecordType *type)
{
  switch (type->id)
    {
    case CSM_TYPE_ID_PERSON:
      return of_people;
    case CSM_TYPE_ID_TEAM:
      return of_teams;
    case CSM_TYPE_ID_CHANNEL:
      return of_channels;
    case CSM_TYPE_ID_TAG:
      return of_tags;
    default:
      return NULL;
    }
}

/* Returns: (transfer full): the value, or null for one that is too long */
static JsonNode *
short_value (JsonObject *record,
             const char *name)
{
  JsonNode *node = record != NULL && json_object_has_member (record, name) ? json_object_get_member (record, name) : NULL;

  if (node == NULL)
    return json_node_new (JSON_NODE_NULL);
  if (JSON_NODE_HOLDS_VALUE (node) && (json_node_get_value_type (node) != G_TYPE_STRING || strlen (json_node_get_string (node)) <= LONGEST_VALUE))
    return csm_json_copy (node);
  /* A set of ids, not an object of any other kind. */
  if (JSON_NODE_HOLDS_OBJECT (node) && g_str_has_suffix (name, "Ids") && json_object_get_size (json_node_get_object (node)) <= MOST_KEYS)
    return csm_json_copy (node);
  return json_node_new (JSON_NODE_NULL);
}

static JsonObject *
compare (const char *const *names,
         GPtrArray         *changed,
         JsonObject        *before,
         JsonObject        *after)
{
  JsonObject *values = json_object_new ();

  for (guint i = 0; names[i] != NULL; i++)
    {
      JsonObject *value;

      if (changed != NULL && !g_ptr_array_find_with_equal_func (changed, names[i], g_str_equal, NULL))
        continue;
      value = json_object_new ();
      json_object_set_member (value, "before", short_value (before, names[i]));
      json_object_set_member (value, "after", short_value (after, names[i]));
      json_object_set_object_member (values, names[i], value);
    }
  return values;
}

static gboolean
add (CsmTxn              *txn,
     const CsmPrincipal  *who,
     const char          *kind,
     const char          *id,
     const char          *name,
     JsonObject          *values,
     GError             **error)
{
  g_autoptr (JsonObject) detail = json_object_new ();

  csm_json_set_string (detail, "name", name);
  if (values != NULL)
    json_object_set_object_member (detail, "values", json_object_ref (values));
  return csm_txn_add_audit (txn, who->person_id, kind, id, detail, error);
}

/**
 * csm_audit_change:
 * @txn: an open transaction for writing
 * @who: who did it
 * @type: of what; of other types than people, teams, channels and tags nothing is kept
 * @id: which one
 * @before: (nullable): %NULL: it is new
 * @after: (nullable): %NULL: it was deleted
 * @error: return location
 *
 * Returns: whether it was written down
 */
gboolean
csm_audit_change (CsmTxn               *txn,
                  const CsmPrincipal   *who,
                  const CsmRecordType  *type,
                  const char           *id,
                  JsonObject           *before,
                  JsonObject           *after,
                  GError              **error)
{
  const char *const *names = told_of (type);
  const char *name = csm_json_get_string (after != NULL ? after : before, "name");
  g_autoptr (GPtrArray) changed = names != NULL && before != NULL && after != NULL ? csm_record_changed (type, before, after) : NULL;
  g_autoptr (JsonObject) values = NULL;

  if (names == NULL)
    return TRUE;
  if (before == NULL || after == NULL)
    return add (txn, who, before == NULL ? "created" : "deleted", id, name, NULL, error);
  values = compare (names, changed, before, after);
  return json_object_get_size (values) == 0 || add (txn, who, "changed", id, name, values, error);
}

/* @record is gone, and stands for @into from now on. */
gboolean
csm_audit_merge (CsmTxn              *txn,
                 const CsmPrincipal  *who,
                 JsonObject          *record,
                 JsonObject          *into,
                 GError             **error)
{
  g_autoptr (JsonObject) values = json_object_new ();
  JsonObject *value = json_object_new ();

  csm_json_set_string (value, "before", csm_json_get_string (record, "name"));
  csm_json_set_string (value, "after", csm_json_get_string (into, "name"));
  json_object_set_object_member (values, "name", value);
  return add (txn, who, "merged", csm_json_get_string (record, "id"), csm_json_get_string (record, "name"), values, error);
}

/**
 * csm_audit_note:
 * @txn: an open transaction for writing
 * @who: who did it
 * @kind: "code", "signedOut", "mailbox" …
 * @id: (nullable): about whom or what
 * @error: return location
 *
 * What changes no record, such as that somebody was signed out.
 *
 * Returns: whether it was written down
 */
gboolean
csm_audit_note (CsmTxn              *txn,
                const CsmPrincipal  *who,
                const char          *kind,
                const char          *id,
                GError             **error)
{
  const CsmRecordType *type = id != NULL ? csm_record_type_of_id (id) : NULL;
  g_autoptr (JsonObject) record = NULL;
  g_autoptr (GError) local = NULL;

  record = type != NULL ? csm_txn_get (txn, CSM_ACCOUNT_WORKSPACE, type, id, &local) : NULL;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return add (txn, who, kind, id, record != NULL ? csm_json_get_string (record, "name") : NULL, NULL, error);
}
