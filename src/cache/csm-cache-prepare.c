/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-here-private.h"

#include "csm-json.h"

/* What the client asks besides records: which files are wanted, and small things to remember. */

/**
 * csm_wanted_file_free:
 * @file: a file
 */
void
csm_wanted_file_free (CsmWantedFile *file)
{
  if (file == NULL)
    return;
  g_free (file->blob_id);
  g_free (file->type);
  g_free (file->name);
  g_free (file);
}

static void
add_file (GPtrArray  *files,
          GHashTable *known,
          JsonObject *attachment)
{
  const char *blob_id = csm_json_get_string (attachment, "blobId");
  CsmWantedFile *file;

  if (blob_id == NULL || !g_hash_table_add (known, g_strdup (blob_id)))
    return;
  file = g_new0 (CsmWantedFile, 1);
  file->blob_id = g_strdup (blob_id);
  file->type = g_strdup (csm_json_get_string (attachment, "type"));
  file->name = g_strdup (csm_json_get_string (attachment, "name"));
  file->size = csm_json_get_int (attachment, "size", 0);
  g_ptr_array_add (files, file);
}

static void
pointers_free (gpointer array)
{
  g_ptr_array_unref (array);
}

static gpointer
load_wanted_files (CsmDbConn     *conn,
                   gpointer       input,
                   GCancellable  *cancellable,
                   GError       **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) csm_wanted_file_free);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local,
    "WITH wanted AS (SELECT id FROM case_ WHERE status < 4 AND mine UNION SELECT case_id FROM kept WHERE pinned)"
    " SELECT json_extract (" CSM_MESSAGE_JSON ("coalesce (view, " CSM_MESSAGE_BASE ")") ", '$.attachments') FROM message WHERE case_id IN (SELECT id FROM wanted)"
    " UNION ALL SELECT json_extract (coalesce (view, base), '$.attachments') FROM comment WHERE case_id IN (SELECT id FROM wanted)", NULL);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      g_autoptr (JsonNode) node = csm_db_stmt_is_null (stmt, 0) ? NULL : csm_json_parse_trusted (csm_db_stmt_text (stmt, 0), -1);
      JsonArray *list = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

      for (guint i = 0; list != NULL && i < json_array_get_length (list); i++)
        {
          JsonNode *item = json_array_get_element (list, i);

          if (JSON_NODE_HOLDS_OBJECT (item))
            add_file (files, known, json_node_get_object (item));
        }
    }
  if (local == NULL)
    return g_steal_pointer (&files);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * csm_cache_load_wanted_files_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_load_wanted_files_async (CsmCache            *self,
                                   GCancellable        *c,
                                   GAsyncReadyCallback  cb,
                                   gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT_IDLE, load_wanted_files, NULL, NULL, pointers_free, csm_cache_load_wanted_files_async, c, cb, data);
}

/**
 * csm_cache_load_wanted_files_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (element-type CsmWantedFile): the attachments of my open and of pinned cases
 */
GPtrArray *
csm_cache_load_wanted_files_finish (CsmCache      *self,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_wanted_files_async, error);
}

/* --- small things ---------------------------------------------------------------------------------------------------------- */

typedef struct
{
  char *key;
  char *value;
} Note;

static Note *
note_new (const char *key,
          const char *value)
{
  Note *note = g_new0 (Note, 1);

  note->key = g_strconcat ("note-", key, NULL);
  note->value = g_strdup (value);
  return note;
}

static void
note_free (gpointer data)
{
  Note *note = data;

  g_free (note->key);
  g_free (note->value);
  g_free (note);
}

static gpointer
load_note (CsmDbConn     *conn,
           gpointer       input,
           GCancellable  *cancellable,
           GError       **error)
{
  return csm_cache_get_meta (conn, ((Note *) input)->key, error);
}

/**
 * csm_cache_load_note_async:
 * @self: a cache
 * @key: what it is about
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_load_note_async (CsmCache            *self,
                           const char          *key,
                           GCancellable        *c,
                           GAsyncReadyCallback  cb,
                           gpointer             data)
{
  csm_cache_run_read (self, G_PRIORITY_DEFAULT, load_note, note_new (key, NULL), note_free, g_free, csm_cache_load_note_async, c, cb, data);
}

/**
 * csm_cache_load_note_finish:
 * @self: a cache
 * @result: what the callback got
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what was remembered over restarts; %NULL without @error: nothing
 */
char *
csm_cache_load_note_finish (CsmCache      *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  return csm_cache_run_finish (self, result, csm_cache_load_note_async, error);
}

static gpointer
save_note (CsmCacheTxn  *txn,
           gpointer      input,
           GError      **error)
{
  Note *note = input;

  if (note->value != NULL)
    csm_cache_set_meta (txn->conn, note->key, note->value, error);
  else
    csm_db_conn_run (txn->conn, error, "DELETE FROM meta WHERE key = ?", "t", note->key);
  return NULL;
}

/**
 * csm_cache_save_note_async:
 * @self: a cache
 * @key: what it is about
 * @value: (nullable): what to remember over restarts; %NULL: nothing any more
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 */
void
csm_cache_save_note_async (CsmCache            *self,
                           const char          *key,
                           const char          *value,
                           GCancellable        *c,
                           GAsyncReadyCallback  cb,
                           gpointer             data)
{
  csm_cache_run_write (self, CSM_DB_WRITE, G_PRIORITY_DEFAULT, save_note, note_new (key, value), note_free, NULL, csm_cache_save_note_async, c, cb, data);
}

static gpointer
save_newest (CsmCacheTxn  *txn,
             gpointer      input,
             GError      **error)
{
  csm_cache_set_meta (txn->conn, "newest", "1", error);
  return NULL;
}

/**
 * csm_cache_save_newest_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * Notes that the newest cases are here, before all others.
 */
void
csm_cache_save_newest_async (CsmCache            *self,
                             GCancellable        *c,
                             GAsyncReadyCallback  cb,
                             gpointer             data)
{
  /* As pages are: when it is said, they are in. */
  csm_cache_run_write (self, CSM_DB_WRITE, G_PRIORITY_DEFAULT_IDLE, save_newest, NULL, NULL, NULL, csm_cache_save_newest_async, c, cb, data);
}
