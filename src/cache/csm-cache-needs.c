/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-take.h"

#include "csm-json.h"
#include "csm-time.h"

/* What an operation needs before it can go: that nobody answered meanwhile, and that its files are on the server. */

/* A reply that is older waits for a person. */
#define STALE_AFTER (7 * 86400 * CSM_SECOND)
/* A server keeps what nothing refers to for at least an hour (RFC 8620, section 6). */
#define UPLOAD_LASTS (3600 * CSM_SECOND)

/* What the server would say to a reply, without asking: the newest message or reply that its author had not seen. */
static char *
find_news (CsmTake     *take,
           CsmTakeRow  *row,
           GError     **error)
{
  const char *based_on = csm_json_get_string (row->op->payload, "basedOn");
  const char *case_id = csm_json_get_string (row->op->payload, "caseId");
  gint64 based_at = based_on != NULL ? csm_db_conn_get_int (take->txn->conn, error, CSM_TIME_NONE, "SELECT at FROM message WHERE id = ?", "t", based_on) : CSM_TIME_NONE;
  char *id;

  if (based_on != NULL && based_at == CSM_TIME_NONE)
    return NULL;
  id = csm_db_conn_get_text (take->txn->conn, error,
    "SELECT id FROM message WHERE case_id = ?1 AND base IS NOT NULL AND (?2 IS NULL OR id <> ?2) AND (?2 IS NULL OR at > ?3) AND author_id IS NOT ?4"
    " AND coalesce (json_extract (" CSM_MESSAGE_JSON (CSM_MESSAGE_BASE) ", '$.automatic'), '') NOT IN ('reply', 'bounce') ORDER BY at DESC LIMIT 1",
    "ttit", case_id, based_on, based_at, take->txn->me);
  if (id != NULL || (error != NULL && *error != NULL))
    return id;
  return csm_db_conn_get_text (take->txn->conn, error,
    "SELECT id FROM submission WHERE case_id = ?1 AND base IS NOT NULL AND json_extract (base, '$.undoStatus') = 'pending' AND json_extract (base, '$.sendAt') IS NULL"
    " AND json_extract (base, '$.authorId') IS NOT ?2 ORDER BY at DESC LIMIT 1", "tt", case_id, take->txn->me);
}

/**
 * csm_take_check_reply:
 * @take: a round
 * @row: a reply
 * @held: (out): it waits for a person now
 * @error: `CSM_ERROR_DATABASE`
 *
 * Parks a reply whose case moved on, as far as that is known here, or that was written long ago. What may have left is
 * for the server to judge.
 *
 * Returns: whether it worked
 */
gboolean
csm_take_check_reply (CsmTake     *take,
                      CsmTakeRow  *row,
                      gboolean    *held,
                      GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *newer = NULL;

  *held = FALSE;
  if (row->op->sends > 0 || csm_json_get_boolean (row->op->payload, "confirmed"))
    return TRUE;
  newer = find_news (take, row, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (newer != NULL)
    {
      g_autoptr (JsonObject) conflict = json_object_new ();

      *held = TRUE;
      json_object_set_string_member (conflict, "newerId", newer);
      return csm_take_park (take, row, row, "caseMoved", NULL, conflict, error);
    }
  if (row->confirmed || take->now - row->op->created < STALE_AFTER)
    return TRUE;
  *held = TRUE;
  return csm_take_park (take, row, row, "stale", NULL, NULL, error);
}

/**
 * csm_take_find_files:
 * @take: a round
 * @row: an operation
 * @blob_ids: (element-type utf8 utf8): gets what the server calls the files
 * @problem: (out): why one of them can't be uploaded
 * @error: `CSM_ERROR_DATABASE`
 *
 * Returns: whether all files that it names are on the server
 */
CsmTakeFiles
csm_take_find_files (CsmTake     *take,
                     CsmTakeRow  *row,
                     GHashTable  *blob_ids,
                     char       **problem,
                     GError     **error)
{
  g_autoptr (GPtrArray) locals = csm_cache_local_blobs (row->op->payload);
  CsmTakeFiles files = CSM_FILES_READY;

  for (guint i = 0; i < locals->len; i++)
    {
      const char *local_id = g_ptr_array_index (locals, i);
      g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (take->txn->conn, error, "SELECT blob_id, uploaded, problem FROM outgoing WHERE local_id = ?", "t", local_id);
      const char *blob_id = NULL;

      if (stmt != NULL && csm_db_stmt_step (stmt, error))
        {
          gint64 age = take->now - csm_db_stmt_int (stmt, 1);

          *problem = g_strdup (csm_db_stmt_text (stmt, 2));
          if (*problem != NULL)
            return CSM_FILES_BAD;
          /* What may have been sent must be sent again as it was: the server knows the answer. */
          if (age >= 0 && age < UPLOAD_LASTS)
            blob_id = csm_db_stmt_text (stmt, 0);
        }
      if (blob_id != NULL)
        {
          g_hash_table_insert (blob_ids, g_strdup (local_id), g_strdup (blob_id));
          continue;
        }
      files = CSM_FILES_MISSING;
      if (!g_ptr_array_find_with_equal_func (take->batch->missing_files, local_id, g_str_equal, NULL))
        g_ptr_array_add (take->batch->missing_files, g_strdup (local_id));
    }
  return files;
}
