/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-spool.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "csm-error.h"

struct _CsmSpool
{
  gatomicrefcount references;
  int             fd;
  gsize           length;
};

static gboolean
fail (GError **error)
{
  int code = errno;

  g_set_error (error, CSM_ERROR, code == ENOSPC || code == EDQUOT ? CSM_ERROR_DISK_FULL : CSM_ERROR_FAILED, "can't keep a large mail on the disk: %s",
               g_strerror (code));
  return FALSE;
}

/* The folder for what is large comes first: the other one often is memory. */
static int
open_file (void)
{
  const char *const folders[] = { g_getenv ("TMPDIR") != NULL ? g_getenv ("TMPDIR") : "/var/tmp", g_get_tmp_dir () };
  int fd = -1;

  for (guint i = 0; i < G_N_ELEMENTS (folders) && fd < 0; i++)
    {
      fd = open (folders[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
      if (fd < 0 && errno != ENOSPC)
        {
          g_autofree char *path = g_build_filename (folders[i], "casement-XXXXXX", NULL);

          fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
          if (fd >= 0)
            g_unlink (path);
        }
    }
  return fd;
}

/**
 * csm_spool_new:
 * @error: `CSM_ERROR_DISK_FULL`, `CSM_ERROR_FAILED`
 *
 * A place for bytes that are on their way and too many to keep in memory: a file that has no name. One thread fills it; any may
 * read it then.
 *
 * Returns: (transfer full): an empty one
 */
CsmSpool *
csm_spool_new (GError **error)
{
  int fd = open_file ();
  CsmSpool *self;

  if (fd < 0)
    {
      fail (error);
      return NULL;
    }
  self = g_new0 (CsmSpool, 1);
  g_atomic_ref_count_init (&self->references);
  self->fd = fd;
  return self;
}

/**
 * csm_spool_ref:
 * @self: a spool
 *
 * Any thread.
 *
 * Returns: (transfer full): the same
 */
CsmSpool *
csm_spool_ref (CsmSpool *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

/**
 * csm_spool_unref:
 * @self: a spool
 *
 * With the last user the file ends.
 */
void
csm_spool_unref (CsmSpool *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  close (self->fd);
  g_free (self);
}

/**
 * csm_spool_append:
 * @self: a spool
 * @data: bytes
 * @length: how many
 * @error: `CSM_ERROR_DISK_FULL`, `CSM_ERROR_FAILED`
 *
 * Returns: whether they were written
 */
gboolean
csm_spool_append (CsmSpool       *self,
                  gconstpointer   data,
                  gsize           length,
                  GError        **error)
{
  while (length > 0)
    {
      gssize written = pwrite (self->fd, data, length, (off_t) self->length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return fail (error);
      data = (const guint8 *) data + written;
      length -= (gsize) written;
      self->length += (gsize) written;
    }
  return TRUE;
}

/**
 * csm_spool_read:
 * @self: a spool
 * @offset: where to begin
 * @to: receives the bytes
 * @length: how many are wanted
 *
 * Returns: how many there were
 */
gsize
csm_spool_read (CsmSpool *self,
                gsize     offset,
                gpointer  to,
                gsize     length)
{
  gsize done = 0;

  while (done < length)
    {
      gssize n = pread (self->fd, (guint8 *) to + done, length - done, (off_t) (offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      done += (gsize) n;
    }
  return done;
}

/**
 * csm_spool_get_fd:
 * @self: a spool
 *
 * Returns: the file, which @self keeps and closes
 */
int
csm_spool_get_fd (CsmSpool *self)
{
  return self->fd;
}

/**
 * csm_spool_get_length:
 * @self: a spool
 *
 * Returns: how many bytes were appended
 */
gsize
csm_spool_get_length (CsmSpool *self)
{
  return self->length;
}
