/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-tag-rules.h"

#include "csm-audit.h"
#include "csm-case-flow.h"
#include "csm-desk-records.h"
#include "csm-history.h"
#include "csm-json.h"
#include "csm-rules.h"

/* @into_id: (nullable): what the cases have instead */
static gboolean
replace (CsmTxn              *txn,
         const CsmPrincipal  *who,
         const char          *id,
         const char          *into_id,
         guint               *n_cases,
         GError             **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_CASE);
  g_autoptr (GPtrArray) ids = csm_txn_ids_where (txn, CSM_ACCOUNT_WORKSPACE, type, "tags", id, error);

  for (guint i = 0; ids != NULL && i < ids->len; i++)
    {
      g_autoptr (JsonObject) before = csm_desk_load (txn, CSM_TYPE_ID_CASE, g_ptr_array_index (ids, i), error);
      g_autoptr (JsonObject) after = before != NULL ? csm_json_copy_object (before) : NULL;
      JsonObject *tags;

      if (after == NULL)
        return FALSE;
      tags = csm_json_copy_object (csm_json_get_object (after, "tags"));
      json_object_remove_member (tags, id);
      if (into_id != NULL)
        json_object_set_boolean_member (tags, into_id, TRUE);
      json_object_set_object_member (after, "tags", tags);
      csm_case_touch_messages (after);
      if (!csm_desk_save (txn, CSM_TYPE_ID_CASE, after, error) ||
          !csm_history_add_changes (txn, who->person_id, before, after, id, error))
        return FALSE;
    }
  if (ids != NULL)
    *n_cases = ids->len;
  return ids != NULL;
}

/**
 * csm_tag_destroy:
 * @txn: an open transaction for writing
 * @who: who does it
 * @id: a tag
 * @error: return location
 *
 * The cases that have it lose it, with an Event each.
 *
 * Returns: whether it was destroyed
 */
gboolean
csm_tag_destroy (CsmTxn              *txn,
                 const CsmPrincipal  *who,
                 const char          *id,
                 GError             **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_TAG);
  g_autoptr (JsonObject) tag = NULL;
  guint n_cases = 0;

  if (!csm_rules_may (who, CSM_ACTION_DESTROY_TAGS, error))
    return FALSE;
  tag = csm_desk_load (txn, CSM_TYPE_ID_TAG, id, error);
  return tag != NULL && replace (txn, who, id, NULL, &n_cases, error) && csm_txn_destroy (txn, CSM_ACCOUNT_WORKSPACE, type, id, error) &&
         csm_audit_change (txn, who, type, id, tag, NULL, error);
}

/**
 * csm_tag_merge:
 * @txn: an open transaction for writing
 * @who: who does it
 * @id: a tag that goes
 * @into_id: what its cases have instead
 * @n_cases: (out): how many there are
 * @error: `CSM_DESK_ERROR`; "intoId": the same tag
 *
 * Returns: whether it was done
 */
gboolean
csm_tag_merge (CsmTxn              *txn,
               const CsmPrincipal  *who,
               const char          *id,
               const char          *into_id,
               guint               *n_cases,
               GError             **error)
{
  const CsmRecordType *type = csm_record_type_get (CSM_TYPE_ID_TAG);
  g_autoptr (JsonObject) tag = NULL;
  g_autoptr (JsonObject) into = NULL;

  if (!csm_rules_may (who, CSM_ACTION_DESTROY_TAGS, error))
    return FALSE;
  if (g_str_equal (id, into_id))
    return csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "intoId");
  tag = csm_desk_load (txn, CSM_TYPE_ID_TAG, id, error);
  into = tag != NULL ? csm_desk_load (txn, CSM_TYPE_ID_TAG, into_id, error) : NULL;
  return into != NULL && replace (txn, who, id, into_id, n_cases, error) && csm_txn_destroy (txn, CSM_ACCOUNT_WORKSPACE, type, id, error) &&
         csm_audit_merge (txn, who, tag, into, error);
}
