/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rules.h"

#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-history.h"
#include "csm-id.h"
#include "csm-json.h"
#include "csm-time.h"
#include "csm-validate.h"

static gboolean
invalid (GError     **error,
         const char  *property)
{
  return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, property);
}

/**
 * csm_rules_check_partners:
 * @txn: the transaction
 * @record: a case
 * @error: `CSM_DESK_ERROR_INVALID_PROPERTIES`
 *
 * Returns: whether `partners` names teams of guests only, and says of each no more than whether they see the messages
 */
gboolean
csm_rules_check_partners (CsmTxn      *txn,
                          JsonObject  *record,
                          GError     **error)
{
  JsonObject *partners = csm_json_get_object (record, "partners");
  g_autoptr (GList) ids = partners != NULL ? json_object_get_members (partners) : NULL;

  for (GList *l = ids; l != NULL; l = l->next)
    {
      JsonObject *share = csm_json_get_object (partners, l->data);
      g_autoptr (GError) local = NULL;
      g_autoptr (JsonObject) team = csm_desk_peek (txn, CSM_TYPE_ID_TEAM, l->data, &local);
      JsonNode *node = share != NULL ? json_object_get_member (share, "conversation") : NULL;

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (g_strcmp0 (csm_json_get_string (team, "department"), "partner") != 0 || share == NULL || json_object_get_size (share) > (node != NULL) ||
          (node != NULL && (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)))
        return invalid (error, "partners");
    }
  return TRUE;
}

/* A guest learns nothing of a case that they don't see, not even that it is there. */
static gboolean
check_case (CsmTxn              *txn,
            const CsmPrincipal  *who,
            JsonObject          *record,
            GError             **error)
{
  const char *case_id = csm_json_get_string (record, "caseId"), *partner_id = csm_json_get_string (record, "partnerId");
  g_autofree char *home = NULL;
  g_autofree char *wanted = csm_id_with_letter (partner_id, 'G');
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonObject) case_ = csm_desk_peek (txn, CSM_TYPE_ID_CASE, case_id, &local);

  if (local == NULL && who->projection != 0)
    home = csm_txn_account_id (txn, who->projection, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (who->projection != 0 && !g_str_equal (home, wanted))
    return invalid (error, "partnerId");
  if (case_ == NULL || csm_json_get_string (case_, "mergedIntoId") != NULL || (who->projection != 0 && !csm_json_has_key (case_, "partners", partner_id)))
    return invalid (error, "caseId");
  return csm_json_has_key (case_, "partners", partner_id) || invalid (error, "partnerId");
}

/* A guest takes no part in the case: its colleagues see that something happened, no more. */
static gboolean
touch (CsmTxn              *txn,
       const CsmPrincipal  *who,
       const char          *case_id,
       gint64               now,
       const char          *id,
       GError             **error)
{
  g_autoptr (JsonObject) case_ = NULL;

  if (who->projection == 0)
    return csm_case_rules_touch (txn, who, case_id, now, NULL, id, error);
  case_ = csm_desk_load (txn, CSM_TYPE_ID_CASE, case_id, error);
  if (case_ == NULL)
    return FALSE;
  csm_case_note_activity (case_, now);
  return csm_desk_save (txn, CSM_TYPE_ID_CASE, case_, error);
}

/* A guest is answered with what is in the account that they wrote to. */
static gboolean
follow (CsmTxn              *txn,
        const CsmPrincipal  *who,
        GError             **error)
{
  return who->projection == 0 || csm_txn_project (txn, error);
}

/**
 * csm_shared_comment_rules_create:
 * @txn: the transaction
 * @who: its author: a colleague, or a guest of the partner
 * @id: its id
 * @record: the comment
 * @error: return location
 *
 * Returns: whether it was written, into the workspace and what the partner sees
 */
gboolean
csm_shared_comment_rules_create (CsmTxn              *txn,
                                 const CsmPrincipal  *who,
                                 const char          *id,
                                 JsonObject          *record,
                                 GError             **error)
{
  gint64 now = csm_time_now ();

  csm_json_set_string (record, "authorId", who->person_id);
  csm_json_set_time (record, "at", now);
  json_object_set_null_member (record, "editedAt");
  if (csm_json_get_boolean (record, "deleted"))
    return invalid (error, "deleted");
  return check_case (txn, who, record, error) &&
         csm_rules_need_blobs (txn, who, record, error) &&
         touch (txn, who, csm_json_get_string (record, "caseId"), now, id, error) &&
         csm_desk_add (txn, CSM_TYPE_ID_SHARED_COMMENT, id, record, error) &&
         follow (txn, who, error);
}

/**
 * csm_shared_comment_rules_update:
 * @txn: the transaction
 * @who: who changes it
 * @before: the comment, as its writer's account has it
 * @after: what a patch made of it
 * @error: return location
 *
 * The words are their author's alone. Of what is deleted an empty shell stays.
 *
 * Returns: whether it was written
 */
gboolean
csm_shared_comment_rules_update (CsmTxn              *txn,
                                 const CsmPrincipal  *who,
                                 JsonObject          *before,
                                 JsonObject          *after,
                                 GError             **error)
{
  g_autoptr (GPtrArray) changed = csm_record_changed (csm_record_type_get (CSM_TYPE_ID_SHARED_COMMENT), before, after);
  const char *id = csm_json_get_string (before, "id"), *case_id = csm_json_get_string (before, "caseId");
  gint64 now = csm_time_now ();
  g_autoptr (JsonObject) record = NULL;

  if (changed->len == 0)
    return TRUE;
  if (csm_json_get_boolean (before, "deleted"))
    return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "The comment was deleted");
  if (g_strcmp0 (csm_json_get_string (before, "authorId"), who->person_id) != 0)
    return csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "Only its author may change a comment");
  if (!csm_rules_need_blobs (txn, who, after, error))
    return FALSE;
  record = csm_desk_load (txn, CSM_TYPE_ID_SHARED_COMMENT, id, error);
  if (record == NULL)
    return FALSE;
  csm_json_set_time (record, "editedAt", now);
  if (csm_json_get_boolean (after, "deleted"))
    {
      json_object_set_boolean_member (record, "deleted", TRUE);
      csm_json_set_string (record, "body", "");
      json_object_set_array_member (record, "attachments", json_array_new ());
      return csm_desk_save (txn, CSM_TYPE_ID_SHARED_COMMENT, record, error) &&
             csm_history_add (txn, case_id, who->person_id, "commentDeleted", NULL, NULL, NULL, id, error) &&
             follow (txn, who, error);
    }
  csm_json_set_string (record, "body", csm_json_get_string (after, "body"));
  json_object_set_array_member (record, "attachments", json_array_ref (csm_json_get_array (after, "attachments")));
  return touch (txn, who, case_id, now, id, error) &&
         csm_desk_save (txn, CSM_TYPE_ID_SHARED_COMMENT, record, error) &&
         follow (txn, who, error);
}
