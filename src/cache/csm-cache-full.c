/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copyright The Casement authors */
#include "config.h"
#include "csm-cache-full.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "csm-error.h"

/* A page of changes with its share of the log needs about so much, in bytes. */
#define PAGE_ROOM (1024 * 1024)

/*
 * A file beside the database that holds nothing but room. When the disk is full it goes, so that what a person did just
 * then can still be kept; after that nothing is promised any more, until there is room for the file again.
 */
struct _CsmCacheFull
{
  int      ref_count;
  GMutex   lock;
  char    *path;
  guint64  bytes;  /* 0: nothing is held back */
  gboolean held;
  gboolean full;
  gboolean granted; /* the room was given to one who waits */
};

/**
 * csm_cache_full_new:
 * @db_path: the database
 *
 * Nothing is held back before csm_cache_full_set_size().
 *
 * Returns: (transfer full): the room beside a database
 */
CsmCacheFull *
csm_cache_full_new (const char *db_path)
{
  CsmCacheFull *self = g_new0 (CsmCacheFull, 1);

  self->ref_count = 1;
  g_mutex_init (&self->lock);
  self->path = g_strconcat (db_path, "-reserve", NULL);
  return self;
}

/**
 * csm_cache_full_ref:
 * @self: the room
 *
 * Returns: (transfer full): the same
 */
CsmCacheFull *
csm_cache_full_ref (CsmCacheFull *self)
{
  g_atomic_int_inc (&self->ref_count);
  return self;
}

/**
 * csm_cache_full_unref:
 * @self: the room
 */
void
csm_cache_full_unref (CsmCacheFull *self)
{
  if (!g_atomic_int_dec_and_test (&self->ref_count))
    return;
  g_mutex_clear (&self->lock);
  g_free (self->path);
  g_free (self);
}

/**
 * csm_cache_full_set_size:
 * @self: the room
 * @bytes: how much is to be held back; 0: nothing
 */
void
csm_cache_full_set_size (CsmCacheFull *self,
                         guint64       bytes)
{
  g_mutex_lock (&self->lock);
  self->bytes = bytes;
  g_mutex_unlock (&self->lock);
}

/**
 * csm_cache_full_is:
 * @self: the room
 *
 * Returns: whether the disk is full
 */
gboolean
csm_cache_full_is (CsmCacheFull *self)
{
  gboolean full;

  g_mutex_lock (&self->lock);
  full = self->full;
  g_mutex_unlock (&self->lock);
  return full;
}

/**
 * csm_cache_full_note:
 * @self: the room
 *
 * SQLite found no room.
 */
void
csm_cache_full_note (CsmCacheFull *self)
{
  g_mutex_lock (&self->lock);
  self->full = TRUE;
  g_mutex_unlock (&self->lock);
}

/**
 * csm_cache_full_release:
 * @self: the room
 *
 * Gives the room that was held back to whoever writes next.
 *
 * Returns: whether there was any
 */
gboolean
csm_cache_full_release (CsmCacheFull *self)
{
  gboolean released;

  g_mutex_lock (&self->lock);
  self->full = TRUE;
  released = self->held && g_unlink (self->path) == 0;
  self->held = FALSE;
  self->granted = released;
  g_mutex_unlock (&self->lock);
  return released;
}

/* Blocks; with the lock. */
static gboolean
hold_back (CsmCacheFull *self)
{
  int fd = g_open (self->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  int problem;

  if (fd < 0)
    return FALSE;
  problem = posix_fallocate (fd, 0, (off_t) self->bytes);
  close (fd);
  /* A file system that can't promise room has none to hold back; it is not full for that. */
  if (problem == 0 || problem == EOPNOTSUPP || problem == EINVAL)
    return TRUE;
  g_unlink (self->path);
  return FALSE;
}

/* Whether a page could be written beside what is held back. With the lock. */
static gboolean
is_spacious (CsmCacheFull *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  struct statvfs about;

  return statvfs (folder, &about) != 0 || (guint64) about.f_bavail * about.f_frsize >= PAGE_ROOM;
}

/**
 * csm_cache_full_regain:
 * @self: the room
 *
 * Holds the room back again, as far as there is any. Blocks: not for the main thread.
 *
 * Returns: whether there is room, for others, too
 */
gboolean
csm_cache_full_regain (CsmCacheFull *self)
{
  gboolean room;

  g_mutex_lock (&self->lock);
  if (!self->held && self->bytes > 0)
    self->held = hold_back (self);
  room = self->bytes == 0 || (self->held && is_spacious (self));
  self->full = !room;
  g_mutex_unlock (&self->lock);
  return room;
}

/**
 * csm_cache_full_check:
 * @self: the room
 * @error: `CSM_ERROR_DISK_FULL` with a sentence for people
 *
 * Returns: whether what a person does now can be kept
 */
gboolean
csm_cache_full_check (CsmCacheFull  *self,
                      GError       **error)
{
  gboolean granted;

  g_mutex_lock (&self->lock);
  /* What is still held back is for this. */
  granted = !self->full || self->granted || self->held;
  self->granted = FALSE;
  g_mutex_unlock (&self->lock);
  if (granted || csm_cache_full_regain (self))
    return TRUE;
  g_set_error_literal (error, CSM_ERROR, CSM_ERROR_DISK_FULL, _("The disk is full: what you do now can't be kept"));
  return FALSE;
}
