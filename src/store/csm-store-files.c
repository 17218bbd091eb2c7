/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-store-files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "csm-error.h"
#include "csm-txn-private.h"

static gboolean
fail (GError     **error,
      const char  *path)
{
  int code = errno;

  g_set_error (error, CSM_ERROR, code == ENOSPC ? CSM_ERROR_DISK_FULL : CSM_ERROR_FAILED, "%s: %s", path, g_strerror (code));
  return FALSE;
}

/* Makes an empty file that only its owner may read; one that is there stays. */
static gboolean
make_file (const char  *directory,
           const char  *name,
           GError     **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    return fail (error, path);
  close (fd);
  return TRUE;
}

/* The key lies outside the database, so that who gets hold of a copy of that can't make states. */
static gboolean
make_key (const char  *directory,
          GError     **error)
{
  g_autofree char *path = g_build_filename (directory, CSM_STORE_KEY, NULL);
  guint8 key[CSM_STORE_KEY_LENGTH];

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  if (getrandom (key, sizeof key, 0) != (gssize) sizeof key)
    return fail (error, path);
  return g_file_set_contents_full (path, (const char *) key, sizeof key,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

/* Makes the directory (0700) and what of it isn't there. What a crash left half made is completed. */
gboolean
csm_store_make_files (const char  *directory,
                      GError     **error)
{
  g_autofree char *blobs = g_build_filename (directory, CSM_STORE_BLOBS, NULL);

  if (g_mkdir_with_parents (directory, 0700) != 0)
    return fail (error, directory);
  if (g_mkdir (blobs, 0700) != 0 && errno != EEXIST)
    return fail (error, blobs);
  return make_key (directory, error) &&
         make_file (directory, CSM_STORE_DATABASE, error) &&
         make_file (directory, CSM_STORE_WAKE, error);
}

gboolean
csm_store_read_key (const char  *directory,
                    guint8      *key,
                    GError     **error)
{
  g_autofree char *path = g_build_filename (directory, CSM_STORE_KEY, NULL);
  g_autofree char *data = NULL;
  gsize length;

  if (!g_file_get_contents (path, &data, &length, NULL) || length != CSM_STORE_KEY_LENGTH)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, "%s is missing or damaged", path);
      return FALSE;
    }
  memcpy (key, data, length);
  return TRUE;
}

/* Root may look at, or back up, what somebody else serves: what it makes there is theirs. */
void
csm_store_give_away (const char *directory,
                     int         fd)
{
  struct stat about;

  if (geteuid () == 0 && stat (directory, &about) == 0 && about.st_uid != 0 && fchown (fd, about.st_uid, about.st_gid) != 0)
    g_debug ("can't give away a file: %s", g_strerror (errno));
}

/* The descriptor that holds the lock of the serving process, or -1. */
int
csm_store_take_lock (const char  *directory,
                     GError     **error)
{
  g_autofree char *path = g_build_filename (directory, CSM_STORE_LOCK, NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      fail (error, path);
      return -1;
    }
  csm_store_give_away (directory, fd);
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  if (errno == EWOULDBLOCK)
    g_set_error (error, CSM_ERROR, CSM_ERROR_DATABASE_BUSY, "another server is serving %s", directory);
  else
    fail (error, path);
  close (fd);
  return -1;
}

/* A descriptor that holds the lock of the blobs, or -1: shared by who needs all of them to stay, alone by who removes some
 * (`CSM_ERROR_DATABASE_BUSY` while others need them). */
int
csm_store_keep_blobs (const char  *directory,
                      gboolean     shared,
                      GError     **error)
{
  g_autofree char *path = g_build_filename (directory, CSM_STORE_KEEP, NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      fail (error, path);
      return -1;
    }
  csm_store_give_away (directory, fd);
  if (flock (fd, shared ? LOCK_SH : LOCK_EX | LOCK_NB) == 0)
    return fd;
  if (errno == EWOULDBLOCK)
    g_set_error_literal (error, CSM_ERROR, CSM_ERROR_DATABASE_BUSY, "the blobs are in use");
  else
    fail (error, path);
  close (fd);
  return -1;
}

/* Lets the file monitors of other processes see that there is something new. */
void
csm_store_touch_wake (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, CSM_STORE_WAKE, NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    return;
  if (pwrite (fd, "\n", 1, 0) != 1)
    g_debug ("can't wake other processes: %s", g_strerror (errno));
  close (fd);
}
