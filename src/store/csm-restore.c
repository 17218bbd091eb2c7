/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-backup.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "csm-backup-files.h"
#include "csm-backup-private.h"
#include "csm-blob-store.h"
#include "csm-error.h"
#include "csm-failpoint.h"
#include "csm-json.h"
#include "csm-store-files.h"
#include "csm-store-private.h"
#include "csm-time.h"

#define HASH_LENGTH 64
#define MOST_NAMES 100

/* --- Looking at a backup -------------------------------------------------------------------------------------------------------- */

static gboolean
is_hash (const char *text)
{
  return text != NULL && strlen (text) == HASH_LENGTH && strspn (text, "0123456789abcdef") == HASH_LENGTH;
}

static CsmBackup *
read_manifest (const char  *text,
               gsize        length,
               GError     **error)
{
  g_autoptr (JsonObject) manifest = csm_json_parse_object (text, (gssize) length, error);
  g_autoptr (CsmBackup) self = g_new0 (CsmBackup, 1);
  JsonObject *counts = manifest != NULL ? csm_json_get_object (manifest, "counts") : NULL;

  if (manifest == NULL)
    return NULL;
  if (g_strcmp0 (csm_json_get_string (manifest, "format"), CSM_BACKUP_FORMAT) != 0)
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_DATABASE_NEWER, "the backup has a form that this Casement doesn't know");
      return NULL;
    }
  self->created = csm_json_get_time (manifest, "created");
  self->version = g_strdup (csm_json_get_string (manifest, "version"));
  self->schema = (int) csm_json_get_int (manifest, "schema", 0);
  self->workspace_id = g_strdup (csm_json_get_string (manifest, "workspaceId"));
  self->database_hash = g_strdup (csm_json_get_string (manifest, "databaseHash"));
  self->database_bytes = (guint64) csm_json_get_int (manifest, "databaseBytes", 0);
  self->key_hash = g_strdup (csm_json_get_string (manifest, "keyHash"));
  self->list_hash = g_strdup (csm_json_get_string (manifest, "blobListHash"));
  self->n_blobs = (guint64) csm_json_get_int (manifest, "blobs", 0);
  self->blob_bytes = (guint64) csm_json_get_int (manifest, "blobBytes", 0);
  self->n_missing = (guint64) csm_json_get_int (manifest, "blobsMissing", 0);
  self->counts = counts != NULL ? json_object_ref (counts) : json_object_new ();
  if (is_hash (self->database_hash) && is_hash (self->key_hash) && is_hash (self->list_hash) && self->version != NULL && self->workspace_id != NULL)
    return g_steal_pointer (&self);
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, "the backup's manifest is damaged");
  return NULL;
}

/**
 * csm_backup_read:
 * @directory: a backup
 * @error: `CSM_ERROR_NOT_FOUND` when there is none, `CSM_ERROR_INVALID`, `CSM_ERROR_DATABASE_NEWER`
 *
 * Returns: (transfer full): what its manifest says
 */
CsmBackup *
csm_backup_read (const char  *directory,
                 GError     **error)
{
  g_autofree char *path = g_build_filename (directory, CSM_BACKUP_MANIFEST, NULL);
  g_autofree char *text = NULL;
  g_autoptr (CsmBackup) self = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, "there is no backup in %s", directory);
      return NULL;
    }
  self = read_manifest (text, length, error);
  if (self == NULL || self->schema <= (int) csm_store_schema_version ())
    return g_steal_pointer (&self);
  g_set_error (error, CSM_ERROR, CSM_ERROR_DATABASE_NEWER, "the backup in %s was written by a newer Casement (%s)", directory, self->version);
  return NULL;
}

static gboolean
check_file (const char  *directory,
            const char  *name,
            const char  *wanted,
            GError     **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  guint64 size;
  g_autofree char *hash = csm_backup_hash_file (path, &size, error);

  if (hash == NULL || g_str_equal (hash, wanted))
    return hash != NULL;
  g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, "the backup is damaged: %s is not what was written", path);
  return FALSE;
}

typedef gboolean (*BlobFunc) (const char *blobs, const char *blob_id, gpointer data, GError **error);

/* All blobs of the list: as many as there should be. */
static gboolean
each_blob (const CsmBackup  *self,
           const char       *directory,
           BlobFunc          func,
           gpointer          data,
           GError          **error)
{
  g_autofree char *path = g_build_filename (directory, CSM_BACKUP_BLOB_LIST, NULL);
  g_autofree char *blobs = g_build_filename (directory, CSM_STORE_BLOBS, NULL);
  g_autofree char *text = NULL;
  guint64 count = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return csm_backup_fail (error, path);
  for (char *line = text, *end; (end = strchr (line, '\n')) != NULL; line = end + 1, count++)
    {
      *end = '\0';
      line[strcspn (line, " ")] = '\0';
      if (!func (blobs, line, data, error))
        return FALSE;
    }
  if (count == self->n_blobs)
    return TRUE;
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_INVALID, "the backup is damaged: its list of blobs is not whole");
  return FALSE;
}

static gboolean
check_blob (const char  *blobs,
            const char  *blob_id,
            gpointer     data,
            GError     **error)
{
  g_autofree char *path = csm_blob_file (blobs, blob_id);
  guint64 size;
  g_autofree char *hash = path != NULL ? csm_backup_hash_file (path, &size, NULL) : NULL;

  if (hash != NULL && g_str_equal (hash, blob_id + 1))
    return TRUE;
  g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, "the backup is damaged: the blob %s is not what was written, or is missing", blob_id);
  return FALSE;
}

/**
 * csm_backup_verify:
 * @directory: a backup
 * @error: `CSM_ERROR_INVALID` with what is damaged, and csm_backup_read()'s
 *
 * Reads all of a backup and holds it against its manifest. Blocks for as long as that takes.
 *
 * Returns: (transfer full): what the manifest says
 */
CsmBackup *
csm_backup_verify (const char  *directory,
                   GError     **error)
{
  g_autoptr (CsmBackup) self = csm_backup_read (directory, error);

  if (self == NULL ||
      !check_file (directory, CSM_STORE_DATABASE, self->database_hash, error) ||
      !check_file (directory, CSM_STORE_KEY, self->key_hash, error) ||
      !check_file (directory, CSM_BACKUP_BLOB_LIST, self->list_hash, error) ||
      !each_blob (self, directory, check_blob, NULL, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* --- Restoring ------------------------------------------------------------------------------------------------------------------- */

typedef struct
{
  const CsmBackup *backup;
  const char      *directory;  /* the backup */
  const char      *data_dir;
  char            *work;       /* where it is put together */
  const char      *owner;      /* (nullable): whose it is to be; NULL: the directory's, or of the folder that it is in */
  gboolean         replaces;   /* something is in data_dir */
} Restoring;

static gboolean
copy_checked (Restoring   *self,
              const char  *name,
              const char  *wanted,
              GError     **error)
{
  g_autofree char *from = g_build_filename (self->directory, name, NULL);
  g_autofree char *to = g_build_filename (self->work, name, NULL);
  g_autofree char *hash = NULL;

  if (!csm_backup_copy_file (from, to, &hash, NULL, error))
    return FALSE;
  if (g_str_equal (hash, wanted))
    return TRUE;
  g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, "the backup is damaged: %s is not what was written", from);
  return FALSE;
}

static gboolean
bring_blob (const char  *blobs,
            const char  *blob_id,
            gpointer     data,
            GError     **error)
{
  Restoring *self = data;
  g_autofree char *to = g_build_filename (self->work, CSM_STORE_BLOBS, NULL);
  guint64 size;

  /* A file of its own each: what is damaged here later must not damage the backup. */
  return csm_backup_bring_blob (blobs, to, blob_id, TRUE, &size, error);
}

/* What is being replaced may have come to a later epoch than the clock says. Damaged, it can't be asked. */
static gint64
newest_epoch (Restoring *self)
{
  g_autofree char *path = g_build_filename (self->data_dir, CSM_STORE_DATABASE, NULL);
  g_autoptr (CsmDbConn) conn = self->replaces && g_file_test (path, G_FILE_TEST_EXISTS) ? csm_db_conn_open (path, TRUE, NULL) : NULL;

  return conn != NULL ? csm_db_conn_get_int (conn, NULL, 0, "SELECT max (epoch) FROM account", NULL) : 0;
}

static gpointer
begin_copy (CsmTxn        *txn,
            gpointer       input,
            GCancellable  *cancellable,
            GError       **error)
{
  csm_txn_begin_copy (txn, *(gint64 *) input + 1, error);
  return NULL;
}

/* Migrates it, too. */
static gboolean
prepare_store (Restoring  *self,
               GError    **error)
{
  g_autoptr (CsmStore) store = csm_store_open (self->work, error);
  gint64 epoch = newest_epoch (self);
  g_autoptr (GError) local = NULL;

  if (store == NULL)
    return FALSE;
  csm_store_run (store, TRUE, begin_copy, &epoch, &local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
give_away (const char         *path,
           const struct stat  *owner,
           GError            **error)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;
  struct stat about;

  if (lchown (path, owner->st_uid, owner->st_gid) != 0 || lstat (path, &about) != 0)
    return csm_backup_fail (error, path);
  if (!S_ISDIR (about.st_mode))
    return TRUE;
  dir = g_dir_open (path, 0, error);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (!give_away (child, owner, error))
        return FALSE;
    }
  return dir != NULL;
}

static gboolean
find_owner (Restoring    *self,
            struct stat  *owner,
            GError      **error)
{
  g_autofree char *parent = g_path_get_dirname (self->data_dir);
  const struct passwd *named = self->owner != NULL ? getpwnam (self->owner) : NULL;

  if (self->owner == NULL)
    return stat (self->data_dir, owner) == 0 || stat (parent, owner) == 0 || csm_backup_fail (error, parent);
  if (named == NULL)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, "this computer knows nobody called %s", self->owner);
      return FALSE;
    }
  owner->st_uid = named->pw_uid;
  owner->st_gid = named->pw_gid;
  return TRUE;
}

/* Root restores what somebody else serves. */
static gboolean
keep_owner (Restoring  *self,
            GError    **error)
{
  struct stat owner;

  if (geteuid () != 0 && self->owner == NULL)
    return TRUE;
  return find_owner (self, &owner, error) && (owner.st_uid == geteuid () || give_away (self->work, &owner, error));
}

static gboolean
put_together (Restoring  *self,
              GError    **error)
{
  g_autofree char *blobs = g_build_filename (self->work, CSM_STORE_BLOBS, NULL);

  if (g_mkdir (blobs, 0700) != 0)
    return csm_backup_fail (error, blobs);
  if (!copy_checked (self, CSM_STORE_KEY, self->backup->key_hash, error) ||
      !copy_checked (self, CSM_STORE_DATABASE, self->backup->database_hash, error) ||
      !each_blob (self->backup, self->directory, bring_blob, self, error) ||
      !csm_store_make_files (self->work, error))
    return FALSE;
  csm_failpoint ("restore-copied");
  return prepare_store (self, error) && keep_owner (self, error) && csm_backup_sync_folders (self->work, error);
}

/* Gives what was there a name that says so; several may be put aside within a second. */
static char *
put_aside (const char *work,
           const char *data_dir)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = g_date_time_format (now, "%Y%m%dT%H%M%SZ");

  for (guint i = 1; i <= MOST_NAMES; i++)
    {
      g_autofree char *name = i == 1 ? g_strconcat (data_dir, ".replaced-", date, NULL) : g_strdup_printf ("%s.replaced-%s-%u", data_dir, date, i);

      if (csm_backup_rename (work, name, RENAME_NOREPLACE, NULL))
        return g_steal_pointer (&name);
    }
  return g_strdup (work);
}

/* In one step the new one takes the place of the old one, which then only needs a name that says so. */
static gboolean
take_place (Restoring   *self,
            char       **kept,
            GError     **error)
{
  g_autofree char *marker = g_build_filename (self->data_dir, CSM_BACKUP_UNFINISHED, NULL);
  gboolean exists = g_file_test (self->data_dir, G_FILE_TEST_EXISTS);

  /* An earlier run may have ended before it took its mark away: what was there since must not pass for what that one left. */
  if (g_unlink (marker) == 0 && !csm_backup_sync_file (self->data_dir, error))
    return FALSE;
  csm_failpoint ("restore-before-swap");
  if (!csm_backup_rename (self->work, self->data_dir, exists ? RENAME_EXCHANGE : RENAME_NOREPLACE, error))
    return FALSE;
  csm_failpoint ("restore-after-swap");
  g_unlink (marker);
  if (exists && !self->replaces)
    g_rmdir (self->work);
  if (self->replaces)
    *kept = put_aside (self->work, self->data_dir);
  return TRUE;
}

/* What is mounted can't be put aside, and its place can't be taken in one step. */
static gboolean
is_mounted (const char *directory)
{
  g_autofree char *parent = g_path_get_dirname (directory);
  struct stat inside, outside;

  return stat (directory, &inside) == 0 && stat (parent, &outside) == 0 && inside.st_dev != outside.st_dev;
}

static gboolean
check_place (Restoring   *self,
             gboolean     replace,
             GError     **error)
{
  struct stat owner;

  if (self->owner != NULL && !find_owner (self, &owner, error))
    return FALSE;
  self->replaces = g_file_test (self->data_dir, G_FILE_TEST_EXISTS) && !csm_backup_is_empty (self->data_dir);
  if (csm_backup_is_inside (self->directory, self->data_dir))
    g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, "the backup lies in %s itself", self->data_dir);
  else if (is_mounted (self->data_dir))
    g_set_error (error, CSM_ERROR, CSM_ERROR_INVALID, "a file system is mounted at %s: restore into a directory inside of it, and serve that one", self->data_dir);
  else if (self->replaces && !replace)
    g_set_error (error, CSM_ERROR, CSM_ERROR_EXISTS, "%s is not empty", self->data_dir);
  else
    return TRUE;
  return FALSE;
}

static gboolean
restore (Restoring   *self,
         char       **kept,
         GError     **error)
{
  int serving = self->replaces ? csm_store_take_lock (self->data_dir, error) : -1;
  int lock = !self->replaces || serving >= 0 ? csm_backup_begin (self->work, error) : -1;
  gboolean ok = lock >= 0 && put_together (self, error) && take_place (self, kept, error);

  if (lock >= 0 && !ok)
    csm_backup_remove (self->work, NULL);
  if (lock >= 0)
    close (lock);
  if (serving >= 0)
    close (serving);
  return ok;
}

/**
 * csm_backup_restore:
 * @directory: a backup
 * @data_dir: where to; its parent exists
 * @replace: whether something may be there already, which is then kept beside it
 * @owner: (nullable): the name of the user to whom it is to belong; %NULL: to whom what was there belongs, or the folder that it is
 *   in, as far as the caller may give files away
 * @kept: (out) (transfer full) (nullable): where what was there is now
 * @error: `CSM_ERROR_EXISTS`, `CSM_ERROR_DATABASE_BUSY` while it is being served, and csm_backup_verify()'s
 *
 * Puts a workspace in its place as it was, after having looked at all of the backup. At any instant the old one is there whole, or the new one
 * is. A new epoch begins, so that clients fetch anew, and what waits to be sent then waits for a person. Blocks.
 *
 * Returns: (transfer full): what the backup's manifest says
 */
CsmBackup *
csm_backup_restore (const char      *directory,
                    const char      *data_dir,
                    gboolean         replace,
                    const char      *owner,
                    char           **kept,
                    GError         **error)
{
  g_autofree char *real_data = csm_backup_real_path (data_dir, error);
  g_autofree char *real_backup = real_data != NULL ? csm_backup_real_path (directory, error) : NULL;
  g_autoptr (CsmBackup) backup = NULL;
  Restoring restoring = { NULL, real_backup, real_data, NULL, owner, FALSE };
  gboolean ok;

  *kept = NULL;
  if (real_backup == NULL || !check_place (&restoring, replace, error))
    return NULL;
  backup = csm_backup_verify (real_backup, error);
  if (backup == NULL)
    return NULL;
  restoring.backup = backup;
  restoring.work = g_strconcat (real_data, ".restoring", NULL);
  ok = restore (&restoring, kept, error);
  g_free (restoring.work);
  return ok ? g_steal_pointer (&backup) : NULL;
}
