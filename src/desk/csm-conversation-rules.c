/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rules.h"

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-role.h"
#include "csm-split.h"

static gboolean
may_shape (const CsmPrincipal  *who,
           GError             **error)
{
  return csm_role_may (who->role, CSM_ACTION_MERGE_CASES) ||
         csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, csm_role_why_not (CSM_ACTION_MERGE_CASES, who->role));
}

/**
 * csm_conversation_rules_create:
 * @txn: the transaction
 * @who: who opens it
 * @id: its id
 * @record: the conversation
 * @error: return location
 *
 * A conversation that a person opens, to write first or to note a call; or that takes a part of another one's messages.
 *
 * Returns: whether it was written
 */
gboolean
csm_conversation_rules_create (CsmTxn              *txn,
                               const CsmPrincipal  *who,
                               const char          *id,
                               JsonObject          *record,
                               GError             **error)
{
  gboolean splits = csm_json_get_string (record, "splitFromId") != NULL;

  if (splits != (csm_json_get_string (record, "firstMessageId") != NULL))
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, splits ? "firstMessageId" : "splitFromId");
  if (csm_json_get_string (record, "mergedIntoId") != NULL)
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "mergedIntoId");
  if (!csm_rules_need (txn, CSM_TYPE_ID_CASE, record, "caseId", error) ||
      !csm_rules_need (txn, CSM_TYPE_ID_CUSTOMER, record, "customerId", error) ||
      !csm_rules_need (txn, CSM_TYPE_ID_CHANNEL, record, "channelId", error))
    return FALSE;
  if (splits)
    return may_shape (who, error) && csm_split_off (txn, who, id, record, error);
  return csm_desk_add (txn, CSM_TYPE_ID_CONVERSATION, id, record, error);
}

/**
 * csm_conversation_rules_update:
 * @txn: the transaction
 * @who: who changes it
 * @before: the conversation
 * @after: what a patch made of it
 * @error: return location
 *
 * Its messages go where it goes. To whom and from where one writes in it stays as it is.
 *
 * Returns: whether it was written
 */
gboolean
csm_conversation_rules_update (CsmTxn              *txn,
                               const CsmPrincipal  *who,
                               JsonObject          *before,
                               JsonObject          *after,
                               GError             **error)
{
  static const char *const fixed[] = { "customerId", "channelId", "externalId" };
  gboolean moves = g_strcmp0 (csm_json_get_string (before, "caseId"), csm_json_get_string (after, "caseId")) != 0;
  gboolean merges = g_strcmp0 (csm_json_get_string (before, "mergedIntoId"), csm_json_get_string (after, "mergedIntoId")) != 0;

  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    {
      if (g_strcmp0 (csm_json_get_string (before, fixed[i]), csm_json_get_string (after, fixed[i])) != 0)
        return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, fixed[i]);
    }
  if (moves && merges)
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "mergedIntoId");
  if ((moves || merges) && !may_shape (who, error))
    return FALSE;
  if (moves)
    return csm_split_move (txn, who, before, after, error);
  if (merges)
    return csm_split_join (txn, who, before, after, error);
  return csm_desk_save (txn, CSM_TYPE_ID_CONVERSATION, after, error);
}
