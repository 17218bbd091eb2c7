/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-txn-private.h"

#include <string.h>

#define DEFAULT_MAX 2000
#define MOST 10000

typedef enum
{
  CREATED,
  UPDATED,
  DESTROYED,
} Kind;

typedef struct
{
  gint64 modseq; /* where in the history it is told */
  Kind   kind;
  char  *id;
} Change;

static void
change_clear (Change *change)
{
  g_free (change->id);
}

static int
compare_changes (gconstpointer a,
                 gconstpointer b)
{
  const Change *x = a, *y = b;

  return x->modseq < y->modseq ? -1 : x->modseq > y->modseq;
}

/**
 * csm_changes_free:
 * @changes: (transfer full): a page
 */
void
csm_changes_free (CsmChanges *changes)
{
  g_ptr_array_unref (changes->created);
  g_ptr_array_unref (changes->updated);
  g_ptr_array_unref (changes->destroyed);
  g_free (changes);
}

static gboolean
collect (GArray     *changes,
         Kind        kind,
         CsmDbStmt  *stmt,
         GError    **error)
{
  g_autoptr (GError) local = NULL;

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      Change change = { csm_db_stmt_int (stmt, 0), kind, g_strdup (csm_db_stmt_text (stmt, 1)) };

      g_array_append_val (changes, change);
    }
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return stmt != NULL && local == NULL;
}

/*
 * A record that was made after @since is told where it was made, and again at its last change when that comes on a later
 * page; any other is told at its last change only. So no page says "updated" of what none before has said "created", and a
 * page costs what it holds: the updates and tombstones that may be on it lie before its last creation.
 */
static gboolean
gather (CsmTxn               *txn,
        gint64                account,
        const CsmRecordType  *type,
        gint64                since,
        gint64                count,
        GArray               *changes,
        GError              **error)
{
  const char letter[] = { type->letter, '\0' };
  g_autofree char *created = g_strdup_printf ("SELECT createdModseq, id FROM %s WHERE account = ?1 AND createdModseq > ?2 ORDER BY createdModseq LIMIT ?3", type->table);
  g_autofree char *updated = g_strdup_printf ("SELECT modseq, id FROM %s WHERE account = ?1 AND modseq > ?2 AND modseq <= ?3 AND createdModseq <= ?2 ORDER BY modseq LIMIT ?4", type->table);
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (txn->conn, error, created, "iii", account, since, count);
  gint64 until = G_MAXINT64;

  if (!collect (changes, CREATED, stmt, error))
    return FALSE;
  if (since == CSM_CHANGES_BEGINNING)
    return TRUE;
  if (changes->len == count)
    until = g_array_index (changes, Change, changes->len - 1).modseq;
  csm_db_stmt_release (g_steal_pointer (&stmt));
  stmt = csm_db_conn_query (txn->conn, error, updated, "iiii", account, since, until, count);
  if (!collect (changes, UPDATED, stmt, error))
    return FALSE;
  csm_db_stmt_release (g_steal_pointer (&stmt));
  stmt = csm_db_conn_query (txn->conn, error,
                            "SELECT modseq, id FROM tombstone WHERE account = ? AND type = ? AND modseq > ? AND modseq <= ? ORDER BY modseq LIMIT ?",
                            "itiii", account, letter, since, until, count);
  return collect (changes, DESTROYED, stmt, error);
}

/**
 * csm_txn_changes:
 * @txn: a transaction
 * @account: an account
 * @type: a record type
 * @since: the number of the change counter that the client has reached, or `CSM_CHANGES_BEGINNING`
 * @max: the most ids on the page; 0: the server's default
 * @error: return location
 *
 * One page of RFC 8620's /changes (section 5.2), oldest first. Each id is on it once. What was made and destroyed since is told as
 * destroyed: a second session may have seen it by another way. What left the account and came back since is told as updated.
 * From the beginning only what exists is told, as created.
 *
 * Returns: (transfer full): the page; its `modseq` is an exact intermediate state
 */
CsmChanges *
csm_txn_changes (CsmTxn               *txn,
                 gint64                account,
                 const CsmRecordType  *type,
                 gint64                since,
                 guint                 max,
                 GError              **error)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (Change));
  g_autoptr (CsmChanges) page = g_new0 (CsmChanges, 1);
  g_autoptr (GHashTable) stays = NULL;
  g_autoptr (GError) local = NULL;

  g_array_set_clear_func (changes, (GDestroyNotify) change_clear);
  page->created = g_ptr_array_new_with_free_func (g_free);
  page->updated = g_ptr_array_new_with_free_func (g_free);
  page->destroyed = g_ptr_array_new_with_free_func (g_free);

  max = max == 0 ? DEFAULT_MAX : MIN (max, MOST);
  if (!gather (txn, account, type, since, (gint64) max + 1, changes, error))
    return NULL;
  stays = csm_txn_stays (txn, account, type, since, error);
  if (stays == NULL)
    return NULL;
  g_array_sort (changes, compare_changes);
  page->has_more = changes->len > max;
  for (guint i = 0; i < MIN (changes->len, max); i++)
    {
      Change *change = &g_array_index (changes, Change, i);
      gboolean is_new = change->kind == CREATED && !g_hash_table_contains (stays, change->id);
      GPtrArray *list = is_new ? page->created : change->kind == DESTROYED ? page->destroyed : page->updated;

      page->modseq = change->modseq;
      g_ptr_array_add (list, g_steal_pointer (&change->id));
    }
  if (!page->has_more)
    {
      gint64 newest = csm_txn_type_modseq (txn, account, type, &local);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      page->modseq = MAX (newest, since);
    }
  return g_steal_pointer (&page);
}
