/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-blob-store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "csm-error.h"
#include "csm-failpoint.h"
#include "csm-write.h"

static gboolean
fail (GError     **error,
      const char  *what)
{
  int code = errno;

  g_set_error (error, CSM_ERROR, code == ENOSPC || code == EDQUOT ? CSM_ERROR_DISK_FULL : CSM_ERROR_FAILED, "%s: %s", what, g_strerror (code));
  return FALSE;
}

/* Whether @blob_id has the form of one: it becomes part of a file's name. */
gboolean
csm_blob_id_is_valid (const char *blob_id)
{
  return blob_id != NULL && strlen (blob_id) == 65 && blob_id[0] == CSM_BLOB_LETTER && strspn (blob_id + 1, "0123456789abcdef") == 64;
}

/* The file of a valid blobId: blobs/ab/abcdef…; NULL for anything else. */
char *
csm_blob_file (const char *directory,
               const char *blob_id)
{
  char folder[3] = { 0 };

  if (!csm_blob_id_is_valid (blob_id))
    return NULL;
  memcpy (folder, blob_id + 1, 2);
  return g_build_filename (directory, folder, blob_id + 1, NULL);
}

static gboolean
sync_folder (const char  *folder,
             GError     **error)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync (fd) == 0;

  if (!ok)
    fail (error, "can't write a folder to the disk");
  if (fd >= 0)
    close (fd);
  return ok;
}

/* Where a blob's bytes are: in memory, or in a file. */
typedef struct
{
  GBytes *data;
  int     fd;
  goffset offset;
  gsize   length;
} Source;

/* The next piece from @done on; of a file into @buffer. 0 when there is none. */
static gsize
next_piece (const Source  *source,
            gsize          done,
            guint8        *buffer,
            gsize          room,
            const guint8 **piece)
{
  gsize left = source->length - done;
  gssize n;

  if (source->data != NULL)
    {
      *piece = (const guint8 *) g_bytes_get_data (source->data, NULL) + done;
      return left;
    }
  *piece = buffer;
  do
    n = pread (source->fd, buffer, MIN (left, room), source->offset + (goffset) done);
  while (n < 0 && errno == EINTR);
  return n > 0 ? (gsize) n : 0;
}

/* NULL when the file has fewer bytes than were said. */
static char *
hash_source (const Source *source)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 buffer[65536];

  for (gsize done = 0, n; done < source->length; done += n)
    {
      const guint8 *piece;

      n = next_piece (source, done, buffer, sizeof buffer, &piece);
      if (n == 0)
        return NULL;
      g_checksum_update (sum, piece, (gssize) n);
    }
  return g_strdup (g_checksum_get_string (sum));
}

static gboolean
write_temporary (int            fd,
                 const Source  *source,
                 gboolean       sync,
                 GError       **error)
{
  guint8 buffer[65536];

  for (gsize done = 0, n; done < source->length; done += n)
    {
      const guint8 *piece;

      n = next_piece (source, done, buffer, sizeof buffer, &piece);
      if (n == 0 || !csm_write_all (fd, piece, n))
        return fail (error, "can't write a blob");
    }
  return !sync || fsync (fd) == 0 || fail (error, "can't write a blob");
}

static gboolean
write_file (const char    *directory,
            const char    *path,
            const Source  *source,
            gboolean       sync,
            GError       **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *temporary = g_build_filename (folder, ".new-XXXXXX", NULL);
  gboolean is_new = g_mkdir (folder, 0700) == 0, ok;
  int fd;

  if (!is_new && errno != EEXIST)
    return fail (error, "can't make a folder for blobs");
  fd = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail (error, "can't write a blob");
  ok = write_temporary (fd, source, sync, error);
  if (close (fd) != 0 && ok)
    ok = fail (error, "can't write a blob");
  csm_failpoint ("blob-before-rename");
  if (ok && rename (temporary, path) != 0)
    ok = fail (error, "can't name a blob");
  if (!ok)
    g_unlink (temporary);
  csm_failpoint ("blob-after-rename");
  return ok && (!sync || (sync_folder (folder, error) && (!is_new || sync_folder (directory, error))));
}

/* Stores bytes once under their hash and returns their blobId. Under a temporary name first: a file that has its name is whole.
 * A file that is there already may have been written without a sync, hence the length is looked at and it is synced too. */
static char *
write_source (const char    *directory,
              const Source  *source,
              gboolean       sync,
              GError       **error)
{
  g_autofree char *hash = hash_source (source);
  g_autofree char *blob_id = g_strdup_printf ("%c%s", CSM_BLOB_LETTER, hash != NULL ? hash : "");
  g_autofree char *path = csm_blob_file (directory, blob_id);
  struct stat info;

  if (path == NULL)
    {
      fail (error, "can't read what is to become a blob");
      return NULL;
    }
  if (stat (path, &info) == 0 && (gsize) info.st_size == source->length)
    {
      int fd = sync ? open (path, O_RDONLY | O_CLOEXEC) : -1;

      if (fd >= 0)
        {
          fsync (fd);
          close (fd);
        }
      /* Its age is what keeps an unnamed blob from being collected. */
      utimensat (AT_FDCWD, path, NULL, 0);
      return g_steal_pointer (&blob_id);
    }
  return write_file (directory, path, source, sync, error) ? g_steal_pointer (&blob_id) : NULL;
}

/* Stores @data. */
char *
csm_blob_write (const char  *directory,
                GBytes      *data,
                gboolean     sync,
                GError     **error)
{
  Source source = { .data = data, .length = g_bytes_get_size (data) };

  return write_source (directory, &source, sync, error);
}

/* Stores a piece of a file, of which hardly anything is in memory at a time. */
char *
csm_blob_write_from (const char  *directory,
                     int          fd,
                     goffset      offset,
                     gsize        length,
                     gboolean     sync,
                     GError     **error)
{
  Source source = { .fd = fd, .offset = offset, .length = length };

  return write_source (directory, &source, sync, error);
}

/* Writes all that was stored without a sync to the disk. */
gboolean
csm_blob_sync_all (const char  *directory,
                   GError     **error)
{
  int fd = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean ok = fd >= 0 && syncfs (fd) == 0;

  if (!ok)
    fail (error, "can't write the blobs to the disk");
  if (fd >= 0)
    close (fd);
  return ok;
}

/* The blob, mapped from its file. */
GBytes *
csm_blob_read (const char  *directory,
               const char  *blob_id,
               GError     **error)
{
  g_autofree char *path = csm_blob_file (directory, blob_id);
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GError) local = NULL;

  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error_literal (error, CSM_ERROR, CSM_ERROR_NOT_FOUND, "there is no such blob");
      return NULL;
    }
  file = g_mapped_file_new (path, FALSE, &local);
  if (file == NULL)
    {
      g_set_error (error, CSM_ERROR, CSM_ERROR_FAILED, "can't read a blob: %s", local->message);
      return NULL;
    }
  return g_mapped_file_get_bytes (file);
}
