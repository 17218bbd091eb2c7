/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-outbox.h"
#include "csm-cache-sync.h"

#include "csm-json.h"
#include "csm-time.h"

/* What the server called a file is of no use after a day. */
#define KNOWN_FOR (86400 * CSM_SECOND)

/* Files that wait here until the record that names them is on the server: operations name them by what they hold. */

/* What may name a file in an operation: a list of attachments, or the files of a draft, all or some of them. */
static GPtrArray *
list_attachments (JsonObject *payload)
{
  GPtrArray *found = g_ptr_array_new ();
  JsonArray *attachments = csm_json_get_array (payload, "attachments");
  JsonObject *files = csm_json_get_object (payload, "files");
  g_autoptr (GList) names = json_object_get_members (payload);
  g_autoptr (GList) keys = files != NULL ? json_object_get_members (files) : NULL;

  for (guint i = 0; attachments != NULL && i < json_array_get_length (attachments); i++)
    {
      JsonNode *node = json_array_get_element (attachments, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        g_ptr_array_add (found, json_node_get_object (node));
    }
  for (GList *l = keys; l != NULL; l = l->next)
    g_ptr_array_add (found, csm_json_get_object (files, l->data));
  for (GList *l = names; l != NULL; l = l->next)
    {
      if (g_str_has_prefix (l->data, "files/"))
        g_ptr_array_add (found, csm_json_get_object (payload, l->data));
    }
  return found;
}

/**
 * csm_cache_local_blobs:
 * @payload: (nullable): an operation's
 *
 * Returns: (transfer full) (element-type utf8): the ids of the local files that its attachments name
 */
GPtrArray *
csm_cache_local_blobs (JsonObject *payload)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) attachments = payload != NULL ? list_attachments (payload) : NULL;

  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    {
      const char *id = csm_json_get_string (attachments->pdata[i], "blobId");

      if (id != NULL && g_str_has_prefix (id, CSM_LOCAL_BLOB_PREFIX))
        g_ptr_array_add (ids, g_strdup (id));
    }
  return ids;
}

/**
 * csm_cache_swap_blobs:
 * @payload: an operation's; its attachments get the names that the server knows
 * @blob_ids: (element-type utf8 utf8): local → the server's
 */
void
csm_cache_swap_blobs (JsonObject *payload,
                      GHashTable *blob_ids)
{
  g_autoptr (GPtrArray) attachments = list_attachments (payload);

  for (guint i = 0; i < attachments->len; i++)
    {
      const char *id = csm_json_get_string (attachments->pdata[i], "blobId");
      const char *theirs = id != NULL ? g_hash_table_lookup (blob_ids, id) : NULL;

      if (theirs != NULL)
        json_object_set_string_member (attachments->pdata[i], "blobId", theirs);
    }
}

/**
 * csm_cache_read_blob_ids:
 * @conn: a connection
 * @payload: what names files
 * @error: return location
 *
 * Returns: (transfer full) (element-type utf8 utf8): local → the server's, for those files that were uploaded
 */
GHashTable *
csm_cache_read_blob_ids (CsmDbConn   *conn,
                         JsonObject  *payload,
                         GError     **error)
{
  g_autoptr (GHashTable) blob_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) ids = csm_cache_local_blobs (payload);
  g_autoptr (GError) local = NULL;

  for (guint i = 0; i < ids->len && local == NULL; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      char *blob_id = csm_db_conn_get_text (conn, &local, "SELECT blob_id FROM outgoing WHERE local_id = ?", "t", id);

      if (blob_id != NULL)
        g_hash_table_insert (blob_ids, g_strdup (id), blob_id);
    }
  if (local == NULL)
    return g_steal_pointer (&blob_ids);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

typedef struct
{
  char *local_id;
  char *blob_id;
  char *problem;
} Upload;

static void
upload_free (gpointer data)
{
  Upload *upload = data;

  g_free (upload->local_id);
  g_free (upload->blob_id);
  g_free (upload->problem);
  g_free (upload);
}

static gpointer
note_upload (CsmCacheTxn  *txn,
             gpointer      input,
             GError      **error)
{
  Upload *upload = input;
  gboolean ok;

  if (!csm_db_conn_run (txn->conn, error, "DELETE FROM outgoing WHERE uploaded < ?", "i", csm_time_now () - KNOWN_FOR))
    return NULL;
  if (upload->blob_id == NULL && upload->problem == NULL)
    ok = csm_db_conn_run (txn->conn, error, "DELETE FROM outgoing WHERE local_id = ?", "t", upload->local_id);
  else
    ok = csm_db_conn_run (txn->conn, error, "INSERT OR REPLACE INTO outgoing VALUES (?, ?, ?, ?)", "ttit", upload->local_id, upload->blob_id, csm_time_now (), upload->problem);
  return ok ? GINT_TO_POINTER (TRUE) : NULL;
}

/**
 * csm_cache_note_upload_async:
 * @self: a cache
 * @local_id: a local file
 * @blob_id: (nullable): what the server calls it, which it keeps for an hour at least
 * @problem: (nullable): an error type: why it can't be uploaded
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_note_upload_async (CsmCache            *self,
                             const char          *local_id,
                             const char          *blob_id,
                             const char          *problem,
                             GCancellable        *c,
                             GAsyncReadyCallback  cb,
                             gpointer             data)
{
  Upload *upload = g_new0 (Upload, 1);

  upload->local_id = g_strdup (local_id);
  upload->blob_id = g_strdup (blob_id);
  upload->problem = g_strdup (problem);
  csm_cache_run_write (self, CSM_DB_WRITE, G_PRIORITY_DEFAULT, note_upload, upload, upload_free, NULL, csm_cache_note_upload_async, c, cb, data);
}

/**
 * csm_cache_note_upload_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: whether it worked
 */
gboolean
csm_cache_note_upload_finish (CsmCache      *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_note_upload_async, error) != NULL;
}

static gboolean
add_files (CsmDbConn   *conn,
           const char  *sql,
           GHashTable  *files,
           GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, sql, NULL);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      g_autoptr (JsonObject) payload = csm_cache_parse_record (csm_db_stmt_text (stmt, 0));
      g_autoptr (GPtrArray) ids = csm_cache_local_blobs (payload);

      for (guint i = 0; i < ids->len; i++)
        g_hash_table_add (files, g_strdup (g_ptr_array_index (ids, i)));
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gpointer
list_files (CsmDbConn     *conn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autoptr (GHashTable) files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (!add_files (conn, "SELECT payload FROM outbox WHERE instr (payload, '" CSM_LOCAL_BLOB_PREFIX "') > 0", files, error) ||
      !add_files (conn, "SELECT parts FROM draft WHERE instr (parts, '" CSM_LOCAL_BLOB_PREFIX "') > 0", files, error))
    return NULL;
  return g_steal_pointer (&files);
}

/**
 * csm_cache_list_files_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_list_files_async (CsmCache            *self,
                            GCancellable        *c,
                            GAsyncReadyCallback  cb,
                            gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_LOW, list_files, NULL, NULL, (GDestroyNotify) g_hash_table_unref, csm_cache_list_files_async, c, cb, data);
}

/**
 * csm_cache_list_files_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type utf8): the local files that operations and drafts name, a set
 */
GHashTable *
csm_cache_list_files_finish (CsmCache      *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_list_files_async, error);
}
