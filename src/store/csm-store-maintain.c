/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-store-private.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "csm-blob-store.h"
#include "csm-error.h"
#include "csm-store-files.h"
#include "csm-time.h"

#define DAY (24 * 3600 * CSM_SECOND)

/* A device that was away for longer than deletions are remembered fetches anew, and may have operations to repeat all the same. */
#define OPERATION_EXTRA (30 * DAY)
#define BLOB_LIFE (1 * DAY)

/* So many blobs, or rows, at a time are looked at while others wait for the writer. */
#define BATCH 200
#define ROWS "2000"

/* What is kept in each table until @before, and its key. */
typedef struct
{
  const char *table;
  const char *key;
  gint64      before;
} Slice;

/* Before anything of it is dropped: from what is older changes can't be told any more. */
static gpointer
raise_low_water (CsmTxn        *txn,
                 gpointer       input,
                 GCancellable  *cancellable,
                 GError       **error)
{
  csm_db_conn_run (txn->conn, error,
                   "UPDATE account SET lowWater = max (lowWater, (SELECT coalesce (max (t.modseq), 0) FROM tombstone t"
                   " WHERE t.account = account.account AND t.at < ?))", "i", *(gint64 *) input);
  return NULL;
}

static gpointer
drop_slice (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  const Slice *slice = input;
  g_autofree char *sql = g_strdup_printf ("DELETE FROM %s WHERE (%s) IN (SELECT %s FROM %s WHERE at < ? LIMIT " ROWS ")",
                                          slice->table, slice->key, slice->key, slice->table);

  if (!csm_db_conn_run (txn->conn, error, sql, "i", slice->before))
    return NULL;
  return GINT_TO_POINTER (csm_db_conn_changes (txn->conn));
}

/* Each slice is a transaction of its own: others get the writer between two. */
static gboolean
drop_old_rows (CsmStore  *self,
               gint64     now,
               GError   **error)
{
  gint64 deleted = now - self->retention, repeated = deleted - OPERATION_EXTRA;
  const Slice slices[] = {
    { "tombstone", "account, id", deleted },
    { "stay", "account, type, modseq", deleted },
    { "applied_op", "personId, deviceId, opId", repeated },
    { "creation", "recordId", repeated },
    { "upload", "blobId, personId", now - BLOB_LIFE },
  };
  g_autoptr (GError) local = NULL;

  csm_store_run (self, TRUE, raise_low_water, &deleted, &local);
  for (guint i = 0; i < G_N_ELEMENTS (slices) && local == NULL; i++)
    {
      while (local == NULL && csm_store_run (self, TRUE, drop_slice, (gpointer) &slices[i], &local) != NULL)
        ;
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

typedef struct
{
  gint64     before; /* seconds */
  GPtrArray *blobs;
} Unnamed;

/* Inside a write transaction, so that no record can come to name the blob at the same time. */
static gpointer
remove_unnamed (CsmTxn        *txn,
                gpointer       input,
                GCancellable  *cancellable,
                GError       **error)
{
  Unnamed *unnamed = input;
  g_autoptr (GError) local = NULL;

  for (guint i = 0; i < unnamed->blobs->len; i++)
    {
      const char *blob = g_ptr_array_index (unnamed->blobs, i);
      g_autofree char *path = csm_blob_file (txn->blob_dir, blob);
      gboolean named = csm_db_conn_get_int (txn->conn, &local, 1,
                                            "SELECT EXISTS (SELECT 1 FROM blob_ref WHERE blobId = ?1)"
                                            " OR EXISTS (SELECT 1 FROM upload WHERE blobId = ?1)"
                                            " OR EXISTS (SELECT 1 FROM quarantine WHERE blobId = ?1)", "t", blob) != 0;
      GStatBuf info;

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return NULL;
        }
      /* Somebody may have stored the same bytes since it was found old, and be about to name them. */
      if (named || g_lstat (path, &info) != 0 || info.st_mtime >= unnamed->before)
        continue;
      if (g_unlink (path) != 0 && errno != ENOENT)
        g_warning ("can't remove an unused blob: %s", g_strerror (errno));
    }
  return NULL;
}

typedef gboolean (*BlobFunc) (CsmStore *self, const char *blob_id, const char *path, gpointer data, GError **error);

static gboolean
each_blob_of (CsmStore    *self,
              const char  *folder,
              BlobFunc     func,
              gpointer     data,
              GError     **error)
{
  g_autofree char *directory = g_build_filename (self->blob_dir, folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *blob = g_strdup_printf ("%c%s", CSM_BLOB_LETTER, name);
      g_autofree char *path = g_build_filename (directory, name, NULL);

      if (!func (self, blob, path, data, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
each_blob (CsmStore  *self,
           BlobFunc   func,
           gpointer   data,
           GError   **error)
{
  g_autoptr (GDir) dir = g_dir_open (self->blob_dir, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (!each_blob_of (self, name, func, data, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
collect_old (CsmStore    *self,
             const char  *blob_id,
             const char  *path,
             gpointer     data,
             GError     **error)
{
  Unnamed *unnamed = data;
  g_autoptr (GError) local = NULL;
  struct stat info;

  if (g_lstat (path, &info) != 0 || info.st_mtime >= unnamed->before)
    return TRUE;
  if (!csm_blob_id_is_valid (blob_id))
    {
      /* What a crash left of a temporary file. */
      g_unlink (path);
      return TRUE;
    }
  g_ptr_array_add (unnamed->blobs, g_strdup (blob_id));
  if (unnamed->blobs->len < BATCH)
    return TRUE;
  csm_store_run (self, TRUE, remove_unnamed, unnamed, &local);
  g_ptr_array_set_size (unnamed->blobs, 0);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
drop_old_blobs (CsmStore  *self,
                gint64     now,
                GError   **error)
{
  Unnamed unnamed = { .before = (now - BLOB_LIFE) / CSM_SECOND };
  g_autoptr (GError) local = NULL;
  int keep = csm_store_keep_blobs (self->directory, FALSE, &local);

  /* A backup may still want what nothing names any more; tomorrow will do. */
  if (keep < 0 && g_error_matches (local, CSM_ERROR, CSM_ERROR_DATABASE_BUSY))
    return TRUE;
  if (keep >= 0)
    {
      unnamed.blobs = g_ptr_array_new_with_free_func (g_free);
      if (each_blob (self, collect_old, &unnamed, &local) && unnamed.blobs->len > 0)
        csm_store_run (self, TRUE, remove_unnamed, &unnamed, &local);
      g_ptr_array_unref (unnamed.blobs);
      close (keep);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * csm_store_set_retention:
 * @self: a store
 * @days: at least 30, which is what RFC 8620, section 5.2, asks for
 *
 * How long deletions are remembered (90 days unless this is called), which is how long a device may be away and fetch only what has changed;
 * results of operations are remembered for 30 days more. Call before csm_store_maintain().
 */
void
csm_store_set_retention (CsmStore *self,
                         guint     days)
{
  g_return_if_fail (days >= 30);

  self->retention = days * DAY;
}

/**
 * csm_store_maintain:
 * @self: a store
 * @now: an instant, µs
 * @error: return location
 *
 * Drops what has been kept long enough: tombstones, results of operations, uploads and blobs that nothing names (1 day), a little at a
 * time. Once a day is enough. Any thread; blocks.
 *
 * Returns: whether it worked
 */
gboolean
csm_store_maintain (CsmStore  *self,
                    gint64     now,
                    GError   **error)
{
  return drop_old_rows (self, now, error) && drop_old_blobs (self, now, error);
}

static gboolean
check_blob (CsmStore    *self,
            const char  *blob_id,
            const char  *path,
            gpointer     data,
            GError     **error)
{
  GPtrArray *findings = data;
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *hash = NULL;

  /* Temporary files may be there at any time. */
  if (!csm_blob_id_is_valid (blob_id))
    return TRUE;
  file = g_mapped_file_new (path, FALSE, NULL);
  bytes = file != NULL ? g_mapped_file_get_bytes (file) : NULL;
  hash = bytes != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes) : NULL;
  if (g_strcmp0 (hash, blob_id + 1) != 0)
    g_ptr_array_add (findings, g_strdup_printf ("the blob %s is damaged", blob_id));
  return TRUE;
}

/**
 * csm_store_check_blobs:
 * @self: a store
 * @error: return location
 *
 * Reads every blob and holds it against its hash. Any thread; blocks for as long as that takes.
 *
 * Returns: (transfer full) (element-type utf8): a line for each damaged one
 */
GPtrArray *
csm_store_check_blobs (CsmStore  *self,
                       GError   **error)
{
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func (g_free);

  return each_blob (self, check_blob, findings, error) ? g_steal_pointer (&findings) : NULL;
}
