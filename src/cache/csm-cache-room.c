/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#define G_LOG_DOMAIN "csm-cache"
#include "config.h"
#include "csm-cache-here-private.h"

#include <glib/gstdio.h>
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

typedef struct
{
  char    *path;
  char    *open_case;
  guint64  budget;
  gint64   begun;     /* whether an earlier slice found that room is needed */
  gint64   phase;
  gint64   after;     /* where the phase goes on: a rank or an instant */
} Room;

typedef struct
{
  GPtrArray *blobs;
  gboolean   more;
  gint64     phase;
  gint64     after;
} Made;

static void
room_free (gpointer data)
{
  Room *room = data;

  g_free (room->path);
  g_free (room->open_case);
  g_free (room);
}

static void
made_free (gpointer data)
{
  Made *made = data;

  g_clear_pointer (&made->blobs, g_ptr_array_unref);
  g_free (made);
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
      g_autoptr (JsonObject) record = csm_cache_parse_record (csm_db_stmt_text (stmt, 0));

      if (record != NULL)
        add_blobs_of (record, blobs);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* What must not go, whatever the budget. */
static GHashTable *
collect_protected (CsmDbConn   *conn,
                   const char  *open_case,
                   GError     **error)
{
  g_autoptr (GHashTable) blobs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) local = NULL;
  g_autoptr (CsmDbStmt) stmt = csm_db_conn_query (conn, &local, CSM_CACHE_HARD_REASONS " UNION SELECT ?1", "t", open_case);

  while (stmt != NULL && csm_db_stmt_step (stmt, &local))
    {
      if (!csm_db_stmt_is_null (stmt, 0) && !collect_blobs (conn, csm_db_stmt_text (stmt, 0), blobs, &local))
        break;
    }
  if (local == NULL)
    return g_steal_pointer (&blobs);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gboolean
find_old_files (CsmDbConn   *conn,
                const Room  *room,
                GPtrArray   *found,
                GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (room->path);
  g_autofree char *path = g_build_filename (folder, "blobs", NULL);
  g_autoptr (GHashTable) protected = collect_protected (conn, room->open_case, error);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  gint64 before = (csm_time_now () - FILE_LIFE) / CSM_SECOND;
  const char *name;

  if (protected == NULL)
    return FALSE;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *data = g_build_filename (path, name, "data", NULL);
      g_autofree char *blob_id = g_strconcat ("B", name, NULL);
      GStatBuf info;

      if (g_stat (data, &info) == 0 && (gint64) info.st_mtime < before && !g_hash_table_contains (protected, blob_id))
        g_ptr_array_add (found, g_steal_pointer (&blob_id));
    }
  return TRUE;
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
read_candidates (CsmDbConn  *conn,
                 Room       *room,
                 gboolean   *end,
                 GError    **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (candidate_free);
  g_autoptr (GHashTable) hard = read_hard (conn, room->open_case, error);
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
           Room         *room,
           GHashTable   *blobs,
           GError      **error)
{
  gint64 start = g_get_monotonic_time ();
  gboolean end = FALSE;
  g_autoptr (GPtrArray) found = read_candidates (txn->conn, room, &end, error);

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

/* A picture may be in many cases: it stays for those that do. */
static gboolean
list_unprotected (CsmDbConn   *conn,
                  const Room  *room,
                  GHashTable  *blobs,
                  GPtrArray   *list,
                  GError     **error)
{
  g_autoptr (GHashTable) protected = NULL;
  GHashTableIter iter;
  gpointer blob_id;

  if (g_hash_table_size (blobs) == 0)
    return TRUE;
  protected = collect_protected (conn, room->open_case, error);
  if (protected == NULL)
    return FALSE;
  g_hash_table_iter_init (&iter, blobs);
  while (g_hash_table_iter_next (&iter, &blob_id, NULL))
    {
      if (!g_hash_table_contains (protected, blob_id))
        g_ptr_array_add (list, g_strdup (blob_id));
    }
  return TRUE;
}

static gpointer
make_room (CsmCacheTxn  *txn,
           gpointer      input,
           GError      **error)
{
  Room *room = input;
  g_autoptr (GHashTable) blobs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint64 attachments, size = room->budget > 0 ? csm_cache_size (txn->conn, room->path, &attachments) : 0;
  Made *made = g_new0 (Made, 1);

  made->blobs = g_ptr_array_new_with_free_func (g_free);
  if (room->budget == 0 || size <= (room->begun ? ENOUGH (room->budget) : room->budget) || room->phase >= PHASE_END)
    return made;
  if (room->phase == PHASE_FILES)
    {
      if (!find_old_files (txn->conn, room, made->blobs, error))
        goto failed;
      room->phase = PHASE_NO_REASON;
    }
  else if (!drop_some (txn, room, blobs, error) || !list_unprotected (txn->conn, room, blobs, made->blobs, error))
    {
      goto failed;
    }
  made->more = TRUE;
  made->phase = room->phase;
  made->after = room->after;
  return made;
failed:
  made_free (made);
  return NULL;
}

void
csm_cache_make_room_async (CsmCache            *self,
                           GCancellable        *c,
                           GAsyncReadyCallback  cb,
                           gpointer             data)
{
  CsmCacheHere *here = csm_cache_get_here (self);
  Room *room = g_new0 (Room, 1);

  room->path = g_strdup (here->path);
  room->open_case = g_strdup (here->open_case);
  room->budget = here->budget;
  room->begun = here->room_begun;
  room->phase = here->room_phase;
  room->after = here->room_after;
  csm_cache_run_write (self, CSM_DB_WRITE, G_PRIORITY_LOW, make_room, room, room_free, made_free, csm_cache_make_room_async, c, cb, data);
}

GPtrArray *
csm_cache_make_room_finish (CsmCache      *self,
                            GAsyncResult  *result,
                            gboolean      *more,
                            GError       **error)
{
  CsmCacheHere *here = csm_cache_get_here (self);
  Made *made = csm_cache_run_finish (self, result, csm_cache_make_room_async, error);
  GPtrArray *blobs = made != NULL ? g_steal_pointer (&made->blobs) : NULL;

  *more = made != NULL && made->more;
  here->room_begun = *more;
  here->room_phase = *more ? made->phase : 0;
  here->room_after = *more ? made->after : 0;
  g_clear_pointer (&made, made_free);
  return blobs;
}
