/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-customer-apart.h"

#include <string.h>

#include "csm-desk-records.h"
#include "csm-json.h"
#include "csm-move.h"
#include "csm-rules.h"

/* Where a thing of a customer's is now; %NULL without an error: nowhere. */
static char *
find_place (CsmTxn         *txn,
            const CsmMove  *move,
            GError        **error)
{
  g_autoptr (JsonObject) record = NULL;

  if (strchr (move->record_id, ':') != NULL)
    {
      g_auto (GStrv) parts = g_strsplit (move->record_id, ":", 2);

      return csm_txn_find_customer (txn, parts[0], parts[1], error);
    }
  record = csm_desk_load (txn, *move->record_id == 'c' ? CSM_TYPE_ID_CASE : CSM_TYPE_ID_CONVERSATION, move->record_id, error);
  return record != NULL ? g_strdup (csm_json_get_string (record, "customerId")) : NULL;
}

/* Whether the thing would go back: people may have moved it on. */
static gboolean
goes_back (CsmTxn         *txn,
           const CsmMove  *move,
           gboolean       *back,
           GError        **error)
{
  GError *local = NULL;
  g_autofree char *place = find_place (txn, move, &local);
  g_autoptr (GArray) moves = local == NULL ? csm_txn_moves_of (txn, move->record_id, move->property, &local) : NULL;

  *back = FALSE;
  for (guint i = 0; moves != NULL && i < moves->len; i++)
    if (g_array_index (moves, CsmMove, i).row == move->row)
      *back = csm_move_is_there (moves, i, place);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/**
 * csm_customer_apart_plan:
 * @txn: a transaction
 * @id: a customer who was merged into another one
 * @error: `CSM_DESK_ERROR_NOT_FOUND`, `CSM_DESK_ERROR_INVALID_PROPERTIES` when the customer was not merged
 *
 * What would go back to a customer who is taken out of another one again. Changes nothing.
 *
 * Returns: (transfer full): `{id, intoId, cases, conversations, identities, differ}` like that of a merge; nothing differs
 */
JsonObject *
csm_customer_apart_plan (CsmTxn      *txn,
                         const char  *id,
                         GError     **error)
{
  enum { CASES, CONVERSATIONS, IDENTITIES, N_KINDS };
  static const char *const members[N_KINDS] = { "cases", "conversations", "identities" };
  g_autoptr (JsonObject) customer = csm_desk_load (txn, CSM_TYPE_ID_CUSTOMER, id, error);
  g_autoptr (GArray) moves = NULL;
  g_autoptr (GHashTable) counted = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (JsonObject) plan = json_object_new ();
  guint n[N_KINDS] = { 0 };

  if (customer == NULL)
    return NULL;
  if (csm_json_get_string (customer, "mergedIntoId") == NULL)
    {
      csm_rules_refuse (error, CSM_DESK_ERROR_INVALID_PROPERTIES, "mergedIntoId");
      return NULL;
    }
  moves = csm_txn_moves_from (txn, id, "customerId", error);
  for (guint i = 0; moves != NULL && i < moves->len; i++)
    {
      const CsmMove *move = &g_array_index (moves, CsmMove, i);
      gboolean back;

      if (!goes_back (txn, move, &back, error))
        return NULL;
      if (back && g_hash_table_add (counted, move->record_id))
        n[strchr (move->record_id, ':') != NULL ? IDENTITIES : *move->record_id == 'c' ? CASES : CONVERSATIONS]++;
    }
  if (moves == NULL)
    return NULL;
  csm_json_set_string (plan, "id", id);
  csm_json_set_string (plan, "intoId", csm_json_get_string (customer, "mergedIntoId"));
  for (guint i = 0; i < N_KINDS; i++)
    json_object_set_int_member (plan, members[i], n[i]);
  json_object_set_array_member (plan, "differ", json_array_new ());
  return g_steal_pointer (&plan);
}
