/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-ask.h"

#include <glib/gi18n-lib.h>

#include "csm-customer-apart.h"
#include "csm-customer-merge.h"
#include "csm-desk.h"
#include "csm-error.h"
#include "csm-json.h"

static gpointer
plan_in_txn (CsmTxn        *txn,
             gpointer       input,
             GCancellable  *cancellable,
             GError       **error)
{
  CsmAsk *ask = input;
  const char *id = csm_json_get_string (ask->arguments, "id");

  if (!json_object_has_member (ask->arguments, "intoId"))
    return csm_customer_apart_plan (txn, id, error);
  return csm_customer_merge_plan (txn, id, csm_json_get_string (ask->arguments, "intoId"), error);
}

/**
 * csm_ask_customer_merge_plan:
 * @ask: `{id, intoId}`: two customers; without `intoId`, one who was merged
 * @error: return location
 *
 * What merging the one into the other would move, or what would go back to the one who was merged.
 *
 * Returns: (transfer full): `{id, intoId, cases, conversations, identities, differ}`
 */
JsonObject *
csm_ask_customer_merge_plan (CsmAsk  *ask,
                             GError **error)
{
  g_autoptr (GError) local = NULL;
  JsonObject *plan = csm_store_run (ask->store, FALSE, plan_in_txn, ask, &local);

  if (plan != NULL)
    return plan;
  if (g_error_matches (local, CSM_DESK_ERROR, CSM_DESK_ERROR_NOT_FOUND))
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, _("There is no such customer."));
  else if (local->domain == CSM_DESK_ERROR)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, _("Two different customers are needed."));
  else
    g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}
