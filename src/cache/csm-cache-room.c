/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-here-private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "csm-json.h"
#include "csm-time.h"

/*
 * Making room, slice by slice, when there is more than the budget: files first that were fetched long ago, then cases that nobody
 * has a reason to keep, then those that were never looked at, then those that were, the longest ago first. It is only forgotten
 * here, and comes again when somebody looks.
 */

#define DAY (24 * 3600 * CSM_SECOND)
#define RECENT (90 * DAY)
#define VIEWED (7 * DAY)
#define FILE_LIFE (7 * DAY)
/* How long a slice holds the writer, and how many rows it looks at */
#define SLICE_US 30000
#define MOST_LOOKED_AT 2000
/* Once begun, it goes on until so much is free, or it would begin again at once. */
#define ENOUGH(budget) ((budget) / 10 * 9)

typedef enum
{
  PHASE_FILES,
  PHASE_NO_REASON,
  PHASE_NEVER_VIEWED,
  PHASE_VIEWED,
  PHASE_END,
} Phase;

/* Where making room stands, from one slice to the next */
struct _CsmCacheRoom
{
  gint64      phase;
  gint64      after;      /* where the phase goes on: a rank or an instant */
  GHashTable *protected;  /* ids of cases that must not go, whose files are in `kept` */
  GHashTable *kept;       /* blob ids */
  GHashTable *leaving;    /* blob ids that were given to be removed: that may not have been done yet */
};

/* One slice: it goes from the main thread to a reader, to the writer and back. */
typedef struct
{
  char         *path;
  char         *open_case;
  guint64       budget;
  gboolean      begun;       /* whether an earlier slice found that room is needed */
  CsmCacheRoom *room;
  guint64       file_bytes;  /* what the reader finds */
  GPtrArray    *old_files;
  gboolean      needed;
  GPtrArray    *blobs;       /* what the writer gives up */
} Slice;

static CsmCacheRoom *
room_new (void)
{
  CsmCacheRoom *self = g_new0 (CsmCacheRoom, 1);

  self->protected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->leaving = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

/**
 * csm_cache_room_free:
 * @room: (nullable): where making room stands
 */
void
csm_cache_room_free (CsmCacheRoom *room)
{
  g_hash_table_unref (room->protected);
  g_hash_table_unref (room->kept);
  g_hash_table_unref (room->leaving);
  g_free (room);
}

static void
slice_free (gpointer data)
{
  Slice *slice = data;

  g_free (slice->path);
  g_free (slice->open_case);
  g_clear_pointer (&slice->room, csm_cache_room_free);
  g_ptr_array_unref (slice->old_files);
  g_ptr_array_unref (slice->blobs);
  g_free (slice);
}

/* --- files ------------------------------------------------------------------------------------------------------------- */

static void
add_blob (GHashTable *blobs,
          const char *blob_id)
{
  if (blob_id != NULL)
    g_hash_table_add (blobs, g_strdup (blob_id));
}

static void
add_blobs_of (JsonObject *record,
              GHashTable *blobs)
{
  JsonArray *attachments = csm_json_get_array (record, "attachments");

  add_blob (blobs, csm_json_get_string (record, "rawBlobId"));
  add_blob (blobs, csm_json_get_string (record, "htmlBlobId"));
  for (guint i = 0; attachments != NULL && i < json_array_get_length (attachments); i++)
    {
      JsonNode *node = json_array_get_element (attachments, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        add_blob (blobs, csm_json_get_string (json_node_get_object (node), "blobId"));
    }
}

static gboolean
collect_blobs (CsmDbConn   *conn,
               const char  *case_id,
               GHashTable  *blobs,
               GError     **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local,
    "SELECT coalesce (view, " CSM_MESSAGE_BASE ") FROM message WHERE case_id = ?1 UNION ALL SELECT coalesce (view, base) FROM comment WHERE case_id = ?1", "t", case_id);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      const char *text = csm_db_stmt_text (stmt, 0);
      /* Most have no file: then there is nothing to parse. */
      g_autoptr (JsonObject) record = text != NULL && strstr (text, "lobId\":\"") != NULL ? csm_cache_parse_record (text) : NULL;

      if (record != NULL)
        add_blobs_of (record, blobs);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
protect (CsmDbConn     *conn,
         CsmCacheRoom  *room,
         const char    *case_id,
         GError       **error)
{
  return !g_hash_table_add (room->protected, g_strdup (case_id)) || collect_blobs (conn, case_id, room->kept, error);
}

/* What must not go, whatever the budget. Nothing is looked at twice: most is found by the reader. */
static gboolean
protect_all (CsmDbConn    *conn,
             const Slice  *slice,
             GError      **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, CSM_CACHE_HARD_REASONS " UNION SELECT ?1", "t", slice->open_case);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      if (!csm_db_stmt_is_null (stmt, 0) && !protect (conn, slice->room, csm_db_stmt_text (stmt, 0), &local))
        break;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
look_at_files (Slice *slice)
{
  g_autofree char *folder = g_path_get_dirname (slice->path);
  g_autofree char *path = g_build_filename (folder, "blobs", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  gint64 before = (csm_time_now () - FILE_LIFE) / CSM_SECOND;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      /* The same file stands below under its own name, too: a link. */
      g_autofree char *data = g_build_filename (path, name, "data", NULL);
      g_autofree char *blob_id = g_strconcat ("B", name, NULL);
      GStatBuf info;

      if (g_stat (data, &info) != 0 || g_hash_table_contains (slice->room->leaving, blob_id))
        continue;
      slice->file_bytes += (guint64) info.st_size;
      if ((gint64) info.st_mtime < before)
        g_ptr_array_add (slice->old_files, g_steal_pointer (&blob_id));
    }
}

/* On a reader: neither the folder nor the files of all cases that stay are the writer's to look through. */
static gpointer
look (CsmDbConn     *conn,
      gpointer       input,
      GCancellable  *cancellable,
      GError       **error)
{
  Slice *slice = input;
  guint64 size;

  look_at_files (slice);
  size = csm_cache_file_size (conn) + slice->file_bytes;
  slice->needed = size > (slice->begun ? ENOUGH (slice->budget) : slice->budget) && slice->room->phase < PHASE_END;
  if (slice->needed)
    protect_all (conn, slice, error);
  return NULL;
}

static void
give_up (Slice      *slice,
         const char *blob_id)
{
  if (!g_hash_table_contains (slice->room->kept, blob_id) && g_hash_table_add (slice->room->leaving, g_strdup (blob_id)))
    g_ptr_array_add (slice->blobs, g_strdup (blob_id));
}

/* --- cases --------------------------------------------------------------------------------------------------------------- */

static const char *
sql_of_phase (Phase phase)
{
  switch (phase)
    {
    case PHASE_NO_REASON:
      return "SELECT rowid, id, rank, rank < ?2 AND status >= 4 AND NOT mine"
             " AND NOT EXISTS (SELECT 1 FROM kept WHERE case_id = id AND viewed_at >= ?3) FROM case_ INDEXED BY case_held"
             " WHERE held IS NOT NULL AND rank > ?1 AND messages_state IS NOT NULL ORDER BY rank LIMIT ?4";
    case PHASE_NEVER_VIEWED:
      return "SELECT rowid, id, rank, ?2 IS NOT NULL AND ?3 IS NOT NULL"
             " AND NOT EXISTS (SELECT 1 FROM kept WHERE case_id = id AND viewed_at IS NOT NULL) FROM case_ INDEXED BY case_held"
             " WHERE held IS NOT NULL AND rank > ?1 AND messages_state IS NOT NULL ORDER BY rank LIMIT ?4";
    case PHASE_VIEWED:
      return "SELECT c.rowid, c.id, k.viewed_at, ?2 IS NOT NULL AND ?3 IS NOT NULL AND c.held IS NOT NULL AND c.messages_state IS NOT NULL"
             " FROM kept AS k INDEXED BY kept_viewed JOIN case_ AS c ON c.id = k.case_id"
             " WHERE k.viewed_at IS NOT NULL AND k.viewed_at > ?1 ORDER BY k.viewed_at LIMIT ?4";
    case PHASE_FILES:
    case PHASE_END:
    default:
      return NULL;
    }
}

typedef struct
{
  gint64 rowid;
  char  *id;
  gint64 key;
} Candidate;

static void
candidate_free (gpointer data)
{
  g_free (((Candidate *) data)->id);
  g_free (data);
}

static GHashTable *
read_hard (CsmDbConn   *conn,
           const char  *open_case,
           GError     **error)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, CSM_CACHE_HARD_REASONS, NULL);

  if (open_case != NULL)
    g_hash_table_add (ids, g_strdup (open_case));
  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    g_hash_table_add (ids, g_strdup (csm_db_stmt_text (stmt, 0)));
  if (local == NULL)
    return g_steal_pointer (&ids);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/* The next ones that may go; @end: the phase has no more. */
static GPtrArray *
read_candidates (CsmDbConn    *conn,
                 const Slice  *slice,
                 gboolean     *end,
                 GError      **error)
{
  CsmCacheRoom *room = slice->room;
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (candidate_free);
  g_autoptr (GHashTable) hard = read_hard (conn, slice->open_case, error);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = NULL;
  gint64 now = csm_time_now ();
  guint n = 0;

  if (hard == NULL)
    return NULL;
  stmt = csm_db_conn_query (conn, &local, sql_of_phase ((Phase) room->phase), "iiii", room->after, (now - RECENT) * CSM_RANK_UNIT, now - VIEWED,
                            (gint64) MOST_LOOKED_AT);
  while (found->len < 20 && stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      Candidate *candidate;

      n++;
      room->after = csm_db_stmt_int (stmt, 2);
      if (csm_db_stmt_int (stmt, 3) == 0 || g_hash_table_contains (hard, csm_db_stmt_text (stmt, 1)))
        continue;
      candidate = g_new0 (Candidate, 1);
      candidate->rowid = csm_db_stmt_int (stmt, 0);
      candidate->id = g_strdup (csm_db_stmt_text (stmt, 1));
      candidate->key = room->after;
      g_ptr_array_add (found, candidate);
    }
  *end = found->len < 20 && n < MOST_LOOKED_AT;
  if (local == NULL)
    return g_steal_pointer (&found);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gboolean
drop_some (CsmCacheTxn  *txn,
           const Slice  *slice,
           GHashTable   *blobs,
           GError      **error)
{
  CsmCacheRoom *room = slice->room;
  gint64 start = g_get_monotonic_time ();
  gboolean end = FALSE;
  g_autoptr (GPtrArray) found = read_candidates (txn->conn, slice, &end, error);

  if (found == NULL)
    return FALSE;
  for (guint i = 0; i < found->len; i++)
    {
      Candidate *candidate = g_ptr_array_index (found, i);

      if (g_get_monotonic_time () - start > SLICE_US)
        {
          room->after = candidate->key - 1;
          return TRUE;
        }
      if (!collect_blobs (txn->conn, candidate->id, blobs, error) ||
          !csm_cache_drop_content (txn, candidate->rowid, candidate->id, FALSE, error))
        return FALSE;
    }
  if (end)
    {
      room->phase++;
      room->after = 0;
    }
  return TRUE;
}

static gpointer
make_room (CsmCacheTxn  *txn,
           gpointer      input,
           GError      **error)
{
  Slice *slice = input;
  g_autoptr (GHashTable) blobs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer blob_id;

  /* What came to be protected since the reader looked */
  if (!protect_all (txn->conn, slice, error))
    return NULL;
  if (slice->room->phase == PHASE_FILES)
    {
      slice->room->phase = PHASE_NO_REASON;
      for (guint i = 0; i < slice->old_files->len; i++)
        give_up (slice, g_ptr_array_index (slice->old_files, i));
      return NULL;
    }
  if (!drop_some (txn, slice, blobs, error))
    return NULL;
  /* A picture may be in many cases: it stays for those that do. */
  g_hash_table_iter_init (&iter, blobs);
  while (g_hash_table_iter_next (&iter, &blob_id, NULL))
    give_up (slice, blob_id);
  return NULL;
}

static void
on_made (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  csm_cache_run_finish (CSM_CACHE (source), result, make_room, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_looked (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Slice *slice = g_task_get_task_data (task);
  GError *error = NULL;

  csm_cache_run_finish (CSM_CACHE (source), result, look, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else if (!slice->needed)
    g_task_return_boolean (task, TRUE);
  else
    csm_cache_run_write (CSM_CACHE (source), CSM_DB_WRITE, G_PRIORITY_LOW, make_room, slice, NULL, NULL, make_room, NULL, on_made, g_steal_pointer (&task));
}

/**
 * csm_cache_make_room_async:
 * @self: a cache
 * @c: (nullable): a cancellable
 * @cb: called when it is done
 * @data: for @cb
 *
 * One slice of bringing what is here below the budget.
 */
void
csm_cache_make_room_async (CsmCache            *self,
                           GCancellable        *c,
                           GAsyncReadyCallback  cb,
                           gpointer             data)
{
  CsmCacheHere *here = csm_cache_get_here (self);
  GTask *task = g_task_new (self, c, cb, data);
  Slice *slice = g_new0 (Slice, 1);

  slice->path = g_strdup (here->path);
  slice->open_case = g_strdup (here->open_case);
  slice->budget = here->budget;
  slice->begun = here->room != NULL;
  slice->room = slice->begun ? g_steal_pointer (&here->room) : room_new ();
  slice->old_files = g_ptr_array_new_with_free_func (g_free);
  slice->blobs = g_ptr_array_new_with_free_func (g_free);
  g_task_set_source_tag (task, csm_cache_make_room_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, slice, slice_free);
  if (slice->budget > 0)
    {
      csm_cache_run_read (self, G_PRIORITY_LOW, look, slice, NULL, NULL, look, NULL, on_looked, task);
      return;
    }
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

/**
 * csm_cache_make_room_finish:
 * @self: a cache
 * @result: what the callback got
 * @more: (out): whether to go on
 * @error: return location
 *
 * Returns: (transfer full) (element-type utf8): blobs that nothing here needs any more
 */
GPtrArray *
csm_cache_make_room_finish (CsmCache      *self,
                            GAsyncResult  *result,
                            gboolean      *more,
                            GError       **error)
{
  CsmCacheHere *here = csm_cache_get_here (self);
  Slice *slice;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  *more = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  slice = g_task_get_task_data (G_TASK (result));
  *more = slice->needed;
  g_clear_pointer (&here->room, csm_cache_room_free);
  if (slice->needed)
    here->room = g_steal_pointer (&slice->room);
  return g_ptr_array_ref (slice->blobs);
}
