/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-store"
#include "config.h"
#include "csm-txn-private.h"

typedef struct
{
  gint64         modseq;  /* the newest change of the type */
  gpointer       data;
  GDestroyNotify destroy;
} CsmKept;

static void
kept_free (CsmKept *self)
{
  if (self->destroy != NULL)
    self->destroy (self->data);
  g_free (self);
}

/**
 * csm_txn_get_kept:
 * @txn: a transaction
 * @type: a type of the workspace's records
 * @name: what was kept
 * @error: return location
 *
 * Returns: (transfer none) (nullable): what csm_txn_keep() was given; %NULL without an error when there is nothing, or when a record
 *   of @type changed since
 */
gpointer
csm_txn_get_kept (CsmTxn               *txn,
                  const CsmRecordType  *type,
                  const char           *name,
                  GError              **error)
{
  CsmKept *kept = txn->kept != NULL ? g_hash_table_lookup (txn->kept, name) : NULL;
  g_autoptr (GError) local = NULL;

  if (kept == NULL)
    return NULL;
  if (kept->modseq == csm_txn_type_modseq (txn, CSM_ACCOUNT_WORKSPACE, type, &local))
    return kept->data;
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_txn_keep:
 * @txn: a transaction
 * @type: a type of the workspace's records
 * @name: (transfer none): what it is; static
 * @data: (transfer full): what was made of all records of @type as they are now
 * @destroy: (nullable): frees @data
 * @error: return location; @data is freed then
 *
 * Keeps something for the next job of the transaction that asks.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_keep (CsmTxn               *txn,
              const CsmRecordType  *type,
              const char           *name,
              gpointer              data,
              GDestroyNotify        destroy,
              GError              **error)
{
  g_autoptr (GError) local = NULL;
  CsmKept *kept = g_new0 (CsmKept, 1);

  kept->modseq = csm_txn_type_modseq (txn, CSM_ACCOUNT_WORKSPACE, type, &local);
  kept->data = data;
  kept->destroy = destroy;
  if (local != NULL)
    {
      kept_free (kept);
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (txn->kept == NULL)
    txn->kept = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) kept_free);
  g_hash_table_replace (txn->kept, (gpointer) name, kept);
  return TRUE;
}
