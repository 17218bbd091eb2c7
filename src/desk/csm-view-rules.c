/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-rules.h"

#include "csm-json.h"

/* Views: the searches that a person keeps; in the person's own account, and nobody else's business. */

static gboolean
check_own (const CsmPrincipal  *who,
           gint64               account,
           GError             **error)
{
  return account == who->account || csm_rules_refuse (error, CSM_DESK_ERROR_FORBIDDEN, "That is somebody else's account");
}

/**
 * csm_view_rules_create:
 * @txn: the transaction
 * @who: whose it is
 * @account: the person's own account
 * @id: its id
 * @record: the View
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_view_rules_create (CsmTxn              *txn,
                       const CsmPrincipal  *who,
                       gint64               account,
                       const char          *id,
                       JsonObject          *record,
                       GError             **error)
{
  return check_own (who, account, error) && csm_txn_insert (txn, account, csm_record_type_get (CSM_TYPE_ID_VIEW), id, record, error);
}

/**
 * csm_view_rules_update:
 * @txn: the transaction
 * @who: whose it is
 * @account: the person's own account
 * @before: the View
 * @after: what a patch made of it
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
csm_view_rules_update (CsmTxn              *txn,
                       const CsmPrincipal  *who,
                       gint64               account,
                       JsonObject          *before,
                       JsonObject          *after,
                       GError             **error)
{
  return check_own (who, account, error) &&
         csm_txn_update (txn, account, csm_record_type_get (CSM_TYPE_ID_VIEW), csm_json_get_string (after, "id"), after, error);
}

/**
 * csm_view_rules_destroy:
 * @txn: the transaction
 * @who: whose it is
 * @account: the person's own account
 * @id: its id
 * @error: return location
 *
 * Returns: whether it is gone
 */
gboolean
csm_view_rules_destroy (CsmTxn              *txn,
                        const CsmPrincipal  *who,
                        gint64               account,
                        const char          *id,
                        GError             **error)
{
  return check_own (who, account, error) && csm_txn_destroy (txn, account, csm_record_type_get (CSM_TYPE_ID_VIEW), id, error);
}
