/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

/* With so few changes since, looking through them is cheaper than through all that a case may hold. */
#define FEW_CHANGES 500

/* A record that is to be told, and where in the history. */
typedef struct
{
  gint64               modseq;
  gint64               row;
  const CsmRecordType *type;
} Key;

static int
compare_keys (gconstpointer a,
              gconstpointer b)
{
  const Key *x = a, *y = b;

  return x->modseq < y->modseq ? -1 : x->modseq > y->modseq;
}

static gboolean
gather (CsmTxn               *txn,
        gint64                account,
        const char           *case_id,
        const CsmRecordType  *type,
        gint64                since,
        gint64                count,
        GArray               *keys,
        GError              **error)
{
  g_autofree char *sql = NULL;
  g_autoptr (CsmDbStmt) stmt = NULL;
  g_autoptr (GError) local = NULL;
  gint64 newest = csm_txn_type_modseq (txn, account, type, &local);

  if (local == NULL && newest <= since)
    return TRUE;
  sql = g_strdup_printf ("SELECT modseq, rowid FROM %s INDEXED BY %s_%s WHERE account = ?1 AND caseId = ?2 AND modseq > ?3 ORDER BY modseq LIMIT ?4",
                         type->table, type->table, newest - since <= FEW_CHANGES ? "modseq" : "case");
  if (local == NULL)
    stmt = csm_db_conn_query (txn->conn, &local, sql, "itii", account, case_id, since, count);
  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      Key key = { csm_db_stmt_int (stmt, 0), csm_db_stmt_int (stmt, 1), type };

      g_array_append_val (keys, key);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
count_all (CsmTxn               *txn,
           gint64                account,
           const char           *case_id,
           const CsmRecordType  *type,
           gint64               *total,
           GError              **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count (*) FROM %s WHERE account = ? AND caseId = ?", type->table);
  gint64 n = csm_db_conn_get_int (txn->conn, error, -1, sql, "it", account, case_id);

  *total += n;
  return n >= 0;
}

/* FALSE without an error: @func wants no more. */
static gboolean
tell (CsmTxn          *txn,
      const Key       *key,
      CsmContentFunc   func,
      gpointer         user_data,
      GError         **error)
{
  g_autofree char *sql = g_strdup_printf ("SELECT json FROM %s WHERE rowid = ?", key->type->table);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, sql, "i", key->row);

  return stmt != NULL && csm_db_stmt_step (stmt, error) && func (key->type, csm_db_stmt_text (stmt, 0), user_data);
}

static gboolean
tell_all (CsmTxn          *txn,
          GArray          *keys,
          guint            max,
          CsmContentFunc   func,
          gpointer         user_data,
          CsmContent      *content,
          GError         **error)
{
  g_autoptr (GError) local = NULL;
  gboolean more = TRUE;

  content->has_more = keys->len > max;
  for (guint i = 0; i < MIN (keys->len, max) && more; i++)
    {
      const Key *key = &g_array_index (keys, Key, i);

      more = tell (txn, key, func, user_data, &local);
      content->modseq = key->modseq;
      content->has_more |= !more && i + 1 < keys->len;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_txn_content:
 * @txn: a transaction
 * @account: an account
 * @case_id: a case
 * @types: (array length=n_types): types that have an indexed `caseId`
 * @n_types: how many
 * @since: the number of the change counter that the client has reached for this case; 0: the beginning
 * @max: the most records; the case is left for the next page when it has more and @may_cut is unset
 * @may_cut: whether a part of the case is better than nothing
 * @func: called with each record's JSON text, in the order of their last changes, until it returns %FALSE
 * @user_data: for @func
 * @content: (out): what has been told
 * @error: return location
 *
 * What changed in one case. A record that is not in the case any more isn't told: `total` shows that.
 *
 * Returns: whether it worked
 */
gboolean
csm_txn_content (CsmTxn           *txn,
                 gint64            account,
                 const char       *case_id,
                 const CsmTypeId  *types,
                 guint             n_types,
                 gint64            since,
                 guint             max,
                 gboolean          may_cut,
                 CsmContentFunc    func,
                 gpointer          user_data,
                 CsmContent       *content,
                 GError          **error)
{
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (Key));
  gint64 newest;

  *content = (CsmContent) { .modseq = since };
  for (guint i = 0; i < n_types; i++)
    {
      const CsmRecordType *type = csm_record_type_get (types[i]);

      if (!gather (txn, account, case_id, type, since, (gint64) max + 1, keys, error) ||
          !count_all (txn, account, case_id, type, &content->total, error))
        return FALSE;
    }
  if (keys->len > max && !may_cut)
    {
      content->left_out = TRUE;
      return TRUE;
    }
  g_array_sort (keys, compare_keys);
  if (!tell_all (txn, keys, max, func, user_data, content, error))
    return FALSE;
  if (content->has_more)
    return TRUE;
  newest = csm_db_conn_get_int (txn->conn, error, -1, "SELECT modseq FROM account WHERE account = ?", "i", account);
  content->modseq = MAX (newest, since);
  return newest >= 0;
}
