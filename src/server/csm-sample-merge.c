/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-sample-private.h"

#include "csm-desk.h"
#include "csm-desk-records.h"
#include "csm-json.h"

static gboolean
merge_record (CsmTxn              *txn,
              const CsmPrincipal  *who,
              CsmTypeId            type,
              const char          *id,
              const char          *into_id,
              GError             **error)
{
  g_autoptr (JsonObject) before = csm_desk_load (txn, type, id, error);
  g_autoptr (JsonObject) after = NULL;

  if (before == NULL)
    return FALSE;
  after = csm_json_copy_object (before);
  csm_json_set_string (after, "mergedIntoId", into_id);
  return csm_desk_update (txn, who, CSM_ACCOUNT_WORKSPACE, csm_record_type_get (type), id, before, after, error);
}

/* The case of one mail goes into that of another, and its customer, too. */
static gboolean
merge (CsmSample   *self,
       CsmTxn      *txn,
       JsonObject  *given,
       GError     **error)
{
  GError *local = NULL;
  g_autoptr (JsonObject) case_ = csm_sample_case_of_mail (self, txn, csm_json_get_string (given, "messageId"), &local);
  g_autoptr (JsonObject) into = local == NULL ? csm_sample_case_of_mail (self, txn, csm_json_get_string (given, "into"), &local) : NULL;
  const char *by = csm_json_get_string (given, "by");
  CsmPrincipal who = { .person_id = by != NULL ? g_hash_table_lookup (self->people, by) : NULL, .role = (char *) "agent" };

  if (case_ == NULL || into == NULL || who.person_id == NULL)
    {
      if (local != NULL)
        g_propagate_error (error, local);
      return local == NULL;
    }
  return merge_record (txn, &who, CSM_TYPE_ID_CUSTOMER, csm_json_get_string (case_, "customerId"), csm_json_get_string (into, "customerId"), error) &&
         merge_record (txn, &who, CSM_TYPE_ID_CASE, csm_json_get_string (case_, "id"), csm_json_get_string (into, "id"), error);
}

/**
 * csm_sample_merge:
 * @self: the sample, its mail and cases in place
 * @txn: a write transaction
 * @error: return location
 *
 * Makes one of what is one.
 *
 * Returns: whether it is done
 */
gboolean
csm_sample_merge (CsmSample  *self,
                  CsmTxn     *txn,
                  GError    **error)
{
  JsonObject *given;

  for (guint i = 0; (given = csm_sample_nth (self->workspace, "merges", i)) != NULL; i++)
    if (!merge (self, txn, given, error))
      return FALSE;
  return TRUE;
}
