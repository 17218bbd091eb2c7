/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-invite.h"

#include <string.h>

#include "csm-address.h"
#include "csm-desk-records.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-rules.h"

/**
 * csm_invite_clear:
 * @self: an invitation
 */
void
csm_invite_clear (CsmInvite *self)
{
  g_clear_pointer (&self->person_id, g_free);
  g_clear_pointer (&self->team_id, g_free);
}

static gboolean
invalid (GError     **error,
         const char  *property)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

/* --- The partner ------------------------------------------------------------------------------------------------------ */

typedef struct
{
  const char *name;
  char       *id;
} FindTeam;

static gboolean
look_at_team (const char *id,
              const char *json,
              gpointer    user_data)
{
  FindTeam *find = user_data;
  g_autoptr (JsonNode) node = csm_json_parse_trusted (json, -1);
  JsonObject *team = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *name = csm_json_get_string (team, "name");
  g_autofree char *a = name != NULL ? g_utf8_casefold (name, -1) : NULL;
  g_autofree char *b = g_utf8_casefold (find->name, -1);

  if (g_strcmp0 (a, b) == 0 && g_strcmp0 (csm_json_get_string (team, "department"), "partner") == 0)
    find->id = g_strdup (id);
  return find->id == NULL;
}

static gboolean
find_partner (CsmInvite           *self,
              CsmTxn              *txn,
              const CsmPrincipal  *who,
              GError             **error)
{
  FindTeam find = { self->partner_name, NULL };
  g_autoptr (JsonObject) team = NULL;

  if (self->partner_id != NULL)
    {
      team = csm_desk_load (txn, CSM_TYPE_ID_TEAM, self->partner_id, error);
      if (team == NULL)
        return FALSE;
      self->team_id = g_strdup (self->partner_id);
      return g_strcmp0 (csm_json_get_string (team, "department"), "partner") == 0 || invalid (error, "partnerId");
    }
  if (self->partner_name == NULL || *self->partner_name == '\0' || strlen (self->partner_name) > 1000 || !g_utf8_validate (self->partner_name, -1, NULL))
    return invalid (error, "partnerName");
  if (!csm_txn_each (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_TEAM), G_MAXINT32, look_at_team, &find, error))
    return FALSE;
  self->team_id = find.id;
  if (self->team_id != NULL)
    return TRUE;
  if (!csm_rules_may (who, CSM_ACTION_INVITE_GUESTS, error))
    return FALSE;
  self->team_id = csm_id_new ('t');
  team = json_object_new ();
  csm_json_set_string (team, "name", self->partner_name);
  csm_json_set_string (team, "department", "partner");
  return csm_desk_add (txn, CSM_TYPE_ID_TEAM, self->team_id, team, error);
}

/* --- The guest --------------------------------------------------------------------------------------------------------- */

/* People name their teams and teams their members. */
static gboolean
join_team (CsmInvite   *self,
           CsmTxn      *txn,
           GError     **error)
{
  g_autoptr (JsonObject) team = csm_desk_load (txn, CSM_TYPE_ID_TEAM, self->team_id, error);

  if (team == NULL)
    return FALSE;
  csm_desk_set_key (team, "memberIds", self->person_id);
  return csm_desk_save (txn, CSM_TYPE_ID_TEAM, team, error);
}

static gboolean
add_guest (CsmInvite           *self,
           CsmTxn              *txn,
           const CsmPrincipal  *who,
           GError             **error)
{
  g_autoptr (JsonObject) person = json_object_new ();
  gboolean is_named = self->name != NULL && *self->name != '\0';

  if (!csm_rules_may (who, CSM_ACTION_INVITE_GUESTS, error) || !find_partner (self, txn, who, error))
    return FALSE;
  if (is_named && (strlen (self->name) > 1000 || !g_utf8_validate (self->name, -1, NULL)))
    return invalid (error, "name");
  self->person_id = csm_id_new ('p');
  self->needs_code = TRUE;
  csm_json_set_string (person, "name", is_named ? self->name : self->address);
  csm_json_set_string (person, "email", self->address);
  csm_json_set_string (person, "kind", "guest");
  csm_json_set_string (person, "role", "guest");
  csm_desk_set_key (person, "teamIds", self->team_id);
  return csm_desk_add (txn, CSM_TYPE_ID_PERSON, self->person_id, person, error) && join_team (self, txn, error);
}

static char *
team_of (JsonObject *person)
{
  JsonObject *teams = csm_json_get_object (person, "teamIds");
  g_autoptr (GList) ids = teams != NULL ? json_object_get_members (teams) : NULL;

  return ids != NULL ? g_strdup (ids->data) : NULL;
}

/* Who was a guest before: one partner's, whose name need not be said again. */
static gboolean
take_guest (CsmInvite           *self,
            CsmTxn              *txn,
            const CsmPrincipal  *who,
            GError             **error)
{
  g_autoptr (JsonObject) person = csm_desk_load (txn, CSM_TYPE_ID_PERSON, self->person_id, error);
  g_autofree char *team = person != NULL ? team_of (person) : NULL;
  g_autofree char *hash = NULL;
  g_autofree char *unused = NULL;
  GError *local = NULL;

  if (person == NULL)
    return FALSE;
  if (g_strcmp0 (csm_json_get_string (person, "kind"), "guest") != 0)
    return invalid (error, "address");
  if (team != NULL && self->partner_id == NULL && self->partner_name == NULL)
    self->team_id = g_strdup (team);
  else if (!find_partner (self, txn, who, error))
    return FALSE;
  if (team != NULL && !g_str_equal (team, self->team_id))
    return invalid (error, "partnerId");
  if (team == NULL || !csm_json_get_boolean (person, "active"))
    {
      if (!csm_rules_may (who, CSM_ACTION_INVITE_GUESTS, error))
        return FALSE;
      json_object_set_boolean_member (person, "active", TRUE);
      csm_desk_set_key (person, "teamIds", self->team_id);
      if (!csm_desk_save (txn, CSM_TYPE_ID_PERSON, person, error) || !join_team (self, txn, error))
        return FALSE;
    }
  hash = csm_txn_get_password (txn, self->address, &unused, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  self->needs_code = hash == NULL;
  return !self->needs_code || csm_rules_may (who, CSM_ACTION_INVITE_GUESTS, error);
}

/* --- The case ------------------------------------------------------------------------------------------------------------ */

static gboolean
share (CsmInvite           *self,
       CsmTxn              *txn,
       const CsmPrincipal  *who,
       GError             **error)
{
  g_autoptr (JsonObject) before = csm_desk_load (txn, CSM_TYPE_ID_CASE, self->case_id, error);
  g_autoptr (JsonObject) after = before != NULL ? csm_json_copy_object (before) : NULL;
  JsonObject *partners, *old, *one;

  if (after == NULL)
    return FALSE;
  if (csm_json_get_string (before, "mergedIntoId") != NULL)
    return invalid (error, "caseId");
  old = csm_json_get_object (csm_json_get_object (before, "partners"), self->team_id);
  if (old != NULL && !self->has_conversation)
    return TRUE;
  partners = csm_json_get_object (before, "partners") != NULL ? csm_json_copy_object (csm_json_get_object (before, "partners")) : json_object_new ();
  one = json_object_new ();
  json_object_set_boolean_member (one, "conversation", self->conversation);
  json_object_set_object_member (partners, self->team_id, one);
  json_object_set_object_member (after, "partners", partners);
  return csm_case_rules_update (txn, who, before, after, NULL, error);
}

/**
 * csm_invite_apply:
 * @self: an invitation
 * @txn: a write transaction
 * @who: who invites
 * @error: `CSM_DESK_ERROR`: the names of the wrong arguments, or the role
 *
 * Makes the partner and the guest where they are missing, and shares the case with them. Whoever may share cases may do so
 * with a guest who is there; new ones take more.
 *
 * Returns: whether it worked
 */
gboolean
csm_invite_apply (CsmInvite           *self,
                  CsmTxn              *txn,
                  const CsmPrincipal  *who,
                  GError             **error)
{
  GError *local = NULL;

  if (!csm_rules_may (who, CSM_ACTION_SHARE_CASES, error))
    return FALSE;
  if (!csm_address_is_valid (self->address))
    return invalid (error, "address");
  if (!csm_id_is_valid (self->case_id, 'c'))
    return invalid (error, "caseId");
  self->person_id = csm_txn_find_person (txn, self->address, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  return (self->person_id != NULL ? take_guest (self, txn, who, error) : add_guest (self, txn, who, error)) && share (self, txn, who, error);
}
