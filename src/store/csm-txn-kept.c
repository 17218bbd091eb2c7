/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

typedef struct
{
  gint64         modseq;  /* the newest change of the type in the transaction; 0: none */
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

/* The newest change of the workspace's @type in this transaction: nobody else writes while it lasts, and a reader sees nothing newer. */
static gint64
newest_change (CsmTxn              *txn,
               const CsmRecordType *type)
{
  for (guint i = 0; i < txn->touched->len; i++)
    {
      const CsmTouched *touched = &g_array_index (txn->touched, CsmTouched, i);

      if (touched->account == CSM_ACCOUNT_WORKSPACE)
        return touched->modseqs[type->id];
    }
  return 0;
}

/**
 * csm_txn_get_kept:
 * @txn: a transaction
 * @type: a type of the workspace's records
 * @name: what was kept
 *
 * Returns: (transfer none) (nullable): what csm_txn_keep() was given; %NULL when there is nothing, or when a record of @type changed since
 */
gpointer
csm_txn_get_kept (CsmTxn               *txn,
                  const CsmRecordType  *type,
                  const char           *name)
{
  CsmKept *kept = txn->kept != NULL ? g_hash_table_lookup (txn->kept, name) : NULL;

  return kept != NULL && kept->modseq == newest_change (txn, type) ? kept->data : NULL;
}

/**
 * csm_txn_keep:
 * @txn: a transaction
 * @type: a type of the workspace's records
 * @name: (transfer none): what it is; static
 * @data: (transfer full): what was made of all records of @type as they are now
 * @destroy: (nullable): frees @data
 *
 * Keeps something for the next job of the transaction that asks.
 */
void
csm_txn_keep (CsmTxn               *txn,
              const CsmRecordType  *type,
              const char           *name,
              gpointer              data,
              GDestroyNotify        destroy)
{
  CsmKept *kept = g_new0 (CsmKept, 1);

  kept->modseq = newest_change (txn, type);
  kept->data = data;
  kept->destroy = destroy;
  if (txn->kept == NULL)
    txn->kept = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) kept_free);
  g_hash_table_replace (txn->kept, (gpointer) name, kept);
}
