/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-colleague.h"

#include "csm-assign.h"
#include "csm-desk-records.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-rules.h"
#include "csm-validate.h"

static const char *const working[] = { "new", "open", "waiting", "snoozed", NULL };

static gboolean
change_person (CsmTxn              *txn,
               const CsmPrincipal  *who,
               JsonObject          *before,
               JsonObject          *after,
               GError             **error)
{
  return csm_desk_update (txn, who, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_PERSON), csm_json_get_string (before, "id"), before, after, error);
}

/* Who was invited before and has not come, or has left, is meant again. */
static gboolean
take_again (CsmTxn              *txn,
            const CsmPrincipal  *who,
            const char          *id,
            JsonObject          *person,
            GError             **error)
{
  static const char *const said[] = { "name", "role", "teamIds" };
  g_autoptr (JsonObject) before = csm_desk_load (txn, CSM_TYPE_ID_PERSON, id, error);
  g_autoptr (JsonObject) after = before != NULL ? csm_json_copy_object (before) : NULL;
  g_autofree char *hash = NULL;
  g_autofree char *owner = NULL;
  g_autoptr (GError) local = NULL;

  if (after == NULL)
    return FALSE;
  hash = csm_txn_get_password (txn, csm_json_get_string (before, "email"), &owner, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (hash != NULL || g_strcmp0 (csm_json_get_string (before, "kind"), "staff") != 0)
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "email");
  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    if (json_object_has_member (person, said[i]))
      json_object_set_member (after, said[i], csm_json_copy (json_object_get_member (person, said[i])));
  json_object_set_boolean_member (after, "active", TRUE);
  return change_person (txn, who, before, after, error);
}

/**
 * csm_colleague_invite:
 * @txn: an open transaction for writing
 * @who: who invites
 * @person: `email`, and perhaps `name`, `role` and `teamIds`
 * @error: `CSM_DESK_ERROR`: "email" also for one that a guest has, or somebody who is here already
 *
 * Makes the Person, who can't come in yet.
 *
 * Returns: (transfer full) (nullable): their id
 */
char *
csm_colleague_invite (CsmTxn              *txn,
                      const CsmPrincipal  *who,
                      JsonObject          *person,
                      GError             **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_PERSON);
  const char *email = csm_json_get_string (person, "email");
  g_autoptr (GPtrArray) bad = csm_validate_create (type, person);
  g_autofree char *id = NULL;
  g_autoptr (GError) local = NULL;

  if (!csm_rules_may (who, CSM_ACTION_ADD_PEOPLE, error))
    return NULL;
  if (bad != NULL)
    {
      csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, g_ptr_array_index (bad, 0));
      return NULL;
    }
  id = csm_txn_find_person (txn, email, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  if (id != NULL)
    return take_again (txn, who, id, person, error) ? g_steal_pointer (&id) : NULL;
  id = csm_id_new (type->letter);
  csm_record_fill_defaults (type, person);
  return csm_desk_create (txn, who, CSM_ACCOUNT_WORKSPACE, type, id, person, error) ? g_steal_pointer (&id) : NULL;
}

/**
 * csm_colleague_admit:
 * @txn: an open transaction for writing
 * @who: who says so
 * @person_id: of whom
 * @active: whether they may come in
 * @error: `CSM_DESK_ERROR`; the last admin may always
 *
 * Until somebody comes back, their tokens tell their computers that it is the person who may not come in; from then on they have to sign in again.
 *
 * Returns: whether it was written
 */
gboolean
csm_colleague_admit (CsmTxn              *txn,
                     const CsmPrincipal  *who,
                     const char          *person_id,
                     gboolean             active,
                     GError             **error)
{
  g_autoptr (JsonObject) before = csm_desk_load (txn, CSM_TYPE_ID_PERSON, person_id, error);
  g_autoptr (JsonObject) after = before != NULL ? csm_json_copy_object (before) : NULL;

  if (after == NULL)
    return FALSE;
  json_object_set_boolean_member (after, "active", active);
  return change_person (txn, who, before, after, error) && csm_txn_drop_invitations (txn, person_id, error) &&
         (!active || csm_txn_revoke_token (txn, person_id, NULL, error));
}

static gboolean
hand_back (CsmTxn              *txn,
           const CsmPrincipal  *who,
           JsonObject          *before,
           GError             **error)
{
  g_autoptr (JsonObject) after = csm_json_copy_object (before);
  g_autoptr (JsonObject) now = NULL;

  json_object_set_null_member (after, "ownerId");
  if (!csm_case_rules_update (txn, who, before, after, NULL, error))
    return FALSE;
  now = csm_desk_load (txn, CSM_TYPE_ID_CASE, csm_json_get_string (before, "id"), error);
  if (now == NULL || csm_json_get_string (now, "ownerId") != NULL)
    return now != NULL;
  return csm_assign_fair (txn, now, error) &&
         (csm_json_get_string (now, "ownerId") == NULL || csm_desk_save (txn, CSM_TYPE_ID_CASE, now, error));
}

/**
 * csm_colleague_hand_back:
 * @txn: an open transaction for writing
 * @who: who says so
 * @person_id: somebody who has left
 * @handed: (out): how many cases they were
 * @error: return location
 *
 * Gives their cases that are not resolved back to the teams, who may give them to others. A damaged case is passed over.
 *
 * Returns: whether it worked
 */
gboolean
csm_colleague_hand_back (CsmTxn              *txn,
                         const CsmPrincipal  *who,
                         const char          *person_id,
                         guint               *handed,
                         GError             **error)
{
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (CSM_TYPE_ID_CASE), "ownerId", person_id, error);

  *handed = 0;
  if (!csm_rules_may (who, CSM_ACTION_CHANGE_ROLES, error))
    return FALSE;
  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (JsonObject) case_ = csm_desk_try (txn, CSM_TYPE_ID_CASE, g_ptr_array_index (ids, i), &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (case_ == NULL || !g_strv_contains (working, csm_json_get_string (case_, "status")))
        continue;
      if (!hand_back (txn, who, case_, error))
        return FALSE;
      (*handed)++;
    }
  return ids != NULL;
}
