/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-backup-files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "csm-error.h"
#include "csm-write.h"

#define BLOCK (256 * 1024)
/* What is written before it is brought to the disk: much at once would hold up the commits of a server beside us. */
#define SYNC_BYTES (8 * 1024 * 1024)

/* An error out of errno. FALSE. */
gboolean
csm_backup_fail (GError     **error,
                 const char  *path)
{
  int code = errno;

  g_set_error (error, CSM_ERROR, code == ENOSPC || code == EDQUOT ? CSM_ERROR_DISK_FULL : code == ENOENT ? CSM_ERROR_NOT_FOUND : CSM_ERROR_FAILED,
               "%s: %s", path, g_strerror (code));
  return FALSE;
}

/* The path without links; its last part need not exist. */
char *
csm_backup_real_path (const char  *path,
                      GError     **error)
{
  char *real = realpath (path, NULL);
  g_autofree char *folder = NULL;
  g_autofree char *name = NULL;
  char *joined;

  if (real != NULL)
    {
      joined = g_strdup (real);
      free (real);
      return joined;
    }
  folder = g_path_get_dirname (path);
  name = g_path_get_basename (path);
  real = errno == ENOENT ? realpath (folder, NULL) : NULL;
  if (real == NULL)
    {
      csm_backup_fail (error, errno == ENOENT ? folder : path);
      return NULL;
    }
  joined = g_build_filename (real, name, NULL);
  free (real);
  return joined;
}

/* Whether @path is @directory or below it; both without links. */
gboolean
csm_backup_is_inside (const char *path,
                      const char *directory)
{
  gsize length = strlen (directory);

  return g_str_has_prefix (path, directory) && (path[length] == '\0' || path[length] == '/' || g_str_equal (directory, "/"));
}

/* Reads @from to its end; @to: -1 for nowhere. FALSE with errno. */
static gboolean
pump (int        from,
      int        to,
      GChecksum *checksum,
      guint64   *size)
{
  g_autofree char *block = g_malloc (BLOCK);
  gssize got;

  *size = 0;
  while ((got = read (from, block, BLOCK)) != 0)
    {
      if (got < 0 && errno != EINTR)
        return FALSE;
      if (got < 0)
        continue;
      g_checksum_update (checksum, (const guchar *) block, got);
      if (to >= 0 && !csm_write_all (to, block, (gsize) got))
        return FALSE;
      *size += (guint64) got;
      if (to >= 0 && *size % SYNC_BYTES < (guint64) got && fdatasync (to) != 0)
        return FALSE;
    }
  return to < 0 || fsync (to) == 0;
}

/* A file's SHA-256 and length. */
char *
csm_backup_hash_file (const char  *path,
                      guint64     *size,
                      GError     **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  gboolean ok = fd >= 0 && pump (fd, -1, checksum, size);

  if (!ok)
    csm_backup_fail (error, path);
  if (fd >= 0)
    close (fd);
  return ok ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

/* Copies a file, which is on the disk when this returns; @hash and @size tell what was copied. */
gboolean
csm_backup_copy_file (const char  *from,
                      const char  *to,
                      char       **hash,
                      guint64     *size,
                      GError     **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  int source = open (from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  int target = source >= 0 ? open (to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
  const char *culprit = source < 0 ? from : to;
  guint64 length;
  gboolean ok = target >= 0 && pump (source, target, checksum, &length);

  if (!ok)
    csm_backup_fail (error, culprit);
  if (source >= 0)
    close (source);
  if (target >= 0 && close (target) != 0 && ok)
    ok = csm_backup_fail (error, to);
  if (ok && hash != NULL)
    *hash = g_strdup (g_checksum_get_string (checksum));
  if (ok && size != NULL)
    *size = length;
  return ok;
}

/* Gives a file that never changes a second name. FALSE without an error, @linked FALSE: here that can't be done. */
gboolean
csm_backup_link_file (const char  *from,
                      const char  *to,
                      gboolean    *linked,
                      GError     **error)
{
  *linked = link (from, to) == 0;
  if (*linked || errno == EXDEV || errno == EPERM || errno == EMLINK || errno == EOPNOTSUPP)
    return TRUE;
  return csm_backup_fail (error, from);
}

/* Writes a small file to the disk. */
gboolean
csm_backup_write_file (const char  *directory,
                       const char  *name,
                       const char  *text,
                       GError     **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GError) local = NULL;

  if (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &local))
    return TRUE;
  g_set_error (error, CSM_ERROR, g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOSPC) ? CSM_ERROR_DISK_FULL : CSM_ERROR_FAILED, "%s", local->message);
  return FALSE;
}

/* Brings a file, or the names in a folder, to the disk. */
gboolean
csm_backup_sync_file (const char  *path,
                      GError     **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync (fd) == 0;

  if (!ok)
    csm_backup_fail (error, path);
  if (fd >= 0)
    close (fd);
  return ok;
}

/* As csm_backup_sync_file() for a folder and all folders below it. */
gboolean
csm_backup_sync_folders (const char  *directory,
                         GError     **error)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);
      struct stat about;

      if (lstat (path, &about) == 0 && S_ISDIR (about.st_mode) && !csm_backup_sync_folders (path, error))
        return FALSE;
    }
  return csm_backup_sync_file (directory, error);
}

/* Whether nothing is in a folder. */
gboolean
csm_backup_is_empty (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);

  return dir != NULL && g_dir_read_name (dir) == NULL;
}

/* Removes a folder and what is in it. */
gboolean
csm_backup_remove (const char  *directory,
                   GError     **error)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);
      struct stat about;

      if (lstat (path, &about) != 0)
        return csm_backup_fail (error, path);
      if (S_ISDIR (about.st_mode) ? !csm_backup_remove (path, error) : g_unlink (path) != 0 && !csm_backup_fail (error, path))
        return FALSE;
    }
  return g_rmdir (directory) == 0 || csm_backup_fail (error, directory);
}

/* What is left of an earlier run may go; anything else that happens to have the name may not. */
static gboolean
is_leftover (const char *directory)
{
  g_autofree char *unfinished = g_build_filename (directory, CSM_BACKUP_UNFINISHED, NULL);

  return csm_backup_is_empty (directory) || g_file_test (unfinished, G_FILE_TEST_IS_REGULAR);
}

/**
 * csm_backup_begin:
 * @directory: a directory that is to be made
 * @error: `CSM_ERROR_DATABASE_BUSY` when somebody else is making it
 *
 * Makes the directory, in the place of what an interrupted run left there, and marks it as unfinished.
 *
 * Returns: a descriptor that holds the directory's lock, or -1
 */
int
csm_backup_begin (const char  *directory,
                  GError     **error)
{
  int fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  gboolean is_busy = fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) != 0;

  if (is_busy)
    g_set_error (error, CSM_ERROR, CSM_ERROR_DATABASE_BUSY, "%s is being written by another process", directory);
  else if (fd >= 0 && !is_leftover (directory))
    g_set_error (error, CSM_ERROR, CSM_ERROR_FAILED, "%s is in the way", directory);
  if (is_busy || (fd >= 0 && (!is_leftover (directory) || !csm_backup_remove (directory, error))))
    {
      close (fd);
      return -1;
    }
  if (fd >= 0)
    close (fd);
  if (g_mkdir (directory, 0700) != 0)
    {
      csm_backup_fail (error, directory);
      return -1;
    }
  fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0 || flock (fd, LOCK_EX | LOCK_NB) != 0)
    csm_backup_fail (error, directory);
  else if (csm_backup_write_file (directory, CSM_BACKUP_UNFINISHED, "", error))
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Names a directory in one step and brings that to the disk; @flags as of renameat2(). */
gboolean
csm_backup_rename (const char  *from,
                   const char  *to,
                   guint        flags,
                   GError     **error)
{
  g_autofree char *folder = g_path_get_dirname (to);

  if (renameat2 (AT_FDCWD, from, AT_FDCWD, to, flags) != 0)
    return csm_backup_fail (error, to);
  return csm_backup_sync_file (folder, error);
}
