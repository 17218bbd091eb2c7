/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "csm-backup-files.h"
#include "csm-backup-private.h"
#include "csm-blob-store.h"
#include "csm-db-conn.h"
#include "csm-error.h"
#include "csm-failpoint.h"
#include "csm-json.h"
#include "csm-store-files.h"
#include "csm-time.h"

/* Pages that are copied at a time, and how much of the copy may wait for the disk: a commit beside us must not wait for all of it. */
#define STEP_PAGES 128
#define SYNC_STEPS 16

typedef struct
{
  const char *data_dir;
  char       *partial;    /* where it is made */
  gboolean    copy;       /* blobs too, although another name would do */
  CsmBackup  *backup;
  GString    *list;       /* of the blobs */
} Making;

/* --- The database ----------------------------------------------------------------------------------------------------------- */

static gboolean
fail_sqlite (sqlite3  *db,
             int       rc,
             GError  **error)
{
  g_set_error (error, CSM_ERROR, (rc & 0xff) == SQLITE_FULL ? CSM_ERROR_DISK_FULL : CSM_ERROR_DATABASE, "%s",
               db != NULL ? sqlite3_errmsg (db) : sqlite3_errstr (rc));
  return FALSE;
}

/* In steps. The source's transaction is open, so they all see one state, whatever is committed meanwhile. */
static gboolean
copy_pages (sqlite3     *source,
            sqlite3     *target,
            const char  *path,
            GError     **error)
{
  sqlite3_backup *copying = sqlite3_backup_init (target, "main", source, "main");
  int fd = open (path, O_WRONLY | O_CLOEXEC), rc;

  if (copying == NULL)
    {
      close (fd);
      return fail_sqlite (target, SQLITE_ERROR, error);
    }
  for (guint step = 1; (rc = sqlite3_backup_step (copying, STEP_PAGES)) == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED; step++)
    {
      if (step % SYNC_STEPS == 0 && fd >= 0)
        fdatasync (fd);
      if (rc != SQLITE_OK)
        g_usleep (10000);
      csm_failpoint ("backup-step");
    }
  sqlite3_backup_finish (copying);
  if (fd >= 0)
    close (fd);
  return rc == SQLITE_DONE || fail_sqlite (target, rc, error);
}

static gboolean
copy_database (Making   *self,
               GError  **error)
{
  g_autofree char *from = g_build_filename (self->data_dir, CSM_STORE_DATABASE, NULL);
  g_autofree char *to = g_build_filename (self->partial, CSM_STORE_DATABASE, NULL);
  g_autoptr (CsmDbConn) source = NULL;
  sqlite3 *target = NULL;
  gboolean ok;
  int rc;

  source = csm_db_conn_open (from, TRUE, error);
  if (source == NULL)
    return FALSE;
  rc = sqlite3_open_v2 (to, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
  ok = (rc == SQLITE_OK || fail_sqlite (target, rc, error)) &&
       csm_db_conn_exec (source, "BEGIN; SELECT count (*) FROM account", error);
  if (ok && (rc = sqlite3_exec (target, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF", NULL, NULL, NULL)) != SQLITE_OK)
    ok = fail_sqlite (target, rc, error);
  ok = ok && copy_pages (csm_db_conn_get_handle (source), target, to, error);
  csm_db_conn_exec (source, "COMMIT", NULL);
  sqlite3_close (target);
  return ok && csm_backup_sync_file (to, error);
}

/* A copy as it lies there, without so much as a lock beside it. */
static sqlite3 *
open_copy (Making   *self,
           GError  **error)
{
  g_autofree char *path = g_build_filename (self->partial, CSM_STORE_DATABASE, NULL);
  g_autofree char *plain = g_filename_to_uri (path, NULL, error);
  g_autofree char *uri = plain != NULL ? g_strconcat (plain, "?immutable=1", NULL) : NULL;
  sqlite3 *db = NULL;
  int rc = uri != NULL ? sqlite3_open_v2 (uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL) : SQLITE_ERROR;

  if (rc == SQLITE_OK)
    return db;
  if (uri != NULL)
    fail_sqlite (db, rc, error);
  sqlite3_close (db);
  return NULL;
}

static char *
ask (sqlite3     *db,
     const char  *sql,
     GError     **error)
{
  sqlite3_stmt *stmt = NULL;
  char *answer = NULL;

  if (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL) == SQLITE_OK && sqlite3_step (stmt) == SQLITE_ROW)
    answer = g_strdup ((const char *) sqlite3_column_text (stmt, 0));
  if (answer == NULL)
    fail_sqlite (db, sqlite3_errcode (db), error);
  sqlite3_finalize (stmt);
  return answer;
}

/* A damaged database must not come to stand beside good backups as one of them. */
static gboolean
look_at_copy (Making   *self,
              sqlite3  *db,
              GError  **error)
{
  CsmBackup *backup = self->backup;
  g_autofree char *check = ask (db, "PRAGMA quick_check(1)", error);
  g_autofree char *schema = check != NULL ? ask (db, "PRAGMA user_version", error) : NULL;

  if (schema == NULL)
    return FALSE;
  backup->workspace_id = ask (db, "SELECT id FROM account WHERE account = 1", error);
  if (backup->workspace_id == NULL)
    return FALSE;
  if (!g_str_equal (check, "ok"))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_DATABASE, "the database is damaged: %s", check);
      return FALSE;
    }
  backup->schema = atoi (schema);
  for (guint i = 0; i < CSM_N_TYPES; i++)
    {
      g_autofree char *sql = g_strdup_printf ("SELECT count (*) FROM %s", csm_record_type_get (i)->table);
      g_autofree char *count = ask (db, sql, error);

      if (count == NULL)
        return FALSE;
      json_object_set_int_member (backup->counts, csm_record_type_get (i)->name, g_ascii_strtoll (count, NULL, 10));
    }
  return TRUE;
}

/* --- Blobs ------------------------------------------------------------------------------------------------------------------- */

/* A second name for the blob's file: it never changes. Where that can't be, or isn't wanted, a copy, whose hash is looked at. */
static gboolean
bring_blob (const char  *blob_id,
            const char  *from,
            const char  *to,
            gboolean     copy,
            guint64     *size,
            GError     **error)
{
  g_autofree char *hash = NULL;
  gboolean linked = FALSE;
  struct stat about;

  if (!copy && !csm_backup_link_file (from, to, &linked, error))
    return FALSE;
  if (linked)
    {
      if (stat (to, &about) != 0)
        return csm_backup_fail (error, to);
      *size = (guint64) about.st_size;
      return TRUE;
    }
  if (!csm_backup_copy_file (from, to, &hash, size, error))
    return FALSE;
  if (g_str_equal (hash, blob_id + 1))
    return TRUE;
  g_set_error (error, CSM_ERROR, CSM_ERROR_FAILED, "the blob %s is damaged", blob_id);
  return FALSE;
}

/**
 * csm_backup_bring_blob:
 * @from_dir: a folder of blobs
 * @to_dir: another
 * @blob_id: a blob of the first
 * @copy: whether another name of the same file won't do
 * @size: (out): its length
 * @error: `CSM_ERROR_NOT_FOUND` when it isn't there
 *
 * Returns: whether the other folder has it
 */
gboolean
csm_backup_bring_blob (const char  *from_dir,
                       const char  *to_dir,
                       const char  *blob_id,
                       gboolean     copy,
                       guint64     *size,
                       GError     **error)
{
  g_autofree char *from = csm_blob_file (from_dir, blob_id);
  g_autofree char *to = csm_blob_file (to_dir, blob_id);
  g_autofree char *folder = to != NULL ? g_path_get_dirname (to) : NULL;

  if (from == NULL)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, "“%s” is no blob", blob_id);
      return FALSE;
    }
  if (g_mkdir (folder, 0700) != 0 && errno != EEXIST)
    return csm_backup_fail (error, folder);
  return bring_blob (blob_id, from, to, copy, size, error);
}

static gboolean
add_blob (Making      *self,
          const char  *blob_id,
          GError     **error)
{
  g_autofree char *from_dir = g_build_filename (self->data_dir, CSM_STORE_BLOBS, NULL);
  g_autofree char *to_dir = g_build_filename (self->partial, CSM_STORE_BLOBS, NULL);
  g_autoptr (GError) local = NULL;
  guint64 size;

  if (csm_backup_bring_blob (from_dir, to_dir, blob_id, self->copy, &size, &local))
    {
      self->backup->n_blobs++;
      self->backup->blob_bytes += size;
      g_string_append_printf (self->list, "%s %" G_GUINT64_FORMAT "\n", blob_id, size);
      return TRUE;
    }
  if (g_error_matches (local, CSM_ERROR, CSM_ERROR_NOT_FOUND))
    {
      /* The rest is worth keeping all the more. */
      self->backup->n_missing++;
      return TRUE;
    }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
add_blobs (Making   *self,
           sqlite3  *db,
           GError  **error)
{
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2 (db, "SELECT blobId FROM blob_ref UNION SELECT blobId FROM quarantine UNION SELECT blobId FROM upload ORDER BY 1",
                               -1, &stmt, NULL);
  gboolean ok = TRUE;

  if (rc != SQLITE_OK)
    return fail_sqlite (db, rc, error);
  while (ok && (rc = sqlite3_step (stmt)) == SQLITE_ROW)
    ok = add_blob (self, (const char *) sqlite3_column_text (stmt, 0), error);
  sqlite3_finalize (stmt);
  if (!ok)
    return FALSE;
  return rc == SQLITE_DONE || fail_sqlite (db, rc, error);
}

/* --- Making it ----------------------------------------------------------------------------------------------------------------- */

static gboolean
write_manifest (Making   *self,
                GError  **error)
{
  CsmBackup *backup = self->backup;
  g_autoptr (JsonObject) manifest = json_object_new ();
  g_autofree char *text = NULL;

  backup->list_hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, self->list->str, (gssize) self->list->len);
  json_object_set_string_member (manifest, "format", CSM_BACKUP_FORMAT);
  json_object_set_string_member (manifest, "version", backup->version);
  json_object_set_int_member (manifest, "schema", backup->schema);
  csm_json_set_time (manifest, "created", backup->created);
  json_object_set_string_member (manifest, "workspaceId", backup->workspace_id);
  json_object_set_string_member (manifest, "databaseHash", backup->database_hash);
  json_object_set_int_member (manifest, "databaseBytes", (gint64) backup->database_bytes);
  json_object_set_string_member (manifest, "keyHash", backup->key_hash);
  json_object_set_string_member (manifest, "blobListHash", backup->list_hash);
  json_object_set_int_member (manifest, "blobs", (gint64) backup->n_blobs);
  json_object_set_int_member (manifest, "blobBytes", (gint64) backup->blob_bytes);
  json_object_set_int_member (manifest, "blobsMissing", (gint64) backup->n_missing);
  json_object_set_object_member (manifest, "counts", json_object_ref (backup->counts));
  text = csm_json_write_object (manifest);
  return csm_backup_write_file (self->partial, CSM_BACKUP_BLOB_LIST, self->list->str, error) &&
         csm_backup_write_file (self->partial, CSM_BACKUP_MANIFEST, text, error);
}

static gboolean
copy_key (Making   *self,
          GError  **error)
{
  g_autofree char *from = g_build_filename (self->data_dir, CSM_STORE_KEY, NULL);
  g_autofree char *to = g_build_filename (self->partial, CSM_STORE_KEY, NULL);

  return csm_backup_copy_file (from, to, &self->backup->key_hash, NULL, error);
}

static gboolean
fill (Making   *self,
      GError  **error)
{
  g_autofree char *blobs = g_build_filename (self->partial, CSM_STORE_BLOBS, NULL);
  g_autofree char *database = g_build_filename (self->partial, CSM_STORE_DATABASE, NULL);
  sqlite3 *db;
  gboolean ok;

  if (g_mkdir (blobs, 0700) != 0)
    return csm_backup_fail (error, blobs);
  if (!copy_key (self, error) || !copy_database (self, error))
    return FALSE;
  self->backup->database_hash = csm_backup_hash_file (database, &self->backup->database_bytes, error);
  db = self->backup->database_hash != NULL ? open_copy (self, error) : NULL;
  if (db == NULL)
    return FALSE;
  ok = look_at_copy (self, db, error) && add_blobs (self, db, error);
  sqlite3_close (db);
  csm_failpoint ("backup-copied");
  return ok && write_manifest (self, error) && csm_backup_sync_folders (self->partial, error);
}

/* Whoever made the directory is done with it: it may be kept. */
static gboolean
finish (Making      *self,
        const char  *target,
        GError     **error)
{
  g_autofree char *marker = g_build_filename (target, CSM_BACKUP_UNFINISHED, NULL);

  csm_failpoint ("backup-before-rename");
  if (!csm_backup_rename (self->partial, target, RENAME_NOREPLACE, error))
    return FALSE;
  csm_failpoint ("backup-after-rename");
  g_unlink (marker);
  return TRUE;
}

static gboolean
make (Making      *self,
      const char  *target,
      GError     **error)
{
  int lock = csm_backup_begin (self->partial, error);
  int keep = lock >= 0 ? csm_store_keep_blobs (self->data_dir, TRUE, error) : -1;
  gboolean ok = keep >= 0 && fill (self, error) && finish (self, target, error);

  if (keep >= 0)
    close (keep);
  if (lock >= 0 && !ok)
    csm_backup_remove (self->partial, NULL);
  if (lock >= 0)
    close (lock);
  return ok;
}

static gboolean
check_target (const char  *data_dir,
              const char  *target,
              GError     **error)
{
  struct stat about;

  if (csm_backup_is_inside (target, data_dir))
    g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, "%s is inside of the data directory", target);
  else if (lstat (target, &about) == 0)
    g_set_error (error, CSM_ERROR, CSM_ERROR_EXISTS, "%s is there already", target);
  else
    return TRUE;
  return FALSE;
}

/**
 * csm_backup_write:
 * @data_dir: a data directory, served or not
 * @target: a directory that does not exist; its parent does
 * @copy: whether blobs are to be copied although both are on one file system; else they get a second name
 * @error: `CSM_ERROR_EXISTS`, `CSM_ERROR_INVALID` for a target in the data directory, `CSM_ERROR_DISK_FULL`
 *
 * Writes one state of the workspace to @target, which is whole or not there, whatever happens meanwhile. A server's commits don't wait
 * for it. Blocks.
 *
 * Returns: (transfer full): what was written
 */
CsmBackup *
csm_backup_write (const char  *data_dir,
                  const char  *target,
                  gboolean     copy,
                  GError     **error)
{
  g_autofree char *real_data = csm_backup_real_path (data_dir, error);
  g_autofree char *real_target = real_data != NULL ? csm_backup_real_path (target, error) : NULL;
  g_autoptr (CsmBackup) backup = g_new0 (CsmBackup, 1);
  Making making = { real_data, NULL, copy, backup, NULL };
  gboolean ok;

  if (real_target == NULL || !check_target (real_data, real_target, error))
    return NULL;
  backup->created = csm_time_now ();
  backup->version = g_strdup (CSM_VERSION);
  backup->counts = json_object_new ();
  making.partial = g_strconcat (real_target, ".partial", NULL);
  making.list = g_string_new (NULL);
  ok = make (&making, real_target, error);
  g_free (making.partial);
  g_string_free (making.list, TRUE);
  return ok ? g_steal_pointer (&backup) : NULL;
}

/**
 * csm_backup_free:
 * @self: (transfer full): what a manifest says
 */
void
csm_backup_free (CsmBackup *self)
{
  g_free (self->version);
  g_free (self->workspace_id);
  g_free (self->database_hash);
  g_free (self->key_hash);
  g_free (self->list_hash);
  g_clear_pointer (&self->counts, json_object_unref);
  g_free (self);
}
